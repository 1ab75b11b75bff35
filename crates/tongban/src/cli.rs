//! What one can type: every command with its flags, and how its outcome becomes an exit code.

use crate::config::Config;
use crate::{backup, bench, demo, doctor, generate, node, serve, verify};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use store::Error;

/// 通办 Tongban: one-stop government services on one static binary.
#[derive(Parser)]
#[command(version, about, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Subcommand)]
pub enum Command {
    /// Load the sample region, walk two cases from search to verified licence, then serve the portal.
    Demo(demo::Flags),
    /// Serve a real node from a config file.
    Serve(ConfigFlag),
    /// Check service packs: dead ends, unknown fields, missing elements.
    Check {
        /// Pack folders.
        #[arg(required = true)]
        packs: Vec<PathBuf>,
        /// Print findings as JSON.
        #[arg(long)]
        json: bool,
        /// Config file of a node: also say whether it would take the packs' versions.
        #[arg(long)]
        config: Option<PathBuf>,
        /// Data folder of a node, such as the demo's, instead of a config file.
        #[arg(long, conflicts_with = "config")]
        data: Option<PathBuf>,
    },
    /// Bring the database to this program's schema.
    Migrate(ConfigFlag),
    /// Say what is wrong with this node and how to mend it.
    Doctor(doctor::Flags),
    /// Copy a node, running or not, into a backup folder: rows of one moment and files, sealed with its key.
    Backup(backup::BackupFlags),
    /// Bring a node back from a backup folder, check a snapshot, or drill.
    Restore(backup::RestoreFlags),
    /// Verify the ledger, a licence file, a licence identifier or a shown code.
    Verify(verify::Flags),
    /// Measure an operation beside the floor of the bare library.
    Bench(bench::Flags),
    /// Make a new data key and move every sealed field to it.
    RotateKeys(ConfigFlag),
    /// Write (or with --check compare) the generated documents.
    Generate {
        /// Only compare; fail when something is out of date.
        #[arg(long)]
        check: bool,
    },
}

/// Which configuration to use.
#[derive(Args, Clone, Default)]
pub struct ConfigFlag {
    /// Config file; without it the defaults of `config/default.toml`.
    #[arg(long)]
    pub config: Option<PathBuf>,
}

impl ConfigFlag {
    /// Reads the configuration.
    pub fn read(&self) -> store::Result<Config> {
        self.config.as_deref().map_or_else(|| Ok(Config::defaults()), Config::read)
    }
}

/// Runs a command: 0 it went well, 1 the answer is no, 2 it could not be done.
pub fn run(cli: Cli) -> ExitCode {
    let format = match &cli.command {
        Command::Serve(flag) => flag.read().map(|c| c.log.format).unwrap_or_default(),
        _ => String::new(),
    };
    start_log(&format, matches!(cli.command, Command::Serve(_)));
    let runtime = runtime(&cli.command);
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(e) => return fail(&Error::internal(e)),
    };
    let done = runtime.block_on(obey(cli.command));
    // Whoever is told twice to stop waits for nobody.
    runtime.shutdown_background();
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(e) => fail(&e),
    }
}

/// More threads than reads at once, so that slow reads never take the last one (`store/src/reader.rs`).
fn runtime(command: &Command) -> std::io::Result<tokio::runtime::Runtime> {
    let config = match command {
        Command::Serve(flag) => flag.read().unwrap_or_else(|_| Config::defaults()),
        _ => Config::defaults(),
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = cores.max(config.store.readers) + 2;
    tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()
}

async fn obey(command: Command) -> store::Result<bool> {
    match command {
        Command::Demo(flags) => demo::run(flags).await,
        Command::Serve(flag) => serve::run(flag.read()?).await,
        Command::Check { packs, json, config, data } => {
            let node = match (config, data) {
                (Some(file), _) => Some(Config::read(&file)?),
                (None, Some(data)) => Some(demo::config_in(&data, 0)?),
                (None, None) => None,
            };
            check(&packs, json, node).await
        }
        Command::Migrate(flag) => node::migrate_only(&flag.read()?).await,
        Command::Doctor(flags) => doctor::run(&flags).await,
        Command::Backup(flags) => backup::back_up(flags).await,
        Command::Restore(flags) => backup::restore(flags).await,
        Command::Verify(flags) => verify::run(flags).await,
        Command::Bench(flags) => bench::run(flags).await,
        Command::RotateKeys(flag) => node::rotate_keys(&flag.read()?).await,
        Command::Generate { check } => generate::run(check),
    }
}

/// Checks packs; with a node's configuration also whether their versions could be published there.
async fn check(packs: &[PathBuf], json: bool, node: Option<Config>) -> store::Result<bool> {
    let mut report = guide::packs::check_paths(packs);
    if let Some(config) = node {
        let judge = move |db: &mut store::Db<'_>| {
            guide::editions::number_findings(db, &mut report)?;
            Ok(report)
        };
        report = node::open_store(&config)?.read(judge).await?;
    }
    crate::say!("{}", if json { report.json() } else { report.text() });
    Ok(!report.failed())
}

/// Tells a failure in both languages, as every page does.
fn fail(error: &Error) -> ExitCode {
    for lang in [web::Lang::Zh, web::Lang::En] {
        let (what, next) = web::errors::words(lang, error);
        eprintln!("{what}\n  {next}");
    }
    if let Error::Internal(text) = error {
        eprintln!("  {text}");
    }
    ExitCode::from(2)
}

fn start_log(format: &str, serving: bool) {
    let usual = if serving { "info" } else { "warn" };
    let mut filter = tracing_subscriber::EnvFilter::try_from_env("TONGBAN_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(usual));
    // The libraries do not know what of their bytes is somebody's name.
    for library in ["hyper", "hyper_util", "tokio_postgres", "postgres", "tantivy"] {
        if let Ok(directive) = format!("{library}=info").parse() {
            filter = filter.add_directive(directive);
        }
    }
    let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let log = log.with_ansi(colours);
    if format == "json" { log.json().init() } else { log.init() }
}
