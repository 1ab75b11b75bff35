//! The rules changed since a draft was begun (ux C16): what changed, and carrying its answers over.
//!
//! What counts is the rule on the day of handing in, so a draft of an earlier version cannot be handed in;
//! its owner sees what changed and goes over with one press. Answers stay wherever the question is
//! still asked in the same way; what is no longer asked is named and left out.

use super::model::{DraftId, Opened};
use super::{acts, filing, rules};
use guide::editions::{self, Change};
use guide::packs::Pack;
use guide::packs::prefill::{self, Facts};
use people::People;
use std::sync::Arc;
use store::{Error, Purpose, Result};
use web::Visitor;

/// A newer version in force.
pub struct Newer {
    /// The pack of it.
    pub pack: Arc<Pack>,
    /// What changed, in sentences.
    pub changes: Vec<Change>,
}

impl Newer {
    /// Its number.
    pub fn version(&self) -> i64 {
        self.pack.item.version.into()
    }
}

/// The version in force, when it is newer than the draft's.
pub async fn newer(people: &People, opened: &Opened) -> Result<Option<Newer>> {
    let slug = opened.draft.slug.clone();
    let pack = people.store.read(move |db| editions::latest(db, &slug)).await?;
    let pinned = opened.draft.item_version;
    let pack = pack.filter(|p| i64::from(p.item.version) > pinned);
    Ok(pack.map(|pack| Newer { changes: editions::diff(&opened.pack, &pack), pack }))
}

/// Takes a draft over to the version its owner has seen the changes of.
///
/// # Errors
/// `NotFound`; `draft-outdated` when yet another version came between; `Stale`.
pub async fn renew(people: &People, visitor: &Visitor, id: DraftId, seen: i64) -> Result<()> {
    let owner = filing::owner(visitor)?;
    let mut opened = filing::load(people, owner, id).await?;
    // Pressed twice: it is there already.
    let Some(newer) = newer(people, &opened).await? else { return Ok(()) };
    if newer.version() != seen {
        return Err(Error::refused("draft-outdated"));
    }
    let old = opened.pack.clone();
    rules::carry_over(&mut opened.body, &old, &newer.pack);
    let today = people.clock().now().ymd();
    prefill::apply(&newer.pack, &mut opened.body.values, &Facts::new(), &today);
    let asked = |key: &str| newer.pack.materials.iter().any(|m| m.key == key);
    let kept = |key: &str| asked(key) || key.starts_with(super::model::DISPUTE);
    let gone = opened.papers.iter().filter(|p| !kept(&p.key)).map(|p| p.id).collect::<Vec<_>>();
    let sealed = filing::seal(people, id, &opened.body)?;
    let (draft, ctx) = (opened.draft, visitor.ctx(people, Purpose::Own));
    people.store.write(ctx, move |tx| acts::renew(tx, &draft, seen, &sealed, &gone)).await
}
