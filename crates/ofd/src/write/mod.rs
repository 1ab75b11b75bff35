//! Page model → OFD bytes. The same model always gives the same bytes: no clock, no chance, fixed order.
//!
//! Everything is told in millimetres from the upper left corner. A [`Document`] has [`Page`]s; on a page stand [`Text`]s, a
//! [`Path`] (lines and areas), an [`Image`] or a [`Table`]; what pages share stands in a [`Template`]. A text may show a
//! field: the document's CustomTags then say where each field stands. Files travel along as attachments.
//!
//! ```no_run
//! use ofd::write::{Align, Cell, Document, Page, Path, Color, Table, Template, Text, Written, write};
//!
//! fn licence(fonts: &ofd::font::Fonts) -> Result<Written, ofd::Error> {
//!     let mut document = Document::new("0123456789abcdef0123456789abcdef")
//!         .title("食品经营许可证")
//!         .author("示例市市场监督管理局")
//!         .created("2026-11-21")
//!         .custom("ZZBS", "1.2.156.3005.2.…")
//!         .attach("元数据", "metadata.xml", "<metadata/>");
//!     let mut frame = Template::new("边框");
//!     frame.push(Path::rounded_rect(8.0, 8.0, 194.0, 281.0, 3.0).stroke(Color::rgb(11, 87, 164), 0.6));
//!     let frame = document.template(frame);
//!
//!     let mut page = Page::a4().on(frame);
//!     page.push(Text::new(105.0, 30.0, 9.0, "食品经营许可证").align(Align::Center).field("ZZMC"));
//!     let table = Table::new(&[40.0, 130.0])
//!         .row([Cell::new("经营者名称"), Cell::new("示例区东风路小吃店").field("CZZT")])
//!         .row(["经营场所", "示例市示例区东风路 18 号"]);
//!     let (_height, rest) = page.push_table(fonts, &table, (20.0, 60.0), 270.0);
//!     assert!(rest.is_none(), "a longer table goes on on the next page");
//!     write(&document.page(page), fonts)
//! }
//! ```

mod cells;
mod emit;
mod model;
mod shapes;
mod table;

pub(crate) use emit::mm;
pub use model::{Align, Attachment, Color, Document, Image, Object, Page, Template, Text};
pub use shapes::{Path, Segment};
pub use table::{Cell, Table};

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
