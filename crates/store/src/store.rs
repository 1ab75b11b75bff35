//! The store itself: opening, reading, writing. `writer.rs` commits acts in groups, `reader.rs` reads.

use crate::chance::Chance;
use crate::clock::Clock;
use crate::ctx::{Ctx, Ids};
use crate::db::{Db, Sql};
use crate::error::{Error, Result};
use crate::fate;
use crate::files::Files;
use crate::idem::{self, Idem};
use crate::keys::NodeKey;
use crate::meters::Meters;
use crate::migrate::{self, Migration};
use crate::postgres::PgConn;
use crate::reader::{self, Readers};
use crate::sqlite;
use crate::tx::{Done, Tx};
use crate::vault::Vault;
use crate::writer::{self, Queue, WriteConn};
use serde::{Serialize, de::DeserializeOwned};
use std::path::{Path, PathBuf};
use std::sync::Arc;

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

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    write: Queue,
    read: Readers,
    meters: Meters,
    ids: Ids,
    clock: Clock,
    chance: Chance,
    vault: Vault,
    files: Files,
    url: Url,
    folder: PathBuf,
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
        let meters = Meters::default();
        let (write, inbox) = Queue::new(meters.clone());
        let ids = Ids::new(&settings.chance);
        let now = settings.clock.now();
        let (read, vault) = match &settings.url {
            Url::Sqlite(path) => {
                let conn = open_sqlite(path).map_err(unreachable)?;
                let vault = prepare(Db::Sqlite(&conn), &settings, node_key, &ids, now)?;
                let readers = (0..settings.readers.max(1)).map(|_| sqlite::open_reader(path));
                let readers = Readers::inline(readers.collect::<Result<_>>()?)?;
                let (conn, meters) =
                    (WriteConn::sqlite(conn, path.clone(), ids.clone()), meters.clone());
                spawn("store-writer", move || writer::run(&inbox, conn, &meters))?;
                (readers, vault)
            }
            Url::Postgres(url) => {
                let mut conn = PgConn::open(url).map_err(unreachable)?;
                let vault = prepare(Db::Postgres(&mut conn), &settings, node_key, &ids, now)?;
                fate::forget_old(&mut conn)?;
                for _ in 0..settings.writers.max(1) {
                    let conn = WriteConn::postgres(PgConn::serving(url)?, url.clone());
                    let (inbox, meters) = (inbox.clone(), meters.clone());
                    spawn("store-writer", move || writer::run(&inbox, conn, &meters))?;
                }
                let (readers, inbox) = Readers::threads();
                for _ in 0..settings.readers.max(1) {
                    let (url, inbox, conn) = (url.clone(), inbox.clone(), PgConn::serving(url)?);
                    spawn("store-reader", move || reader::serve(&inbox, conn, &url))?;
                }
                (readers, vault)
            }
        };
        let files =
            Files::open(&settings.data.join("files"), vault.clone(), settings.clock.clone())?;
        Ok(Store(Arc::new(Inner {
            write,
            read,
            meters,
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
        self.0.read.run(&self.0.meters, f).await
    }

    /// Runs an act in a transaction and answers when the disk has it.
    pub async fn write<T, F>(&self, ctx: Ctx, act: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<Done<T>> + Send + 'static,
    {
        self.0
            .write
            .submit(move |db| {
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
        self.0
            .write
            .submit(move |db| {
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
        self.0.write.submit(f).await
    }

    /// What the store counts about itself.
    pub fn meters(&self) -> &Meters {
        &self.0.meters
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
        // The log has said why.
        Error::Unavailable(_) => Error::refused_with("database-unreachable", "detail", e.code()),
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

/// The newest event by its number, which is what orders the ledger of a file.
pub(crate) const LAST_EVENT: Sql = Sql("SELECT MAX(id) FROM event");

fn reborrow<'a>(db: &'a mut Db<'_>) -> Db<'a> {
    match db {
        Db::Sqlite(conn) => Db::Sqlite(conn),
        Db::Postgres(conn) => Db::Postgres(conn),
    }
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<()> {
    std::thread::Builder::new().name(name.into()).spawn(body)?;
    Ok(())
}
