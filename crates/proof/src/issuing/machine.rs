//! Batches as a state machine on a real store: in whatever order stewards press, nothing is ordered that a
//! second person did not approve, and what he approved is ordered once, row by row, and no other.

use super::life::Step;
use super::model::{Batch, BatchState, IssueRow, RowBody, RowState, Told};
use super::{acts, records};
use crate::licences::HolderKind;
use crate::seals::rules::ordered;
use crate::seals::{Order, SealKind};
use crate::testing::House;
use crate::types::acts::Hand;
use crate::types::{Body, Field, FieldKind};
use guide::packs::text::Text;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::ledger;

const WRITER: Hand = Hand { staff: 1, unit: 10 };
const SECOND: Hand = Hand { staff: 2, unit: 10 };
const STRANGER: Hand = Hand { staff: 3, unit: 11 };

/// A published type, by two people; its version.
async fn published(house: &House) -> i64 {
    let mut body = Body::new(Text::new("登记证", "Registration"), HolderKind::Person);
    body.fields.push(Field {
        key: "place".into(),
        label: Text::new("地址", "Place"),
        kind: FieldKind::Text,
        most: 20,
        required: true,
        sensitive: false,
        brief: true,
        choices: Vec::new(),
    });
    let (store, code) = (house.store(), "11990102000000377D007");
    let ctx = || store.system_ctx();
    use crate::types::acts as types;
    let id = store.write(ctx(), move |tx| types::begin(tx, WRITER, code, body)).await;
    let id = id.expect("begun");
    store.write(ctx(), move |tx| types::offer(tx, WRITER, code, 1)).await.expect("offered");
    let own = store.write(ctx(), move |tx| types::publish(tx, WRITER, code, 2)).await;
    assert_eq!(own.map_err(|e| e.code()), Err("type-second-person"));
    let other = store.write(ctx(), move |tx| types::publish(tx, STRANGER, code, 2)).await;
    assert_eq!(other.map_err(|e| e.code()), Err("not-found"));
    store.write(ctx(), move |tx| types::publish(tx, SECOND, code, 2)).await.expect("published");
    id
}

/// A batch of rows, some of which do not check.
async fn kept(house: &House, version: i64, good: &[bool]) -> (i64, Vec<IssueRow>) {
    let store = house.store();
    let id = store.fresh_id();
    let row = |(n, good): (usize, &bool)| {
        let body = RowBody { holder: format!("甲{n}"), code: format!("{id}-{n}"), values: vec![] };
        let row = store.fresh_id();
        IssueRow {
            id: row,
            batch: id,
            no: n as i64 + 2,
            state: if *good { RowState::Ready } else { RowState::Bad },
            hash: body.hash(store.vault(), "x", None).expect("hashed"),
            body: body.seal(store.vault(), row).expect("sealed"),
            told: if *good { vec![] } else { vec![Told::of("holder", "holder", 60)] },
            replaces: None,
            licence: None,
        }
    };
    let rows: Vec<IssueRow> = good.iter().enumerate().map(row).collect();
    let batch = Batch {
        id,
        unit: WRITER.unit,
        version,
        name: "甲.csv".into(),
        state: BatchState::Checked,
        total: rows.len() as i64,
        ready: good.iter().filter(|g| **g).count() as i64,
        hash: acts::hash(rows.iter()),
        prepared_by: WRITER.staff,
        prepared_at: store.clock().now(),
        decided_by: None,
        decided_at: None,
        note: String::new(),
        lock: 1,
    };
    let all = rows.clone();
    let act = move |tx: &mut store::Tx<'_>| acts::keep(tx, &batch, &all);
    store.write(store.system_ctx(), act).await.expect("kept");
    (id, rows)
}

/// Whether the licence seal would be put on a row now.
async fn sealable(house: &House, row: &IssueRow) -> bool {
    let hash: [u8; 32] = row.hash.clone().try_into().expect("32 bytes");
    let order = Order::Issue { row: row.id, hash };
    let read = move |db: &mut store::Db<'_>| ledger::of_stream(db, order.stream());
    let events = house.store().read(read).await.expect("read");
    assert!(events.iter().filter(|e| e.kind == "licence-ordered").count() <= 1, "ordered twice");
    ordered(order, SealKind::Licence, &events).is_ok()
}

async fn play(house: &House, version: i64, good: Vec<bool>, moves: Vec<(Step, usize, bool)>) {
    let (id, rows) = kept(house, version, &good).await;
    let store = house.store();
    let mut approved = false;
    for (step, who, fresh) in moves {
        let hand = [WRITER, SECOND, STRANGER][who];
        let before = store.read(move |db| records::batch_by_id(db, id)).await.expect("read");
        let lock = if fresh { before.lock } else { before.lock + 1 };
        let act = move |tx: &mut store::Tx<'_>| acts::step(tx, hand, id, lock, step, "理由");
        let done = store.write(store.system_ctx(), act).await.map_err(|e| e.code());
        let after = store.read(move |db| records::batch_by_id(db, id)).await.expect("read");
        if done.is_err() {
            assert_eq!(after, before, "a refusal changes nothing: {done:?}");
        } else {
            assert!(
                fresh && hand.unit == WRITER.unit,
                "{step:?} by a stranger or from an old page"
            );
            assert_ne!((step, who), (Step::Approve, 0), "approved by whoever prepared it");
            assert!(step != Step::Approve || before.state == BatchState::Offered);
            approved |= step == Step::Approve;
        }
        assert_eq!(after.state == BatchState::Approved, approved);
        if approved {
            assert_eq!(after.decided_by, Some(SECOND.staff));
        }
        for (row, good) in rows.iter().zip(&good) {
            assert_eq!(sealable(house, row).await, approved && *good, "row {}", row.no);
        }
    }
}

#[test]
fn nothing_is_ordered_that_a_second_person_did_not_approve() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("runs");
    let house = runtime.block_on(House::new());
    let version = runtime.block_on(published(&house));
    let moves = (prop::sample::select(Step::ALL), 0..3_usize, prop::bool::weighted(0.9));
    let input = (prop::collection::vec(any::<bool>(), 1..5), prop::collection::vec(moves, 1..12));
    let config = Config { cases: 48, failure_persistence: None, ..Config::default() };
    let played = TestRunner::new(config).run(&input, |(good, moves)| {
        runtime.block_on(play(&house, version, good, moves));
        Ok(())
    });
    assert!(played.is_ok(), "{played:?}");
}
