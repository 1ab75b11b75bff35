//! PostgreSQL connections are cut in the middle, again and again: what was acknowledged is there once, and
//! what was not can be asked for again under the same key.

use crate::town::{MONDAY, Place, database};
use codes::time::Stamp;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
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

/// What becomes of the next COMMIT on its way to the server; the line to the house is cut with it each time.
const UNTOUCHED: u8 = 0;
const LOST: u8 = 1;
const UNANSWERED: u8 = 2;
const LATE: u8 = 3;
/// COMMIT as the protocol has it: a query, its length, its text.
const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";
/// Longer than the house waits for a lock, so that it has to ask again.
const BY: Duration = Duration::from_millis(2_500);

/// A line to the server on which a COMMIT can go astray; gives its address.
fn bad_line(server: String, next: Arc<AtomicU8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let client = client.expect("a connection");
            let server = TcpStream::connect(&server).expect("the server answers");
            let (from, to) = (server.try_clone(), client.try_clone());
            let (mut from, mut to) = (from.expect("a handle"), to.expect("a handle"));
            std::thread::spawn(move || {
                let _ = std::io::copy(&mut from, &mut to);
                let _ = to.shutdown(Shutdown::Both);
            });
            let next = next.clone();
            std::thread::spawn(move || carry(client, server, &next));
        }
    });
    address
}

/// Carries what the house says to the server.
fn carry(mut client: TcpStream, mut server: TcpStream, next: &AtomicU8) -> std::io::Result<()> {
    let mut chunk = [0; 65_536];
    loop {
        let read = client.read(&mut chunk)?;
        if read == 0 {
            return server.shutdown(Shutdown::Both);
        }
        let said = &chunk[..read];
        let commit = said.windows(COMMIT.len()).position(|part| part == COMMIT);
        let astray = commit.map(|at| (at, next.swap(UNTOUCHED, Ordering::SeqCst)));
        let Some((at, astray @ (LOST | UNANSWERED | LATE))) = astray else {
            server.write_all(said)?;
            continue;
        };
        client.shutdown(Shutdown::Both)?;
        server.write_all(&said[..at])?;
        if astray == LATE {
            std::thread::sleep(BY);
        }
        if astray != LOST {
            server.write_all(&said[at..])?;
        }
        return server.shutdown(Shutdown::Write);
    }
}

const OLD: store::Sql = store::Sql("INSERT INTO committed (connection, groups) VALUES (1, 1)");
const OLDEST: store::Sql = store::Sql("SELECT MIN(connection), COUNT(*) FROM committed");

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_without_an_answer_is_answered_as_what_became_of_it() {
    let Some(server) = database() else { return };
    let place = Place::new(Some(server)).writing(1);
    let mut settings = place.settings(Stamp::from_micros(MONDAY));
    let store::Url::Postgres(url) = settings.url else { panic!("a server") };
    let start = url.rfind('@').or(url.find("://").map(|at| at + 2)).expect("an address") + 1;
    let end = start + url[start..].find('/').expect("a database");
    let next = Arc::new(AtomicU8::new(UNTOUCHED));
    let line = bad_line(url[start..end].to_owned(), next.clone());
    settings.url = store::Url::Postgres(format!("{}{line}{}", &url[..start], &url[end..]));
    let store = Store::open(settings).expect("the store opens");
    assert_eq!(act(&store, 0).await, Ok(1), "the line is good");
    let away = Error::Unavailable(store::Outage::Database);
    for (astray, answer) in [(LOST, Err(away.clone())), (UNANSWERED, Ok(1)), (LATE, Ok(1))] {
        next.store(astray, Ordering::SeqCst);
        let key = usize::from(astray);
        assert_eq!(act(&store, key).await, answer, "{astray}");
        assert_eq!(act(&store, key).await, Ok(1), "asked again under the same key: {astray}");
        let read = |db: &mut store::Db<'_>| store::ledger::of_stream(db, Stream::of("node", 7));
        let events = store.read(read).await.map(|all| all.len());
        assert_eq!(events, Ok(key + 1), "each once");
    }
    next.store(LOST, Ordering::SeqCst);
    let nothing = store.upkeep(store::Upkeep::Load, |_| Ok(())).await;
    assert_eq!(nothing, Err(away), "nothing written, nothing kept");
    // Connections that ended long ago leave nothing behind when a store is opened.
    let old = store.upkeep(store::Upkeep::Load, |db| db.put(OLD, &[])).await;
    assert_eq!(old, Ok(()));
    let again = place.store(Stamp::from_micros(MONDAY));
    let marks = |db: &mut store::Db<'_>| db.one(OLDEST, &[], |row| Ok((row.i64(0)?, row.i64(1)?)));
    let (oldest, count) = again.read(marks).await.expect("marks");
    assert!(oldest > 1 && count >= 4, "{count} marks from {oldest}");
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
