//! Nouns of notices: what is told to whom, and the texts that leave the house.

use crate::identity::AccountId;
use codes::case_no::CaseNo;
use codes::time::{self, Stamp};
use store::{Cell, Secret};
use web::Lang;

/// What a notice is filled with, its day and case number as people of that language read them.
pub fn spoken(lang: Lang, args: &[(String, String)]) -> Vec<(String, String)> {
    let say = match lang {
        Lang::Zh => time::zh_day,
        Lang::En => time::en_day,
    };
    let plain = |value: &String| value.clone();
    let one = |(key, value): &(String, String)| {
        let said = match key.as_str() {
            "day" => time::parse_day(value).map_or_else(|_| plain(value), say),
            "no" => CaseNo::parse(value).map_or_else(|_| plain(value), |no| no.grouped()),
            _ => plain(value),
        };
        (key.clone(), said)
    };
    args.iter().map(one).collect()
}

/// Something to tell a citizen. Its words stand in the locales of the room that tells it:
/// `notice-<template>` in one line, `notice-<template>-text` in full.
#[derive(Debug, Clone)]
pub struct Notice {
    /// To whom.
    pub account: AccountId,
    /// Ending of the words' keys.
    pub template: &'static str,
    /// What the words are filled with; never personal data.
    pub args: Vec<(&'static str, String)>,
    /// Page of this site where one goes on from here.
    pub link: String,
}

/// A notice as the inbox shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeRow {
    /// Id; newer ones are greater.
    pub id: i64,
    /// To whom.
    pub account: AccountId,
    /// Ending of the words' keys.
    pub template: String,
    /// What the words are filled with.
    pub args: Vec<(String, String)>,
    /// Page of this site where one goes on.
    pub link: String,
    /// When.
    pub at: Stamp,
    /// Whether it was read.
    pub read: bool,
}

/// A text message on its way out.
pub struct Text {
    /// Id, so that the other side drops what it got twice.
    pub id: i64,
    /// To which mobile number.
    pub phone: Secret,
    /// What it says. May hold a one-time code.
    pub body: Secret,
}

/// A text message whose parts are sealed.
#[derive(Debug, Clone)]
pub struct SealedText {
    /// Id, also the row of the cells.
    pub id: i64,
    /// Sealed mobile number.
    pub phone: Vec<u8>,
    /// Sealed words.
    pub body: Vec<u8>,
    /// When it was written.
    pub at: Stamp,
}

/// Cell of a text that waits.
pub(crate) fn waiting_cell(column: &'static str, id: i64) -> Cell {
    Cell { table: "sms_out", column, row: id }
}

/// Cell of a text on the sandbox shelf.
pub(crate) fn shelf_cell(column: &'static str, id: i64) -> Cell {
    Cell { table: "sms_sandbox", column, row: id }
}
