//! Requests that are ready to be sent, as often as one likes: each act of a case's life, brought so far that one
//! request is left.

use super::{Actor, citizen, desk, driver};
use crate::client::{Answer, Browser, Lost};
use crate::ledger::{Op, hash};
use crate::page::{self, Form};

/// A request with everything it needs.
pub struct Shot {
    /// What it asks for.
    pub op: Op,
    /// What it is about.
    pub key: String,
    /// What is sent with it, as the ledger of acknowledgements has it.
    pub content: String,
    /// Papers that the draft had before.
    pub papers: usize,
    form: Form,
    file: Option<(String, Vec<u8>)>,
}

impl Shot {
    fn of(op: Op, key: &str, content: &str, form: Form) -> Shot {
        let (key, content) = (key.to_owned(), content.to_owned());
        Shot { op, key, content, papers: 0, form, file: None }
    }

    /// Somebody verifies a code that he was shown.
    pub fn redeem(code: &str) -> Shot {
        Shot::of(Op::Redeem, code, "", Form::default())
    }

    /// Sends it.
    pub fn send(&self, browser: &mut Browser) -> Result<Answer, Lost> {
        match (&self.file, self.op) {
            (_, Op::Redeem) => {
                browser.get(&format!("/api/v1/verify?text={}", page::escape(&self.key)))
            }
            (Some((field, bytes)), _) => {
                browser.upload(&self.form.action, &self.form.fields, (field, "paper.pdf", bytes))
            }
            (None, _) => browser.post(&self.form.action, &self.form.body()),
        }
    }
}

/// The next act of a case, or of the draft that comes before it; nothing when it is not offered.
pub fn ready(actor: &mut Actor, op: Op, no: &str) -> Result<Option<Shot>, Lost> {
    match op {
        Op::Save => save(actor),
        Op::Upload => upload(actor),
        Op::Submit => hand_in(actor),
        Op::Accept => {
            let shown = actor.browser.get(&format!("/w/c/{no}"))?;
            let form = page::form(&shown.text(), &shown.path, "/accept");
            Ok(form.map(|form| Shot::of(op, no, "", form)))
        }
        Op::Decide => {
            let form = desk::read_all(actor, no)?;
            let opinion = actor.mark();
            Ok(form.map(|mut form| {
                form.set("decision", "grant").set("opinion", &opinion);
                Shot::of(op, no, &opinion, form)
            }))
        }
        Op::Rate => rate(actor, no),
        Op::Redeem => Ok(None),
    }
}

/// Typing in the free field of a draft.
fn save(actor: &mut Actor) -> Result<Option<Shot>, Lost> {
    let Some((draft, form)) = citizen::ready_to_save(&mut actor.browser)? else { return Ok(None) };
    let mark = actor.mark();
    let form = citizen::saved(&form, &mark);
    Ok(Some(Shot::of(Op::Save, &draft, &mark, form)))
}

/// A paper for whoever lives abroad.
fn upload(actor: &mut Actor) -> Result<Option<Shot>, Lost> {
    let Some((draft, mut form)) = citizen::ready_to_save(&mut actor.browser)? else {
        return Ok(None);
    };
    form.set("abroad", "true").set("helper", "本人办理").set("_go", "next");
    let mut shown = actor.browser.submit(&form.action, &form.body())?;
    if !shown.path.ends_with("/materials") {
        shown = actor.browser.get(&format!("/d/{draft}/materials"))?;
    }
    let html = shown.text();
    let Some(mut form) = page::form(&html, &shown.path, "/materials") else { return Ok(None) };
    let field = form.names.iter().find(|name| name.starts_with("file.")).cloned();
    let Some(field) = field else { return Ok(None) };
    form.fields.push(("_go".into(), "stay".into()));
    let bytes = citizen::a_file(&actor.mark());
    let papers = page::links(&html, &format!("/d/{draft}/paper/")).len();
    let shot = Shot::of(Op::Upload, &draft, &hash(&bytes), form);
    Ok(Some(Shot { papers, file: Some((field, bytes)), ..shot }))
}

/// The open draft, brought to the page where it is signed.
fn hand_in(actor: &mut Actor) -> Result<Option<Shot>, Lost> {
    let Some(form) = citizen::ready_to_sign(actor)? else { return Ok(None) };
    let draft = form.action.split('/').nth(2).unwrap_or_default().to_owned();
    Ok(Some(Shot::of(Op::Submit, &draft, "", form)))
}

/// The stars, once the invitation to give them has come.
fn rate(actor: &mut Actor, no: &str) -> Result<Option<Shot>, Lost> {
    for _ in 0..100 {
        let shown = actor.browser.get(&format!("/c/{no}/rate"))?;
        if let Some(mut form) = page::form(&shown.text(), &shown.path, "/rate/") {
            form.set("stars", "5");
            return Ok(Some(Shot::of(Op::Rate, no, "5", form)));
        }
        crate::clock::pause(200);
    }
    Ok(None)
}

/// A driver's mark, brought to the page where it is signed: it is granted and sealed at once.
pub fn ready_to_mark(actor: &mut Actor) -> Result<Option<Shot>, Lost> {
    let Some((draft, form)) = driver::ready_to_sign(actor)? else { return Ok(None) };
    Ok(Some(Shot::of(Op::Submit, &draft, "", form)))
}
