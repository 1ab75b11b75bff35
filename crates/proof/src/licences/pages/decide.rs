//! One step of a licence's life by the steward's hand, on a page of its own: whose licence, what will happen,
//! on which ground of the table, and the end of its number typed, so that nobody ends another by a slip.

use super::steward::{frame, issued, rows};
use super::{Row, name};
use crate::Proof;
use crate::licences::life::{self, Step};
use crate::licences::model::{Licence, Reason};
use crate::licences::{acts, grounds, rules};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use store::{Error, Purpose, Refusal, Result};
use web::frame::Choice;
use web::respond::html_again;
use web::{Answer, Frame, Lang, Posted, Texts, Visitor, html, see_other};

/// Why a steward reads a licence: the unit answers for what it issued.
const BASIS: &str = "行政许可法第六十九条、第七十条";

/// What the form holds when it comes back.
#[derive(Default)]
struct Typed {
    ground: String,
    basis: String,
    reason: String,
    last: String,
    errors: Vec<(String, String)>,
    /// Somebody else changed the licence while this form was open.
    stale: bool,
}

impl Typed {
    fn error(&self, field: &str) -> String {
        let found = self.errors.iter().find(|(f, _)| f == field);
        found.map(|(_, text)| text.clone()).unwrap_or_default()
    }
}

struct Wrong {
    field: String,
    text: String,
}

#[derive(Template)]
#[template(path = "licences/desk_do.html")]
struct Page {
    f: Frame,
    title: String,
    name: String,
    state: String,
    tone: &'static str,
    rows: Vec<Row>,
    what: Vec<String>,
    /// Nothing can be undone afterwards.
    grave: bool,
    grounds: Vec<Choice>,
    ground_error: String,
    open: bool,
    basis: String,
    basis_error: String,
    reason: String,
    reason_error: String,
    last: String,
    last_error: String,
    errors: Vec<Wrong>,
    lock: i64,
    idem: String,
    action: String,
    back: String,
    button: String,
    stale: bool,
}

fn page(
    proof: &Proof,
    visitor: &Visitor,
    licence: &Licence,
    step: Step,
    typed: Typed,
) -> Result<Page> {
    let (app, lang) = (proof.app(), visitor.lang);
    let status = licence.status_on(app.clock().now().day());
    let licence_name = name(&licence.name_zh, &licence.name_en, lang);
    let texts = Texts::shipped();
    let done = texts.t(lang, &format!("licences-do-{}", step.label())).to_owned();
    let title = texts.ta(lang, "licences-do-title", &[("what", &done), ("name", &licence_name)]);
    let f = frame(proof, visitor, &title);
    let ground = |key: &&str| Choice::new(*key, grounds::words(key, lang), &typed.ground);
    let what = vec![
        f.tk("licences-do-what-", step.label()),
        f.tk("licences-do-end-", step.label()),
        f.t("licences-do-tell").to_owned(),
    ];
    let wrong =
        |(field, text): &(String, String)| Wrong { field: field.clone(), text: text.clone() };
    let back = format!("/l/{}", licence.id.0);
    Ok(Page {
        rows: rows(proof, visitor, licence)?,
        what,
        grave: !matches!(step, Step::Suspend | Step::Restore),
        grounds: grounds::of(step).iter().map(ground).collect(),
        open: grounds::of(step).contains(&grounds::OTHER),
        ground_error: typed.error("ground"),
        basis_error: typed.error("basis"),
        reason_error: typed.error("reason"),
        last_error: typed.error("last"),
        errors: typed.errors.iter().map(wrong).collect(),
        basis: typed.basis,
        reason: typed.reason,
        last: typed.last,
        stale: typed.stale,
        name: licence_name,
        state: f.tk("licences-status-", status.label()),
        tone: status.tone(),
        lock: licence.lock,
        idem: app.store.chance().token(),
        action: format!("{back}/do/{}", step.label()),
        back,
        button: f.ta("licences-do-sure", "what", done),
        title,
        f,
    })
}

/// The step an address names, if it is one a steward takes by hand.
fn step_of(text: &str) -> Result<Step> {
    Step::parse(text).filter(|step| Step::BY_HAND.contains(step)).ok_or(Error::NotFound)
}

/// GET /l/{id}/do/{step}
pub async fn ask(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path((id, step)): Path<(String, String)>,
) -> Answer {
    let (licence, step) = (issued(&proof, &visitor, &id).await?, step_of(&step)?);
    life::next(licence.status_on(proof.app().clock().now().day()), step)?;
    html(&page(&proof, &visitor, &licence, step, Typed::default())?)
}

/// POST /l/{id}/do/{step}: the step is taken, once, if everything fits; else the page with what was typed.
pub async fn change(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path((id, step)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let (licence, step) = (issued(&proof, &visitor, &id).await?, step_of(&step)?);
    let text = |name: &str| posted.get(name).to_owned();
    let mut typed = Typed {
        ground: text("ground"),
        basis: text("basis"),
        reason: text("reason"),
        last: text("last"),
        ..Typed::default()
    };
    let Some(basis) = grounds::basis(step, &typed.ground, &typed.basis) else {
        typed.errors.push(("ground".into(), visitor.t("err-licence-ground").to_owned()));
        typed.errors.extend(others(&licence, &typed, visitor.lang));
        return html_again(&page(&proof, &visitor, &licence, step, typed)?);
    };
    let lock = posted.get("_lock").parse().unwrap_or(0);
    let reason = Reason { reason: typed.reason.clone(), basis, last: typed.last.clone(), lock };
    let (row, unit) = (licence.id, visitor.staff()?.unit);
    let ctx = visitor.ctx(proof.app(), Purpose::Legal(BASIS));
    let idem = posted.idem("POST /l/{id}/do/{step}")?;
    let act = move |tx: &mut store::Tx<'_>| acts::change(tx, row, unit, step, &reason);
    match proof.app().store.write_once(ctx, idem, act).await {
        Ok(id) => Ok(see_other(&format!("/l/{}?done=1", id.0))),
        Err(Error::Refused(refusal)) if !refusal.fields.is_empty() => {
            typed.errors = told(&refusal, visitor.lang);
            html_again(&page(&proof, &visitor, &licence, step, typed)?)
        }
        // Somebody was quicker: the licence as it is now, with what was typed, to be judged again.
        Err(Error::Stale) => {
            typed.stale = true;
            typed.last.clear();
            let licence = issued(&proof, &visitor, &id).await?;
            let page = page(&proof, &visitor, &licence, step, typed)?;
            html(&page).map(|page| (StatusCode::CONFLICT, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

/// What else is wrong while the ground is still missing: everything is told at once.
fn others(licence: &Licence, typed: &Typed, lang: Lang) -> Vec<(String, String)> {
    let (reason, last) = (typed.reason.clone(), typed.last.clone());
    let asked = Reason { reason, last, ..Reason::default() };
    let told = match rules::reasoned(&asked, &licence.number) {
        Err(Error::Refused(refusal)) => told(&refusal, lang),
        _ => Vec::new(),
    };
    told.into_iter().filter(|(field, _)| field != "basis").collect()
}

fn told(refusal: &Refusal, lang: Lang) -> Vec<(String, String)> {
    let say = |code: &str| Texts::shipped().t(lang, &format!("err-{code}")).to_owned();
    refusal.fields.iter().map(|e| (e.field.clone(), say(&e.code))).collect()
}
