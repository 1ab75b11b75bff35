//! `tongban verify`: the ledger, a licence file, an identifier or a shown code.

use crate::cli::ConfigFlag;
use crate::node::{self, Node};
use clap::Args;
use proof::verification::{Offline, Verdict};
use std::path::Path;
use store::{Error, Result};

/// Flags of `tongban verify`.
#[derive(Args, Clone)]
pub struct Flags {
    /// `ledger`, a file (OFD), a licence identifier, or the text of a shown code.
    pub what: String,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
    /// Judge without a node, by these signed lists (from /verify/bundle).
    #[arg(long, value_name = "BUNDLE")]
    pub offline: Option<std::path::PathBuf>,
    /// Root certificates known beforehand (PEM); without them those in the lists are believed.
    #[arg(long, requires = "offline", value_name = "PEM")]
    pub roots: Option<std::path::PathBuf>,
    /// How many hours old the lists may be.
    #[arg(long, requires = "offline", default_value_t = proof::verification::offline::MOST_HOURS)]
    pub most_hours: i64,
    /// Data folder of the node to ask, when it is not the configured one (for example the demo's).
    #[arg(long)]
    pub data: Option<std::path::PathBuf>,
    /// Which configuration to use.
    #[command(flatten)]
    pub config: ConfigFlag,
}

/// Verifies and prints; true when it holds.
pub async fn run(flags: Flags) -> Result<bool> {
    if let Some(bundle) = &flags.offline {
        return offline(&flags, bundle);
    }
    let mut config = flags.config.read()?;
    if let Some(data) = flags.data.clone().or_else(|| home_of(&flags)) {
        config = crate::demo::config_in(&data, 0)?;
    }
    if flags.what == "ledger" {
        return ledger(&config, flags.json).await;
    }
    let node = Node::look(&config).await?;
    let path = Path::new(&flags.what);
    let verdict = if path.is_file() {
        let bytes = std::fs::read(path)?;
        node.proof().verify_file(&bytes).await?
    } else {
        node.proof().verify_text(&flags.what, "command line").await?
    };
    tell(&verdict, flags.json)
}

fn tell(verdict: &Verdict, json: bool) -> Result<bool> {
    if json {
        crate::say!("{}", serde_json::to_string(verdict)?);
    } else {
        crate::say!("{}", verdict.to_text(web::Lang::Zh));
        crate::say!("{}", verdict.to_text(web::Lang::En));
    }
    Ok(verdict.is_true())
}

/// Judges by signed lists alone: neither database nor network.
fn offline(flags: &Flags, bundle: &Path) -> Result<bool> {
    let roots = match &flags.roots {
        Some(path) => proof::lists::wrap::roots_of(&std::fs::read_to_string(path)?)?,
        None => Vec::new(),
    };
    let now = store::Clock::System.now();
    let judge = Offline::new(&std::fs::read(bundle)?, &roots, now, flags.most_hours);
    let path = Path::new(&flags.what);
    let verdict = match path.is_file() {
        true => judge.file(&std::fs::read(path)?),
        false => judge.text(&flags.what),
    };
    tell(&verdict, flags.json)
}

/// A file that lies inside a node's data folder (the demo leaves its licences there) is judged by that
/// node, unless a configuration or folder was named.
fn home_of(flags: &Flags) -> Option<std::path::PathBuf> {
    let file = Path::new(&flags.what).canonicalize().ok().filter(|p| p.is_file())?;
    let unnamed = flags.config.config.is_none();
    let home = file.ancestors().find(|folder| folder.join("tongban.db").is_file())?;
    unnamed.then(|| home.to_owned())
}

async fn ledger(config: &crate::config::Config, json: bool) -> Result<bool> {
    let store = node::open_store(config)?;
    let proof = store::ledger::verify(&store).await?;
    if json {
        crate::say!("{}", serde_json::to_string(&proof)?);
    } else {
        crate::say!(
            "{} 条 events, {} 条已封存 sealed, {} 个签名点 checkpoints",
            proof.events,
            proof.sealed,
            proof.checkpoints
        );
        match &proof.damage {
            None => crate::say!("✓ 台账完整 the ledger holds"),
            Some(d) => {
                let stream = d.stream.as_deref().unwrap_or("-");
                crate::say!("✗ 第一处损坏 first damage: {} {} ({stream})", d.entry, d.what);
            }
        }
    }
    if proof.events == 0 {
        return Err(Error::refused("ledger-empty"));
    }
    Ok(proof.damage.is_none())
}
