//! Handing in: a checked application becomes a case with a number; an instant item is decided here.

use super::super::life;
use super::super::model::{Case, CaseId, Decision, Owner, Phase, Post, Receipt, State};
use super::super::{records, rules};
use super::{LICENCE, document, notify, receipt, record, stream};
use crate::drafts::model::{DraftId, Submission};
use codes::calendar::Calendar;
use codes::case_no::CaseNo;
use codes::time::yyyymmdd;
use guide::packs::{self, Pack};
use serde_json::json;
use store::{Done, Error, Job, Kind, Recorded, Result, Tx};

/// Turns a submission into a case. The draft is consumed; a second hand finds it gone and learns the
/// case's number. Numbers of a region and day have no gap.
///
/// # Errors
/// `case-already-submitted` (with `no`); `Stale` when the draft changed since it was checked.
pub fn submit(tx: &mut Tx<'_>, s: &Submission, calendar: &Calendar) -> Result<Done<Receipt>> {
    tx.foresee(stream(CaseId(s.id.0)))?;
    if let Some(version) = s.draft_version
        && !crate::drafts::records::take(tx, s.id, version)?
    {
        return Err(gone(tx, s)?);
    }
    let at = tx.ctx().at;
    let serial = tx.next_number(&format!("case:{}:{}", s.region, yyyymmdd(at.day())))?;
    let no = u32::try_from(serial).ok().and_then(|n| CaseNo::new(s.region, at.day(), n));
    let mut case = Case {
        id: CaseId(s.id.0),
        no: no.ok_or(Error::Busy(3600))?,
        slug: s.pack.slug.clone(),
        item_version: s.pack.item.version.into(),
        unit: s.unit,
        owner: s.owner,
        account: s.account,
        person: s.person,
        parties: s.parties.clone(),
        applicant: s.shown.clone(),
        state: rules::receive(at, s.window),
        handler: None,
        sealed: s.sealed.clone(),
        submitted: at,
        version: 1,
    };
    life::next(None, Kind::CaseSubmitted, Post::Applicant)?;
    let mut path = vec![(Kind::CaseSubmitted, Phase::Submitted)];
    if !matches!(s.decision, packs::Decision::Person { .. }) {
        case.state = at_once(case.state, &s.pack, &s.decision, at, calendar, &mut path)?;
        case.version = path.len() as i64;
    }
    records::add(tx, &case, &rules::queue(&case.state, case.unit, calendar, at.day()))?;
    spared(tx, s, &case)?;
    let recorded = record_path(tx, &case, &path)?;
    match case.state.phase() {
        Phase::Granted => grant_jobs(tx, &case, &s.pack)?,
        Phase::Denied => document(tx, &case, "deny")?,
        _ => notify(tx, &case, "submitted")?,
    }
    Ok(recorded.with(receipt(&case)))
}

/// What a request does: hands in what was made ready just before (`filing::prepare`), whatever came of
/// that. A request repeated under its key gets its receipt although the draft is gone by then, and a
/// second hand learns the number. To be called in `write_once`.
///
/// # Errors
/// Those of making ready and of [`submit`].
pub fn hand_in(
    tx: &mut Tx<'_>,
    id: DraftId,
    owner: Owner,
    ready: Result<Submission>,
    calendar: &Calendar,
) -> Result<Done<Receipt>> {
    match ready {
        Ok(submission) => submit(tx, &submission, calendar),
        Err(Error::NotFound) => {
            let case = records::opt(tx, CaseId(id.0))?.filter(|case| case.owner == owner);
            let there = |c: Case| Error::refused_with("case-already-submitted", "no", c.no);
            Err(case.map_or(Error::NotFound, there))
        }
        Err(other) => Err(other),
    }
}

/// Counts the papers that licences spared, and tells the units that issued those licences.
fn spared(tx: &mut Tx<'_>, s: &Submission, case: &Case) -> Result<()> {
    let today = tx.ctx().at.day();
    guide::spared::records::count(tx, case.unit.0, &case.slug, &s.spared, today)?;
    for licence in s.spared.iter().filter_map(|paper| paper.licence.as_ref()) {
        let (item, no) = (&s.pack.item.implementation_code, case.no.to_string());
        proof::exchange::acts::presented(tx, licence, case.unit.0, (item, &no))?;
    }
    Ok(())
}

/// Why the draft was not there to take.
fn gone(tx: &mut Tx<'_>, s: &Submission) -> Result<Error> {
    if let Some(case) = records::opt(tx, CaseId(s.id.0))? {
        return Ok(Error::refused_with("case-already-submitted", "no", case.no));
    }
    let there = crate::drafts::records::find(tx, s.id)?.is_some();
    Ok(if there { Error::Stale } else { Error::NotFound })
}

/// The item's own rule decides within the same transaction (即办).
fn at_once(
    state: State,
    pack: &Pack,
    decided: &packs::Decision,
    at: codes::time::Stamp,
    calendar: &Calendar,
    path: &mut Vec<(Kind, Phase)>,
) -> Result<State> {
    let to = life::next(Some(state.phase()), Kind::CaseAccepted, Post::System)?;
    path.push((Kind::CaseAccepted, to));
    let state = rules::accept(state, at, None, pack, calendar)?;
    let decision = Decision { at, by: None, opinion: String::new(), seen: vec![] };
    let (on, state) = match decided {
        packs::Decision::Refuse { why } => {
            let join = |f: fn(&packs::Checked) -> &str| {
                let mut said: Vec<&str> = why.iter().map(f).filter(|t| !t.is_empty()).collect();
                said.dedup();
                said.join("；")
            };
            let (reason, basis) = (join(|c| &c.message.zh), join(|c| &c.basis.zh));
            let basis = if basis.is_empty() { pack.item.basis[0].zh.clone() } else { basis };
            let remedy = &pack.item.remedy.zh;
            (Kind::CaseDenied, rules::deny(state, decision, &reason, &basis, remedy)?)
        }
        _ => (Kind::CaseGranted, rules::grant(state, decision)?),
    };
    path.push((on, life::next(Some(Phase::Accepted), on, Post::System)?));
    Ok(state)
}

fn record_path(tx: &mut Tx<'_>, case: &Case, path: &[(Kind, Phase)]) -> Result<Recorded> {
    let (last, before) = path.split_last().ok_or_else(|| Error::internal("no event"))?;
    for (on, phase) in before {
        let event = store::Event::new(*on, stream(case.id));
        let data = json!({"no": case.no, "state": phase.label(), "item": case.slug});
        tx.record(event.about(case.person.0).with(data))?;
    }
    record(tx, case, last.0, json!({"item": case.slug}))
}

/// After granting: the licence first where there is one, since the decision names its number.
pub(super) fn grant_jobs(tx: &mut Tx<'_>, case: &Case, pack: &Pack) -> Result<()> {
    if pack.licence.is_none() {
        return document(tx, case, "grant");
    }
    let payload = json!({"case": case.id.0});
    tx.job(Job { queue: LICENCE, key: case.no.to_string(), run_at: None, payload })
}
