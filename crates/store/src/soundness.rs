//! Looking whether what is kept agrees with itself: rows with the ledger, names of files with files. Wings look at
//! their own things and answer in these words; `tongban doctor --deep` asks all of them. Nothing is changed.

use crate::db::Db;
use crate::error::{Error, Result};
use crate::files::FileHash;
use crate::ledger::{self, Stream};
use crate::store::Store;
use std::collections::HashSet;

/// What one look found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Looked {
    /// What was looked at: `cases`, `licences`, `seals`, `files`…
    pub at: &'static str,
    /// How many.
    pub count: u64,
    /// What does not agree.
    pub faults: Vec<Fault>,
}

/// One thing that does not agree.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// Which thing, without personal data: a number, an id, a hash.
    pub thing: String,
    /// What is wrong: `no-event`, `illegal-step`, `other-state`, `missing`, `damaged`, `twice`.
    pub what: String,
}

impl Looked {
    /// A look that has found nothing yet.
    pub fn at(at: &'static str) -> Looked {
        Looked { at, count: 0, faults: Vec::new() }
    }

    /// Notes a fault.
    pub fn fault(&mut self, thing: impl ToString, what: impl Into<String>) {
        self.faults.push(Fault { thing: thing.to_string(), what: what.into() });
    }
}

/// Labels of everything that happened to one thing, in order.
pub async fn happened(store: &Store, stream: Stream) -> Result<Vec<String>> {
    let events = store.read(move |db| ledger::of_stream(db, stream)).await?;
    Ok(events.into_iter().map(|event| event.kind).collect())
}

/// One page of the files that rows name, above the last one.
pub type Names = fn(&mut Db<'_>, &str) -> Result<Vec<String>>;

/// Every file that these lists name, once.
pub async fn named(store: &Store, lists: &[Names]) -> Result<HashSet<FileHash>> {
    let mut all = HashSet::new();
    for list in lists.iter().copied() {
        let mut after = String::new();
        loop {
            let page = store.read(move |db| list(db, &after)).await?;
            let Some(last) = page.last() else { break };
            after = last.clone();
            all.extend(page.iter().filter_map(|hash| FileHash::parse(hash).ok()));
        }
    }
    Ok(all)
}

/// Opens every file that is named and compares it with its name.
pub fn files(store: &Store, named: impl IntoIterator<Item = FileHash>) -> Looked {
    let mut looked = Looked::at("files");
    for hash in named {
        looked.count += 1;
        match store.files().get(&hash) {
            Ok(_) => {}
            Err(Error::NotFound) => looked.fault(hash.as_str(), "missing"),
            Err(_) => looked.fault(hash.as_str(), "damaged"),
        }
    }
    looked
}
