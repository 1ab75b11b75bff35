//! The one error of this crate: a stable code; its wording for people is in `locales/*/codes.ftl`.

/// Why a text is not the value it should be. The refused text itself is never carried: it may be
/// somebody's id number, and errors are logged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}")]
pub struct CodeError {
    /// Stable kebab name, for example `citizen-id-check`; the wording has the key `code-<code>`.
    pub code: &'static str,
    /// Named values for the wording (lengths, positions), never the refused text.
    pub args: Vec<(&'static str, String)>,
}

impl CodeError {
    /// An error whose wording needs no values.
    pub const fn new(code: &'static str) -> CodeError {
        CodeError { code, args: Vec::new() }
    }

    /// Adds a value for the wording.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> CodeError {
        self.args.push((name, value.to_string()));
        self
    }

    /// The key of the wording in `codes.ftl`.
    pub fn key(&self) -> String {
        format!("code-{}", self.code)
    }
}

/// Every code this crate can answer with: the wording test walks it, and so may other checks.
pub const ALL_CODES: &[&str] = &[
    "case-no-date",
    "case-no-length",
    "case-no-letter",
    "citizen-id-area",
    "citizen-id-birth",
    "citizen-id-check",
    "citizen-id-fifteen",
    "citizen-id-future",
    "citizen-id-length",
    "citizen-id-letter",
    "citizen-id-wide",
    "day-form",
    "division-data",
    "division-length",
    "division-letter",
    "calendar-data",
    "extension-length",
    "item-code-length",
    "item-code-letter",
    "item-code-level",
    "licence-id-form",
    "licence-id-issuer",
    "licence-id-root",
    "licence-id-serial",
    "licence-id-type",
    "licence-id-version",
    "limit-form",
    "money-form",
    "money-large",
    "name-empty",
    "name-letter",
    "name-long",
    "name-private",
    "pause-order",
    "phone-form",
    "phone-length",
    "uscc-check",
    "uscc-confused",
    "uscc-length",
    "uscc-letter",
];
