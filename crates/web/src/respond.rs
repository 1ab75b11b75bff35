//! Answers: a page, JSON, a redirect after a form, a file.

use crate::errors::Fault;
use askama::Template;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use store::Error;

/// A page for one visitor; never kept by anybody.
pub fn html(page: &impl Template) -> Result<Response, Fault> {
    Ok(html_text(page.render().map_err(Error::internal)?))
}

/// A page that was rendered before.
pub(crate) fn html_text(text: String) -> Response {
    let kind = (header::CONTENT_TYPE, "text/html; charset=utf-8");
    ([kind, (header::CACHE_CONTROL, "no-store")], text).into_response()
}

/// A page that came back with errors: same page, status 422.
pub fn html_again(page: &impl Template) -> Result<Response, Fault> {
    let mut answer = html(page)?;
    *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(answer)
}

/// Marks a page that is the same for everybody who has not signed in, with its one address.
#[derive(Clone)]
pub(crate) struct Public(pub String);

/// A page that is the same for everybody who has not signed in, looks at the same region and reads the
/// same language and layout. The front keeps it under `address` when it was asked for exactly there.
pub fn public_page(page: &impl Template, address: String) -> Result<Response, Fault> {
    let mut answer = html(page)?;
    answer.extensions_mut().insert(Public(address));
    Ok(answer)
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
