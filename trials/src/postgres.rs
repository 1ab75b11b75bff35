//! A throw-away PostgreSQL cluster that may be killed: its own folder, socket and port, its own processes.

use crate::clock;
use crate::faults::Trouble;
use crate::port::Port;
use crate::seed::Seed;
use crate::town::{run, run_for, signal, which};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A cluster.
pub struct Cluster {
    bin: PathBuf,
    folder: PathBuf,
    port: Port,
    /// User and group the server runs as, when this is the administrator.
    user: Option<(String, String)>,
    server: Option<Child>,
}

impl Cluster {
    /// Makes one and starts it.
    pub fn make(folder: &Path) -> Result<Cluster, Trouble> {
        let bin = programs().ok_or_else(|| Trouble::CannotRun("needs PostgreSQL".into()))?;
        std::fs::create_dir_all(folder).map_err(|e| e.to_string())?;
        let user = unprivileged()?;
        let port = Port::take()?;
        let mut cluster = Cluster { bin, folder: folder.to_owned(), port, user, server: None };
        if let Some((user, group)) = &cluster.user {
            let number = |text: &String| text.parse::<u32>().ok();
            std::os::unix::fs::chown(folder, number(user), number(group))
                .map_err(|e| e.to_string())?;
        }
        let mut initdb = cluster.command("initdb");
        initdb.arg("-D").arg(cluster.data()).env("HOME", folder).current_dir(folder);
        run(initdb.args([
            "-U",
            "tongban",
            "-A",
            "trust",
            "--no-locale",
            "-E",
            "UTF8",
            "--no-sync",
        ]))?;
        cluster.start()?;
        Ok(cluster)
    }

    /// Address of its database.
    pub fn url(&self) -> String {
        format!("postgres://tongban@127.0.0.1:{}/postgres", self.port.number)
    }

    /// A new, empty database in it.
    pub fn fresh(&self, name: &str) -> Result<String, String> {
        self.client("createdb", &[name])?;
        Ok(format!("postgres://tongban@127.0.0.1:{}/{name}", self.port.number))
    }

    /// Loses a database.
    pub fn lose(&self, name: &str) -> Result<(), String> {
        self.client("dropdb", &["--force", name])
    }

    fn client(&self, program: &str, words: &[&str]) -> Result<(), String> {
        let mut command = Command::new(self.bin.join(program));
        command.args(["-h", "127.0.0.1", "-U", "tongban", "-p", &self.port.number.to_string()]);
        run(command.args(words))
    }

    /// Its data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// A program of PostgreSQL, as the unprivileged user, ending with this process.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "INT"]);
        if let Some((user, group)) = &self.user {
            command.args([format!("--reuid={user}"), format!("--regid={group}")]);
            command.arg("--clear-groups");
        }
        command.arg("--").arg(self.bin.join(program)).stdin(Stdio::null());
        command
    }

    /// Starts the server and waits until it takes connections.
    pub fn start(&mut self) -> Result<(), String> {
        let log =
            std::fs::OpenOptions::new().create(true).append(true).open(self.folder.join("log"));
        let log = log.map_err(|e| e.to_string())?;
        let errors = log.try_clone().map_err(|e| e.to_string())?;
        let mut server = self.command("postgres");
        server.arg("-D").arg(self.data()).arg("-k").arg(&self.folder);
        server.args(["-p", &self.port.number.to_string()]);
        for setting in ["listen_addresses=127.0.0.1", "fsync=on", "full_page_writes=on"] {
            server.args(["-c", setting]);
        }
        server.current_dir(&self.folder).stdout(log).stderr(errors);
        self.server = Some(server.spawn().map_err(|e| format!("postgres: {e}"))?);
        self.until_ready()
    }

    /// Waits until the server takes connections.
    fn until_ready(&self) -> Result<(), String> {
        let ready = || {
            let mut ask = Command::new(self.bin.join("pg_isready"));
            ask.args(["-q", "-h", "127.0.0.1", "-p", &self.port.number.to_string()]);
            ask.status().is_ok_and(|status| status.success())
        };
        match clock::wait(Duration::from_secs(60), ready) {
            true => Ok(()),
            false => Err("PostgreSQL does not start".into()),
        }
    }

    /// Fast stop: connections are closed, what is committed stays.
    pub fn stop(&mut self) -> Result<(), String> {
        let Some(mut server) = self.server.take() else { return Ok(()) };
        signal(server.id(), "INT")?;
        match clock::wait(Duration::from_secs(30), || !matches!(server.try_wait(), Ok(None))) {
            true => Ok(()),
            false => Err("PostgreSQL does not stop".into()),
        }
    }

    /// Children of the postmaster with their titles.
    fn children(&self) -> Vec<(u32, String)> {
        let Some(pid) = self.server.as_ref().map(Child::id) else { return vec![] };
        let text = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
        let ids = text.unwrap_or_default();
        let ids = ids.split_whitespace().filter_map(|id| id.parse().ok());
        ids.map(|id: u32| {
            let title = std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
            (id, String::from_utf8_lossy(&title).into_owned())
        })
        .collect()
    }

    /// SIGKILL to one process that serves a connection; the postmaster ends the others, recovers, and takes
    /// connections again.
    pub fn kill_backend(&self, pick: u64) -> Result<(), String> {
        let serving = self.children().into_iter().filter(|(_, title)| title.contains(" tongban "));
        let serving: Vec<u32> = serving.map(|(id, _)| id).collect();
        let at = Seed::new(pick).between(0, serving.len() as u64) as usize;
        match serving.get(at) {
            Some(id) => {
                signal(*id, "KILL")?;
                clock::pause(100);
                self.until_ready()
            }
            None => Err("no process serves a connection".into()),
        }
    }

    /// SIGKILL to the postmaster; when its children have gone, the server is started again.
    pub fn kill_postmaster(&mut self) -> Result<(), String> {
        let children = self.children();
        if let Some(mut server) = self.server.take() {
            let _ = server.kill();
            let _ = server.wait();
        }
        let gone = |id: u32| !Path::new(&format!("/proc/{id}")).exists();
        if !clock::wait(Duration::from_secs(20), || children.iter().all(|(id, _)| gone(*id))) {
            return Err("processes of a killed postmaster stay".into());
        }
        self.start()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self.stop();
    }
}

/// The folder of the newest installed server.
pub fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let numbered = versions.filter_map(|entry| {
        let version: u32 = entry.file_name().to_string_lossy().parse().ok()?;
        Some((version, entry.path().join("bin")))
    });
    let newest = numbered.filter(|(_, bin)| bin.join("initdb").is_file()).max();
    newest.map(|(_, bin)| bin).or_else(|| which("initdb")?.parent().map(Path::to_path_buf))
}

/// Whom the server runs as: PostgreSQL refuses the administrator.
pub fn unprivileged() -> Result<Option<(String, String)>, Trouble> {
    let id =
        |words: &[&str]| run_for(Command::new("id").args(words)).map(|id| id.trim().to_owned());
    if id(&["-u"])? != "0" {
        return Ok(None);
    }
    let known = ["postgres", "nobody"]
        .into_iter()
        .find_map(|name| Some((id(&["-u", name]).ok()?, id(&["-g", name]).ok()?)));
    known.map(Some).ok_or_else(|| Trouble::CannotRun("needs a user `postgres` or `nobody`".into()))
}
