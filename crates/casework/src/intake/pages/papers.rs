//! W05: the check list of materials: seen as original, a copy that stays, a scan, or nothing to hand in.

use super::super::filling::{self, Desk, sitting};
use super::super::model::Look;
use super::form::{Showing, again};
use super::{at, hold, id_of};
use crate::Casework;
use crate::drafts::pages::{Walk, number, query};
use crate::materials::pages::Parts;
use crate::materials::pages::cards::{allowed, file as send, line, picker, upload_error};
use crate::materials::pages::chunks::{begun, taken};
use crate::materials::{PaperId, Upload, putting, uploads};
use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use guide::packs::{MaterialNeed, Way};
use store::Error;
use web::form::check_header;
use web::{Answer, Frame, Posted, Visitor, see_other};

/// One file or sheet put in.
pub(super) struct Sheet {
    /// Row.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Where it can be looked at; empty for a sheet of paper and a licence.
    pub href: String,
}

/// One material of the list.
pub(super) struct Mat {
    /// Key in the pack.
    pub key: String,
    /// Its name.
    pub name: String,
    /// What it has to show.
    pub note: String,
    /// Words of its tag.
    pub tag: String,
    /// Tone of the tag.
    pub tone: &'static str,
    /// It is there, or nothing has to be there.
    pub got: bool,
    /// 14:05 工号 1023 原件核验; empty when nobody saw it.
    pub seen: String,
    /// How it was seen: `original`, `copy` or empty.
    pub look: &'static str,
    /// It can be handed in here.
    pub can: bool,
    /// A licence that can stand for it; empty for none.
    pub licence: String,
    /// What was put in.
    pub sheets: Vec<Sheet>,
    /// What may be uploaded.
    pub hint: String,
    /// What the file picker offers.
    pub accept: String,
    /// Several files.
    pub many: bool,
    /// Where files go in pieces.
    pub url: String,
    /// Largest file.
    pub limit: String,
}

fn mat(f: &Frame, desk: &Desk, need: &MaterialNeed) -> Option<Mat> {
    let (opened, lang) = (&desk.opened, f.lang.tag());
    let material = opened.pack.materials.iter().find(|m| m.key == need.key)?;
    let base = at(desk.sitting.id);
    let own: Vec<_> = opened.papers.iter().filter(|p| p.key == need.key).collect();
    let seen = desk.seen.iter().find(|s| s.key == need.key);
    let ready = need.offers.iter().find(|o| o.ready).map(|o| o.way);
    let held = need.offers.iter().flat_map(|o| &o.licences).next();
    let used = own.iter().any(|p| p.licence.is_some());
    let scanned = own.iter().any(|p| p.file.is_some());
    let (tag, tone, got) = match (ready, seen, scanned, need.needed) {
        (Some(Way::Form), ..) => ("drafts-mat-form", "ok", true),
        (Some(_), ..) => ("drafts-mat-spared", "ok", true),
        (_, Some(s), _, _) if s.how == Look::Original => ("intake-look-original", "ok", true),
        (_, Some(_), _, _) => ("intake-look-copy", "ok", true),
        (_, _, true, _) => ("desks-mat-electronic", "ok", true),
        (.., true) => ("desks-mat-open", "warn", own.iter().any(|p| p.licence.is_some())),
        _ => ("desks-mat-none", "line", true),
    };
    let words = |s: &super::super::model::Seen| {
        let how = f.tk("intake-look-", s.how.label());
        let args = [("at", s.at.ymd_hm()), ("no", s.staff_no.clone()), ("how", how)];
        f.tall("intake-seen", &args.each_ref().map(|(k, v)| (*k, v.as_str())))
    };
    let can = ready.is_none() && material.ways.contains(&Way::Upload);
    let sheet = |p: &&crate::materials::Paper| {
        let l = line(&base, p);
        Sheet { id: l.id, name: l.name, href: l.href }
    };
    let licence = held.filter(|_| ready == Some(Way::Licence) && !used);
    Some(Mat {
        key: need.key.clone(),
        name: need.name.get(lang).to_owned(),
        note: material.note.get(lang).to_owned(),
        tag: f.t(tag).to_owned(),
        tone,
        got,
        seen: seen.map(words).unwrap_or_default(),
        look: seen.map_or("", |s| s.how.label()),
        can,
        licence: licence.map(|l| l.type_name.clone()).unwrap_or_default(),
        sheets: own.iter().map(sheet).collect(),
        hint: if can { allowed(f, material) } else { String::new() },
        accept: picker(material),
        many: material.max_files > 1,
        url: format!("{base}/materials/{}/upload", need.key),
        limit: (u64::from(material.max_mib) << 20).to_string(),
    })
}

/// The check list of a case.
pub(super) fn mats(f: &Frame, desk: &Desk, walk: &Walk<'_>) -> Vec<Mat> {
    walk.needs.iter().filter(|n| !n.absent).filter_map(|n| mat(f, desk, n)).collect()
}

/// POST /w/i/{id}/materials: files, how a paper was seen, a licence to use, a paper to take out.
pub async fn keep(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<String>,
    request: Request,
) -> Answer {
    let s = sitting(&w, &visitor, id_of(&id)?).await?;
    let here = at(s.id);
    let parts = Parts::read(&visitor, request).await?;
    match change(&w, &visitor, &s, parts).await {
        Ok(()) => Ok(see_other(&format!("{here}?done=seen#materials"))),
        Err(Error::Stale) => Ok(see_other(&format!("{here}?done=stale#materials"))),
        Err(e @ Error::Refused(_)) => {
            let mat_error = upload_error(&visitor, String::new(), &e).text;
            let showing = Showing { mat_error, ..Showing::default() };
            again(&w, &visitor, &id, showing, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn change(
    w: &Casework,
    visitor: &Visitor,
    s: &super::Sitting,
    parts: Parts,
) -> store::Result<()> {
    let draft = s.draft.ok_or_else(|| Error::refused("intake-not-now"))?;
    let by = || (filling::ctx(w, visitor), s.owner);
    let (look, licence) = (parts.get("_look").to_owned(), parts.get("_licence").to_owned());
    let (drop, key) = (parts.get("_drop").to_owned(), parts.get("_idem").to_owned());
    let version = parts.get("version").to_owned();
    for sent in parts.files {
        let key = sent.field.strip_prefix("file.").unwrap_or_default().to_owned();
        let file = Upload { key, name: sent.name, bytes: sent.bytes };
        putting::upload_by(w, by(), draft, file).await?;
    }
    if !licence.is_empty() {
        putting::use_licence_by(w, by(), draft, &licence).await?;
    }
    if !drop.is_empty() {
        match putting::remove(w, s.owner, draft, PaperId(number(&drop)?)).await {
            Ok(()) | Err(Error::NotFound) => {}
            Err(e) => return Err(e),
        }
    }
    if let Some((how, material)) = look.split_once(':') {
        let idem = web::form::idem(&key, "POST /w/i/{id}/materials", look.as_bytes())?;
        let how = Look::parse(how);
        // The sheet's name is kept with the case: in the language of documents.
        let name = match how {
            Some(Look::Original) => "原件已核验，已退还",
            _ => "纸质复印件，存窗口",
        };
        filling::look(w, visitor, hold(s, &version)?, (material, how, name), idem).await?;
    }
    Ok(())
}

/// POST /w/i/{id}/materials/{key}/upload with name and size: `{"id","offset"}`.
pub async fn begin(
    State(w): State<Casework>,
    visitor: Visitor,
    Path((id, key)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let s = sitting(&w, &visitor, id_of(&id)?).await?;
    let draft = s.draft.filter(|_| s.stage.open()).ok_or(Error::NotFound)?;
    let (size, name) = (posted.get("size").parse().unwrap_or(0), posted.get("name"));
    begun(&visitor, uploads::begin_by(&w, s.owner, draft, &key, name, size).await)
}

/// POST /w/i/{id}/materials/{key}/upload/{upload}?offset=n with bytes.
pub async fn piece(
    State(w): State<Casework>,
    visitor: Visitor,
    Path((id, _, upload)): Path<(String, String, String)>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Answer {
    check_header(&visitor, &headers)?;
    let s = sitting(&w, &visitor, id_of(&id)?).await?;
    let offset = query(&visitor, "offset").parse().unwrap_or(-1);
    let by = (filling::ctx(&w, &visitor), s.owner);
    taken(&visitor, uploads::part_by(&w, by, number(&upload)?, offset, &bytes).await)
}

/// GET /w/i/{id}/paper/{paper}: the reading is recorded as that of the page.
pub async fn paper(
    State(w): State<Casework>,
    visitor: Visitor,
    Path((id, paper)): Path<(String, String)>,
) -> Answer {
    let desk = filling::desk(&w, &visitor, id_of(&id)?).await?;
    let wanted = PaperId(number(&paper)?);
    let found = desk.opened.papers.iter().find(|p| p.id == wanted);
    send(&w, found.ok_or(Error::NotFound)?).await
}
