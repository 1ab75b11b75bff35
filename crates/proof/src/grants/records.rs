//! Rows of grants and annotated copies, and the addresses under which copies are fetched.

use super::model::{Copy, Grant};
use crate::exchange::SystemId;
use codes::time::{Day, Stamp};
use store::{Db, Error, FileHash, Result, Row, p, sql};

macro_rules! grant {
    ($rest:literal) => {
        concat!(
            "SELECT id, licence, person, system, grantee_index, said, last_day, given_at, revoked_at ",
            "FROM licence_grant ",
            $rest
        )
    };
}

macro_rules! copy {
    ($rest:literal) => {
        concat!(
            "SELECT id, licence, person, system, grant_id, said, shows, last_day, made_at, file, ",
            "revoked_at FROM licence_copy ",
            $rest
        )
    };
}

sql! {
    ADD_GRANT = "INSERT INTO licence_grant (id, licence, person, system, grantee_index, said, last_day, \
        given_at, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL)";
    GRANT = grant!("WHERE id = $1");
    GRANTS_BY = grant!("WHERE person = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
    GRANTS_TO = grant!("WHERE grantee_index = $1 ORDER BY id DESC LIMIT 100");
    GRANT_FOR = "SELECT id FROM licence_grant WHERE system = $1 AND licence = $2 AND revoked_at IS NULL \
        AND last_day >= $3 ORDER BY id DESC LIMIT 1";
    REVOKE_GRANT = "UPDATE licence_grant SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    ASKING = "SELECT s.id, s.name, s.consumer FROM connected_scope c JOIN connected_system s ON s.id = c.system \
        WHERE c.type_code = $1 AND c.basis = '' AND s.provider = $2 AND s.status = 'active' \
        AND s.last_day >= $3 ORDER BY s.id LIMIT 100";
    ADD_COPY = "INSERT INTO licence_copy (id, licence, person, system, grant_id, said, shows, last_day, \
        made_at, file, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, NULL)";
    COPY = copy!("WHERE id = $1");
    COPY_OF_FILE = copy!("WHERE file = $1");
    COPIES = copy!("WHERE licence = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
    SET_COPY_FILE = "UPDATE licence_copy SET file = $2 WHERE id = $1 AND file IS NULL";
    REVOKE_COPY = "UPDATE licence_copy SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    REVOKE_COPIES = "UPDATE licence_copy SET revoked_at = $2 WHERE grant_id = $1 AND revoked_at IS NULL";
    ADD_URL = "INSERT INTO licence_copy_url (hash, copy, ends_at, taken_at) VALUES ($1, $2, $3, NULL)";
    TAKE_URL = "UPDATE licence_copy_url SET taken_at = $2 WHERE hash = $1 AND taken_at IS NULL \
        AND ends_at > $2 RETURNING copy";
    FORGET_URLS = "DELETE FROM licence_copy_url WHERE ends_at < $1";
}

fn day(text: &str) -> Result<Day> {
    text.parse().map_err(Error::internal)
}

fn read_grant(row: &Row<'_>) -> Result<Grant> {
    Ok(Grant {
        id: row.i64(0)?,
        licence: row.i64(1)?,
        person: row.i64(2)?,
        system: row.opt_i64(3)?.map(SystemId),
        grantee_index: row.opt_blob(4)?,
        said: row.blob(5)?,
        last: day(&row.text(6)?)?,
        given_at: row.stamp(7)?,
        revoked_at: row.opt_stamp(8)?,
    })
}

fn read_copy(row: &Row<'_>) -> Result<Copy> {
    let shows = row.text(6)?;
    let file = row.opt_text(9)?;
    Ok(Copy {
        id: row.i64(0)?,
        licence: row.i64(1)?,
        person: row.opt_i64(2)?,
        system: row.opt_i64(3)?.map(SystemId),
        grant: row.opt_i64(4)?,
        said: row.blob(5)?,
        shows: shows.split(',').filter(|key| !key.is_empty()).map(String::from).collect(),
        last: day(&row.text(7)?)?,
        made_at: row.stamp(8)?,
        file: file.as_deref().map(FileHash::parse).transpose()?,
        revoked_at: row.opt_stamp(10)?,
    })
}

/// Keeps a grant.
pub fn add_grant(db: &mut Db<'_>, new: &Grant) -> Result<()> {
    let params = p![
        new.id,
        new.licence,
        new.person,
        new.system.map(|s| s.0),
        new.grantee_index.clone(),
        &new.said,
        new.last.to_string(),
        new.given_at
    ];
    db.put(ADD_GRANT, params)
}

/// A grant.
pub fn grant(db: &mut Db<'_>, id: i64) -> Result<Grant> {
    db.one(GRANT, p![id], read_grant)
}

/// What a person allowed, with ids below `before`, newest first.
pub fn grants_by(db: &mut Db<'_>, person: i64, before: i64, limit: i64) -> Result<Vec<Grant>> {
    db.all(GRANTS_BY, p![person, before, limit], read_grant)
}

/// What others allowed a person (at most 100).
pub fn grants_to(db: &mut Db<'_>, index: &[u8]) -> Result<Vec<Grant>> {
    db.all(GRANTS_TO, p![index], read_grant)
}

/// The grant by which a system may use a licence on a day.
pub fn grant_for(
    db: &mut Db<'_>,
    system: SystemId,
    licence: i64,
    today: Day,
) -> Result<Option<i64>> {
    db.opt(GRANT_FOR, p![system.0, licence, today.to_string()], |row| row.i64(0))
}

/// Takes a grant back, and every copy that rests on it; `false` when it was taken back before.
pub fn revoke_grant(db: &mut Db<'_>, id: i64, at: Stamp) -> Result<bool> {
    let first = db.exec(REVOKE_GRANT, p![id, at])? == 1;
    if first {
        db.exec(REVOKE_COPIES, p![id, at])?;
    }
    Ok(first)
}

/// A system that may use licences of a type only when their holders agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// Row id.
    pub id: SystemId,
    /// Name.
    pub name: String,
    /// The unit that asks.
    pub consumer: i64,
}

/// Systems that ask holders of licences of this type by this issuer.
pub fn asking(db: &mut Db<'_>, type_code: &str, issuer: i64, today: Day) -> Result<Vec<Asking>> {
    db.all(ASKING, p![type_code, issuer, today.to_string()], |row| {
        Ok(Asking { id: SystemId(row.i64(0)?), name: row.text(1)?, consumer: row.i64(2)? })
    })
}

/// Keeps a copy that has no file yet.
pub fn add_copy(db: &mut Db<'_>, new: &Copy) -> Result<()> {
    let params = p![
        new.id,
        new.licence,
        new.person,
        new.system.map(|s| s.0),
        new.grant,
        &new.said,
        new.shows.join(","),
        new.last.to_string(),
        new.made_at
    ];
    db.put(ADD_COPY, params)
}

/// A copy.
pub fn copy(db: &mut Db<'_>, id: i64) -> Result<Copy> {
    db.one(COPY, p![id], read_copy)
}

/// The copy whose file this is.
pub fn copy_of_file(db: &mut Db<'_>, file: &FileHash) -> Result<Option<Copy>> {
    db.opt(COPY_OF_FILE, p![file.as_str()], read_copy)
}

/// Copies of a licence with ids below `before`, newest first.
pub fn copies(db: &mut Db<'_>, licence: i64, before: i64, limit: i64) -> Result<Vec<Copy>> {
    db.all(COPIES, p![licence, before, limit], read_copy)
}

/// Gives a copy its file unless it has one; tells whether it was kept.
pub fn set_copy_file(db: &mut Db<'_>, id: i64, file: &FileHash) -> Result<bool> {
    Ok(db.exec(SET_COPY_FILE, p![id, file.as_str()])? == 1)
}

/// Takes a copy back; `false` when it was taken back before.
pub fn revoke_copy(db: &mut Db<'_>, id: i64, at: Stamp) -> Result<bool> {
    Ok(db.exec(REVOKE_COPY, p![id, at])? == 1)
}

/// Keeps an address under which a copy is fetched once, and forgets those long over.
pub fn add_url(db: &mut Db<'_>, hash: &[u8], copy: i64, ends: Stamp) -> Result<()> {
    db.exec(ADD_URL, p![hash, copy, ends])?;
    db.put(FORGET_URLS, p![ends.plus_days(-1)])
}

/// The copy of an address, the first time it is asked for and in time.
pub fn take_url(db: &mut Db<'_>, hash: &[u8], at: Stamp) -> Result<Option<i64>> {
    db.opt(TAKE_URL, p![hash, at], |row| row.i64(0))
}
