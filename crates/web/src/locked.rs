//! What a request meets whose session is locked or has just ended: the lock page instead of the page, and
//! a form kept for its sender instead of lost.

use crate::app::App;
use crate::errors::{self, Fault};
use crate::frame::Frame;
use crate::front::escape;
use crate::refill;
use crate::respond::see_other;
use crate::session::held::{self, Held};
use crate::visitor::{Visitor, Who};
use askama::Template;
use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use store::{Error, Result};

/// Where a screen is locked and opened.
pub const LOCK: &str = "/staff/lock";
/// Where a kept form is shown.
pub const HELD: &str = "/held";

/// Largest form that is kept: the largest a page takes, its file included.
const MOST_BYTES: usize = 25 << 20;
/// Addresses a locked session may still reach.
const OPEN: [&str; 4] = [LOCK, "/staff/unlock", "/logout", "/staff/login"];
/// Forms that are never kept: what they hold is no work of anybody.
const NEVER: [&str; 5] = ["/login", "/logout", "/register", "/staff/login", "/staff/unlock"];

/// Whether the browser asks by itself, without a person behind it: such requests keep no session open.
pub fn by_itself(request: &Parts) -> bool {
    request.headers.contains_key("x-background") || request.uri.path() == LOCK
}

/// Whether a locked session reaches this address.
pub(crate) fn reachable(path: &str) -> bool {
    OPEN.contains(&path)
}

/// The answer to a request of a locked session: programs are told, people are led to the lock page, and a
/// form is kept until the password was given.
pub(crate) async fn refuse(app: &App, visitor: &Visitor, request: Parts, body: Body) -> Response {
    if visitor.path.starts_with("/api/") || request.headers.contains_key("x-background") {
        let fault = Fault::from(Error::refused("session-locked"));
        let mut answer = errors::render(app, visitor, &fault);
        *answer.status_mut() = StatusCode::LOCKED;
        return answer;
    }
    if request.method == Method::GET || request.method == Method::HEAD {
        return see_other(&with_next(&visitor.path));
    }
    match keep(app, visitor, &visitor.who, &visitor.csrf, &request, body).await {
        Ok((true, _)) => see_other(LOCK),
        Ok((false, _)) => see_other(&with_next(&above(&visitor.path))),
        Err(e) => errors::render(app, visitor, &e.into()),
    }
}

/// Whether what is sent to this address is kept or shown by nobody.
pub(crate) fn never_kept(path: &str) -> bool {
    NEVER.iter().any(|never| path.starts_with(never))
}

/// Keeps the form of a request for `who`; says whether it did, and gives the body back.
pub(crate) async fn keep(
    app: &App,
    visitor: &Visitor,
    who: &Who,
    token: &str,
    request: &Parts,
    body: Body,
) -> Result<(bool, Body)> {
    let path = request.uri.path();
    let length = text(&request.headers, header::CONTENT_LENGTH).parse().unwrap_or(0);
    let kind = text(&request.headers, header::CONTENT_TYPE);
    let form = ["application/x-www-form-urlencoded", "multipart/form-data"];
    let known = form.iter().any(|k| kind.starts_with(k));
    if !known || length > MOST_BYTES || never_kept(path) {
        return Ok((false, body));
    }
    let bytes = axum::body::to_bytes(body, MOST_BYTES).await;
    let bytes: Bytes = bytes.map_err(|_| Error::refused("form-too-large"))?;
    let held = Held::read(&visitor.path, kind, &bytes, token);
    if let Some(held) = &held {
        held::hold(app, who, held).await?;
    }
    Ok((held.is_some(), Body::from(bytes)))
}

/// Asked of a page into which a kept form is to be put back.
const BACK: &str = "held=1";

/// Where a kept form is opened again: its own address, or the page above it where that is none.
pub fn reopened(held: &Held) -> String {
    with_back(held.path.split('?').next().unwrap_or_default())
}

fn with_back(path: &str) -> String {
    format!("{path}?{BACK}")
}

/// A page that was asked for with a kept form to be put back: filled in, with a line that says so. Where
/// the page has no such form, the one above it is tried, then the list of what was written.
pub(crate) async fn refilled(app: &App, visitor: &Visitor, answer: Response) -> Response {
    let Some((path, BACK)) = visitor.path.split_once('?') else { return answer };
    let held = match held::held(app, &visitor.who).await {
        Ok(Some(found)) => found.held,
        Ok(None) => return answer,
        Err(e) => return errors::render(app, visitor, &e.into()),
    };
    let action = held.path.split('?').next().unwrap_or_default();
    if answer.status() == StatusCode::OK {
        let (mut parts, body) = answer.into_parts();
        let Ok(bytes) = axum::body::to_bytes(body, MOST_BYTES).await else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let html = String::from_utf8_lossy(&bytes);
        if let Some((page, lost)) = refill::fill(&html, &held.path, &held.fields) {
            let told = Refilled { f: visitor.frame(app, "", ""), lost };
            let told = told.render().unwrap_or_default();
            let main = "<main id=\"main\" tabindex=\"-1\">";
            parts.headers.remove(header::CONTENT_LENGTH);
            let page = page.replacen(main, &format!("{main}{told}"), 1);
            return Response::from_parts(parts, Body::from(page));
        }
    }
    let up = above(action);
    see_other(&if path == action && up != path { with_back(&up) } else { format!("{HELD}?gone=1") })
}

#[derive(Template)]
#[template(path = "parts/refilled.html")]
struct Refilled {
    f: Frame,
    lost: usize,
}

/// The page a form stands on, as addresses of this house go: one step above what it is sent to.
pub fn above(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    if path.starts_with("/d/") || path.starts_with("/c/") {
        return path.to_owned();
    }
    match path.rsplit_once('/') {
        Some((up, _)) if up.len() > 1 => up.to_owned(),
        _ => "/".to_owned(),
    }
}

/// The lock page, and where to go on from there.
pub(crate) fn with_next(path: &str) -> String {
    let next: String = path.bytes().map(escape).collect();
    format!("{LOCK}?next={next}")
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> &str {
    headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::above;

    #[test]
    fn a_form_stands_one_step_above_its_address() {
        for (sent, page) in [
            ("/a/c/99010220261116000238/decide", "/a/c/99010220261116000238"),
            ("/w/next?x=1", "/w"),
            ("/d/12/shop", "/d/12/shop"),
            ("/w", "/"),
        ] {
            assert_eq!(above(sent), page);
        }
    }
}
