//! Random lives: whatever is tried in whatever order, a case never leaves the table of its life, its
//! version counts the changes, and its due day follows from its facts alone.

use super::{FOOD, calendar, day};
use casework::cases::model::{Decision, Ground, Missing, MissingKind, Phase, State};
use casework::cases::rules::{NonAcceptance, Order};
use casework::cases::{life, rules};
use guide::packs;
use people::identity::StaffId;
use proptest::prelude::*;
use store::Kind;

#[derive(Debug, Clone, Copy)]
enum Try {
    Accept,
    Deem,
    NotAccept,
    Correct,
    Supply,
    Lapse,
    Withdraw,
    Start(usize),
    End,
    Extend(u32),
    Grant,
    Deny,
    Close,
}

fn tries() -> impl Strategy<Value = (Try, i64)> {
    let one = prop_oneof![
        Just(Try::Accept),
        Just(Try::Deem),
        Just(Try::NotAccept),
        Just(Try::Correct),
        Just(Try::Supply),
        Just(Try::Lapse),
        Just(Try::Withdraw),
        (0..5usize).prop_map(Try::Start),
        Just(Try::End),
        (0..12u32).prop_map(Try::Extend),
        Just(Try::Grant),
        Just(Try::Deny),
        Just(Try::Close),
    ];
    (one, 0..6i64)
}

fn kind(what: Try) -> Kind {
    match what {
        Try::Accept => Kind::CaseAccepted,
        Try::Deem => Kind::CaseDeemedAccepted,
        Try::NotAccept => Kind::CaseNotAccepted,
        Try::Correct => Kind::CorrectionRequested,
        Try::Supply => Kind::CorrectionSupplied,
        Try::Lapse | Try::Withdraw => Kind::CaseWithdrawn,
        Try::Start(_) => Kind::SpecialStarted,
        Try::End => Kind::SpecialEnded,
        Try::Extend(_) => Kind::CaseExtended,
        Try::Grant => Kind::CaseGranted,
        Try::Deny => Kind::CaseDenied,
        Try::Close => Kind::CaseClosed,
    }
}

fn go(what: Try, state: State, at: codes::time::Stamp) -> store::Result<State> {
    let (by, c, pack) = (StaffId(1), calendar(), packs::shipped(FOOD).expect("pack"));
    let words = || "说明理由".to_owned();
    let decision = Decision { at, by: Some(by), opinion: String::new(), seen: vec![] };
    match what {
        Try::Accept => rules::accept(state, at, Some(by), &pack, &c),
        Try::Deem => rules::deem(state, at, &pack, &c),
        Try::NotAccept => {
            let why = NonAcceptance {
                ground: Ground::Conditions,
                reason: words(),
                basis: words(),
                go_to: String::new(),
            };
            rules::not_accept(state, at, by, why, &c)
        }
        Try::Correct => {
            let item =
                Missing { kind: MissingKind::Material, key: "layout".into(), reason: words() };
            rules::request_correction(state, at, by, vec![item], &pack, &c)
        }
        Try::Supply => rules::supply(state, at),
        Try::Lapse => rules::withdraw(state, at, "", true),
        Try::Withdraw => rules::withdraw(state, at, "", false),
        Try::Start(n) => {
            let key = ["site-check", "testing", "expert-review", "hearing", "none"][n].to_owned();
            let team = vec!["1".to_owned(), "2".to_owned()];
            let order = Order { key, reason: words(), evidence: None, team, planned: None };
            rules::start_special(state, at, by, order, &pack, &c)
        }
        Try::End => rules::end_special(state, at, by, "结束", None),
        Try::Extend(days) => rules::extend(state, at, by, days, "说明理由", &pack, &c),
        Try::Grant => rules::grant(state, decision),
        Try::Deny => rules::deny(state, decision, "说明理由", "说明理由", "救济"),
        Try::Close => rules::close(state, at, None),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_events_leaves_the_table(steps in prop::collection::vec(tries(), 1..40)) {
        let mut at = super::at("2026-09-14");
        let mut state = rules::submit(at);
        for (what, days) in steps {
            at = at.plus_days(days);
            let from = state.phase();
            let known = life::LIFE.iter().find(|a| a.from == Some(from) && a.on == kind(what));
            match go(what, state.clone(), at) {
                Ok(next) => {
                    let arrow = known.expect("a rule went where the table does not");
                    prop_assert_eq!(next.phase(), arrow.to);
                    prop_assert!(!from.is_end());
                    if let (Some(a), Some(b)) = (state.accepted(), next.accepted()) {
                        prop_assert_eq!(a.clock.accepted, b.clock.accepted, "acceptance never moves");
                        prop_assert!(a.clock.pauses.len() <= b.clock.pauses.len());
                    }
                    // What is stored comes back as it was.
                    let text = serde_json::to_string(&next).expect("facts");
                    prop_assert_eq!(&serde_json::from_str::<State>(&text).expect("facts"), &next);
                    state = next;
                }
                Err(e) if known.is_none() => prop_assert_eq!(e.code(), "case-not-now"),
                Err(_) => {}
            }
            if let Some(clock) = rules::clock(&state, &calendar(), at.day()) {
                prop_assert!(clock.promised.day >= state.accepted().expect("accepted").clock.accepted);
                prop_assert!(clock.statutory.is_none_or(|s| s.day >= clock.promised.day));
            }
        }
    }

    /// However long a procedure is left open, it takes out no more days than its cap.
    #[test]
    fn forgetting_to_end_a_procedure_does_not_stop_the_clock(days in 1..120i64) {
        let (c, pack) = (calendar(), packs::shipped(FOOD).expect("pack"));
        let at = super::at("2026-03-02");
        let state = rules::accept(rules::submit(at), at, Some(StaffId(1)), &pack, &c).expect("accept");
        let team = vec!["1".to_owned(), "2".to_owned()];
        let order = Order { key: "testing".into(), reason: "送检".into(), evidence: None, team, planned: Some(day("2026-03-06")) };
        let open = rules::start_special(state, at, StaffId(1), order, &pack, &c).expect("start");
        let later = at.plus_days(days + 4);
        let while_open = rules::clock(&open, &c, later.day()).expect("clock").promised.day;
        let ended = rules::end_special(open, later, StaffId(1), "合格", None).expect("end");
        let after = rules::clock(&ended, &c, later.day()).expect("clock").promised.day;
        prop_assert_eq!(while_open, after);
        prop_assert_eq!(after, day("2026-03-13"), "five promised days and the four of 3 to 6 March");
        prop_assert_eq!(ended.phase(), Phase::Accepted);
    }
}
