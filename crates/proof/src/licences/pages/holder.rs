//! C23: the holder's licences, one licence with its record, its file and how it looks.

use super::{Row, Version, name, own, owned, row, until};
use crate::Proof;
use crate::licences::asked::asked;
use crate::licences::model::{Licence, LicenceStatus, LicenceSummary};
use crate::licences::{paper, records, sealed};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use codes::time::{Day, days_between};
use store::ledger::{self, EventRow};
use store::{Disclosure, Kind, Stream};
use web::{Answer, Frame, Visitor, html};

/// Lines of a licence's record.
const LINES: i64 = 50;

struct Card {
    used: String,
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

/// Days before the end from which a licence is said to end soon (ux E01: 90 days).
const SOON: i64 = 90;

/// How many days a licence in force still has, when they are few.
fn left(summary: &LicenceSummary, today: Day) -> Option<i64> {
    let last = summary.valid_to.filter(|_| summary.status.in_force())?;
    Some(days_between(today, last)).filter(|days| *days <= SOON)
}

/// Order of a holder's cards: what ends soon first, the sooner the earlier; then those in force by type, the
/// newest of a type first; then those that are not.
fn order(summary: &LicenceSummary, today: Day) -> (bool, i64, String, i64) {
    let days = left(summary, today).unwrap_or(i64::MAX);
    (!summary.status.in_force(), days, summary.type_code.clone(), -summary.id.0)
}

fn card((summary, used): &(LicenceSummary, i64), today: Day, visitor: &Visitor, f: &Frame) -> Card {
    let (tone, state) = match left(summary, today) {
        Some(0) => ("warn", f.t("licences-ends-today").to_owned()),
        Some(days) => ("warn", f.tn("licences-ends-in", days)),
        None => (summary.status.tone(), f.tk("licences-status-", summary.status.label())),
    };
    Card {
        used: match used {
            0 => f.t("licences-used-never").to_owned(),
            n => f.ta("licences-used", "n", n),
        },
        name: name(&summary.name_zh, &summary.name_en, visitor.lang),
        issuer: summary.issuer_name.clone(),
        number: summary.number.clone(),
        valid: until(summary.valid_to, visitor),
        tone,
        state,
        href: format!("/my/licences/{}", summary.id.0),
    }
}

/// A holder's licences with how often each was shown or used.
fn with_uses(
    db: &mut store::Db<'_>,
    index: &[u8],
    today: codes::time::Day,
) -> store::Result<Vec<(LicenceSummary, i64)>> {
    let all = records::of_holder(db, index, today)?;
    let counted = all.into_iter().map(|licence| {
        let stream = Stream::of("licence", licence.id.0);
        let shown = ledger::count_of_kind(db, stream, Kind::LicenceShown)?;
        Ok((licence, shown + ledger::count_of_kind(db, stream, Kind::LicencePresented)?))
    });
    counted.collect()
}

/// GET /my/licences
pub async fn list(State(proof): State<Proof>, visitor: Visitor) -> Answer {
    let own = own(&proof, &visitor).await?;
    let today = proof.app().clock().now().day();
    let (person, enterprise) = (own.person, own.enterprise);
    let index = enterprise.as_ref().map(|(_, index)| index.clone());
    let read = move |db: &mut store::Db<'_>| {
        let acting = match index {
            Some(index) => with_uses(db, &index, today)?,
            None => Vec::new(),
        };
        Ok((with_uses(db, &person, today)?, acting))
    };
    let (mine, acting) = proof.app().store.read(read).await?;
    let f = visitor.frame(proof.app(), visitor.t("licences-title"), "licences");
    let mut groups = Vec::new();
    let mut group = |title: String, list: &[(LicenceSummary, i64)]| {
        let mut cards: Vec<&(LicenceSummary, i64)> = list.iter().collect();
        cards.sort_by_key(|(l, _)| order(l, today));
        let cards = cards.into_iter().map(|l| card(l, today, &visitor, &f)).collect();
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
    kind: &'static str,
    detail: String,
}

/// One line of the licence's record: what happened, and what was shown to whom.
fn past(event: &EventRow, visitor: &Visitor, f: &Frame) -> Past {
    let en = visitor.lang == web::Lang::En;
    let labels = event.data[if en { "shown_en" } else { "shown" }].as_array();
    let labels: Vec<&str> = labels.into_iter().flatten().filter_map(|l| l.as_str()).collect();
    let shown = labels.join(if en { ", " } else { "、" });
    let refused = event.data["good"] == false;
    let detail = match (event.kind.as_str(), refused) {
        ("licence-verified", true) => f.t("licences-past-refused").to_owned(),
        ("licence-verified", false) => {
            let who = if event.actor.starts_with("staff:") { "staff" } else { "other" };
            let who = f.tk("licences-past-by-", who);
            if shown.is_empty() {
                who
            } else {
                f.ta2("licences-past-saw", "who", who, "what", shown)
            }
        }
        ("licence-shared", _) => {
            let unit = event.data[if en { "unit_en" } else { "unit" }].as_str().unwrap_or_default();
            f.ta2("licences-past-saw", "who", unit, "what", shown)
        }
        ("licence-shown", _) if !shown.is_empty() => f.ta("licences-past-shown", "what", shown),
        _ => event.data["basis"].as_str().unwrap_or_default().to_owned(),
    };
    let what = f.tk("event-", &event.kind);
    let kind = if refused { "refused" } else { "done" };
    Past { when: event.at.ymd_hm(), what, kind, detail }
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
    bad: bool,
    in_force: bool,
    identifier: String,
    reason: String,
    basis: String,
    rows: Vec<Row>,
    full: bool,
    claimed: bool,
    base: String,
    show: String,
    file: String,
    print: String,
    sandbox: bool,
    past: Vec<Past>,
    version: String,
    versions: Vec<Version>,
    yearly: bool,
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
    let of = licence.id;
    let newest = move |db: &mut store::Db<'_>| {
        let kind = crate::types::records::pinned(db, of)?;
        Ok((ledger::newest_of_stream(db, stream, LINES)?, kind.is_some_and(|v| v.body.yearly)))
    };
    let (events, yearly) = proof.app().store.read(newest).await?;
    let status = licence.status_on(proof.app().clock().now().day());
    let full = asked(&visitor, "full") == "1";
    let own = super::beside(&licence, &fields, "");
    let title = name(&licence.name_zh, &licence.name_en, visitor.lang);
    let f = visitor.frame(proof.app(), title.clone(), "licences");
    let note = if status.in_force() {
        String::new()
    } else {
        f.tk("licences-status-note-", status.label())
    };
    html(&Detail {
        version: f.ta("licences-version", "n", super::version_no(&licence.identifier)),
        versions: super::versions(&proof, &f, licence.id, "/my/licences").await?,
        yearly: yearly && status.in_force(),
        past: events.iter().map(|event| past(event, &visitor, &f)).collect(),
        name: title.clone(),
        issuer: licence.issuer.name.clone(),
        number: licence.number.clone(),
        valid: until(licence.valid_to, &visitor),
        tone: status.tone(),
        state: f.tk("licences-status-", status.label()),
        note,
        bad: !matches!(status, LicenceStatus::Valid | LicenceStatus::Draft),
        in_force: status.in_force(),
        identifier: licence.identifier.clone(),
        reason: licence.reason.clone(),
        basis: licence.basis.clone(),
        rows: own.map(|field| row(field, visitor.lang, !full)).collect(),
        full,
        claimed: asked(&visitor, "claimed") == "1",
        show: format!("/my/licences/{}/show", licence.id.0),
        file: format!("/my/licences/{}/file", licence.id.0),
        print: format!("/my/licences/{}/file?as=pdf", licence.id.0),
        base: format!("/my/licences/{}", licence.id.0),
        sandbox: licence.sandbox,
        f: f.with_back("/my/licences", title),
    })
}

/// The bytes of a licence's file; a register's licence gets its own now if it had none.
async fn bytes(proof: &Proof, licence: &Licence) -> store::Result<Vec<u8>> {
    let file = paper::of(proof.seals(), licence).await?;
    proof.app().store.files().get(&file)
}

/// GET /my/licences/{id}/file: the sealed OFD, under its identifier (as implementers name it); with `as=pdf`
/// the same pages for a printer.
pub async fn file(State(proof): State<Proof>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let licence = owned(&proof, &visitor, &id).await?;
    let bytes = bytes(&proof, &licence).await?;
    if asked(&visitor, "as") == "pdf" {
        let name = format!("{}.pdf", licence.identifier);
        return Ok(web::respond::download(&name, "application/pdf", proof.printed(bytes).await?));
    }
    let name = format!("{}.ofd", licence.identifier);
    Ok(web::respond::download(&name, "application/ofd", bytes))
}

/// GET /my/licences/{id}/face.svg: the first page of the file as a picture, small enough to show at once. What
/// the page masks is covered in it, unless asked for in full.
pub async fn face(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(id): Path<String>,
    asking: HeaderMap,
) -> Answer {
    let licence = owned(&proof, &visitor, &id).await?;
    let file = paper::of(proof.seals(), &licence).await?;
    let fields = sealed::open_fields(proof.app().vault(), &licence, &Disclosure::own())?;
    let covered = fields.into_iter().filter(|field| field.sensitive && !field.value.is_empty());
    let hidden = match asked(&visitor, "full") == "1" {
        true => Vec::new(),
        false => covered.map(|field| field.value).collect(),
    };
    let (files, hash) = (proof.app().store.files().clone(), file.clone());
    let picture = proof.pictures().of(&file, hidden, move || files.get(&hash)).await?;
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml; charset=utf-8"),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::VARY, "accept-encoding"),
    ];
    if web::respond::accepts_gzip(&asking) {
        let packed = [(header::CONTENT_ENCODING, "gzip")];
        return Ok((headers, packed, picture.packed.clone()).into_response());
    }
    Ok((headers, picture.svg.clone()).into_response())
}
