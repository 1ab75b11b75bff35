//! The life table of a case: from which state which event leads where, and who may cause it.
//!
//! Acts consult it before they touch anything; `docs/generated/case-life.md` is made from it.

use super::model::{Phase, Post};
use store::{Error, Kind, Result};

/// One arrow of the table.
#[derive(Debug, Clone, Copy)]
pub struct Arrow {
    /// Before; `None` is the draft.
    pub from: Option<Phase>,
    /// The event.
    pub on: Kind,
    /// After; the same as before where the event changes no state.
    pub to: Phase,
    /// Who may cause it.
    pub who: &'static [Post],
}

const APPLICANT: &[Post] = &[Post::Applicant];
const CLERK: &[Post] = &[Post::Clerk];
const APPROVER: &[Post] = &[Post::Approver];
const SYSTEM: &[Post] = &[Post::System];

const LAPSER: &[Post] = &[Post::Applicant, Post::System];
const ACCEPTER: &[Post] = &[Post::Clerk, Post::System];
const DECIDER: &[Post] = &[Post::Approver, Post::System];

const fn arrow(from: Phase, on: Kind, to: Phase, who: &'static [Post]) -> Arrow {
    Arrow { from: Some(from), on, to, who }
}

/// The whole life (行政许可法 art. 32–45).
pub const LIFE: &[Arrow] = &[
    Arrow { from: None, on: Kind::CaseSubmitted, to: Phase::Submitted, who: APPLICANT },
    arrow(Phase::Submitted, Kind::CaseClaimed, Phase::Submitted, CLERK),
    arrow(Phase::Submitted, Kind::CaseReleased, Phase::Submitted, CLERK),
    arrow(Phase::Submitted, Kind::CaseHandedOver, Phase::Submitted, CLERK),
    arrow(Phase::Submitted, Kind::CaseAccepted, Phase::Accepted, ACCEPTER),
    arrow(Phase::Submitted, Kind::CaseDeemedAccepted, Phase::Accepted, SYSTEM),
    arrow(Phase::Submitted, Kind::CaseNotAccepted, Phase::NotAccepted, CLERK),
    arrow(Phase::Submitted, Kind::CorrectionRequested, Phase::CorrectionRequested, CLERK),
    arrow(Phase::Submitted, Kind::CaseWithdrawn, Phase::Withdrawn, APPLICANT),
    arrow(Phase::CorrectionRequested, Kind::CorrectionSupplied, Phase::Submitted, APPLICANT),
    arrow(Phase::CorrectionRequested, Kind::CaseWithdrawn, Phase::Withdrawn, LAPSER),
    arrow(Phase::Accepted, Kind::CaseClaimed, Phase::Accepted, APPROVER),
    arrow(Phase::Accepted, Kind::CaseReleased, Phase::Accepted, APPROVER),
    arrow(Phase::Accepted, Kind::CaseHandedOver, Phase::Accepted, APPROVER),
    arrow(Phase::Accepted, Kind::SpecialStarted, Phase::Special, APPROVER),
    arrow(Phase::Accepted, Kind::CaseExtended, Phase::Accepted, APPROVER),
    arrow(Phase::Accepted, Kind::CaseGranted, Phase::Granted, DECIDER),
    arrow(Phase::Accepted, Kind::CaseDenied, Phase::Denied, DECIDER),
    arrow(Phase::Accepted, Kind::CaseWithdrawn, Phase::Withdrawn, APPLICANT),
    arrow(Phase::Special, Kind::CaseClaimed, Phase::Special, APPROVER),
    arrow(Phase::Special, Kind::CaseReleased, Phase::Special, APPROVER),
    arrow(Phase::Special, Kind::CaseHandedOver, Phase::Special, APPROVER),
    arrow(Phase::Special, Kind::SpecialEnded, Phase::Accepted, APPROVER),
    arrow(Phase::Special, Kind::CaseWithdrawn, Phase::Withdrawn, APPLICANT),
    arrow(Phase::Granted, Kind::CaseClosed, Phase::Closed, SYSTEM),
    arrow(Phase::Denied, Kind::CaseClosed, Phase::Closed, SYSTEM),
];

/// Where an event leads from a state, if this post may cause it there.
///
/// # Errors
/// `Denied` when somebody else may; `case-not-now` when nobody may (with the state's label).
pub fn next(from: Option<Phase>, on: Kind, who: Post) -> Result<Phase> {
    let Some(arrow) = LIFE.iter().find(|a| a.from == from && a.on == on) else {
        let state = from.map_or("draft", Phase::label);
        return Err(Error::refused_with("case-not-now", "state", state));
    };
    if arrow.who.contains(&who) { Ok(arrow.to) } else { Err(Error::Denied) }
}

/// Whether this post may cause the event in this state: which buttons a page shows.
pub fn may(from: Phase, on: Kind, who: Post) -> bool {
    next(Some(from), on, who).is_ok()
}

/// The table as a diagram and a list, for `docs/generated/case-life.md`.
pub fn to_markdown() -> String {
    let name = |from: Option<Phase>| from.map_or("draft", Phase::label);
    let mut out = String::from(
        "# Life of a case\n\nMade from `crates/casework/src/cases/life.rs`; a test keeps it true.\n\n\
         ```mermaid\nstateDiagram-v2\n    [*] --> draft\n",
    );
    for a in LIFE.iter().filter(|a| a.from != Some(a.to)) {
        out += &format!("    {} --> {}: {}\n", name(a.from), a.to.label(), a.on.label());
    }
    for end in Phase::ALL.into_iter().filter(|p| p.is_end()) {
        out += &format!("    {} --> [*]\n", end.label());
    }
    out += "```\n\n| from | event | to | who |\n|---|---|---|---|\n";
    for a in LIFE {
        let who: Vec<String> = a.who.iter().map(|w| format!("{w:?}").to_lowercase()).collect();
        let row = [name(a.from), a.on.label(), a.to.label(), &who.join(", ")].join(" | ");
        out += &format!("| {row} |\n");
    }
    out
}
