//! Page model → OFD bytes. The same model always gives the same bytes: no clock, no chance, fixed order.
//!
//! ```no_run
//! use ofd::write::{Document, Page, Text, Written, write};
//! fn face(fonts: &ofd::font::Fonts) -> Result<Written, ofd::Error> {
//!     let mut page = Page::a4();
//!     page.push(Text::new(20.0, 30.0, 5.0, "食品经营许可证").field("ZZMC"));
//!     write(&Document { pages: vec![page], created: "2026-11-21".into(), ..Document::default() }, fonts)
//! }
//! ```

mod emit;
mod model;
mod shapes;

pub(crate) use emit::mm;
pub use model::{Align, Attachment, Color, Document, Image, Object, Page, Text};
pub use shapes::{Path, Segment};

use crate::Error;
use crate::font::Fonts;

/// Result of [`write()`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The OFD file.
    pub bytes: Vec<u8>,
    /// Characters that no font had; the file carries them as text, readers show them as they can.
    pub missing: Vec<char>,
}

/// Writes a document with its fonts cut down and embedded.
pub fn write(document: &Document, fonts: &Fonts) -> Result<Written, Error> {
    if document.pages.is_empty() {
        return Err(Error::Document("no page"));
    }
    emit::emit(document, fonts)
}

#[cfg(test)]
pub(crate) mod tests;
