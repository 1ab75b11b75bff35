//! One seal: its picture, what its register says, what happened to it, and what may be done with it.

use super::{People, at_hand, day, frame, staff_label};
use crate::Proof;
use crate::licences::asked::asked;
use crate::seals::life::{self, Hand, Step};
use crate::seals::model::{Seal, SealStatus};
use crate::seals::{making, records};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use gm::x509::Certificate;
use store::ledger::{self, EventRow};
use store::{Result, Stream};
use web::{Answer, Frame, Visitor, html};

/// Events told of one seal.
const EVENTS: i64 = 60;

/// A label and a value.
pub(super) struct Row {
    pub(super) label: String,
    pub(super) value: String,
}

struct Happened {
    what: String,
    when: String,
    who: String,
    why: String,
}

struct Way {
    label: String,
    note: String,
    href: String,
}

#[derive(Template)]
#[template(path = "custody/one.html")]
struct One {
    f: Frame,
    name: String,
    no: String,
    state: String,
    tone: &'static str,
    picture: String,
    rows: Vec<Row>,
    happened: Vec<Happened>,
    ways: Vec<Way>,
    done: String,
}

/// What the register says of a seal.
pub(super) async fn rows(proof: &Proof, visitor: &Visitor, seal: &Seal) -> Result<Vec<Row>> {
    let (id, old, key) = (seal.id, seal.replaces, seal.key);
    let read = move |db: &mut store::Db<'_>| {
        let old = if old == 0 { None } else { Some(records::seal(db, old)?.no) };
        let certificate = if key == 0 { None } else { Some(records::signer_key(db, key)?) };
        Ok((old, certificate, records::esl(db, id)?.len()))
    };
    let (old, key, bytes) = proof.app().store.read(read).await?;
    let labels = [seal.applied_by, seal.approved_by].map(staff_label);
    let people = People::of(proof, labels.to_vec()).await?;
    let pair = |key: &str, value: String| Row { label: visitor.t(key).to_owned(), value };
    let texts = web::Texts::shipped();
    let kind = texts.t(visitor.lang, &format!("custody-kind-{}", seal.kind.label())).to_owned();
    let level = format!("custody-level-{}", seal.level);
    let mut rows = vec![
        pair("custody-row-unit", seal.issuer.name.clone()),
        pair("custody-row-kind", kind),
        pair("custody-row-level", texts.t(visitor.lang, &level).to_owned()),
        pair("custody-row-until", day(seal.valid_to, visitor)),
        pair("custody-row-basis", seal.basis.clone()),
        pair("custody-row-why", seal.reason.clone()),
        pair("custody-row-replaces", old.unwrap_or_default()),
    ];
    if seal.applied_by != 0 {
        let who = people.words(visitor.lang, &labels[0]);
        rows.push(pair("custody-row-applied", who));
    }
    if seal.approved_by != 0 {
        let who = people.words(visitor.lang, &labels[1]);
        rows.push(pair("custody-row-approved", who));
    }
    if let Some(certificate) = key.and_then(|key| Certificate::parse(&key.certificate).ok()) {
        rows.push(pair("custody-row-certificate", certificate.subject_text()));
        rows.push(pair("custody-row-serial", hex::encode(certificate.serial())));
        rows.push(pair("custody-row-bytes", bytes.to_string()));
    }
    rows.retain(|row| !row.value.is_empty());
    Ok(rows)
}

/// GET /s/{id}
pub async fn page(State(proof): State<Proof>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let (seal, hands) = at_hand(&proof, &visitor, &id).await?;
    let stream = Stream::of("seal", seal.id);
    let read = move |db: &mut store::Db<'_>| ledger::newest_of_stream(db, stream, EVENTS);
    let events = proof.app().store.read(read).await?;
    let people = People::of(&proof, events.iter().map(|e| e.actor.clone()).collect()).await?;
    let f = frame(&proof, &visitor, &seal.name, "/s").await?;
    html(&One {
        name: seal.name.clone(),
        no: seal.no.clone(),
        state: f.tk("custody-status-", seal.status.label()),
        tone: seal.status.tone(),
        picture: format!("/s/{}/picture.png", seal.id),
        rows: rows(&proof, &visitor, &seal).await?,
        happened: events.iter().map(|e| happened(e, &people, &visitor, &f)).collect(),
        ways: ways(&seal, &hands, &f),
        done: match Step::parse(&asked(&visitor, "done")) {
            Some(step) => f.tk("custody-done-", step.label()),
            None => String::new(),
        },
        f,
    })
}

fn happened(event: &EventRow, people: &People, visitor: &Visitor, f: &Frame) -> Happened {
    Happened {
        what: f.tk("event-", &event.kind),
        when: event.at.ymd_hm(),
        who: people.words(visitor.lang, &event.actor),
        why: event.data["reason"].as_str().unwrap_or_default().to_owned(),
    }
}

fn ways(seal: &Seal, hands: &[Hand], f: &Frame) -> Vec<Way> {
    let step = |step: Step| Way {
        label: f.tk("custody-do-", step.label()),
        note: f.tk("custody-do-note-", step.label()),
        href: format!("/s/{}/do/{}", seal.id, step.label()),
    };
    let mut ways: Vec<Way> = Vec::new();
    let keeps = hands.iter().any(|hand| matches!(hand, Hand::Keeper | Hand::Head));
    let lives = matches!(seal.status, SealStatus::InUse | SealStatus::Suspended);
    if keeps && !matches!(seal.status, SealStatus::Renewed | SealStatus::Destroyed) {
        ways.push(Way {
            label: f.t("custody-keeping-title").to_owned(),
            note: f.t("custody-keeping-note").to_owned(),
            href: format!("/s/{}/custody", seal.id),
        });
    }
    ways.extend(life::open_steps(seal.status, hands).into_iter().map(step));
    if keeps && lives {
        ways.push(Way {
            label: f.t("custody-renew-title").to_owned(),
            note: f.t("custody-renew-note").to_owned(),
            href: format!("/s/apply?replaces={}", seal.id),
        });
    }
    ways
}

/// GET /s/{id}/picture.png: what the seal shows, or would show once it is made.
pub async fn picture(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Answer {
    let (seal, _) = at_hand(&proof, &visitor, &id).await?;
    let kept = proof.app().store.read(move |db| records::esl(db, seal.id)).await?;
    let png = match ofd::seal::Seal::parse(&kept) {
        Ok(made) => made.picture.data,
        Err(_) => making::picture(proof.seals(), &seal)?,
    };
    let kind = (header::CONTENT_TYPE, "image/png");
    Ok(([kind, (header::CACHE_CONTROL, "no-store")], png).into_response())
}
