//! `cargo xtask`: the one test command, the house rules, and the pictures of the README. Ships nothing.
//!
//! Read `parts.rs` for what a test run consists of, `rules.rs` for the rules of the house.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks by printing")]

mod architecture;
mod browser;
mod chaos;
mod clock;
mod deny;
mod foreign;
mod house;
mod install;
mod parts;
mod peers;
mod postgres;
mod previous;
mod rules;
mod rust;
mod tree;

use house::House;
use std::process::ExitCode;

/// A word after `cargo xtask`.
pub struct Command {
    /// The word.
    pub name: &'static str,
    /// How it is called and what it does, in one line.
    pub about: &'static str,
    run: fn(&House, &[String]) -> Result<(), String>,
}

/// Everything this tool can do.
pub const COMMANDS: &[Command] = &[
    Command {
        name: "test",
        about: "test [--only a,b] [--without a,b]  everything, or some parts: see --help",
        run: parts::test,
    },
    Command {
        name: "rules",
        about: "rules  only the rules of the house (no compiling)",
        run: rules_only,
    },
    Command {
        name: "chaos",
        about: "chaos NAME [--rounds N] [--seed S] [--json] [--release]  break a served town on purpose; without NAME: the list",
        run: chaos::one,
    },
    Command {
        name: "peers",
        about: "peers NAME [--rounds N] [--seconds S] [--json]  the same work by us and by others, in turn; without NAME: the list",
        run: peers::meet,
    },
    Command {
        name: "pictures",
        about: "pictures  make docs/pictures again from the demo",
        run: |house, _| browser::pictures(house),
    },
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let asked = words.first().and_then(|word| COMMANDS.iter().find(|command| command.name == word));
    let Some(command) = asked.filter(|_| !words.iter().any(|word| word == "--help")) else {
        println!("cargo xtask …");
        for command in COMMANDS {
            println!("  {}", command.about);
        }
        println!("parts of a test run: {}", parts::names().join(" "));
        return if words.is_empty() || asked.is_some() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        };
    };
    match House::here().and_then(|house| (command.run)(&house, &words[1..])) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

/// `cargo xtask rules`: what the first part of a test run does.
fn rules_only(house: &House, _: &[String]) -> Result<(), String> {
    match parts::rules(house) {
        parts::Outcome::Passed(_) => Ok(()),
        parts::Outcome::Failed(reason) | parts::Outcome::CannotRun(reason) => Err(reason),
    }
}
