//! Writes packages: fixed timestamps, given order, entries of an opened package carried over without packing them again.

use super::pack::Packer;
use super::{CENTRAL, DEFLATED, END, Entry, LOCAL, STORED};

/// 1980-01-01 00:00 in the container's clock: the same model gives the same bytes on every day.
const DATE: u16 = (1 << 5) | 1;
/// Largest font that is stored as it is.
const SMALL_FONT: usize = 32 << 10;
/// Largest file of any kind that is stored as it is: packing it saves a hundred bytes or two.
const TINY: usize = 600;
/// Names are UTF-8.
const UTF8: u16 = 1 << 11;

/// A package being written.
#[derive(Debug)]
pub struct Builder {
    out: Vec<u8>,
    directory: Vec<u8>,
    count: u16,
    packer: Packer,
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    /// An empty package.
    pub fn new() -> Self {
        // Room for a licence: growing to it in steps would copy it several times.
        let (out, directory) = (Vec::with_capacity(64 << 10), Vec::with_capacity(2 << 10));
        Builder { out, directory, count: 0, packer: Packer::new() }
    }

    /// Adds a file, deflated when that makes it smaller. Pictures are packed already, and seals and signatures are little
    /// more than a picture, keys and numbers that look like chance: they are stored as they are. So is a small font: packing
    /// it would save a third of it and cost a third of what making a licence does, and as much again whenever it is judged.
    pub fn add(&mut self, name: &str, data: &[u8]) {
        let packed = match data {
            [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, ..] | [0x30, 0x82..=0x84, ..] => Vec::new(),
            [0, 1, 0, 0, ..] if data.len() <= SMALL_FONT => Vec::new(),
            _ if data.len() <= TINY => Vec::new(),
            _ => self.packer.pack(data),
        };
        let mut crc = flate2::Crc::new();
        crc.update(data);
        let (method, body) =
            if packed.is_empty() { (STORED, data) } else { (DEFLATED, &packed[..]) };
        self.put(name, method, crc.sum(), data.len() as u64, body);
    }

    /// Carries a file over from an opened package with its packed bytes as they are.
    pub fn carry(&mut self, entry: &Entry<'_>) {
        self.put(&entry.name, entry.method, entry.crc, entry.size, entry.packed);
    }

    fn put(&mut self, name: &str, method: u16, crc: u32, size: u64, packed: &[u8]) {
        let offset = self.out.len() as u32;
        self.out.reserve(packed.len() + name.len() + 30);
        let mut common = Vec::with_capacity(26);
        for value in [20, UTF8, method, 0, DATE] {
            common.extend_from_slice(&value.to_le_bytes());
        }
        for value in [crc, packed.len() as u32, size as u32] {
            common.extend_from_slice(&value.to_le_bytes());
        }
        common.extend_from_slice(&(name.len() as u16).to_le_bytes());
        common.extend_from_slice(&[0, 0]);
        self.out.extend_from_slice(LOCAL);
        self.out.extend_from_slice(&common);
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(packed);
        self.directory.extend_from_slice(CENTRAL);
        self.directory.extend_from_slice(&20u16.to_le_bytes());
        self.directory.extend_from_slice(&common);
        // Comment length, disk, internal and external attributes: all zero.
        self.directory.extend_from_slice(&[0; 10]);
        self.directory.extend_from_slice(&offset.to_le_bytes());
        self.directory.extend_from_slice(name.as_bytes());
        self.count += 1;
    }

    /// The finished bytes.
    pub fn finish(mut self) -> Vec<u8> {
        let begin = self.out.len() as u32;
        self.out.extend_from_slice(&self.directory);
        self.out.extend_from_slice(END);
        self.out.extend_from_slice(&[0; 4]);
        self.out.extend_from_slice(&self.count.to_le_bytes());
        self.out.extend_from_slice(&self.count.to_le_bytes());
        self.out.extend_from_slice(&(self.directory.len() as u32).to_le_bytes());
        self.out.extend_from_slice(&begin.to_le_bytes());
        self.out.extend_from_slice(&[0, 0]);
        self.out
    }
}

/// Path from the package root (no leading slash) that `location`, written in the file `base`, points to (GB/T 33190
/// §7.1: a leading slash means the root, everything else is relative to the referring file).
pub fn normal_path(base: &str, location: &str) -> String {
    let location = location.trim().replace('\\', "/");
    let mut parts: Vec<&str> = Vec::new();
    if !location.starts_with('/') {
        parts.extend(base.trim_start_matches('/').split('/'));
        parts.pop();
    }
    for part in location.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}
