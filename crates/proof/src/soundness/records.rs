//! Rows as they are, page by page: licences, seals, and the files that rows name.

use store::{Db, Result, p, sql};

sql! {
    LICENCES = "SELECT id, identifier, status, replaces FROM licence WHERE id > $1 ORDER BY id LIMIT 500";
    SEALS = "SELECT id, status FROM seal ORDER BY id";
    LICENCE_FILES = "SELECT DISTINCT file FROM licence WHERE file > $1 ORDER BY file LIMIT 500";
    COPY_FILES = "SELECT DISTINCT file FROM licence_copy WHERE file > $1 ORDER BY file LIMIT 500";
}

/// A licence as far as it is looked at.
pub struct LicenceRow {
    /// Id.
    pub id: i64,
    /// Identifier.
    pub identifier: String,
    /// Label of its status.
    pub status: String,
    /// The licence whose place it took.
    pub replaces: Option<i64>,
}

/// Licences with ids above `after`.
pub fn licences(db: &mut Db<'_>, after: i64) -> Result<Vec<LicenceRow>> {
    db.all(LICENCES, p![after], |row| {
        Ok(LicenceRow {
            id: row.i64(0)?,
            identifier: row.text(1)?,
            status: row.text(2)?,
            replaces: row.opt_i64(3)?,
        })
    })
}

/// All seals with their status; there are a few for each unit.
pub fn seals(db: &mut Db<'_>) -> Result<Vec<(i64, String)>> {
    db.all(SEALS, &[], |row| Ok((row.i64(0)?, row.text(1)?)))
}

/// Files of licences, above `after`.
pub fn licence_files(db: &mut Db<'_>, after: &str) -> Result<Vec<String>> {
    db.all(LICENCE_FILES, p![after], |row| row.text(0))
}

/// Files of annotated copies, above `after`.
pub fn copy_files(db: &mut Db<'_>, after: &str) -> Result<Vec<String>> {
    db.all(COPY_FILES, p![after], |row| row.text(0))
}
