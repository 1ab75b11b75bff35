//! The interface: verification as JSON, for other systems and for `tongban verify`.
//!
//! `GET /api/v1/verify?text=…` judges an identifier, a case or document number, or a shown code.
//! `POST /api/v1/verify` with `application/json` `{"text": "…"}` does the same; any other body is judged
//! as a file. The answer is a [`super::Verdict`].

use super::door::{allow, program};
use super::judge::MOST_BYTES;
use crate::Proof;
use crate::licences::asked::asked;
use axum::extract::{Request, State};
use axum::http::header;
use serde::Deserialize;
use store::Error;
use web::{Answer, Visitor, json};

/// Largest JSON question, bytes.
const MOST_JSON: usize = 4 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    text: String,
}

/// GET /api/v1/verify
pub async fn text(State(proof): State<Proof>, visitor: Visitor) -> Answer {
    allow(&proof, &visitor)?;
    let text = asked(&visitor, "text");
    if text.trim().is_empty() {
        return Err(Error::refused("verify-body").into());
    }
    json(&proof.verify_as(&text, &program(&visitor)).await?)
}

/// POST /api/v1/verify
pub async fn posted(State(proof): State<Proof>, visitor: Visitor, request: Request) -> Answer {
    allow(&proof, &visitor)?;
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let is_json = kind.is_some_and(|k| k.starts_with("application/json"));
    let most = if is_json { MOST_JSON } else { MOST_BYTES };
    let body = axum::body::to_bytes(request.into_body(), most)
        .await
        .map_err(|_| Error::refused("verify-too-large"))?;
    if is_json {
        let question: Question =
            serde_json::from_slice(&body).map_err(|_| Error::refused("verify-body"))?;
        return json(&proof.verify_as(&question.text, &program(&visitor)).await?);
    }
    if body.is_empty() {
        return Err(Error::refused("verify-body").into());
    }
    json(&proof.verify_file(&body).await?)
}
