//! PostgreSQL behind `Db`: prepared statements by text, parameters without conversions, and writes whose
//! outcome nobody waits for sent together with the next statement: a group of acts is worth what the way
//! to the server and back costs, and a submit has a dozen statements.

use crate::clock::Deadline;
use crate::db::{P, Row, Sql};
use crate::error::{Error, Outage, Result};
use futures_util::future::{join, join_all};
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage, Statement};

/// One connection and the statements it has prepared.
pub struct PgConn {
    runtime: Runtime,
    client: Arc<Client>,
    prepared: HashMap<(usize, usize), Statement>,
    /// Writes that go out with the next statement.
    ahead: Vec<Ahead>,
    /// What an act did could not be taken back: nothing of its group may be committed.
    spoilt: bool,
    /// No statement of it is broken off for taking long.
    patient: bool,
}

type Ahead = Pin<Box<dyn Future<Output = std::result::Result<u64, tokio_postgres::Error>> + Send>>;

impl PgConn {
    /// Connects and asks for what durability needs: an answer means the disk has it, and that of the standby
    /// where there is one. A line that goes dead is given up after some seconds.
    pub(crate) fn open(url: &str) -> Result<PgConn> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let mut config: Config = url.parse()?;
        config.application_name("tongban").connect_timeout(DEAD_AFTER);
        config.tcp_user_timeout(DEAD_AFTER).keepalives_idle(DEAD_AFTER);
        let (client, connection) = runtime.block_on(config.connect(NoTls))?;
        runtime.spawn(async move {
            if let Err(e) = connection.await {
                tracing::error!("a connection to the database ended: {e}");
            }
        });
        let (client, prepared) = (Arc::new(client), HashMap::new());
        let ahead = Vec::new();
        let mut conn = PgConn { runtime, client, prepared, ahead, spoilt: false, patient: true };
        conn.script(DURABLE)?;
        Ok(conn)
    }

    /// A connection that serves people: no statement, no lock and no open transaction keeps them waiting.
    pub(crate) fn serving(url: &str) -> Result<PgConn> {
        let mut conn = PgConn::open(url)?;
        conn.script(SERVING)?;
        conn.patient = false;
        Ok(conn)
    }

    /// Says whether the next statements may take long: those of workers and of the command line.
    pub(crate) fn be_patient(&mut self, patient: bool) {
        if self.patient != patient {
            self.patient = patient;
            let client = self.client.clone();
            let text = if patient { "SET statement_timeout = 0" } else { IMPATIENT };
            self.ahead.push(Box::pin(async move { client.batch_execute(text).await.map(|()| 0) }));
        }
    }

    /// Begins a transaction. It gets its number with its first write, when the stream it writes to is held: the
    /// ledger is read in the order of these numbers, so none may be drawn before.
    pub(crate) fn begin(&mut self) -> Result<()> {
        self.spoilt = false;
        let begun = self.script("BEGIN");
        if begun.is_err() {
            let _ = self.script_anyway("ROLLBACK");
        }
        begun
    }

    /// Number of the transaction, by which its fate can be asked if COMMIT gets no answer; empty when nothing was
    /// written.
    pub(crate) fn number(&mut self) -> Result<String> {
        let client = self.client.clone();
        let asked = "SELECT COALESCE(pg_current_xact_id_if_assigned()::text, '')";
        let rows = self.run(client.simple_query(asked))?;
        first(&rows).ok_or(Error::internal("no transaction number"))
    }

    /// Whether the group can still be committed.
    pub(crate) fn sound(&self) -> bool {
        !self.spoilt && !self.client.is_closed()
    }

    /// Takes back what an act did since its savepoint.
    pub(crate) fn undo(&mut self, text: &str) -> Result<()> {
        let undone = self.script_anyway(text);
        self.spoilt |= undone.is_err();
        undone
    }

    /// Sends what waits and then this, one after the other without a pause; the first failure counts.
    fn run<T>(
        &mut self,
        last: impl Future<Output = std::result::Result<T, tokio_postgres::Error>>,
    ) -> Result<T> {
        let ahead = join_all(std::mem::take(&mut self.ahead));
        // Both futures send when first polled, and `join` polls from the left.
        let (ahead, last) = self.runtime.block_on(join(ahead, last));
        for outcome in ahead {
            outcome?;
        }
        Ok(last?)
    }

    /// Server settings under which an answered commit could be lost.
    pub(crate) fn complaints(&mut self) -> Result<Vec<String>> {
        let mut found = vec![];
        for (name, good) in [
            ("fsync", &["on"][..]),
            ("full_page_writes", &["on"]),
            ("synchronous_commit", &["on", "remote_apply"]),
        ] {
            let client = self.client.clone();
            let row = self.run(client.query_one(&format!("SHOW {name}"), &[]))?;
            let value: String = row.try_get(0)?;
            if !good.contains(&value.as_str()) {
                found.push(format!("{name} = {value}"));
            }
        }
        Ok(found)
    }

    /// Whether a transaction was committed; nothing while it is still open or when the server does not know.
    fn was_committed(&mut self, xid: &str) -> Result<Option<bool>> {
        let client = self.client.clone();
        let text = format!("SELECT pg_xact_status('{xid}'::xid8)");
        Ok(match first(&self.run(client.simple_query(&text))?).as_deref() {
            Some("committed") => Some(true),
            Some("aborted") => Some(false),
            _ => None,
        })
    }

    fn statement(&mut self, sql: Sql) -> Result<Statement> {
        let key = (sql.0.as_ptr() as usize, sql.0.len());
        if let Some(found) = self.prepared.get(&key) {
            return Ok(found.clone());
        }
        let client = self.client.clone();
        let made = self.run(client.prepare(sql.0))?;
        self.prepared.insert(key, made.clone());
        Ok(made)
    }

    pub(crate) fn prepare(&mut self, sql: Sql) -> Result<()> {
        self.statement(sql).map(drop)
    }

    pub(crate) fn exec(&mut self, sql: Sql, params: &[P]) -> Result<u64> {
        let (statement, client) = (self.statement(sql)?, self.client.clone());
        self.run(client.execute(&statement, &refs(params)))
    }

    /// A write whose outcome comes with that of the next statement.
    pub(crate) fn put(&mut self, sql: Sql, params: &[P]) -> Result<()> {
        let (statement, client) = (self.statement(sql)?, self.client.clone());
        let params = params.to_vec();
        self.ahead.push(Box::pin(async move { client.execute_raw(&statement, params).await }));
        Ok(())
    }

    pub(crate) fn each(
        &mut self,
        sql: Sql,
        params: &[P],
        each: &mut dyn FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let (statement, client) = (self.statement(sql)?, self.client.clone());
        for row in self.run(client.query(&statement, &refs(params)))? {
            each(&Row::Postgres(&row))?;
        }
        Ok(())
    }

    pub(crate) fn script(&mut self, text: &str) -> Result<()> {
        let client = self.client.clone();
        self.run(client.batch_execute(text))
    }

    /// Like `script`, whatever becomes of what waits: it is about to be undone.
    pub(crate) fn script_anyway(&mut self, text: &str) -> Result<()> {
        let _ = self.run(std::future::ready(Ok(())));
        self.script(text)
    }

    /// Whether the line is lost. Nobody reads it between two statements, so it is looked at here.
    pub(crate) fn is_closed(&mut self) -> bool {
        self.runtime.block_on(async {
            for _ in 0..2 {
                tokio::task::yield_now().await;
            }
        });
        self.client.is_closed()
    }
}

/// Seconds after which a server that says nothing counts as gone.
const DEAD_AFTER: Duration = Duration::from_secs(5);
/// A stronger setting of the server is left as it is.
const DURABLE: &str = "SELECT set_config('synchronous_commit', 'on', false) \
     WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')";
const IMPATIENT: &str = "SET statement_timeout = '5s'";
const SERVING: &str = "SET statement_timeout = '5s'; SET lock_timeout = '1s'; \
     SET idle_in_transaction_session_timeout = '10s'";

/// The first value of an answer.
fn first(rows: &[SimpleQueryMessage]) -> Option<String> {
    let row = |message: &SimpleQueryMessage| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    };
    rows.iter().find_map(row)
}

/// Waits between attempts to reach a server that is away: from 50 ms doubling to 5 s, and what is asked
/// meanwhile is refused at once.
#[derive(Default)]
pub(crate) struct Away {
    wait: Duration,
    until: Option<Deadline>,
}

impl Away {
    /// A new connection that serves people, unless the last attempt failed a moment ago.
    pub(crate) fn again(&mut self, url: &str) -> Result<PgConn> {
        if self.until.is_some_and(|until| !until.passed()) {
            return Err(Error::Unavailable(Outage::Database));
        }
        match PgConn::serving(url) {
            Ok(conn) => {
                *self = Away::default();
                Ok(conn)
            }
            Err(e) => {
                self.wait = (self.wait * 2).clamp(Duration::from_millis(50), DEAD_AFTER);
                self.until = Some(Deadline::after(self.wait));
                tracing::error!("the database cannot be reached: {e}");
                Err(Error::Unavailable(Outage::Database))
            }
        }
    }
}

/// For so long the fate of a commit without an answer is asked for; its askers wait no longer either.
const ASK_FOR: Duration = Duration::from_secs(15);

/// What became of a transaction whose COMMIT got no answer but `lost`, asked on a new connection until the
/// server tells.
pub(crate) fn outcome(url: &str, xid: &str, lost: Error) -> (Option<PgConn>, Result<()>) {
    let (until, mut away) = (Deadline::after(ASK_FOR), Away::default());
    while !until.passed() {
        if let Ok(mut conn) = away.again(url) {
            match conn.was_committed(xid) {
                // A later record is acknowledged by the standby only after this commit was.
                Ok(Some(true)) if conn.script(BARRIER).is_ok() => return (Some(conn), Ok(())),
                Ok(Some(false)) => return (Some(conn), Err(lost)),
                _ => {}
            }
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    (None, Err(Error::Unsure))
}

const BARRIER: &str = "SELECT pg_logical_emit_message(true, 'tongban', '')";

fn refs(params: &[P]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|p| p as &(dyn ToSql + Sync)).collect()
}

impl ToSql for P {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            P::Int(v) => v.to_sql(ty, out),
            P::Text(v) => v.to_sql(ty, out),
            P::Blob(v) => v.to_sql(ty, out),
            P::Bool(v) => v.to_sql(ty, out),
            P::Null => Ok(IsNull::Yes),
        }
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT8, Type::TEXT, Type::VARCHAR, Type::BYTEA, Type::BOOL].contains(ty)
    }

    to_sql_checked!();
}
