//! The harness that breaks a served town on purpose and judges what is left. Ships nothing.
//!
//! It uses no crate of the house: it drives the program from outside, as people do, and believes only its
//! own ledger. `cargo xtask chaos NAME --rounds N --seed S --json` builds the program and calls it.
//! `cargo xtask peers NAME --json` does the same work with the program and with others (`peers`).

mod client;
mod clock;
mod disk;
mod faults;
mod ledger;
mod line;
mod listed;
mod net;
mod oracle;
mod page;
mod patroni;
mod peers;
mod people;
mod port;
mod postgres;
mod proxy;
mod report;
mod seed;
mod template;
mod town;
mod traffic;

use faults::{Plan, Trouble};
use report::{say, tell};
use std::path::PathBuf;
use std::process::ExitCode;

/// Exit code for what the machine cannot do.
const CANNOT_RUN: u8 = 3;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match obey(&words) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(Trouble::CannotRun(reason)) => {
            say(&format!("cannot run: {reason}"));
            ExitCode::from(CANNOT_RUN)
        }
        Err(Trouble::Broken(reason)) => {
            say(&reason);
            ExitCode::from(2)
        }
    }
}

/// The words after the program's name.
struct Words {
    name: String,
    rounds: Option<u64>,
    seed: u64,
    json: bool,
    binary: PathBuf,
    previous: Option<PathBuf>,
    persons: PathBuf,
}

fn read(words: &[String]) -> Result<Words, String> {
    let mut read = Words {
        name: String::new(),
        rounds: None,
        seed: clock::unix_seconds(),
        json: false,
        binary: PathBuf::from("target/debug/tongban"),
        previous: None,
        persons: PathBuf::from("data/sample/persons.csv"),
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} wants a value"));
        let number = |text: &String| text.parse().map_err(|_| format!("{text} is no number"));
        match word.as_str() {
            "chaos" => {}
            "--json" => read.json = true,
            "--rounds" => read.rounds = Some(value().and_then(number)?),
            "--seed" => read.seed = value().and_then(number)?,
            "--binary" => read.binary = value()?.into(),
            "--previous" => read.previous = Some(value()?.into()),
            "--persons" => read.persons = value()?.into(),
            name if read.name.is_empty() && !name.starts_with('-') => read.name = name.to_owned(),
            other => return Err(format!("`{other}` is unknown")),
        }
    }
    Ok(read)
}

fn obey(words: &[String]) -> Result<bool, Trouble> {
    if words.first().is_some_and(|word| word == "peers") {
        return peers::obey(&words[1..]);
    }
    let Words { name, rounds, seed, json, binary, previous, persons } = read(words)?;
    let Some((_, _, trial)) = faults::ALL.iter().find(|(known, _, _)| *known == name) else {
        tell("chaos NAME [--rounds N] [--seed S] [--json] [--previous PATH]");
        faults::ALL.iter().for_each(|(name, about, _)| tell(&format!("  {name:10} {about}")));
        return Ok(name.is_empty());
    };
    say(&format!("SEED={seed}"));
    let template = template::ready(&binary, &persons)?;
    let report = trial(&Plan { binary, previous, template, persons, rounds, seed })?;
    report.print(json);
    Ok(report.held())
}
