//! Breaks a served town on purpose: builds the program, then calls the harness in `trials`.

use crate::house::{House, run, which};
use crate::install;
use crate::parts::Outcome;
use crate::previous;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A fault's share of a test run.
struct Small {
    name: &'static str,
    rounds: &'static str,
    /// What Debian calls what it needs, and the file by which that is known.
    needs: &'static [(&'static str, &'static str)],
}

const SMALL: &[Small] = &[
    Small { name: "kill", rounds: "4", needs: &[] },
    Small { name: "double", rounds: "12", needs: &[] },
    Small { name: "stop", rounds: "3", needs: &[] },
    Small { name: "kill-db", rounds: "1", needs: &[("postgresql", "/usr/lib/postgresql")] },
    Small { name: "powercut", rounds: "2", needs: &[("xfsprogs", "/usr/sbin/xfs_io")] },
    Small { name: "disk-full", rounds: "1", needs: &[] },
    Small { name: "io-error", rounds: "3", needs: &[("strace", "/usr/bin/strace")] },
    Small { name: "restore", rounds: "1", needs: &[] },
    Small { name: "clock", rounds: "2", needs: &[("libfaketime", FAKETIME)] },
];

/// Too long for a test run, and what they need.
const LARGE: &[Small] = &[Small {
    name: "failover",
    rounds: "20",
    needs: &[
        ("postgresql", "/usr/lib/postgresql"),
        ("patroni", "/usr/bin/patroni"),
        ("etcd-server", "/usr/bin/etcd"),
        ("iproute2", "/bin/ip"),
    ],
}];

const FAKETIME: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

/// The seed of a test run: always the same, so that everybody meets the same picks.
const SEED: &str = "20261122";

/// Exit code of the harness for what the machine cannot do.
const CANNOT_RUN: i32 = 3;

/// `cargo xtask chaos NAME …`; `--release` tries the release build.
pub fn one(house: &House, words: &[String]) -> Result<(), String> {
    let release = words.iter().any(|word| word == "--release");
    let known = SMALL.iter().chain(LARGE).find(|small| words.iter().any(|word| word == small.name));
    known.map_or(Ok(()), need)?;
    let folder = build(house, release)?;
    let mut words: Vec<&str> =
        words.iter().map(String::as_str).filter(|word| *word != "--release").collect();
    let previous = match words.contains(&"upgrade") && !words.contains(&"--previous") {
        true => previous::program(house)?.display().to_string(),
        false => String::new(),
    };
    if !previous.is_empty() {
        words.extend(["--previous", &previous]);
    }
    words.insert(0, "chaos");
    match harness(house, &folder, &words)? {
        0 => Ok(()),
        code => Err(format!("the trial ended with {code}")),
    }
}

/// The part `chaos` of a test run: every fault in small, each with its control.
pub fn test(house: &House) -> Outcome {
    let folder = match build(house, false) {
        Ok(folder) => folder,
        Err(reason) => return Outcome::Failed(reason),
    };
    let (mut held, mut broken, mut absent) = (0, Vec::new(), Vec::new());
    for small in SMALL {
        if let Err(reason) = need(small) {
            println!("  {}: {reason}", small.name);
            absent.push(small.name);
            continue;
        }
        let words = ["chaos", small.name, "--rounds", small.rounds, "--seed", SEED, "--json"];
        match harness(house, &folder, &words) {
            Ok(0) => held += 1,
            Ok(CANNOT_RUN) => absent.push(small.name),
            Ok(_) => broken.push(small.name),
            Err(reason) => return Outcome::Failed(reason),
        }
    }
    // Some mount file systems or need tools that not every machine gives; what could not be tried is said aloud.
    let absent = match absent.is_empty() {
        true => String::new(),
        false => format!("; not tried, this machine cannot: {}", absent.join(" ")),
    };
    match (broken.is_empty(), held) {
        (true, 0) => Outcome::CannotRun("no fault can be tried on this machine".into()),
        (true, _) => {
            Outcome::Passed(format!("{held} faults, nothing lost, every control lost{absent}"))
        }
        (false, _) => Outcome::Failed(format!("broken: {}{absent}", broken.join(" "))),
    }
}

fn need(small: &Small) -> Result<(), String> {
    small.needs.iter().try_for_each(|(package, file)| {
        install::ensure(&[package], || Path::new(file).exists() || which(package).is_some())
    })
}

/// Builds the program and the harness; gives the folder of both.
pub fn build(house: &House, release: bool) -> Result<PathBuf, String> {
    let mut build = house.cargo(&["build", "--quiet", "-p", "tongban", "-p", "trials"]);
    if release {
        build.arg("--release");
    }
    run(&mut build)?;
    Ok(house.target.join(if release { "release" } else { "debug" }))
}

/// Calls the harness on the program; gives its exit code.
pub fn harness(house: &House, folder: &Path, words: &[&str]) -> Result<i32, String> {
    let mut trials = Command::new(folder.join("trials"));
    trials.args(words).arg("--binary").arg(folder.join("tongban"));
    let status = trials.current_dir(&house.root).status();
    let status = status.map_err(|error| format!("trials: {error}"))?;
    Ok(status.code().unwrap_or(1))
}
