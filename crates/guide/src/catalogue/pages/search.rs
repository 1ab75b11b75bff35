//! C03: search. An answer first when there is one, then the items, then what else may help.

use askama::Template;
use axum::extract::{RawQuery, State};
use web::{Answer, Frame, Link, Visitor};

use super::{Asked, query::address, say, services::Row};
use crate::{
    Guide,
    catalogue::search::{self as finder, AnswerKind, Audience, Filters, Hit, Query},
};

/// Hits on the page.
const LIMIT: usize = 20;
/// The switches beside the hits, by name in the address.
const SWITCHES: [&str; 4] = ["online", "no-materials", "at-once", "free"];

/// A hit as shown: the name in pieces, each with whether the query led to it.
struct Found {
    row: Row,
    pieces: Vec<(String, bool)>,
    place: String,
    first: bool,
}

/// The answer above the hits.
struct Best {
    title: String,
    text: String,
    href: String,
    action: String,
    apply: String,
    foot: String,
}

#[derive(Template)]
#[template(path = "catalogue/search.html")]
struct Page {
    f: Frame,
    q: String,
    tabs: Vec<Link>,
    corrected: String,
    understood: String,
    best: Option<Best>,
    hits: Vec<Found>,
    elsewhere: Vec<Found>,
    suggestions: Vec<(String, String)>,
    filters: Vec<Link>,
    places: Vec<Link>,
    audiences: Vec<Link>,
    filtered: bool,
}

/// `GET /search`
pub async fn page(State(guide): State<Guide>, visitor: Visitor, RawQuery(raw): RawQuery) -> Answer {
    let asked = Asked::new(raw);
    let q: String = asked.get("q").chars().take(100).collect();
    let everywhere = asked.get("in") == "all";
    let query = Query {
        text: q.clone(),
        region: (!everywhere).then(|| visitor.region.clone()),
        audience: match asked.get("for") {
            "person" => Some(Audience::Person),
            "business" => Some(Audience::Business),
            _ => None,
        },
        limit: LIMIT,
        filters: Filters {
            online: asked.on("online"),
            no_materials: asked.on("no-materials"),
            at_once: asked.on("at-once"),
            free: asked.on("free"),
        },
    };
    let shelf = guide.shelf();
    let answer = shelf.search.query(&query);
    let title =
        if q.is_empty() { visitor.t("catalogue-search-title").to_string() } else { q.clone() };
    let f = super::frame(&guide, &visitor, title, "items");
    let show = |hit: &Hit, first: bool| {
        let item = &shelf.get(&hit.slug)?.item;
        Some(Found {
            row: Row::new(&f, item),
            pieces: pieces(&say::name(&f, item), &hit.why),
            place: super::region_name(&hit.area),
            first,
        })
    };
    let hits: Vec<Found> = answer
        .items
        .iter()
        .enumerate()
        .filter_map(|(at, hit)| show(hit, at == 0 && hit.confident))
        .collect();
    let page = Page {
        tabs: vec![
            Link::new("#items", f.t("catalogue-tab-items"))
                .counting(u32::try_from(hits.len()).unwrap_or_default())
                .here(true),
        ],
        corrected: answer.corrected.clone().unwrap_or_default(),
        understood: answer.understood.join(f.t("catalogue-and")),
        best: if q.is_empty() { None } else { best(&f, &answer, &shelf) },
        elsewhere: answer.elsewhere.iter().filter_map(|hit| show(hit, false)).collect(),
        suggestions: suggestions(&answer),
        filters: filters(&f, &asked, &answer.items),
        places: places(&f, &asked, everywhere),
        audiences: audiences(&f, &asked),
        filtered: SWITCHES.iter().any(|s| asked.on(s)) || asked.on("for"),
        hits,
        q,
        f,
    };
    web::html(&page)
}

/// The answer in words, where it is more than the first hit itself.
fn best(f: &Frame, answer: &finder::Answer, shelf: &crate::catalogue::Shelf) -> Option<Best> {
    let card = answer.answer.as_ref()?;
    let item = answer.items.first().and_then(|hit| shelf.get(&hit.slug)).map(|p| &p.item);
    let (title, text) = say::answer_text(f, card, item);
    let spoken = matches!(card.kind, AnswerKind::Faq | AnswerKind::Fact);
    let action = match card.kind {
        AnswerKind::Faq | AnswerKind::Fact => "catalogue-to-guide",
        AnswerKind::Navigate | AnswerKind::Hotline => "catalogue-go",
        AnswerKind::Outside => "",
        AnswerKind::NotHere | AnswerKind::Vague => "catalogue-browse",
    };
    let href = if card.kind == AnswerKind::NotHere { "/services" } else { &card.href };
    Some(Best {
        title,
        text,
        href: if card.kind == AnswerKind::Hotline {
            format!("tel:{}", f.hotline)
        } else if action.is_empty() {
            String::new()
        } else {
            href.to_string()
        },
        action: if action.is_empty() { String::new() } else { f.t(action).to_string() },
        apply: item.filter(|_| spoken).map(super::sheet::apply_href).unwrap_or_default(),
        foot: item.filter(|_| spoken).map(|i| i.department.clone()).unwrap_or_default(),
    })
}

fn suggestions(answer: &finder::Answer) -> Vec<(String, String)> {
    if !answer.items.is_empty() {
        return Vec::new();
    }
    let words = super::featured::queries("person");
    let mut shown: Vec<String> = answer.suggestions.clone();
    shown.extend(words.into_iter().map(str::to_string));
    shown.truncate(3);
    shown.into_iter().map(|w| (address("/search", &[("q", &w)]), w)).collect()
}

/// The address of this search with one part set otherwise.
fn with(asked: &Asked, name: &str, value: &str) -> String {
    let parts: Vec<(&str, &str)> = ["q", "in", "for", "online", "no-materials", "at-once", "free"]
        .into_iter()
        .map(|part| (part, if part == name { value } else { asked.get(part) }))
        .collect();
    address("/search", &parts)
}

fn filters(f: &Frame, asked: &Asked, hits: &[Hit]) -> Vec<Link> {
    SWITCHES
        .iter()
        .map(|switch| {
            let on = asked.on(switch);
            let n = hits
                .iter()
                .filter(|hit| match *switch {
                    "online" => hit.facts.online,
                    "no-materials" => hit.facts.no_materials,
                    "at-once" => hit.facts.at_once,
                    _ => hit.facts.free,
                })
                .count();
            Link::new(
                with(asked, switch, if on { "" } else { "1" }),
                f.tk("catalogue-filter-", switch),
            )
            .here(on)
            .counting(u32::try_from(n).unwrap_or_default())
        })
        .collect()
}

fn places(f: &Frame, asked: &Asked, everywhere: bool) -> Vec<Link> {
    vec![
        Link::new(with(asked, "in", ""), f.region.clone()).here(!everywhere),
        Link::new(with(asked, "in", "all"), f.t("catalogue-everywhere")).here(everywhere),
    ]
}

fn audiences(f: &Frame, asked: &Asked) -> Vec<Link> {
    ["", "person", "business"]
        .into_iter()
        .map(|who| {
            let words = if who.is_empty() { "anyone" } else { who };
            Link::new(with(asked, "for", who), f.tk("catalogue-for-", words))
                .here(asked.get("for") == who)
        })
        .collect()
}

/// Cuts a name into pieces, marking the words that led to it.
fn pieces(name: &str, why: &[String]) -> Vec<(String, bool)> {
    let mut out: Vec<(String, bool)> = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let next = why
            .iter()
            .filter(|w| w.chars().count() > 1)
            .filter_map(|w| rest.find(w.as_str()).map(|at| (at, w.len())))
            .min_by_key(|(at, length)| (*at, usize::MAX - length));
        let Some((at, length)) = next else {
            out.push((rest.to_string(), false));
            break;
        };
        if at > 0 {
            out.push((rest[..at].to_string(), false));
        }
        out.push((rest[at..at + length].to_string(), true));
        rest = &rest[at + length..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn names_are_cut_at_the_words_that_led_to_them() {
        let why = ["机动车".to_string(), "检验标志".to_string()];
        let cut = pieces("核发机动车检验合格标志", &why);
        assert_eq!(cut[1], ("机动车".to_string(), true));
        let whole: String = cut.into_iter().map(|(text, _)| text).collect();
        assert_eq!(whole, "核发机动车检验合格标志");
        assert!(pieces("", &why).is_empty());
    }
}
