//! C14: a card for each material with the ways it can come: by itself, by a licence, by upload.

use super::super::model::{Kept, Paper, PaperId, Upload};
use super::super::{library, putting};
use super::Parts;
use crate::Casework;
use crate::drafts::filing;
use crate::drafts::model::{DraftId, KEPT_DAYS, Opened};
use crate::drafts::pages::{Walk, day, number, opened as own_draft, text_of};
use askama::Template;
use axum::extract::{Path, Request, State};
use guide::packs::materials::Material;
use guide::packs::registers::Registers;
use guide::packs::{MaterialNeed, Way};
use store::Error;
use web::form::FormError;
use web::frame::Step;
use web::respond::{download, html_again};
use web::{Answer, Frame, Visitor, html, see_other};

/// One paper put in.
pub(crate) struct Line {
    /// Id; posted to take it out.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// How large, in words; empty for a licence.
    pub size: String,
    /// Where one's own file can be seen; empty for a licence.
    pub href: String,
}

/// One material of the case.
struct Card {
    no: String,
    key: String,
    name: String,
    note: String,
    tag: String,
    tone: &'static str,
    icon: &'static str,
    ready: &'static str,
    ready_org: String,
    licence: String,
    upload: bool,
    hint: String,
    accept: String,
    many: bool,
    url: String,
    limit: String,
    sample: String,
    mistakes: Vec<String>,
    papers: Vec<Line>,
    shelf: Vec<Shelved>,
    error: String,
}

/// A file handed in before that could be used again.
struct Shelved {
    value: String,
    name: String,
    note: String,
    over: bool,
}

#[derive(Template)]
#[template(path = "materials/cards.html")]
struct MaterialsPage {
    f: Frame,
    steps: Vec<Step>,
    item: String,
    now: usize,
    total: usize,
    cards: Vec<Card>,
    errors: Vec<FormError>,
    action: String,
    idem: String,
    left: usize,
    kept_until: String,
}

/// Who keeps the facts that stand for a paper.
fn keeper(material: &Material, lang: &str) -> String {
    let register = material.facts.first().and_then(|f| f.split_once('.'));
    let register = register.and_then(|(r, _)| Registers::shipped().register(r));
    register.map_or_else(|| material.source.get(lang).to_owned(), |r| r.org.get(lang).to_owned())
}

/// A size in words.
pub(crate) fn size_words(bytes: i64) -> String {
    match bytes {
        b if b >= 1 << 20 => format!("{:.1} MB", b as f64 / f64::from(1 << 20)),
        b => format!("{} KB", (b + 1023) / 1024),
    }
}

/// A paper as its owner sees it; `base` is where his files are shown.
pub(crate) fn line(base: &str, p: &Paper) -> Line {
    let href = p.file.as_ref().map(|_| format!("{base}/paper/{}", p.id.0));
    Line {
        id: p.id.0,
        name: p.name.clone(),
        size: p.file.as_ref().map(|_| size_words(p.size)).unwrap_or_default(),
        href: href.unwrap_or_default(),
    }
}

/// What may be uploaded, in words: endings, size, how many.
pub(crate) fn allowed(f: &Frame, m: &Material) -> String {
    let endings: Vec<String> = m.accept.iter().map(|e| e.to_uppercase()).collect();
    let (mib, most) = (m.max_mib.to_string(), m.max_files.to_string());
    let args = [("types", endings.join(f.t("drafts-and"))), ("mib", mib), ("most", most)];
    f.tall("drafts-mat-allowed", &args.each_ref().map(|(k, v)| (*k, v.as_str())))
}

/// What a browser's file picker offers.
pub(crate) fn picker(m: &Material) -> String {
    m.accept.iter().map(|e| format!(".{e}")).collect::<Vec<_>>().join(",")
}

/// What is wrong with an upload, as one line at its control.
pub(crate) fn upload_error(visitor: &Visitor, field: String, e: &Error) -> FormError {
    let (what, next) = web::errors::words(visitor.lang, e);
    let args = [("what", what.as_str()), ("next", next.as_str())];
    let text = web::Texts::shipped().ta(visitor.lang, "drafts-error", &args);
    FormError { field, text }
}

/// The library's files of the same kind, with when and for what they were handed in.
fn shelf(
    f: &Frame,
    opened: &Opened,
    material: &Material,
    kept: &[Kept],
    today: &str,
) -> Vec<Shelved> {
    let there = |k: &Kept| opened.papers.iter().any(|p| p.file.as_ref() == Some(&k.file));
    let fits = |k: &&Kept| library::same_kind(k, &opened.draft.slug, material) && !there(k);
    let mut seen = std::collections::BTreeSet::new();
    let fresh = kept.iter().filter(fits).filter(|k| seen.insert(k.file.as_str().to_owned()));
    let one = |k: &Kept| Shelved {
        value: format!("{}:{}", material.key, k.id),
        name: k.name.clone(),
        note: super::library::note(f, k),
        over: k.over(today),
    };
    fresh.map(one).collect()
}

fn card(
    f: &Frame,
    opened: &Opened,
    need: &MaterialNeed,
    errors: &[FormError],
    kept: (&[Kept], &str),
) -> Option<Card> {
    let material = opened.pack.materials.iter().find(|m| m.key == need.key)?;
    let lang = f.lang.tag();
    let base = format!("/d/{}", opened.draft.id.0);
    let own = opened.papers.iter().filter(|p| p.key == need.key);
    let papers: Vec<Line> = own.map(|p| line(&base, p)).collect();
    let ready = need.offers.iter().find(|o| o.ready).map(|o| o.way);
    let held = need.offers.iter().flat_map(|o| &o.licences).next();
    let (ready, ready_org) = match ready {
        Some(Way::Register) => ("verified", keeper(material, lang)),
        Some(Way::Licence) => ("licence", held.map(|l| l.type_name.clone()).unwrap_or_default()),
        Some(Way::Form) => ("self", String::new()),
        _ => ("", String::new()),
    };
    let (tag, tone, icon) = match (ready, papers.is_empty(), need.needed) {
        ("verified" | "licence", _, _) => ("drafts-mat-spared", "ok", "check"),
        ("self", _, _) => ("drafts-mat-form", "ok", "check"),
        (_, false, _) => ("drafts-mat-given", "ok", "check"),
        (_, true, true) => ("drafts-mat-upload", "warn", "upload"),
        _ => ("drafts-mat-optional", "line", ""),
    };
    let used = opened.papers.iter().any(|p| p.key == need.key && p.licence.is_some());
    let licence = held.filter(|_| ready == "licence" && !used).map(|l| l.type_name.clone());
    let upload = ready.is_empty() && material.ways.contains(&Way::Upload);
    let error = text_of(errors, &format!("file.{}", need.key));
    Some(Card {
        no: String::new(),
        key: need.key.clone(),
        name: need.name.get(lang).to_owned(),
        note: material.note.get(lang).to_owned(),
        tag: f.t(tag).to_owned(),
        tone,
        icon,
        ready,
        ready_org,
        licence: licence.unwrap_or_default(),
        upload,
        hint: allowed(f, material),
        accept: picker(material),
        many: material.max_files > 1,
        url: format!("{base}/materials/{}/upload", need.key),
        limit: (u64::from(material.max_mib) << 20).to_string(),
        sample: material.sample.get(lang).to_owned(),
        mistakes: material.mistakes.iter().map(|m| m.get(lang).to_owned()).collect(),
        papers,
        shelf: if upload && material.ways.contains(&Way::Reuse) {
            shelf(f, opened, material, kept.0, kept.1)
        } else {
            vec![]
        },
        error,
    })
}

async fn page_of(
    w: &Casework,
    visitor: &Visitor,
    opened: &Opened,
    errors: Vec<FormError>,
) -> store::Result<MaterialsPage> {
    let kept = library::offered(w, opened).await?;
    let today = w.clock().now().ymd();
    let walk = Walk::new(opened, w.clock().now());
    let lang = visitor.lang.tag();
    let item = opened.pack.item.short_name.get(lang).to_owned();
    let position = walk.position("materials").map(|at| walk.stops[at]);
    let title = position.and_then(|s| s.page()).map(|p| p.title.get(lang).to_owned());
    let title = title.unwrap_or_else(|| visitor.t("drafts-materials-title").to_owned());
    let f = visitor
        .frame(w, title, "my")
        .with_back(walk.before("materials"), item.clone())
        .with_failed(!errors.is_empty())
        .without_bar()
        .with_under();
    let needs = walk.needs.iter().filter(|n| !n.absent);
    let mut cards: Vec<Card> =
        needs.filter_map(|n| card(&f, opened, n, &errors, (&kept, &today))).collect();
    for (at, card) in cards.iter_mut().enumerate() {
        card.no = (at + 1).to_string();
    }
    let (now, total) = walk.count(&f, "materials");
    let until = opened.draft.saved.plus_days(KEPT_DAYS).day();
    Ok(MaterialsPage {
        steps: walk.steps(&f, "materials"),
        item,
        now,
        total,
        cards,
        errors,
        action: walk.href("materials"),
        idem: w.store.chance().token(),
        left: walk.missing().len(),
        kept_until: day(&f, until),
        f,
    })
}

/// GET /d/{id}/materials
pub async fn page(State(w): State<Casework>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let opened = own_draft(&w, &visitor, &id).await?;
    html(&page_of(&w, &visitor, &opened, vec![]).await?)
}

/// POST /d/{id}/materials: files, a licence to use, a paper to take out; then on, back or later.
pub async fn keep(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<String>,
    request: Request,
) -> Answer {
    let opened = own_draft(&w, &visitor, &id).await?;
    let parts = Parts::read(&visitor, request).await?;
    let go = parts.get("_go").to_owned();
    let mut errors = change(&w, &visitor, opened.draft.id, parts).await?;
    let opened = own_draft(&w, &visitor, &id).await?;
    let walk = Walk::new(&opened, w.clock().now());
    if errors.is_empty() {
        match go.as_str() {
            "back" => return Ok(see_other(&walk.before("materials"))),
            "later" => return Ok(see_other("/my?saved=1")),
            "next" => {}
            _ => return Ok(see_other(&walk.href("materials"))),
        }
        let missing = walk.missing().into_iter().map(|key| FormError {
            field: format!("file.{key}"),
            text: visitor.t("drafts-mat-missing").to_owned(),
        });
        errors.extend(missing);
    }
    if errors.is_empty() {
        return Ok(see_other(&walk.after("materials")));
    }
    html_again(&page_of(&w, &visitor, &opened, errors).await?)
}

/// Does what the form asks; refusals come back as lines at the controls, what was well stays done.
async fn change(
    w: &Casework,
    visitor: &Visitor,
    id: DraftId,
    parts: Parts,
) -> store::Result<Vec<FormError>> {
    let mut errors = Vec::new();
    let (drop, licence) = (parts.get("_drop").to_owned(), parts.get("_licence").to_owned());
    let again = parts.get("_again").to_owned();
    for sent in parts.files {
        let key = sent.field.strip_prefix("file.").unwrap_or_default().to_owned();
        let field = sent.field.clone();
        let file = Upload { key, name: sent.name, bytes: sent.bytes };
        match putting::upload(w, visitor, id, file).await {
            Ok(_) => {}
            Err(e @ Error::Refused(_)) => errors.push(upload_error(visitor, field, &e)),
            Err(e) => return Err(e),
        }
    }
    if !licence.is_empty() {
        match putting::use_licence(w, visitor, id, &licence).await {
            Ok(_) => {}
            Err(e @ Error::Refused(_)) => {
                errors.push(upload_error(visitor, format!("file.{licence}"), &e));
            }
            Err(e) => return Err(e),
        }
    }
    if let Some((key, kept)) = again.split_once(':') {
        match library::reuse(w, visitor, id, key, number(kept)?).await {
            Ok(_) => {}
            Err(e @ Error::Refused(_)) => {
                errors.push(upload_error(visitor, format!("file.{key}"), &e));
            }
            Err(e) => return Err(e),
        }
    }
    if !drop.is_empty() {
        // Pressed twice: it is gone already.
        match putting::remove(w, filing::owner(visitor)?, id, PaperId(number(&drop)?)).await {
            Ok(()) | Err(Error::NotFound) => {}
            Err(e) => return Err(e),
        }
    }
    Ok(errors)
}

/// What kind of file a name promises; the bytes were compared with it when it was taken.
pub(crate) fn media(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).as_deref() {
        Some("pdf") => "application/pdf",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("png") => "image/png",
        Some("ofd") => "application/ofd",
        Some("heic") => "image/heic",
        _ => "application/octet-stream",
    }
}

/// One's own file, as a download.
pub(crate) async fn file(w: &Casework, paper: &Paper) -> Answer {
    let (files, hash) = (w.store.files().clone(), paper.file.clone().ok_or(Error::NotFound)?);
    let bytes = tokio::task::spawn_blocking(move || files.get(&hash)).await;
    let bytes = bytes.map_err(Error::internal)??;
    Ok(download(&paper.name, media(&paper.name), bytes))
}

/// GET /d/{id}/paper/{paper}
pub async fn paper(
    State(w): State<Casework>,
    visitor: Visitor,
    Path((id, paper)): Path<(String, String)>,
) -> Answer {
    let opened = own_draft(&w, &visitor, &id).await?;
    let wanted = PaperId(number(&paper)?);
    let found = opened.papers.iter().find(|p| p.id == wanted);
    file(&w, found.ok_or(Error::NotFound)?).await
}
