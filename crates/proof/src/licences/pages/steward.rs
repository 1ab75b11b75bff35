//! The licence steward's desk: what the unit issued, and one licence with what may be done about it.

use super::{Row, Version, name, row_id, until};
use crate::Proof;
use crate::custody::pages::{Banner, banner};
use crate::licences::asked::asked;
use crate::licences::life::{self, Step};
use crate::licences::model::{HolderKind, Licence, LicenceSummary};
use crate::licences::{records, sealed};
use crate::showing::choice::shown_day;
use crate::types::records as types;
use askama::Template;
use axum::extract::{Path, State};
use store::{Disclosure, Error, Result};
use web::frame::Link;
use web::{Answer, Frame, Visitor, html};

/// Licences of one page.
const LINES: i64 = 25;

struct Line {
    href: String,
    number: String,
    name: String,
    state: String,
    tone: &'static str,
    until: String,
    issued: String,
}

#[derive(Template)]
#[template(path = "licences/desk.html")]
struct List {
    f: Frame,
    asked: String,
    lines: Vec<Line>,
    seals: Banner,
    prev: String,
    next: String,
}

/// The pages of the licence desk: address and words.
const DESK: &[(&str, &str)] = &[
    ("/l", "licences-desk-nav"),
    ("/l/types", "types-nav"),
    ("/l/batches", "issuing-nav"),
    ("/l/quality", "quality-nav"),
    ("/l/spared", "spared-nav"),
    ("/l/systems", "exchange-nav-systems"),
    ("/l/uses", "exchange-nav-uses"),
];

/// The frame of a page of the licence desk; `here` is the address of its place in the navigation.
pub(crate) fn desk_frame(proof: &Proof, visitor: &Visitor, title: &str, here: &str) -> Frame {
    let link =
        |(to, words): &(&str, &'static str)| Link::new(*to, visitor.t(words)).here(*to == here);
    visitor.staff_frame(proof.app(), title, DESK.iter().map(link).collect())
}

pub(super) fn frame(proof: &Proof, visitor: &Visitor, title: &str) -> Frame {
    desk_frame(proof, visitor, title, "/l")
}

fn line(summary: &LicenceSummary, visitor: &Visitor, f: &Frame) -> Line {
    Line {
        href: format!("/l/{}", summary.id.0),
        number: summary.number.clone(),
        name: name(&summary.name_zh, &summary.name_en, visitor.lang),
        state: f.tk("licences-status-", summary.status.label()),
        tone: summary.status.tone(),
        until: until(summary.valid_to, visitor),
        issued: summary.issued_at.ymd(),
    }
}

/// GET /l: newest first, key-set paged; `q` finds one by identifier or number.
pub async fn list(State(proof): State<Proof>, visitor: Visitor) -> Answer {
    let unit = visitor.staff()?.unit;
    let today = proof.app().clock().now().day();
    let q = asked(&visitor, "q").trim().to_uppercase();
    let before: Option<i64> = asked(&visitor, "before").parse().ok();
    let after: Option<i64> = asked(&visitor, "after").parse().ok();
    let text = q.clone();
    let read = move |db: &mut store::Db<'_>| {
        if !text.is_empty() {
            return records::find(db, unit, &text, today);
        }
        match after {
            Some(after) => records::of_issuer_after(db, unit, after, LINES + 1, today),
            None => records::of_issuer(db, unit, before.unwrap_or(i64::MAX), LINES + 1, today),
        }
    };
    let mut found = proof.app().store.read(read).await?;
    let more = found.len() as i64 > LINES && q.is_empty();
    // The one beyond the page stands at the end when going on, at the front when going back.
    if more && after.is_some() {
        found.remove(0);
    } else if more {
        found.pop();
    }
    let (first, last) = (found.first().map(|l| l.id.0), found.last().map(|l| l.id.0));
    let newer = if after.is_some() { more } else { before.is_some() };
    let older = (after.is_some() || more) && q.is_empty();
    let link = |way: &str, id: Option<i64>, there: bool| match id {
        Some(id) if there => format!("/l?{way}={id}"),
        _ => String::new(),
    };
    let f = frame(&proof, &visitor, visitor.t("licences-desk-title"));
    html(&List {
        lines: found.iter().map(|l| line(l, &visitor, &f)).collect(),
        asked: q,
        seals: banner(&proof, &visitor).await?,
        prev: link("after", first, newer),
        next: link("before", last, older),
        f,
    })
}

/// What may be done with a licence: a step, its name, one line about it, its page.
struct Way {
    label: String,
    note: String,
    href: String,
}

#[derive(Template)]
#[template(path = "licences/desk_one.html")]
struct One {
    f: Frame,
    name: String,
    identifier: String,
    state: String,
    tone: &'static str,
    rows: Vec<Row>,
    why: String,
    ways: Vec<Way>,
    version: String,
    versions: Vec<Version>,
    done: bool,
}

/// A licence of the steward's own unit.
pub(super) async fn issued(proof: &Proof, visitor: &Visitor, id: &str) -> Result<Licence> {
    let (id, unit) = (row_id(id)?, visitor.staff()?.unit);
    let licence = proof.app().store.read(move |db| records::by_id(db, id)).await?;
    if licence.issuer.unit == unit { Ok(licence) } else { Err(Error::NotFound) }
}

/// Whose licence it is and what it says, as a steward of its issuer may see it.
pub(super) fn rows(proof: &Proof, visitor: &Visitor, licence: &Licence) -> Result<Vec<Row>> {
    let vault = proof.app().vault();
    let leave = Disclosure::process("a steward sees the masked holder of what his unit issued");
    let holder = sealed::open_holder(vault, licence, &leave)?;
    let pair = |key: &str, value: String| Row { label: visitor.t(key).to_owned(), value };
    let mut rows = vec![
        pair("licences-row-holder", holder.shown_name()),
        pair("licences-row-number", licence.number.clone()),
        pair("licences-row-issued", shown_day(&licence.issued_at.ymd(), visitor.lang)),
        pair("licences-row-validity", until(licence.valid_to, visitor)),
    ];
    // What stands on an enterprise's licence is public; a person's is read in his case only.
    if licence.holder_kind == HolderKind::Enterprise {
        let leave = Disclosure::process("what stands on an enterprise's licence is public");
        let fields = sealed::open_fields(vault, licence, &leave)?;
        let fields = super::beside(licence, &fields, &holder.shown_name());
        rows.extend(fields.map(|field| super::row(field, visitor.lang, true)));
    }
    if !licence.basis.is_empty() {
        rows.push(pair("licences-row-basis", licence.basis.clone()));
    }
    Ok(rows)
}

/// GET /l/{id}: the licence, and what may be done with it, each on a page of its own.
pub async fn detail(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Answer {
    let licence = issued(&proof, &visitor, &id).await?;
    let status = licence.status_on(proof.app().clock().now().day());
    let title = name(&licence.name_zh, &licence.name_en, visitor.lang);
    let f = frame(&proof, &visitor, &title);
    let way = |step: Step| Way {
        label: f.tk("licences-do-", step.label()),
        note: f.tk("licences-do-note-", step.label()),
        href: format!("/l/{}/do/{}", licence.id.0, step.label()),
    };
    let row = licence.id;
    let kind = move |db: &mut store::Db<'_>| {
        let Some(version) = types::pinned(db, row)? else { return Ok(None) };
        let kind = types::by_id(db, version.kind)?;
        Ok(Some((kind, version)))
    };
    let kind = proof.app().store.read(kind).await?;
    let allows = |step: Step| kind.as_ref().is_none_or(|(_, version)| version.body.allows(step));
    let mut ways = Vec::new();
    if let Some((kind, _)) = &kind
        && allows(Step::Supersede)
        && life::next(status, Step::Supersede).is_ok()
    {
        ways.push(Way {
            label: f.t("licences-do-supersede").to_owned(),
            note: f.t("licences-do-note-supersede").to_owned(),
            href: format!("/l/issue/{}?replaces={}", kind.code, row.0),
        });
    }
    ways.extend(life::open_steps(status).into_iter().filter(|s| allows(*s)).map(way));
    html(&One {
        ways,
        version: f.ta("licences-version", "n", super::version_no(&licence.identifier)),
        versions: super::versions(&proof, &f, licence.id, "/l").await?,
        name: title,
        identifier: licence.identifier.clone(),
        state: f.tk("licences-status-", status.label()),
        tone: status.tone(),
        rows: rows(&proof, &visitor, &licence)?,
        why: licence.reason.clone(),
        done: asked(&visitor, "done") == "1",
        f,
    })
}
