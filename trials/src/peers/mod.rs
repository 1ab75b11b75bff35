//! Tongban beside peers: both sides do the same work in turn on this machine, and the ratio is said, also where it is poor.
//!
//! `room.rs` installs peers into a scratch folder and calls them, `judge.rs` rates answers of a search, whoever gave
//! them, `said.rs` compares and prints; one file for each name below. Peers are scripts in `trials/peers`.

mod crypto;
mod judge;
mod ofd;
mod room;
mod said;
mod search;
mod submissions;
mod tokens;

use crate::faults::Trouble;
use crate::report::tell;
use room::Room;
use said::{Row, Side};
use std::path::PathBuf;

/// What is measured beside whom.
type Meeting = fn(&Room) -> Result<Vec<Row>, Trouble>;

/// Every comparison by name.
const ALL: &[(&str, &str, Meeting)] = &[
    ("tokens", "tokens and sign-in: npm oidc-provider", tokens::meet),
    ("crypto", "SM2, SM3, SM4: OpenSSL, PyPI cryptography, gmssl, gmssl-fast", crypto::meet),
    ("search", "items: SQLite FTS5, PostgreSQL pg_trgm, Groonga", search::meet),
    ("submissions", "durable cases: SQLite, PostgreSQL, PyPI SpiffWorkflow", submissions::meet),
    ("ofd", "documents: PyPI ofdkit, easyofd", ofd::meet),
];

/// The words after `peers`.
struct Words {
    name: String,
    rounds: usize,
    seconds: u64,
    json: bool,
    binary: PathBuf,
    folder: PathBuf,
    scripts: PathBuf,
    queries: Vec<PathBuf>,
}

fn read(words: &[String]) -> Result<Words, String> {
    let mut read = Words {
        name: String::new(),
        rounds: 2,
        seconds: 5,
        json: false,
        binary: PathBuf::from("target/release/tongban"),
        folder: PathBuf::from("target/peers"),
        scripts: PathBuf::from("trials/peers"),
        queries: vec![],
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} wants a value"));
        let number =
            |text: &String| text.parse::<u64>().map_err(|_| format!("{text} is no number"));
        match word.as_str() {
            "--json" => read.json = true,
            "--rounds" => read.rounds = value().and_then(number)?.max(1) as usize,
            "--seconds" => read.seconds = value().and_then(number)?.max(1),
            "--binary" => read.binary = value()?.into(),
            "--folder" => read.folder = value()?.into(),
            "--queries" => read.queries.push(value()?.into()),
            name if read.name.is_empty() && !name.starts_with('-') => read.name = name.to_owned(),
            other => return Err(format!("`{other}` is unknown")),
        }
    }
    if read.queries.is_empty() {
        read.queries =
            ["data/search/queries.jsonl", "data/catalogue/heldout.jsonl"].map(PathBuf::from).into();
    }
    Ok(read)
}

/// `peers NAME …`: true when every comparison that was asked for could be held.
pub fn obey(words: &[String]) -> Result<bool, Trouble> {
    let words = read(words)?;
    let chosen: Vec<_> =
        ALL.iter().filter(|(name, _, _)| *name == words.name || words.name == "all").collect();
    if chosen.is_empty() {
        tell("peers NAME [--rounds N] [--seconds S] [--queries FILE]… [--json]");
        ALL.iter().for_each(|(name, about, _)| tell(&format!("  {name:12} {about}")));
        tell("  all          one after the other");
        return Ok(words.name.is_empty());
    }
    for (name, _, meet) in chosen {
        let room = Room::open(&words, name)?;
        let before = said::machine(&room);
        let rows = meet(&room)?;
        said::print(name, &before, &said::machine(&room), &rows, words.json);
    }
    Ok(true)
}

/// Ours and peers in turn: every round everybody once, beginning with another each round.
fn in_turn(room: &Room, mut sides: Vec<Side<'_>>) -> Vec<Row> {
    let mut heard = said::Heard::default();
    for round in 0..room.rounds {
        for n in 0..sides.len() {
            let at = (n + round) % sides.len();
            let side = &mut sides[at];
            if heard.has_failed(side.name) {
                continue;
            }
            crate::report::say(&format!("round {}: {}", round + 1, side.name));
            match (side.run)() {
                Ok(said) => heard.take(side.name, said),
                Err(reason) => heard.fail(side.name, reason),
            }
        }
    }
    heard.rows(&sides.iter().map(|side| side.name).collect::<Vec<_>>())
}
