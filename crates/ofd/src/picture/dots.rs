//! Pages as dots of ink: small enough to be kept, so that a drawing can be compared with the one somebody looked at.

use super::png::{self, Shades};
use super::raster;
use crate::Error;
use crate::font::Fonts;
use crate::read::Reader;

/// How much ink lies on every dot of a page, in sixteen shades.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dots {
    width: u32,
    height: u32,
    /// Row by row, 0 for paper and 255 for black.
    ink: Vec<u8>,
}

/// How far two drawings differ, 0 to 255.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// Mean over all dots.
    pub mean: f32,
    /// Mean over the block of 16 by 16 dots that differs most: a word that is gone shows here.
    pub worst: f32,
}

/// Bits of a shade.
const BITS: u32 = 4;
/// Edge of a block, dots.
const BLOCK: u32 = 16;

impl Dots {
    /// A page (from 0) at `dpi` dots an inch. Characters of fonts that are not embedded are set in `fonts`.
    pub fn page(reader: &Reader<'_>, page: usize, dpi: f32, fonts: &Fonts) -> Result<Dots, Error> {
        let drawn = raster::painted(reader, page, dpi, fonts)?;
        // The paper is white and opaque, so the colours stand as they are.
        let shade = |p: &tiny_skia::PremultipliedColorU8| {
            let light =
                u32::from(p.red()) * 299 + u32::from(p.green()) * 587 + u32::from(p.blue()) * 114;
            let level = ((255_000 - light.min(255_000)) * 15 + 127_500) / 255_000;
            (level * 255 / 15) as u8
        };
        let ink = drawn.pixels().iter().map(shade).collect();
        Ok(Dots { width: drawn.width(), height: drawn.height(), ink })
    }

    /// Dots across and down.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// As a PNG with a palette of sixteen shades.
    pub fn png(&self) -> Vec<u8> {
        let shades = Shades { bits: BITS, most: 255 };
        png::packed([0; 3], self.width, self.height, &self.ink, shades)
    }

    /// As a small PNG in an ink of one's own, on no ground, where black has this opacity: a pale pattern to lie below a
    /// page, in four shades.
    pub fn tinted(&self, ink: [u8; 3], opacity: u8) -> Vec<u8> {
        let shades = Shades { bits: 2, most: opacity };
        png::packed(ink, self.width, self.height, &self.ink, shades)
    }

    /// Reads what [`Dots::png`] wrote.
    pub fn from_png(bytes: &[u8]) -> Result<Dots, Error> {
        let read = png::decode(bytes).ok_or(Error::Picture("not a picture of dots"))?;
        Ok(Dots { width: read.width, height: read.height, ink: read.alpha })
    }

    /// How far another drawing differs; `None` when it has another size.
    pub fn difference(&self, other: &Dots) -> Option<Difference> {
        if self.size() != other.size() {
            return None;
        }
        let across = self.width.div_ceil(BLOCK);
        let mut blocks = vec![(0u32, 0u32); (across * self.height.div_ceil(BLOCK)) as usize];
        for (at, (a, b)) in (0u32..).zip(self.ink.iter().zip(&other.ink)) {
            let (x, y) = (at % self.width, at / self.width);
            let block = &mut blocks[(y / BLOCK * across + x / BLOCK) as usize];
            *block = (block.0 + u32::from(a.abs_diff(*b)), block.1 + 1);
        }
        let (sum, count) = blocks.iter().fold((0f64, 0f64), |(s, n), (sum, count)| {
            (s + f64::from(*sum), n + f64::from(*count))
        });
        let means = blocks.iter().map(|(sum, count)| *sum as f32 / (*count).max(1) as f32);
        Some(Difference { mean: (sum / count.max(1.0)) as f32, worst: means.fold(0.0, f32::max) })
    }

    /// Mean ink in every cell of a grid laid over the page, in steps of an eighth of black: what remains of a page when
    /// nothing of it can be read any more.
    pub fn grid(&self, columns: u32, rows: u32) -> Vec<u8> {
        let span = |n: u32, of: u32, all: u32| {
            let from = n * all / of;
            from..((n + 1) * all / of).max(from + 1).min(all.max(1))
        };
        let mut out = Vec::with_capacity((columns * rows) as usize);
        for row in 0..rows {
            for column in 0..columns {
                let (mut sum, mut count) = (0u32, 0u32);
                for y in span(row, rows, self.height) {
                    for x in span(column, columns, self.width) {
                        let at = (y * self.width + x) as usize;
                        sum += self.ink.get(at).copied().map_or(0, u32::from);
                        count += 1;
                    }
                }
                out.push((sum / count.max(1) / 32) as u8);
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;
    use crate::font::tests::fonts;
    use crate::write::{Color, Document, Page, Path, Text, write};

    fn drawn(text: &str, grey: u8) -> Dots {
        let mut page = Page::new(80.0, 50.0);
        page.push(Path::rect(0.0, 0.0, 40.0, 50.0).fill(Color::rgb(grey, grey, grey)));
        page.push(Text::new(42.0, 10.0, 6.0, text));
        let document = Document::new("d").page(page);
        let ofd = write(&document, fonts()).unwrap().bytes;
        let reader = Reader::open(&ofd, &Limits::default()).unwrap();
        Dots::page(&reader, 0, 96.0, fonts()).unwrap()
    }

    #[test]
    fn a_kept_picture_is_compared() {
        let dots = drawn("食品经营", 200);
        assert_eq!(dots.size(), (303, 189));
        let kept = Dots::from_png(&dots.png()).unwrap();
        assert_eq!(kept, dots);
        assert_eq!(dots.difference(&kept), Some(Difference { mean: 0.0, worst: 0.0 }));
        let word = dots.difference(&drawn("食品经历", 200)).unwrap();
        assert!(word.mean < 1.0 && word.worst > 20.0, "{word:?}");
        let ground = dots.difference(&drawn("食品经营", 150)).unwrap();
        assert!(ground.mean > 15.0, "{ground:?}");
        let other = Dots { width: 1, height: 1, ink: vec![0] };
        assert_eq!(dots.difference(&other), None);
        for cut in [0, 20, dots.png().len() - 5] {
            assert!(Dots::from_png(&dots.png()[..cut]).is_err());
        }
    }

    #[test]
    fn a_tint_keeps_the_dots_and_is_pale() {
        let dots = drawn("食", 0);
        let png = dots.tinted([10, 20, 30], 90);
        assert!(png.len() < dots.png().len());
        let read = tiny_skia::Pixmap::decode_png(&png).unwrap();
        assert_eq!((read.width(), read.height()), dots.size());
        for (pixel, ink) in read.pixels().iter().zip(&dots.ink) {
            let wanted = (u32::from(*ink) * 3 + 127) / 255 * 90 / 3;
            assert_eq!(u32::from(pixel.alpha()), wanted);
        }
        let full = read.pixels().iter().find(|p| p.alpha() == 90).unwrap().demultiply();
        let near = |a: u8, b: u8| a.abs_diff(b) <= 2;
        assert!(near(full.red(), 10) && near(full.green(), 20) && near(full.blue(), 30));
    }

    #[test]
    fn a_grid_keeps_only_where_ink_lies() {
        let grid = drawn("食", 100).grid(8, 5);
        assert_eq!(grid.len(), 40);
        assert!(grid.chunks(8).all(|row| row[..4] == [4; 4]), "{grid:?}");
        assert_eq!(drawn("食", 100).grid(8, 5), grid);
    }
}
