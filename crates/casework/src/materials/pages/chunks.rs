//! Uploads in pieces for pages with a script (`data-upload`): a broken line costs a piece, not the file.
//! Without a script the same files come with the form; see [`super::cards`].

use super::super::uploads::{self, Progress};
use crate::Casework;
use crate::drafts::DraftId;
use crate::drafts::pages::{number, query};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde_json::json;
use store::{Error, Result};
use web::form::check_header;
use web::respond::json_text;
use web::{Answer, Posted, Visitor};

/// What the script is told when an upload has begun: `{"id","offset"}`.
pub(crate) fn begun(visitor: &Visitor, begun: Result<Progress>) -> Answer {
    match begun {
        Ok(p) => web::json(&json!({"id": p.upload.to_string(), "offset": p.received})),
        Err(e) => refusal(visitor, e),
    }
}

/// What it is told of a piece: `{"offset"}`, and at the end `{"offset","done","label"}`.
pub(crate) fn taken(visitor: &Visitor, taken: Result<Progress>) -> Answer {
    match taken {
        Ok(p) if p.paper.is_some() => {
            let label = visitor.t("drafts-mat-given");
            web::json(&json!({"offset": p.received, "done": true, "label": label}))
        }
        Ok(p) => web::json(&json!({"offset": p.received})),
        Err(e) => refusal(visitor, e),
    }
}

/// What the script is told of a refusal: the words to show, or where to go on.
fn refusal(visitor: &Visitor, e: Error) -> Answer {
    let Error::Refused(r) = &e else { return Err(e.into()) };
    if r.code == "upload-offset" {
        let received: Option<i64> = r.args.iter().find_map(|(_, v)| v.parse().ok());
        let text = json!({"offset": received.unwrap_or(0)}).to_string();
        return Ok(json_text(StatusCode::CONFLICT, text));
    }
    let (what, next) = web::errors::words(visitor.lang, &e);
    let args = [("what", what.as_str()), ("next", next.as_str())];
    let words = web::Texts::shipped().ta(visitor.lang, "drafts-error", &args);
    let text = json!({"error": words, "code": r.code}).to_string();
    Ok(json_text(StatusCode::UNPROCESSABLE_ENTITY, text))
}

/// POST /d/{id}/materials/{key}/upload with name and size: `{"id","offset"}`.
pub async fn begin(
    State(w): State<Casework>,
    visitor: Visitor,
    Path((id, key)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let size = posted.get("size").parse().unwrap_or(0);
    let (draft, name) = (DraftId(number(&id)?), posted.get("name"));
    begun(&visitor, uploads::begin(&w, &visitor, draft, &key, name, size).await)
}

/// POST /d/{id}/materials/{key}/upload/{upload}?offset=n with bytes: `{"offset"}`, and at the end
/// `{"offset","done","label"}`.
pub async fn piece(
    State(w): State<Casework>,
    visitor: Visitor,
    Path((_, _, upload)): Path<(String, String, String)>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Answer {
    check_header(&visitor, &headers)?;
    let offset = query(&visitor, "offset").parse().unwrap_or(-1);
    taken(&visitor, uploads::part(&w, &visitor, number(&upload)?, offset, &bytes).await)
}
