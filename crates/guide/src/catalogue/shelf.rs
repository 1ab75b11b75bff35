//! The catalogue as read at run time: all current items of the node in memory, and the search over them.
//!
//! A node's catalogue is a few thousand items of a few kilobytes. It is read once at start and again
//! when something is published; pages read the shelf, never the database, for what a guide says. Where
//! the node has a pack for an item, the pack's limits and fee are the item's.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, OnceLock},
};

use store::{Db, Error, Result};

use super::{
    model::Status,
    records::{self, Published},
};
use crate::editions;
use crate::packs::Pack;
use crate::search::{Search, distance};

/// Rows read at a time.
const PAGE: i64 = 1_000;

/// All current items and the search over them. Nothing of it changes; a publication makes a new shelf.
pub struct Shelf {
    items: Vec<Arc<Published>>,
    by_slug: HashMap<String, usize>,
    areas: BTreeSet<String>,
    packs: BTreeMap<String, Arc<Pack>>,
    search: OnceLock<Search>,
    building: Mutex<()>,
}

impl Shelf {
    /// Reads the catalogue.
    ///
    /// # Errors
    /// The store's.
    pub fn read(db: &mut Db<'_>) -> Result<Shelf> {
        let packs = editions::all(db)?.into_iter().map(|p| (p.slug.clone(), p));
        let packs: BTreeMap<String, Arc<Pack>> = packs.collect();
        let mut items: Vec<Arc<Published>> = Vec::new();
        loop {
            let after = items.last().map_or(0, |last| last.item_id);
            let page = records::current_after(db, after, PAGE)?;
            if page.is_empty() {
                break;
            }
            items.extend(page.into_iter().map(|mut published| {
                if let Some(pack) = packs.get(&published.item.slug) {
                    published.item.overlay(pack);
                }
                // Lists are read with room to grow, often for three more; a copy has only what it needs.
                published.item = published.item.clone();
                Arc::new(published)
            }));
        }
        let by_slug = items.iter().enumerate().map(|(at, p)| (p.item.slug.clone(), at)).collect();
        let areas = items.iter().map(|p| p.item.area.clone()).collect();
        let (search, building) = (OnceLock::new(), Mutex::new(()));
        Ok(Shelf { items, by_slug, areas, packs, search, building })
    }

    /// The search. It is built when it is first asked for, which takes some tenths of a second: a program that never
    /// searches does without, one that serves asks before its visitors do ([`crate::Guide::prepare`]).
    ///
    /// # Errors
    /// `Internal` when the index cannot be built.
    pub fn search(&self) -> Result<&Search> {
        if let Some(search) = self.search.get() {
            return Ok(search);
        }
        // Whoever comes meanwhile waits for the one that is being built. A failure is not kept: who asks next tries again.
        let _one = self.building.lock().unwrap_or_else(|e| e.into_inner());
        if let Some(search) = self.search.get() {
            return Ok(search);
        }
        let found = self.items.iter().filter(|p| p.item.status != Status::Cancelled);
        // In a thread of its own: when that ends, the allocator gives back what building took and the result does not need.
        let building = || Search::build(found.map(|p| p.item.clone()), None);
        let search = std::thread::scope(|scope| scope.spawn(building).join())
            .map_err(|_| Error::internal("building the search broke"))?
            .map_err(Error::internal)?;
        Ok(self.search.get_or_init(|| search))
    }

    /// Whether the search has been built.
    pub(crate) fn has_search(&self) -> bool {
        self.search.get().is_some()
    }

    /// The current version of an item.
    pub fn get(&self, slug: &str) -> Option<&Arc<Published>> {
        self.by_slug.get(slug).map(|at| &self.items[*at])
    }

    /// The current version of a pack.
    pub fn pack(&self, slug: &str) -> Option<&Arc<Pack>> {
        self.packs.get(slug)
    }

    /// The current version of every pack.
    pub fn packs(&self) -> impl Iterator<Item = &Arc<Pack>> {
        self.packs.values()
    }

    /// The areas whose items a person in a region can use: the region, those above and those below it.
    pub fn areas_for(&self, region: &str) -> Vec<String> {
        self.areas.iter().filter(|area| distance(area, region).is_some()).cloned().collect()
    }

    /// How many items have their place in a region or below it.
    pub fn count_in(&self, prefix: &str) -> usize {
        self.items.iter().filter(|p| p.item.area.starts_with(prefix)).count()
    }

    /// All current items in order of ids.
    pub fn items(&self) -> &[Arc<Published>] {
        &self.items
    }
}
