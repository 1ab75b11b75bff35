//! L01: the types this node knows: those of the console by code, those of service packs beside them.

use super::{packs, said};
use crate::Proof;
use crate::licences::asked::asked;
use crate::licences::pages::desk_frame;
use crate::types::model::{KindState, LicenceKind};
use crate::types::records;
use askama::Template;
use axum::extract::State;
use web::{Answer, Frame, Visitor, html};

/// Types of one page.
const LINES: i64 = 25;

struct Line {
    href: String,
    code: String,
    name: String,
    /// Version and state, or the item of the pack.
    note: String,
    state: String,
    tone: &'static str,
    own: bool,
}

#[derive(Template)]
#[template(path = "types/list.html")]
struct List {
    f: Frame,
    lines: Vec<Line>,
    packs: Vec<Line>,
    prev: String,
    next: String,
}

fn line(kind: &LicenceKind, unit: i64, f: &Frame) -> Line {
    let state = if kind.used > 0 { KindState::Published } else { KindState::Draft };
    Line {
        href: format!("/l/types/{}", kind.code),
        code: kind.code.clone(),
        name: said(&kind.name, f.lang),
        note: if kind.used > 0 { f.ta("types-version", "n", kind.used) } else { String::new() },
        state: f.tk("types-state-", state.label()),
        tone: state.tone(),
        own: kind.unit == unit,
    }
}

/// GET /l/types: by code, key-set paged.
pub async fn page(State(proof): State<Proof>, visitor: Visitor) -> Answer {
    let unit = visitor.staff()?.unit;
    let (after, before) = (asked(&visitor, "after"), asked(&visitor, "before"));
    let (from, to) = (after.clone(), before.clone());
    let read = move |db: &mut store::Db<'_>| match to.as_str() {
        "" => records::list(db, unit, &from, LINES + 1),
        to => records::list_before(db, unit, to, LINES + 1),
    };
    let mut found = proof.app().store.read(read).await?;
    let more = found.len() as i64 > LINES;
    // The one beyond the page stands at the end when going on, at the front when going back.
    if more && !before.is_empty() {
        found.remove(0);
    } else if more {
        found.pop();
    }
    let newer = if before.is_empty() { !after.is_empty() } else { more };
    let older = !before.is_empty() || more;
    let link = |way: &str, kind: Option<&LicenceKind>, there: bool| match kind {
        Some(kind) if there => format!("/l/types?{way}={}", kind.code),
        _ => String::new(),
    };
    let (prev, next) = (link("before", found.first(), newer), link("after", found.last(), older));
    let f = desk_frame(&proof, &visitor, visitor.t("types-title"), "/l/types");
    let packs = packs(&proof).into_iter().map(|(item, face)| Line {
        href: format!("/l/types/{}", face.type_code),
        code: face.type_code.clone(),
        name: said(&face.name, visitor.lang),
        note: item,
        state: f.t("types-of-pack").to_owned(),
        tone: "line",
        own: false,
    });
    let packs = if prev.is_empty() { packs.collect() } else { Vec::new() };
    html(&List {
        lines: found.iter().map(|kind| line(kind, unit, &f)).collect(),
        packs,
        prev,
        next,
        f,
    })
}
