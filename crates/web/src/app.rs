//! What every handler has at hand: the store, the site's settings, page cache and limits.

use crate::cache::PageCache;
use crate::gate::{Gate, Load};
use crate::limits::Limits;
use crate::seen::Figures;
use crate::texts::Lang;
use codes::calendar::Calendar;
use std::ops::Deref;
use std::sync::Arc;
use store::{Clock, Store, Vault};

/// What the deployer says about this node (see `config/default.toml` for every key).
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Name of the site in Chinese (示例市通办).
    pub name: String,
    /// Name of the site in English.
    pub name_en: String,
    /// Platform above it (示例省一体化政务服务平台).
    pub platform: String,
    /// The same in English.
    pub platform_en: String,
    /// Six-digit code of the region this node serves first.
    pub region: String,
    /// That region's name as shown.
    pub region_name: String,
    /// The same in English.
    pub region_name_en: String,
    /// Whether people reach the site over HTTPS; decides cookie names and flags.
    pub https: bool,
    /// Whether data and outside systems are a demonstration; said on every page.
    pub sandbox: bool,
    /// Grey mode for days of mourning.
    pub grey: bool,
    /// The people's hotline.
    pub hotline: String,
    /// 主办单位; empty hides the line.
    pub host: String,
    /// 承办单位.
    pub undertaker: String,
    /// 主办单位 in English; empty where there is none.
    pub host_en: String,
    /// 承办单位 in English.
    pub undertaker_en: String,
    /// 网站标识码.
    pub site_code: String,
    /// ICP 备案号.
    pub icp: String,
    /// 公安备案号.
    pub police: String,
    /// Whether the site answers over IPv6.
    pub ipv6: bool,
    /// Address at which people reach the site, `https://…` without a closing slash; empty when not said.
    pub address: String,
    /// Service centre: name, address, hours.
    pub hall: Vec<String>,
    /// The same in English.
    pub hall_en: Vec<String>,
    /// How long sessions live.
    #[serde(default)]
    pub session: crate::session::Lives,
}

impl Site {
    /// Name, address and hours of the service centre in this language.
    pub fn hall(&self, lang: Lang) -> &[String] {
        if lang == Lang::Zh || self.hall_en.is_empty() { &self.hall } else { &self.hall_en }
    }
}

/// The common front of all rooms. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// Fields of `App`.
pub struct Inner {
    /// Rows, ledger, files, keys.
    pub store: Store,
    /// What the deployer says.
    pub site: Site,
    /// Working days.
    pub calendar: Calendar,
    /// Compressed public pages.
    pub cache: PageCache,
    /// Request limits.
    pub limits: Limits,
    /// How much is done at once.
    pub gate: Gate,
    /// What is counted.
    pub figures: Figures,
}

impl App {
    /// Puts the front together.
    pub fn new(store: Store, site: Site, calendar: Calendar, load: Load) -> App {
        App(Arc::new(Inner {
            store,
            site,
            calendar,
            cache: PageCache::default(),
            limits: Limits::default(),
            gate: Gate::new(load),
            figures: Figures::default(),
        }))
    }

    /// Time source.
    pub fn clock(&self) -> &Clock {
        self.store.clock()
    }

    /// Sensitive fields.
    pub fn vault(&self) -> &Vault {
        self.store.vault()
    }
}

impl Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}
