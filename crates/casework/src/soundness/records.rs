//! Rows as they are, page by page: cases, and the files that rows name.

use store::{Db, Result, p, sql};

sql! {
    CASES = "SELECT id, no, state FROM cases WHERE id > $1 ORDER BY id LIMIT 500";
    SUBMITTED = "SELECT COUNT(*) FROM event WHERE kind = 'case-submitted'";
    PAPER_FILES = "SELECT DISTINCT file FROM case_paper WHERE file > $1 ORDER BY file LIMIT 500";
    DOCUMENT_FILES = "SELECT DISTINCT file FROM case_document WHERE file > $1 ORDER BY file LIMIT 500";
    SHELF_FILES = "SELECT DISTINCT file FROM material_file WHERE file > $1 ORDER BY file LIMIT 500";
    HELD_FILES = "SELECT DISTINCT file FROM file_held WHERE file > $1 ORDER BY file LIMIT 500";
}

/// A case as far as it is looked at.
pub struct CaseRow {
    /// Id.
    pub id: i64,
    /// Number.
    pub no: String,
    /// Label of its state.
    pub state: String,
}

/// Cases with ids above `after`.
pub fn cases(db: &mut Db<'_>, after: i64) -> Result<Vec<CaseRow>> {
    db.all(CASES, p![after], |row| {
        Ok(CaseRow { id: row.i64(0)?, no: row.text(1)?, state: row.text(2)? })
    })
}

/// How many cases were ever submitted.
pub fn submitted(db: &mut Db<'_>) -> Result<i64> {
    db.one(SUBMITTED, &[], |row| row.i64(0))
}

/// Files of papers, above `after`.
pub fn paper_files(db: &mut Db<'_>, after: &str) -> Result<Vec<String>> {
    db.all(PAPER_FILES, p![after], |row| row.text(0))
}

/// Files of documents that cases ended with, above `after`.
pub fn document_files(db: &mut Db<'_>, after: &str) -> Result<Vec<String>> {
    db.all(DOCUMENT_FILES, p![after], |row| row.text(0))
}

/// Files of libraries, above `after`.
pub fn shelf_files(db: &mut Db<'_>, after: &str) -> Result<Vec<String>> {
    db.all(SHELF_FILES, p![after], |row| row.text(0))
}

/// Files in the facts of cases and sittings, above `after`.
pub fn held_files(db: &mut Db<'_>, after: &str) -> Result<Vec<String>> {
    db.all(HELD_FILES, p![after], |row| row.text(0))
}
