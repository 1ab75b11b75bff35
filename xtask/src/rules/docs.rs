//! Every public item says what it is in a doc comment; so the reader of a room needs no other map.

use super::finding;
use crate::tree::{Finding, Tree};

const ITEMS: &[&str] =
    &["fn", "struct", "enum", "trait", "const", "static", "type", "union", "async fn", "const fn"];

/// `pub` items of the crates, tests left out. Modules speak for themselves in their first line.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, source) in tree.rust().filter(|(path, _)| path.starts_with("crates/")) {
        let text: Vec<&str> = tree.get(path).unwrap_or("").lines().collect();
        for at in source.find("pub").into_iter().filter(|at| !source.is_test(*at)) {
            let rest = source.code[at + "pub".len()..].trim_start();
            let is_item = ITEMS.iter().any(|item| {
                rest.strip_prefix(item).is_some_and(|after| after.starts_with(char::is_whitespace))
            });
            let name: String = rest.chars().take_while(|c| !"({<=;:".contains(*c)).collect();
            let line = source.line(at);
            let first = text.get(line - 1).is_some_and(|text| text.trim_start().starts_with("pub"));
            // A name that a macro is given is documented where the macro is called.
            if is_item && !name.contains('$') && first && !documented(&text[..line - 1]) {
                let message = format!("`pub {}` has no doc comment", name.trim());
                found.push(finding(path, line, "docs", message));
            }
        }
    }
    found
}

/// Whether the lines above an item end in a doc comment, attributes between them passed over.
fn documented(above: &[&str]) -> bool {
    let mut lines = above.iter().rev().map(|line| line.trim());
    while let Some(line) = lines.next() {
        if line.starts_with("///") || line.starts_with("#[doc") || line.ends_with("*/") {
            return true;
        }
        if line.ends_with(']') && !line.starts_with("#[") {
            // The last line of an attribute that takes several: pass over it to its first.
            if !lines.any(|line| line.starts_with("#[")) {
                return false;
            }
        } else if !line.starts_with("#[") {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_and_broken() {
        for (code, findings) in [
            ("/// A case.\n#[derive(Debug)]\npub struct Case;", 0),
            ("/// A case.\n#[derive(\n  Debug,\n)]\npub struct Case;", 0),
            ("#[derive(Debug)]\npub struct Case;", 1),
            ("pub fn f() {}", 1),
            ("fn g() {}\n\npub async fn f() {}", 1),
            ("pub mod a;\npub use b::C;\npub(crate) fn f() {}", 0),
            ("/// Case.\npub struct Case {\n    pub id: u8,\n}", 0),
            ("#[cfg(test)]\nmod t { pub fn f() {} }", 0),
        ] {
            let found = check(&Tree::of(&[("crates/a/src/b.rs", &format!("//! x\n{code}\n"))]));
            assert_eq!(found.len(), findings, "{code}");
        }
    }
}
