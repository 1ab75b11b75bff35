//! Papers and uploads in the store: SQL text, rows in and out.

use super::model::{Paper, PaperId};
use crate::drafts::model::{DraftId, Owner};
use codes::time::Stamp;
use guide::packs::Way;
use store::vault::SealedColumn;
use store::{Cell, Db, Disclosure, Error, FileHash, Result, Row, Secret, Vault, p};

store::sql! {
    ADD_PAPER = "INSERT INTO case_paper (id, file_id, key, way, file, licence, name, size, round, added_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    DROP_PAPER = "DELETE FROM case_paper WHERE id = $1 AND file_id = $2 AND round = $3";
    DROP_PAPERS = "DELETE FROM case_paper WHERE file_id = $1";
    PAPERS = "SELECT id, key, way, file, licence, name, size, round, added_at FROM case_paper \
        WHERE file_id = $1 ORDER BY id LIMIT 500";
    BEGIN_UPLOAD = "INSERT INTO upload (id, draft, owner, key, name, size, received, begun_at) \
        VALUES ($1, $2, $3, $4, $5, $6, 0, $7)";
    UPLOAD = "SELECT id, draft, key, name, size, received FROM upload WHERE id = $1 AND owner = $2";
    RECEIVED = "UPDATE upload SET received = $3 WHERE id = $1 AND received = $2";
    ADD_PART = "INSERT INTO upload_part (id, upload, bytes) VALUES ($1, $2, $3)";
    PARTS = "SELECT id, bytes FROM upload_part WHERE upload = $1 ORDER BY id";
    DROP_PARTS = "DELETE FROM upload_part WHERE upload = $1";
    DROP_UPLOAD = "DELETE FROM upload WHERE id = $1";
    OLD_UPLOADS = "SELECT id FROM upload WHERE begun_at < $1 ORDER BY begun_at LIMIT 200";
    SHELVE = "INSERT INTO material_file (id, owner, file, slug, key, name, size, until, source, uses, \
        added_at, used_at) VALUES ($1, $2, $3, $4, $5, $6, $7, '', $8, 1, $9, $9) \
        ON CONFLICT (owner, file, slug, key) DO UPDATE SET uses = material_file.uses + 1, \
        used_at = excluded.used_at";
    SHELF = "SELECT id, file, slug, key, name, size, until, source, uses, added_at, used_at \
        FROM material_file WHERE owner = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    ON_SHELF = "SELECT id, file, slug, key, name, size, until, source, uses, added_at, used_at \
        FROM material_file WHERE id = $1 AND owner = $2";
    RENAME = "UPDATE material_file SET name = $3, until = $4 WHERE id = $1 AND owner = $2";
    UNSHELVE = "DELETE FROM material_file WHERE id = $1 AND owner = $2";
    LIVE_CASE = "SELECT c.no FROM case_paper p JOIN cases c ON c.id = p.file_id WHERE p.file = $1 \
        AND c.owner = $2 AND c.state NOT IN ('closed', 'not-accepted', 'withdrawn') ORDER BY c.id LIMIT 1";
    LIVE_DRAFT = "SELECT d.id FROM case_paper p JOIN draft d ON d.id = p.file_id WHERE p.file = $1 \
        AND d.owner = $2 LIMIT 1";
    SOURCE = "SELECT no FROM cases WHERE id = $1 AND owner = $2";
    NAMED_PAPER = "SELECT CAST(1 AS BIGINT) FROM case_paper WHERE file = $1 LIMIT 1";
    NAMED_SHELF = "SELECT CAST(1 AS BIGINT) FROM material_file WHERE file = $1 LIMIT 1";
    NAMED_HELD = "SELECT CAST(1 AS BIGINT) FROM file_held WHERE file = $1";
    HOLD_FILE = "INSERT INTO file_held (file) VALUES ($1) ON CONFLICT DO NOTHING";
    CASE_FACTS = "SELECT id, facts FROM cases WHERE id > $1 AND facts LIKE '%\"evidence\":\"%' ORDER BY id \
        LIMIT 500";
    SITTING_FACTS = "SELECT id, facts FROM sitting WHERE id > $1 AND facts LIKE '%\"file\":\"%' ORDER BY id \
        LIMIT 500";
    SHELF_NAMES = "SELECT id, name FROM material_file WHERE id > $1 ORDER BY id LIMIT $2";
    PUT_SHELF_NAME = "UPDATE material_file SET name = $2 WHERE id = $1 AND name = $3";
    NAMES = "SELECT id, name FROM case_paper WHERE id > $1 ORDER BY id LIMIT $2";
    PUT_NAME = "UPDATE case_paper SET name = $2 WHERE id = $1 AND name = $3";
}

/// Columns of this room that key rotation moves.
pub const SEALED: &[SealedColumn] = &[
    SealedColumn { table: "case_paper", column: "name", page: NAMES, put: PUT_NAME },
    SealedColumn { table: "material_file", column: "name", page: SHELF_NAMES, put: PUT_SHELF_NAME },
];

/// Cell of a paper's name.
pub fn name_cell(id: PaperId) -> Cell {
    Cell { table: "case_paper", column: "name", row: id.0 }
}

/// Cell of a file's name in the library.
pub fn shelf_cell(id: i64) -> Cell {
    Cell { table: "material_file", column: "name", row: id }
}

/// A paper with its name already sealed.
pub struct NewPaper {
    /// The paper; its plain `name` is not written.
    pub paper: Paper,
    /// Sealed name.
    pub sealed_name: Vec<u8>,
    /// The same for the library.
    pub shelf_name: Vec<u8>,
}

impl NewPaper {
    /// Seals the name.
    pub fn seal(vault: &Vault, paper: Paper) -> NewPaper {
        let name = Secret::new(&paper.name);
        let sealed_name = vault.seal(name_cell(paper.id), &name);
        let shelf_name = vault.seal(shelf_cell(paper.id.0), &name);
        NewPaper { paper, sealed_name, shelf_name }
    }
}

/// Adds a paper.
pub fn add_paper(db: &mut Db<'_>, file: DraftId, new: &NewPaper) -> Result<()> {
    let paper = &new.paper;
    let way = way_label(paper.way);
    let params = p![
        paper.id.0,
        file.0,
        &paper.key,
        way,
        paper.file.as_ref().map(FileHash::as_str),
        paper.licence.as_ref(),
        &new.sealed_name,
        paper.size,
        paper.round,
        paper.added
    ];
    db.put(ADD_PAPER, params)
}

/// Takes a paper of a round out; says whether it was there.
pub fn drop_paper(db: &mut Db<'_>, file: DraftId, id: PaperId, round: i64) -> Result<bool> {
    Ok(db.exec(DROP_PAPER, p![id.0, file.0, round])? == 1)
}

/// Takes all papers of a draft out.
pub fn drop_papers(db: &mut Db<'_>, file: DraftId) -> Result<()> {
    db.put(DROP_PAPERS, p![file.0])
}

/// The papers of a draft or case, oldest first, names opened with the leave given.
pub fn papers(
    db: &mut Db<'_>,
    vault: &Vault,
    file: DraftId,
    leave: &Disclosure,
) -> Result<Vec<Paper>> {
    db.all(PAPERS, p![file.0], |row| {
        let id = PaperId(row.i64(0)?);
        let name = vault.open_sealed(name_cell(id), &row.blob(5)?, leave)?;
        Ok(Paper { name: name.expose().to_owned(), ..paper(row, id)? })
    })
}

/// The same without names: for rules.
pub fn bare_papers(db: &mut Db<'_>, file: DraftId) -> Result<Vec<Paper>> {
    db.all(PAPERS, p![file.0], |row| paper(row, PaperId(row.i64(0)?)))
}

fn paper(row: &Row<'_>, id: PaperId) -> Result<Paper> {
    Ok(Paper {
        id,
        key: row.text(1)?,
        way: way(&row.text(2)?),
        file: row.opt_text(3)?.map(|h| FileHash::parse(&h)).transpose()?,
        licence: row.opt_text(4)?,
        name: String::new(),
        size: row.i64(6)?,
        round: row.i64(7)?,
        added: row.stamp(8)?,
    })
}

fn way_label(way: Way) -> String {
    serde_json::to_value(way).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

fn way(label: &str) -> Way {
    serde_json::from_value(label.into()).unwrap_or(Way::Upload)
}

/// An upload in parts, as far as it has come.
pub struct UploadRow {
    /// Id.
    pub id: i64,
    /// Draft it is for.
    pub draft: DraftId,
    /// Material it is for.
    pub key: String,
    /// Sealed name.
    pub name: Vec<u8>,
    /// Bytes in all.
    pub size: i64,
    /// Bytes received.
    pub received: i64,
}

/// Begins an upload.
pub fn begin_upload(db: &mut Db<'_>, u: &UploadRow, owner: Owner, at: Stamp) -> Result<()> {
    let params = p![u.id, u.draft.0, owner.label(), &u.key, &u.name, u.size, at];
    db.put(BEGIN_UPLOAD, params)
}

/// An owner's upload.
pub fn upload(db: &mut Db<'_>, id: i64, owner: Owner) -> Result<UploadRow> {
    db.one(UPLOAD, p![id, owner.label()], |row| {
        Ok(UploadRow {
            id: row.i64(0)?,
            draft: DraftId(row.i64(1)?),
            key: row.text(2)?,
            name: row.blob(3)?,
            size: row.i64(4)?,
            received: row.i64(5)?,
        })
    })
}

/// Adds a part after `from` bytes.
///
/// # Errors
/// `Stale` when another part came first.
pub fn add_part(
    db: &mut Db<'_>,
    upload: i64,
    from: i64,
    to: i64,
    part: i64,
    sealed: &[u8],
) -> Result<()> {
    if db.exec(RECEIVED, p![upload, from, to])? != 1 {
        return Err(Error::Stale);
    }
    db.put(ADD_PART, p![part, upload, sealed])
}

/// The sealed parts of an upload, in order.
pub fn parts(db: &mut Db<'_>, upload: i64) -> Result<Vec<(i64, Vec<u8>)>> {
    db.all(PARTS, p![upload], |row| Ok((row.i64(0)?, row.blob(1)?)))
}

/// Forgets an upload.
pub fn drop_upload(db: &mut Db<'_>, id: i64) -> Result<()> {
    db.exec(DROP_PARTS, p![id])?;
    db.put(DROP_UPLOAD, p![id])
}

/// Forgets uploads begun before a moment that never ended.
pub fn drop_old_uploads(db: &mut Db<'_>, before: Stamp) -> Result<usize> {
    let old = db.all(OLD_UPLOADS, p![before], |row| row.i64(0))?;
    for id in &old {
        drop_upload(db, *id)?;
    }
    Ok(old.len())
}

/// A file of the library.
pub struct ShelfRow {
    /// Id; of the paper it was first.
    pub id: i64,
    /// Address of the file.
    pub file: FileHash,
    /// Item it was first for.
    pub slug: String,
    /// Material it was first for.
    pub key: String,
    /// Sealed name.
    pub name: Vec<u8>,
    /// Bytes.
    pub size: i64,
    /// Last day of what it shows; empty when its owner gave none.
    pub until: String,
    /// Draft or case it was first for.
    pub source: i64,
    /// In how many applications it was put.
    pub uses: i64,
    /// When it came.
    pub added: Stamp,
    /// When it was put in last.
    pub used: Stamp,
}

fn shelf_row(row: &Row<'_>) -> Result<ShelfRow> {
    Ok(ShelfRow {
        id: row.i64(0)?,
        file: FileHash::parse(&row.text(1)?)?,
        slug: row.text(2)?,
        key: row.text(3)?,
        name: row.blob(4)?,
        size: row.i64(5)?,
        until: row.text(6)?,
        source: row.i64(7)?,
        uses: row.i64(8)?,
        added: row.stamp(9)?,
        used: row.stamp(10)?,
    })
}

/// Puts a file into its owner's library, or counts one use more of it.
pub fn shelve(
    db: &mut Db<'_>,
    owner: Owner,
    slug: &str,
    of: DraftId,
    new: &NewPaper,
) -> Result<()> {
    let paper = &new.paper;
    let params = p![
        paper.id.0,
        owner.label(),
        paper.file.as_ref().map(FileHash::as_str),
        slug,
        &paper.key,
        &new.shelf_name,
        paper.size,
        of.0,
        paper.added
    ];
    db.put(SHELVE, params)
}

/// An owner's library before an id, newest first.
pub fn shelf(db: &mut Db<'_>, owner: Owner, before: i64, limit: i64) -> Result<Vec<ShelfRow>> {
    db.all(SHELF, p![owner.label(), before, limit], shelf_row)
}

/// One file of one's own library.
pub fn on_shelf(db: &mut Db<'_>, id: i64, owner: Owner) -> Result<Option<ShelfRow>> {
    db.opt(ON_SHELF, p![id, owner.label()], shelf_row)
}

/// Gives a file of the library another name and last day; says whether it was there.
pub fn rename(db: &mut Db<'_>, id: i64, owner: Owner, name: &[u8], until: &str) -> Result<bool> {
    Ok(db.exec(RENAME, p![id, owner.label(), name, until])? == 1)
}

/// Takes a file out of the library.
pub fn unshelve(db: &mut Db<'_>, id: i64, owner: Owner) -> Result<()> {
    db.put(UNSHELVE, p![id, owner.label()])
}

/// Number of an application of the owner's that goes on and has the file.
pub fn live_case(db: &mut Db<'_>, owner: Owner, file: &FileHash) -> Result<Option<String>> {
    db.opt(LIVE_CASE, p![file.as_str(), owner.label()], |row| row.text(0))
}

/// Whether a draft of the owner's has the file.
pub fn live_draft(db: &mut Db<'_>, owner: Owner, file: &FileHash) -> Result<bool> {
    Ok(db.opt(LIVE_DRAFT, p![file.as_str(), owner.label()], |row| row.i64(0))?.is_some())
}

/// Number of the owner's case a file came with first; none while it is a draft or was thrown away.
pub fn source(db: &mut Db<'_>, owner: Owner, of: i64) -> Result<Option<String>> {
    db.opt(SOURCE, p![of, owner.label()], |row| row.text(0))
}

/// Whether a paper, a library, or the facts of a case or sitting name a file.
pub fn names_file(db: &mut Db<'_>, file: &FileHash) -> Result<bool> {
    for sql in [NAMED_PAPER, NAMED_SHELF, NAMED_HELD] {
        if db.opt(sql, p![file.as_str()], |row| row.i64(0))?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Keeps that a file stands in the facts of a case or sitting: its bytes are never swept.
pub fn hold_file(db: &mut Db<'_>, file: &FileHash) -> Result<()> {
    db.put(HOLD_FILE, p![file.as_str()])
}

/// Row that says that older cases and sittings were read through; no file has this address.
const KNOWN: &str = "-";

/// Whether cases and sittings from before addresses were kept have been read through.
pub fn held_known(db: &mut Db<'_>) -> Result<bool> {
    Ok(db.opt(NAMED_HELD, p![KNOWN], |row| row.i64(0))?.is_some())
}

/// Keeps that they were.
pub fn note_held_known(db: &mut Db<'_>) -> Result<()> {
    db.put(HOLD_FILE, p![KNOWN])
}

/// Facts of cases with evidence, after an id.
pub fn case_facts(db: &mut Db<'_>, after: i64) -> Result<Vec<(i64, String)>> {
    db.all(CASE_FACTS, p![after], |row| Ok((row.i64(0)?, row.text(1)?)))
}

/// Facts of sittings with a signed sheet, after an id.
pub fn sitting_facts(db: &mut Db<'_>, after: i64) -> Result<Vec<(i64, String)>> {
    db.all(SITTING_FACTS, p![after], |row| Ok((row.i64(0)?, row.text(1)?)))
}
