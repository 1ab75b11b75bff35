//! The sample region, loaded once and copied for every town: loading it takes longer than most stories. It is kept
//! while a town stands and cleaned up after the last.

use crate::town::{MONDAY, Place, admin};
use codes::time::Stamp;
use std::path::Path;
use std::sync::{Arc, Weak};
use tokio::sync::Mutex;

/// What was loaded, for SQLite and for PostgreSQL.
static LOADED: [Mutex<Weak<Place>>; 2] =
    [Mutex::const_new(Weak::new()), Mutex::const_new(Weak::new())];

/// A place with the sample region in it, on SQLite or on the PostgreSQL server given, where no node has been yet.
pub async fn copy(postgres: Option<String>) -> Place {
    let mut loaded = LOADED[usize::from(postgres.is_some())].lock().await;
    let sample = match loaded.upgrade() {
        Some(sample) => sample,
        None => Arc::new(load(postgres).await),
    };
    *loaded = Arc::downgrade(&sample);
    sample.copied()
}

async fn load(postgres: Option<String>) -> Place {
    let place = Place::new(postgres);
    let node = place.node(Stamp::from_micros(MONDAY)).await;
    node.seed_sample(&mut |_, _| {}).await.expect("the sample region loads");
    node.store().settle().await.expect("the store settles");
    drop(node);
    if let Some((server, name)) = place.postgres() {
        // PostgreSQL copies only what nobody is connected to.
        admin(server, format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"));
        admin(
            server,
            format!(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{name}'"
            ),
        );
    }
    place
}

/// Copies a folder with all that is in it but what SQLite keeps beside its file: the store has settled, so that the file
/// is whole, and whoever closes it last takes the rest away.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("the folder").flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy_folder(&from, &to);
        } else if !from.extension().is_some_and(|kind| kind == "db-wal" || kind == "db-shm") {
            std::fs::copy(&from, &to).expect("a file is copied");
        }
    }
}
