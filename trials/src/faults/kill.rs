//! R1: the server is killed at a random moment under load, and started again on what is on the disk.

use super::{Plan, Stage, Trouble, control};
use crate::clock;
use crate::report::Report;
use crate::seed::Seed;

/// Rounds unless told otherwise.
const ROUNDS: u64 = 40;

/// Kills again and again.
pub fn run(plan: &Plan) -> Result<Report, Trouble> {
    let rounds = plan.rounds.unwrap_or(ROUNDS);
    let mut stage = Stage::set(plan, "kill", rounds)?;
    let mut slowest: f64 = 0.0;
    for round in 1..=rounds {
        let mut pick = stage.seed.part("round", round);
        slowest = slowest.max(once(&mut stage, &mut pick)?);
        stage.judge();
        stage.round(round);
    }
    let again = stage.oracle.look_again(&stage.world, &stage.town);
    stage.report.take(again);
    stage.count();
    stage.report.note("slowest_start_s", slowest);
    stage.report.control_doubled = Some(control::without_key(&mut stage)?);
    stage.report.control_lost = control::put_back(&mut stage)?;
    Ok(stage.end())
}

/// One kill and one start; gives the seconds that the start took.
pub fn once(stage: &mut Stage, pick: &mut Seed) -> Result<f64, String> {
    let clients = pick.between(8, 33) as usize;
    let moment = pick.between(200, 3000);
    let Stage { town, world, .. } = stage;
    world.under_load(clients, || {
        clock::pause(moment);
        town.kill();
    });
    stage.town.start()
}
