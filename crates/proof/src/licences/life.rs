//! The life of a licence: one table of what may follow what.

use super::model::LicenceStatus::{self, *};
use store::{Error, Kind, Result};

/// What can happen to a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// 签发.
    Issue,
    /// 暂扣.
    Suspend,
    /// 恢复.
    Restore,
    /// 撤销.
    Revoke,
    /// 注销.
    Cancel,
    /// 吊销.
    Penalise,
    /// 被新版本取代.
    Supersede,
    /// 转出.
    Transfer,
}

impl Step {
    /// Every step.
    pub const ALL: &[Step] = &[
        Step::Issue,
        Step::Suspend,
        Step::Restore,
        Step::Revoke,
        Step::Cancel,
        Step::Penalise,
        Step::Supersede,
        Step::Transfer,
    ];

    /// Steps a licence steward takes by hand.
    pub const BY_HAND: &[Step] =
        &[Step::Suspend, Step::Restore, Step::Transfer, Step::Cancel, Step::Revoke, Step::Penalise];

    /// In addresses and the ending of its words.
    pub fn label(self) -> &'static str {
        match self {
            Step::Issue => "issue",
            Step::Suspend => "suspend",
            Step::Restore => "restore",
            Step::Revoke => "revoke",
            Step::Cancel => "cancel",
            Step::Penalise => "penalise",
            Step::Supersede => "supersede",
            Step::Transfer => "transfer",
        }
    }

    /// Reads a label.
    pub fn parse(label: &str) -> Option<Step> {
        Step::ALL.iter().copied().find(|s| s.label() == label)
    }

    /// The event it is written as. 吊销 is written as a revocation whose data says so; a superseded licence
    /// ends by the issue of the other one.
    pub fn event(self) -> Kind {
        match self {
            Step::Issue | Step::Supersede => Kind::LicenceIssued,
            Step::Transfer => Kind::LicenceTransferred,
            Step::Suspend => Kind::LicenceSuspended,
            Step::Restore => Kind::LicenceRestored,
            Step::Revoke | Step::Penalise => Kind::LicenceRevoked,
            Step::Cancel => Kind::LicenceCancelled,
        }
    }
}

/// The table: (from, step, to). What is not in it cannot happen.
const TABLE: &[(LicenceStatus, Step, LicenceStatus)] = &[
    (Draft, Step::Issue, Valid),
    (Valid, Step::Suspend, Suspended),
    (Suspended, Step::Restore, Valid),
    (Valid, Step::Revoke, Revoked),
    (Suspended, Step::Revoke, Revoked),
    (Expired, Step::Revoke, Revoked),
    (Valid, Step::Cancel, Cancelled),
    (Suspended, Step::Cancel, Cancelled),
    (Expired, Step::Cancel, Cancelled),
    (Valid, Step::Penalise, Penalised),
    (Suspended, Step::Penalise, Penalised),
    (Valid, Step::Supersede, Superseded),
    (Expired, Step::Supersede, Superseded),
    (Valid, Step::Transfer, Transferred),
];

/// Where a step leads from a status (as it is on the day of the act).
///
/// # Errors
/// `licence-step` when the table does not know it.
pub fn next(from: LicenceStatus, step: Step) -> Result<LicenceStatus> {
    let found = TABLE.iter().find(|(at, by, _)| *at == from && *by == step);
    found.map(|(_, _, to)| *to).ok_or(Error::refused("licence-step"))
}

/// What may be done by hand with a licence in this status.
pub fn open_steps(from: LicenceStatus) -> Vec<Step> {
    Step::BY_HAND.iter().copied().filter(|step| next(from, *step).is_ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_ends_and_every_status_is_reached_once_from_each_side() {
        for end in [Revoked, Cancelled, Penalised, Transferred, Superseded] {
            for step in Step::ALL {
                assert!(next(end, *step).is_err(), "{end:?} {step:?}");
            }
        }
        for (n, (from, step, _)) in TABLE.iter().enumerate() {
            let again = TABLE[n + 1..].iter().any(|(f, s, _)| f == from && s == step);
            assert!(!again, "{from:?} {step:?} twice");
        }
        for step in Step::ALL {
            assert!(TABLE.iter().any(|(_, s, _)| s == step), "{step:?} leads nowhere");
            assert_eq!(Step::parse(step.label()), Some(*step));
        }
        assert_eq!(open_steps(Suspended).len(), 4);
        assert_eq!(open_steps(Draft), vec![]);
        assert_eq!(next(Suspended, Step::Suspend).map_err(|e| e.code()), Err("licence-step"));
    }
}
