//! The one extension of the limit (A03; 行政许可法 art. 42): days and reason; read before it is issued.

use super::notice;
use super::turn::{Desk, FormPage, Turn, form_page};
use super::window::Opened;
use crate::Casework;
use crate::cases::{acts, rules, view};
use crate::desks::preview;
use axum::extract::{Path, State};
use store::{Kind, Result};
use web::form::FormError;
use web::{Answer, Posted, Visitor};

static TURN: Turn = Turn {
    desk: "/a",
    at: "extend",
    title: "desks-extend",
    button: "desks-do-extend",
    done: "extended",
    kind: Kind::CaseExtended,
    route: "POST /a/c/extend",
    fields: &[("case-extension-length", "days")],
};

form_page!(ExtendPage, "cases/staff-extend.html", {
    most: u32,
    basis: String,
    days: String,
    reason: String,
});

fn made(opened: Opened, posted: Option<&Posted>) -> Result<ExtendPage> {
    let typed = |name: &str| posted.map(|p| p.get(name).to_owned()).unwrap_or_default();
    let allowed = opened.d.progress.pack.flow.extension.as_ref();
    Ok(ExtendPage {
        most: allowed.map_or(0, |e| e.limit.n),
        basis: allowed.map(|e| e.basis.get(opened.f.lang.tag()).to_owned()).unwrap_or_default(),
        days: typed("days"),
        reason: typed("reason"),
        errors: vec![],
        told: None,
        s: opened.s,
        f: opened.f,
    })
}

/// GET /a/c/{no}/extend
pub async fn page(State(w): State<Casework>, visitor: Visitor, Path(no): Path<String>) -> Answer {
    let desk = Desk { w: &w, visitor: &visitor, no: &no, turn: &TURN };
    desk.show(|opened| made(opened, None)).await
}

/// POST /a/c/{no}/extend: shows the notice; extends once it was read.
pub async fn extend(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
    posted: Posted,
) -> Answer {
    let desk = Desk { w: &w, visitor: &visitor, no: &no, turn: &TURN };
    let form = |opened| made(opened, Some(&posted));
    let Some(days) = posted.get("days").parse::<u32>().ok().filter(|n| *n > 0) else {
        let text = visitor.t("desks-need-days").to_owned();
        return desk.wrong(&posted, vec![FormError { field: "days".into(), text }], form).await;
    };
    let (at, by) = (w.clock().now(), view::officer(&visitor)?.id);
    let reason = posted.get("reason").to_owned();
    let before = |o: &Opened| {
        let (pack, reason) = (&o.d.progress.pack, posted.get("reason"));
        let change = |s| rules::extend(s, at, by, days, reason, pack, &w.calendar);
        preview::notice(&notice::before(&w, &o.d), "extension", "", change)
    };
    let change = move |tx: &mut store::Tx<'_>, grip, who: &_, workdays: &_| {
        acts::extend(tx, grip, who, days, &reason, workdays)
    };
    desk.issue(&posted, before, change, form).await
}
