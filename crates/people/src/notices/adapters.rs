//! The outside world of notices: who carries text messages.

use super::model::Text;
use store::Result;

/// A carrier of text messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sms {
    /// No carrier: texts lie on a page of this site, for whoever tries the platform out.
    Sandbox,
}

/// What became of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handed {
    /// It stays here and is shown on the sandbox page.
    Shelved,
}

impl Sms {
    /// Hands a text over. Runs in a worker, never inside a request.
    pub async fn send(self, _text: &Text) -> Result<Handed> {
        match self {
            Sms::Sandbox => Ok(Handed::Shelved),
        }
    }

    /// As written in the ledger.
    pub fn label(self) -> &'static str {
        match self {
            Sms::Sandbox => "sms-sandbox",
        }
    }
}
