//! R20: what the previous version wrote is served by this one. The old one serves under load and is stopped or
//! killed; the new one brings the schema up, in some rounds killed in the middle of that, and people go on. The old
//! one must refuse what the new one has made of the data, and leave it as it is.

use super::{Plan, Stage, Trouble, control};
use crate::clock::{self, Stopwatch};
use crate::report::Report;
use crate::seed::Seed;
use crate::template;
use serde_json::json;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Rounds unless told otherwise.
const ROUNDS: u64 = 6;
/// How long an orderly end of the old one may take.
const LIMIT: Duration = Duration::from_secs(30);
/// Within this time the old one must have refused.
const REFUSES: Duration = Duration::from_secs(20);

/// What the rounds counted.
#[derive(Default)]
struct Tally {
    slowest: f64,
    killed: u64,
    in_migration: u64,
    schema_was_old: u64,
    refused: u64,
    acknowledged: (u64, u64),
}

/// Brings one town after the other from the old version to the new one.
pub fn run(plan: &Plan) -> Result<Report, Trouble> {
    let Some(previous) = &plan.previous else {
        let reason = "needs the previous version: --previous PATH, or `cargo xtask chaos upgrade`";
        return Err(Trouble::CannotRun(reason.into()));
    };
    let rounds = plan.rounds.unwrap_or(ROUNDS);
    let old_plan = Plan {
        template: template::ready(previous, &plan.persons)?,
        binary: previous.clone(),
        ..plan.clone()
    };
    let (watch, mut tally) = (Stopwatch::start(), Tally::default());
    let mut whole = Report { rounds, seed: plan.seed, name: "upgrade".into(), ..Report::default() };
    let (mut lost, mut doubled) = (0, 0);
    for round in 1..=rounds {
        // Every round needs data that the new version has never seen.
        let mut stage = Stage::set(&old_plan, "upgrade", rounds)?;
        let mut pick = stage.seed.part("upgrade", round);
        once(&mut stage, plan, &mut pick, round, &mut tally)?;
        if round == rounds {
            doubled = control::without_key(&mut stage)?;
            lost = control::put_back(&mut stage)?;
        }
        let report = stage.end();
        whole.lost.extend(report.lost);
        whole.doubled.extend(report.doubled);
        whole.wrong.extend(report.wrong);
    }
    (whole.acknowledged, whole.unknown) = tally.acknowledged;
    whole.seconds = watch.seconds();
    whole.note("slowest_start_s", tally.slowest);
    whole.note("old_killed", tally.killed);
    whole.note("new_killed_at_start", tally.in_migration);
    whole.note("of_these_before_the_schema_changed", tally.schema_was_old);
    whole.note("old_refused", tally.refused);
    whole.note("versions", json!([version(previous), version(&plan.binary)]));
    whole.control_doubled = Some(doubled);
    whole.control_lost = lost;
    Ok(whole)
}

/// One town from the old version to the new one, and a try to go back.
fn once(
    stage: &mut Stage,
    plan: &Plan,
    pick: &mut Seed,
    round: u64,
    tally: &mut Tally,
) -> Result<(), String> {
    let clients = pick.between(8, 25) as usize;
    let (moment, by_force) = (pick.between(1500, 4000), pick.percent(50));
    let Stage { town, world, .. } = stage;
    let ended = world.under_load(clients, || {
        clock::pause(moment);
        if by_force {
            town.kill();
            return Ok((0, 0.0));
        }
        town.stop(LIMIT)
    });
    tally.killed += u64::from(by_force);
    match ended {
        Ok((0, _)) => {}
        Ok((code, _)) => stage.report.object(format!("the old version ended with {code}")),
        Err(reason) => stage.report.object(format!("the old version: {reason}")),
    }
    stage.town.binary.clone_from(&plan.binary);
    // Every other round the new one is killed while it brings the schema up, once or twice.
    if round.is_multiple_of(2) {
        for _ in 0..pick.between(1, 3) {
            let before = changes(stage)?;
            stage.town.start_and_kill(pick.between(5, 700))?;
            tally.in_migration += 1;
            tally.schema_was_old += u64::from(changes(stage)? == before);
        }
    }
    tally.slowest = tally.slowest.max(stage.town.start()?);
    stage.judge();
    let pause = pick.between(1500, 3000);
    stage.world.under_load(clients, || clock::pause(pause));
    stage.judge();
    go_back(stage, plan, tally)?;
    let again = stage.oracle.look_again(&stage.world, &stage.town);
    stage.report.take(again);
    stage.round(round);
    let (ok, unknown) = stage.world.ledger.counts();
    tally.acknowledged.0 += ok;
    tally.acknowledged.1 += unknown;
    Ok(())
}

/// How many changes of the schema the data has seen.
fn changes(stage: &Stage) -> Result<i64, String> {
    let path = stage.town.data.join("tongban.db");
    let conn = rusqlite::Connection::open(path).map_err(|e| e.to_string())?;
    let count = "SELECT COUNT(*) FROM migration";
    conn.query_row(count, [], |row| row.get(0)).map_err(|e| e.to_string())
}

/// The old version is started on what the new one has made of the data: it must say no, by a code and in words, and
/// change nothing.
fn go_back(stage: &mut Stage, plan: &Plan, tally: &mut Tally) -> Result<(), String> {
    let before = stage.town.proof()?;
    stage.town.kill();
    let previous = plan.previous.as_ref().ok_or("no previous version")?;
    let mut old = crate::town::bound(previous);
    old.args(["serve", "--config"]).arg(stage.town.config());
    old.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut old = old.spawn().map_err(|e| format!("the old version: {e}"))?;
    if !clock::wait(REFUSES, || !matches!(old.try_wait(), Ok(None))) {
        let _ = old.kill();
        stage.report.object("the old version serves data of the new one".into());
    }
    let out = old.wait_with_output().map_err(|e| e.to_string())?;
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    match out.status.code() {
        Some(code) if code != 0 && said.contains("newer than the program") => tally.refused += 1,
        code => stage.report.object(format!("the old version ended with {code:?}: {said}")),
    }
    stage.town.start()?;
    let after = stage.town.proof()?;
    if after.events < before.events {
        stage.report.lost.push(format!("the ledger was {before:?} and is {after:?}"));
    }
    Ok(())
}

/// What a program says it is.
fn version(program: &std::path::Path) -> String {
    let said = crate::town::run_for(Command::new(program).arg("--version"));
    said.map(|said| said.trim().to_owned()).unwrap_or_default()
}
