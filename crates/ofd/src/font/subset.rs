//! Cuts a face down to some characters and gives the result a character map, so that readers and browsers can use it as a
//! font of its own.

use crate::Error;
use std::collections::{BTreeMap, BTreeSet};
use subsetter::GlyphRemapper;
use ttf_parser::{Face, RawFace};

/// Bytes of a `post` table without names.
const POST_HEADER: usize = 32;

/// The face as a font of its own without the names of its glyphs: nobody asks a subset for them, and walking through
/// those of twenty thousand glyphs is a third of what cutting costs.
pub(super) fn nameless(face: &Face<'_>) -> Vec<u8> {
    let raw = face.raw_face();
    let mut tables: BTreeMap<[u8; 4], Vec<u8>> = BTreeMap::new();
    for record in raw.table_records {
        if let Some(table) = raw.table(record.tag) {
            tables.insert(record.tag.to_bytes(), table.to_vec());
        }
    }
    if let Some(post) = tables.get_mut(b"post").filter(|post| post.len() >= POST_HEADER) {
        post.truncate(POST_HEADER);
        post[..4].copy_from_slice(&[0, 3, 0, 0]);
    }
    let outlines = if tables.contains_key(b"CFF ") { b"OTTO" } else { &[0, 1, 0, 0] };
    assemble(outlines, tables)
}

/// Cuts `data`, the face as [`nameless`] gave it; see [`super::Fonts::subset`].
pub(super) fn subset(
    data: &[u8],
    face: &Face<'_>,
    chars: &BTreeSet<char>,
) -> Result<Vec<u8>, Error> {
    let mut remapper = GlyphRemapper::new();
    let mut map = BTreeMap::new();
    for c in chars {
        if let Some(glyph) = face.glyph_index(*c) {
            map.insert(*c as u32, remapper.remap(glyph.0));
        }
    }
    let bare =
        subsetter::subset(data, 0, &remapper).map_err(|_| Error::Font("cannot be cut down"))?;
    let raw = RawFace::parse(&bare, 0).map_err(|_| Error::Font("subset cannot be read"))?;
    let mut tables: BTreeMap<[u8; 4], Vec<u8>> = BTreeMap::new();
    for record in raw.table_records {
        if let Some(table) = raw.table(record.tag) {
            tables.insert(record.tag.to_bytes(), table.to_vec());
        }
    }
    tables.insert(*b"cmap", cmap(&map));
    // Browsers refuse fonts without OS/2; the original's general metrics stay true of the subset.
    if let Some(os2) = face.raw_face().table(ttf_parser::Tag::from_bytes(b"OS/2")) {
        tables.insert(*b"OS/2", os2.to_vec());
    }
    Ok(assemble(bare.get(..4).unwrap_or(&[0, 1, 0, 0]), tables))
}

/// Character map with a format 4 table for the basic plane and a format 12 table for everything.
fn cmap(map: &BTreeMap<u32, u16>) -> Vec<u8> {
    let four = format4(map);
    let mut out = Vec::new();
    put16(&mut out, &[0, 2, 3, 1]);
    put32(&mut out, 20);
    put16(&mut out, &[3, 10]);
    put32(&mut out, 20 + four.len() as u32);
    out.extend_from_slice(&four);
    let groups = segments(map.iter().map(|(c, g)| (*c, *g)));
    put16(&mut out, &[12, 0]);
    for value in [16 + 12 * groups.len() as u32, 0, groups.len() as u32] {
        put32(&mut out, value);
    }
    for (first, last, glyph) in groups {
        for value in [first, last, u32::from(glyph)] {
            put32(&mut out, value);
        }
    }
    out
}

/// Runs where code and glyph rise together: (first code, last code, first glyph).
fn segments(pairs: impl Iterator<Item = (u32, u16)>) -> Vec<(u32, u32, u16)> {
    let mut out: Vec<(u32, u32, u16)> = Vec::new();
    for (code, glyph) in pairs {
        match out.last_mut() {
            Some((first, last, start))
                if *last + 1 == code && u32::from(*start) + (code - *first) == u32::from(glyph) =>
            {
                *last = code;
            }
            _ => out.push((code, code, glyph)),
        }
    }
    out
}

fn format4(map: &BTreeMap<u32, u16>) -> Vec<u8> {
    let mut list = segments(map.range(..0xffff).map(|(c, g)| (*c, *g)));
    // The closing segment every format 4 table must have; its delta maps 0xffff to glyph 0.
    list.push((0xffff, 0xffff, 0));
    let count = list.len() as u16;
    let power = count.ilog2() as u16;
    let search = 2 << power;
    let mut out = Vec::new();
    put16(&mut out, &[4, 16 + 8 * count, 0, 2 * count, search, power, 2 * count - search]);
    list.iter().for_each(|(_, last, _)| put16(&mut out, &[*last as u16]));
    put16(&mut out, &[0]);
    list.iter().for_each(|(first, _, _)| put16(&mut out, &[*first as u16]));
    list.iter().for_each(|(first, _, glyph)| put16(&mut out, &[glyph.wrapping_sub(*first as u16)]));
    list.iter().for_each(|_| put16(&mut out, &[0]));
    out
}

fn put16(out: &mut Vec<u8>, values: &[u16]) {
    values.iter().for_each(|v| out.extend_from_slice(&v.to_be_bytes()));
}

fn put32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_be_bytes());
}

/// Sum of big-endian words, the last one filled with zeros.
fn checksum(bytes: &[u8]) -> u32 {
    bytes.chunks(4).fold(0u32, |sum, word| {
        let mut full = [0; 4];
        full[..word.len()].copy_from_slice(word);
        sum.wrapping_add(u32::from_be_bytes(full))
    })
}

/// Writes a font file with true checksums from its tables.
fn assemble(version: &[u8], mut tables: BTreeMap<[u8; 4], Vec<u8>>) -> Vec<u8> {
    /// Place of checkSumAdjustment in `head`.
    const ADJUSTMENT: std::ops::Range<usize> = 8..12;
    /// What the whole file must sum up to.
    const MAGIC: u32 = 0xb1b0_afba;
    if let Some(field) = tables.get_mut(b"head").and_then(|head| head.get_mut(ADJUSTMENT)) {
        field.fill(0);
    }
    let count = tables.len() as u16;
    let power = count.max(1).ilog2() as u16;
    let search = 16 << power;
    let mut out = version.to_vec();
    put16(&mut out, &[count, search, power, 16 * count - search]);
    let mut place = 12 + 16 * tables.len();
    let mut head = None;
    for (tag, table) in &tables {
        if tag == b"head" {
            head = Some(place);
        }
        out.extend_from_slice(tag);
        put32(&mut out, checksum(table));
        put32(&mut out, place as u32);
        put32(&mut out, table.len() as u32);
        place += table.len().next_multiple_of(4);
    }
    for table in tables.values() {
        out.extend_from_slice(table);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    let adjustment = MAGIC.wrapping_sub(checksum(&out)).to_be_bytes();
    if let Some(field) = head.and_then(|at| out.get_mut(at + ADJUSTMENT.start..at + ADJUSTMENT.end))
    {
        field.copy_from_slice(&adjustment);
    }
    out
}
