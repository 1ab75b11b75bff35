//! Pictures: round seals as PNG, pages as SVG.

mod seal;
mod svg;

pub use seal::{SealPicture, seal_png};
pub use svg::render_svg;

/// A small PNG for tests of other modules.
#[cfg(test)]
pub(crate) fn tests_png() -> Vec<u8> {
    tiny_skia::Pixmap::new(4, 4).expect("a small size").encode_png().expect("memory")
}
