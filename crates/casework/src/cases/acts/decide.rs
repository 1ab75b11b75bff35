//! Deciding, withdrawing, closing.

use super::super::model::{Case, CaseId, Decision, Grip, Officer, Owner, Post, Receipt};
use super::super::{life, records, rules};
use super::submit::grant_jobs;
use super::{ENDED, Turn, document, for_officer, for_owner, notify, pack_of, receipt, turn};
use crate::drafts::model::DraftId;
use codes::calendar::Calendar;
use serde_json::json;
use store::{Db, Done, FileHash, Job, Kind, Result, Tx};

/// What an approver says with his decision.
#[derive(Debug, Clone, Default)]
pub struct Opinion {
    /// Opinion for the file; may be empty when granting.
    pub text: String,
    /// Addresses of the uploaded files he opened.
    pub seen: Vec<String>,
}

fn decision(tx: &mut Tx<'_>, case: &Case, who: &Officer, opinion: Opinion) -> Result<Decision> {
    let papers = crate::materials::records::bare_papers(tx, DraftId(case.id.0))?;
    let files = papers.iter().filter_map(|p| p.file.as_ref());
    let files: Vec<String> = files.map(FileHash::as_str).map(str::to_owned).collect();
    rules::read_all(&files, &opinion.seen)?;
    let mut seen = opinion.seen;
    seen.retain(|s| files.contains(s));
    let text = opinion.text.trim();
    let text = if text.is_empty() { String::new() } else { rules::said("opinion", text)? };
    Ok(Decision { at: tx.ctx().at, by: Some(who.id), opinion: text, seen })
}

/// Grants (准予). Licence and decision are made by jobs right after.
///
/// # Errors
/// `case-not-read` when an uploaded file was not opened.
pub fn grant(
    tx: &mut Tx<'_>,
    grip: Grip,
    who: &Officer,
    opinion: Opinion,
    calendar: &Calendar,
) -> Result<Done<Receipt>> {
    let (case, post) = for_officer(tx, grip, who)?;
    let pack = pack_of(tx, &case)?;
    life::next(Some(case.state.phase()), Kind::CaseGranted, post)?;
    let decision = decision(tx, &case, who, opinion)?;
    let facts = json!({"opened": decision.seen});
    let this = Turn::of(Kind::CaseGranted, post, calendar).with(facts);
    let (case, recorded) = turn(tx, case, this, |s| rules::grant(s, decision))?;
    grant_jobs(tx, &case, &pack)?;
    Ok(recorded.with(receipt(&case)))
}

/// Denies (不予许可), with reason and clause; the item's remedies are told (art. 38 ¶2).
///
/// # Errors
/// `case-words` without reason or clause; `case-not-read`.
pub fn deny(
    tx: &mut Tx<'_>,
    grip: Grip,
    who: &Officer,
    opinion: Opinion,
    reason: &str,
    basis: &str,
    calendar: &Calendar,
) -> Result<Done<Receipt>> {
    let (case, post) = for_officer(tx, grip, who)?;
    let pack = pack_of(tx, &case)?;
    life::next(Some(case.state.phase()), Kind::CaseDenied, post)?;
    let decision = decision(tx, &case, who, opinion)?;
    let facts = json!({"opened": decision.seen});
    let this = Turn::of(Kind::CaseDenied, post, calendar).with(facts);
    let remedy = &pack.item.remedy.zh;
    let (case, recorded) =
        turn(tx, case, this, |s| rules::deny(s, decision, reason, basis, remedy))?;
    document(tx, &case, "deny")?;
    Ok(recorded.with(receipt(&case)))
}

/// Withdraws at the applicant's wish, any time before the decision.
pub fn withdraw(
    tx: &mut Tx<'_>,
    grip: Grip,
    owner: Owner,
    reason: &str,
    calendar: &Calendar,
) -> Result<Done<Receipt>> {
    let mut case = for_owner(tx, grip, owner)?;
    let at = tx.ctx().at;
    case.handler = None;
    let this = Turn::of(Kind::CaseWithdrawn, Post::Applicant, calendar);
    let (case, recorded) = turn(tx, case, this, |s| rules::withdraw(s, at, reason, false))?;
    notify(tx, &case, "withdrawn")?;
    Ok(recorded.with(receipt(&case)))
}

/// Closes a decided case once what it came to is made (办结). Part of the worker's transaction.
pub fn close(
    tx: &mut Tx<'_>,
    id: CaseId,
    licence: Option<String>,
    calendar: &Calendar,
) -> Result<Done<Receipt>> {
    let mut case = records::by_id(tx, id)?;
    let at = tx.ctx().at;
    case.handler = None;
    let about = case.state.phase().label();
    let this = Turn::of(Kind::CaseClosed, Post::System, calendar).with(json!({"licence": licence}));
    let (case, recorded) = turn(tx, case, this, |s| rules::close(s, at, licence))?;
    notify(tx, &case, about)?;
    // Who watches how well it went hears of it by a job; this room knows no more.
    let payload = json!({"case": case.id.0});
    tx.job(Job { queue: ENDED, key: case.no.to_string(), run_at: None, payload })?;
    Ok(recorded.with(receipt(&case)))
}

/// Computes the due day of a case anew (the calendar of a year was announced). The due day in the row
/// is only a copy for sorting; no fact changes, so there is no event.
pub fn recompute(
    db: &mut Db<'_>,
    id: CaseId,
    calendar: &Calendar,
    today: codes::Day,
) -> Result<bool> {
    let case = records::by_id(db, id)?;
    records::reset_due(db, &case, &rules::queue(&case.state, case.unit, calendar, today))
}
