//! Bytes nobody needs: files that no row names any more are destroyed a day later. Files are shared by their
//! content, so taking one out of a library or a draft removes its row only; this looks who else has it.
//!
//! Order: set aside, look again, write it into the ledger, destroy. Cut off at any moment, the next sweep of the
//! folder goes on: what lies aside is brought back when something names it, else destroyed.

use super::records;
use codes::time::Stamp;
use serde_json::json;
use store::{Db, Event, FileHash, Kind, Result, Store, Stream, Upkeep};

/// How long a file must lie untouched, days: a row that names it may still be on its way.
const DAYS: i64 = 1;
/// Files named in one event.
const TOGETHER: usize = 200;

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Destroyed.
    pub destroyed: usize,
    /// Set aside earlier and brought back, because something names them.
    pub kept: usize,
}

fn before(store: &Store) -> Stamp {
    store.clock().now().plus_days(-DAYS)
}

/// Whether any row names this file.
fn named(db: &mut Db<'_>, hash: &FileHash) -> Result<bool> {
    Ok(records::names_file(db, hash)? || proof::names_file(db, hash)?)
}

/// Those of a list that nothing names.
async fn unnamed(store: &Store, all: Vec<FileHash>) -> Result<Vec<FileHash>> {
    if all.is_empty() {
        return Ok(all);
    }
    let sift = move |db: &mut Db<'_>| {
        let mut out = Vec::new();
        for hash in all {
            if !named(db, &hash)? {
                out.push(hash);
            }
        }
        Ok(out)
    };
    store.read(sift).await
}

/// Sweeps one of the 256 folders. Twice at once does no harm.
pub async fn folder(store: &Store, folder: u8) -> Result<Swept> {
    remember_held(store).await?;
    let (files, before) = (store.files().clone(), before(store));
    files.drop_parts(folder, before)?;
    for hash in unnamed(store, files.idle(folder, before)?).await? {
        files.set_aside(&hash, before)?;
    }
    let aside = files.aside(folder)?;
    let lost = unnamed(store, aside.clone()).await?;
    let mut swept = Swept::default();
    for hash in aside.iter().filter(|hash| !lost.contains(hash)) {
        files.bring_back(hash)?;
        swept.kept += 1;
    }
    for some in lost.chunks(TOGETHER) {
        let data = json!({"files": some});
        let act = move |tx: &mut store::Tx<'_>| {
            let event = Event::new(Kind::FilesDestroyed, Stream::of("node", 0)).with(data);
            Ok(tx.record(event)?.with(()))
        };
        store.write(store.system_ctx(), act).await?;
        for hash in some {
            files.destroy(hash)?;
            swept.destroyed += 1;
        }
    }
    Ok(swept)
}

/// Sweeps the folder whose turn it is: every five minutes another one, each at least once a day.
pub async fn turn(store: &Store) -> Result<Swept> {
    let minutes = store.clock().now().micros() / 60_000_000;
    let next = (minutes / 5).rem_euclid(256) as u8;
    folder(store, next).await
}

/// Files that nothing names and that wait for the sweep, for who runs the node.
pub async fn waiting(store: &Store) -> Result<usize> {
    let (files, before) = (store.files().clone(), before(store));
    let mut count = 0;
    for folder in 0..=u8::MAX {
        count += files.aside(folder)?.len();
        count += unnamed(store, files.idle(folder, before)?).await?.len();
    }
    Ok(count)
}

/// Cases and sittings from before files in their facts were kept by address are read through once.
async fn remember_held(store: &Store) -> Result<()> {
    if store.read(records::held_known).await? {
        return Ok(());
    }
    for list in [records::case_facts, records::sitting_facts] {
        let mut after = i64::MIN;
        loop {
            let found = store.read(move |db| list(db, after)).await?;
            let Some((last, _)) = found.last() else { break };
            after = *last;
            let keep = move |db: &mut Db<'_>| {
                let all = found.iter().flat_map(|(_, facts)| addresses(facts));
                all.into_iter().try_for_each(|hash| records::hold_file(db, &hash))
            };
            store.upkeep(Upkeep::Load, keep).await?;
        }
    }
    store.upkeep(Upkeep::Load, records::note_held_known).await
}

/// Every address of a file in a text of facts.
fn addresses(facts: &str) -> Vec<FileHash> {
    facts.split('"').filter_map(|word| FileHash::parse(word).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::addresses;

    #[test]
    fn addresses_are_found_in_facts() {
        let hash = "ab".repeat(32);
        let facts =
            format!("{{\"a\":[{{\"evidence\":\"{hash}\"}}],\"b\":\"{hash}00\",\"c\":null}}");
        let found: Vec<String> = addresses(&facts).iter().map(|h| h.as_str().to_owned()).collect();
        assert_eq!(found, [hash]);
    }
}
