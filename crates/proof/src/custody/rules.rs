//! Whether a seal may be put on a paper now, and who may hold it for how long. Pure.

use super::model::{Guard, Holder};
use crate::seals::model::SealStatus;
use codes::time::Stamp;
use store::{Error, Result};

/// Longest term of a holder, days.
pub const TERM_DAYS: i64 = 1_095;
/// Longest delegation, days.
pub const DELEGATION_DAYS: i64 = 30;
/// How long an unlocking lasts, seconds.
pub const UNLOCK_SECONDS: i64 = 1_800;
/// How many different holders unlock a level-1 seal.
pub const UNLOCKERS: usize = 2;
/// Most papers an hour that may be set as a limit.
pub const MOST_PER_HOUR: i64 = 100_000;

/// Refusals that pass by themselves or by a holder's hand: the paper waits.
const WAITING: &[&str] = &[
    "seal-none",
    "seal-coming",
    "seal-suspended",
    "seal-expired",
    "seal-no-holder",
    "seal-locked",
    "seal-hour-full",
];

/// Whether a paper refused so waits for the seal.
pub fn waits(code: &str) -> bool {
    WAITING.contains(&code)
}

/// Whether the seal may be put on one more paper at this moment.
///
/// # Errors
/// `seal-suspended`, `seal-none` (not in use), `seal-expired`, `seal-no-holder`, `seal-locked`,
/// `seal-hour-full` with the time from which there is room again.
pub fn may_seal(guard: &Guard, at: Stamp) -> Result<()> {
    let seal = &guard.seal;
    match seal.status {
        SealStatus::InUse => {}
        SealStatus::Suspended => return Err(Error::refused("seal-suspended")),
        _ => return Err(Error::refused("seal-none")),
    }
    if seal.valid_to <= at {
        return Err(Error::refused("seal-expired"));
    }
    if !guard.holders.iter().any(|h| effective(h, &guard.holders, at)) {
        return Err(Error::refused("seal-no-holder"));
    }
    if seal.level == 1 && unlockers(guard, at).len() < UNLOCKERS {
        return Err(Error::refused("seal-locked"));
    }
    match free_at(guard, at) {
        Some(free) => Err(Error::refused_with("seal-hour-full", "time", free.hm())),
        None => Ok(()),
    }
}

/// Whether somebody's holding counts: his term runs, and of a delegate also that of who delegated to him.
pub fn effective(holder: &Holder, all: &[Holder], at: Stamp) -> bool {
    let giver = |h: &Holder, by: i64| h.staff == by && h.delegated_by.is_none() && h.runs(at);
    holder.runs(at) && holder.delegated_by.is_none_or(|by| all.iter().any(|h| giver(h, by)))
}

/// The different people whose unlocking counts: still holders, still within its time.
pub fn unlockers(guard: &Guard, at: Stamp) -> Vec<i64> {
    let holds = |staff: i64| {
        guard.holders.iter().any(|h| h.staff == staff && effective(h, &guard.holders, at))
    };
    let open = guard.unlocks.iter().filter(|u| at < u.until && holds(u.staff));
    let mut people: Vec<i64> = open.map(|u| u.staff).collect();
    people.sort_unstable();
    people.dedup();
    people
}

/// When there is room again under the limit per hour; `None` when there is room now.
pub fn free_at(guard: &Guard, at: Stamp) -> Option<Stamp> {
    let most = usize::try_from(guard.seal.per_hour).ok().filter(|n| *n > 0)?;
    let hour_ago = at.plus_seconds(-3_600);
    let lately: Vec<Stamp> = guard.lately.iter().copied().filter(|t| *t > hour_ago).collect();
    // Newest first: when the one at this place has left the hour, there are fewer than the limit.
    lately.get(most - 1).map(|t| t.plus_seconds(3_600))
}

/// The end of a new holder's term.
///
/// # Errors
/// `custody-term` when it is no term of 1 to [`TERM_DAYS`] days.
pub fn term(days: i64, at: Stamp) -> Result<Stamp> {
    if (1..=TERM_DAYS).contains(&days) {
        Ok(at.plus_days(days))
    } else {
        Err(Error::refused("custody-term"))
    }
}

/// The end of a delegation by this holder: never beyond his own term.
///
/// # Errors
/// `custody-delegation` when it is longer than [`DELEGATION_DAYS`] or than what is left, and for a delegate,
/// who delegates nothing on.
pub fn delegation(giver: &Holder, days: i64, at: Stamp) -> Result<Stamp> {
    let until = at.plus_days(days);
    let own = giver.runs(at) && giver.delegated_by.is_none();
    if own && (1..=DELEGATION_DAYS).contains(&days) && until <= giver.until {
        Ok(until)
    } else {
        Err(Error::refused("custody-delegation"))
    }
}

/// A limit of papers an hour; 0 lifts it.
///
/// # Errors
/// `custody-limit`.
pub fn limit(per_hour: i64) -> Result<i64> {
    let fits = (0..=MOST_PER_HOUR).contains(&per_hour);
    if fits { Ok(per_hour) } else { Err(Error::refused("custody-limit")) }
}
