//! A citizen: opens a form, saves while typing, uploads, signs, hands in; later he rates.

use super::{Actor, World, begin, consent, start};
use crate::client::{Answer, Browser, Lost};
use crate::ledger::{Op, Outcome, hash, lock};
use crate::page;

/// The service: given by a person to whoever is in no register, so that window and desk have work.
pub const SLUG: &str = "yl-rz";

/// Papers that are put to an application.
pub const PAPERS: usize = 2;

/// Most pages of the form, with some to spare.
const LONGEST: usize = 10;

/// One application from its first page to its receipt, or as far as it gets.
pub fn step(world: &World, actor: &mut Actor) -> Result<(), Lost> {
    rate_one(world, actor)?;
    let first = actor.open(world, &start(SLUG))?;
    let Some(mut shown) = consent(&mut actor.browser, SLUG, &first)? else { return Ok(()) };
    for _ in 0..LONGEST {
        if world.over() {
            return Ok(());
        }
        let Some((draft, place)) = place(&shown.path) else { return Ok(()) };
        if actor.draft.as_ref().is_none_or(|(known, _)| *known != draft) {
            actor.draft = Some((draft.clone(), String::new()));
        }
        shown = match place.as_str() {
            "sign" => {
                hand_in(world, actor, &draft, &shown);
                return Ok(());
            }
            "materials" => materials(world, actor, &draft, &shown)?,
            _ => fill(world, actor, &draft, &shown)?,
        };
    }
    Ok(())
}

/// Draft and page in an address like `/d/17/life`.
pub fn place(path: &str) -> Option<(String, String)> {
    let mut parts = path.split(['?', '#']).next()?.strip_prefix("/d/")?.split('/');
    Some((parts.next()?.to_owned(), parts.next().unwrap_or_default().to_owned()))
}

/// Fills a page of the form and goes on; where there is something to type, it is saved while typing.
fn fill(world: &World, actor: &mut Actor, draft: &str, shown: &Answer) -> Result<Answer, Lost> {
    let html = shown.text();
    let Some(mut form) = page::form(&html, &shown.path, "/d/") else { return Err(Lost::Broken) };
    if form.names.iter().any(|name| name == "address") {
        for _ in 0..actor.seed.between(1, 4) {
            if save(world, actor, draft, &form) == Outcome::Unknown {
                return Err(Lost::Broken);
            }
        }
        if let Some((_, kept)) = actor.draft.as_ref().filter(|(_, kept)| !kept.is_empty()) {
            form.set("address", kept);
        } else {
            // Nothing typed was acknowledged: the page is not sent over what may be there.
            return Err(Lost::Broken);
        }
        let abroad = if actor.seed.percent(40) { "true" } else { "false" };
        form.set("abroad", abroad).set("helper", "本人办理");
    }
    go_on(&mut form);
    actor.browser.submit(&form.action, &form.body())
}

/// Fills what every application says alike, so that the next page comes.
pub fn go_on(form: &mut page::Form) {
    form.set("kind", "城镇职工基本养老保险").set("promise", "true").set("signature", "true");
    form.set("_go", "next");
}

/// Saves one mark in the free field, as the page's script does.
pub fn save(world: &World, actor: &mut Actor, draft: &str, form: &page::Form) -> Outcome {
    let mark = actor.mark();
    let outcome = actor.change(world, (Op::Save, draft, &mark), &saved(form, &mark)).0;
    if outcome == Outcome::Ok {
        actor.draft = Some((draft.to_owned(), mark));
    }
    outcome
}

/// What the page's script sends when this stands in the free field.
pub fn saved(form: &page::Form, mark: &str) -> page::Form {
    let mut changed = page::Form { action: format!("{}/save", form.action), ..Default::default() };
    changed.fields.push(("_csrf".into(), form.get("_csrf").to_owned()));
    changed.fields.push(("address".into(), mark.to_owned()));
    changed
}

/// Puts a file to the first paper that wants one, and goes on.
fn materials(
    world: &World,
    actor: &mut Actor,
    draft: &str,
    shown: &Answer,
) -> Result<Answer, Lost> {
    let html = shown.text();
    let Some(form) = page::form(&html, &shown.path, "/materials") else { return Err(Lost::Broken) };
    let papers = format!("/d/{draft}/paper/");
    let had = page::links(&html, &papers).len();
    if let Some(field) =
        form.names.iter().find(|name| name.starts_with("file.")).filter(|_| had < PAPERS)
    {
        let bytes = a_file(&actor.mark());
        let mut fields = form.fields.clone();
        fields.push(("_go".into(), "stay".into()));
        let number = world.ledger.sending(&actor.name, Op::Upload, draft, &hash(&bytes), None);
        let said = actor.browser.upload(&form.action, &fields, (field, "paper.pdf", &bytes));
        if actor.settle(world, number, Op::Upload, &said).0 == Outcome::Unknown {
            return Err(Lost::Broken);
        }
        let after = actor.browser.get(&format!("/d/{draft}/materials"))?;
        let links = page::links(&after.text(), &papers);
        if links.len() > had
            && let Some(paper) = links.last().and_then(|href| href.rsplit('/').next())
        {
            world.ledger.answered(number, Outcome::Ok, paper, b"");
        }
        return next(actor, &after);
    }
    next(actor, shown)
}

/// Sends the page of materials as it stands.
fn next(actor: &mut Actor, shown: &Answer) -> Result<Answer, Lost> {
    let form = page::form(&shown.text(), &shown.path, "/materials").ok_or(Lost::Broken)?;
    let mut fields = form.fields.clone();
    fields.push(("_go".into(), "next".into()));
    let empty = form.names.iter().find(|name| name.starts_with("file."));
    let field = empty.map_or("file.none", String::as_str).to_owned();
    let said = actor.browser.upload(&form.action, &fields, (&field, "", b""))?;
    match said.location {
        Some(to) => actor.browser.get(&to),
        None => Err(Lost::Broken),
    }
}

/// A PDF of one empty page that no other upload equals.
pub fn a_file(mark: &str) -> Vec<u8> {
    format!(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
         3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%{mark}\n%%EOF\n"
    )
    .into_bytes()
}

/// Signs.
fn hand_in(world: &World, actor: &mut Actor, draft: &str, shown: &Answer) {
    let Some(form) = page::form(&shown.text(), &shown.path, "/submit") else { return };
    let (outcome, no) = actor.change(world, (Op::Submit, draft, ""), &form);
    if outcome == Outcome::Ok {
        world.handed_in(&actor.name, &no);
        actor.draft = None;
    }
}

/// Rates one granted case of his, if there is one whose invitation has come.
fn rate_one(world: &World, actor: &mut Actor) -> Result<(), Lost> {
    let no = lock(&world.to_rate).get_mut(&actor.name).and_then(|all| all.pop_front());
    match no {
        Some(no) => rate(world, actor, &no).map(drop),
        None => Ok(()),
    }
}

/// Rates a case; tells whether there was a form.
pub fn rate(world: &World, actor: &mut Actor, no: &str) -> Result<bool, Lost> {
    let shown = actor.open(world, &format!("/c/{no}/rate"))?;
    let Some(mut form) = page::form(&shown.text(), &shown.path, "/rate/") else { return Ok(false) };
    let stars = if actor.seed.percent(50) { "5" } else { "4" };
    form.set("stars", stars);
    actor.change(world, (Op::Rate, no, stars), &form);
    Ok(true)
}

/// Brings a draft to the page with the free field; gives its number and the form that is saved while typing.
pub fn ready_to_save(browser: &mut Browser) -> Result<Option<(String, page::Form)>, Lost> {
    let Some(mut shown) = begin(browser, SLUG)? else { return Ok(None) };
    for _ in 0..LONGEST {
        let Some((draft, place)) = place(&shown.path) else { return Ok(None) };
        let html = shown.text();
        if ["sign", "materials"].contains(&place.as_str()) {
            shown = browser.get(&format!("/d/{draft}/life"))?;
            continue;
        }
        let Some(mut form) = page::form(&html, &shown.path, "/d/") else { return Ok(None) };
        if form.names.iter().any(|name| name == "address") {
            return Ok(Some((draft, form)));
        }
        go_on(&mut form);
        shown = browser.submit(&form.action, &form.body())?;
    }
    Ok(None)
}

/// Brings a draft to the page where it is signed; gives the form that hands it in.
pub fn ready_to_sign(actor: &mut Actor) -> Result<Option<page::Form>, Lost> {
    let Some(mut shown) = begin(&mut actor.browser, SLUG)? else { return Ok(None) };
    for _ in 0..LONGEST {
        let html = shown.text();
        if shown.path.ends_with("/sign") {
            return Ok(page::form(&html, &shown.path, "/submit"));
        }
        if shown.path.ends_with("/materials") {
            // Living abroad wants a paper; at home nothing does.
            shown = actor.browser.get(&shown.path.replace("/materials", "/life"))?;
            continue;
        }
        let Some(mut form) = page::form(&html, &shown.path, "/d/") else { return Ok(None) };
        form.set("abroad", "false").set("helper", "本人办理");
        go_on(&mut form);
        shown = actor.browser.submit(&form.action, &form.body())?;
    }
    Ok(None)
}

/// Hands one in that no ledger of acknowledgements knows of: what a client without keys does.
pub fn hand_in_unseen(actor: &mut Actor) -> Result<(), Lost> {
    actor.draft = None;
    if let Some(form) = ready_to_sign(actor)? {
        actor.browser.post(&form.action, &form.body())?;
    }
    Ok(())
}
