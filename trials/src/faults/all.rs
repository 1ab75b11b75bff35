//! R30: whatever may happen, mixed by the seed: kills, stops, standstills, errors of the disk, bad lines.

use super::{Plan, Stage, Trouble, control, io_error, kill, stop};
use crate::clock;
use crate::proxy::{Badness, Proxy};
use crate::report::Report;
use crate::town::{signal, which};

/// Rounds unless told otherwise.
const ROUNDS: u64 = 40;
const CLIENTS: usize = 16;

/// A fault a round, each by the seed.
pub fn run(plan: &Plan) -> Result<Report, Trouble> {
    let rounds = plan.rounds.unwrap_or(ROUNDS);
    let mut stage = Stage::set(plan, "all", rounds)?;
    let mut done: std::collections::BTreeMap<&str, u64> = std::collections::BTreeMap::new();
    for round in 1..=rounds {
        let mut pick = stage.seed.part("round", round);
        let name = match pick.between(0, 5) {
            0 => {
                stop::once(&mut stage, &mut pick)?;
                "stop"
            }
            1 => {
                stand_still(&mut stage, pick.between(500, 4000))?;
                "standstill"
            }
            2 => {
                bad_line(&mut stage, &mut pick)?;
                "bad line"
            }
            3 if which("strace").is_some() => {
                io_error::once(&mut stage, &mut pick, round)?;
                "io-error"
            }
            _ => {
                kill::once(&mut stage, &mut pick)?;
                "kill"
            }
        };
        *done.entry(name).or_default() += 1;
        stage.judge();
        stage.round(round);
    }
    let again = stage.oracle.look_again(&stage.world, &stage.town);
    stage.report.take(again);
    stage.count();
    stage.report.note("faults", serde_json::json!(done));
    stage.report.control_doubled = Some(control::without_key(&mut stage)?);
    stage.report.control_lost = control::put_back(&mut stage)?;
    Ok(stage.end())
}

/// The server stands still for a while, as when its machine is short of everything.
fn stand_still(stage: &mut Stage, milliseconds: u64) -> Result<(), String> {
    let pid = stage.town.pid().ok_or("no server")?;
    stage.world.under_load(CLIENTS, || {
        clock::pause(700);
        signal(pid, "STOP")?;
        clock::pause(milliseconds);
        signal(pid, "CONT")?;
        clock::pause(700);
        Ok(())
    })
}

/// Everybody works over a bad line for a while.
fn bad_line(stage: &mut Stage, pick: &mut crate::seed::Seed) -> Result<(), String> {
    let badness = Badness {
        late: pick.between(0, 12),
        slice: pick.between(64, 4_000) as usize,
        broken: pick.between(2, 12),
    };
    let proxy = Proxy::start(stage.town.port, badness, pick)?;
    stage.world.move_to(proxy.port);
    stage.world.under_load(CLIENTS, || clock::pause(3000));
    stage.world.move_to(stage.town.port);
    Ok(())
}
