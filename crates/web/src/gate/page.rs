//! What somebody sees who has to come back: a small page that needs no database, in his language and layout,
//! that says what to do. What he had written stands in it, to be sent once more.

use crate::app::App;
use crate::cache::Packed;
use crate::cookies::Cookies;
use crate::frame::Frame;
use crate::respond::accepts_gzip;
use crate::seen::Seen;
use crate::texts::{Lang, Texts};
use crate::visitor::Visitor;
use crate::{form, front, locked};
use askama::Template;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
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

/// What kept answers differ in.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Look {
    lang: Lang,
    elder: bool,
    high_contrast: bool,
    /// For a program instead of a person.
    program: bool,
    code: &'static str,
    /// Seconds to wait.
    wait: u32,
}

/// Pages ready to be sent: who is sent away must cost next to nothing, or sending away becomes the work.
#[derive(Default)]
pub(super) struct Kept(Mutex<HashMap<Look, Arc<Packed>>>);

impl Kept {
    /// The page of a look, drawn when it is asked for first, and with its headers.
    fn page(
        &self,
        look: Look,
        draw: impl FnOnce() -> Option<(HeaderMap, String)>,
    ) -> Option<Arc<Packed>> {
        let pages = || self.0.lock().unwrap_or_else(|e| e.into_inner());
        if let Some(page) = pages().get(&look) {
            return Some(page.clone());
        }
        let (headers, html) = draw()?;
        let page = Arc::new(Packed::new(headers, html.into()));
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
    let program = parts.uri.path().starts_with("/api/") || is_script(parts);
    let fields = match body {
        Some(body) if writes && !program => given_back(app, parts, body).await,
        _ => Vec::new(),
    };
    let told = Told { app, seen, cookies, parts, code, why, wait, program };
    let kept = why == Why::Full && fields.is_empty();
    let mut answer = if kept { told.kept() } else { told.drawn(fields) };
    *answer.status_mut() = why.status();
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
    if why != Why::Full {
        answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    answer
}

/// Whether a page's script asks, which shows its own words: saving while somebody types.
fn is_script(parts: &Parts) -> bool {
    parts.headers.get(header::ACCEPT).is_some_and(|kinds| kinds == "application/json")
}

/// Who is told what.
struct Told<'t> {
    app: &'t App,
    seen: &'t Seen,
    cookies: &'t Cookies<'t>,
    parts: &'t Parts,
    code: &'static str,
    why: Why,
    wait: u32,
    program: bool,
}

impl Told<'_> {
    fn say(&self, suffix: &str) -> String {
        let key = format!("err-{}{suffix}", self.code);
        let seconds = self.wait.to_string();
        Texts::shipped().ta(self.cookies.lang, &key, &[("seconds", &seconds)])
    }

    /// The number under which the log knows the request: who is sent away has no line there.
    fn reference(&self) -> &str {
        if self.why == Why::Full { "" } else { &self.seen.reference }
    }

    fn page(&self, fields: Vec<(String, String)>) -> Option<String> {
        let visitor = Visitor::unknown(self.cookies, self.parts, &self.seen.reference);
        let page = BusyPage {
            f: visitor.frame(self.app, self.say(""), ""),
            title: self.say(""),
            text: self.say(if fields.is_empty() { "-next" } else { "-again" }),
            safe: visitor.t("err-safe").to_owned(),
            reference: self.reference().to_owned(),
            action: visitor.path.clone(),
            fields,
        };
        page.render().ok()
    }

    fn problem(&self) -> String {
        let told = json!({
            "type": format!("/developers#{}", self.code),
            "title": self.say(""),
            "detail": self.say("-next"),
            "status": self.why.status().as_u16(),
            "code": self.code,
            "fields": [],
            "reference": self.reference(),
        });
        told.to_string()
    }

    /// The words and their headers; nothing when the page could not be drawn.
    fn words(&self, fields: Vec<(String, String)>) -> Option<(HeaderMap, String)> {
        let (text, kind) = if self.program {
            (self.problem(), "application/problem+json; charset=utf-8")
        } else {
            (self.page(fields)?, "text/html; charset=utf-8")
        };
        let mut answer = front::headers(self.app, self.why.status().into_response());
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Some((std::mem::take(headers), text))
    }

    fn drawn(&self, fields: Vec<(String, String)>) -> Response {
        match self.words(fields) {
            Some((headers, text)) => (headers, text).into_response(),
            None => front::headers(self.app, StatusCode::SERVICE_UNAVAILABLE.into_response()),
        }
    }

    fn kept(&self) -> Response {
        let Cookies { lang, elder, high_contrast, .. } = *self.cookies;
        let Told { program, code, wait, .. } = *self;
        let look = Look { lang, elder, high_contrast, program, code, wait };
        match self.app.gate.kept().page(look, || self.words(Vec::new())) {
            Some(page) => page.answer(accepts_gzip(&self.parts.headers)),
            None => self.drawn(Vec::new()),
        }
    }
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
        let (lang, code, no) = (Lang::Zh, "overloaded", false);
        let look = Look { lang, elder: no, high_contrast: no, program: no, code, wait: 5 };
        let draw = || Some((HeaderMap::new(), "a page of words".to_owned()));
        let page = kept.page(look, draw).expect("a page");
        assert_eq!(page.answer(true).headers()[header::CONTENT_ENCODING], "gzip");
        assert!(page.answer(false).headers().is_empty());
        let again = kept.page(look, || unreachable!("it is kept")).expect("a page");
        assert!(Arc::ptr_eq(&page, &again));
        let other = Look { lang: Lang::En, ..look };
        assert!(kept.page(other, || None).is_none(), "nothing is kept of what could not be drawn");
    }
}
