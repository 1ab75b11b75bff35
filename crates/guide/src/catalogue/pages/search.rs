//! C03: search. An answer first when there is one, then the items, then what else may help.

use askama::Template;
use axum::extract::{RawQuery, State};
use web::{Answer, Frame, Link, Visitor};

use super::services::Row;
use crate::{
    Guide,
    catalogue::{
        asked::{Asked, address},
        model::Item,
        say,
    },
    search::{self as finder, AnswerKind, Audience, Filters, Hit, Query},
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
    let answer = shelf.search()?.query(&query);
    let title =
        if q.is_empty() { visitor.t("catalogue-search-title").to_string() } else { q.clone() };
    let f = super::frame(&guide, &visitor, title, "items");
    let show = |hit: &Hit, first: bool| {
        let item = &shelf.get(&hit.slug)?.item;
        Some(Found {
            row: Row::new(&f, item, shelf.pack(&hit.slug)),
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

/// The answer in words: what the search found out, or else what the item meant is in a sentence.
fn best(f: &Frame, answer: &finder::Answer, shelf: &crate::catalogue::Shelf) -> Option<Best> {
    let first = answer.items.first();
    let item = first.and_then(|hit| shelf.get(&hit.slug)).map(|p| &p.item);
    let Some(card) = answer.answer.as_ref() else {
        return first
            .filter(|hit| hit.confident)
            .and(item)
            .and_then(|item| introduced(f, shelf, item));
    };
    let (title, text) = say::answer_text(f, card, item);
    if matches!(card.kind, AnswerKind::Faq | AnswerKind::Fact) {
        let item = item?;
        let foot = f.ta("catalogue-answer-from", "department", &item.department);
        return Some(answered(f, item, (title, text), card.href.clone(), foot));
    }
    let (href, action) = match card.kind {
        AnswerKind::Navigate => (card.href.clone(), "catalogue-go"),
        AnswerKind::Hotline => (format!("tel:{}", f.hotline), "catalogue-call"),
        AnswerKind::Outside => (String::new(), "catalogue-go"),
        _ => ("/services".to_string(), "catalogue-browse"),
    };
    let action = f.t(action).to_string();
    Some(Best { title, text, href, action, apply: String::new(), foot: String::new() })
}

/// An answer that an item gives, with the ways on to it.
fn answered(f: &Frame, item: &Item, words: (String, String), href: String, foot: String) -> Best {
    let (title, text) = words;
    let action = f.t("catalogue-to-guide").to_string();
    Best { title, text, href, action, apply: say::apply_href(item), foot }
}

/// What an item with a pack is for, in the pack's own sentence.
fn introduced(f: &Frame, shelf: &crate::catalogue::Shelf, item: &Item) -> Option<Best> {
    let pack = shelf.pack(&item.slug)?;
    let lang = f.lang.tag();
    let words =
        (pack.item.short_name.get(lang).to_string(), pack.guide.summary.get(lang).to_string());
    let basis = pack.item.basis.first().map(|b| b.get(lang)).unwrap_or_default();
    let (basis, department) = (basis.to_string(), pack.item.dept.get(lang).to_string());
    let foot = f.ta2("catalogue-answer-basis", "basis", basis, "department", department);
    Some(answered(f, item, words, format!("/guide/{}", item.slug), foot))
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

/// The switches that would leave something, and those that are on.
fn filters(f: &Frame, asked: &Asked, hits: &[Hit]) -> Vec<Link> {
    SWITCHES
        .iter()
        .filter_map(|switch| {
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
            let href = with(asked, switch, if on { "" } else { "1" });
            let link = Link::new(href, f.tk("catalogue-filter-", switch)).here(on);
            (on || n > 0).then(|| link.counting(u32::try_from(n).unwrap_or_default()))
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
