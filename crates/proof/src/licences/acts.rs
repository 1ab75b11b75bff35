//! Acts on licences: issued, suspended, restored, ended, presented. Each is one event.

use super::life::{self, Step};
use super::model::{Licence, LicenceRowId, LicenceStatus, MadeLicence, Reason};
use super::{records, rules};
use people::identity::{PersonId, account_of};
use people::notices::{Notice, notify};
use serde_json::json;
use store::{Done, Error, Event, FileHash, Kind, Result, Stream, Tx};

/// Puts a licence in force, in the transaction that records the case's result. A second call for the
/// same case gives the first licence: jobs come at least once. The licence it replaces is superseded.
///
/// # Errors
/// `licence-step` when the replaced licence has already ended.
pub fn issue(tx: &mut Tx<'_>, made: &MadeLicence, case_id: Option<i64>) -> Result<LicenceRowId> {
    if let Some(case) = case_id
        && let Some(earlier) = records::of_case(tx, case)?
    {
        return Ok(earlier.id);
    }
    let at = tx.ctx().at;
    if let Some(old) = made.row.replaces {
        let old = records::by_id(tx, old)?;
        let to = life::next(old.status_on(at.day()), Step::Supersede)?;
        let reason = Reason { lock: old.lock, ..Reason::default() };
        records::set_status(tx, old.id, to, &reason, at)?;
    }
    let status = life::next(LicenceStatus::Draft, Step::Issue)?;
    records::insert(tx, made, status, case_id, at)?;
    let data = json!({
        "identifier": made.identifier.to_string(),
        "type": made.row.type_code,
        "file": made.file.as_ref().map(|f| f.as_str()),
        "seal": made.seal_no,
        "case": case_id,
        "replaces": made.row.replaces.map(|id| id.0),
    });
    let event = Event::new(Kind::LicenceIssued, stream(made.id)).about(made.row.subject).with(data);
    tx.record(event)?;
    Ok(made.id)
}

/// Puts a licence of a register in force for the holder who claims it.
pub fn claim(tx: &mut Tx<'_>, made: &MadeLicence) -> Result<Done<LicenceRowId>> {
    let (at, status) = (tx.ctx().at, life::next(LicenceStatus::Draft, Step::Issue)?);
    records::insert(tx, made, status, None, at)?;
    let data = json!({"identifier": made.identifier.to_string(), "type": made.row.type_code});
    let event = Event::new(Kind::LicenceIssued, stream(made.id)).about(made.row.subject).with(data);
    Ok(tx.record(event)?.with(made.id))
}

/// 暂扣: out of force until restored.
pub fn suspend(
    tx: &mut Tx<'_>,
    id: LicenceRowId,
    unit: i64,
    reason: &Reason,
) -> Result<Done<LicenceRowId>> {
    change(tx, id, unit, Step::Suspend, reason)
}

/// 恢复: a suspended licence is in force again.
pub fn restore(
    tx: &mut Tx<'_>,
    id: LicenceRowId,
    unit: i64,
    reason: &Reason,
) -> Result<Done<LicenceRowId>> {
    change(tx, id, unit, Step::Restore, reason)
}

/// 撤销: granting it was unlawful (行政许可法 art. 69).
pub fn revoke(
    tx: &mut Tx<'_>,
    id: LicenceRowId,
    unit: i64,
    reason: &Reason,
) -> Result<Done<LicenceRowId>> {
    change(tx, id, unit, Step::Revoke, reason)
}

/// 注销: closed administratively (行政许可法 art. 70).
pub fn cancel(
    tx: &mut Tx<'_>,
    id: LicenceRowId,
    unit: i64,
    reason: &Reason,
) -> Result<Done<LicenceRowId>> {
    change(tx, id, unit, Step::Cancel, reason)
}

/// One step of the life table taken by hand, by the unit that issued the licence.
///
/// # Errors
/// `licence-reason` without reason and basis, `licence-step` when the table does not know the step,
/// `licence-step-type` when its type does not allow it, `NotFound` for another unit's licence, `Stale` when somebody else changed it since.
pub fn change(
    tx: &mut Tx<'_>,
    id: LicenceRowId,
    unit: i64,
    step: Step,
    reason: &Reason,
) -> Result<Done<LicenceRowId>> {
    let licence = records::by_id(tx, id)?;
    if licence.issuer.unit != unit || !Step::BY_HAND.contains(&step) {
        return Err(Error::NotFound);
    }
    rules::reasoned(reason, &licence.number)?;
    if licence.lock != reason.lock {
        return Err(Error::Stale);
    }
    crate::types::acts::allowed(tx, id, step)?;
    let at = tx.ctx().at;
    let to = life::next(licence.status_on(at.day()), step)?;
    records::set_status(tx, id, to, reason, at)?;
    let data = json!({
        "identifier": licence.identifier,
        "step": step.label(),
        "basis": reason.basis.trim(),
    });
    tell(tx, &licence, step)?;
    let event = Event::new(step.event(), stream(id)).about(licence.subject).with(data);
    Ok(tx.record(event)?.with(id))
}

/// Tells the holder, where he has an account: an end nobody hears of cannot be contested.
fn tell(tx: &mut Tx<'_>, licence: &Licence, step: Step) -> Result<()> {
    let Some(person) = licence.subject else { return Ok(()) };
    let Some(account) = account_of(tx, PersonId(person))? else { return Ok(()) };
    let template = match step {
        Step::Suspend => "licence-suspend",
        Step::Restore => "licence-restore",
        Step::Revoke => "licence-revoke",
        Step::Penalise => "licence-penalise",
        Step::Transfer => "licence-transfer",
        _ => "licence-cancel",
    };
    let args = vec![("name", licence.name_zh.clone()), ("number", licence.number.clone())];
    let link = format!("/my/licences/{}", licence.id.0);
    notify(tx, Notice { account, template, args, link }).map(drop)
}

/// Keeps the file that was made for a licence of a register; `Stale` when it has one.
pub fn keep_paper(tx: &mut Tx<'_>, id: LicenceRowId, file: &FileHash) -> Result<Done<()>> {
    if !records::set_file(tx, id, file)? {
        return Err(Error::Stale);
    }
    let licence = records::by_id(tx, id)?;
    let data = json!({"identifier": licence.identifier, "file": file.as_str()});
    let event = Event::new(Kind::DocumentIssued, stream(id)).about(licence.subject).with(data);
    Ok(tx.record(event)?.with(()))
}

/// A licence took the place of a paper: its own record says so, beside the case's.
pub fn presented(tx: &mut Tx<'_>, identifier: &str, person: i64) -> Result<()> {
    let Some(licence) = records::by_identifier(tx, identifier)? else { return Ok(()) };
    let data = json!({"identifier": licence.identifier});
    let event = Event::new(Kind::LicencePresented, stream(licence.id)).about(person).with(data);
    tx.record(event).map(drop)
}

fn stream(id: LicenceRowId) -> Stream {
    Stream::of("licence", id.0)
}
