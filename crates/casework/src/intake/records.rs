//! SQL of the window and its rows in and out.

use super::model::{Facts, Guest, Look, Seen, Sitting, SittingId, Stage};
use crate::drafts::DraftId;
use crate::drafts::records::owner;
use codes::time::Stamp;
use people::identity::{AccountId, PersonId, StaffId, UnitId};
use store::vault::{SealedColumn, Vault};
use store::{Cell, Db, Disclosure, Error, Result, Row, Secret, p};

store::sql! {
    ADD = "INSERT INTO sitting (id, unit, staff, person, account, owner, applicant, slug, draft, stage, facts, \
        guest, begun_at, changed_at, version, agent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
        $12, $13, $13, 1, $14)";
    FIND = "SELECT id, unit, staff, person, account, owner, applicant, slug, draft, stage, facts, guest, \
        begun_at, changed_at, version, agent FROM sitting WHERE id = $1";
    OF_DRAFT = "SELECT id, unit, staff, person, account, owner, applicant, slug, draft, stage, facts, guest, \
        begun_at, changed_at, version, agent FROM sitting WHERE draft = $1 ORDER BY id DESC LIMIT 20";
    KEEP = "UPDATE sitting SET staff = $3, slug = $4, draft = $5, stage = $6, facts = $7, changed_at = $8, \
        version = version + 1 WHERE id = $1 AND version = $2";
    OF_UNIT = "SELECT id, unit, staff, person, account, owner, applicant, slug, draft, stage, facts, guest, \
        begun_at, changed_at, version, agent FROM sitting WHERE unit = $1 AND stage = $2 \
        ORDER BY changed_at DESC LIMIT $3";
    RECENT = "SELECT slug FROM sitting WHERE staff = $1 AND slug <> '' ORDER BY id DESC LIMIT 40";
    MOST_USED = "SELECT slug, COUNT(*) FROM sitting WHERE unit = $1 AND begun_at > $2 AND slug <> '' \
        GROUP BY slug ORDER BY 2 DESC, slug LIMIT 8";
    LOOKED = "INSERT INTO paper_seen (id, draft, key, how, staff, staff_no, at) VALUES ($1, $2, $3, $4, $5, $6, \
        $7) ON CONFLICT (draft, key) DO UPDATE SET how = excluded.how, staff = excluded.staff, \
        staff_no = excluded.staff_no, at = excluded.at";
    UNLOOK = "DELETE FROM paper_seen WHERE draft = $1 AND key = $2";
    SEEN = "SELECT key, how, staff_no, at FROM paper_seen WHERE draft = $1 ORDER BY id LIMIT 100";
    ADD_LINK = "INSERT INTO confirm_link (id, token_hash, sitting, how, made_at, used_at) \
        VALUES ($1, $2, $3, $4, $5, NULL)";
    LINK = "SELECT sitting, how, made_at, used_at FROM confirm_link WHERE token_hash = $1";
    USE_LINK = "UPDATE confirm_link SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL";
    OLD_LINKS = "DELETE FROM confirm_link WHERE made_at < $1";
}

/// Columns of this room that key rotation moves.
pub const SEALED: &[SealedColumn] = &[store::sealed_column!("sitting", "guest")];

fn guest_cell(id: SittingId) -> Cell {
    Cell { table: "sitting", column: "guest", row: id.0 }
}

/// Seals whom a sitting is with.
pub fn seal(vault: &Vault, id: SittingId, guest: &Guest) -> Result<Vec<u8>> {
    Ok(vault.seal(guest_cell(id), &Secret::new(serde_json::to_string(guest)?)))
}

/// Opens whom a sitting is with.
pub fn unseal(vault: &Vault, sitting: &Sitting, leave: &Disclosure) -> Result<Guest> {
    let text = vault.open_sealed(guest_cell(sitting.id), &sitting.sealed, leave)?;
    Ok(serde_json::from_str(text.expose())?)
}

fn read(row: &Row<'_>) -> Result<Sitting> {
    let stage = row.text(9)?;
    let draft = row.i64(8)?;
    Ok(Sitting {
        id: SittingId(row.i64(0)?),
        unit: UnitId(row.i64(1)?),
        staff: StaffId(row.i64(2)?),
        person: PersonId(row.i64(3)?),
        account: AccountId(row.i64(4)?),
        owner: owner(&row.text(5)?)?,
        shown: row.text(6)?,
        slug: row.text(7)?,
        draft: (draft != 0).then_some(DraftId(draft)),
        stage: Stage::parse(&stage).ok_or_else(|| Error::internal(format!("stage {stage}")))?,
        facts: serde_json::from_str(&row.text(10)?)?,
        sealed: row.blob(11)?,
        begun: row.stamp(12)?,
        changed: row.stamp(13)?,
        version: row.i64(14)?,
        agent: Some(row.i64(15)?).filter(|id| *id != 0).map(PersonId),
    })
}

fn draft_of(sitting: &Sitting) -> i64 {
    sitting.draft.map_or(0, |d| d.0)
}

/// Inserts a sitting.
pub fn add(db: &mut Db<'_>, s: &Sitting) -> Result<()> {
    let facts = serde_json::to_string(&s.facts)?;
    let params = p![
        s.id.0,
        s.unit.0,
        s.staff.0,
        s.person.0,
        s.account.0,
        s.owner.label(),
        &s.shown,
        &s.slug,
        draft_of(s),
        s.stage.label(),
        facts,
        &s.sealed,
        s.begun,
        s.agent.map_or(0, |p| p.0)
    ];
    db.put(ADD, params)
}

/// A sitting.
pub fn find(db: &mut Db<'_>, id: SittingId) -> Result<Sitting> {
    db.one(FIND, p![id.0], read)
}

/// The newest sittings of a draft.
pub fn of_draft(db: &mut Db<'_>, draft: DraftId) -> Result<Vec<Sitting>> {
    db.all(OF_DRAFT, p![draft.0], read)
}

/// Keeps a changed sitting if its version is still the one read.
///
/// # Errors
/// `Stale` when it is not.
pub fn keep(db: &mut Db<'_>, s: &mut Sitting, at: Stamp) -> Result<()> {
    let facts = serde_json::to_string(&s.facts)?;
    let params = p![s.id.0, s.version, s.staff.0, &s.slug, draft_of(s), s.stage.label(), facts, at];
    if db.exec(KEEP, params)? != 1 {
        return Err(Error::Stale);
    }
    s.version += 1;
    s.changed = at;
    Ok(())
}

/// The sittings of a unit in one stage, newest first.
pub fn of_unit(db: &mut Db<'_>, unit: UnitId, stage: Stage, most: i64) -> Result<Vec<Sitting>> {
    db.all(OF_UNIT, p![unit.0, stage.label(), most], read)
}

/// Items a clerk took last, newest first, each once.
pub fn recent(db: &mut Db<'_>, staff: StaffId) -> Result<Vec<String>> {
    let mut all: Vec<String> = Vec::new();
    for slug in db.all(RECENT, p![staff.0], |row| row.text(0))? {
        if !all.contains(&slug) {
            all.push(slug);
        }
    }
    Ok(all)
}

/// Items a unit took most since a moment.
pub fn most_used(db: &mut Db<'_>, unit: UnitId, since: Stamp) -> Result<Vec<String>> {
    db.all(MOST_USED, p![unit.0, since], |row| row.text(0))
}

/// Notes that a paper was seen, instead of what was noted before.
pub fn looked(
    db: &mut Db<'_>,
    id: i64,
    draft: DraftId,
    (key, how): (&str, Look),
    (staff, no): (StaffId, &str),
    at: Stamp,
) -> Result<()> {
    db.put(LOOKED, p![id, draft.0, key, how.label(), staff.0, no, at])
}

/// Takes such a note back.
pub fn unlook(db: &mut Db<'_>, draft: DraftId, key: &str) -> Result<()> {
    db.put(UNLOOK, p![draft.0, key])
}

/// Papers of a draft or case that were seen at a window.
pub fn seen(db: &mut Db<'_>, draft: DraftId) -> Result<Vec<Seen>> {
    db.all(SEEN, p![draft.0], |row| {
        let how = row.text(1)?;
        Ok(Seen {
            key: row.text(0)?,
            how: Look::parse(&how).ok_or_else(|| Error::internal(format!("look {how}")))?,
            staff_no: row.text(2)?,
            at: row.stamp(3)?,
        })
    })
}

/// An address for confirming.
pub struct Link {
    /// The sitting it is for.
    pub sitting: SittingId,
    /// `screen` or `phone`.
    pub how: String,
    /// When it was made.
    pub made: Stamp,
    /// It was used.
    pub used: bool,
}

/// Adds an address under the hash of its token.
pub fn add_link(
    db: &mut Db<'_>,
    id: i64,
    hash: &[u8],
    of: (SittingId, &str),
    at: Stamp,
) -> Result<()> {
    db.put(ADD_LINK, p![id, hash, of.0.0, of.1, at])
}

/// The address of a token's hash.
pub fn link(db: &mut Db<'_>, hash: &[u8]) -> Result<Option<Link>> {
    db.opt(LINK, p![hash], |row| {
        Ok(Link {
            sitting: SittingId(row.i64(0)?),
            how: row.text(1)?,
            made: row.stamp(2)?,
            used: row.opt_i64(3)?.is_some(),
        })
    })
}

/// Uses an address up; `false` when it was.
pub fn use_link(db: &mut Db<'_>, hash: &[u8], at: Stamp) -> Result<bool> {
    Ok(db.exec(USE_LINK, p![hash, at])? == 1)
}

/// Forgets addresses older than a day.
pub fn drop_old_links(db: &mut Db<'_>, now: Stamp) -> Result<()> {
    db.put(OLD_LINKS, p![now.plus_days(-1)])
}

/// What is known of a case that was taken at a window.
#[derive(Clone)]
pub struct Taken {
    /// The sitting it came from.
    pub sitting: Sitting,
    /// What happened to it there.
    pub facts: Facts,
    /// Papers that were seen.
    pub seen: Vec<Seen>,
}

/// How a case was taken at a window; nothing for one that was filed online.
pub fn taken(db: &mut Db<'_>, case: DraftId) -> Result<Option<Taken>> {
    let done = of_draft(db, case)?.into_iter().find(|s| s.stage == Stage::Done);
    let Some(sitting) = done else { return Ok(None) };
    let seen = seen(db, case)?;
    Ok(Some(Taken { facts: sitting.facts.clone(), sitting, seen }))
}
