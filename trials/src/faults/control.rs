//! Controls that must fail: an older copy of the data is put back, or a client hands in twice outside
//! the ledger. An oracle that finds nothing then could not find anything.

use super::Stage;
use crate::clock;
use crate::ledger::lock;
use crate::town::copy_folder;
use crate::traffic::Role;

/// How many clients work while the evidence is made.
pub const CLIENTS: usize = 10;
/// How long they do.
pub const SECONDS: u64 = 3;

/// Copies the data, lets work go on and be acknowledged, kills, puts the older copy back: what was
/// acknowledged in between is lost, and the oracle must say so. Gives how much it found lost.
pub fn put_back(stage: &mut Stage) -> Result<u64, String> {
    let before = stage.folder().join("before");
    stage.town.kill();
    copy_folder(&stage.town.data, &before)?;
    stage.town.start()?;
    stage.world.under_load(CLIENTS, || clock::pause(SECONDS * 1000));
    stage.town.kill();
    // Emptied, not removed: it may be the root of a file system.
    empty(&stage.town.data)?;
    copy_folder(&before, &stage.town.data)?;
    stage.town.start()?;
    let found = stage.oracle.look(&stage.world, &stage.town);
    Ok(found.lost.len() as u64)
}

/// Takes everything out of a folder.
pub fn empty(folder: &std::path::Path) -> Result<(), String> {
    for entry in std::fs::read_dir(folder).map_err(|e| e.to_string())?.flatten() {
        let path = entry.path();
        let gone = match path.is_dir() {
            true => std::fs::remove_dir_all(&path),
            false => std::fs::remove_file(&path),
        };
        gone.map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}

/// A client without keys: he hands in once more what was acknowledged, and nothing of that stands in the
/// ledger of acknowledgements. Gives how much the oracle found doubled.
pub fn without_key(stage: &mut Stage) -> Result<u64, String> {
    let world = &stage.world;
    let length = world.ledger.len();
    for actor in world.actors.iter().take(CLIENTS) {
        let mut actor = lock(actor);
        if actor.role == Role::Citizen {
            crate::traffic::hand_in_unseen(&mut actor).map_err(|lost| format!("{lost:?}"))?;
        }
    }
    debug_assert_eq!(length, world.ledger.len());
    let found = stage.oracle.look(&stage.world, &stage.town);
    Ok(found.doubled.len() as u64)
}
