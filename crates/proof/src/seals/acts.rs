//! Acts of sealing: a seal is registered, a seal is used.

use super::model::{Order, SealKind};
use super::records::{self, NewUse, SealRow};
use super::rules;
use codes::time::Stamp;
use serde_json::json;
use store::{Done, Error, Event, Kind, Result, Stream, Tx, ledger};

/// A unit's seal, to be registered.
#[derive(Clone)]
pub struct NewSeal {
    /// The seal.
    pub row: SealRow,
    /// Which of the unit's seals.
    pub kind: SealKind,
    /// Unit.
    pub unit: i64,
    /// Last moment of validity.
    pub valid_to: Stamp,
}

/// Registers a seal. Two callers may come at once: the second is told `Stale`, and by then the first one's
/// seal is there to be read.
pub fn register(tx: &mut Tx<'_>, new: &NewSeal) -> Result<Done<()>> {
    let at = tx.ctx().at;
    if !records::insert_seal(tx, &new.row, new.unit, new.kind, new.valid_to, at)? {
        return Err(Error::Stale);
    }
    let data = json!({"seal": new.row.no, "name": new.row.name, "unit": new.unit, "kind": new.kind.label()});
    let event = Event::new(Kind::SealRegistered, Stream::of("seal", new.row.id)).with(data);
    Ok(tx.record(event)?.with(()))
}

/// Writes the use of a seal into the ledger, bound to the document's hash and to the decision that
/// ordered it; gives the event's id. One seal is put on one document once.
///
/// # Errors
/// `seal-not-ordered` (see [`rules::ordered`]), `seal-used-already`, `seal-order-spent`.
pub fn note_use(
    tx: &mut Tx<'_>,
    mut new: NewUse,
    kind: SealKind,
    order: Order,
) -> Result<Done<i64>> {
    let events = ledger::of_stream(tx, order.stream())?;
    let ordered_by = rules::ordered(order, kind, &events)?;
    if records::was_used(tx, new.seal, &new.document_hash)? {
        return Err(Error::refused("seal-used-already"));
    }
    if records::used_for(tx, new.seal, ordered_by)? >= rules::MOST_PER_ORDER {
        return Err(Error::refused("seal-order-spent"));
    }
    new.ordered_by = Some(ordered_by);
    let at = tx.ctx().at;
    records::insert_use(tx, &new, at)?;
    let data = json!({
        "seal": new.seal,
        "document": new.document_hash,
        "file": new.file,
        "title": new.paper.title,
        "number": new.paper.number,
        "ordered_by": new.ordered_by,
        "order": order.stream().label(),
    });
    // Every use is a stream of its own: papers sealed at once do not wait for one chain.
    let recorded =
        tx.record(Event::new(Kind::SealUsed, Stream::of("seal-use", new.id)).with(data))?;
    let id = recorded.event_id;
    Ok(recorded.with(id))
}
