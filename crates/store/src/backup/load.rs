//! Checking a snapshot and bringing it back, on either database, whole or not at all.

use super::{FILES, Ledger, Manifest, Table, manifest, pack, place_of, rows_file, tables};
use crate::chance::Chance;
use crate::db::{Db, P, Sql};
use crate::error::{Error, Result};
use crate::files::{self, FileHash, sync_folder, write_durably};
use crate::keys::NodeKey;
use crate::ledger::{Event, Kind, Stream};
use crate::migrate::{self, Migration};
use crate::postgres::PgConn;
use crate::sqlite;
use crate::store::{Settings, Store, Url};
use crate::vault::Vault;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// The table of the keys that open the files.
const KEYS: &str = "vault_key";
const EVENTS: Sql = Sql("SELECT COUNT(*) FROM event");

/// What came back.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Restored {
    /// The snapshot.
    pub snapshot: String,
    /// Rows of all tables.
    pub rows: u64,
    /// Files.
    pub files: u64,
    /// Events of the ledger.
    pub events: u64,
    /// Files that are not what their names say; they came back as they lay in the backup.
    pub damaged: Vec<String>,
}

/// Reads a snapshot from end to end without bringing it back: every piece, the signature over all of it, and every
/// file, which must be what its name says.
///
/// # Errors
/// `backup-absent`, `backup-damaged` with the part, `backup-newer`; `node-key-wrong` when another node's key was given.
pub fn check(folder: &Path, snapshot: Option<&str>, key: &Path) -> Result<Manifest> {
    let manifest = check_rows(folder, snapshot, key)?;
    let (name, node_key) = (&manifest.snapshot, NodeKey::load(key)?);
    let backup_key = node_key.backup_key();
    let mut keys = Vec::new();
    for table in manifest.tables.iter().filter(|table| table.name == KEYS) {
        let at = |column: &str| table.columns.iter().position(|c| c.name == column);
        let (Some(id), Some(kind), Some(wrapped)) = (at("id"), at("kind"), at("wrapped")) else {
            return Err(Error::refused_with("backup-damaged", "part", KEYS));
        };
        pack::read(&rows_file(folder, name, KEYS), &backup_key, name, table, |row| {
            if let (P::Int(id), P::Text(kind), P::Blob(wrapped)) =
                (&row[id], &row[kind], &row[wrapped])
            {
                keys.push((*id, kind.clone(), wrapped.clone()));
            }
            Ok(())
        })?;
    }
    let vault = Vault::of(keys, node_key, &Chance::System)?;
    signed(&manifest, &vault)?;
    let list = rows_file(folder, name, FILES);
    pack::read(&list, &backup_key, name, &manifest.files, |row| {
        let Some(P::Text(hash)) = row.into_iter().next() else { return Ok(()) };
        let sealed = fs::read(place_of(&folder.join("files"), &hash))?;
        let whole = files::opened(&vault, &FileHash::parse(&hash)?, &sealed);
        whole.map(drop).map_err(|_| Error::refused_with("backup-damaged", "part", &hash))
    })?;
    Ok(manifest)
}

/// Everything but what is in the files, of which only presence and size are looked at: who brings a node back would
/// rather have it with a damaged paper, which [`Restored`] then names, than not have it.
fn check_rows(folder: &Path, snapshot: Option<&str>, key: &Path) -> Result<Manifest> {
    let manifest = manifest(folder, snapshot)?;
    let key = NodeKey::load(key)?.backup_key();
    let name = &manifest.snapshot;
    let list = rows_file(folder, name, FILES);
    let listed = |row: Vec<P>| {
        let damaged = |what: &str| Error::refused_with("backup-damaged", "part", what);
        let [P::Text(hash), P::Int(bytes)] = row.as_slice() else { return Err(damaged(FILES)) };
        let there = fs::metadata(place_of(&folder.join("files"), hash));
        match there {
            Ok(meta) if meta.len() == bytes.unsigned_abs() => Ok(()),
            _ => Err(damaged(hash)),
        }
    };
    // The first thing opened tells a wrong key from damage: every piece of it would be refused.
    let opened = pack::read(&list, &key, name, &manifest.files, listed);
    if opened.is_err() && !any_opens(folder, &manifest, &key) {
        return Err(Error::refused("node-key-wrong"));
    }
    opened?;
    for table in &manifest.tables {
        pack::read(&rows_file(folder, name, &table.name), &key, name, table, |_| Ok(()))?;
    }
    Ok(manifest)
}

fn any_opens(folder: &Path, manifest: &Manifest, key: &[u8; 16]) -> bool {
    let name = &manifest.snapshot;
    let opens = |table: &Table| {
        let path = rows_file(folder, name, &table.name);
        pack::read(&path, key, name, table, |_| Ok(())).is_ok()
    };
    manifest.tables.iter().take(3).any(opens)
}

/// Brings a snapshot back into an empty place: database and data folder of `settings`. `progress` is told a table's
/// name, or `files`, and how much of all is done, in percent. The node may be opened afterwards; that brings its schema
/// up to this program's.
///
/// # Errors
/// Those of [`check`], though a file that is there in its size comes back, and is named when it is damaged;
/// `restore-not-empty` when something is there already.
pub fn restore(
    settings: &Settings,
    folder: &Path,
    snapshot: Option<&str>,
    key: &Path,
    mut progress: impl FnMut(&str, u64),
) -> Result<Restored> {
    progress("check", 0);
    let manifest = check_rows(folder, snapshot, key)?;
    let latest = settings.migrations.iter().map(|m| m.number).max().unwrap_or(0);
    if manifest.schema > latest {
        return Err(Error::refused_with("backup-newer", "format", manifest.schema));
    }
    let node_key = NodeKey::load(key)?;
    let home = settings.data.join("node.key");
    if home.exists() && fs::canonicalize(&home)? != fs::canonicalize(key)? {
        return Err(Error::refused_with("restore-not-empty", "place", home.display()));
    }
    fs::create_dir_all(&settings.data)?;
    let load = Load { folder, manifest: &manifest, key: node_key.backup_key() };
    let vault = match &settings.url {
        Url::Sqlite(path) => load.to_sqlite_file(path, settings, node_key, &mut progress)?,
        Url::Postgres(url) => load.to_postgres_server(url, settings, node_key, &mut progress)?,
    };
    let damaged = load.files(&settings.data.join("files"), &vault, &mut progress)?;
    if !home.exists() {
        write_durably(&home, &fs::read(key)?, true)?;
    }
    Ok(Restored {
        snapshot: manifest.snapshot.clone(),
        rows: manifest.rows(),
        files: manifest.files.rows,
        events: manifest.ledger.events,
        damaged,
    })
}

/// Writes into the ledger of a restored node where it came from.
pub async fn note_restored(store: &Store, restored: &Restored) -> Result<()> {
    let mut data = serde_json::to_value(restored)?;
    // How many; an event stays small however bad the disk of the backup was.
    data["damaged"] = restored.damaged.len().into();
    store
        .write(store.system_ctx(), move |tx| {
            let event = Event::new(Kind::NodeRestored, Stream::of("node", 0)).with(data);
            Ok(tx.record(event)?.with(()))
        })
        .await
}

struct Load<'a> {
    folder: &'a Path,
    manifest: &'a Manifest,
    key: [u8; 16],
}

impl Load<'_> {
    /// Into a file beside its place, which then gets its name: killed in the middle there is no database.
    fn to_sqlite_file(
        &self,
        path: &Path,
        settings: &Settings,
        node_key: NodeKey,
        progress: &mut impl FnMut(&str, u64),
    ) -> Result<Vault> {
        if path.exists() {
            return Err(Error::refused_with("restore-not-empty", "place", path.display()));
        }
        let part = PathBuf::from(format!("{}.restoring", path.display()));
        if let Some(home) = path.parent() {
            fs::create_dir_all(home)?;
        }
        gone(fs::remove_file(&part))?;
        let conn = sqlite::open_scratch(&part)?;
        let vault = self.fill(&mut Db::Sqlite(&conn), settings, node_key, progress)?;
        drop(conn);
        File::open(&part)?.sync_all()?;
        fs::rename(&part, path)?;
        sync_folder(path.parent().unwrap_or(Path::new(".")))?;
        Ok(vault)
    }

    /// In one transaction; tables that an earlier attempt made are used.
    fn to_postgres_server(
        &self,
        url: &str,
        settings: &Settings,
        node_key: NodeKey,
        progress: &mut impl FnMut(&str, u64),
    ) -> Result<Vault> {
        let mut conn = PgConn::open(url)?;
        let mut db = Db::Postgres(&mut conn);
        let there = tables::all(&mut db)?;
        if there.iter().any(|table| table.name == "event")
            && db.one(EVENTS, &[], |row| row.i64(0))? > 0
        {
            let place = url.split('@').next_back().unwrap_or_default();
            return Err(Error::refused_with("restore-not-empty", "place", place));
        }
        self.fill(&mut db, settings, node_key, progress)
    }

    /// Schema of the snapshot, then its rows; gives the vault that came with them.
    fn fill(
        &self,
        db: &mut Db<'_>,
        settings: &Settings,
        node_key: NodeKey,
        progress: &mut impl FnMut(&str, u64),
    ) -> Result<Vault> {
        let known = |m: &&Migration| m.number <= self.manifest.schema;
        let then: Vec<Migration> = settings.migrations.iter().filter(known).cloned().collect();
        migrate::run(db, &then)?;
        self.same_tables(&tables::all(db)?)?;
        db.script("BEGIN")?;
        let filled = self.rows(db, progress).and_then(|()| {
            // The key that signs the ledger came back with the rows: it must have signed this snapshot.
            let vault = Vault::open(db, node_key, &settings.chance, settings.clock.now())?;
            signed(self.manifest, &vault)?;
            Ok(vault)
        });
        match filled {
            Ok(vault) => db.script("COMMIT").map(|()| vault),
            Err(e) => {
                db.undo("ROLLBACK")?;
                Err(e)
            }
        }
    }

    /// The migrations of this program must make what the snapshot holds.
    fn same_tables(&self, made: &[Table]) -> Result<()> {
        for table in &self.manifest.tables {
            let same = |other: &&Table| {
                let columns = |t: &Table| {
                    let mut all = t.columns.clone();
                    all.sort_by(|a, b| a.name.cmp(&b.name));
                    all
                };
                other.name == table.name && columns(other) == columns(table)
            };
            if !made.iter().any(|other| same(&other)) {
                return Err(Error::refused_with("backup-newer", "format", &table.name));
            }
        }
        Ok(())
    }

    fn rows(&self, db: &mut Db<'_>, progress: &mut impl FnMut(&str, u64)) -> Result<()> {
        let all = &self.manifest.tables;
        for (n, table) in all.iter().enumerate() {
            progress(&table.name, 10 + 70 * n as u64 / all.len() as u64);
            tables::clear(db, table)?;
            let insert = tables::insert(table);
            let path = rows_file(self.folder, &self.manifest.snapshot, &table.name);
            let order = order(table, &self.manifest.ledger);
            let mut waiting = 0;
            pack::read(&path, &self.key, &self.manifest.snapshot, table, |mut row| {
                if let Some((column, back)) = order
                    && let Some(P::Int(tx)) = row.get_mut(column)
                {
                    *tx -= back;
                }
                // Writes of which nobody asks more are sent together; now and then one is waited for.
                waiting = (waiting + 1) % 500;
                match waiting {
                    0 => db.exec_as_kept(insert, &row).map(drop),
                    _ => db.put_as_kept(insert, &row),
                }
            })?;
        }
        Ok(())
    }

    /// Every file into its place, opened on the way: whether a row names it or not, a damaged one is told.
    fn files(
        &self,
        to: &Path,
        vault: &Vault,
        progress: &mut impl FnMut(&str, u64),
    ) -> Result<Vec<String>> {
        let manifest = self.manifest;
        let list = rows_file(self.folder, &manifest.snapshot, FILES);
        let from = self.folder.join("files");
        fs::create_dir_all(to)?;
        let (mut done, all) = (0, manifest.files.rows.max(1));
        let mut damaged = Vec::new();
        pack::read(&list, &self.key, &manifest.snapshot, &manifest.files, |row| {
            let Some(P::Text(hash)) = row.into_iter().next() else { return Ok(()) };
            let goal = place_of(to, &hash);
            if let Some(folder) = goal.parent() {
                fs::create_dir_all(folder)?;
            }
            let sealed = fs::read(place_of(&from, &hash))?;
            write_durably(&goal, &sealed, false)?;
            if files::opened(vault, &FileHash::parse(&hash)?, &sealed).is_err() {
                damaged.push(hash);
            }
            done += 1;
            progress("files", 80 + 20 * done / all);
            Ok(())
        })?;
        sync_folder(to)?;
        Ok(damaged)
    }
}

/// Whether the key that signs the ledger signed this.
fn signed(manifest: &Manifest, vault: &Vault) -> Result<()> {
    let unsigned = || Error::refused_with("backup-damaged", "part", super::MANIFEST);
    let key = gm::sm2::Keypair::generate(vault.signing_seed());
    let signature = hex::decode(&manifest.signature).map_err(|_| unsigned())?;
    let text = manifest.signed_text()?;
    key.public().verify(&text, &signature).map_err(|_| unsigned())
}

/// The ledger is read in the order of (transaction, id), and another server counts its transactions from elsewhere:
/// what came back moves before everything that is still to come, in the same order. Gives the column and by how much.
fn order(table: &Table, ledger: &Ledger) -> Option<(usize, i64)> {
    let column = match table.name.as_str() {
        "event" => "tx",
        "checkpoint" => "last_tx",
        _ => return None,
    };
    let at = table.columns.iter().position(|c| c.name == column)?;
    (ledger.last_tx > 0).then_some((at, ledger.last_tx + 1))
}

/// Whether what should not be there is gone.
fn gone(done: std::io::Result<()>) -> Result<()> {
    match done {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e.into()),
        _ => Ok(()),
    }
}
