//! Every Rust file opens with a sentence saying what it is for (rule 2 of the house).

use super::finding;
use crate::tree::{Finding, Tree};

/// A shorter opening says nothing (characters).
const SHORTEST: usize = 12;

/// The first line of every `.rs` file.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let files = tree.files().filter(|(path, _)| path.ends_with(".rs"));
    files
        .filter(|(_, text)| {
            let first = text.lines().next().unwrap_or("");
            first.strip_prefix("//! ").is_none_or(|said| said.chars().count() < SHORTEST)
        })
        .map(|(path, _)| {
            finding(path, 1, "opening", "opens without a `//!` sentence on its purpose")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_and_broken() {
        for (text, findings) in [
            ("//! Reads the calendar of working days.\n", 0),
            ("//! x\n", 1),
            ("use a::b;\n//! Reads the calendar.\n", 1),
            ("", 1),
        ] {
            let found = check(&Tree::of(&[("crates/a/src/b.rs", text), ("a.md", "no")]));
            assert_eq!(found.len(), findings, "{text:?}");
        }
    }
}
