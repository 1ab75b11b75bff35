//! Connected systems as the steward sees them: the list, one with its terms and secrets, and what may be done.

use super::{all_units, own_system, unit_name};
use crate::Proof;
use crate::exchange::acts::{self, NewSecret};
use crate::exchange::life::{self, Step};
use crate::exchange::model::{SecretRow, SystemLine, SystemStatus};
use crate::exchange::{System, meaning, pass, records, rules};
use crate::licences::asked::asked;
use crate::licences::pages::steward::desk_frame;
use crate::showing::choice::shown_day;
use askama::Template;
use axum::extract::{Path, State};
use codes::time::Day;
use store::{Error, Purpose, Result};
use web::form::FormError;
use web::respond::html_again;
use web::{Answer, Frame, Lang, Posted, Visitor, html, see_other};

/// Systems of one page.
const LINES: i64 = 25;

struct Line {
    href: String,
    name: String,
    unit: String,
    access_id: String,
    until: String,
    state: String,
    tone: &'static str,
}

#[derive(Template)]
#[template(path = "exchange/systems.html")]
struct List {
    f: Frame,
    lines: Vec<Line>,
    first: String,
    next: String,
}

/// Words and tone of where a system stands on a day.
fn state(status: SystemStatus, last: Day, today: Day, f: &Frame) -> (String, &'static str) {
    let over = status == SystemStatus::Active && last < today;
    let (key, tone) = match status {
        _ if over => ("over", "grey"),
        SystemStatus::Active => ("active", "ok"),
        SystemStatus::Suspended => ("suspended", "warn"),
        SystemStatus::Ended => ("ended", "grey"),
    };
    (f.tk("exchange-state-", key), tone)
}

/// GET /l/systems
pub async fn list(State(proof): State<Proof>, visitor: Visitor) -> Answer {
    let unit = visitor.staff()?.unit;
    let before = asked(&visitor, "before");
    let from = before.parse().unwrap_or(i64::MAX);
    let read = move |db: &mut store::Db<'_>| records::of_provider(db, unit, from, LINES + 1);
    let mut found: Vec<SystemLine> = proof.app().store.read(read).await?;
    let more = found.len() as i64 > LINES;
    found.truncate(LINES as usize);
    let (units, today) = (all_units(&proof).await?, proof.app().clock().now().day());
    let f = desk_frame(&proof, &visitor, visitor.t("exchange-systems-title"), "/l/systems");
    let line = |system: &SystemLine| {
        let (state, tone) = state(system.status, system.last, today, &f);
        Line {
            href: format!("/l/systems/{}", system.id.0),
            name: system.name.clone(),
            unit: unit_name(&units, system.consumer, visitor.lang),
            access_id: system.access_id.clone(),
            until: shown_day(&system.last.to_string(), visitor.lang),
            state,
            tone,
        }
    };
    let last = found.last().filter(|_| more).map(|s| s.id.0);
    html(&List {
        lines: found.iter().map(line).collect(),
        first: if before.is_empty() { String::new() } else { "/l/systems".into() },
        next: last.map_or(String::new(), |id| format!("/l/systems?before={id}")),
        f,
    })
}

/// One type opened to a system.
struct Opened {
    name: String,
    fields: String,
    basis: String,
}

struct Kept {
    made: String,
    ends: String,
    good: bool,
}

struct Way {
    label: String,
    note: String,
    href: String,
}

#[derive(Template)]
#[template(path = "exchange/system.html")]
struct One {
    f: Frame,
    name: String,
    state: String,
    tone: &'static str,
    reason: String,
    rows: Vec<(String, String)>,
    opened: Vec<Opened>,
    secrets: Vec<Kept>,
    ways: Vec<Way>,
    base: String,
    open: bool,
    idem: String,
    done: bool,
}

fn rows(system: &System, unit: String, visitor: &Visitor) -> Vec<(String, String)> {
    let terms = &system.terms;
    let f = |key: &str| visitor.t(key).to_owned();
    let operations: Vec<String> = terms
        .operations
        .iter()
        .map(|o| visitor.t(&format!("exchange-operation-{}", o.label())).to_owned())
        .collect();
    let joint = if visitor.lang == Lang::Zh { "、" } else { ", " };
    vec![
        (f("exchange-access-id"), system.access_id.clone()),
        (f("exchange-consumer"), unit),
        (f("exchange-contact"), terms.contact.clone()),
        (f("exchange-operations"), operations.join(joint)),
        (f("exchange-items"), terms.items.join(joint)),
        (f("exchange-minute"), terms.per_minute.to_string()),
        (f("exchange-day"), terms.per_day.to_string()),
        (f("exchange-last"), shown_day(&terms.last.to_string(), visitor.lang)),
        (f("exchange-since"), shown_day(&system.registered_at.ymd(), visitor.lang)),
    ]
}

fn opened(system: &System, visitor: &Visitor) -> Result<Vec<Opened>> {
    let en = visitor.lang == Lang::En;
    let one = |scope: &crate::exchange::model::Scope| {
        let kind = meaning::of(&scope.type_code)?;
        let name = kind.map(|k| if en { k.en.clone() } else { k.zh.clone() });
        let labels = kind.map(|k| k.labels(&scope.fields, en)).unwrap_or_default();
        let basis = match scope.basis.is_empty() {
            true => visitor.t("exchange-basis-none").to_owned(),
            false => scope.basis.clone(),
        };
        Ok(Opened {
            name: name.unwrap_or_else(|| scope.type_code.clone()),
            fields: labels.join(if en { ", " } else { "、" }),
            basis,
        })
    };
    system.terms.scopes.iter().map(one).collect()
}

/// GET /l/systems/{id}
pub async fn detail(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Answer {
    let system = own_system(&proof, &visitor, &id).await?;
    let (key, now) = (system.id, proof.app().clock().now());
    let secrets = proof.app().store.read(move |db| records::secrets(db, key)).await?;
    let units = all_units(&proof).await?;
    let f = desk_frame(&proof, &visitor, &system.terms.name, "/l/systems");
    let (state, tone) = state(system.status, system.terms.last, now.day(), &f);
    let base = format!("/l/systems/{}", system.id.0);
    let way = |step: Step| Way {
        label: f.tk("exchange-do-", step.label()),
        note: f.tk("exchange-do-note-", step.label()),
        href: format!("{base}/do/{}", step.label()),
    };
    let kept = |s: &SecretRow| Kept {
        made: s.made_at.ymd_hm(),
        ends: s.ends_at.map_or(String::new(), |at| at.ymd_hm()),
        good: s.good(now),
    };
    html(&One {
        ways: life::open_steps(system.status).into_iter().map(way).collect(),
        open: life::next(system.status, Step::Change).is_ok(),
        rows: rows(&system, unit_name(&units, system.terms.consumer, visitor.lang), &visitor),
        opened: opened(&system, &visitor)?,
        secrets: secrets.iter().map(kept).collect(),
        name: system.terms.name.clone(),
        reason: system.reason.clone(),
        idem: proof.app().store.chance().token(),
        done: asked(&visitor, "done") == "1",
        state,
        tone,
        base,
        f,
    })
}

#[derive(Template)]
#[template(path = "exchange/secret.html")]
struct SecretPage {
    f: Frame,
    name: String,
    access_id: String,
    secret: String,
    overlap: String,
    back: String,
}

/// A fresh secret: its text, shown once, and what is kept of it.
pub(super) fn fresh_secret(proof: &Proof) -> (String, NewSecret) {
    let store = &proof.app().store;
    let text = hex::encode(store.chance().bytes::<32>());
    let hash = pass::hash(store.vault(), &text);
    (text, NewSecret { id: store.fresh_id(), hash })
}

/// The page that shows a secret, this once.
pub(super) fn shown_once(
    proof: &Proof,
    visitor: &Visitor,
    system: &System,
    secret: String,
    overlap: bool,
) -> Answer {
    let f = desk_frame(proof, visitor, visitor.t("exchange-secret-title"), "/l/systems");
    html(&SecretPage {
        name: system.terms.name.clone(),
        access_id: system.access_id.clone(),
        secret,
        overlap: match overlap {
            true => f.tn("exchange-secret-overlap", rules::OVERLAP_DAYS),
            false => String::new(),
        },
        back: format!("/l/systems/{}", system.id.0),
        f,
    })
}

/// POST /l/systems/{id}/renew
pub async fn renew(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Answer {
    let system = own_system(&proof, &visitor, &id).await?;
    let (text, secret) = fresh_secret(&proof);
    let (row, unit, fresh) = (system.id, visitor.staff()?.unit, secret.id);
    let at_once = posted.get("_go") == "at-once";
    let ctx = visitor.ctx(proof.app(), Purpose::None);
    let idem = posted.idem("POST /l/systems/{id}/renew")?;
    let act = move |tx: &mut store::Tx<'_>| acts::renew(tx, row, unit, &secret, at_once);
    let (_, kept) = proof.app().store.write_once(ctx, idem, act).await?;
    // Pressed twice: the first one's secret stays, and was shown then.
    if kept != fresh {
        return Ok(see_other(&format!("/l/systems/{}", row.0)));
    }
    shown_once(&proof, &visitor, &system, text, !at_once)
}

#[derive(Template)]
#[template(path = "exchange/system_do.html")]
struct Ask {
    f: Frame,
    title: String,
    name: String,
    what: String,
    reason: String,
    reason_error: String,
    errors: Vec<FormError>,
    grave: bool,
    stale: bool,
    button: String,
    action: String,
    back: String,
    lock: i64,
    idem: String,
}

fn step_of(text: &str) -> Result<Step> {
    Step::parse(text).filter(|step| Step::WITH_REASON.contains(step)).ok_or(Error::NotFound)
}

fn ask_page(
    proof: &Proof,
    visitor: &Visitor,
    system: &System,
    step: Step,
    (reason, errors, stale): (String, Vec<FormError>, bool),
) -> Ask {
    let title = visitor.t(&format!("exchange-do-{}", step.label())).to_owned();
    let f = desk_frame(proof, visitor, &title, "/l/systems");
    let back = format!("/l/systems/{}", system.id.0);
    Ask {
        name: system.terms.name.clone(),
        what: f.tk("exchange-do-note-", step.label()),
        reason_error: errors.first().map(|e| e.text.clone()).unwrap_or_default(),
        reason,
        errors,
        grave: step == Step::End,
        stale,
        button: title.clone(),
        action: format!("{back}/do/{}", step.label()),
        back,
        lock: system.lock,
        idem: proof.app().store.chance().token(),
        title,
        f,
    }
}

/// GET /l/systems/{id}/do/{step}
pub async fn ask(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path((id, step)): Path<(String, String)>,
) -> Answer {
    let (system, step) = (own_system(&proof, &visitor, &id).await?, step_of(&step)?);
    life::next(system.status, step)?;
    html(&ask_page(&proof, &visitor, &system, step, Default::default()))
}

/// POST /l/systems/{id}/do/{step}
pub async fn step(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path((id, step)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let (system, step) = (own_system(&proof, &visitor, &id).await?, step_of(&step)?);
    let (row, unit) = (system.id, visitor.staff()?.unit);
    let lock = posted.get("_lock").parse().unwrap_or(0);
    let reason = posted.get("reason").to_owned();
    let ctx = visitor.ctx(proof.app(), Purpose::None);
    let idem = posted.idem("POST /l/systems/{id}/do/{step}")?;
    let typed = reason.clone();
    let act = move |tx: &mut store::Tx<'_>| acts::step(tx, row, unit, lock, step, &reason);
    match proof.app().store.write_once(ctx, idem, act).await {
        Ok(id) => Ok(see_other(&format!("/l/systems/{id}?done=1"))),
        // Somebody was quicker: the system as it is now, with what was typed.
        Err(Error::Stale) => {
            let system = own_system(&proof, &visitor, &id).await?;
            html_again(&ask_page(&proof, &visitor, &system, step, (typed, Vec::new(), true)))
        }
        Err(error) => {
            let wrong = super::Wrong::of(&visitor, error)?;
            html_again(&ask_page(&proof, &visitor, &system, step, (typed, wrong.0, false)))
        }
    }
}
