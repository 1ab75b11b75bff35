//! The life of a seal: one table of what may follow what, and by whose hand.

use super::model::SealStatus::{self, *};
use store::{Error, Kind, Result};

/// What can happen to a seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// 申请, also again after it was returned.
    Apply,
    /// 批准.
    Approve,
    /// 退回.
    Return,
    /// 制作.
    Make,
    /// 登记.
    Register,
    /// 启用.
    Enable,
    /// 暂停.
    Suspend,
    /// 恢复.
    Resume,
    /// 更换: ended by the enabling of its successor.
    Renew,
    /// 注销、销毁.
    Destroy,
}

/// Whose hand takes a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hand {
    /// A keeper of seals of the unit, or one who holds this seal.
    Keeper,
    /// The head of the unit.
    Head,
    /// The registrar of seals, at the platform.
    Registrar,
    /// The node itself.
    House,
}

impl Hand {
    /// Every hand.
    pub const ALL: &[Hand] = &[Hand::Keeper, Hand::Head, Hand::Registrar, Hand::House];

    /// In documents.
    pub fn label(self) -> &'static str {
        match self {
            Hand::Keeper => "keeper",
            Hand::Head => "head",
            Hand::Registrar => "registrar",
            Hand::House => "house",
        }
    }
}

impl Step {
    /// Every step.
    pub const ALL: &[Step] = &[
        Step::Apply,
        Step::Approve,
        Step::Return,
        Step::Make,
        Step::Register,
        Step::Enable,
        Step::Suspend,
        Step::Resume,
        Step::Renew,
        Step::Destroy,
    ];

    /// In addresses and the ending of its words.
    pub fn label(self) -> &'static str {
        match self {
            Step::Apply => "apply",
            Step::Approve => "approve",
            Step::Return => "return",
            Step::Make => "make",
            Step::Register => "register",
            Step::Enable => "enable",
            Step::Suspend => "suspend",
            Step::Resume => "resume",
            Step::Renew => "renew",
            Step::Destroy => "destroy",
        }
    }

    /// Reads a label.
    pub fn parse(label: &str) -> Option<Step> {
        Step::ALL.iter().copied().find(|s| s.label() == label)
    }

    /// The event it is written as.
    pub fn event(self) -> Kind {
        match self {
            Step::Apply => Kind::SealApplied,
            Step::Approve => Kind::SealApproved,
            Step::Return => Kind::SealReturned,
            Step::Make => Kind::SealMade,
            Step::Register => Kind::SealRegistered,
            Step::Enable => Kind::SealEnabled,
            Step::Suspend => Kind::SealSuspended,
            Step::Resume => Kind::SealResumed,
            Step::Renew => Kind::SealRenewed,
            Step::Destroy => Kind::SealDestroyed,
        }
    }

    /// Where it leads, from wherever it is taken.
    pub fn leads_to(self) -> SealStatus {
        match self {
            Step::Apply => Applied,
            Step::Approve => Approved,
            Step::Return => Returned,
            Step::Make => Made,
            Step::Register => Registered,
            Step::Enable | Step::Resume => InUse,
            Step::Suspend => Suspended,
            Step::Renew => Renewed,
            Step::Destroy => Destroyed,
        }
    }

    /// Whether it is not taken without a reason in words.
    pub fn wants_reason(self) -> bool {
        matches!(self, Step::Return | Step::Suspend | Step::Resume | Step::Destroy)
    }
}

const UNIT: &[Hand] = &[Hand::Keeper, Hand::Head];
const REGISTRAR: &[Hand] = &[Hand::Registrar];
const HOUSE: &[Hand] = &[Hand::House];

/// The table: from, step, to, by whom. What is not in it cannot happen.
const TABLE: &[(SealStatus, Step, SealStatus, &[Hand])] = &[
    (Returned, Step::Apply, Applied, UNIT),
    (Applied, Step::Approve, Approved, REGISTRAR),
    (Applied, Step::Return, Returned, REGISTRAR),
    (Approved, Step::Make, Made, HOUSE),
    (Made, Step::Register, Registered, REGISTRAR),
    (Registered, Step::Enable, InUse, UNIT),
    // Whoever sees that something is wrong stops it at once; letting it go on is for those who answer for it.
    (InUse, Step::Suspend, Suspended, &[Hand::Keeper, Hand::Head, Hand::Registrar]),
    (Suspended, Step::Resume, InUse, &[Hand::Head, Hand::Registrar]),
    (InUse, Step::Renew, Renewed, HOUSE),
    (Suspended, Step::Renew, Renewed, HOUSE),
    (Returned, Step::Destroy, Destroyed, REGISTRAR),
    (Registered, Step::Destroy, Destroyed, REGISTRAR),
    (InUse, Step::Destroy, Destroyed, REGISTRAR),
    (Suspended, Step::Destroy, Destroyed, REGISTRAR),
];

/// Where a step leads.
///
/// # Errors
/// `seal-step` when it cannot follow, `Denied` when it is not for this hand.
pub fn next(from: SealStatus, step: Step, hand: Hand) -> Result<SealStatus> {
    let line = TABLE.iter().find(|(f, s, ..)| *f == from && *s == step);
    let (_, _, to, hands) = line.ok_or(Error::refused("seal-step"))?;
    if hands.contains(&hand) { Ok(*to) } else { Err(Error::Denied) }
}

/// What these hands may do with a seal now.
pub fn open_steps(from: SealStatus, hands: &[Hand]) -> Vec<Step> {
    let fits = |line: &&(SealStatus, Step, SealStatus, &[Hand])| {
        line.0 == from && line.3.iter().any(|hand| hands.contains(hand))
    };
    TABLE.iter().filter(fits).map(|(_, step, ..)| *step).collect()
}

/// The table as a document.
pub fn to_markdown() -> String {
    let mut out = String::from(
        "# The life of a seal\n\nMade from `crates/proof/src/seals/life.rs` by `tongban generate`. An application \
         begins in `applied`.\n\n| from | step | to | by | event |\n|---|---|---|---|---|\n",
    );
    for (from, step, to, hands) in TABLE {
        let hands: Vec<&str> = hands.iter().map(|hand| hand.label()).collect();
        let (from, to, event) = (from.label(), to.label(), step.event().label());
        out += &format!("| {from} | {} | {to} | {} | {event} |\n", step.label(), hands.join(", "));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_has_ended_stays_ended() {
        for from in [Renewed, Destroyed] {
            assert_eq!(open_steps(from, Hand::ALL), Vec::new());
            for step in Step::ALL {
                for hand in Hand::ALL {
                    assert_eq!(next(from, *step, *hand).map_err(|e| e.code()), Err("seal-step"));
                }
            }
        }
    }

    #[test]
    fn nobody_approves_or_registers_but_the_registrar() {
        for (from, step) in
            [(Applied, Step::Approve), (Applied, Step::Return), (Made, Step::Register)]
        {
            for hand in Hand::ALL {
                let may = next(from, step, *hand).is_ok();
                assert_eq!(may, *hand == Hand::Registrar, "{step:?} by {hand:?}");
            }
        }
        assert_eq!(next(InUse, Step::Renew, Hand::Head), Err(Error::Denied));
    }

    #[test]
    fn a_step_leads_to_one_state() {
        for (from, step, to, hands) in TABLE {
            assert_eq!(step.leads_to(), *to, "{from:?} {step:?}");
            assert!(!hands.is_empty());
        }
    }

    proptest! {
        /// Whoever tries whatever, in whatever order: a seal seals only after a registrar approved and registered
        /// it and the maker made it, and never again once it has ended.
        #[test]
        fn no_way_round_the_registrar(tries in proptest::collection::vec((0..10_usize, 0..4_usize), 0..120)) {
            let (mut at, mut done) = (Applied, Vec::new());
            for (step, hand) in tries {
                let (step, hand) = (Step::ALL[step], Hand::ALL[hand]);
                let before = at;
                match next(at, step, hand) {
                    Ok(to) => {
                        done.push((step, hand));
                        at = to;
                    }
                    Err(e) => prop_assert!(matches!(e.code(), "seal-step" | "denied")),
                }
                prop_assert!(!matches!(before, Renewed | Destroyed) || at == before);
                if at == InUse {
                    for needed in [
                        (Step::Approve, Hand::Registrar),
                        (Step::Make, Hand::House),
                        (Step::Register, Hand::Registrar),
                    ] {
                        prop_assert!(done.contains(&needed), "{needed:?} is missing in {done:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_seal_seals_only_after_every_step_before() {
        let way = [
            (Step::Approve, Hand::Registrar),
            (Step::Make, Hand::House),
            (Step::Register, Hand::Registrar),
            (Step::Enable, Hand::Head),
        ];
        let mut at = Applied;
        for (step, hand) in way {
            assert_ne!(at, InUse);
            assert!(next(at, Step::Suspend, hand).is_err(), "{at:?}");
            at = next(at, step, hand).expect("the next step");
        }
        assert_eq!(at, InUse);
    }
}
