//! A person's library: what he handed in before, to look at, to name, to use again without uploading it
//! (ux C27, the second way of §6.7). A use copies the address of the file, never its bytes.

use super::model::{Kept, Paper, PaperId};
use super::records::{self, NewPaper, ShelfRow};
use super::{acts, rules};
use crate::drafts::filing;
use crate::drafts::model::{DraftId, Opened, Owner};
use guide::editions;
use guide::packs::Way;
use guide::packs::materials::Material;
use people::People;
use people::identity::PersonId;
use store::{Disclosure, Error, Purpose, Result, Secret, Upkeep};
use web::Visitor;

/// Files of one page.
pub const PAGE: usize = 20;
/// Most files looked through for one application.
const OFFERED: i64 = 100;

async fn opened(people: &People, owner: Owner, rows: Vec<ShelfRow>) -> Result<Vec<Kept>> {
    let vault = people.vault().clone();
    let read = move |db: &mut store::Db<'_>| {
        let mut one = |row: ShelfRow| {
            let name =
                vault.open_sealed(records::shelf_cell(row.id), &row.name, &Disclosure::own())?;
            let pack = editions::latest(db, &row.slug)?;
            let material =
                pack.as_ref().and_then(|p| p.materials.iter().find(|m| m.key == row.key));
            Ok(Kept {
                material: material.map(|m| m.name.clone()).unwrap_or_default(),
                item: pack.as_ref().map(|p| p.item.short_name.clone()).unwrap_or_default(),
                case: records::source(db, owner, row.source)?.unwrap_or_default(),
                name: name.expose().to_owned(),
                id: row.id,
                file: row.file,
                slug: row.slug,
                key: row.key,
                size: row.size,
                until: row.until,
                uses: row.uses,
                added: row.added,
                used: row.used,
            })
        };
        rows.into_iter().map(&mut one).collect()
    };
    people.store.read(read).await
}

/// One page of one's own library, newest first, and whether there is more.
pub async fn list(people: &People, owner: Owner, before: i64) -> Result<(Vec<Kept>, bool)> {
    let limit = PAGE as i64 + 1;
    let mut rows = people.store.read(move |db| records::shelf(db, owner, before, limit)).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    Ok((opened(people, owner, rows).await?, more))
}

/// One file of one's own library; to anybody else it does not exist.
pub async fn one(people: &People, owner: Owner, id: i64) -> Result<Kept> {
    let row = people.store.read(move |db| records::on_shelf(db, id, owner)).await?;
    let rows = vec![row.ok_or(Error::NotFound)?];
    opened(people, owner, rows).await?.pop().ok_or(Error::NotFound)
}

/// The files of the library that an application could take, newest first.
pub async fn offered(people: &People, opened_draft: &Opened) -> Result<Vec<Kept>> {
    let takes = opened_draft.pack.materials.iter().any(|m| m.ways.contains(&Way::Reuse));
    if !takes {
        return Ok(vec![]);
    }
    let owner = opened_draft.draft.owner;
    let rows = people.store.read(move |db| records::shelf(db, owner, i64::MAX, OFFERED)).await?;
    opened(people, owner, rows).await
}

/// Whether a file was handed in for the same kind of paper: the same material, or one of the same name
/// in another item.
pub fn same_kind(kept: &Kept, slug: &str, material: &Material) -> bool {
    (kept.slug == slug && kept.key == material.key)
        || (!material.name.zh.is_empty() && kept.material.zh == material.name.zh)
}

/// Lets a file of one's own library stand for a material of one's own draft. The file is judged again,
/// as if it were uploaded now.
///
/// # Errors
/// `NotFound` for another's file or draft; `paper-unknown`, `file-other`, `file-over`, and those of
/// [`rules::acceptable`].
pub async fn reuse(
    people: &People,
    visitor: &Visitor,
    draft: DraftId,
    key: &str,
    id: i64,
) -> Result<PaperId> {
    let owner = filing::owner(visitor)?;
    let opened = filing::load(people, owner, draft).await?;
    let kept = one(people, owner, id).await?;
    let material = opened.pack.materials.iter().find(|m| m.key == key);
    let material = material.filter(|m| m.ways.contains(&Way::Reuse));
    let material = material.ok_or_else(|| Error::refused("paper-unknown"))?;
    if !same_kind(&kept, &opened.draft.slug, material) {
        return Err(Error::refused("file-other"));
    }
    let now = people.clock().now();
    if kept.over(&now.ymd()) {
        return Err(Error::refused_with("file-over", "day", &kept.until));
    }
    // Pressed twice: it is there already.
    let same = |p: &&Paper| p.key == key && p.file.as_ref() == Some(&kept.file);
    if let Some(there) = opened.papers.iter().find(same) {
        return Ok(there.id);
    }
    let (files, hash) = (people.store.files().clone(), kept.file.clone());
    // Held first: a sweep that runs now must not take it from under the new row.
    let take = move || if files.hold(&hash)? { files.get(&hash) } else { Err(Error::NotFound) };
    let bytes = tokio::task::spawn_blocking(take).await;
    let bytes = bytes.map_err(Error::internal)??;
    rules::acceptable(&opened.pack, key, &kept.name, &bytes, &opened.papers, 0)?;
    let paper = Paper {
        id: PaperId(people.store.fresh_id()),
        key: key.to_owned(),
        way: Way::Reuse,
        file: Some(kept.file),
        licence: None,
        name: kept.name,
        size: kept.size,
        round: 0,
        added: now,
    };
    let new = NewPaper::seal(people.vault(), paper);
    let ctx = visitor.ctx(people, Purpose::Own);
    people.store.write(ctx, move |tx| acts::add_paper(tx, draft, owner, &new)).await
}

/// Gives a file another name and last day. Its ending stays: it says what kind of file it is.
///
/// # Errors
/// `NotFound`; `file-name` for an empty one; `file-until` for what is no day.
pub async fn rename(people: &People, owner: Owner, id: i64, name: &str, until: &str) -> Result<()> {
    let kept = one(people, owner, id).await?;
    let name = rules::renamed(&kept.name, name)?;
    if !until.is_empty() && codes::time::parse_day(until).is_err() {
        return Err(Error::refused("file-until"));
    }
    let sealed = people.vault().seal(records::shelf_cell(id), &Secret::new(&name));
    let until = until.to_owned();
    let write = move |db: &mut store::Db<'_>| records::rename(db, id, owner, &sealed, &until);
    match people.store.upkeep(Upkeep::Draft, write).await? {
        true => Ok(()),
        false => Err(Error::NotFound),
    }
}

/// Takes a file out of one's own library.
///
/// # Errors
/// Those of [`acts::forget`].
pub async fn forget(people: &People, visitor: &Visitor, id: i64) -> Result<()> {
    let (owner, person) = (filing::owner(visitor)?, PersonId(visitor.person()?));
    let ctx = visitor.ctx(people, Purpose::Own);
    people.store.write(ctx, move |tx| acts::forget(tx, id, owner, person)).await
}
