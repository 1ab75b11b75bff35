//! Taking a case in hand, accepting it or not.

use super::super::model::{CaseId, Grip, Officer, Post, Receipt};
use super::super::rules::{self, NonAcceptance};
use super::super::{life, records};
use super::{Turn, document, for_officer, notify, pack_of, receipt, role_of, turn};
use crate::desks::records::{self as desk, Handed};
use codes::calendar::Calendar;
use people::identity::{StaffId, peers, person_of_staff};
use serde_json::json;
use store::{Done, Error, Kind, Result, Tx};

/// Takes a case in hand: others of the desk see who has it.
///
/// # Errors
/// `case-in-other-hands`.
pub fn claim(
    tx: &mut Tx<'_>,
    grip: Grip,
    who: &Officer,
    calendar: &Calendar,
) -> Result<Done<Receipt>> {
    hold(tx, grip, who, Kind::CaseClaimed, calendar)
}

/// Gives a case back to the desk.
pub fn release(
    tx: &mut Tx<'_>,
    grip: Grip,
    who: &Officer,
    calendar: &Calendar,
) -> Result<Done<Receipt>> {
    hold(tx, grip, who, Kind::CaseReleased, calendar)
}

fn hold(
    tx: &mut Tx<'_>,
    grip: Grip,
    who: &Officer,
    on: Kind,
    calendar: &Calendar,
) -> Result<Done<Receipt>> {
    let (mut case, post) = for_officer(tx, grip, who)?;
    case.handler = (on == Kind::CaseClaimed).then_some(who.id);
    let (case, recorded) = turn(tx, case, Turn::of(on, post, calendar), Ok)?;
    Ok(recorded.with(receipt(&case)))
}

/// Gives a case to a colleague (转办): he has it in hand from then on.
///
/// # Errors
/// `handover-nobody` for anybody but one of the same unit and post, `handover-aside` for one who has to do
/// with it himself, `case-words` without a reason.
pub fn hand_over(
    tx: &mut Tx<'_>,
    grip: Grip,
    who: &Officer,
    (to, reason): (StaffId, &str),
    calendar: &Calendar,
) -> Result<Done<Receipt>> {
    let (mut case, post) = for_officer(tx, grip, who)?;
    let peers = peers(tx, who.unit, role_of(post), who.id)?;
    let card = peers.into_iter().find(|card| card.id == to);
    let card = card.ok_or_else(|| Error::refused("handover-nobody"))?;
    if person_of_staff(tx, to)?.is_some_and(|person| case.parties.contains(&person)) {
        return Err(Error::refused("handover-aside"));
    }
    let (reason, at) = (rules::said("reason", reason)?, tx.ctx().at);
    case.handler = Some(to);
    let this = Turn::of(Kind::CaseHandedOver, post, calendar).with(json!({"to": card.no}));
    let (case, recorded) = turn(tx, case, this, Ok)?;
    let handed = Handed { from: who.id, to, reason, at };
    let id = tx.ctx().id();
    desk::hand_over(tx, id, (case.id, post), &handed)?;
    Ok(recorded.with(receipt(&case)))
}

/// Accepts (受理). After the fifth working day it only records what the law has done already.
pub fn accept(
    tx: &mut Tx<'_>,
    grip: Grip,
    who: &Officer,
    calendar: &Calendar,
) -> Result<Done<Receipt>> {
    let (mut case, post) = for_officer(tx, grip, who)?;
    let (at, pack) = (tx.ctx().at, pack_of(tx, &case)?);
    // The next desk begins with free hands.
    case.handler = None;
    let this = Turn::of(Kind::CaseAccepted, post, calendar);
    let (case, recorded) =
        turn(tx, case, this, |s| rules::accept(s, at, Some(who.id), &pack, calendar))?;
    document(tx, &case, "acceptance")?;
    notify(tx, &case, "accepted")?;
    Ok(recorded.with(receipt(&case)))
}

/// Does not accept (不予受理), with ground, reason, clause and where to go.
pub fn not_accept(
    tx: &mut Tx<'_>,
    grip: Grip,
    who: &Officer,
    why: NonAcceptance,
    calendar: &Calendar,
) -> Result<Done<Receipt>> {
    let (case, post) = for_officer(tx, grip, who)?;
    let at = tx.ctx().at;
    let this = Turn::of(Kind::CaseNotAccepted, post, calendar);
    let this = this.with(json!({"ground": why.ground.label()}));
    let (case, recorded) =
        turn(tx, case, this, |s| rules::not_accept(s, at, who.id, why, calendar))?;
    document(tx, &case, "not-accepted")?;
    notify(tx, &case, "not-accepted")?;
    Ok(recorded.with(receipt(&case)))
}

/// Records the law's acceptance, back-dated to the receipt by art. 32 and by nothing else.
///
/// # Errors
/// `case-not-deemed` before the time; `case-not-now` when it was answered.
pub fn deem(tx: &mut Tx<'_>, id: CaseId, calendar: &Calendar) -> Result<Done<Receipt>> {
    let mut case = records::by_id(tx, id)?;
    life::next(Some(case.state.phase()), Kind::CaseDeemedAccepted, Post::System)?;
    let (at, pack) = (tx.ctx().at, pack_of(tx, &case)?);
    case.handler = None;
    let this = Turn::of(Kind::CaseDeemedAccepted, Post::System, calendar);
    let (case, recorded) = turn(tx, case, this, |s| rules::deem(s, at, &pack, calendar))?;
    document(tx, &case, "acceptance")?;
    notify(tx, &case, "deemed")?;
    Ok(recorded.with(receipt(&case)))
}
