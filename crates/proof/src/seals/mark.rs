//! Codes as squares of dark and light cells, for papers and for screens.
//!
//! Every code is masked so that it looks least like anything else (ISO/IEC 18004 §7.8.3): of eight masks the one with the
//! fewest penalty points is taken. The crate `qrcode` counts them cell by cell, which was a fifth of what issuing a licence
//! cost; here a row is a number, and a mask is laid over a code by one operation a row.

use qrcode::bits::encode_auto;
use qrcode::canvas::{Canvas, MaskPattern, Module};
use qrcode::types::{Color, EcLevel, Version};
use qrcode::{QrCode, ec};
use std::sync::{Arc, Mutex, PoisonError};
use store::{Error, Result};

/// How much of a code may be spoilt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// 15 of 100: what is printed on clean paper.
    Middle,
    /// 25 of 100: a mark may stand in the middle.
    High,
}

/// Rows of cells from the top, true is dark; without the quiet zone.
///
/// # Errors
/// Only when the text is longer than any code can hold.
pub fn cells(text: &str, care: Care) -> Result<Vec<Vec<bool>>> {
    let level = match care {
        Care::Middle => EcLevel::M,
        Care::High => EcLevel::Q,
    };
    let bits = encode_auto(text.as_bytes(), level).map_err(Error::internal)?;
    let version = bits.version();
    let width = version.width() as usize;
    if width > u64::BITS as usize {
        let made = QrCode::with_bits(bits, level).map_err(Error::internal)?;
        let row = |row: &[Color]| row.iter().map(|c| *c == Color::Dark).collect();
        return Ok(made.to_colors().chunks(width).map(row).collect());
    }
    let (data, check) =
        ec::construct_codewords(&bits.into_bytes(), version, level).map_err(Error::internal)?;
    let drawn = drawn(version, level, &data, &check);
    let own = Board::of(&drawn, version, |cell| cell == Module::Unmasked(Color::Dark));
    let masks = masks(version, level, data.len(), check.len());
    let masked = masks.iter().map(|mask| own.under(mask));
    let best = masked.min_by_key(Board::penalty).ok_or(Error::NotFound)?;
    Ok(best.rows.iter().map(|row| (0..width).map(|at| row >> at & 1 == 1).collect()).collect())
}

/// In the order of the standard; of two that are equally good the first is taken.
const PATTERNS: [MaskPattern; 8] = [
    MaskPattern::Checkerboard,
    MaskPattern::HorizontalLines,
    MaskPattern::VerticalLines,
    MaskPattern::DiagonalLines,
    MaskPattern::LargeCheckerboard,
    MaskPattern::Fields,
    MaskPattern::Diamonds,
    MaskPattern::Meadow,
];

fn drawn(version: Version, level: EcLevel, data: &[u8], check: &[u8]) -> Canvas {
    let mut canvas = Canvas::new(version, level);
    canvas.draw_all_functional_patterns();
    canvas.draw_data(data, check);
    canvas
}

type Masks = Arc<Vec<Board>>;

/// The eight masks with everything else that is the same in all codes of a size, made once: an empty code under each mask.
fn masks(version: Version, level: EcLevel, data: usize, check: usize) -> Masks {
    static MADE: Mutex<Vec<((Version, EcLevel), Masks)>> = Mutex::new(Vec::new());
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, masks)) = made.iter().find(|(key, _)| *key == (version, level)) {
        return Arc::clone(masks);
    }
    let empty = drawn(version, level, &vec![0; data], &vec![0; check]);
    let masked = PATTERNS.iter().map(|pattern| {
        let mut canvas = empty.clone();
        canvas.apply_mask(*pattern);
        Board::of(&canvas, version, Module::is_dark)
    });
    let masks = Arc::new(masked.collect::<Vec<_>>());
    made.push(((version, level), Arc::clone(&masks)));
    masks
}

/// Cells of a code, a bit for a dark one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Board {
    rows: Vec<u64>,
    columns: Vec<u64>,
}

impl Board {
    fn of(canvas: &Canvas, version: Version, dark: impl Fn(Module) -> bool) -> Board {
        let width = version.width();
        let (mut rows, mut columns) = (vec![0; width as usize], vec![0; width as usize]);
        for (y, row) in (0..width).zip(&mut rows) {
            for (x, column) in (0..width).zip(&mut columns) {
                let bit = u64::from(dark(canvas.get(x, y)));
                *row |= bit << x;
                *column |= bit << y;
            }
        }
        Board { rows, columns }
    }

    fn under(&self, mask: &Board) -> Board {
        let both = |a: &[u64], b: &[u64]| a.iter().zip(b).map(|(a, b)| a ^ b).collect();
        Board { rows: both(&self.rows, &mask.rows), columns: both(&self.columns, &mask.columns) }
    }

    /// Penalty points for long runs, blocks of one colour, what looks like a corner mark, and an uneven share of dark cells.
    fn penalty(&self) -> u32 {
        let width = self.rows.len() as u32;
        let lines = self.rows.iter().chain(&self.columns);
        let lined: u32 = lines.map(|line| runs(*line, width) + 40 * corners(*line, width)).sum();
        let blocks: u32 = self.rows.windows(2).map(|two| blocks(two[0], two[1], width)).sum();
        let dark: u32 = self.rows.iter().map(|row| row.count_ones()).sum();
        lined + 3 * blocks + (dark * 200 / (width * width)).abs_diff(100)
    }
}

/// The lowest bits, as many as asked for.
fn lowest(count: u32) -> u64 {
    u64::MAX.checked_shr(u64::BITS - count).unwrap_or(0)
}

/// Cells that are like the next one.
fn alike(line: u64, width: u32) -> u64 {
    !(line ^ line >> 1) & lowest(width - 1)
}

/// Of every run of five and more cells, its length less two.
fn runs(line: u64, width: u32) -> u32 {
    let next = alike(line, width);
    // Places where five begin: a run has four fewer of them than cells.
    let five = next & next >> 1 & next >> 2 & next >> 3;
    let starts = five & !(five << 1);
    five.count_ones() + 2 * starts.count_ones()
}

fn blocks(above: u64, below: u64, width: u32) -> u32 {
    (alike(above, width) & alike(below, width) & !(above ^ below)).count_ones()
}

/// Places of dark, light, three dark, light, dark that have four light cells, or the edge, on one side.
fn corners(line: u64, width: u32) -> u32 {
    let found = line & !(line >> 1) & line >> 2 & line >> 3 & line >> 4 & !(line >> 5) & line >> 6;
    let before = line << 1 | line << 2 | line << 3 | line << 4;
    let after = line >> 7 | line >> 8 | line >> 9 | line >> 10;
    (found & lowest(width - 6) & !(before & after)).count_ones()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The crate chooses the same mask for texts of every kind and size, the longest included.
    #[test]
    fn the_mask_is_the_one_the_standard_asks_for() {
        let mut text = String::new();
        for n in 0_u32..160 {
            let piece = n.wrapping_mul(2_654_435_761);
            match n % 3 {
                0 => text.push_str(&piece.to_string()),
                1 => text.push_str(&format!(".{piece:X}")),
                _ => text.push_str("证a"),
            }
            for (care, level) in [(Care::Middle, EcLevel::M), (Care::High, EcLevel::Q)] {
                let known = QrCode::with_error_correction_level(&text, level).unwrap();
                let ours: Vec<bool> = cells(&text, care).unwrap().concat();
                let theirs: Vec<bool> =
                    known.to_colors().iter().map(|c| *c == Color::Dark).collect();
                assert_eq!(ours, theirs, "{text}");
            }
        }
        assert!(cells(&text, Care::High).unwrap().len() > 64, "beyond one number a row as well");
        assert!(cells(&"9".repeat(9_000), Care::Middle).is_err());
    }
}
