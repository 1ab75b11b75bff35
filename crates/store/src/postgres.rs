//! PostgreSQL behind `Db`: prepared statements by text, parameters without conversions, and writes whose
//! outcome nobody waits for sent together with the next statement: a group of acts is worth what the way
//! to the server and back costs, and a submit has a dozen statements.

use crate::db::{P, Row, Sql};
use crate::error::Result;
use futures_util::future::{join, join_all};
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use tokio_postgres::{Client, NoTls, Statement};

/// One connection and the statements it has prepared.
pub struct PgConn {
    runtime: Runtime,
    client: Arc<Client>,
    prepared: HashMap<(usize, usize), Statement>,
    /// Writes that go out with the next statement.
    ahead: Vec<Ahead>,
}

type Ahead = Pin<Box<dyn Future<Output = std::result::Result<u64, tokio_postgres::Error>> + Send>>;

impl PgConn {
    /// Connects and asks for what durability needs: an answer means the disk has it.
    pub(crate) fn open(url: &str) -> Result<PgConn> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (client, connection) = runtime.block_on(tokio_postgres::connect(url, NoTls))?;
        runtime.spawn(async move {
            if let Err(e) = connection.await {
                tracing::error!("a connection to the database ended: {e}");
            }
        });
        let (client, prepared) = (Arc::new(client), HashMap::new());
        let mut conn = PgConn { runtime, client, prepared, ahead: Vec::new() };
        conn.script(
            "SET synchronous_commit = on; SET statement_timeout = '30s'; SET lock_timeout = '10s'; \
             SET idle_in_transaction_session_timeout = '30s'",
        )?;
        Ok(conn)
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
        for name in ["fsync", "full_page_writes", "synchronous_commit"] {
            let client = self.client.clone();
            let row = self.run(client.query_one(&format!("SHOW {name}"), &[]))?;
            let value: String = row.try_get(0)?;
            if value == "off" {
                found.push(format!("{name} = off"));
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

    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }
}

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
