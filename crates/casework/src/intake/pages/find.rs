//! W03: the item, by everyday words, name or the initials of its pinyin; what this window takes, what it
//! took last; what it does not take says where.

use super::super::filling::{self, sitting};
use super::super::model::{Sitting, Stage};
use super::super::receiving::clerk;
use super::super::records;
use super::{at, frame, hold, id_of, news, query};
use crate::Casework;
use crate::desks::pages::Told;
use crate::drafts::Owner;
use askama::Template;
use axum::extract::{Path, State};
use guide::search::{Audience, Query};
use std::collections::BTreeSet;
use store::Error;
use web::{Answer, Frame, Posted, Visitor, html, see_other};

/// Days that 最常办 counts.
const DAYS: i64 = 90;
/// Hits shown.
const HITS: usize = 12;

/// One item.
struct Line {
    slug: String,
    name: String,
    dept: String,
    here: bool,
}

#[derive(Template)]
#[template(path = "intake/find.html")]
struct FindPage {
    f: Frame,
    at: String,
    version: i64,
    who: String,
    q: String,
    hits: Vec<Line>,
    recent: Vec<Line>,
    used: Vec<Line>,
    all: Vec<Line>,
    told: Option<Told>,
    idem: String,
}

async fn line(w: &Casework, visitor: &Visitor, slug: &str) -> store::Result<Option<Line>> {
    let Some(pack) = w.pack(slug) else { return Ok(None) };
    let lang = visitor.lang.tag();
    let here = match filling::taken_here(w, visitor, slug).await {
        Ok(_) => true,
        Err(Error::Refused(_)) => false,
        Err(e) => return Err(e),
    };
    Ok(Some(Line {
        slug: pack.slug.clone(),
        name: pack.item.short_name.get(lang).to_owned(),
        dept: pack.item.dept.get(lang).to_owned(),
        here,
    }))
}

async fn lines(w: &Casework, visitor: &Visitor, slugs: &[String]) -> store::Result<Vec<Line>> {
    let mut out = Vec::new();
    for slug in slugs {
        out.extend(line(w, visitor, slug).await?.filter(|l| l.here));
    }
    Ok(out)
}

/// What was typed, as the search of the unit's region understands it.
async fn hits(w: &Casework, visitor: &Visitor, s: &Sitting, q: &str) -> store::Result<Vec<Line>> {
    if q.is_empty() {
        return Ok(vec![]);
    }
    let audience = match s.owner {
        Owner::Person(_) => Audience::Person,
        Owner::Enterprise(_) => Audience::Business,
    };
    let query = Query {
        text: q.to_owned(),
        region: Some(visitor.staff()?.region.clone()),
        audience: Some(audience),
        limit: HITS,
        ..Query::default()
    };
    let found = w.shelf().search()?.query(&query).items;
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut out = Vec::new();
    for hit in found {
        known.insert(hit.slug.clone());
        let named =
            |dept: String, name: String| Line { slug: hit.slug.clone(), name, dept, here: false };
        let name = if hit.short.is_empty() { hit.name.clone() } else { hit.short.clone() };
        let own = line(w, visitor, &hit.slug).await?;
        out.push(own.unwrap_or_else(|| named(hit.department.clone(), name)));
    }
    let shelf = w.shelf();
    let by_name: Vec<String> = (shelf.packs())
        .filter(|p| p.item.name.zh.contains(q) && !known.contains(&p.slug))
        .map(|p| p.slug.clone())
        .collect();
    for slug in by_name {
        out.extend(line(w, visitor, &slug).await?);
    }
    out.sort_by_key(|l| !l.here);
    Ok(out)
}

async fn page_of(
    w: &Casework,
    visitor: &Visitor,
    s: &Sitting,
    told: Option<Told>,
) -> store::Result<FindPage> {
    let (q, me) = (query(visitor, "q").trim().to_owned(), clerk(visitor)?);
    let since = w.clock().now().plus_days(-DAYS);
    let read = move |db: &mut store::Db<'_>| {
        Ok((records::recent(db, me.id)?, records::most_used(db, me.unit, since)?))
    };
    let (recent, used) = w.store.read(read).await?;
    let all: Vec<String> = w.shelf().packs().map(|p| p.slug.clone()).collect();
    let f = frame(w, visitor, visitor.t("intake-find-title"), "/w/i");
    Ok(FindPage {
        at: at(s.id),
        version: s.version,
        who: s.shown.clone(),
        hits: hits(w, visitor, s, &q).await?,
        recent: lines(w, visitor, &recent).await?,
        used: lines(w, visitor, &used).await?,
        all: lines(w, visitor, &all).await?,
        idem: w.store.chance().token(),
        q,
        told,
        f,
    })
}

/// GET /w/i/{id}/find
pub async fn page(State(w): State<Casework>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let s = sitting(&w, &visitor, id_of(&id)?).await?;
    if !matches!(s.stage, Stage::Arrived | Stage::Filling) {
        return Ok(see_other(&at(s.id)));
    }
    html(&page_of(&w, &visitor, &s, news(&visitor)).await?)
}

/// POST /w/i/{id}/item
pub async fn choose(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Answer {
    let idem = posted.idem("POST /w/i/{id}/item")?;
    let s = sitting(&w, &visitor, id_of(&id)?).await?;
    let hold = hold(&s, posted.get("version"))?;
    match filling::choose(&w, &visitor, hold, idem, posted.get("slug")).await {
        Ok(_) => Ok(see_other(&at(s.id))),
        Err(e @ (Error::Refused(_) | Error::Stale)) => {
            let mut answer = html(&page_of(&w, &visitor, &s, super::why(&visitor, &e)).await?)?;
            *answer.status_mut() = web::Fault::from(e).status();
            Ok(answer)
        }
        Err(e) => Err(e.into()),
    }
}
