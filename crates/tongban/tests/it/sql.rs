//! One SQL text for both databases: every constant is prepared on that of this run.

use crate::town::{MONDAY, Place, Town};
use codes::time::Stamp;

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
