//! The store told as a story: acts, replays, damage, and what a thief of the disk would find.

use crate::ledger::{self, Event, Kind, Stream};
use crate::*;
use codes::time::Stamp;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

static COUNT: AtomicU32 = AtomicU32::new(0);
const ADD: Sql = Sql("INSERT INTO counter (name, value) VALUES ($1, $2)");
const READ: Sql = Sql("SELECT value FROM counter WHERE name = $1");

/// A store in a folder of its own, removed at the end.
struct House {
    store: Store,
    folder: PathBuf,
}

impl House {
    fn new() -> House {
        let n = COUNT.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("tongban-store-{}-{n}", std::process::id()));
        House { store: open(&folder), folder }
    }

    fn raw(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder.join("t.db")).expect("the database opens")
    }

    async fn add(&self, name: &'static str) -> Result<i64> {
        let ctx = self.store.system_ctx();
        self.store
            .write(ctx, move |tx| {
                tx.exec(ADD, p![name, 1])?;
                let event = Event::new(Kind::NodeStarted, Stream::of("node", 1));
                let recorded = tx.record(event)?;
                let id = recorded.event_id;
                Ok(recorded.with(id))
            })
            .await
    }

    async fn value(&self, name: &'static str) -> Option<i64> {
        let found = self.store.read(move |db| db.opt(READ, p![name], |row| row.i64(0))).await;
        found.expect("reading works")
    }

    async fn proof(&self) -> ledger::Proof {
        ledger::verify(&self.store).await.expect("verifying works")
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn open(folder: &std::path::Path) -> Store {
    Store::open(Settings {
        url: Url::Sqlite(folder.join("t.db")),
        data: folder.to_owned(),
        clock: Clock::fixed(Stamp::from_micros(1_790_000_000_000_000)),
        chance: Chance::seeded(7),
        migrations: migrate::shipped(),
        readers: 2,
        writers: 1,
    })
    .expect("the store opens")
}

#[tokio::test]
async fn a_refused_act_leaves_nothing_and_its_neighbours_stay() {
    let house = House::new();
    let ctx = house.store.system_ctx();
    let refused = house.store.write(ctx, |tx| {
        tx.exec(ADD, p!["refused", 1])?;
        Err::<Done<()>, _>(Error::refused("no"))
    });
    let panicked = house.store.write(house.store.system_ctx(), |tx| {
        tx.exec(ADD, p!["panicked", 1])?;
        let nothing: Option<Done<()>> = std::hint::black_box(None);
        Ok(nothing.expect("this act panics"))
    });
    let (refused, panicked, good) = tokio::join!(refused, panicked, house.add("good"));
    assert_eq!(refused, Err(Error::refused("no")));
    assert!(matches!(panicked, Err(Error::Internal(_))));
    assert!(good.is_ok());
    assert_eq!(house.value("refused").await, None);
    assert_eq!(house.value("panicked").await, None);
    assert_eq!(house.value("good").await, Some(1));
}

#[tokio::test]
async fn the_same_key_gives_the_same_answer_and_another_body_is_refused() {
    let house = House::new();
    let once = |body: &'static [u8]| {
        let idem = Idem::new("key-0001", "POST /x", body);
        house.store.write_once(house.store.system_ctx(), idem, |tx| {
            let number = tx.next_number("made")?;
            let event = Event::new(Kind::NodeStarted, Stream::of("node", 1));
            Ok(tx.record(event)?.with(number))
        })
    };
    let answers: Vec<_> = futures_all((0..100).map(|_| once(b"same")).collect()).await;
    assert!(answers.iter().all(|a| *a == Ok(1)), "{answers:?}");
    assert_eq!(once(b"other").await, Err(Error::KeyReused));
    assert_eq!(house.store.read(ledger::count).await, Ok(1));
}

/// Awaits all, all at once.
async fn futures_all<T: Send + 'static>(futures: Vec<impl Future<Output = T> + Send>) -> Vec<T> {
    let mut waiting: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut done: Vec<Option<T>> = waiting.iter().map(|_| None).collect();
    std::future::poll_fn(move |cx| {
        let mut open = false;
        for (future, slot) in waiting.iter_mut().zip(done.iter_mut()) {
            if slot.is_none() {
                match future.as_mut().poll(cx) {
                    std::task::Poll::Ready(value) => *slot = Some(value),
                    std::task::Poll::Pending => open = true,
                }
            }
        }
        if open {
            std::task::Poll::Pending
        } else {
            std::task::Poll::Ready(done.iter_mut().filter_map(Option::take).collect())
        }
    })
    .await
}

#[tokio::test]
async fn the_ledger_proves_itself_and_names_the_first_damage() {
    let house = House::new();
    let mut ids = Vec::new();
    for n in 0..25 {
        let name: &'static str = Box::leak(format!("n{n}").into_boxed_str());
        ids.push(house.add(name).await.expect("an act"));
        if n % 10 == 9 {
            ledger::seal_now(&house.store).await.expect("sealing works");
        }
    }
    let whole = house.proof().await;
    assert_eq!((whole.events, whole.sealed, whole.damage), (25, 20, None));
    ledger::seal_now(&house.store).await.expect("sealing works");
    assert_eq!(house.proof().await.sealed, 25);

    let hurt = |sql: String| house.raw().execute_batch(&sql).expect("a thief can write");
    let keep =
        "CREATE TABLE keep AS SELECT * FROM event; CREATE TABLE keep2 AS SELECT * FROM checkpoint;";
    hurt(keep.into());
    let cases: Vec<(String, i64, &str)> = vec![
        (format!("UPDATE event SET actor = 'staff:9' WHERE id = {}", ids[3]), ids[3], "content"),
        (format!("UPDATE event SET at = at + 1 WHERE id = {}", ids[7]), ids[7], "content"),
        (format!("DELETE FROM event WHERE id = {}", ids[12]), ids[12], "missing"),
        (format!("DELETE FROM event WHERE id = {}", ids[24]), ids[24], "missing"),
        (format!("UPDATE event SET prev = x'00' WHERE id = {}", ids[5]), ids[5], "content"),
        (
            format!(
                "INSERT INTO event SELECT id - 1, tx, 'node:2', 1, kind, at, actor, channel, purpose, \
                 subject, data, x'', hash FROM event WHERE id = {}",
                ids[0]
            ),
            ids[0] - 1,
            "added",
        ),
        ("UPDATE checkpoint SET root = zeroblob(32) WHERE number = 2".into(), 2, "checkpoint"),
        ("UPDATE checkpoint SET at = at + 1 WHERE number = 3".into(), 3, "signature"),
    ];
    for (sql, entry, what) in cases {
        hurt(sql.clone());
        let damage = house.proof().await.damage.expect("damage is found");
        assert_eq!((damage.entry, damage.what), (entry, what), "{sql}");
        hurt(
            "DELETE FROM event; INSERT INTO event SELECT * FROM keep; DELETE FROM checkpoint; \
              INSERT INTO checkpoint SELECT * FROM keep2;"
                .into(),
        );
    }
    assert_eq!(house.proof().await.damage, None);
}

#[tokio::test]
async fn secrets_open_only_where_they_belong_and_survive_rotation() {
    let house = House::new();
    let vault = house.store.vault().clone();
    let cell = Cell { table: "person", column: "name", row: 5 };
    let sealed = vault.seal(cell, &Secret::new("董建华"));
    assert!(!sealed.windows(3).any(|w| w == "董".as_bytes()));
    let open = |cell, sealed: &[u8]| {
        vault.open_sealed(cell, sealed, &Disclosure::own()).map(|s| s.expose().to_owned())
    };
    assert_eq!(open(cell, &sealed), Ok("董建华".into()));
    for wrong in
        [Cell { row: 6, ..cell }, Cell { column: "phone", ..cell }, Cell { table: "staff", ..cell }]
    {
        assert!(open(wrong, &sealed).is_err(), "{wrong:?}");
    }
    for n in 0..sealed.len() {
        let mut bent = sealed.clone();
        bent[n] ^= 1;
        assert!(open(cell, &bent).is_err(), "byte {n}");
        assert!(open(cell, &sealed[..n]).is_err(), "cut at {n}");
    }
    let (v, now, id) = (vault.clone(), house.store.clock().now(), house.store.fresh_id());
    let rotated = house.store.upkeep(Upkeep::Load, move |db| v.rotate(db, id, now)).await;
    assert_eq!(rotated, Ok(()));
    assert_eq!(open(cell, &sealed), Ok("董建华".into()), "the old key still opens");
    let again = vault.reseal(cell, &sealed).expect("resealing works");
    assert_eq!(Vault::key_of(&again), Some(id));
    let reopened = crate::tests::open(&house.folder);
    let name = reopened.vault().open_sealed(cell, &again, &Disclosure::own());
    assert_eq!(name.map(|s| s.expose().to_owned()), Ok("董建华".into()));
    assert_eq!(vault.index("person.id_no", "1"), vault.index("person.id_no", "1"));
    assert_ne!(vault.index("person.id_no", "1"), vault.index("person.phone", "1"));
}

#[tokio::test]
async fn files_come_back_whole_or_not_at_all() {
    let house = House::new();
    let files = house.store.files();
    let hash = files.put(b"business licence").expect("stored");
    assert_eq!(files.put(b"business licence"), Ok(hash.clone()));
    assert_eq!(files.get(&hash), Ok(b"business licence".to_vec()));
    assert_eq!(files.get(&FileHash::of(b"absent")), Err(Error::NotFound));
    let path = house.folder.join("files").join(&hash.as_str()[..2]).join(hash.as_str());
    let mut sealed = std::fs::read(&path).expect("the file is there");
    assert!(!sealed.windows(8).any(|w| w == b"business"));
    sealed[30] ^= 1;
    std::fs::write(&path, sealed).expect("a thief can write");
    assert!(matches!(files.get(&hash), Err(Error::Internal(_))));
    assert_eq!(FileHash::parse("../../etc/passwd"), Err(Error::NotFound));
}

#[tokio::test]
async fn jobs_run_once_are_tried_again_and_die_loudly() {
    let house = House::new();
    let ran = std::sync::Arc::new(AtomicU32::new(0));
    let counter = ran.clone();
    let store = house.store.clone();
    let leave = |queue: &'static str| {
        let store = store.clone();
        async move {
            store
                .write(store.system_ctx(), move |tx| {
                    let payload = serde_json::json!({"n": 1});
                    tx.job(Job { queue, key: "k".into(), run_at: None, payload })?;
                    let event = Event::new(Kind::NodeStarted, Stream::of("node", 1));
                    Ok(tx.record(event)?.with(()))
                })
                .await
        }
    };
    leave("good").await.expect("a job");
    leave("bad").await.expect("a job");
    let good: jobs::Handler = Box::new(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
        Box::pin(async { Ok(()) })
    });
    let bad: jobs::Handler = Box::new(|_| Box::pin(async { Err(Error::refused("outside")) }));
    let worker = jobs::Worker::new(store.clone(), vec![("good", good), ("bad", bad)]);
    for _ in 0..jobs::DEAD_AFTER {
        worker.run_due().await.expect("the worker runs");
        store.clock().advance_seconds(5000);
    }
    assert_eq!(ran.load(Ordering::SeqCst), 1);
    let stuck = store.read(jobs::stuck).await.expect("reading works");
    assert_eq!(stuck.len(), 1);
    assert_eq!((stuck[0].queue.as_str(), stuck[0].error.as_str()), ("bad", "outside"));
}

#[tokio::test]
async fn a_changed_or_newer_schema_is_refused() {
    let house = House::new();
    house
        .raw()
        .execute_batch("INSERT INTO migration VALUES (9999, 'future', x'00')")
        .expect("a row");
    let again = Store::open(Settings {
        url: Url::Sqlite(house.folder.join("t.db")),
        data: house.folder.clone(),
        clock: Clock::System,
        chance: Chance::System,
        migrations: migrate::shipped(),
        readers: 1,
        writers: 1,
    });
    assert_eq!(again.err().map(|e| e.code()), Some("schema-newer"));
}

#[test]
fn database_addresses() {
    assert_eq!(Url::parse("sqlite:/a/b.db"), Ok(Url::Sqlite("/a/b.db".into())));
    assert!(Url::parse("postgres://u@h/d").is_ok());
    assert_eq!(Url::parse("mysql://x").map_err(|e| e.code()), Err("database-url"));
}

#[tokio::test]
async fn jobs_of_a_process_that_died_wait_no_longer() {
    let house = House::new();
    let store = house.store.clone();
    store
        .write(store.system_ctx(), |tx| {
            let payload = serde_json::json!({});
            tx.job(Job { queue: "good", key: "k".into(), run_at: None, payload })?;
            let event = Event::new(Kind::NodeStarted, Stream::of("node", 1));
            Ok(tx.record(event)?.with(()))
        })
        .await
        .expect("a job is left");
    let now = store.clock().now();
    let taken = store
        .upkeep(Upkeep::Job, move |db| {
            let until = now.plus_seconds(60);
            db.all(db.dialect().claim_jobs(), crate::p![now, until, 32], |row| row.i64(0))
        })
        .await;
    assert_eq!(taken.map(|ids| ids.len()), Ok(1), "a worker takes it and dies");
    let good: jobs::Handler = Box::new(|_| Box::pin(async { Ok(()) }));
    let worker = jobs::Worker::new(store.clone(), vec![("good", good)]);
    assert_eq!(worker.run_due().await, Ok(0), "it is claimed");
    assert_eq!(jobs::release(&store).await, Ok(1));
    assert_eq!(worker.run_due().await, Ok(1));
}

#[tokio::test]
async fn jobs_of_different_keys_run_together_and_those_of_one_key_in_turn() {
    let house = House::new();
    let store = house.store.clone();
    store
        .write(store.system_ctx(), |tx| {
            for (key, n) in [("a", 1), ("b", 2), ("a", 3)] {
                let payload = serde_json::json!({ "n": n });
                tx.job(Job { queue: "q", key: key.into(), run_at: None, payload })?;
            }
            let event = Event::new(Kind::NodeStarted, Stream::of("node", 1));
            Ok(tx.record(event)?.with(()))
        })
        .await
        .expect("jobs are left");
    let meeting = std::sync::Arc::new(tokio::sync::Barrier::new(2));
    let ended = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let told = ended.clone();
    let handler: jobs::Handler = Box::new(move |job| {
        let (meeting, told) = (meeting.clone(), told.clone());
        Box::pin(async move {
            let n = job.payload["n"].as_i64().unwrap_or(0);
            // The first of each key wait for each other.
            if n < 3 {
                meeting.wait().await;
            }
            told.lock().map_err(Error::internal)?.push(n);
            Ok(())
        })
    });
    let worker = jobs::Worker::new(store.clone(), vec![("q", handler)]);
    let ran = tokio::time::timeout(std::time::Duration::from_secs(20), worker.run_due()).await;
    assert_eq!(ran.expect("nobody waits in vain"), Ok(3));
    let ended = ended.lock().expect("unpoisoned").clone();
    let at = |n| ended.iter().position(|m| *m == n);
    assert!(ended.len() == 3 && at(1) < at(3), "{ended:?}");
}
