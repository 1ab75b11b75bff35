//! Backups: everything of a node except its key, copied while it runs, sealed, and brought back on either
//! database.
//!
//! A backup folder holds many snapshots and one pool of files that they share:
//!
//! ```text
//! FOLDER/files/ab/<hash>            files as the node keeps them: sealed, named by the hash of their content
//! FOLDER/<snapshot>/<table>.rows    rows, deflated and sealed in pieces (`pack.rs`)
//! FOLDER/<snapshot>/manifest.json   what is in it, signed with the key that signs the ledger
//! ```
//!
//! `make.rs` writes a snapshot, `load.rs` checks one and brings it back, `tables.rs` reads and writes rows without
//! knowing them. Everything is opened with a key that follows from `node.key`; that key is never in a backup, so that
//! whoever takes the backup has nothing. Rows are of one moment (one transaction); files are copied after them, and a
//! file that a row names is not destroyed within a day.

mod load;
mod make;
mod pack;
mod tables;
#[cfg(test)]
mod tests;

pub use load::{Restored, check, note_restored, restore};
pub use make::{back_up, last};

use crate::error::{Error, Result};
use codes::time::Stamp;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What this program writes and reads.
const FORMAT: &str = "tongban-backup/1";
const MANIFEST: &str = "manifest.json";
/// The list of a snapshot's files, kept like a table.
const FILES: &str = "_files";
/// Ending of a snapshot that is being written.
const PART: &str = ".part";

/// What a snapshot holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Format of the snapshot.
    pub format: String,
    /// Its name: the moment of the backup, in Beijing time.
    pub snapshot: String,
    /// That moment, microseconds since 1970.
    pub at: i64,
    /// Version of the program that wrote it.
    pub program: String,
    /// Number of the last migration of its schema.
    pub schema: i64,
    /// Every table.
    pub tables: Vec<Table>,
    /// Files, as `FILES` lists them.
    pub files: Table,
    /// Bytes of all files.
    pub file_bytes: u64,
    /// The ledger.
    pub ledger: Ledger,
    /// Hex of an SM2 signature over the manifest without this field, by the key that signs the ledger.
    #[serde(default)]
    pub signature: String,
}

/// One table of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Name.
    pub name: String,
    /// Columns in the order of the values.
    pub columns: Vec<Column>,
    /// Rows.
    pub rows: u64,
    /// Bytes of its file.
    pub bytes: u64,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Name.
    pub name: String,
    /// What it holds.
    pub kind: Type,
}

/// What a column holds: the four types that both databases share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Type {
    /// BIGINT.
    Int,
    /// TEXT.
    Text,
    /// BLOB / BYTEA.
    Blob,
    /// BOOLEAN.
    Bool,
}

/// The ledger at the moment of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// Events.
    pub events: u64,
    /// The highest transaction number; 0 on SQLite.
    pub last_tx: i64,
    /// Events under the last checkpoint.
    pub sealed: u64,
    /// Hex of its root; empty before the first one.
    pub root: String,
}

impl Manifest {
    /// What is signed.
    fn signed_text(&self) -> Result<Vec<u8>> {
        Ok(serde_json::to_vec(&Manifest { signature: String::new(), ..self.clone() })?)
    }

    /// Rows of all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}

/// Whole snapshots of a backup folder, oldest first.
pub fn snapshots(folder: &Path) -> Result<Vec<String>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(vec![]),
        Err(e) => return Err(e.into()),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.ends_with(PART) && entry.path().join(MANIFEST).is_file() {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Reads the manifest of a snapshot; of the newest when none is named.
pub fn manifest(folder: &Path, snapshot: Option<&str>) -> Result<Manifest> {
    let all = snapshots(folder)?;
    let name = match snapshot {
        Some(name) => all.iter().find(|known| known.as_str() == name),
        None => all.last(),
    };
    let Some(name) = name else {
        return Err(Error::refused_with("backup-absent", "folder", folder.display()));
    };
    let damaged = |_| Error::refused_with("backup-damaged", "part", MANIFEST);
    let bytes = std::fs::read(folder.join(name).join(MANIFEST))?;
    let manifest: Manifest = serde_json::from_slice(&bytes).map_err(damaged)?;
    if manifest.format != FORMAT {
        return Err(Error::refused_with("backup-newer", "format", &manifest.format));
    }
    if manifest.snapshot != *name {
        return Err(Error::refused_with("backup-damaged", "part", MANIFEST));
    }
    Ok(manifest)
}

/// A snapshot's name: sorted by name it is sorted by time.
fn name_of(at: Stamp) -> String {
    at.compact()
}

fn rows_file(folder: &Path, snapshot: &str, table: &str) -> PathBuf {
    folder.join(snapshot).join(format!("{table}.rows"))
}

/// Where a file lies, in the node's folder and in the pool alike.
fn place_of(files: &Path, hash: &str) -> PathBuf {
    files.join(&hash[..2]).join(hash)
}
