//! Answers: a page, JSON, a redirect after a form, a file.

use crate::app::App;
use crate::cache::Kept;
use crate::errors::Fault;
use crate::visitor::{Visitor, Who};
use askama::Template;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use store::Error;

/// A page for one visitor; never kept by anybody.
pub fn html(page: &impl Template) -> Result<Response, Fault> {
    let text = page.render().map_err(Error::internal)?;
    let kind = (header::CONTENT_TYPE, "text/html; charset=utf-8");
    Ok(([kind, (header::CACHE_CONTROL, "no-store")], text).into_response())
}

/// A page that came back with errors: same page, status 422.
pub fn html_again(page: &impl Template) -> Result<Response, Fault> {
    let mut answer = html(page)?;
    *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(answer)
}

/// A page that is the same for everybody who has not signed in: rendered once, kept compressed.
/// For signed-in visitors it is rendered for them. `make` renders the page.
pub fn public_page(
    app: &App,
    visitor: &Visitor,
    headers: &HeaderMap,
    make: impl FnOnce() -> Result<String, Fault>,
) -> Result<Response, Fault> {
    if visitor.who != Who::Anonymous {
        let kind = (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        let no_store = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        return Ok(([kind, no_store], make()?).into_response());
    }
    let kept = app.cache.get_or(&page_key(visitor), make)?;
    Ok(kept_answer(&kept, headers))
}

/// The page as it was kept for everybody, if it was: spares reading what it is made of.
pub fn kept_page(app: &App, visitor: &Visitor, headers: &HeaderMap) -> Option<Response> {
    let anonymous = visitor.who == Who::Anonymous;
    let kept = anonymous.then(|| app.cache.find(&page_key(visitor))).flatten()?;
    Some(kept_answer(&kept, headers))
}

fn page_key(visitor: &Visitor) -> String {
    format!(
        "{}|{}|{:?}|{}|{}",
        visitor.path,
        visitor.lang.short(),
        visitor.mode,
        visitor.high_contrast,
        visitor.region
    )
}

fn kept_answer(kept: &Kept, headers: &HeaderMap) -> Response {
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    let keep = (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=0"));
    let vary = (header::VARY, HeaderValue::from_static("Accept-Encoding, Cookie"));
    if accepts_gzip(headers) {
        let coded = (header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        return ([kind, keep, vary, coded], Body::from(kept.gzip.clone())).into_response();
    }
    ([kind, keep, vary], Body::from(kept.html.clone())).into_response()
}

/// Whether the client takes gzip.
pub fn accepts_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok());
    accepted.is_some_and(|text| text.split(',').any(|c| c.trim().starts_with("gzip")))
}

/// JSON.
pub fn json(value: &impl serde::Serialize) -> Result<Response, Fault> {
    let text = serde_json::to_string(value).map_err(Error::from)?;
    Ok(json_text(StatusCode::OK, text))
}

/// JSON that is already text, with a status.
pub fn json_text(status: StatusCode, text: String) -> Response {
    let kind = (header::CONTENT_TYPE, "application/json; charset=utf-8");
    (status, [kind, (header::CACHE_CONTROL, "no-store")], text).into_response()
}

/// After a form: go and look at the result (so that refresh and back never post twice).
pub fn see_other(to: &str) -> Response {
    let place = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response()
}

/// A file to download under a plain ASCII name (the shown name goes into `filename*`).
pub fn download(name: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let encoded: String = name.bytes().map(percent).collect();
    let text = format!("attachment; filename=\"file\"; filename*=UTF-8''{encoded}");
    let place = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, place),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, bytes).into_response()
}

fn percent(b: u8) -> String {
    if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
        char::from(b).to_string()
    } else {
        format!("%{b:02X}")
    }
}
