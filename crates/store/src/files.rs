//! Files by hash: sealed, flushed with their folder, never overwritten.

use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::vault::{Cell, Vault};
use codes::time::Stamp;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// SM3 of the content in hex: the address of a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct FileHash(String);

impl FileHash {
    /// Reads 64 hex digits.
    pub fn parse(text: &str) -> Result<FileHash> {
        let good = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        if good { Ok(FileHash(text.to_ascii_lowercase())) } else { Err(Error::NotFound) }
    }

    /// Address of this content.
    pub fn of(content: &[u8]) -> FileHash {
        FileHash(hex::encode(gm::sm3::hash(content)))
    }

    /// 64 hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A folder of files addressed by hash. Contents are sealed: a copied disk shows nobody's papers.
#[derive(Clone)]
pub struct Files {
    folder: PathBuf,
    vault: Vault,
    clock: Clock,
}

impl Files {
    pub(crate) fn open(folder: &Path, vault: Vault, clock: Clock) -> Result<Files> {
        fs::create_dir_all(folder)?;
        Ok(Files { folder: folder.to_owned(), vault, clock })
    }

    /// Stores the content and returns its address. On return the disk has the file and its name.
    pub fn put(&self, content: &[u8]) -> Result<FileHash> {
        let hash = FileHash::of(content);
        let path = self.path(&hash);
        if self.hold(&hash)? {
            return Ok(hash);
        }
        if let Some(folder) = path.parent()
            && !folder.exists()
        {
            fs::create_dir_all(folder)?;
            sync_folder(&self.folder)?;
        }
        let sealed = self.vault.seal_bytes(cell(), content);
        write_durably(&path, &sealed, false)?;
        self.touch(&path)?;
        Ok(hash)
    }

    /// Marks a file as needed now, before a row that names it is written: it is not swept for a day from
    /// here. False when it is not there.
    pub fn hold(&self, hash: &FileHash) -> Result<bool> {
        let path = self.path(hash);
        // It may be set aside between the two: then it is not at its place afterwards.
        Ok(self.touch(&path)? && path.exists())
    }

    fn touch(&self, path: &Path) -> Result<bool> {
        let now = Duration::from_micros(self.clock.now().micros().max(0).unsigned_abs());
        match File::open(path).and_then(|file| file.set_modified(SystemTime::UNIX_EPOCH + now)) {
            Ok(()) => Ok(true),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(false),
            Err(e) => Err(e.into()),
        }
    }

    /// Reads a file and checks that it is what its address says.
    pub fn get(&self, hash: &FileHash) -> Result<Vec<u8>> {
        let sealed = match fs::read(self.path(hash)) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Err(Error::NotFound),
            Err(e) => return Err(e.into()),
        };
        opened(&self.vault, hash, &sealed)
    }

    fn path(&self, hash: &FileHash) -> PathBuf {
        self.folder.join(&hash.0[..2]).join(&hash.0)
    }
}

/// What is in a sealed file, if it is what its address says.
pub(crate) fn opened(vault: &Vault, hash: &FileHash, sealed: &[u8]) -> Result<Vec<u8>> {
    let content = vault.open_bytes(cell(), sealed)?;
    if FileHash::of(&content) != *hash {
        return Err(Error::internal(format!("file {} is damaged", hash.as_str())));
    }
    Ok(content)
}

/// Ending of a file that is set aside, to be destroyed or brought back.
const ASIDE: &str = ".aside";
/// Ending of a file that is being written.
const PART: &str = ".part";

/// Taking files away that nothing names any more. A file is set aside first, then looked at again, and only
/// then destroyed: at whatever moment this is cut off, the next sweep finds it and goes on.
impl Files {
    /// Files of one of the 256 folders that nobody held since `before`.
    pub fn idle(&self, folder: u8, before: Stamp) -> Result<Vec<FileHash>> {
        let named = |name: &str| FileHash::parse(name).ok();
        Ok(self.listed(folder, before)?.iter().filter_map(|name| named(name)).collect())
    }

    /// Files of a folder that were set aside and neither destroyed nor brought back.
    pub fn aside(&self, folder: u8) -> Result<Vec<FileHash>> {
        let named = |name: &str| FileHash::parse(name.strip_suffix(ASIDE)?).ok();
        let all = self.listed(folder, Stamp::from_micros(i64::MAX))?;
        Ok(all.iter().filter_map(|name| named(name)).collect())
    }

    /// Removes what a crash left of files that were being written before a moment; tells how many.
    pub fn drop_parts(&self, folder: u8, before: Stamp) -> Result<usize> {
        let all = self.listed(folder, before)?;
        let parts: Vec<&String> = all.iter().filter(|name| name.ends_with(PART)).collect();
        for name in &parts {
            gone(fs::remove_file(self.place(folder).join(name)))?;
        }
        Ok(parts.len())
    }

    /// Sets a file aside unless somebody held it since `before`; tells whether it lies aside now.
    pub fn set_aside(&self, hash: &FileHash, before: Stamp) -> Result<bool> {
        let (path, aside) = (self.path(hash), self.aside_path(hash));
        if !gone(fs::rename(&path, &aside))? {
            return Ok(false);
        }
        // Whoever held it before this moment left his mark in its time.
        if older(&aside, before)? {
            return Ok(true);
        }
        self.bring_back(hash)?;
        Ok(false)
    }

    /// Puts a file back in its place.
    pub fn bring_back(&self, hash: &FileHash) -> Result<()> {
        gone(fs::rename(self.aside_path(hash), self.path(hash)))?;
        sync_folder(&self.folder.join(&hash.0[..2]))
    }

    /// Removes the bytes of a file that was set aside. On return the disk has forgotten its name.
    pub fn destroy(&self, hash: &FileHash) -> Result<()> {
        gone(fs::remove_file(self.aside_path(hash)))?;
        sync_folder(&self.folder.join(&hash.0[..2]))
    }

    /// How many files lie in one of the 256 folders and how many bytes they are, for who watches the node.
    pub fn weigh(&self, folder: u8) -> Result<(u64, u64)> {
        let entries = match fs::read_dir(self.place(folder)) {
            Ok(entries) => entries,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok((0, 0)),
            Err(e) => return Err(e.into()),
        };
        // A file may go while it is counted.
        let sizes = entries.flatten().filter_map(|entry| entry.metadata().ok()).map(|m| m.len());
        Ok(sizes.fold((0, 0), |(files, bytes), size| (files + 1, bytes + size)))
    }

    fn aside_path(&self, hash: &FileHash) -> PathBuf {
        self.folder.join(&hash.0[..2]).join(format!("{}{ASIDE}", hash.0))
    }

    fn place(&self, folder: u8) -> PathBuf {
        self.folder.join(format!("{folder:02x}"))
    }

    /// Names in a folder last held before a moment.
    fn listed(&self, folder: u8, before: Stamp) -> Result<Vec<String>> {
        let place = self.place(folder);
        let entries = match fs::read_dir(&place) {
            Ok(entries) => entries,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(vec![]),
            Err(e) => return Err(e.into()),
        };
        let mut names = Vec::new();
        for entry in entries {
            let Ok(name) = entry?.file_name().into_string() else { continue };
            if older(&place.join(&name), before)? {
                names.push(name);
            }
        }
        Ok(names)
    }
}

/// Whether what should be there was.
fn gone(done: std::io::Result<()>) -> Result<bool> {
    match done {
        Ok(()) => Ok(true),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(false),
        Err(e) => Err(e.into()),
    }
}

/// Whether a file was last held before a moment; not when it is gone.
fn older(path: &Path, before: Stamp) -> Result<bool> {
    let held = match fs::metadata(path).and_then(|meta| meta.modified()) {
        Ok(held) => held,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(false),
        Err(e) => return Err(e.into()),
    };
    let since = held.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |d| d.as_micros());
    Ok(since < u128::from(before.micros().max(0).unsigned_abs()))
}

/// All files share one cell: their address is the hash of the content, checked on reading.
fn cell() -> Cell {
    Cell { table: "file", column: "content", row: 0 }
}

/// Writes a file so that it is either wholly there or not there: temporary name, flush, rename, flush
/// of the folder (measured: without the last step the newest file is lost in a power cut).
pub(crate) fn write_durably(path: &Path, content: &[u8], private: bool) -> Result<()> {
    let folder = path.parent().ok_or_else(|| Error::internal("a file needs a folder"))?;
    let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let temporary = folder.join(format!(".{}-{number}{PART}", std::process::id()));
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    if private {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let written = options
        .open(&temporary)
        .and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&temporary, path));
    if let Err(e) = written {
        // On a full disk what was half written would keep it full.
        let _ = fs::remove_file(&temporary);
        return Err(e.into());
    }
    sync_folder(folder)
}

static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

/// Flushes the names in a folder.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    Ok(File::open(folder)?.sync_all()?)
}
