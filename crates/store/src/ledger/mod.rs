//! The ledger: every change is an event of a closed vocabulary, chained within its stream as it is
//! written and sealed in order into a Merkle tree with a signed checkpoint.
//!
//! `vocabulary.rs` lists what can happen; `sealer.rs` seals; `verify.rs` proves.

mod merkle;
mod sealer;
mod verify;
mod vocabulary;

pub use merkle::Frontier;
pub use sealer::{Checkpoint, latest_checkpoint, run_sealer, seal_now, signing_key, unsealed};
pub use verify::{Damage, Proof, verify};
pub use vocabulary::Kind;

use crate::ctx::{Actor, Ctx, Purpose};
use crate::db::{Db, Row, Sql};
use crate::dialect::Dialect;
use crate::error::Result;
use crate::postgres::Asked;
use crate::store::Store;
use crate::tx::{Done, Tx};
use crate::vault::Disclosure;
use codes::time::Stamp;
use serde_json::Value;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// What an event is about: one chain per stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stream {
    /// The noun: `case`, `person`, `licence`, `item`, `node`…
    pub noun: &'static str,
    /// Its id.
    pub id: i64,
}

impl Stream {
    /// The stream of one thing.
    pub const fn of(noun: &'static str, id: i64) -> Stream {
        Stream { noun, id }
    }

    /// As stored: `case:12`.
    pub fn label(&self) -> String {
        format!("{}:{}", self.noun, self.id)
    }
}

/// One event to write. `data` holds ids and facts of the handling, never personal data.
#[derive(Debug, Clone)]
pub struct Event {
    /// What happened.
    pub kind: Kind,
    /// To what.
    pub stream: Stream,
    /// Whose personal data or affairs it concerns (person id), if anybody's.
    pub subject: Option<i64>,
    /// Facts.
    pub data: Value,
}

impl Event {
    /// An event without facts and without a person.
    pub fn new(kind: Kind, stream: Stream) -> Event {
        Event { kind, stream, subject: None, data: Value::Null }
    }

    /// Names the person concerned.
    pub fn about(mut self, person: impl Into<Option<i64>>) -> Event {
        self.subject = person.into();
        self
    }

    /// Adds facts.
    pub fn with(mut self, data: Value) -> Event {
        self.data = data;
        self
    }
}

/// An event as read back.
#[derive(Debug, Clone)]
pub struct EventRow {
    /// Id; time-ordered.
    pub id: i64,
    /// `case:12`.
    pub stream: String,
    /// Position in its stream, from 1.
    pub stream_seq: i64,
    /// Label of the kind.
    pub kind: String,
    /// When.
    pub at: Stamp,
    /// Who: `citizen:1`, `staff:7`, `system`.
    pub actor: String,
    /// Door.
    pub channel: String,
    /// Why.
    pub purpose: String,
    /// Person concerned.
    pub subject: Option<i64>,
    /// Facts.
    pub data: Value,
}

pub(crate) const LAST: Sql =
    Sql("SELECT stream_seq, hash FROM event WHERE stream = $1 ORDER BY stream_seq DESC LIMIT 1");
pub(crate) const APPEND: Sql = Sql(
    "INSERT INTO event (id, stream, stream_seq, kind, at, actor, channel, purpose, subject, data, prev, \
     hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
);
pub(crate) const OF_STREAM: Sql = Sql(
    "SELECT id, stream, stream_seq, kind, at, actor, channel, purpose, subject, data FROM event \
     WHERE stream = $1 ORDER BY stream_seq LIMIT 500",
);
pub(crate) const ABOUT_PERSON: Sql = Sql(
    "SELECT id, stream, stream_seq, kind, at, actor, channel, purpose, subject, data FROM event \
     WHERE subject = $1 AND kind = $2 AND id < $3 ORDER BY id DESC LIMIT $4",
);
pub(crate) const NEWEST_OF_STREAM: Sql = Sql(
    "SELECT id, stream, stream_seq, kind, at, actor, channel, purpose, subject, data FROM event \
     WHERE stream = $1 ORDER BY stream_seq DESC LIMIT $2",
);
pub(crate) const OF_STREAM_BEFORE: Sql = Sql(
    "SELECT id, stream, stream_seq, kind, at, actor, channel, purpose, subject, data FROM event \
     WHERE stream = $1 AND stream_seq < $2 ORDER BY stream_seq DESC LIMIT $3",
);
pub(crate) const COUNT_OF_KIND: Sql =
    Sql("SELECT COUNT(*) FROM event WHERE stream = $1 AND kind = $2");
pub(crate) const COUNT: Sql = Sql("SELECT COUNT(*) FROM event");

/// Ends of the chains that an act writes to, by stream.
#[derive(Default)]
pub(crate) struct Ends(HashMap<String, End>);

enum End {
    /// Asked for; the answer comes with that of a later statement.
    Asked(Asked),
    /// Place and hash of the last event.
    At(i64, Vec<u8>),
}

impl Ends {
    /// Asks for the end of a chain ahead, where that saves a way to the database and back.
    pub(crate) fn foresee(&mut self, db: &mut Db<'_>, stream: Stream) -> Result<()> {
        let stream = stream.label();
        let Db::Postgres(conn) = db else { return Ok(()) };
        let params = crate::p![&stream];
        if let Entry::Vacant(unknown) = self.0.entry(stream.clone()) {
            if let Some(hold) = Dialect::Postgres.hold_stream() {
                conn.put(hold, params)?;
            }
            unknown.insert(End::Asked(conn.ask(LAST, params)?));
        }
        Ok(())
    }

    /// Place and hash of the last event of a stream. It stays the last until the act ends: other writers wait.
    fn of(&mut self, db: &mut Db<'_>, stream: &str) -> Result<(i64, Vec<u8>)> {
        let last = |row: &Row<'_>| Ok((row.i64(0)?, row.blob(1)?));
        let found = match (self.0.remove(stream), &mut *db) {
            (Some(End::At(seq, hash)), _) => Some((seq, hash)),
            (Some(End::Asked(asked)), Db::Postgres(conn)) => conn.told(&asked, last)?,
            _ => {
                if let Some(hold) = db.dialect().hold_stream() {
                    db.put(hold, crate::p![stream])?;
                }
                db.opt(LAST, crate::p![stream], last)?
            }
        };
        Ok(found.unwrap_or_default())
    }
}

/// Writes one event and returns its id. The id is drawn here, inside the writer, so that with one
/// writer id order is commit order.
pub(crate) fn append(db: &mut Db<'_>, ends: &mut Ends, ctx: &Ctx, event: &Event) -> Result<i64> {
    let stream = event.stream.label();
    let (last, prev) = ends.of(db, &stream)?;
    let seq = last + 1;
    let row = EventRow {
        id: ctx.id(),
        stream,
        stream_seq: seq,
        kind: event.kind.label().into(),
        at: ctx.at,
        actor: ctx.actor.label(),
        channel: ctx.channel.label().into(),
        purpose: ctx.purpose.label(),
        subject: event.subject,
        data: event.data.clone(),
    };
    let data = row.data.to_string();
    let hash = row.hash(&prev, &data);
    let params = crate::p![
        row.id,
        &row.stream,
        seq,
        row.kind,
        row.at,
        row.actor,
        row.channel,
        row.purpose,
        row.subject,
        data,
        prev,
        hash
    ];
    db.put(APPEND, params)?;
    ends.0.insert(row.stream, End::At(seq, hash.to_vec()));
    Ok(row.id)
}

impl EventRow {
    /// SM3 over the previous hash and every column, each with its length.
    pub(crate) fn hash(&self, prev: &[u8], data: &str) -> [u8; 32] {
        let subject = self.subject.map(|s| s.to_string()).unwrap_or_default();
        let mut text = Vec::with_capacity(256);
        for part in [
            prev,
            self.id.to_string().as_bytes(),
            self.stream.as_bytes(),
            self.stream_seq.to_string().as_bytes(),
            self.kind.as_bytes(),
            self.at.micros().to_string().as_bytes(),
            self.actor.as_bytes(),
            self.channel.as_bytes(),
            self.purpose.as_bytes(),
            subject.as_bytes(),
            data.as_bytes(),
        ] {
            text.extend((part.len() as u32).to_be_bytes());
            text.extend(part);
        }
        gm::sm3::hash(&text)
    }

    pub(crate) fn read(row: &Row<'_>, first: usize) -> Result<EventRow> {
        Ok(EventRow {
            id: row.i64(first)?,
            stream: row.text(first + 1)?,
            stream_seq: row.i64(first + 2)?,
            kind: row.text(first + 3)?,
            at: row.stamp(first + 4)?,
            actor: row.text(first + 5)?,
            channel: row.text(first + 6)?,
            purpose: row.text(first + 7)?,
            subject: row.opt_i64(first + 8)?,
            data: serde_json::from_str(&row.text(first + 9)?).unwrap_or(Value::Null),
        })
    }
}

/// The events of one thing, oldest first (at most 500).
pub fn of_stream(db: &mut Db<'_>, stream: Stream) -> Result<Vec<EventRow>> {
    db.all(OF_STREAM, crate::p![stream.label()], |row| EventRow::read(row, 0))
}

/// The newest events of one thing, newest first.
pub fn newest_of_stream(db: &mut Db<'_>, stream: Stream, limit: i64) -> Result<Vec<EventRow>> {
    db.all(NEWEST_OF_STREAM, crate::p![stream.label(), limit], |row| EventRow::read(row, 0))
}

/// Events of one thing before a place in its chain, newest first.
pub fn of_stream_before(
    db: &mut Db<'_>,
    stream: Stream,
    before: i64,
    limit: i64,
) -> Result<Vec<EventRow>> {
    db.all(OF_STREAM_BEFORE, crate::p![stream.label(), before, limit], |row| EventRow::read(row, 0))
}

/// How often something happened to one thing.
pub fn count_of_kind(db: &mut Db<'_>, stream: Stream, kind: Kind) -> Result<i64> {
    db.one(COUNT_OF_KIND, crate::p![stream.label(), kind.label()], |row| row.i64(0))
}

/// Events of one kind about one person, newest first, before event id `before`.
pub fn about_person(
    db: &mut Db<'_>,
    person: i64,
    kind: Kind,
    before: i64,
    limit: i64,
) -> Result<Vec<EventRow>> {
    db.all(ABOUT_PERSON, crate::p![person, kind.label(), before, limit], |row| {
        EventRow::read(row, 0)
    })
}

/// How many events the ledger holds.
pub fn count(db: &mut Db<'_>) -> Result<i64> {
    db.one(COUNT, &[], |row| row.i64(0))
}

/// What is read of whose data.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The person whose data is read.
    pub subject: i64,
    /// Names of the fields, as the person will see them listed.
    pub fields: Vec<&'static str>,
    /// The case, ticket or thing it is read for, as shown to the person (a case number, not an id).
    pub reference: String,
}

/// Runs an act whose own event tells the owner what is read of him, and only then gives the leave to open it.
pub async fn disclose_by<T, F>(store: &Store, ctx: Ctx, act: F) -> Result<(T, Disclosure)>
where
    T: Send + 'static,
    F: FnOnce(&mut Tx<'_>) -> Result<Done<T>> + Send + 'static,
{
    if ctx.purpose == Purpose::None || ctx.actor == Actor::Anonymous {
        return Err(crate::Error::Denied);
    }
    let told = store.write(ctx, act).await?;
    Ok((told, Disclosure::recorded()))
}

/// Records that personal data is read, and only then gives the leave to open it. Without a purpose
/// there is no reading.
pub async fn disclose(store: &Store, ctx: Ctx, reading: Reading) -> Result<Disclosure> {
    if ctx.purpose == Purpose::None || ctx.actor == Actor::Anonymous {
        return Err(crate::Error::Denied);
    }
    store
        .write(ctx, move |tx| {
            let data =
                serde_json::json!({"fields": reading.fields, "reference": reading.reference});
            let event = Event::new(Kind::DataRead, Stream::of("person", reading.subject))
                .about(reading.subject)
                .with(data);
            Ok(tx.record(event)?.with(()))
        })
        .await?;
    Ok(Disclosure::recorded())
}
