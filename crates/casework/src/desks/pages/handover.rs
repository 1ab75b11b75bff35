//! 转办: a case handed to a colleague of the same unit and post, with a reason.

use super::say::names;
use super::turn::{Desk, FormPage, Turn, form_page};
use super::window::Opened;
use crate::Casework;
use crate::cases::model::Post;
use crate::cases::{acts, view};
use axum::extract::{Path, State};
use people::identity::{StaffId, peers};
use store::{Kind, Result};
use web::form::FormError;
use web::frame::Choice;
use web::{Answer, Posted, Role, Visitor};

/// The act at one desk.
const fn turn(desk: &'static str, route: &'static str) -> Turn {
    Turn {
        desk,
        at: "handover",
        title: "desks-handover",
        button: "desks-do-handover",
        done: "handed",
        kind: Kind::CaseHandedOver,
        route,
        fields: &[("handover-nobody", "to"), ("handover-aside", "to")],
    }
}

static WINDOW: Turn = turn("/w", "POST /w/c/handover");
static OFFICER: Turn = turn("/a", "POST /a/c/handover");

form_page!(HandOverPage, "cases/staff-handover.html", {
    to: Vec<Choice>,
    reason: String,
});

/// Colleagues who may be given it: number and name.
async fn colleagues(w: &Casework, visitor: &Visitor, post: Post) -> Result<Vec<(StaffId, String)>> {
    let me = view::officer(visitor)?;
    let role = if post == Post::Clerk { Role::Clerk } else { Role::Approver };
    let cards = w.store.read(move |db| peers(db, me.unit, role, me.id)).await?;
    let names = names(w, cards.iter().map(|card| card.id).collect()).await?;
    let line = |card: people::identity::StaffCard| {
        let name = names.get(&card.id).cloned().unwrap_or_default();
        (card.id, format!("{name} {}", card.no))
    };
    Ok(cards.into_iter().map(line).collect())
}

fn made(
    opened: Opened,
    all: &[(StaffId, String)],
    posted: Option<&Posted>,
) -> Result<HandOverPage> {
    let typed = |name: &str| posted.map(|p| p.get(name).to_owned()).unwrap_or_default();
    let chosen = typed("to");
    let choice = |(id, words): &(StaffId, String)| Choice::new(id.0.to_string(), words, &chosen);
    Ok(HandOverPage {
        to: all.iter().map(choice).collect(),
        reason: typed("reason"),
        errors: vec![],
        told: None,
        s: opened.s,
        f: opened.f,
    })
}

async fn show(
    w: &Casework,
    visitor: &Visitor,
    no: &str,
    (turn, post): (&'static Turn, Post),
) -> Answer {
    let all = colleagues(w, visitor, post).await?;
    Desk { w, visitor, no, turn }.show(|opened| made(opened, &all, None)).await
}

async fn hand(
    w: &Casework,
    visitor: &Visitor,
    no: &str,
    (turn, post): (&'static Turn, Post),
    posted: &Posted,
) -> Answer {
    let all = colleagues(w, visitor, post).await?;
    let desk = Desk { w, visitor, no, turn };
    let form = |opened| made(opened, &all, Some(posted));
    let Ok(to) = posted.get("to").parse().map(StaffId) else {
        let text = visitor.t("desks-need-colleague").to_owned();
        return desk.wrong(posted, vec![FormError { field: "to".into(), text }], form).await;
    };
    let reason = posted.get("reason").to_owned();
    let change = move |tx: &mut store::Tx<'_>, grip, who: &_, days: &_| {
        acts::hand_over(tx, grip, who, (to, &reason), days)
    };
    desk.act(posted, Ok(()), change, form).await
}

/// GET /w/c/{no}/handover
pub async fn window(State(w): State<Casework>, visitor: Visitor, Path(no): Path<String>) -> Answer {
    show(&w, &visitor, &no, (&WINDOW, Post::Clerk)).await
}

/// GET /a/c/{no}/handover
pub async fn officer(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
) -> Answer {
    show(&w, &visitor, &no, (&OFFICER, Post::Approver)).await
}

/// POST /w/c/{no}/handover
pub async fn hand_window(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
    posted: Posted,
) -> Answer {
    hand(&w, &visitor, &no, (&WINDOW, Post::Clerk), &posted).await
}

/// POST /a/c/{no}/handover
pub async fn hand_officer(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
    posted: Posted,
) -> Answer {
    hand(&w, &visitor, &no, (&OFFICER, Post::Approver), &posted).await
}
