//! The one sealer: takes new events in order, grows the tree, signs a checkpoint. Writers never wait
//! for it.

use super::merkle::Frontier;
use crate::db::{Db, Sql};
use crate::error::{Error, Result};
use crate::store::{Store, Upkeep};
use codes::time::Stamp;
use gm::sm2::Keypair;

/// A signed statement: the first `size` events of this node have this root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Number of the checkpoint, from 1.
    pub number: i64,
    /// Events under the root.
    pub size: u64,
    /// Ledger position of the last event (transaction, id).
    pub last: (i64, i64),
    /// Root of the tree.
    pub root: [u8; 32],
    /// When it was signed.
    pub at: Stamp,
    /// SM2 signature over `text()`.
    pub signature: Vec<u8>,
    /// 16 bytes per event sealed by this checkpoint: id and the head of its hash, so that damage can
    /// be named to the entry.
    pub entries: Vec<u8>,
    pub(super) frontier: Vec<u8>,
}

impl Checkpoint {
    /// The signed text.
    pub fn text(&self) -> String {
        format!(
            "tongban-ledger/1\n{}\n{}\n{}\n{}\n",
            self.number,
            self.size,
            hex::encode(self.root),
            self.at.micros()
        )
    }
}

pub(crate) const LATEST: Sql = Sql(
    "SELECT number, size, last_tx, last_id, root, at, signature, entries, frontier FROM checkpoint \
     ORDER BY number DESC LIMIT 1",
);
pub(crate) const AFTER: Sql = Sql(
    "SELECT number, size, last_tx, last_id, root, at, signature, entries, frontier FROM checkpoint \
     WHERE number > $1 ORDER BY number LIMIT 100",
);
pub(crate) const ADD: Sql = Sql(
    "INSERT INTO checkpoint (number, size, last_tx, last_id, root, at, signature, entries, frontier) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (number) DO NOTHING",
);

/// A place in the ledger before every event: restored ones have transactions below 0.
pub(super) const BEFORE_ALL: (i64, i64) = (i64::MIN, i64::MIN);

pub(crate) const UNSEALED: Sql = Sql(
    "SELECT COUNT(*) FROM (SELECT id FROM event WHERE id > $1 ORDER BY id LIMIT 100000) AS fresh",
);

/// How many events wait for a checkpoint (counted to 100,000), for who watches the node.
pub fn unsealed(db: &mut Db<'_>) -> Result<i64> {
    let last = latest_checkpoint(db)?.map_or(0, |c| c.last.1);
    db.one(UNSEALED, crate::p![last], |row| row.i64(0))
}

/// Most events sealed by one checkpoint.
const MOST: i64 = 20_000;

pub(super) fn read(row: &crate::db::Row<'_>) -> Result<Checkpoint> {
    Ok(Checkpoint {
        number: row.i64(0)?,
        size: row.i64(1)? as u64,
        last: (row.i64(2)?, row.i64(3)?),
        root: row.blob(4)?.try_into().map_err(|_| Error::internal("checkpoint root"))?,
        at: row.stamp(5)?,
        signature: row.blob(6)?,
        entries: row.blob(7)?,
        frontier: row.blob(8)?,
    })
}

/// The newest checkpoint, if any.
pub fn latest_checkpoint(db: &mut Db<'_>) -> Result<Option<Checkpoint>> {
    db.opt(LATEST, &[], read)
}

/// The key that signs this node's checkpoints.
pub fn signing_key(store: &Store) -> Keypair {
    Keypair::generate(store.vault().signing_seed())
}

/// Seals everything committed so far; says how many events were sealed.
pub async fn seal_now(store: &Store) -> Result<u64> {
    let key = signing_key(store);
    let mut sealed = 0;
    loop {
        let now = store.clock().now();
        let (last, fresh) = store
            .read(|db| {
                let last = latest_checkpoint(db)?;
                let (tx, id) = last.as_ref().map_or(BEFORE_ALL, |c| c.last);
                let sql = db.dialect().unsealed_events();
                let fresh = db.all(sql, crate::p![tx, id, MOST], |row| {
                    Ok((row.i64(0)?, row.i64(1)?, row.blob(2)?))
                })?;
                Ok((last, fresh))
            })
            .await?;
        let Some(newest) = fresh.last() else {
            store.meters().sealed_now();
            return Ok(sealed);
        };
        let checkpoint = next(last.as_ref(), &fresh, (newest.0, newest.1), now, &key)?;
        let mine = store
            .upkeep(Upkeep::Seal, move |db| {
                let c = checkpoint;
                let params = crate::p![
                    c.number,
                    c.size as i64,
                    c.last.0,
                    c.last.1,
                    c.root,
                    c.at,
                    c.signature,
                    c.entries,
                    c.frontier
                ];
                db.exec(ADD, params)
            })
            .await?;
        // Another process of the node, such as a backup, may have sealed the same a moment before: then what is
        // still open is looked at again.
        sealed += mine * fresh.len() as u64;
    }
}

fn next(
    before: Option<&Checkpoint>,
    fresh: &[(i64, i64, Vec<u8>)],
    last: (i64, i64),
    at: Stamp,
    key: &Keypair,
) -> Result<Checkpoint> {
    let mut frontier = match before {
        None => Frontier::default(),
        Some(c) => Frontier::from_bytes(c.size, &c.frontier)
            .ok_or_else(|| Error::internal("the stored frontier of the ledger is damaged"))?,
    };
    let mut entries = Vec::with_capacity(fresh.len() * 16);
    for (_, id, hash) in fresh {
        frontier.push(hash);
        entries.extend(id.to_be_bytes());
        entries.extend(&hash[..8.min(hash.len())]);
    }
    let mut checkpoint = Checkpoint {
        number: before.map_or(1, |c| c.number + 1),
        size: frontier.size,
        last,
        root: frontier.root(),
        at,
        signature: Vec::new(),
        entries,
        frontier: frontier.to_bytes(),
    };
    checkpoint.signature = key.sign(checkpoint.text().as_bytes(), None).map_err(Error::internal)?;
    Ok(checkpoint)
}

/// Seals again and again, half a second apart, until `stop` resolves.
pub async fn run_sealer(store: Store, mut stop: tokio::sync::watch::Receiver<bool>) {
    loop {
        if let Err(e) = seal_now(&store).await {
            tracing::error!("the ledger could not be sealed: {e}");
        }
        tokio::select! {
            () = tokio::time::sleep(std::time::Duration::from_millis(500)) => {}
            _ = stop.changed() => {
                let _ = seal_now(&store).await;
                return;
            }
        }
    }
}
