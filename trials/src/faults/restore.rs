//! R19: the node is backed up under load, then it is lost with everything it had; it is brought back from the
//! backup and the key, elsewhere and also on the other database, and people go on.
//!
//! What was acknowledged before the backup began is there. What came later may be gone, whole. The controls: a
//! backup with one byte changed is refused, and an older backup loses what the newer one would have had.

use super::{Plan, Stage, Trouble, control};
use crate::clock::{self, Stopwatch};
use crate::postgres::Cluster;
use crate::report::Report;
use crate::seed::Seed;
use crate::town::{Town, copy_folder};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Rounds unless told otherwise: every way from one database to the other, twice.
const ROUNDS: u64 = 8;
/// How long people work on in a node that was brought back.
const ONWARD: u64 = 1500;

/// A backup that was taken.
struct Taken {
    /// Its name.
    snapshot: String,
    /// How much had been answered when it began.
    moment: u64,
}

/// The slowest of each.
#[derive(Default)]
struct Times {
    backup: f64,
    restore: f64,
    check: f64,
    drill: f64,
    rows: u64,
    files: u64,
}

/// Loses the node again and again.
pub fn run(plan: &Plan) -> Result<Report, Trouble> {
    let rounds = plan.rounds.unwrap_or(ROUNDS);
    let mut stage = Stage::set(plan, "restore", rounds)?;
    // One round stays on SQLite and needs no server.
    if rounds > 1 {
        stage.cluster = match Cluster::make(&stage.folder().join("postgres")) {
            Ok(cluster) => Some(cluster),
            Err(Trouble::CannotRun(_)) => None,
            Err(other) => return Err(other),
        };
    }
    let key = stage.folder().join("node.key");
    std::fs::copy(stage.town.data.join("node.key"), &key).map_err(|e| e.to_string())?;
    let (mut times, mut ways) = (Times::default(), Vec::new());
    let (mut gone, mut refused) = (0, 0);
    for round in 1..=rounds {
        let mut pick = stage.seed.part("round", round);
        let backups = stage.folder().join(format!("backup-{round}"));
        let taken = back_up_under_load(&mut stage, &mut pick, &backups, &mut times)?;
        let newest = taken.last().ok_or_else(|| "no backup was taken".to_owned())?;
        if round == 1 {
            try_out(&mut stage, &backups, &key, &mut times)?;
        }
        ways.push(move_away(&mut stage, round)?);
        let events = bring_back(&mut stage, &backups, &key, newest, &mut times)?;
        refused += damaged(&mut stage, &mut pick, &backups, &key)?;
        gone += judge(&mut stage, newest.moment, events)?;
        stage.world.under_load(control::CLIENTS, || clock::pause(ONWARD));
        stage.judge();
        stage.round(round);
        std::fs::remove_dir_all(&backups).map_err(|e| e.to_string())?;
    }
    stage.count();
    let Times { backup, restore, check, drill, rows, files } = times;
    stage.report.note("backup_seconds", backup);
    stage.report.note("restore_seconds", restore);
    stage.report.note("check_seconds", check);
    stage.report.note("drill_seconds", drill);
    stage.report.note("snapshot", json!({"rows": rows, "files": files}));
    stage.report.note("ways", ways);
    stage.report.note("gone_after_backup", gone);
    stage.report.note("control_damaged_refused", refused);
    stage.report.control_doubled = Some(control::without_key(&mut stage)?);
    stage.report.control_lost = older(&mut stage, &key)?;
    Ok(stage.end())
}

/// Backups at seeded moments while people work; work goes on after the last one, then the server is killed.
fn back_up_under_load(
    stage: &mut Stage,
    pick: &mut Seed,
    backups: &Path,
    times: &mut Times,
) -> Result<Vec<Taken>, String> {
    let clients = pick.between(8, 25) as usize;
    let pauses: Vec<u64> = (0..pick.between(2, 4)).map(|_| pick.between(300, 2500)).collect();
    let afterwards = pick.between(500, 2500);
    let Stage { town, world, .. } = stage;
    world.under_load(clients, || {
        let mut taken = Vec::new();
        for pause in pauses {
            clock::pause(pause);
            let moment = world.ledger.moment();
            let watch = Stopwatch::start();
            let said = backup(town, backups)?;
            times.backup = times.backup.max(watch.seconds());
            times.rows = said["rows"].as_u64().unwrap_or(0);
            times.files = said["files"].as_u64().unwrap_or(0);
            let snapshot = said["snapshot"].as_str().unwrap_or_default().to_owned();
            taken.push(Taken { snapshot, moment });
        }
        clock::pause(afterwards);
        town.kill();
        Ok(taken)
    })
}

fn backup(town: &Town, backups: &Path) -> Result<Value, String> {
    let to = backups.display().to_string();
    match town.told(&["backup", "--to", &to])? {
        (true, Ok(said)) => Ok(said),
        (_, said) => Err(format!("the backup says: {said:?}")),
    }
}

/// A check and a drill, beside the node that is to be lost.
fn try_out(stage: &mut Stage, backups: &Path, key: &Path, times: &mut Times) -> Result<(), String> {
    let (from, key) = (backups.display().to_string(), key.display().to_string());
    for way in ["--check", "--drill"] {
        let watch = Stopwatch::start();
        let (well, said) = stage.town.told(&["restore", "--from", &from, "--key", &key, way])?;
        if !well {
            stage.report.object(format!("restore {way} says: {said:?}"));
        }
        let place = if way == "--check" { &mut times.check } else { &mut times.drill };
        *place = watch.seconds();
    }
    Ok(())
}

/// The node is lost with data and database; its successor gets an empty place: in turn on SQLite, on PostgreSQL,
/// on PostgreSQL again, and on SQLite.
fn move_away(stage: &mut Stage, round: u64) -> Result<String, String> {
    let on_server = |round: u64| matches!(round % 4, 2 | 3);
    let (old, new) = (round - 1, round);
    std::fs::remove_dir_all(&stage.town.data).map_err(|e| e.to_string())?;
    let data = stage.folder().join(format!("data-{new}"));
    let name = |on_server: bool| if on_server { "PostgreSQL" } else { "SQLite" };
    let (from, to) = match &stage.cluster {
        None => (false, false),
        Some(cluster) => {
            if on_server(old) {
                cluster.lose(&format!("node{old}"))?;
            }
            (on_server(old), on_server(new))
        }
    };
    let url = match &stage.cluster {
        Some(cluster) if to => Some(cluster.fresh(&format!("node{new}"))?),
        _ => None,
    };
    stage.town.move_to(&data, url.as_deref())?;
    Ok(format!("{} to {}", name(from), name(to)))
}

/// Brings a backup back into the empty place and serves it; gives how many events it had.
fn bring_back(
    stage: &mut Stage,
    backups: &Path,
    key: &Path,
    taken: &Taken,
    times: &mut Times,
) -> Result<u64, String> {
    let (from, key) = (backups.display().to_string(), key.display().to_string());
    let words = ["restore", "--from", &from, "--key", &key, "--snapshot", &taken.snapshot];
    let (well, said) = stage.town.told(&words)?;
    let said = said.map_err(|other| format!("the restoration says: {other}"))?;
    if !well || said["sound"] != true {
        stage.report.object(format!("the restoration says: {said}"));
    }
    times.restore = times.restore.max(said["restore_seconds"].as_f64().unwrap_or(0.0));
    let events = said["events"].as_u64().ok_or("the restoration counts no events")?;
    stage.town.start()?;
    Ok(events)
}

/// What must be there is there; what came after the backup is whole or gone. Gives how much is gone.
fn judge(stage: &mut Stage, moment: u64, events: u64) -> Result<u64, String> {
    let doubted = stage.world.ledger.doubt_since(moment);
    let found = stage.oracle.look_at_restored(&stage.world, &stage.town, events);
    super::oracle::tell(&found);
    stage.report.take(found);
    stage.world.read_anew(&doubted)
}

/// The control: in a copy of the backup one byte is changed; neither a check nor a restoration may accept it. Gives
/// how many of these were refused.
fn damaged(stage: &mut Stage, pick: &mut Seed, backups: &Path, key: &Path) -> Result<u64, String> {
    let copy = stage.folder().join("damaged");
    copy_folder(backups, &copy)?;
    let newest = newest(&copy)?;
    let mut files = files_in(&newest)?;
    // Of the files that backups share, only those that this one names.
    let pool = files_in(&copy.join("files"))?;
    let named = |path: &PathBuf| {
        path.strip_prefix(&copy).is_ok_and(|rest| stage.town.data.join(rest).is_file())
    };
    files.extend(pool.into_iter().filter(named));
    files.sort();
    let file = &files[pick.between(0, files.len() as u64) as usize];
    let mut bytes = std::fs::read(file).map_err(|e| format!("{}: {e}", file.display()))?;
    let at = pick.between(0, bytes.len() as u64) as usize;
    let byte = bytes.get_mut(at).ok_or("an empty file in a backup")?;
    *byte ^= 1;
    std::fs::write(file, bytes).map_err(|e| e.to_string())?;
    let place = stage.folder().join("never");
    let (from, key) = (copy.display().to_string(), key.display().to_string());
    let into = place.display().to_string();
    let check = ["restore", "--from", &from, "--key", &key, "--check"];
    let mut refused = 0;
    for words in [&check[..], &["restore", "--from", &from, "--key", &key, "--data", &into]] {
        match elsewhere(&stage.town, words)? {
            false => refused += 1,
            true => {
                let name = file.strip_prefix(&copy).unwrap_or(file).display();
                stage.report.object(format!("byte {at} of {name} is changed: {words:?}"));
            }
        }
    }
    let _ = std::fs::remove_dir_all(&place);
    std::fs::remove_dir_all(&copy).map_err(|e| e.to_string())?;
    Ok(refused)
}

/// Runs the program without this town's configuration; tells whether it says that all is well.
fn elsewhere(town: &Town, words: &[&str]) -> Result<bool, String> {
    let mut command = std::process::Command::new(&town.binary);
    let out = command.args(words).args(["--json"]).output();
    out.map(|out| out.status.success()).map_err(|e| e.to_string())
}

/// The folder of the newest snapshot.
fn newest(backups: &Path) -> Result<PathBuf, String> {
    let all = std::fs::read_dir(backups).map_err(|e| e.to_string())?.flatten();
    let whole = all.map(|entry| entry.path()).filter(|path| path.join("manifest.json").is_file());
    whole.max().ok_or_else(|| "no snapshot".to_owned())
}

/// Every file below a folder.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| e.to_string())?.flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => found.extend(files_in(&path)?),
            false => found.push(path),
        }
    }
    Ok(found)
}

/// The control: two backups with work between them, and the older one is brought back as if it were the newer.
fn older(stage: &mut Stage, key: &Path) -> Result<u64, String> {
    let backups = stage.folder().join("backup-control");
    let Stage { town, world, .. } = stage;
    let first = backup(town, &backups)?;
    world.under_load(control::CLIENTS, || clock::pause(control::SECONDS * 1000));
    let moment = world.ledger.moment();
    backup(town, &backups)?;
    town.kill();
    std::fs::remove_dir_all(&stage.town.data).map_err(|e| e.to_string())?;
    let data = stage.folder().join("data-control");
    stage.town.move_to(&data, None)?;
    let snapshot = first["snapshot"].as_str().unwrap_or_default().to_owned();
    let taken = Taken { snapshot, moment };
    let events = bring_back(stage, &backups, key, &taken, &mut Times::default())?;
    stage.world.ledger.doubt_since(moment);
    let found = stage.oracle.look_at_restored(&stage.world, &stage.town, events);
    Ok(found.lost.len() as u64)
}
