//! The store itself: opening, reading, writing. Writers queue at a thread that commits them in groups.

use crate::chance::Chance;
use crate::clock::Clock;
use crate::ctx::{Ctx, Ids};
use crate::db::{Db, Sql};
use crate::error::{Error, Result};
use crate::files::Files;
use crate::idem::{self, Idem};
use crate::keys::NodeKey;
use crate::migrate::{self, Migration};
use crate::postgres::PgConn;
use crate::sqlite;
use crate::tx::{Done, Tx};
use crate::vault::Vault;
use crossbeam_channel::{Receiver, Sender, bounded};
use serde::{Serialize, de::DeserializeOwned};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::oneshot;

/// Where the rows lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Url {
    /// `sqlite:PATH`.
    Sqlite(PathBuf),
    /// `postgres://…`, given to the client as it is.
    Postgres(String),
}

impl Url {
    /// Reads `sqlite:PATH` or `postgres://…`.
    pub fn parse(text: &str) -> Result<Url> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            return Ok(Url::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Url::Postgres(text.to_owned()));
        }
        Err(Error::refused_with("database-url", "url", text.split('@').next_back().unwrap_or("")))
    }
}

/// How a store is opened.
pub struct Settings {
    /// Where the rows lie.
    pub url: Url,
    /// Folder of files and of the node key.
    pub data: PathBuf,
    /// Time source.
    pub clock: Clock,
    /// Randomness source.
    pub chance: Chance,
    /// Migrations of all rooms, in order.
    pub migrations: Vec<Migration>,
    /// Read connections.
    pub readers: usize,
    /// Write connections (PostgreSQL; SQLite has exactly one).
    pub writers: usize,
}

/// Housekeeping that changes no fact of law and therefore writes no event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upkeep {
    /// Sign-in sessions and their last use.
    Session,
    /// Claiming and finishing jobs.
    Job,
    /// Rate limits and one-time codes.
    Limit,
    /// Sealing the ledger.
    Seal,
    /// What a person typed into a draft that nobody has received yet.
    Draft,
    /// First fill of reference data, keys and catalogues.
    Load,
}

type Work = Box<dyn FnOnce(&mut Db<'_>) -> Reply + Send>;
type Reply = Box<dyn FnOnce(&Result<()>) + Send>;
type ReadWork = Box<dyn FnOnce(&mut Db<'_>) + Send>;

/// The largest group that one commit makes durable.
const GROUP: usize = 256;
/// How many acts may wait; beyond it people are told to come back.
const QUEUE: usize = 4096;

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    write: Sender<Work>,
    read: Readers,
    ids: Ids,
    clock: Clock,
    chance: Chance,
    vault: Vault,
    files: Files,
    url: Url,
    folder: PathBuf,
}

enum Readers {
    /// A pool of connections used inline: a read costs some 16 µs, less than a thread switch.
    Inline { take: Receiver<rusqlite::Connection>, give: Sender<rusqlite::Connection> },
    /// Threads with one connection each: the client blocks and must not block the runtime.
    Threads(Sender<ReadWork>),
}

impl Store {
    /// Opens the database, migrates it, loads the keys and starts the writers. On a thread of its own:
    /// PostgreSQL's client blocks and must not do so inside a runtime.
    pub fn open(settings: Settings) -> Result<Store> {
        let opening = std::thread::spawn(move || Store::open_here(settings));
        opening.join().map_err(|_| Error::internal("opening the store panicked"))?
    }

    fn open_here(settings: Settings) -> Result<Store> {
        let folder = |e| {
            let text = format!("{} ({e})", settings.data.display());
            Error::refused_with("data-folder", "folder", text)
        };
        std::fs::create_dir_all(&settings.data).map_err(folder)?;
        let node_key = NodeKey::load_or_create(&settings.data, &settings.chance)?;
        let (write, inbox) = bounded::<Work>(QUEUE);
        let ids = Ids::default();
        let now = settings.clock.now();
        let (read, vault) = match &settings.url {
            Url::Sqlite(path) => {
                let conn = open_sqlite(path).map_err(unreachable)?;
                let vault = prepare(Db::Sqlite(&conn), &settings, node_key, &ids, now)?;
                let (give, take) = bounded(settings.readers.max(1));
                for _ in 0..settings.readers.max(1) {
                    let reader = sqlite::open_reader(path)?;
                    give.send(reader).map_err(Error::internal)?;
                }
                spawn("store-writer", move || write_loop(&inbox, &mut WriteConn::Sqlite(conn)))?;
                (Readers::Inline { take, give }, vault)
            }
            Url::Postgres(url) => {
                let mut conn = PgConn::open(url).map_err(unreachable)?;
                let vault = prepare(Db::Postgres(&mut conn), &settings, node_key, &ids, now)?;
                for _ in 0..settings.writers.max(1) {
                    let (url, inbox) = (url.clone(), inbox.clone());
                    let conn = PgConn::open(&url)?;
                    spawn("store-writer", move || {
                        let conn = Box::new(conn);
                        write_loop(&inbox, &mut WriteConn::Postgres { conn, url });
                    })?;
                }
                let (send, inbox) = bounded::<ReadWork>(QUEUE);
                for _ in 0..settings.readers.max(1) {
                    let (url, inbox, conn) = (url.clone(), inbox.clone(), PgConn::open(url)?);
                    spawn("store-reader", move || read_loop(&inbox, conn, &url))?;
                }
                (Readers::Threads(send), vault)
            }
        };
        let files =
            Files::open(&settings.data.join("files"), vault.clone(), settings.clock.clone())?;
        Ok(Store(Arc::new(Inner {
            write,
            read,
            ids,
            clock: settings.clock,
            chance: settings.chance,
            vault,
            files,
            url: settings.url,
            folder: settings.data,
        })))
    }

    /// Runs a read. On SQLite inline, on PostgreSQL on a reader thread.
    pub async fn read<T, F>(&self, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Db<'_>) -> Result<T> + Send + 'static,
    {
        match &self.0.read {
            Readers::Inline { take, give } => {
                let conn = take.recv().map_err(Error::internal)?;
                let answer = catch_unwind(AssertUnwindSafe(|| f(&mut Db::Sqlite(&conn))));
                give.send(conn).map_err(Error::internal)?;
                answer.unwrap_or_else(|_| Err(Error::internal("a read panicked")))
            }
            Readers::Threads(send) => {
                let (done, wait) = oneshot::channel();
                let work: ReadWork = Box::new(move |db| {
                    let answer = catch_unwind(AssertUnwindSafe(|| f(db)));
                    let _ = done
                        .send(answer.unwrap_or_else(|_| Err(Error::internal("a read panicked"))));
                });
                send.try_send(work).map_err(|_| Error::Busy(2))?;
                wait.await.map_err(Error::internal)?
            }
        }
    }

    /// Runs an act in a transaction and answers when the disk has it.
    pub async fn write<T, F>(&self, ctx: Ctx, act: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<Done<T>> + Send + 'static,
    {
        self.submit(move |db| {
            let mut tx = Tx::new(reborrow(db), &ctx);
            act(&mut tx).map(Done::into_inner)
        })
        .await
    }

    /// Like `write`, but the same key and body gives the stored answer again, and the same key with
    /// another body is refused (`Error::KeyReused`).
    pub async fn write_once<T, F>(&self, ctx: Ctx, idem: Idem, act: F) -> Result<T>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<Done<T>> + Send + 'static,
    {
        self.submit(move |db| {
            if let Some(stored) = idem::find(db, &ctx, &idem)? {
                return Ok(serde_json::from_str(&stored)?);
            }
            let mut tx = Tx::new(reborrow(db), &ctx);
            let value = act(&mut tx)?.into_inner();
            idem::keep(db, &ctx, &idem, &serde_json::to_string(&value)?)?;
            Ok(value)
        })
        .await
    }

    /// Housekeeping: a write without an event, for the reasons named by `Upkeep` only.
    pub async fn upkeep<T, F>(&self, _why: Upkeep, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Db<'_>) -> Result<T> + Send + 'static,
    {
        self.submit(f).await
    }

    async fn submit<T, F>(&self, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Db<'_>) -> Result<T> + Send + 'static,
    {
        let (done, wait) = oneshot::channel();
        let work: Work = Box::new(move |db| {
            let answer = in_savepoint(db, f);
            Box::new(move |committed| {
                let _ = done.send(match committed {
                    Ok(()) => answer,
                    Err(e) => Err(e.clone()),
                });
            })
        });
        self.0.write.try_send(work).map_err(|_| Error::Busy(2))?;
        wait.await.map_err(|_| Error::internal("the writer stopped"))?
    }

    /// Sensitive fields: sealing, opening, keyed hashes.
    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    /// Files addressed by hash.
    pub fn files(&self) -> &Files {
        &self.0.files
    }

    /// Time source.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Randomness source.
    pub fn chance(&self) -> &Chance {
        &self.0.chance
    }

    /// Id source.
    pub fn ids(&self) -> &Ids {
        &self.0.ids
    }

    /// A fresh id at the current time, for rows whose sealed fields need the id beforehand.
    pub fn fresh_id(&self) -> i64 {
        self.0.ids.next(self.0.clock.now())
    }

    /// Asks the database about itself: whether its pages are whole (SQLite) or whether an answered commit
    /// is on the disk (PostgreSQL). Each complaint is one line in the database's own words.
    pub async fn complaints(&self) -> Result<Vec<String>> {
        self.read(|db| match db {
            Db::Sqlite(conn) => sqlite::complaints(conn),
            Db::Postgres(conn) => conn.complaints(),
        })
        .await
    }

    /// Before a clean stop: folds what is committed into the database file, so that a copy of the one file
    /// is whole. Nothing to do on PostgreSQL.
    pub async fn settle(&self) -> Result<()> {
        self.read(|db| match db {
            Db::Sqlite(conn) => sqlite::settle(conn),
            Db::Postgres(_) => Ok(()),
        })
        .await
    }

    /// Where the rows lie.
    pub fn url(&self) -> &Url {
        &self.0.url
    }

    /// Folder of files and keys.
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// A context of the node itself.
    pub fn system_ctx(&self) -> Ctx {
        Ctx {
            at: self.0.clock.now(),
            actor: crate::Actor::System,
            purpose: crate::Purpose::None,
            channel: crate::Channel::System,
            ids: self.0.ids.clone(),
        }
    }
}

/// The database cannot be opened at all: the person who runs the node mends that, so it is said in words.
fn unreachable(e: Error) -> Error {
    match e {
        Error::Internal(text) => Error::refused_with("database-unreachable", "detail", text),
        said => said,
    }
}

fn open_sqlite(path: &Path) -> Result<rusqlite::Connection> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    sqlite::open_writer(path)
}

/// Migrates, loads the vault's keys and puts the id source above every id in the ledger.
fn prepare(
    mut db: Db<'_>,
    settings: &Settings,
    node_key: NodeKey,
    ids: &Ids,
    now: codes::time::Stamp,
) -> Result<Vault> {
    migrate::run(&mut db, &settings.migrations)?;
    if let Some(last) = db.opt(LAST_EVENT, &[], |row| row.opt_i64(0))?.flatten() {
        ids.above(last);
    }
    Vault::open(&mut db, node_key, &settings.chance, now)
}

pub(crate) const LAST_EVENT: Sql = Sql("SELECT MAX(id) FROM event");

fn reborrow<'a>(db: &'a mut Db<'_>) -> Db<'a> {
    match db {
        Db::Sqlite(conn) => Db::Sqlite(conn),
        Db::Postgres(conn) => Db::Postgres(conn),
    }
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

enum WriteConn {
    Sqlite(rusqlite::Connection),
    Postgres { conn: Box<PgConn>, url: String },
}

impl WriteConn {
    fn db(&mut self) -> Db<'_> {
        match self {
            WriteConn::Sqlite(conn) => Db::Sqlite(conn),
            WriteConn::Postgres { conn, .. } => Db::Postgres(conn),
        }
    }

    /// A lost connection is opened again; what was in flight is reported as not done.
    fn heal(&mut self) {
        if let WriteConn::Postgres { conn, url } = self
            && conn.is_closed()
        {
            match PgConn::open(url) {
                Ok(fresh) => **conn = fresh,
                Err(e) => tracing::error!("the writer cannot reconnect: {e}"),
            }
        }
    }
}

/// Takes what waits, runs each act in its savepoint, commits once, then answers everybody.
fn write_loop(inbox: &Receiver<Work>, conn: &mut WriteConn) {
    while let Ok(first) = inbox.recv() {
        conn.heal();
        let mut db = conn.db();
        let begin = match db {
            Db::Sqlite(_) => "BEGIN IMMEDIATE",
            Db::Postgres(_) => "BEGIN",
        };
        let begun = db.script(begin);
        let mut replies = Vec::new();
        let mut next = Some(first);
        while let Some(work) = next.take() {
            replies.push(work(&mut db));
            if replies.len() < GROUP {
                next = inbox.try_recv().ok();
            }
        }
        let committed = begun.and_then(|()| db.script("COMMIT"));
        if let Err(e) = &committed {
            tracing::error!("a group was not committed: {e}");
            let _ = db.script("ROLLBACK");
        }
        for reply in replies {
            reply(&committed);
        }
    }
}

fn read_loop(inbox: &Receiver<ReadWork>, mut conn: PgConn, url: &str) {
    while let Ok(work) = inbox.recv() {
        if conn.is_closed()
            && let Ok(fresh) = PgConn::open(url)
        {
            conn = fresh;
        }
        work(&mut Db::Postgres(&mut conn));
    }
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<()> {
    std::thread::Builder::new().name(name.into()).spawn(body)?;
    Ok(())
}
