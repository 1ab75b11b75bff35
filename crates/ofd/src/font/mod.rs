//! Fonts: which face has a character, how wide it is, where a line may break, and embedded subsets.

mod outlines;
mod subset;
mod wrap;

use crate::Error;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::OnceLock;
use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// One usable face. Font bytes live as long as the process, as embedded data does.
struct FontFace {
    name: String,
    face: Face<'static>,
    /// What subsets are cut from; made when the first one is.
    source: OnceLock<subset::Source>,
}

/// Faces in order of preference: the first that has a character draws it.
pub struct Fonts(Vec<FontFace>);

impl fmt::Debug for Fonts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|face| &face.name)).finish()
    }
}

/// Consecutive characters drawn by one face.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Place of the face in the list of [`Fonts`].
    pub face: usize,
    /// Its characters.
    pub text: String,
}

impl Fonts {
    /// Takes `(name, bytes of a TTF or TTC, index in the collection)` in order of preference.
    pub fn new(sources: &[(&str, &'static [u8], u32)]) -> Result<Fonts, Error> {
        if sources.is_empty() {
            return Err(Error::Font("no font given"));
        }
        let load = |&(name, data, index): &(&str, &'static [u8], u32)| {
            let face = Face::parse(data, index).map_err(|_| Error::Font("cannot be read"))?;
            Ok(FontFace { name: name.to_owned(), face, source: OnceLock::new() })
        };
        sources.iter().map(load).collect::<Result<_, _>>().map(Fonts)
    }

    /// Name of a face.
    pub fn name(&self, face: usize) -> &str {
        self.0.get(face).map_or("", |f| &f.name)
    }

    /// The first face with this character and its glyph; `None` when no face has it.
    pub fn find(&self, c: char) -> Option<(usize, u16)> {
        self.0.iter().enumerate().find_map(|(n, f)| f.face.glyph_index(c).map(|g| (n, g.0)))
    }

    /// Advance of a character in ems; a missing one takes the room of a square.
    pub fn advance(&self, c: char) -> f32 {
        let Some((face, glyph)) = self.find(c) else { return 1.0 };
        let face = &self.0[face].face;
        let units = face.glyph_hor_advance(GlyphId(glyph)).unwrap_or(face.units_per_em());
        f32::from(units) / f32::from(face.units_per_em())
    }

    /// Width of a text set in `size` (same unit as the answer).
    pub fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|c| self.advance(c)).sum::<f32>() * size
    }

    /// Splits a text by the face that draws it. Missing characters stay with the run they stand in and are named in
    /// `missing`.
    pub fn runs(&self, text: &str, missing: &mut BTreeSet<char>) -> Vec<Run> {
        let mut out: Vec<Run> = Vec::new();
        for c in text.chars() {
            let face = match self.find(c) {
                Some((face, _)) => face,
                None => {
                    missing.insert(c);
                    out.last().map_or(0, |run| run.face)
                }
            };
            match out.last_mut() {
                Some(run) if run.face == face => run.text.push(c),
                _ => out.push(Run { face, text: c.to_string() }),
            }
        }
        out
    }

    /// Units per em of the face that draws a character; `None` when none has it.
    pub fn em(&self, c: char) -> Option<f32> {
        self.find(c).map(|(face, _)| f32::from(self.0[face].face.units_per_em()))
    }

    /// Draws the outline of a character into `builder` in font units (y up); the units per em, or `None` when no face has
    /// it.
    pub fn outline(&self, c: char, builder: &mut dyn OutlineBuilder) -> Option<f32> {
        let (face, glyph) = self.find(c)?;
        let face = &self.0[face].face;
        face.outline_glyph(GlyphId(glyph), builder);
        Some(f32::from(face.units_per_em()))
    }

    /// Breaks a text into lines of at most `width` (both in the unit of `size`). Chinese breaks between any two characters
    /// except before closing and after opening punctuation; Latin words and numbers stay whole unless longer than a line;
    /// line feeds always break.
    pub fn wrap(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        wrap::lines(text, width / size, |c| self.advance(c))
    }

    /// A TrueType file with only these characters of one face, their character map included.
    pub fn subset(&self, face: usize, chars: &BTreeSet<char>) -> Result<Vec<u8>, Error> {
        let font = self.0.get(face).ok_or(Error::Font("no such face"))?;
        let source = font.source.get_or_init(|| subset::Source::of(&font.face));
        subset::subset(source, &font.face, chars)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The fonts of the repository, read once per test process.
    pub(crate) fn fonts() -> &'static Fonts {
        static FONTS: std::sync::OnceLock<Fonts> = std::sync::OnceLock::new();
        FONTS.get_or_init(|| {
            let load = |name: &str| -> &'static [u8] {
                let root =
                    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/fonts");
                std::fs::read(root.join(name)).unwrap().leak()
            };
            let sources = [
                ("WenQuanYi Micro Hei", load("wqy-microhei.ttc"), 0),
                ("Droid Sans Fallback", load("DroidSansFallbackFull.ttf"), 0),
            ];
            Fonts::new(&sources).unwrap()
        })
    }

    #[test]
    fn subsets_hold_what_was_asked() {
        let chars: BTreeSet<char> = "食品经营许可证 ABC，123".chars().collect();
        let bytes = fonts().subset(0, &chars).unwrap();
        assert!(bytes.len() < 20_000, "{}", bytes.len());
        assert_eq!(bytes, fonts().subset(0, &chars).unwrap());
        let face = Face::parse(&bytes, 0).unwrap();
        for c in chars {
            let glyph = face.glyph_index(c).unwrap_or_else(|| panic!("{c}"));
            let (_, old) = fonts().find(c).unwrap();
            let was = fonts().0[0].face.glyph_hor_advance(GlyphId(old));
            assert_eq!(face.glyph_hor_advance(glyph), was, "{c}");
        }
        assert_eq!(face.glyph_index('丁'), None);
    }

    /// Every stroke of a glyph as text.
    #[derive(Default, PartialEq, Debug)]
    struct Strokes(String);

    impl OutlineBuilder for Strokes {
        fn move_to(&mut self, x: f32, y: f32) {
            self.0 += &format!("M{x} {y}");
        }
        fn line_to(&mut self, x: f32, y: f32) {
            self.0 += &format!("L{x} {y}");
        }
        fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
            self.0 += &format!("Q{x1} {y1} {x} {y}");
        }
        fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
            self.0 += &format!("C{x1} {y1} {x2} {y2} {x} {y}");
        }
        fn close(&mut self) {
            self.0.push('Z');
        }
    }

    /// All the letters of a page of each face, of which many are put together from parts, and some beyond the basic plane.
    #[test]
    fn cut_glyphs_keep_their_strokes() {
        let text = "食品经营许可证编号热冷类制售样例演示数据不具法律效力国家市场监督管理局鑫淼焱垚éÄ½ABCxyz0189，。（）—·";
        for (n, whole) in fonts().0.iter().enumerate() {
            let mut chars: BTreeSet<char> = text.chars().collect();
            let first = u32::from('丁');
            chars.extend((first..first + 900).filter_map(char::from_u32));
            chars.extend(['\u{20000}', '\u{20089}', '\u{2f81a}']);
            let bytes = fonts().subset(n, &chars).unwrap();
            let cut = Face::parse(&bytes, 0).unwrap();
            let (mut drawn, mut missing) = (0, 0);
            for c in chars {
                let Some(old) = whole.face.glyph_index(c) else {
                    assert_eq!(cut.glyph_index(c), None, "{c}");
                    missing += 1;
                    continue;
                };
                let new = cut.glyph_index(c).unwrap_or_else(|| panic!("{c}"));
                let (mut was, mut is) = (Strokes::default(), Strokes::default());
                whole.face.outline_glyph(old, &mut was);
                cut.outline_glyph(new, &mut is);
                assert_eq!(is, was, "{c}");
                assert_eq!(cut.glyph_hor_advance(new), whole.face.glyph_hor_advance(old), "{c}");
                drawn += usize::from(!is.0.is_empty());
            }
            assert!(drawn > 900, "{drawn} drawn, {missing} missing");
            assert_eq!(cut.units_per_em(), whole.face.units_per_em());
            // The sum of all words of a font file is a given number.
            let words = bytes.chunks(4).map(|w| u32::from_be_bytes(w.try_into().unwrap()));
            assert_eq!(words.fold(0_u32, u32::wrapping_add), 0xb1b0_afba);
        }
    }

    #[test]
    fn rare_and_missing_characters_do_not_panic() {
        let mut missing = BTreeSet::new();
        // U+3400 lies in extension A; U+2CB2E is in no face of the repository.
        let runs = fonts().runs("王\u{3400}\u{2cb2e}", &mut missing);
        assert_eq!(missing.into_iter().collect::<String>(), "\u{2cb2e}");
        assert!(!runs.is_empty());
        let bytes = fonts().subset(0, &['\u{2cb2e}'].into()).unwrap();
        assert!(Face::parse(&bytes, 0).is_ok());
        assert!(Fonts::new(&[]).is_err());
        assert!(Fonts::new(&[("x", b"no font", 0)]).is_err());
    }
}
