//! Store: how anything is kept. One write path, one ledger of events, many readers.
//!
//! Read `store.rs` first (open, read, write), then `tx.rs` (why a transaction cannot end without an
//! event), then `ledger/` (how tampering is found). This crate knows no subject: no table of a room,
//! no rule of law. What it must never do: wait for the network inside a transaction, print a secret,
//! or answer before the disk has the commit.

pub mod backup;
pub mod chance;
pub mod clock;
pub mod ctx;
pub mod db;
pub mod deadline;
pub mod dialect;
pub mod error;
mod fate;
pub mod files;
pub mod idem;
pub mod jobs;
pub mod keys;
pub mod ledger;
pub mod meters;
pub mod migrate;
mod postgres;
mod reader;
pub mod soundness;
mod sqlite;
mod store;
#[cfg(test)]
mod tests;
mod tx;
pub mod vault;
#[cfg(test)]
mod worst_day;
mod writer;

pub use chance::Chance;
pub use clock::{Clock, Deadline};
pub use ctx::{Actor, Channel, Ctx, Ids, Purpose};
pub use db::{Db, P, Row, Sql};
pub use error::{Error, FieldError, Outage, Refusal, Result};
pub use files::{FileHash, Files};
pub use idem::Idem;
pub use jobs::{Job, JobRow};
pub use ledger::{Event, Kind, Stream};
pub use meters::Meters;
pub use store::{Settings, Store, Upkeep, Url};
pub use tx::{Done, Recorded, Tx};
pub use vault::{Cell, Disclosure, Secret, Vault};
