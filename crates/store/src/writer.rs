//! The writer: acts queue at a thread that runs each in a savepoint, commits them in groups and then answers
//! all of them. What cannot be committed is answered as not done; what cannot be told is answered so.

use crate::ctx::Ids;
use crate::db::{Db, Sql};
use crate::deadline::Turn;
use crate::error::{Error, Outage, Result};
use crate::fate;
use crate::meters::Meters;
use crate::postgres::{Away, PgConn};
use crate::sqlite;
use crate::store::LAST_EVENT;
use crossbeam_channel::{Receiver, Sender, bounded};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use tokio::sync::oneshot;

/// The largest group that one commit makes durable.
const GROUP: usize = 256;
/// How many acts may wait; beyond it people are told to come back.
const QUEUE: usize = 4096;

/// One act: run when there is a transaction, only answered when there is none.
pub(crate) type Work = Box<dyn FnOnce(Option<&mut Db<'_>>) -> Reply + Send>;
/// Tells the asker what became of his act, once the fate of its group is known.
type Reply = Box<dyn FnOnce(&Result<()>) + Send>;

/// The waiting acts.
pub(crate) struct Queue {
    send: Sender<Work>,
    meters: Meters,
}

impl Queue {
    /// A queue and its end for the writers.
    pub(crate) fn new(meters: Meters) -> (Queue, Receiver<Work>) {
        let (send, inbox) = bounded(QUEUE);
        (Queue { send, meters }, inbox)
    }

    /// Runs `f` in a savepoint of the next group and answers when the disk has it. An act whose asker is gone
    /// or waits no more before it begins is not run; one that has begun is finished.
    pub(crate) async fn submit<T, F>(&self, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Db<'_>) -> Result<T> + Send + 'static,
    {
        let (done, mut wait) = oneshot::channel();
        let turn = Turn::of_this_request();
        let (mine, span) = (turn.clone(), tracing::debug_span!("write"));
        let work: Work = Box::new(move |db| {
            if done.is_closed() || !mine.begin() {
                return Box::new(move |_| drop(done.send(Err(Error::Busy(2)))));
            }
            let answer = db.map(|db| span.in_scope(|| in_savepoint(db, f)));
            Box::new(move |committed| {
                let _ = done.send(match (committed, answer) {
                    (Ok(()), Some(answer)) => answer,
                    (Err(e), _) => Err(e.clone()),
                    (Ok(()), None) => Err(Error::internal("an act had no transaction")),
                });
            })
        });
        self.meters.waiting.inc();
        if self.send.try_send(work).is_err() {
            self.meters.waiting.dec();
            return Err(self.turned_away());
        }
        if let Some(until) = turn.until() {
            match tokio::time::timeout(until.left(), &mut wait).await {
                Ok(answer) => return answered(answer),
                Err(_) if turn.give_up() => return Err(self.turned_away()),
                Err(_) => {}
            }
        }
        answered(wait.await)
    }

    fn turned_away(&self) -> Error {
        self.meters.turned_away.inc();
        Error::Busy(2)
    }
}

fn answered<T>(answer: std::result::Result<Result<T>, oneshot::error::RecvError>) -> Result<T> {
    answer.map_err(|_| Error::internal("the writer stopped"))?
}

/// One act's work: all of it or none of it, whatever its neighbours in the group do.
fn in_savepoint<T>(db: &mut Db<'_>, f: impl FnOnce(&mut Db<'_>) -> Result<T>) -> Result<T> {
    db.put(Sql("SAVEPOINT act"), &[])?;
    let answer = catch_unwind(AssertUnwindSafe(|| f(db)))
        .unwrap_or_else(|_| Err(Error::internal("an act panicked")));
    let release = |value| db.exec(Sql("RELEASE SAVEPOINT act"), &[]).map(|_| value);
    let answer = answer.and_then(release);
    if answer.is_err() {
        db.undo("ROLLBACK TO SAVEPOINT act; RELEASE SAVEPOINT act")?;
    }
    answer
}

/// A connection that writes.
pub(crate) enum WriteConn {
    /// The one writer of a file.
    Sqlite { conn: rusqlite::Connection, path: PathBuf, ids: Ids },
    /// One of the writers of a server.
    Postgres { conn: Box<PgConn>, url: String, away: Away },
}

impl WriteConn {
    pub(crate) fn sqlite(conn: rusqlite::Connection, path: PathBuf, ids: Ids) -> WriteConn {
        WriteConn::Sqlite { conn, path, ids }
    }

    pub(crate) fn postgres(conn: PgConn, url: String) -> WriteConn {
        WriteConn::Postgres { conn: Box::new(conn), url, away: Away::default() }
    }

    fn db(&mut self) -> Db<'_> {
        match self {
            WriteConn::Sqlite { conn, .. } => Db::Sqlite(conn),
            WriteConn::Postgres { conn, .. } => Db::Postgres(conn),
        }
    }

    /// Begins a group, on a new connection where the old one is lost.
    fn begin(&mut self) -> Result<()> {
        match self {
            WriteConn::Sqlite { conn, path, ids } => {
                if !conn.is_autocommit() && conn.execute_batch("ROLLBACK").is_err() {
                    *conn = sqlite::open_writer(path)?;
                }
                conn.execute_batch("BEGIN IMMEDIATE")?;
                // The ledger of a file is read in the order of its ids. Another process of the node, such as a
                // backup, may have written one that is above what this one would give next.
                let newest = Db::Sqlite(conn).one(LAST_EVENT, &[], |row| row.opt_i64(0));
                ids.above(newest?.unwrap_or(0));
                Ok(())
            }
            WriteConn::Postgres { conn, url, away } => {
                if conn.is_closed() {
                    **conn = away.again(url)?;
                }
                conn.begin()
            }
        }
    }

    /// Whether the transaction still stands: a full disk or a lost connection takes the whole group back,
    /// and what ran after it would stand alone.
    fn sound(&self) -> bool {
        match self {
            WriteConn::Sqlite { conn, .. } => !conn.is_autocommit(),
            WriteConn::Postgres { conn, .. } => conn.sound(),
        }
    }

    /// Takes back what is left of a group that is not sound.
    fn abandon(&mut self) -> Error {
        match self {
            WriteConn::Sqlite { .. } => Error::Unavailable(Outage::Storage),
            WriteConn::Postgres { conn, .. } => {
                let _ = conn.script_anyway("ROLLBACK");
                Error::Unavailable(Outage::Database)
            }
        }
    }

    fn commit(&mut self) -> Result<()> {
        match self {
            WriteConn::Sqlite { conn, .. } => conn.execute_batch("COMMIT").map_err(|e| {
                // The last page may lie in the log though it could not be flushed: after a crash it might count.
                let unsure = e.sqlite_error_code() == Some(rusqlite::ErrorCode::SystemIoFailure);
                let _ = conn.execute_batch("ROLLBACK");
                if unsure { Error::Unsure } else { e.into() }
            }),
            WriteConn::Postgres { conn, url, .. } => match conn.commit() {
                Ok(()) => Ok(()),
                // The line was lost, or a server that is stopping committed before it said so.
                Err(lost @ Error::Unavailable(Outage::Database)) => {
                    let (fresh, outcome) = fate::ask(url, conn.group(), lost);
                    if let Some(fresh) = fresh {
                        **conn = fresh;
                    }
                    outcome
                }
                Err(e) => {
                    let _ = conn.script_anyway("ROLLBACK");
                    Err(e)
                }
            },
        }
    }
}

/// Takes what waits, runs each act in its savepoint, commits once, then answers everybody.
pub(crate) fn run(inbox: &Receiver<Work>, mut conn: WriteConn, meters: &Meters) {
    while let Ok(first) = inbox.recv() {
        meters.group_begins();
        let begun = conn.begin();
        let mut sound = begun.is_ok();
        let mut replies = Vec::new();
        let mut next = Some(first);
        while let Some(work) = next.take() {
            meters.waiting.dec();
            replies.push(work(sound.then(|| conn.db()).as_mut()));
            sound = sound && conn.sound();
            if sound && replies.len() < GROUP {
                next = inbox.try_recv().ok();
            }
        }
        let committed = match begun {
            Ok(()) if sound => commit(&mut conn, meters),
            Ok(()) => Err(conn.abandon()),
            Err(e) => Err(e),
        };
        if let Err(e) = &committed {
            tracing::error!(acts = replies.len(), "a group was not committed: {e}");
        }
        meters.group_ends(replies.len(), committed.as_ref().copied());
        for reply in replies {
            reply(&committed);
        }
    }
}

fn commit(conn: &mut WriteConn, meters: &Meters) -> Result<()> {
    let watch = crate::clock::Stopwatch::start();
    let committed = tracing::debug_span!("commit").in_scope(|| conn.commit());
    meters.commit.observe(watch.seconds());
    committed
}
