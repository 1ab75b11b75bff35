//! C35: anybody verifies an identifier, a case or document number, a shown code or a file.
//!
//! | method | path | access | relation | handler |
//! |---|---|---|---|---|
//! | GET | /verify | Public | None | `page` |
//! | POST | /verify | Public | None | `text` |
//! | POST | /verify/file | Public | None | `file` |
//! | GET | /verify/roots.pem | Public | None | `roots` |
//! | GET | /api/v1/verify | Public | None | `super::api::text` |
//! | POST | /api/v1/verify | Public | None | `super::api::posted` |

use super::door::{allow, verifier};
use super::judge::{MOST_BYTES, is_number};
use super::verdict::{Answer as Word, Asked, Standing, Verdict};
use crate::Proof;
use crate::licences::asked::asked;
use crate::lists::code::is_code;
use askama::Template;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State};
use axum::http::header;
use axum::response::IntoResponse;
use store::{Error, Result};
use web::respond::html_again;
use web::{Answer, Frame, Posted, Visitor, html};

#[derive(Template)]
#[template(path = "licences/verify.html")]
struct Form {
    f: Frame,
    text: String,
    text_error: String,
    /// The text is an offline code, whose digits are asked for.
    digits_wanted: bool,
    digits_error: String,
    file_error: String,
}

fn form(proof: &Proof, visitor: &Visitor, text: &str) -> Form {
    Form {
        f: visitor.frame(proof.app(), visitor.t("licences-verify-title"), "verify"),
        text: text.to_owned(),
        text_error: String::new(),
        digits_wanted: is_code(text),
        digits_error: String::new(),
        file_error: String::new(),
    }
}

/// GET /verify; `no` is the number a code on a sealed paper leads to, and is judged at once. Anything else
/// is only put into the field: to look at a shown code uses it up, which opening an address must not.
pub async fn page(State(proof): State<Proof>, visitor: Visitor) -> Answer {
    let no = asked(&visitor, "no");
    if !is_number(&no) {
        let no: String = no.chars().take(MOST_LETTERS).collect();
        return html(&form(&proof, &visitor, no.trim()));
    }
    allow(&proof, &visitor)?;
    let verdict = proof.verify_as(&no, &verifier(&visitor)).await?;
    told(&proof, &visitor, &verdict)
}

/// Letters that fit into the field.
const MOST_LETTERS: usize = crate::lists::code::MOST_LETTERS;

/// A label and a value.
struct Row {
    label: String,
    value: String,
}

struct Check {
    words: String,
    detail: String,
    kind: &'static str,
    outcome: String,
}

#[derive(Template)]
#[template(path = "licences/verdict.html")]
struct Told {
    f: Frame,
    kind: &'static str,
    headline: String,
    advice: String,
    when: String,
    rows: Vec<Row>,
    seal: &'static str,
    notes: Vec<String>,
    steps: Vec<Check>,
    again: &'static str,
}

/// The page that tells a verdict.
fn told(proof: &Proof, visitor: &Visitor, verdict: &Verdict) -> Answer {
    let lang = visitor.lang;
    let f = visitor.frame(proof.app(), visitor.t("licences-verify-result"), "verify");
    let at = verdict.checked_at.ymd_hm();
    let rows = verdict.rows(lang).into_iter().map(|(label, value)| Row { label, value });
    let seal = match (verdict.signature_values_hold, verdict.trusted) {
        (Some(true), Some(true)) => "licences-verify-seal-good",
        (Some(false), _) => "licences-verify-seal-bad",
        _ => "",
    };
    let steps = verdict.steps.iter().map(|said| {
        let (kind, outcome) = match said.ok {
            Some(true) => ("done", "licences-verify-yes"),
            Some(false) => ("refused", "licences-verify-no"),
            None => ("next", "licences-verify-open"),
        };
        let (words, outcome) = (said.words(lang), visitor.t(outcome).to_owned());
        let detail = match said.technical() {
            "" => String::new(),
            technical => f.ta("licences-step-fact", "detail", technical),
        };
        Check { words, detail, kind, outcome }
    });
    let unknown = verdict.answer == Word::Unknown;
    let page = Told {
        kind: verdict.answer.label(),
        headline: verdict.headline(lang),
        advice: verdict.advice(lang),
        when: f.ta("licences-verify-at", "time", at),
        rows: rows.collect(),
        seal,
        notes: notes(verdict, &f),
        steps: steps.collect(),
        again: if unknown { "licences-verify-try" } else { "licences-verify-again" },
        f: f.with_back("/verify", ""),
    };
    html(&page)
}

fn notes(verdict: &Verdict, f: &Frame) -> Vec<String> {
    let mut keys: Vec<&str> = match verdict.answer {
        Word::True => vec!["licences-verify-note-min"],
        Word::Void => vec!["licences-verify-note-ask"],
        Word::Unknown => vec!["licences-verify-note-not-false", "licences-verify-note-refuse"],
    };
    if verdict.asked == Asked::Code && verdict.facts.is_some() {
        keys.push("licences-verify-note-log");
    }
    if verdict.facts.as_ref().is_some_and(|facts| facts.sandbox) {
        keys.push("licences-verify-note-sample");
    }
    let mut notes: Vec<String> = keys.into_iter().map(|key| f.t(key).to_owned()).collect();
    if verdict.answer == Word::Void {
        notes.push(f.ta("licences-verify-note-report", "hotline", &f.hotline));
    }
    notes
}

/// POST /verify: a text.
pub async fn text(State(proof): State<Proof>, visitor: Visitor, posted: Posted) -> Answer {
    let text = posted.get("text").to_owned();
    if text.is_empty() {
        let mut page = form(&proof, &visitor, "");
        page.text_error = visitor.t("licences-standing-not-understood-next").to_owned();
        page.f = page.f.with_failed(true);
        return html_again(&page);
    }
    allow(&proof, &visitor)?;
    let digits = posted.get("digits").trim();
    let whole = if digits.is_empty() { text.clone() } else { format!("{text}-{digits}") };
    let verdict = proof.verify_as(&whole, &verifier(&visitor)).await?;
    if verdict.status == Standing::CodeDigits {
        let mut page = form(&proof, &visitor, &text);
        page.digits_error = verdict.advice(visitor.lang);
        page.f = page.f.with_failed(true);
        return html_again(&page);
    }
    told(&proof, &visitor, &verdict)
}

/// POST /verify/file: a file of at most 20 MB; it is judged and not kept.
pub async fn file(State(proof): State<Proof>, visitor: Visitor, request: Request) -> Answer {
    allow(&proof, &visitor)?;
    match upload(&visitor, request).await {
        Ok(bytes) => told(&proof, &visitor, &proof.verify_file(&bytes).await?),
        Err(Error::Refused(refusal)) if refusal.code.starts_with("verify-") => {
            let (what, next) = web::errors::words(visitor.lang, &Error::Refused(refusal));
            let mut page = form(&proof, &visitor, "");
            page.file_error = format!("{what} {next}");
            page.f = page.f.with_failed(true);
            html_again(&page)
        }
        Err(other) => Err(other.into()),
    }
}

/// The file of a multipart form whose token was right; the token comes before the file.
async fn upload(visitor: &Visitor, mut request: Request<Body>) -> Result<Vec<u8>> {
    DefaultBodyLimit::max(MOST_BYTES + 64 * 1024).apply(&mut request);
    let too_large = |_| Error::refused("verify-too-large");
    let mut parts =
        Multipart::from_request(request, &()).await.map_err(|_| Error::refused("form-kind"))?;
    let mut trusted = false;
    while let Some(mut part) = parts.next_field().await.map_err(too_large)? {
        match part.name() {
            Some("_csrf") => {
                let token = part.text().await.map_err(|_| Error::refused("csrf"))?;
                web::form::check_token(visitor, &token).map_err(|fault| fault.error)?;
                trusted = true;
            }
            Some("file") if trusted => {
                let mut bytes = Vec::new();
                while let Some(chunk) = part.chunk().await.map_err(too_large)? {
                    if bytes.len() + chunk.len() > MOST_BYTES {
                        return Err(Error::refused("verify-too-large"));
                    }
                    bytes.extend_from_slice(&chunk);
                }
                let given = !bytes.is_empty();
                return if given { Ok(bytes) } else { Err(Error::refused("verify-file")) };
            }
            _ if !trusted => return Err(Error::refused("csrf")),
            _ => {}
        }
    }
    Err(Error::refused("verify-file"))
}

/// GET /verify/roots.pem: the trust list, for other programs that verify.
pub async fn roots(State(proof): State<Proof>) -> Answer {
    let headers = [
        (header::CONTENT_TYPE, "application/x-pem-file"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    Ok((headers, crate::seals::pem(proof.seals().anchors())).into_response())
}
