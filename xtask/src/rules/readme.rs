//! The commands that the documents tell people to type exist, and their links lead to files.

use super::finding;
use crate::tree::{Finding, Tree};
use std::collections::BTreeSet;

/// Documents whose commands people type.
const TYPED: &[&str] = &[
    "README.md",
    "README.zh-CN.md",
    "CONTRIBUTING.md",
    "docs/performance.md",
    "docs/reliability.md",
];

/// How a line begins that calls the binary.
const BINARY: &[&str] = &[
    "cargo run --release -- ",
    "cargo run -- ",
    "cargo run -q -- ",
    "target/release/tongban ",
    "target/debug/tongban ",
    "tongban ",
];

/// Commands and links of the documents.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let binary = commands(tree);
    for (path, text) in TYPED.iter().filter_map(|path| tree.get(path).map(|text| (*path, text))) {
        for (line, command) in typed(text) {
            if let Some(say) = wrong(tree, &binary, &command) {
                found.push(finding(path, line, "readme", say));
            }
        }
    }
    for (path, text) in tree.under("", ".md") {
        for (line, target) in links(text) {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            if !tree.holds(&joined(folder, &target)) {
                found.push(finding(path, line, "links", format!("`{target}` leads nowhere")));
            }
        }
    }
    found
}

/// What is wrong with a command, if anything.
fn wrong(tree: &Tree, binary: &Vocabulary, command: &str) -> Option<String> {
    if let Some(rest) = command.strip_prefix("cargo xtask ") {
        let word = rest.split_whitespace().next()?;
        return (!crate::COMMANDS.iter().any(|c| c.name == word))
            .then(|| format!("`cargo xtask {word}` does not exist"));
    }
    if let Some(script) = command.strip_prefix("bash ").and_then(|rest| rest.split(' ').next()) {
        return (!tree.holds(script)).then(|| format!("`{script}` does not exist"));
    }
    let rest = BINARY.iter().find_map(|start| command.strip_prefix(start))?;
    let mut words = rest.split_whitespace();
    let word = words.next()?;
    if !binary.words.contains(word) {
        return Some(format!("the binary has no command `{word}`"));
    }
    let flags = words.filter_map(|word| word.strip_prefix("--")).filter(|flag| !flag.is_empty());
    let mut flags = flags.map(|flag| flag.split('=').next().unwrap_or(flag));
    let unknown = flags.find(|flag| !binary.names.contains(&flag.replace('-', "_")))?;
    Some(format!("`--{unknown}` is no option of the binary"))
}

/// What the binary's command line knows.
struct Vocabulary {
    /// Commands, in kebab case.
    words: BTreeSet<String>,
    /// Names in its code that may be options (snake case).
    names: BTreeSet<String>,
}

/// Commands are the variants of enums derived as `Subcommand`; options are names in the same crate.
fn commands(tree: &Tree) -> Vocabulary {
    let mut known = Vocabulary { words: BTreeSet::new(), names: BTreeSet::new() };
    for (_, source) in tree.rust().filter(|(path, _)| path.starts_with("crates/tongban/src/")) {
        let names = source.code.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        known.names.extend(names.map(str::to_string));
        for at in source.find("Subcommand") {
            let Some(open) = source.code[at..].find("enum ").map(|n| at + n) else { continue };
            let Some(open) = source.code[open..].find('{').map(|n| open + n) else { continue };
            let close = crate::rust::matching_brace(source.code.as_bytes(), open);
            known.words.extend(variants(&source.code[open + 1..close]));
        }
    }
    known
}

/// Names at depth nought of an enum's body, in kebab case.
fn variants(body: &str) -> Vec<String> {
    let mut depth = 0;
    let mut flat = String::new();
    for c in body.chars() {
        depth -= i32::from("})]".contains(c));
        if depth == 0 && !"})]#".contains(c) {
            flat.push(c);
        }
        depth += i32::from("{([".contains(c));
    }
    let names = flat.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    names.filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase())).map(kebab).collect()
}

fn kebab(name: &str) -> String {
    let mut out = String::new();
    for (at, c) in name.chars().enumerate() {
        if c.is_ascii_uppercase() && at > 0 {
            out.push('-');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// The lines inside fenced shell blocks, prompts and comments taken off.
fn typed(text: &str) -> Vec<(usize, String)> {
    let mut inside = false;
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let trimmed = line.trim();
        if let Some(kind) = trimmed.strip_prefix("```") {
            inside = !inside && ["sh", "bash", "shell", "console"].contains(&kind);
        } else if inside {
            let command = trimmed.trim_start_matches("$ ");
            let command = command.split(" #").next().unwrap_or(command).trim();
            found.push((number + 1, command.to_string()));
        }
    }
    found
}

/// Targets of relative links and pictures.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for rest in line.split("](").skip(1) {
            let target = rest.split([')', ' ', '#']).next().unwrap_or("");
            let foreign = target.contains("://") || target.starts_with("mailto:");
            if !target.is_empty() && !foreign && rest.contains(')') {
                found.push((number + 1, target.to_string()));
            }
        }
    }
    found
}

/// A relative path as seen from the root.
fn joined(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::told;

    const CLI: &str = "//! The command line.\n#[derive(clap::Subcommand)]\nenum Command {\n    /// Demo.\n    \
        #[command(alias = \"d\")]\n    Demo { #[arg(long)] data_dir: String },\n    Serve(Serve),\n    CheckPacks,\n}\n";

    fn with(readme: &str) -> Vec<String> {
        told(check(&Tree::of(&[
            ("README.md", readme),
            ("crates/tongban/src/cli.rs", CLI),
            ("docs/b.md", "[up](../README.md) [web](https://example.org) [here](#part)"),
        ])))
    }

    #[test]
    fn whole() {
        let readme = "```sh\n$ cargo run -- demo --data-dir x # first\ncargo xtask test\ntongban check-packs\n\
            git clone x\n```\n[b](docs/b.md#part) `tongban nothing`\n";
        assert_eq!(with(readme), Vec::<String>::new());
    }

    #[test]
    fn broken() {
        let readme = "```sh\ncargo run -- dance\ncargo xtask fly\ncargo run -- demo --loud\nbash gone.sh\n```\n[b](docs/c.md)\n";
        assert_eq!(
            with(readme),
            [
                "README.md:2 readme",
                "README.md:3 readme",
                "README.md:4 readme",
                "README.md:5 readme",
                "README.md:7 links"
            ]
        );
    }
}
