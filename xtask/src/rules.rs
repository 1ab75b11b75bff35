//! The house rules: each a pure function over the files, each with tests that show it fails when broken.
//!
//! Where a rule does not hold, ARCHITECTURE.md says so in its block `exceptions`, with the reason;
//! an exception that nothing needs is itself a finding, so the list never outlives its causes.

mod ambient;
mod arrows;
mod dependencies;
mod docs;
mod furniture;
mod manners;
mod markup;
mod migrations;
mod opening;
mod places;
mod readme;
mod sizes;
mod sql;
mod surface;
mod traits;
mod words;
mod words_use;

use crate::architecture;
use crate::tree::{Finding, Tree};

/// A rule: what it is called in the summary, and what it finds.
pub struct Rule {
    /// Short name for people; findings carry the names that exceptions use.
    pub name: &'static str,
    /// The check itself.
    pub check: fn(&Tree) -> Vec<Finding>,
}

/// Every rule of the house, in the order of ARCHITECTURE.md.
pub const ALL: &[Rule] = &[
    Rule { name: "arrows between crates go down", check: arrows::check },
    Rule { name: "arrows inside a room go down", check: furniture::check },
    Rule { name: "files, functions and rooms stay small", check: sizes::check },
    Rule { name: "every file opens with its sentence", check: opening::check },
    Rule { name: "public items say what they are", check: docs::check },
    Rule { name: "time and chance are arguments", check: ambient::check },
    Rule { name: "SQL stands in records", check: sql::check },
    Rule { name: "axum and askama stand in pages and api", check: surface::check },
    Rule { name: "printing, allowances, leftovers", check: manners::check },
    Rule { name: "language files agree", check: words::check },
    Rule { name: "words exist and are used", check: words_use::check },
    Rule { name: "markup obeys the content policy", check: markup::check },
    Rule { name: "migrations stand on one timeline", check: migrations::check },
    Rule { name: "no place of this machine is named", check: places::check },
    Rule { name: "every dependency has its sentence", check: dependencies::check },
    Rule { name: "a trait has two implementations", check: traits::check },
    Rule { name: "the documents' commands and links exist", check: readme::check },
];

/// What one rule found, exceptions taken away.
pub struct Verdict {
    /// Name of the rule.
    pub name: &'static str,
    /// What is left to mend.
    pub findings: Vec<Finding>,
}

/// Runs every rule, and last the rule about exceptions themselves.
pub fn run(tree: &Tree) -> Vec<Verdict> {
    let exceptions = architecture::exceptions(tree);
    let mut needed = vec![false; exceptions.len()];
    let mut verdicts = Vec::new();
    for rule in ALL {
        let mut findings = (rule.check)(tree);
        findings.sort();
        findings.retain(|finding| match exceptions.iter().position(|e| e.covers(finding)) {
            Some(at) => {
                needed[at] = true;
                false
            }
            None => true,
        });
        verdicts.push(Verdict { name: rule.name, findings });
    }
    let stale = exceptions.iter().zip(needed).flat_map(|(exception, needed)| {
        let about = format!("`{} {}`", exception.rule, exception.path);
        let idle = (!needed).then(|| format!("nothing needs the exception {about}; take it out"));
        let mute = exception.reason.is_empty().then(|| format!("{about} lacks its reason"));
        idle.into_iter()
            .chain(mute)
            .map(|m| finding(architecture::FILE, exception.line, "exceptions", m))
    });
    verdicts.push(Verdict { name: "exceptions have cause and reason", findings: stale.collect() });
    verdicts
}

/// Makes a finding.
pub(crate) fn finding(
    file: &str,
    line: usize,
    rule: &'static str,
    message: impl Into<String>,
) -> Finding {
    Finding { file: file.to_string(), line, rule, message: message.into() }
}

/// Findings in one line each, for the assertions of the rules' tests.
#[cfg(test)]
pub(crate) fn told(findings: Vec<Finding>) -> Vec<String> {
    findings.iter().map(|f| format!("{}:{} {}", f.file, f.line, f.rule)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BROKEN: &str = "//! File.\nfn f() { println!(\"x\"); }\n";

    fn count(verdicts: &[Verdict], name: &str) -> usize {
        verdicts.iter().find(|v| v.name == name).map_or(0, |v| v.findings.len())
    }

    #[test]
    fn an_exception_silences_its_rule_and_only_there() {
        let plan = "```exceptions\nprinting crates/web/src/a.rs — it is the console\n```\n";
        let files = [
            ("ARCHITECTURE.md", plan),
            ("crates/web/src/a.rs", BROKEN),
            ("crates/web/src/b.rs", BROKEN),
        ];
        let verdicts = run(&Tree::of(&files));
        assert_eq!(count(&verdicts, "printing, allowances, leftovers"), 1);
        assert_eq!(count(&verdicts, "exceptions have cause and reason"), 0);
    }

    #[test]
    fn an_idle_or_mute_exception_is_found() {
        let plan = "```exceptions\nprinting crates/web/src/a.rs\n```\n";
        let verdicts = run(&Tree::of(&[("ARCHITECTURE.md", plan)]));
        assert_eq!(count(&verdicts, "exceptions have cause and reason"), 2);
    }
}
