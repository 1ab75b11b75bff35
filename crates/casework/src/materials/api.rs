//! Papers for programs: uploads in parts that survive a broken line. Token as in `cases::api`; a part sent
//! twice is refused by its offset, so no further key is needed.

use super::uploads;
use crate::Casework;
use crate::drafts::{DraftId, filing};
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use store::Error;
use web::form::check_header;
use web::{Answer, Visitor, json};

/// `POST /api/v1/drafts/{id}/uploads` with `{"key": …, "name": …, "size": …}`: begins an upload.
pub async fn begin(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<i64>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    check_header(&visitor, &headers)?;
    let said: serde_json::Value =
        serde_json::from_slice(&body).map_err(|_| Error::refused("form-encoding"))?;
    let text = |name: &str| said[name].as_str().unwrap_or_default();
    let size = said["size"].as_u64().unwrap_or_default();
    json(&uploads::begin(&w, &visitor, DraftId(id), text("key"), text("name"), size).await?)
}

/// `GET /api/v1/uploads/{id}`: how far it has come.
pub async fn progress(State(w): State<Casework>, visitor: Visitor, Path(id): Path<i64>) -> Answer {
    json(&uploads::progress(&w, filing::owner(&visitor)?, id).await?)
}

/// `POST /api/v1/uploads/{id}?offset=…` with the bytes of the part, at most 1 MiB.
pub async fn part(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<i64>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    check_header(&visitor, &headers)?;
    let query = query.unwrap_or_default();
    let offset = query.split('&').find_map(|p| p.strip_prefix("offset="));
    let offset = offset.and_then(|o| o.parse().ok()).unwrap_or(-1);
    json(&uploads::part(&w, &visitor, id, offset, &body).await?)
}
