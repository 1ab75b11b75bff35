//! The files of the house as one value, so that a rule is a pure function that a test can feed.

use crate::rust::Source;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Above this a file is data, not text to be judged line by line (bytes).
const DATA_SIZE: usize = 400_000;

/// One thing a rule objects to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Path from the root of the repository.
    pub file: String,
    /// Line from 1; 1 when it concerns the whole file.
    pub line: usize,
    /// Name of the rule, as an exception would name it.
    pub rule: &'static str,
    /// What is wrong, and which way out there is.
    pub message: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{} {} {}", self.file, self.line, self.rule, self.message)
    }
}

/// Path → text of every text file, and the Rust files taken apart.
#[derive(Debug, Default)]
pub struct Tree {
    files: BTreeMap<String, String>,
    sources: BTreeMap<String, Source>,
}

impl Tree {
    /// A tree from path and text.
    pub fn new(files: BTreeMap<String, String>) -> Tree {
        let sources = files
            .iter()
            .filter(|(path, _)| path.ends_with(".rs"))
            .map(|(path, text)| (path.clone(), Source::read(text, is_test_file(path))))
            .collect();
        Tree { files, sources }
    }

    /// The tree under `root`: what git tracks, and what it would if asked to (not what it ignores).
    ///
    /// Fails when git cannot be run or refuses.
    pub fn from_git(root: &Path) -> Result<Tree, String> {
        let listed = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            .output()
            .map_err(|error| format!("git ls-files: {error}"))?;
        if !listed.status.success() {
            return Err(format!("git ls-files: {}", String::from_utf8_lossy(&listed.stderr)));
        }
        let mut files = BTreeMap::new();
        for path in String::from_utf8_lossy(&listed.stdout).split('\0').filter(|p| !p.is_empty()) {
            let Ok(bytes) = std::fs::read(root.join(path)) else { continue };
            // A binary or very large file keeps its name, so that links to it are known.
            let text = if bytes.len() > DATA_SIZE || bytes.contains(&0) {
                String::new()
            } else {
                String::from_utf8(bytes).unwrap_or_default()
            };
            files.insert(path.to_string(), text);
        }
        Ok(Tree::new(files))
    }

    /// Every file, in order of path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Every Rust file, taken apart.
    pub fn rust(&self) -> impl Iterator<Item = (&str, &Source)> {
        self.sources.iter().map(|(path, source)| (path.as_str(), source))
    }

    /// The text of one file.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Whether the path is a file of the tree, or a folder that holds one.
    pub fn holds(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.files.contains_key(path) || self.files.keys().any(|file| file.starts_with(&folder))
    }

    /// The files below a folder (written with its closing slash) that end so.
    pub fn under<'a>(
        &'a self,
        folder: &'a str,
        ending: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files().filter(move |(path, _)| path.starts_with(folder) && path.ends_with(ending))
    }
}

/// Whether a Rust file is test code from end to end.
fn is_test_file(path: &str) -> bool {
    path.contains("/tests/") || path.contains("/benches/") || path.ends_with("/tests.rs")
}

/// The crate a path belongs to (`crates/NAME/…`), if any.
pub fn crate_of(path: &str) -> Option<&str> {
    path.strip_prefix("crates/")?.split('/').next()
}

#[cfg(test)]
impl Tree {
    /// A tree from literals, for the tests of the rules.
    pub fn of(files: &[(&str, &str)]) -> Tree {
        Tree::new(files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_files_are_held() {
        let tree = Tree::of(&[("docs/a.md", "x"), ("crates/web/src/lib.rs", "//! x")]);
        assert!(tree.holds("docs") && tree.holds("docs/") && tree.holds("docs/a.md"));
        assert!(!tree.holds("doc"));
        assert_eq!(crate_of("crates/web/src/lib.rs"), Some("web"));
        assert_eq!(tree.rust().count(), 1);
    }
}
