//! C01: the home page. One question, then what waits, what is used most, and ways to browse.

use askama::Template;
use axum::extract::{RawQuery, State};
use web::{Answer, Frame, Link, Visitor, Who, respond::public_page};

use super::featured;
use crate::{
    Guide, Waiting,
    catalogue::{
        asked::{Asked, address},
        records, say,
    },
};

/// Themes shown beside the tiles.
const THEMES_SHOWN: usize = 8;
/// Tiles of the elder home: big, few, and each a thing one can do here.
const ELDER_TILES: [(&str, &str, &str); 6] = [
    ("licences", "id", "/my/licences"),
    ("pension", "shield", "/guide/yl-rz"),
    ("health", "medical", "/search?q=%E5%8C%BB%E4%BF%9D"),
    ("card", "bank", "/guide/sbk-bk"),
    ("progress", "clock", "/my"),
    ("ask", "help", "/services"),
];

/// A tile of the home page.
struct Tile {
    href: String,
    icon: &'static str,
    title: String,
    /// The title in four or five characters, for a phone; empty where it is short already.
    short: String,
    note: String,
}

#[derive(Template)]
#[template(path = "catalogue/home.html")]
struct Home {
    f: Frame,
    business: bool,
    queries: Vec<(String, &'static str)>,
    hall: Vec<String>,
    waiting: Vec<Waiting>,
    tiles: Vec<Tile>,
    chosen: bool,
    themes: Vec<Link>,
    zones: Vec<Tile>,
    all: usize,
    today: String,
    elder: Vec<Tile>,
}

/// `GET /`
pub async fn page(State(guide): State<Guide>, visitor: Visitor, RawQuery(raw): RawQuery) -> Answer {
    let business = Asked::new(raw).get("for") == "business";
    let audience = if business { "business" } else { "person" };
    let areas = guide.shelf().areas_for(&visitor.region);
    let counts = guide.app().store.read(move |db| records::counts(db, &areas)).await?;
    let waiting = match visitor.who {
        Who::Citizen(_) => guide.waiting(&visitor).await?,
        _ => Vec::new(),
    };
    let f = super::frame(&guide, &visitor, "", "home");
    let tiles = tiles(&guide, &visitor, &f, audience);
    let page = Home {
        business,
        queries: featured::queries(audience)
            .into_iter()
            .map(|q| (address("/search", &[("q", q)]), q))
            .collect(),
        hall: hall(&guide, &visitor),
        waiting,
        chosen: tiles.1,
        tiles: tiles.0,
        themes: themes(&f, &counts, audience),
        zones: zones(&guide, &visitor, &f, &counts),
        all: count(&counts, "all"),
        today: guide.app().clock().now().zh_day(),
        elder: elder(&f),
        f,
    };
    public_page(&page, address("/", &[("for", if business { audience } else { "" })]))
}

fn count(counts: &[(String, i64)], facet: &str) -> usize {
    counts
        .iter()
        .find(|(name, _)| name == facet)
        .map_or(0, |(_, n)| usize::try_from(*n).unwrap_or_default())
}

/// The centre of this node, for those who look at its region; other regions have other centres.
fn hall(guide: &Guide, visitor: &Visitor) -> Vec<String> {
    let site = &guide.app().site;
    let here = crate::search::distance(&site.region, &visitor.region).is_some();
    if here { site.hall(visitor.lang).to_vec() } else { Vec::new() }
}

/// The items put first that this region has, and true; else the first of the region's own.
fn tiles(guide: &Guide, visitor: &Visitor, f: &Frame, audience: &str) -> (Vec<Tile>, bool) {
    let shelf = guide.shelf();
    let here = |area: &str| crate::search::distance(area, &visitor.region).is_some();
    let chosen = featured::items(audience, f.lang).into_iter().filter_map(|put| {
        let found = shelf.get(put.slug).filter(|p| here(&p.item.area))?;
        Some(Tile {
            href: format!("/guide/{}", put.slug),
            icon: put.icon,
            title: put.title.to_string(),
            short: put.short.to_string(),
            note: say::note(f, &found.item),
        })
    });
    let tiles: Vec<Tile> = chosen.collect();
    if !tiles.is_empty() {
        return (tiles, true);
    }
    let own = shelf.items().iter().filter(|p| here(&p.item.area)).take(12);
    let tiles = own.map(|p| Tile {
        href: format!("/guide/{}", p.item.slug),
        icon: "file-check",
        title: say::name(f, &p.item),
        short: String::new(),
        note: say::note(f, &p.item),
    });
    (tiles.collect(), false)
}

fn themes(f: &Frame, counts: &[(String, i64)], audience: &str) -> Vec<Link> {
    let mut found: Vec<(&str, i64)> = counts
        .iter()
        .filter_map(|(facet, n)| {
            let (kind, theme) = facet.split_once(':')?;
            (kind == audience).then_some((theme, *n))
        })
        .collect();
    found.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    found
        .into_iter()
        .take(THEMES_SHOWN)
        .map(|(theme, n)| {
            let (name, _) = featured::theme(theme, f.lang);
            let href = address("/services", &[("for", audience), ("theme", theme)]);
            Link::new(href, name).counting(u32::try_from(n).unwrap_or(u32::MAX))
        })
        .collect()
}

/// Zones that have items here; under each, the first of its items.
fn zones(guide: &Guide, visitor: &Visitor, f: &Frame, counts: &[(String, i64)]) -> Vec<Tile> {
    let shelf = guide.shelf();
    let here = |area: &str| crate::search::distance(area, &visitor.region).is_some();
    featured::zones(f.lang)
        .into_iter()
        .filter(|(audience, theme, _)| count(counts, &format!("{audience}:{theme}")) > 0)
        .map(|(audience, theme, title)| {
            let names: Vec<String> = shelf
                .items()
                .iter()
                .filter(|p| here(&p.item.area))
                .filter(|p| {
                    let themes = match audience {
                        "person" => &p.item.themes_person,
                        _ => &p.item.themes_business,
                    };
                    themes.iter().any(|t| t == theme)
                })
                .take(2)
                .map(|p| match f.lang {
                    web::Lang::En => say::name(f, &p.item),
                    web::Lang::Zh => plain(p.item.title()).to_string(),
                })
                .collect();
            Tile {
                href: address("/services", &[("for", audience), ("theme", theme)]),
                icon: featured::theme(theme, f.lang).1,
                title: title.to_string(),
                short: String::new(),
                note: names.join(f.t("catalogue-and")),
            }
        })
        .collect()
}

/// A name without what stands in brackets behind it.
fn plain(name: &str) -> &str {
    name.split('（').next().unwrap_or(name)
}

fn elder(f: &Frame) -> Vec<Tile> {
    ELDER_TILES
        .iter()
        .map(|(key, icon, href)| Tile {
            href: (*href).to_string(),
            icon,
            title: f.tk("catalogue-elder-", key),
            short: String::new(),
            note: f.tk("catalogue-elder-note-", key),
        })
        .collect()
}
