//! Drafts in the store: SQL text, rows in and out.

use super::model::{Draft, DraftId, Owner, Reminder};
use codes::time::Stamp;
use people::identity::{AccountId, PersonId};
use store::vault::SealedColumn;
use store::{Cell, Db, Error, Result, Row, p};

store::sql! {
    OPEN = "INSERT INTO draft (id, account, person, owner, parties, applicant, slug, item_version, body, \
        version, opened_at, saved_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $10)";
    FIND = "SELECT id, account, person, owner, parties, applicant, slug, item_version, body, version, \
        opened_at, saved_at FROM draft WHERE id = $1";
    OF_OWNER = "SELECT id, account, person, owner, parties, applicant, slug, item_version, body, version, \
        opened_at, saved_at FROM draft WHERE owner = $1 ORDER BY id DESC LIMIT 50";
    SAVE = "UPDATE draft SET body = $3, version = version + 1, saved_at = $4, reminded = 0 \
        WHERE id = $1 AND version = $2";
    RENEW = "UPDATE draft SET body = $3, item_version = $4, version = version + 1, saved_at = $5, \
        reminded = 0 WHERE id = $1 AND version = $2";
    TAKE = "DELETE FROM draft WHERE id = $1 AND version = $2";
    EXPIRED = "SELECT id FROM draft WHERE saved_at < $1 ORDER BY saved_at LIMIT 200";
    ENDING = "SELECT id FROM draft WHERE saved_at < $1 AND saved_at >= $2 AND reminded < $3 \
        ORDER BY saved_at LIMIT 200";
    REMINDED = "UPDATE draft SET reminded = $3 WHERE id = $1 AND version = $2 AND reminded < $3";
    EARLIER = "SELECT id, person, slug, item_version, body, submitted_at FROM cases WHERE owner = $1 \
        ORDER BY id DESC LIMIT 12";
    BODIES = "SELECT id, body FROM draft WHERE id > $1 ORDER BY id LIMIT $2";
    PUT_BODY = "UPDATE draft SET body = $2 WHERE id = $1 AND body = $3";
}

/// Columns of this room that key rotation moves.
pub const SEALED: &[SealedColumn] =
    &[SealedColumn { table: "draft", column: "body", page: BODIES, put: PUT_BODY }];

/// Cell of a draft's body.
pub fn body_cell(id: DraftId) -> Cell {
    Cell { table: "draft", column: "body", row: id.0 }
}

/// Cell of the body once it is a case's.
pub fn case_cell(id: DraftId) -> Cell {
    Cell { table: "cases", column: "body", row: id.0 }
}

/// Persons as kept: `[1,2]`.
pub(crate) fn persons_text(persons: &[PersonId]) -> String {
    serde_json::json!(persons.iter().map(|p| p.0).collect::<Vec<_>>()).to_string()
}

/// Persons out of what is kept.
pub(crate) fn persons(text: &str) -> Vec<PersonId> {
    let ids: Vec<i64> = serde_json::from_str(text).unwrap_or_default();
    ids.into_iter().map(PersonId).collect()
}

/// Whose affair, out of what is kept.
pub(crate) fn owner(text: &str) -> Result<Owner> {
    Owner::parse(text).ok_or_else(|| Error::internal(format!("owner {text}")))
}

fn read(row: &Row<'_>) -> Result<Draft> {
    Ok(Draft {
        id: DraftId(row.i64(0)?),
        account: AccountId(row.i64(1)?),
        person: PersonId(row.i64(2)?),
        owner: owner(&row.text(3)?)?,
        parties: persons(&row.text(4)?),
        shown: row.text(5)?,
        slug: row.text(6)?,
        item_version: row.i64(7)?,
        sealed: row.blob(8)?,
        version: row.i64(9)?,
        opened: row.stamp(10)?,
        saved: row.stamp(11)?,
    })
}

/// Inserts a draft.
pub fn open(db: &mut Db<'_>, d: &Draft) -> Result<()> {
    let params = p![
        d.id.0,
        d.account.0,
        d.person.0,
        d.owner.label(),
        persons_text(&d.parties),
        &d.shown,
        &d.slug,
        d.item_version,
        &d.sealed,
        d.opened
    ];
    db.put(OPEN, params)
}

/// A draft by id.
pub fn find(db: &mut Db<'_>, id: DraftId) -> Result<Option<Draft>> {
    db.opt(FIND, p![id.0], read)
}

/// An owner's drafts, newest first, at most 50.
pub fn of_owner(db: &mut Db<'_>, owner: Owner) -> Result<Vec<Draft>> {
    db.all(OF_OWNER, p![owner.label()], read)
}

/// Replaces the body if the version is still the one read.
///
/// # Errors
/// `Stale` when it is not.
pub fn save(db: &mut Db<'_>, id: DraftId, version: i64, sealed: &[u8], at: Stamp) -> Result<()> {
    match db.exec(SAVE, p![id.0, version, sealed, at])? {
        1 => Ok(()),
        _ => Err(Error::Stale),
    }
}

/// Moves a draft to another version of its item, if it is still the one read.
///
/// # Errors
/// `Stale` when it is not.
pub fn renew(db: &mut Db<'_>, d: &Draft, to: i64, sealed: &[u8], at: Stamp) -> Result<()> {
    match db.exec(RENEW, p![d.id.0, d.version, sealed, to, at])? {
        1 => Ok(()),
        _ => Err(Error::Stale),
    }
}

/// Takes the draft away if the version is still the one read; says whether it was.
pub fn take(db: &mut Db<'_>, id: DraftId, version: i64) -> Result<bool> {
    Ok(db.exec(TAKE, p![id.0, version])? == 1)
}

/// Drafts not touched since `before`, at most 200.
pub fn expired(db: &mut Db<'_>, before: Stamp) -> Result<Vec<DraftId>> {
    db.all(EXPIRED, p![before], |row| Ok(DraftId(row.i64(0)?)))
}

/// Drafts that end at this stage's distance and whose owners have not heard of it, at most 200.
pub fn ending(
    db: &mut Db<'_>,
    untouched: Stamp,
    over: Stamp,
    stage: Reminder,
) -> Result<Vec<DraftId>> {
    db.all(ENDING, p![untouched, over, stage.stage()], |row| Ok(DraftId(row.i64(0)?)))
}

/// Notes that the owner is told; says whether he had not been.
pub fn reminded(db: &mut Db<'_>, draft: &Draft, stage: Reminder) -> Result<bool> {
    Ok(db.exec(REMINDED, p![draft.id.0, draft.version, stage.stage()])? == 1)
}

/// An earlier case as far as its answers are taken over.
pub struct EarlierRow {
    /// Its id.
    pub id: i64,
    /// Who filed it.
    pub person: PersonId,
    /// Item.
    pub slug: String,
    /// Version it was filed under.
    pub item_version: i64,
    /// Sealed body.
    pub sealed: Vec<u8>,
    /// When it was handed in.
    pub submitted: Stamp,
}

/// An owner's latest cases, newest first.
pub fn earlier(db: &mut Db<'_>, owner: Owner) -> Result<Vec<EarlierRow>> {
    db.all(EARLIER, p![owner.label()], |row| {
        Ok(EarlierRow {
            id: row.i64(0)?,
            person: PersonId(row.i64(1)?),
            slug: row.text(2)?,
            item_version: row.i64(3)?,
            sealed: row.blob(4)?,
            submitted: row.stamp(5)?,
        })
    })
}
