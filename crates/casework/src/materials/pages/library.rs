//! C27: the material library: what was handed in before, by name, with where it came from and how often
//! it was used; to name, to date, to take out.

use super::super::library;
use super::super::model::Kept;
use super::cards::{media, size_words};
use crate::Casework;
use crate::drafts::filing;
use crate::drafts::pages::{day, number, query};
use askama::Template;
use axum::extract::{Path, State};
use store::Error;
use web::form::FormError;
use web::respond::{download, html_again};
use web::{Answer, Frame, Posted, Visitor, html, see_other};

/// One file of the list.
struct Row {
    href: String,
    name: String,
    material: String,
    note: String,
    until: String,
    over: bool,
}

#[derive(Template)]
#[template(path = "materials/library.html")]
struct LibraryPage {
    f: Frame,
    said: &'static str,
    rows: Vec<Row>,
    first: String,
    next: String,
}

#[derive(Template)]
#[template(path = "materials/file.html")]
struct FilePage {
    f: Frame,
    material: String,
    facts: Vec<(String, String)>,
    case: String,
    href: String,
    action: String,
    name: String,
    until: String,
    errors: Vec<FormError>,
    refused: String,
    refused_next: String,
    idem: String,
}

impl FilePage {
    fn error(&self, field: &str) -> &str {
        self.errors.iter().find(|e| e.field == field).map_or("", |e| e.text.as_str())
    }
}

/// When and for what a file was handed in, and until when it holds.
pub(super) fn note(f: &Frame, k: &Kept) -> String {
    let item = k.item.get(f.lang.tag()).to_owned();
    let mut said = vec![f.ta2("materials-from", "day", day(f, k.added.day()), "item", item)];
    said.extend(until(f, k));
    said.join(f.t("materials-sep"))
}

fn until(f: &Frame, k: &Kept) -> Option<String> {
    let last = codes::time::parse_day(&k.until).ok()?;
    Some(f.ta("materials-until-day", "day", day(f, last)))
}

fn row(f: &Frame, k: &Kept, today: &str) -> Row {
    Row {
        href: format!("/my/files/{}", k.id),
        name: k.name.clone(),
        material: k.material.get(f.lang.tag()).to_owned(),
        note: format!("{}{}{}", note(f, k), f.t("materials-sep"), f.tn("materials-uses", k.uses)),
        until: until(f, k).unwrap_or_default(),
        over: k.over(today),
    }
}

/// GET /my/files
pub async fn list(State(w): State<Casework>, visitor: Visitor) -> Answer {
    let owner = filing::owner(&visitor)?;
    let before = query(&visitor, "before");
    let from = before.parse().unwrap_or(i64::MAX);
    let (kept, more) = library::list(&w, owner, from).await?;
    let f = visitor.frame(&w, visitor.t("materials-title"), "my").with_back("/my", "");
    let today = w.clock().now().ymd();
    let said = match query(&visitor, "said").as_str() {
        "kept" => "materials-said-kept",
        "gone" => "materials-said-gone",
        _ => "",
    };
    let last = kept.last().map_or(0, |k| k.id);
    html(&LibraryPage {
        said,
        rows: kept.iter().map(|k| row(&f, k, &today)).collect(),
        first: if before.is_empty() { String::new() } else { "/my/files".to_owned() },
        next: if more { format!("/my/files?before={last}") } else { String::new() },
        f,
    })
}

fn file_page(w: &Casework, visitor: &Visitor, k: Kept, errors: Vec<FormError>) -> FilePage {
    let f = visitor.frame(w, &k.name, "my").with_failed(!errors.is_empty());
    let f = f.with_back("/my/files", visitor.t("materials-title"));
    let fact = |key: &str, value: String| (f.t(key).to_owned(), value);
    let over = k.over(&w.clock().now().ymd());
    let mut facts = vec![
        fact("materials-item", k.item.get(f.lang.tag()).to_owned()),
        fact("materials-added", day(&f, k.added.day())),
        fact(
            "materials-used",
            f.ta2("materials-used-n", "n", k.uses, "day", day(&f, k.used.day())),
        ),
        fact("materials-size", size_words(k.size)),
    ];
    if over {
        facts.push(fact("materials-state", f.t("materials-over").to_owned()));
    }
    FilePage {
        material: k.material.get(f.lang.tag()).to_owned(),
        facts,
        href: format!("/my/files/{}/content", k.id),
        action: format!("/my/files/{}", k.id),
        name: k.name,
        until: k.until,
        case: k.case,
        errors,
        refused: String::new(),
        refused_next: String::new(),
        idem: w.store.chance().token(),
        f,
    }
}

/// GET /my/files/{id}
pub async fn file(State(w): State<Casework>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let kept = library::one(&w, filing::owner(&visitor)?, number(&id)?).await?;
    html(&file_page(&w, &visitor, kept, vec![]))
}

/// POST /my/files/{id}: another name, another last day.
pub async fn keep(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Answer {
    let (owner, id) = (filing::owner(&visitor)?, number(&id)?);
    let (name, until) = (posted.get("name"), posted.get("until"));
    match library::rename(&w, owner, id, name, until).await {
        Ok(()) => Ok(see_other("/my/files?said=kept")),
        Err(e @ Error::Refused(_)) => {
            let field = match &e {
                Error::Refused(r) if r.code == "file-until" => "until",
                _ => "name",
            };
            let error = super::cards::upload_error(&visitor, field.to_owned(), &e);
            let mut kept = library::one(&w, owner, id).await?;
            kept.until = until.chars().take(20).collect();
            let mut page = file_page(&w, &visitor, kept, vec![error]);
            page.name = name.chars().take(200).collect();
            html_again(&page)
        }
        Err(e) => Err(e.into()),
    }
}

/// POST /my/files/{id}/forget
pub async fn forget(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<String>,
    _posted: Posted,
) -> Answer {
    let (owner, id) = (filing::owner(&visitor)?, number(&id)?);
    match library::forget(&w, &visitor, id).await {
        Ok(()) => Ok(see_other("/my/files?said=gone")),
        // Pressed twice: it is gone already.
        Err(Error::NotFound) => Ok(see_other("/my/files?said=gone")),
        Err(e @ Error::Refused(_)) => {
            let mut page = file_page(&w, &visitor, library::one(&w, owner, id).await?, vec![]);
            (page.refused, page.refused_next) = web::errors::words(visitor.lang, &e);
            html_again(&page)
        }
        Err(e) => Err(e.into()),
    }
}

/// GET /my/files/{id}/content: one's own file.
pub async fn content(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Answer {
    let kept = library::one(&w, filing::owner(&visitor)?, number(&id)?).await?;
    let (files, hash) = (w.store.files().clone(), kept.file.clone());
    let bytes = tokio::task::spawn_blocking(move || files.get(&hash)).await;
    let bytes = bytes.map_err(Error::internal)??;
    Ok(download(&kept.name, media(&kept.name), bytes))
}
