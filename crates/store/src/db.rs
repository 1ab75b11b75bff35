//! `Db`: one small interface over both databases, and the types that cross it.

use crate::dialect;
use crate::error::{Error, Result};
use crate::postgres::PgConn;
use codes::time::Stamp;

/// One SQL text, written for both databases with `$1`, `$2`… parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sql(pub &'static str);

/// Declares the SQL of a `records.rs` and lists it, so that a test can prepare every text on both
/// databases.
#[macro_export]
macro_rules! sql {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: $crate::Sql = $crate::Sql($text);)*
        /// Every SQL text of this file, by name.
        pub const ALL: &[(&str, $crate::Sql)] = &[$((stringify!($name), $name)),*];
    };
}

/// A slice of parameters: `p![id, name, None::<i64>]`.
#[macro_export]
macro_rules! p {
    ($($value:expr),* $(,)?) => { &[$($crate::P::from($value)),*] };
}

/// One parameter.
#[derive(Clone, PartialEq)]
pub enum P {
    /// BIGINT.
    Int(i64),
    /// TEXT.
    Text(String),
    /// BLOB / BYTEA.
    Blob(Vec<u8>),
    /// BOOLEAN.
    Bool(bool),
    /// NULL of any type.
    Null,
}

/// The database client logs parameters when asked to; a text may be somebody's address.
impl std::fmt::Debug for P {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            P::Int(v) => write!(f, "{v}"),
            P::Bool(v) => write!(f, "{v}"),
            P::Null => f.write_str("null"),
            P::Text(v) => write!(f, "text of {}", v.len()),
            P::Blob(v) => write!(f, "bytes of {}", v.len()),
        }
    }
}

impl From<i64> for P {
    fn from(v: i64) -> P {
        P::Int(v)
    }
}
impl From<bool> for P {
    fn from(v: bool) -> P {
        P::Bool(v)
    }
}
impl From<&str> for P {
    fn from(v: &str) -> P {
        P::Text(v.to_owned())
    }
}
impl From<String> for P {
    fn from(v: String) -> P {
        P::Text(v)
    }
}
impl From<&String> for P {
    fn from(v: &String) -> P {
        P::Text(v.clone())
    }
}
impl From<&[u8]> for P {
    fn from(v: &[u8]) -> P {
        P::Blob(v.to_vec())
    }
}
impl From<Vec<u8>> for P {
    fn from(v: Vec<u8>) -> P {
        P::Blob(v)
    }
}
impl From<&Vec<u8>> for P {
    fn from(v: &Vec<u8>) -> P {
        P::Blob(v.clone())
    }
}
impl<const N: usize> From<[u8; N]> for P {
    fn from(v: [u8; N]) -> P {
        P::Blob(v.to_vec())
    }
}
impl From<Stamp> for P {
    fn from(v: Stamp) -> P {
        P::Int(v.micros())
    }
}
impl<T: Into<P>> From<Option<T>> for P {
    fn from(v: Option<T>) -> P {
        v.map_or(P::Null, Into::into)
    }
}

/// Refuses a text with a NUL, which PostgreSQL keeps in none: a row of either database must fit into the other.
fn keepable(params: &[P]) -> Result<()> {
    match params.iter().any(|p| matches!(p, P::Text(text) if text.contains('\0'))) {
        true => Err(Error::refused("form-encoding")),
        false => Ok(()),
    }
}

/// One row of an answer; columns are counted from 0.
pub enum Row<'r> {
    /// From SQLite.
    Sqlite(&'r rusqlite::Row<'r>),
    /// From PostgreSQL.
    Postgres(&'r tokio_postgres::Row),
}

macro_rules! column {
    ($(#[$doc:meta])* $name:ident -> $type:ty) => {
        $(#[$doc])*
        pub fn $name(&self, i: usize) -> Result<$type> {
            match self {
                Row::Sqlite(row) => Ok(row.get(i)?),
                Row::Postgres(row) => Ok(row.try_get(i)?),
            }
        }
    };
}

impl Row<'_> {
    column!(/** BIGINT. */ i64 -> i64);
    column!(/** BIGINT or NULL. */ opt_i64 -> Option<i64>);
    column!(/** TEXT. */ text -> String);
    column!(/** TEXT or NULL. */ opt_text -> Option<String>);
    column!(/** BLOB / BYTEA. */ blob -> Vec<u8>);
    column!(/** BLOB / BYTEA or NULL. */ opt_blob -> Option<Vec<u8>>);
    column!(/** BOOLEAN. */ bool -> bool);
    column!(/** BOOLEAN or NULL. */ opt_bool -> Option<bool>);

    /// A BIGINT of microseconds.
    pub fn stamp(&self, i: usize) -> Result<Stamp> {
        Ok(Stamp::from_micros(self.i64(i)?))
    }

    /// A BIGINT of microseconds, or NULL.
    pub fn opt_stamp(&self, i: usize) -> Result<Option<Stamp>> {
        Ok(self.opt_i64(i)?.map(Stamp::from_micros))
    }
}

/// An open connection of either database. A closed enum: there is no third.
pub enum Db<'c> {
    /// SQLite, embedded.
    Sqlite(&'c rusqlite::Connection),
    /// PostgreSQL.
    Postgres(&'c mut PgConn),
}

impl Db<'_> {
    /// Runs a statement and says how many rows it touched.
    pub fn exec(&mut self, sql: Sql, params: &[P]) -> Result<u64> {
        keepable(params)?;
        self.exec_as_kept(sql, params)
    }

    /// The same with a row of a backup: what an older program kept is brought back as it was.
    pub(crate) fn exec_as_kept(&mut self, sql: Sql, params: &[P]) -> Result<u64> {
        match self {
            Db::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(&dialect::sqlite(sql.0))?;
                Ok(statement.execute(rusqlite::params_from_iter(params))? as u64)
            }
            Db::Postgres(conn) => conn.exec(sql, params),
        }
    }

    /// A write of which nobody asks how many rows it touched. PostgreSQL gets it together with the next
    /// statement, and its failure comes with that one's; an act never ends well before it is known.
    pub fn put(&mut self, sql: Sql, params: &[P]) -> Result<()> {
        keepable(params)?;
        self.put_as_kept(sql, params)
    }

    /// The same with a row of a backup.
    pub(crate) fn put_as_kept(&mut self, sql: Sql, params: &[P]) -> Result<()> {
        match self {
            Db::Sqlite(_) => self.exec_as_kept(sql, params).map(drop),
            Db::Postgres(conn) => conn.put(sql, params),
        }
    }

    /// Runs a query and calls `each` for every row.
    pub fn each(
        &mut self,
        sql: Sql,
        params: &[P],
        mut each: impl FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        keepable(params)?;
        match self {
            Db::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(&dialect::sqlite(sql.0))?;
                let mut rows = statement.query(rusqlite::params_from_iter(params))?;
                while let Some(row) = rows.next()? {
                    each(&Row::Sqlite(row))?;
                }
                Ok(())
            }
            Db::Postgres(conn) => conn.each(sql, params, &mut each),
        }
    }

    /// All rows, read by `read`.
    pub fn all<T>(
        &mut self,
        sql: Sql,
        params: &[P],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut out = Vec::new();
        self.each(sql, params, |row| {
            out.push(read(row)?);
            Ok(())
        })?;
        Ok(out)
    }

    /// The first row, or nothing: nothing found is not an error.
    pub fn opt<T>(
        &mut self,
        sql: Sql,
        params: &[P],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut out = None;
        self.each(sql, params, |row| {
            if out.is_none() {
                out = Some(read(row)?);
            }
            Ok(())
        })?;
        Ok(out)
    }

    /// The one row there must be; `Error::NotFound` otherwise.
    pub fn one<T>(
        &mut self,
        sql: Sql,
        params: &[P],
        read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        self.opt(sql, params, read)?.ok_or(Error::NotFound)
    }

    /// Runs a script of several statements without parameters (migrations, savepoints).
    pub(crate) fn script(&mut self, text: &str) -> Result<()> {
        match self {
            Db::Sqlite(conn) => Ok(conn.execute_batch(text)?),
            Db::Postgres(conn) => conn.script(text),
        }
    }

    /// Takes back what an act did since its savepoint.
    pub(crate) fn undo(&mut self, text: &str) -> Result<()> {
        match self {
            Db::Sqlite(_) => self.script(text),
            Db::Postgres(conn) => conn.undo(text),
        }
    }

    /// Prepares a text without running it: the test of every SQL constant.
    pub fn prepare(&mut self, sql: Sql) -> Result<()> {
        match self {
            Db::Sqlite(conn) => {
                conn.prepare_cached(&dialect::sqlite(sql.0))?;
                Ok(())
            }
            Db::Postgres(conn) => conn.prepare(sql),
        }
    }

    /// Which database this is, for the few texts of `dialect.rs`.
    pub fn dialect(&self) -> dialect::Dialect {
        match self {
            Db::Sqlite(_) => dialect::Dialect::Sqlite,
            Db::Postgres(_) => dialect::Dialect::Postgres,
        }
    }
}
