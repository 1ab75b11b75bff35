//! Where the repository is, how its programs are called, and the temporary folders of a test run.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Temporary folders begin so; the ending is the process that made them.
const TEMPORARY: &str = "tongban-test-";
/// Where Linux keeps files in memory, and how much must be free there, KiB.
const MEMORY: &str = "/dev/shm";
const PLENTY: u64 = 6 << 20;

/// The repository and the tools to build it.
pub struct House {
    /// Its root.
    pub root: PathBuf,
    /// Where cargo puts what it builds.
    pub target: PathBuf,
}

impl House {
    /// The repository this tool was built from.
    pub fn here() -> Result<House, String> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let root = manifest.and_then(|path| path.parent().map(Path::to_path_buf));
        let root = root.or_else(|| std::env::current_dir().ok()).ok_or("no current folder")?;
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from);
        Ok(House { root, target })
    }

    /// Cargo, in the root. Never told of a database it was not given one for.
    pub fn cargo(&self, words: &[&str]) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(words).current_dir(&self.root).env_remove("TONGBAN_TEST_POSTGRES");
        command
    }
}

/// Runs a command with its output shown; an error names it.
pub fn run(command: &mut Command) -> Result<(), String> {
    let said = format!("{} {}", program(command), words(command));
    let status = command.status().map_err(|error| format!("{said}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{said}: {status}")) }
}

/// Runs a command and returns what it printed; an error carries what it complained of.
pub fn output(command: &mut Command) -> Result<String, String> {
    let said = format!("{} {}", program(command), words(command));
    let output =
        command.stdin(Stdio::null()).output().map_err(|error| format!("{said}: {error}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_string();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(format!("{said}: {} {}", output.status, text(&output.stderr)))
    }
}

fn program(command: &Command) -> String {
    let path = Path::new(command.get_program());
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn words(command: &Command) -> String {
    command.get_args().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Full path of a program, if it is installed.
pub fn which(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// A port on loopback that was free a moment ago.
pub fn free_port() -> Result<u16, String> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    Ok(listener.local_addr().map_err(|error| error.to_string())?.port())
}

/// A folder that goes when the value goes.
pub struct Folder(pub PathBuf);

impl Folder {
    /// Makes an empty one, and sweeps those whose maker was killed before it could.
    pub fn new(purpose: &str) -> Result<Folder, String> {
        Folder::within(&std::env::temp_dir(), purpose)
    }

    /// The same in memory where there is plenty: for a server of which nothing is asked that its disk decides.
    pub fn in_memory(purpose: &str) -> Result<Folder, String> {
        let free = output(Command::new("df").args(["-k", "--output=avail", MEMORY]));
        let free = free.ok().and_then(|said| said.lines().last()?.trim().parse::<u64>().ok());
        match free {
            Some(free) if free >= PLENTY => Folder::within(Path::new(MEMORY), purpose),
            _ => Folder::new(purpose),
        }
    }

    fn within(temporary: &Path, purpose: &str) -> Result<Folder, String> {
        sweep(temporary);
        let path = temporary.join(format!("{TEMPORARY}{purpose}-{}", std::process::id()));
        std::fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            eprintln!("{} stays: {error}", self.0.display());
        }
    }
}

fn sweep(temporary: &Path) {
    for entry in std::fs::read_dir(temporary).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let maker = name.strip_prefix(TEMPORARY).and_then(|rest| rest.rsplit('-').next());
        let Some(maker) = maker.and_then(|id| id.parse::<u32>().ok()) else { continue };
        if !Path::new(&format!("/proc/{maker}")).exists() {
            // Another run may be sweeping the same folder: that it is gone is all that counts.
            drop(std::fs::remove_dir_all(entry.path()));
        }
    }
}

/// A program that is stopped when the value goes, by its own id only.
pub struct Running {
    child: Child,
    signal: &'static str,
}

impl Running {
    /// Starts a program that ends with this tool, even if this tool is killed (where `setpriv` is).
    ///
    /// `signal` asks it to stop in good order; `before` are further words for `setpriv`.
    pub fn start(
        command: &Command,
        signal: &'static str,
        before: &[String],
        log: &Path,
    ) -> Result<Running, String> {
        let file =
            std::fs::File::create(log).map_err(|error| format!("{}: {error}", log.display()))?;
        let errors = file.try_clone().map_err(|error| error.to_string())?;
        let mut bound = match which("setpriv") {
            Some(setpriv) => {
                let mut bound = Command::new(setpriv);
                bound.args(["--pdeathsig", signal]).args(before).arg("--");
                bound.arg(command.get_program());
                bound
            }
            None => Command::new(command.get_program()),
        };
        bound.args(command.get_args()).stdin(Stdio::null()).stdout(file).stderr(errors);
        for (name, value) in command.get_envs() {
            if let Some(value) = value {
                bound.env(name, value);
            }
        }
        let child = bound.spawn().map_err(|error| format!("{}: {error}", program(command)))?;
        Ok(Running { child, signal })
    }

    /// Whether it has ended by itself.
    pub fn ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.ended() {
            return;
        }
        let id = self.child.id().to_string();
        drop(Command::new("kill").args(["-s", self.signal, &id]).status());
        if !crate::clock::wait(std::time::Duration::from_secs(20), || self.ended()) {
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }
}

/// The last lines of a log, for a message about why something did not start.
pub fn last_lines(log: &Path, count: usize) -> String {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_goes_with_its_value_and_a_program_too() {
        let folder = Folder::new("self").unwrap();
        let path = folder.0.clone();
        let mut sleep = Command::new("sleep");
        sleep.arg("60");
        let running = Running::start(&sleep, "TERM", &[], &path.join("log")).unwrap();
        let id = running.child.id();
        drop(running);
        drop(folder);
        assert!(!path.exists());
        assert!(!Path::new(&format!("/proc/{id}")).exists());
    }

    #[test]
    fn an_error_names_the_command() {
        let error = output(Command::new("false").arg("x")).unwrap_err();
        assert!(error.starts_with("false x: "), "{error}");
    }
}
