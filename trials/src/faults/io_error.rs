//! R6: the disk answers with errors, here and there; nothing is acknowledged that is not kept.

use super::{Plan, Stage, Trouble, control};
use crate::clock;
use crate::ledger::Outcome;
use crate::report::Report;
use crate::seed::Seed;
use crate::town::{bound, signal, which};
use std::path::Path;
use std::process::{Child, Stdio};

/// Rounds unless told otherwise.
const ROUNDS: u64 = 18;
/// Where errors are put: calls that only files see.
const SITES: [&str; 3] = ["fsync,fdatasync", "pwrite64", "rename,renameat,renameat2"];
const CLIENTS: usize = 16;

/// Fails calls again and again: once, every so many, or from some call on.
pub fn run(plan: &Plan) -> Result<Report, Trouble> {
    if which("strace").is_none() {
        return Err(Trouble::CannotRun("needs strace".into()));
    }
    let rounds = plan.rounds.unwrap_or(ROUNDS);
    let mut stage = Stage::set(plan, "io-error", rounds)?;
    let mut not_done = 0;
    for round in 1..=rounds {
        let mut pick = stage.seed.part("round", round);
        not_done += once(&mut stage, &mut pick, round)?;
        stage.judge();
        stage.round(round);
    }
    if not_done == 0 {
        stage.report.object("no error reached anybody: the injection does not work".into());
    }
    stage.count();
    stage.report.note("not_acknowledged", not_done);
    stage.report.control_lost = control::put_back(&mut stage)?;
    Ok(stage.end())
}

/// Errors for a while, then a kill, so that nothing acknowledged may live in memory alone; gives how many
/// requests were not acknowledged.
pub fn once(stage: &mut Stage, pick: &mut Seed, round: u64) -> Result<u64, String> {
    let site = SITES[(round % SITES.len() as u64) as usize];
    let first = pick.between(1, 5);
    let when = match pick.between(0, 3) {
        0 => first.to_string(),
        1 => format!("{first}+{}", pick.between(2, 6)),
        _ => format!("{first}+"),
    };
    let before = stage.world.ledger.len();
    let Stage { town, world, .. } = &*stage;
    let pid = town.pid().ok_or("no server")?;
    world.under_load(CLIENTS, || {
        clock::pause(500);
        let mut tracer = inject(pid, site, &when)?;
        clock::pause(3500);
        // Asked to end, it lets go of the server.
        let _ = signal(tracer.id(), "INT");
        let _ = tracer.wait();
        clock::pause(700);
        Ok::<_, String>(())
    })?;
    let fresh = stage.world.ledger.since(before);
    stage.town.kill();
    stage.town.start()?;
    Ok(fresh.iter().filter(|e| e.outcome != Outcome::Ok).count() as u64)
}

/// Lets calls of a running process fail with EIO.
fn inject(pid: u32, site: &str, when: &str) -> Result<Child, String> {
    let mut strace = bound(Path::new("strace"));
    strace.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={site}")]);
    strace.args(["-e", &format!("inject={site}:error=EIO:when={when}"), "-p", &pid.to_string()]);
    strace.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    strace.spawn().map_err(|e| format!("strace: {e}"))
}
