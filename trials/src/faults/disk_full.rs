//! R5: the disk is full under load; nothing is acknowledged that is not kept, reading goes on, and work
//! resumes by itself when there is room again.

use super::{Plan, Stage, Trouble, control};
use crate::clock::{self, Stopwatch};
use crate::disk::Disk;
use crate::report::Report;
use crate::town::{Folder, Town, copy_folder};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Rounds unless told otherwise: one for each amount that is left.
const ROUNDS: u64 = 3;
const DISK_MB: u64 = 160;
/// What is left on the disk, in bytes.
const LEFT: [u64; 3] = [0, 256 << 10, 1 << 20];
/// How long work may take to resume.
const RESUME: f64 = 10.0;
const CLIENTS: usize = 20;

/// Fills the disk again and again.
pub fn run(plan: &Plan) -> Result<Report, Trouble> {
    let rounds = plan.rounds.unwrap_or(ROUNDS);
    let folder = Folder::new("disk-full")?;
    let disk = Disk::in_memory(&folder.0, DISK_MB)?;
    let data = disk.root.join("data");
    copy_folder(&plan.template, &data)?;
    let town = Town::on(&plan.binary, &folder.0, &data, None)?;
    let mut stage = Stage::with(plan, "disk-full", rounds, folder, town)?;
    stage.disk = Some(disk);
    let (mut slowest, mut refused): (f64, u64) = (0.0, 0);
    for round in 1..=rounds {
        let left = LEFT[((round - 1) % LEFT.len() as u64) as usize];
        let before = stage.world.ledger.len();
        let Stage { world, disk, .. } = &stage;
        let (reads, resumed) = world.under_load(CLIENTS, || {
            clock::pause(1000);
            let ballast = disk.as_ref().ok_or("no disk")?.fill(left)?;
            clock::pause(2500);
            let reads = world.reads.load(Ordering::Relaxed);
            clock::pause(1500);
            let reads = world.reads.load(Ordering::Relaxed) - reads;
            std::fs::remove_file(ballast).map_err(|e| e.to_string())?;
            let watch = Stopwatch::start();
            let acked = world.ledger.counts().0;
            let back = clock::wait(Duration::from_secs(30), || world.ledger.counts().0 > acked + 2);
            Ok::<_, String>((reads, back.then(|| watch.seconds())))
        })?;
        let fresh = stage.world.ledger.since(before);
        let not_done = fresh.iter().filter(|e| e.outcome != crate::ledger::Outcome::Ok).count();
        refused += not_done as u64;
        if reads == 0 {
            stage.report.object(format!("with {left} bytes left nothing could be read"));
        }
        match resumed {
            Some(seconds) if seconds <= RESUME => slowest = slowest.max(seconds),
            Some(seconds) => {
                stage.report.object(format!("work resumed only after {seconds} s"));
            }
            None => stage.report.object("work did not resume within 30 s".into()),
        }
        // What was acknowledged must not live in memory alone.
        stage.town.kill();
        stage.town.start()?;
        stage.judge();
        stage.round(round);
    }
    if refused == 0 {
        stage.report.object("the disk was never full: nothing was refused".into());
    }
    stage.count();
    stage.report.note("slowest_resume_s", slowest);
    stage.report.note("not_acknowledged", refused);
    stage.report.control_lost = control::put_back(&mut stage)?;
    Ok(stage.end())
}
