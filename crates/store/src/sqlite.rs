//! SQLite behind `Db`: how a connection is opened so that an answered commit survives a power cut.

use crate::clock::Deadline;
use crate::db::P;
use crate::error::Result;
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, OpenFlags};
use std::cell::Cell;
use std::path::Path;

/// Opens the writer: WAL with `synchronous=FULL` (measured: `NORMAL` loses acknowledged rows).
pub(crate) fn open_writer(path: &Path) -> Result<Connection> {
    let conn = Connection::open(path)?;
    setup(&conn)?;
    conn.pragma_update(None, "journal_mode", "WAL")?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "wal_autocheckpoint", 4000)?;
    Ok(conn)
}

/// Opens a file that is nobody's database yet: filled fast, flushed and named by whoever fills it.
pub(crate) fn open_scratch(path: &Path) -> Result<Connection> {
    let conn = Connection::open(path)?;
    setup(&conn)?;
    conn.pragma_update(None, "journal_mode", "MEMORY")?;
    conn.pragma_update(None, "synchronous", "OFF")?;
    Ok(conn)
}

/// After so many steps of a statement a reader looks whether anybody still waits: some tenths of a millisecond.
const STEPS: i32 = 20_000;

thread_local! {
    static UNTIL: Cell<Option<Deadline>> = const { Cell::new(None) };
}

/// Runs a read whose statements are broken off when the moment has passed.
pub(crate) fn limited<T>(until: Option<Deadline>, read: impl FnOnce() -> T) -> T {
    UNTIL.set(until);
    let answer = read();
    UNTIL.set(None);
    answer
}

/// Opens a reader of the same file.
pub(crate) fn open_reader(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let mut conn = Connection::open_with_flags(path, flags)?;
    setup(&conn)?;
    let late = || UNTIL.get().is_some_and(|until| until.passed());
    conn.progress_handler(STEPS, Some(late))?;
    conn.pragma_update(None, "query_only", true)?;
    Ok(conn)
}

/// What `PRAGMA quick_check` finds: damaged pages, rows missing from an index.
pub(crate) fn complaints(conn: &Connection) -> Result<Vec<String>> {
    let mut check = conn.prepare("PRAGMA quick_check(20)")?;
    let lines = check.query_map([], |row| row.get::<_, String>(0))?;
    let lines = lines.collect::<rusqlite::Result<Vec<String>>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}

/// Moves the whole write-ahead log into the file; readers may not write rows but may do this.
pub(crate) fn settle(conn: &Connection) -> Result<()> {
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

fn setup(conn: &Connection) -> Result<()> {
    conn.busy_timeout(std::time::Duration::from_secs(5))?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.pragma_update(None, "cache_size", -65_536)?;
    conn.pragma_update(None, "mmap_size", 1_073_741_824_i64)?;
    conn.set_prepared_statement_cache_capacity(512);
    // Or a kept statement that lists in an order is planned anew each time it is taken out.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

impl rusqlite::ToSql for P {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            P::Int(v) => ToSqlOutput::Owned(Value::Integer(*v)),
            P::Text(v) => ToSqlOutput::Borrowed(ValueRef::Text(v.as_bytes())),
            P::Blob(v) => ToSqlOutput::Borrowed(ValueRef::Blob(v)),
            P::Bool(v) => ToSqlOutput::Owned(Value::Integer(i64::from(*v))),
            P::Null => ToSqlOutput::Owned(Value::Null),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::StatementStatus;

    #[test]
    fn a_statement_is_planned_once_for_all_values() {
        let conn = Connection::open_in_memory().expect("a database");
        setup(&conn).expect("settings");
        conn.execute_batch(
            "CREATE TABLE paper (id INTEGER PRIMARY KEY, file INTEGER NOT NULL);
             CREATE INDEX paper_file ON paper (file, id);
             INSERT INTO paper (id, file) VALUES (1, 10), (2, 20), (3, 30);",
        )
        .expect("rows");
        let list = || conn.prepare_cached("SELECT id FROM paper WHERE file = $1 ORDER BY id");
        for file in [10, 20, 30] {
            let found =
                list().and_then(|mut list| list.query_row([file], |row| row.get::<_, i64>(0)));
            assert_eq!(found, Ok(file / 10));
        }
        let statement = list().expect("a statement");
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }
}
