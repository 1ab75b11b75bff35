//! Durable submissions beside the bare databases, and whole decisions beside a workflow engine, all with flushed commits.

use super::room::{Room, figure, said};
use super::said::{OURS, Row, Said, Side};
use crate::clock::Stopwatch;
use crate::faults::Trouble;
use crate::postgres::Cluster;
use crate::town::{run, run_for, which};
use rusqlite::Connection;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Clients at once.
const CLIENTS: usize = 64;

const ENGINE: &str = "SpiffWorkflow==3.2.0";

/// Six rows of a submission: a case, three papers, an event, a job; their indexes are those of `tongban bench`'s floor.
const TABLES: &str = "
    CREATE TABLE raw_case (id BIGINT PRIMARY KEY, no TEXT, slug TEXT, owner TEXT, state TEXT, facts TEXT, desk TEXT,
        due BIGINT, at BIGINT, body {blob});
    CREATE INDEX raw_case_owner ON raw_case (owner, id);
    CREATE INDEX raw_case_desk ON raw_case (desk, due, id);
    CREATE TABLE raw_paper (id BIGINT PRIMARY KEY, file_id BIGINT, key TEXT, file TEXT);
    CREATE INDEX raw_paper_file ON raw_paper (file_id, id);
    CREATE TABLE raw_event (id BIGINT PRIMARY KEY, stream TEXT, seq BIGINT, kind TEXT, at BIGINT, data TEXT, hash {blob});
    CREATE INDEX raw_event_stream ON raw_event (stream, seq);
    CREATE TABLE raw_job (id BIGINT PRIMARY KEY, queue TEXT, payload TEXT, run_at BIGINT);";

/// Bytes of what a submission writes, as ours says.
#[derive(Clone, Copy)]
struct Sizes {
    body: usize,
    facts: usize,
    data: usize,
}

/// Holds the comparison.
pub fn meet(room: &Room) -> Result<Vec<Row>, Trouble> {
    let base = room.data().join("ours/ours.db");
    let base = format!("sqlite:{}", base.display());
    let out = room.data().join("rows").display().to_string();
    room.bench(&["submit", "--db", &base, "--clients", "8", "--seconds", "1", "--out", &out])?;
    let sizes = sizes(&room.data().join("rows/rows.json"))?;

    let sides = vec![
        Side { name: OURS, run: Box::new(|| ours(room, "submit", &base, "submit-sqlite")) },
        Side { name: "SQLite, groups of 64", run: Box::new(|| sqlite(room, sizes, CLIENTS)) },
        Side { name: "SQLite, a commit each", run: Box::new(|| sqlite(room, sizes, 1)) },
    ];
    let mut rows = super::in_turn(room, sides);

    match Cluster::make(&room.data().join("cluster")) {
        Ok(cluster) => {
            let url = cluster.url();
            let sides = vec![
                Side {
                    name: OURS,
                    run: Box::new(|| ours(room, "submit", &url, "submit-postgres")),
                },
                Side { name: "PostgreSQL, pgbench", run: Box::new(|| pgbench(room, sizes, &url)) },
            ];
            rows.extend(super::in_turn(room, sides));
        }
        Err(Trouble::CannotRun(reason) | Trouble::Broken(reason)) => {
            rows.push(Row::cannot("PostgreSQL, pgbench", reason));
        }
    }

    let sides = vec![
        Side { name: OURS, run: Box::new(|| ours(room, "decide", &base, "decide-sqlite")) },
        Side { name: "SpiffWorkflow", run: Box::new(|| engine(room, sizes, "stored")) },
        Side {
            name: "SpiffWorkflow, cases kept in memory",
            run: Box::new(|| engine(room, sizes, "memory")),
        },
    ];
    rows.extend(super::in_turn(room, sides));
    Ok(rows)
}

fn sizes(file: &Path) -> Result<Sizes, String> {
    let text = std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
    let said: Value = serde_json::from_str(&text).map_err(|e| e.to_string())?;
    let read = |name: &str| said[name].as_u64().map(|n| n as usize).ok_or(format!("no {name}"));
    Ok(Sizes { body: read("body")?, facts: read("facts")?, data: read("data")? })
}

fn ours(room: &Room, what: &str, url: &str, work: &str) -> Result<Said, String> {
    let (clients, seconds) = (CLIENTS.to_string(), room.seconds.to_string());
    let said = room.bench(&[what, "--db", url, "--clients", &clients, "--seconds", &seconds])?;
    if said["errors"].as_u64() != Some(0) {
        return Err(format!("operations failed: {said}"));
    }
    let read = |name: &str| said[name].as_f64().ok_or_else(|| format!("no {name} in {said}"));
    let figures = vec![
        figure(work, "1/s", read("ops_per_s")?),
        figure(format!("{work}-p50"), "ms", read("p50_us")? / 1000.0),
    ];
    Ok(Said { figures, version: room.version() })
}

/// What `group` clients do when all wait for one commit and then come again.
fn sqlite(room: &Room, sizes: Sizes, group: usize) -> Result<Said, String> {
    let path = room.data().join("raw.db");
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(PathBuf::from(format!("{}{end}", path.display())));
    }
    let (rate, p50) = raw(&path, sizes, group, room.seconds).map_err(|e| format!("sqlite: {e}"))?;
    let figures =
        vec![figure("submit-sqlite", "1/s", rate), figure("submit-sqlite-p50", "ms", p50)];
    Ok(Said { figures, version: rusqlite::version().to_owned() })
}

fn raw(path: &Path, sizes: Sizes, group: usize, seconds: u64) -> rusqlite::Result<(f64, f64)> {
    let base = Connection::open(path)?;
    base.pragma_update(None, "journal_mode", "WAL")?;
    base.pragma_update(None, "synchronous", "FULL")?;
    base.pragma_update(None, "cache_size", -65_536)?;
    base.execute_batch(&TABLES.replace("{blob}", "BLOB"))?;
    let (body, hash) = (vec![7u8; sizes.body], [7u8; 32]);
    let (facts, data) = ("x".repeat(sizes.facts), "x".repeat(sizes.data));
    let (mut id, mut waited) = (0i64, Vec::new());
    let watch = Stopwatch::start();
    while watch.elapsed().as_secs_f64() < seconds as f64 {
        let one = Stopwatch::start();
        base.execute_batch("BEGIN IMMEDIATE")?;
        for _ in 0..group {
            id += 4;
            let no = format!("{id:020}");
            base.prepare_cached("INSERT INTO raw_case VALUES (?, ?, 'spjy-xb', ?, 'submitted', ?, '1:clerk', 1, 1, ?)")?
                .execute(rusqlite::params![id, no, no, facts, body])?;
            base.prepare_cached("INSERT INTO raw_paper VALUES (?1, ?4, 'a', ?5), (?2, ?4, 'b', ?5), (?3, ?4, 'c', ?5)")?
                .execute(rusqlite::params![id, id + 1, id + 2, id, data])?;
            base.prepare_cached(
                "INSERT INTO raw_event VALUES (?, ?, 1, 'case-submitted', 1, ?, ?)",
            )?
            .execute(rusqlite::params![id, no, data, hash])?;
            base.prepare_cached("INSERT INTO raw_job VALUES (?, 'notify', ?, 1)")?
                .execute(rusqlite::params![id, data])?;
        }
        base.execute_batch("COMMIT")?;
        waited.push(one.elapsed().as_secs_f64() * 1000.0);
    }
    let rate = (id / 4) as f64 / watch.elapsed().as_secs_f64();
    waited.sort_by(f64::total_cmp);
    Ok((rate, waited.get(waited.len() / 2).copied().unwrap_or(0.0)))
}

/// The same rows by pgbench: a function in the database, so that a submission is one prepared statement, one way there and
/// back and one commit; as many connections as clients.
fn pgbench(room: &Room, sizes: Sizes, url: &str) -> Result<Said, String> {
    let psql = |text: &str| {
        run(Command::new("psql").args(["-q", "-v", "ON_ERROR_STOP=1", "-c", text, url]))
    };
    psql("DROP TABLE IF EXISTS raw_case, raw_paper, raw_event, raw_job")?;
    psql(&TABLES.replace("{blob}", "BYTEA"))?;
    let Sizes { body, facts, data } = sizes;
    let text = |size: usize| format!("repeat('x', {size})");
    psql(&format!(
        "CREATE OR REPLACE FUNCTION raw_submit(id BIGINT) RETURNS VOID LANGUAGE plpgsql AS $$ BEGIN
         INSERT INTO raw_case VALUES (id, id, 'spjy-xb', id, 'submitted', {}, '1:clerk', 1, 1, convert_to({}, 'UTF8'));
         INSERT INTO raw_paper VALUES (id, id, 'a', {data}), (id + 1, id, 'b', {data}), (id + 2, id, 'c', {data});
         INSERT INTO raw_event VALUES (id, id, 1, 'case-submitted', 1, {data}, convert_to({}, 'UTF8'));
         INSERT INTO raw_job VALUES (id, 'notify', {data}, 1); END $$",
        text(facts),
        text(body),
        text(32),
        data = text(data),
    ))?;
    let script =
        "\\set n :n + 1\n\\set id :client_id * 400000000 + :n * 4\nSELECT raw_submit(:id);\n";
    let file = room.data().join("submit.sql");
    std::fs::write(&file, script).map_err(|e| e.to_string())?;
    let program = which("pgbench").ok_or("needs pgbench")?;
    let version = run_for(Command::new(&program).arg("--version"))?;
    let mut bench = Command::new(program);
    bench.args(["-n", "-M", "prepared", "-D", "n=0", "-j", "2", "-c", &CLIENTS.to_string()]);
    bench.args(["-T", &room.seconds.to_string(), "-f"]).arg(&file).arg(url);
    let printed = run_for(&mut bench)?;
    let number = |start: &str| {
        let line = printed.lines().find(|line| line.starts_with(start))?;
        line[start.len()..].split_whitespace().next()?.parse::<f64>().ok()
    };
    let (rate, mean) = (number("tps = "), number("latency average = "));
    let (Some(rate), Some(mean)) = (rate, mean) else {
        return Err(format!("no rate in {printed}"));
    };
    let figures = vec![
        figure("submit-postgres", "1/s", rate),
        // pgbench gives the mean; under a steady load it lies close to the median.
        figure("submit-postgres-p50", "ms", mean),
    ];
    let version = version.split_whitespace().nth(2).unwrap_or_default().to_owned();
    Ok(Said { figures, version })
}

fn engine(room: &Room, sizes: Sizes, cases: &str) -> Result<Said, String> {
    let python = room.python(&[ENGINE])?;
    let folder = room.data().join("workflow");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let [script, folder] = [room.script("workflow.py"), folder].map(|p| p.display().to_string());
    let (clients, seconds) = (CLIENTS.to_string(), room.seconds.to_string());
    let body = sizes.body.to_string();
    said(&room.ask(&python, &[&script, &folder, &clients, &seconds, &body, cases])?, "3.2.0")
}
