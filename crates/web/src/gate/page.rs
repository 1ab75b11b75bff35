//! What somebody sees who has to come back: a small page that needs no database, in his language and layout,
//! that says what to do. What he had written stands in it, to be sent once more.

use crate::app::App;
use crate::cookies::Cookies;
use crate::form;
use crate::frame::Frame;
use crate::locked;
use crate::seen::Seen;
use crate::texts::{Lang, Texts};
use crate::visitor::Visitor;
use askama::Template;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// The largest form that is given back.
const MOST_BYTES: usize = 128 * 1024;

#[derive(Template)]
#[template(path = "frame/busy.html")]
struct BusyPage {
    f: Frame,
    title: String,
    text: String,
    safe: String,
    reference: String,
    action: String,
    fields: Vec<(String, String)>,
}

/// Stands on a kept page where the reference goes.
const MARK: &str = "\u{fffc}";
/// What kept pages differ in: language, elder mode, contrast, words, seconds to wait.
type Look = (Lang, bool, bool, &'static str, u32);

/// Pages ready to be sent, cut where the reference goes: who is sent away must cost next to nothing, or sending away
/// becomes the work.
#[derive(Default)]
pub(super) struct Kept(Mutex<HashMap<Look, Arc<(String, String)>>>);

impl Kept {
    fn page(
        &self,
        look: Look,
        draw: impl FnOnce() -> Option<String>,
    ) -> Option<Arc<(String, String)>> {
        let pages = || self.0.lock().unwrap_or_else(|e| e.into_inner());
        if let Some(page) = pages().get(&look) {
            return Some(page.clone());
        }
        let html = draw()?;
        let (before, after) = html.split_once(MARK)?;
        let page = Arc::new((before.to_owned(), after.to_owned()));
        pages().insert(look, page.clone());
        Some(page)
    }
}

/// Why somebody has to come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// There is too much to do. Nothing was begun.
    Full,
    /// It took too long. A write may have been done.
    Late,
    /// His body stopped coming.
    Stalled,
}

impl Why {
    fn status(self) -> StatusCode {
        match self {
            Why::Full | Why::Late => StatusCode::SERVICE_UNAVAILABLE,
            Why::Stalled => StatusCode::REQUEST_TIMEOUT,
        }
    }

    /// Code for programs; words are `err-<code>` and `err-<code>-next`.
    fn code(self, writes: bool) -> &'static str {
        match (self, writes) {
            (Why::Full, true) => "overloaded-write",
            (Why::Full, false) => "overloaded",
            (Why::Late, true) => "outcome-unknown",
            (Why::Late, false) => "too-slow",
            (Why::Stalled, _) => "body-stalled",
        }
    }
}

/// The answer to who has to come back. `body` is what he sent, as far as it may be given back.
pub(crate) async fn come_back(
    app: &App,
    seen: &Seen,
    cookies: &Cookies<'_>,
    parts: &Parts,
    body: Option<Body>,
    why: Why,
) -> Response {
    let writes = parts.method != Method::GET && parts.method != Method::HEAD;
    let code = why.code(writes);
    // Spread, so that all who were sent away do not come back in the same second.
    let wait = seen.class.come_back() + u32::from(seen.spread() % 4);
    let seconds = wait.to_string();
    let say = |suffix: &str| {
        let key = format!("err-{code}{suffix}");
        Texts::shipped().ta(cookies.lang, &key, &[("seconds", &seconds)])
    };
    let mut answer = if parts.uri.path().starts_with("/api/") {
        problem(seen, why.status(), code, &say(""), &say("-next"))
    } else {
        let fields = match body {
            Some(body) if writes => given_back(app, parts, body).await,
            _ => Vec::new(),
        };
        let draw = |reference: &str, fields: Vec<(String, String)>| {
            let visitor = Visitor::unknown(cookies, parts, &seen.reference);
            let page = BusyPage {
                f: visitor.frame(app, say(""), ""),
                title: say(""),
                text: say(if fields.is_empty() { "-next" } else { "-again" }),
                safe: visitor.t("err-safe").to_owned(),
                reference: reference.to_owned(),
                action: visitor.path.clone(),
                fields,
            };
            page.render().ok()
        };
        let html = if fields.is_empty() {
            let look = (cookies.lang, cookies.elder, cookies.high_contrast, code, wait);
            let kept = app.gate.kept().page(look, || draw(MARK, fields));
            kept.map(|page| [&*page.0, &seen.reference, &page.1].concat())
        } else {
            draw(&seen.reference, fields)
        };
        html.map_or_else(|| why.status().into_response(), crate::respond::html_text)
    };
    *answer.status_mut() = why.status();
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
    if why != Why::Full {
        answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    answer
}

fn problem(seen: &Seen, status: StatusCode, code: &str, what: &str, next: &str) -> Response {
    let text = json!({
        "type": format!("/developers#{code}"),
        "title": what,
        "detail": next,
        "status": status.as_u16(),
        "code": code,
        "fields": [],
        "reference": seen.reference,
    });
    let mut answer = crate::respond::json_text(status, text.to_string());
    let kind = HeaderValue::from_static("application/problem+json; charset=utf-8");
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    answer
}

/// The fields of a form that may stand on a page: never those of a sign-in, never a password.
async fn given_back(app: &App, parts: &Parts, body: Body) -> Vec<(String, String)> {
    let text = |name| parts.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let length = http_body::Body::size_hint(&body).exact().unwrap_or(u64::MAX);
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let form = text(header::CONTENT_TYPE).starts_with("application/x-www-form-urlencoded");
    if !form || length > MOST_BYTES || locked::never_kept(parts.uri.path()) {
        return Vec::new();
    }
    let Some(_loan) = app.gate.lend(length) else { return Vec::new() };
    let read = axum::body::to_bytes(body, MOST_BYTES);
    let bytes = tokio::time::timeout(std::time::Duration::from_secs(2), read).await;
    let Ok(Ok(bytes)) = bytes else { return Vec::new() };
    let fields = form::decode(&bytes).unwrap_or_default();
    if fields.iter().any(|(name, _)| name.contains("password") || name.contains("code")) {
        return Vec::new();
    }
    fields
}

/// The look of a page that can ask for nothing else: the colours of `01-tokens.css`.
const DOOR_STYLE: &str = "body{margin:0;background:#F5F7F9;color:#1A1F26;font:18px/1.6 sans-serif}\
    header{padding:12px 20px;background:#0B57A4;color:#fff;font-size:20px;font-weight:700}\
    main{max-width:640px;margin:32px auto;padding:0 20px}\
    section{margin-bottom:20px;padding:20px;background:#fff;border:1px solid #D5DBE1;border-radius:6px}\
    h1{margin:0 0 8px;font-size:22px}p{margin:0;color:#3C4652}";

/// What a connection is told for which there is no place, before it said anything: a whole answer as bytes.
pub fn at_the_door() -> Vec<u8> {
    let say = |lang, key| Texts::shipped().ta(lang, key, &[("seconds", "5")]);
    let mut words = String::new();
    for (lang, code) in [(Lang::Zh, "zh-CN"), (Lang::En, "en")] {
        let (what, next) = (say(lang, "err-overloaded"), say(lang, "err-overloaded-next"));
        words.push_str(&format!("<section lang=\"{code}\"><h1>{what}</h1><p>{next}</p></section>"));
    }
    let title = say(Lang::Zh, "err-overloaded");
    let page = format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <style>{DOOR_STYLE}</style></head><body><header>{}</header><main>{words}</main></body></html>",
        say(Lang::Zh, "frame-staff-brand")
    );
    let head = format!(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/html; charset=utf-8\r\n\
         Content-Length: {}\r\nRetry-After: 5\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n",
        page.len()
    );
    [head.into_bytes(), page.into_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_page_is_drawn_once_for_each_look() {
        let kept = Kept::default();
        let look = (Lang::Zh, false, false, "overloaded", 5);
        let page = kept.page(look, || Some(format!("before {MARK} after"))).expect("a page");
        assert_eq!((page.0.as_str(), page.1.as_str()), ("before ", " after"));
        let again = kept.page(look, || unreachable!("it is kept")).expect("a page");
        assert!(Arc::ptr_eq(&page, &again));
        let other = (Lang::En, look.1, look.2, look.3, look.4);
        assert!(kept.page(other, || None).is_none(), "nothing is kept of what could not be drawn");
        assert!(kept.page(other, || Some("no place".into())).is_none());
    }
}
