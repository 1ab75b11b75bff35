//! M1: every key is sent by many clients at once; one effect comes of it, and all hear the same.

use super::{Plan, Stage, Trouble, control};
use crate::client::{Answer, Browser, Lost};
use crate::ledger::{Op, Outcome, Request, lock};
use crate::listed::cases_of;
use crate::report::Report;
use crate::traffic::{self, Role};
use std::collections::BTreeSet;
use std::sync::Barrier;

/// Keys unless told otherwise.
const KEYS: u64 = 60;
/// Clients that send each key.
const CLIENTS: usize = 100;

/// A request that is ready to be sent, and who may.
struct Ready {
    actor: usize,
    browser: Browser,
    request: Request,
    number: u64,
}

/// Sends key after key.
pub fn run(plan: &Plan) -> Result<Report, Trouble> {
    let keys = plan.rounds.unwrap_or(KEYS);
    let mut stage = Stage::set(plan, "double", keys)?;
    let (mut sent, mut apart) = (0, 0);
    let mut done = 0;
    while done < keys {
        let ready = prepare(&stage, (keys - done) as usize)?;
        if ready.is_empty() {
            return Err(Trouble::Broken("nobody has anything to hand in".into()));
        }
        done += ready.len() as u64;
        for one in ready {
            let answers = at_once(&one);
            sent += answers.len() as u64;
            apart += judge(&mut stage, &one, &answers);
        }
        stage.judge();
        stage.round(done);
    }
    stage.count();
    stage.report.note("sent", sent);
    stage.report.note("told_to_wait", apart);
    stage.report.control_doubled = Some(control::without_key(&mut stage)?);
    stage.report.control_lost = control::put_back(&mut stage)?;
    Ok(stage.end())
}

/// Every citizen brings a draft to the page where it is signed.
fn prepare(stage: &Stage, most: usize) -> Result<Vec<Ready>, String> {
    let world = &stage.world;
    let made: Vec<Result<Option<Ready>, Lost>> = std::thread::scope(|scope| {
        let citizens =
            world.actors.iter().enumerate().filter(|(_, a)| lock(a).role == Role::Citizen);
        let threads: Vec<_> = citizens
            .take(most)
            .map(|(at, actor)| {
                scope.spawn(move || {
                    let mut actor = lock(actor);
                    let Some(form) = traffic::ready_to_sign(&mut actor)? else { return Ok(None) };
                    let request = Request { path: form.action.clone(), body: form.body() };
                    let draft = request.path.split('/').nth(2).unwrap_or_default().to_owned();
                    let kept = Some(request.clone());
                    let number = world.ledger.sending(&actor.name, Op::Submit, &draft, "", kept);
                    Ok(Some(Ready { actor: at, browser: actor.browser.clone(), request, number }))
                })
            })
            .collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    made.into_iter().filter_map(|one| one.map_err(|lost| format!("{lost:?}")).transpose()).collect()
}

/// The same request from many clients, let go at once.
fn at_once(ready: &Ready) -> Vec<Result<Answer, Lost>> {
    let gate = Barrier::new(CLIENTS);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..CLIENTS)
            .map(|_| {
                scope.spawn(|| {
                    let mut browser = ready.browser.clone();
                    gate.wait();
                    browser.post(&ready.request.path, &ready.request.body)
                })
            })
            .collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
    })
}

/// All that were told it is done were told the same; gives how many were told to wait.
fn judge(stage: &mut Stage, ready: &Ready, answers: &[Result<Answer, Lost>]) -> u64 {
    let (mut told, mut waiting) = (BTreeSet::new(), 0);
    for answer in answers.iter().flatten() {
        match (&answer.location, answer.status) {
            (Some(to), 303) => drop(told.insert(to.clone())),
            (_, 409 | 429 | 503) => waiting += 1,
            (_, status) => {
                stage.report.wrong.push(format!("{}: {status}", ready.request.path));
            }
        }
    }
    let lost = answers.iter().filter(|answer| answer.is_err()).count();
    if lost > 0 {
        stage.report.wrong.push(format!("{}: {lost} clients heard nothing", ready.request.path));
    }
    if told.len() > 1 {
        stage.report.doubled.push(format!("{}: {told:?}", ready.request.path));
    }
    let no = told.first().and_then(|to| crate::page::between(to, "/c/", "/done"));
    let no = no.unwrap_or_default().to_owned();
    let outcome = if no.is_empty() { Outcome::Unknown } else { Outcome::Ok };
    stage.world.ledger.answered(ready.number, outcome, &no, b"");
    let mut actor = lock(&stage.world.actors[ready.actor]);
    actor.draft = None;
    if let Ok(cases) = cases_of(&mut actor.browser, Some(20)) {
        let twice = cases.iter().filter(|case| case.no == no).count();
        if outcome == Outcome::Ok && twice != 1 {
            stage.report.doubled.push(format!("case {no} stands {twice} times"));
        }
    }
    waiting
}
