//! Making a snapshot while the node runs: rows of one moment, then the files they name.

use super::pack::Writer;
use super::{
    Column, FILES, FORMAT, Ledger, MANIFEST, Manifest, PART, Table, Type, manifest, name_of, pack,
    place_of, rows_file, snapshots, tables,
};
use crate::db::{Db, P, Sql};
use crate::dialect::Dialect;
use crate::error::{Error, Result};
use crate::files::{FileHash, sync_folder};
use crate::ledger::{self, Event, Kind, Stream};
use crate::store::Store;
use codes::time::Stamp;
use std::collections::HashSet;
use std::fs::{self, File};
use std::path::Path;

const LEDGER: Sql = Sql("SELECT COUNT(*), MAX(tx) FROM event");
pub(crate) const LAST: Sql =
    Sql("SELECT at FROM event WHERE stream = $1 AND kind = $2 ORDER BY stream_seq DESC LIMIT 1");
const SCHEMA: Sql = Sql("SELECT MAX(number) FROM migration");

/// Backs a node up into a folder and keeps the newest `keep` snapshots (0: all). `progress` is told a table's name,
/// or `files`, and how much of all is done, in percent.
///
/// # Errors
/// `backup-busy` when another backup writes into the folder.
pub async fn back_up(
    store: &Store,
    folder: &Path,
    keep: usize,
    program: &str,
    mut progress: impl FnMut(&str, u64) + Send + 'static,
) -> Result<Manifest> {
    fs::create_dir_all(folder)?;
    let lock = File::create(folder.join(".lock"))?;
    lock.try_lock().map_err(|_| Error::refused_with("backup-busy", "folder", folder.display()))?;
    drop_parts(folder)?;
    ledger::seal_now(store).await?;
    let at = store.clock().now();
    let snapshot = name_of(at);
    if folder.join(&snapshot).exists() {
        return Err(Error::refused_with("backup-busy", "folder", folder.display()));
    }
    let part = format!("{snapshot}{PART}");
    fs::create_dir(folder.join(&part))?;
    let (key, chance) = (store.vault().backup_key(), store.chance().clone());
    let (root, name, program) = (folder.to_owned(), snapshot.clone(), program.to_owned());
    let rows = move |db: &mut Db<'_>| {
        let writer = |table: Table| {
            let path = rows_file(&root, &format!("{name}{PART}"), &table.name);
            Writer::create(&path, key, &chance, &name, table)
        };
        begin(db)?;
        let done = of_one_moment(db, writer, &mut progress, at, &name, program);
        db.script("COMMIT")?;
        Ok((done?, progress))
    };
    let (mut made, mut progress) = store.read(rows).await?;
    let path = rows_file(folder, &part, FILES);
    let list = Writer::create(&path, key, store.chance(), &snapshot, file_table())?;
    let copied = copy_files(&store.folder().join("files"), &folder.join("files"), list, |done| {
        progress("files", 50 + done / 2)
    })?;
    (made.files, made.file_bytes) = copied;
    let signature = ledger::signing_key(store).sign(&made.signed_text()?, None);
    made.signature = hex::encode(signature.map_err(Error::internal)?);
    let text = serde_json::to_vec_pretty(&made)?;
    crate::files::write_durably(&folder.join(&part).join(MANIFEST), &text, true)?;
    fs::rename(folder.join(&part), folder.join(&snapshot))?;
    sync_folder(folder)?;
    if keep > 0 {
        forget(folder, keep, &key)?;
    }
    note(store, &made).await?;
    Ok(made)
}

/// What a killed backup left.
fn drop_parts(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().ends_with(PART) {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

/// Opens a transaction that sees one moment.
fn begin(db: &mut Db<'_>) -> Result<()> {
    match db.dialect() {
        Dialect::Sqlite => db.script("BEGIN"),
        Dialect::Postgres => db.script(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0; \
             SET LOCAL idle_in_transaction_session_timeout = 0",
        ),
    }
}

fn of_one_moment<'a>(
    db: &mut Db<'_>,
    writer: impl Fn(Table) -> Result<Writer<'a>>,
    progress: &mut impl FnMut(&str, u64),
    at: Stamp,
    snapshot: &str,
    program: String,
) -> Result<Manifest> {
    let (events, last_tx) =
        db.one(LEDGER, &[], |row| Ok((row.i64(0)?, row.opt_i64(1)?.unwrap_or(0))))?;
    let sealed = ledger::latest_checkpoint(db)?;
    let schema = db.one(SCHEMA, &[], |row| row.i64(0))?;
    let all = tables::all(db)?;
    let mut done = Vec::with_capacity(all.len());
    for table in &all {
        progress(&table.name, 50 * done.len() as u64 / all.len() as u64);
        let mut file = writer(table.clone())?;
        tables::read(db, table, |row| file.row(&row))?;
        done.push(file.finish()?);
    }
    let ledger = Ledger {
        events: events.unsigned_abs(),
        last_tx,
        sealed: sealed.as_ref().map_or(0, |c| c.size),
        root: sealed.map_or(String::new(), |c| hex::encode(c.root)),
    };
    Ok(Manifest {
        format: FORMAT.into(),
        snapshot: snapshot.into(),
        at: at.micros(),
        program,
        schema,
        tables: done,
        files: file_table(),
        file_bytes: 0,
        ledger,
        signature: String::new(),
    })
}

fn file_table() -> Table {
    let column = |name: &str, kind| Column { name: name.into(), kind };
    let columns = vec![column("hash", Type::Text), column("bytes", Type::Int)];
    Table { name: FILES.into(), columns, rows: 0, bytes: 0 }
}

/// Copies what the pool does not have yet, and lists all. A file that is being written or set aside is not named by
/// a row of the snapshot.
fn copy_files(
    from: &Path,
    to: &Path,
    mut list: Writer<'_>,
    mut progress: impl FnMut(u64),
) -> Result<(Table, u64)> {
    let mut bytes = 0;
    fs::create_dir_all(to)?;
    for first in 0..=u8::MAX {
        progress(u64::from(first) * 100 / 256);
        let Ok(entries) = fs::read_dir(from.join(format!("{first:02x}"))) else { continue };
        let (mut names, mut fresh) = (Vec::new(), false);
        for entry in entries {
            let entry = entry?;
            if let Ok(hash) = FileHash::parse(&entry.file_name().to_string_lossy()) {
                names.push((hash, entry.metadata()?.len()));
            }
        }
        for (hash, size) in names {
            let (source, goal) = (place_of(from, hash.as_str()), place_of(to, hash.as_str()));
            if fs::metadata(&goal).map_or(true, |there| there.len() != size) {
                match fs::read(&source) {
                    Ok(content) => {
                        if let Some(folder) = goal.parent() {
                            fs::create_dir_all(folder)?;
                        }
                        crate::files::write_durably(&goal, &content, true)?;
                        fresh = true;
                    }
                    // Swept between the listing and now: no row names it.
                    Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
                    Err(e) => return Err(e.into()),
                }
            }
            bytes += size;
            list.row(&[P::from(hash.as_str()), P::Int(size as i64)])?;
        }
        if fresh {
            sync_folder(to)?;
        }
    }
    Ok((list.finish()?, bytes))
}

/// Removes all but the newest snapshots, then the files that none of them lists.
fn forget(folder: &Path, keep: usize, key: &[u8; 16]) -> Result<()> {
    let all = snapshots(folder)?;
    let (old, kept) = all.split_at(all.len().saturating_sub(keep));
    if old.is_empty() {
        return Ok(());
    }
    let mut listed = HashSet::new();
    for snapshot in kept {
        let manifest = manifest(folder, Some(snapshot))?;
        let path = rows_file(folder, snapshot, FILES);
        pack::read(&path, key, snapshot, &manifest.files, |row| {
            if let Some(P::Text(hash)) = row.into_iter().next() {
                listed.insert(hash);
            }
            Ok(())
        })?;
    }
    for snapshot in old {
        let aside = folder.join(format!("{snapshot}{PART}"));
        fs::rename(folder.join(snapshot), &aside)?;
        fs::remove_dir_all(aside)?;
    }
    for first in 0..=u8::MAX {
        let Ok(entries) = fs::read_dir(folder.join("files").join(format!("{first:02x}"))) else {
            continue;
        };
        for entry in entries {
            let entry = entry?;
            if !listed.contains(entry.file_name().to_string_lossy().as_ref()) {
                fs::remove_file(entry.path())?;
            }
        }
    }
    Ok(())
}

/// Writes into the ledger that there is a backup, so that its age can be told.
async fn note(store: &Store, made: &Manifest) -> Result<()> {
    let data = serde_json::json!({
        "snapshot": made.snapshot,
        "rows": made.rows(),
        "files": made.files.rows,
        "events": made.ledger.events,
    });
    store
        .write(store.system_ctx(), move |tx| {
            let event = Event::new(Kind::NodeBackedUp, Stream::of("node", 0)).with(data);
            Ok(tx.record(event)?.with(()))
        })
        .await
}

/// When the node was last backed up.
pub fn last(db: &mut Db<'_>) -> Result<Option<Stamp>> {
    let node = Stream::of("node", 0).label();
    db.opt(LAST, crate::p![node, Kind::NodeBackedUp.label()], |row| row.stamp(0))
}
