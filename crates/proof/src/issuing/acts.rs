//! Acts of issuing: a batch is kept, handed in, approved or refused by a second person; its rows are put in
//! force one by one. The approval orders exactly the rows that were seen: each gets an event of its own with
//! its hash, and no seal is put without that event.

use super::life::{self, Step};
use super::model::{Batch, BatchState, IssueRow, RowState, Told};
use super::{QUEUE, records};
use crate::licences::{self, LicenceRowId, MadeLicence};
use crate::types::acts::Hand;
use crate::types::records as types;
use crate::types::{KindState, Version};
use people::identity::{PersonId, account_of};
use people::notices::{Notice, notify};
use serde_json::json;
use store::{Done, Error, Event, FileHash, Job, Kind, Recorded, Result, Stream, Tx};

/// Rows made by one job.
const CHUNK: usize = 20;
/// Longest note of whoever refuses, letters.
const MOST_NOTE: usize = 300;

/// Hash over the rows that check, in order: what is seen is what is approved.
pub fn hash<'r>(rows: impl Iterator<Item = &'r IssueRow>) -> String {
    let all: Vec<u8> =
        rows.filter(|r| r.state != RowState::Bad).flat_map(|r| r.hash.clone()).collect();
    FileHash::of(&all).as_str().to_owned()
}

/// Keeps a batch that was read and checked. One licence by hand is handed in at once.
///
/// # Errors
/// `issue-nothing` for one licence by hand that does not check.
pub fn keep(tx: &mut Tx<'_>, batch: &Batch, rows: &[IssueRow]) -> Result<Done<i64>> {
    if batch.by_hand() && batch.ready != 1 {
        return Err(Error::refused("issue-nothing"));
    }
    records::add(tx, batch)?;
    for row in rows {
        records::add_row(tx, row)?;
    }
    let recorded = told(tx, Kind::IssuePrepared, batch)?;
    if batch.by_hand() {
        records::set_state(tx, (batch.id, batch.lock), BatchState::Offered, None, "")?;
    }
    Ok(recorded.with(batch.id))
}

/// One step with a batch, by hand of somebody of its unit.
///
/// # Errors
/// `issue-step` when the table does not know it, `issue-second-person` when whoever approves or refuses
/// prepared it, `issue-first-person` when somebody else hands it in, `issue-nothing` without a row that
/// checks, `issue-type-changed` when the type has a newer version by now, `issue-note` for a refusal
/// without words; `Stale`, `NotFound`.
pub fn step(
    tx: &mut Tx<'_>,
    hand: Hand,
    id: i64,
    lock: i64,
    step: Step,
    note: &str,
) -> Result<Done<()>> {
    let batch = records::batch_by_id(tx, id)?;
    if batch.unit != hand.unit {
        return Err(Error::NotFound);
    }
    if batch.lock != lock {
        return Err(Error::Stale);
    }
    let to = life::next(batch.state, step)?;
    let own = batch.prepared_by == hand.staff;
    if step.second() && own {
        return Err(Error::refused("issue-second-person"));
    }
    if matches!(step, Step::Offer | Step::Drop) && !own {
        return Err(Error::refused("issue-first-person"));
    }
    let at = tx.ctx().at;
    let by = step.second().then_some((hand.staff, at));
    let recorded = match step {
        Step::Offer if batch.ready == 0 => return Err(Error::refused("issue-nothing")),
        Step::Offer => told(tx, Kind::IssueOffered, &batch)?,
        Step::Drop => {
            records::forget(tx, id)?;
            told(tx, Kind::IssueDropped, &batch)?
        }
        Step::Refuse => {
            if !(2..=MOST_NOTE).contains(&note.trim().chars().count()) {
                return Err(Error::refused("issue-note"));
            }
            told(tx, Kind::IssueRefused, &batch)?
        }
        Step::Approve => approve(tx, &batch)?,
        Step::Resume => resume(tx, &batch)?,
    };
    let by = by.or(batch.decided_by.zip(batch.decided_at));
    records::set_state(tx, (id, lock), to, by, note.trim())?;
    Ok(recorded.with(()))
}

/// The approval: every row that checks gets its order, and jobs make them.
fn approve(tx: &mut Tx<'_>, batch: &Batch) -> Result<Recorded> {
    let version = in_use(tx, batch)?;
    let rows = records::rows(tx, batch.id, None, 0, i64::MAX)?;
    if hash(rows.iter()) != batch.hash {
        return Err(Error::internal(format!("batch {} is not what was checked", batch.id)));
    }
    let ready: Vec<IssueRow> = rows.into_iter().filter(|r| r.state == RowState::Ready).collect();
    for row in &ready {
        records::set_row(tx, row.id, RowState::Ready, RowState::Ordered, &row.told, None)?;
        let data = json!({"batch": batch.id, "row": row.hash_text(), "version": version.id});
        tx.record(Event::new(Kind::LicenceOrdered, Stream::of("issue-row", row.id)).with(data))?;
    }
    order(tx, batch, &ready)?;
    told(tx, Kind::IssueApproved, batch)
}

/// The type's version of a batch, which must still be the one in use.
fn in_use(tx: &mut Tx<'_>, batch: &Batch) -> Result<Version> {
    let version = types::version_by_id(tx, batch.version)?;
    let used = version.state == KindState::Published;
    if used { Ok(version) } else { Err(Error::refused("issue-type-changed")) }
}

fn order(tx: &mut Tx<'_>, batch: &Batch, rows: &[IssueRow]) -> Result<()> {
    for chunk in rows.chunks(CHUNK) {
        let ids: Vec<i64> = chunk.iter().map(|r| r.id).collect();
        let payload = json!({"rows": ids});
        tx.job(Job { queue: QUEUE, key: batch.id.to_string(), run_at: None, payload })?;
    }
    Ok(())
}

/// What was ordered and is not made yet is tried again, on the same orders.
fn resume(tx: &mut Tx<'_>, batch: &Batch) -> Result<Recorded> {
    let mut again = records::rows(tx, batch.id, Some(RowState::Ordered), 0, i64::MAX)?;
    for row in records::rows(tx, batch.id, Some(RowState::Failed), 0, i64::MAX)? {
        records::set_row(tx, row.id, RowState::Failed, RowState::Ordered, &[], None)?;
        again.push(row);
    }
    if again.is_empty() {
        return Err(Error::refused("issue-step"));
    }
    order(tx, batch, &again)?;
    told(tx, Kind::IssueResumed, batch)
}

/// Puts the licence of an approved row in force, once. A holder who by now has one in force of a type that
/// is held once gets no second one: the row fails and says so.
///
/// # Errors
/// `Stale` when the row was made before; `licence-step` when the licence it replaces has ended.
pub fn made(
    tx: &mut Tx<'_>,
    row: &IssueRow,
    made: &MadeLicence,
    version: &Version,
) -> Result<Done<Option<LicenceRowId>>> {
    let (index, type_code) = (made.holder_index().to_vec(), made.type_code().to_owned());
    // The series counts licences of one type by one holder, and its row keeps a second one waiting.
    let series = format!("issue:{type_code}:{}", hex::encode(&index));
    licences::records::next_serial(tx, &series)?;
    if version.body.single {
        let today = tx.ctx().at.day();
        let twin = records::in_force(tx, &index, &type_code, today, row.replaces)?;
        if let Some((_, number)) = twin {
            return Ok(not_made(tx, row, Told::of("", "twin", number))?.map(|()| None));
        }
    }
    if !records::set_row(tx, row.id, RowState::Ordered, RowState::Made, &row.told, Some(made.id.0))?
    {
        return Err(Error::Stale);
    }
    let id = licences::acts::issue(tx, made, None)?;
    types::pin(tx, id, version.id)?;
    tell(tx, made, &version.body.name.zh)?;
    let data = json!({"licence": id.0, "batch": row.batch});
    let event = Event::new(Kind::LicenceMade, Stream::of("issue-row", row.id)).with(data);
    Ok(tx.record(event)?.with(Some(id)))
}

/// An approved row could not be made; what is told says why.
///
/// # Errors
/// `Stale` when it was made before.
pub fn not_made(tx: &mut Tx<'_>, row: &IssueRow, why: Told) -> Result<Done<()>> {
    let data = json!({"batch": row.batch, "why": why.code});
    if !records::set_row(tx, row.id, RowState::Ordered, RowState::Failed, &[why], None)? {
        return Err(Error::Stale);
    }
    let event = Event::new(Kind::LicenceNotMade, Stream::of("issue-row", row.id)).with(data);
    Ok(tx.record(event)?.with(()))
}

/// Tells the holder, where he has an account.
fn tell(tx: &mut Tx<'_>, made: &MadeLicence, name: &str) -> Result<()> {
    let Some(person) = made.subject() else { return Ok(()) };
    let Some(account) = account_of(tx, PersonId(person))? else { return Ok(()) };
    let args = vec![("name", name.to_owned()), ("number", made.number.clone())];
    let link = format!("/my/licences/{}", made.id.0);
    notify(tx, Notice { account, template: "licence-issued", args, link }).map(drop)
}

fn told(tx: &mut Tx<'_>, what: Kind, batch: &Batch) -> Result<Recorded> {
    let data = json!({
        "version": batch.version,
        "rows": batch.total,
        "ready": batch.ready,
        "hash": batch.hash,
    });
    tx.record(Event::new(what, Stream::of("issue-batch", batch.id)).with(data))
}
