//! The explanation: each due day as a list of steps, worded in `codes.ftl` under `codes-step-…`.

use serde::{Deserialize, Serialize};

use super::facts::{Facts, Limit, PauseKind, Unit};
use super::walk::{Pauses, Reached};
use crate::Day;
use crate::calendar::{Calendar, DayKind, holiday_id};
use crate::time::next;

/// Which of the two due days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Which {
    /// 承诺办结日.
    Promised,
    /// 法定办结日.
    Statutory,
}

/// What happened, or what a rule says, on the day of a [`Step`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum StepKind {
    /// The materials were received (shown when that was before the acceptance).
    Received,
    /// Accepted; this day is not counted (民法典 art. 201).
    Accepted,
    /// Deemed accepted, back-dated to the receipt (行政许可法 art. 32).
    DeemedAccepted,
    /// The first day that counts.
    FirstDay {
        /// What is counted.
        unit: Unit,
    },
    /// A holiday that is not counted; the step's day is its first free day.
    Holiday {
        /// Its name.
        name: Box<str>,
        /// Its last free day.
        to: Day,
    },
    /// A weekend day that counts, since it is worked (调休).
    MakeUp {
        /// The holiday it is worked for.
        name: Box<str>,
    },
    /// A pause began; counting stops with the next day (art. 45).
    Paused {
        /// Why.
        kind: PauseKind,
    },
    /// A pause is planned to end on the step's day.
    PausePlanned {
        /// Why it is.
        kind: PauseKind,
    },
    /// A pause ended; counting goes on with the next day.
    Resumed {
        /// Why it was.
        kind: PauseKind,
        /// Days it took out.
        days: u32,
        /// Working days, or calendar days where the promise counts those.
        unit: Unit,
    },
    /// The extension was granted (art. 42).
    Extended {
        /// Working days added.
        days: u32,
    },
    /// The extension came after this due day and does not move it.
    ExtensionTooLate {
        /// Which due day stays.
        which: Which,
    },
    /// The limit ended on this free day and moves on to the next working day (民法典 art. 203).
    Rolled {
        /// Which due day moved.
        which: Which,
        /// Where it moved to.
        to: Day,
    },
    /// The due day.
    Due {
        /// Which one.
        which: Which,
        /// The limit behind it.
        limit: Limit,
        /// Working days the extension added.
        extended: u32,
    },
    /// The calendar of this year is not announced: what lies beyond may move.
    Provisional {
        /// The first year without notice.
        year: i16,
    },
    /// Decided: the clock stops.
    Decided,
}

/// One step of the explanation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Step {
    /// The day it is about.
    pub day: Day,
    /// What it says.
    pub kind: StepKind,
}

impl Step {
    /// Key of the wording.
    pub fn key(&self) -> &'static str {
        match self.kind {
            StepKind::Received => "codes-step-received",
            StepKind::Accepted => "codes-step-accepted",
            StepKind::DeemedAccepted => "codes-step-deemed",
            StepKind::FirstDay { .. } => "codes-step-first-day",
            StepKind::Holiday { to, .. } if to == self.day => "codes-step-holiday-day",
            StepKind::Holiday { .. } => "codes-step-holiday",
            StepKind::MakeUp { .. } => "codes-step-make-up",
            StepKind::Paused { .. } => "codes-step-paused",
            StepKind::PausePlanned { .. } => "codes-step-pause-planned",
            StepKind::Resumed { .. } => "codes-step-resumed",
            StepKind::Extended { .. } => "codes-step-extended",
            StepKind::ExtensionTooLate { .. } => "codes-step-extension-late",
            StepKind::Rolled { .. } => "codes-step-rolled",
            StepKind::Due { extended: 0, .. } => "codes-step-due",
            StepKind::Due { .. } => "codes-step-due-extended",
            StepKind::Provisional { .. } => "codes-step-provisional",
            StepKind::Decided => "codes-step-decided",
        }
    }

    /// Values of the wording: `day` always, the rest as the kind has them. Days are written by
    /// `say` (for example [`crate::time::zh_day`]); names such as `hearing` are chosen among inside
    /// the wording.
    pub fn args(&self, say: fn(Day) -> String) -> Vec<(&'static str, String)> {
        let mut args = vec![("day", say(self.day))];
        match &self.kind {
            StepKind::FirstDay { unit } => args.push(("unit", unit.name().to_string())),
            StepKind::Holiday { name, to } => {
                args.push(("holiday", holiday_id(name).to_string()));
                args.push(("name", name.to_string()));
                args.push(("to", say(*to)));
            }
            StepKind::MakeUp { name } => {
                args.push(("holiday", holiday_id(name).to_string()));
                args.push(("name", name.to_string()));
            }
            StepKind::Paused { kind } | StepKind::PausePlanned { kind } => {
                args.push(("kind", kind.name().to_string()));
            }
            StepKind::Resumed { kind, days, unit } => {
                args.push(("kind", kind.name().to_string()));
                args.push(("days", days.to_string()));
                args.push(("unit", unit.name().to_string()));
            }
            StepKind::Extended { days } => args.push(("days", days.to_string())),
            StepKind::ExtensionTooLate { which } => args.push(("which", which.name().to_string())),
            StepKind::Rolled { which, to } => {
                args.push(("which", which.name().to_string()));
                args.push(("to", say(*to)));
            }
            StepKind::Due { which, limit, extended } => {
                args.push(("which", which.name().to_string()));
                args.push(("n", limit.n.to_string()));
                args.push(("unit", limit.unit.name().to_string()));
                args.push(("days", extended.to_string()));
            }
            StepKind::Provisional { year } => args.push(("year", year.to_string())),
            StepKind::Received
            | StepKind::Accepted
            | StepKind::DeemedAccepted
            | StepKind::Decided => {}
        }
        args
    }
}

impl Which {
    /// Stable name, as serde and the wordings write it.
    pub const fn name(self) -> &'static str {
        match self {
            Which::Promised => "promised",
            Which::Statutory => "statutory",
        }
    }
}

/// All steps, in order of days; on one day in the order things follow from each other.
pub(super) fn explain(
    facts: &Facts,
    calendar: &Calendar,
    now: Day,
    promised: &Reached,
    law: Option<&Reached>,
) -> Vec<Step> {
    let last = law.map_or(promised.due.day, |law| law.due.day.max(promised.due.day));
    let mut steps = Vec::new();
    // Free days first: that a Sunday is worked explains why it is the first day that counts.
    if counts_workdays(facts) {
        free_days(facts, calendar, last, &mut steps);
    }
    beginning(facts, calendar, now, &mut steps);
    if !instant(facts) {
        pauses(facts, calendar, now, &mut steps);
    }
    if let Some(extension) = facts.extension {
        let kind = StepKind::Extended { days: extension.days() };
        steps.push(Step { day: extension.granted(), kind });
    }
    due(facts, Which::Promised, facts.promised, promised, &mut steps);
    if let (Some(limit), Some(law)) = (facts.statutory, law) {
        due(facts, Which::Statutory, limit, law, &mut steps);
    }
    let unsure = promised.due.provisional || law.is_some_and(|law| law.due.provisional);
    if unsure && let Some(step) = provisional(calendar, facts.accepted, last) {
        steps.push(step);
    }
    if let Some(day) = facts.decided {
        steps.push(Step { day, kind: StepKind::Decided });
    }
    // Stable: steps of one day keep the order they were made in.
    steps.sort_by_key(|step| step.day);
    steps
}

/// A limit or the extension counts working days, so that holidays matter.
fn counts_workdays(facts: &Facts) -> bool {
    let counts = |limit: Limit| limit.unit == Unit::WorkDay;
    let limits = counts(facts.promised) || facts.statutory.is_some_and(counts);
    limits || (facts.extension.is_some() && !instant(facts))
}

/// Neither limit counts any days.
fn instant(facts: &Facts) -> bool {
    let is = |limit: Limit| limit.unit == Unit::Instant;
    is(facts.promised) && facts.statutory.is_none_or(is)
}

fn beginning(facts: &Facts, calendar: &Calendar, now: Day, steps: &mut Vec<Step>) {
    if facts.received < facts.accepted {
        steps.push(Step { day: facts.received, kind: StepKind::Received });
    }
    let accepted = if facts.deemed { StepKind::DeemedAccepted } else { StepKind::Accepted };
    steps.push(Step { day: facts.accepted, kind: accepted });
    let unit = facts.promised.unit;
    if unit == Unit::Instant {
        return;
    }
    let held = Pauses::new(&facts.pauses, now);
    let counts =
        |day: Day| (unit != Unit::WorkDay || calendar.is_workday(day)) && held.on(day).is_none();
    let mut day = next(facts.accepted);
    while !counts(day) && day < Day::MAX {
        day = next(day);
    }
    steps.push(Step { day, kind: StepKind::FirstDay { unit } });
}

/// Holidays and worked weekends between acceptance and the last due day. Plain weekends go without
/// saying.
fn free_days(facts: &Facts, calendar: &Calendar, last: Day, steps: &mut Vec<Step>) {
    let mut day = facts.accepted;
    let mut open: Option<(Day, Box<str>)> = None;
    while day < last && day < Day::MAX {
        day = next(day);
        let kind = calendar.kind(day);
        if let Some((from, name)) = open.take() {
            // A holiday runs on through the weekend inside or behind it.
            let goes_on = match &kind {
                DayKind::Weekend => true,
                DayKind::Holiday(next_name) => *next_name == name,
                _ => false,
            };
            if goes_on && day < last {
                open = Some((from, name));
                continue;
            }
            let to = day.yesterday().unwrap_or(day);
            steps.push(Step { day: from, kind: StepKind::Holiday { name, to } });
        }
        match kind {
            DayKind::Holiday(name) => open = Some((day, name)),
            DayKind::MakeUp(name) => steps.push(Step { day, kind: StepKind::MakeUp { name } }),
            DayKind::Work | DayKind::Weekend => {}
        }
    }
}

fn pauses(facts: &Facts, calendar: &Calendar, now: Day, steps: &mut Vec<Step>) {
    let held = Pauses::new(&facts.pauses, now);
    let by_workday = matches!(facts.promised.unit, Unit::WorkDay | Unit::Instant);
    let unit = if by_workday { Unit::WorkDay } else { Unit::CalendarDay };
    for pause in &facts.pauses {
        let kind = pause.kind;
        let end = held.end(pause);
        steps.push(Step { day: pause.start, kind: StepKind::Paused { kind } });
        if pause.end.is_none() {
            steps.push(Step { day: end, kind: StepKind::PausePlanned { kind } });
            continue;
        }
        let mut days = 0;
        let mut day = pause.start.max(facts.accepted);
        while day < end {
            day = next(day);
            // A day that two pauses hold is told once, by the one listed first.
            let ours = held.on(day).is_some_and(|holder| std::ptr::eq(holder, pause));
            days += u32::from(ours && (!by_workday || calendar.is_workday(day)));
        }
        steps.push(Step { day: end, kind: StepKind::Resumed { kind, days, unit } });
    }
}

fn due(facts: &Facts, which: Which, limit: Limit, reached: &Reached, steps: &mut Vec<Step>) {
    let day = reached.due.day;
    if let Some(from) = reached.rolled_from {
        steps.push(Step { day: from, kind: StepKind::Rolled { which, to: day } });
    }
    let late = facts.extension.filter(|_| !reached.extended && limit.unit != Unit::Instant);
    if let Some(extension) = late {
        steps.push(Step { day: extension.granted(), kind: StepKind::ExtensionTooLate { which } });
    }
    let added = facts.extension.filter(|_| reached.extended).map_or(0, |e| e.days());
    steps.push(Step { day, kind: StepKind::Due { which, limit, extended: added } });
}

/// The first day of the first year that is not announced, among those the count runs through.
fn provisional(calendar: &Calendar, from: Day, last: Day) -> Option<Step> {
    let year = (next(from).year()..=last.year()).find(|year| !calendar.published(*year))?;
    let day = Day::new(year, 1, 1).unwrap_or(last).max(from);
    Some(Step { day, kind: StepKind::Provisional { year } })
}
