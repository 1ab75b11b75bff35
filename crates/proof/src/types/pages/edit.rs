//! L02: a type begun and written: names, rules, layout and fields on one form, kept as typed.

use super::form::{Row, body, rows};
use super::{hand, seen};
use crate::Proof;
use crate::licences::HolderKind;
use crate::licences::pages::desk_frame;
use crate::types::acts;
use crate::types::model::{Body, FieldKind, KindState, Layout, Validity};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use guide::packs::text::Text;
use store::{Error, Purpose};
use web::form::FormError;
use web::frame::Choice;
use web::respond::html_again;
use web::{Answer, Frame, Posted, Visitor, html, see_other};

#[derive(Template)]
#[template(path = "types/new.html")]
struct Fresh {
    f: Frame,
    code: String,
    code_error: String,
    name_zh: String,
    name_zh_error: String,
    name_en: String,
    holders: Vec<Choice>,
    errors: Vec<FormError>,
    idem: String,
}

fn holders(f: &Frame, chosen: &str) -> Vec<Choice> {
    let choice = |k: HolderKind| Choice::new(k.code(), f.tk("types-holder-", k.code()), chosen);
    [HolderKind::Person, HolderKind::Enterprise].into_iter().map(choice).collect()
}

fn fresh_page(
    proof: &Proof,
    visitor: &Visitor,
    posted: Option<&Posted>,
    errors: Vec<FormError>,
) -> Fresh {
    let f = desk_frame(proof, visitor, visitor.t("types-new-title"), "/l/types");
    let text = |name: &str| posted.map_or_else(String::new, |p| p.get(name).to_owned());
    let error = |name: &str| {
        errors.iter().find(|e| e.field == name).map_or_else(String::new, |e| e.text.clone())
    };
    let holder = posted.map_or("111", |p| p.get("holder"));
    Fresh {
        code: text("code"),
        code_error: error("code"),
        name_zh: text("name_zh"),
        name_zh_error: error("name_zh"),
        name_en: text("name_en"),
        holders: holders(&f, holder),
        idem: proof.app().store.chance().token(),
        f: f.with_failed(!errors.is_empty()),
        errors,
    }
}

/// GET /l/types/new
pub async fn fresh(State(proof): State<Proof>, visitor: Visitor) -> Answer {
    html(&fresh_page(&proof, &visitor, None, Vec::new()))
}

/// POST /l/types/new: begins the type; its fields are written on the next page.
pub async fn begin(State(proof): State<Proof>, visitor: Visitor, posted: Posted) -> Answer {
    let code: String = posted.get("code").to_ascii_uppercase();
    let name = Text::new(posted.get("name_zh"), posted.get("name_en"));
    let mut errors = Vec::new();
    if !(2..=30).contains(&name.zh.chars().count()) {
        let text = visitor.t("types-name-wrong").to_owned();
        errors.push(FormError { field: "name_zh".into(), text });
    }
    let holder = HolderKind::parse(posted.get("holder")).unwrap_or(HolderKind::Person);
    let body = Body::new(name, holder);
    let (hand, idem) = (hand(&visitor)?, posted.idem("POST /l/types/new")?);
    if errors.is_empty() {
        let ctx = visitor.ctx(proof.app(), Purpose::None);
        let wanted = code.clone();
        let act = move |tx: &mut store::Tx<'_>| acts::begin(tx, hand, &wanted, body);
        match proof.app().store.write_once(ctx, idem, act).await {
            Ok(_) => return Ok(see_other(&format!("/l/types/{code}/edit"))),
            Err(e @ Error::Refused(_)) if e.code().starts_with("type-code") => {
                let (what, next) = web::errors::words(visitor.lang, &e);
                errors.push(FormError { field: "code".into(), text: format!("{what} {next}") });
            }
            Err(other) => return Err(other.into()),
        }
    }
    html_again(&fresh_page(&proof, &visitor, Some(&posted), errors))
}

#[derive(Template)]
#[template(path = "types/edit.html")]
struct Editor {
    f: Frame,
    code: String,
    version: i64,
    name_zh: String,
    name_en: String,
    holders: Vec<Choice>,
    prefix: String,
    layouts: Vec<Choice>,
    validities: Vec<Choice>,
    months: String,
    untils: Vec<Choice>,
    yearly: bool,
    single: bool,
    steps: Vec<Choice>,
    issuers: String,
    rows: Vec<Row>,
    note: String,
    stale: bool,
    lock: i64,
    idem: String,
}

fn editor(
    proof: &Proof,
    visitor: &Visitor,
    code: &str,
    (version, lock, note): (i64, i64, &str),
    body: &Body,
) -> Editor {
    let title = visitor.t("types-edit-title");
    let f = desk_frame(proof, visitor, title, "/l/types");
    let layout =
        |l: &Layout| Choice::new(l.label(), f.tk("types-layout-", l.label()), body.layout.label());
    let validity = |v: &str| Choice::new(v, f.tk("types-validity-", v), body.validity.label());
    let until = match &body.validity {
        Validity::Until { field } => field.as_str(),
        _ => "",
    };
    let days = body.fields.iter().filter(|field| field.kind == FieldKind::Date);
    let step = |s: &crate::licences::life::Step| Choice {
        on: body.steps.iter().any(|label| label == s.label()),
        ..Choice::new(s.label(), f.tk("types-step-", s.label()), "")
    };
    Editor {
        code: code.to_owned(),
        version,
        name_zh: body.name.zh.clone(),
        name_en: body.name.en.clone(),
        holders: holders(&f, body.holder.code()),
        prefix: body.prefix.clone(),
        layouts: Layout::ALL.iter().map(layout).collect(),
        validities: ["long", "months", "until"].into_iter().map(validity).collect(),
        months: match body.validity {
            Validity::Months { months } if months > 0 => months.to_string(),
            _ => String::new(),
        },
        untils: days.map(|d| Choice::new(&*d.key, &*d.label.zh, until)).collect(),
        yearly: body.yearly,
        single: body.single,
        steps: Body::OPTIONAL.iter().map(step).collect(),
        issuers: body.issuers.join("\n"),
        rows: rows(body, &f),
        note: note.to_owned(),
        stale: false,
        lock,
        idem: proof.app().store.chance().token(),
        f,
    }
}

/// GET /l/types/{code}/edit
pub async fn page(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(code): Path<String>,
) -> Answer {
    let (_, versions) = seen(&proof, &visitor, &code).await?;
    let draft = versions.iter().find(|v| v.state == KindState::Draft).ok_or(Error::NotFound)?;
    let facts = (draft.version, draft.lock, draft.note.as_str());
    html(&editor(&proof, &visitor, &code, facts, &draft.body))
}

/// POST /l/types/{code}/edit: kept as typed; what is wrong is told on the page of the type.
pub async fn save(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(code): Path<String>,
    posted: Posted,
) -> Answer {
    let (_, versions) = seen(&proof, &visitor, &code).await?;
    let draft = versions.iter().find(|v| v.state == KindState::Draft).ok_or(Error::Stale)?;
    let typed = body(&posted, &draft.body);
    let lock = posted.get("_lock").parse().unwrap_or(0);
    let (hand, idem) = (hand(&visitor)?, posted.idem("POST /l/types/{code}/edit")?);
    let (ctx, kept, wanted) =
        (visitor.ctx(proof.app(), Purpose::None), typed.clone(), code.clone());
    let act = move |tx: &mut store::Tx<'_>| acts::save(tx, hand, &wanted, lock, kept);
    match proof.app().store.write_once(ctx, idem, act).await {
        Ok(()) if posted.get("_go") == "more" => {
            Ok(see_other(&format!("/l/types/{code}/edit#fields")))
        }
        Ok(()) => Ok(see_other(&format!("/l/types/{code}?done=saved"))),
        // A colleague saved first: what was typed stays, and is saved over his if the steward says so again.
        Err(Error::Stale) => {
            let facts = (draft.version, draft.lock, draft.note.as_str());
            let mut page = editor(&proof, &visitor, &code, facts, &typed);
            page.stale = true;
            html(&page).map(|page| (StatusCode::CONFLICT, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}
