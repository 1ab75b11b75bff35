//! PostgreSQL with standbys under Patroni: members in network namespaces of their own, each with its Patroni, and
//! one etcd beside them, which is not on trial. One standby has every commit before it is answered.
//!
//! Patroni speaks etcd's older protocol here. With the newer one, Patroni 3.0 (Debian 12) writes itself down as leader
//! without looking who is: a primary that was frozen and wakes takes the lead back from the standby that replaced it,
//! and what was acknowledged meanwhile is lost. This trial found it.

use crate::clock::{self, Stopwatch};
use crate::faults::Trouble;
use crate::net::Net;
use crate::postgres::{programs, unprivileged};
use crate::report::say;
use crate::town::{bound, run_for, signal, which};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

/// Members: a primary, the standby that has every commit, and one that takes its place.
pub const MEMBERS: u16 = 3;
const SCOPE: &str = "tongban-trial";
/// How long the members may take to find together.
const TOGETHER: Duration = Duration::from_secs(300);
/// How long before somebody helps, and helps again.
const BY_ITSELF: Duration = Duration::from_secs(30);

/// What a member is, as Patroni sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its number, from 1.
    pub member: u16,
    /// `leader`, `sync_standby`, `replica`.
    pub role: String,
    /// `running`, `streaming`, …
    pub state: String,
}

/// The members and what they stand on.
pub struct Fleet {
    net: Net,
    bin: PathBuf,
    folder: PathBuf,
    user: (String, String),
    etcd: Child,
    patronis: Vec<Option<Child>>,
}

impl Fleet {
    /// Makes one and waits until all members are there.
    pub fn make(folder: &Path) -> Result<Fleet, Trouble> {
        for program in ["patroni", "etcd"] {
            if which(program).is_none() {
                return Err(Trouble::CannotRun(format!("needs {program}")));
            }
        }
        let bin = programs().ok_or_else(|| Trouble::CannotRun("needs PostgreSQL".into()))?;
        let user = unprivileged()?;
        let user = user.ok_or_else(|| Trouble::CannotRun("needs the administrator".into()))?;
        std::fs::create_dir_all(folder).map_err(|e| e.to_string())?;
        let net = Net::make(MEMBERS)?;
        let etcd = etcd(&net.own(), folder)?;
        let patronis = (0..MEMBERS).map(|_| None).collect();
        let folder = folder.to_owned();
        let mut fleet = Fleet { net, bin, folder, user, etcd, patronis };
        for member in 1..=MEMBERS {
            fleet.furnish(member)?;
            fleet.start(member)?;
        }
        fleet.until_together()?;
        Ok(fleet)
    }

    /// Folder and configuration of a member.
    fn furnish(&self, member: u16) -> Result<(), String> {
        let folder = self.place(member);
        std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
        let (etcd, all, address) = (self.net.own(), self.net.all(), self.net.address(member));
        let text = format!(
            "scope: {SCOPE}\nname: m{member}\nrestapi:\n  listen: {address}:8008\n  connect_address: {address}:8008\n\
             etcd:\n  hosts: {etcd}:2379\n\
             bootstrap:\n  dcs:\n    ttl: 20\n    loop_wait: 1\n    retry_timeout: 4\n    maximum_lag_on_failover: 1073741824\n    \
             synchronous_mode: true\n    postgresql:\n      use_pg_rewind: true\n      \
             parameters:\n        wal_log_hints: 'on'\n        synchronous_commit: 'on'\n        max_connections: 60\n        \
             shared_buffers: 32MB\n  initdb:\n  - encoding: UTF8\n  - locale: C\n  pg_hba:\n  - host all all {all} trust\n  \
             - host replication all {all} trust\n  - local all all trust\n\
             postgresql:\n  listen: {address}:5432\n  connect_address: {address}:5432\n  data_dir: {folder}/data\n  \
             bin_dir: {bin}\n  pgpass: {folder}/pgpass\n  authentication:\n    superuser:\n      username: tongban\n    \
             replication:\n      username: standby\n  remove_data_directory_on_rewind_failure: true\n  parameters:\n    unix_socket_directories: {folder}\n\
             watchdog:\n  mode: 'off'\n",
            folder = folder.display(),
            bin = self.bin.display(),
        );
        std::fs::write(folder.join("patroni.yml"), text).map_err(|e| e.to_string())?;
        let number = |text: &String| text.parse::<u32>().ok();
        let (user, group) = (number(&self.user.0), number(&self.user.1));
        std::os::unix::fs::chown(&folder, user, group).map_err(|e| e.to_string())
    }

    fn place(&self, member: u16) -> PathBuf {
        self.folder.join(format!("m{member}"))
    }

    /// Starts a member's Patroni, which starts its server.
    pub fn start(&mut self, member: u16) -> Result<(), String> {
        let folder = self.place(member);
        let log = std::fs::OpenOptions::new().create(true).append(true).open(folder.join("log"));
        let log = log.map_err(|e| e.to_string())?;
        let errors = log.try_clone().map_err(|e| e.to_string())?;
        let mut command = self.net.inside(member, Path::new("setpriv"));
        command.args(["--pdeathsig", "TERM"]);
        command.args([format!("--reuid={}", self.user.0), format!("--regid={}", self.user.1)]);
        command.args(["--clear-groups", "--", "patroni"]).arg(folder.join("patroni.yml"));
        command.current_dir(&folder).env("HOME", &folder).env("PYTHONDONTWRITEBYTECODE", "1");
        command.stdin(Stdio::null()).stdout(log).stderr(errors);
        let child = command.spawn().map_err(|e| format!("patroni: {e}"))?;
        self.patronis[usize::from(member - 1)] = Some(child);
        Ok(())
    }

    /// Address of its database, by all its members.
    pub fn url(&self) -> String {
        let hosts: Vec<String> =
            (1..=MEMBERS).map(|member| format!("{}:5432", self.net.address(member))).collect();
        format!("postgres://tongban@{}/postgres", hosts.join(","))
    }

    /// What the members say of each other: the first that answers is believed.
    pub fn seen(&self) -> Vec<Seen> {
        let said = (1..=MEMBERS).find_map(|member| self.ask(member, "GET", "/cluster", "").ok());
        let said = said.unwrap_or_default();
        let members = said["members"].as_array().into_iter().flatten();
        let read = members.filter_map(|one| {
            let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
            let member = text("name").strip_prefix('m')?.parse().ok()?;
            Some(Seen { member, role: text("role"), state: text("state") })
        });
        read.collect()
    }

    /// The primary.
    pub fn primary(&self) -> Result<u16, String> {
        let seen = self.seen();
        let leader = seen.iter().find(|one| one.role == "leader").map(|one| one.member);
        leader.ok_or_else(|| format!("there is no primary: {seen:?}"))
    }

    /// Waits until there is a primary and a standby that has every commit, and the third member follows. What Patroni
    /// says of members may be some seconds old, so the primary is asked who follows it.
    pub fn until_together(&self) -> Result<(), String> {
        let (mut seen, mut watch) = (Vec::new(), Stopwatch::start());
        let together = clock::wait(TOGETHER, || {
            clock::pause(500);
            if watch.elapsed() > BY_ITSELF {
                self.copy_anew(&seen);
                watch = Stopwatch::start();
            }
            seen = self.seen();
            let count = |role: &str| seen.iter().filter(|one| one.role == role).count();
            let at_work = |one: &Seen| ["running", "streaming"].contains(&one.state.as_str());
            seen.len() == usize::from(MEMBERS)
                && seen.iter().all(at_work)
                && (count("leader"), count("sync_standby")) == (1, 1)
                && self.followers().is_ok_and(|all| all.len() == usize::from(MEMBERS - 1))
        });
        if together { Ok(()) } else { Err(format!("the members do not find together: {seen:?}")) }
    }

    /// A standby that had more than the one that took over waits for ever: it is copied anew, as `patronictl reinit`
    /// does.
    fn copy_anew(&self, seen: &[Seen]) {
        let following = self.followers().unwrap_or_default();
        let lost =
            |one: &&Seen| one.role != "leader" && !following.contains(&format!("m{}", one.member));
        for one in seen.iter().filter(lost) {
            say(&format!("m{} is copied anew", one.member));
            let asked = self.ask(one.member, "POST", "/reinitialize", r#"{"force": true}"#);
            // It answers in words, not in JSON; what counts is whether it follows.
            drop(asked);
        }
    }

    /// The members that stream from the primary.
    fn followers(&self) -> Result<Vec<String>, String> {
        let address = self.net.address(self.primary()?);
        let mut ask = std::process::Command::new(self.bin.join("psql"));
        ask.args(["-h", &address, "-U", "tongban", "-d", "postgres", "-Atc"]).arg(
            "SELECT application_name FROM pg_stat_replication WHERE state = 'streaming' AND application_name ~ '^m[0-9]$'",
        );
        let said = run_for(ask.env("PGCONNECT_TIMEOUT", "3"))?;
        Ok(said.lines().map(str::to_owned).collect())
    }

    /// One question to a member's Patroni.
    fn ask(&self, member: u16, method: &str, path: &str, body: &str) -> Result<Value, String> {
        let address = format!("{}:8008", self.net.address(member));
        let address: SocketAddr = address.parse().map_err(|_| address)?;
        let patience = Duration::from_secs(2);
        let said = TcpStream::connect_timeout(&address, patience).and_then(|mut line| {
            line.set_read_timeout(Some(patience))?;
            let length = body.len();
            write!(line, "{method} {path} HTTP/1.0\r\nContent-Length: {length}\r\n\r\n{body}")?;
            let mut said = String::new();
            line.read_to_string(&mut said).map(|_| said)
        });
        let said = said.map_err(|e| e.to_string())?;
        let (_, body) = said.split_once("\r\n\r\n").ok_or("half an answer")?;
        serde_json::from_str(body).map_err(|e| format!("{e}: {body}"))
    }

    /// From now on a commit is answered when the primary alone has it: the control.
    pub fn forget_standby(&self) -> Result<(), String> {
        let settings = r#"{"synchronous_mode": false}"#;
        self.ask(self.primary()?, "PATCH", "/config", settings)?;
        let alone = || self.seen().iter().all(|one| one.role != "sync_standby");
        match clock::wait(Duration::from_secs(30), alone) {
            true => Ok(()),
            false => Err("the standby still has every commit".into()),
        }
    }

    /// Cuts a member's line, or mends it.
    pub fn set_line(&self, member: u16, up: bool) -> Result<(), String> {
        self.net.set_line(member, up)
    }

    /// SIGKILL to a member's Patroni and postmaster; waits until what they leave has gone.
    pub fn kill(&mut self, member: u16) -> Result<(), String> {
        let all = self.processes(member);
        if let Some(mut patroni) = self.patronis[usize::from(member - 1)].take() {
            let _ = patroni.kill();
            let _ = patroni.wait();
        }
        if let Some(postmaster) = self.postmaster(member) {
            signal(postmaster, "KILL")?;
        }
        let gone = |id: u32| !Path::new(&format!("/proc/{id}")).exists();
        match clock::wait(Duration::from_secs(20), || all.iter().all(|id| gone(*id))) {
            true => Ok(()),
            false => Err("processes of a killed member stay".into()),
        }
    }

    /// Everything of a member stands still, or goes on.
    pub fn freeze(&self, member: u16, frozen: bool) -> Result<(), String> {
        let word = if frozen { "STOP" } else { "CONT" };
        // A process may end in between; what is left is frozen all the same.
        self.processes(member).into_iter().for_each(|id| drop(signal(id, word)));
        Ok(())
    }

    /// Patroni, the postmaster and its children.
    fn processes(&self, member: u16) -> Vec<u32> {
        let patroni = self.patronis[usize::from(member - 1)].as_ref().map(Child::id);
        let mut all: Vec<u32> = patroni.into_iter().chain(self.postmaster(member)).collect();
        let mut at = 0;
        while let Some(id) = all.get(at) {
            let text = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children"));
            let text = text.unwrap_or_default();
            let children = text.split_whitespace().filter_map(|id| id.parse().ok());
            let fresh: Vec<u32> = children.filter(|id| !all.contains(id)).collect();
            all.extend(fresh);
            at += 1;
        }
        all
    }

    /// The postmaster, as its own file says, if it runs from this member's folder.
    fn postmaster(&self, member: u16) -> Option<u32> {
        let data = self.place(member).join("data");
        let text = std::fs::read_to_string(data.join("postmaster.pid")).ok()?;
        let id: u32 = text.lines().next()?.trim().parse().ok()?;
        let home = std::fs::read_link(format!("/proc/{id}/cwd")).ok()?;
        (home == data).then_some(id)
    }

    /// The end of a member's log, for a message.
    pub fn last_lines(&self, member: u16) -> String {
        let text = std::fs::read(self.place(member).join("log")).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).into_owned();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(6)..].join("\n")
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        for member in 1..=MEMBERS {
            let _ = self.freeze(member, false);
            let _ = self.kill(member);
        }
        let _ = self.etcd.kill();
        let _ = self.etcd.wait();
    }
}

fn etcd(address: &str, folder: &Path) -> Result<Child, String> {
    let log = std::fs::File::create(folder.join("etcd.log")).map_err(|e| e.to_string())?;
    let (clients, peers) = (format!("http://{address}:2379"), format!("http://{address}:2380"));
    let mut command = bound(Path::new("etcd"));
    command.arg("--data-dir").arg(folder.join("etcd"));
    command.args(["--listen-client-urls", &clients, "--advertise-client-urls", &clients]);
    command.args(["--listen-peer-urls", &peers, "--initial-advertise-peer-urls", &peers]);
    command.args(["--initial-cluster", &format!("default={peers}"), "--enable-v2=true"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    command.spawn().map_err(|e| format!("etcd: {e}"))
}
