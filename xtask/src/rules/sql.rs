//! SQL stands in `records.rs` (or `records/`) and nowhere else.
//!
//! Tests may look into the database by themselves; the store's own books and the bench's floor are
//! exceptions in ARCHITECTURE.md.

use super::finding;
use crate::tree::{Finding, Tree};

/// How a statement begins. Upper case is how the house writes SQL, and prose is not.
const STATEMENTS: &[&str] = &[
    "SELECT ",
    "INSERT INTO ",
    "UPDATE ",
    "DELETE FROM ",
    "CREATE TABLE ",
    "CREATE INDEX ",
    "CREATE UNIQUE ",
    "CREATE VIEW ",
    "CREATE TRIGGER ",
    "CREATE VIRTUAL ",
    "CREATE SCHEMA ",
    "CREATE DATABASE ",
    "ALTER TABLE ",
    "DROP TABLE ",
    "DROP INDEX ",
    "DROP SCHEMA ",
    "WITH RECURSIVE ",
    "PRAGMA ",
    "SAVEPOINT ",
    "TRUNCATE ",
];

/// Every string of every crate's code outside records and tests.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let crates = tree.rust().filter(|(path, _)| path.starts_with("crates/"));
    for (path, source) in crates.filter(|(path, _)| !is_records(path)) {
        for literal in source.literals.iter().filter(|literal| !source.is_test(literal.start)) {
            let text = literal.text.trim_start_matches(|c: char| c.is_whitespace() || c == '\\');
            if let Some(start) = STATEMENTS.iter().find(|start| text.starts_with(**start)) {
                let message = format!("a `{}` statement outside records.rs", start.trim_end());
                found.push(finding(path, source.line(literal.start), "sql", message));
            }
        }
    }
    found
}

fn is_records(path: &str) -> bool {
    path.ends_with("/records.rs") || path.contains("/records/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::told;

    const CODE: &str = "//! x\nconst A: &str = \"SELECT id FROM t\";\nconst B: &str = r#\"\n  UPDATE t SET a = $1\"#;\n\
        const C: &str = \"Select a region\";\n// \"DELETE FROM t\"\n#[cfg(test)]\nmod t { const D: &str = \"DROP TABLE t\"; }";

    #[test]
    fn whole_in_records_and_in_tests() {
        let tree = Tree::of(&[
            ("crates/a/src/r/records.rs", CODE),
            ("crates/a/src/r/records/open.rs", CODE),
            ("crates/a/tests/it/r.rs", CODE),
        ]);
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn broken_elsewhere() {
        let found = check(&Tree::of(&[("crates/a/src/r/acts.rs", CODE)]));
        assert_eq!(told(found), ["crates/a/src/r/acts.rs:2 sql", "crates/a/src/r/acts.rs:3 sql"]);
    }
}
