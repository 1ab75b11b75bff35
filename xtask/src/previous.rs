//! The program as it was before the newest migration, built once for each such commit and kept under `target`.

use crate::house::{House, output, run};
use std::path::PathBuf;
use std::process::Command;

/// The previous version's program. It is built from a worktree of its own, which takes as long as a first build.
pub fn program(house: &House) -> Result<PathBuf, String> {
    let commit = commit(house)?;
    let place = house.target.join("previous");
    let kept = place.join(&commit).join("tongban");
    if kept.is_file() {
        return Ok(kept);
    }
    println!("building the previous version, {commit}");
    let source = place.join("source");
    if source.join(".git").exists() {
        run(git(house).arg("-C").arg(&source).args(["checkout", "--quiet", "--detach", &commit]))?;
    } else {
        std::fs::create_dir_all(&place).map_err(|error| error.to_string())?;
        // What an erased target folder left of an earlier worktree is forgotten first.
        run(git(house).args(["worktree", "prune"]))?;
        let mut add = git(house);
        add.args(["worktree", "add", "--quiet", "--detach"]).arg(&source).arg(&commit);
        run(&mut add)?;
    }
    let built = place.join("target");
    let mut build = house.cargo(&["build", "--quiet", "-p", "tongban"]);
    run(build.current_dir(&source).env("CARGO_TARGET_DIR", &built))?;
    let folder = place.join(&commit);
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    // Under its name only when it is whole.
    let part = folder.join("tongban.part");
    std::fs::copy(built.join("debug/tongban"), &part).map_err(|error| error.to_string())?;
    std::fs::rename(&part, &kept).map_err(|error| error.to_string())?;
    Ok(kept)
}

/// The last commit before the one that brought the newest migration.
fn commit(house: &House) -> Result<String, String> {
    let mut newest = git(house);
    newest.args(["log", "-1", "--diff-filter=A", "--format=%H", "--", "migrations"]);
    let newest = output(&mut newest)?;
    if newest.is_empty() {
        return Err("git knows of no commit that brought a migration".to_owned());
    }
    output(git(house).args(["rev-parse", "--short=12", &format!("{newest}^")]))
}

fn git(house: &House) -> Command {
    let mut git = Command::new("git");
    git.current_dir(&house.root);
    git
}
