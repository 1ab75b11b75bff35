//! Search over the shipped catalogue and over half a million made-up items besides: speed of one client, and what is found.

use super::judge::{self, Judged};
use super::room::{Room, figure, said};
use super::said::{Figure, OURS, Row, Said, Side};
use crate::faults::Trouble;
use crate::port::Port;
use crate::postgres::Cluster;
use crate::town::which;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Items besides the shipped ones.
const SIZES: [(&str, &str); 2] = [("0", "shipped"), ("500000", "500k more")];

/// Who stands in the sample region is answered from there; elsewhere nobody stands anywhere.
const REACHES: [&str; 2] = ["here", "everywhere"];

/// Names of the peers of `search.py`, and what they are called.
const PEERS: &[(&str, &str)] =
    &[("fts5", "SQLite FTS5 trigram"), ("trgm", "PostgreSQL pg_trgm"), ("groonga", "Groonga")];

const PSYCOPG: [&str; 2] = ["psycopg==3.3.9", "psycopg-binary==3.3.9"];

/// One way of asking.
struct Asking<'a> {
    room: &'a Room,
    folder: PathBuf,
    rows: &'static str,
    of: String,
    reach: &'static str,
    sets: &'a [(PathBuf, Vec<Judged>)],
    queries: &'a PathBuf,
    address: &'a str,
}

/// Holds the comparison.
pub fn meet(room: &Room) -> Result<Vec<Row>, Trouble> {
    let mut sets = Vec::new();
    for file in &room.queries {
        sets.push((file.clone(), judge::read(file)?));
    }
    let queries = room.data().join("queries.jsonl");
    let all = sets.iter().flat_map(|(_, set)| set).map(|one| json!({ "query": one.query }));
    let all: String = all.map(|line| format!("{line}\n")).collect();
    std::fs::write(&queries, all).map_err(|e| e.to_string())?;
    let cluster = Cluster::make(&room.data().join("cluster"));
    let address = cluster.as_ref().map(Cluster::url).unwrap_or_default();
    let mut rows = Vec::new();
    for (more, name) in SIZES {
        let folder = room.data().join(format!("items-{more}"));
        for reach in REACHES {
            let of = format!("{name}, {reach}");
            let (folder, address) = (folder.clone(), address.as_str());
            let (sets, queries) = (&sets, &queries);
            let asking = Asking { room, folder, rows: more, of, reach, sets, queries, address };
            rows.extend(super::in_turn(room, asking.sides()));
        }
        // The next size has its items in a table of the same name.
        let _ = std::fs::remove_dir_all(&folder);
    }
    rows.dedup();
    Ok(rows)
}

impl Asking<'_> {
    fn sides(&self) -> Vec<Side<'_>> {
        // Ours goes first in the first round: it writes the items that the others load.
        let mut sides = vec![Side { name: OURS, run: Box::new(|| self.ours()) }];
        for (script, name) in PEERS {
            sides.push(Side { name, run: Box::new(|| self.peer(script)) });
        }
        sides
    }

    fn ours(&self) -> Result<Said, String> {
        let [out, queries] = [&self.folder, self.queries].map(|path| path.display().to_string());
        let seconds = self.room.seconds.to_string();
        let mut words = vec!["search", "--rows", self.rows, "--clients", "1", "--out", &out];
        words.extend(["--seconds", &seconds, "--queries", &queries]);
        if self.reach == "everywhere" {
            words.push("--everywhere");
        }
        let value = self.room.bench(&words)?;
        let number = |name: &str| value[name].as_f64().ok_or_else(|| format!("no {name}: {value}"));
        let mut figures = vec![
            figure("speed", "1/s", number("ops_per_s")?),
            figure("p50", "ms", number("p50_us")? / 1000.0),
            figure("p99", "ms", number("p99_us")? / 1000.0),
        ];
        let lines = std::fs::read_to_string(self.folder.join("answers.jsonl"));
        let lines = lines.map_err(|e| format!("answers: {e}"))?;
        let lines: Vec<Value> =
            lines.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        figures.extend(self.judged(&lines));
        Ok(self.named(figures, self.room.version()))
    }

    fn peer(&self, script: &str) -> Result<Said, String> {
        let mut address = String::new();
        let python = match script {
            "trgm" if self.address.is_empty() => return Err("needs PostgreSQL".into()),
            "trgm" => {
                address = self.address.to_owned();
                self.room.python(&PSYCOPG)?
            }
            "groonga" if which("groonga").is_none() => {
                return Err("needs what Debian calls groonga-bin".into());
            }
            _ => which("python3").ok_or("needs python3")?,
        };
        let held = if script == "groonga" { Some(Port::take()?) } else { None };
        if let Some(port) = &held {
            address = port.number.to_string();
        }
        let paths = [&self.room.script("search.py"), &self.folder, self.queries];
        let [program, folder, queries] = paths.map(|path| path.display().to_string());
        let seconds = self.room.seconds.to_string();
        let words = [&program, script, &folder, &queries, &seconds, self.reach, &address];
        let value = self.room.ask(&python, &words)?;
        let Said { mut figures, version } = said(&value, "")?;
        let lines = value["answers"].as_array().cloned().unwrap_or_default();
        figures.extend(self.judged(&lines));
        Ok(self.named(figures, version))
    }

    /// What was found, where it can be judged: items of other places may well answer somebody who stands nowhere.
    fn judged(&self, lines: &[Value]) -> Vec<Figure> {
        if self.reach == "everywhere" {
            return vec![];
        }
        let answers = judge::answers(lines.iter());
        let one = |(file, set): &(PathBuf, Vec<Judged>)| {
            let rated = judge::rate(set, &answers);
            let file = file.file_stem().unwrap_or_default().to_string_lossy();
            let named = |what: &str| format!("{what} of {} {file}", rated.asked);
            [
                figure(named("recall@5"), "share", rated.recall_at_5),
                figure(named("MRR"), "share", rated.mrr),
            ]
        };
        self.sets.iter().flat_map(one).collect()
    }

    fn named(&self, figures: Vec<Figure>, version: String) -> Said {
        let named = |f: Figure| Figure { work: format!("{}: {}", self.of, f.work), ..f };
        Said { figures: figures.into_iter().map(named).collect(), version }
    }
}
