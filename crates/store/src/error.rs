//! The one error of all acts: what the person does next, and what the log needs.

use std::fmt;

/// Result of everything that touches the store.
pub type Result<T> = std::result::Result<T, Error>;

/// One field that must be corrected: the form key and the coded reason (`locales/*`, key `err-<code>`).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FieldError {
    /// Form key, as the page named it.
    pub field: String,
    /// Stable code of the reason.
    pub code: String,
    /// Ready wording when it comes from a pack rather than from the locales: (Chinese, English).
    pub text: Option<(String, String)>,
}

/// A refusal the person can act on. `code` has words in every language: `err-<code>` says what is
/// wrong, `err-<code>-next` what to do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refusal {
    /// Stable kebab-case code.
    pub code: &'static str,
    /// Arguments of the wording.
    pub args: Vec<(&'static str, String)>,
    /// Fields to correct, when the refusal concerns a form.
    pub fields: Vec<FieldError>,
}

/// Why an act did not happen. Nothing has changed when one of these comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// A rule says no; the person is told which and what to do.
    Refused(Refusal),
    /// There is no such thing, or it is not this person's to know.
    NotFound,
    /// The person is known and may not.
    Denied,
    /// Somebody else changed it first: read again.
    Stale,
    /// The same idempotency key came with another body.
    KeyReused,
    /// Too many at once; try again in the given seconds.
    Busy(u32),
    /// A fault of ours. The text is for the log and never shown.
    Internal(String),
}

impl Error {
    /// A refusal without arguments.
    pub fn refused(code: &'static str) -> Error {
        Error::Refused(Refusal { code, ..Refusal::default() })
    }

    /// A refusal with one argument for its wording.
    pub fn refused_with(code: &'static str, name: &'static str, value: impl ToString) -> Error {
        Error::Refused(Refusal { code, args: vec![(name, value.to_string())], fields: vec![] })
    }

    /// A refusal that points at fields of a form.
    pub fn fields(code: &'static str, fields: Vec<FieldError>) -> Error {
        Error::Refused(Refusal { code, args: vec![], fields })
    }

    /// A fault of ours with the text for the log.
    pub fn internal(text: impl fmt::Display) -> Error {
        Error::Internal(text.to_string())
    }

    /// The stable code that pages, API and logs use.
    pub fn code(&self) -> &'static str {
        match self {
            Error::Refused(r) => r.code,
            Error::NotFound => "not-found",
            Error::Denied => "denied",
            Error::Stale => "stale",
            Error::KeyReused => "key-reused",
            Error::Busy(_) => "busy",
            Error::Internal(_) => "internal",
        }
    }
}

impl FieldError {
    /// A field error whose wording stands in the locales.
    pub fn new(field: impl Into<String>, code: impl Into<String>) -> FieldError {
        FieldError { field: field.into(), code: code.into(), text: None }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Internal(text) => write!(f, "internal: {text}"),
            other => f.write_str(other.code()),
        }
    }
}

impl std::error::Error for Error {}

impl From<rusqlite::Error> for Error {
    fn from(e: rusqlite::Error) -> Error {
        Error::Internal(format!("sqlite: {e}"))
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(e: tokio_postgres::Error) -> Error {
        // A deadlock, a conflict, a lock waited for in vain: with another writer it goes well the next time.
        if e.code().is_some_and(|code| ["40P01", "40001", "55P03"].contains(&code.code())) {
            tracing::warn!("an act met another writer: {e}");
            return Error::Busy(1);
        }
        let detail = e.as_db_error().map(|d| format!(" {} {}", d.code().code(), d.message()));
        Error::Internal(format!("postgres: {e}{}", detail.unwrap_or_default()))
    }
}

impl From<std::io::Error> for Error {
    fn from(e: std::io::Error) -> Error {
        Error::Internal(format!("io: {e}"))
    }
}

impl From<serde_json::Error> for Error {
    fn from(e: serde_json::Error) -> Error {
        Error::Internal(format!("json: {e}"))
    }
}
