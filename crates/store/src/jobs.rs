//! The outbox: what must happen after the answer, written in the same transaction, delivered at
//! least once by workers.

use crate::ctx::Ctx;
use crate::db::{Db, Sql};
use crate::error::{Error, Result};
use crate::store::{Store, Upkeep, Url};
use codes::time::Stamp;
use futures_util::{StreamExt, stream};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// A job to leave behind.
#[derive(Debug, Clone)]
pub struct Job {
    /// Which handler takes it.
    pub queue: &'static str,
    /// Ordering and reading key, for example a case number; never personal data.
    pub key: String,
    /// Not before this time; `None` means at once.
    pub run_at: Option<Stamp>,
    /// What the handler needs, as JSON of ids; never personal data.
    pub payload: serde_json::Value,
}

/// A job as the worker gets it.
#[derive(Debug, Clone)]
pub struct JobRow {
    /// Id.
    pub id: i64,
    /// Which handler takes it.
    pub queue: String,
    /// Ordering and reading key.
    pub key: String,
    /// What the handler needs.
    pub payload: serde_json::Value,
    /// Which attempt this is, from 1.
    pub attempts: i64,
}

pub(crate) const ENQUEUE: Sql =
    Sql("INSERT INTO job (id, queue, key, payload, created_at, run_at, attempts, locked_until) \
     VALUES ($1, $2, $3, $4, $5, $6, 0, 0)");
pub(crate) const FINISH: Sql = Sql("UPDATE job SET done_at = $2, last_error = NULL WHERE id = $1");
pub(crate) const FAIL: Sql =
    Sql("UPDATE job SET last_error = $2, run_at = $3, locked_until = 0 WHERE id = $1");
pub(crate) const OPEN: Sql = Sql("SELECT COUNT(*) FROM job WHERE done_at IS NULL AND run_at <= $1");
pub(crate) const WAITING: Sql = Sql(
    "SELECT COUNT(*), MIN(run_at), COALESCE(SUM(CASE WHEN attempts >= $2 THEN 1 ELSE 0 END), 0) FROM \
     (SELECT run_at, attempts FROM job WHERE done_at IS NULL AND run_at <= $1 ORDER BY run_at LIMIT 100000) \
     AS due",
);
pub(crate) const STUCK: Sql = Sql(
    "SELECT id, queue, key, last_error FROM job WHERE done_at IS NULL AND attempts >= $1 ORDER BY id \
     LIMIT 100",
);

pub(crate) const WAKE: Sql = Sql(
    "UPDATE job SET run_at = $2, attempts = 0 WHERE key = $1 AND done_at IS NULL AND run_at > $2",
);

pub(crate) const RELEASE: Sql =
    Sql("UPDATE job SET locked_until = 0 WHERE done_at IS NULL AND locked_until > 0");

/// After so many failures a job counts as dead and waits for a person.
pub const DEAD_AFTER: i64 = 8;

/// Seconds for which a claimed job is left alone.
const LOCK_SECONDS: i64 = 60;
/// Jobs that a worker takes at a time. Whoever was given so many asks again at once.
pub const BATCH: usize = 32;
/// Keys whose jobs a worker does at the same time: what they write is committed together, and a job that waits for
/// the outside world holds up no other of its batch.
const AT_ONCE: usize = 8;

pub(crate) fn enqueue(db: &mut Db<'_>, ctx: &Ctx, job: Job) -> Result<()> {
    let run_at = job.run_at.unwrap_or(ctx.at);
    let payload = job.payload.to_string();
    db.put(ENQUEUE, crate::p![ctx.id(), job.queue, job.key, payload, ctx.at, run_at])
}

/// What stood in the way of jobs of this key is gone: those that wait for their next attempt are due at once.
pub fn wake(db: &mut Db<'_>, key: &str, now: Stamp) -> Result<u64> {
    db.exec(WAKE, crate::p![key, now])
}

/// How many jobs are due and not done.
pub fn open_count(db: &mut Db<'_>, now: Stamp) -> Result<i64> {
    db.one(OPEN, crate::p![now], |row| row.i64(0))
}

/// What is due and not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// How many (counted to 100,000).
    pub due: i64,
    /// Since when the oldest.
    pub oldest: Option<Stamp>,
    /// How many of them failed too often.
    pub stuck: i64,
}

/// What waits, for who watches the node.
pub fn waiting(db: &mut Db<'_>, now: Stamp) -> Result<Waiting> {
    db.one(WAITING, crate::p![now, DEAD_AFTER], |row| {
        Ok(Waiting { due: row.i64(0)?, oldest: row.opt_stamp(1)?, stuck: row.i64(2)? })
    })
}

/// A job that failed too often and waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    /// Id.
    pub id: i64,
    /// Queue.
    pub queue: String,
    /// Ordering and reading key.
    pub key: String,
    /// What the handler said last.
    pub error: String,
}

/// Jobs that failed too often.
pub fn stuck(db: &mut Db<'_>) -> Result<Vec<Stuck>> {
    db.all(STUCK, crate::p![DEAD_AFTER], |row| {
        Ok(Stuck {
            id: row.i64(0)?,
            queue: row.text(1)?,
            key: row.text(2)?,
            error: row.opt_text(3)?.unwrap_or_default(),
        })
    })
}

/// What a handler gives back.
pub type Handled = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// Before the first worker of a node starts: where no other node works on this database (SQLite), jobs that
/// are still claimed were in the hands of a process that died, and wait no longer.
pub async fn release(store: &Store) -> Result<u64> {
    match store.url() {
        Url::Sqlite(_) => store.upkeep(Upkeep::Job, |db| db.exec(RELEASE, &[])).await,
        Url::Postgres(_) => Ok(0),
    }
}

/// A handler of one queue.
pub type Handler = Box<dyn Fn(JobRow) -> Handled + Send + Sync>;

/// Runs due jobs with the handlers of all rooms.
pub struct Worker(Arc<Hands>);

struct Hands {
    store: Store,
    handlers: Vec<(&'static str, Handler)>,
}

impl Worker {
    /// A worker over the given handlers.
    pub fn new(store: Store, handlers: Vec<(&'static str, Handler)>) -> Worker {
        Worker(Arc::new(Hands { store, handlers }))
    }

    /// Takes up to [`BATCH`] of what is due now, does it, jobs of one key one after the other, and says how many they
    /// were. What could not be noted as done is an error, after the others have been done.
    pub async fn run_due(&self) -> Result<usize> {
        let store = &self.0.store;
        let now = store.clock().now();
        let until = now.plus_seconds(LOCK_SECONDS);
        let mut claimed = store
            .upkeep(Upkeep::Job, move |db| {
                let sql = db.dialect().claim_jobs();
                db.all(sql, crate::p![now, until, BATCH as i64], |row| {
                    Ok(JobRow {
                        id: row.i64(0)?,
                        queue: row.text(1)?,
                        key: row.text(2)?,
                        payload: serde_json::from_str(&row.text(3)?)?,
                        attempts: row.i64(4)?,
                    })
                })
            })
            .await?;
        let taken = claimed.len();
        // A database gives changed rows in no order.
        claimed.sort_by_key(|job| job.id);
        let mut by_key: BTreeMap<String, Vec<JobRow>> = BTreeMap::new();
        for job in claimed {
            by_key.entry(job.key.clone()).or_default().push(job);
        }
        // Each key is a task of its own: when the house is full of requests, one task for all of them would get one
        // turn among many, and what people were promised would wait ever longer.
        let begin = |jobs| tokio::spawn(run_in_order(self.0.clone(), jobs));
        let keys = stream::iter(by_key.into_values().map(begin));
        let done: Vec<_> = keys.buffer_unordered(AT_ONCE).collect().await;
        for outcome in done {
            outcome.map_err(Error::internal)??;
        }
        Ok(taken)
    }

    /// Runs until nothing is due: tests and the demo.
    pub async fn drain(&self) -> Result<usize> {
        let mut total = 0;
        loop {
            match self.run_due().await? {
                0 => return Ok(total),
                n => total += n,
            }
        }
    }
}

async fn run_in_order(hands: Arc<Hands>, jobs: Vec<JobRow>) -> Result<()> {
    for job in jobs {
        hands.run_one(job).await?;
    }
    Ok(())
}

impl Hands {
    async fn run_one(&self, job: JobRow) -> Result<()> {
        let id = job.id;
        let attempts = job.attempts;
        let handler = self.handlers.iter().find(|(queue, _)| *queue == job.queue);
        let outcome = match handler {
            Some((_, handler)) => handler(job).await,
            None => Err(Error::internal(format!("no handler for queue {}", job.queue))),
        };
        let now = self.store.clock().now();
        self.store
            .upkeep(Upkeep::Job, move |db| match outcome {
                Ok(()) => db.exec(FINISH, crate::p![id, now]),
                Err(e) => {
                    tracing::warn!(job = id, attempts, "a job failed: {e}");
                    let again = now.plus_seconds(1 << attempts.clamp(0, 12));
                    db.exec(FAIL, crate::p![id, e.to_string(), again])
                }
            })
            .await
            .map(drop)
    }
}
