//! Reading kept versions. A content is parsed once in a process, whatever node it belongs to: its hash
//! is its name.

use super::model::{Edition, Offer, refused, unpack};
use super::records;
use super::rules::{self, Verdict};
use crate::packs::Pack;
use codes::time::Stamp;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use store::{Db, Result};

/// Parsed versions kept in memory at most; when there are more, reading begins anew.
const MOST: usize = 256;

fn parsed() -> MutexGuard<'static, HashMap<String, Arc<Pack>>> {
    static PARSED: OnceLock<Mutex<HashMap<String, Arc<Pack>>>> = OnceLock::new();
    PARSED.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner)
}

fn remember(hash: &str, pack: Arc<Pack>) -> Arc<Pack> {
    let mut parsed = parsed();
    if parsed.len() >= MOST {
        parsed.clear();
    }
    parsed.entry(hash.to_owned()).or_insert(pack).clone()
}

/// Spares the reading of what was offered and parsed a moment ago.
pub(super) fn remember_offer(offer: &Offer) {
    remember(&offer.hash, offer.pack.clone());
}

fn pack(db: &mut Db<'_>, edition: &Edition) -> Result<Arc<Pack>> {
    let found = parsed().get(&edition.hash).cloned();
    match found {
        Some(pack) => Ok(pack),
        None => Ok(remember(&edition.hash, Arc::new(read(db, edition)?))),
    }
}

fn read(db: &mut Db<'_>, edition: &Edition) -> Result<Pack> {
    let Edition { slug, version, hash, .. } = edition;
    unpack(slug, *version, hash, &records::content(db, slug, *version)?)
}

/// Judges an offer against what is kept.
///
/// # Errors
/// Those of [`rules::judge`].
pub fn judge(db: &mut Db<'_>, offer: &Offer) -> Result<Verdict> {
    let (slug, version) = (&offer.pack.slug, offer.version());
    let numbered = records::one(db, slug, version)?.map(|e| e.hash);
    let current = records::latest(db, slug)?;
    rules::judge(current.as_ref(), numbered.as_deref(), (slug, version, &offer.hash))
}

/// The pack in the version that a draft or case pinned.
///
/// # Errors
/// `pack-version-gone` when no such version is kept, `pack-damaged` when it is not what was published.
pub fn at(db: &mut Db<'_>, slug: &str, version: i64) -> Result<Arc<Pack>> {
    let edition = edition(db, slug, version)?;
    pack(db, &edition)
}

/// The packs of a page of lines, by slug and version; one that is not kept or does not read is left out.
/// Twenty are one question to the database.
///
/// # Errors
/// The store's.
pub fn several(db: &mut Db<'_>, wanted: &BTreeSet<(String, i64)>) -> Result<Several> {
    let mut slugs: Vec<&str> = wanted.iter().map(|(slug, _)| slug.as_str()).collect();
    slugs.dedup();
    let mut found = Several::new();
    for edition in records::of_slugs(db, &slugs)? {
        let key = (edition.slug.clone(), edition.version);
        if wanted.contains(&key)
            && let Ok(pack) = pack(db, &edition)
        {
            found.insert(key, pack);
        }
    }
    Ok(found)
}

/// Packs by slug and version.
pub type Several = HashMap<(String, i64), Arc<Pack>>;

/// When and under which hash a version was published.
///
/// # Errors
/// `pack-version-gone`.
pub fn edition(db: &mut Db<'_>, slug: &str, version: i64) -> Result<Edition> {
    let found = records::one(db, slug, version)?;
    found.ok_or_else(|| refused("pack-version-gone", slug, &[("version", version)]))
}

/// The version that followed one, when there is a newer one.
///
/// # Errors
/// The store's.
pub fn successor(db: &mut Db<'_>, slug: &str, version: i64) -> Result<Option<Edition>> {
    records::next(db, slug, version)
}

/// Numbers of the versions of a pack with the time of publication, the latest first.
///
/// # Errors
/// The store's.
pub fn history(db: &mut Db<'_>, slug: &str) -> Result<Vec<(i64, Stamp)>> {
    records::history(db, slug)
}

/// The current version of a pack; none when this node has no such pack.
///
/// # Errors
/// `pack-damaged`.
pub fn latest(db: &mut Db<'_>, slug: &str) -> Result<Option<Arc<Pack>>> {
    let current = records::latest(db, slug)?;
    current.map(|edition| pack(db, &edition)).transpose()
}

/// The current version of every pack, by slug.
///
/// # Errors
/// `pack-damaged`.
pub fn all(db: &mut Db<'_>) -> Result<Vec<Arc<Pack>>> {
    let mut current: Vec<Edition> = records::all(db)?;
    current.reverse();
    current.dedup_by(|earlier, later| earlier.slug == later.slug);
    current.iter().rev().map(|edition| pack(db, edition)).collect()
}

/// The versions that cannot be read any more, for `tongban doctor`.
///
/// # Errors
/// The store's.
pub fn damaged(db: &mut Db<'_>) -> Result<Vec<Edition>> {
    let mut found = Vec::new();
    for edition in records::all(db)? {
        if read(db, &edition).is_err() {
            found.push(edition);
        }
    }
    Ok(found)
}
