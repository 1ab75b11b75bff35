//! Pages of the catalogue: home (C01), region (C02), search (C03), lists (C04) and guides (C05).

mod featured;
pub mod guide;
pub mod home;
pub mod region;
pub mod search;
pub mod services;
mod sheet;
mod version;

use codes::division::{DivisionCode, Divisions};
use web::{Frame, Visitor};

use crate::Guide;

/// The frame of a citizen page, naming the region the visitor looks at.
fn frame(guide: &Guide, visitor: &Visitor, title: impl Into<String>, nav: &'static str) -> Frame {
    let mut frame = visitor.frame(guide.app(), title, nav);
    if visitor.region != guide.app().site.region {
        frame.region = region_name(&visitor.region);
    }
    frame
}

/// A day in the words of the visitor's language.
fn day(f: &Frame, at: codes::time::Stamp) -> String {
    match f.lang {
        web::Lang::Zh => at.zh_day(),
        web::Lang::En => at.ymd(),
    }
}

/// Full name of a division, or its code when it is none.
pub(super) fn region_name(code: &str) -> String {
    let name = DivisionCode::parse(code).map(|code| Divisions::shipped().full_name(code));
    name.ok().filter(|name| !name.is_empty()).unwrap_or_else(|| code.to_string())
}
