//! A driver: his mark is granted and sealed at once; he shows it, somebody verifies it, he rates.

use super::{Actor, World, begin, citizen, start};
use crate::client::{Browser, Lost};
use crate::clock;
use crate::ledger::{Op, Outcome};
use crate::page;
use std::time::Duration;

/// The service.
const SLUG: &str = "jdc-jybz";
const LONGEST: usize = 8;

/// One mark, from the form to the rating.
pub fn step(world: &World, actor: &mut Actor) -> Result<(), Lost> {
    actor.open(world, &start(SLUG))?;
    let Some((draft, form)) = ready_to_sign(actor)? else { return Ok(()) };
    if world.over() {
        return Ok(());
    }
    let (outcome, no) = actor.change(world, (Op::Submit, &draft, ""), &form);
    if outcome != Outcome::Ok {
        return Ok(());
    }
    // The licence is made and sealed after the answer.
    for _ in 0..40 {
        if licensed(&mut actor.browser, &no)? {
            break;
        }
        if world.over() {
            return Ok(());
        }
        clock::pause(150);
    }
    show(world, actor)?;
    for _ in 0..20 {
        if world.over() || citizen::rate(world, actor, &no)? {
            break;
        }
        clock::pause(150);
    }
    Ok(())
}

/// Brings a draft to the page where it is signed; gives its number and the form that hands it in.
pub fn ready_to_sign(actor: &mut Actor) -> Result<Option<(String, page::Form)>, Lost> {
    let Some(mut shown) = begin(&mut actor.browser, SLUG)? else { return Ok(None) };
    for _ in 0..LONGEST {
        if shown.path.ends_with("/sign") {
            break;
        }
        let form = page::form(&shown.text(), &shown.path, "/d/");
        let Some(mut form) = form else { return Err(Lost::Broken) };
        form.set("promise", "true").set("signature", "true").set("_go", "next");
        shown = actor.browser.submit(&form.action, &form.body())?;
    }
    let draft = page::between(&shown.path, "/d/", "/sign").map(str::to_owned);
    Ok(draft.zip(page::form(&shown.text(), &shown.path, "/submit")))
}

/// Whether the licence of a case has been made.
fn licensed(browser: &mut Browser, no: &str) -> Result<bool, Lost> {
    let case = browser.get(&format!("/api/v1/cases/{no}"))?;
    Ok(case.json()["licence"].is_string())
}

/// Waits for the licence of a case, but not for ever.
pub fn until_licensed(browser: &mut Browser, no: &str) {
    clock::wait(Duration::from_secs(20), || licensed(browser, no).unwrap_or(false));
}

/// The code of a licence that its holder shows now.
pub fn shown_code(browser: &mut Browser) -> Option<String> {
    let list = browser.get("/my/licences").ok()?;
    let links = page::links(&list.text(), "/my/licences/");
    let own = |href: &&String| href["/my/licences/".len()..].bytes().all(|b| b.is_ascii_digit());
    let shown = browser.get(&format!("{}/show", links.iter().find(own)?)).ok()?.text();
    let after = shown.split("readonly").nth(1)?.split_once('>')?.1;
    after.split_once("</textarea>").map(|(code, _)| code.trim().to_owned())
}

/// Holds a licence out; a stranger redeems the code.
fn show(world: &World, actor: &mut Actor) -> Result<(), Lost> {
    let Some(code) = shown_code(&mut actor.browser) else { return Ok(()) };
    let code = code.as_str();
    let number = world.ledger.sending(&actor.name, Op::Redeem, code, "", None);
    let mut stranger = actor.browser.another();
    let said = stranger.get(&format!("/api/v1/verify?text={}", page::escape(code)));
    actor.settle(world, number, Op::Redeem, &said);
    Ok(())
}
