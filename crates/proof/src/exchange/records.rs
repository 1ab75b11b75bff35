//! Rows of connected systems, their secrets, their questions and the counts of a day.

use super::model::{
    Call, Count, Operation, Outcome, Reasons, Scope, SecretRow, System, SystemId, SystemLine,
    SystemStatus, Terms,
};
use codes::time::{Day, Stamp};
use store::{Db, Error, Result, Row, p, sql};

macro_rules! call {
    ($rest:literal) => {
        concat!(
            "SELECT id, at, system, provider, consumer, operation, outcome, reason, licence, type_code, ",
            "item, case_no, cause, shown FROM licence_call ",
            $rest
        )
    };
}

macro_rules! system {
    ($rest:literal) => {
        concat!(
            "SELECT id, access_id, provider, consumer, name, contact, operations, items, per_minute, ",
            "per_day, last_day, status, reason, lock, registered_at FROM connected_system ",
            $rest
        )
    };
}

sql! {
    ADD_SYSTEM = "INSERT INTO connected_system (id, access_id, provider, consumer, name, contact, operations, \
        items, per_minute, per_day, last_day, status, reason, lock, registered_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', 1, $13) ON CONFLICT DO NOTHING";
    SYSTEM = system!("WHERE id = $1");
    BY_ACCESS = system!("WHERE access_id = $1");
    OF_PROVIDER = "SELECT id, name, consumer, access_id, last_day, status FROM connected_system \
        WHERE provider = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    SET_TERMS = "UPDATE connected_system SET consumer = $3, name = $4, contact = $5, operations = $6, \
        items = $7, per_minute = $8, per_day = $9, last_day = $10, lock = lock + 1 \
        WHERE id = $1 AND lock = $2";
    SET_STATUS = "UPDATE connected_system SET status = $3, reason = $4, lock = lock + 1 \
        WHERE id = $1 AND lock = $2";
    ADD_SCOPE = "INSERT INTO connected_scope (id, system, type_code, fields, basis) \
        VALUES ($1, $2, $3, $4, $5)";
    SCOPES = "SELECT type_code, fields, basis FROM connected_scope WHERE system = $1 ORDER BY id LIMIT 200";
    DROP_SCOPES = "DELETE FROM connected_scope WHERE system = $1";
    ADD_SECRET = "INSERT INTO connected_secret (id, system, hash, made_at, ends_at) \
        VALUES ($1, $2, $3, $4, NULL)";
    SECRETS = "SELECT id, hash, made_at, ends_at FROM connected_secret WHERE system = $1 \
        ORDER BY id DESC LIMIT 20";
    END_SECRETS = "UPDATE connected_secret SET ends_at = $2 WHERE system = $1 \
        AND (ends_at IS NULL OR ends_at > $2)";
    NONCE = "INSERT INTO connected_nonce (id, at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    FORGET_NONCES = "DELETE FROM connected_nonce WHERE at < $1";
    ASKED = "INSERT INTO connected_day (system, day, type_code, asked, given, empty, refused) \
        VALUES ($1, $2, '', 1, 0, 0, 0) ON CONFLICT (system, day, type_code) \
        DO UPDATE SET asked = connected_day.asked + 1 RETURNING asked";
    COUNT_UP = "INSERT INTO connected_day (system, day, type_code, asked, given, empty, refused) \
        VALUES ($1, $2, $3, 0, $4, $5, $6) ON CONFLICT (system, day, type_code) \
        DO UPDATE SET given = connected_day.given + $4, empty = connected_day.empty + $5, \
        refused = connected_day.refused + $6";
    COUNTS = "SELECT d.type_code, s.consumer, CAST(SUM(d.given) AS BIGINT), CAST(SUM(d.empty) AS BIGINT), \
        CAST(SUM(d.refused) AS BIGINT) FROM connected_system s JOIN connected_day d ON d.system = s.id \
        WHERE s.provider = $1 AND d.day >= $2 AND d.given + d.empty + d.refused > 0 \
        GROUP BY d.type_code, s.consumer ORDER BY 3 DESC, 1, 2 LIMIT 200";
    MISSES = "SELECT COUNT(*) FROM licence_call WHERE system = $1 AND outcome = 'empty' AND at > $2";
    ASKED_OF = "SELECT COUNT(*) FROM licence_call WHERE licence = $1 AND system = $2 AND at > $3";
    ADD_CALL = "INSERT INTO licence_call (id, at, system, provider, consumer, operation, outcome, reason, \
        licence, type_code, item, case_no, cause, shown) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    CALLS = call!("WHERE provider = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
    CALLS_BACK = call!("WHERE provider = $1 AND id > $2 ORDER BY id LIMIT $3");
    CALLS_OF_TYPE = call!("WHERE provider = $1 AND type_code = $4 AND id < $2 ORDER BY id DESC LIMIT $3");
    CALLS_OF_TYPE_BACK = call!("WHERE provider = $1 AND type_code = $4 AND id > $2 ORDER BY id LIMIT $3");
    CALLS_OF_UNIT = call!("WHERE provider = $1 AND consumer = $4 AND id < $2 ORDER BY id DESC LIMIT $3");
    CALLS_OF_UNIT_BACK = call!("WHERE provider = $1 AND consumer = $4 AND id > $2 ORDER BY id LIMIT $3");
    ISSUES = "SELECT id FROM licence WHERE issuer = $1 AND type_code = $2 LIMIT 1";
    OF_HOLDER = "SELECT id FROM licence WHERE holder_index = $1 AND type_code = $2 AND issuer = $3 \
        ORDER BY id DESC LIMIT 20";
}

fn joined<'a>(list: impl Iterator<Item = &'a str>) -> String {
    list.collect::<Vec<_>>().join(",")
}

fn split(text: &str) -> Vec<String> {
    text.split(',').filter(|part| !part.is_empty()).map(String::from).collect()
}

fn day(text: &str) -> Result<Day> {
    text.parse().map_err(Error::internal)
}

fn status(text: &str) -> Result<SystemStatus> {
    SystemStatus::parse(text).ok_or_else(|| Error::internal(format!("status {text}")))
}

/// Keeps a new system with its terms; `false` when its access id is taken.
pub fn add(db: &mut Db<'_>, system: &System) -> Result<bool> {
    let terms = &system.terms;
    let params = p![
        system.id.0,
        &system.access_id,
        system.provider,
        terms.consumer,
        &terms.name,
        &terms.contact,
        joined(terms.operations.iter().map(|o| o.label())),
        joined(terms.items.iter().map(String::as_str)),
        terms.per_minute,
        terms.per_day,
        terms.last.to_string(),
        system.status.label(),
        system.registered_at
    ];
    Ok(db.exec(ADD_SYSTEM, params)? == 1)
}

/// Keeps the scopes of a system under these ids, in the place of those it had.
pub fn put_scopes(db: &mut Db<'_>, system: SystemId, scopes: &[(i64, Scope)]) -> Result<()> {
    db.exec(DROP_SCOPES, p![system.0])?;
    for (id, scope) in scopes {
        let fields = joined(scope.fields.iter().map(String::as_str));
        db.exec(ADD_SCOPE, p![*id, system.0, &scope.type_code, fields, &scope.basis])?;
    }
    Ok(())
}

/// New terms; `Stale` when somebody else changed the system.
pub fn set_terms(db: &mut Db<'_>, id: SystemId, lock: i64, terms: &Terms) -> Result<()> {
    let params = p![
        id.0,
        lock,
        terms.consumer,
        &terms.name,
        &terms.contact,
        joined(terms.operations.iter().map(|o| o.label())),
        joined(terms.items.iter().map(String::as_str)),
        terms.per_minute,
        terms.per_day,
        terms.last.to_string()
    ];
    if db.exec(SET_TERMS, params)? == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Another status; `Stale` when somebody else changed the system.
pub fn set_status(
    db: &mut Db<'_>,
    id: SystemId,
    lock: i64,
    status: SystemStatus,
    reason: &str,
) -> Result<()> {
    let params = p![id.0, lock, status.label(), reason];
    if db.exec(SET_STATUS, params)? == 1 { Ok(()) } else { Err(Error::Stale) }
}

fn read(row: &Row<'_>) -> Result<System> {
    let operations = split(&row.text(6)?);
    Ok(System {
        id: SystemId(row.i64(0)?),
        access_id: row.text(1)?,
        provider: row.i64(2)?,
        terms: Terms {
            consumer: row.i64(3)?,
            name: row.text(4)?,
            contact: row.text(5)?,
            operations: operations.iter().filter_map(|o| Operation::parse(o)).collect(),
            items: split(&row.text(7)?),
            per_minute: row.i64(8)?,
            per_day: row.i64(9)?,
            last: day(&row.text(10)?)?,
            scopes: Vec::new(),
        },
        status: status(&row.text(11)?)?,
        reason: row.text(12)?,
        lock: row.i64(13)?,
        registered_at: row.stamp(14)?,
    })
}

fn with_scopes(db: &mut Db<'_>, mut system: System) -> Result<System> {
    system.terms.scopes = db.all(SCOPES, p![system.id.0], |row| {
        Ok(Scope { type_code: row.text(0)?, fields: split(&row.text(1)?), basis: row.text(2)? })
    })?;
    Ok(system)
}

/// A system.
pub fn by_id(db: &mut Db<'_>, id: SystemId) -> Result<System> {
    let found = db.one(SYSTEM, p![id.0], read)?;
    with_scopes(db, found)
}

/// The system of an access id.
pub fn by_access(db: &mut Db<'_>, access_id: &str) -> Result<Option<System>> {
    match db.opt(BY_ACCESS, p![access_id], read)? {
        Some(found) => with_scopes(db, found).map(Some),
        None => Ok(None),
    }
}

/// Systems a unit registered with ids below `before`, newest first.
pub fn of_provider(db: &mut Db<'_>, unit: i64, before: i64, limit: i64) -> Result<Vec<SystemLine>> {
    db.all(OF_PROVIDER, p![unit, before, limit], |row| {
        Ok(SystemLine {
            id: SystemId(row.i64(0)?),
            name: row.text(1)?,
            consumer: row.i64(2)?,
            access_id: row.text(3)?,
            last: day(&row.text(4)?)?,
            status: status(&row.text(5)?)?,
        })
    })
}

/// Keeps a secret's hash.
pub fn add_secret(
    db: &mut Db<'_>,
    id: i64,
    system: SystemId,
    hash: &[u8],
    at: Stamp,
) -> Result<()> {
    db.put(ADD_SECRET, p![id, system.0, hash, at])
}

/// A system's secrets, newest first.
pub fn secrets(db: &mut Db<'_>, system: SystemId) -> Result<Vec<SecretRow>> {
    db.all(SECRETS, p![system.0], |row| {
        Ok(SecretRow {
            id: row.i64(0)?,
            hash: row.blob(1)?,
            made_at: row.stamp(2)?,
            ends_at: row.opt_stamp(3)?,
        })
    })
}

/// Lets every secret of a system end at a moment, or earlier where it does.
pub fn end_secrets(db: &mut Db<'_>, system: SystemId, at: Stamp) -> Result<()> {
    db.put(END_SECRETS, p![system.0, at])
}

/// Keeps the mark of a question unless it came before; tells whether this was the first time.
pub fn first(db: &mut Db<'_>, mark: &[u8], at: Stamp) -> Result<bool> {
    Ok(db.exec(NONCE, p![mark, at])? == 1)
}

/// Forgets marks of questions whose time would no longer pass.
pub fn forget_marks(db: &mut Db<'_>, before: Stamp) -> Result<()> {
    db.put(FORGET_NONCES, p![before])
}

/// One more question of a system on a day; tells how many there are.
pub fn asked(db: &mut Db<'_>, system: SystemId, today: Day) -> Result<i64> {
    db.one(ASKED, p![system.0, today.to_string()], |row| row.i64(0))
}

/// How often a system found nothing since a moment.
pub fn misses(db: &mut Db<'_>, system: SystemId, since: Stamp) -> Result<i64> {
    db.one(MISSES, p![system.0, since], |row| row.i64(0))
}

/// How often a system asked for one licence since a moment.
pub fn asked_of(db: &mut Db<'_>, licence: i64, system: SystemId, since: Stamp) -> Result<i64> {
    db.one(ASKED_OF, p![licence, system.0, since], |row| row.i64(0))
}

/// Keeps a question and counts it; `counted` is what it adds to given, empty and refused.
pub fn add_call(db: &mut Db<'_>, call: &Call, counted: (i64, i64, i64)) -> Result<()> {
    keep_call(db, call)?;
    let (given, empty, refused) = counted;
    let today = call.at.day().to_string();
    db.put(COUNT_UP, p![call.system.0, today, &call.type_code, given, empty, refused])
}

/// Keeps a use that no system asked for.
pub fn keep_call(db: &mut Db<'_>, call: &Call) -> Result<()> {
    let params = p![
        call.id,
        call.at,
        call.system.0,
        call.provider,
        call.consumer,
        call.operation.label(),
        call.outcome.label(),
        &call.reason,
        call.licence,
        &call.type_code,
        &call.reasons.item,
        &call.reasons.case_no,
        &call.reasons.cause,
        &call.shown
    ];
    db.put(ADD_CALL, params)
}

/// Which questions a list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// All.
    All,
    /// Those for licences of a type.
    Type(String),
    /// Those of a unit.
    Unit(i64),
}

/// Questions for licences of a unit with ids below `before`, newest first.
pub fn calls(
    db: &mut Db<'_>,
    unit: i64,
    which: &Which,
    before: i64,
    limit: i64,
) -> Result<Vec<Call>> {
    match which {
        Which::All => db.all(CALLS, p![unit, before, limit], read_call),
        Which::Type(code) => db.all(CALLS_OF_TYPE, p![unit, before, limit, code], read_call),
        Which::Unit(id) => db.all(CALLS_OF_UNIT, p![unit, before, limit, *id], read_call),
    }
}

/// Questions with ids above `after`, newest first: the page before.
pub fn calls_after(
    db: &mut Db<'_>,
    unit: i64,
    which: &Which,
    after: i64,
    limit: i64,
) -> Result<Vec<Call>> {
    let mut found = match which {
        Which::All => db.all(CALLS_BACK, p![unit, after, limit], read_call)?,
        Which::Type(code) => db.all(CALLS_OF_TYPE_BACK, p![unit, after, limit, code], read_call)?,
        Which::Unit(id) => db.all(CALLS_OF_UNIT_BACK, p![unit, after, limit, *id], read_call)?,
    };
    found.reverse();
    Ok(found)
}

fn read_call(row: &Row<'_>) -> Result<Call> {
    let unknown = |what: &str| Error::internal(format!("a question with {what}"));
    let (operation, outcome) = (row.text(5)?, row.text(6)?);
    Ok(Call {
        id: row.i64(0)?,
        at: row.stamp(1)?,
        system: SystemId(row.i64(2)?),
        provider: row.i64(3)?,
        consumer: row.i64(4)?,
        operation: Operation::of_call(&operation).ok_or_else(|| unknown(&operation))?,
        outcome: Outcome::parse(&outcome).ok_or_else(|| unknown(&outcome))?,
        reason: row.text(7)?,
        licence: row.opt_i64(8)?,
        type_code: row.text(9)?,
        reasons: Reasons { item: row.text(10)?, case_no: row.text(11)?, cause: row.text(12)? },
        shown: row.text(13)?,
    })
}

/// What was asked of a unit's licences since a day, by type and asking unit.
pub fn counts(db: &mut Db<'_>, unit: i64, since: Day) -> Result<Vec<Count>> {
    db.all(COUNTS, p![unit, since.to_string()], |row| {
        Ok(Count {
            type_code: row.text(0)?,
            consumer: row.i64(1)?,
            given: row.i64(2)?,
            empty: row.i64(3)?,
            refused: row.i64(4)?,
        })
    })
}

/// Whether a unit has issued a licence of a type.
pub fn issues(db: &mut Db<'_>, unit: i64, type_code: &str) -> Result<bool> {
    Ok(db.opt(ISSUES, p![unit, type_code], |row| row.i64(0))?.is_some())
}

/// Licences of a type that a unit issued to a holder, newest first (at most 20).
pub fn of_holder(
    db: &mut Db<'_>,
    holder_index: &[u8],
    type_code: &str,
    issuer: i64,
) -> Result<Vec<i64>> {
    db.all(OF_HOLDER, p![holder_index, type_code, issuer], |row| row.i64(0))
}
