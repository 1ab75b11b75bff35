//! R2: backends and the postmaster of PostgreSQL are killed under load; the server finds its way back.

use super::{Plan, Stage, Trouble, control};
use crate::clock::{self, Stopwatch};
use crate::postgres::Cluster;
use crate::report::Report;
use crate::template;
use crate::town::{Folder, Town};
use std::time::Duration;

/// Rounds unless told otherwise.
const ROUNDS: u64 = 15;
/// How long the server may need after the database is there again.
const RECOVERY: f64 = 5.0;

/// Kills the database again and again.
pub fn run(plan: &Plan) -> Result<Report, Trouble> {
    let rounds = plan.rounds.unwrap_or(ROUNDS);
    let folder = Folder::new("kill-db")?;
    let cluster = Cluster::make(&folder.0.join("postgres"))?;
    let url = cluster.url();
    template::make(&plan.binary, &plan.persons, &folder.0, Some(&url))?;
    let data = folder.0.join("data");
    let town = Town::on(&plan.binary, &folder.0, &data, Some(&url))?;
    let mut stage = Stage::with(plan, "kill-db", rounds, folder, town)?;
    stage.cluster = Some(cluster);
    let mut slowest: f64 = 0.0;
    for round in 1..=rounds {
        let mut pick = stage.seed.part("round", round);
        let clients = pick.between(8, 25) as usize;
        let moment = pick.between(200, 2500);
        let whole = pick.percent(50);
        let Stage { world, cluster, .. } = &mut stage;
        let cluster = cluster.as_mut().ok_or_else(|| "no cluster".to_owned())?;
        let recovered = world.under_load(clients, || {
            clock::pause(moment);
            match whole {
                true => cluster.kill_postmaster()?,
                false => cluster.kill_backend(pick.next())?,
            }
            let watch = Stopwatch::start();
            let back = clock::wait(Duration::from_secs(30), || world.somebody_can_sign_in());
            let seconds = watch.seconds();
            clock::pause(300);
            Ok::<_, String>(back.then_some(seconds))
        })?;
        match recovered {
            Some(seconds) if seconds <= RECOVERY => slowest = slowest.max(seconds),
            Some(seconds) => {
                slowest = slowest.max(seconds);
                stage.report.object(format!("nobody could sign in until after {seconds} s"));
            }
            None => stage.report.object("nobody could sign in within 30 s".into()),
        }
        if stage.town.ended() {
            stage.report.object(format!("the server ended: {}", stage.town.last_lines(5)));
            stage.town.start()?;
        }
        stage.judge();
        stage.round(round);
    }
    let again = stage.oracle.look_again(&stage.world, &stage.town);
    stage.report.take(again);
    stage.count();
    stage.report.note("slowest_recovery_s", slowest);
    stage.report.control_doubled = Some(control::without_key(&mut stage)?);
    stage.report.control_lost = older_cluster(&mut stage)?;
    Ok(stage.end())
}

/// The control: the cluster is put back to what it was before the last acknowledgements.
fn older_cluster(stage: &mut Stage) -> Result<u64, String> {
    let before = stage.folder().join("before");
    stage.town.kill();
    let cluster = stage.cluster.as_mut().ok_or("no cluster")?;
    cluster.stop()?;
    crate::town::copy_folder(&cluster.data(), &before)?;
    cluster.start()?;
    stage.town.start()?;
    stage.world.under_load(control::CLIENTS, || clock::pause(control::SECONDS * 1000));
    stage.town.kill();
    cluster.stop()?;
    control::empty(&cluster.data())?;
    crate::town::copy_folder(&before, &cluster.data())?;
    cluster.start()?;
    stage.town.start()?;
    let found = stage.oracle.look(&stage.world, &stage.town);
    Ok(found.lost.len() as u64)
}
