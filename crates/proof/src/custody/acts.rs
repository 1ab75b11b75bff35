//! Acts of custody: holders are named, delegated to and ended, a limit is set, a seal is unlocked, a paper waits,
//! the head has seen what was sealed. Each is one event.

use super::model::{Holder, Request, RequestState, Unlock};
use super::{records, rules};
use crate::seals::model::{Seal, SealKind, SealStatus};
use crate::seals::records as seals;
use people::identity::{StaffId, spend_code, staff_card};
use serde_json::json;
use store::{Actor, Done, Error, Event, Kind, Result, Stream, Tx, jobs};
use web::Role;

/// The member of staff who acts.
///
/// # Errors
/// `Denied` for anybody else.
pub fn officer(tx: &Tx<'_>) -> Result<i64> {
    match tx.ctx().actor {
        Actor::Staff(id) => Ok(id),
        _ => Err(Error::Denied),
    }
}

fn stream(seal: i64) -> Stream {
    Stream::of("seal", seal)
}

/// A seal that can still be held.
fn living(tx: &mut Tx<'_>, id: i64) -> Result<Seal> {
    let seal = seals::seal(tx, id)?;
    match seal.status {
        SealStatus::Renewed | SealStatus::Destroyed => Err(Error::refused("seal-step")),
        _ => Ok(seal),
    }
}

/// Somebody who may hold a seal of this unit: in post there as keeper of seals.
fn keeper(tx: &mut Tx<'_>, staff: i64, unit: i64) -> Result<()> {
    let card = staff_card(tx, StaffId(staff)).map_err(|_| Error::refused("custody-keeper"))?;
    let fits = card.active && card.unit.0 == unit && card.roles.contains(&Role::SealKeeper);
    if fits { Ok(()) } else { Err(Error::refused("custody-keeper")) }
}

/// Names a holder for a term of days. `entrusted` lets a keeper of another unit hold it: units without a keeper
/// of their own entrust theirs to the service centre.
///
/// # Errors
/// `custody-term`, `custody-keeper`, `custody-holder` when he holds it already.
pub fn name_holder(
    tx: &mut Tx<'_>,
    seal: i64,
    (staff, days): (i64, i64),
    entrusted: bool,
) -> Result<Done<i64>> {
    let (at, by) = (tx.ctx().at, officer(tx)?);
    let seal = living(tx, seal)?;
    if !entrusted {
        keeper(tx, staff, seal.issuer.unit)?;
    }
    let until = rules::term(days, at)?;
    if records::holds(tx, staff, seal.id)?.iter().any(|h| h.runs(at)) {
        return Err(Error::refused("custody-holder"));
    }
    let holder = Holder {
        id: tx.ctx().id(),
        seal: seal.id,
        staff,
        from: at,
        until,
        ended: None,
        delegated_by: None,
    };
    records::add_holder(tx, &holder, by)?;
    wake(tx, seal.issuer.unit, seal.kind)?;
    let data = json!({"holder": staff, "until": until.iso(), "entrusted": entrusted});
    Ok(tx.record(Event::new(Kind::SealHolderNamed, stream(seal.id)).with(data))?.with(seal.id))
}

/// A holder delegates his seal to a colleague for some days.
///
/// # Errors
/// `custody-delegation`, `custody-keeper`, `custody-holder`; `Denied` for who holds nothing.
pub fn delegate(tx: &mut Tx<'_>, seal: i64, to: i64, days: i64) -> Result<Done<i64>> {
    let (at, by) = (tx.ctx().at, officer(tx)?);
    let seal = living(tx, seal)?;
    let own = records::holds(tx, by, seal.id)?.into_iter().find(|h| h.runs(at));
    let until = rules::delegation(&own.ok_or(Error::Denied)?, days, at)?;
    if records::holds(tx, to, seal.id)?.iter().any(|h| h.runs(at)) {
        return Err(Error::refused("custody-holder"));
    }
    // The colleague sits where the one who gives it sits, wherever the seal belongs.
    let unit = staff_card(tx, StaffId(by))?.unit.0;
    keeper(tx, to, unit)?;
    let id = tx.ctx().id();
    let holder = Holder {
        id,
        seal: seal.id,
        staff: to,
        from: at,
        until,
        ended: None,
        delegated_by: Some(by),
    };
    records::add_holder(tx, &holder, by)?;
    wake(tx, seal.issuer.unit, seal.kind)?;
    let data = json!({"holder": to, "until": until.iso(), "delegated_by": by});
    Ok(tx.record(Event::new(Kind::SealHolderNamed, stream(seal.id)).with(data))?.with(seal.id))
}

/// Ends a holding: the head any, a holder what he delegated. What the person had unlocked is locked again.
///
/// # Errors
/// `Stale` when it had ended, `Denied` when it is not for him.
pub fn end_holder(tx: &mut Tx<'_>, seal: i64, holding: i64, head: bool) -> Result<Done<i64>> {
    let (at, by) = (tx.ctx().at, officer(tx)?);
    let found = records::holders(tx, seal)?.into_iter().find(|h| h.id == holding);
    let found = found.ok_or(Error::NotFound)?;
    if !head && found.delegated_by != Some(by) {
        return Err(Error::Denied);
    }
    if !records::end_holder(tx, found.id, at)? {
        return Err(Error::Stale);
    }
    let data = json!({"holder": found.staff});
    Ok(tx.record(Event::new(Kind::SealHolderEnded, stream(seal)).with(data))?.with(seal))
}

/// Whoever holds a seal that ends holds the one that takes its place, for what is left of his term. The event is
/// the caller's.
pub fn hand_on(tx: &mut Tx<'_>, old: i64, new: i64) -> Result<()> {
    let (at, by) = (tx.ctx().at, officer(tx)?);
    let held = records::holders(tx, new)?;
    for holder in records::holders(tx, old)?.into_iter().filter(|h| h.runs(at)) {
        if !held.iter().any(|h| h.staff == holder.staff && h.runs(at)) {
            let id = tx.ctx().id();
            records::add_holder(tx, &Holder { id, seal: new, from: at, ..holder }, by)?;
        }
    }
    Ok(())
}

/// Sets how many papers an hour the seal may seal; 0 lifts the limit.
///
/// # Errors
/// `custody-limit`; `Stale` when somebody else changed the seal meanwhile.
pub fn set_limit(tx: &mut Tx<'_>, seal: i64, lock: i64, per_hour: i64) -> Result<Done<i64>> {
    officer(tx)?;
    let (seal, per_hour) = (living(tx, seal)?, rules::limit(per_hour)?);
    if !seals::set_limit(tx, seal.id, lock, per_hour)? {
        return Err(Error::Stale);
    }
    wake(tx, seal.issuer.unit, seal.kind)?;
    let data = json!({"per_hour": per_hour, "before": seal.per_hour});
    Ok(tx.record(Event::new(Kind::SealLimitSet, stream(seal.id)).with(data))?.with(seal.id))
}

/// A holder unlocks a level-1 seal for half an hour with the time step of his authenticator code, which is spent
/// with it. It opens when a second holder has done the same.
///
/// # Errors
/// `Denied` for who does not hold it, `staff-code-wrong` when the code was used before, `seal-step` when the
/// seal needs no unlocking.
pub fn unlock(tx: &mut Tx<'_>, seal: i64, step: i64) -> Result<Done<i64>> {
    let (at, by) = (tx.ctx().at, officer(tx)?);
    let seal = living(tx, seal)?;
    if seal.level != 1 {
        return Err(Error::refused("seal-step"));
    }
    let all = records::holders(tx, seal.id)?;
    if !all.iter().any(|h| h.staff == by && rules::effective(h, &all, at)) {
        return Err(Error::Denied);
    }
    if !spend_code(tx, StaffId(by), step)? {
        return Err(Error::refused("staff-code-wrong"));
    }
    let until = at.plus_seconds(rules::UNLOCK_SECONDS);
    let id = tx.ctx().id();
    records::add_unlock(tx, id, seal.id, &Unlock { staff: by, until }, at)?;
    wake(tx, seal.issuer.unit, seal.kind)?;
    let data = json!({"until": until.iso()});
    Ok(tx.record(Event::new(Kind::SealUnlocked, stream(seal.id)).with(data))?.with(seal.id))
}

/// Locks a seal again before its time.
pub fn lock(tx: &mut Tx<'_>, seal: i64) -> Result<Done<i64>> {
    let at = tx.ctx().at;
    officer(tx)?;
    records::end_unlocks(tx, seal, at)?;
    Ok(tx.record(Event::new(Kind::SealLocked, stream(seal)))?.with(seal))
}

/// What waits for this seal is tried at once.
pub fn wake(tx: &mut Tx<'_>, unit: i64, kind: SealKind) -> Result<()> {
    let at = tx.ctx().at;
    for key in records::waiting_keys(tx, unit, kind)? {
        jobs::wake(tx, &key, at)?;
    }
    Ok(())
}

/// A paper waits for its seal, or will not be sealed. A paper that waits as it did before is no news.
///
/// # Errors
/// `Stale` when it is no news: nothing is written then.
pub fn queue(tx: &mut Tx<'_>, request: &Request) -> Result<Done<()>> {
    let news = match request.state {
        RequestState::Waiting => {
            records::add_request(tx, request)? || records::still_waits(tx, request)?
        }
        RequestState::Refused => {
            records::end_request(tx, request)? || records::add_request(tx, request)?
        }
        RequestState::Done => false,
    };
    if !news {
        return Err(Error::Stale);
    }
    let kind = match request.state {
        RequestState::Waiting => Kind::SealAwaited,
        _ => Kind::SealRefused,
    };
    let data = json!({
        "unit": request.unit,
        "kind": request.kind.label(),
        "seal": request.seal,
        "why": request.why,
        "ordered_by": request.ordered_by,
        "document": request.document_hash,
    });
    let event = Event::new(kind, Stream::of("seal-request", request.id)).with(data);
    Ok(tx.record(event)?.with(()))
}

/// A paper is sealed: the queue says so, and the head of the unit is told, once. The event is the caller's.
pub fn sealed(tx: &mut Tx<'_>, request: &Request) -> Result<()> {
    if !records::end_request(tx, request)? {
        records::add_request(tx, request)?;
    }
    let of = (request.unit, request.seal);
    records::add_notice(tx, request.id, of, &request.approver, request.state_at)
}

/// The head of a unit has seen what was sealed, up to an entry.
///
/// # Errors
/// `Stale` when there was nothing new.
pub fn seen(tx: &mut Tx<'_>, unit: i64, up_to: i64) -> Result<Done<u64>> {
    let (at, by) = (tx.ctx().at, officer(tx)?);
    let count = records::seen(tx, unit, up_to, at, by)?;
    if count == 0 {
        return Err(Error::Stale);
    }
    let event = Event::new(Kind::SealUsesSeen, Stream::of("unit", unit));
    Ok(tx.record(event.with(json!({"count": count, "up_to": up_to})))?.with(count))
}
