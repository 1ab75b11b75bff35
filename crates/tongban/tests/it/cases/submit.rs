//! Double submits: one draft gives one case, one key one answer, whatever many hands do at once.

use super::{FOOD, PERSON, Town, at, calendar, code};
use crate::town::{Place, database};
use casework::cases::acts;
use casework::drafts::model::{Draft, Owner};
use casework::drafts::{acts as draft_acts, records};
use people::identity::AccountId;
use std::collections::BTreeSet;
use store::{Actor, Error, Event, Idem, Kind, Sql, Stream, Tx, p};

async fn drafted(town: &Town) -> casework::drafts::model::Submission {
    let mut s = town.submission(FOOD);
    s.draft_version = Some(1);
    let draft = Draft {
        id: s.id,
        account: AccountId(5),
        person: PERSON,
        owner: Owner::Person(PERSON),
        parties: s.parties.clone(),
        shown: s.shown.clone(),
        slug: FOOD.into(),
        item_version: 1,
        sealed: vec![1],
        version: 1,
        opened: at("2026-11-16"),
        saved: at("2026-11-16"),
    };
    let act = move |tx: &mut store::Tx<'_>| draft_acts::open(tx, &draft);
    town.act("2026-11-16", Actor::Citizen(5), act).await.expect("open");
    s
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_submits_of_one_draft_give_one_case() {
    let town = Town::new();
    let s = drafted(&town).await;
    let mut tasks = vec![];
    for _ in 0..100 {
        let (store, ctx, s) =
            (town.store.clone(), town.ctx("2026-11-16", Actor::Citizen(5)), s.clone());
        tasks.push(tokio::spawn(async move {
            store.write(ctx, move |tx| acts::submit(tx, &s, &calendar())).await
        }));
    }
    let (mut good, mut numbers) = (0, BTreeSet::new());
    for task in tasks {
        match task.await.expect("task") {
            Ok(receipt) => {
                good += 1;
                numbers.insert(receipt.no.to_string());
            }
            Err(Error::Refused(r)) => {
                assert_eq!(r.code, "case-already-submitted");
                numbers.insert(r.args[0].1.clone());
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!((good, numbers.len()), (1, 1), "everybody learns the same number");
    let next = town.submit("2026-11-16", town.submission(FOOD)).await.expect("next");
    assert_eq!(next.no.serial(), 2, "the refused ones left no gap");
}

#[tokio::test]
async fn one_key_gives_one_answer() {
    let town = Town::new();
    let s = town.submission(FOOD);
    let go = async |body: &'static [u8]| {
        let (s, idem) = (s.clone(), Idem::new("0123456789abcdef", "POST /d/{id}/submit", body));
        let ctx = town.ctx("2026-11-16", Actor::Citizen(5));
        town.store.write_once(ctx, idem, move |tx| acts::submit(tx, &s, &calendar())).await
    };
    let first = go(b"a").await.expect("first");
    assert_eq!(go(b"a").await, Ok(first), "the same receipt again");
    assert_eq!(code(go(b"b").await), "key-reused");
}

#[tokio::test]
async fn a_draft_changed_since_the_check_is_not_submitted() {
    let town = Town::new();
    let s = drafted(&town).await;
    let id = s.id;
    let save = move |db: &mut store::Db<'_>| records::save(db, id, 1, &[2], at("2026-11-16"));
    town.store.upkeep(store::Upkeep::Draft, save).await.expect("save");
    assert_eq!(code(town.submit("2026-11-16", s.clone()).await), "stale");
    let owner = Owner::Person(PERSON);
    let act = move |tx: &mut store::Tx<'_>| draft_acts::discard(tx, id, owner);
    town.act("2026-11-16", Actor::Citizen(5), act).await.expect("discard");
    assert_eq!(code(town.submit("2026-11-16", s).await), "not-found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_cannot_be_written_undoes_its_own_act_only() {
    let town = Town::new();
    let first = town.submission(FOOD);
    let r = town.submit("2026-11-16", first.clone()).await.expect("submit");
    // The same id again fails at the row of the case; the others go through beside it.
    let all = [first, town.submission(FOOD), town.submission(FOOD), town.submission(FOOD)];
    let acts = all.map(|s| {
        let (store, ctx) = (town.store.clone(), town.ctx("2026-11-16", Actor::Citizen(5)));
        tokio::spawn(
            async move { store.write(ctx, move |tx| acts::submit(tx, &s, &calendar())).await },
        )
    });
    let mut outcomes = vec![];
    for act in acts {
        outcomes.push(act.await.expect("task"));
    }
    assert_eq!(code(outcomes.remove(0)), "internal");
    let numbers: BTreeSet<u32> =
        outcomes.into_iter().map(|r| r.expect("submit").no.serial()).collect();
    assert_eq!(numbers, BTreeSet::from([2, 3, 4]), "the number it drew is drawn again");
    assert_eq!(town.events(r.id).await, ["case-submitted"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_hands_on_two_connections_write_to_one_stream_and_none_fails() {
    let place = Place::of_this_run().writing(2);
    let town = Town::at(place);
    let mut tasks = vec![];
    for _ in 0..100 {
        let (store, ctx) = (town.store.clone(), town.ctx("2026-11-16", Actor::System));
        tasks.push(tokio::spawn(async move {
            let event = Event::new(Kind::MessageSent, Stream::of("account", 7));
            store.write(ctx, move |tx| Ok(tx.record(event)?.with(()))).await
        }));
    }
    for task in tasks {
        assert_eq!(task.await.expect("task"), Ok(()));
    }
    let stream = Stream::of("account", 7);
    let events = town.store.read(move |db| store::ledger::of_stream(db, stream)).await;
    assert_eq!(events.expect("events").len(), 100);
    store::ledger::seal_now(&town.store).await.expect("the ledger seals");
    let proof = store::ledger::verify(&town.store).await.expect("the ledger is read");
    assert_eq!((proof.damage, proof.events), (None, 100));
}

const ROW: Sql = Sql("INSERT INTO counter (name, value) VALUES ($1, 1)");

/// PostgreSQL numbers a transaction with its first row, and the ledger is read in that order: here the earlier number
/// comes to the stream last. SQLite has one writer, which cannot do this.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_writes_rows_first_and_comes_to_the_stream_last_leaves_a_whole_ledger() {
    let Some(server) = database() else { return };
    let town = Town::at(Place::new(Some(server)).writing(2));
    let event = || Event::new(Kind::MessageSent, Stream::of("account", 7));
    let ctx = || town.ctx("2026-11-16", Actor::System);
    let (begun, begins) = std::sync::mpsc::channel();
    let (go, held) = std::sync::mpsc::channel::<()>();
    let (store, late) = (town.store.clone(), event());
    let first = store.write(ctx(), move |tx| {
        tx.exec(ROW, p!["first"])?;
        begun.send(()).map_err(Error::internal)?;
        held.recv().map_err(Error::internal)?;
        Ok(tx.record(late)?.with(()))
    });
    let second = async {
        tokio::task::block_in_place(|| begins.recv()).expect("the first has begun");
        let early = event();
        let act = move |tx: &mut Tx<'_>| {
            tx.exec(ROW, p!["second"])?;
            Ok(tx.record(early)?.with(()))
        };
        let outcome = town.store.write(ctx(), act).await;
        go.send(()).expect("the first waits");
        outcome
    };
    assert_eq!(tokio::join!(first, second), (Ok(()), Ok(())));
    store::ledger::seal_now(&town.store).await.expect("the ledger seals");
    let proof = store::ledger::verify(&town.store).await.expect("the ledger is read");
    assert_eq!((proof.damage, proof.events), (None, 2));
}
