//! Reading: connections for a few readers at once; whoever finds none waits without holding a thread, and no
//! longer than his asker does.

use crate::clock::Stopwatch;
use crate::db::Db;
use crate::deadline::{self, Turn};
use crate::error::{Error, Result};
use crate::meters::Meters;
use crate::postgres::{Away, PgConn};
use crate::sqlite;
use crossbeam_channel::{Receiver, Sender, bounded};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;
use tokio::sync::{Semaphore, oneshot};

type ReadWork = Box<dyn FnOnce(&mut PgConn) + Send>;

/// How many reads may wait; beyond it people are told to come back.
const QUEUE: usize = 4096;
/// A read for somebody who waits takes so long at most.
const LONGEST: Duration = Duration::from_secs(5);

/// The readers of a store.
pub(crate) enum Readers {
    /// Connections used inline: a read costs some 16 µs, less than a thread switch. There are more threads
    /// than seats (`tongban::cli`), so that slow reads never take the last one.
    Inline {
        seats: Semaphore,
        take: Receiver<rusqlite::Connection>,
        give: Sender<rusqlite::Connection>,
    },
    /// Threads with one connection each: the client blocks and must not block the runtime.
    Threads(Sender<ReadWork>),
}

impl Readers {
    /// Readers of a file.
    pub(crate) fn inline(connections: Vec<rusqlite::Connection>) -> Result<Readers> {
        let (give, take) = bounded(connections.len().max(1));
        let seats = Semaphore::new(connections.len());
        for connection in connections {
            give.send(connection).map_err(Error::internal)?;
        }
        Ok(Readers::Inline { seats, take, give })
    }

    /// Readers of a server, and the end of their queue for the threads.
    pub(crate) fn threads() -> (Readers, Receiver<ReadWork>) {
        let (send, inbox) = bounded(QUEUE);
        (Readers::Threads(send), inbox)
    }

    /// Runs a read.
    pub(crate) async fn run<T, F>(&self, meters: &Meters, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Db<'_>) -> Result<T> + Send + 'static,
    {
        let waiting = Waiting::begin(meters)?;
        match self {
            Readers::Inline { seats, take, give } => {
                let until = deadline::current();
                let seat = match until {
                    Some(until) => tokio::time::timeout(until.left(), seats.acquire())
                        .await
                        .map_err(|_| Error::Busy(2))?,
                    None => seats.acquire().await,
                };
                let _seat = seat.map_err(Error::internal)?;
                drop(waiting);
                let conn = take.recv().map_err(Error::internal)?;
                let until = until.map(|until| until.sooner(LONGEST));
                let answer = sqlite::limited(until, || measured(meters, &mut Db::Sqlite(&conn), f));
                give.send(conn).map_err(Error::internal)?;
                answer
            }
            Readers::Threads(send) => {
                let (done, mut wait) = oneshot::channel();
                let (turn, counted) = (Turn::of_this_request(), meters.clone());
                let mine = turn.clone();
                let work: ReadWork = Box::new(move |conn| {
                    drop(waiting);
                    if done.is_closed() || !mine.begin() {
                        return drop(done.send(Err(Error::Busy(2))));
                    }
                    conn.be_patient(mine.until().is_none());
                    let _ = done.send(measured(&counted, &mut Db::Postgres(conn), f));
                });
                send.try_send(work).map_err(|_| Error::Busy(2))?;
                if let Some(until) = turn.until() {
                    let answer = tokio::time::timeout(until.left(), &mut wait).await;
                    return answer.map_err(|_| Error::Busy(2))?.map_err(Error::internal)?;
                }
                wait.await.map_err(Error::internal)?
            }
        }
    }
}

fn measured<T>(
    meters: &Meters,
    db: &mut Db<'_>,
    f: impl FnOnce(&mut Db<'_>) -> Result<T>,
) -> Result<T> {
    let watch = Stopwatch::start();
    let read = || catch_unwind(AssertUnwindSafe(|| f(db)));
    let answer = tracing::debug_span!("read").in_scope(read);
    meters.read.observe(watch.seconds());
    answer.unwrap_or_else(|_| Err(Error::internal("a read panicked")))
}

/// A read that waits; counted until it begins or is dropped.
struct Waiting(Meters);

impl Waiting {
    fn begin(meters: &Meters) -> Result<Waiting> {
        if meters.reads_waiting.inc() >= QUEUE as i64 {
            meters.reads_waiting.dec();
            meters.turned_away.inc();
            return Err(Error::Busy(2));
        }
        Ok(Waiting(meters.clone()))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.reads_waiting.dec();
    }
}

/// One reading thread of a server.
pub(crate) fn serve(inbox: &Receiver<ReadWork>, mut conn: PgConn, url: &str) {
    let mut away = Away::default();
    while let Ok(work) = inbox.recv() {
        if conn.is_closed()
            && let Ok(fresh) = away.again(url)
        {
            conn = fresh;
        }
        work(&mut conn);
    }
}
