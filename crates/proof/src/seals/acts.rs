//! Acts of seals: asked for, approved, made, registered, put to use, stopped, destroyed; and used. Each is an event.

use super::life::{self, Hand, Step};
use super::model::{Seal, SealKind, SealStatus};
use super::records::{self, KeyRow, NewUse};
use super::rules;
use super::signer::Mandate;
use crate::custody;
use crate::custody::model::{Request, RequestState};
use codes::time::Stamp;
use serde_json::{Value, json};
use store::{Actor, Done, Error, Event, Job, Kind, Recorded, Result, Stream, Tx, ledger};

/// The queue of the maker of seals.
pub const MAKE: &str = "seals.make";

fn stream(seal: i64) -> Stream {
    Stream::of("seal", seal)
}

/// 申请: a seal is asked for, by staff. `replaces` names the seal in use whose place it takes.
///
/// # Errors
/// `seal-form`; `seal-exists` when one of this kind is in use and is not to be replaced; `seal-coming-already`.
pub fn apply(tx: &mut Tx<'_>, seal: &Seal, entrusted: bool) -> Result<Done<i64>> {
    let mut seal = seal.clone();
    seal.applied_by = custody::acts::officer(tx)?;
    rules::application(&seal)?;
    let current = records::current(tx, seal.issuer.unit, seal.kind)?;
    match current.map(|c| c.id) {
        None if seal.replaces == 0 => {}
        Some(id) if id == seal.replaces => {}
        None => return Err(Error::Stale),
        Some(_) => return Err(Error::refused("seal-exists")),
    }
    let at = tx.ctx().at;
    if !records::insert_seal(tx, &seal, at)? {
        return Err(Error::refused("seal-coming-already"));
    }
    let data = json!({
        "seal": seal.no,
        "kind": seal.kind.label(),
        "unit": seal.issuer.unit,
        "inscription": seal.inscription,
        "level": seal.level,
        "basis": seal.basis,
        "replaces": seal.replaces,
        "entrusted": entrusted,
    });
    Ok(tx.record(Event::new(Kind::SealApplied, stream(seal.id)).with(data))?.with(seal.id))
}

/// 重新申请: what was returned is put right and asked for again.
///
/// # Errors
/// `seal-form`, `seal-step`, `Stale`.
pub fn apply_again(
    tx: &mut Tx<'_>,
    id: i64,
    lock: i64,
    line: &str,
    basis: &str,
) -> Result<Done<i64>> {
    let mut seal = records::seal(tx, id)?;
    let to = life::next(seal.status, Step::Apply, Hand::Keeper)?;
    seal.applied_by = custody::acts::officer(tx)?;
    seal.name = super::making::name(&seal.issuer, seal.kind, line);
    (seal.inscription, seal.basis) = (line.to_owned(), basis.to_owned());
    rules::application(&seal)?;
    moved(tx, &seal, lock, to, "")?;
    records::set_asked(tx, &seal)?;
    let data = json!({"inscription": seal.inscription, "basis": seal.basis, "again": true});
    Ok(tx.record(Event::new(Kind::SealApplied, stream(id)).with(data))?.with(id))
}

fn moved(tx: &mut Tx<'_>, seal: &Seal, lock: i64, to: SealStatus, reason: &str) -> Result<()> {
    let at = tx.ctx().at;
    let fits = seal.lock == lock && records::set_status(tx, seal, to, reason, at)?;
    if fits { Ok(()) } else { Err(Error::Stale) }
}

/// One step of a seal's life.
#[derive(Clone)]
pub struct Change {
    /// Which step.
    pub step: Step,
    /// By whose hand.
    pub hand: Hand,
    /// The seal's lock as its page showed it.
    pub lock: i64,
    /// Why, in words.
    pub reason: String,
    /// What stands in the place of a destroyed key: of this seal, or of the one it replaces.
    pub nothing: Vec<u8>,
    /// Whether a job makes the seal once it is approved.
    pub leave_job: bool,
}

/// Takes a step of a seal's life.
///
/// # Errors
/// `seal-step`, `Denied` (see [`life::next`]), `seal-own-application` for who approves what he asked for,
/// `seal-form` without a reason where one is wanted, `Stale`.
pub fn change(tx: &mut Tx<'_>, id: i64, change: &Change) -> Result<Done<i64>> {
    let seal = records::seal(tx, id)?;
    let by = custody::acts::officer(tx)?;
    let to = life::next(seal.status, change.step, change.hand)?;
    if change.step == Step::Approve && by == seal.applied_by {
        return Err(Error::refused("seal-own-application"));
    }
    if change.step.wants_reason() {
        rules::reasoned(&change.reason)?;
    }
    // Its predecessor goes first: one seal of a kind is in use at a time.
    if change.step == Step::Enable && seal.replaces != 0 {
        renew(tx, &seal, &change.nothing)?;
    }
    moved(tx, &seal, change.lock, to, change.reason.trim())?;
    match change.step {
        Step::Approve => {
            records::set_approved(tx, id, by)?;
            if change.leave_job {
                let payload = json!({ "seal": id });
                tx.job(Job { queue: MAKE, key: seal.no.clone(), run_at: None, payload })?;
            }
        }
        Step::Destroy => end_key(tx, &seal, &change.nothing, Step::Destroy)?,
        Step::Enable | Step::Resume => custody::acts::wake(tx, seal.issuer.unit, seal.kind)?,
        _ => {}
    }
    Ok(noted(tx, &seal, change.step, json!({"reason": change.reason.trim()}))?.with(id))
}

fn noted(tx: &mut Tx<'_>, seal: &Seal, step: Step, more: Value) -> Result<Recorded> {
    let mut data = json!({
        "seal": seal.no,
        "name": seal.name,
        "unit": seal.issuer.unit,
        "kind": seal.kind.label(),
        "from": seal.status.label(),
    });
    if let (Value::Object(data), Value::Object(more)) = (&mut data, more) {
        data.extend(more);
    }
    tx.record(Event::new(step.event(), stream(seal.id)).with(data))
}

/// 更换: the seal whose place another takes ends, with its key.
fn renew(tx: &mut Tx<'_>, successor: &Seal, nothing: &[u8]) -> Result<()> {
    let old = records::seal(tx, successor.replaces)?;
    let to = life::next(old.status, Step::Renew, Hand::House)?;
    moved(tx, &old, old.lock, to, "")?;
    end_key(tx, &old, nothing, Step::Renew)?;
    custody::acts::hand_on(tx, old.id, successor.id)?;
    noted(tx, &old, Step::Renew, json!({"successor": successor.no})).map(drop)
}

/// The key is destroyed and its certificate revoked. A key that another living seal still uses, as seals made
/// before each had its own do, ends with the last of them.
fn end_key(tx: &mut Tx<'_>, seal: &Seal, nothing: &[u8], step: Step) -> Result<()> {
    let at = tx.ctx().at;
    if seal.key == 0 || records::key_shared(tx, seal.key, seal.id)? {
        return Ok(());
    }
    if nothing.is_empty() {
        return Err(Error::internal("nothing to put in the key's place"));
    }
    records::destroy_key(tx, seal.key, nothing, at, step).map(drop)
}

/// What the maker made.
#[derive(Clone)]
pub struct Made {
    /// The seal, DER.
    pub esl: Vec<u8>,
    /// The key that signs with it.
    pub key: KeyRow,
    /// Last moment of validity.
    pub valid_to: Stamp,
}

/// 制作: the maker's seal and its key are kept, by the node itself.
///
/// # Errors
/// `Stale` when somebody else was quicker, `seal-step`.
pub fn made(tx: &mut Tx<'_>, id: i64, made: &Made) -> Result<Done<i64>> {
    if tx.ctx().actor != Actor::System {
        return Err(Error::Denied);
    }
    let seal = records::seal(tx, id)?;
    if seal.status != SealStatus::Approved {
        return Err(Error::Stale);
    }
    let to = life::next(seal.status, Step::Make, Hand::House)?;
    let at = tx.ctx().at;
    if !records::insert_key(tx, &made.key, at)? {
        return Err(Error::Stale);
    }
    moved(tx, &seal, seal.lock, to, "")?;
    records::set_made(tx, id, &made.esl, made.key.id, made.valid_to, at)?;
    let more = json!({"maker": "sandbox", "valid_to": made.valid_to.ymd()});
    Ok(noted(tx, &seal, Step::Make, more)?.with(id))
}

/// Writes the use of a seal into the ledger, bound to the document's hash and to the decision that ordered it, and
/// tells the head of the unit, once; gives the event's id. One seal is put on one document once.
///
/// # Errors
/// `seal-not-ordered` (see [`rules::ordered`]), `seal-used-already`, `seal-order-spent`, those of
/// [`custody::rules::may_seal`]; `Stale` when the unit seals with another seal by now.
pub fn note_use(
    tx: &mut Tx<'_>,
    mut new: NewUse,
    unit: i64,
    mandate: &Mandate,
) -> Result<Done<i64>> {
    let (order, kind, at) = (mandate.order(), mandate.kind(), tx.ctx().at);
    let events = ledger::of_stream(tx, order.stream())?;
    let ordered_by = rules::ordered(order, kind, &events)?;
    if ordered_by != mandate.ordered_by() || new.document_hash != mandate.document() {
        return Err(Error::refused("seal-document-changed"));
    }
    let guard = guard(tx, unit, kind, at)?;
    if guard.seal.id != new.seal {
        return Err(Error::Stale);
    }
    custody::rules::may_seal(&guard, at)?;
    if records::was_used(tx, new.seal, &new.document_hash)? {
        return Err(Error::refused("seal-used-already"));
    }
    if records::used_for(tx, new.seal, ordered_by)? >= rules::MOST_PER_ORDER {
        return Err(Error::refused("seal-order-spent"));
    }
    new.ordered_by = Some(ordered_by);
    records::insert_use(tx, &new, at)?;
    custody::acts::sealed(tx, &request(&new, unit, mandate, at))?;
    let data = json!({
        "seal": new.seal,
        "document": new.document_hash,
        "file": new.file,
        "title": new.paper.title,
        "number": new.paper.number,
        "ordered_by": new.ordered_by,
        "order": order.stream().label(),
        "approver": mandate.approver(),
    });
    // Every use is a stream of its own: papers sealed at once do not wait for one chain.
    let recorded =
        tx.record(Event::new(Kind::SealUsed, Stream::of("seal-use", new.id)).with(data))?;
    let id = recorded.event_id;
    Ok(recorded.with(id))
}

fn request(new: &NewUse, unit: i64, mandate: &Mandate, at: Stamp) -> Request {
    Request {
        id: new.id,
        unit,
        kind: mandate.kind(),
        seal: new.seal,
        ordered_by: mandate.ordered_by(),
        ordered: mandate.order().stream().label(),
        approver: mandate.approver().to_owned(),
        title: new.paper.title.clone(),
        number: new.paper.number.clone(),
        case_no: new.paper.case_no.clone(),
        document_hash: new.document_hash.clone(),
        state: RequestState::Done,
        why: String::new(),
        asked: at,
        state_at: at,
    }
}

/// The seal a unit seals with, and everything that decides whether it may.
///
/// # Errors
/// `seal-coming` while one is on its way, else `seal-none`.
pub fn guard(
    db: &mut store::Db<'_>,
    unit: i64,
    kind: SealKind,
    at: Stamp,
) -> Result<custody::model::Guard> {
    let Some(seal) = records::current(db, unit, kind)? else {
        let coming = records::coming(db, unit, kind)?.is_some();
        return Err(Error::refused(if coming { "seal-coming" } else { "seal-none" }));
    };
    custody::records::guard(db, seal, at)
}
