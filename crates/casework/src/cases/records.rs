//! Cases and their documents in the store: SQL text, rows in and out.

use super::model::{Case, CaseId, Owner, Phase, State};
use super::rules::Queue;
use crate::drafts::records::{owner, persons, persons_text};
use codes::case_no::CaseNo;
use codes::time::Stamp;
use people::identity::{AccountId, PersonId, StaffId, UnitId};
use std::collections::HashMap;
use store::vault::SealedColumn;
use store::{Db, Error, FileHash, P, Result, Row, p};

store::sql! {
    ADD = "INSERT INTO cases (id, no, slug, item_version, unit, owner, account, person, parties, applicant, \
        state, facts, desk, due, provisional, handler, submitted_at, version, body) VALUES ($1, $2, $3, \
        $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
    BY_ID = "SELECT id, no, slug, item_version, unit, owner, account, person, parties, applicant, facts, \
        handler, body, submitted_at, version FROM cases WHERE id = $1";
    BY_NO = "SELECT id, no, slug, item_version, unit, owner, account, person, parties, applicant, facts, \
        handler, body, submitted_at, version FROM cases WHERE no = $1";
    KEEP = "UPDATE cases SET state = $3, facts = $4, desk = $5, due = $6, provisional = $7, handler = $8, \
        version = version + 1 WHERE id = $1 AND version = $2";
    KEEP_BODY = "UPDATE cases SET body = $2 WHERE id = $1";
    OF_OWNER = "SELECT id, no, slug, applicant, state, due, handler, submitted_at, item_version \
        FROM cases \
        WHERE owner = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    OF_DESK = "SELECT id, no, slug, applicant, state, due, handler, submitted_at, item_version \
        FROM cases \
        WHERE desk = $1 AND desk <> '' AND (due, id) > ($2, $3) ORDER BY due, id LIMIT $4";
    NEAR = "SELECT id, parties, facts FROM cases WHERE id IN ( \
        $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, \
        $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";
    FACTS = "SELECT facts FROM cases WHERE id = $1";
    PROVISIONAL = "SELECT id FROM cases WHERE provisional AND id > $1 ORDER BY id LIMIT 200";
    RESET_DUE = "UPDATE cases SET due = $3, provisional = $4 WHERE id = $1 AND version = $2";
    ADD_DOCUMENT = "INSERT INTO case_document (id, case_id, kind, number, title, file, made_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (case_id, kind) DO NOTHING";
    DOCUMENTS = "SELECT id, kind, number, title, file, made_at FROM case_document WHERE case_id = $1 \
        ORDER BY id LIMIT 50";
    BODIES = "SELECT id, body FROM cases WHERE id > $1 ORDER BY id LIMIT $2";
    PUT_BODY = "UPDATE cases SET body = $2 WHERE id = $1 AND body = $3";
}

/// Columns of this room that key rotation moves.
pub const SEALED: &[SealedColumn] =
    &[SealedColumn { table: "cases", column: "body", page: BODIES, put: PUT_BODY }];

/// One line of a list; everything in it stands in the list's index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Id; with `due` the key the next page begins after.
    pub id: CaseId,
    /// Number.
    pub no: CaseNo,
    /// Item.
    pub slug: String,
    /// Version of the item it was filed under.
    pub item_version: i64,
    /// Applicant, a person masked.
    pub applicant: String,
    /// Where it is.
    pub phase: Phase,
    /// First moment of the day something is due; `None` when nothing is.
    pub due: Option<Stamp>,
    /// Who has taken it.
    pub handler: Option<StaffId>,
    /// When it was submitted.
    pub submitted: Stamp,
}

fn number(text: &str) -> Result<CaseNo> {
    CaseNo::parse(text).map_err(Error::internal)
}

fn line(row: &Row<'_>) -> Result<Line> {
    let due = row.stamp(5)?;
    Ok(Line {
        id: CaseId(row.i64(0)?),
        no: number(&row.text(1)?)?,
        slug: row.text(2)?,
        applicant: row.text(3)?,
        phase: Phase::parse(&row.text(4)?).ok_or_else(|| Error::internal("unknown state"))?,
        due: (due.micros() > 0).then_some(due),
        handler: row.opt_i64(6)?.map(StaffId),
        submitted: row.stamp(7)?,
        item_version: row.i64(8)?,
    })
}

fn case(row: &Row<'_>) -> Result<Case> {
    Ok(Case {
        id: CaseId(row.i64(0)?),
        no: number(&row.text(1)?)?,
        slug: row.text(2)?,
        item_version: row.i64(3)?,
        unit: UnitId(row.i64(4)?),
        owner: owner(&row.text(5)?)?,
        account: AccountId(row.i64(6)?),
        person: PersonId(row.i64(7)?),
        parties: persons(&row.text(8)?),
        applicant: row.text(9)?,
        state: serde_json::from_str(&row.text(10)?)?,
        handler: row.opt_i64(11)?.map(StaffId),
        sealed: row.blob(12)?,
        submitted: row.stamp(13)?,
        version: row.i64(14)?,
    })
}

fn due(queue: &Queue) -> i64 {
    queue.due.map_or(0, |day| Stamp::from_day(day).micros())
}

fn facts(state: &State) -> Result<String> {
    Ok(serde_json::to_string(state)?)
}

/// Inserts a case.
pub fn add(db: &mut Db<'_>, c: &Case, queue: &Queue) -> Result<()> {
    let params = p![
        c.id.0,
        c.no.to_string(),
        &c.slug,
        c.item_version,
        c.unit.0,
        c.owner.label(),
        c.account.0,
        c.person.0,
        persons_text(&c.parties),
        &c.applicant,
        c.state.phase().label(),
        facts(&c.state)?,
        &queue.desk,
        due(queue),
        queue.provisional,
        c.handler.map(|h| h.0),
        c.submitted,
        c.version,
        &c.sealed
    ];
    db.put(ADD, params)
}

/// A case by id.
pub fn by_id(db: &mut Db<'_>, id: CaseId) -> Result<Case> {
    db.one(BY_ID, p![id.0], case)
}

/// A case by id, if there is one.
pub fn opt(db: &mut Db<'_>, id: CaseId) -> Result<Option<Case>> {
    db.opt(BY_ID, p![id.0], case)
}

/// A case by number.
pub fn by_no(db: &mut Db<'_>, no: CaseNo) -> Result<Case> {
    db.one(BY_NO, p![no.to_string()], case)
}

/// Writes the changed state if the version is still the one read, and counts it up.
///
/// # Errors
/// `Stale` when it is not.
pub fn keep(db: &mut Db<'_>, c: &mut Case, queue: &Queue) -> Result<()> {
    let params = p![
        c.id.0,
        c.version,
        c.state.phase().label(),
        facts(&c.state)?,
        &queue.desk,
        due(queue),
        queue.provisional,
        c.handler.map(|h| h.0)
    ];
    if db.exec(KEEP, params)? != 1 {
        return Err(Error::Stale);
    }
    c.version += 1;
    Ok(())
}

/// Replaces the sealed body.
pub fn keep_body(db: &mut Db<'_>, id: CaseId, sealed: &[u8]) -> Result<()> {
    db.put(KEEP_BODY, p![id.0, sealed])
}

/// An owner's cases before an id, newest first. One range of one covering index.
pub fn of_owner(db: &mut Db<'_>, owner: Owner, before: CaseId, limit: i64) -> Result<Vec<Line>> {
    db.all(OF_OWNER, p![owner.label(), before.0, limit], line)
}

/// The lines of a desk after (due, id), by due day. One range of one covering index.
pub fn of_desk(db: &mut Db<'_>, desk: &str, after: (i64, CaseId), limit: i64) -> Result<Vec<Line>> {
    db.all(OF_DESK, p![desk, after.0, after.1.0, limit], line)
}

/// What the index of a desk does not hold of a case.
#[derive(Debug, Clone)]
pub struct Near {
    /// Whose matter it is.
    pub parties: Vec<PersonId>,
    /// The state with its facts.
    pub state: State,
}

/// Cases looked at at a time.
const AT_ONCE: usize = 20;

/// Parties and states of a page of cases, twenty to a question.
pub fn near(db: &mut Db<'_>, ids: &[CaseId]) -> Result<HashMap<CaseId, Near>> {
    let mut found = HashMap::new();
    for some in ids.chunks(AT_ONCE) {
        // The text has twenty places; those left over name the last one again.
        let padded = some.iter().chain(some.last().into_iter().cycle()).take(AT_ONCE);
        let params: Vec<P> = padded.map(|id| P::from(id.0)).collect();
        db.each(NEAR, &params, |row| {
            let state = serde_json::from_str(&row.text(2)?)?;
            found.insert(CaseId(row.i64(0)?), Near { parties: persons(&row.text(1)?), state });
            Ok(())
        })?;
    }
    Ok(found)
}

/// The state of a case with its facts, without the rest of it.
pub fn state(db: &mut Db<'_>, id: CaseId) -> Result<State> {
    db.one(FACTS, p![id.0], |row| Ok(serde_json::from_str(&row.text(0)?)?))
}

/// Cases whose due day lies in a year without announced calendar, after an id.
pub fn provisional(db: &mut Db<'_>, after: CaseId) -> Result<Vec<CaseId>> {
    db.all(PROVISIONAL, p![after.0], |row| Ok(CaseId(row.i64(0)?)))
}

/// Writes a due day computed anew; the state stays as it is. Says whether it was written.
pub fn reset_due(db: &mut Db<'_>, c: &Case, queue: &Queue) -> Result<bool> {
    Ok(db.exec(RESET_DUE, p![c.id.0, c.version, due(queue), queue.provisional])? == 1)
}

/// A document of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRow {
    /// Id.
    pub id: i64,
    /// Kind as packs name it: `acceptance`, `correction`, `not-accepted`, `grant`, `deny`…
    pub kind: String,
    /// Number of the document.
    pub number: String,
    /// Title.
    pub title: String,
    /// Address of the sealed OFD.
    pub file: FileHash,
    /// When it was made.
    pub made: Stamp,
}

/// Adds a document; says whether it was new (each kind once in a case).
pub fn add_document(db: &mut Db<'_>, of: CaseId, d: &DocumentRow) -> Result<bool> {
    let params = p![d.id, of.0, &d.kind, &d.number, &d.title, d.file.as_str(), d.made];
    Ok(db.exec(ADD_DOCUMENT, params)? == 1)
}

/// The documents of a case, oldest first.
pub fn documents(db: &mut Db<'_>, of: CaseId) -> Result<Vec<DocumentRow>> {
    db.all(DOCUMENTS, p![of.0], |row| {
        Ok(DocumentRow {
            id: row.i64(0)?,
            kind: row.text(1)?,
            number: row.text(2)?,
            title: row.text(3)?,
            file: FileHash::parse(&row.text(4)?)?,
            made: row.stamp(5)?,
        })
    })
}
