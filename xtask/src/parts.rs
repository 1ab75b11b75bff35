//! The parts of a test run: what each does, in which order, and the summary at the end.

use crate::clock::Stopwatch;
use crate::house::{House, run, which};
use crate::postgres::Cluster;
use crate::tree::Tree;
use crate::{browser, chaos, deny, foreign, install, rules};

/// How a part ended.
pub enum Outcome {
    /// Well, with a word on how much was looked at.
    Passed(String),
    /// Something is wrong with the house.
    Failed(String),
    /// The machine lacks what the part needs; the run fails unless it was told to do without.
    CannotRun(String),
}

/// A part of the test run.
struct Part {
    name: &'static str,
    title: &'static str,
    run: fn(&House) -> Outcome,
}

const PARTS: &[Part] = &[
    Part { name: "rules", title: "rules of the house", run: rules },
    Part {
        name: "fmt",
        title: "formatting",
        run: |house| cargo(house, &["fmt", "--all", "--check"]),
    },
    Part { name: "deny", title: "licences and sources of dependencies", run: dependencies },
    Part { name: "clippy", title: "clippy", run: clippy },
    Part { name: "test", title: "unit and integration tests on SQLite", run: tests },
    Part { name: "generated", title: "generated documents are up to date", run: generated },
    Part { name: "postgres", title: "integration tests on PostgreSQL", run: postgres },
    Part { name: "foreign", title: "our documents in other code bases", run: foreign::test },
    Part { name: "chaos", title: "a served town broken on purpose, in small", run: chaos::test },
    Part { name: "browser", title: "browser tests on the demo", run: browser::test },
];

/// Names that `--only` and `--without` know.
pub fn names() -> Vec<&'static str> {
    PARTS.iter().map(|part| part.name).collect()
}

/// `cargo xtask test`: every part in order, also after one that failed.
pub fn test(house: &House, words: &[String]) -> Result<(), String> {
    let chosen = choose(words)?;
    let watch = Stopwatch::start();
    let mut lines = Vec::new();
    let (mut passed, mut failed) = (0, 0);
    for part in PARTS {
        if !chosen.contains(&part.name) {
            lines.push(format!("  left out    {:9} {}", part.name, part.title));
            continue;
        }
        println!("\n── {} · {} ──", part.name, part.title);
        let own = Stopwatch::start();
        let outcome = (part.run)(house);
        let seconds = own.elapsed().as_secs_f64();
        let (mark, note) = match outcome {
            Outcome::Passed(note) => {
                passed += 1;
                ("passed", note)
            }
            Outcome::Failed(reason) => {
                failed += 1;
                ("FAILED", reason)
            }
            Outcome::CannotRun(reason) => {
                failed += 1;
                let way = format!("(to do without it: --without {})", part.name);
                ("CANNOT RUN", format!("{reason} {way}"))
            }
        };
        let colon = if note.is_empty() { "" } else { ": " };
        println!("{mark}{colon}{note} ({seconds:.1} s)");
        let short = note.lines().next().unwrap_or("");
        lines.push(format!("  {mark:11} {:9} {seconds:6.1} s  {short}", part.name));
    }
    println!("\n── summary · {:.1} s ──\n{}", watch.elapsed().as_secs_f64(), lines.join("\n"));
    println!("\n{passed} passed, {failed} failed");
    if failed == 0 { Ok(()) } else { Err(String::new()) }
}

/// The parts that `--only` and `--without` leave.
fn choose(words: &[String]) -> Result<Vec<&'static str>, String> {
    let mut chosen = names();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let (flag, list) = match word.split_once('=') {
            Some((flag, list)) => (flag, list),
            None => (word.as_str(), words.next().map_or("", String::as_str)),
        };
        let list: Vec<&str> = list.split(',').collect();
        if let Some(unknown) = list.iter().find(|name| !names().contains(name)) {
            return Err(format!("no part `{unknown}`; there are {}", names().join(" ")));
        }
        match flag {
            "--only" => chosen.retain(|name| list.contains(name)),
            "--without" => chosen.retain(|name| !list.contains(name)),
            _ => return Err(format!("`{flag}` is unknown; there are --only and --without")),
        }
    }
    Ok(chosen)
}

/// The rules of the house, each with its findings.
pub fn rules(house: &House) -> Outcome {
    let tree = match Tree::from_git(&house.root) {
        Ok(tree) => tree,
        Err(reason) => return Outcome::CannotRun(reason),
    };
    let verdicts = rules::run(&tree);
    let mut broken = 0;
    for verdict in &verdicts {
        println!(
            "  {} {}",
            if verdict.findings.is_empty() { "holds " } else { "BROKEN" },
            verdict.name
        );
        for finding in &verdict.findings {
            println!("         {finding}");
        }
        broken += usize::from(!verdict.findings.is_empty());
    }
    match broken {
        0 => Outcome::Passed(format!("{} rules hold", verdicts.len())),
        _ => Outcome::Failed(format!("{broken} of {} rules are broken", verdicts.len())),
    }
}

fn cargo(house: &House, words: &[&str]) -> Outcome {
    judged(run(&mut house.cargo(words)))
}

fn judged(result: Result<(), String>) -> Outcome {
    match result {
        Ok(()) => Outcome::Passed(String::new()),
        Err(reason) => Outcome::Failed(reason),
    }
}

fn dependencies(house: &House) -> Outcome {
    match deny::check(house) {
        Ok(note) => Outcome::Passed(note),
        Err(reason) => Outcome::Failed(reason),
    }
}

fn clippy(house: &House) -> Outcome {
    cargo(house, &["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"])
}

fn tests(house: &House) -> Outcome {
    // Without them everything else is tested all the same; the tests that need them then say that they were skipped.
    for (package, program, what) in [
        ("softhsm2", "softhsm2-util", "keys in devices are not tested"),
        ("poppler-utils", "pdftotext", "other programs do not read our PDF"),
        ("qpdf", "qpdf", "nobody else checks the structure of our PDF"),
    ] {
        if let Err(reason) = install::ensure(&[package], || which(program).is_some()) {
            println!("  {reason}: {what}");
        }
    }
    cargo(house, &["test", "--quiet", "--workspace", "--no-fail-fast"])
}

fn generated(house: &House) -> Outcome {
    cargo(house, &["run", "--quiet", "-p", "tongban", "--", "generate", "--check"])
}

fn postgres(house: &House) -> Outcome {
    let cluster = match Cluster::start() {
        Ok(cluster) => cluster,
        Err(reason) => return Outcome::CannotRun(reason),
    };
    let mut command = house.cargo(&["test", "--quiet", "-p", "tongban", "--test", "it"]);
    judged(run(command.env("TONGBAN_TEST_POSTGRES", &cluster.url)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(words: &[&str]) -> Result<Vec<&'static str>, String> {
        choose(&words.iter().map(|word| word.to_string()).collect::<Vec<_>>())
    }

    #[test]
    fn parts_are_chosen_by_name() {
        assert_eq!(chosen(&[]), Ok(names()));
        assert_eq!(chosen(&["--only", "fmt,rules"]), Ok(vec!["rules", "fmt"]));
        assert_eq!(chosen(&["--only=rules"]), Ok(vec!["rules"]));
        let without = chosen(&["--without", "browser,postgres"]).unwrap();
        assert!(!without.contains(&"browser") && !without.contains(&"postgres"));
        assert!(chosen(&["--without", "nothing"]).is_err());
        assert!(chosen(&["--fast", "rules"]).is_err());
    }
}
