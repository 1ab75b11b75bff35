//! The licence steward's desk: what the unit issued, and suspending, restoring, ending a licence.

use super::{Row, name, row_id, until};
use crate::Proof;
use crate::licences::asked::asked;
use crate::licences::life::{self, Step};
use crate::licences::model::{HolderKind, Licence, LicenceSummary, Reason};
use crate::licences::{acts, records, sealed};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use store::{Disclosure, Error, Purpose, Refusal, Result};
use web::frame::{Choice, Link};
use web::respond::html_again;
use web::{Answer, Frame, Lang, Posted, Texts, Visitor, html, see_other};

/// Licences of one page.
const LINES: i64 = 25;
/// Why a steward reads a licence: the unit answers for what it issued.
const BASIS: &str = "行政许可法第六十九条、第七十条";

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
    prev: String,
    next: String,
}

fn frame(proof: &Proof, visitor: &Visitor, title: &str) -> Frame {
    let nav = vec![Link::new("/l", visitor.t("licences-desk-nav")).here(true)];
    visitor.staff_frame(proof.app(), title, nav)
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
        prev: link("after", first, newer),
        next: link("before", last, older),
        f,
    })
}

/// What the form holds when it comes back.
#[derive(Default)]
struct Typed {
    step: String,
    reason: String,
    basis: String,
    errors: Vec<(String, String)>,
    /// Somebody else changed the licence while this form was open.
    stale: bool,
}

impl Typed {
    fn error(&self, field: &str) -> String {
        let found = self.errors.iter().find(|(f, _)| f == field);
        found.map(|(_, text)| text.clone()).unwrap_or_default()
    }
}

struct Wrong {
    field: String,
    text: String,
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
    steps: Vec<Choice>,
    step_error: String,
    reason: String,
    reason_error: String,
    basis: String,
    basis_error: String,
    errors: Vec<Wrong>,
    lock: i64,
    idem: String,
    action: String,
    done: bool,
    stale: bool,
}

/// A licence of the steward's own unit.
async fn issued(proof: &Proof, visitor: &Visitor, id: &str) -> Result<Licence> {
    let (id, unit) = (row_id(id)?, visitor.staff()?.unit);
    let licence = proof.app().store.read(move |db| records::by_id(db, id)).await?;
    if licence.issuer.unit == unit { Ok(licence) } else { Err(Error::NotFound) }
}

fn one(proof: &Proof, visitor: &Visitor, licence: &Licence, typed: Typed) -> Result<One> {
    let app = proof.app();
    let lang = visitor.lang;
    let today = app.clock().now().day();
    let status = licence.status_on(today);
    let leave = Disclosure::process("a steward sees the masked holder of what his unit issued");
    let holder = sealed::open_holder(app.vault(), licence, &leave)?;
    let title = name(&licence.name_zh, &licence.name_en, lang);
    let f = frame(proof, visitor, &title);
    let mut rows = vec![
        Row { label: f.t("licences-row-number").into(), value: licence.number.clone() },
        Row { label: f.t("licences-row-holder").into(), value: holder.shown_name() },
        Row { label: f.t("licences-row-issued").into(), value: licence.issued_at.ymd() },
        Row { label: f.t("licences-row-validity").into(), value: until(licence.valid_to, visitor) },
    ];
    // What stands on an enterprise's licence is public; a person's is read in his case only.
    if licence.holder_kind == HolderKind::Enterprise {
        let leave = Disclosure::process("what stands on an enterprise's licence is public");
        let fields = sealed::open_fields(app.vault(), licence, &leave)?;
        rows.extend(fields.iter().map(|field| super::row(field, lang, true)));
    }
    if !licence.basis.is_empty() {
        rows.push(Row { label: f.t("licences-row-basis").into(), value: licence.basis.clone() });
    }
    let steps = life::open_steps(status).into_iter().map(|step| Choice {
        hint: f.tk("licences-do-note-", step.label()),
        ..Choice::new(step.label(), f.tk("licences-do-", step.label()), &typed.step)
    });
    let wrong =
        |(field, text): &(String, String)| Wrong { field: field.clone(), text: text.clone() };
    Ok(One {
        steps: steps.collect(),
        name: title,
        identifier: licence.identifier.clone(),
        state: f.tk("licences-status-", status.label()),
        tone: status.tone(),
        rows,
        why: licence.reason.clone(),
        step_error: typed.error("step"),
        reason_error: typed.error("reason"),
        basis_error: typed.error("basis"),
        errors: typed.errors.iter().map(wrong).collect(),
        stale: typed.stale,
        reason: typed.reason,
        basis: typed.basis,
        lock: licence.lock,
        idem: app.store.chance().token(),
        action: format!("/l/{}", licence.id.0),
        done: asked(visitor, "done") == "1",
        f,
    })
}

/// GET /l/{id}
pub async fn detail(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Answer {
    let licence = issued(&proof, &visitor, &id).await?;
    html(&one(&proof, &visitor, &licence, Typed::default())?)
}

/// POST /l/{id}: one step of the life table, with reason and basis.
pub async fn change(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Answer {
    let licence = issued(&proof, &visitor, &id).await?;
    let mut typed = Typed {
        step: posted.get("step").into(),
        reason: posted.get("reason").into(),
        basis: posted.get("basis").into(),
        errors: Vec::new(),
        stale: false,
    };
    let Some(step) = Step::parse(&typed.step).filter(|s| Step::BY_HAND.contains(s)) else {
        typed.errors.push(("step".into(), visitor.t("err-licence-choice").to_owned()));
        return html_again(&one(&proof, &visitor, &licence, typed)?);
    };
    let reason = Reason {
        reason: typed.reason.clone(),
        basis: typed.basis.clone(),
        lock: posted.get("_lock").parse().unwrap_or(0),
    };
    let (row, unit) = (licence.id, visitor.staff()?.unit);
    let ctx = visitor.ctx(proof.app(), Purpose::Legal(BASIS));
    let idem = posted.idem("POST /l/{id}")?;
    let act = move |tx: &mut store::Tx<'_>| acts::change(tx, row, unit, step, &reason);
    match proof.app().store.write_once(ctx, idem, act).await {
        Ok(id) => Ok(see_other(&format!("/l/{}?done=1", id.0))),
        Err(Error::Refused(refusal)) if !refusal.fields.is_empty() => {
            typed.errors = told(&refusal, visitor.lang);
            html_again(&one(&proof, &visitor, &licence, typed)?)
        }
        // Somebody was quicker: the licence as it is now, with what was typed, to be judged again.
        Err(Error::Stale) => {
            typed.stale = true;
            let licence = issued(&proof, &visitor, &id).await?;
            let page = one(&proof, &visitor, &licence, typed)?;
            html(&page).map(|page| (StatusCode::CONFLICT, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

fn told(refusal: &Refusal, lang: Lang) -> Vec<(String, String)> {
    let say = |code: &str| Texts::shipped().t(lang, &format!("err-{code}")).to_owned();
    refusal.fields.iter().map(|e| (e.field.clone(), say(&e.code))).collect()
}
