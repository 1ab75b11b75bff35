//! Starts the demo and drives it with Chromium: the browser tests, and the pictures of the README.

use crate::clock;
use crate::house::{Folder, House, Running, free_port, last_lines, output, run, which};
use crate::install;
use crate::parts::Outcome;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// The demo loads the whole catalogue at its first start; on a busy machine that takes a while.
const START: Duration = Duration::from_secs(300);

/// The demo, serving from a folder of its own.
struct Demo {
    url: String,
    _server: Running,
    folder: Folder,
}

impl Demo {
    fn start(house: &House, name: &str) -> Result<Demo, String> {
        let folder = Folder::new(&format!("demo-{name}"))?;
        let port = free_port()?;
        let log = folder.0.join("demo.log");
        let mut command = Command::new(house.target.join("debug/tongban"));
        command.args(["demo", "--port", &port.to_string(), "--data"]).arg(folder.0.join("data"));
        let mut server = Running::start(&command, "TERM", &[], &log)?;
        clock::wait(START, || server.ended() || answers(port));
        if server.ended() || !answers(port) {
            return Err(format!("the demo does not serve:\n{}", last_lines(&log, 40)));
        }
        let url = format!("http://127.0.0.1:{port}");
        Ok(Demo { url, _server: server, folder })
    }

    fn data(&self) -> PathBuf {
        self.folder.0.join("data")
    }
}

/// Whether the front page is there.
fn answers(port: u16) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")?;
        let mut start = [0; 12];
        stream.read_exact(&mut start)?;
        Ok(start.ends_with(b" 200"))
    };
    ask().unwrap_or(false)
}

/// The part `browser` of a test run: two lanes side by side, each with a demo of its own, so that neither meets the
/// cases and accounts of the other. Looking at every page takes about as long as everything that is done on them.
pub fn test(house: &House) -> Outcome {
    if let Err(reason) = tools(house) {
        return Outcome::CannotRun(reason);
    }
    if let Err(reason) = build(house) {
        return Outcome::Failed(reason);
    }
    let all = tests_in(&house.root.join("tests/browser"));
    let (pages, acts) = all.into_iter().partition(|name| name == "pages.test.mjs");
    let lanes: [(&str, Vec<String>); 2] = [("pages", pages), ("acts", acts)];
    let outcomes = std::thread::scope(|scope| {
        lanes
            .map(|(name, files)| scope.spawn(move || lane(house, name, &files)))
            .map(|lane| lane.join().unwrap_or_else(|_| Err("a lane of this tool broke".into())))
    });
    let wrong: Vec<String> = outcomes.into_iter().filter_map(Result::err).collect();
    if wrong.is_empty() {
        Outcome::Passed(String::new())
    } else {
        Outcome::Failed(wrong.join("\n"))
    }
}

/// Starts a demo and runs test files against it, one after the other; each line of theirs bears the lane's name.
fn lane(house: &House, name: &str, files: &[String]) -> Result<(), String> {
    let demo = Demo::start(house, name)?;
    let mut node = Command::new("node");
    node.args(["--test", "--test-concurrency=1", "--test-reporter=spec"]).args(files);
    node.current_dir(house.root.join("tests/browser")).stdout(Stdio::piped());
    node.env("TONGBAN_URL", &demo.url).env("TONGBAN_DATA", demo.data());
    let mut node = node.spawn().map_err(|error| format!("node: {error}"))?;
    let said = node.stdout.take().into_iter();
    let said = said.flat_map(|out| BufReader::new(out).lines().map_while(Result::ok));
    for line in said {
        println!("{name:5} {line}");
    }
    let status = node.wait().map_err(|error| format!("node: {error}"))?;
    if status.success() {
        return Ok(());
    }
    let log = last_lines(&demo.folder.0.join("demo.log"), 15);
    Err(format!("browser tests `{name}`: {status}; the demo's last lines:\n{log}"))
}

/// Builds the program that serves the demo.
fn build(house: &House) -> Result<(), String> {
    run(&mut house.cargo(&["build", "--quiet", "-p", "tongban"]))
}

/// `cargo xtask pictures`: the README's pictures, from the demo as it is now.
pub fn pictures(house: &House) -> Result<(), String> {
    tools(house)?;
    build(house)?;
    let demo = Demo::start(house, "pictures")?;
    let mut node = Command::new("node");
    node.arg("pictures.mjs").arg(house.root.join("docs/pictures"));
    node.current_dir(house.root.join("tests/browser"));
    run(node.env("TONGBAN_URL", &demo.url).env("TONGBAN_DATA", demo.data()))
}

/// The test files in order of name, as names within the folder.
fn tests_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".test.mjs")).collect();
    names.sort();
    names
}

/// Chromium, a Chinese font, Node.js and the pinned packages of `tests/browser`.
fn tools(house: &House) -> Result<(), String> {
    install::ensure(&["chromium"], || which("chromium").is_some())?;
    install::ensure(&["fonts-noto-cjk", "fontconfig"], || {
        output(Command::new("fc-list").args([":lang=zh-cn", "family"]))
            .is_ok_and(|list| !list.is_empty())
    })?;
    install::ensure(&["nodejs", "npm"], || which("node").is_some() && which("npm").is_some())?;
    packages(&house.root.join("tests/browser"))
}

/// The pinned packages of a folder with a `package-lock.json`.
pub fn packages(folder: &Path) -> Result<(), String> {
    let lock =
        std::fs::read_to_string(folder.join("package-lock.json")).map_err(|e| e.to_string())?;
    // npm ci empties the folder first, so a copy of the lock in it says what it was made from.
    let copy = folder.join("node_modules/.made-from");
    if std::fs::read_to_string(&copy).is_ok_and(|made| made == lock) {
        return Ok(());
    }
    println!("npm ci in {}", folder.display());
    let mut npm = Command::new("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]);
    output(npm.current_dir(folder))?;
    std::fs::write(&copy, lock).map_err(|error| error.to_string())
}
