//! A notice or decision as it would read if it were issued now (W06): the same rules and the same
//! template as the worker that seals it, without writing anything.

use crate::cases::model::{Case, State};
use crate::drafts::Body;
use crate::results::rules::{self as fill, Source};
use codes::Day;
use codes::calendar::Calendar;
use guide::packs::Pack;
use people::identity::Unit;
use store::{Error, Result};

/// A notice in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Title.
    pub title: String,
    /// Number it will bear.
    pub number: String,
    /// Its paragraphs.
    pub paragraphs: Vec<String>,
    /// Who issues it.
    pub unit: String,
    /// The day under it.
    pub day: Day,
}

/// What the preview is made from.
pub struct Before<'a> {
    /// The case as it is.
    pub case: &'a Case,
    /// Its body, opened for the officer.
    pub body: &'a Body,
    /// Its pack.
    pub pack: &'a Pack,
    /// The unit that issues.
    pub unit: &'a Unit,
    /// Working days.
    pub calendar: &'a Calendar,
    /// Number of the clerk who took the case in at a counter.
    pub clerk: Option<&'a str>,
}

/// The notice a change of state would bring: `kind` as the worker's order names it (`acceptance`,
/// `special:testing`). `licence_no` stands for a number that is not known before the licence is made.
///
/// # Errors
/// Those of the change; `NotFound` when the item has no such notice.
pub fn notice(
    before: &Before<'_>,
    kind: &str,
    licence_no: &str,
    change: impl FnOnce(State) -> Result<State>,
) -> Result<Notice> {
    let Before { body, pack, unit, calendar, clerk, .. } = *before;
    let mut case = before.case.clone();
    case.state = change(case.state)?;
    let order = fill::ordered(&case, kind).ok_or(Error::NotFound)?;
    let template = pack.documents.iter().find(|d| d.kind == order.kind).ok_or(Error::NotFound)?;
    let number = fill::number(template, &case, &order, pack);
    let (case, licence_no) = (&case, Some(licence_no));
    let source = Source { case, body, pack, unit, licence_no, calendar, clerk };
    let filled = template.fill("zh", &fill::slots(&source, &order, &number));
    let filled = filled.map_err(|names| Error::internal(format!("no value for {names:?}")))?;
    let last = fill::counter_line(&source, &order);
    Ok(Notice {
        title: filled.title,
        number,
        paragraphs: filled.paragraphs.into_iter().chain(last).collect(),
        unit: unit.name.clone(),
        day: order.at.day(),
    })
}
