//! Keys: after a rotation every sealed field lies under the new key and still opens.

use crate::town::Town;
use store::Vault;

#[tokio::test(flavor = "multi_thread")]
async fn rotation_moves_every_sealed_field() {
    let town = Town::new().await;
    let citizen = town.citizen("car").await;
    assert!(citizen.get("/my/account").await.says("吴东"));
    let store = town.node.store().clone();
    let columns = tongban::node::sealed_columns();
    let moved = store::vault::rotate_all(&store, &columns).await.expect("rotation runs");
    assert!(moved > 50, "only {moved} values moved");
    let current = store.vault().current_key();
    for column in columns {
        let old = store
            .read(move |db| {
                let read = |row: &store::Row<'_>| row.opt_blob(1);
                let all = db.all(column.page, store::p![0, 100_000], read)?;
                let stale = |sealed: &Vec<u8>| Vault::key_of(sealed) != Some(current);
                Ok(all.into_iter().flatten().filter(stale).count())
            })
            .await;
        assert_eq!(old, Ok(0), "{}.{}", column.table, column.column);
    }
    assert!(citizen.get("/my/account").await.says("吴东"), "the session and the name still open");
    let again = town.citizen("car").await;
    assert!(again.get("/my/licences").await.status.is_success());
    town.close().await;
}
