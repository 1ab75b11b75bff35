//! One SQL text for both databases: every constant is prepared on that of this run.

use crate::town::Town;

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
