//! The seals: those of the unit and those one holds; for the registrar, what waits for him, and all.

use super::{LINES, day, frame, is};
use crate::Proof;
use crate::licences::asked::asked;
use crate::seals::model::Seal;
use crate::seals::records;
use askama::Template;
use axum::extract::State;
use store::Result;
use web::frame::Link;
use web::{Answer, Frame, Role, Visitor, html};

struct Line {
    href: String,
    no: String,
    name: String,
    kind: String,
    state: String,
    tone: &'static str,
    until: String,
}

#[derive(Template)]
#[template(path = "custody/list.html")]
struct List {
    f: Frame,
    tabs: Vec<Link>,
    lines: Vec<Line>,
    may_apply: bool,
    next: String,
}

/// Which seals a view shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum View {
    Unit,
    Held,
    ToDo,
    All,
}

impl View {
    fn label(self) -> &'static str {
        match self {
            View::Unit => "unit",
            View::Held => "held",
            View::ToDo => "to-do",
            View::All => "all",
        }
    }
}

fn views(visitor: &Visitor) -> Result<Vec<View>> {
    let mut views = Vec::new();
    if is(visitor, Role::SealRegistrar)? {
        views.extend([View::ToDo, View::All]);
    }
    if is(visitor, Role::SealKeeper)? {
        views.extend([View::Unit, View::Held]);
    } else if is(visitor, Role::UnitHead)? {
        views.push(View::Unit);
    }
    Ok(views)
}

/// GET /s: newest first, key-set paged.
pub async fn page(State(proof): State<Proof>, visitor: Visitor) -> Answer {
    let staff = visitor.staff()?;
    let (me, unit) = (staff.id, staff.unit);
    let (views, wanted) = (views(&visitor)?, asked(&visitor, "view"));
    let first = views.first().copied().unwrap_or(View::Unit);
    let view = views.iter().copied().find(|v| v.label() == wanted).unwrap_or(first);
    let before: i64 = asked(&visitor, "before").parse().unwrap_or(i64::MAX);
    let read = move |db: &mut store::Db<'_>| match view {
        View::Unit => records::of_unit(db, unit, before, LINES + 1),
        View::Held => records::held(db, me, before, LINES + 1),
        View::ToDo => records::to_do(db, before, LINES + 1),
        View::All => records::all(db, before, LINES + 1),
    };
    let mut found = proof.app().store.read(read).await?;
    let more = found.len() as i64 > LINES;
    found.truncate(LINES as usize);
    let next = match found.last() {
        Some(last) if more => format!("/s?view={}&before={}", view.label(), last.id),
        _ => String::new(),
    };
    let f = frame(&proof, &visitor, visitor.t("custody-list-title"), "/s").await?;
    let tab = |v: &View| {
        let words = f.tk("custody-view-", v.label());
        Link::new(format!("/s?view={}", v.label()), words).here(*v == view)
    };
    html(&List {
        tabs: if views.len() > 1 { views.iter().map(tab).collect() } else { Vec::new() },
        lines: found.iter().map(|seal| line(seal, &visitor, &f)).collect(),
        may_apply: is(&visitor, Role::SealKeeper)? || is(&visitor, Role::UnitHead)?,
        next,
        f,
    })
}

fn line(seal: &Seal, visitor: &Visitor, f: &Frame) -> Line {
    Line {
        href: format!("/s/{}", seal.id),
        no: seal.no.clone(),
        name: seal.name.clone(),
        kind: f.tk("custody-kind-", seal.kind.label()),
        state: f.tk("custody-status-", seal.status.label()),
        tone: seal.status.tone(),
        until: day(seal.valid_to, visitor),
    }
}
