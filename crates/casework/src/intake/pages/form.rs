//! W04: the whole form on one page, with its sections, errors, sources and rules; materials beside it (W05).

use super::super::filling::{self, Desk, sitting, to_mend};
use super::super::model::Stage;
use super::super::receiving::clerk;
use super::super::rules;
use super::papers::{Mat, mats};
use super::{Head, at, desk_of, hold, id_of, news, query};
use crate::Casework;
use crate::desks::pages::Told;
use crate::drafts::model::{Clash, Hindrance, Opened, Saved};
use crate::drafts::pages::asked::{self, Ask, Locked, Table, Typed};
use crate::drafts::pages::sheet::{self, ALL, Pairs, Sheet};
use crate::drafts::pages::{Walk, refused as post_refused, told as field_told};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use guide::packs::prefill;
use guide::packs::{Page, PageKind, Widget};
use serde_json::json;
use store::Error;
use web::form::FormError;
use web::{Answer, Frame, Posted, Visitor, html, see_other};

/// One section: a page of the pack.
struct Section {
    no: usize,
    key: String,
    title: String,
    known: Vec<Locked>,
    asks: Vec<Ask>,
    bad: usize,
    full: bool,
}

/// One register that would be asked.
struct Register {
    org: String,
    name: String,
    fields: String,
}

#[derive(Template)]
#[template(path = "intake/form.html")]
struct FormPage {
    f: Frame,
    h: Head,
    sections: Vec<Section>,
    counts: String,
    registers: Vec<Register>,
    consented: bool,
    stops: Vec<String>,
    conditions: Vec<String>,
    delivery: Option<String>,
    mats: Vec<Mat>,
    got: String,
    errors: usize,
    mat_error: String,
    left: usize,
    draft_version: i64,
    saved_at: String,
    told: Option<Told>,
    lines: Vec<String>,
}

/// What makes one showing differ from another.
#[derive(Default)]
pub(super) struct Showing {
    /// Typed and not readable.
    pub typed: Typed,
    /// What is wrong.
    pub errors: Vec<FormError>,
    /// Of which one more row is wanted.
    pub more: String,
    /// What happened.
    pub told: Option<Told>,
    /// More about it, a line each.
    pub lines: Vec<String>,
    /// What is wrong with a paper.
    pub mat_error: String,
}

/// Everything the clerk can fill in: questions, and what the last page asks beside the declarations.
fn whole<'o>(opened: &'o Opened, walk: &Walk<'o>) -> Vec<&'o Page> {
    let asks = |p: &&Page| {
        let mine = |x: &&guide::packs::Field| !matches!(x.widget, Widget::Tick | Widget::Sign);
        let kind = p.kind == PageKind::Questions || p.kind == PageKind::Review;
        kind && p.fields.iter().filter(mine).any(|x| walk.judgement.shows(&x.key))
    };
    opened.pack.form.pages.iter().filter(asks).collect()
}

fn sections(walk: &Walk<'_>, opened: &Opened, t: &Table<'_>) -> Vec<Section> {
    let (lang, values) = (t.f.lang.tag(), &opened.body.values);
    let locked = |key: &str| values.0.get(key).is_some_and(|v| v.locked);
    let section = |(at, page): (usize, &Page)| {
        let shown = |x: &&guide::packs::Field| {
            let own = !matches!(x.widget, Widget::File | Widget::Tick | Widget::Sign);
            own && walk.judgement.shows(&x.key)
        };
        let facts = page.shows.iter().filter_map(|x| asked::fact(t.f, x, &opened.body.facts));
        let known = page.fields.iter().filter(shown).filter(|x| locked(&x.key));
        let known = known.map(|x| asked::locked_answer(t.f, x, values)).chain(facts);
        let asks = page.fields.iter().filter(shown).filter(|x| !locked(&x.key));
        let asks: Vec<Ask> = asks.map(|x| asked::ask(t, x, walk.judgement.demands(x))).collect();
        let wrong = walk.judgement.faults_on(page);
        Section {
            no: at + 1,
            key: page.key.clone(),
            title: page.title.get(lang).to_owned(),
            known: known.collect(),
            bad: t.errors.iter().filter(|e| page.has(sheet::top(&e.field))).count(),
            full: wrong.is_empty() && page.kind == PageKind::Questions,
            asks,
        }
    };
    whole(opened, walk).into_iter().enumerate().map(section).collect()
}

/// What is to be mended, as the page shows it at its fields.
fn errors_of(visitor: &Visitor, left: &[Hindrance]) -> Vec<FormError> {
    let field = |h: &Hindrance| match h {
        Hindrance::Field(e) => Some(field_told(visitor, e)),
        _ => None,
    };
    left.iter().filter_map(field).collect()
}

fn registers(f: &Frame, opened: &Opened) -> Vec<Register> {
    let lang = f.lang.tag();
    let one = |c: prefill::Consent| Register {
        org: c.org.get(lang).to_owned(),
        name: c.name.get(lang).to_owned(),
        fields: c.fields.iter().map(|x| x.get(lang)).collect::<Vec<_>>().join(f.t("drafts-and")),
    };
    prefill::consents(&opened.pack).into_iter().map(one).collect()
}

fn page_of(
    w: &Casework,
    visitor: &Visitor,
    desk: &Desk,
    f: Frame,
    mut showing: Showing,
) -> store::Result<FormPage> {
    let (opened, now) = (&desk.opened, w.clock().now());
    let walk = Walk::new(opened, now);
    let left = rules::to_mend(&opened.pack, walk.hindrances());
    if query(visitor, "check") == "1" && showing.errors.is_empty() {
        showing.errors = errors_of(visitor, &left);
    }
    let t = Table {
        f: &f,
        values: &opened.body.values,
        typed: &showing.typed,
        errors: &showing.errors,
        more: &showing.more,
    };
    let sections = sections(&walk, opened, &t);
    let stop = |h: &Hindrance| match h {
        Hindrance::Stop(c) => Some(c.message.get(f.lang.tag()).to_owned()),
        Hindrance::Delivery => Some(f.t("intake-delivery-missing").to_owned()),
        _ => None,
    };
    let mats = mats(&f, desk, &walk);
    let got = mats.iter().filter(|m| m.got).count();
    let ratio = walk.judgement.ratio();
    let conditions = opened.pack.item.conditions.iter();
    let sent = crate::delivery::pages::lines(&f, &opened.pack, &opened.body, false);
    Ok(FormPage {
        h: Head::of(w, visitor, &f, desk)?,
        counts: f.ta2("desks-counts", "shown", ratio.shown, "prefilled", ratio.prefilled),
        registers: registers(&f, opened),
        consented: opened.body.consented.is_some(),
        stops: left.iter().filter_map(stop).collect(),
        conditions: conditions.map(|c| c.get(f.lang.tag()).to_owned()).collect(),
        delivery: sent.into_iter().next().map(|(_, way)| way),
        got: f.ta2("desks-mat-got", "got", got, "all", mats.len()),
        mats,
        errors: showing.errors.len(),
        mat_error: showing.mat_error,
        left: left.len(),
        draft_version: opened.draft.version,
        saved_at: opened.draft.saved.hm(),
        told: showing.told,
        lines: showing.lines,
        sections,
        f,
    })
}

/// The page again, with the status of what went wrong.
pub(super) async fn again(
    w: &Casework,
    visitor: &Visitor,
    id: &str,
    showing: Showing,
    status: StatusCode,
) -> Answer {
    let (desk, f) = desk_of(w, visitor, id).await?;
    let f = f.with_failed(status != StatusCode::OK);
    let mut answer = html(&page_of(w, visitor, &desk, f, showing)?)?;
    *answer.status_mut() = status;
    Ok(answer)
}

/// GET /w/i/{id}
pub async fn page(State(w): State<Casework>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let s = sitting(&w, &visitor, id_of(&id)?).await?;
    match (s.stage, &s.facts.case_no) {
        (Stage::Arrived, _) => return Ok(see_other(&format!("{}/find", at(s.id)))),
        (Stage::Done, Some(no)) => return Ok(see_other(&format!("/w/c/{no}"))),
        (Stage::Done | Stage::Ended, _) => return Ok(see_other("/w/i?done=ended")),
        _ => {}
    }
    let showing =
        Showing { more: query(&visitor, "more"), told: news(&visitor), ..Showing::default() };
    again(&w, &visitor, &id, showing, StatusCode::OK).await
}

/// POST /w/i/{id}/consent: the person agrees at the window; the registers are asked, the form filled.
pub async fn consent(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Answer {
    let idem = posted.idem("POST /w/i/{id}/consent")?;
    let s = sitting(&w, &visitor, id_of(&id)?).await?;
    match filling::consent(&w, &visitor, hold(&s, posted.get("version"))?, idem).await {
        Ok(_) => Ok(see_other(&format!("{}?done=asked", at(s.id)))),
        Err(Error::Stale) => Ok(see_other(&format!("{}?done=stale", at(s.id)))),
        Err(e) => Err(e.into()),
    }
}

/// Where the buttons of the form lead, once everything that could be read is kept.
fn way_out(s: &str, posted: &Posted, left: usize) -> String {
    let (add, drop) = (posted.get("_add"), posted.get("_drop"));
    match (add, drop, posted.get("_go"), left) {
        (add, _, _, _) if !add.is_empty() => format!("{s}?more={add}#{add}"),
        (_, drop, _, _) if !drop.is_empty() => format!("{s}#{}", sheet::top(drop)),
        (_, _, "on", 0) => format!("{s}/confirm"),
        (_, _, "on", _) => format!("{s}?check=1"),
        (_, _, "missing", _) => format!("{s}/missing"),
        _ => format!("{s}?done=saved"),
    }
}

/// Both values of what somebody else changed meanwhile: his is kept, the typed one is told.
fn clashed(visitor: &Visitor, f: &Frame, opened: &Opened, clashes: &[Clash]) -> Vec<String> {
    let line = |c: &Clash| {
        let field = opened.pack.form.field(&c.key)?;
        let words = |v| match asked::said(f, field, v) {
            said if said.is_empty() => f.t("drafts-nothing").to_owned(),
            said => said,
        };
        let label = field.label.get(visitor.lang.tag());
        let args = [("label", label), ("theirs", &*words(&c.theirs)), ("yours", &*words(&c.yours))];
        Some(f.tall("intake-clash", &args))
    };
    clashes.iter().filter_map(line).collect()
}

/// POST /w/i/{id}/form
pub async fn keep(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Answer {
    let s = sitting(&w, &visitor, id_of(&id)?).await?;
    let (here, me) = (at(s.id), clerk(&visitor)?);
    let leave = store::Disclosure::process("keeping what was typed");
    let desk = filling::open(&w, s, &leave).await?;
    let (s, opened) = (&desk.sitting, &desk.opened);
    let walk = Walk::new(opened, w.clock().now());
    let sheet = Sheet { key: ALL, pages: whole(opened, &walk) };
    let pairs: Pairs = sheet::tidy(posted.fields(), sheet.fields(), posted.get("_drop"));
    let parsed = sheet.parse(opened, &pairs).map_err(|e| post_refused(&visitor, &e))?;
    let mut changes = parsed.changes;
    let seen = posted.get("_version").parse().unwrap_or(opened.draft.version);
    let first = filling::save(&w, (s, &me), seen, changes.clone()).await?;
    if let Saved::Conflict { version, fields } = first {
        for clash in &fields {
            changes.0.remove(&clash.key);
        }
        // What nobody else touched is kept all the same.
        filling::save(&w, (s, &me), version, changes).await?;
        let f = visitor.frame(&w, "", "");
        let stale = Error::Stale;
        let showing = Showing {
            lines: clashed(&visitor, &f, opened, &fields),
            told: super::why(&visitor, &stale),
            ..Showing::default()
        };
        return again(&w, &visitor, &id, showing, StatusCode::CONFLICT).await;
    }
    if !parsed.errors.is_empty() && posted.get("_add").is_empty() && posted.get("_drop").is_empty()
    {
        let showing = Showing {
            typed: sheet::typed(&pairs, &parsed.errors),
            errors: parsed.errors.iter().map(|e| field_told(&visitor, e)).collect(),
            ..Showing::default()
        };
        return again(&w, &visitor, &id, showing, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let s = sitting(&w, &visitor, s.id).await?;
    let kept = filling::open(&w, s, &leave).await?;
    let left = to_mend(&kept.opened, w.clock().now());
    Ok(see_other(&way_out(&here, &posted, left.len())))
}

/// POST /w/i/{id}/form/save: as `/d/{id}/{section}/save`, with the clerk's number beside the answers.
pub async fn autosave(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<String>,
    headers: HeaderMap,
    posted: Posted,
) -> Answer {
    let s = sitting(&w, &visitor, id_of(&id)?).await?;
    let leave = store::Disclosure::process("keeping what was typed");
    let desk = filling::open(&w, s, &leave).await?;
    let (form, draft) = (&desk.opened.pack.form, &desk.opened.draft);
    let matched = headers.get(header::IF_MATCH).and_then(|v| v.to_str().ok());
    let seen = matched.and_then(|v| v.trim_matches('"').parse().ok()).unwrap_or(draft.version);
    let pairs = sheet::tidy(posted.fields(), form.fields().map(|(_, f)| f), "");
    let pairs = sheet::complete(form, &desk.opened.body.values, pairs);
    let changes = form.parse_posted(&pairs, None).map_err(|e| post_refused(&visitor, &e))?.changes;
    match filling::save(&w, (&desk.sitting, &clerk(&visitor)?), seen, changes).await? {
        Saved::Done { version, at } => {
            web::json(&json!({"version": version, "time": at.hm(), "saved_at": at.iso()}))
        }
        Saved::Conflict { version, fields } => {
            let keys: Vec<&String> = fields.iter().map(|c| &c.key).collect();
            let text = json!({"version": version, "fields": keys}).to_string();
            Ok(web::respond::json_text(StatusCode::CONFLICT, text))
        }
    }
}
