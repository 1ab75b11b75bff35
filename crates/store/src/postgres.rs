//! PostgreSQL behind `Db`: prepared statements by text, parameters without conversions, and writes whose
//! outcome nobody waits for sent together with the next statement: a group of acts is worth what the way
//! to the server and back costs, and a submit has a dozen statements.

use crate::clock::Deadline;
use crate::db::{P, Row, Sql};
use crate::error::{Error, Outage, Result};
use crate::fate::{self, Group};
use crate::p;
use futures_util::future::{join, join_all, select_ok};
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::tls::NoTlsStream;
use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use tokio_postgres::{Client, Config, NoTls, Statement};

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
    /// The one server it leads to.
    server: String,
    /// That server says nothing any more, though the line stands: it is frozen.
    gone: bool,
    /// The group that is open, or was last.
    group: Group,
}

type Ahead = Pin<Box<dyn Future<Output = std::result::Result<u64, tokio_postgres::Error>> + Send>>;

/// Rows asked for ahead: they come with the answer to a later statement.
#[derive(Clone, Default)]
pub(crate) struct Asked(Arc<Mutex<Option<Vec<tokio_postgres::Row>>>>);

impl PgConn {
    /// Connects and asks for what durability needs: an answer means the disk has it, and that of the standby
    /// where there is one. A line that goes dead is given up after some seconds.
    pub(crate) fn open(url: &str) -> Result<PgConn> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let servers = servers(url);
        let patience = if servers.len() > 1 { ONE_OF_SEVERAL } else { DEAD_AFTER };
        let attempts = servers.into_iter().map(|server| Box::pin(reach(server, patience)));
        let (found, _) = runtime.block_on(select_ok(attempts))?;
        let (client, connection, server) = found;
        runtime.spawn(async move {
            if let Err(e) = connection.await {
                tracing::error!("a connection to the database ended: {e}");
            }
        });
        let (client, prepared) = (Arc::new(client), HashMap::new());
        let (ahead, spoilt, gone, group) = (Vec::new(), false, false, Group::first());
        let mut conn = PgConn {
            runtime,
            client,
            prepared,
            ahead,
            spoilt,
            patient: false,
            server,
            gone,
            group,
        };
        conn.script(DURABLE)?;
        conn.patient = true;
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
            self.later(if patient { "SET statement_timeout = 0" } else { IMPATIENT });
        }
    }

    /// Sends a script with the next statement.
    fn later(&mut self, text: &'static str) {
        let client = self.client.clone();
        self.ahead.push(Box::pin(async move { client.batch_execute(text).await.map(|()| 0) }));
    }

    /// Begins a group, together with its first statement. It gets its number with its first row, which may be
    /// before it holds the stream it records in: the ledger's order is that of these numbers, its chains are
    /// followed across it.
    pub(crate) fn begin(&mut self) -> Result<()> {
        self.spoilt = false;
        self.group = self.group.next();
        self.later("BEGIN");
        let begun = self.put(fate::HOLD, p![self.group.connection]);
        if begun.is_err() {
            let _ = self.script_anyway("ROLLBACK");
        }
        begun
    }

    /// Commits the group with its mark, by which its fate can be asked if there is no answer.
    pub(crate) fn commit(&mut self) -> Result<()> {
        self.put(fate::MARK, p![self.group.connection, self.group.number])?;
        self.script("COMMIT")
    }

    /// The group that is open, or was last.
    pub(crate) fn group(&self) -> Group {
        self.group
    }

    /// Whether the group can still be committed.
    pub(crate) fn sound(&self) -> bool {
        !self.spoilt && !self.gone && !self.client.is_closed()
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
        // A frozen server is not waited for once more by everybody who comes before it is replaced.
        if self.gone {
            return Err(Error::Unavailable(Outage::Database));
        }
        // Both futures send when first polled, and `join` polls from the left.
        let (server, patient) = (&self.server, self.patient);
        let said = self.runtime.block_on(answer(server, patient, join(ahead, last)));
        let Some((ahead, last)) = said else {
            self.gone = true;
            tracing::error!("the database does not answer any more");
            return Err(Error::Unavailable(Outage::Database));
        };
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

    /// A question whose answer comes with that of the next statement.
    pub(crate) fn ask(&mut self, sql: Sql, params: &[P]) -> Result<Asked> {
        let (statement, client) = (self.statement(sql)?, self.client.clone());
        let (params, asked) = (params.to_vec(), Asked::default());
        let answer = asked.clone();
        self.ahead.push(Box::pin(async move {
            let rows = client.query(&statement, &refs(&params)).await?;
            *answer.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(rows);
            Ok(0)
        }));
        Ok(asked)
    }

    /// The first row of what was asked ahead. Where no statement went out since, it does so now.
    pub(crate) fn told<T>(
        &mut self,
        asked: &Asked,
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let came = || asked.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let rows = match came() {
            Some(rows) => rows,
            None => {
                self.run(std::future::ready(Ok(())))?;
                came().ok_or(Error::internal("what was asked ahead was not answered"))?
            }
        };
        rows.first().map(|row| read(&Row::Postgres(row))).transpose()
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
        if self.gone {
            return true;
        }
        self.runtime.block_on(async {
            for _ in 0..2 {
                tokio::task::yield_now().await;
            }
        });
        self.client.is_closed()
    }
}

/// One address for each server that an address names: `postgres://user@a:5432,b:5432/database`.
fn servers(url: &str) -> Vec<String> {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find(['/', '?']).map_or(url.len(), |at| start + at);
    let hosts = url[start..end].rfind('@').map_or(start, |at| start + at + 1);
    let one = |host: &str| format!("{}{host}{}", &url[..hosts], &url[end..]);
    url[hosts..end].split(',').map(one).collect()
}

type Line = tokio_postgres::Connection<tokio_postgres::Socket, NoTlsStream>;

/// Connects to one server. All that an address names are tried at once and the first that takes writes wins: one that
/// is frozen would take the connection and never say a word.
async fn reach(server: String, patience: Duration) -> Result<(Client, Line, String)> {
    let mut config: Config = server.parse()?;
    config.application_name("tongban").connect_timeout(DEAD_AFTER);
    config.tcp_user_timeout(DEAD_AFTER).keepalives_idle(DEAD_AFTER);
    config.keepalives_interval(Duration::from_secs(2)).keepalives_retries(2);
    config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    let reached = tokio::time::timeout(patience, config.connect(NoTls)).await;
    let (client, line) = reached.map_err(|_| Error::Unavailable(Outage::Database))??;
    Ok((client, line, server))
}

/// Waits for an answer, and now and then asks whether the server is there at all; nothing when it is not. Who is not
/// patient gives up after some of these in any case.
async fn answer<T>(server: &str, patient: bool, asked: impl Future<Output = T>) -> Option<T> {
    let mut asked = std::pin::pin!(asked);
    let mut waited = 0;
    loop {
        if let Ok(said) = tokio::time::timeout(DEAD_AFTER, &mut asked).await {
            return Some(said);
        }
        waited += 1;
        if (!patient && waited > PATIENCE) || !answers(server).await {
            return None;
        }
    }
}

/// A frozen server takes connections and never greets.
async fn answers(server: &str) -> bool {
    reach(server.to_owned(), DEAD_AFTER).await.is_ok()
}

/// Seconds after which a server that says nothing is asked whether it is there.
const DEAD_AFTER: Duration = Duration::from_secs(5);
/// The same for one of several servers that are tried at once: while it is frozen and no other is in charge yet, every
/// try takes this long.
const ONE_OF_SEVERAL: Duration = Duration::from_secs(2);
/// So often that is asked for somebody who waits.
const PATIENCE: u32 = 4;
/// A stronger setting of the server is left as it is.
const DURABLE: &str = "SELECT set_config('synchronous_commit', 'on', false) \
     WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')";
const IMPATIENT: &str = "SET statement_timeout = '5s'";
const SERVING: &str = "SET statement_timeout = '5s'; SET lock_timeout = '1s'; \
     SET idle_in_transaction_session_timeout = '10s'";

/// Waits between attempts to reach a server that is away: from 50 ms doubling to a second, and what is asked
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
                self.wait = (self.wait * 2).clamp(SOONEST, LATEST);
                self.until = Some(Deadline::after(self.wait));
                tracing::error!("the database cannot be reached: {e}");
                Err(Error::Unavailable(Outage::Database))
            }
        }
    }
}

const SOONEST: Duration = Duration::from_millis(50);
const LATEST: Duration = Duration::from_secs(1);

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

#[cfg(test)]
mod tests {
    use super::servers;

    #[test]
    fn an_address_names_one_server_or_several() {
        let one = "postgres://tongban@db/tongban";
        assert_eq!(servers(one), [one]);
        let several = "postgres://u:p%40w@10.0.0.1:5432,[::1]:5433/db?connect_timeout=2";
        assert_eq!(
            servers(several),
            [
                "postgres://u:p%40w@10.0.0.1:5432/db?connect_timeout=2",
                "postgres://u:p%40w@[::1]:5433/db?connect_timeout=2"
            ]
        );
        assert_eq!(servers("postgres://a,b"), ["postgres://a", "postgres://b"]);
        assert_eq!(servers("postgres:///db?host=/run"), ["postgres:///db?host=/run"]);
    }
}
