//! `tongban backup` and `tongban restore`: a snapshot of the running node, and a node from a snapshot.
//!
//! A drill restores into a scratch folder, asks the deep doctor, says how long it took and leaves nothing behind.

use crate::cli::ConfigFlag;
use crate::config::Config;
use crate::{doctor, node};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::path::{Path, PathBuf};
use store::backup::{self, Manifest, Restored};
use store::clock::Stopwatch;
use store::{Chance, Clock, Error, Result};

/// Flags of `tongban backup`.
#[derive(Args, Clone)]
pub struct BackupFlags {
    /// Backup folder; snapshots in it share their files.
    #[arg(long)]
    pub to: PathBuf,
    /// Keep this many of the newest snapshots; 0 keeps all.
    #[arg(long, default_value_t = 0)]
    pub keep: usize,
    /// Data folder of the node, such as the demo's, instead of a config file.
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
    /// Which configuration to use.
    #[command(flatten)]
    pub config: ConfigFlag,
}

/// Flags of `tongban restore`.
#[derive(Args, Clone)]
pub struct RestoreFlags {
    /// Backup folder.
    #[arg(long)]
    pub from: PathBuf,
    /// The node's key file, kept apart from its backups.
    #[arg(long)]
    pub key: PathBuf,
    /// Which snapshot; the newest when not said.
    #[arg(long)]
    pub snapshot: Option<String>,
    /// Only read the snapshot through: nothing is restored.
    #[arg(long, conflicts_with = "drill")]
    pub check: bool,
    /// Restore into a scratch folder, look whether everything agrees, and remove it again.
    #[arg(long)]
    pub drill: bool,
    /// Data folder to restore into, instead of a config file.
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
    /// Which configuration to restore into: its database and data folder must be empty.
    #[command(flatten)]
    pub config: ConfigFlag,
}

/// What a restore or drill says.
#[derive(serde::Serialize)]
struct Report {
    #[serde(flatten)]
    restored: Restored,
    /// Reading, checking and writing.
    restore_seconds: f64,
    /// Opening it, its migrations included, and the deep doctor.
    check_seconds: f64,
    /// Whether everything agreed.
    sound: bool,
}

fn config_of(config: &ConfigFlag, data: Option<&PathBuf>) -> Result<Config> {
    match data {
        Some(data) => crate::demo::config_in(data, 0),
        None => config.read(),
    }
}

/// Backs the node up; true when it is done.
pub async fn back_up(flags: BackupFlags) -> Result<bool> {
    let watch = Stopwatch::start();
    let config = config_of(&flags.config, flags.data.as_ref())?;
    let store = node::open_store(&config)?;
    let bar = bar(flags.json);
    let shown = bar.clone();
    let tell = move |what: &str, percent| show(&shown, what, percent);
    let made =
        backup::back_up(&store, &flags.to, flags.keep, env!("CARGO_PKG_VERSION"), tell).await?;
    bar.finish_and_clear();
    let seconds = seconds(&watch);
    if flags.json {
        let bytes: u64 = made.tables.iter().map(|table| table.bytes).sum();
        crate::say!(
            "{}",
            serde_json::json!({
                "snapshot": made.snapshot, "rows": made.rows(), "row_bytes": bytes, "files": made.files.rows,
                "file_bytes": made.file_bytes, "events": made.ledger.events, "seconds": seconds,
            })
        );
    } else {
        said(&made, "✓ 已备份 backed up");
        crate::say!("  {} 秒 s", seconds);
        crate::say!(
            "  密钥不在备份里，请把它另处保管 the key is not in it, keep it elsewhere: {}",
            config.store.data.join("node.key").display()
        );
    }
    Ok(true)
}

/// Checks, restores or drills; true when everything agrees.
pub async fn restore(flags: RestoreFlags) -> Result<bool> {
    let snapshot = flags.snapshot.as_deref();
    if flags.check {
        let manifest = backup::check(&flags.from, snapshot, &flags.key)?;
        if flags.json {
            crate::say!("{}", serde_json::to_string(&manifest)?);
        } else {
            said(&manifest, "✓ 备份完整 the snapshot is whole");
        }
        return Ok(true);
    }
    if flags.drill {
        let scratch = Scratch::new()?;
        let config = crate::demo::config_in(&scratch.0, 0)?;
        return bring_back(&flags, &config).await;
    }
    let config = config_of(&flags.config, flags.data.as_ref())?;
    bring_back(&flags, &config).await
}

async fn bring_back(flags: &RestoreFlags, config: &Config) -> Result<bool> {
    let bar = bar(flags.json);
    let watch = Stopwatch::start();
    let settings = node::settings(config, Clock::System, Chance::System)?;
    let (shown, task) = (bar.clone(), flags.clone());
    let work = move || {
        let tell = |what: &str, percent| show(&shown, what, percent);
        backup::restore(&settings, &task.from, task.snapshot.as_deref(), &task.key, tell)
    };
    // PostgreSQL's client blocks and must not do so inside a runtime.
    let restored = std::thread::spawn(work).join();
    let restored = restored.map_err(|_| Error::internal("restoring panicked"))??;
    bar.finish_and_clear();
    let restore_seconds = seconds(&watch);
    let watch = Stopwatch::start();
    let opened = node::open_store(config)?;
    let looked = doctor::look(&opened).await?;
    backup::note_restored(&opened, &restored).await?;
    store::ledger::seal_now(&opened).await?;
    let sound = restored.damaged.is_empty()
        && looked.iter().all(|look| look.faults.is_empty())
        && looked.iter().any(|look| look.at == "ledger" && look.count == restored.events);
    let check_seconds = seconds(&watch);
    let report = Report { restored, restore_seconds, check_seconds, sound };
    if flags.json {
        crate::say!("{}", serde_json::to_string(&report)?);
    } else {
        doctor::tell(&looked);
        for hash in report.restored.damaged.iter().take(20) {
            crate::say!("✗ 备份中已损坏的文件 damaged in the backup: {hash}");
        }
        let outcome = match (flags.drill, sound) {
            (true, true) => "✓ 演练成功 the drill went well",
            (false, true) => "✓ 已恢复 restored",
            (_, false) => "✗ 恢复了，但数据不一致 restored, but things do not agree",
        };
        crate::say!("{outcome}: {}", report.restored.snapshot);
        crate::say!("  恢复 restore {restore_seconds} s, 检查 check {check_seconds} s");
    }
    Ok(sound)
}

fn said(manifest: &Manifest, outcome: &str) {
    crate::say!("{outcome}: {}", manifest.snapshot);
    crate::say!(
        "  {} 行 rows, {} 个文件 files ({} MB), 台账 {} 条 events",
        manifest.rows(),
        manifest.files.rows,
        manifest.file_bytes / 1_000_000,
        manifest.ledger.events
    );
}

/// A folder for a drill, removed whatever happens.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Scratch> {
        let name = format!("tongban-drill-{}", Chance::System.token());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder)?;
        private(&folder)?;
        Ok(Scratch(folder))
    }
}

/// What is restored is for the owner's eyes only.
fn private(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn seconds(watch: &Stopwatch) -> f64 {
    (watch.micros() / 10_000) as f64 / 100.0
}

fn bar(quiet: bool) -> ProgressBar {
    let bar = if quiet { ProgressBar::hidden() } else { ProgressBar::new(100) };
    if let Ok(style) = ProgressStyle::with_template("{msg:24} {bar:40} {pos:>3} % {elapsed}") {
        bar.set_style(style);
    }
    bar
}

fn show(bar: &ProgressBar, what: &str, percent: u64) {
    bar.set_message(match what {
        "check" => "检查备份 check".to_owned(),
        "files" => "文件 files".to_owned(),
        table => format!("数据 rows: {table}"),
    });
    bar.set_position(percent);
}
