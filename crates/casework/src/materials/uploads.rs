//! Uploads in parts, so that a broken line costs a part and not the file: begin, send parts in order, the
//! last one makes a paper of them.

use super::model::{PaperId, Upload};
use super::putting;
use super::records::{self, UploadRow};
use crate::drafts::filing;
use crate::drafts::model::{DraftId, Owner};
use codes::time::Stamp;
use guide::packs::materials::UploadFault;
use people::People;
use store::{Cell, Ctx, Disclosure, Error, Purpose, Result, Secret, Upkeep};
use web::Visitor;

/// Most bytes of one part.
pub const PART: usize = 1 << 20;

/// How far an upload has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Progress {
    /// The upload.
    pub upload: i64,
    /// Bytes received; the next part begins here.
    pub received: i64,
    /// Bytes in all.
    pub size: i64,
    /// The paper it became, once whole.
    pub paper: Option<PaperId>,
}

fn name_cell(id: i64) -> Cell {
    Cell { table: "upload", column: "name", row: id }
}

fn part_cell(id: i64) -> Cell {
    Cell { table: "upload_part", column: "bytes", row: id }
}

/// Begins an upload: kind and size are judged now, the content when it is whole.
///
/// # Errors
/// `paper-unknown`, `paper-empty`, `paper-type`, `paper-large`, `paper-many`.
pub async fn begin(
    people: &People,
    visitor: &Visitor,
    draft: DraftId,
    key: &str,
    name: &str,
    size: u64,
) -> Result<Progress> {
    begin_by(people, filing::owner(visitor)?, draft, key, name, size).await
}

/// The same for the owner named, whoever holds the paper: a clerk at a window.
pub(crate) async fn begin_by(
    people: &People,
    owner: Owner,
    draft: DraftId,
    key: &str,
    name: &str,
    size: u64,
) -> Result<Progress> {
    let opened = filing::load(people, owner, draft).await?;
    let material = opened.pack.materials.iter().find(|m| m.key == key);
    let material = material.ok_or_else(|| Error::refused("paper-unknown"))?;
    let already = opened.papers.iter().filter(|p| p.key == key).count() as u32;
    match material.fault(name, size, &[], already) {
        None | Some(UploadFault::Content) => {}
        Some(fault) => return Err(super::rules::fault(material, fault)),
    }
    let (id, at) = (people.store.fresh_id(), people.clock().now());
    let sealed = people.vault().seal(name_cell(id), &Secret::new(name));
    let row =
        UploadRow { id, draft, key: key.to_owned(), name: sealed, size: size as i64, received: 0 };
    let write = move |db: &mut store::Db<'_>| records::begin_upload(db, &row, owner, at);
    people.store.upkeep(Upkeep::Draft, write).await?;
    Ok(Progress { upload: id, received: 0, size: size as i64, paper: None })
}

/// How far an upload of one's own has come: where to go on after a broken line.
pub async fn progress(people: &People, owner: Owner, id: i64) -> Result<Progress> {
    let row = people.store.read(move |db| records::upload(db, id, owner)).await?;
    Ok(Progress { upload: id, received: row.received, size: row.size, paper: None })
}

/// Takes the part that begins at `offset`; the last one makes the paper.
///
/// # Errors
/// `upload-offset` (with `received`) for a part out of order, `upload-part` for an empty or too large
/// one; those of [`super::rules::acceptable`] when the whole file turns out to be something else.
pub async fn part(
    people: &People,
    visitor: &Visitor,
    id: i64,
    offset: i64,
    bytes: &[u8],
) -> Result<Progress> {
    let by = (visitor.ctx(people, Purpose::Own), filing::owner(visitor)?);
    part_by(people, by, id, offset, bytes).await
}

/// The same for the owner named, whoever holds the paper: a clerk at a window.
pub(crate) async fn part_by(
    people: &People,
    (ctx, owner): (Ctx, Owner),
    id: i64,
    offset: i64,
    bytes: &[u8],
) -> Result<Progress> {
    let row = people.store.read(move |db| records::upload(db, id, owner)).await?;
    let to = offset.saturating_add(bytes.len() as i64);
    if offset != row.received {
        return Err(Error::refused_with("upload-offset", "received", row.received));
    }
    if bytes.is_empty() || bytes.len() > PART || to > row.size {
        return Err(Error::refused_with("upload-part", "most", PART));
    }
    let part = people.store.fresh_id();
    let sealed = people.vault().seal(part_cell(part), &Secret::new(hex::encode(bytes)));
    let write = move |db: &mut store::Db<'_>| records::add_part(db, id, offset, to, part, &sealed);
    people.store.upkeep(Upkeep::Draft, write).await?;
    if to < row.size {
        return Ok(Progress { upload: id, received: to, size: row.size, paper: None });
    }
    let file = whole(people, &row).await?;
    // Whatever comes of the whole file, its parts have served.
    let paper = putting::upload_by(people, (ctx, owner), row.draft, file).await;
    let forget = move |db: &mut store::Db<'_>| records::drop_upload(db, id);
    people.store.upkeep(Upkeep::Draft, forget).await?;
    Ok(Progress { upload: id, received: to, size: row.size, paper: Some(paper?) })
}

async fn whole(people: &People, row: &UploadRow) -> Result<Upload> {
    let (id, leave, vault) = (row.id, Disclosure::own(), people.vault());
    let name = vault.open_sealed(name_cell(id), &row.name, &leave)?.expose().to_owned();
    let parts = people.store.read(move |db| records::parts(db, id)).await?;
    let mut bytes = Vec::with_capacity(row.size as usize);
    for (part, sealed) in parts {
        let text = vault.open_sealed(part_cell(part), &sealed, &leave)?;
        bytes.extend(hex::decode(text.expose()).map_err(Error::internal)?);
    }
    Ok(Upload { key: row.key.clone(), name, bytes })
}

/// Forgets uploads that were begun a day ago and never ended.
pub async fn expire(people: &People, at: Stamp) -> Result<usize> {
    let before = at.plus_days(-1);
    let write = move |db: &mut store::Db<'_>| records::drop_old_uploads(db, before);
    people.store.upkeep(Upkeep::Draft, write).await
}
