//! The life of a batch: one table of what may follow what.

use super::model::BatchState::{self, *};
use store::{Error, Result};

/// What can happen to a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Handed in by whoever prepared it.
    Offer,
    /// Approved by a second person.
    Approve,
    /// Refused by a second person.
    Refuse,
    /// Given up by whoever prepared it.
    Drop,
    /// What could not be made is tried again.
    Resume,
}

impl Step {
    /// Every step.
    pub const ALL: &[Step] = &[Step::Offer, Step::Approve, Step::Refuse, Step::Drop, Step::Resume];

    /// In forms.
    pub fn label(self) -> &'static str {
        match self {
            Step::Offer => "offer",
            Step::Approve => "approve",
            Step::Refuse => "refuse",
            Step::Drop => "drop",
            Step::Resume => "resume",
        }
    }

    /// Reads a label.
    pub fn parse(label: &str) -> Option<Step> {
        Step::ALL.iter().copied().find(|s| s.label() == label)
    }

    /// Whether it needs somebody who did not prepare the batch.
    pub fn second(self) -> bool {
        matches!(self, Step::Approve | Step::Refuse)
    }
}

/// The table: (from, step, to). What is not in it cannot happen.
const TABLE: &[(BatchState, Step, BatchState)] = &[
    (Checked, Step::Offer, Offered),
    (Checked, Step::Drop, Dropped),
    (Offered, Step::Drop, Dropped),
    (Offered, Step::Approve, Approved),
    (Offered, Step::Refuse, Refused),
    (Approved, Step::Resume, Approved),
];

/// Where a step leads.
///
/// # Errors
/// `issue-step` when the table does not know it.
pub fn next(from: BatchState, step: Step) -> Result<BatchState> {
    let found = TABLE.iter().find(|(at, by, _)| *at == from && *by == step);
    found.map(|(_, _, to)| *to).ok_or(Error::refused("issue-step"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_approved_that_was_not_handed_in_and_ends_are_ends() {
        for from in BatchState::ALL {
            assert_eq!(next(*from, Step::Approve).is_ok(), *from == Offered, "{from:?}");
            assert_eq!(BatchState::parse(from.label()), Some(*from));
        }
        for end in [Refused, Dropped] {
            assert!(Step::ALL.iter().all(|step| next(end, *step).is_err()), "{end:?}");
        }
        for step in Step::ALL {
            assert!(TABLE.iter().any(|(_, s, _)| s == step), "{step:?} leads nowhere");
            assert_eq!(Step::parse(step.label()), Some(*step));
        }
    }
}
