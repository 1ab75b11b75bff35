//! Between crates an arrow may only go down, along the list in ARCHITECTURE.md (rule 1 of the house).

use super::finding;
use crate::architecture::{self, Arrow};
use crate::tree::{Finding, Tree, crate_of};
use std::collections::BTreeSet;

const RULE: &str = "arrows";

/// Cargo.toml, `use` lines and paths of every crate against the block `arrows`.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let list = architecture::arrows(tree, "arrows");
    let mut found = list_itself(tree, &list);
    let names: BTreeSet<&str> = list.iter().map(|arrow| arrow.from.as_str()).collect();
    for arrow in &list {
        let own = format!("crates/{}/", arrow.from);
        let forbidden = |name: &str| {
            name != arrow.from && names.contains(name) && !arrow.to.iter().any(|to| to == name)
        };
        let manifest = format!("{own}Cargo.toml");
        for (line, name) in declared(tree.get(&manifest).unwrap_or("")) {
            if forbidden(&name) {
                found.push(upward(&manifest, line, &arrow.from, &name));
            }
        }
        for (path, source) in tree.rust().filter(|(path, _)| path.starts_with(&own)) {
            let heads = source.paths().into_iter().map(|(at, path)| (source.line(at), path));
            let heads: BTreeSet<(usize, String)> =
                heads.map(|(line, mut path)| (line, path.swap_remove(0))).collect();
            for (line, head) in heads.into_iter().filter(|(_, head)| forbidden(head)) {
                found.push(upward(path, line, &arrow.from, &head));
            }
        }
    }
    found
}

/// The list names every crate once and each line uses only lines above it.
fn list_itself(tree: &Tree, list: &[Arrow]) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut above: BTreeSet<&str> = BTreeSet::new();
    for arrow in list {
        for to in arrow.to.iter().filter(|to| !above.contains(to.as_str())) {
            let message =
                format!("`{}` may not use `{to}`: it does not stand above this line", arrow.from);
            found.push(finding(architecture::FILE, arrow.line, RULE, message));
        }
        if !above.insert(&arrow.from) {
            let message = format!("`{}` stands twice", arrow.from);
            found.push(finding(architecture::FILE, arrow.line, RULE, message));
        }
    }
    let crates: BTreeSet<&str> = tree.files().filter_map(|(path, _)| crate_of(path)).collect();
    for missing in crates.iter().filter(|name| !above.contains(*name)) {
        let message = format!("crate `{missing}` has no line in the block `arrows`");
        found.push(finding(architecture::FILE, 1, RULE, message));
    }
    found
}

fn upward(path: &str, line: usize, from: &str, to: &str) -> Finding {
    finding(path, line, RULE, format!("`{from}` uses `{to}`: no such arrow in ARCHITECTURE.md"))
}

/// The names in the dependency tables of a manifest, with their lines.
pub fn declared(manifest: &str) -> Vec<(usize, String)> {
    let mut inside = false;
    let mut found = Vec::new();
    for (number, line) in manifest.lines().enumerate() {
        let line = line.trim();
        if let Some(table) = line.strip_prefix('[') {
            inside = table.trim_end_matches(']').ends_with("dependencies");
        } else if inside && !line.starts_with('#') {
            let name: String =
                line.chars().take_while(|c| c.is_alphanumeric() || "-_".contains(*c)).collect();
            if !name.is_empty() {
                found.push((number + 1, name));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::told;

    const PLAN: &str = "```arrows\ncodes ->\ngm ->\nstore -> codes gm\nweb -> store\n```\n";

    fn tree(manifest: &str, code: &str) -> Tree {
        Tree::of(&[
            ("ARCHITECTURE.md", PLAN),
            ("crates/codes/Cargo.toml", ""),
            ("crates/gm/Cargo.toml", ""),
            ("crates/web/Cargo.toml", ""),
            ("crates/store/Cargo.toml", manifest),
            ("crates/store/src/db.rs", code),
        ])
    }

    #[test]
    fn whole() {
        let tree = tree(
            "[dependencies]\ncodes.workspace = true\n[features]\nweb = []\n",
            "//! Db.\nuse codes::time; // web::x\nfn f(webs: u8) { gm::hash(\"web::y\"); store::z() }",
        );
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn broken_in_the_manifest_and_in_code() {
        let tree = tree(
            "[dependencies]\nweb.workspace = true\n",
            "//! Db.\nuse web::{Frame, Visitor};\nfn f() { web::html() }\n#[cfg(test)]\nmod t { use web::X; }",
        );
        assert_eq!(
            told(check(&tree)),
            [
                "crates/store/Cargo.toml:2 arrows",
                "crates/store/src/db.rs:2 arrows",
                "crates/store/src/db.rs:3 arrows",
                "crates/store/src/db.rs:5 arrows",
            ]
        );
    }

    #[test]
    fn broken_list() {
        let plan = "```arrows\nstore -> codes\ncodes ->\ncodes ->\n```\n";
        let tree = Tree::of(&[("ARCHITECTURE.md", plan), ("crates/gm/src/lib.rs", "//! Gm.")]);
        assert_eq!(
            told(check(&tree)),
            ["ARCHITECTURE.md:2 arrows", "ARCHITECTURE.md:4 arrows", "ARCHITECTURE.md:1 arrows"]
        );
    }
}
