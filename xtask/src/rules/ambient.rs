//! Time and chance are arguments: they are taken from the machine in one file each (rule 3 of the house).
//!
//! Clippy refuses the best-known calls; this rule also knows the ones that hide in libraries. The
//! files that may take them stand in the exceptions of ARCHITECTURE.md.

use super::finding;
use crate::tree::{Finding, Tree};

/// Calls that read the clock or draw chance.
const AMBIENT: &[&str] = &[
    "SystemTime::now",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "UNIX_EPOCH.elapsed",
    "getrandom",
    "thread_rng",
    "rand::rng",
    "rand::random",
    "OsRng",
    "SysRng",
    "from_os_rng",
    "try_from_os_rng",
    "RandomState",
];

/// Every call in every Rust file, tests included: a test that reads the clock fails some day.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, source) in tree.rust() {
        for call in AMBIENT {
            for at in source.find(call) {
                let message = format!("`{call}`: take time and chance from the context");
                found.push(finding(path, source.line(at), "clock-and-chance", message));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::told;

    #[test]
    fn whole_and_broken() {
        let whole =
            "//! x\n// SystemTime::now is forbidden\nfn f(now: Stamp) { g(\"OsRng\", now) }";
        assert_eq!(check(&Tree::of(&[("crates/a/src/b.rs", whole)])), []);
        let broken = "//! x\nfn f() {\n std::time::SystemTime::now();\n getrandom::fill(&mut b); }";
        assert_eq!(
            told(check(&Tree::of(&[("crates/a/src/b.rs", broken)]))),
            ["crates/a/src/b.rs:3 clock-and-chance", "crates/a/src/b.rs:4 clock-and-chance"]
        );
    }
}
