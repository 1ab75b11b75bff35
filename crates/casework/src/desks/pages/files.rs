//! Papers and documents of a case for those who handle it. Opening a paper is recorded and counts as
//! having seen it.

use super::{case_of, query};
use crate::Casework;
use crate::cases::model::{Case, Procedure, State};
use crate::cases::records;
use crate::desks::acts;
use crate::drafts::{DraftId, Paper};
use crate::materials::records::papers;
use axum::extract::{Path, State as Wing};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use ofd::Limits;
use ofd::read::Reader;
use store::ledger::{self, Reading};
use store::{Disclosure, Error, FileHash, Purpose, Result};
use web::respond::download;
use web::{Answer, Visitor};

/// How a file shows: `picture` on the page itself, `paper` behind a link.
pub(crate) fn shape(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "jpg" | "jpeg" | "png" | "ofd" => "picture",
        _ => "paper",
    }
}

/// What the first bytes say; a name proves nothing.
fn kind(bytes: &[u8]) -> &'static str {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [b'%', b'P', b'D', b'F', ..] => "application/pdf",
        [b'P', b'K', 3, 4, ..] => "application/ofd",
        _ => "application/octet-stream",
    }
}

/// Whether a file is one of the kinds people can open here.
pub(crate) fn readable(bytes: &[u8]) -> bool {
    kind(bytes) != "application/octet-stream"
}

/// Files that show why a special procedure was needed and how it ended, each with the procedure's key.
pub(super) fn evidence(case: &Case) -> Vec<(String, FileHash)> {
    let ended = case.state.accepted().into_iter().flat_map(|a| &a.procedures);
    let running = match &case.state {
        State::Special(special) => Some(&special.running),
        _ => None,
    };
    let both = |p: &Procedure| {
        let end = p.ended.as_ref().and_then(|e| e.evidence.clone());
        let named = [p.evidence.clone(), end].into_iter().flatten();
        named.map(|hash| (p.key.clone(), hash)).collect::<Vec<_>>()
    };
    let named = ended.chain(running).flat_map(both);
    named.filter_map(|(key, hash)| Some((key, FileHash::parse(&hash).ok()?))).collect()
}

/// One page of an OFD as a picture. Text is drawn as outlines and nothing in it can run.
async fn drawn(bytes: Vec<u8>, page: usize) -> Result<String> {
    let draw = move || -> Result<String> {
        let reader = Reader::open(&bytes, &Limits::default()).map_err(Error::internal)?;
        ofd::picture::render_svg(&reader, page, "p").map_err(Error::internal)
    };
    tokio::task::spawn_blocking(draw).await.map_err(Error::internal)?
}

async fn content(w: &Casework, file: FileHash) -> Result<Vec<u8>> {
    let files = w.store.files().clone();
    tokio::task::spawn_blocking(move || files.get(&file)).await.map_err(Error::internal)?
}

/// Shown in the browser where it can show it, else downloaded.
async fn shown(visitor: &Visitor, name: &str, bytes: Vec<u8>) -> Answer {
    let kind = kind(&bytes);
    match kind {
        "application/ofd" if query(visitor, "as") == "picture" => {
            let page = query(visitor, "page").parse().unwrap_or(0);
            Ok(inline("image/svg+xml", drawn(bytes, page).await?.into_bytes()))
        }
        "application/ofd" | "application/octet-stream" => Ok(download(name, kind, bytes)),
        _ => Ok(inline(kind, bytes)),
    }
}

fn inline(kind: &'static str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("inline")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, bytes).into_response()
}

/// The paper of this address in this case.
async fn paper_of(w: &Casework, case: &Case, hash: &str) -> Result<Option<Paper>> {
    let (id, vault) = (DraftId(case.id.0), w.vault().clone());
    let read = move |db: &mut store::Db<'_>| {
        papers(db, &vault, id, &Disclosure::process("a paper whose opening is recorded next"))
    };
    let all = w.store.read(read).await?;
    Ok(all.into_iter().find(|p| p.file.as_ref().is_some_and(|f| f.as_str() == hash)))
}

/// Records that something of the case is read, for the person concerned.
async fn recorded(w: &Casework, visitor: &Visitor, case: &Case, what: &'static str) -> Result<()> {
    let ctx = visitor.ctx(w, Purpose::Case(case.id.0));
    let (subject, reference) = (case.person.0, case.no.to_string());
    let reading = Reading { subject, fields: vec![what], reference };
    ledger::disclose(&w.store, ctx, reading).await.map(drop)
}

/// GET /w|a/c/{no}/files/{hash}
pub async fn paper(
    Wing(w): Wing<Casework>,
    visitor: Visitor,
    Path((no, hash)): Path<(String, String)>,
) -> Answer {
    let case = case_of(&w, &visitor, &no).await?;
    let Some(paper) = paper_of(&w, &case, &hash).await? else {
        let file = evidence(&case).into_iter().map(|(_, file)| file).find(|f| f.as_str() == hash);
        recorded(&w, &visitor, &case, "case-papers").await?;
        return shown(&visitor, &hash, content(&w, file.ok_or(Error::NotFound)?).await?).await;
    };
    let file = paper.file.clone().ok_or(Error::NotFound)?;
    let name = paper.name.clone();
    let ctx = visitor.ctx(&w, Purpose::Case(case.id.0));
    w.store.write(ctx, move |tx| acts::open_paper(tx, &case, &paper)).await?;
    shown(&visitor, &name, content(&w, file).await?).await
}

/// GET /w|a/c/{no}/documents/{kind}
pub async fn document(
    Wing(w): Wing<Casework>,
    visitor: Visitor,
    Path((no, kind)): Path<(String, String)>,
) -> Answer {
    let case = case_of(&w, &visitor, &no).await?;
    let id = case.id;
    let all = w.store.read(move |db| records::documents(db, id)).await?;
    let row = all.into_iter().find(|d| d.kind == kind).ok_or(Error::NotFound)?;
    recorded(&w, &visitor, &case, "documents").await?;
    let name = format!("{}.ofd", row.title);
    shown(&visitor, &name, content(&w, row.file).await?).await
}
