//! Rows of licence types, their versions, and which licence was made under which.

use super::model::{Body, KindState, LicenceKind, Version};
use crate::licences::LicenceRowId;
use codes::time::Stamp;
use guide::packs::text::Text;
use store::{Db, Error, FileHash, Result, Row, p, sql};

macro_rules! kind {
    ($rest:literal) => {
        concat!("SELECT id, code, unit, name_zh, name_en, used FROM licence_type ", $rest)
    };
}

macro_rules! version {
    ($rest:literal) => {
        concat!(
            "SELECT v.id, v.type, v.version, v.state, v.body, v.hash, v.editors, v.edited_by, v.edited_at, ",
            "v.decided_by, v.decided_at, v.note, v.lock FROM licence_type_version v ",
            $rest
        )
    };
}

sql! {
    ADD = "INSERT INTO licence_type (id, code, unit, name_zh, name_en, used, made_at) \
        VALUES ($1, $2, $3, $4, $5, 0, $6) ON CONFLICT DO NOTHING";
    BY_CODE = kind!("WHERE code = $1");
    BY_ID = kind!("WHERE id = $1");
    LIST = kind!("WHERE code > $1 AND (used > 0 OR unit = $2) ORDER BY code LIMIT $3");
    BEFORE = kind!("WHERE code < $1 AND (used > 0 OR unit = $2) ORDER BY code DESC LIMIT $3");
    RENAME = "UPDATE licence_type SET name_zh = $2, name_en = $3 WHERE id = $1";
    USE = "UPDATE licence_type SET used = $2 WHERE id = $1";
    DROP = "DELETE FROM licence_type WHERE id = $1 AND used = 0";
    ADD_VERSION = "INSERT INTO licence_type_version (id, type, version, state, body, hash, editors, \
        edited_by, edited_at, note, lock) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', 1) \
        ON CONFLICT DO NOTHING";
    VERSIONS = version!("WHERE v.type = $1 ORDER BY v.version DESC LIMIT 100");
    VERSION = version!("WHERE v.id = $1");
    SAVE = "UPDATE licence_type_version SET body = $3, hash = $4, editors = $5, edited_by = $6, \
        edited_at = $7, lock = lock + 1 WHERE id = $1 AND lock = $2 AND state = 'draft'";
    SET_STATE = "UPDATE licence_type_version SET state = $3, decided_by = $4, decided_at = $5, note = $6, \
        lock = lock + 1 WHERE id = $1 AND lock = $2";
    DROP_VERSION = "DELETE FROM licence_type_version WHERE id = $1 AND lock = $2 AND state = 'draft'";
    PIN = "INSERT INTO licence_pin (licence, version) VALUES ($1, $2)";
    PINNED = version!("JOIN licence_pin p ON p.version = v.id WHERE p.licence = $1");
    MADE = "SELECT COUNT(*) FROM (SELECT licence FROM licence_pin WHERE version = $1 LIMIT 1000) counted";
}

/// Keeps a new type; false when the code is taken.
pub fn add(db: &mut Db<'_>, kind: &LicenceKind, at: Stamp) -> Result<bool> {
    let params = p![kind.id, &kind.code, kind.unit, &kind.name.zh, &kind.name.en, at];
    Ok(db.exec(ADD, params)? == 1)
}

/// A type by code.
pub fn by_code(db: &mut Db<'_>, code: &str) -> Result<Option<LicenceKind>> {
    db.opt(BY_CODE, p![code], kind)
}

/// A type by row id.
pub fn by_id(db: &mut Db<'_>, id: i64) -> Result<LicenceKind> {
    db.one(BY_ID, p![id], kind)
}

/// Types a unit may look at (all in use, and its own), by code, after `after`.
pub fn list(db: &mut Db<'_>, unit: i64, after: &str, limit: i64) -> Result<Vec<LicenceKind>> {
    db.all(LIST, p![after, unit, limit], kind)
}

/// The same before a code: the page before.
pub fn list_before(db: &mut Db<'_>, unit: i64, code: &str, limit: i64) -> Result<Vec<LicenceKind>> {
    let mut found = db.all(BEFORE, p![code, unit, limit], kind)?;
    found.reverse();
    Ok(found)
}

/// Names a type as its newest version does.
pub fn rename(db: &mut Db<'_>, id: i64, name: &Text) -> Result<()> {
    db.put(RENAME, p![id, &name.zh, &name.en])
}

/// Says which version is in use.
pub fn put_in_use(db: &mut Db<'_>, id: i64, version: i64) -> Result<()> {
    db.put(USE, p![id, version])
}

/// Forgets a type that was never in use.
pub fn drop_kind(db: &mut Db<'_>, id: i64) -> Result<()> {
    db.put(DROP, p![id])
}

/// Hash of what a type says.
pub fn hash(body: &Body) -> Result<String> {
    Ok(FileHash::of(serde_json::to_string(body)?.as_bytes()).as_str().to_owned())
}

/// Begins a version; false when somebody else just did.
pub fn add_version(db: &mut Db<'_>, version: &Version) -> Result<bool> {
    let params = p![
        version.id,
        version.kind,
        version.version,
        version.state.label(),
        serde_json::to_string(&version.body)?,
        &version.hash,
        joined(&version.editors),
        version.edited_by,
        version.edited_at
    ];
    Ok(db.exec(ADD_VERSION, params)? == 1)
}

/// Versions of a type, newest first.
pub fn versions(db: &mut Db<'_>, kind: i64) -> Result<Vec<Version>> {
    db.all(VERSIONS, p![kind], version)
}

/// A version by row id.
pub fn version_by_id(db: &mut Db<'_>, id: i64) -> Result<Version> {
    db.one(VERSION, p![id], version)
}

/// Saves a draft if nobody changed it since `lock`; `Stale` otherwise.
pub fn save(db: &mut Db<'_>, draft: &Version) -> Result<()> {
    let params = p![
        draft.id,
        draft.lock,
        serde_json::to_string(&draft.body)?,
        &draft.hash,
        joined(&draft.editors),
        draft.edited_by,
        draft.edited_at
    ];
    if db.exec(SAVE, params)? == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Moves a version on if nobody changed it since `lock`; `Stale` otherwise.
pub fn set_state(
    db: &mut Db<'_>,
    (id, lock): (i64, i64),
    state: KindState,
    by: Option<i64>,
    at: Stamp,
    note: &str,
) -> Result<()> {
    let moved = db.exec(SET_STATE, p![id, lock, state.label(), by, at, note])?;
    if moved == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Throws a draft away; `Stale` when somebody changed it since `lock`.
pub fn drop_version(db: &mut Db<'_>, id: i64, lock: i64) -> Result<()> {
    if db.exec(DROP_VERSION, p![id, lock])? == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Writes down under which version a licence was made.
pub fn pin(db: &mut Db<'_>, licence: LicenceRowId, version: i64) -> Result<()> {
    db.put(PIN, p![licence.0, version])
}

/// The version a licence was made under; none for licences of packs and registers.
pub fn pinned(db: &mut Db<'_>, licence: LicenceRowId) -> Result<Option<Version>> {
    db.opt(PINNED, p![licence.0], version)
}

/// How many licences were made under a version, counted to 1,000.
pub fn made_under(db: &mut Db<'_>, version: i64) -> Result<i64> {
    db.one(MADE, p![version], |row| row.i64(0))
}

fn joined(editors: &[i64]) -> String {
    editors.iter().map(i64::to_string).collect::<Vec<_>>().join(" ")
}

fn kind(row: &Row<'_>) -> Result<LicenceKind> {
    Ok(LicenceKind {
        id: row.i64(0)?,
        code: row.text(1)?,
        unit: row.i64(2)?,
        name: Text::new(row.text(3)?, row.text(4)?),
        used: row.i64(5)?,
    })
}

fn version(row: &Row<'_>) -> Result<Version> {
    let (state, body, editors) = (row.text(3)?, row.text(4)?, row.text(6)?);
    Ok(Version {
        id: row.i64(0)?,
        kind: row.i64(1)?,
        version: row.i64(2)?,
        state: KindState::parse(&state)
            .ok_or_else(|| Error::internal(format!("state of a licence type {state}")))?,
        body: serde_json::from_str(&body)?,
        hash: row.text(5)?,
        editors: editors.split(' ').filter_map(|id| id.parse().ok()).collect(),
        edited_by: row.i64(7)?,
        edited_at: row.stamp(8)?,
        decided_by: row.opt_i64(9)?,
        decided_at: row.opt_stamp(10)?,
        note: row.text(11)?,
        lock: row.i64(12)?,
    })
}
