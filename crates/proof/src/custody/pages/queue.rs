//! The signing queue of the unit's seals (L06): who asked, for which document, on whose decision, and where it
//! stands.

use super::{LINES, People, frame};
use crate::Proof;
use crate::custody::model::Request;
use crate::custody::records;
use crate::licences::asked::asked;
use askama::Template;
use axum::extract::State;
use web::{Answer, Frame, Visitor, html};

struct Line {
    title: String,
    number: String,
    hash: String,
    who: String,
    kind: String,
    asked: String,
    state: String,
    tone: &'static str,
    why: String,
}

#[derive(Template)]
#[template(path = "custody/queue.html")]
struct Queue {
    f: Frame,
    lines: Vec<Line>,
    waiting: String,
    waiting_next: String,
    next: String,
}

/// GET /s/queue: newest first, key-set paged.
pub async fn page(State(proof): State<Proof>, visitor: Visitor) -> Answer {
    let unit = visitor.staff()?.unit;
    let before: i64 = asked(&visitor, "before").parse().unwrap_or(i64::MAX);
    let read = move |db: &mut store::Db<'_>| {
        Ok((records::requests(db, unit, before, LINES + 1)?, records::waiting(db, unit)?))
    };
    let (mut found, waiting) = proof.app().store.read(read).await?;
    let more = found.len() as i64 > LINES;
    found.truncate(LINES as usize);
    let next = match found.last() {
        Some(last) if more => format!("/s/queue?before={}", last.id),
        _ => String::new(),
    };
    let people = People::of(&proof, found.iter().map(|r| r.approver.clone()).collect()).await?;
    let f = frame(&proof, &visitor, visitor.t("custody-queue-title"), "/s/queue").await?;
    let (waiting, waiting_next) = match waiting {
        None => (String::new(), String::new()),
        Some(w) => (f.tn("custody-waiting", w.count), why(&f, &w.why)),
    };
    let lines = found.iter().map(|r| line(r, &people, &visitor, &f)).collect();
    html(&Queue { lines, waiting, waiting_next, next, f })
}

fn why(f: &Frame, code: &str) -> String {
    if code.is_empty() { String::new() } else { f.tk("custody-why-", code) }
}

fn line(r: &Request, people: &People, visitor: &Visitor, f: &Frame) -> Line {
    Line {
        title: r.title.clone(),
        number: r.number.clone(),
        hash: short(&r.document_hash),
        who: people.words(visitor.lang, &r.approver),
        kind: f.tk("custody-kind-", r.kind.label()),
        asked: r.asked.ymd_hm(),
        state: f.tk("custody-request-", r.state.label()),
        tone: r.state.tone(),
        why: why(f, &r.why),
    }
}

/// The first letters of a digest: enough to compare by eye.
pub(super) fn short(hash: &str) -> String {
    hash.chars().take(16).collect()
}
