//! Words both lists and cases use: the time left, its light, names of colleagues and units.

use crate::Casework;
use crate::cases::model::Phase;
use crate::cases::view::Card;
use codes::clock;
use people::identity::{StaffId, Unit};
use std::collections::{BTreeMap, BTreeSet};
use store::{Disclosure, Result};
use web::{Frame, Lang};

/// Names of colleagues: staff of one unit know each other.
pub(crate) async fn names(
    w: &Casework,
    who: BTreeSet<StaffId>,
) -> Result<BTreeMap<StaffId, String>> {
    let leave = Disclosure::process("names of colleagues at work");
    let mut names = BTreeMap::new();
    for id in who {
        names.insert(id, w.staff_name(id, &leave).await?.expose().to_owned());
    }
    Ok(names)
}

/// The time left in words: never by colour alone. A special procedure stops the clock only where a law
/// says so.
pub(crate) fn left(f: &Frame, card: &Card) -> String {
    match (card.phase, card.days_left) {
        (Phase::Special, _) if card.paused => f.t("desks-left-paused").to_owned(),
        (
            Phase::Submitted | Phase::CorrectionRequested | Phase::Accepted | Phase::Special,
            Some(days),
        ) => in_days(f, days),
        (phase, _) => f.tk("cases-state-", phase.label()),
    }
}

/// Days left, or passed, in words.
pub(crate) fn in_days(f: &Frame, days: i64) -> String {
    match days {
        n if n < 0 => f.tn("desks-left-over", -n),
        0 | 1 => f.t("desks-left-today").to_owned(),
        n => f.tn("desks-left", n),
    }
}

/// The time left in a word or two, for the queue beside a case.
pub(crate) fn short(f: &Frame, card: &Card) -> String {
    match (card.phase, card.days_left) {
        (Phase::Special, _) if card.paused => f.t("desks-short-special").to_owned(),
        (_, Some(n)) if n < 0 => f.tn("desks-short-over", -n),
        (_, Some(0 | 1)) => f.t("desks-short-today").to_owned(),
        (_, Some(n)) => f.tn("desks-short", n),
        (_, None) => String::new(),
    }
}

/// Tone of the time left.
pub(crate) fn light(card: &Card) -> &'static str {
    match card.light {
        clock::State::Green => "ok",
        clock::State::Yellow | clock::State::Paused => "warn",
        clock::State::Red | clock::State::RedStatutory => "err",
        clock::State::Done => "grey",
    }
}

/// The name of a unit in the page's language.
pub(crate) fn unit_name(f: &Frame, unit: &Unit) -> String {
    let english = f.lang == Lang::En && !unit.name_en.is_empty();
    if english { unit.name_en.clone() } else { unit.name.clone() }
}
