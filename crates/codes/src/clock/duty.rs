//! The short duties around a case: the five-day notice, deemed acceptance, delivery in ten days.

use serde::{Deserialize, Serialize};

use super::view::State;
use crate::Day;
use crate::calendar::{Calendar, Due};

/// 当场或者五日内一次告知 (行政许可法 art. 32), in working days.
pub const NOTICE_DAYS: u32 = 5;

/// 作出决定之日起十日内颁发、送达 (art. 44), in working days.
pub const DELIVERY_DAYS: u32 = 10;

/// The last day to accept, refuse or tell at once everything that is missing. `received` is the day
/// the latest materials came; it is not counted.
pub fn notice_due(received: Day, calendar: &Calendar) -> Due {
    calendar.add_workdays(received, NOTICE_DAYS)
}

/// The last day to hand over the licence.
pub fn delivery_due(decided: Day, calendar: &Calendar) -> Due {
    calendar.add_workdays(decided, DELIVERY_DAYS)
}

/// An acceptance the law supposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Deemed {
    /// The day the acceptance counts from: the day of receipt itself (自收到申请材料之日起).
    pub accepted: Day,
    /// The last day on which an answer would have prevented it.
    pub notice_due: Day,
}

/// Whether an application counts as accepted as of `today` because nobody answered within five
/// working days. `answered` is the day of acceptance, refusal or one-time notice; an answer after
/// the fifth day comes too late and changes nothing.
pub fn deemed_accepted(
    received: Day,
    answered: Option<Day>,
    calendar: &Calendar,
    today: Day,
) -> Option<Deemed> {
    let due = notice_due(received, calendar).day;
    let answer_in_time = answered.is_some_and(|day| day <= due);
    (!answer_in_time && today > due).then_some(Deemed { accepted: received, notice_due: due })
}

/// A duty of some working days and its light.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Duty {
    /// The last day in time.
    pub due: Due,
    /// Working days left, today included; 0 when it has passed or is done.
    pub days_left: u32,
    /// The light; never `Paused` or `RedStatutory`.
    pub state: State,
}

/// The light of a duty of `n` working days from `start`: yellow at `yellow_days` left or fewer,
/// red once it has passed. Done late stays red: cards stay on record.
pub fn duty(
    start: Day,
    n: u32,
    done: Option<Day>,
    calendar: &Calendar,
    today: Day,
    yellow_days: u32,
) -> Duty {
    let due = calendar.add_workdays(start, n);
    let now = done.unwrap_or(today);
    if now > due.day {
        return Duty { due, days_left: 0, state: State::Red };
    }
    if done.is_some() {
        return Duty { due, days_left: 0, state: State::Done };
    }
    let eve = now.yesterday().unwrap_or(now).max(start);
    let days_left = u32::try_from(calendar.workdays_between(eve, due.day)).unwrap_or(0);
    let state = if days_left <= yellow_days { State::Yellow } else { State::Green };
    Duty { due, days_left, state }
}
