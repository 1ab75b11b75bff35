//! Pictures: round seals as PNG, pages as SVG.

mod png;
mod seal;
mod svg;

pub use seal::{SealPicture, seal_png};
pub use svg::{render_svg, render_svg_without};

/// A small PNG for tests of other modules.
#[cfg(test)]
pub(crate) fn tests_png() -> Vec<u8> {
    png::encode([200, 0, 0], 3, 2, &[0, 128, 255, 255, 0, 7])
}
