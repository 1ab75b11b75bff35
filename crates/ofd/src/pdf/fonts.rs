//! Fonts of a PDF: composite fonts whose codes are given out as characters are met, so that text can be sought and copied
//! whatever the embedded file calls its glyphs.

use super::file::{File, hex, stream};
use crate::Error;
use crate::font::Fonts;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use ttf_parser::Face;

/// Where the glyphs of a set come from.
enum Source {
    /// A TrueType file embedded in the document.
    Embedded(Vec<u8>),
    /// A face of the fallback fonts; cut down when the file is written.
    Fallback(usize),
}

struct Set {
    source: Source,
    /// Characters with their codes, from 1.
    codes: BTreeMap<char, u16>,
}

/// All sets of characters of one file.
pub(super) struct Sets<'f> {
    fonts: &'f Fonts,
    sets: Vec<Set>,
    /// (document, font id) → its set; nothing when the file cannot be embedded.
    embedded: BTreeMap<(usize, String), Option<usize>>,
    /// Face of the fallback fonts → its set.
    fallback: BTreeMap<usize, usize>,
}

impl<'f> Sets<'f> {
    pub(super) fn new(fonts: &'f Fonts) -> Sets<'f> {
        Sets { fonts, sets: Vec::new(), embedded: BTreeMap::new(), fallback: BTreeMap::new() }
    }

    /// The set and code of a character; `None` when no face has it.
    pub(super) fn code(
        &mut self,
        font: (usize, &str),
        file: Option<&[u8]>,
        c: char,
    ) -> Option<(usize, u16)> {
        let set = match self.own(font, file, c) {
            Some(set) => set,
            None => {
                let (face, _) = self.fonts.find(c)?;
                let next = self.sets.len();
                let set = *self.fallback.entry(face).or_insert(next);
                if set == next {
                    self.sets.push(Set { source: Source::Fallback(face), codes: BTreeMap::new() });
                }
                set
            }
        };
        let codes = &mut self.sets[set].codes;
        let next = u16::try_from(codes.len() + 1).ok()?;
        Some((set, *codes.entry(c).or_insert(next)))
    }

    /// The set of an embedded font that has this character.
    fn own(&mut self, font: (usize, &str), file: Option<&[u8]>, c: char) -> Option<usize> {
        let file = file?;
        let key = (font.0, font.1.to_owned());
        let set = match self.embedded.get(&key) {
            Some(known) => (*known)?,
            None => {
                // Only TrueType outlines can be embedded as they are; of others the characters are set anew.
                let face = Face::parse(file, 0).ok().filter(|f| f.tables().glyf.is_some());
                let set = face.map(|_| {
                    let source = Source::Embedded(file.to_vec());
                    self.sets.push(Set { source, codes: BTreeMap::new() });
                    self.sets.len() - 1
                });
                self.embedded.insert(key, set);
                set?
            }
        };
        match &self.sets[set].source {
            Source::Embedded(bytes) => Face::parse(bytes, 0).ok()?.glyph_index(c).map(|_| set),
            Source::Fallback(_) => None,
        }
    }

    /// Writes every set; the entries of the resource dictionary.
    pub(super) fn write(&self, file: &mut File) -> Result<String, Error> {
        let mut out = String::new();
        for (n, set) in self.sets.iter().enumerate() {
            if set.codes.is_empty() {
                continue;
            }
            let bytes = match &set.source {
                Source::Embedded(bytes) => bytes.clone(),
                Source::Fallback(face) => {
                    let chars: BTreeSet<char> = set.codes.keys().copied().collect();
                    self.fonts.subset(*face, &chars)?
                }
            };
            let _ = write!(out, "/F{n} {} 0 R", write_set(file, n, &bytes, &set.codes)?);
        }
        Ok(out)
    }
}

fn write_set(
    file: &mut File,
    n: usize,
    bytes: &[u8],
    codes: &BTreeMap<char, u16>,
) -> Result<usize, Error> {
    let face = Face::parse(bytes, 0).map_err(|_| Error::Font("cannot be embedded"))?;
    let em = f32::from(face.units_per_em().max(1));
    let thousandths = |units: f32| (units * 1000.0 / em).round() as i64;
    // Codes rise from 1 as they were given out; the maps are told in their order.
    let mut by_code: Vec<(u16, char)> = codes.iter().map(|(c, code)| (*code, *c)).collect();
    by_code.sort_unstable();
    let mut glyphs = vec![0u8; 2];
    let mut widths = String::new();
    let mut texts = String::new();
    for (code, c) in &by_code {
        let glyph = face.glyph_index(*c).unwrap_or_default();
        glyphs.extend_from_slice(&glyph.0.to_be_bytes());
        let width = face.glyph_hor_advance(glyph).map_or(1000, |w| thousandths(f32::from(w)));
        let _ = write!(widths, "{width} ");
        let words: Vec<u8> =
            c.encode_utf16(&mut [0; 2]).iter().flat_map(|w| w.to_be_bytes()).collect();
        let _ = writeln!(texts, "<{code:04x}> <{}>", hex(&words));
    }
    let name = format!("TONGBA+Set{n}");
    let program = file.add(stream(&format!("/Length1 {}", bytes.len()), bytes));
    let map = file.add(stream("", &glyphs));
    let b = face.global_bounding_box();
    let bounds =
        [b.x_min, b.y_min, b.x_max, b.y_max].map(|v| thousandths(f32::from(v)).to_string());
    let descriptor = format!(
        "<</Type/FontDescriptor/FontName/{name}/Flags 4/FontBBox[{}]/ItalicAngle 0/Ascent {}/Descent {}/CapHeight {}\
         /StemV 80/FontFile2 {program} 0 R>>",
        bounds.join(" "),
        thousandths(f32::from(face.ascender())),
        thousandths(f32::from(face.descender())),
        thousandths(f32::from(face.capital_height().unwrap_or(face.ascender()))),
    );
    let descriptor = file.add(descriptor.into_bytes());
    let inner = format!(
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)\
         /Supplement 0>>/FontDescriptor {descriptor} 0 R/DW 1000/W[1[{}]]/CIDToGIDMap {map} 0 R>>",
        widths.trim_end()
    );
    let inner = file.add(inner.into_bytes());
    let texts = file.add(stream("", unicode(&texts, by_code.len()).as_bytes()));
    let outer = format!(
        "<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/DescendantFonts[{inner} 0 R]/ToUnicode {texts} 0 R>>"
    );
    Ok(file.add(outer.into_bytes()))
}

/// The map from codes to characters (ISO 32000-1 §9.10.3), in blocks of at most a hundred as it demands.
fn unicode(lines: &str, count: usize) -> String {
    const BLOCK: usize = 100;
    let lines: Vec<&str> = lines.lines().collect();
    let mut out = String::with_capacity(count * 20 + 400);
    out.push_str(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) \
         /Supplement 0>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <ffff>\n\
         endcodespacerange\n",
    );
    for block in lines.chunks(BLOCK) {
        let _ = writeln!(out, "{} beginbfchar\n{}\nendbfchar", block.len(), block.join("\n"));
    }
    out.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    out
}
