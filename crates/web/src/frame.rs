//! What every page has around it: site names, language, mode, who is signed in, where one is,
//! and the words for all of it. Page structs carry a `Frame` in a field called `f`.

use std::fmt::Display;

use codes::clock::{Cell, CellKind};

use crate::assets;
use crate::texts::{Lang, Texts};

/// How the page is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// The usual layout.
    #[default]
    Normal,
    /// 长者模式: one column, large text, large targets (ux.md §8).
    Elder,
}

/// One link of a navigation, trail of crumbs or row of tabs.
#[derive(Debug, Clone, Default)]
pub struct Link {
    /// Where it leads.
    pub href: String,
    /// What it says.
    pub label: String,
    /// How many things wait behind it; nothing shown for zero.
    pub count: u32,
    /// Whether one is here now.
    pub on: bool,
}

impl Link {
    /// A link without a count.
    pub fn new(href: impl Into<String>, label: impl Into<String>) -> Link {
        Link { href: href.into(), label: label.into(), count: 0, on: false }
    }

    /// Marks the place one is at.
    pub fn here(mut self, on: bool) -> Link {
        self.on = on;
        self
    }

    /// Adds a count.
    pub fn counting(mut self, count: u32) -> Link {
        self.count = count;
        self
    }
}

/// One choice of a select, a row of radios or of checks.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// What is posted.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// One line under it; empty for none.
    pub hint: String,
    /// Whether it is chosen.
    pub on: bool,
}

impl Choice {
    /// A choice without a hint, chosen when its value is `chosen`.
    pub fn new(value: impl Into<String>, label: impl Into<String>, chosen: &str) -> Choice {
        let value = value.into();
        Choice { on: value == chosen, value, label: label.into(), hint: String::new() }
    }
}

/// One day of the square-cell clock (方格钟).
#[derive(Debug, Clone, Default)]
pub struct ClockCell {
    /// `used`, `today`, `left`, `paused` or `overdue`.
    pub kind: &'static str,
    /// Whether days off lie before it (a wide gap).
    pub gap: bool,
    /// The day under it; empty for none.
    pub label: String,
}

/// One step of a form or one line of a task list.
#[derive(Debug, Clone, Default)]
pub struct Step {
    /// `done`, `now`, `next` or `error`.
    pub state: &'static str,
    /// Its name.
    pub label: String,
    /// One line under it; empty for none.
    pub note: String,
    /// Where it leads; empty when it cannot be opened yet.
    pub href: String,
}

/// The staff bar: who works where.
#[derive(Debug, Clone, Default)]
pub struct StaffBar {
    /// Name of the member of staff.
    pub name: String,
    /// Staff number (工号).
    pub no: String,
    /// Unit.
    pub unit: String,
    /// Post or window.
    pub post: String,
    /// Server time `HH:MM:SS` when the page was made.
    pub clock: String,
    /// The pages of this post.
    pub nav: Vec<Link>,
}

/// What the deployer says about the site; an empty value hides its line (ux.md §4.4).
#[derive(Debug, Clone, Default)]
pub struct Footer {
    /// 主办单位.
    pub host: String,
    /// 承办单位.
    pub undertaker: String,
    /// 网站标识码.
    pub site_code: String,
    /// ICP 备案号.
    pub icp: String,
    /// 公安备案号.
    pub police: String,
    /// 本站支持 IPv6.
    pub ipv6: bool,
    /// Address of the 党政机关网站标识 page.
    pub party_mark: String,
    /// Address of 我为政府网站找错.
    pub find_fault: String,
    /// Service centre: name, address and hours, one line each.
    pub hall: Vec<String>,
}

/// Everything a frame is made from; the caller fills what it knows, the rest stays empty.
#[derive(Debug, Clone, Default)]
pub struct FrameParts {
    /// Language of the page.
    pub lang: Lang,
    /// Layout of the page.
    pub mode: Mode,
    /// High contrast.
    pub high_contrast: bool,
    /// Grey mode (days of mourning).
    pub grey: bool,
    /// Title of this page, without the site name.
    pub title: String,
    /// Name of the site (示例市通办).
    pub site: String,
    /// Name of the platform above it (示例省一体化政务服务平台).
    pub platform: String,
    /// Region served, as shown (示例市·示例区).
    pub region: String,
    /// Name of the citizen or enterprise signed in.
    pub who: Option<String>,
    /// The bar of a member of staff; only on staff pages.
    pub staff: Option<StaffBar>,
    /// Token every form carries.
    pub csrf: String,
    /// This page's path and query.
    pub path: String,
    /// Key of the place in the navigation: `home items licences cases verify my`.
    pub nav: &'static str,
    /// Where 返回 leads on a phone; empty shows the site's own header there.
    pub back: String,
    /// Short title beside 返回 on a phone; empty shows the title.
    pub short: String,
    /// Hides the bottom bar on a phone, for pages with a sticky button of their own.
    pub no_bar: bool,
    /// Shows the bar under the header even when one acts for nobody (block `under`).
    pub under: bool,
    /// Whether the title starts with 错误： because the form came back.
    pub failed: bool,
    /// The footer's facts.
    pub footer: Footer,
    /// The people's hotline.
    pub hotline: String,
    /// Whether the data shown is a demonstration (演示数据).
    pub sandbox: bool,
    /// Name of the enterprise or person one acts for.
    pub acting_for: Option<String>,
    /// Unread messages.
    pub unread: u32,
    /// Seconds until the session ends unless used; 0 when nobody is signed in.
    pub session_seconds: u32,
    /// Seconds after which this screen is locked unless used; 0 on pages that never are.
    pub lock_seconds: i64,
    /// A message across the top: kind (`info ok warn err`) and text.
    pub banner: Option<(String, String)>,
}

/// The frame of one page.
#[derive(Clone)]
pub struct Frame {
    texts: &'static Texts,
    parts: FrameParts,
    /// Address of the style sheet.
    pub css: &'static str,
    /// Address of the script.
    pub js: &'static str,
    /// Address of the sprite of icons.
    pub icons: &'static str,
}

impl std::ops::Deref for Frame {
    type Target = FrameParts;

    fn deref(&self) -> &FrameParts {
        &self.parts
    }
}

impl std::ops::DerefMut for Frame {
    fn deref_mut(&mut self) -> &mut FrameParts {
        &mut self.parts
    }
}

/// The citizen's navigation: key, address, words.
const NAV: [(&str, &str, &str); 5] = [
    ("home", "/", "frame-nav-home"),
    ("items", "/services", "frame-nav-items"),
    ("licences", "/my/licences", "frame-nav-licences"),
    ("my", "/my", "frame-nav-my"),
    ("verify", "/verify", "frame-nav-verify"),
];

/// The bottom bar of the phone: key, address, words, icon.
const BAR: [(&str, &str, &str, &str); 4] = [
    ("home", "/", "frame-bar-home", "home"),
    ("items", "/services", "frame-bar-items", "grid"),
    ("licences", "/my/licences", "frame-bar-licences", "id"),
    ("my", "/my", "frame-bar-my", "user"),
];

/// One place of the bottom bar.
pub struct BarLink {
    /// The link.
    pub link: Link,
    /// Its icon.
    pub icon: &'static str,
}

impl Frame {
    /// Makes a frame from its parts.
    pub fn new(parts: FrameParts) -> Frame {
        Frame {
            texts: Texts::shipped(),
            parts,
            css: assets::css_href(),
            js: assets::js_href(),
            icons: assets::icon_href(),
        }
    }

    /// The words for `key`.
    pub fn t<'a>(&'a self, key: &'a str) -> &'a str {
        self.texts.t(self.lang, key)
    }

    /// The words for a prefix and a rest joined, such as a state: `f.tk("frame-status-", state)`.
    pub fn tk(&self, prefix: &str, rest: &str) -> String {
        let key = format!("{prefix}{rest}");
        self.texts.t(self.lang, &key).to_string()
    }

    /// The words for `key` with the number `n` in them.
    pub fn tn(&self, key: &str, n: impl Display) -> String {
        let shown = n.to_string();
        match shown.parse() {
            Ok(n) => self.texts.tn(self.lang, key, n),
            Err(_) => self.texts.ta(self.lang, key, &[("n", &shown)]),
        }
    }

    /// The words for `key` with one text in them.
    pub fn ta(&self, key: &str, name: &str, value: impl Display) -> String {
        self.texts.ta(self.lang, key, &[(name, &value.to_string())])
    }

    /// The words for `key` with two texts in them.
    pub fn ta2(
        &self,
        key: &str,
        name: &str,
        value: impl Display,
        name2: &str,
        value2: impl Display,
    ) -> String {
        let (first, second) = (value.to_string(), value2.to_string());
        self.texts.ta(self.lang, key, &[(name, &first), (name2, &second)])
    }

    /// The words for `key` with any number of texts in them.
    pub fn tall(&self, key: &str, args: &[(&str, &str)]) -> String {
        self.texts.ta(self.lang, key, args)
    }

    /// Address of the mark, shown in the browser's tab.
    pub fn icon_file(&self) -> &'static str {
        assets::href("mark.svg")
    }

    /// The smallest part of the region's name, for a phone's header.
    pub fn region_short(&self) -> &str {
        self.region.rsplit('·').next().unwrap_or_default()
    }

    /// The cells of a clock with their days, for `ui::clk`. Rows of more than 20 cells are for
    /// words and a bar instead: the answer is then empty.
    pub fn cells(&self, cells: &[Cell]) -> Vec<ClockCell> {
        if cells.len() > 20 {
            return Vec::new();
        }
        let made = |cell: &Cell| {
            let kind = match cell.kind {
                CellKind::Used => "used",
                CellKind::Today => "today",
                CellKind::Left => "left",
                CellKind::Paused => "paused",
                CellKind::Overdue => "overdue",
            };
            let label = match cell.kind {
                CellKind::Today => self.t("frame-today").to_string(),
                _ => self.tn("frame-day", cell.day.day()),
            };
            ClockCell { kind, gap: cell.gap_before, label }
        };
        cells.iter().map(made).collect()
    }

    /// The first page of this member of staff.
    pub fn staff_home(&self) -> &str {
        self.staff.as_ref().and_then(|s| s.nav.first()).map_or("/w", |l| l.href.as_str())
    }

    /// Where a page of staff goes that lay idle in a browser without a script.
    pub fn lock_href(&self) -> String {
        crate::locked::with_next(&self.path)
    }

    /// A key as the `aria-keyshortcuts` attribute spells it.
    pub fn aria_key(&self, key: &str) -> String {
        key.replace("Ctrl", "Control")
    }

    /// Whether the page is in 长者模式.
    pub fn is_elder(&self) -> bool {
        self.mode == Mode::Elder
    }

    /// The `lang` attribute.
    pub fn lang_attr(&self) -> &'static str {
        self.lang.tag()
    }

    /// The `data-mode` attribute.
    pub fn mode_attr(&self) -> &'static str {
        if self.is_elder() { "elder" } else { "normal" }
    }

    /// The `data-contrast` attribute.
    pub fn contrast_attr(&self) -> &'static str {
        if self.high_contrast { "high" } else { "normal" }
    }

    /// The `<title>`: page, then site; 错误： in front when the form came back (ux.md §6.4).
    pub fn full_title(&self) -> String {
        let error = if self.failed { self.t("frame-error-prefix") } else { "" };
        if self.title.is_empty() {
            format!("{error}{}", self.site)
        } else {
            format!("{error}{} - {}", self.title, self.site)
        }
    }

    /// This page's address with a switch added, such as `?lang=en` or `?mode=elder`.
    pub fn switch(&self, name: &str, value: &str) -> String {
        let path = if self.path.is_empty() { "/" } else { self.path.as_str() };
        let joint = if path.contains('?') { '&' } else { '?' };
        format!("{path}{joint}{name}={value}")
    }

    /// Address of this page in the other language.
    pub fn other_lang_href(&self) -> String {
        self.switch("lang", self.other_lang().short())
    }

    /// The language this page is not in.
    pub fn other_lang(&self) -> Lang {
        match self.lang {
            Lang::Zh => Lang::En,
            Lang::En => Lang::Zh,
        }
    }

    /// Address of this page in the other layout.
    pub fn other_mode_href(&self) -> String {
        self.switch("mode", if self.is_elder() { "normal" } else { "elder" })
    }

    /// Address of this page with or without high contrast.
    pub fn contrast_href(&self) -> String {
        self.switch("contrast", if self.high_contrast { "normal" } else { "high" })
    }

    /// The navigation of citizen pages.
    pub fn nav_links(&self) -> Vec<Link> {
        NAV.iter()
            .map(|(key, href, words)| Link::new(*href, self.t(words)).here(self.nav == *key))
            .collect()
    }

    /// The bottom bar of the phone.
    pub fn bar_links(&self) -> Vec<BarLink> {
        BAR.iter()
            .map(|(key, href, words, icon)| {
                let link = Link::new(*href, self.t(words)).here(self.nav == *key);
                BarLink { link, icon }
            })
            .collect()
    }

    /// What stands beside 返回 on a phone; the name of the site where the heading says the same.
    pub fn bar_title(&self) -> &str {
        let said = self.short.is_empty() || self.short == self.title;
        if said { &self.site } else { &self.short }
    }

    /// Sets where 返回 leads on a phone and what stands beside it.
    pub fn with_back(mut self, href: impl Into<String>, short: impl Into<String>) -> Frame {
        self.parts.back = href.into();
        self.parts.short = short.into();
        self
    }

    /// Hides the bottom bar, for pages with a sticky button of their own.
    pub fn without_bar(mut self) -> Frame {
        self.parts.no_bar = true;
        self
    }

    /// Shows the bar under the header, filled by the page's block `under`.
    pub fn with_under(mut self) -> Frame {
        self.parts.under = true;
        self
    }

    /// Marks the page as a form that came back with errors.
    pub fn with_failed(mut self, failed: bool) -> Frame {
        self.parts.failed = failed;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(lang: Lang) -> Frame {
        Frame::new(FrameParts {
            lang,
            title: "进度".into(),
            site: "示例市通办".into(),
            path: "/c/1?a=b".into(),
            nav: "my",
            ..FrameParts::default()
        })
    }

    #[test]
    fn the_title_ends_with_the_site_and_says_when_the_form_came_back() {
        assert_eq!(frame(Lang::Zh).full_title(), "进度 - 示例市通办");
        assert_eq!(frame(Lang::Zh).with_failed(true).full_title(), "错误：进度 - 示例市通办");
    }

    #[test]
    fn switches_keep_the_page_and_its_query() {
        assert_eq!(frame(Lang::Zh).other_lang_href(), "/c/1?a=b&lang=en");
        assert_eq!(frame(Lang::En).other_mode_href(), "/c/1?a=b&mode=elder");
        assert_eq!(Frame::new(FrameParts::default()).other_mode_href(), "/?mode=elder");
    }

    #[test]
    fn one_place_of_each_navigation_is_here() {
        let frame = frame(Lang::En);
        assert_eq!(frame.nav_links().iter().filter(|l| l.on).count(), 1);
        assert_eq!(frame.bar_links().iter().filter(|b| b.link.on).count(), 1);
    }
}
