//! Putting papers into a draft: judged, stored, sealed here, outside the writer; then one act.

use super::model::{Paper, PaperId, Upload};
use super::records::{self, NewPaper};
use super::{acts, rules};
use crate::drafts::filing;
use crate::drafts::model::{Dispute, DraftId, Owner};
use guide::packs::{Pack, Way};
use people::People;
use store::{Ctx, Error, FileHash, Purpose, Result, Upkeep};
use web::Visitor;

/// Puts an uploaded file into a draft. On return disk and ledger have it.
///
/// # Errors
/// Those of [`rules::acceptable`].
pub async fn upload(
    people: &People,
    visitor: &Visitor,
    id: DraftId,
    file: Upload,
) -> Result<PaperId> {
    let by = (visitor.ctx(people, Purpose::Own), filing::owner(visitor)?);
    upload_by(people, by, id, file).await
}

/// The same for the owner named, whoever holds the paper: a clerk at a window.
pub(crate) async fn upload_by(
    people: &People,
    (ctx, owner): (Ctx, Owner),
    id: DraftId,
    file: Upload,
) -> Result<PaperId> {
    let opened = filing::load(people, owner, id).await?;
    if let Some(there) = already(&opened.papers, &file, 0) {
        return Ok(there);
    }
    let new = paper(people, &opened.pack, &opened.papers, file, 0).await?;
    once(people, (ctx, owner), id, new).await
}

/// Adds a paper; if the same came at the same moment, it is that one.
async fn once(
    people: &People,
    (ctx, owner): (Ctx, Owner),
    id: DraftId,
    new: NewPaper,
) -> Result<PaperId> {
    let sent = new.paper.clone();
    match people.store.write(ctx, move |tx| acts::add_paper(tx, id, owner, &new)).await {
        Err(Error::Stale) => {
            let papers = filing::load(people, owner, id).await?.papers;
            papers.iter().find(|p| acts::same(p, &sent)).map(|p| p.id).ok_or(Error::Stale)
        }
        said => said,
    }
}

/// The paper that this file is already: it was sent twice, by somebody who heard nothing of the first time.
pub(crate) fn already(papers: &[Paper], file: &Upload, round: i64) -> Option<PaperId> {
    let size = file.bytes.len() as i64;
    let mut like = papers
        .iter()
        .filter(|p| p.key == file.key && p.round == round && p.size == size && p.way == Way::Upload)
        .peekable();
    like.peek()?;
    let hash = FileHash::of(&file.bytes);
    like.find(|p| p.file.as_ref() == Some(&hash)).map(|p| p.id)
}

/// Judges a file, stores it and seals its name; the act that adds it is the caller's.
pub(crate) async fn paper(
    people: &People,
    pack: &Pack,
    papers: &[Paper],
    file: Upload,
    round: i64,
) -> Result<NewPaper> {
    let name = clean(&file.name);
    rules::acceptable(pack, &file.key, &name, &file.bytes, papers, round)?;
    stored(people, Upload { name, ..file }, round).await
}

/// Stores a file that was judged and seals its name.
async fn stored(people: &People, file: Upload, round: i64) -> Result<NewPaper> {
    let name = file.name;
    let (files, size) = (people.store.files().clone(), file.bytes.len() as i64);
    let put = tokio::task::spawn_blocking(move || files.put(&file.bytes)).await;
    let hash = put.map_err(Error::internal)??;
    Ok(NewPaper::seal(
        people.vault(),
        Paper {
            id: PaperId(people.store.fresh_id()),
            key: file.key,
            way: Way::Upload,
            file: Some(hash),
            licence: None,
            name,
            size,
            round,
            added: people.clock().now(),
        },
    ))
}

/// Puts a paper in that shows why a register is wrong. No material of the item: three files at most.
///
/// # Errors
/// Those of [`rules::judge`].
pub async fn evidence(
    people: &People,
    visitor: &Visitor,
    id: DraftId,
    field: &str,
    file: Upload,
) -> Result<PaperId> {
    let owner = filing::owner(visitor)?;
    let opened = filing::load(people, owner, id).await?;
    let key = Dispute::paper_key(field);
    let already = opened.papers.iter().filter(|p| p.key == key).count() as u32;
    let name = clean(&file.name);
    let file = Upload { key, name, bytes: file.bytes };
    if let Some(there) = self::already(&opened.papers, &file, 0) {
        return Ok(there);
    }
    rules::judge(&rules::evidence(), &file.name, &file.bytes, already)?;
    let new = stored(people, file, 0).await?;
    let ctx = visitor.ctx(people, Purpose::Own);
    once(people, (ctx, owner), id, new).await
}

/// A file's name without what cannot be shown.
fn clean(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(120).collect()
}

/// Lets a licence the applicant holds stand for a paper (免证办); recorded as used.
///
/// # Errors
/// `paper-licence` when he holds none such.
pub async fn use_licence(
    people: &People,
    visitor: &Visitor,
    id: DraftId,
    key: &str,
) -> Result<PaperId> {
    let by = (visitor.ctx(people, Purpose::Own), filing::owner(visitor)?);
    use_licence_by(people, by, id, key).await
}

/// The same for the owner named: a clerk at a window.
pub(crate) async fn use_licence_by(
    people: &People,
    (ctx, owner): (Ctx, Owner),
    id: DraftId,
    key: &str,
) -> Result<PaperId> {
    let opened = filing::load(people, owner, id).await?;
    let material = opened.pack.materials.iter().find(|m| m.key == key);
    let wanted = material.and_then(|m| m.licence.as_ref());
    let found = opened.held.iter().find(|l| Some(&l.type_name) == wanted);
    let found = found.ok_or_else(|| Error::refused("paper-licence"))?;
    let paper = Paper {
        id: PaperId(people.store.fresh_id()),
        key: key.to_owned(),
        way: Way::Licence,
        file: None,
        licence: Some(found.id.clone()),
        name: found.type_name.clone(),
        size: 0,
        round: 0,
        added: people.clock().now(),
    };
    let new = NewPaper::seal(people.vault(), paper);
    people.store.write(ctx, move |tx| acts::add_paper(tx, id, owner, &new)).await
}

/// Takes a paper out of a draft again.
pub async fn remove(people: &People, owner: Owner, id: DraftId, paper: PaperId) -> Result<()> {
    filing::load(people, owner, id).await?;
    let drop = move |db: &mut store::Db<'_>| records::drop_paper(db, id, paper, 0);
    match people.store.upkeep(Upkeep::Draft, drop).await? {
        true => Ok(()),
        false => Err(Error::NotFound),
    }
}
