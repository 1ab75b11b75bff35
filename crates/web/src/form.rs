//! Posted forms: they cannot be read without their token being checked.

use crate::errors::Fault;
use crate::texts::Lang;
use crate::visitor::Visitor;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use store::{Error, FieldError, Idem};

/// Largest posted form in bytes; files travel another way.
pub const MOST_BYTES: usize = 512 * 1024;
/// Most fields of a posted form.
pub const MOST_FIELDS: usize = 2_000;

/// The fields of a form whose token was right. Names beginning with `_` are the house's own.
pub struct Posted {
    fields: Vec<(String, String)>,
    body: Bytes,
}

impl Posted {
    /// First value of a field, trimmed; empty when absent.
    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v.trim())
    }

    /// All values of a field.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.fields.iter().filter(|(k, _)| k == name).map(|(_, v)| v.trim()).collect()
    }

    /// Every field that is not the house's own, as posted.
    pub fn fields(&self) -> Vec<(String, String)> {
        self.fields.iter().filter(|(k, _)| !k.starts_with('_')).cloned().collect()
    }

    /// The idempotency key minted with the page (`_idem`), bound to the posted body.
    pub fn idem(&self, route: &'static str) -> store::Result<Idem> {
        idem(self.get("_idem"), route, &self.body)
    }

    /// Reads and checks a body that was already taken off the wire.
    pub fn read(visitor: &Visitor, headers: &HeaderMap, body: Bytes) -> Result<Posted, Fault> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(Error::refused("form-kind").into());
        }
        let fields = decode(&body)?;
        let posted = Posted { fields, body };
        check_token(visitor, sent_token(headers).unwrap_or_else(|| posted.get("_csrf")))?;
        Ok(posted)
    }
}

/// One line of the error summary: the field it leads to and what to do, in the visitor's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormError {
    /// Id of the field on the page.
    pub field: String,
    /// What to do.
    pub text: String,
}

/// The error summary of refused fields: a pack's own words, or those of the locales.
pub fn form_errors(visitor: &Visitor, wrong: &[FieldError]) -> Vec<FormError> {
    let words = |e: &FieldError| match (&e.text, visitor.lang) {
        (Some((zh, _)), Lang::Zh) => zh.clone(),
        (Some((_, en)), Lang::En) => en.clone(),
        (None, _) => visitor.t(&format!("err-{}", e.code)).to_owned(),
    };
    wrong.iter().map(|e| FormError { field: e.field.clone(), text: words(e) }).collect()
}

/// The key minted with a page, bound to what was posted.
///
/// # Errors
/// `idem-missing`: none came, or none of ours.
pub fn idem(key: &str, route: &'static str, body: &[u8]) -> store::Result<Idem> {
    let good = (8..=64).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphanumeric());
    if good { Ok(Idem::new(key, route, body)) } else { Err(Error::refused("idem-missing")) }
}

fn sent_token(headers: &HeaderMap) -> Option<&str> {
    headers.get("x-csrf")?.to_str().ok()
}

/// The token in the header must be this visitor's: for bodies that are no form.
pub fn check_header(visitor: &Visitor, headers: &HeaderMap) -> Result<(), Fault> {
    check_token(visitor, sent_token(headers).unwrap_or_default())
}

/// The token must be this visitor's.
pub fn check_token(visitor: &Visitor, token: &str) -> Result<(), Fault> {
    if visitor.csrf.is_empty() || !same(token.as_bytes(), visitor.csrf.as_bytes()) {
        return Err(Error::refused("csrf").into());
    }
    Ok(())
}

/// Compares without telling by its duration where the difference lies.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |acc, (x, y)| acc | (x ^ y)) == 0
}

pub(crate) fn decode(body: &[u8]) -> store::Result<Vec<(String, String)>> {
    let mut fields = Vec::new();
    for pair in body.split(|b| *b == b'&').filter(|p| !p.is_empty()) {
        if fields.len() >= MOST_FIELDS {
            return Err(Error::refused("form-too-many-fields"));
        }
        let mut halves = pair.splitn(2, |b| *b == b'=');
        let name = unescape(halves.next().unwrap_or_default())?;
        let value = unescape(halves.next().unwrap_or_default())?;
        fields.push((name, value));
    }
    Ok(fields)
}

/// Percent-decodes one half of a pair; refuses what is not UTF-8 or holds a NUL.
pub fn unescape(text: &[u8]) -> store::Result<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied();
    while let Some(b) = bytes.next() {
        match b {
            b'+' => out.push(b' '),
            b'%' => {
                let hex = [bytes.next(), bytes.next()]
                    .map(|d| d.and_then(|d| char::from(d).to_digit(16)));
                let [Some(high), Some(low)] = hex else {
                    return Err(Error::refused("form-encoding"));
                };
                out.push((high * 16 + low) as u8);
            }
            other => out.push(other),
        }
    }
    let text = String::from_utf8(out).ok().filter(|text| !text.contains('\0'));
    let text = text.ok_or_else(|| Error::refused("form-encoding"))?;
    Ok(text.replace("\r\n", "\n"))
}

impl<S: Sync> FromRequest<S> for Posted {
    type Rejection = Fault;

    async fn from_request(request: Request<Body>, _: &S) -> Result<Posted, Fault> {
        let visitor = request.extensions().get::<Visitor>().cloned();
        let visitor = visitor.ok_or_else(|| Error::internal("no visitor"))?;
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, MOST_BYTES)
            .await
            .map_err(|_| Error::refused("form-too-large"))?;
        Posted::read(&visitor, &parts.headers, body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_and_refuses() {
        let fields = decode("a=1&b=%E8%91%A3+x&c&a=2".as_bytes()).unwrap_or_default();
        let expected = [("a", "1"), ("b", "董 x"), ("c", ""), ("a", "2")];
        assert_eq!(fields.len(), 4);
        for ((k, v), (ek, ev)) in fields.iter().zip(expected) {
            assert_eq!((k.as_str(), v.as_str()), (ek, ev));
        }
        for bad in ["a=%", "a=%g0", "a=%ff%fe", "a=%00", "%C3%28=1"] {
            assert_eq!(decode(bad.as_bytes()).map_err(|e| e.code()), Err("form-encoding"), "{bad}");
        }
        let many = "a=1&".repeat(MOST_FIELDS + 1);
        assert_eq!(decode(many.as_bytes()).map_err(|e| e.code()), Err("form-too-many-fields"));
    }
}
