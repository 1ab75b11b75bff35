//! Rows without knowing them: which tables and columns there are, their values out of one database and into the
//! other.

use super::{Column, Table, Type};
use crate::db::{Db, P, Row, Sql};
use crate::dialect::Dialect;
use crate::error::{Error, Result};

const COLUMNS_SQLITE: Sql =
    Sql("SELECT m.name, c.name, c.type FROM sqlite_master m, pragma_table_info(m.name) c \
     WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid");
const COLUMNS_POSTGRES: Sql = Sql("SELECT table_name::text, column_name::text, data_type::text \
     FROM information_schema.columns WHERE table_schema = current_schema() \
     ORDER BY table_name, ordinal_position");

/// What says something of this database only: the migrations that were applied, which come back by applying them,
/// and the commits of connections, which end with them.
const OWN: [&str; 2] = ["migration", "committed"];
/// Rows fetched at once from PostgreSQL.
const FETCH: usize = 2_000;

/// Every table with its columns, without rows, but for those that say something of this database only.
pub(super) fn all(db: &mut Db<'_>) -> Result<Vec<Table>> {
    let sql = match db.dialect() {
        Dialect::Sqlite => COLUMNS_SQLITE,
        Dialect::Postgres => COLUMNS_POSTGRES,
    };
    let mut tables: Vec<Table> = Vec::new();
    for (table, name, kind) in
        db.all(sql, &[], |row| Ok((row.text(0)?, row.text(1)?, row.text(2)?)))?
    {
        if OWN.contains(&table.as_str()) {
            continue;
        }
        let kind = match kind.to_ascii_uppercase().as_str() {
            "INTEGER" | "BIGINT" => Type::Int,
            "TEXT" => Type::Text,
            "BLOB" | "BYTEA" => Type::Blob,
            "BOOLEAN" => Type::Bool,
            other => return Err(Error::internal(format!("{table}.{name} is of type {other}"))),
        };
        if tables.last().is_none_or(|last| last.name != table) {
            tables.push(Table { name: table, columns: vec![], rows: 0, bytes: 0 });
        }
        if let Some(last) = tables.last_mut() {
            last.columns.push(Column { name, kind });
        }
    }
    Ok(tables)
}

/// A text made at run time; there are a few for each table, once in a run of the program.
fn text(made: String) -> Sql {
    Sql(Box::leak(made.into_boxed_str()))
}

/// Calls `each` with the values of every row. On PostgreSQL page by page, within the transaction that is open.
pub(super) fn read(
    db: &mut Db<'_>,
    table: &Table,
    mut each: impl FnMut(Vec<P>) -> Result<()>,
) -> Result<()> {
    let names: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
    let select = format!("SELECT {} FROM {}", names.join(", "), table.name);
    let values = |row: &Row<'_>| -> Result<Vec<P>> {
        table.columns.iter().enumerate().map(|(i, column)| value(row, i, column.kind)).collect()
    };
    if db.dialect() == Dialect::Sqlite {
        return db.each(text(select), &[], |row| each(values(row)?));
    }
    let cursor = format!("backup_{}", table.name);
    db.script(&format!("DECLARE {cursor} NO SCROLL CURSOR FOR {select}"))?;
    let fetch = text(format!("FETCH {FETCH} FROM {cursor}"));
    loop {
        let page = db.all(fetch, &[], |row| values(row))?;
        let last = page.len() < FETCH;
        page.into_iter().try_for_each(&mut each)?;
        if last {
            return db.script(&format!("CLOSE {cursor}"));
        }
    }
}

fn value(row: &Row<'_>, i: usize, kind: Type) -> Result<P> {
    Ok(match kind {
        Type::Int => row.opt_i64(i)?.into(),
        Type::Text => row.opt_text(i)?.into(),
        Type::Blob => row.opt_blob(i)?.into(),
        Type::Bool => row.opt_bool(i)?.into(),
    })
}

/// The statement that adds a row to a table.
pub(super) fn insert(table: &Table) -> Sql {
    let names: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
    let holes: Vec<String> = (1..=names.len()).map(|n| format!("${n}")).collect();
    let (names, holes) = (names.join(", "), holes.join(", "));
    text(format!("INSERT INTO {} ({names}) VALUES ({holes})", table.name))
}

/// Empties a table: migrations may have put rows into it.
pub(super) fn clear(db: &mut Db<'_>, table: &Table) -> Result<()> {
    db.script(&format!("DELETE FROM {}", table.name))
}

/// Appends a row: each value a mark and its bytes.
pub(super) fn encode(out: &mut Vec<u8>, row: &[P]) {
    let mut bytes = |mark: u8, bytes: &[u8]| {
        out.push(mark);
        out.extend((bytes.len() as u32).to_be_bytes());
        out.extend(bytes);
    };
    for value in row {
        match value {
            P::Null => bytes(0, &[]),
            P::Int(v) => bytes(1, &v.to_be_bytes()),
            P::Text(v) => bytes(2, v.as_bytes()),
            P::Blob(v) => bytes(3, v),
            P::Bool(v) => bytes(4, &[u8::from(*v)]),
        }
    }
}

/// Takes one row off the front; `None` when the bytes are no row of this table.
pub(super) fn decode(rest: &mut &[u8], table: &Table) -> Option<Vec<P>> {
    let mut row = Vec::with_capacity(table.columns.len());
    for column in &table.columns {
        let (head, after) = rest.split_first_chunk::<5>()?;
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
        let (bytes, after) = after.split_at_checked(length)?;
        *rest = after;
        row.push(match (head[0], column.kind) {
            (0, _) => P::Null,
            (1, Type::Int) => P::Int(i64::from_be_bytes(bytes.try_into().ok()?)),
            (2, Type::Text) => P::Text(String::from_utf8(bytes.to_vec()).ok()?),
            (3, Type::Blob) => P::Blob(bytes.to_vec()),
            (4, Type::Bool) => P::Bool(*bytes.first()? == 1),
            _ => return None,
        });
    }
    Some(row)
}
