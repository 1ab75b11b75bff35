//! What a verdict on an old version of a licence says of the one in force.

use crate::showing::choice::shown_day;
use serde::Serialize;
use web::{Lang, Texts};

/// What a stranger may know of the version that took a licence's place: that it is there, how it stands, and as much
/// of its number as of the old one's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Replaced {
    /// Which version it is, counted from 1.
    pub version: u16,
    /// How it stands.
    pub status: &'static str,
    /// When it was issued, ISO.
    pub since: String,
    /// Its number with the middle masked; empty where the old one's is not told either.
    pub number: String,
}

impl Replaced {
    /// In a sentence.
    pub(super) fn words(&self, lang: Lang) -> String {
        let texts = Texts::shipped();
        let key = format!("licences-status-{}", self.status);
        let status = texts.t(lang, &key);
        let (version, day) = (self.version.to_string(), shown_day(&self.since, lang));
        let known = [("n", &*version), ("status", status), ("day", &day), ("number", &self.number)];
        let key = match self.number.is_empty() {
            true => "licences-replaced",
            false => "licences-replaced-number",
        };
        texts.ta(lang, key, &known)
    }
}
