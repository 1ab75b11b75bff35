//! Cuts TrueType outlines: the glyphs asked for and those they are made of, copied without their hints.
//!
//! Hints move points on screens of few dots; no licence is read on one, and with the programs they call they are an eighth of
//! a cut font. Everything that is the same in every cut is made once for a face, so that cutting is little more than copying.

use super::subset::{Table, put16};
use std::collections::HashMap;
use ttf_parser::{Face, Tag};

/// Bytes of a `post` table without names.
pub(super) const POST_HEADER: usize = 32;

/// Flags of a part of a composite glyph.
mod part {
    /// Its place is told in words, not bytes.
    pub const WORDS: u16 = 0x1;
    /// One scale follows.
    pub const SCALE: u16 = 0x8;
    /// Another part follows.
    pub const MORE: u16 = 0x20;
    /// A scale for each direction follows.
    pub const TWO_SCALES: u16 = 0x40;
    /// Two by two numbers follow.
    pub const FOUR_SCALES: u16 = 0x80;
    /// Hints follow the last part.
    pub const HINTS: u16 = 0x100;
}

/// The tables of a face from which fonts are cut.
pub(super) struct Outlines {
    loca: &'static [u8],
    glyf: &'static [u8],
    hmtx: &'static [u8],
    /// Glyphs with an advance of their own.
    metrics: u16,
    long: bool,
    head: Vec<u8>,
    hhea: Vec<u8>,
    maxp: Vec<u8>,
    /// What every cut has unchanged.
    same: Vec<Table<'static>>,
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn set(bytes: &mut [u8], at: usize, value: u16) {
    if let Some(place) = bytes.get_mut(at..at + 2) {
        place.copy_from_slice(&value.to_be_bytes());
    }
}

impl Outlines {
    /// Those of a face; `None` when it has outlines of another kind.
    pub(super) fn of(face: &Face<'static>) -> Option<Outlines> {
        let table = |tag: &[u8; 4]| face.raw_face().table(Tag::from_bytes(tag));
        let (mut head, hhea) = (table(b"head")?.to_vec(), table(b"hhea")?.to_vec());
        let mut maxp = table(b"maxp")?.to_vec();
        if head.len() < 54 || hhea.len() < 36 || maxp.len() < 6 {
            return None;
        }
        let long = word(&head, 50)? != 0;
        // No hint depends on the size or changes an advance any more.
        let flags = word(&head, 16)? & !0x14;
        set(&mut head, 16, flags);
        // Twilight points, storage, functions, own instructions, stack and size of programs.
        (16..=26).step_by(2).for_each(|at| set(&mut maxp, at, 0));
        let mut post = table(b"post").unwrap_or_default().to_vec();
        post.resize(POST_HEADER, 0);
        post[..4].copy_from_slice(&[0, 3, 0, 0]);
        let mut same = vec![Table::new(*b"post", post)];
        for tag in [*b"OS/2", *b"name"] {
            same.extend(table(&tag).map(|bytes| Table::new(tag, bytes)));
        }
        Some(Outlines {
            loca: table(b"loca")?,
            glyf: table(b"glyf")?,
            hmtx: table(b"hmtx")?,
            metrics: word(&hhea, 34)?,
            long,
            head,
            hhea,
            maxp,
            same,
        })
    }

    /// Bytes of a glyph; nothing when it has no outline, or the font is broken there.
    fn glyph(&self, id: u16) -> &'static [u8] {
        let place = |n: usize| -> Option<usize> {
            match self.long {
                true => {
                    let bytes = self.loca.get(4 * n..4 * n + 4)?;
                    usize::try_from(u32::from_be_bytes(bytes.try_into().ok()?)).ok()
                }
                false => word(self.loca, 2 * n).map(|half| 2 * usize::from(half)),
            }
        };
        let id = usize::from(id);
        let bytes = place(id).zip(place(id + 1)).and_then(|(from, to)| self.glyf.get(from..to));
        bytes.unwrap_or_default()
    }

    /// Advance and left bearing of a glyph, as `hmtx` has them.
    fn metric(&self, id: u16) -> [u8; 4] {
        let own = usize::from(id.min(self.metrics.saturating_sub(1)));
        let mut out = [0; 4];
        if let Some(both) = self.hmtx.get(4 * own..4 * own + 4) {
            out.copy_from_slice(both);
        }
        if id >= self.metrics {
            let at = 4 * usize::from(self.metrics) + 2 * usize::from(id - self.metrics);
            out[2..].copy_from_slice(self.hmtx.get(at..at + 2).unwrap_or(&[0, 0]));
        }
        out
    }

    /// The tables of a font with these glyphs, which are numbered as they stand here; parts of composite glyphs follow them.
    pub(super) fn cut(&self, glyphs: Vec<u16>) -> Vec<Table<'_>> {
        let mut cut = Cut { number: HashMap::with_capacity(2 * glyphs.len()), order: glyphs };
        for (n, id) in (0..).zip(&cut.order) {
            cut.number.entry(*id).or_insert(n);
        }
        let mut glyf = Vec::with_capacity(cut.order.len() * 256);
        let mut places = vec![0];
        let mut at = 0;
        while at < cut.order.len() {
            cut.copy(self.glyph(cut.order[at]), &mut glyf);
            // An even place can be told in half as many bytes.
            glyf.resize(glyf.len().next_multiple_of(2), 0);
            places.push(glyf.len());
            at += 1;
        }
        let long = glyf.len() / 2 > usize::from(u16::MAX);
        let mut loca = Vec::with_capacity(4 * places.len());
        match long {
            true => places.iter().for_each(|p| loca.extend_from_slice(&(*p as u32).to_be_bytes())),
            false => places.iter().for_each(|p| put16(&mut loca, &[(*p / 2) as u16])),
        }
        let count = cut.order.len() as u16;
        let hmtx: Vec<u8> = cut.order.iter().flat_map(|id| self.metric(*id)).collect();
        let (mut head, mut hhea, mut maxp) =
            (self.head.clone(), self.hhea.clone(), self.maxp.clone());
        set(&mut head, 50, u16::from(long));
        set(&mut hhea, 34, count);
        set(&mut maxp, 4, count);
        let mut out = self.same.clone();
        let own = [(b"glyf", glyf), (b"head", head), (b"hhea", hhea), (b"hmtx", hmtx)];
        out.extend(own.into_iter().map(|(tag, bytes)| Table::new(*tag, bytes)));
        out.extend([Table::new(*b"loca", loca), Table::new(*b"maxp", maxp)]);
        out
    }
}

/// A cut on its way: which glyphs are in it, and the number each has there.
struct Cut {
    order: Vec<u16>,
    number: HashMap<u16, u16>,
}

impl Cut {
    /// Copies a glyph without its hints; one that breaks off is left empty.
    fn copy(&mut self, glyph: &[u8], out: &mut Vec<u8>) {
        let begin = out.len();
        let whole = match word(glyph, 0) {
            None => Some(()),
            Some(contours) if contours < 0x8000 => simple(glyph, usize::from(contours), out),
            Some(_) => self.composite(glyph, out),
        };
        if whole.is_none() {
            out.truncate(begin);
        }
    }

    fn composite(&mut self, glyph: &[u8], out: &mut Vec<u8>) -> Option<()> {
        out.extend_from_slice(glyph.get(..10)?);
        let mut at = 10;
        loop {
            let (flags, id) = (word(glyph, at)?, word(glyph, at + 2)?);
            let number = match self.number.get(&id) {
                Some(number) => *number,
                None => {
                    let number = u16::try_from(self.order.len()).ok()?;
                    self.order.push(id);
                    self.number.insert(id, number);
                    number
                }
            };
            let scales = match flags {
                f if f & part::SCALE != 0 => 2,
                f if f & part::TWO_SCALES != 0 => 4,
                f if f & part::FOUR_SCALES != 0 => 8,
                _ => 0,
            };
            let end = at + 4 + if flags & part::WORDS != 0 { 4 } else { 2 } + scales;
            put16(out, &[flags & !part::HINTS, number]);
            out.extend_from_slice(glyph.get(at + 4..end)?);
            at = end;
            if flags & part::MORE == 0 {
                return Some(());
            }
        }
    }
}

fn simple(glyph: &[u8], contours: usize, out: &mut Vec<u8>) -> Option<()> {
    let hints = 10 + 2 * contours;
    let points = hints + 2 + usize::from(word(glyph, hints)?);
    out.extend_from_slice(glyph.get(..hints)?);
    put16(out, &[0]);
    out.extend_from_slice(glyph.get(points..)?);
    Some(())
}
