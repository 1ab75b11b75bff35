//! The fonts every sealed paper is set in, built into the program.

use ofd::font::Fonts;
use std::sync::OnceLock;
use store::{Error, Result};

const SOURCES: [(&str, &[u8], u32); 2] = [
    ("WenQuanYi Micro Hei", include_bytes!("../../../../data/fonts/wqy-microhei.ttc"), 0),
    ("Droid Sans Fallback", include_bytes!("../../../../data/fonts/DroidSansFallbackFull.ttf"), 0),
];

/// The fonts, read once.
pub fn shipped() -> Result<&'static Fonts> {
    static FONTS: OnceLock<Fonts> = OnceLock::new();
    if let Some(fonts) = FONTS.get() {
        return Ok(fonts);
    }
    let fonts = Fonts::new(&SOURCES).map_err(Error::internal)?;
    Ok(FONTS.get_or_init(|| fonts))
}
