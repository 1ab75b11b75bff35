//! Nothing prints but the binary and this tool, allowances carry their reason, nothing is left unfinished.

use super::finding;
use crate::rust::Source;
use crate::tree::{Finding, Tree, crate_of};

const PRINTING: &[&str] = &["println!", "eprintln!", "print!", "eprint!", "dbg!"];

/// Code that says "not yet". Written apart so that this list does not find itself.
const UNFINISHED: &[&str] = &["todo!", "unimplemented!", "#[ignore"];
const NOTES: &[&str] =
    &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X"), concat!("HA", "CK")];

/// Every Rust file.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, source) in tree.rust() {
        // A build script speaks to cargo by printing, a test to whoever watches it.
        let speaks =
            crate_of(path).is_none_or(|krate| krate == "tongban") || path.ends_with("/build.rs");
        for word in PRINTING.iter().filter(|_| !speaks) {
            for at in source.find(word).into_iter().filter(|at| !source.is_test(*at)) {
                let message = format!("`{word}`: say it with tracing, or return it");
                found.push(finding(path, source.line(at), "printing", message));
            }
        }
        found.extend(allowances(path, source));
        for word in UNFINISHED {
            for at in source.find(word) {
                found.push(finding(
                    path,
                    source.line(at),
                    "leftovers",
                    format!("`{word}` is not done"),
                ));
            }
        }
        for comment in &source.comments {
            if let Some(word) = NOTES.iter().find(|word| has_word(&comment.text, word)) {
                let line = source.line(comment.start);
                found.push(finding(
                    path,
                    line,
                    "leftovers",
                    format!("`{word}` belongs in an issue"),
                ));
            }
        }
    }
    found
}

/// `allow` and `expect` attributes without `reason = "…"`.
fn allowances(path: &str, source: &Source) -> Vec<Finding> {
    let mut found = Vec::new();
    for opening in ["[allow(", "[expect("] {
        for (at, _) in source.code.match_indices(opening) {
            let end = source.code[at..].find(")]").map_or(source.code.len(), |n| at + n);
            if !source.code[at..end].contains("reason =") {
                let word = opening.trim_matches(|c| c == '[' || c == '(');
                let message = format!("`{word}` without `reason = \"…\"`");
                found.push(finding(path, source.line(at), "allowance", message));
            }
        }
    }
    found
}

/// Whether `word` stands in `text` with no letter before or after it.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        let after = text[at + word.len()..].chars().next().is_none_or(|c| !c.is_alphanumeric());
        before && after
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_and_broken() {
        for (path, code, rules) in [
            (
                "crates/web/src/a.rs",
                "// println! is for the binary\nfn f() { g(\"dbg!(x)\") }",
                vec![],
            ),
            ("crates/tongban/src/a.rs", "fn f() { println!(\"x\") }", vec![]),
            ("crates/web/build.rs", "fn f() { println!(\"x\") }", vec![]),
            ("crates/web/tests/a.rs", "fn f() { eprintln!(\"x\") }", vec![]),
            ("crates/web/src/a.rs", "fn f() { println!(\"x\") }", vec!["printing"]),
            ("crates/web/src/a.rs", "fn f() { dbg!(x) }", vec!["printing"]),
            ("crates/web/src/a.rs", "#[expect(dead_code, reason = \"why\")]\nfn f() {}", vec![]),
            ("crates/web/src/a.rs", "#[allow(dead_code)]\nfn f() {}", vec!["allowance"]),
            ("crates/web/src/a.rs", "#![expect(dead_code)]\nfn f() {}", vec!["allowance"]),
            ("crates/web/src/a.rs", "fn f() { todo!() }", vec!["leftovers"]),
            ("crates/web/src/a.rs", "#[test]\n#[ignore = \"slow\"]\nfn f() {}", vec!["leftovers"]),
            ("crates/web/src/a.rs", "// FIXME later\n", vec!["leftovers"]),
            ("crates/web/src/a.rs", "// a XXXL shirt, area 99XXXX\n", vec![]),
        ] {
            let found = check(&Tree::of(&[(path, code)]));
            assert_eq!(found.iter().map(|f| f.rule).collect::<Vec<_>>(), rules, "{code}");
        }
    }
}
