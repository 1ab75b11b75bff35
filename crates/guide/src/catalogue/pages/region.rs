//! C02: choosing the region one looks at. Kept in a cookie for a year; nothing else changes.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::{HeaderValue, header},
};
use codes::division::{DivisionCode, Divisions};
use web::{Answer, Frame, Link, Posted, Visitor, front::safe_next, respond::see_other};

use super::region_name;
use crate::{
    Guide,
    catalogue::asked::{Asked, address},
};

/// Names found by typing, at most.
const MOST: usize = 60;

/// A division one can choose or go down into.
struct Choice {
    code: String,
    name: String,
    down: String,
    on: bool,
    items: String,
}

#[derive(Template)]
#[template(path = "catalogue/region.html")]
struct Page {
    f: Frame,
    now: String,
    q: String,
    path: Vec<Link>,
    here: String,
    here_name: String,
    choices: Vec<Choice>,
}

/// `GET /region`
pub async fn page(State(guide): State<Guide>, visitor: Visitor, RawQuery(raw): RawQuery) -> Answer {
    let asked = Asked::new(raw);
    let q: String = asked.get("q").chars().take(20).collect();
    let inside = asked.region("in").and_then(|code| DivisionCode::parse(&code).ok());
    let book = Divisions::shipped();
    let found: Vec<_> = if q.is_empty() {
        book.children(inside)
    } else {
        book.iter().filter(|d| six(d.code).is_some() && d.name.contains(&q)).take(MOST).collect()
    };
    let f = super::frame(&guide, &visitor, visitor.t("catalogue-region-title"), "");
    let shelf = guide.shelf();
    let mut choices: Vec<Choice> = found
        .into_iter()
        .filter_map(|division| {
            let code = six(division.code)?;
            let full = book.full_name(division.code);
            let n = shelf.count_in(code.trim_end_matches('0'));
            let deeper = book.children(Some(division.code)).iter().any(|d| six(d.code).is_some());
            Some(Choice {
                name: if q.is_empty() { division.name.to_string() } else { full },
                down: if deeper { address("/region", &[("in", &code)]) } else { String::new() },
                on: code == visitor.region,
                items: if n > 0 { f.tn("catalogue-region-items", n) } else { String::new() },
                code,
            })
        })
        .collect();
    // Regions that have items come first: the others lead to an empty catalogue.
    choices.sort_by_key(|choice| choice.items.is_empty());
    let path = inside.map_or_else(Vec::new, |code| {
        let up = book.path(code);
        let top = Link::new("/region", f.t("catalogue-region-country"));
        std::iter::once(top)
            .chain(up.iter().filter_map(|d| {
                let code = six(d.code)?;
                Some(Link::new(address("/region", &[("in", &code)]), d.name.to_string()))
            }))
            .collect()
    });
    let page = Page {
        now: region_name(&visitor.region),
        q,
        path,
        here: inside.and_then(six).unwrap_or_default(),
        here_name: inside.map(|code| book.full_name(code)).unwrap_or_default(),
        choices,
        f,
    };
    web::html(&page)
}

/// Six digits of a division down to the county; `None` for a town.
fn six(code: DivisionCode) -> Option<String> {
    let twelve = code.twelve();
    twelve.ends_with("000000").then(|| twelve[..6].to_string())
}

/// `POST /region`
pub async fn choose(posted: Posted) -> Answer {
    let code = posted.get("code");
    let known =
        DivisionCode::parse(code).is_ok_and(|code| Divisions::shipped().get(code).is_some());
    if code.len() != 6 || !known {
        return Err(store::Error::refused("region-unknown").into());
    }
    let mut answer = see_other(&safe_next(posted.get("next"), "/"));
    let text = format!("region={code}; Path=/; Max-Age=31536000; SameSite=Lax");
    let cookie = HeaderValue::from_str(&text).map_err(store::Error::internal)?;
    answer.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(answer)
}
