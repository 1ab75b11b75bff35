//! Proving the ledger: every event against its own hash, its chain, the tree and the signatures; the
//! first damaged entry is named.

use super::EventRow;
use super::merkle::Frontier;
use super::sealer::{self, Checkpoint};
use crate::error::Result;
use crate::store::Store;
use std::collections::{BTreeMap, HashMap};

/// What proving found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Proof {
    /// Events read.
    pub events: u64,
    /// Events under a signed checkpoint.
    pub sealed: u64,
    /// Checkpoints checked.
    pub checkpoints: u64,
    /// The first damage, or nothing.
    pub damage: Option<Damage>,
}

/// The first damaged entry.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Damage {
    /// Event id, or the checkpoint number when a checkpoint itself is damaged.
    pub entry: i64,
    /// Stream of the event, when it is known.
    pub stream: Option<String>,
    /// `content`, `chain`, `missing`, `added`, `checkpoint`, `signature`.
    pub what: &'static str,
}

const PAGE: i64 = 2_000;

/// Walks the whole ledger in order. Costs one pass; memory grows with the number of streams only.
pub async fn verify(store: &Store) -> Result<Proof> {
    let mut walk = Walk::new(sealer::signing_key(store).public().clone());
    walk.checkpoints = load_checkpoints(store, 0).await?;
    let mut at = sealer::BEFORE_ALL;
    loop {
        let (tx, id) = at;
        let page = store
            .read(move |db| {
                let sql = db.dialect().events_in_order();
                db.all(sql, crate::p![tx, id, PAGE], |row| {
                    let event = EventRow::read(row, 1)?;
                    Ok((row.i64(0)?, event, row.text(10)?, row.blob(11)?, row.blob(12)?))
                })
            })
            .await?;
        let Some(last) = page.last() else { break };
        at = (last.0, last.1.id);
        for (_, event, data, prev, hash) in page {
            if walk.needs_more() {
                let from = walk.last_number;
                walk.checkpoints = load_checkpoints(store, from).await?;
            }
            if let Some(damage) = walk.step(&event, &data, &prev, &hash) {
                return Ok(walk.proof(Some(damage)));
            }
        }
    }
    if walk.needs_more() {
        walk.checkpoints = load_checkpoints(store, walk.last_number).await?;
    }
    let unmet = walk.first_unmet();
    Ok(walk.proof(unmet))
}

async fn load_checkpoints(store: &Store, after: i64) -> Result<Vec<Checkpoint>> {
    let mut found =
        store.read(move |db| db.all(sealer::AFTER, crate::p![after], sealer::read)).await?;
    found.reverse();
    Ok(found)
}

/// State of the walk. `checkpoints` is a stack, the next one last.
struct Walk {
    public: gm::sm2::PublicKey,
    checkpoints: Vec<Checkpoint>,
    last_number: i64,
    chains: HashMap<String, Chain>,
    frontier: Frontier,
    within: usize,
    events: u64,
    sealed: u64,
    passed: u64,
}

/// How far a stream was followed.
#[derive(Default)]
struct Chain {
    length: i64,
    last: Vec<u8>,
    /// Events that came before the one they follow.
    early: BTreeMap<i64, Link>,
}

struct Link {
    id: i64,
    prev: Vec<u8>,
    hash: Vec<u8>,
}

impl Walk {
    fn new(public: gm::sm2::PublicKey) -> Walk {
        Walk {
            public,
            checkpoints: Vec::new(),
            last_number: 0,
            chains: HashMap::new(),
            frontier: Frontier::default(),
            within: 0,
            events: 0,
            sealed: 0,
            passed: 0,
        }
    }

    fn needs_more(&self) -> bool {
        self.checkpoints.is_empty() && self.last_number > 0
    }

    fn step(&mut self, event: &EventRow, data: &str, prev: &[u8], hash: &[u8]) -> Option<Damage> {
        self.events += 1;
        if let Some(checkpoint) = self.checkpoints.last() {
            let entry = checkpoint.entries.chunks(16).nth(self.within)?;
            let expected = i64::from_be_bytes(entry[..8].try_into().ok()?);
            if expected != event.id {
                let (entry, what) =
                    if expected < event.id { (expected, "missing") } else { (event.id, "added") };
                return Some(Damage { entry, stream: None, what });
            }
            if event.hash(prev, data).as_slice() != hash || entry[8..] != hash[..8] {
                return Some(damaged(event, "content"));
            }
        } else if event.hash(prev, data).as_slice() != hash {
            return Some(damaged(event, "content"));
        }
        let broken = self.follow(event, prev, hash);
        self.frontier.push(hash);
        self.within += 1;
        broken.or_else(|| self.close_checkpoint())
    }

    /// The chain of the event's stream. On PostgreSQL a transaction gets its number with its first row and holds a
    /// stream only when it records, so an event may stand before the one it follows: it waits for that one.
    fn follow(&mut self, event: &EventRow, prev: &[u8], hash: &[u8]) -> Option<Damage> {
        let chain = self.chains.entry(event.stream.clone()).or_default();
        let link = Link { id: event.id, prev: prev.to_vec(), hash: hash.to_vec() };
        if event.stream_seq <= chain.length || chain.early.contains_key(&event.stream_seq) {
            return Some(damaged(event, "chain"));
        }
        chain.early.insert(event.stream_seq, link);
        while let Some(link) = chain.early.remove(&(chain.length + 1)) {
            if link.prev != chain.last {
                return Some(broken_chain(link.id, &event.stream));
            }
            (chain.length, chain.last) = (chain.length + 1, link.hash);
        }
        None
    }

    /// At the last event of a checkpoint its root and signature must hold.
    fn close_checkpoint(&mut self) -> Option<Damage> {
        let checkpoint = self.checkpoints.last()?;
        if self.within * 16 < checkpoint.entries.len() {
            return None;
        }
        let bad = |what| Some(Damage { entry: checkpoint.number, stream: None, what });
        if checkpoint.number != self.last_number + 1
            || checkpoint.size != self.frontier.size
            || checkpoint.root != self.frontier.root()
        {
            return bad("checkpoint");
        }
        let text = checkpoint.text();
        if self.public.verify(text.as_bytes(), &checkpoint.signature).is_err() {
            return bad("signature");
        }
        self.last_number = checkpoint.number;
        self.sealed = checkpoint.size;
        self.passed += 1;
        self.within = 0;
        self.checkpoints.pop();
        None
    }

    /// After the last event: a checkpoint that still expects entries has lost them, and so has a chain in which an
    /// event waits for the one it follows.
    fn first_unmet(&self) -> Option<Damage> {
        self.first_missing().or_else(|| self.first_waiting())
    }

    fn first_missing(&self) -> Option<Damage> {
        let checkpoint = self.checkpoints.last()?;
        let entry = checkpoint.entries.chunks(16).nth(self.within)?;
        let id = i64::from_be_bytes(entry[..8].try_into().ok()?);
        Some(Damage { entry: id, stream: None, what: "missing" })
    }

    fn first_waiting(&self) -> Option<Damage> {
        let waiting = self.chains.iter().filter_map(|(stream, chain)| {
            let (_, link) = chain.early.first_key_value()?;
            Some((link.id, stream))
        });
        waiting.min().map(|(id, stream)| broken_chain(id, stream))
    }

    fn proof(&self, damage: Option<Damage>) -> Proof {
        Proof { events: self.events, sealed: self.sealed, checkpoints: self.passed, damage }
    }
}

fn broken_chain(entry: i64, stream: &str) -> Damage {
    Damage { entry, stream: Some(stream.to_owned()), what: "chain" }
}

fn damaged(event: &EventRow, what: &'static str) -> Damage {
    Damage { entry: event.id, stream: Some(event.stream.clone()), what }
}
