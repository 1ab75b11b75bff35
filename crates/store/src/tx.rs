//! A write transaction: it cannot end well without an event of the closed vocabulary.

use crate::ctx::Ctx;
use crate::db::{Db, Sql};
use crate::error::Result;
use crate::jobs::{self, Job};
use crate::ledger::{self, Ends, Event, Stream};
use std::ops::{Deref, DerefMut};

/// A write transaction with the context of the act.
pub struct Tx<'a> {
    db: Db<'a>,
    ctx: &'a Ctx,
    ends: Ends,
}

/// Proof that an event was written in this transaction. Only `Tx::record` makes one.
pub struct Recorded {
    /// Id of the event.
    pub event_id: i64,
}

/// What an act gives back: a value that could only be wrapped after an event was recorded, so
/// `Store::write` need not trust anybody's discipline.
pub struct Done<T>(T);

impl Recorded {
    /// Ends the act with its result.
    pub fn with<T>(self, value: T) -> Done<T> {
        Done(value)
    }
}

impl<T> Done<T> {
    pub(crate) fn into_inner(self) -> T {
        self.0
    }

    /// Changes the value; the event stays recorded.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Done<U> {
        Done(change(self.0))
    }

    /// A look at the value.
    pub fn get(&self) -> &T {
        &self.0
    }
}

impl<'a> Tx<'a> {
    pub(crate) fn new(db: Db<'a>, ctx: &'a Ctx) -> Tx<'a> {
        Tx { db, ctx, ends: Ends::default() }
    }

    /// Who, when, why.
    pub fn ctx(&self) -> &'a Ctx {
        self.ctx
    }

    /// Says that this act will record into a stream, as soon as it is known. PostgreSQL is then asked for the end of
    /// its chain together with the next statement instead of by a way of its own. Who says nothing loses only that.
    pub fn foresee(&mut self, stream: Stream) -> Result<()> {
        self.ends.foresee(&mut self.db, stream)
    }

    /// Writes one event into the ledger, chained to the last event of its stream.
    pub fn record(&mut self, event: Event) -> Result<Recorded> {
        let event_id = ledger::append(&mut self.db, &mut self.ends, self.ctx, &event)?;
        Ok(Recorded { event_id })
    }

    /// Leaves a job for the workers; it runs only if this transaction commits.
    pub fn job(&mut self, job: Job) -> Result<()> {
        jobs::enqueue(&mut self.db, self.ctx, job)
    }

    /// Next number of a gapless series (case numbers of a day, document numbers).
    pub fn next_number(&mut self, series: &str) -> Result<i64> {
        self.db.one(NEXT_NUMBER, crate::p![series], |row| row.i64(0))
    }
}

pub(crate) const NEXT_NUMBER: Sql = Sql("INSERT INTO counter (name, value) VALUES ($1, 1) \
     ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value");

impl<'a> Deref for Tx<'a> {
    type Target = Db<'a>;
    fn deref(&self) -> &Db<'a> {
        &self.db
    }
}

impl<'a> DerefMut for Tx<'a> {
    fn deref_mut(&mut self) -> &mut Db<'a> {
        &mut self.db
    }
}
