//! Configuration: the commented defaults in `config/default.toml`, overlaid by the deployer's file.

use crate::listener::Terms;
use crate::wire::Patience;
use serde::Deserialize;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use store::{Error, Result};

/// The defaults, with a comment on every key: they are the reference.
pub const DEFAULTS: &str = include_str!("../../../config/default.toml");

/// Everything that can be set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Listening.
    pub server: Server,
    /// How much is done at once, and for how long.
    pub load: web::Load,
    /// Keeping.
    pub store: Keeping,
    /// What can be done here.
    pub guide: GuideTable,
    /// What the deployer says about the site.
    pub site: SiteTable,
    /// How long sessions live.
    pub session: web::session::Lives,
    /// Logging.
    pub log: Log,
}

/// Table `[server]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Address and port.
    pub listen: String,
    /// Whether people come over HTTPS.
    pub https: bool,
    /// Addresses of our own proxies.
    pub proxies: Vec<IpAddr>,
    /// Opens the detail of `/readyz`; empty for nobody.
    pub operator_token: String,
    /// Connections in all.
    pub connections: usize,
    /// Connections of one address.
    pub connections_per_address: usize,
    /// Largest head of a request.
    pub head_kilobytes: usize,
    /// Longest time of a head.
    pub head_seconds: u64,
    /// Longest pause between requests.
    pub idle_seconds: u64,
    /// Not ready but still open, when told to stop.
    pub stop_delay_seconds: u64,
    /// For requests at work to finish.
    pub drain_seconds: u64,
    /// Address of the figures; empty for none.
    pub metrics: String,
    /// The disk counts as full below this.
    pub disk_reserve_megabytes: u64,
}

impl Server {
    /// From the signal to the closing of the door.
    pub fn stop_delay(&self) -> Duration {
        Duration::from_secs(self.stop_delay_seconds)
    }

    /// From the closing of the door to the cutting of what is still at work.
    pub fn drain(&self) -> Duration {
        Duration::from_secs(self.drain_seconds)
    }
}

/// Table `[store]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keeping {
    /// `sqlite:PATH` or `postgres://…`.
    pub database: String,
    /// Folder of files and keys.
    pub data: PathBuf,
    /// Read connections.
    pub readers: usize,
    /// Write connections.
    pub writers: usize,
}

/// Table `[guide]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuideTable {
    /// Folder of service packs; empty for none.
    pub packs: PathBuf,
}

/// Table `[log]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// `text` or `json`.
    pub format: String,
}

/// Table `[site]`: `web::Site` without the key that stands under `[server]`.
#[derive(Debug, Clone, Deserialize)]
pub struct SiteTable(toml::Table);

impl SiteTable {
    /// Says at which address people reach the site.
    pub fn reached_at(&mut self, address: &str) {
        self.0.insert("address".into(), address.into());
    }
}

impl Config {
    /// The defaults.
    pub fn defaults() -> Config {
        Config::overlaid("").expect("the shipped defaults are whole; a test reads them")
    }

    /// The defaults overlaid by a file.
    pub fn read(path: &Path) -> Result<Config> {
        let text = std::fs::read_to_string(path).map_err(|e| {
            Error::refused_with("config-unreadable", "file", format!("{} ({e})", path.display()))
        })?;
        Config::overlaid(&text)
    }

    /// The defaults overlaid by a text. Unknown keys are refused: a typo must not pass silently.
    pub fn overlaid(text: &str) -> Result<Config> {
        let bad = |e: toml::de::Error| Error::refused_with("config-wrong", "detail", e.message());
        let mut whole: toml::Table = toml::from_str(DEFAULTS).map_err(bad)?;
        for (section, value) in toml::from_str::<toml::Table>(text).map_err(bad)? {
            let Some(toml::Value::Table(into)) = whole.get_mut(&section) else {
                return Err(Error::refused_with("config-wrong", "detail", format!("[{section}]")));
            };
            let toml::Value::Table(from) = value else {
                return Err(Error::refused_with("config-wrong", "detail", section));
            };
            for (key, value) in from {
                if !into.contains_key(&key) {
                    let name = format!("{section}.{key}");
                    return Err(Error::refused_with("config-wrong", "detail", name));
                }
                into.insert(key, value);
            }
        }
        whole.try_into().map_err(bad)
    }

    /// What the door keeps to.
    pub fn terms(&self) -> Terms {
        let server = &self.server;
        Terms {
            connections: server.connections,
            per_address: server.connections_per_address,
            head_bytes: server.head_kilobytes << 10,
            patience: Patience {
                head: Duration::from_secs(server.head_seconds),
                idle: Duration::from_secs(server.idle_seconds),
                stall: Duration::from_secs(self.load.stall_seconds),
            },
            proxies: server.proxies.clone(),
        }
    }

    /// The site as the pages need it.
    pub fn site(&self) -> Result<web::Site> {
        let mut table = self.site.0.clone();
        table.insert("https".into(), self.server.https.into());
        let lives = toml::Table::try_from(self.session).map_err(Error::internal)?;
        // Below half a minute nobody could finish a page.
        if let Some((key, _)) = lives.iter().find(|(_, v)| v.as_integer().is_none_or(|n| n < 30)) {
            return Err(Error::refused_with("config-wrong", "detail", format!("session.{key}")));
        }
        table.insert("session".into(), lives.into());
        table.try_into().map_err(|e: toml::de::Error| {
            Error::refused_with("config-wrong", "detail", e.message())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Config;

    #[test]
    fn defaults_are_whole_and_typos_are_refused() {
        assert!(Config::defaults().site().is_ok());
        let changed = Config::overlaid("[server]\nlisten = '0.0.0.0:80'").expect("a good file");
        assert_eq!(changed.server.listen, "0.0.0.0:80");
        let short = Config::overlaid("[session]\nclerk_lock_seconds = 0").expect("a number");
        assert_eq!(short.site().err().map(|e| e.code()), Some("config-wrong"));
        for bad in [
            "[session]\nclerk_lock_minutes = 5",
            "[server]\nlisen = 'x'",
            "[sever]\nlisten = 'x'",
            "listen",
            "[store]\nreaders = 'x'",
        ] {
            assert_eq!(
                Config::overlaid(bad).err().map(|e| e.code()),
                Some("config-wrong"),
                "{bad}"
            );
        }
    }
}
