//! Cuts a face down to some characters and gives the result a character map, so that readers and browsers can use it as a
//! font of its own.

use super::outlines::{Outlines, POST_HEADER};
use crate::Error;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use subsetter::GlyphRemapper;
use ttf_parser::{Face, RawFace};

/// What subsets of a face are cut from; made once.
pub(super) enum Source {
    /// TrueType outlines, cut here.
    Outlines(Outlines),
    /// Outlines of another kind, cut by the crate `subsetter` from the face without the names of its glyphs.
    Whole(Vec<u8>),
}

impl Source {
    pub(super) fn of(face: &Face<'static>) -> Source {
        match Outlines::of(face) {
            Some(outlines) => Source::Outlines(outlines),
            None => Source::Whole(nameless(face)),
        }
    }
}

/// A table of a font file with its checksum.
#[derive(Clone)]
pub(super) struct Table<'a> {
    tag: [u8; 4],
    bytes: Cow<'a, [u8]>,
    sum: u32,
}

impl<'a> Table<'a> {
    pub(super) fn new(tag: [u8; 4], bytes: impl Into<Cow<'a, [u8]>>) -> Table<'a> {
        let mut bytes = bytes.into();
        if tag == *b"head"
            && let Some(field) = bytes.to_mut().get_mut(ADJUSTMENT)
        {
            field.fill(0);
        }
        let sum = checksum(&bytes);
        Table { tag, bytes, sum }
    }
}

fn tables<'a>(face: &RawFace<'a>) -> impl Iterator<Item = ([u8; 4], &'a [u8])> {
    face.table_records
        .into_iter()
        .filter_map(|record| Some((record.tag.to_bytes(), face.table(record.tag)?)))
}

/// The face as a font of its own without the names of its glyphs: nobody asks a subset for them, and walking through
/// those of twenty thousand glyphs is a third of what cutting costs.
fn nameless(face: &Face<'_>) -> Vec<u8> {
    let own = tables(face.raw_face()).map(|(tag, bytes)| {
        let mut bytes = bytes.to_vec();
        if tag == *b"post" && bytes.len() >= POST_HEADER {
            bytes.truncate(POST_HEADER);
            bytes[..4].copy_from_slice(&[0, 3, 0, 0]);
        }
        Table::new(tag, bytes)
    });
    assemble(b"OTTO", own.collect())
}

/// Cuts these characters of a face out of its source; see [`super::Fonts::subset`].
pub(super) fn subset(
    source: &Source,
    face: &Face<'_>,
    chars: &BTreeSet<char>,
) -> Result<Vec<u8>, Error> {
    let mut map = BTreeMap::new();
    match source {
        Source::Outlines(outlines) => {
            // The first glyph is the one for what is missing. Two characters may share one.
            let mut glyphs = vec![0];
            let mut numbers = BTreeMap::from([(0, 0)]);
            for c in chars {
                let Some(glyph) = face.glyph_index(*c) else { continue };
                let number = *numbers.entry(glyph.0).or_insert_with(|| {
                    glyphs.push(glyph.0);
                    glyphs.len() as u16 - 1
                });
                map.insert(*c as u32, number);
            }
            let mut out = outlines.cut(glyphs);
            out.push(Table::new(*b"cmap", cmap(&map)));
            Ok(assemble(&[0, 1, 0, 0], out))
        }
        Source::Whole(whole) => {
            let mut remapper = GlyphRemapper::new();
            for c in chars {
                if let Some(glyph) = face.glyph_index(*c) {
                    map.insert(*c as u32, remapper.remap(glyph.0));
                }
            }
            let bare = subsetter::subset(whole, 0, &remapper)
                .map_err(|_| Error::Font("cannot be cut down"))?;
            let raw = RawFace::parse(&bare, 0).map_err(|_| Error::Font("subset cannot be read"))?;
            let mut out: Vec<Table<'_>> =
                tables(&raw).map(|(tag, bytes)| Table::new(tag, bytes)).collect();
            out.push(Table::new(*b"cmap", cmap(&map)));
            // Browsers refuse fonts without OS/2; the original's general metrics stay true of the subset.
            let os2 = face.raw_face().table(ttf_parser::Tag::from_bytes(b"OS/2"));
            out.extend(os2.map(|os2| Table::new(*b"OS/2", os2)));
            Ok(assemble(bare.get(..4).unwrap_or(b"OTTO"), out))
        }
    }
}

/// Character map with a format 4 table for the basic plane and, when there is a character beyond it, a format 12 table for
/// everything.
fn cmap(map: &BTreeMap<u32, u16>) -> Vec<u8> {
    let four = format4(map);
    let mut out = Vec::new();
    if map.keys().all(|c| *c < 0xffff) {
        put16(&mut out, &[0, 1, 3, 1]);
        put32(&mut out, 12);
        out.extend_from_slice(&four);
        return out;
    }
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

pub(super) fn put16(out: &mut Vec<u8>, values: &[u16]) {
    values.iter().for_each(|v| out.extend_from_slice(&v.to_be_bytes()));
}

fn put32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_be_bytes());
}

/// Sum of big-endian words, the last one filled with zeros.
fn checksum(bytes: &[u8]) -> u32 {
    let words = bytes.chunks_exact(4);
    let mut last = [0; 4];
    last[..words.remainder().len()].copy_from_slice(words.remainder());
    let add = |sum: u32, word: [u8; 4]| sum.wrapping_add(u32::from_be_bytes(word));
    let sum = words.fold(0, |sum, w| add(sum, [w[0], w[1], w[2], w[3]]));
    add(sum, last)
}

/// Place of checkSumAdjustment in `head`.
const ADJUSTMENT: std::ops::Range<usize> = 8..12;

/// Writes a font file with true checksums from its tables.
fn assemble(version: &[u8], mut tables: Vec<Table<'_>>) -> Vec<u8> {
    /// What the whole file must sum up to.
    const MAGIC: u32 = 0xb1b0_afba;
    tables.sort_by_key(|table| table.tag);
    let count = tables.len() as u16;
    let power = count.max(1).ilog2() as u16;
    let search = 16 << power;
    let size: usize = tables.iter().map(|table| table.bytes.len() + 20).sum();
    let mut out = Vec::with_capacity(size + 12);
    out.extend_from_slice(version);
    put16(&mut out, &[count, search, power, 16 * count - search]);
    let mut place = 12 + 16 * tables.len();
    let mut head = None;
    for table in &tables {
        if table.tag == *b"head" && table.bytes.len() >= ADJUSTMENT.end {
            head = Some(place);
        }
        out.extend_from_slice(&table.tag);
        for value in [table.sum, place as u32, table.bytes.len() as u32] {
            put32(&mut out, value);
        }
        place += table.bytes.len().next_multiple_of(4);
    }
    // Tables are whole words, so the sum of the file is that of its directory and of all tables.
    let sum = tables.iter().fold(checksum(&out), |sum, table| sum.wrapping_add(table.sum));
    for table in &tables {
        out.extend_from_slice(&table.bytes);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    if let Some(at) = head {
        let adjustment = MAGIC.wrapping_sub(sum).to_be_bytes();
        out[at + ADJUSTMENT.start..at + ADJUSTMENT.end].copy_from_slice(&adjustment);
    }
    out
}
