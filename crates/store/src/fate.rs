//! What became of a group whose COMMIT to PostgreSQL got no answer. Every group raises a count in a row that belongs to
//! its connection, in the same transaction: raised means committed, and not raised means that it never will be, once
//! the lock that a group holds from its beginning to its end is free. The number of the transaction would not tell: a
//! server that has crashed gives the numbers of lost transactions to others, and so does a standby that took over.

use crate::chance::Chance;
use crate::clock::{Clock, Deadline};
use crate::ctx::Ids;
use crate::db::{Db, Sql};
use crate::error::{Error, Result};
use crate::p;
use crate::postgres::{Away, PgConn};
use codes::time::Stamp;
use std::sync::LazyLock;
use std::time::Duration;

/// Held from the first statement of a group to the last.
pub(crate) const HOLD: Sql = Sql("SELECT pg_advisory_xact_lock($1)");
/// The last statement of a group before its COMMIT. A group that wrote nothing leaves none: it has nothing to flush.
pub(crate) const MARK: Sql = Sql("INSERT INTO committed (connection, groups) \
     SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT) WHERE pg_current_xact_id_if_assigned() IS NOT NULL \
     ON CONFLICT (connection) DO UPDATE SET groups = excluded.groups");
const MARKED: Sql = Sql("SELECT groups FROM committed WHERE connection = $1");
const FORGET: Sql = Sql("DELETE FROM committed WHERE connection < $1");
/// A later record is acknowledged by the disk and by the standby only after what was committed before it.
const BARRIER: &str = "SELECT pg_logical_emit_message(true, 'tongban', ''); COMMIT";

/// For so long the fate of a group is asked for; its askers wait no longer either.
const ASK_FOR: Duration = Duration::from_secs(15);
/// Marks of connections that are older are cleared away.
const KEPT_MICROS: i64 = 7 * 24 * 3_600 * 1_000_000;

/// Names of connections, in the order of time.
static NAMES: LazyLock<Ids> = LazyLock::new(|| Ids::new(&Chance::System));

/// One group of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group {
    /// Name of the connection.
    pub(crate) connection: i64,
    /// How many groups it has begun.
    pub(crate) number: i64,
}

impl Group {
    /// What is before the first group of a new connection.
    pub(crate) fn first() -> Group {
        Group { connection: NAMES.next(Clock::System.now()), number: 0 }
    }

    /// The one after this.
    pub(crate) fn next(self) -> Group {
        Group { number: self.number + 1, ..self }
    }
}

/// What became of a group whose COMMIT got no answer but `lost`: asked on a new connection, which is given back, until
/// the server tells.
pub(crate) fn ask(url: &str, group: Group, lost: Error) -> (Option<PgConn>, Result<()>) {
    let (until, mut away) = (Deadline::after(ASK_FOR), Away::default());
    while !until.passed() {
        if let Ok(mut conn) = away.again(url) {
            match committed(&mut conn, group) {
                Ok(true) => return (Some(conn), Ok(())),
                Ok(false) => return (Some(conn), Err(lost)),
                // The old connection still holds the group, or this one is lost as well.
                Err(_) => {}
            }
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    (None, Err(Error::Unsure))
}

fn committed(conn: &mut PgConn, group: Group) -> Result<bool> {
    conn.script("BEGIN")?;
    let mut db = Db::Postgres(conn);
    db.exec(HOLD, p![group.connection])?;
    let marked = db.opt(MARKED, p![group.connection], |row| row.i64(0))?;
    let committed = marked.is_some_and(|number| number >= group.number);
    conn.script(if committed { BARRIER } else { "ROLLBACK" })?;
    Ok(committed)
}

/// Clears away the marks of connections that are long gone.
pub(crate) fn forget_old(conn: &mut PgConn) -> Result<()> {
    let week_ago = Stamp::from_micros(Clock::System.now().micros() - KEPT_MICROS);
    Db::Postgres(conn).exec(FORGET, p![Ids::floor(week_ago)]).map(drop)
}
