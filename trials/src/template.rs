//! The data folder that every trial starts from: the demo's sample region, and citizens who signed up.
//! It is made once for a build of the program and kept beside it.

use crate::people;
use crate::report::say;
use crate::town::{Folder, Town, bound, run};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

/// The template of this build of the program, made if it is not there.
pub fn ready(binary: &Path, persons: &Path) -> Result<PathBuf, String> {
    let meta = std::fs::metadata(binary).map_err(|e| format!("{}: {e}", binary.display()))?;
    let changed = meta.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let mark = format!("{}-{}", meta.len(), changed.map_or(0, |since| since.as_nanos()));
    let place = binary.parent().unwrap_or(Path::new(".")).join("sample-town");
    // Trials that begin at the same moment wait for the one that makes it.
    let lock = place.with_extension("lock");
    let held = std::fs::File::create(&lock).map_err(|e| format!("{}: {e}", lock.display()))?;
    held.lock().map_err(|e| format!("{}: {e}", lock.display()))?;
    let (folder, made) = (place.join("template"), place.join("made-from"));
    if std::fs::read_to_string(&made).is_ok_and(|from| from == mark) && folder.is_dir() {
        return Ok(folder);
    }
    say("making the sample town");
    let _ = std::fs::remove_dir_all(&place);
    let work = Folder::new("template")?;
    make(binary, persons, &work.0, None)?;
    std::fs::create_dir_all(&place).map_err(|e| e.to_string())?;
    crate::town::copy_folder(&work.0.join("data"), &folder)?;
    std::fs::write(&made, mark).map_err(|e| e.to_string())?;
    Ok(folder)
}

/// Makes one in `work/data`, on SQLite or in another database.
pub fn make(
    binary: &Path,
    persons: &Path,
    work: &Path,
    database: Option<&str>,
) -> Result<(), String> {
    let data = work.join("data");
    let mut demo = bound(binary);
    demo.args(["demo", "--headless", "--json", "--data"]).arg(&data);
    if let Some(database) = database {
        demo.args(["--database", database]);
    }
    run(&mut demo)?;
    let mut town = Town::on(binary, work, &data, database)?;
    town.start()?;
    people::sign_up_all(&town, persons)?;
    match town.stop(Duration::from_secs(60))? {
        (0, _) => Ok(()),
        (code, _) => Err(format!("the server ends with {code}:\n{}", town.last_lines(10))),
    }
}
