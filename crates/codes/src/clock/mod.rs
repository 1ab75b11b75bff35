//! The clock of the licensing law (行政许可法 2019): which days count, when the work is due, and why.
//!
//! Rules, each shown to the reader as a [`Step`]:
//!
//! - Days are working days (art. 82). The day of acceptance is not counted (民法典 art. 201).
//! - Time for hearing, tender, auction, inspection, testing, quarantine, appraisal and expert review
//!   is not counted (art. 45). A pause follows the same rule as every period: its first day counts
//!   as worked, its last day as paused, so it takes out the days *after* its start *up to and with*
//!   its end. Splitting a pause in two therefore changes nothing, and a pause that starts and
//!   ends on one day takes nothing out. Overlapping pauses take a day out once. A pause begun on
//!   the due day itself therefore comes too late, which is the reading that favours the applicant.
//! - One extension of at most ten working days (art. 42 ¶1; fifteen for joint handling, ¶2) moves
//!   the statutory due day, and the promised one with it unless that had already passed: an
//!   extension cannot undo a delay.
//! - Promised and statutory due days run in parallel under the same pauses.
//! - Limits in calendar days, months and years end on a working day (民法典 art. 202, 203).
//! - Instant items are due on the day they are accepted.
//! - A due day beyond the last announced year is provisional and to be computed anew.
//!
//! Files: [`facts`](Facts) what is known, `walk` the counting, `view` the cells and the light,
//! `steps` the explanation, `duty` the short duties around it (notice, delivery).

mod duty;
mod facts;
mod steps;
mod view;
mod walk;

pub use duty::{
    DELIVERY_DAYS, Deemed, Duty, NOTICE_DAYS, deemed_accepted, delivery_due, duty, notice_due,
};
pub use facts::{Extension, Facts, Limit, Pause, PauseKind, Thresholds, Unit};
pub use steps::{Step, StepKind, Which};
pub use view::{Cell, CellKind, Clock, MOST_CELLS, State, explain, explain_with};
pub use walk::DueDate;

#[cfg(test)]
mod tests;
