//! PostgreSQL connections are cut in the middle, again and again: what was acknowledged is there once, and
//! what was not can be asked for again under the same key.

use crate::town::{MONDAY, Place, database};
use codes::time::Stamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store::{Error, Event, Idem, Kind, Store, Stream};

const CUT: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
     WHERE datname = current_database() AND application_name = 'tongban'";

/// Cuts every connection of the house now and then until told to stop; gives how many were cut.
fn cutter(url: String, stop: Arc<AtomicBool>) -> std::thread::JoinHandle<usize> {
    std::thread::spawn(move || {
        let mut client =
            postgres::Client::connect(&url, postgres::NoTls).expect("the server answers");
        let mut cut = 0;
        while !stop.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(37));
            cut += client.query(CUT, &[]).expect("it may").len();
        }
        cut
    })
}

/// One act under one key: counts in a series of its own, records, and gives the count.
async fn act(store: &Store, key: usize) -> store::Result<i64> {
    let name = format!("cut-{key}");
    let idem = Idem::new(format!("key-{key:08}"), "POST /cut", name.as_bytes());
    store
        .write_once(store.system_ctx(), idem, move |tx| {
            let number = tx.next_number(&name)?;
            let event = Event::new(Kind::NodeStarted, Stream::of("node", 7));
            Ok(tx.record(event)?.with(number))
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_connection_loses_nothing_and_does_nothing_twice() {
    let Some(server) = database() else { return };
    let place = Place::new(Some(server)).writing(2);
    let store = place.store(Stamp::from_micros(MONDAY));
    let store::Url::Postgres(url) = store.url().clone() else { panic!("a server") };
    let stop = Arc::new(AtomicBool::new(false));
    let cutting = cutter(url, stop.clone());
    let people: Vec<_> = (0..8)
        .map(|person| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut refused = 0;
                for n in 0..25 {
                    // Asked again under the same key until there is an answer; the answer is always "once".
                    while let Err(e) =
                        act(&store, person * 1000 + n).await.map(|made| assert_eq!(made, 1))
                    {
                        let clean =
                            matches!(e, Error::Unavailable(_) | Error::Unsure | Error::Busy(_));
                        assert!(clean, "no fault of ours: {e:?}");
                        refused += 1;
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                }
                refused
            })
        })
        .collect();
    let mut refused = 0;
    for person in people {
        refused += person.await.expect("nothing was done twice");
    }
    stop.store(true, Ordering::SeqCst);
    let cut = cutting.join().expect("the thread ends");
    assert!(cut > 10 && refused > 0, "{cut} cut, {refused} refused");
    let mut events = Err(Error::Busy(1));
    for _ in 0..100 {
        let read = |db: &mut store::Db<'_>| store::ledger::of_stream(db, Stream::of("node", 7));
        events = store.read(read).await.map(|all| all.len());
        if events.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(events, Ok(200), "each once");
    assert_eq!(store.complaints().await, Ok(vec![]), "an answered commit is on the disk");
}

/// What every session of the house says about itself.
const SESSIONS: store::Sql = store::Sql(
    "SELECT current_setting('synchronous_commit'), \
     current_setting('statement_timeout'), current_setting('lock_timeout'), \
     current_setting('idle_in_transaction_session_timeout'), current_setting('fsync')",
);

#[tokio::test(flavor = "multi_thread")]
async fn a_session_waits_for_the_disk_and_for_nobody_else_for_long() {
    let Some(server) = database() else { return };
    let place = Place::new(Some(server));
    let store = place.store(Stamp::from_micros(MONDAY));
    let ask = |db: &mut store::Db<'_>| {
        db.one(SESSIONS, &[], |row| (0..5).map(|n| row.text(n)).collect::<store::Result<Vec<_>>>())
    };
    let writer = store.upkeep(store::Upkeep::Load, ask).await.expect("a writer answers");
    assert_eq!(writer, ["on", "5s", "1s", "10s", "on"]);
    let worker = store.read(ask).await.expect("a reader answers");
    assert_eq!(worker[1], "0", "a worker may read for long");
    let soon = store::Deadline::after(Duration::from_secs(5));
    let served = store::deadline::within(soon, store.read(ask)).await.expect("a reader answers");
    assert_eq!(served, ["on", "5s", "1s", "10s", "on"]);
    let slow = store.read(|db| {
        db.one(store::Sql("SELECT CAST(COUNT(*) AS BIGINT) FROM pg_sleep(60)"), &[], |row| {
            row.i64(0)
        })
    });
    assert_eq!(store::deadline::within(soon, slow).await.map_err(|e| e.code()), Err("busy"));
}
