//! One step of a seal's life by somebody's hand, on a page of its own: which seal, what will happen, why.

use super::one::{Row, rows};
use super::{at_hand, error_of, frame, told};
use crate::Proof;
use crate::seals::acts::{self, Change};
use crate::seals::life::{self, Hand, Step};
use crate::seals::model::Seal;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use store::{Error, Purpose, Result};
use web::form::FormError;
use web::respond::html_again;
use web::{Answer, Frame, Posted, Visitor, html, see_other};

/// Digits of the seal's number that are typed before it ends for good.
const LAST: usize = 4;

#[derive(Default)]
struct Typed {
    reason: String,
    last: String,
    line: String,
    basis: String,
    errors: Vec<FormError>,
    stale: bool,
}

#[derive(Template)]
#[template(path = "custody/step.html")]
struct Page {
    f: Frame,
    title: String,
    name: String,
    no: String,
    state: String,
    tone: &'static str,
    what: String,
    rows: Vec<Row>,
    grave: bool,
    asks_again: bool,
    wants_reason: bool,
    reason: String,
    reason_error: String,
    last: String,
    last_error: String,
    line: String,
    line_error: String,
    basis: String,
    basis_error: String,
    errors: Vec<FormError>,
    lock: i64,
    idem: String,
    action: String,
    back: String,
    stale: bool,
}

async fn show(
    proof: &Proof,
    visitor: &Visitor,
    seal: &Seal,
    step: Step,
    typed: Typed,
) -> Result<Page> {
    let title = visitor.t(&format!("custody-do-{}", step.label())).to_owned();
    let f = frame(proof, visitor, &title, "/s").await?;
    let back = format!("/s/{}", seal.id);
    let again = step == Step::Apply;
    let (line, basis) = match again && typed.errors.is_empty() && !typed.stale {
        true => (seal.inscription.clone(), seal.basis.clone()),
        false => (typed.line, typed.basis),
    };
    Ok(Page {
        title,
        name: seal.name.clone(),
        no: seal.no.clone(),
        state: f.tk("custody-status-", seal.status.label()),
        tone: seal.status.tone(),
        what: f.tk("custody-do-note-", step.label()),
        rows: rows(proof, visitor, seal).await?,
        grave: step == Step::Destroy,
        asks_again: again,
        wants_reason: step.wants_reason(),
        reason: typed.reason,
        reason_error: error_of(&typed.errors, "reason"),
        last: typed.last,
        last_error: error_of(&typed.errors, "last"),
        line,
        line_error: error_of(&typed.errors, "inscription"),
        basis,
        basis_error: error_of(&typed.errors, "basis"),
        lock: seal.lock,
        idem: proof.app().store.chance().token(),
        action: format!("{back}/do/{}", step.label()),
        back,
        stale: typed.stale,
        f: f.with_failed(!typed.errors.is_empty()),
        errors: typed.errors,
    })
}

/// The seal, the step and the hand that may take it now.
async fn asked_for(
    proof: &Proof,
    visitor: &Visitor,
    (id, step): (String, String),
) -> Result<(Seal, Step, Hand)> {
    let (seal, hands) = at_hand(proof, visitor, &id).await?;
    let step = Step::parse(&step).ok_or(Error::NotFound)?;
    let hand = hands.iter().copied().find(|hand| life::next(seal.status, step, *hand).is_ok());
    match hand {
        Some(hand) => Ok((seal, step, hand)),
        None => Err(life::next(seal.status, step, hands[0]).err().unwrap_or(Error::Denied)),
    }
}

/// GET /s/{id}/do/{step}
pub async fn page(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(path): Path<(String, String)>,
) -> Answer {
    let (seal, step, _) = asked_for(&proof, &visitor, path).await?;
    html(&show(&proof, &visitor, &seal, step, Typed::default()).await?)
}

/// POST /s/{id}/do/{step}
pub async fn take(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(path): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let (id, label) = path.clone();
    let idem = posted.idem("POST /s/{id}/do/{step}")?;
    let asked = asked_for(&proof, &visitor, path).await;
    // The same form sent twice finds the step taken: the first answer is given again.
    let (seal, step, hand) = match asked {
        Err(Error::Refused(r)) if r.code == "seal-step" => {
            let (seal, hands) = at_hand(&proof, &visitor, &id).await?;
            (seal, Step::parse(&label).ok_or(Error::NotFound)?, hands[0])
        }
        other => other?,
    };
    let text = |name: &str| posted.get(name).to_owned();
    let mut typed = Typed {
        reason: text("reason"),
        last: text("last"),
        line: text("inscription"),
        basis: text("basis"),
        ..Typed::default()
    };
    if step == Step::Destroy && seal.no.get(seal.no.len() - LAST..) != Some(typed.last.as_str()) {
        let text = visitor.t("err-seal-last").to_owned();
        typed.errors.push(FormError { field: "last".into(), text });
        return html_again(&show(&proof, &visitor, &seal, step, typed).await?);
    }
    let lock = posted.get("_lock").parse().unwrap_or(0);
    let ctx = visitor.ctx(proof.app(), Purpose::None);
    let done = if step == Step::Apply {
        let (id, line, basis) = (seal.id, typed.line.clone(), typed.basis.clone());
        let act = move |tx: &mut store::Tx<'_>| acts::apply_again(tx, id, lock, &line, &basis);
        proof.app().store.write_once(ctx, idem, act).await
    } else {
        let reason = typed.reason.clone();
        let change = Change { step, hand, lock, reason, nothing: Vec::new(), leave_job: true };
        proof.seals().take(ctx, Some(idem), seal.id, change).await
    };
    match done {
        Ok(id) => Ok(see_other(&format!("/s/{id}?done={}", step.label()))),
        Err(Error::Refused(refusal)) if refusal.code != "seal-step" => {
            let first = if step.wants_reason() { "reason" } else { "basis" };
            typed.errors = told(&visitor, &refusal, first);
            html_again(&show(&proof, &visitor, &seal, step, typed).await?)
        }
        Err(Error::Stale) => {
            typed.stale = true;
            let (seal, _) = at_hand(&proof, &visitor, &id).await?;
            let page = show(&proof, &visitor, &seal, step, typed).await?;
            html(&page).map(|page| (StatusCode::CONFLICT, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}
