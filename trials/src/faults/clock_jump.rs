//! R9: the clock of the machine jumps under load; codes are not good for longer, sessions end when they
//! must, and the ledger keeps its order.

use super::{Plan, Stage, Trouble, control};
use crate::clock;
use crate::ledger::{Op, Outcome, lock};
use crate::page;
use crate::report::Report;
use crate::town::{Folder, Town};
use crate::traffic::{Role, shown_code};
use std::path::Path;

/// Jumps in seconds from the true time, one a round: an hour and a day each way, the end of the year, the
/// day on which 32 bits end.
const JUMPS: [i64; 7] = [3_600, -3_600, 86_400, -86_400, 45 * 86_400, 0, 0];
/// 2038-01-19, the day after, as seconds since 1970.
const AFTER_2038: i64 = 2_147_569_200;
const CLIENTS: usize = 16;

/// Where Debian keeps the library.
const LIBRARY: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

/// Jumps again and again.
pub fn run(plan: &Plan) -> Result<Report, Trouble> {
    if !Path::new(LIBRARY).is_file() {
        return Err(Trouble::CannotRun("needs libfaketime".into()));
    }
    let rounds = plan.rounds.unwrap_or(JUMPS.len() as u64);
    let folder = Folder::new("clock")?;
    let mut town = Town::on_copy(&plan.binary, &folder.0, &plan.template)?;
    let dial = folder.0.join("clock");
    turn(&dial, 0)?;
    for (name, value) in [
        ("LD_PRELOAD", LIBRARY.to_owned()),
        ("FAKETIME_TIMESTAMP_FILE", dial.display().to_string()),
        ("FAKETIME_NO_CACHE", "1".to_owned()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
    ] {
        town.env.push((name.to_owned(), value));
    }
    let mut stage = Stage::with(plan, "clock", rounds, folder, town)?;
    stage.oracle.drafts_may_end = true;
    for round in 1..=rounds {
        let jump = match (round - 1) % JUMPS.len() as u64 {
            5 => AFTER_2038 - clock::true_seconds(),
            at => JUMPS[at as usize],
        };
        one(&mut stage, &dial, jump)?;
        // Back to the true time, so that each jump stands for itself.
        turn(&dial, 0)?;
        stage.world.under_load(CLIENTS, || clock::pause(800));
        stage.judge();
        stage.round(round);
    }
    let again = stage.oracle.look_again(&stage.world, &stage.town);
    stage.report.take(again);
    stage.count();
    stage.report.control_lost = control::put_back(&mut stage)?;
    Ok(stage.end())
}

/// One jump under load, and what a code that was shown before it is worth after it.
fn one(stage: &mut Stage, dial: &Path, jump: i64) -> Result<(), String> {
    let code = driver_code(stage);
    let before = stage.world.ledger.len();
    let Stage { world, .. } = &stage;
    world.under_load(CLIENTS, || {
        clock::pause(800);
        turn(dial, jump)?;
        clock::pause(2500);
        Ok::<_, String>(())
    })?;
    let fresh = stage.world.ledger.since(before);
    let done = fresh.iter().filter(|e| e.outcome == Outcome::Ok && e.op != Op::Redeem).count();
    if done == 0 {
        stage.report.object(format!("after a jump of {jump} s nothing was done"));
    }
    if let Some(code) = code.filter(|_| jump > 120) {
        let mut stranger = crate::client::Browser::new(stage.town.port);
        let ask = format!("/api/v1/verify?text={}", page::escape(&code));
        let said = stranger.get(&ask).map_err(|lost| format!("{lost:?}"))?.json();
        if said["status"] != "code-expired" {
            let status = &said["status"];
            stage.report.object(format!("{jump} s later a code of a minute is {status}"));
        }
    }
    Ok(())
}

/// A code that the driver shows now.
fn driver_code(stage: &Stage) -> Option<String> {
    let driver = stage.world.actors.iter().find(|actor| lock(actor).role == Role::Driver)?;
    shown_code(&mut lock(driver).browser)
}

/// Sets the clock of the server so many seconds from the true time. The people's own clocks follow it:
/// their authenticators are right.
fn turn(dial: &Path, seconds: i64) -> Result<(), String> {
    clock::set_ahead(seconds);
    std::fs::write(dial, format!("{seconds:+}\n")).map_err(|e| e.to_string())
}
