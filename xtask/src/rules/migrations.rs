//! Migrations stand on one timeline: `NNNN_name.sql`, no number twice, a twin for PostgreSQL only beside its base.

use super::finding;
use crate::tree::{Finding, Tree};
use std::collections::BTreeMap;

const RULE: &str = "migrations";
const TWIN: &str = ".postgres.sql";

/// Every file in `migrations/`.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut numbers: BTreeMap<&str, &str> = BTreeMap::new();
    for (path, _) in tree.under("migrations/", "").filter(|(path, _)| !path.ends_with(".md")) {
        let name = path.trim_start_matches("migrations/");
        if !well_named(name) {
            found.push(finding(path, 1, RULE, "is not called NNNN_name.sql"));
        } else if let Some(base) = name.strip_suffix(TWIN) {
            if tree.get(&format!("migrations/{base}.sql")).is_none() {
                found.push(finding(
                    path,
                    1,
                    RULE,
                    format!("is the twin of {base}.sql, which is not there"),
                ));
            }
        } else if let Some(other) = numbers.insert(&name[..4], name) {
            found.push(finding(path, 1, RULE, format!("has the number of {other}")));
        }
    }
    found
}

fn well_named(name: &str) -> bool {
    let Some(stem) = name.strip_suffix(TWIN).or_else(|| name.strip_suffix(".sql")) else {
        return false;
    };
    let Some((number, words)) = stem.split_once('_') else { return false };
    let spelled = words.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    number.len() == 4 && number.chars().all(|c| c.is_ascii_digit()) && !words.is_empty() && spelled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::told;

    #[test]
    fn whole() {
        let tree = Tree::of(&[
            ("migrations/0001_store.sql", ""),
            ("migrations/0010_web.sql", ""),
            ("migrations/0010_web.postgres.sql", ""),
        ]);
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn broken() {
        let tree = Tree::of(&[
            ("migrations/0001_store.sql", ""),
            ("migrations/0001_web.sql", ""),
            ("migrations/0002_people.postgres.sql", ""),
            ("migrations/3_guide.sql", ""),
            ("migrations/notes.txt", ""),
        ]);
        assert_eq!(
            told(check(&tree)),
            [
                "migrations/0001_web.sql:1 migrations",
                "migrations/0002_people.postgres.sql:1 migrations",
                "migrations/3_guide.sql:1 migrations",
                "migrations/notes.txt:1 migrations",
            ]
        );
    }
}
