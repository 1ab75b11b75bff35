//! C20: one's own space: what waits first, then cases, then everything that is kept about one.

use super::super::model::Phase;
use super::super::records;
use super::super::view::{self, Card};
use super::citizen::{status, status_of};
use crate::Casework;
use crate::drafts::Draft;
use crate::drafts::filing;
use crate::drafts::model::KEPT_DAYS;
use crate::drafts::pages::{day, query};
use crate::waiting::short;
use askama::Template;
use axum::extract::State;
use guide::{Guide, WaitingFuture};
use people::identity::AccountId;
use web::{Answer, Frame, Visitor, html};

/// One thing to do.
struct Todo {
    state: &'static str,
    when: String,
    name: String,
    text: String,
    href: String,
    action: String,
    drop: String,
}

/// One case of the list.
struct Row {
    href: String,
    no: String,
    name: String,
    status: &'static str,
    note: String,
    rate: bool,
}

/// One place of one's own space.
struct Place {
    href: &'static str,
    icon: &'static str,
    title: String,
    note: String,
}

#[derive(Template)]
#[template(path = "cases/my.html")]
struct MyPage {
    f: Frame,
    name: String,
    verified: bool,
    said: &'static str,
    todo: Vec<Todo>,
    cases: Vec<Row>,
    first: bool,
    next: String,
    places: Vec<Place>,
}

/// The hook by which the home page asks what waits (接着办).
pub fn waiting_hook(guide: Guide, visitor: Visitor) -> WaitingFuture {
    Box::pin(async move { crate::waiting(&guide, &visitor).await })
}

fn draft(w: &Casework, f: &Frame, d: &Draft) -> Todo {
    let name = w.pack(&d.slug).map(|p| p.item.short_name.get(f.lang.tag()).to_owned());
    let until = short(f.lang, d.saved.plus_days(KEPT_DAYS).day());
    Todo {
        state: "draft",
        when: f.ta("cases-my-saved", "day", short(f.lang, d.saved.day())),
        name: name.unwrap_or_else(|| d.slug.clone()),
        text: f.ta("cases-my-draft", "day", until),
        href: format!("/d/{}", d.id.0),
        action: f.t("drafts-start-go-on").to_owned(),
        drop: format!("/d/{}/discard", d.id.0),
    }
}

fn fix(f: &Frame, c: &Card) -> Todo {
    let due = c.due.map(|d| short(f.lang, d)).unwrap_or_default();
    Todo {
        state: "need_fix",
        when: f.ta("cases-citizen-by", "day", &due),
        name: c.item.get(f.lang.tag()).to_owned(),
        text: f.ta("cases-citizen-fix-by", "day", due),
        href: format!("/c/{}/fix", c.no),
        action: f.t("cases-citizen-fix").to_owned(),
        drop: String::new(),
    }
}

/// What the tag of a line says. A phase alone does not tell how a case ended, nor whether a special
/// procedure stops the clock: then the case itself is asked.
pub(crate) async fn standing(guide: &Guide, cards: &[Card]) -> store::Result<Vec<&'static str>> {
    let lines: Vec<_> = cards.iter().map(|c| (c.no, c.phase)).collect();
    let read = move |db: &mut store::Db<'_>| {
        let one = |(no, phase)| match phase {
            Phase::Closed | Phase::Special => Ok(status(&records::by_no(db, no)?.state)),
            _ => Ok(status_of(phase)),
        };
        lines.into_iter().map(one).collect()
    };
    guide.store.read(read).await
}

fn row(f: &Frame, c: &Card, status: &'static str) -> Row {
    let due = c.due.map(|d| f.ta("cases-citizen-by", "day", day(f, d)));
    let note = f.ta("cases-my-submitted", "day", day(f, c.submitted.day()));
    Row {
        href: format!("/c/{}", c.no),
        no: c.no.grouped(),
        name: c.item.get(f.lang.tag()).to_owned(),
        status,
        note: due.map_or_else(|| note.clone(), |due| format!("{note}\n{due}")),
        rate: c.phase == Phase::Closed,
    }
}

fn places(f: &Frame, unread: i64) -> Vec<Place> {
    let place = |key: &str, href, icon| Place {
        href,
        icon,
        title: f.tk("cases-my-place-", key),
        note: f.tk("cases-my-note-", key),
    };
    let mut all = vec![
        place("licences", "/my/licences", "id"),
        place("files", "/my/files", "page"),
        place("messages", "/my/messages", "bell"),
        place("access", "/my/access-log", "eye"),
        place("acting", "/my/acting", "building"),
        place("account", "/my/account", "shield"),
    ];
    if unread > 0 {
        all[2].note = f.tn("cases-my-unread", unread);
    }
    all
}

/// GET /my
pub async fn page(State(w): State<Casework>, visitor: Visitor) -> Answer {
    let citizen = visitor.citizen()?.clone();
    let mut f = visitor.frame(&w, visitor.t("frame-my-space"), "my");
    let account = AccountId(citizen.account);
    let unread = w.store.read(move |db| people::notices::unread(db, account)).await?;
    f.unread = u32::try_from(unread).unwrap_or_default();
    let after = query(&visitor, "after");
    let after = Some(after.as_str()).filter(|a| !a.is_empty());
    let (mut todo, mut list) = (Vec::new(), view::Page::default());
    if citizen.person.is_some() {
        let owner = filing::owner(&visitor)?;
        list = view::mine(&w, owner, after).await?;
        if after.is_none() {
            let wanted = list.cards.iter().filter(|c| c.phase == Phase::CorrectionRequested);
            todo.extend(wanted.map(|c| fix(&f, c)));
            let drafts = filing::mine(&w, owner).await?;
            todo.extend(drafts.iter().map(|d| draft(&w, &f, d)));
        }
    }
    let said = match (query(&visitor, "saved").as_str(), query(&visitor, "discarded").as_str()) {
        ("1", _) => "cases-my-kept",
        (_, "1") => "cases-my-discarded",
        _ => "",
    };
    let standing = standing(&w, &list.cards).await?;
    let rows = list.cards.iter().zip(standing).map(|(c, status)| row(&f, c, status));
    html(&MyPage {
        name: citizen.acting.as_ref().map_or(citizen.name, |a| a.name.clone()),
        verified: citizen.person.is_some(),
        said,
        todo,
        cases: rows.collect(),
        first: after.is_none(),
        next: list.next.map(|n| format!("/my?after={n}")).unwrap_or_default(),
        places: places(&f, unread),
        f,
    })
}
