//! 待补件: whom the windows of this unit wait for; and the end of a sitting without a case.

use super::super::acts;
use super::super::filling::{ctx, item_name, sitting};
use super::super::model::{Hold, Stage};
use super::super::receiving::clerk;
use super::super::records;
use super::{at, frame, hold, id_of, news};
use crate::Casework;
use crate::desks::pages::Told;
use crate::drafts::model::KEPT_DAYS;
use askama::Template;
use axum::extract::{Path, State};
use store::{Done, Error, Result, Tx};
use web::{Answer, Frame, Posted, Visitor, html, see_other};

/// Lines shown.
const LINES: i64 = 100;

struct Line {
    at: String,
    version: i64,
    who: String,
    item: String,
    told: String,
    count: usize,
    until: String,
    staff_no: String,
    gone: bool,
    idem: String,
}

#[derive(Template)]
#[template(path = "intake/waiting.html")]
struct WaitingPage {
    f: Frame,
    lines: Vec<Line>,
    told: Option<Told>,
}

/// GET /w/waiting
pub async fn page(State(w): State<Casework>, visitor: Visitor) -> Answer {
    let unit = clerk(&visitor)?.unit;
    let read = move |db: &mut store::Db<'_>| {
        let mut all = Vec::new();
        for s in records::of_unit(db, unit, Stage::Waiting, LINES)? {
            let there = acts::still_waits(db, &s)?;
            all.push((s, there));
        }
        Ok(all)
    };
    let all = w.store.read(read).await?;
    let line = |(s, there): &(super::Sitting, bool)| Line {
        at: at(s.id),
        version: s.version,
        who: s.shown.clone(),
        item: item_name(&w, s),
        told: s.facts.told.as_ref().map(|t| t.at.ymd_hm()).unwrap_or_default(),
        count: s.facts.told.as_ref().map_or(0, |t| t.count),
        until: s.changed.plus_days(KEPT_DAYS).ymd(),
        staff_no: s.facts.staff_no.clone(),
        gone: !there,
        idem: w.store.chance().token(),
    };
    let f = frame(&w, &visitor, visitor.t("intake-waiting-title"), "/w/waiting");
    html(&WaitingPage { lines: all.iter().map(line).collect(), told: news(&visitor), f })
}

async fn turn(
    w: &Casework,
    visitor: &Visitor,
    (id, route): (&str, &'static str),
    posted: &Posted,
    act: fn(&mut Tx<'_>, Hold, &acts::Clerk) -> Result<Done<Hold>>,
) -> Result<Hold> {
    let idem = posted.idem(route)?;
    let s = sitting(w, visitor, id_of(id)?).await?;
    let (hold, me) = (hold(&s, posted.get("version"))?, clerk(visitor)?);
    let write = move |tx: &mut Tx<'_>| act(tx, hold, &me);
    w.store.write_once(ctx(w, visitor), idem, write).await
}

/// POST /w/i/{id}/resume
pub async fn resume(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Answer {
    match turn(&w, &visitor, (&id, "POST /w/i/{id}/resume"), &posted, acts::resume).await {
        Ok(hold) => Ok(see_other(&at(hold.id))),
        Err(Error::Stale) => Ok(see_other("/w/waiting?done=stale")),
        Err(e) => Err(e.into()),
    }
}

/// POST /w/i/{id}/end
pub async fn end(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Answer {
    match turn(&w, &visitor, (&id, "POST /w/i/{id}/end"), &posted, acts::end).await {
        Ok(_) => Ok(see_other("/w/i?done=ended")),
        Err(Error::Stale) => Ok(see_other("/w/i?done=stale")),
        Err(e) => Err(e.into()),
    }
}
