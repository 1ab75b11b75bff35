//! A throw-away PostgreSQL cluster: its own folder, socket and port, stopped and removed when the value goes.

use crate::clock;
use crate::house::{Folder, Running, free_port, last_lines, output, which};
use crate::install;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A running cluster.
pub struct Cluster {
    /// Address of a database in which the user may do everything.
    pub url: String,
    // Fields go in this order: first the server, then its folder.
    _server: Running,
    _folder: Folder,
}

impl Cluster {
    /// Makes and starts one with the newest PostgreSQL on the machine, installing it if there is none.
    pub fn start() -> Result<Cluster, String> {
        install::ensure(&["postgresql"], || programs().is_some())?;
        let bin = programs().ok_or("PostgreSQL's initdb is not to be found")?;
        let folder = Folder::in_memory("postgres")?;
        let user = unprivileged()?;
        own(&folder.0, &user)?;
        let data = folder.0.join("data");
        let mut initdb = user.command(&bin.join("initdb"));
        initdb.arg("-D").arg(&data);
        // Not waiting for the disk concerns only the making; the server itself runs with fsync on. What becomes of
        // commits when it is killed is tried on a disk (`kill-db`).
        initdb.args(["-U", "tongban", "-A", "trust", "--no-locale", "-E", "UTF8", "--no-sync"]);
        output(initdb.env("HOME", &folder.0).current_dir(&folder.0))?;

        let port = free_port()?;
        let log = folder.0.join("log");
        let mut server = Command::new(bin.join("postgres"));
        server.arg("-D").arg(&data).arg("-k").arg(&folder.0).args(["-p", &port.to_string()]);
        for setting in ["listen_addresses=127.0.0.1", "fsync=on", "max_connections=200"] {
            server.args(["-c", setting]);
        }
        // INT is PostgreSQL's fast stop: connections are closed, what is committed stays.
        let mut server = Running::start(&server, "INT", &user.words(), &log)?;
        let ready = bin.join("pg_isready");
        let port_word = port.to_string();
        let answers = || {
            let asked = ["-q", "-h", "127.0.0.1", "-p", &port_word];
            Command::new(&ready).args(asked).status().is_ok_and(|status| status.success())
        };
        if !clock::wait(Duration::from_secs(60), || server.ended() || answers()) || server.ended() {
            return Err(format!("PostgreSQL did not start:\n{}", last_lines(&log, 20)));
        }
        let url = format!("postgres://tongban@127.0.0.1:{port}/postgres");
        Ok(Cluster { url, _server: server, _folder: folder })
    }
}

/// The folder of the newest installed server.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            let version = entry.file_name().to_string_lossy().parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, bin)| bin.join("initdb").is_file() && bin.join("postgres").is_file())
        .collect();
    found.sort();
    let elsewhere = || which("initdb").and_then(|path| path.parent().map(Path::to_path_buf));
    found.pop().map(|(_, bin)| bin).or_else(elsewhere)
}

/// Whom the server runs as: PostgreSQL refuses the administrator.
struct User(Option<(String, String)>);

/// This user if it is not root, else `postgres` or `nobody`.
fn unprivileged() -> Result<User, String> {
    if !install::is_root() {
        return Ok(User(None));
    }
    if which("setpriv").is_none() {
        return Err("needs setpriv to run PostgreSQL as another user than root".to_string());
    }
    for name in ["postgres", "nobody"] {
        let id = |which: &str| output(Command::new("id").args([which, name]));
        if let (Ok(user), Ok(group)) = (id("-u"), id("-g")) {
            return Ok(User(Some((user, group))));
        }
    }
    Err("needs a user `postgres` or `nobody` to run PostgreSQL as".to_string())
}

impl User {
    /// Words for `setpriv`.
    fn words(&self) -> Vec<String> {
        self.0.as_ref().map_or(Vec::new(), |(user, group)| {
            vec![
                format!("--reuid={user}"),
                format!("--regid={group}"),
                "--clear-groups".to_string(),
            ]
        })
    }

    /// The program, run as this user.
    fn command(&self, program: &Path) -> Command {
        if self.0.is_none() {
            return Command::new(program);
        }
        let mut command = Command::new("setpriv");
        command.args(self.words()).arg("--").arg(program);
        command
    }
}

fn own(folder: &Path, user: &User) -> Result<(), String> {
    let Some((user, group)) = &user.0 else { return Ok(()) };
    let number = |text: &str| text.parse::<u32>().ok();
    std::os::unix::fs::chown(folder, number(user), number(group))
        .map_err(|error| format!("{}: {error}", folder.display()))
}
