//! Rows of licences and their serials.

use super::model::{
    HolderKind, Licence, LicenceRowId, LicenceStatus, LicenceSummary, MadeLicence, Reason,
};
use crate::seals::Issuer;
use codes::time::{Day, Stamp};
use guide::packs::HeldLicence;
use store::{Db, Error, FileHash, Result, Row, p, sql};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, identifier, token, type_code, name_zh, name_en, number, issuer, issuer_uscc, ",
            "issuer_name, holder_kind, holder_index, subject, holder, fields, valid_from, valid_to, ",
            "issued_at, status, status_at, reason, basis, lock, file, case_id, sandbox FROM licence ",
            $rest
        )
    };
}

sql! {
    NEXT_SERIAL = "INSERT INTO licence_serial (series, value) VALUES ($1, 1) \
        ON CONFLICT (series) DO UPDATE SET value = licence_serial.value + 1 RETURNING value";
    INSERT = "INSERT INTO licence (id, identifier, token, type_code, name_zh, name_en, number, issuer, \
        issuer_uscc, issuer_name, holder_index, holder_kind, subject, holder, fields, valid_from, valid_to, \
        issued_at, status, status_at, reason, basis, lock, file, case_id, replaces, sandbox) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, \
        $20, '', '', 1, $21, $22, $23, $24)";
    BY_ID = select!("WHERE id = $1");
    BY_IDENTIFIER = select!("WHERE identifier = $1");
    BY_TOKEN = select!("WHERE token = $1");
    BY_FILE = select!("WHERE file = $1");
    BY_CASE = select!("WHERE case_id = $1");
    OF_HOLDER = select!("WHERE holder_index = $1 ORDER BY id DESC LIMIT 200");
    OF_ISSUER = select!("WHERE issuer = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
    BEFORE_ISSUER = select!("WHERE issuer = $1 AND id > $2 ORDER BY id LIMIT $3");
    FIND = select!("WHERE issuer = $1 AND (identifier = $2 OR number = $2) ORDER BY id DESC LIMIT 20");
    SET_STATUS = "UPDATE licence SET status = $3, status_at = $4, reason = $5, basis = $6, lock = lock + 1 \
        WHERE id = $1 AND lock = $2";
    SET_FILE = "UPDATE licence SET file = $2 WHERE id = $1 AND file IS NULL";
    REPLACED = "SELECT o.id, o.identifier, o.status, o.issued_at, o.valid_to FROM licence n \
        JOIN licence o ON o.id = n.replaces WHERE n.id = $1";
    REPLACING = "SELECT id, identifier, status, issued_at, valid_to FROM licence WHERE replaces = $1 \
        ORDER BY id LIMIT 1";
    TYPE_HELD = "SELECT id FROM licence WHERE holder_index = $1 AND type_code = $2 LIMIT 1";
}

/// Next value of a series of serials.
pub fn next_serial(db: &mut Db<'_>, series: &str) -> Result<i64> {
    db.one(NEXT_SERIAL, p![series], |row| row.i64(0))
}

/// Keeps a new licence.
pub fn insert(
    db: &mut Db<'_>,
    made: &MadeLicence,
    status: LicenceStatus,
    case_id: Option<i64>,
    at: Stamp,
) -> Result<()> {
    let row = &made.row;
    let params = p![
        made.id.0,
        made.identifier.to_string(),
        &row.token,
        &row.type_code,
        &row.name_zh,
        &row.name_en,
        &made.number,
        row.issuer.unit,
        &row.issuer.uscc,
        &row.issuer.name,
        &row.holder_index,
        row.holder_kind.code(),
        row.subject,
        &row.holder,
        &row.fields,
        row.valid_from.to_string(),
        row.valid_to.map(|d| d.to_string()),
        at,
        status.label(),
        at,
        made.file.as_ref().map(|f| f.as_str()),
        case_id,
        row.replaces.map(|id| id.0),
        row.sandbox
    ];
    db.put(INSERT, params)
}

/// A licence by row id.
pub fn by_id(db: &mut Db<'_>, id: LicenceRowId) -> Result<Licence> {
    db.one(BY_ID, p![id.0], read)
}

/// A licence by identifier.
pub fn by_identifier(db: &mut Db<'_>, identifier: &str) -> Result<Option<Licence>> {
    db.opt(BY_IDENTIFIER, p![identifier], read)
}

/// A licence by its opaque reference.
pub fn by_token(db: &mut Db<'_>, token: &str) -> Result<Option<Licence>> {
    db.opt(BY_TOKEN, p![token], read)
}

/// The licence whose file this is.
pub fn by_file(db: &mut Db<'_>, file: &str) -> Result<Option<Licence>> {
    db.opt(BY_FILE, p![file], read)
}

/// The licence that came from a case.
pub fn of_case(db: &mut Db<'_>, case_id: i64) -> Result<Option<Licence>> {
    db.opt(BY_CASE, p![case_id], read)
}

/// A holder's licences, newest first (at most 200); statuses are those of `today`.
pub fn of_holder(db: &mut Db<'_>, holder_index: &[u8], today: Day) -> Result<Vec<LicenceSummary>> {
    db.all(OF_HOLDER, p![holder_index], |row| Ok(summary(&read(row)?, today)))
}

/// A holder's licences in force, as the materials of a pack want them (免提交).
pub fn held(db: &mut Db<'_>, holder_index: &[u8], today: Day) -> Result<Vec<HeldLicence>> {
    let all = of_holder(db, holder_index, today)?;
    let held = all.into_iter().filter(|l| l.status.in_force()).map(|l| HeldLicence {
        type_name: l.name_zh,
        id: l.identifier,
        issuer: l.issuer_name,
        valid_until: l.valid_to.map(|d| d.to_string()),
    });
    Ok(held.collect())
}

/// Licences a unit issued with ids below `before`, newest first.
pub fn of_issuer(
    db: &mut Db<'_>,
    unit: i64,
    before: i64,
    limit: i64,
    today: Day,
) -> Result<Vec<LicenceSummary>> {
    db.all(OF_ISSUER, p![unit, before, limit], |row| Ok(summary(&read(row)?, today)))
}

/// Licences a unit issued with ids above `after`, newest first: the page before.
pub fn of_issuer_after(
    db: &mut Db<'_>,
    unit: i64,
    after: i64,
    limit: i64,
    today: Day,
) -> Result<Vec<LicenceSummary>> {
    let mut found =
        db.all(BEFORE_ISSUER, p![unit, after, limit], |row| Ok(summary(&read(row)?, today)))?;
    found.reverse();
    Ok(found)
}

/// Licences of a unit with this identifier or printed number.
pub fn find(db: &mut Db<'_>, unit: i64, asked: &str, today: Day) -> Result<Vec<LicenceSummary>> {
    db.all(FIND, p![unit, asked], |row| Ok(summary(&read(row)?, today)))
}

/// Sets a status if nobody changed the licence since `reason.lock`; `Stale` otherwise.
pub fn set_status(
    db: &mut Db<'_>,
    id: LicenceRowId,
    status: LicenceStatus,
    reason: &Reason,
    at: Stamp,
) -> Result<()> {
    let params =
        p![id.0, reason.lock, status.label(), at, reason.reason.trim(), reason.basis.trim()];
    if db.exec(SET_STATUS, params)? == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Gives a licence its file unless it has one; tells whether it was kept.
pub fn set_file(db: &mut Db<'_>, id: LicenceRowId, file: &FileHash) -> Result<bool> {
    Ok(db.exec(SET_FILE, p![id.0, file.as_str()])? == 1)
}

/// A version of a licence in its chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Row id.
    pub id: LicenceRowId,
    /// Identifier, whose last part but one is the version.
    pub identifier: String,
    /// Status on the day asked for.
    pub status: LicenceStatus,
    /// When it was issued.
    pub issued_at: Stamp,
}

/// Most versions of one licence that are listed.
const MOST_VERSIONS: usize = 50;

/// The versions of a licence before and after it, newest first, itself left out.
pub fn versions(db: &mut Db<'_>, id: LicenceRowId, today: Day) -> Result<Vec<Link>> {
    let mut all = Vec::new();
    for sql in [REPLACING, REPLACED] {
        let (mut at, mut found) = (id.0, Vec::new());
        while found.len() < MOST_VERSIONS
            && let Some(next) = db.opt(sql, p![at], |row| link(row, today))?
        {
            at = next.id.0;
            found.push(next);
        }
        if sql == REPLACING {
            found.reverse();
        }
        all.extend(found);
    }
    Ok(all)
}

/// The version that stands in the place of a licence by now: the last of those that replaced it.
pub fn current(db: &mut Db<'_>, id: LicenceRowId, today: Day) -> Result<Option<Link>> {
    let (mut at, mut last) = (id.0, None);
    for _ in 0..MOST_VERSIONS {
        let Some(next) = db.opt(REPLACING, p![at], |row| link(row, today))? else { break };
        at = next.id.0;
        last = Some(next);
    }
    Ok(last)
}

fn link(row: &Row<'_>, today: Day) -> Result<Link> {
    let status = row.text(2)?;
    let status = LicenceStatus::parse(&status)
        .ok_or_else(|| Error::internal(format!("status of a licence {status}")))?;
    let last = row.opt_text(4)?.as_deref().map(day).transpose()?;
    Ok(Link {
        id: LicenceRowId(row.i64(0)?),
        identifier: row.text(1)?,
        status: status.on(last, today),
        issued_at: row.stamp(3)?,
    })
}

/// Whether a holder has a licence of a type, in whatever state.
pub fn holds_type(db: &mut Db<'_>, holder_index: &[u8], type_code: &str) -> Result<bool> {
    Ok(db.opt(TYPE_HELD, p![holder_index, type_code], |row| row.i64(0))?.is_some())
}

fn summary(licence: &Licence, today: Day) -> LicenceSummary {
    LicenceSummary {
        id: licence.id,
        identifier: licence.identifier.clone(),
        type_code: licence.type_code.clone(),
        name_zh: licence.name_zh.clone(),
        name_en: licence.name_en.clone(),
        number: licence.number.clone(),
        issuer_name: licence.issuer.name.clone(),
        valid_to: licence.valid_to,
        issued_at: licence.issued_at,
        status: licence.status_on(today),
        has_file: licence.file.is_some(),
        sandbox: licence.sandbox,
    }
}

fn day(text: &str) -> Result<Day> {
    text.parse().map_err(Error::internal)
}

fn read(row: &Row<'_>) -> Result<Licence> {
    let file = row.opt_text(23)?;
    let (kind, status) = (row.text(10)?, row.text(18)?);
    Ok(Licence {
        id: LicenceRowId(row.i64(0)?),
        identifier: row.text(1)?,
        token: row.text(2)?,
        type_code: row.text(3)?,
        name_zh: row.text(4)?,
        name_en: row.text(5)?,
        number: row.text(6)?,
        issuer: Issuer { unit: row.i64(7)?, uscc: row.text(8)?, name: row.text(9)? },
        holder_kind: HolderKind::parse(&kind)
            .ok_or_else(|| Error::internal(format!("kind of holder {kind}")))?,
        holder_index: row.blob(11)?,
        subject: row.opt_i64(12)?,
        holder: row.blob(13)?,
        fields: row.blob(14)?,
        valid_from: day(&row.text(15)?)?,
        valid_to: row.opt_text(16)?.as_deref().map(day).transpose()?,
        issued_at: row.stamp(17)?,
        status: LicenceStatus::parse(&status)
            .ok_or_else(|| Error::internal(format!("status of a licence {status}")))?,
        status_at: row.stamp(19)?,
        reason: row.text(20)?,
        basis: row.text(21)?,
        lock: row.i64(22)?,
        file: file.as_deref().map(FileHash::parse).transpose()?,
        case_id: row.opt_i64(24)?,
        sandbox: row.bool(25)?,
    })
}
