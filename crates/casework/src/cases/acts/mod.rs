//! What can be done to a case: each act is one transaction and one event (instant items: three).
//!
//! Every act names the version it saw ([`Grip`]); the life table is asked before anything is touched.

mod accept;
mod correct;
mod decide;
mod special;
mod submit;

pub use accept::{accept, claim, deem, hand_over, not_accept, release};
pub use correct::{Supplement, add_paper, lapse, request_correction, supply};
pub use decide::{Opinion, close, deny, grant, recompute, withdraw};
pub use special::{end_special, extend, start_special};
pub use submit::{hand_in, submit};

use super::life;
use super::model::{Case, CaseId, Grip, Officer, Owner, Post, Receipt, State};
use super::{records, rules};
use codes::calendar::Calendar;
use codes::time::Stamp;
use guide::packs::Pack;
use people::identity::{colleagues, person_of_staff};
use serde_json::{Value, json};
use std::sync::Arc;
use store::{Db, Error, Event, Job, Kind, Recorded, Result, Stream, Tx};
use web::Role;

/// Queue of messages to the applicant.
pub const NOTIFY: &str = "cases.notify";
/// Queue of notices and decisions to make and seal.
pub const DOCUMENT: &str = "cases.document";
/// Queue of licences to make and issue.
pub const LICENCE: &str = "cases.licence";
/// Queue of acceptances by law.
pub const DEEMED: &str = "cases.deemed";
/// Queue of corrections that were not supplied.
pub const LAPSE: &str = "cases.lapse";

/// Queue that hears of closed cases (its handler stands in a wing above).
pub const ENDED: &str = "ratings.invite";

/// The pack a case was filed under, in the version it was filed under.
pub(crate) fn pack_of(db: &mut Db<'_>, case: &Case) -> Result<Arc<Pack>> {
    guide::editions::at(db, &case.slug, case.item_version)
}

/// What happens in one turn of a case.
struct Turn<'c> {
    on: Kind,
    who: Post,
    calendar: &'c Calendar,
    /// Facts of the handling for the ledger; never personal data, never free text.
    data: Value,
}

impl<'c> Turn<'c> {
    fn of(on: Kind, who: Post, calendar: &'c Calendar) -> Turn<'c> {
        Turn { on, who, calendar, data: json!({}) }
    }

    fn with(self, data: Value) -> Turn<'c> {
        Turn { data, ..self }
    }
}

/// Reads a case as an officer may: his unit, his post, not his own affair, the version he saw.
fn for_officer(tx: &mut Tx<'_>, grip: Grip, officer: &Officer) -> Result<(Case, Post)> {
    let case = seen(tx, grip)?;
    let post = rules::post_of(case.state.phase());
    let post = post.or_else(|| officer.posts.first().copied()).ok_or(Error::Denied)?;
    let known = person_of_staff(tx, officer.id)?;
    let officer = Officer { person: officer.person.or(known), ..officer.clone() };
    match rules::competent(&case, &officer, post) {
        Err(e) if e.code() == rules::OWN_AFFAIR => Err(step_aside(tx, &officer, post)?),
        fit => fit.map(|()| (case, post)),
    }
}

fn role_of(post: Post) -> Role {
    if post == Post::Clerk { Role::Clerk } else { Role::Approver }
}

/// Who has to do with a case himself is told so, and which colleagues may take it.
///
/// # Errors
/// Those of reading; what is told is the value.
pub(crate) fn step_aside(db: &mut Db<'_>, officer: &Officer, post: Post) -> Result<Error> {
    let others = colleagues(db, officer.unit, role_of(post), officer.id)?;
    let who = if others.is_empty() { "none".to_owned() } else { others.join("、") };
    Ok(Error::refused_with(rules::OWN_AFFAIR, "who", who))
}

/// Reads a case as its owner may; to anybody else it does not exist.
fn for_owner(tx: &mut Tx<'_>, grip: Grip, owner: Owner) -> Result<Case> {
    let case = seen(tx, grip)?;
    if case.owner == owner { Ok(case) } else { Err(Error::NotFound) }
}

fn seen(tx: &mut Tx<'_>, grip: Grip) -> Result<Case> {
    tx.foresee(stream(grip.id))?;
    let case = records::by_id(tx, grip.id)?;
    if case.version == grip.version { Ok(case) } else { Err(Error::Stale) }
}

/// One turn: the life table, the rule, the row, the event.
fn turn(
    tx: &mut Tx<'_>,
    mut case: Case,
    turn: Turn<'_>,
    change: impl FnOnce(State) -> Result<State>,
) -> Result<(Case, Recorded)> {
    let at = tx.ctx().at;
    let to = life::next(Some(case.state.phase()), turn.on, turn.who)?;
    let state = change(case.state)?;
    if state.phase() != to {
        let led = state.phase().label();
        return Err(Error::internal(format!("{} led to {led}", turn.on.label())));
    }
    case.state = state;
    let queue = rules::queue(&case.state, case.unit, turn.calendar, at.day());
    records::keep(tx, &mut case, &queue)?;
    let recorded = record(tx, &case, turn.on, turn.data)?;
    Ok((case, recorded))
}

/// The stream of a case.
fn stream(id: CaseId) -> Stream {
    Stream::of("case", id.0)
}

fn record(tx: &mut Tx<'_>, case: &Case, on: Kind, mut data: Value) -> Result<Recorded> {
    data["no"] = json!(case.no);
    data["state"] = json!(case.state.phase().label());
    tx.record(Event::new(on, stream(case.id)).about(case.person.0).with(data))
}

fn receipt(case: &Case) -> Receipt {
    Receipt { id: case.id, no: case.no, phase: case.state.phase(), version: case.version }
}

/// A message to the applicant about what happened.
fn notify(tx: &mut Tx<'_>, case: &Case, about: &str) -> Result<()> {
    let payload = json!({"case": case.id.0, "about": about});
    tx.job(Job { queue: NOTIFY, key: case.no.to_string(), run_at: None, payload })
}

/// A document to make.
fn document(tx: &mut Tx<'_>, case: &Case, kind: &str) -> Result<()> {
    let payload = json!({"case": case.id.0, "kind": kind});
    tx.job(Job { queue: DOCUMENT, key: case.no.to_string(), run_at: None, payload })
}

/// A rule of time to look again on a day.
fn on_day(tx: &mut Tx<'_>, case: &Case, queue: &'static str, run_at: Stamp) -> Result<()> {
    let payload = json!({"case": case.id.0});
    tx.job(Job { queue, key: case.no.to_string(), run_at: Some(run_at), payload })
}

/// The look after the five days of the notice: the moment the day after begins.
pub(crate) fn watch_notice(tx: &mut Tx<'_>, case: &Case, calendar: &Calendar) -> Result<()> {
    let State::Submitted(submitted) = &case.state else { return Ok(()) };
    let due = codes::clock::notice_due(submitted.complete.day(), calendar).day;
    on_day(tx, case, DEEMED, Stamp::from_day(due).plus_days(1))
}
