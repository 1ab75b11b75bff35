//! Rows of batches, and which licences in force a holder has of a type.

use super::model::{Batch, BatchState, IssueRow, RowState, Told};
use codes::time::{Day, Stamp};
use store::{Db, Error, Result, Row, p, sql};

macro_rules! batch {
    ($rest:literal) => {
        concat!(
            "SELECT id, unit, version, name, state, total, ready, hash, prepared_by, prepared_at, ",
            "decided_by, decided_at, note, lock FROM issue_batch ",
            $rest
        )
    };
}

macro_rules! row {
    ($rest:literal) => {
        concat!(
            "SELECT id, batch, no, state, hash, body, told, replaces, licence FROM issue_row ",
            $rest
        )
    };
}

sql! {
    ADD = "INSERT INTO issue_batch (id, unit, version, name, state, total, ready, hash, prepared_by, \
        prepared_at, note, lock) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', 1)";
    BATCH = batch!("WHERE id = $1");
    LIST = batch!("WHERE unit = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
    LIST_AFTER = batch!("WHERE unit = $1 AND id > $2 ORDER BY id LIMIT $3");
    SET_STATE = "UPDATE issue_batch SET state = $3, decided_by = $4, decided_at = $5, note = $6, \
        lock = lock + 1 WHERE id = $1 AND lock = $2";
    ADD_ROW = "INSERT INTO issue_row (id, batch, no, state, hash, body, told, replaces) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    ROW = row!("WHERE id = $1");
    ROW_NO = row!("WHERE batch = $1 AND no = $2");
    ROWS = row!("WHERE batch = $1 AND no > $2 ORDER BY no LIMIT $3");
    ROWS_IN = row!("WHERE batch = $1 AND state = $2 AND no > $3 ORDER BY no LIMIT $4");
    COUNTS = "SELECT state, COUNT(*) FROM issue_row WHERE batch = $1 GROUP BY state";
    SET_ROW = "UPDATE issue_row SET state = $3, told = $4, licence = $5 WHERE id = $1 AND state = $2";
    SAME = "SELECT b.id, r.no FROM issue_row r JOIN issue_batch b ON b.id = r.batch \
        WHERE r.hash = $1 AND r.batch <> $2 AND r.state IN ('ready', 'ordered') \
        AND b.state IN ('offered', 'approved') ORDER BY r.id LIMIT 1";
    IN_FORCE = "SELECT id, number FROM licence WHERE holder_index = $1 AND type_code = $2 \
        AND status IN ('valid', 'suspended') AND (valid_to IS NULL OR valid_to >= $3) AND id <> $4 \
        ORDER BY id LIMIT 1";
    FORGET = "DELETE FROM issue_row WHERE batch = $1";
}

/// Keeps a new batch.
pub fn add(db: &mut Db<'_>, batch: &Batch) -> Result<()> {
    let params = p![
        batch.id,
        batch.unit,
        batch.version,
        &batch.name,
        batch.state.label(),
        batch.total,
        batch.ready,
        &batch.hash,
        batch.prepared_by,
        batch.prepared_at
    ];
    db.put(ADD, params)
}

/// A batch by row id.
pub fn batch_by_id(db: &mut Db<'_>, id: i64) -> Result<Batch> {
    db.one(BATCH, p![id], batch)
}

/// Batches of a unit with ids below `before`, newest first.
pub fn list(db: &mut Db<'_>, unit: i64, before: i64, limit: i64) -> Result<Vec<Batch>> {
    db.all(LIST, p![unit, before, limit], batch)
}

/// The same with ids above `after`: the page before.
pub fn list_after(db: &mut Db<'_>, unit: i64, after: i64, limit: i64) -> Result<Vec<Batch>> {
    let mut found = db.all(LIST_AFTER, p![unit, after, limit], batch)?;
    found.reverse();
    Ok(found)
}

/// Moves a batch on if nobody changed it since `lock`; `Stale` otherwise.
pub fn set_state(
    db: &mut Db<'_>,
    (id, lock): (i64, i64),
    state: BatchState,
    by: Option<(i64, Stamp)>,
    note: &str,
) -> Result<()> {
    let params = p![id, lock, state.label(), by.map(|(who, _)| who), by.map(|(_, at)| at), note];
    if db.exec(SET_STATE, params)? == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Keeps a row of a new batch.
pub fn add_row(db: &mut Db<'_>, row: &IssueRow) -> Result<()> {
    let told = serde_json::to_string(&row.told)?;
    let (state, hash, body) = (row.state.label(), &row.hash, &row.body);
    db.put(ADD_ROW, p![row.id, row.batch, row.no, state, hash, body, told, row.replaces])
}

/// A row by id.
pub fn row_by_id(db: &mut Db<'_>, id: i64) -> Result<IssueRow> {
    db.one(ROW, p![id], row)
}

/// A row by its number.
pub fn row_by_no(db: &mut Db<'_>, batch: i64, no: i64) -> Result<Option<IssueRow>> {
    db.opt(ROW_NO, p![batch, no], row)
}

/// Rows of a batch after a number, in one state or all.
pub fn rows(
    db: &mut Db<'_>,
    batch: i64,
    state: Option<RowState>,
    after: i64,
    limit: i64,
) -> Result<Vec<IssueRow>> {
    match state {
        Some(state) => db.all(ROWS_IN, p![batch, state.label(), after, limit], row),
        None => db.all(ROWS, p![batch, after, limit], row),
    }
}

/// How many rows of a batch are in each state.
pub fn counts(db: &mut Db<'_>, batch: i64) -> Result<Vec<(RowState, i64)>> {
    let found = db.all(COUNTS, p![batch], |row| Ok((row.text(0)?, row.i64(1)?)))?;
    let read = |(label, n): (String, i64)| RowState::parse(&label).map(|state| (state, n));
    Ok(found.into_iter().filter_map(read).collect())
}

/// Moves a row on if it is still in state `from`; tells whether it was.
pub fn set_row(
    db: &mut Db<'_>,
    id: i64,
    from: RowState,
    to: RowState,
    told: &[Told],
    licence: Option<i64>,
) -> Result<bool> {
    let told = serde_json::to_string(told)?;
    Ok(db.exec(SET_ROW, p![id, from.label(), to.label(), told, licence])? == 1)
}

/// Where the same row waits or is being made already: batch and number.
pub fn same(db: &mut Db<'_>, hash: &[u8], but: i64) -> Result<Option<(i64, i64)>> {
    db.opt(SAME, p![hash, but], |row| Ok((row.i64(0)?, row.i64(1)?)))
}

/// A licence of the type that the holder has in force or suspended on a day, other than `but`: id, number.
pub fn in_force(
    db: &mut Db<'_>,
    holder_index: &[u8],
    type_code: &str,
    today: Day,
    but: Option<i64>,
) -> Result<Option<(i64, String)>> {
    let params = p![holder_index, type_code, today.to_string(), but.unwrap_or(0)];
    db.opt(IN_FORCE, params, |row| Ok((row.i64(0)?, row.text(1)?)))
}

/// Forgets the rows of a batch that will never be issued.
pub fn forget(db: &mut Db<'_>, batch: i64) -> Result<()> {
    db.put(FORGET, p![batch])
}

fn batch(row: &Row<'_>) -> Result<Batch> {
    let state = row.text(4)?;
    Ok(Batch {
        id: row.i64(0)?,
        unit: row.i64(1)?,
        version: row.i64(2)?,
        name: row.text(3)?,
        state: BatchState::parse(&state)
            .ok_or_else(|| Error::internal(format!("state of a batch {state}")))?,
        total: row.i64(5)?,
        ready: row.i64(6)?,
        hash: row.text(7)?,
        prepared_by: row.i64(8)?,
        prepared_at: row.stamp(9)?,
        decided_by: row.opt_i64(10)?,
        decided_at: row.opt_stamp(11)?,
        note: row.text(12)?,
        lock: row.i64(13)?,
    })
}

fn row(row: &Row<'_>) -> Result<IssueRow> {
    let (state, told) = (row.text(3)?, row.text(6)?);
    Ok(IssueRow {
        id: row.i64(0)?,
        batch: row.i64(1)?,
        no: row.i64(2)?,
        state: RowState::parse(&state)
            .ok_or_else(|| Error::internal(format!("state of a row {state}")))?,
        hash: row.blob(4)?,
        body: row.blob(5)?,
        told: serde_json::from_str(&told)?,
        replaces: row.opt_i64(7)?,
        licence: row.opt_i64(8)?,
    })
}
