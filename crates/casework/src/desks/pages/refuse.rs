//! 不予受理 (W06): ground, reason, clause and where to go; read before it is issued.

use super::notice;
use super::turn::{Desk, FormPage, Turn, form_page};
use super::window::Opened;
use crate::Casework;
use crate::cases::model::Ground;
use crate::cases::rules::NonAcceptance;
use crate::cases::{acts, rules, view};
use crate::desks::preview;
use axum::extract::{Path, State};
use store::{Kind, Result};
use web::form::FormError;
use web::frame::Choice;
use web::{Answer, Posted, Visitor};

static TURN: Turn = Turn {
    desk: "/w",
    at: "refuse",
    title: "desks-refuse",
    button: "desks-do-refuse",
    done: "refused",
    kind: Kind::CaseNotAccepted,
    route: "POST /w/c/refuse",
    fields: &[],
};

form_page!(RefusePage, "cases/staff-refuse.html", {
    grounds: Vec<Choice>,
    reason: String,
    basis: String,
    go_to: String,
});

fn made(opened: Opened, posted: Option<&Posted>) -> Result<RefusePage> {
    let typed = |name: &str| posted.map(|p| p.get(name).to_owned()).unwrap_or_default();
    let (f, chosen) = (opened.f, typed("ground"));
    let ground =
        |g: Ground| Choice::new(g.label(), f.tk("cases-ground-", g.label()), chosen.as_str());
    let basis = opened.d.progress.pack.item.basis.first().map(|b| b.zh.clone());
    Ok(RefusePage {
        grounds: Ground::ALL.into_iter().map(ground).collect(),
        reason: typed("reason"),
        basis: if posted.is_some() { typed("basis") } else { basis.unwrap_or_default() },
        go_to: typed("go-to"),
        errors: vec![],
        told: None,
        s: opened.s,
        f,
    })
}

/// GET /w/c/{no}/refuse
pub async fn page(State(w): State<Casework>, visitor: Visitor, Path(no): Path<String>) -> Answer {
    let desk = Desk { w: &w, visitor: &visitor, no: &no, turn: &TURN };
    desk.show(|opened| made(opened, None)).await
}

/// POST /w/c/{no}/refuse: shows the notice; issues it once it was read.
pub async fn issue(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
    posted: Posted,
) -> Answer {
    let desk = Desk { w: &w, visitor: &visitor, no: &no, turn: &TURN };
    let form = |opened| made(opened, Some(&posted));
    let Some(ground) = Ground::parse(posted.get("ground")) else {
        let text = visitor.t("desks-need-ground").to_owned();
        return desk.wrong(&posted, vec![FormError { field: "ground".into(), text }], form).await;
    };
    let text = |name: &str| posted.get(name).to_owned();
    let (reason, basis, go_to) = (text("reason"), text("basis"), text("go-to"));
    let why = NonAcceptance { ground, reason, basis, go_to };
    let (at, by, said) = (w.clock().now(), view::officer(&visitor)?.id, why.clone());
    let before = |o: &Opened| {
        let change = |s| rules::not_accept(s, at, by, said, &w.calendar);
        preview::notice(&notice::before(&w, &o.d), "not-accepted", "", change)
    };
    let change = move |tx: &mut store::Tx<'_>, grip, who: &_, days: &_| {
        acts::not_accept(tx, grip, who, why, days)
    };
    desk.issue(&posted, before, change, form).await
}
