//! Pure decisions about a case: competence, completeness, deadlines. A transition consumes the old
//! state and gives the new one or the reason why not. No store, no clock: the moment is told.
//!
//! Nothing here takes a day from outside except ends in the future, so nothing can be back-dated.

use super::model::{
    Accepted, Case, Closed, Correcting, Decision, Denied, Ended, Extended, Granted, Ground,
    Missing, NotAccepted, Officer, Outcome, Phase, Post, Procedure, Special, State, Submitted,
    Told, Withdrawn,
};
use codes::Day;
use codes::calendar::Calendar;
use codes::clock::{self, Clock, Limit, Pause};
use codes::time::Stamp;
use guide::packs;
use guide::packs::flow::Special as Allowed;
use people::identity::{StaffId, UnitId};
use store::{Error, FileHash, Result};

/// Most characters of a reason or opinion (意见 an..1000 of GB/T 39046).
pub const MOST_WORDS: usize = 1_000;

/// What an officer is told who has to do with a case himself (回避).
pub const OWN_AFFAIR: &str = "case-own-affair";

fn not_now(state: &State) -> Error {
    Error::refused_with("case-not-now", "state", state.phase().label())
}

/// A text a person has to give: 2 to 1,000 characters, no control characters but line breaks.
///
/// # Errors
/// `case-words` with the name of what is missing.
pub fn said(what: &'static str, text: &str) -> Result<String> {
    let text = text.trim();
    let clean = text.chars().all(|c| !c.is_control() || c == '\n');
    if !clean || !(2..=MOST_WORDS).contains(&text.chars().count()) {
        return Err(Error::refused_with("case-words", "what", what));
    }
    Ok(text.to_owned())
}

/// A pack's limit as the clock counts it.
pub fn limit(of: packs::Limit) -> Limit {
    match of.unit {
        packs::Unit::Instant => Limit::INSTANT,
        packs::Unit::Workday => Limit::workdays(of.n),
        packs::Unit::Day => Limit { n: of.n, unit: clock::Unit::CalendarDay },
    }
}

/// The day a pack's limit ends when it begins on `from`.
pub fn ends(of: packs::Limit, from: Day, calendar: &Calendar) -> Day {
    let facts = clock::Facts::new(from, from, limit(of), None);
    clock::explain(&facts, calendar, from).promised.day
}

/// Whether a unit has to do with a case: it handles it, or its window received it.
pub fn concerns(case: &Case, unit: UnitId) -> bool {
    case.unit == unit || case.state.received().is_some_and(|s| s.window == Some(unit))
}

/// Competence: the case is his unit's or came in at his window, he holds the post, nobody else has it
/// in hand, and he is neither applicant nor legal representative nor agent (回避, 公务员法 art. 76).
///
/// # Errors
/// `Denied`; `case-own-affair`; `case-in-other-hands`.
pub fn competent(case: &Case, officer: &Officer, post: Post) -> Result<()> {
    let place = case.unit == officer.unit || post == Post::Clerk && concerns(case, officer.unit);
    if !place || !officer.posts.contains(&post) {
        return Err(Error::Denied);
    }
    if officer.person.is_some_and(|person| case.parties.contains(&person)) {
        return Err(Error::refused(OWN_AFFAIR));
    }
    match case.handler {
        Some(other) if other != officer.id => Err(Error::refused("case-in-other-hands")),
        _ => Ok(()),
    }
}

/// A fresh receipt, by the unit itself.
pub fn submit(at: Stamp) -> State {
    receive(at, None)
}

/// A fresh receipt at the window of a service centre.
pub fn receive(at: Stamp, window: Option<UnitId>) -> State {
    State::Submitted(Submitted { first: at, complete: at, corrected: None, window })
}

/// The law's acceptance, if the five days have passed as of `at`.
pub fn deemed(submitted: &Submitted, at: Stamp, calendar: &Calendar) -> Option<clock::Deemed> {
    clock::deemed_accepted(submitted.complete.day(), None, calendar, at.day())
}

/// Accepts. After the fifth day the law has done so already: the day counts from the receipt.
pub fn accept(
    state: State,
    at: Stamp,
    by: Option<StaffId>,
    pack: &packs::Pack,
    calendar: &Calendar,
) -> Result<State> {
    let State::Submitted(submitted) = state else { return Err(not_now(&state)) };
    let received = submitted.complete.day();
    let late = deemed(&submitted, at, calendar);
    let accepted = late.map_or(at.day(), |d| d.accepted);
    let (promised, statutory) = (limit(pack.item.promised_limit), limit(pack.item.statutory_limit));
    let mut facts = clock::Facts::new(received, accepted, promised, Some(statutory));
    facts.deemed = late.is_some();
    let by = by.filter(|_| late.is_none());
    Ok(State::Accepted(Accepted {
        submitted,
        at,
        by,
        clock: facts,
        procedures: vec![],
        extension: None,
    }))
}

/// Accepts because nobody answered in five working days (art. 32 ¶4).
///
/// # Errors
/// `case-not-deemed` while the notice is not due.
pub fn deem(state: State, at: Stamp, pack: &packs::Pack, calendar: &Calendar) -> Result<State> {
    match &state {
        State::Submitted(s) if deemed(s, at, calendar).is_none() => {
            Err(Error::refused("case-not-deemed"))
        }
        _ => accept(state, at, None, pack, calendar),
    }
}

/// In time to refuse or to ask for correction; later the case counts as accepted.
///
/// # Errors
/// `case-notice-late` with the day.
pub fn in_notice_time(submitted: &Submitted, at: Stamp, calendar: &Calendar) -> Result<()> {
    match deemed(submitted, at, calendar) {
        Some(deemed) => {
            Err(Error::refused_with("case-notice-late", "day", deemed.notice_due.to_string()))
        }
        None => Ok(()),
    }
}

/// What a refusal to accept must say.
#[derive(Debug, Clone)]
pub struct NonAcceptance {
    /// Ground.
    pub ground: Ground,
    /// Why.
    pub reason: String,
    /// The clause.
    pub basis: String,
    /// The competent body; needed where another one is.
    pub go_to: String,
}

/// Does not accept.
pub fn not_accept(
    state: State,
    at: Stamp,
    by: StaffId,
    said_so: NonAcceptance,
    calendar: &Calendar,
) -> Result<State> {
    let State::Submitted(submitted) = state else { return Err(not_now(&state)) };
    in_notice_time(&submitted, at, calendar)?;
    let NonAcceptance { ground, reason, basis, go_to } = said_so;
    let (reason, basis) = (said("reason", &reason)?, said("basis", &basis)?);
    let go_to = match ground {
        Ground::NotCompetent => said("go-to", &go_to)?,
        _ => go_to.trim().to_owned(),
    };
    Ok(State::NotAccepted(NotAccepted { submitted, at, by, ground, reason, basis, go_to }))
}

/// Tells everything that is missing, once.
///
/// # Errors
/// `case-correction-twice`, `case-correction-empty`, `case-correction-unknown`, `case-notice-late`.
pub fn request_correction(
    state: State,
    at: Stamp,
    by: StaffId,
    items: Vec<Missing>,
    pack: &packs::Pack,
    calendar: &Calendar,
) -> Result<State> {
    let State::Submitted(submitted) = state else { return Err(not_now(&state)) };
    if submitted.corrected.is_some() {
        return Err(Error::refused("case-correction-twice"));
    }
    in_notice_time(&submitted, at, calendar)?;
    if items.is_empty() || items.len() > 50 {
        return Err(Error::refused("case-correction-empty"));
    }
    let mut told_items: Vec<Missing> = Vec::with_capacity(items.len());
    for mut item in items {
        item.reason = said("reason", &item.reason)?;
        let known = match item.kind {
            super::model::MissingKind::Material => pack.materials.iter().any(|m| m.key == item.key),
            super::model::MissingKind::Field => pack.form.field(&item.key).is_some(),
        };
        let twice = told_items.iter().any(|t| t.kind == item.kind && t.key == item.key);
        if !known || twice {
            return Err(Error::refused_with("case-correction-unknown", "key", item.key));
        }
        told_items.push(item);
    }
    let until = ends(pack.flow.correction_limit, at.day(), calendar);
    let told = Told { at, by, until, items: told_items, supplied: None };
    Ok(State::CorrectionRequested(Correcting { submitted, told }))
}

/// Takes what was missing; the five days of the notice begin anew.
///
/// # Errors
/// `case-correction-late` after the day told.
pub fn supply(state: State, at: Stamp) -> Result<State> {
    let State::CorrectionRequested(Correcting { submitted, mut told }) = state else {
        return Err(not_now(&state));
    };
    if at.day() > told.until {
        return Err(Error::refused_with("case-correction-late", "day", told.until.to_string()));
    }
    told.supplied = Some(at);
    Ok(State::Submitted(Submitted { complete: at, corrected: Some(told), ..submitted }))
}

/// Withdraws before the decision; `lapsed` when the day told for the correction has passed.
///
/// # Errors
/// `case-not-now` after a decision; `case-not-lapsed` when it has not.
pub fn withdraw(state: State, at: Stamp, reason: &str, lapsed: bool) -> Result<State> {
    let from = state.phase();
    let submitted = match (&state, lapsed) {
        (State::CorrectionRequested(c), true) if at.day() <= c.told.until => {
            return Err(Error::refused("case-not-lapsed"));
        }
        (State::CorrectionRequested(c), _) => c.submitted.clone(),
        (State::Submitted(s), false) => s.clone(),
        (State::Accepted(a), false) => a.submitted.clone(),
        (State::Special(s), false) => s.accepted.submitted.clone(),
        _ => return Err(not_now(&state)),
    };
    let reason = if reason.trim().is_empty() { String::new() } else { said("reason", reason)? };
    Ok(State::Withdrawn(Withdrawn { submitted, at, from, lapsed, reason }))
}

/// A file named as evidence: the address of its content, or nothing.
fn evidence(address: Option<String>) -> Result<Option<String>> {
    let checked = address.map(|a| FileHash::parse(&a).map(|h| h.as_str().to_owned()));
    checked.transpose().map_err(|_| Error::refused("case-evidence"))
}

/// What starting a special procedure must say.
#[derive(Debug, Clone)]
pub struct Order {
    /// Key of a procedure the pack allows.
    pub key: String,
    /// Why.
    pub reason: String,
    /// File that shows the need.
    pub evidence: Option<String>,
    /// Staff numbers of those who take part.
    pub team: Vec<String>,
    /// Day it is planned to end; the longest the pack allows when absent.
    pub planned: Option<Day>,
}

/// Starts a special procedure. It must be one the pack allows, each only once, with reason, enough
/// people (art. 34: two on site), no longer than the pack's cap; it begins now and never earlier.
///
/// # Errors
/// `case-special-unknown`, `case-special-again`, `case-special-team`, `case-special-cap`.
pub fn start_special(
    state: State,
    at: Stamp,
    by: StaffId,
    order: Order,
    pack: &packs::Pack,
    calendar: &Calendar,
) -> Result<State> {
    let State::Accepted(accepted) = state else { return Err(not_now(&state)) };
    let Some(allowed) = pack.flow.special(&order.key) else {
        return Err(Error::refused("case-special-unknown"));
    };
    let Allowed { kind, pauses, staff, limit, .. } = allowed;
    if accepted.procedures.iter().any(|p| p.key == order.key) {
        return Err(Error::refused("case-special-again"));
    }
    let mut team: Vec<String> =
        order.team.iter().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect();
    team.sort();
    team.dedup();
    if team.len() < *staff as usize {
        return Err(Error::refused_with("case-special-team", "staff", staff));
    }
    let cap = ends(*limit, at.day(), calendar);
    let planned = order.planned.unwrap_or(cap);
    if planned < at.day() || planned > cap {
        return Err(Error::refused_with("case-special-cap", "day", cap.to_string()));
    }
    let running = Procedure {
        key: order.key,
        kind: *kind,
        pauses: *pauses,
        reason: said("reason", &order.reason)?,
        evidence: evidence(order.evidence)?,
        team,
        by,
        start: at,
        planned,
        ended: None,
    };
    Ok(State::Special(Special { accepted, running }))
}

/// The pause a procedure makes; days beyond the planned one count again (no stopping the clock by
/// forgetting to end it).
fn pause(procedure: &Procedure) -> Option<Pause> {
    let end = procedure.ended.as_ref().map(|e| e.at.day().min(procedure.planned));
    let start = procedure.start.day();
    procedure.pauses.then_some(Pause {
        start,
        end,
        planned: Some(procedure.planned),
        kind: procedure.kind,
    })
}

/// Ends the running procedure with its result.
pub fn end_special(
    state: State,
    at: Stamp,
    by: StaffId,
    result: &str,
    evidence: Option<String>,
) -> Result<State> {
    let State::Special(Special { mut accepted, mut running }) = state else {
        return Err(not_now(&state));
    };
    let (result, evidence) = (said("result", result)?, self::evidence(evidence)?);
    running.ended = Some(Ended { at, by, result, evidence });
    accepted.clock.pauses.extend(pause(&running));
    accepted.procedures.push(running);
    Ok(State::Accepted(accepted))
}

/// Extends the limit, once, by no more than pack and law allow (art. 42: ten working days).
///
/// # Errors
/// `case-extension-none`, `case-extension-twice`, `case-extension-late`, or the code of the length.
pub fn extend(
    state: State,
    at: Stamp,
    by: StaffId,
    days: u32,
    reason: &str,
    pack: &packs::Pack,
    calendar: &Calendar,
) -> Result<State> {
    let State::Accepted(mut accepted) = state else { return Err(not_now(&state)) };
    let most = pack.flow.extension.as_ref().map(|e| e.limit.n.min(clock::Extension::SINGLE));
    let Some(most) = most else { return Err(Error::refused("case-extension-none")) };
    if accepted.extension.is_some() {
        return Err(Error::refused("case-extension-twice"));
    }
    let due = clock::explain(&accepted.clock, calendar, at.day()).promised.day;
    if at.day() > due {
        return Err(Error::refused_with("case-extension-late", "day", due.to_string()));
    }
    let granted = clock::Extension::single(days, at.day()).ok().filter(|_| days <= most);
    let Some(granted) = granted else {
        return Err(Error::refused_with("case-extension-length", "most", most));
    };
    accepted.clock.extension = Some(granted);
    accepted.extension = Some(Extended { at, by, days, reason: said("reason", reason)? });
    Ok(State::Accepted(accepted))
}

/// Grants.
pub fn grant(state: State, decision: Decision) -> Result<State> {
    let State::Accepted(mut accepted) = state else { return Err(not_now(&state)) };
    accepted.clock.decided = Some(decision.at.day());
    Ok(State::Granted(Granted { accepted, decision }))
}

/// Denies, with reason and clause (art. 38 ¶2); the remedy is the item's.
pub fn deny(
    state: State,
    decision: Decision,
    reason: &str,
    basis: &str,
    remedy: &str,
) -> Result<State> {
    let State::Accepted(mut accepted) = state else { return Err(not_now(&state)) };
    accepted.clock.decided = Some(decision.at.day());
    let (reason, basis) = (said("reason", reason)?, said("basis", basis)?);
    Ok(State::Denied(Denied { accepted, decision, reason, basis, remedy: remedy.to_owned() }))
}

/// Every uploaded file must have been opened before a person decides.
///
/// # Errors
/// `case-not-read` with how many are left.
pub fn read_all(files: &[String], seen: &[String]) -> Result<()> {
    let left = files.iter().filter(|f| !seen.contains(f)).count();
    if left == 0 { Ok(()) } else { Err(Error::refused_with("case-not-read", "n", left)) }
}

/// Closes a decided case.
pub fn close(state: State, at: Stamp, licence: Option<String>) -> Result<State> {
    let result = match state {
        State::Granted(granted) => Outcome::Granted(granted),
        State::Denied(denied) => Outcome::Denied(denied),
        other => return Err(not_now(&other)),
    };
    Ok(State::Closed(Closed { at, result, licence }))
}

/// The clock of an accepted case as of a day.
pub fn clock(state: &State, calendar: &Calendar, today: Day) -> Option<Clock> {
    let accepted = state.accepted()?;
    let mut facts = accepted.clock.clone();
    if let State::Special(special) = state {
        let mut running = pause(&special.running);
        if let Some(open) = running.as_mut().filter(|_| today > special.running.planned) {
            open.end = Some(special.running.planned);
        }
        facts.pauses.extend(running);
    }
    Some(clock::explain(&facts, calendar, today))
}

/// On which desk a case lies and by when something is due there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// `<unit>:<post>`; empty when no desk has to do anything.
    pub desk: String,
    /// The day, when there is one.
    pub due: Option<Day>,
    /// The day crosses into a year without announced calendar.
    pub provisional: bool,
}

/// The desk's name in lists.
pub fn desk(unit: UnitId, post: Post) -> String {
    let post = if post == Post::Clerk { "clerk" } else { "approver" };
    format!("{}:{post}", unit.0)
}

/// Desk and due day of a state: a pure function of facts and calendar, never stored as truth.
pub fn queue(state: &State, unit: UnitId, calendar: &Calendar, today: Day) -> Queue {
    let mut at = unit;
    let (post, due, provisional) = match state {
        State::Submitted(s) => {
            at = s.window.unwrap_or(unit);
            let due = clock::notice_due(s.complete.day(), calendar);
            (Some(Post::Clerk), Some(due.day), due.provisional)
        }
        State::CorrectionRequested(c) => (None, Some(c.told.until), false),
        State::Accepted(_) | State::Special(_) => {
            let due = clock(state, calendar, today).map(|c| c.promised);
            (Some(Post::Approver), due.map(|d| d.day), due.is_some_and(|d| d.provisional))
        }
        _ => (None, None, false),
    };
    let desk = post.map(|post| desk(at, post)).unwrap_or_default();
    Queue { desk, due, provisional }
}

/// Whether a phase is one the clerk's or the approver's desk works on.
pub fn post_of(phase: Phase) -> Option<Post> {
    match phase {
        Phase::Submitted => Some(Post::Clerk),
        Phase::Accepted | Phase::Special => Some(Post::Approver),
        _ => None,
    }
}
