//! The guide wing: what can be done here. It knows items, their guides and packs; it never knows a case.

pub mod catalogue;
pub mod checks;
pub mod editions;
pub mod forms;
pub mod packs;
pub mod search;
pub mod spared;

use std::{
    future::Future,
    ops::Deref,
    pin::Pin,
    sync::{Arc, OnceLock, RwLock},
};

use catalogue::Shelf;
use packs::Pack;
use people::People;
use web::{App, Visitor};

/// What waits for a person, as the home page shows it (接着办). Made by the rooms above, which know cases.
#[derive(Debug, Clone, Default)]
pub struct Waiting {
    /// State of the case, a key of `ui::status` (`draft`, `need_fix`, `approved` …).
    pub state: &'static str,
    /// What stands on the right of the state, such as a date.
    pub when: String,
    /// Name of the item.
    pub name: String,
    /// One or two sentences: what is wanted, or what came of it.
    pub text: String,
    /// The main way on: address and words.
    pub act: (String, String),
    /// Another way on; empty address for none.
    pub more: (String, String),
}

/// Future of what waits.
pub type WaitingFuture = Pin<Box<dyn Future<Output = store::Result<Vec<Waiting>>> + Send>>;
/// Asks a room above what waits for this visitor. It is handed the wing and keeps nothing, or the wing would keep itself.
pub type WaitingHook = fn(Guide, Visitor) -> WaitingFuture;

/// The wing's state: what its pages have at hand. Cheap to clone.
#[derive(Clone)]
pub struct Guide {
    /// The wing below.
    pub people: People,
    inner: Arc<Inner>,
}

struct Inner {
    shelf: RwLock<Arc<Shelf>>,
    waiting: OnceLock<WaitingHook>,
}

impl Guide {
    /// Reads the catalogue.
    ///
    /// # Errors
    /// The store's.
    pub async fn new(people: People) -> store::Result<Guide> {
        let shelf = people.app.store.read(Shelf::read).await?;
        let inner = Inner { shelf: RwLock::new(Arc::new(shelf)), waiting: OnceLock::new() };
        Ok(Guide { people, inner: Arc::new(inner) })
    }

    /// The common front.
    pub fn app(&self) -> &App {
        &self.people.app
    }

    /// Puts the shipped items into the catalogue where they are missing, and reads it anew. Safe to repeat.
    ///
    /// # Errors
    /// The store's; `Internal` when a shipped file is damaged.
    pub async fn seed_shipped(&self) -> store::Result<usize> {
        let items = catalogue::shipped().map_err(store::Error::internal)?;
        let new = catalogue::acts::import(&self.app().store, items, |_, _| {}).await?;
        if new > 0 {
            self.refresh().await?;
        }
        Ok(new)
    }

    /// The current version of a pack; none when this node takes no applications for the item.
    pub fn pack(&self, slug: &str) -> Option<Arc<Pack>> {
        self.shelf().pack(slug).cloned()
    }

    /// The catalogue as it is now.
    pub fn shelf(&self) -> Arc<Shelf> {
        self.inner.shelf.read().unwrap_or_else(|e| e.into_inner()).clone()
    }

    /// Builds the search over the catalogue, so that nobody has to wait for it; keeps its thread for some tenths of a
    /// second.
    ///
    /// # Errors
    /// `Internal` when it cannot be built.
    pub fn prepare(&self) -> store::Result<()> {
        self.shelf().search().map(drop)
    }

    /// Reads the catalogue anew and forgets kept pages: to be called after a publication. Where people search, they go
    /// on in the old one until the new one can be searched.
    ///
    /// # Errors
    /// The store's; the shelf stays as it was.
    pub async fn refresh(&self) -> store::Result<()> {
        let searched = self.shelf().has_search();
        let read = move |db: &mut store::Db<'_>| {
            let shelf = Shelf::read(db)?;
            if searched {
                shelf.search()?;
            }
            Ok(Arc::new(shelf))
        };
        let shelf = self.app().store.read(read).await?;
        *self.inner.shelf.write().unwrap_or_else(|e| e.into_inner()) = shelf;
        self.app().cache.clear();
        Ok(())
    }

    /// Tells the home page whom to ask what waits for a person. Set once, when the house is assembled.
    pub fn ask_waiting(&self, hook: WaitingHook) {
        if self.inner.waiting.set(hook).is_err() {
            tracing::warn!("what waits is asked already: the second hook is ignored");
        }
    }

    /// What waits for this visitor; nothing while no room above was wired.
    pub(crate) async fn waiting(&self, visitor: &Visitor) -> store::Result<Vec<Waiting>> {
        match self.inner.waiting.get() {
            Some(hook) => hook(self.clone(), visitor.clone()).await,
            None => Ok(Vec::new()),
        }
    }
}

impl Deref for Guide {
    type Target = People;
    fn deref(&self) -> &People {
        &self.people
    }
}

/// Every SQL text of the wing, by name.
pub fn sql() -> Vec<(&'static str, store::Sql)> {
    [catalogue::records::ALL, editions::records::ALL, spared::records::ALL].concat()
}
