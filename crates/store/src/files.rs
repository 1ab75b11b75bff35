//! Files by hash: sealed, flushed with their folder, never overwritten.

use crate::error::{Error, Result};
use crate::vault::{Cell, Vault};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

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
}

impl Files {
    pub(crate) fn open(folder: &Path, vault: Vault) -> Result<Files> {
        fs::create_dir_all(folder)?;
        Ok(Files { folder: folder.to_owned(), vault })
    }

    /// Stores the content and returns its address. On return the disk has the file and its name.
    pub fn put(&self, content: &[u8]) -> Result<FileHash> {
        let hash = FileHash::of(content);
        let path = self.path(&hash);
        if path.exists() {
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
        Ok(hash)
    }

    /// Reads a file and checks that it is what its address says.
    pub fn get(&self, hash: &FileHash) -> Result<Vec<u8>> {
        let sealed = match fs::read(self.path(hash)) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Err(Error::NotFound),
            Err(e) => return Err(e.into()),
        };
        let content = self.vault.open_bytes(cell(), &sealed)?;
        if FileHash::of(&content) != *hash {
            return Err(Error::internal(format!("file {} is damaged", hash.as_str())));
        }
        Ok(content)
    }

    fn path(&self, hash: &FileHash) -> PathBuf {
        self.folder.join(&hash.0[..2]).join(&hash.0)
    }
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
    let temporary = folder.join(format!(".{}-{number}.part", std::process::id()));
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    if private {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(&temporary)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    sync_folder(folder)
}

static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

fn sync_folder(folder: &Path) -> Result<()> {
    Ok(File::open(folder)?.sync_all()?)
}
