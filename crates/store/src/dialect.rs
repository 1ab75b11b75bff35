//! Everything that cannot be said the same way to both databases.

use crate::db::Sql;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Which database is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite, embedded.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

thread_local! {
    static REWRITTEN: RefCell<HashMap<(usize, usize), Rc<str>>> = RefCell::new(HashMap::new());
}

/// Rewrites `$1` to `?1` once per text and thread: in SQLite `$1` is a name numbered by first
/// appearance, so a plain positional bind would be wrong where `$2` occurs before `$1`.
pub(crate) fn sqlite(text: &'static str) -> Rc<str> {
    REWRITTEN.with_borrow_mut(|known| {
        known
            .entry((text.as_ptr() as usize, text.len()))
            .or_insert_with(|| text.replace('$', "?").into())
            .clone()
    })
}

impl Dialect {
    /// Turns a migration's placeholders into this database's types.
    pub fn ddl(self, text: &str) -> String {
        match self {
            Dialect::Sqlite => text
                .replace("{pk}", "INTEGER PRIMARY KEY")
                .replace("{blob}", "BLOB")
                .replace("{tx}", "BIGINT NOT NULL DEFAULT 0"),
            Dialect::Postgres => text
                .replace("{pk}", "BIGINT PRIMARY KEY")
                .replace("{blob}", "BYTEA")
                .replace("{tx}", "BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint)"),
        }
    }

    /// Events not yet sealed, in the order in which they became visible: after ($1 tx, $2 id), at
    /// most $3. SQLite has one writer, so id order is commit order; what was restored from PostgreSQL
    /// stands before it with transactions below 0. PostgreSQL has several: only events of transactions
    /// older than the oldest one still open are taken, so none can come late.
    pub(crate) fn unsealed_events(self) -> Sql {
        match self {
            Dialect::Sqlite => {
                Sql("SELECT tx, id, hash FROM event WHERE tx < 0 AND (tx, id) > ($1, $2) \
                 UNION ALL SELECT tx, id, hash FROM event WHERE tx = 0 AND id > \
                 CASE WHEN $1 < 0 THEN -9223372036854775808 ELSE $2 END ORDER BY tx, id LIMIT $3")
            }
            Dialect::Postgres => Sql("SELECT tx, id, hash FROM event WHERE (tx, id) > ($1, $2) \
                 AND tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint \
                 ORDER BY tx, id LIMIT $3"),
        }
    }

    /// All events in ledger order, page by page after ($1 tx, $2 id), at most $3.
    pub(crate) fn events_in_order(self) -> Sql {
        match self {
            Dialect::Sqlite => Sql(
                "SELECT tx, id, stream, stream_seq, kind, at, actor, channel, purpose, subject, data, \
                 prev, hash FROM event WHERE tx < 0 AND (tx, id) > ($1, $2) UNION ALL \
                 SELECT tx, id, stream, stream_seq, kind, at, actor, channel, purpose, subject, data, \
                 prev, hash FROM event WHERE tx = 0 AND id > \
                 CASE WHEN $1 < 0 THEN -9223372036854775808 ELSE $2 END ORDER BY tx, id LIMIT $3",
            ),
            Dialect::Postgres => Sql(
                "SELECT tx, id, stream, stream_seq, kind, at, actor, channel, purpose, subject, data, \
                 prev, hash FROM event WHERE (tx, id) > ($1, $2) ORDER BY tx, id LIMIT $3",
            ),
        }
    }

    /// Waits until no other transaction writes to stream $1: the next event is chained to the last one, so
    /// two writers must not look for it at once. SQLite has one writer.
    pub(crate) fn hold_stream(self) -> Option<Sql> {
        match self {
            Dialect::Sqlite => None,
            Dialect::Postgres => Some(Sql("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")),
        }
    }

    /// Claims due jobs: $1 now, $2 locked until, $3 how many.
    pub(crate) fn claim_jobs(self) -> Sql {
        match self {
            Dialect::Sqlite => Sql("UPDATE job SET locked_until = $2, attempts = attempts + 1 \
                 WHERE id IN (SELECT id FROM job WHERE done_at IS NULL AND run_at <= $1 \
                 AND locked_until <= $1 ORDER BY run_at, id LIMIT $3) \
                 RETURNING id, queue, key, payload, attempts"),
            Dialect::Postgres => Sql("UPDATE job SET locked_until = $2, attempts = attempts + 1 \
                 WHERE id IN (SELECT id FROM job WHERE done_at IS NULL AND run_at <= $1 \
                 AND locked_until <= $1 ORDER BY run_at, id LIMIT $3 FOR UPDATE SKIP LOCKED) \
                 RETURNING id, queue, key, payload, attempts"),
        }
    }
}
