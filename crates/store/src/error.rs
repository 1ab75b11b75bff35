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
    /// The disk or the database does not take or give anything at the moment. Nothing was taken in.
    Unavailable(Outage),
    /// It broke at the one moment after which nobody can tell whether it was done. Asking again with the
    /// same idempotency key does it at most once.
    Unsure,
    /// A fault of ours. The text is for the log and never shown.
    Internal(String),
}

/// What does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outage {
    /// The disk is full, read-only or broken.
    Storage,
    /// The database server cannot be reached or is stopping.
    Database,
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
            Error::Unavailable(Outage::Storage) => "storage-unavailable",
            Error::Unavailable(Outage::Database) => "database-unavailable",
            Error::Unsure => "outcome-unknown",
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
        use rusqlite::ErrorCode as Code;
        let seen = match e.sqlite_error_code() {
            Some(Code::DiskFull | Code::SystemIoFailure | Code::ReadOnly | Code::CannotOpen) => {
                Error::Unavailable(Outage::Storage)
            }
            // Another process holds the file, or the read took longer than its asker waits.
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Error::Busy(1),
            Some(Code::OperationInterrupted) => Error::Busy(2),
            _ => return Error::Internal(format!("sqlite: {e}")),
        };
        tracing::warn!(code = seen.code(), "sqlite: {e}");
        seen
    }
}

/// States of PostgreSQL with which it goes well the next time: a deadlock, a conflict, a lock or a statement
/// that took too long.
const AGAIN: [&str; 4] = ["40P01", "40001", "55P03", "57014"];

impl From<tokio_postgres::Error> for Error {
    fn from(e: tokio_postgres::Error) -> Error {
        let Some(told) = e.as_db_error() else {
            if e.is_closed()
                || std::error::Error::source(&e).is_some_and(|s| s.is::<std::io::Error>())
            {
                tracing::warn!("postgres: {e}");
                return Error::Unavailable(Outage::Database);
            }
            return Error::Internal(format!("postgres: {e}"));
        };
        // The server's own sentence; its detail would quote values.
        let (code, said) = (told.code().code(), told.message());
        let seen = match code {
            code if AGAIN.contains(&code) => Error::Busy(1),
            // No space, no memory, an I/O error, a server that may not write.
            "53100" | "53200" | "58030" | "25006" => Error::Unavailable(Outage::Storage),
            // Connections refused or cut: stopping, starting, too many.
            code if code.starts_with("57P") || code.starts_with("08") || code == "53300" => {
                Error::Unavailable(Outage::Database)
            }
            _ => return Error::Internal(format!("postgres: {code} {said}")),
        };
        tracing::warn!(code, "postgres: {said}");
        seen
    }
}

impl From<std::io::Error> for Error {
    fn from(e: std::io::Error) -> Error {
        use std::io::ErrorKind as Kind;
        // EIO and the two ways to be out of descriptors have no kind of their own.
        let broken = matches!(e.raw_os_error(), Some(5 | 23 | 24));
        let full = [Kind::StorageFull, Kind::QuotaExceeded, Kind::ReadOnlyFilesystem];
        if broken || full.contains(&e.kind()) {
            tracing::error!("io: {e}");
            return Error::Unavailable(Outage::Storage);
        }
        Error::Internal(format!("io: {e}"))
    }
}

impl From<serde_json::Error> for Error {
    /// Where it went wrong, never what stood there: that may be somebody's name.
    fn from(e: serde_json::Error) -> Error {
        let kind = format!("{:?}", e.classify()).to_lowercase();
        Error::Internal(format!("json: {kind} at line {} column {}", e.line(), e.column()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_no_fault_of_ours_and_no_value_is_quoted() {
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        assert_eq!(Error::from(full), Error::Unavailable(Outage::Storage));
        let broken = std::io::Error::from_raw_os_error(5);
        assert_eq!(Error::from(broken), Error::Unavailable(Outage::Storage));
        let lost = std::io::Error::from(std::io::ErrorKind::NotFound);
        assert_eq!(Error::from(lost).code(), "internal");
        let sqlite = |code| rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
        for (code, said) in
            [(13, "storage-unavailable"), (1034, "storage-unavailable"), (5, "busy"), (9, "busy")]
        {
            assert_eq!(Error::from(sqlite(code)).code(), said, "{code}");
        }
        assert_eq!(Error::from(sqlite(11)).code(), "internal", "a damaged file is told apart");
        let json = serde_json::from_str::<u8>("\"张三\"").expect_err("no number");
        let said = Error::from(json).to_string();
        assert!(!said.contains("张三") && said.contains("line 1"), "{said}");
    }
}
