//! C22: the one correction: only what the notice names is open, each with its reason; handed in once.

use super::super::model::{MissingKind, State};
use super::super::view::{self, MissingLine, Progress};
use super::super::{acts, fixing};
use super::own;
use crate::Casework;
use crate::drafts::Body;
use crate::drafts::pages::{self, Ask, Table, Typed, day};
use crate::materials::pages::{Parts, cards};
use crate::materials::rules::asked_again;
use crate::materials::{Paper, PaperId, Upload};
use askama::Template;
use axum::extract::{Path, Request, State as Wing};
use store::{Disclosure, Error, Idem, Purpose};
use web::form::{FormError, form_errors};
use web::respond::html_again;
use web::{Answer, Frame, Visitor, html, see_other};

/// One thing that was asked for.
struct Item {
    no: String,
    name: String,
    reason: String,
    control: String,
    hint: String,
    accept: String,
    many: bool,
    sample: String,
    papers: Vec<cards::Line>,
    ask: Option<Ask>,
    error: String,
}

#[derive(Template)]
#[template(path = "cases/fix.html")]
struct FixPage {
    f: Frame,
    item: String,
    grouped: String,
    until: String,
    late: bool,
    items: Vec<Item>,
    errors: Vec<FormError>,
    notice: String,
    action: String,
    back: String,
    version: i64,
    idem: String,
}

/// Everything the page is made from.
struct Desk {
    p: Progress,
    body: Body,
    papers: Vec<Paper>,
}

async fn desk(w: &Casework, visitor: &Visitor, no: &str) -> store::Result<Desk> {
    let p = own(w, visitor, no).await?;
    let (body, papers) = view::contents(w, &p.case, &Disclosure::own()).await?;
    Ok(Desk { p, body, papers })
}

fn item(f: &Frame, d: &Desk, t: &Table<'_>, at: usize, m: &MissingLine) -> Item {
    let lang = f.lang.tag();
    let key = &m.missing.key;
    let base = format!("/c/{}", d.p.case.no);
    let control = format!("file.{key}");
    let mut item = Item {
        no: (at + 1).to_string(),
        name: m.name.get(lang).to_owned(),
        reason: m.missing.reason.clone(),
        error: pages::text_of(t.errors, &control),
        control,
        hint: String::new(),
        accept: String::new(),
        many: false,
        sample: String::new(),
        papers: vec![],
        ask: None,
    };
    match m.missing.kind {
        MissingKind::Field => {
            item.ask = d.p.pack.form.field(key).map(|field| pages::ask(t, field, true));
        }
        MissingKind::Material => {
            let own = d.papers.iter().filter(|p| p.round == 1 && p.key == *key);
            item.papers = own.map(|p| cards::line(&base, p)).collect();
            if let Some(material) = d.p.pack.materials.iter().find(|x| x.key == *key) {
                let material = &asked_again(material);
                item.hint = cards::allowed(f, material);
                item.accept = cards::picker(material);
                item.many = material.max_files > 1;
                item.sample = material.sample.get(lang).to_owned();
            }
        }
    }
    item
}

fn fix_page(
    w: &Casework,
    visitor: &Visitor,
    d: &Desk,
    typed: &Typed,
    errors: Vec<FormError>,
) -> FixPage {
    let back = format!("/c/{}", d.p.case.no);
    let f = visitor
        .frame(w, visitor.t("cases-fix-title"), "my")
        .with_back(&back, visitor.t("cases-fix-short"))
        .with_failed(!errors.is_empty());
    let t = Table { f: &f, values: &d.body.values, typed, errors: &errors, more: "" };
    let missing = d.p.missing.iter().enumerate();
    let items = missing.map(|(at, m)| item(&f, d, &t, at, m)).collect();
    let until = match &d.p.case.state {
        State::CorrectionRequested(c) => Some(c.told.until),
        _ => None,
    };
    let notice = d.p.documents.iter().find(|x| x.kind == "correction");
    FixPage {
        item: d.p.card.item.get(f.lang.tag()).to_owned(),
        grouped: d.p.case.no.grouped(),
        until: until.map(|u| day(&f, u)).unwrap_or_default(),
        late: until.is_some_and(|u| u < w.clock().now().day()),
        items,
        notice: notice.map(|x| format!("{back}/documents/{}", x.kind)).unwrap_or_default(),
        action: format!("{back}/fix"),
        back,
        version: d.p.case.version,
        idem: w.store.chance().token(),
        errors,
        f,
    }
}

fn asked_for(p: &Progress) -> bool {
    matches!(p.case.state, State::CorrectionRequested(_))
}

/// GET /c/{no}/fix
pub async fn page(Wing(w): Wing<Casework>, visitor: Visitor, Path(no): Path<String>) -> Answer {
    let d = desk(&w, &visitor, &no).await?;
    if !asked_for(&d.p) {
        return Ok(see_other(&format!("/c/{}", d.p.case.no)));
    }
    html(&fix_page(&w, &visitor, &d, &Typed::new(), vec![]))
}

/// POST /c/{no}/fix: files are kept at once; answers and the end of it with 提交补正.
pub async fn keep(
    Wing(w): Wing<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
    request: Request,
) -> Answer {
    let d = desk(&w, &visitor, &no).await?;
    let case = d.p.case.no;
    let mut parts = Parts::read(&visitor, request).await?;
    if !asked_for(&d.p) {
        return Ok(see_other(&format!("/c/{case}")));
    }
    let files = std::mem::take(&mut parts.files);
    let mut errors = Vec::new();
    for sent in files {
        let key = sent.field.strip_prefix("file.").unwrap_or_default().to_owned();
        let file = Upload { key, name: sent.name, bytes: sent.bytes };
        match fixing::upload(&w, &visitor, case, file).await {
            Ok(_) => {}
            Err(e @ Error::Refused(_)) => {
                errors.push(cards::upload_error(&visitor, sent.field, &e));
            }
            Err(e) => return Err(e.into()),
        }
    }
    let drop = parts.get("_drop").to_owned();
    if let Ok(id) = pages::number(&drop) {
        match fixing::remove(&w, d.p.case.owner, case, PaperId(id)).await {
            Ok(()) | Err(Error::NotFound) => {}
            Err(e) => return Err(e.into()),
        }
    }
    let d = desk(&w, &visitor, &no).await?;
    let form = &d.p.pack.form;
    let pairs = pages::tidy(parts.fields(), form.fields().map(|(_, x)| x), "");
    let whole = pages::complete(form, &d.body.values, pairs.clone());
    let parsed = form.parse_posted(&whole, None).map_err(|e| pages::refused(&visitor, &e))?;
    let unread = parsed.errors.iter().map(|e| pages::told(&visitor, e));
    if parts.get("_go") != "submit" {
        // Answers are not kept before they are handed in: they come back as typed.
        let typed = all_typed(&pairs);
        return html(&fix_page(&w, &visitor, &d, &typed, errors));
    }
    errors.extend(unread);
    errors.extend(without_file(&visitor, &d));
    if errors.is_empty() {
        match supply(&w, &visitor, &d, parsed.changes, &parts).await {
            Ok(()) => return Ok(see_other(&format!("/c/{case}"))),
            Err(Error::Refused(r)) if !r.fields.is_empty() => {
                errors.extend(form_errors(&visitor, &r.fields));
            }
            Err(e) => return Err(e.into()),
        }
    }
    html_again(&fix_page(&w, &visitor, &d, &all_typed(&pairs), errors))
}

fn all_typed(pairs: &[(String, String)]) -> Typed {
    let mut typed = Typed::new();
    for (name, value) in pairs {
        typed.entry(name.clone()).or_default().push(value.clone());
    }
    typed
}

fn without_file(visitor: &Visitor, d: &Desk) -> Vec<FormError> {
    let there = |key: &str| d.papers.iter().any(|p| p.round == 1 && p.key == key);
    let asked = d.p.missing.iter().map(|m| &m.missing);
    let open = asked.filter(|m| m.kind == MissingKind::Material && !there(&m.key));
    let text = visitor.t("drafts-mat-missing");
    open.map(|m| FormError { field: format!("file.{}", m.key), text: text.to_owned() }).collect()
}

async fn supply(
    w: &Casework,
    visitor: &Visitor,
    d: &Desk,
    changes: guide::packs::Changes,
    parts: &Parts,
) -> store::Result<()> {
    let (case, owner) = (&d.p.case, d.p.case.owner);
    let key = parts.get("_idem");
    if !(8..=64).contains(&key.len()) || !key.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(Error::refused("idem-missing"));
    }
    let supplement = fixing::prepare(w, owner, case.no, changes).await?;
    let body = serde_json::to_vec(&parts.fields())?;
    let idem = Idem::new(key, "POST /c/{no}/fix", &body);
    let version = parts.get("_version").parse().unwrap_or(case.version);
    let grip = super::super::model::Grip { version, ..d.p.grip() };
    let (ctx, app) = (visitor.ctx(w, Purpose::Case(case.id.0)), w.app().clone());
    let act =
        move |tx: &mut store::Tx<'_>| acts::supply(tx, grip, owner, &supplement, &app.calendar);
    w.store.write_once(ctx, idem, act).await.map(drop)
}
