//! C23: the holder's licences, one licence with its record, its file and how it looks.

use super::{Row, name, own, owned, row, until};
use crate::Proof;
use crate::licences::door::asked;
use crate::licences::model::{Licence, LicenceSummary};
use crate::licences::{records, sealed};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use ofd::Limits;
use ofd::read::Reader;
use store::{Disclosure, Error, Stream, ledger};
use web::{Answer, Frame, Visitor, html};

struct Card {
    name: String,
    issuer: String,
    number: String,
    valid: String,
    tone: &'static str,
    state: String,
    href: String,
}

struct Group {
    title: String,
    cards: Vec<Card>,
}

#[derive(Template)]
#[template(path = "licences/list.html")]
struct List {
    f: Frame,
    groups: Vec<Group>,
    none: bool,
}

fn card(summary: &LicenceSummary, visitor: &Visitor, f: &Frame) -> Card {
    Card {
        name: name(&summary.name_zh, &summary.name_en, visitor.lang),
        issuer: summary.issuer_name.clone(),
        number: summary.number.clone(),
        valid: until(summary.valid_to, visitor),
        tone: summary.status.tone(),
        state: f.tk("licences-status-", summary.status.label()),
        href: format!("/my/licences/{}", summary.id.0),
    }
}

/// GET /my/licences
pub async fn list(State(proof): State<Proof>, visitor: Visitor) -> Answer {
    let own = own(&proof, &visitor).await?;
    let today = proof.app().clock().now().day();
    let (person, enterprise) = (own.person, own.enterprise);
    let index = enterprise.as_ref().map(|(_, index)| index.clone());
    let read = move |db: &mut store::Db<'_>| {
        let acting = match index {
            Some(index) => records::of_holder(db, &index, today)?,
            None => Vec::new(),
        };
        Ok((records::of_holder(db, &person, today)?, acting))
    };
    let (mine, acting) = proof.app().store.read(read).await?;
    let f = visitor.frame(proof.app(), visitor.t("licences-title"), "licences");
    let mut groups = Vec::new();
    let mut group = |title: String, list: &[LicenceSummary]| {
        let mut cards: Vec<&LicenceSummary> = list.iter().collect();
        // By type, those in force first, the newest of a type first.
        cards.sort_by_key(|l| (!l.status.in_force(), l.type_code.clone(), -l.id.0));
        let cards = cards.into_iter().map(|l| card(l, &visitor, &f)).collect();
        groups.push(Group { title, cards });
    };
    if let Some((name, _)) = &enterprise {
        group(f.ta("licences-acting", "name", name), &acting);
    }
    group(f.t("licences-mine").to_owned(), &mine);
    groups.retain(|g| !g.cards.is_empty());
    let none = groups.is_empty();
    html(&List { f, groups, none })
}

struct Past {
    when: String,
    what: String,
}

#[derive(Template)]
#[template(path = "licences/detail.html")]
struct Detail {
    f: Frame,
    name: String,
    issuer: String,
    number: String,
    valid: String,
    tone: &'static str,
    state: String,
    note: String,
    in_force: bool,
    identifier: String,
    reason: String,
    basis: String,
    rows: Vec<Row>,
    full: bool,
    base: String,
    show: String,
    file: String,
    has_file: bool,
    sandbox: bool,
    past: Vec<Past>,
}

/// GET /my/licences/{id}
pub async fn detail(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Answer {
    let licence = owned(&proof, &visitor, &id).await?;
    let fields = sealed::open_fields(proof.app().vault(), &licence, &Disclosure::own())?;
    let stream = Stream::of("licence", licence.id.0);
    let events = proof.app().store.read(move |db| ledger::of_stream(db, stream)).await?;
    let status = licence.status_on(proof.app().clock().now().day());
    let full = asked(&visitor, "full") == "1";
    let title = name(&licence.name_zh, &licence.name_en, visitor.lang);
    let f = visitor.frame(proof.app(), title.clone(), "licences");
    let note = if status.in_force() {
        String::new()
    } else {
        f.tk("licences-status-note-", status.label())
    };
    let past = events
        .iter()
        .rev()
        .take(50)
        .map(|e| Past { when: e.at.ymd_hm(), what: f.tk("event-", &e.kind) });
    html(&Detail {
        past: past.collect(),
        name: title.clone(),
        issuer: licence.issuer.name.clone(),
        number: licence.number.clone(),
        valid: until(licence.valid_to, &visitor),
        tone: status.tone(),
        state: f.tk("licences-status-", status.label()),
        note,
        in_force: status.in_force(),
        identifier: licence.identifier.clone(),
        reason: licence.reason.clone(),
        basis: licence.basis.clone(),
        rows: fields.iter().map(|field| row(field, visitor.lang, !full)).collect(),
        full,
        show: format!("/my/licences/{}/show", licence.id.0),
        file: format!("/my/licences/{}/file", licence.id.0),
        base: format!("/my/licences/{}", licence.id.0),
        has_file: licence.file.is_some(),
        sandbox: licence.sandbox,
        f: f.with_back("/my/licences", title),
    })
}

/// The bytes of a licence's file.
fn bytes(proof: &Proof, licence: &Licence) -> store::Result<Vec<u8>> {
    let hash = licence.file.as_ref().ok_or(Error::NotFound)?;
    proof.app().store.files().get(hash)
}

/// GET /my/licences/{id}/file: the sealed OFD, under its identifier (as implementers name it).
pub async fn file(State(proof): State<Proof>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let licence = owned(&proof, &visitor, &id).await?;
    let bytes = bytes(&proof, &licence)?;
    let name = format!("{}.ofd", licence.identifier);
    Ok(web::respond::download(&name, "application/ofd", bytes))
}

/// GET /my/licences/{id}/face.svg: the first page of the file as a picture.
pub async fn face(State(proof): State<Proof>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let licence = owned(&proof, &visitor, &id).await?;
    let bytes = bytes(&proof, &licence)?;
    let draw = move || {
        let reader = Reader::open(&bytes, &Limits::default())?;
        ofd::picture::render_svg(&reader, 0, "p")
    };
    let drawn = tokio::task::spawn_blocking(draw).await.map_err(Error::internal)?;
    let svg = drawn.map_err(Error::internal)?;
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml; charset=utf-8"),
        (header::CACHE_CONTROL, "private, no-store"),
    ];
    Ok((headers, svg).into_response())
}
