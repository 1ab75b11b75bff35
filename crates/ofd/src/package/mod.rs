//! The ZIP container: reads through the central directory and refuses what another reader could see differently.
//!
//! A library that merges duplicate names or trusts only one of the two headers would judge other bytes than the next reader
//! shows, so the few hundred lines stand here: every entry's local header must agree with the directory, entries must not
//! overlap, names must be unique, sizes and checksums must be true.

mod huffman;
mod pack;
mod write;

pub(crate) use pack::Packer;
pub use write::{Builder, normal_path};

use crate::{Error, Limits};
use flate2::bufread::DeflateDecoder;
use flate2::{Decompress, FlushDecompress, Status};
use gm::sm3;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Read;

const END: &[u8; 4] = b"PK\x05\x06";
const CENTRAL: &[u8; 4] = b"PK\x01\x02";
const LOCAL: &[u8; 4] = b"PK\x03\x04";
/// Bytes unpacked at a time when a large file is only hashed.
const PIECE: usize = 16 << 10;
/// Largest file that is unpacked at once.
const SMALL: u64 = 1 << 20;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// One file of the package, not yet unpacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Path from the package root, without a leading slash.
    pub name: String,
    method: u16,
    crc: u32,
    size: u64,
    packed: &'a [u8],
}

impl Entry<'_> {
    /// Unpacked size in bytes as declared (and enforced when unpacking).
    pub fn size(&self) -> u64 {
        self.size
    }
}

/// An opened package.
#[derive(Debug, Clone)]
pub struct Package<'a> {
    entries: Vec<Entry<'a>>,
    by_name: HashMap<String, usize>,
    by_folded: HashMap<String, usize>,
    folded_twice: Vec<String>,
    hidden: bool,
    limits: Limits,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// Fields of one central directory record.
struct Record<'a> {
    flags: u16,
    method: u16,
    crc: u32,
    packed: usize,
    size: u64,
    offset: usize,
    name: &'a [u8],
    /// Bytes of the whole record.
    length: usize,
}

impl<'a> Package<'a> {
    /// Opens `bytes`; nothing is unpacked yet.
    pub fn open(bytes: &'a [u8], limits: &Limits) -> Result<Package<'a>, Error> {
        let (place, count) = directory(bytes, limits)?;
        let mut package = Package {
            entries: Vec::with_capacity(count),
            by_name: HashMap::new(),
            by_folded: HashMap::new(),
            folded_twice: Vec::new(),
            hidden: false,
            limits: *limits,
        };
        let mut at = place.start;
        let mut spans = Vec::with_capacity(count);
        let mut total = 0u64;
        for _ in 0..count {
            let record = record(bytes, at).ok_or(Error::Package("directory record"))?;
            at += record.length;
            let (span, packed) = local(bytes, &record)?;
            spans.push(span);
            total = total.saturating_add(record.size);
            if total > limits.total {
                return Err(Error::Limit("total size"));
            }
            package.take(&record, packed)?;
        }
        if at != place.end {
            return Err(Error::Package("directory size"));
        }
        package.hidden = hidden(bytes, spans, place.start)?;
        Ok(package)
    }

    fn take(&mut self, record: &Record<'_>, packed: &'a [u8]) -> Result<(), Error> {
        let written = String::from_utf8_lossy(record.name).replace('\\', "/");
        if written.ends_with('/') {
            return if record.size == 0 {
                Ok(())
            } else {
                Err(Error::Package("folder with content"))
            };
        }
        // Leading and doubled slashes occur; what climbs out of the package does not.
        let parts: Vec<&str> = written.split('/').filter(|p| !p.is_empty() && *p != ".").collect();
        if parts.is_empty() || parts.contains(&"..") || written.contains('\0') {
            return Err(Error::Package("file name"));
        }
        let name = parts.join("/");
        let limits = &self.limits;
        if record.size > limits.file {
            return Err(Error::Limit("file size"));
        }
        if record.size > 1 << 20 && record.size / (packed.len() as u64).max(1) > limits.ratio {
            return Err(Error::Limit("compression ratio"));
        }
        let place = self.entries.len();
        if self.by_name.insert(name.clone(), place).is_some() {
            return Err(Error::Duplicate(name));
        }
        if self.by_folded.insert(name.to_lowercase(), place).is_some() {
            self.folded_twice.push(name.clone());
        }
        let (method, crc, size) = (record.method, record.crc, record.size);
        self.entries.push(Entry { name, method, crc, size, packed });
        Ok(())
    }

    /// Files in the order of the directory.
    pub fn entries(&self) -> &[Entry<'a>] {
        &self.entries
    }

    /// Names that differ from another one only in letter case: two readers may open different files for one path.
    pub fn ambiguous(&self) -> &[String] {
        &self.folded_twice
    }

    /// Whether the bytes hold a file header that the directory does not list.
    pub fn has_hidden(&self) -> bool {
        self.hidden
    }

    /// Finds a file by its path from the root (a leading slash is allowed), by exact name first, then in any letter case.
    pub fn find(&self, path: &str) -> Option<&Entry<'a>> {
        let path = path.trim_start_matches('/');
        let place = self.by_name.get(path).or_else(|| self.by_folded.get(&path.to_lowercase()))?;
        self.entries.get(*place)
    }

    /// Unpacks one file, checking size and checksum.
    pub fn unpack(&self, entry: &Entry<'a>) -> Result<Cow<'a, [u8]>, Error> {
        let bytes = match entry.method {
            STORED => Cow::Borrowed(entry.packed),
            _ if entry.size <= SMALL => Cow::Owned(at_once(entry)?),
            _ => {
                let mut out = Vec::with_capacity(SMALL as usize);
                let mut decoder = DeflateDecoder::new(entry.packed).take(entry.size + 1);
                decoder.read_to_end(&mut out).map_err(|_| Error::Package("compressed data"))?;
                Cow::Owned(out)
            }
        };
        if bytes.len() as u64 != entry.size {
            return Err(Error::Package("size differs from the directory"));
        }
        let mut crc = flate2::Crc::new();
        crc.update(&bytes);
        if crc.sum() != entry.crc {
            return Err(Error::Package("checksum"));
        }
        Ok(bytes)
    }

    /// SM3 of one file; a large one is unpacked piece by piece, so that its size does not matter. Checked like
    /// [`Package::unpack`].
    pub fn digest(&self, entry: &Entry<'a>) -> Result<[u8; sm3::LEN], Error> {
        if entry.method == STORED || entry.size <= SMALL {
            return Ok(sm3::hash(&self.unpack(entry)?));
        }
        let mut crc = flate2::Crc::new();
        let mut hasher = sm3::Hasher::new();
        let mut size = 0;
        let mut piece = [0; PIECE];
        let mut decoder = DeflateDecoder::new(entry.packed).take(entry.size + 1);
        loop {
            let wrong = |_| Error::Package("compressed data");
            let read = decoder.read(&mut piece).map_err(wrong)?;
            if read == 0 {
                break;
            }
            crc.update(&piece[..read]);
            hasher.update(&piece[..read]);
            size += read as u64;
        }
        match (size == entry.size, crc.sum() == entry.crc) {
            (false, _) => Err(Error::Package("size differs from the directory")),
            (_, false) => Err(Error::Package("checksum")),
            _ => Ok(hasher.finish()),
        }
    }

    /// Unpacks the file at `path` ([`Package::find`]).
    pub fn read(&self, path: &str) -> Result<Cow<'a, [u8]>, Error> {
        let entry = self.find(path).ok_or_else(|| Error::Missing(path.to_owned()))?;
        self.unpack(entry)
    }

    /// The bounds this package was opened with.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }
}

/// A packed file of at most [`SMALL`] bytes. Setting an unpacker up costs more than unpacking most files of a document, so
/// one is kept; it writes to where the bytes stay.
fn at_once(entry: &Entry<'_>) -> Result<Vec<u8>, Error> {
    thread_local!(static UNPACKER: RefCell<Decompress> = RefCell::new(Decompress::new(false)));
    // One byte of room more, so that a file that is longer than it says is seen to be.
    let mut out = Vec::with_capacity(entry.size as usize + 1);
    let end = UNPACKER.with_borrow_mut(|unpacker| {
        unpacker.reset(false);
        unpacker.decompress_vec(entry.packed, &mut out, FlushDecompress::Finish)
    });
    match end {
        Ok(Status::StreamEnd) => Ok(out),
        _ if out.len() as u64 > entry.size => Ok(out),
        _ => Err(Error::Package("compressed data")),
    }
}

/// Place of the central directory and the number of its records.
fn directory(bytes: &[u8], limits: &Limits) -> Result<(std::ops::Range<usize>, usize), Error> {
    const SIZE: usize = 22;
    let wrong = Error::Package("no end of directory");
    let last = bytes.len().checked_sub(SIZE).ok_or(wrong.clone())?;
    // The end record carries a comment; it must reach exactly to the end of the file, so that nothing can trail it.
    let at = (last.saturating_sub(0xffff)..=last)
        .rev()
        .find(|at| {
            bytes[*at..].starts_with(END)
                && u16_at(bytes, at + 20).is_some_and(|n| at + SIZE + usize::from(n) == bytes.len())
        })
        .ok_or(wrong.clone())?;
    let field = |offset: usize| u16_at(bytes, at + offset).map(usize::from).ok_or(wrong.clone());
    let (disk, first, here, count) = (field(4)?, field(6)?, field(8)?, field(10)?);
    let size = u32_at(bytes, at + 12).ok_or(wrong.clone())? as usize;
    let begin = u32_at(bytes, at + 16).ok_or(wrong)? as usize;
    if disk != 0 || first != 0 || here != count {
        return Err(Error::Package("several disks"));
    }
    if count > limits.entries {
        return Err(Error::Limit("number of files"));
    }
    match begin.checked_add(size) {
        Some(end) if end == at => Ok((begin..end, count)),
        _ => Err(Error::Package("place of the directory")),
    }
}

fn record(bytes: &[u8], at: usize) -> Option<Record<'_>> {
    if bytes.get(at..at + 4)? != CENTRAL {
        return None;
    }
    let name = usize::from(u16_at(bytes, at + 28)?);
    let extra = usize::from(u16_at(bytes, at + 30)?);
    let comment = usize::from(u16_at(bytes, at + 32)?);
    Some(Record {
        flags: u16_at(bytes, at + 8)?,
        method: u16_at(bytes, at + 10)?,
        crc: u32_at(bytes, at + 16)?,
        packed: u32_at(bytes, at + 20)? as usize,
        size: u64::from(u32_at(bytes, at + 24)?),
        offset: u32_at(bytes, at + 42)? as usize,
        name: bytes.get(at + 46..at + 46 + name)?,
        length: 46 + name + extra + comment,
    })
}

/// Checks the local header against the directory; the span it fills and its packed bytes.
fn local<'a>(bytes: &'a [u8], record: &Record<'_>) -> Result<((usize, usize), &'a [u8]), Error> {
    let wrong = || Error::Package("local header");
    if record.flags & 0x2041 != 0 {
        return Err(Error::Package("encrypted"));
    }
    let at = record.offset;
    if bytes.get(at..at.saturating_add(4)).ok_or_else(wrong)? != LOCAL {
        return Err(wrong());
    }
    let name = usize::from(u16_at(bytes, at + 26).ok_or_else(wrong)?);
    let extra = usize::from(u16_at(bytes, at + 28).ok_or_else(wrong)?);
    let same = u16_at(bytes, at + 8) == Some(record.method)
        && bytes.get(at + 30..at + 30 + name) == Some(record.name);
    // Writers that stream leave the local sizes zero and set bit 3; whoever states them must state them truly.
    let streamed = record.flags & 8 != 0;
    let stated = (u32_at(bytes, at + 14), u32_at(bytes, at + 18), u32_at(bytes, at + 22));
    let sizes = (Some(record.crc), Some(record.packed as u32), Some(record.size as u32));
    if !same || (stated != sizes && !streamed) {
        return Err(Error::Package("local header differs from the directory"));
    }
    match record.method {
        STORED if record.packed as u64 != record.size => return Err(Error::Package("stored size")),
        STORED | DEFLATED => {}
        _ => return Err(Error::Package("compression method")),
    }
    let begin = at + 30 + name + extra;
    let end = begin.checked_add(record.packed).ok_or_else(wrong)?;
    let packed = bytes.get(begin..end).ok_or_else(wrong)?;
    Ok(((at, end), packed))
}

/// Spans must not overlap each other or the directory. Tells whether bytes between them hold another file header.
fn hidden(bytes: &[u8], mut spans: Vec<(usize, usize)>, directory: usize) -> Result<bool, Error> {
    spans.sort_unstable();
    let mut reached = 0;
    let mut found = false;
    for (begin, end) in spans.into_iter().chain([(directory, directory)]) {
        let gap = bytes.get(reached..begin).ok_or(Error::Package("files overlap"))?;
        found |= gap.windows(4).any(|w| w == LOCAL);
        reached = end;
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
