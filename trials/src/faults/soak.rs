//! R23: steady work for a long time: memory, descriptors and answers stay what they were.

use super::{Plan, Stage, Trouble, control};
use crate::clock;
use crate::report::{Report, say};
use crate::town::Size;

/// Rounds unless told otherwise, a minute each.
const ROUNDS: u64 = 60;
const MINUTE: u64 = 60_000;
const CLIENTS: usize = 12;
/// Rounds at the beginning in which caches fill.
const WARM: usize = 3;
/// By how much memory may be above the warm state at the end, of a hundred.
const GROWTH: u64 = 10;
/// By how many descriptors there may be more.
const DESCRIPTORS: u64 = 16;

/// Works and measures, a minute after the other.
pub fn run(plan: &Plan) -> Result<Report, Trouble> {
    let rounds = plan.rounds.unwrap_or(ROUNDS);
    let mut stage = Stage::set(plan, "soak", rounds)?;
    let mut sizes = Vec::new();
    for round in 1..=rounds {
        stage.world.under_load(CLIENTS, || clock::pause(MINUTE));
        // At rest, so that what is in flight does not count.
        clock::pause(1000);
        let size = stage.town.size();
        say(&format!("  own {} KiB, {} descriptors", size.own, size.open));
        sizes.push(size);
        if round % 10 == 0 || round == rounds {
            stage.judge();
        }
        stage.round(round);
    }
    let again = stage.oracle.look_again(&stage.world, &stage.town);
    stage.report.take(again);
    stage.count();
    // The file of the database grows with the work, and with it the pages of it that are looked into: what the
    // program holds itself is what must not grow.
    let each = |of: fn(&Size) -> u64| sizes.iter().map(of).collect::<Vec<_>>();
    let (own, resident) = (each(|size| size.own / 1024), each(|size| size.resident / 1024));
    if let (Some(warm), Some(last)) = (sizes.get(WARM), sizes.last()) {
        if last.own > warm.own + warm.own * GROWTH / 100 {
            stage.report.object(format!("memory grew from {} to {} KiB", warm.own, last.own));
        }
        if last.open > warm.open + DESCRIPTORS {
            stage
                .report
                .wrong
                .push(format!("descriptors grew from {} to {}", warm.open, last.open));
        }
    }
    stage.report.note("own_mb", own);
    stage.report.note("resident_mb", resident);
    stage.report.note("descriptors", each(|size| size.open));
    // An hour is not thrown away because what comes after it cannot be done.
    match control::put_back(&mut stage) {
        Ok(lost) => stage.report.control_lost = lost,
        Err(reason) => stage.report.object(reason),
    }
    Ok(stage.end())
}
