//! Migrations on one timeline for both databases; each is a promise between two versions.

use crate::db::{Db, Sql};
use crate::error::{Error, Result};

/// One step of the schema. Numbers never change once landed.
#[derive(Debug, Clone)]
pub struct Migration {
    /// Position on the timeline.
    pub number: i64,
    /// File name without number and ending.
    pub name: &'static str,
    /// DDL with `{pk}`, `{blob}` and `{tx}` placeholders.
    pub text: &'static str,
    /// What PostgreSQL needs besides, where the dialects differ.
    pub postgres: Option<&'static str>,
}

include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// The migrations of `migrations/`, in order, as embedded by `build.rs`.
pub fn shipped() -> Vec<Migration> {
    SHIPPED.to_vec()
}

pub(crate) const DONE: Sql = Sql("SELECT number, text_hash FROM migration ORDER BY number");
pub(crate) const NOTE: Sql =
    Sql("INSERT INTO migration (number, name, text_hash) VALUES ($1, $2, $3)");

pub(crate) const NEWEST: Sql = Sql("SELECT MAX(number) FROM migration");

/// The newest migration a database has.
pub fn newest(db: &mut Db<'_>) -> Result<i64> {
    db.one(NEWEST, &[], |row| row.opt_i64(0)).map(Option::unwrap_or_default)
}

/// The newest migration this program has.
pub fn last() -> i64 {
    SHIPPED.iter().map(|migration| migration.number).max().unwrap_or_default()
}

/// Applies what is missing, in order, each in its own transaction. Refuses when a landed migration
/// was changed, or when the database is newer than this program.
pub fn run(db: &mut Db<'_>, all: &[Migration]) -> Result<()> {
    let table = "CREATE TABLE IF NOT EXISTS migration \
         (number {pk}, name TEXT NOT NULL, text_hash {blob} NOT NULL)";
    db.script(&db.dialect().ddl(table))?;
    let done = db.all(DONE, &[], |row| Ok((row.i64(0)?, row.blob(1)?)))?;
    for (number, hash) in &done {
        match all.iter().find(|m| m.number == *number) {
            None => return Err(Error::refused_with("schema-newer", "number", number)),
            Some(m) if gm::sm3::hash(m.text.as_bytes()).as_slice() != hash.as_slice() => {
                return Err(Error::refused_with("schema-changed", "number", number));
            }
            Some(_) => {}
        }
    }
    for migration in all.iter().filter(|m| done.iter().all(|(n, _)| *n != m.number)) {
        db.script("BEGIN")?;
        let dialect = db.dialect();
        let mut text = dialect.ddl(migration.text);
        if dialect == crate::dialect::Dialect::Postgres {
            text.push_str(&dialect.ddl(migration.postgres.unwrap_or_default()));
        }
        let hash = gm::sm3::hash(migration.text.as_bytes());
        let step = db.script(&text).and_then(|()| {
            db.exec(NOTE, crate::p![migration.number, migration.name, hash]).map(drop)
        });
        match step {
            Ok(()) => db.script("COMMIT")?,
            Err(e) => {
                db.script("ROLLBACK")?;
                return Err(Error::internal(format!("migration {}: {e}", migration.number)));
            }
        }
    }
    Ok(())
}
