//! `tongban demo`: the sample region from nothing to a served portal, with two cases walked on the way.
//!
//! `walk.rs` has the two cases, step by step.

mod share;
mod walk;

pub use walk::submitted;

pub use walk::visitor;

use crate::config::Config;
use crate::node::Node;
use crate::serve;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::path::{Path, PathBuf};
use store::clock::Stopwatch;
use store::{Error, Result};

/// Flags of `tongban demo`.
#[derive(Args, Clone)]
pub struct Flags {
    /// Folder of the demo's database, files and keys.
    #[arg(long, default_value = "tongban-data")]
    pub data: PathBuf,
    /// Another database than SQLite in that folder: `postgres://…`.
    #[arg(long)]
    pub database: Option<String>,
    /// Port to serve on.
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// Folder of service packs; each takes the place of a built-in one of the same name.
    #[arg(long)]
    pub packs: Option<PathBuf>,
    /// Exit after the walk instead of serving.
    #[arg(long)]
    pub headless: bool,
    /// Address on which figures for Prometheus are served (/metrics); none when left out.
    #[arg(long)]
    pub metrics: Option<String>,
    /// Print what the walk did as JSON.
    #[arg(long)]
    pub json: bool,
}

/// What the walk did, as printed with `--json`.
#[derive(Debug, Serialize)]
struct Report {
    cases: Vec<walk::Walked>,
    events: u64,
    log_verified: bool,
    seconds: f64,
}

/// The demo's configuration: the defaults, on localhost, in one folder.
pub fn config_in(data: &Path, port: u16) -> Result<Config> {
    let mut config = Config::defaults();
    config.server.https = false;
    config.server.stop_delay_seconds = 0;
    config.server.metrics = String::new();
    config.server.listen = format!("127.0.0.1:{port}");
    config.site.reached_at(&format!("http://127.0.0.1:{port}"));
    config.store.data = data.to_owned();
    config.store.database = format!("sqlite:{}", data.join("tongban.db").display());
    Ok(config)
}

/// Runs the demo; true when every step held.
pub async fn run(flags: Flags) -> Result<bool> {
    let watch = Stopwatch::start();
    let mut config = config_in(&flags.data, flags.port)?;
    config.guide.packs = flags.packs.clone().unwrap_or_default();
    config.store.database = flags.database.clone().unwrap_or(config.store.database);
    config.server.metrics = flags.metrics.clone().unwrap_or_default();
    let listener = match flags.headless {
        true => None,
        false => Some(serve::listen(&config.server.listen).await?),
    };
    let node = Node::open(&config).await?;
    load(&node, flags.json).await?;
    let mut said = walk::Teller::new(flags.json);
    let cases = walk::both(&node, &mut said).await?;
    store::ledger::seal_now(node.store()).await?;
    let proof = store::ledger::verify(node.store()).await?;
    let report = Report {
        events: proof.events,
        log_verified: proof.damage.is_none(),
        seconds: (watch.micros() / 10_000) as f64 / 100.0,
        cases,
    };
    said.ledger(report.events, report.log_verified);
    for_testers(&node, &flags.data)?;
    if flags.json {
        crate::say!("{}", serde_json::to_string(&report)?);
    }
    let held = report.log_verified && report.cases.iter().all(walk::Walked::held);
    if let Some(listener) = listener {
        welcome(&config, &flags.data);
        return Ok(serve::serve(&node, listener, &config).await? && held);
    }
    Ok(held)
}

/// Loads the sample region with a progress bar on the terminal.
async fn load(node: &Node, quiet: bool) -> Result<()> {
    let bar = if quiet { ProgressBar::hidden() } else { ProgressBar::new(100) };
    if let Ok(style) = ProgressStyle::with_template("{msg:24} {bar:40} {pos:>3} % {elapsed}") {
        bar.set_style(style);
    }
    let shown = bar.clone();
    node.seed_sample(&mut move |step, percent| {
        shown.set_message(step_words(step));
        shown.set_position(percent);
    })
    .await?;
    bar.finish_and_clear();
    Ok(())
}

fn step_words(step: &str) -> &'static str {
    match step {
        "people" => "单位和人员 people",
        "catalogue" => "事项目录 catalogue",
        "licences" => "印章和证照 licences",
        _ => "就绪 ready",
    }
}

/// Leaves beside the database what a test or a curious visitor needs: who may sign in, what is where.
fn for_testers(node: &Node, data: &Path) -> Result<()> {
    let accounts = serde_json::to_string_pretty(&people::identity::demo_accounts())?;
    std::fs::write(data.join("demo-accounts.json"), accounts)?;
    let routes: Vec<_> = node
        .routes()
        .lines()
        .iter()
        .map(|l| serde_json::json!({"method": l.method.as_str(), "path": l.path}))
        .collect();
    std::fs::write(data.join("routes.json"), serde_json::to_string_pretty(&routes)?)?;
    Ok(())
}

/// Tells where the portal is and who may sign in as whom.
fn welcome(config: &Config, data: &Path) {
    let address = format!("http://{}", config.server.listen);
    crate::say!("\n通办已在运行 Tongban is serving: {address}");
    crate::say!("  门户 portal        {address}/");
    crate::say!("  工作台 staff       {address}/staff/login");
    crate::say!("  短信沙盒 messages  {address}/sandbox/outbox\n");
    crate::say!(
        "可以用这些演示账号登录 demo accounts ({}):",
        data.join("demo-accounts.json").display()
    );
    for account in people::identity::demo_accounts() {
        let totp = account.totp_secret.map(|s| format!("  TOTP {s}")).unwrap_or_default();
        crate::say!(
            "  {:<16} {:<12} {}  {}  {}{totp}",
            account.role,
            account.login,
            account.password,
            account.name,
            account.note
        );
    }
    crate::say!("\nCtrl-C 停止 stops.");
}

/// A fault of the walk itself.
fn broken(what: &str) -> Error {
    Error::internal(format!("the demo walk broke at {what}"))
}
