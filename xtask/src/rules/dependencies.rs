//! Every dependency has its sentence in ARCHITECTURE.md, and every sentence its dependency (rule 9 of the house).

use super::arrows::declared;
use super::finding;
use crate::architecture;
use crate::tree::{Finding, Tree};
use std::collections::BTreeSet;

const RULE: &str = "dependencies";

/// A shorter sentence gives no reason (characters).
const SHORTEST: usize = 20;

/// The workspace's dependencies against the list, and the crates' manifests against the workspace.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let manifest = tree.get("Cargo.toml").unwrap_or("");
    let foreign: Vec<(usize, String)> = workspace(manifest);
    let sentences = architecture::list(tree, "Dependencies");
    let mut found = Vec::new();
    for (line, name) in &foreign {
        let said = sentences.iter().find(|(_, said, _)| said == name);
        if said.is_none_or(|(_, _, sentence)| sentence.chars().count() < SHORTEST) {
            let message =
                format!("`{name}` has no sentence under \"Dependencies\" in ARCHITECTURE.md");
            found.push(finding("Cargo.toml", *line, RULE, message));
        }
    }
    let names: BTreeSet<&str> = foreign.iter().map(|(_, name)| name.as_str()).collect();
    for (line, name, _) in sentences.iter().filter(|(_, name, _)| !names.contains(name.as_str())) {
        let message = format!("speaks of `{name}`, which the workspace does not use");
        found.push(finding(architecture::FILE, *line, RULE, message));
    }
    for (path, text) in tree.under("", "/Cargo.toml") {
        for (line, name) in declared(text) {
            let written = text.lines().nth(line - 1).unwrap_or("");
            if !written.contains("workspace") {
                let message =
                    format!("`{name}` takes its version elsewhere than from the workspace");
                found.push(finding(path, line, RULE, message));
            }
        }
    }
    found
}

/// Names in `[workspace.dependencies]` that are not crates of the house.
fn workspace(manifest: &str) -> Vec<(usize, String)> {
    let lines: Vec<&str> = manifest.lines().collect();
    let own = |line: usize| lines[line - 1].contains("path =");
    declared(manifest).into_iter().filter(|(line, _)| !own(*line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::told;

    const MANIFEST: &str = "[workspace]\nmembers = []\n[workspace.dependencies]\nweb = { path = \"crates/web\" }\n\
        csv = \"1\"\naxum = { version = \"0.8\" }\n[profile.dev]\ndebug = false\n";

    #[test]
    fn whole() {
        let plan = "## Dependencies\n- `csv` reads the lists of divisions.\n- `axum` routes requests to handlers.\n";
        let tree = Tree::of(&[
            ("Cargo.toml", MANIFEST),
            ("ARCHITECTURE.md", plan),
            ("crates/web/Cargo.toml", "[dependencies]\naxum.workspace = true\n"),
        ]);
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn broken() {
        let plan = "## Dependencies\n- `csv` yes.\n- `axum` routes requests to handlers.\n- `rand` draws numbers for us.\n";
        let tree = Tree::of(&[
            ("Cargo.toml", MANIFEST),
            ("ARCHITECTURE.md", plan),
            ("crates/web/Cargo.toml", "[dev-dependencies]\nproptest = \"1\"\n"),
        ]);
        assert_eq!(
            told(check(&tree)),
            [
                "Cargo.toml:5 dependencies",
                "ARCHITECTURE.md:4 dependencies",
                "crates/web/Cargo.toml:2 dependencies",
            ]
        );
    }
}
