//! What the person who runs a node types, and what a damaged, missing or foreign part answers.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder of one test with a node's configuration in it.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Place {
        let folder = std::env::temp_dir().join(format!("tongban-it-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        let place = Place(folder);
        place.configure(&format!("sqlite:{}", place.data().join("tongban.db").display()));
        place
    }

    fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    fn configure(&self, database: &str) {
        let data = self.data();
        let text = format!("[store]\ndatabase = {database:?}\ndata = {data:?}\n");
        std::fs::write(self.0.join("node.toml"), text).expect("a config file");
    }

    /// Runs a command on this node: its exit code and all it said.
    fn run(&self, command: &str) -> (i32, String) {
        let config = self.0.join("node.toml");
        say(&[command, "--config", &config.to_string_lossy()])
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn say(args: &[&str]) -> (i32, String) {
    let ran = Command::new(env!("CARGO_BIN_EXE_tongban")).args(args).output().expect("it runs");
    let text = [ran.stdout, ran.stderr].concat();
    (ran.status.code().unwrap_or(-1), String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn doctor_looks_without_making_anything() {
    let place = Place::new("absent");
    let (code, text) = place.run("doctor");
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("tongban migrate"), "{text}");
    assert!(!place.data().exists(), "looking made a folder");
}

#[test]
fn a_reader_that_stops_listening_is_no_failure() {
    let place = Place::new("pipe");
    assert_eq!(place.run("migrate").0, 0);
    let config = place.0.join("node.toml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_tongban"));
    command.args(["doctor", "--config"]).arg(config).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    drop(child.stdout.take());
    let done = child.wait_with_output().expect("it ends");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn doctor_finds_a_sound_node_ready() {
    let place = Place::new("sound");
    assert_eq!(place.run("migrate").0, 0);
    let (code, text) = place.run("doctor");
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("ready to run"), "{text}");
}

#[test]
fn doctor_names_damaged_pages() {
    let place = Place::new("pages");
    assert_eq!(place.run("migrate").0, 0);
    let file = place.data().join("tongban.db");
    let mut bytes = std::fs::read(&file).expect("the database");
    // Beyond the schema's first pages, so that it opens and only the check can tell.
    let half = bytes.len() / 2 / 4096 * 4096;
    bytes[half..half + 8192].fill(0xA5);
    std::fs::write(&file, bytes).expect("written");
    let (code, text) = place.run("doctor");
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("not safe"), "{text}");
}

#[test]
fn a_file_that_is_no_database_is_told() {
    let place = Place::new("foreign");
    std::fs::create_dir_all(place.data()).expect("a folder");
    std::fs::write(place.data().join("tongban.db"), "这不是数据库 ".repeat(1000)).expect("written");
    for command in ["doctor", "migrate"] {
        let (code, text) = place.run(command);
        assert_ne!(code, 0, "{command}: {text}");
        assert!(text.contains("cannot be opened"), "{command}: {text}");
    }
}

#[test]
fn another_nodes_key_is_told_and_nothing_is_changed() {
    let place = Place::new("key");
    assert_eq!(place.run("migrate").0, 0);
    let key = place.data().join("node.key");
    for (written, said) in [(vec![0xFFu8; 32], "damaged"), (b"00".repeat(16), "does not fit")] {
        std::fs::write(&key, &written).expect("written");
        let (code, text) = place.run("doctor");
        assert_eq!(code, 1, "{text}");
        assert!(text.contains(said), "{text}");
        assert_eq!(std::fs::read(&key).expect("the key"), written);
    }
}

#[test]
fn a_database_server_that_is_away_is_told() {
    let place = Place::new("away");
    place.configure("postgres://nobody@127.0.0.1:9/none");
    let (code, text) = place.run("doctor");
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("store.database"), "{text}");
}

#[test]
fn a_data_folder_that_cannot_be_made_is_told() {
    let place = Place::new("folder");
    let file = place.0.join("a-file");
    std::fs::write(&file, "x").expect("written");
    let inside = file.join("data");
    let (code, text) = say(&["demo", "--headless", "--data", &inside.to_string_lossy()]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("a-file") && text.contains("data folder"), "{text}");
    assert!(Path::new(&file).is_file());
}
