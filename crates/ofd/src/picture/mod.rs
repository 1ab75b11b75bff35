//! Pictures: round seals as PNG, pages as SVG.

mod seal;

pub use seal::{SealPicture, seal_png};

/// A small PNG for tests of other modules.
#[cfg(test)]
pub(crate) fn tests_png() -> Vec<u8> {
    tiny_skia::Pixmap::new(4, 4).unwrap().encode_png().unwrap()
}
