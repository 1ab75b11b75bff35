//! A served town on a folder of its own: made from a template, started, killed, stopped, looked into.
//!
//! Only processes that were started here are ever signalled, each by its own number.

use crate::client::Browser;
use crate::clock::{self, Stopwatch};
use crate::port::Port;
use crate::report::say;
use serde_json::Value;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What the ledger's proof says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Proof {
    /// Events.
    pub events: u64,
    /// Events under a signed checkpoint.
    pub sealed: u64,
    /// Checkpoints.
    pub checkpoints: u64,
}

/// One server and where it lives.
pub struct Town {
    /// The folder of this run: configuration, log, and `data` unless it lies elsewhere.
    pub folder: PathBuf,
    /// Data folder.
    pub data: PathBuf,
    /// Where it listens.
    pub port: u16,
    /// The program under trial.
    pub binary: PathBuf,
    /// Further variables of its environment.
    pub env: Vec<(String, String)>,
    /// Nobody stands before the server who would have to notice that it stops: it need not wait for that.
    stops_at_once: bool,
    /// The one core it may use, where a trial keeps the others for itself.
    pub core: Option<usize>,
    database: String,
    child: Option<Child>,
    _held: Port,
}

impl Town {
    /// A town on a copy of a template's data.
    pub fn on_copy(binary: &Path, folder: &Path, template: &Path) -> Result<Town, String> {
        let data = folder.join("data");
        copy_folder(template, &data)?;
        Town::on(binary, folder, &data, None)
    }

    /// A town on a data folder that is there; `database` is another address than SQLite's in it.
    pub fn on(
        binary: &Path,
        folder: &Path,
        data: &Path,
        database: Option<&str>,
    ) -> Result<Town, String> {
        std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let held = Port::take()?;
        let town = Town {
            folder: folder.to_owned(),
            data: data.to_owned(),
            port: held.number,
            _held: held,
            binary: binary.to_owned(),
            env: Vec::new(),
            stops_at_once: true,
            core: None,
            database: database.map_or_else(|| inside(data), str::to_owned),
            child: None,
        };
        town.write_config()?;
        Ok(town)
    }

    /// From the next start on it waits as long as usual when it is told to stop.
    pub fn stop_as_usual(&mut self) -> Result<(), String> {
        self.stops_at_once = false;
        self.write_config()
    }

    fn write_config(&self) -> Result<(), String> {
        let stop = if self.stops_at_once { "stop_delay_seconds = 0\n" } else { "" };
        let text = format!(
            // Figures have an address of their own, which two towns on one machine cannot share.
            "[server]\nlisten = \"127.0.0.1:{}\"\nhttps = false\nmetrics = \"\"\n{stop}\
             [store]\ndatabase = \"{}\"\ndata = \"{}\"\n",
            self.port,
            self.database,
            self.data.display()
        );
        std::fs::write(self.config(), text).map_err(|e| e.to_string())
    }

    /// Its configuration.
    pub fn config(&self) -> PathBuf {
        self.folder.join("config.toml")
    }

    /// Its log.
    pub fn log(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    /// Starts the server and waits until it answers; gives the seconds that took.
    pub fn start(&mut self) -> Result<f64, String> {
        let watch = Stopwatch::start();
        self.spawn()?;
        let port = self.port;
        let up = clock::wait(Duration::from_secs(120), || self.ended() || answers(port));
        if !up || self.ended() {
            self.kill();
            return Err(format!("the server does not start:\n{}", self.last_lines(20)));
        }
        Ok(watch.seconds())
    }

    /// Starts the server and kills it so many milliseconds later, however far it has come.
    pub fn start_and_kill(&mut self, milliseconds: u64) -> Result<(), String> {
        self.spawn()?;
        clock::pause(milliseconds);
        self.kill();
        Ok(())
    }

    fn spawn(&mut self) -> Result<(), String> {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.log());
        let log = log.map_err(|e| format!("{}: {e}", self.log().display()))?;
        let mut command = match self.core {
            None => bound(&self.binary),
            Some(core) => {
                let mut command = bound(Path::new("taskset"));
                command.args(["-c", &core.to_string()]).arg(&self.binary);
                command
            }
        };
        command.args(["serve", "--config"]).arg(self.config());
        command.envs(self.env.iter().map(|(k, v)| (k, v)));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        self.child = Some(command.spawn().map_err(|e| format!("the server: {e}"))?);
        Ok(())
    }

    /// Whether the process has ended.
    pub fn ended(&mut self) -> bool {
        self.child.as_mut().is_none_or(|child| !matches!(child.try_wait(), Ok(None)))
    }

    /// Number of the process.
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// SIGKILL: no time to finish anything.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// SIGTERM; gives the exit code and the seconds until the end, or kills after `limit`.
    pub fn stop(&mut self, limit: Duration) -> Result<(i32, f64), String> {
        let watch = Stopwatch::start();
        let Some(mut child) = self.child.take() else { return Err("nothing runs".into()) };
        signal(child.id(), "TERM")?;
        let mut ended = None;
        clock::wait(limit, || {
            ended = child.try_wait().ok().flatten();
            ended.is_some()
        });
        match ended {
            Some(status) => {
                let code = status.code().unwrap_or_else(|| -status.signal().unwrap_or(0));
                Ok((code, watch.seconds()))
            }
            None => {
                let _ = child.kill();
                let _ = child.wait();
                Err(format!("does not end within {} s of SIGTERM", limit.as_secs()))
            }
        }
    }

    /// What the program itself says of the ledger: the proof, or the damage.
    pub fn proof(&self) -> Result<Proof, String> {
        let out = self.ask(&["verify", "ledger", "--json"])?;
        let line = out.lines().rfind(|line| line.starts_with('{')).unwrap_or("{}").to_owned();
        let said: Value = serde_json::from_str(&line).map_err(|e| format!("{e}: {out}"))?;
        if !said["damage"].is_null() || said["events"].is_null() {
            return Err(format!("the ledger is damaged: {out}"));
        }
        let number = |name: &str| said[name].as_u64().unwrap_or(0);
        let (events, sealed) = (number("events"), number("sealed"));
        Ok(Proof { events, sealed, checkpoints: number("checkpoints") })
    }

    /// Runs the program with this town's configuration; gives what it printed, whatever its verdict.
    pub fn ask(&self, words: &[&str]) -> Result<String, String> {
        let mut command = Command::new(&self.binary);
        command.args(words).arg("--config").arg(self.config()).stdin(Stdio::null());
        let out = command.output().map_err(|e| format!("tongban {}: {e}", words.join(" ")))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(format!("{}{}", text(&out.stdout), text(&out.stderr)))
    }

    /// Runs the program with this town's configuration and `--json`; tells whether it says that all is well, and
    /// its JSON, or what else it printed.
    pub fn told(&self, words: &[&str]) -> Result<(bool, Result<Value, String>), String> {
        let mut command = Command::new(&self.binary);
        command.args(words).args(["--json", "--config"]).arg(self.config()).stdin(Stdio::null());
        let out = command.output().map_err(|e| format!("tongban {}: {e}", words.join(" ")))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (said, besides) = (text(&out.stdout), text(&out.stderr));
        let line = said.lines().rfind(|line| line.starts_with('{')).unwrap_or_default();
        let read = serde_json::from_str(line).map_err(|_| format!("{said}{besides}"));
        Ok((out.status.success(), read))
    }

    /// From now on it lives elsewhere; it must not run.
    pub fn move_to(&mut self, data: &Path, database: Option<&str>) -> Result<(), String> {
        self.database = database.map_or_else(|| inside(data), str::to_owned);
        data.clone_into(&mut self.data);
        self.write_config()
    }

    /// Jobs that are still to be done, as the doctor counts them; an error is its grave finding.
    pub fn open_jobs(&self) -> Result<u64, String> {
        let out = self.ask(&["doctor"])?;
        let count = out.split("open jobs: ").nth(1).and_then(|rest| rest.split_whitespace().next());
        let grave: Vec<&str> = out.lines().filter(|line| line.starts_with('✗')).collect();
        match count.and_then(|count| count.parse().ok()) {
            Some(count) if grave.is_empty() => Ok(count),
            _ => Err(format!("the doctor says: {out}")),
        }
    }

    /// Everything that is kept, rows against the ledger and files against their names, as the deep doctor
    /// sees it: his objections.
    pub fn objections(&self) -> Result<Vec<String>, String> {
        let out = self.ask(&["doctor", "--deep", "--json"])?;
        let line = out.lines().rfind(|line| line.starts_with('[')).unwrap_or_default();
        let said: Value =
            serde_json::from_str(line).map_err(|_| format!("the deep doctor says: {out}"))?;
        let looked = said.as_array().into_iter().flatten();
        let faults = looked.flat_map(|look| {
            let faults = look["faults"].as_array().cloned().unwrap_or_default();
            faults.into_iter().map(|fault| format!("{} {fault}", look["at"]))
        });
        Ok(faults.collect())
    }

    /// How much the server holds at this moment.
    pub fn size(&self) -> Size {
        let Some(pid) = self.pid() else { return Size::default() };
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let kilobytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
        };
        let open = std::fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, |all| all.count() as u64);
        Size { resident: kilobytes("VmRSS:"), own: kilobytes("RssAnon:"), open }
    }

    /// The end of the log, for a message.
    pub fn last_lines(&self, count: usize) -> String {
        let mut text = String::new();
        if let Ok(mut file) = std::fs::File::open(self.log()) {
            let length = file.metadata().map_or(0, |meta| meta.len());
            let _ = file.seek(SeekFrom::Start(length.saturating_sub(16_000)));
            let mut bytes = Vec::new();
            let _ = file.read_to_end(&mut bytes);
            text = String::from_utf8_lossy(&bytes).into_owned();
        }
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(count)..].join("\n")
    }
}

/// What a process holds.
#[derive(Debug, Clone, Copy, Default)]
pub struct Size {
    /// Memory in use, in kilobytes, with the pages of files it looks into: the machine takes those back when it wants.
    pub resident: u64,
    /// Memory of its own, in kilobytes.
    pub own: u64,
    /// Open descriptors.
    pub open: u64,
}

/// The usual database: a file in the data folder.
fn inside(data: &Path) -> String {
    format!("sqlite:{}", data.join("tongban.db").display())
}

impl Drop for Town {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The program, so started that it ends with this one even if this one is killed.
pub fn bound(program: &Path) -> Command {
    if which("setpriv").is_none() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
    command
}

/// Sends a signal to one process.
pub fn signal(pid: u32, name: &str) -> Result<(), String> {
    run(Command::new("kill").args(["-s", name, &pid.to_string()]))
}

/// Runs a command and gives what it printed; an error carries what it complained of.
pub fn run_for(command: &mut Command) -> Result<String, String> {
    let said = format!("{command:?}");
    let out = command.stdin(Stdio::null()).output().map_err(|e| format!("{said}: {e}"))?;
    if out.status.success() {
        Ok(String::from_utf8_lossy(&out.stdout).into_owned())
    } else {
        Err(format!("{said}: {} {}", out.status, String::from_utf8_lossy(&out.stderr).trim()))
    }
}

/// Runs a command; an error carries what it complained of.
pub fn run(command: &mut Command) -> Result<(), String> {
    run_for(command).map(drop)
}

/// Full path of a program, if it is installed.
pub fn which(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Whether the server answers.
pub fn answers(port: u16) -> bool {
    Browser::new(port).send("GET", "/livez", "", b"").is_ok_and(|answer| answer.status == 200)
}

/// Copies a folder with everything in it.
pub fn copy_folder(from: &Path, to: &Path) -> Result<(), String> {
    std::fs::create_dir_all(to).map_err(|e| format!("{}: {e}", to.display()))?;
    run(Command::new("cp").arg("-a").arg("--reflink=auto").arg(from.join(".")).arg(to))
}

/// A folder that goes when the value goes.
pub struct Folder(pub PathBuf);

impl Folder {
    /// An empty one, below the folder for temporary things.
    pub fn new(purpose: &str) -> Result<Folder, String> {
        let name = format!("tongban-trials-{purpose}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if std::env::var_os("TRIALS_KEEP").is_some() {
            say(&format!("kept: {}", self.0.display()));
        } else if let Err(error) = std::fs::remove_dir_all(&self.0) {
            say(&format!("{} stays: {error}", self.0.display()));
        }
    }
}
