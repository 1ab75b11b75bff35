//! `tongban check`: reads packs the way a careful colleague would and says what is wrong.

mod cases;
mod elements;
mod exprs;
mod fields;
mod paths;
#[cfg(test)]
mod tests;

use crate::packs::load::{self, LoadError};
use crate::packs::model::Pack;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The pack must not be published.
    Error,
    /// Better mended.
    Warning,
}

/// One thing the checker found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// How bad.
    pub severity: Severity,
    /// File of the pack.
    pub file: String,
    /// Where in the file, by name: `step review`, `field area`.
    pub place: String,
    /// Stable code, explained in docs/packs.md.
    pub code: String,
    /// What to do, in English: packs are written by developers and stewards.
    pub message: String,
}

/// Collects findings of one file.
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    fn add(
        &mut self,
        severity: Severity,
        file: &str,
        place: &str,
        code: &str,
        message: impl Into<String>,
    ) {
        self.0.push(Finding {
            severity,
            file: file.to_owned(),
            place: place.to_owned(),
            code: code.to_owned(),
            message: message.into(),
        });
    }

    /// An error.
    pub(super) fn error(
        &mut self,
        file: &str,
        place: &str,
        code: &str,
        message: impl Into<String>,
    ) {
        self.add(Severity::Error, file, place, code, message);
    }

    /// A warning.
    pub(super) fn warn(&mut self, file: &str, place: &str, code: &str, message: impl Into<String>) {
        self.add(Severity::Warning, file, place, code, message);
    }
}

/// Everything wrong with a pack, errors first, then by file and place.
pub fn check(pack: &Pack) -> Vec<Finding> {
    let mut out = Findings(Vec::new());
    elements::check(pack, &mut out);
    fields::check(pack, &mut out);
    exprs::check(pack, &mut out);
    paths::check(pack, &mut out);
    cases::check(pack, &mut out);
    let mut findings = out.0;
    findings.sort();
    findings.dedup();
    findings
}

/// What one run of the checker found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The packs looked at, in the order given.
    pub packs: Vec<PackReport>,
}

/// One pack of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackReport {
    /// Folder.
    pub path: String,
    /// Name of the folder.
    pub slug: String,
    /// Example cases run.
    pub tests: usize,
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether any finding is an error: the command then exits with 1.
    pub fn failed(&self) -> bool {
        self.packs.iter().flat_map(|p| &p.findings).any(|f| f.severity == Severity::Error)
    }

    /// The report as text for a terminal.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for pack in &self.packs {
            let errors = pack.findings.iter().filter(|f| f.severity == Severity::Error).count();
            let warnings = pack.findings.len() - errors;
            let verdict = if errors == 0 { "ok" } else { "not ok" };
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "{} {verdict}: {errors} errors, {warnings} warnings, {} example cases",
                pack.path, pack.tests
            );
            for f in &pack.findings {
                let level = if f.severity == Severity::Error { "error" } else { "warning" };
                let _ = writeln!(out, "  {level}[{}] {}, {}", f.code, f.file, f.place);
                for line in f.message.lines() {
                    let _ = writeln!(out, "    {line}");
                }
            }
        }
        if self.packs.is_empty() {
            out.push_str("no packs found: a pack is a folder with an item.toml\n");
        }
        out
    }

    /// The report as JSON.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

/// Checks pack folders; a folder without `item.toml` is searched one level down. Without paths the
/// shipped packs are checked. A path that is no pack at all is a finding too.
pub fn check_paths(paths: &[PathBuf]) -> Report {
    let mut packs = Vec::new();
    if paths.is_empty() {
        packs.extend(load::load_shipped().iter().map(|pack| PackReport {
            path: format!("packs/{}", pack.slug),
            slug: pack.slug.clone(),
            tests: pack.tests.len(),
            findings: check(pack),
        }));
    }
    for path in paths {
        let folders = folders(path);
        if folders.is_empty() {
            packs.push(broken(
                path,
                vec![LoadError {
                    file: "item.toml".to_owned(),
                    code: "file-missing",
                    message: "no pack here: a pack is a folder with an item.toml".to_owned(),
                }],
            ));
        }
        for folder in folders {
            packs.push(match load::load_dir(&folder) {
                Ok(pack) => PackReport {
                    path: folder.display().to_string(),
                    slug: pack.slug.clone(),
                    tests: pack.tests.len(),
                    findings: check(&pack),
                },
                Err(errors) => broken(&folder, errors),
            });
        }
    }
    Report { packs }
}

/// The pack folders at a path: itself, or those one level down.
pub fn folders(path: &Path) -> Vec<PathBuf> {
    if path.join("item.toml").is_file() {
        return vec![path.to_owned()];
    }
    let Ok(entries) = std::fs::read_dir(path) else { return Vec::new() };
    let mut found: Vec<PathBuf> = entries
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| load::FILES.iter().any(|f| p.join(f).is_file()))
        .collect();
    found.sort();
    found
}

fn broken(path: &Path, errors: Vec<LoadError>) -> PackReport {
    PackReport {
        path: path.display().to_string(),
        slug: path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
        tests: 0,
        findings: load_findings(errors),
    }
}

/// Load errors as findings.
pub fn load_findings(errors: Vec<LoadError>) -> Vec<Finding> {
    let one = |e: LoadError| Finding {
        severity: Severity::Error,
        file: e.file,
        place: "file".to_owned(),
        code: e.code.to_owned(),
        message: e.message,
    };
    errors.into_iter().map(one).collect()
}
