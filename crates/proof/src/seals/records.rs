//! Rows of keys, seals and their uses.

use super::model::{Paper, SealKind};
use codes::time::Stamp;
use store::{Db, Result, p, sql};

sql! {
    INSERT_KEY = "INSERT INTO seal_key (id, role, unit, certificate, secret, made_at) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    KEY = "SELECT id, certificate, secret FROM seal_key WHERE role = $1 AND unit = $2";
    INSERT_SEAL = "INSERT INTO seal (id, unit, kind, no, name, esl, valid_to, made_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
    SEAL = "SELECT id, no, name, esl FROM seal WHERE unit = $1 AND kind = $2";
    UNIT_OF_SEAL = "SELECT unit FROM seal WHERE no = $1";
    INSERT_USE = "INSERT INTO seal_use (id, seal, document_hash, file, ordered_by, title, number, \
        case_no, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    USED = "SELECT id FROM seal_use WHERE seal = $1 AND document_hash = $2";
    USED_FOR = "SELECT COUNT(*) FROM seal_use WHERE ordered_by = $2 AND seal = $1";
    BY_FILE = "SELECT s.name, u.title, u.number, u.at FROM seal_use u JOIN seal s ON s.id = u.seal \
        WHERE u.file = $1 ORDER BY u.id DESC LIMIT 1";
    BY_CASE = "SELECT s.name, u.title, u.number, u.at FROM seal_use u JOIN seal s ON s.id = u.seal \
        WHERE u.case_no = $1 ORDER BY u.id DESC LIMIT 1";
    BY_NUMBER = "SELECT s.name, u.title, u.number, u.at FROM seal_use u JOIN seal s ON s.id = u.seal \
        WHERE u.number = $1 ORDER BY u.id DESC LIMIT 1";
}

/// A key as stored; the secret is sealed in cell `seal_key.secret`.
#[derive(Clone)]
pub struct KeyRow {
    /// Row id.
    pub id: i64,
    /// `root`, `maker` or `signer`.
    pub role: &'static str,
    /// Unit, 0 for authorities.
    pub unit: i64,
    /// Certificate, DER.
    pub certificate: Vec<u8>,
    /// Sealed private key.
    pub secret: Vec<u8>,
}

/// A seal as stored.
#[derive(Debug, Clone)]
pub struct SealRow {
    /// Row id.
    pub id: i64,
    /// Identifier in the seal.
    pub no: String,
    /// Name.
    pub name: String,
    /// DER.
    pub esl: Vec<u8>,
}

/// One use of a seal, as verification shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UseRow {
    /// Name of the seal.
    pub seal_name: String,
    /// Title of the document.
    pub title: String,
    /// Its number.
    pub number: String,
    /// When it was sealed.
    pub at: Stamp,
}

/// Keeps a key unless its owner has one already; tells whether it was kept. On PostgreSQL this waits for
/// whoever is keeping the same key at this moment.
pub fn insert_key(db: &mut Db<'_>, row: &KeyRow, at: Stamp) -> Result<bool> {
    let params = p![row.id, row.role, row.unit, &row.certificate, &row.secret, at];
    Ok(db.exec(INSERT_KEY, params)? == 1)
}

/// The key of a role and unit.
pub fn key(db: &mut Db<'_>, role: &'static str, unit: i64) -> Result<Option<KeyRow>> {
    db.opt(KEY, p![role, unit], |row| {
        Ok(KeyRow { id: row.i64(0)?, role, unit, certificate: row.blob(1)?, secret: row.blob(2)? })
    })
}

/// Keeps a seal unless the unit has this one already; tells whether it was kept.
pub fn insert_seal(
    db: &mut Db<'_>,
    row: &SealRow,
    unit: i64,
    kind: SealKind,
    valid_to: Stamp,
    at: Stamp,
) -> Result<bool> {
    let params = p![row.id, unit, kind.label(), &row.no, &row.name, &row.esl, valid_to, at];
    Ok(db.exec(INSERT_SEAL, params)? == 1)
}

/// The seal of a unit.
pub fn seal(db: &mut Db<'_>, unit: i64, kind: SealKind) -> Result<Option<SealRow>> {
    db.opt(SEAL, p![unit, kind.label()], |row| {
        Ok(SealRow { id: row.i64(0)?, no: row.text(1)?, name: row.text(2)?, esl: row.blob(3)? })
    })
}

/// The unit whose seal has this identifier.
pub fn unit_of_seal(db: &mut Db<'_>, no: &str) -> Result<Option<i64>> {
    db.opt(UNIT_OF_SEAL, p![no], |row| row.i64(0))
}

/// One use of a seal, to be kept.
#[derive(Debug, Clone)]
pub struct NewUse {
    /// Row id.
    pub id: i64,
    /// Seal row.
    pub seal: i64,
    /// SM3 of the document before sealing, hex.
    pub document_hash: String,
    /// Address of the sealed file.
    pub file: String,
    /// The event that ordered it.
    pub ordered_by: Option<i64>,
    /// What it is.
    pub paper: Paper,
}

/// Keeps a use.
pub fn insert_use(db: &mut Db<'_>, new: &NewUse, at: Stamp) -> Result<()> {
    let params = p![
        new.id,
        new.seal,
        &new.document_hash,
        &new.file,
        new.ordered_by,
        &new.paper.title,
        &new.paper.number,
        new.paper.case_no.clone(),
        at
    ];
    db.exec(INSERT_USE, params).map(drop)
}

/// Whether this seal was put on this document before.
pub fn was_used(db: &mut Db<'_>, seal: i64, document_hash: &str) -> Result<bool> {
    Ok(db.opt(USED, p![seal, document_hash], |row| row.i64(0))?.is_some())
}

/// How many papers a decision has ordered under this seal.
pub fn used_for(db: &mut Db<'_>, seal: i64, ordered_by: i64) -> Result<i64> {
    db.one(USED_FOR, p![seal, ordered_by], |row| row.i64(0))
}

/// The use that made this file.
pub fn use_of_file(db: &mut Db<'_>, file: &str) -> Result<Option<UseRow>> {
    db.opt(BY_FILE, p![file], read_use)
}

/// The newest sealed document of a case number.
pub fn use_of_case(db: &mut Db<'_>, case_no: &str) -> Result<Option<UseRow>> {
    db.opt(BY_CASE, p![case_no], read_use)
}

/// The newest sealed document of a document number.
pub fn use_of_number(db: &mut Db<'_>, number: &str) -> Result<Option<UseRow>> {
    db.opt(BY_NUMBER, p![number], read_use)
}

fn read_use(row: &store::Row<'_>) -> Result<UseRow> {
    Ok(UseRow {
        seal_name: row.text(0)?,
        title: row.text(1)?,
        number: row.text(2)?,
        at: row.stamp(3)?,
    })
}
