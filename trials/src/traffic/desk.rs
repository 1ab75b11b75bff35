//! The window and the desk: a clerk who accepts, an approver who reads every paper and grants.

use super::{Actor, World};
use crate::client::Lost;
use crate::clock;
use crate::ledger::{Op, Outcome, lock};
use crate::page;
use std::collections::VecDeque;
use std::sync::Mutex;

/// The next number of a queue; without one he looks at his list.
fn next(
    world: &World,
    actor: &mut Actor,
    queue: &Mutex<VecDeque<String>>,
    list: &str,
) -> Result<Option<String>, Lost> {
    let no = lock(queue).pop_front();
    if no.is_none() {
        actor.open(world, list)?;
        clock::pause(100);
    }
    Ok(no)
}

/// Accepts one case.
pub fn accept(world: &World, actor: &mut Actor) -> Result<(), Lost> {
    let Some(no) = next(world, actor, &world.to_accept, "/w")? else { return Ok(()) };
    let done = accept_one(world, actor, &no);
    if done.is_err() {
        lock(&world.to_accept).push_back(no);
    }
    done
}

fn accept_one(world: &World, actor: &mut Actor, no: &str) -> Result<(), Lost> {
    let shown = actor.open(world, &format!("/w/c/{no}"))?;
    if !shown.good() {
        return Err(Lost::Broken);
    }
    let Some(form) = page::form(&shown.text(), &shown.path, "/accept") else {
        // Accepted by a request of which nothing was heard.
        world.accepted(no);
        return Ok(());
    };
    match actor.change(world, (Op::Accept, no, ""), &form).0 {
        Outcome::Ok => {
            world.accepted(no);
            Ok(())
        }
        // The oracle may repeat it first; then the page has no form any more.
        Outcome::Unknown => Err(Lost::Broken),
        Outcome::Fail => Err(Lost::NotSent),
    }
}

/// Grants one case.
pub fn decide(world: &World, actor: &mut Actor) -> Result<(), Lost> {
    let Some(no) = next(world, actor, &world.to_decide, "/a")? else { return Ok(()) };
    let done = decide_one(world, actor, &no);
    if done.is_err() {
        lock(&world.to_decide).push_back(no);
    }
    done
}

/// Opens a case and reads every paper; gives the form that decides, if it is to be decided still.
pub fn read_all(actor: &mut Actor, no: &str) -> Result<Option<page::Form>, Lost> {
    let path = format!("/a/c/{no}");
    let mut shown = actor.browser.get(&path)?;
    if !shown.good() {
        return Err(Lost::Broken);
    }
    let files = page::links(&shown.text(), &format!("{path}/files/"));
    for file in &files {
        actor.browser.get(file)?;
    }
    if !files.is_empty() {
        shown = actor.browser.get(&path)?;
    }
    Ok(page::form(&shown.text(), &shown.path, "/decide"))
}

fn decide_one(world: &World, actor: &mut Actor, no: &str) -> Result<(), Lost> {
    actor.open(world, &format!("/a/c/{no}"))?;
    let Some(mut form) = read_all(actor, no)? else {
        world.granted(no);
        return Ok(());
    };
    let opinion = actor.mark();
    form.set("decision", "grant").set("opinion", &opinion);
    match actor.change(world, (Op::Decide, no, &opinion), &form).0 {
        Outcome::Ok => {
            world.granted(no);
            Ok(())
        }
        Outcome::Unknown => Err(Lost::Broken),
        Outcome::Fail => Err(Lost::NotSent),
    }
}
