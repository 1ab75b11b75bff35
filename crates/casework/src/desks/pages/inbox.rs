//! What waits at a desk (W03, A01): by the day it is due, in views that are addresses.

use super::say::{left, light, names};
use super::{Told, done, nav, query};
use crate::Casework;
use crate::cases::model::{Grip, Officer, Phase, Post};
use crate::cases::view::{self, Card, Items};
use crate::cases::{acts, records, rules};
use crate::desks::records as desk_records;
use askama::Template;
use axum::extract::State;
use codes::case_no::CaseNo;
use codes::clock;
use guide::packs::Pack;
use guide::search::Query;
use people::identity::StaffId;
use proof::custody::pages::{Banner, banner};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Error, Purpose, Result};
use web::{Answer, Frame, Link, Posted, Visitor, html, see_other};

/// Lines a filtered view shows at least, before it stops looking.
const LINES: usize = 20;
/// Pages of the desk looked through for one filtered view.
const LOOKED: usize = 12;

/// The views: name in the address, words.
const VIEWS: [(&str, &str); 5] = [
    ("", "desks-view-all"),
    ("mine", "desks-view-mine"),
    ("group", "desks-view-group"),
    ("overdue", "desks-view-overdue"),
    ("paused", "desks-view-paused"),
];

struct Line {
    href: String,
    no: String,
    grouped: String,
    item: String,
    applicant: String,
    phase: String,
    left: String,
    tone: &'static str,
    icon: &'static str,
    due: String,
    submitted: String,
    handler: String,
    free: bool,
    aside: bool,
    idem: String,
}

#[derive(Template)]
#[template(path = "cases/staff-inbox.html")]
struct InboxPage {
    f: Frame,
    desk: &'static str,
    lines: Vec<Line>,
    views: Vec<Link>,
    saved: Vec<Link>,
    keep: String,
    handed: Vec<Handed>,
    item: String,
    view: String,
    no: String,
    first: String,
    next: String,
    told: Option<Told>,
    seals: Banner,
    idem: String,
    now: String,
}

/// A case a colleague handed over.
struct Handed {
    href: String,
    grouped: String,
    words: String,
    reason: String,
}

/// Words of a view of the desks; nothing for a key that is none.
pub(crate) fn view_words(key: &str) -> Option<&'static str> {
    VIEWS.iter().find(|(view, _)| *view == key).map(|(_, words)| *words)
}

/// One desk.
#[derive(Clone, Copy)]
struct Desk {
    at: &'static str,
    post: Post,
    title: &'static str,
}

const WINDOW: Desk = Desk { at: "/w", post: Post::Clerk, title: "desks-window-title" };
const OFFICER: Desk = Desk { at: "/a", post: Post::Approver, title: "desks-officer-title" };

/// GET /w
pub async fn window(State(w): State<Casework>, visitor: Visitor) -> Answer {
    page(&w, &visitor, WINDOW).await
}

/// GET /a
pub async fn officer(State(w): State<Casework>, visitor: Visitor) -> Answer {
    page(&w, &visitor, OFFICER).await
}

/// POST /w/next
pub async fn next_window(State(w): State<Casework>, visitor: Visitor, posted: Posted) -> Answer {
    next(&w, &visitor, WINDOW, &posted).await
}

/// POST /a/next
pub async fn next_officer(State(w): State<Casework>, visitor: Visitor, posted: Posted) -> Answer {
    next(&w, &visitor, OFFICER, &posted).await
}

/// Items named by the words or the pinyin initials typed (`spjy` for 食品经营许可), as the search of the
/// unit's region understands them. Nothing typed means every item.
fn items(w: &Casework, visitor: &Visitor, typed: &str) -> Result<Items> {
    if typed.is_empty() {
        return Ok(None);
    }
    let region = Some(visitor.staff()?.region.clone());
    let query = Query { text: typed.to_owned(), region, limit: 20, ..Query::default() };
    let found = w.shelf().search()?.query(&query).items;
    let best = found.first().map_or(0.0, |hit| hit.score);
    let near = found.into_iter().filter(|hit| hit.score * 2.0 >= best);
    let mut slugs: BTreeSet<String> = near.map(|hit| hit.slug).collect();
    let (shelf, named) = (w.shelf(), |p: &&Arc<Pack>| p.item.short_name.zh.contains(typed));
    slugs.extend(shelf.packs().filter(named).map(|p| p.slug.clone()));
    Ok(Some(Arc::new(slugs)))
}

fn fits(view: &str, card: &Card, me: StaffId) -> bool {
    match view {
        "mine" => card.handler == Some(me),
        "group" => card.handler.is_none(),
        "overdue" => matches!(card.light, clock::State::Red | clock::State::RedStatutory),
        "paused" => card.phase == Phase::Special,
        _ => true,
    }
}

/// Lines of a view. The desk is read page by page until there are enough or it has been looked
/// through far enough; the cursor goes on from there.
async fn lines_of(
    w: &Casework,
    officer: &Officer,
    desk: Desk,
    (view, items): (&str, Items),
    mut after: Option<String>,
) -> Result<(Vec<Card>, Option<String>)> {
    let mut cards = Vec::new();
    for _ in 0..LOOKED {
        let some = view::inbox(w, officer, desk.post, items.clone(), after.as_deref()).await?;
        cards.extend(some.cards.into_iter().filter(|c| fits(view, c, officer.id)));
        after = some.next;
        if after.is_none() || cards.len() >= LINES {
            break;
        }
    }
    Ok((cards, after))
}

/// A number typed into the search: the case, if it is this unit's, wherever it lies now.
async fn found(w: &Casework, officer: &Officer, typed: &str) -> Result<Option<CaseNo>> {
    let Ok(no) = CaseNo::parse(typed) else { return Ok(None) };
    let unit = officer.unit;
    match w.store.read(move |db| records::by_no(db, no)).await {
        Ok(case) => Ok(rules::concerns(&case, unit).then_some(no)),
        Err(Error::NotFound) => Ok(None),
        Err(e) => Err(e),
    }
}

async fn page(w: &Casework, visitor: &Visitor, desk: Desk) -> Answer {
    let officer = view::officer(visitor)?;
    let (no, view, item) = (query(visitor, "no"), query(visitor, "view"), query(visitor, "item"));
    let mut told = done(visitor);
    if !no.is_empty() {
        if let Some(no) = found(w, &officer, &no).await? {
            return Ok(see_other(&format!("{}/c/{no}", desk.at)));
        }
        let (title, text) = (visitor.t("desks-find-none"), visitor.t("desks-find-none-next"));
        told = Some(Told { kind: "warn", title: title.to_owned(), text: text.to_owned() });
    }
    let after = Some(query(visitor, "after")).filter(|a| !a.is_empty());
    let (first, items) = (after.is_some(), items(w, visitor, &item)?);
    let (cards, next) = lines_of(w, &officer, desk, (&view, items), after).await?;
    let f = visitor.staff_frame(w, visitor.t(desk.title), nav(visitor, desk.at));
    let handlers = cards.iter().filter_map(|c| c.handler).collect();
    let names = names(w, handlers).await?;
    let line = |one: Card| line(w, &f, desk, &officer, one, &names);
    let to = |view: &str, after: &str| address(desk.at, view, &item, after);
    let mine = saved(w, visitor, desk.at, (&view, &item)).await?;
    let handed = handed(w, &f, &officer, desk).await?;
    let views = VIEWS.iter().filter(|(key, _)| desk.post == Post::Approver || *key != "paused");
    let views = views.map(|(key, words)| Link::new(to(key, ""), f.t(words)).here(*key == view));
    html(&InboxPage {
        desk: desk.at,
        lines: cards.into_iter().map(line).collect(),
        views: views.collect(),
        saved: mine,
        keep: to(&view, "").split_once('?').map(|(_, q)| q.to_owned()).unwrap_or_default(),
        handed,
        first: if first { to(&view, "") } else { String::new() },
        next: next.map(|n| to(&view, &n)).unwrap_or_default(),
        seals: banner(w, visitor).await?,
        idem: w.store.chance().token(),
        now: w.clock().now().hm(),
        item,
        view,
        no,
        told,
        f,
    })
}

/// Where a filter of a desk stands.
pub(crate) fn address(desk: &str, view: &str, item: &str, after: &str) -> String {
    let pairs = [("view", view), ("item", item), ("after", after)];
    let pairs = pairs.iter().filter(|(_, v)| !v.is_empty());
    let pairs: Vec<String> = pairs.map(|(k, v)| format!("{k}={}", escaped(v))).collect();
    if pairs.is_empty() { desk.to_owned() } else { format!("{desk}?{}", pairs.join("&")) }
}

/// One's own filters with names.
async fn saved(
    w: &Casework,
    visitor: &Visitor,
    desk: &'static str,
    (view, item): (&str, &str),
) -> Result<Vec<Link>> {
    let all = crate::views::pages::mine(w, visitor, desk).await?;
    let link = |v: crate::views::model::View| {
        let here = v.shows == view && v.item == item;
        Link::new(address(desk, &v.shows, &v.item, ""), &v.name).here(here)
    };
    Ok(all.into_iter().map(link).collect())
}

/// What colleagues handed over and is still in hand.
async fn handed(w: &Casework, f: &Frame, officer: &Officer, desk: Desk) -> Result<Vec<Handed>> {
    let (me, post) = (officer.id, desk.post);
    let all = w.store.read(move |db| desk_records::handed_to(db, me, post)).await?;
    let names = names(w, all.iter().map(|(_, h)| h.from).collect()).await?;
    let line = |(no, h): (CaseNo, desk_records::Handed)| {
        let from = names.get(&h.from).cloned().unwrap_or_default();
        Handed {
            href: format!("{}/c/{no}", desk.at),
            grouped: no.grouped(),
            words: f.ta2("desks-handed-line", "name", from, "at", h.at.ymd_hm()),
            reason: h.reason,
        }
    };
    Ok(all.into_iter().map(line).collect())
}

fn escaped(text: &str) -> String {
    let one = |b: u8| match b {
        b if b.is_ascii_alphanumeric() || b == b'-' => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    };
    text.bytes().map(one).collect()
}

fn line(
    w: &Casework,
    f: &Frame,
    desk: Desk,
    officer: &Officer,
    card: Card,
    names: &std::collections::BTreeMap<StaffId, String>,
) -> Line {
    let handler = match card.handler {
        Some(id) if id == officer.id => f.t("desks-me").to_owned(),
        Some(id) => names.get(&id).cloned().unwrap_or_default(),
        None => String::new(),
    };
    let tone = light(&card);
    Line {
        href: format!("{}/c/{}", desk.at, card.no),
        no: card.no.to_string(),
        grouped: card.no.grouped(),
        item: card.item.get(f.lang.tag()).to_owned(),
        phase: f.tk("cases-state-", card.phase.label()),
        left: left(f, &card),
        icon: match tone {
            "ok" => "clock",
            "warn" if card.paused => "pause",
            _ => "warn",
        },
        tone,
        due: card.due.map(|d| d.to_string()).unwrap_or_default(),
        submitted: card.submitted.ymd_hm(),
        handler,
        free: card.handler.is_none() && !card.aside,
        aside: card.aside,
        applicant: card.applicant,
        idem: w.store.chance().token(),
    }
}

/// Takes the free case that is due first in hand and opens it; one already in hand comes before.
async fn next(w: &Casework, visitor: &Visitor, desk: Desk, posted: &Posted) -> Answer {
    let officer = view::officer(visitor)?;
    let route = if desk.post == Post::Clerk { "POST /w/next" } else { "POST /a/next" };
    let mine = lines_of(w, &officer, desk, ("mine", None), None).await?.0;
    if let Some(card) = mine.first().filter(|_| posted.get("mine") == "1") {
        return Ok(see_other(&format!("{}/c/{}", desk.at, card.no)));
    }
    let free = lines_of(w, &officer, desk, ("group", None), None).await?.0;
    for card in free.into_iter().filter(|card| !card.aside) {
        let id = card.id;
        let case = w.store.read(move |db| records::by_id(db, id)).await?;
        let grip = Grip { id, version: case.version };
        let ctx = visitor.ctx(w, Purpose::Case(id.0));
        let (who, calendar) = (officer.clone(), w.calendar.clone());
        let claim = move |tx: &mut store::Tx<'_>| acts::claim(tx, grip, &who, &calendar);
        match w.store.write_once(ctx, posted.idem(route)?, claim).await {
            Ok(taken) => return Ok(see_other(&format!("{}/c/{}", desk.at, taken.no))),
            // Somebody was faster: the one after it.
            Err(Error::Stale) => continue,
            Err(Error::Refused(r)) if r.code == "case-in-other-hands" => continue,
            Err(e) => return Err(e.into()),
        }
    }
    Ok(see_other(&format!("{}?done=none", desk.at)))
}
