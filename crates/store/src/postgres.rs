//! PostgreSQL behind `Db`: prepared statements by text, parameters without conversions.

use crate::db::{P, Row, Sql};
use crate::error::Result;
use postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use postgres::{Client, NoTls, Statement};
use std::collections::HashMap;

/// One connection and the statements it has prepared.
pub struct PgConn {
    client: Client,
    prepared: HashMap<(usize, usize), Statement>,
}

impl PgConn {
    /// Connects and asks for what durability needs: an answer means the disk has it.
    pub(crate) fn open(url: &str) -> Result<PgConn> {
        let mut client = Client::connect(url, NoTls)?;
        client.batch_execute(
            "SET synchronous_commit = on; SET statement_timeout = '30s'; SET lock_timeout = '10s'; \
             SET idle_in_transaction_session_timeout = '30s'",
        )?;
        Ok(PgConn { client, prepared: HashMap::new() })
    }

    /// Server settings under which an answered commit could be lost.
    pub(crate) fn complaints(&mut self) -> Result<Vec<String>> {
        let mut found = vec![];
        for name in ["fsync", "full_page_writes", "synchronous_commit"] {
            let row = self.client.query_one(&format!("SHOW {name}"), &[])?;
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
        let made = self.client.prepare(sql.0)?;
        self.prepared.insert(key, made.clone());
        Ok(made)
    }

    pub(crate) fn prepare(&mut self, sql: Sql) -> Result<()> {
        self.statement(sql).map(drop)
    }

    pub(crate) fn exec(&mut self, sql: Sql, params: &[P]) -> Result<u64> {
        let statement = self.statement(sql)?;
        Ok(self.client.execute(&statement, &refs(params))?)
    }

    pub(crate) fn each(
        &mut self,
        sql: Sql,
        params: &[P],
        each: &mut dyn FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let statement = self.statement(sql)?;
        for row in self.client.query(&statement, &refs(params))? {
            each(&Row::Postgres(&row))?;
        }
        Ok(())
    }

    pub(crate) fn script(&mut self, text: &str) -> Result<()> {
        Ok(self.client.batch_execute(text)?)
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
