//! Keeping, renaming and dropping a view: one event each, without its name.

use super::model::{View, Whose};
use super::{records, rules};
use serde_json::json;
use store::{Done, Error, Event, Kind, Result, Stream, Tx};

fn told(tx: &mut Tx<'_>, whose: Whose, what: &str) -> Result<Done<()>> {
    let data = json!({"desk": whose.desk, "what": what});
    let event = Event::new(Kind::ViewKept, Stream::of("staff", whose.staff)).with(data);
    Ok(tx.record(event)?.with(()))
}

/// Keeps a filter under a name.
///
/// # Errors
/// `view-many`, `view-name`, `view-twice`.
pub fn keep(tx: &mut Tx<'_>, whose: Whose, view: &View) -> Result<Done<()>> {
    let all = records::mine(tx, whose)?;
    rules::room(&all)?;
    let name = rules::name(&view.name, &all, None)?;
    let at = tx.ctx().at;
    records::add(tx, whose, &View { name, ..view.clone() }, at)?;
    told(tx, whose, "kept")
}

/// Gives a view another name.
///
/// # Errors
/// `view-name`, `view-twice`; `NotFound` for another's.
pub fn rename(tx: &mut Tx<'_>, whose: Whose, id: i64, name: &str) -> Result<Done<()>> {
    let name = rules::name(name, &records::mine(tx, whose)?, Some(id))?;
    match records::rename(tx, whose, id, &name)? {
        true => told(tx, whose, "renamed"),
        false => Err(Error::NotFound),
    }
}

/// Drops a view.
///
/// # Errors
/// `NotFound` for another's.
pub fn forget(tx: &mut Tx<'_>, whose: Whose, id: i64) -> Result<Done<()>> {
    match records::forget(tx, whose, id)? {
        true => told(tx, whose, "dropped"),
        false => Err(Error::NotFound),
    }
}
