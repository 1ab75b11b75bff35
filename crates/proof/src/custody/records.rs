//! Rows of holders, unlockings, the signing queue and the notices to heads of units.

use super::model::{Guard, Holder, Request, RequestState, Told, Unlock, Waiting};
use crate::seals::model::{Seal, SealKind};
use crate::seals::records as seals;
use codes::time::Stamp;
use store::{Db, Error, Result, Row, p, sql};

sql! {
    ADD_HOLDER = "INSERT INTO seal_holder (id, seal, staff, from_at, until_at, ended_at, delegated_by, named_by) \
        VALUES ($1, $2, $3, $4, $5, 0, $6, $7)";
    END_HOLDER = "UPDATE seal_holder SET ended_at = $2 WHERE id = $1 AND ended_at = 0";
    HOLDERS = "SELECT id, seal, staff, from_at, until_at, ended_at, delegated_by FROM seal_holder \
        WHERE seal = $1 ORDER BY id DESC LIMIT 100";
    HOLDS = "SELECT id, seal, staff, from_at, until_at, ended_at, delegated_by FROM seal_holder \
        WHERE staff = $1 AND seal = $2 AND ended_at = 0 ORDER BY id DESC LIMIT 10";
    ADD_UNLOCK = "INSERT INTO seal_unlock (id, seal, staff, at, until_at) VALUES ($1, $2, $3, $4, $5)";
    UNLOCKS = "SELECT staff, until_at FROM seal_unlock WHERE seal = $1 AND until_at > $2 ORDER BY until_at LIMIT 100";
    END_UNLOCKS = "UPDATE seal_unlock SET until_at = $2 WHERE seal = $1 AND until_at > $2";
    ADD_REQUEST = "INSERT INTO seal_request (id, unit, kind, seal, ordered_by, ordered, approver, title, number, \
        case_no, document_hash, state, why, asked_at, state_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING";
    STILL_WAITS = "UPDATE seal_request SET why = $5, seal = $6, number = $7, document_hash = $8, state_at = $9 \
        WHERE unit = $1 AND kind = $2 AND ordered_by = $3 AND title = $4 AND state = 'waiting' AND why <> $5";
    REQUEST_ENDS = "UPDATE seal_request SET state = $5, why = $6, seal = $7, number = $8, document_hash = $9, \
        state_at = $10 WHERE unit = $1 AND kind = $2 AND ordered_by = $3 AND title = $4 AND state = 'waiting'";
    REQUESTS = "SELECT id, unit, kind, seal, ordered_by, ordered, approver, title, number, case_no, \
        document_hash, state, why, asked_at, state_at FROM seal_request WHERE unit = $1 AND id < $2 \
        ORDER BY id DESC LIMIT $3";
    WAITING_KEYS = "SELECT case_no FROM seal_request WHERE unit = $1 AND kind = $2 AND state = 'waiting' \
        AND case_no IS NOT NULL ORDER BY id LIMIT 1000";
    WAITING = "SELECT why FROM seal_request WHERE unit = $1 AND state = 'waiting' ORDER BY id DESC LIMIT 1";
    WAITING_COUNT = "SELECT COUNT(*) FROM seal_request WHERE unit = $1 AND state = 'waiting'";
    ADD_NOTICE = "INSERT INTO seal_notice (id, unit, seal, approver, at, seen_at, seen_by) \
        VALUES ($1, $2, $3, $4, $5, 0, 0)";
    NOTICES = "SELECT n.id, n.at, s.name, n.seal, u.title, u.number, u.document_hash, n.approver, n.seen_at \
        FROM seal_notice n JOIN seal_use u ON u.id = n.id JOIN seal s ON s.id = n.seal \
        WHERE n.unit = $1 AND n.id < $2 ORDER BY n.id DESC LIMIT $3";
    UNSEEN = "SELECT COUNT(*) FROM seal_notice WHERE unit = $1 AND seen_at = 0";
    SEEN = "UPDATE seal_notice SET seen_at = $3, seen_by = $4 WHERE unit = $1 AND id <= $2 AND seen_at = 0";
}

/// Adds a holder.
pub fn add_holder(db: &mut Db<'_>, holder: &Holder, named_by: i64) -> Result<()> {
    let h = holder;
    let giver = h.delegated_by.unwrap_or(0);
    db.put(ADD_HOLDER, p![h.id, h.seal, h.staff, h.from, h.until, giver, named_by])
}

/// Ends a holding; `false` when it had ended.
pub fn end_holder(db: &mut Db<'_>, id: i64, at: Stamp) -> Result<bool> {
    Ok(db.exec(END_HOLDER, p![id, at])? == 1)
}

fn holder(row: &Row<'_>) -> Result<Holder> {
    let (ended, giver) = (row.stamp(5)?, row.i64(6)?);
    Ok(Holder {
        id: row.i64(0)?,
        seal: row.i64(1)?,
        staff: row.i64(2)?,
        from: row.stamp(3)?,
        until: row.stamp(4)?,
        ended: (ended.micros() > 0).then_some(ended),
        delegated_by: (giver > 0).then_some(giver),
    })
}

/// Who holds a seal or held it, newest first.
pub fn holders(db: &mut Db<'_>, seal: i64) -> Result<Vec<Holder>> {
    db.all(HOLDERS, p![seal], holder)
}

/// Holdings of one person, not ended early.
pub fn holds(db: &mut Db<'_>, staff: i64, seal: i64) -> Result<Vec<Holder>> {
    db.all(HOLDS, p![staff, seal], holder)
}

/// Adds an unlocking.
pub fn add_unlock(db: &mut Db<'_>, id: i64, seal: i64, unlock: &Unlock, at: Stamp) -> Result<()> {
    db.put(ADD_UNLOCK, p![id, seal, unlock.staff, at, unlock.until])
}

/// Ends every unlocking of a seal.
pub fn end_unlocks(db: &mut Db<'_>, seal: i64, at: Stamp) -> Result<()> {
    db.put(END_UNLOCKS, p![seal, at])
}

/// What decides whether this seal may seal now.
pub fn guard(db: &mut Db<'_>, seal: Seal, at: Stamp) -> Result<Guard> {
    let id = seal.id;
    let unlocks = match seal.level {
        1 => db.all(UNLOCKS, p![id, at], |row| {
            Ok(Unlock { staff: row.i64(0)?, until: row.stamp(1)? })
        })?,
        _ => Vec::new(),
    };
    let lately = match seal.per_hour {
        0 => Vec::new(),
        most => seals::used_since(db, id, at.plus_seconds(-3_600), most)?,
    };
    Ok(Guard { holders: holders(db, id)?, unlocks, lately, seal })
}

/// Keeps a paper of the queue unless the same one waits already; tells whether it was kept.
pub fn add_request(db: &mut Db<'_>, request: &Request) -> Result<bool> {
    let r = request;
    let params = p![
        r.id,
        r.unit,
        r.kind.label(),
        r.seal,
        r.ordered_by,
        &r.ordered,
        &r.approver,
        &r.title,
        &r.number,
        r.case_no.clone(),
        &r.document_hash,
        r.state.label(),
        &r.why,
        r.asked,
        r.state_at
    ];
    Ok(db.exec(ADD_REQUEST, params)? == 1)
}

/// The same paper waits for something else now; `false` when nothing changed.
pub fn still_waits(db: &mut Db<'_>, request: &Request) -> Result<bool> {
    let r = request;
    let params = p![
        r.unit,
        r.kind.label(),
        r.ordered_by,
        &r.title,
        &r.why,
        r.seal,
        &r.number,
        &r.document_hash,
        r.state_at
    ];
    Ok(db.exec(STILL_WAITS, params)? == 1)
}

/// A waiting paper is done or refused; `false` when none waited.
pub fn end_request(db: &mut Db<'_>, request: &Request) -> Result<bool> {
    let r = request;
    let params = p![
        r.unit,
        r.kind.label(),
        r.ordered_by,
        &r.title,
        r.state.label(),
        &r.why,
        r.seal,
        &r.number,
        &r.document_hash,
        r.state_at
    ];
    Ok(db.exec(REQUEST_ENDS, params)? > 0)
}

/// The signing queue of a unit before an id, newest first.
pub fn requests(db: &mut Db<'_>, unit: i64, before: i64, most: i64) -> Result<Vec<Request>> {
    db.all(REQUESTS, p![unit, before, most], |row| {
        let kind = row.text(2)?;
        Ok(Request {
            id: row.i64(0)?,
            unit: row.i64(1)?,
            kind: SealKind::parse(&kind)
                .ok_or_else(|| Error::internal(format!("a seal {kind}")))?,
            seal: row.i64(3)?,
            ordered_by: row.i64(4)?,
            ordered: row.text(5)?,
            approver: row.text(6)?,
            title: row.text(7)?,
            number: row.text(8)?,
            case_no: row.opt_text(9)?,
            document_hash: row.text(10)?,
            state: RequestState::parse(&row.text(11)?)?,
            why: row.text(12)?,
            asked: row.stamp(13)?,
            state_at: row.stamp(14)?,
        })
    })
}

/// The jobs' keys (case numbers) of what waits for a unit's seal of this kind.
pub fn waiting_keys(db: &mut Db<'_>, unit: i64, kind: SealKind) -> Result<Vec<String>> {
    db.all(WAITING_KEYS, p![unit, kind.label()], |row| row.text(0))
}

/// What waits for a unit's seals, if anything does.
pub fn waiting(db: &mut Db<'_>, unit: i64) -> Result<Option<Waiting>> {
    let Some(why) = db.opt(WAITING, p![unit], |row| row.text(0))? else { return Ok(None) };
    let count = db.one(WAITING_COUNT, p![unit], |row| row.i64(0))?;
    Ok(Some(Waiting { count, why }))
}

/// Tells the head of a unit of one use; `id` is that of the use, so that nobody is told twice.
pub fn add_notice(
    db: &mut Db<'_>,
    id: i64,
    (unit, seal): (i64, i64),
    approver: &str,
    at: Stamp,
) -> Result<()> {
    db.put(ADD_NOTICE, p![id, unit, seal, approver, at])
}

/// What the head of a unit was told before an id, newest first.
pub fn notices(db: &mut Db<'_>, unit: i64, before: i64, most: i64) -> Result<Vec<Told>> {
    db.all(NOTICES, p![unit, before, most], |row| {
        Ok(Told {
            id: row.i64(0)?,
            at: row.stamp(1)?,
            seal_name: row.text(2)?,
            seal: row.i64(3)?,
            title: row.text(4)?,
            number: row.text(5)?,
            document_hash: row.text(6)?,
            approver: row.text(7)?,
            seen: row.stamp(8)?.micros() > 0,
        })
    })
}

/// How many uses the head of a unit has not seen.
pub fn unseen(db: &mut Db<'_>, unit: i64) -> Result<i64> {
    db.one(UNSEEN, p![unit], |row| row.i64(0))
}

/// The head has seen everything up to an id; says how many that were.
pub fn seen(db: &mut Db<'_>, unit: i64, up_to: i64, at: Stamp, by: i64) -> Result<u64> {
    db.exec(SEEN, p![unit, up_to, at, by])
}
