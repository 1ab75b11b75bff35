//! Codes as squares of dark and light cells, for papers and for screens.

use qrcode::{Color, EcLevel, QrCode};
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
    let made = QrCode::with_error_correction_level(text, level).map_err(Error::internal)?;
    let width = made.width();
    let colors = made.to_colors();
    let row = |row: &[Color]| row.iter().map(|c| *c == Color::Dark).collect();
    Ok(colors.chunks(width).map(row).collect())
}
