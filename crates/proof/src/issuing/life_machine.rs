//! Licences as a state machine on a real store: whatever stewards, strangers and time do in whatever order,
//! the law's table holds, ends are ends, and nobody's licence is touched by another unit or from an old page.

use crate::licences::life::Step;
use crate::licences::make::{RegisterEntry, register_entry};
use crate::licences::model::LicenceStatus::{self, *};
use crate::licences::model::{LicenceRowId, MadeLicence, Reason};
use crate::licences::{acts, records, rules};
use crate::testing::{House, draft, market};
use codes::licence::LicenceId;
use codes::time::Day;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::sync::atomic::{AtomicI64, Ordering};
use store::{Error, Event, Kind, Stream, ledger};

/// What may be done with a licence, written a second time from the statutes, not from the table under test.
fn lawful(from: LicenceStatus, step: Step) -> Option<LicenceStatus> {
    match (step, from) {
        (Step::Suspend, Valid) => Some(Suspended),
        (Step::Restore, Suspended) => Some(Valid),
        (Step::Transfer, Valid) => Some(Transferred),
        // 行政许可法 art. 69 and 70 also reach a licence whose time is over.
        (Step::Revoke, Valid | Suspended | Expired) => Some(Revoked),
        (Step::Cancel, Valid | Suspended | Expired) => Some(Cancelled),
        (Step::Penalise, Valid | Suspended) => Some(Penalised),
        (Step::Supersede, Valid | Expired) => Some(Superseded),
        _ => None,
    }
}

#[derive(Debug, Clone)]
enum Move {
    /// A steward's step: of which unit, from a fresh page, with the right end of the number.
    Act { step: Step, own: bool, fresh: bool, meant: bool },
    /// The next version is issued.
    Renew,
    /// Somebody tries to put the same version in force again.
    Repeat,
    /// Days pass.
    Days(i64),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let mostly = || prop::bool::weighted(0.85);
    let act = (prop::sample::select(Step::BY_HAND), mostly(), mostly(), mostly())
        .prop_map(|(step, own, fresh, meant)| Move::Act { step, own, fresh, meant });
    let one = prop_oneof![6 => act, 2 => Just(Move::Renew), 1 => Just(Move::Repeat),
        1 => (1..200_i64).prop_map(Move::Days)];
    prop::collection::vec(one, 1..14)
}

/// A licence and what the test believes of it.
struct Belief {
    made: MadeLicence,
    id: LicenceRowId,
    status: LicenceStatus,
    lock: i64,
    last: Day,
    /// Ended versions before it.
    ended: Vec<(LicenceRowId, LicenceStatus)>,
}

static SERIAL: AtomicI64 = AtomicI64::new(1);

async fn first(house: &House) -> Belief {
    let today = house.store().clock().now().day();
    let last = later(today, 300);
    let entry = RegisterEntry {
        type_name: "营业执照",
        name_en: "Business licence".into(),
        issuer: market(),
        holder: draft().holder,
        fields: Vec::new(),
        number: String::new(),
        valid_from: today,
        valid_to: Some(last),
    };
    let serial = SERIAL.fetch_add(1, Ordering::SeqCst);
    let made = register_entry(&house.seals, &entry, serial).expect("made");
    let id = put(house, made.clone()).await.expect("issued");
    Belief { made, id, status: Valid, lock: 1, last, ended: Vec::new() }
}

/// The day so many days later.
fn later(from: Day, days: i64) -> Day {
    (0..days).fold(from, |day, _| day.tomorrow().unwrap_or(day))
}

async fn put(house: &House, made: MadeLicence) -> store::Result<LicenceRowId> {
    let store = house.store();
    let act = move |tx: &mut store::Tx<'_>| {
        let id = acts::issue(tx, &made, None)?;
        let event = Event::new(Kind::NodeStarted, Stream::of("node", 0));
        Ok(tx.record(event)?.with(id))
    };
    store.write(store.system_ctx(), act).await
}

async fn events(house: &House, id: LicenceRowId) -> usize {
    let stream = Stream::of("licence", id.0);
    house.store().read(move |db| ledger::of_stream(db, stream)).await.expect("read").len()
}

impl Belief {
    /// As it is on the day of the store's clock.
    fn now(&self, house: &House) -> LicenceStatus {
        self.status.on(Some(self.last), house.store().clock().now().day())
    }

    async fn act(&mut self, house: &House, step: Step, own: bool, fresh: bool, meant: bool) {
        let before = events(house, self.id).await;
        let (id, unit) = (self.id, if own { market().unit } else { market().unit + 1 });
        let last = if meant { rules::last_four(&self.made.number) } else { "XXXX".into() };
        let lock = if fresh { self.lock } else { self.lock - 1 };
        let reason = Reason { reason: "事实".into(), basis: "第一条".into(), last, lock };
        let store = house.store();
        let act = move |tx: &mut store::Tx<'_>| acts::change(tx, id, unit, step, &reason);
        let done = store.write(store.system_ctx(), act).await;
        let expected = match (own, meant, fresh, lawful(self.now(house), step)) {
            (false, ..) => Err("not-found"),
            (_, false, ..) => Err("licence-reason"),
            (_, _, false, _) => Err("stale"),
            (.., None) => Err("licence-step"),
            (.., Some(to)) => Ok(to),
        };
        assert_eq!(done.map(drop).map_err(|e| e.code()), expected.map(drop), "{step:?}");
        if let Ok(to) = expected {
            (self.status, self.lock) = (to, self.lock + 1);
        }
        let grown = events(house, self.id).await - before;
        assert_eq!(
            grown,
            usize::from(expected.is_ok()),
            "one event for an act, none for a refusal"
        );
    }

    async fn renew(&mut self, house: &House) {
        let mut next = self.made.clone();
        next.id = LicenceRowId(house.store().fresh_id());
        next.identifier = self.made.identifier.next_version().expect("a next version");
        next.row.token = house.store().chance().token();
        next.row.replaces = Some(self.id);
        let today = house.store().clock().now().day();
        let last = later(today, 300);
        next.row.valid_to = Some(last);
        let done = put(house, next.clone()).await;
        match lawful(self.now(house), Step::Supersede) {
            None => assert_eq!(done.map_err(|e| e.code()), Err("licence-step")),
            Some(to) => {
                let id = done.expect("renewed");
                self.ended.push((self.id, to));
                (self.made, self.id, self.status, self.lock, self.last) =
                    (next, id, Valid, 1, last);
            }
        }
    }

    /// What must hold after every move.
    async fn holds(&self, house: &House) {
        let today = house.store().clock().now().day();
        let (id, ended) = (self.id, self.ended.clone());
        let read = move |db: &mut store::Db<'_>| {
            let old: store::Result<Vec<_>> =
                ended.iter().map(|(id, _)| records::by_id(db, *id)).collect();
            Ok((records::by_id(db, id)?, old?, records::versions(db, id, today)?))
        };
        let (now, old, chain) = house.store().read(read).await.expect("read");
        assert_eq!((now.status_on(today), now.lock), (self.now(house), self.lock));
        for (licence, (_, status)) in old.iter().zip(&self.ended) {
            assert_eq!(licence.status, *status, "an end is an end");
        }
        let open = |s: LicenceStatus| matches!(s, Valid | Suspended);
        let in_force = old.iter().chain([&now]).filter(|l| open(l.status)).count();
        assert!(in_force <= 1, "two versions of one serial in force");
        assert_eq!(chain.len(), self.ended.len(), "every version is found from the newest");
        let id = LicenceId::parse(&now.identifier).expect("an identifier");
        assert!(id.check_holds() && usize::from(id.version()) == self.ended.len() + 1);
    }
}

async fn play(house: &House, moves: Vec<Move>) {
    let mut belief = first(house).await;
    for one in moves {
        match one {
            Move::Act { step, own, fresh, meant } => {
                belief.act(house, step, own, fresh, meant).await;
            }
            Move::Renew => belief.renew(house).await,
            Move::Repeat => {
                let mut again = belief.made.clone();
                again.id = LicenceRowId(house.store().fresh_id());
                again.row.token = house.store().chance().token();
                again.row.replaces = None;
                assert!(put(house, again).await.is_err(), "a second one of the same identifier");
            }
            Move::Days(days) => house.store().clock().advance_seconds(days * 86_400),
        }
        belief.holds(house).await;
    }
}

#[test]
fn whatever_happens_the_law_holds() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("runs");
    let house = runtime.block_on(House::new());
    let config = Config { cases: 48, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let played = runner.run(&moves(), |moves| {
        runtime.block_on(play(&house, moves));
        Ok(())
    });
    assert!(played.is_ok(), "{played:?}");
}

#[tokio::test]
async fn two_stewards_at_once_take_one_step() {
    let house = House::new().await;
    let belief = first(&house).await;
    let last = rules::last_four(&belief.made.number);
    let reason = Reason { reason: "事实".into(), basis: "第一条".into(), last, lock: 1 };
    let act = |step| {
        let (store, reason, id) = (house.store().clone(), reason.clone(), belief.id);
        let unit = market().unit;
        async move {
            let act = move |tx: &mut store::Tx<'_>| acts::change(tx, id, unit, step, &reason);
            store.write(store.system_ctx(), act).await
        }
    };
    let (a, b) = tokio::join!(act(Step::Cancel), act(Step::Revoke));
    let codes = [a.map(drop), b.map(drop)].map(|r| r.map_err(|e: Error| e.code()));
    assert!(codes.contains(&Ok(())) && codes.contains(&Err("stale")), "{codes:?}");
}
