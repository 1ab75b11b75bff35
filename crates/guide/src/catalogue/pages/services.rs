//! C04: all items by audience, theme and department, page by page.

use askama::Template;
use axum::extract::{RawQuery, State};
use web::{Answer, Frame, Link, Visitor, respond::public_page};

use super::featured;
use crate::{
    Guide,
    catalogue::{
        asked::{Asked, address},
        model::Item,
        records, say,
    },
    packs::Pack,
};
use std::sync::Arc;

/// Items on a page.
const PAGE: usize = 20;
/// Departments listed beside; the rest is found by searching.
const DEPARTMENTS: usize = 40;

/// An item of a list.
pub(super) struct Row {
    pub href: String,
    pub name: String,
    pub department: String,
    pub tags: Vec<say::Tag>,
    pub apply: String,
}

impl Row {
    /// The row of an item.
    pub fn new(f: &Frame, item: &Item, pack: Option<&Arc<Pack>>) -> Self {
        Self {
            href: format!("/guide/{}", item.slug),
            name: say::name(f, item),
            department: say::department(f, item, pack.map(|p| &**p)),
            tags: say::tags(f, item),
            apply: say::apply_href(item),
        }
    }
}

#[derive(Template)]
#[template(path = "catalogue/services.html")]
struct Services {
    f: Frame,
    tabs: Vec<Link>,
    themes: Vec<Link>,
    departments: Vec<Link>,
    heading: String,
    total: i64,
    rows: Vec<Row>,
    next: String,
    first: String,
}

/// What list is asked for.
struct Wanted {
    audience: &'static str,
    theme: String,
    department: String,
    after: i64,
}

impl Wanted {
    fn new(asked: &Asked) -> Self {
        Self {
            audience: if asked.get("for") == "business" { "business" } else { "person" },
            theme: asked.get("theme").to_string(),
            department: asked.get("dept").to_string(),
            after: asked.get("after").parse().unwrap_or(0),
        }
    }

    fn facet(&self) -> String {
        if !self.department.is_empty() {
            format!("dept:{}", self.department)
        } else if !self.theme.is_empty() {
            format!("{}:{}", self.audience, self.theme)
        } else {
            self.audience.to_string()
        }
    }
}

/// `GET /services`
pub async fn page(State(guide): State<Guide>, visitor: Visitor, RawQuery(raw): RawQuery) -> Answer {
    let plain = raw.is_none();
    let wanted = Wanted::new(&Asked::new(raw));
    let areas = guide.shelf().areas_for(&visitor.region);
    let (facet, after) = (wanted.facet(), wanted.after);
    let (mut found, counts) = guide
        .app()
        .store
        .read(move |db| {
            let found = records::list(db, &areas, &facet, after, PAGE + 1)?;
            Ok((found, records::counts(db, &areas)?))
        })
        .await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let title = visitor.t("catalogue-services-title").to_string();
    let f = super::frame(&guide, &visitor, title, "items");
    let shelf = guide.shelf();
    let rows: Vec<Row> = found
        .iter()
        .filter_map(|(_, slug)| Some(Row::new(&f, &shelf.get(slug)?.item, shelf.pack(slug))))
        .collect();
    let last = found.last().map_or(0, |(id, _)| *id);
    let here = |after: &str| {
        let parts = [
            ("for", wanted.audience),
            ("theme", &wanted.theme),
            ("dept", &wanted.department),
            ("after", after),
        ];
        address("/services", &parts)
    };
    let first = if plain { "/services".to_string() } else { here("") };
    let page = Services {
        tabs: tabs(&f, &wanted, &counts),
        themes: themes(&f, &wanted, &counts),
        departments: departments(&wanted, &counts),
        heading: heading(&f, &wanted),
        total: counts.iter().find(|(n, _)| *n == wanted.facet()).map_or(0, |(_, n)| *n),
        rows,
        next: if more { here(&last.to_string()) } else { String::new() },
        first: if wanted.after > 0 { here("") } else { String::new() },
        f,
    };
    // Only lists that there are, from their beginning: names and numbers can be made up without end.
    if page.rows.is_empty() || wanted.after != 0 {
        web::html(&page)
    } else {
        public_page(&page, first)
    }
}

/// The catalogue's groups for the map of the site: who they are for, and each theme with its number.
pub async fn groups(
    guide: &Guide,
    visitor: &Visitor,
    f: &Frame,
) -> store::Result<Vec<(String, Vec<Link>)>> {
    let areas = guide.shelf().areas_for(&visitor.region);
    let counts = guide.app().store.read(move |db| records::counts(db, &areas)).await?;
    let of = |audience: &'static str| {
        let wanted = Wanted { audience, theme: String::new(), department: String::new(), after: 0 };
        (f.tk("catalogue-for-", audience), themes(f, &wanted, &counts))
    };
    Ok(["person", "business"].map(of).into())
}

fn heading(f: &Frame, wanted: &Wanted) -> String {
    if !wanted.department.is_empty() {
        wanted.department.clone()
    } else if !wanted.theme.is_empty() {
        featured::theme(&wanted.theme, f.lang).0
    } else {
        f.tk("catalogue-for-", wanted.audience)
    }
}

fn tabs(f: &Frame, wanted: &Wanted, counts: &[(String, i64)]) -> Vec<Link> {
    ["person", "business"]
        .into_iter()
        .map(|audience| {
            let n = counts.iter().find(|(name, _)| name == audience).map_or(0, |(_, n)| *n);
            Link::new(address("/services", &[("for", audience)]), f.tk("catalogue-for-", audience))
                .here(wanted.audience == audience)
                .counting(u32::try_from(n).unwrap_or_default())
        })
        .collect()
}

fn themes(f: &Frame, wanted: &Wanted, counts: &[(String, i64)]) -> Vec<Link> {
    counts
        .iter()
        .filter_map(|(facet, n)| {
            let (kind, theme) = facet.split_once(':')?;
            if kind != wanted.audience {
                return None;
            }
            let href = address("/services", &[("for", wanted.audience), ("theme", theme)]);
            let link = Link::new(href, featured::theme(theme, f.lang).0);
            Some(link.here(wanted.theme == theme).counting(u32::try_from(*n).unwrap_or_default()))
        })
        .collect()
}

fn departments(wanted: &Wanted, counts: &[(String, i64)]) -> Vec<Link> {
    let mut found: Vec<(&str, i64)> =
        counts.iter().filter_map(|(facet, n)| Some((facet.strip_prefix("dept:")?, *n))).collect();
    found.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    found
        .into_iter()
        .take(DEPARTMENTS)
        .map(|(name, n)| {
            Link::new(address("/services", &[("for", wanted.audience), ("dept", name)]), name)
                .here(wanted.department == name)
                .counting(u32::try_from(n).unwrap_or_default())
        })
        .collect()
}
