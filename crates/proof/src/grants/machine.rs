//! The life of grants as a state machine on a real store: in whatever order a holder allows and takes back, days pass
//! and the licence is held back, a system may use it exactly while a grant of its own stands, a copy is made only
//! then, and what is taken back takes its copies with it.

use super::model::{Copy, Grant, GrantStatus, Said};
use super::{acts, records, words};
use crate::exchange::acts::NewSecret;
use crate::exchange::model::{Operation, Scope, System, SystemId, SystemStatus, Terms};
use crate::licences::life::Step;
use crate::licences::model::{Licence, LicenceRowId, Reason};
use crate::licences::{acts as licence_acts, make, records as licences, rules};
use crate::testing::{House, draft};
use codes::time::Stamp;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::{Ctx, Error, Event, Kind, Stream, ledger};

/// Who holds the licence, and somebody who does not.
const HOLDER: i64 = 7;
const STRANGER: i64 = 8;

/// What somebody does.
#[derive(Debug, Clone, Copy)]
enum Move {
    /// Allows the system (or a person) for so many days.
    Allow { system: bool, days: i64 },
    /// Takes the nth grant back, or tries to take another's.
    TakeBack { nth: usize, own: bool },
    /// Has a copy made under the nth grant.
    Copy { nth: usize },
    /// Days go by.
    Pass { days: i64 },
    /// The unit suspends the licence, or restores it.
    Hold,
}

fn moves() -> impl Strategy<Value = Move> {
    let day = 0..40_i64;
    prop_oneof![
        3 => (any::<bool>(), day.clone()).prop_map(|(system, days)| Move::Allow { system, days }),
        3 => (0..6_usize, prop::bool::weighted(0.8)).prop_map(|(nth, own)| Move::TakeBack { nth, own }),
        3 => (0..6_usize).prop_map(|nth| Move::Copy { nth }),
        2 => day.prop_map(|days| Move::Pass { days }),
        1 => Just(Move::Hold),
    ]
}

/// What must be so of a grant, by hand.
struct Kept {
    id: i64,
    last: codes::time::Day,
    system: bool,
    taken: bool,
    copies: Vec<i64>,
}

impl Kept {
    fn stands(&self, at: Stamp) -> bool {
        !self.taken && self.last >= at.day()
    }
}

/// One licence, one system that may ask only when its holder agrees.
struct Stage<'h> {
    house: &'h House,
    licence: LicenceRowId,
    system: SystemId,
    at: Stamp,
    grants: Vec<Kept>,
    held_back: bool,
}

impl Stage<'_> {
    fn ctx(&self) -> Ctx {
        Ctx { at: self.at, ..self.house.store().system_ctx() }
    }

    async fn licence(&self) -> Licence {
        let id = self.licence;
        self.house.store().read(move |db| licences::by_id(db, id)).await.expect("there")
    }

    async fn allow(&mut self, system: bool, days: i64) {
        let (store, last) = (self.house.store(), self.at.plus_days(days).day());
        let id = store.fresh_id();
        let new = Grant {
            id,
            licence: self.licence.0,
            person: HOLDER,
            system: system.then_some(self.system),
            grantee_index: (!system).then(|| vec![9; 32]),
            said: words::seal_grant(store.vault(), id, &Said::default()).expect("sealed"),
            last,
            given_at: self.at,
            revoked_at: None,
        };
        let done = store.write(self.ctx(), move |tx| acts::allow(tx, &new)).await;
        let expected = if self.held_back { Err("exchange-not-in-force") } else { Ok(id) };
        assert_eq!(done.map_err(|e| e.code()), expected);
        if !self.held_back {
            self.grants.push(Kept { id, last, system, taken: false, copies: Vec::new() });
        }
    }

    async fn take_back(&mut self, nth: usize, own: bool) {
        let (ctx, at) = (self.ctx(), self.at);
        let Some(kept) = self.grants.get_mut(nth) else { return };
        let (id, who) = (kept.id, if own { HOLDER } else { STRANGER });
        let done = self.house.store().write(ctx, move |tx| acts::take_back(tx, id, who)).await;
        let expected = match (own, kept.stands(at)) {
            (false, _) => Err("not-found"),
            (true, false) => Err("exchange-grant-over"),
            (true, true) => Ok(self.licence.0),
        };
        assert_eq!(done.map_err(|e| e.code()), expected);
        kept.taken |= own && kept.stands(at);
    }

    async fn copy(&mut self, nth: usize) {
        let (ctx, store, at) = (self.ctx(), self.house.store(), self.at);
        let (licence, held_back) = (self.licence.0, self.held_back);
        let Some(kept) = self.grants.get_mut(nth) else { return };
        let id = store.fresh_id();
        let new = Copy {
            id,
            licence,
            person: Some(HOLDER),
            system: None,
            grant: Some(kept.id),
            said: words::seal_copy(store.vault(), id, &Said::default()).expect("sealed"),
            shows: vec!["*".into()],
            last: at.plus_days(400).day(),
            made_at: at,
            file: None,
            revoked_at: None,
        };
        let done = store.write(ctx, move |tx| acts::order(tx, &new, Some(HOLDER))).await;
        let expected = match (held_back, kept.stands(at)) {
            (true, _) => Err("exchange-not-in-force"),
            (_, false) => Err("exchange-grant-over"),
            _ => Ok(id),
        };
        assert_eq!(done.map_err(|e| e.code()), expected);
        if expected.is_ok() {
            kept.copies.push(id);
        }
    }

    /// Suspended, or in force again.
    async fn hold(&mut self) {
        let licence = self.licence().await;
        let reason = Reason {
            reason: "核查中".into(),
            basis: "办法第四十条".into(),
            lock: licence.lock,
            last: rules::last_four(&licence.number),
        };
        let (id, unit) = (licence.id, licence.issuer.unit);
        let step = if self.held_back { Step::Restore } else { Step::Suspend };
        let act = move |tx: &mut store::Tx<'_>| licence_acts::change(tx, id, unit, step, &reason);
        self.house.store().write(self.ctx(), act).await.expect("by its unit");
        self.held_back = !self.held_back;
    }

    /// Everything that must hold, whatever happened.
    async fn judge(&self) {
        let (system, licence, today) = (self.system, self.licence.0, self.at.day());
        let ids: Vec<i64> = self.grants.iter().map(|g| g.id).collect();
        let copies: Vec<i64> = self.grants.iter().flat_map(|g| g.copies.clone()).collect();
        let read = move |db: &mut store::Db<'_>| {
            let usable = records::grant_for(db, system, licence, today)?;
            let grants: Result<Vec<_>, Error> =
                ids.iter().map(|id| records::grant(db, *id)).collect();
            let copies: Result<Vec<_>, Error> =
                copies.iter().map(|id| records::copy(db, *id)).collect();
            Ok((usable, grants?, copies?))
        };
        let (usable, grants, copies) = self.house.store().read(read).await.expect("read");
        let stands = |g: &&Kept| g.system && g.stands(self.at);
        let newest = self.grants.iter().rev().find(stands).map(|g| g.id);
        assert_eq!(usable, newest, "usable exactly while a grant stands");
        for (kept, grant) in self.grants.iter().zip(&grants) {
            let status = match (kept.taken, kept.stands(self.at)) {
                (true, _) => GrantStatus::Revoked,
                (_, true) => GrantStatus::Given,
                (_, false) => GrantStatus::Over,
            };
            assert_eq!(grant.status_on(today), status);
            for copy in copies.iter().filter(|copy| copy.grant == Some(kept.id)) {
                assert_eq!(copy.revoked_at.is_some(), kept.taken, "a copy goes with its grant");
            }
        }
    }
}

/// A system that asks holders, registered for years.
async fn asking(house: &House, type_code: &str, provider: i64) -> SystemId {
    let store = house.store();
    let (id, now) = (SystemId(store.fresh_id()), store.clock().now());
    let scope =
        Scope { type_code: type_code.into(), fields: vec!["name".into()], basis: "".into() };
    let system = System {
        id,
        access_id: format!("TB{}", id.0),
        provider,
        terms: Terms {
            name: "甲系统".into(),
            consumer: 12,
            contact: "信息科".into(),
            operations: vec![Operation::ByHolder],
            items: vec!["33010012345".into()],
            per_minute: 60,
            per_day: 100,
            last: now.plus_days(365).day(),
            scopes: vec![scope],
        },
        status: SystemStatus::Active,
        reason: String::new(),
        lock: 1,
        registered_at: now,
    };
    let secret = NewSecret { id: store.fresh_id(), hash: vec![1; 32] };
    let act = move |tx: &mut store::Tx<'_>| crate::exchange::acts::register(tx, &system, &secret);
    store.write(store.system_ctx(), act).await.expect("registered");
    id
}

async fn issued(house: &House) -> Licence {
    house.decide(1, Kind::CaseGranted).await;
    let made = make::licence(&house.seals, draft()).await.expect("made");
    let id = made.id;
    let act = move |tx: &mut store::Tx<'_>| {
        licence_acts::issue(tx, &made, Some(1))?;
        Ok(tx.record(Event::new(Kind::CaseClosed, Stream::of("case", 1)))?.with(()))
    };
    house.store().write(house.store().system_ctx(), act).await.expect("issued");
    house.store().read(move |db| licences::by_id(db, id)).await.expect("there")
}

async fn counted(house: &House, licence: LicenceRowId, kind: Kind) -> i64 {
    let stream = Stream::of("licence", licence.0);
    let read = move |db: &mut store::Db<'_>| ledger::count_of_kind(db, stream, kind);
    house.store().read(read).await.expect("counted")
}

async fn play(house: &House, licence: &Licence, moves: Vec<Move>) {
    let kinds = [Kind::GrantGiven, Kind::GrantRevoked];
    let before =
        [counted(house, licence.id, kinds[0]).await, counted(house, licence.id, kinds[1]).await];
    let mut stage = Stage {
        house,
        licence: licence.id,
        system: asking(house, &licence.type_code, licence.issuer.unit).await,
        at: house.store().clock().now(),
        grants: Vec::new(),
        held_back: false,
    };
    for step in moves {
        match step {
            Move::Allow { system, days } => stage.allow(system, days).await,
            Move::TakeBack { nth, own } => stage.take_back(nth, own).await,
            Move::Copy { nth } => stage.copy(nth).await,
            // The system's own term is a year.
            Move::Pass { days }
                if stage.at.day() < house.store().clock().now().plus_days(300).day() =>
            {
                stage.at = stage.at.plus_days(days);
            }
            Move::Pass { .. } => {}
            Move::Hold => stage.hold().await,
        }
        stage.judge().await;
    }
    if stage.held_back {
        stage.hold().await;
    }
    let taken = stage.grants.iter().filter(|g| g.taken).count() as i64;
    let after =
        [counted(house, licence.id, kinds[0]).await, counted(house, licence.id, kinds[1]).await];
    assert_eq!(after[0] - before[0], stage.grants.len() as i64, "every grant is an event");
    assert_eq!(after[1] - before[1], taken, "and every one taken back");
}

#[test]
fn a_licence_is_used_exactly_while_its_holder_allows_it() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("runs");
    let house = runtime.block_on(House::new());
    let licence = runtime.block_on(issued(&house));
    let config = Config { cases: 64, failure_persistence: None, ..Config::default() };
    let input = prop::collection::vec(moves(), 1..16);
    let played = TestRunner::new(config).run(&input, |moves| {
        runtime.block_on(play(&house, &licence, moves));
        Ok(())
    });
    assert!(played.is_ok(), "{played:?}");
}
