//! Pictures: seals as PNG, pages as SVG and as PNG, and as dots of ink to compare drawings by.

mod dots;
mod png;
mod raster;
mod seal;
mod shrink;
mod svg;

pub use dots::{Difference, Dots};
pub use raster::render_png;
pub use seal::{
    Frame as SealFrame, Letter, SealLook, SealPicture, Shape, draw_seal, places, seal_png,
};
pub use svg::{render_svg, render_svg_without};

pub(crate) use png::chunk;
pub(crate) use svg::Resources;

/// A small PNG for tests of other modules.
#[cfg(test)]
pub(crate) fn tests_png() -> Vec<u8> {
    png::encode([200, 0, 0], 3, 2, &[0, 128, 255, 255, 0, 7])
}
