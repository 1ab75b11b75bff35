//! No file above 500 lines, no function above 70, no room above 4,000 (rules 2 and 9 of the house: macros too).

use super::finding;
use crate::rust::matching_brace;
use crate::tree::{Finding, Tree};
use std::collections::BTreeMap;

const FILE_LINES: usize = 500;
const FUNCTION_LINES: usize = 70;
const ROOM_LINES: usize = 4_000;

/// What fits on a screen.
const MACRO_LINES: usize = 50;

/// Endings of files that people write and read; data and generated documents have others.
const WRITTEN: &[&str] = &[".rs", ".html", ".css", ".js", ".mjs", ".sql", ".sh"];

/// Files, functions and rooms against their limits.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut rooms: BTreeMap<String, usize> = BTreeMap::new();
    for (path, text) in tree.files() {
        let lines = text.lines().count();
        if WRITTEN.iter().any(|ending| path.ends_with(ending)) && lines > FILE_LINES {
            let message = format!("{lines} lines, {FILE_LINES} allowed: split it by subject");
            found.push(finding(path, 1, "file-size", message));
        }
        if let Some(room) = room_of(path).filter(|_| path.ends_with(".rs")) {
            *rooms.entry(room).or_default() += lines;
        }
    }
    for (path, source) in tree.rust() {
        for function in source.functions().into_iter().filter(|f| f.length > FUNCTION_LINES) {
            let message = format!(
                "`{}` has {} lines, {FUNCTION_LINES} allowed: name its steps",
                function.name, function.length
            );
            found.push(finding(path, function.line, "function-size", message));
        }
    }
    for (path, source) in tree.rust() {
        for at in source.find("macro_rules!") {
            let Some(open) = source.code[at..].find('{').map(|n| at + n) else { continue };
            let close = matching_brace(source.code.as_bytes(), open);
            let (line, lines) = (source.line(at), source.line(close) - source.line(at) + 1);
            if lines > MACRO_LINES {
                let message =
                    format!("{lines} lines, {MACRO_LINES} allowed: it must fit on a screen");
                found.push(finding(path, line, "macro-size", message));
            }
        }
    }
    for (room, lines) in rooms.into_iter().filter(|(_, lines)| *lines > ROOM_LINES) {
        let message = format!("{lines} lines, {ROOM_LINES} allowed: it is two rooms");
        found.push(finding(&room, 1, "room-size", message));
    }
    found
}

/// The room a file lies in: the folder below `src`, or `src` itself for files without one.
fn room_of(path: &str) -> Option<String> {
    let (krate, inner) = path.strip_prefix("crates/")?.split_once("/src/")?;
    Some(match inner.split_once('/') {
        Some((room, _)) => format!("crates/{krate}/src/{room}/"),
        None => format!("crates/{krate}/src/"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::told;

    fn body(lines: usize) -> String {
        format!("//! x\nfn f() {{\n{}}}\n", "    g();\n".repeat(lines - 2))
    }

    fn macro_of(lines: usize) -> String {
        format!("//! x\nmacro_rules! m {{\n{}}}\n", "    () => {};\n".repeat(lines - 2))
    }

    #[test]
    fn at_the_limit_and_one_above() {
        for (path, text, expected) in [
            ("crates/a/src/b.rs", format!("//! x\n{}", "\n".repeat(499)), vec![]),
            ("crates/a/src/b.rs", format!("//! x\n{}", "\n".repeat(500)), vec!["file-size"]),
            ("templates/b.html", "\n".repeat(501), vec!["file-size"]),
            ("data/b.csv", "\n".repeat(5000), vec![]),
            ("crates/a/src/b.rs", body(70), vec![]),
            ("crates/a/src/b.rs", body(71), vec!["function-size"]),
            ("crates/a/src/b.rs", macro_of(50), vec![]),
            ("crates/a/src/b.rs", macro_of(51), vec!["macro-size"]),
        ] {
            let rules: Vec<&str> =
                check(&Tree::of(&[(path, &text)])).into_iter().map(|f| f.rule).collect();
            assert_eq!(rules, expected, "{path} with {} lines", text.lines().count());
        }
    }

    #[test]
    fn a_room_is_measured_over_its_files() {
        let text = "\n".repeat(450);
        let names: Vec<String> = (0..9).map(|n| format!("crates/a/src/r/f{n}.rs")).collect();
        let files: Vec<(&str, &str)> = names.iter().map(|n| (n.as_str(), text.as_str())).collect();
        assert_eq!(told(check(&Tree::of(&files))), ["crates/a/src/r/:1 room-size"]);
        assert_eq!(check(&Tree::of(&files[..8])), []);
    }
}
