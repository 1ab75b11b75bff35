//! What ARCHITECTURE.md says in its machine-read blocks: arrows, furniture, exceptions, dependencies.
//!
//! The prose around them is for people; the rules read only fenced blocks named by their subject
//! and the list under the heading "Dependencies".

use crate::tree::{Finding, Tree};

/// Where the plan of the house stands.
pub const FILE: &str = "ARCHITECTURE.md";

/// One line of an arrow block: who, and whom it may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrow {
    /// Line in ARCHITECTURE.md.
    pub line: usize,
    /// Left of `->`.
    pub from: String,
    /// Right of `->`.
    pub to: Vec<String>,
}

/// One line of the block `exceptions`: `rule path — reason`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Line in ARCHITECTURE.md.
    pub line: usize,
    /// Name of the rule.
    pub rule: String,
    /// A file, or a folder with its closing slash.
    pub path: String,
    /// Why the rule does not hold there.
    pub reason: String,
}

impl Exception {
    /// Whether it speaks of this finding.
    pub fn covers(&self, finding: &Finding) -> bool {
        let here = finding.file == self.path
            || (self.path.ends_with('/') && finding.file.starts_with(&self.path));
        here && finding.rule == self.rule
    }
}

/// The lines inside the fenced block of this name, each with its line number.
pub fn block(tree: &Tree, name: &str) -> Vec<(usize, String)> {
    let Some(text) = tree.get(FILE) else { return Vec::new() };
    let opening = format!("```{name}");
    text.lines()
        .enumerate()
        .skip_while(|(_, line)| line.trim_end() != opening)
        .skip(1)
        .take_while(|(_, line)| line.trim_end() != "```")
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| (number + 1, line.to_string()))
        .collect()
}

/// A block of `from -> to to` lines.
pub fn arrows(tree: &Tree, name: &str) -> Vec<Arrow> {
    block(tree, name)
        .into_iter()
        .map(|(line, text)| {
            let (from, to) = text.split_once("->").unwrap_or((&text, ""));
            let to = to.split_whitespace().map(str::to_string).collect();
            Arrow { line, from: from.trim().to_string(), to }
        })
        .collect()
}

/// The block `exceptions`. A line without a reason is kept, with an empty one.
pub fn exceptions(tree: &Tree) -> Vec<Exception> {
    block(tree, "exceptions")
        .into_iter()
        .map(|(line, text)| {
            let (place, reason) = text.split_once(" — ").unwrap_or((&text, ""));
            let (rule, path) = place.trim().split_once(char::is_whitespace).unwrap_or((place, ""));
            let (rule, path) = (rule.trim().to_string(), path.trim().to_string());
            Exception { line, rule, path, reason: reason.trim().to_string() }
        })
        .collect()
}

/// The list under a heading: lines ``- `name` sentence`` as (line, name, sentence).
pub fn list(tree: &Tree, heading: &str) -> Vec<(usize, String, String)> {
    let Some(text) = tree.get(FILE) else { return Vec::new() };
    let mut inside = false;
    let mut found: Vec<(usize, String, String)> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.starts_with('#') {
            inside = line.trim_start_matches('#').trim() == heading;
        } else if let Some((name, rest)) =
            line.strip_prefix("- `").filter(|_| inside).and_then(|rest| rest.split_once('`'))
        {
            found.push((number + 1, name.to_string(), rest.trim().to_string()));
        } else if let Some(last) = found.last_mut().filter(|_| inside && line.starts_with("  ")) {
            last.2 = format!("{} {}", last.2, line.trim());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# House\n```arrows\ncodes ->\nstore -> codes gm\n```\n\n```exceptions\n\
        sql crates/store/src/ — the store keeps its own books\n```\n## Dependencies\n- `axum`: serves\n  \
        pages.\n- `csv` reads lists.\n## Other\n- `no` thing\n";

    #[test]
    fn blocks_and_lists_are_read() {
        let tree = Tree::of(&[(FILE, TEXT)]);
        let read = arrows(&tree, "arrows");
        assert_eq!(read[1].from, "store");
        assert_eq!(read[1].to, ["codes", "gm"]);
        assert_eq!(read[1].line, 4);
        let exception = &exceptions(&tree)[0];
        assert_eq!(
            (exception.rule.as_str(), exception.path.as_str()),
            ("sql", "crates/store/src/")
        );
        assert_eq!(exception.reason, "the store keeps its own books");
        let names: Vec<String> =
            list(&tree, "Dependencies").into_iter().map(|(_, name, said)| name + &said).collect();
        assert_eq!(names, ["axum: serves pages.", "csvreads lists."]);
        assert!(block(&tree, "nothing").is_empty());
    }
}
