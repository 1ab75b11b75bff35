//! Moving every sealed field to the current key, column by column, page by page.

use super::{Cell, Vault};
use crate::db::Sql;
use crate::error::Result;
use crate::ledger::{Event, Kind, Stream};
use crate::store::{Store, Upkeep};

/// One sealed column: where it is, how to read its rows after an id, how to write one back.
#[derive(Debug, Clone, Copy)]
pub struct SealedColumn {
    /// Table.
    pub table: &'static str,
    /// Column.
    pub column: &'static str,
    /// `SELECT id, column … WHERE id > $1 ORDER BY id LIMIT $2`.
    pub page: Sql,
    /// `UPDATE … SET column = $2 WHERE id = $1 AND column = $3`.
    pub put: Sql,
}

/// The sealed column of a table whose rows have an `id`: `sealed_column!("person", "facts")`.
#[macro_export]
macro_rules! sealed_column {
    ($table:literal, $column:literal) => {
        $crate::vault::SealedColumn {
            table: $table,
            column: $column,
            page: $crate::Sql(concat!(
                "SELECT id, ",
                $column,
                " FROM ",
                $table,
                " WHERE id > $1 ORDER BY id LIMIT $2"
            )),
            put: $crate::Sql(concat!(
                "UPDATE ",
                $table,
                " SET ",
                $column,
                " = $2 WHERE id = $1 AND ",
                $column,
                " = $3"
            )),
        }
    };
}

/// Rows moved by one write.
const PAGE: i64 = 500;

/// Makes a new data key and moves all sealed columns to it; says how many values moved. Readers and
/// writers go on meanwhile: old keys still open what they sealed.
pub async fn rotate_all(store: &Store, columns: &[SealedColumn]) -> Result<u64> {
    let (vault, now, id) = (store.vault().clone(), store.clock().now(), store.fresh_id());
    store
        .write(store.system_ctx(), move |tx| {
            vault.rotate(tx, id, now)?;
            let event = Event::new(Kind::KeyRotated, Stream::of("node", 0));
            Ok(tx.record(event)?.with(()))
        })
        .await?;
    let mut moved = 0;
    for column in columns {
        moved += rotate_column(store, *column).await?;
    }
    Ok(moved)
}

async fn rotate_column(store: &Store, column: SealedColumn) -> Result<u64> {
    let mut after = 0;
    let mut moved = 0;
    loop {
        let page = store
            .read(move |db| {
                db.all(column.page, crate::p![after, PAGE], |row| {
                    Ok((row.i64(0)?, row.opt_blob(1)?))
                })
            })
            .await?;
        let Some((last, _)) = page.last() else { return Ok(moved) };
        after = *last;
        let vault = store.vault();
        let current = vault.current_key();
        let mut fresh = Vec::new();
        for (row, sealed) in page {
            if let Some(old) = sealed.filter(|s| Vault::key_of(s) != Some(current)) {
                let cell = Cell { table: column.table, column: column.column, row };
                fresh.push((row, vault.reseal(cell, &old)?, old));
            }
        }
        moved += fresh.len() as u64;
        store
            .upkeep(Upkeep::Load, move |db| {
                for (row, sealed, old) in fresh {
                    db.exec(column.put, crate::p![row, sealed, old])?;
                }
                Ok(())
            })
            .await?;
    }
}
