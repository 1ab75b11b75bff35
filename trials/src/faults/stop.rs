//! R22: the server is told to stop under load; it ends well and soon, and nothing acknowledged is gone.

use super::{Plan, Stage, Trouble, control};
use crate::clock;
use crate::report::Report;
use crate::seed::Seed;
use crate::town::{Folder, Town};
use std::time::Duration;

/// Rounds unless told otherwise.
const ROUNDS: u64 = 20;
/// How long an orderly end may take.
const LIMIT: Duration = Duration::from_secs(30);

/// Stops again and again.
pub fn run(plan: &Plan) -> Result<Report, Trouble> {
    let rounds = plan.rounds.unwrap_or(ROUNDS);
    let folder = Folder::new("stop")?;
    let mut town = Town::on_copy(&plan.binary, &folder.0, &plan.template)?;
    town.stop_as_usual()?;
    let mut stage = Stage::with(plan, "stop", rounds, folder, town)?;
    let (mut slowest, mut broken): (f64, u64) = (0.0, 0);
    for round in 1..=rounds {
        let mut pick = stage.seed.part("round", round);
        let before = stage.world.ledger.counts().1;
        slowest = slowest.max(once(&mut stage, &mut pick)?);
        broken += stage.world.ledger.counts().1.saturating_sub(before);
        stage.judge();
        stage.round(round);
    }
    stage.count();
    stage.report.note("slowest_stop_s", slowest);
    stage.report.note("broken_in_flight", broken);
    stage.report.control_lost = control::put_back(&mut stage)?;
    Ok(stage.end())
}

/// One stop and one start; gives the seconds that the stop took.
pub fn once(stage: &mut Stage, pick: &mut Seed) -> Result<f64, String> {
    let clients = pick.between(8, 33) as usize;
    let moment = pick.between(800, 4000);
    let Stage { town, world, .. } = stage;
    let ended = world.under_load(clients, || {
        clock::pause(moment);
        town.stop(LIMIT)
    });
    let took = match ended {
        Ok((0, seconds)) => seconds,
        Ok((code, seconds)) => {
            let log = stage.town.last_lines(5);
            stage.report.object(format!("exit code {code} after {seconds} s: {log}"));
            seconds
        }
        Err(reason) => {
            stage.report.object(reason);
            LIMIT.as_secs_f64()
        }
    };
    stage.town.start()?;
    Ok(took)
}
