//! The counting itself: one walk over the days behind every due day.

use jiff::ToSpan;
use serde::{Deserialize, Serialize};

use super::facts::{Facts, Limit, Pause, Unit};
use crate::Day;
use crate::calendar::Calendar;
use crate::time::{days_between, next};

/// When something is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DueDate {
    /// The last day in time.
    pub day: Day,
    /// The count left the announced years: the day may still move.
    pub provisional: bool,
    /// A pause is open: the day supposes that it ends as planned (or today, when the plan has
    /// passed) and moves on with it.
    pub moving: bool,
}

impl DueDate {
    /// Key of the remark a page sets beside a day that may still move.
    pub const fn remark(&self) -> Option<&'static str> {
        if self.moving {
            Some("codes-moving")
        } else if self.provisional {
            Some("codes-provisional")
        } else {
            None
        }
    }
}

/// A due day and what led to it.
pub(super) struct Reached {
    pub due: DueDate,
    /// The extension moved it.
    pub extended: bool,
    /// Where it would have fallen before moving on to a working day.
    pub rolled_from: Option<Day>,
}

/// The pauses as the walk needs them: days `(start, end]`, open ends closed by supposition.
pub(super) struct Pauses<'a> {
    pauses: &'a [Pause],
    today: Day,
}

impl<'a> Pauses<'a> {
    pub(super) fn new(pauses: &'a [Pause], today: Day) -> Pauses<'a> {
        Pauses { pauses, today }
    }

    /// The last day a pause takes out.
    pub(super) fn end(&self, pause: &Pause) -> Day {
        let supposed = pause.planned.unwrap_or(self.today).max(self.today);
        pause.end.unwrap_or(supposed)
    }

    /// The pause that takes this day out, if one does.
    pub(super) fn on(&self, day: Day) -> Option<&Pause> {
        self.pauses.iter().find(|p| p.start < day && day <= self.end(p))
    }

    /// Whether a pause is open that began no later than `day`.
    pub(super) fn open_by(&self, day: Day) -> bool {
        self.pauses.iter().any(|p| p.end.is_none() && p.start <= day)
    }

    /// The last day any pause reaches; beyond it nothing is taken out.
    fn horizon(&self) -> Option<Day> {
        self.pauses.iter().map(|p| self.end(p)).max()
    }
}

/// The due day of one limit.
pub(super) fn reach(facts: &Facts, limit: Limit, calendar: &Calendar, today: Day) -> Reached {
    let pauses = Pauses::new(&facts.pauses, today);
    let from = facts.accepted;
    let (mut day, rolled_from) = plain(from, limit, calendar, &pauses);
    // An extension granted after the day had passed cannot undo the delay.
    let extension = facts.extension.filter(|e| e.granted() <= day && limit.unit != Unit::Instant);
    if let Some(extension) = extension {
        day = count(day, extension.days(), &pauses, |d| calendar.is_workday(d));
    }
    let due = calendar.due(from, day);
    let moving = limit.unit != Unit::Instant && pauses.open_by(day);
    Reached {
        due: DueDate { day, provisional: due.provisional, moving },
        extended: extension.is_some(),
        rolled_from: rolled_from.filter(|_| extension.is_none()),
    }
}

/// The due day without extension, and where it fell before moving on to a working day.
fn plain(from: Day, limit: Limit, calendar: &Calendar, pauses: &Pauses<'_>) -> (Day, Option<Day>) {
    let calendar_days = match limit.unit {
        Unit::Instant => return (from, None),
        Unit::WorkDay => return (count(from, limit.n, pauses, |d| calendar.is_workday(d)), None),
        Unit::CalendarDay => limit.n,
        Unit::Month => span_days(from, limit.n.into()),
        Unit::Year => span_days(from, i64::from(limit.n) * 12),
    };
    let reached = count(from, calendar_days, pauses, |_| true);
    // 民法典 art. 203: a period whose last day is free ends on the next day offices work; a pause
    // that holds that day takes it out as well.
    let mut day = reached;
    while day < Day::MAX
        && (!calendar.is_workday(day) || (day != reached && pauses.on(day).is_some()))
    {
        day = next(day);
    }
    (day, (day != reached).then_some(reached))
}

/// Days from `from` to the same day so many months later, or that month's last day.
fn span_days(from: Day, months: i64) -> u32 {
    let months = months.clamp(0, 12 * 1000);
    let to = from.saturating_add(months.months());
    u32::try_from(days_between(from, to)).unwrap_or(0)
}

/// The `n`-th day after `from` that counts and is not paused. `n` = 0 answers `from`.
fn count(from: Day, n: u32, pauses: &Pauses<'_>, counts: impl Fn(Day) -> bool) -> Day {
    let horizon = pauses.horizon();
    let mut at = from;
    let mut left = n;
    while left > 0 && at < Day::MAX {
        at = next(at);
        let paused = horizon.is_some_and(|last| at <= last) && pauses.on(at).is_some();
        if counts(at) && !paused {
            left -= 1;
        }
    }
    at
}
