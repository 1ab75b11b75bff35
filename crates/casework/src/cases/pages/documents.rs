//! What belongs to one's own case as files: sealed documents, and the papers one put in.

use super::super::view;
use super::own;
use crate::Casework;
use crate::drafts::pages::query;
use crate::materials::pages::cards;
use axum::extract::{Path, State};
use store::{Disclosure, Error};
use web::respond::download;
use web::{Answer, Visitor};

/// GET /c/{no}/documents/{kind}: the sealed OFD; with `as=pdf` the same pages for a printer.
pub async fn document(
    State(w): State<Casework>,
    visitor: Visitor,
    Path((no, kind)): Path<(String, String)>,
) -> Answer {
    let p = own(&w, &visitor, &no).await?;
    let found = p.documents.iter().find(|d| d.kind == kind).ok_or(Error::NotFound)?;
    let (files, hash) = (w.store.files().clone(), found.file.clone());
    let bytes = tokio::task::spawn_blocking(move || files.get(&hash)).await;
    let bytes = bytes.map_err(Error::internal)??;
    if query(&visitor, "as") == "pdf" {
        let pdf = w.proof.printed(bytes).await?;
        return Ok(download(&format!("{}.pdf", found.title), "application/pdf", pdf));
    }
    Ok(download(&format!("{}.ofd", found.title), "application/ofd", bytes))
}

/// GET /c/{no}/paper/{paper}: a file one put in oneself.
pub async fn paper(
    State(w): State<Casework>,
    visitor: Visitor,
    Path((no, paper)): Path<(String, String)>,
) -> Answer {
    let p = own(&w, &visitor, &no).await?;
    let wanted = crate::drafts::pages::number(&paper)?;
    let (_, papers) = view::contents(&w, &p.case, &Disclosure::own()).await?;
    let found = papers.iter().find(|x| x.id.0 == wanted);
    cards::file(&w, found.ok_or(Error::NotFound)?).await
}
