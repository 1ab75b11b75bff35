//! Acts of sealing: a seal is registered, a seal is used.

use super::model::{Order, SealKind};
use super::records::{self, KeyRow, NewUse, SealRow};
use super::rules;
use codes::time::Stamp;
use serde_json::json;
use store::{Done, Error, Event, Kind, Result, Stream, Tx, ledger};

/// A unit's seal with, at its first seal, the signer's key.
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
    /// The signer's key, when it is new.
    pub key: Option<KeyRow>,
}

/// Registers a seal. Two callers may come at once: the second finds the first one's seal (`Stale`).
pub fn register(tx: &mut Tx<'_>, new: &NewSeal) -> Result<Done<()>> {
    if records::seal(tx, new.unit, new.kind)?.is_some() {
        return Err(Error::Stale);
    }
    let at = tx.ctx().at;
    if let Some(key) = &new.key {
        if records::key(tx, key.role, key.unit)?.is_some() {
            return Err(Error::Stale);
        }
        records::insert_key(tx, key, at)?;
    }
    records::insert_seal(tx, &new.row, new.unit, new.kind, new.valid_to, at)?;
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
    let Order::Case { case_id, .. } = order;
    let events = ledger::of_stream(tx, Stream::of("case", case_id))?;
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
        "case": case_id,
    });
    let recorded =
        tx.record(Event::new(Kind::SealUsed, Stream::of("seal", new.seal)).with(data))?;
    let id = recorded.event_id;
    Ok(recorded.with(id))
}
