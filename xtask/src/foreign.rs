//! Gives a document of ours to code bases that share nothing with ours: do its signatures hold there, and is its text read?

use crate::browser;
use crate::house::{Folder, House, output, run, which};
use crate::install;
use crate::parts::Outcome;
use std::path::Path;
use std::process::Command;

/// The part `foreign` of a test run.
pub fn test(house: &House) -> Outcome {
    if let Err(reason) = tools() {
        return Outcome::CannotRun(reason);
    }
    let (folder, python) = match prepare(house) {
        Ok(ready) => ready,
        Err(reason) => return Outcome::CannotRun(reason),
    };
    match judge(house, &folder.0, &python) {
        Ok(()) => Outcome::Passed("sm-crypto-v2, ofdkit, qpdf, poppler".to_owned()),
        Err(reason) => Outcome::Failed(reason),
    }
}

fn tools() -> Result<(), String> {
    install::ensure(&["nodejs", "npm"], || which("node").is_some() && which("npm").is_some())?;
    install::ensure(&["python3", "python3-venv"], || {
        output(Command::new("python3").args(["-c", "import ensurepip, venv"])).is_ok()
    })?;
    install::ensure(&["qpdf"], || which("qpdf").is_some())?;
    install::ensure(&["poppler-utils"], || which("pdfsig").is_some())
}

/// A folder with what the checks need, and the Python that has the packages.
fn prepare(house: &House) -> Result<(Folder, std::path::PathBuf), String> {
    let tests = house.root.join("tests/foreign");
    browser::packages(&tests)?;
    let folder = Folder::new("foreign")?;
    let home = folder.0.join("python");
    output(Command::new("python3").args(["-m", "venv"]).arg(&home))?;
    let python = home.join("bin/python");
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]);
    output(pip.args(["--require-hashes", "-r"]).arg(tests.join("requirements.txt")))?;
    Ok((folder, python))
}

fn judge(house: &House, folder: &Path, python: &Path) -> Result<(), String> {
    let tests = house.root.join("tests/foreign");
    let mut specimen = house.cargo(&["run", "--quiet", "-p", "ofd", "--example", "specimen", "--"]);
    run(specimen.arg(folder))?;
    let mut node = Command::new("node");
    node.args(["--test", "--test-reporter=spec", "sm2.test.mjs"]).current_dir(&tests);
    run(node.env("TONGBAN_SPECIMEN", folder))?;
    run(Command::new(python).arg(tests.join("read.py")).arg(folder))?;
    let pdf = folder.join("sealed.pdf");
    output(Command::new("qpdf").arg("--check").arg(&pdf))?;
    // A PDF is for printing: what proves anything is the OFD, and the PDF must not pretend to.
    let said = Command::new("pdfsig").arg(&pdf).output().map_err(|e| format!("pdfsig: {e}"))?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    if said.contains("does not contain any signatures") {
        Ok(())
    } else {
        Err(format!("pdfsig finds signatures in our PDF: {said}"))
    }
}
