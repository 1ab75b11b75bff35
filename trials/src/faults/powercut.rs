//! R3: the file system is shut down under load, as when the power goes; what was acknowledged is there
//! when it comes back. The control is the same with SQLite told not to wait for the disk: it must lose.

use super::{Plan, Stage, Trouble, control};
use crate::clock::{self, Stopwatch};
use crate::disk::Disk;
use crate::report::Report;
use crate::town::{Folder, Town, copy_folder};
use rusqlite::Connection;
use std::path::Path;
use std::time::Duration;

/// Rounds unless told otherwise.
const ROUNDS: u64 = 20;
const DISK_MB: u64 = 700;

/// Cuts the power again and again.
pub fn run(plan: &Plan) -> Result<Report, Trouble> {
    let rounds = plan.rounds.unwrap_or(ROUNDS);
    let folder = Folder::new("powercut")?;
    let disk = Disk::in_file(&folder.0, DISK_MB)?;
    let data = disk.root.join("data");
    copy_folder(&plan.template, &data)?;
    crate::town::run(&mut std::process::Command::new("sync"))?;
    let town = Town::on(&plan.binary, &folder.0, &data, None)?;
    let mut stage = Stage::with(plan, "powercut", rounds, folder, town)?;
    stage.disk = Some(disk);
    for round in 1..=rounds {
        let mut pick = stage.seed.part("round", round);
        let clients = pick.between(8, 33) as usize;
        let moment = pick.between(300, 3000);
        let Stage { town, world, disk, .. } = &mut stage;
        world.under_load(clients, || {
            clock::pause(moment);
            // The machine is gone in one instant, so nobody hears what the server says from here on. It is given a
            // moment to try: ext4 tells a flush that meets the cut now and then that all is well.
            world.power(false);
            let cut = disk.as_ref().map_or(Ok(()), Disk::cut);
            clock::pause(200);
            town.kill();
            cut
        })?;
        world.power(true);
        stage.disk()?.power_on()?;
        stage.town.start()?;
        stage.judge();
        stage.round(round);
    }
    let again = stage.oracle.look_again(&stage.world, &stage.town);
    stage.report.take(again);
    stage.count();
    let restored = control::put_back(&mut stage)?;
    stage.report.note("control_put_back", restored);
    stage.town.kill();
    let (kept, lost_on) = scratch(stage.disk()?, "FULL")?;
    let (acked, lost_off) = scratch(stage.disk()?, "OFF")?;
    stage.report.note("floor_full", serde_json::json!({"acknowledged": kept, "lost": lost_on}));
    stage.report.note("floor_off", serde_json::json!({"acknowledged": acked, "lost": lost_off}));
    if lost_on > 0 {
        stage.report.object(format!("bare SQLite with FULL lost {lost_on} of {kept}"));
    }
    stage.report.control_lost = lost_off.min(restored);
    Ok(stage.end())
}

/// Rows of the pattern of a submit through the bare library, until the power goes. Gives how many were
/// committed and how many of those are missing.
fn scratch(disk: &mut Disk, synchronous: &str) -> Result<(u64, u64), String> {
    let path = disk.root.join(format!("scratch-{synchronous}.db"));
    let mut conn = Connection::open(&path).map_err(|e| e.to_string())?;
    let committed = write(&mut conn, synchronous).map_err(|e| e.to_string());
    // Closing folds the log into the file and waits for the disk: the power goes before.
    disk.cut()?;
    drop(conn);
    let committed = committed?;
    disk.power_on()?;
    // A database that cannot even be read has lost everything.
    let there = count(&path).unwrap_or(0);
    Ok((committed, committed.saturating_sub(there)))
}

fn write(conn: &mut Connection, synchronous: &str) -> rusqlite::Result<u64> {
    conn.pragma_update(None, "journal_mode", "WAL")?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.execute_batch(
        "CREATE TABLE IF NOT EXISTS cases (id INTEGER PRIMARY KEY, body BLOB);
         CREATE TABLE IF NOT EXISTS event (id INTEGER PRIMARY KEY, data TEXT);
         CREATE TABLE IF NOT EXISTS job (id INTEGER PRIMARY KEY, data TEXT);",
    )?;
    conn.pragma_update(None, "synchronous", synchronous)?;
    let watch = Stopwatch::start();
    let mut committed = 0;
    while watch.elapsed() < Duration::from_secs(2) && committed < 20_000 {
        let tx = conn.transaction()?;
        tx.execute("INSERT INTO cases (body) VALUES (?1)", [vec![7_u8; 2_000]])?;
        tx.execute("INSERT INTO event (data) VALUES (?1)", ["e".repeat(200)])?;
        tx.execute("INSERT INTO job (data) VALUES (?1)", ["j".repeat(80)])?;
        tx.commit()?;
        committed += 1;
    }
    Ok(committed)
}

fn count(path: &Path) -> rusqlite::Result<u64> {
    let conn = Connection::open(path)?;
    conn.query_row("SELECT COUNT(*) FROM cases", [], |row| row.get::<_, i64>(0)).map(|n| n as u64)
}
