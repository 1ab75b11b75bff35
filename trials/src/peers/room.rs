//! The scratch folder of one comparison: installs peers in exact versions from public registries, calls them and ours.

use super::Words;
use super::said::{Figure, Said};
use crate::clock::Stopwatch;
use crate::faults::Trouble;
use crate::town::{Folder, bound, run, run_for, which};
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Longest wait for one call of a peer, seconds.
const LONGEST: &str = "1200";

/// Where a comparison is held.
pub struct Room {
    /// How often everybody is asked.
    pub rounds: usize,
    /// For how many seconds each work.
    pub seconds: u64,
    /// Files with judged queries.
    pub queries: Vec<PathBuf>,
    binary: PathBuf,
    scripts: PathBuf,
    installed: PathBuf,
    data: Folder,
}

impl Room {
    /// Opens the room of a name.
    pub(super) fn open(words: &Words, name: &str) -> Result<Room, Trouble> {
        let whole =
            |path: &Path| std::path::absolute(path).map_err(|e| format!("{}: {e}", path.display()));
        let installed = whole(&words.folder)?.join(name);
        std::fs::create_dir_all(&installed).map_err(|e| format!("{}: {e}", installed.display()))?;
        let binary = whole(&words.binary)?;
        if !binary.is_file() {
            return Err(Trouble::CannotRun(format!("{} is not built", binary.display())));
        }
        Ok(Room {
            rounds: words.rounds,
            seconds: words.seconds,
            queries: words.queries.iter().map(|path| whole(path)).collect::<Result<_, _>>()?,
            binary,
            scripts: whole(&words.scripts)?,
            installed,
            data: Folder::new(&format!("peers-{name}"))?,
        })
    }

    /// A folder for the data of both sides, on one disk; it goes with the room.
    pub fn data(&self) -> &Path {
        &self.data.0
    }

    /// Where packages of npm lie.
    pub fn packages(&self) -> &Path {
        &self.installed
    }

    /// A script of the peers.
    pub fn script(&self, name: &str) -> PathBuf {
        self.scripts.join(name)
    }

    /// A Python of its own with packages of PyPI in exact versions.
    pub fn python(&self, packages: &[&str]) -> Result<PathBuf, String> {
        let home = self.installed.join(format!("python-{}", packages.join("-").replace("==", "-")));
        let python = home.join("bin/python");
        let made = home.join("made");
        if !made.is_file() {
            crate::report::say(&format!("installing {}", packages.join(" ")));
            run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&home))?;
            let mut pip = limited("600", &python);
            pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
            run(pip.args(packages))?;
            std::fs::write(&made, "").map_err(|e| e.to_string())?;
        }
        Ok(python)
    }

    /// Packages of npm in exact versions, below [`Room::packages`].
    pub fn npm(&self, packages: &[&str]) -> Result<(), String> {
        let made = self.installed.join(format!("made-{}", packages.join("-").replace('/', "_")));
        if made.is_file() {
            return Ok(());
        }
        crate::report::say(&format!("installing {}", packages.join(" ")));
        let npm = which("npm").ok_or("needs npm")?;
        let mut npm = limited("600", &npm);
        npm.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]);
        run(npm.arg("--prefix").arg(&self.installed).args(packages))?;
        std::fs::write(&made, "").map_err(|e| e.to_string())
    }

    /// Calls a program of a peer and reads its last line of JSON.
    pub fn ask(&self, program: &Path, words: &[&str]) -> Result<Value, String> {
        let mut command = limited(LONGEST, program);
        command.args(words).current_dir(self.data());
        last_json(&run_for(&mut command)?)
    }

    /// Calls `tongban bench …` and reads its figures.
    pub fn bench(&self, words: &[&str]) -> Result<Value, String> {
        let mut command = bound(&self.binary);
        command.arg("bench").args(words).arg("--json").current_dir(self.data());
        last_json(&run_for(&mut command)?)
    }

    /// Our version.
    pub fn version(&self) -> String {
        let said = run_for(Command::new(&self.binary).arg("--version")).unwrap_or_default();
        said.trim().trim_start_matches("tongban").trim().to_owned()
    }

    /// Milliseconds one flush of a small write takes here: most of what durable work waits for.
    pub fn flush_ms(&self) -> f64 {
        let path = self.data().join("flush");
        let mut times: Vec<f64> = (0..15)
            .filter_map(|_| {
                let mut file =
                    std::fs::OpenOptions::new().create(true).append(true).open(&path).ok()?;
                let watch = Stopwatch::start();
                file.write_all(&[7; 4096]).and_then(|()| file.sync_data()).ok()?;
                Some(watch.elapsed().as_secs_f64() * 1000.0)
            })
            .collect();
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).map_or(0.0, |ms| (ms * 100.0).round() / 100.0)
    }
}

/// A program that ends after so many seconds at the latest, and with this one.
fn limited(seconds: &str, program: &Path) -> Command {
    let mut command = bound(Path::new("timeout"));
    command.args(["-k", "5", seconds]).arg(program);
    command
}

/// The last line of JSON that a program printed.
fn last_json(printed: &str) -> Result<Value, String> {
    let line = printed.lines().rfind(|line| line.starts_with(['{', '[']));
    let line = line.ok_or_else(|| format!("no figures in: {printed}"))?;
    serde_json::from_str(line).map_err(|e| format!("{e}: {line}"))
}

/// A figure.
pub fn figure(work: impl Into<String>, unit: &str, value: f64) -> Figure {
    Figure { work: work.into(), unit: unit.to_owned(), value }
}

/// The figures of a script: `{"figures": [{"work", "unit", "value"}], "version"}`.
pub fn said(value: &Value, version: &str) -> Result<Said, String> {
    let one =
        |f: &Value| Some(figure(f["work"].as_str()?, f["unit"].as_str()?, f["value"].as_f64()?));
    let figures: Option<Vec<Figure>> =
        value["figures"].as_array().and_then(|all| all.iter().map(one).collect());
    let figures = figures.ok_or_else(|| format!("no figures in: {value}"))?;
    let own = value["version"].as_str().unwrap_or(version);
    Ok(Said { figures, version: own.to_owned() })
}
