//! Errors with two faces and a way out: a page in the visitor's language, problem+json for programs.

use crate::app::App;
use crate::frame::Frame;
use crate::texts::{Lang, Texts};
use crate::visitor::{Visitor, Who};
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use store::Error;

/// A handler's failure. The front layer turns it into a page or problem+json.
#[derive(Debug, Clone)]
pub struct Fault {
    /// What went wrong.
    pub error: Error,
    /// Where to go instead: address and words key. The house's own way out when absent.
    pub way_out: Option<(String, &'static str)>,
}

impl Fault {
    /// Names the way out.
    pub fn leading_to(error: Error, href: impl Into<String>, words: &'static str) -> Fault {
        Fault { error, way_out: Some((href.into(), words)) }
    }

    /// HTTP status of the error.
    pub fn status(&self) -> StatusCode {
        match &self.error {
            Error::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Error::NotFound => StatusCode::NOT_FOUND,
            Error::Denied => StatusCode::FORBIDDEN,
            Error::Stale => StatusCode::CONFLICT,
            Error::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Error::Busy(_) => StatusCode::TOO_MANY_REQUESTS,
            Error::Unavailable(_) | Error::Unsure => StatusCode::SERVICE_UNAVAILABLE,
            Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        Fault { error, way_out: None }
    }
}

/// Carries the fault to the front layer, which knows the visitor's language.
impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut answer = self.status().into_response();
        answer.extensions_mut().insert(self);
        answer
    }
}

#[derive(Template)]
#[template(path = "frame/error.html")]
struct ErrorPage {
    f: Frame,
    kind: &'static str,
    title: String,
    text: String,
    safe: String,
    reference: String,
    href: String,
    action: String,
}

/// After so long it is worth trying a disk or a database again.
const OUTAGE_SECONDS: u32 = 10;

/// Words for an error: what is wrong, and what to do.
pub fn words(lang: Lang, error: &Error) -> (String, String) {
    let texts = Texts::shipped();
    let mut args: Vec<(&str, &str)> = Vec::new();
    let seconds;
    match error {
        Error::Refused(r) => args.extend(r.args.iter().map(|(k, v)| (*k, v.as_str()))),
        Error::Busy(s) => {
            seconds = s.to_string();
            args.push(("seconds", &seconds));
        }
        _ => {}
    }
    let code = error.code();
    let say = |key: &str| texts.ta(lang, key, &args);
    (say(&format!("err-{code}")), say(&format!("err-{code}-next")))
}

/// Turns a fault into what the visitor can use, and writes the log's face of it.
pub fn render(app: &App, visitor: &Visitor, fault: &Fault) -> Response {
    let status = fault.status();
    match &fault.error {
        Error::Internal(text) => {
            tracing::error!(reference = visitor.reference, "{text}");
        }
        Error::Unavailable(_) | Error::Unsure => {
            tracing::error!(reference = visitor.reference, "{}", fault.error);
        }
        other => tracing::info!(reference = visitor.reference, code = other.code(), "refused"),
    }
    let (what, next) = words(visitor.lang, &fault.error);
    let mut answer = if visitor.path.starts_with("/api/") {
        problem(visitor, fault, status, &what, &next)
    } else {
        page(app, visitor, fault, status, what, next)
    };
    *answer.status_mut() = status;
    let seconds = match fault.error {
        Error::Busy(seconds) => Some(seconds),
        Error::Unavailable(_) | Error::Unsure => Some(OUTAGE_SECONDS),
        _ => None,
    };
    if let Some(seconds) = seconds {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

fn page(
    app: &App,
    visitor: &Visitor,
    fault: &Fault,
    status: StatusCode,
    title: String,
    text: String,
) -> Response {
    let (href, way) = match (&fault.way_out, &visitor.who) {
        (Some((href, words)), _) => (href.clone(), *words),
        (None, Who::Staff(_)) => ("/w".to_string(), "err-way-staff"),
        (None, _) => (String::new(), "err-way-home"),
    };
    let (kind, safe) = match &fault.error {
        Error::NotFound => ("missing", ""),
        Error::Denied => ("denied", ""),
        Error::Busy(_) | Error::Unavailable(_) | Error::Unsure => ("busy", "err-safe"),
        Error::Stale | Error::KeyReused => ("stale", "err-safe"),
        Error::Refused(_) => ("refused", ""),
        Error::Internal(_) => ("broken", "err-safe"),
    };
    let safe = if safe.is_empty() { String::new() } else { visitor.t(safe).to_string() };
    let page = ErrorPage {
        f: visitor.frame(app, title.clone(), ""),
        kind,
        title,
        text,
        safe,
        reference: visitor.reference.clone(),
        href,
        action: visitor.t(way).to_string(),
    };
    crate::respond::html(&page).unwrap_or_else(|_| status.into_response())
}

/// RFC 9457 problem details, with the fields to correct when there are any.
fn problem(
    visitor: &Visitor,
    fault: &Fault,
    status: StatusCode,
    what: &str,
    next: &str,
) -> Response {
    let fields = match &fault.error {
        Error::Refused(r) => r.fields.clone(),
        _ => vec![],
    };
    let text = json!({
        "type": format!("/developers#{}", fault.error.code()),
        "title": what,
        "detail": next,
        "status": status.as_u16(),
        "code": fault.error.code(),
        "fields": fields,
        "reference": visitor.reference,
    });
    let mut answer = crate::respond::json_text(status, text.to_string());
    let kind = HeaderValue::from_static("application/problem+json; charset=utf-8");
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    answer
}
