//! The life of a connected system: one table of what may follow what.

use super::model::SystemStatus::{self, *};
use store::{Error, Kind, Result};

/// What can happen to a connected system after it was registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// 变更约定.
    Change,
    /// 更换密钥.
    Renew,
    /// 暂停.
    Suspend,
    /// 恢复.
    Resume,
    /// 终止.
    End,
}

impl Step {
    /// Every step.
    pub const ALL: &[Step] = &[Step::Change, Step::Renew, Step::Suspend, Step::Resume, Step::End];

    /// Steps taken by giving a reason.
    pub const WITH_REASON: &[Step] = &[Step::Suspend, Step::Resume, Step::End];

    /// In addresses and the ending of its words.
    pub fn label(self) -> &'static str {
        match self {
            Step::Change => "change",
            Step::Renew => "renew",
            Step::Suspend => "suspend",
            Step::Resume => "resume",
            Step::End => "end",
        }
    }

    /// Reads a label.
    pub fn parse(label: &str) -> Option<Step> {
        Step::ALL.iter().copied().find(|s| s.label() == label)
    }

    /// The event it is written as.
    pub fn event(self) -> Kind {
        match self {
            Step::Change => Kind::SystemChanged,
            Step::Renew => Kind::SystemSecretRenewed,
            Step::Suspend => Kind::SystemSuspended,
            Step::Resume => Kind::SystemResumed,
            Step::End => Kind::SystemEnded,
        }
    }
}

/// The table: (from, step, to). What is not in it cannot happen.
const TABLE: &[(SystemStatus, Step, SystemStatus)] = &[
    (Active, Step::Change, Active),
    (Active, Step::Renew, Active),
    (Active, Step::Suspend, Suspended),
    (Active, Step::End, Ended),
    (Suspended, Step::Change, Suspended),
    (Suspended, Step::Renew, Suspended),
    (Suspended, Step::Resume, Active),
    (Suspended, Step::End, Ended),
];

/// Where a step leads.
///
/// # Errors
/// `exchange-step` when the table does not know it.
pub fn next(from: SystemStatus, step: Step) -> Result<SystemStatus> {
    let found = TABLE.iter().find(|(at, by, _)| *at == from && *by == step);
    found.map(|(_, _, to)| *to).ok_or(Error::refused("exchange-step"))
}

/// What may be done by giving a reason.
pub fn open_steps(from: SystemStatus) -> Vec<Step> {
    Step::WITH_REASON.iter().copied().filter(|step| next(from, *step).is_ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_the_end_and_no_step_leads_two_ways() {
        for step in Step::ALL {
            assert_eq!(next(Ended, *step).map_err(|e| e.code()), Err("exchange-step"), "{step:?}");
            assert_eq!(Step::parse(step.label()), Some(*step));
            assert!(TABLE.iter().any(|(_, by, _)| by == step), "{step:?} leads nowhere");
        }
        for (n, (from, step, _)) in TABLE.iter().enumerate() {
            let again = TABLE[n + 1..].iter().any(|(f, s, _)| f == from && s == step);
            assert!(!again, "{from:?} {step:?} twice");
        }
        assert_eq!(open_steps(Active), [Step::Suspend, Step::End]);
        assert_eq!(open_steps(Suspended), [Step::Resume, Step::End]);
        assert_eq!(open_steps(Ended), []);
    }
}
