//! The life table of a sitting: from which stage which event leads where. Every arrow is a clerk's of the
//! unit, but the confirmation, which is the applicant's own.

use super::model::Stage;
use store::{Error, Kind, Result};

/// One arrow.
#[derive(Debug, Clone, Copy)]
pub struct Arrow {
    /// Before; `None` before anybody came.
    pub from: Option<Stage>,
    /// The event.
    pub on: Kind,
    /// After.
    pub to: Stage,
}

const fn arrow(from: Stage, on: Kind, to: Stage) -> Arrow {
    Arrow { from: Some(from), on, to }
}

/// The whole life.
pub const LIFE: &[Arrow] = &[
    Arrow { from: None, on: Kind::IntakeOpened, to: Stage::Arrived },
    arrow(Stage::Arrived, Kind::IntakeItem, Stage::Filling),
    arrow(Stage::Filling, Kind::IntakeItem, Stage::Filling),
    arrow(Stage::Filling, Kind::ConsentGiven, Stage::Filling),
    arrow(Stage::Filling, Kind::PaperSeen, Stage::Filling),
    arrow(Stage::Filling, Kind::IntakeConfirmed, Stage::Filling),
    arrow(Stage::Filling, Kind::IntakeObjected, Stage::Filling),
    arrow(Stage::Filling, Kind::IntakeOpened, Stage::Filling),
    arrow(Stage::Filling, Kind::IntakeTold, Stage::Waiting),
    arrow(Stage::Waiting, Kind::IntakeOpened, Stage::Filling),
    arrow(Stage::Filling, Kind::CaseSubmitted, Stage::Done),
    arrow(Stage::Arrived, Kind::IntakeEnded, Stage::Ended),
    arrow(Stage::Filling, Kind::IntakeEnded, Stage::Ended),
    arrow(Stage::Waiting, Kind::IntakeEnded, Stage::Ended),
];

/// Where an event leads from a stage.
///
/// # Errors
/// `intake-not-now` when it may not happen there.
pub fn next(from: Option<Stage>, on: Kind) -> Result<Stage> {
    let found = LIFE.iter().find(|a| a.from == from && a.on == on);
    found.map(|a| a.to).ok_or_else(|| Error::refused("intake-not-now"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_follows_the_end_and_every_stage_is_reached() {
        for stage in Stage::ALL {
            assert!(LIFE.iter().any(|a| a.to == stage), "{}", stage.label());
            let leaves = LIFE.iter().any(|a| a.from == Some(stage));
            assert_eq!(leaves, stage.open(), "{}", stage.label());
        }
        assert_eq!(
            next(Some(Stage::Done), Kind::IntakeEnded).map_err(|e| e.code()),
            Err("intake-not-now")
        );
        assert_eq!(
            next(Some(Stage::Waiting), Kind::CaseSubmitted).map_err(|e| e.code()),
            Err("intake-not-now")
        );
    }
}
