//! A node is backed up while it works, and brought back: on the same database and on the other one.

use crate::town::{Place, Town, database};
use codes::time::Stamp;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use store::backup;

fn say(args: &[&str]) -> (i32, String) {
    let ran = Command::new(env!("CARGO_BIN_EXE_tongban")).args(args).output().expect("it runs");
    let text = [ran.stdout, ran.stderr].concat();
    (ran.status.code().unwrap_or(-1), String::from_utf8_lossy(&text).into_owned())
}

/// Everything that a restored node is asked.
async fn sound(place: &Place, at: Stamp) -> u64 {
    let store = place.store(at);
    store::ledger::seal_now(&store).await.expect("sealed");
    let looked = tongban::doctor::look(&store).await.expect("looked");
    for look in &looked {
        assert_eq!(look.faults, [], "{}", look.at);
    }
    looked.iter().find(|look| look.at == "ledger").map_or(0, |look| look.count)
}

async fn brought_back(from: Option<String>, to: Option<String>) {
    let town = Town::on(from).await;
    let receipt = tongban::demo::submitted(&town.node, "restaurant", "spjy-xb").await;
    let no = receipt.expect("handed in").no.to_string();
    let progress = format!("/c/{no}");
    let seen = town.citizen("restaurant").await.get(&progress).await;
    assert!(seen.status.is_success(), "{progress}");
    let (key, at) = (town.folder().join("node.key"), town.node.store().clock().now());
    let backups = town.folder().join("backups");
    let made = backup::back_up(town.node.store(), &backups, 0, "test", |_, _| {}).await;
    let made = made.expect("backed up");
    assert!(made.rows() > 500 && made.files.rows > 0, "{made:?}");
    let place = Place::new(to);
    let settings = place.settings(at);
    let work = move || backup::restore(&settings, &backups, None, &key, |_, _| {});
    let restored = std::thread::spawn(work).join().expect("no panic").expect("restored");
    assert_eq!(sound(&place, at).await, restored.events);
    // The node opens, and people find what they had.
    let back = Town::again(place, at).await;
    let again = back.citizen("restaurant").await.get(&progress).await;
    assert_eq!(again.status, seen.status);
    assert!(again.says(&no) && seen.says(&no), "{}", again.text());
    back.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_comes_back_on_every_database() {
    let all: BTreeSet<_> = [None, database()].into();
    for from in &all {
        for to in &all {
            brought_back(from.clone(), to.clone()).await;
        }
    }
}

#[test]
fn the_person_who_runs_it_backs_up_checks_drills_and_restores() {
    let folder = std::env::temp_dir().join(format!("tongban-it-backup-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let path = |name: &str| folder.join(name).display().to_string();
    let (code, text) = say(&["demo", "--headless", "--data", &path("node")]);
    assert_eq!(code, 0, "{text}");
    let (code, text) = say(&["doctor", "--data", &path("node")]);
    assert!(code == 0 && text.contains("There is no backup"), "{text}");
    let (code, text) = say(&["backup", "--data", &path("node"), "--to", &path("b"), "--keep", "2"]);
    assert!(code == 0 && text.contains("backed up"), "{text}");
    let (code, text) = say(&["doctor", "--deep", "--data", &path("node")]);
    assert!(code == 0 && text.contains("last backup"), "{text}");
    let key = path("node/node.key");
    let from = ["--from", &path("b"), "--key", &key].map(str::to_owned);
    let restore = |more: &[&str]| {
        let from = from.iter().map(String::as_str);
        say(&["restore"].into_iter().chain(from).chain(more.iter().copied()).collect::<Vec<_>>())
    };
    let (code, text) = restore(&["--check"]);
    assert!(code == 0 && text.contains("whole"), "{text}");
    let (code, text) = restore(&["--drill", "--json"]);
    assert!(code == 0 && text.contains("\"sound\":true"), "{text}");
    let (code, text) = restore(&["--data", &path("node")]);
    assert!(code == 2 && text.contains("data already"), "{text}");
    let (code, text) = restore(&["--data", &path("back")]);
    assert!(code == 0 && text.contains("restored"), "{text}");
    assert!(Path::new(&path("back/node.key")).exists());
    let (code, text) = say(&["verify", "ledger", "--data", &path("back")]);
    assert_eq!(code, 0, "{text}");
    let _ = std::fs::remove_dir_all(&folder);
}

#[tokio::test]
async fn what_does_not_agree_is_named() {
    let town = Town::on(None).await;
    let receipt = tongban::demo::submitted(&town.node, "restaurant", "spjy-xb").await;
    receipt.expect("handed in");
    let raw = rusqlite::Connection::open(town.folder().join("town.db")).expect("the database");
    raw.execute_batch(
        "UPDATE cases SET state = 'closed'; \
         UPDATE licence SET status = 'revoked' WHERE id = (SELECT MIN(id) FROM licence);",
    )
    .expect("changed");
    let file = some_file(&town.folder().join("files")).expect("a file");
    std::fs::write(&file, b"not what it was").expect("written");
    let looked = tongban::doctor::look(town.node.store()).await.expect("looked");
    let faults = |at: &str| {
        let look = looked.iter().find(|look| look.at == at).expect("looked at");
        look.faults.iter().map(|fault| fault.what.clone()).collect::<Vec<_>>()
    };
    assert_eq!(faults("cases"), ["other-state submitted closed"]);
    assert_eq!(faults("licences"), ["other-state valid revoked"]);
    assert_eq!(faults("ledger"), [""; 0]);
    assert!(faults("files").len() <= 1);
}

/// A file that a row names.
fn some_file(folder: &Path) -> Option<std::path::PathBuf> {
    let shelves = std::fs::read_dir(folder).ok()?.flatten();
    shelves
        .flat_map(|shelf| std::fs::read_dir(shelf.path()))
        .flatten()
        .flatten()
        .map(|f| f.path())
        .next()
}
