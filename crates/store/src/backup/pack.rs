//! The file of a table: pieces of rows, each deflated and sealed with SM4-GCM. Snapshot, table, number and whether
//! it is the last are bound into each piece, so that none can be changed, left out, swapped or taken from elsewhere.

use super::Table;
use super::tables;
use crate::chance::Chance;
use crate::db::P;
use crate::error::{Error, Result};
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

/// A piece is closed when its rows reach this many bytes.
const PIECE: usize = 2 << 20;
/// No row is larger than what a person may send in, many times over.
const MOST: usize = 256 << 20;

/// Writes the file of one table.
pub(super) struct Writer<'a> {
    file: BufWriter<File>,
    key: [u8; 16],
    chance: &'a Chance,
    snapshot: &'a str,
    table: Table,
    rows: Vec<u8>,
    number: u64,
}

impl<'a> Writer<'a> {
    pub(super) fn create(
        path: &Path,
        key: [u8; 16],
        chance: &'a Chance,
        snapshot: &'a str,
        table: Table,
    ) -> Result<Writer<'a>> {
        let file = BufWriter::new(File::create(path)?);
        Ok(Writer { file, key, chance, snapshot, table, rows: Vec::new(), number: 0 })
    }

    pub(super) fn row(&mut self, row: &[P]) -> Result<()> {
        tables::encode(&mut self.rows, row);
        self.table.rows += 1;
        if self.rows.len() >= PIECE { self.piece(false) } else { Ok(()) }
    }

    fn piece(&mut self, last: bool) -> Result<()> {
        let mut deflated = DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        deflated.write_all(&self.rows)?;
        let nonce = self.chance.bytes();
        let bound = bound(self.snapshot, &self.table.name, self.number, last);
        let sealed = gm::sm4::seal(&self.key, &nonce, &bound, &deflated.finish()?);
        self.file.write_all(&[u8::from(last)])?;
        self.file.write_all(&(sealed.len() as u32).to_be_bytes())?;
        self.file.write_all(&nonce)?;
        self.file.write_all(&sealed)?;
        self.table.bytes += 5 + nonce.len() as u64 + sealed.len() as u64;
        self.rows.clear();
        self.number += 1;
        Ok(())
    }

    /// Closes the file; on return the disk has it.
    pub(super) fn finish(mut self) -> Result<Table> {
        self.piece(true)?;
        let file = self.file.into_inner().map_err(|e| Error::internal(e.error()))?;
        file.sync_all()?;
        Ok(self.table)
    }
}

fn bound(snapshot: &str, table: &str, number: u64, last: bool) -> Vec<u8> {
    format!("{snapshot}\n{table}\n{number}\n{last}").into_bytes()
}

/// Calls `each` with every row of a table's file.
///
/// # Errors
/// `backup-damaged` naming the table when a byte is not as it was written, a piece is missing or rows do not add up.
pub(super) fn read(
    path: &Path,
    key: &[u8; 16],
    snapshot: &str,
    table: &Table,
    mut each: impl FnMut(Vec<P>) -> Result<()>,
) -> Result<()> {
    let damaged = || Error::refused_with("backup-damaged", "part", &table.name);
    let mut file = BufReader::new(File::open(path).map_err(|_| damaged())?);
    let (mut number, mut rows) = (0, 0);
    loop {
        let mut head = [0u8; 17];
        file.read_exact(&mut head).map_err(|_| damaged())?;
        let last = head[0] == 1;
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
        let nonce: [u8; 12] = head[5..].try_into().map_err(|_| damaged())?;
        if length > MOST {
            return Err(damaged());
        }
        let mut sealed = vec![0; length];
        file.read_exact(&mut sealed).map_err(|_| damaged())?;
        let bound = bound(snapshot, &table.name, number, last);
        let deflated = gm::sm4::open(key, &nonce, &bound, &sealed).map_err(|_| damaged())?;
        let mut plain = Vec::new();
        let mut inflated = DeflateDecoder::new(deflated.as_slice()).take(MOST as u64);
        inflated.read_to_end(&mut plain).map_err(|_| damaged())?;
        let mut rest = plain.as_slice();
        while !rest.is_empty() {
            each(tables::decode(&mut rest, table).ok_or_else(damaged)?)?;
            rows += 1;
        }
        number += 1;
        if last {
            break;
        }
    }
    if rows != table.rows || file.read(&mut [0u8; 1])? != 0 {
        return Err(damaged());
    }
    Ok(())
}
