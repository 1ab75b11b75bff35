//! A01: filters with names: kept from the list, opened, renamed, dropped.
//!
//! | method | path | access | relation | handler |
//! |---|---|---|---|---|
//! | GET | /w/views | CLERK | Unit | `window` |
//! | POST | /w/views | CLERK | Unit | `keep_window` |
//! | POST | /w/views/{id} | CLERK | Unit | `change_window` |
//! | GET | /a/views | APPROVER | Unit | `officer` |
//! | POST | /a/views | APPROVER | Unit | `keep_officer` |
//! | POST | /a/views/{id} | APPROVER | Unit | `change_officer` |

use super::model::{View, Whose};
use super::{acts, records};
use crate::Casework;
use crate::desks::pages::inbox::{address, view_words};
use crate::desks::pages::{Told, nav};
use crate::drafts::pages::{number, query};
use askama::Template;
use axum::extract::{Path, State};
use store::{Error, Purpose, Result};
use web::form::FormError;
use web::respond::html_again;
use web::{Answer, Frame, Posted, Texts, Visitor, html, see_other};

/// Most characters kept of an item's words.
const ITEM: usize = 40;

struct Line {
    id: i64,
    href: String,
    name: String,
    what: String,
    error: String,
}

#[derive(Template)]
#[template(path = "cases/staff-views.html")]
struct ViewsPage {
    f: Frame,
    desk: &'static str,
    lines: Vec<Line>,
    fresh: View,
    what: String,
    errors: Vec<FormError>,
    told: Option<Told>,
    idem: String,
}

impl ViewsPage {
    fn error(&self, field: &str) -> String {
        crate::drafts::pages::text_of(&self.errors, field)
    }
}

fn whose(visitor: &Visitor, desk: &'static str) -> Result<Whose> {
    Ok(Whose { staff: visitor.staff()?.id, desk })
}

/// One's own views of a desk.
pub(crate) async fn mine(w: &Casework, visitor: &Visitor, desk: &'static str) -> Result<Vec<View>> {
    let whose = whose(visitor, desk)?;
    w.store.read(move |db| records::mine(db, whose)).await
}

/// What a filter shows, in words.
fn what(f: &Frame, v: &View) -> String {
    let shows = f.t(view_words(&v.shows).unwrap_or("desks-view-all"));
    match v.item.as_str() {
        "" => shows.to_owned(),
        item => f.ta2("views-what", "shows", shows, "item", item),
    }
}

/// A filter as an address or form names it; one the desk does not have is all.
fn filter(name: &str, shows: &str, item: &str) -> View {
    let shows = if view_words(shows).is_some() { shows } else { "" };
    let item = item.chars().filter(|c| !c.is_control()).take(ITEM).collect();
    View { id: 0, name: name.to_owned(), shows: shows.to_owned(), item }
}

async fn page_of(
    w: &Casework,
    visitor: &Visitor,
    desk: &'static str,
    fresh: View,
    errors: Vec<FormError>,
) -> Result<ViewsPage> {
    let all = mine(w, visitor, desk).await?;
    let f = visitor.staff_frame(w, visitor.t("views-title"), nav(visitor, desk));
    let line = |v: View| Line {
        id: v.id,
        href: address(desk, &v.shows, &v.item, ""),
        what: what(&f, &v),
        error: crate::drafts::pages::text_of(&errors, &format!("name-{}", v.id)),
        name: v.name,
    };
    let lines = all.into_iter().map(line).collect();
    let told = match query(visitor, "done").as_str() {
        "renamed" => Some("views-done-renamed"),
        "dropped" => Some("views-done-dropped"),
        _ => None,
    };
    let told = told.map(|words| Told {
        kind: "ok",
        title: visitor.t(words).to_owned(),
        text: String::new(),
    });
    Ok(ViewsPage {
        lines,
        what: what(&f, &fresh),
        fresh,
        idem: w.store.chance().token(),
        desk,
        told,
        f: f.with_failed(!errors.is_empty()),
        errors,
    })
}

async fn page(w: &Casework, visitor: &Visitor, desk: &'static str) -> Answer {
    let fresh = filter("", &query(visitor, "view"), &query(visitor, "item"));
    html(&page_of(w, visitor, desk, fresh, vec![]).await?)
}

/// What an act was refused with, at its field.
fn at_field(visitor: &Visitor, field: String, e: &Error) -> Vec<FormError> {
    let (what, next) = web::errors::words(visitor.lang, e);
    let args = [("what", what.as_str()), ("next", next.as_str())];
    vec![FormError { field, text: Texts::shipped().ta(visitor.lang, "drafts-error", &args) }]
}

async fn keep(
    w: &Casework,
    visitor: &Visitor,
    (desk, route): (&'static str, &'static str),
    posted: &Posted,
) -> Answer {
    let (whose, idem) = (whose(visitor, desk)?, posted.idem(route)?);
    let fresh = filter(posted.get("name"), posted.get("view"), posted.get("item"));
    let view = View { id: w.store.fresh_id(), ..fresh.clone() };
    let to = address(desk, &view.shows, &view.item, "");
    let ctx = visitor.ctx(w, Purpose::None);
    match w.store.write_once(ctx, idem, move |tx| acts::keep(tx, whose, &view)).await {
        Ok(()) => Ok(see_other(&to)),
        Err(e @ Error::Refused(_)) => {
            let errors = at_field(visitor, "name".to_owned(), &e);
            html_again(&page_of(w, visitor, desk, fresh, errors).await?)
        }
        Err(e) => Err(e.into()),
    }
}

async fn change(
    w: &Casework,
    visitor: &Visitor,
    (desk, route): (&'static str, &'static str),
    id: &str,
    posted: &Posted,
) -> Answer {
    let (whose, idem, id) = (whose(visitor, desk)?, posted.idem(route)?, number(id)?);
    let (drop, name) = (posted.get("_go") == "drop", posted.get("name").to_owned());
    let act = move |tx: &mut store::Tx<'_>| match drop {
        true => acts::forget(tx, whose, id),
        false => acts::rename(tx, whose, id, &name),
    };
    match w.store.write_once(visitor.ctx(w, Purpose::None), idem, act).await {
        Ok(()) if drop => Ok(see_other(&format!("{desk}/views?done=dropped"))),
        Ok(()) => Ok(see_other(&format!("{desk}/views?done=renamed"))),
        Err(e @ Error::Refused(_)) => {
            let errors = at_field(visitor, format!("name-{id}"), &e);
            let mut page = page_of(w, visitor, desk, filter("", "", ""), errors).await?;
            for line in page.lines.iter_mut().filter(|l| l.id == id) {
                posted.get("name").clone_into(&mut line.name);
            }
            html_again(&page)
        }
        Err(e) => Err(e.into()),
    }
}

/// GET /w/views
pub async fn window(State(w): State<Casework>, visitor: Visitor) -> Answer {
    page(&w, &visitor, "/w").await
}

/// GET /a/views
pub async fn officer(State(w): State<Casework>, visitor: Visitor) -> Answer {
    page(&w, &visitor, "/a").await
}

/// POST /w/views
pub async fn keep_window(State(w): State<Casework>, visitor: Visitor, posted: Posted) -> Answer {
    keep(&w, &visitor, ("/w", "POST /w/views"), &posted).await
}

/// POST /a/views
pub async fn keep_officer(State(w): State<Casework>, visitor: Visitor, posted: Posted) -> Answer {
    keep(&w, &visitor, ("/a", "POST /a/views"), &posted).await
}

/// POST /w/views/{id}
pub async fn change_window(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Answer {
    change(&w, &visitor, ("/w", "POST /w/views/{id}"), &id, &posted).await
}

/// POST /a/views/{id}
pub async fn change_officer(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Answer {
    change(&w, &visitor, ("/a", "POST /a/views/{id}"), &id, &posted).await
}
