//! One SQL text for both databases: every constant is prepared on that of this run.

use crate::town::{MONDAY, Place, Town, database};
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

/// SQLite keeps a NUL in a text. PostgreSQL does not, which is no failure of the node's.
#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_cannot_be_kept_is_refused_in_words() {
    let Some(server) = database() else { return };
    let place = Place::new(Some(server));
    let store = place.store(Stamp::from_micros(MONDAY));
    let ask = |db: &mut store::Db<'_>| {
        db.one(store::Sql("SELECT CAST($1 AS TEXT)"), store::p!["a\0b"], |row| row.text(0))
    };
    assert_eq!(store.read(ask).await.map_err(|e| e.code()), Err("form-encoding"));
}
