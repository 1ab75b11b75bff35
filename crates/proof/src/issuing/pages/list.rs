//! The batches of a unit, newest first.

use crate::Proof;
use crate::issuing::model::Batch;
use crate::issuing::records;
use crate::licences::asked::asked;
use crate::licences::pages::desk_frame;
use askama::Template;
use axum::extract::State;
use web::{Answer, Frame, Lang, Visitor, html};

/// Batches of one page.
const LINES: i64 = 25;

struct Line {
    href: String,
    kind: String,
    name: String,
    rows: String,
    state: String,
    tone: &'static str,
    when: String,
}

#[derive(Template)]
#[template(path = "issuing/list.html")]
struct List {
    f: Frame,
    lines: Vec<Line>,
    prev: String,
    next: String,
}

/// GET /l/batches
pub async fn page(State(proof): State<Proof>, visitor: Visitor) -> Answer {
    let unit = visitor.staff()?.unit;
    let before: Option<i64> = asked(&visitor, "before").parse().ok();
    let after: Option<i64> = asked(&visitor, "after").parse().ok();
    let read = move |db: &mut store::Db<'_>| {
        let found = match after {
            Some(after) => records::list_after(db, unit, after, LINES + 1)?,
            None => records::list(db, unit, before.unwrap_or(i64::MAX), LINES + 1)?,
        };
        let named = |batch: Batch| {
            let version = crate::types::records::version_by_id(db, batch.version)?;
            Ok((batch, version.body.name))
        };
        found.into_iter().map(named).collect::<store::Result<Vec<_>>>()
    };
    let mut found = proof.app().store.read(read).await?;
    let more = found.len() as i64 > LINES;
    if more && after.is_some() {
        found.remove(0);
    } else if more {
        found.pop();
    }
    let newer = if after.is_some() { more } else { before.is_some() };
    let older = after.is_some() || more;
    let link = |way: &str, batch: Option<&(Batch, _)>, there: bool| match batch {
        Some((batch, _)) if there => format!("/l/batches?{way}={}", batch.id),
        _ => String::new(),
    };
    let (prev, next) = (link("after", found.first(), newer), link("before", found.last(), older));
    let f = desk_frame(&proof, &visitor, visitor.t("issuing-title"), "/l/batches");
    let lines = found.into_iter().map(|(batch, name)| Line {
        href: format!("/l/batches/{}", batch.id),
        kind: name.get(if visitor.lang == Lang::En { "en" } else { "zh" }).to_owned(),
        name: if batch.by_hand() { f.t("issuing-by-hand").to_owned() } else { batch.name.clone() },
        rows: f.ta2("issuing-counted", "ready", batch.ready, "total", batch.total),
        state: f.tk("issuing-state-", batch.state.label()),
        tone: batch.state.tone(),
        when: batch.prepared_at.ymd_hm(),
    });
    html(&List { lines: lines.collect(), prev, next, f })
}
