//! One SQL text for both databases: every constant is prepared on that of this run.

use crate::town::{MONDAY, Place, Town};
use codes::time::Stamp;
use store::{Db, Done, Error, Event, Kind, Stream, Tx};

#[tokio::test(flavor = "multi_thread")]
async fn every_sql_text_prepares() {
    let town = Town::new().await;
    let all = tongban::node::sql();
    assert!(all.len() > 50, "the list of SQL texts has shrunk to {}", all.len());
    let failed = town
        .node
        .store()
        .upkeep(store::Upkeep::Load, move |db| {
            let mut failed = Vec::new();
            for (name, sql) in all {
                if let Err(e) = db.prepare(sql) {
                    failed.push(format!("{name}: {e}"));
                    break;
                }
            }
            Ok(failed)
        })
        .await
        .expect("preparing runs");
    assert_eq!(failed, Vec::<String>::new());
    town.close().await;
}

/// SQLite would keep a NUL in a text and PostgreSQL would not: the store takes it for neither, to write or to look for.
#[tokio::test(flavor = "multi_thread")]
async fn a_text_with_a_nul_is_refused_in_words() {
    let place = Place::of_this_run();
    let store = place.store(Stamp::from_micros(MONDAY));
    let ask = |db: &mut store::Db<'_>| {
        db.one(store::Sql("SELECT CAST($1 AS TEXT)"), store::p!["a\0b"], |row| row.text(0))
    };
    assert_eq!(store.read(ask).await.map_err(|e| e.code()), Err("form-encoding"));
    const RENAME: store::Sql = store::Sql("UPDATE cases SET owner = $1 WHERE id = 0");
    for write in [
        |db: &mut store::Db<'_>| db.exec(RENAME, store::p!["a\0b"]).map(drop),
        |db: &mut store::Db<'_>| db.put(RENAME, store::p!["a\0b"]),
    ] {
        let outcome = store.upkeep(store::Upkeep::Load, write).await;
        assert_eq!(outcome.map_err(|e| e.code()), Err("form-encoding"));
    }
}

/// The end of a chain that is asked for ahead is the one that is written to: in an act alone, twice in one act, after an
/// act that failed, by many acts of one group, and by somebody who asked and then recorded nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_chain_whose_end_is_asked_for_ahead_holds() {
    let place = Place::of_this_run();
    let store = place.store(Stamp::from_micros(MONDAY));
    let (chain, other) = (Stream::of("case", 1), Stream::of("case", 2));
    let twice = move |tx: &mut Tx<'_>| {
        tx.foresee(chain)?;
        tx.foresee(chain)?;
        tx.foresee(other)?;
        tx.record(Event::new(Kind::DraftOpened, chain))?;
        Ok(tx.record(Event::new(Kind::CaseSubmitted, chain))?.with(()))
    };
    store.write(store.system_ctx(), twice).await.expect("an act that records twice");
    let failing = move |tx: &mut Tx<'_>| {
        tx.foresee(chain)?;
        tx.record(Event::new(Kind::CaseWithdrawn, chain))?;
        Err::<Done<()>, _>(Error::refused("form-encoding"))
    };
    let refused = store.write(store.system_ctx(), failing).await.map_err(|e| e.code());
    assert_eq!(refused, Err("form-encoding"));
    let acts = (0..40).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            let stream = if n % 2 == 0 { chain } else { other };
            let act = move |tx: &mut Tx<'_>| {
                if n % 3 == 0 {
                    tx.foresee(stream)?;
                }
                let number = tx.next_number("of-this-test")?;
                Ok(tx.record(Event::new(Kind::MessageSent, stream))?.with(number))
            };
            store.write(store.system_ctx(), act).await
        })
    });
    let mut numbers = Vec::new();
    for act in acts.collect::<Vec<_>>() {
        numbers.push(act.await.expect("joined").expect("recorded"));
    }
    numbers.sort();
    assert_eq!(numbers, (1..=40).collect::<Vec<_>>());
    for (stream, events) in [(chain, 22), (other, 20)] {
        let read = move |db: &mut Db<'_>| store::ledger::of_stream(db, stream);
        let places: Vec<i64> =
            store.read(read).await.expect("read").iter().map(|e| e.stream_seq).collect();
        assert_eq!(places, (1..=events).collect::<Vec<_>>());
    }
    let proof = store::ledger::verify(&store).await.expect("verified");
    assert_eq!((proof.damage, proof.events >= 42), (None, true));
}
