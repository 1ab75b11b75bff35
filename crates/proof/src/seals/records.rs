//! Rows of keys, seals and their uses.

use super::life::Step;
use super::model::{Issuer, Paper, Seal, SealKind, SealStatus};
use codes::time::Stamp;
use store::{Db, Error, Result, Row, p, sql};

macro_rules! seals {
    ($rest:literal) => {
        concat!(
            "SELECT id, unit, unit_name, unit_uscc, kind, no, name, inscription, level, status, status_at, \
             lock, key_id, valid_to, basis, reason, applied_by, approved_by, replaces, per_hour FROM seal ",
            $rest
        )
    };
}

sql! {
    INSERT_KEY = "INSERT INTO seal_key (id, role, unit, seal, certificate, serial, secret, made_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
    KEY = "SELECT id, unit, seal, certificate, secret FROM seal_key WHERE role = $1 AND unit = 0 AND seal = 0";
    KEY_BY_ID = "SELECT id, unit, seal, certificate, secret FROM seal_key WHERE id = $1";
    RENEW_ROOT = "UPDATE seal_key SET certificate = $2, serial = $3 \
        WHERE role = 'root' AND unit = 0 AND seal = 0 AND certificate = $1";
    REVOKE_KEY = "UPDATE seal_key SET secret = $2, revoked_at = $3, revoked_for = $4 \
        WHERE id = $1 AND revoked_at = 0";
    REVOKED = "SELECT certificate, revoked_at, revoked_for FROM seal_key WHERE revoked_at > 0 ORDER BY revoked_at, id";
    BY_SERIAL = "SELECT revoked_at, revoked_for FROM seal_key WHERE serial = $1 AND serial <> ''";
    KEY_SHARED = "SELECT COUNT(*) FROM seal WHERE key_id = $1 AND id <> $2 \
        AND status IN ('registered', 'in-use', 'suspended')";
    INSERT_SEAL = "INSERT INTO seal (id, unit, unit_name, unit_uscc, kind, no, name, inscription, level, \
        basis, applied_by, replaces, status, status_at, lock, esl, valid_to, made_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'applied', $13, 1, $14, 0, 0) \
        ON CONFLICT DO NOTHING";
    SEAL = seals!("WHERE id = $1");
    CURRENT = seals!("WHERE unit = $1 AND kind = $2 AND status IN ('in-use', 'suspended')");
    COMING = seals!("WHERE unit = $1 AND kind = $2 \
        AND status IN ('applied', 'returned', 'approved', 'made', 'registered')");
    BY_NO = seals!("WHERE no = $1");
    OF_UNIT = seals!("WHERE unit = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
    ALL_SEALS = seals!("WHERE id < $1 ORDER BY id DESC LIMIT $2");
    TO_DO = seals!("WHERE status IN ('applied', 'made') AND id < $1 ORDER BY id DESC LIMIT $2");
    HELD = seals!("WHERE id < $2 AND id IN (SELECT h.seal FROM seal_holder h WHERE h.staff = $1 \
        AND h.ended_at = 0) ORDER BY id DESC LIMIT $3");
    IN_USE = seals!("WHERE status = 'in-use' AND id > $1 ORDER BY id LIMIT $2");
    STEP = "UPDATE seal SET status = $3, status_at = $4, reason = $5, lock = lock + 1 \
        WHERE id = $1 AND lock = $2";
    APPLY_AGAIN = "UPDATE seal SET inscription = $2, name = $3, basis = $4, applied_by = $5 WHERE id = $1";
    APPROVED = "UPDATE seal SET approved_by = $2 WHERE id = $1";
    MADE = "UPDATE seal SET esl = $2, key_id = $3, valid_to = $4, made_at = $5 WHERE id = $1";
    LIMIT = "UPDATE seal SET per_hour = $3, lock = lock + 1 WHERE id = $1 AND lock = $2";
    ESL = "SELECT esl FROM seal WHERE id = $1";
    UNIT_OF_SEAL = "SELECT unit FROM seal WHERE no = $1";
    INSERT_USE = "INSERT INTO seal_use (id, seal, document_hash, file, ordered_by, title, number, \
        case_no, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    USED = "SELECT id FROM seal_use WHERE seal = $1 AND document_hash = $2";
    USED_FOR = "SELECT COUNT(*) FROM seal_use WHERE ordered_by = $2 AND seal = $1";
    USED_SINCE = "SELECT at FROM seal_use WHERE seal = $1 AND id >= $2 ORDER BY id DESC LIMIT $3";
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
    /// `root`, `agency`, `maker`, `signer` …, see [`super::authority::Role`].
    pub role: &'static str,
    /// Unit, 0 for authorities.
    pub unit: i64,
    /// The seal it signs with, 0 for authorities.
    pub seal: i64,
    /// Certificate, DER.
    pub certificate: Vec<u8>,
    /// Its serial number, hex.
    pub serial: String,
    /// Sealed private key.
    pub secret: Vec<u8>,
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

/// A certificate that is good no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokedRow {
    /// Certificate, DER.
    pub certificate: Vec<u8>,
    /// Since when.
    pub at: Stamp,
    /// The step that ended it.
    pub step: String,
}

/// Keeps a key unless its owner has one already; tells whether it was kept. On PostgreSQL this waits for
/// whoever is keeping the same key at this moment.
pub fn insert_key(db: &mut Db<'_>, row: &KeyRow, at: Stamp) -> Result<bool> {
    let params =
        p![row.id, row.role, row.unit, row.seal, &row.certificate, &row.serial, &row.secret, at];
    Ok(db.exec(INSERT_KEY, params)? == 1)
}

fn read_key(row: &Row<'_>, role: &'static str) -> Result<KeyRow> {
    Ok(KeyRow {
        id: row.i64(0)?,
        role,
        unit: row.i64(1)?,
        seal: row.i64(2)?,
        certificate: row.blob(3)?,
        serial: String::new(),
        secret: row.blob(4)?,
    })
}

/// The key of an authority.
pub fn key(db: &mut Db<'_>, role: &'static str) -> Result<Option<KeyRow>> {
    db.opt(KEY, p![role], |row| read_key(row, role))
}

/// Puts the root's renewed certificate in the place of the one before.
pub fn renew_root(db: &mut Db<'_>, before: &[u8], certificate: &[u8], serial: &str) -> Result<()> {
    db.put(RENEW_ROOT, p![before, certificate, serial])
}

/// The key of a seal.
pub fn signer_key(db: &mut Db<'_>, id: i64) -> Result<KeyRow> {
    db.one(KEY_BY_ID, p![id], |row| read_key(row, "signer"))
}

/// Puts something that is no key in a key's place, for good; `false` when that was done before.
pub fn destroy_key(
    db: &mut Db<'_>,
    id: i64,
    nothing: &[u8],
    at: Stamp,
    step: Step,
) -> Result<bool> {
    Ok(db.exec(REVOKE_KEY, p![id, nothing, at, step.label()])? == 1)
}

/// Whether another living seal uses this key: so it was before every seal had its own.
pub fn key_shared(db: &mut Db<'_>, key: i64, seal: i64) -> Result<bool> {
    Ok(db.one(KEY_SHARED, p![key, seal], |row| row.i64(0))? > 0)
}

/// What became of the certificate of a serial number (hex): since when it is revoked, and by which step; `None` for
/// a certificate this node did not issue.
pub fn by_serial(db: &mut Db<'_>, serial: &str) -> Result<Option<(Stamp, String)>> {
    db.opt(BY_SERIAL, p![serial], |row| Ok((row.stamp(0)?, row.text(1)?)))
}

/// Every certificate that was revoked, oldest first.
pub fn revoked(db: &mut Db<'_>) -> Result<Vec<RevokedRow>> {
    db.all(REVOKED, &[], |row| {
        Ok(RevokedRow { certificate: row.blob(0)?, at: row.stamp(1)?, step: row.text(2)? })
    })
}

/// Keeps the application for a seal unless one of this kind is coming already; tells whether it was kept.
pub fn insert_seal(db: &mut Db<'_>, seal: &Seal, at: Stamp) -> Result<bool> {
    let none: &[u8] = &[];
    let params = p![
        seal.id,
        seal.issuer.unit,
        &seal.issuer.name,
        &seal.issuer.uscc,
        seal.kind.label(),
        &seal.no,
        &seal.name,
        &seal.inscription,
        seal.level,
        &seal.basis,
        seal.applied_by,
        seal.replaces,
        at,
        none
    ];
    Ok(db.exec(INSERT_SEAL, params)? == 1)
}

fn read_seal(row: &Row<'_>) -> Result<Seal> {
    let kind = row.text(4)?;
    Ok(Seal {
        id: row.i64(0)?,
        issuer: Issuer { unit: row.i64(1)?, name: row.text(2)?, uscc: row.text(3)? },
        kind: SealKind::parse(&kind).ok_or_else(|| Error::internal(format!("a seal {kind}")))?,
        no: row.text(5)?,
        name: row.text(6)?,
        inscription: row.text(7)?,
        level: row.i64(8)?,
        status: SealStatus::parse(&row.text(9)?)?,
        status_at: row.stamp(10)?,
        lock: row.i64(11)?,
        key: row.i64(12)?,
        valid_to: row.stamp(13)?,
        basis: row.text(14)?,
        reason: row.text(15)?,
        applied_by: row.i64(16)?,
        approved_by: row.i64(17)?,
        replaces: row.i64(18)?,
        per_hour: row.i64(19)?,
    })
}

/// A seal.
pub fn seal(db: &mut Db<'_>, id: i64) -> Result<Seal> {
    db.one(SEAL, p![id], read_seal)
}

/// The seal of this kind that a unit seals with, in use or suspended.
pub fn current(db: &mut Db<'_>, unit: i64, kind: SealKind) -> Result<Option<Seal>> {
    db.opt(CURRENT, p![unit, kind.label()], read_seal)
}

/// The seal of this kind that a unit waits for.
pub fn coming(db: &mut Db<'_>, unit: i64, kind: SealKind) -> Result<Option<Seal>> {
    db.opt(COMING, p![unit, kind.label()], read_seal)
}

/// The seal of this identifier.
pub fn by_no(db: &mut Db<'_>, no: &str) -> Result<Option<Seal>> {
    db.opt(BY_NO, p![no], read_seal)
}

/// Seals of a unit before an id, newest first.
pub fn of_unit(db: &mut Db<'_>, unit: i64, before: i64, most: i64) -> Result<Vec<Seal>> {
    db.all(OF_UNIT, p![unit, before, most], read_seal)
}

/// Seals of all units before an id, newest first.
pub fn all(db: &mut Db<'_>, before: i64, most: i64) -> Result<Vec<Seal>> {
    db.all(ALL_SEALS, p![before, most], read_seal)
}

/// Seals that wait for the registrar, newest first.
pub fn to_do(db: &mut Db<'_>, before: i64, most: i64) -> Result<Vec<Seal>> {
    db.all(TO_DO, p![before, most], read_seal)
}

/// Seals somebody holds, newest first.
pub fn held(db: &mut Db<'_>, staff: i64, before: i64, most: i64) -> Result<Vec<Seal>> {
    db.all(HELD, p![staff, before, most], read_seal)
}

/// Seals in use after an id, oldest first.
pub fn in_use(db: &mut Db<'_>, after: i64, most: i64) -> Result<Vec<Seal>> {
    db.all(IN_USE, p![after, most], read_seal)
}

/// Moves a seal on; `false` when somebody else changed it since it was read.
pub fn set_status(
    db: &mut Db<'_>,
    seal: &Seal,
    to: SealStatus,
    reason: &str,
    at: Stamp,
) -> Result<bool> {
    Ok(db.exec(STEP, p![seal.id, seal.lock, to.label(), at, reason])? == 1)
}

/// What is asked for the second time.
pub fn set_asked(db: &mut Db<'_>, seal: &Seal) -> Result<()> {
    let params = p![seal.id, &seal.inscription, &seal.name, &seal.basis, seal.applied_by];
    db.put(APPLY_AGAIN, params)
}

/// Notes who approved.
pub fn set_approved(db: &mut Db<'_>, seal: i64, staff: i64) -> Result<()> {
    db.put(APPROVED, p![seal, staff])
}

/// Keeps what the maker made.
pub fn set_made(
    db: &mut Db<'_>,
    seal: i64,
    esl: &[u8],
    key: i64,
    valid_to: Stamp,
    at: Stamp,
) -> Result<()> {
    db.put(MADE, p![seal, esl, key, valid_to, at])
}

/// Sets how many papers an hour; `false` when somebody else changed the seal since it was read.
pub fn set_limit(db: &mut Db<'_>, seal: i64, lock: i64, per_hour: i64) -> Result<bool> {
    Ok(db.exec(LIMIT, p![seal, lock, per_hour])? == 1)
}

/// The seal itself, DER; empty before it was made.
pub fn esl(db: &mut Db<'_>, seal: i64) -> Result<Vec<u8>> {
    db.one(ESL, p![seal], |row| row.blob(0))
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
    db.put(INSERT_USE, params)
}

/// Whether this seal was put on this document before.
pub fn was_used(db: &mut Db<'_>, seal: i64, document_hash: &str) -> Result<bool> {
    Ok(db.opt(USED, p![seal, document_hash], |row| row.i64(0))?.is_some())
}

/// How many papers a decision has ordered under this seal.
pub fn used_for(db: &mut Db<'_>, seal: i64, ordered_by: i64) -> Result<i64> {
    db.one(USED_FOR, p![seal, ordered_by], |row| row.i64(0))
}

/// When a seal was used since a moment, newest first, at most so often.
pub fn used_since(db: &mut Db<'_>, seal: i64, since: Stamp, most: i64) -> Result<Vec<Stamp>> {
    // Ids are ordered by time, and those made a little late are looked at by their own time.
    let floor = store::Ids::floor(since);
    let all = db.all(USED_SINCE, p![seal, floor, most], |row| row.stamp(0))?;
    Ok(all.into_iter().filter(|at| *at > since).collect())
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

fn read_use(row: &Row<'_>) -> Result<UseRow> {
    Ok(UseRow {
        seal_name: row.text(0)?,
        title: row.text(1)?,
        number: row.text(2)?,
        at: row.stamp(3)?,
    })
}
