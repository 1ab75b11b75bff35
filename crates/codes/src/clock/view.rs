//! What is shown of the clock: due days, the row of cells (方格钟), days left, the light.

use serde::{Deserialize, Serialize};

use super::facts::{Facts, Thresholds, Unit};
use super::steps::{self, Step};
use super::walk::{DueDate, Pauses, reach};
use crate::Day;
use crate::calendar::Calendar;
use crate::time::next;

/// What one cell shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CellKind {
    /// Counted and gone.
    Used,
    /// Counted, and running today.
    Today,
    /// Counted, still to come (or saved, when the decision came first).
    Left,
    /// Not counted: a special procedure.
    Paused,
    /// Beyond the promised due day.
    Overdue,
}

/// One working day of the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cell {
    /// The day.
    pub day: Day,
    /// What it shows.
    pub kind: CellKind,
    /// Free days lie between this cell and the one before it.
    pub gap_before: bool,
}

/// The light of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// In time.
    Green,
    /// Little time left.
    Yellow,
    /// The promised day has passed.
    Red,
    /// The statutory day has passed.
    RedStatutory,
    /// Time is not counted today.
    Paused,
    /// Decided.
    Done,
}

impl State {
    /// Key of the name in `codes.ftl`.
    pub const fn key(self) -> &'static str {
        match self {
            State::Green => "codes-state-green",
            State::Yellow => "codes-state-yellow",
            State::Red => "codes-state-red",
            State::RedStatutory => "codes-state-red-statutory",
            State::Paused => "codes-state-paused",
            State::Done => "codes-state-done",
        }
    }
}

/// The clock of a case, as of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// 承诺办结日.
    pub promised: DueDate,
    /// 法定办结日, where a law sets a limit.
    pub statutory: Option<DueDate>,
    /// One cell for each working day after acceptance, to the promised due day or, when that has
    /// passed, to today (or the decision). At most [`MOST_CELLS`].
    pub cells: Vec<Cell>,
    /// Days left to the promised due day, today included when it counts; working days, or calendar
    /// days where the promise is given in calendar days, months or years.
    pub days_left: u32,
    /// Days over the promised due day, in the same unit; 0 while in time.
    pub days_over: u32,
    /// Today is among the days left (it is no free day and not paused).
    pub today_counts: bool,
    /// The light.
    pub state: State,
    /// Decided no later than the promised day (`None` while undecided).
    pub kept_promise: Option<bool>,
    /// Decided no later than the statutory day.
    pub kept_law: Option<bool>,
    /// Every due day, step by step, in order of days.
    pub steps: Vec<Step>,
}

/// Longest row of cells; beyond it the page shows words and a bar.
pub const MOST_CELLS: usize = 400;

/// The clock as of `today`, with the default thresholds.
pub fn explain(facts: &Facts, calendar: &Calendar, today: Day) -> Clock {
    explain_with(facts, calendar, today, Thresholds::default())
}

/// The clock as of `today`. Total: any facts give an answer, pauses that end before they start
/// take nothing out.
pub fn explain_with(
    facts: &Facts,
    calendar: &Calendar,
    today: Day,
    thresholds: Thresholds,
) -> Clock {
    // Once decided nothing moves any more: the clock is read as of the decision.
    let now = facts.decided.unwrap_or(today);
    let promised = reach(facts, facts.promised, calendar, now);
    let statutory = facts.statutory.map(|limit| reach(facts, limit, calendar, now));
    let steps = steps::explain(facts, calendar, now, &promised, statutory.as_ref());
    let law = statutory.as_ref().map(|s| s.due);
    let pauses = Pauses::new(&facts.pauses, now);
    let tally = tally(facts, calendar, &pauses, promised.due.day, now);
    let state = state(facts, thresholds, &tally, promised.due, law, now);
    Clock {
        promised: promised.due,
        statutory: law,
        cells: cells(facts, calendar, &pauses, promised.due.day, now),
        days_left: tally.left,
        days_over: tally.over,
        today_counts: tally.today_counts,
        state,
        kept_promise: facts.decided.map(|day| day <= promised.due.day),
        kept_law: facts.decided.and_then(|day| law.map(|law| day <= law.day)),
        steps,
    }
}

/// Days left and over, counted in the unit of the promise.
struct Tally {
    left: u32,
    over: u32,
    total: u32,
    today_counts: bool,
    paused: bool,
}

fn tally(facts: &Facts, calendar: &Calendar, pauses: &Pauses<'_>, due: Day, now: Day) -> Tally {
    let by_workday = matches!(facts.promised.unit, Unit::WorkDay | Unit::Instant);
    let counts = |day: Day| (!by_workday || calendar.is_workday(day)) && pauses.on(day).is_none();
    let mut tally =
        Tally { left: 0, over: 0, total: 0, today_counts: false, paused: pauses.on(now).is_some() };
    if facts.promised.unit == Unit::Instant {
        tally.total = 1;
        tally.left = u32::from(now <= due);
        tally.today_counts = now == due;
    }
    let mut day = facts.accepted;
    while day < due.max(now) && day < Day::MAX {
        day = next(day);
        if !counts(day) {
            continue;
        }
        if day > due {
            tally.over += u32::from(day <= now);
            continue;
        }
        tally.total += 1;
        tally.left += u32::from(day >= now);
        tally.today_counts |= day == now;
    }
    tally
}

fn state(
    facts: &Facts,
    thresholds: Thresholds,
    tally: &Tally,
    promised: DueDate,
    law: Option<DueDate>,
    now: Day,
) -> State {
    if facts.decided.is_some() {
        return State::Done;
    }
    if law.is_some_and(|law| now > law.day) {
        return State::RedStatutory;
    }
    if now > promised.day {
        return State::Red;
    }
    if tally.paused {
        return State::Paused;
    }
    // An instant item is due the day it comes: yellow from the start would warn of nothing.
    if facts.promised.unit == Unit::Instant {
        return State::Green;
    }
    let left = u64::from(tally.left);
    let few = left <= u64::from(thresholds.yellow_days);
    let share = left * 100 <= u64::from(tally.total) * u64::from(thresholds.yellow_percent);
    if few || share { State::Yellow } else { State::Green }
}

/// The row of cells: see `Clock::cells`.
fn cells(facts: &Facts, calendar: &Calendar, pauses: &Pauses<'_>, due: Day, now: Day) -> Vec<Cell> {
    let mut row = Vec::new();
    let last = due.max(now);
    let mut day = facts.accepted;
    let mut gap_before = false;
    // An instant item's one cell is its day of acceptance.
    if facts.promised.unit == Unit::Instant {
        row.push(Cell { day, kind: cell_kind(facts, pauses, day, due, now), gap_before: false });
    }
    while day < last && row.len() < MOST_CELLS {
        day = next(day);
        if !calendar.is_workday(day) {
            gap_before = !row.is_empty();
            continue;
        }
        row.push(Cell { day, kind: cell_kind(facts, pauses, day, due, now), gap_before });
        gap_before = false;
    }
    row
}

fn cell_kind(facts: &Facts, pauses: &Pauses<'_>, day: Day, due: Day, now: Day) -> CellKind {
    if pauses.on(day).is_some() {
        CellKind::Paused
    } else if day > due {
        CellKind::Overdue
    } else if day == now && facts.decided.is_none() {
        CellKind::Today
    } else if day <= now {
        CellKind::Used
    } else {
        CellKind::Left
    }
}
