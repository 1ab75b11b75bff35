//! G6: how many papers licences spared applicants of the unit's items, and how many were still handed in although a
//! licence could have stood for them. From counts kept up as applications come in.

use crate::Proof;
use crate::asked::asked;
use crate::licences::pages::desk_frame;
use askama::Template;
use axum::extract::State;
use guide::catalogue::Shelf;
use guide::spared::{Count, model, records};
use web::{Answer, Frame, Visitor, html};

/// Materials of one page.
const LINES: i64 = 25;

struct Line {
    item: String,
    href: String,
    material: String,
    could: i64,
    spared: i64,
    left: i64,
    percent: String,
}

#[derive(Template)]
#[template(path = "quality/spared.html")]
struct Page {
    f: Frame,
    total: String,
    lines: Vec<Line>,
    prev: String,
    next: String,
}

fn line(count: &Count, shelf: &Shelf, f: &Frame) -> Line {
    let pack = shelf.pack(&count.slug);
    let material = pack.and_then(|p| p.materials.iter().find(|m| m.key == count.material));
    Line {
        item: pack.map_or_else(|| count.slug.clone(), |p| p.item.name.get(f.lang.tag()).to_owned()),
        href: if pack.is_some() { format!("/guide/{}", count.slug) } else { String::new() },
        material: material
            .map_or_else(|| count.material.clone(), |m| m.name.get(f.lang.tag()).to_owned()),
        could: count.could,
        spared: count.spared,
        left: count.left(),
        percent: format!("{}%", count.percent()),
    }
}

/// Where a page begins or ends: `item/material`; neither has a slash in it.
fn place(text: &str) -> Option<(String, String)> {
    text.split_once('/').map(|(slug, material)| (slug.to_owned(), material.to_owned()))
}

/// GET /l/spared; `after` and `before` turn the pages.
pub async fn page(State(proof): State<Proof>, visitor: Visitor) -> Answer {
    let unit = visitor.staff()?.unit;
    let since = model::since(proof.app().clock().now().day());
    let (after, before) = (place(&asked(&visitor, "after")), place(&asked(&visitor, "before")));
    let (from, back) = (after.clone().unwrap_or_default(), before.clone());
    let read = move |db: &mut store::Db<'_>| {
        let counts = match back {
            Some((slug, key)) => {
                records::of_unit_before(db, unit, &since, (&slug, &key), LINES + 1)?
            }
            None => records::of_unit(db, unit, &since, (&from.0, &from.1), LINES + 1)?,
        };
        Ok((counts, records::total(db, unit, &since)?))
    };
    let (mut counts, total) = proof.app().store.read(read).await?;
    let more = counts.len() as i64 > LINES;
    // The one beyond the page stands at the end when going on, at the front when going back.
    if more && before.is_some() {
        counts.remove(0);
    } else if more {
        counts.pop();
    }
    let earlier = if before.is_some() { more } else { after.is_some() };
    let later = before.is_some() || more;
    let link = |way: &str, at: Option<&Count>, there: bool| match at {
        Some(at) if there => format!("/l/spared?{way}={}/{}", at.slug, at.material),
        _ => String::new(),
    };
    let shelf = proof.shelf();
    let f = desk_frame(&proof, &visitor, visitor.t("spared-title"), "/l/spared");
    let args = [("could", total.could), ("spared", total.spared), ("percent", total.percent())];
    let args = args.map(|(name, n)| (name, n.to_string()));
    let args: Vec<(&str, &str)> = args.iter().map(|(name, n)| (*name, n.as_str())).collect();
    html(&Page {
        total: match total.could {
            0 => String::new(),
            _ => web::Texts::shipped().ta(visitor.lang, "spared-total", &args),
        },
        prev: link("before", counts.first(), earlier),
        next: link("after", counts.last(), later),
        lines: counts.iter().map(|count| line(count, &shelf, &f)).collect(),
        f,
    })
}
