//! What every government site says of itself: help and contact, privacy, accessibility, a map of the site.
//!
//! The words stand in the locales; here stands only which of them make which page. The map is made from
//! the address map and the catalogue's groups, so a new page or theme is on it without anybody's doing.

pub mod pages;

use web::policy::{Access, Line};

/// One part of a page: its heading, its lines, and where it leads (address and words).
pub struct Part {
    /// Key of the heading.
    pub head: &'static str,
    /// Keys of the lines.
    pub lines: &'static [&'static str],
    /// Address and key of a link below them.
    pub link: Option<(&'static str, &'static str)>,
}

const fn part(head: &'static str, lines: &'static [&'static str]) -> Part {
    Part { head, lines, link: None }
}

const fn leading(
    head: &'static str,
    lines: &'static [&'static str],
    to: &'static str,
    words: &'static str,
) -> Part {
    Part { head, lines, link: Some((to, words)) }
}

/// What is kept of people, for how long, who reads it and by which law.
pub const PRIVACY: &[Part] = &[
    part(
        "about-keep",
        &[
            "about-keep-account",
            "about-keep-name",
            "about-keep-case",
            "about-keep-register",
            "about-keep-licence",
            "about-keep-log",
        ],
    ),
    part(
        "about-long",
        &[
            "about-long-draft",
            "about-long-code",
            "about-long-session",
            "about-long-upload",
            "about-long-files",
            "about-long-case",
        ],
    ),
    leading(
        "about-who",
        &[
            "about-who-unit",
            "about-who-masked",
            "about-who-log",
            "about-who-verifier",
            "about-who-nobody",
        ],
        "/my/access-log",
        "frame-access-log",
    ),
    part("about-safe", &["about-safe-sealed", "about-safe-files", "about-safe-chain"]),
    part(
        "about-rights",
        &[
            "about-rights-see",
            "about-rights-mend",
            "about-rights-delete",
            "about-rights-consent",
            "about-rights-ask",
        ],
    ),
    part("about-law", &["about-law-13", "about-law-17", "about-law-34"]),
    part("about-cookies", &["about-cookies-need", "about-cookies-none"]),
];

/// What works for everybody, how it is tested, what is missing, how to complain.
pub const ACCESS: &[Part] = &[
    part(
        "about-can",
        &[
            "about-can-script",
            "about-can-keys",
            "about-can-zoom",
            "about-can-elder",
            "about-can-contrast",
            "about-can-puzzle",
        ],
    ),
    part("about-tested", &["about-tested-axe", "about-tested-both", "about-tested-walk"]),
    part(
        "about-gaps",
        &["about-gaps-reader", "about-gaps-audit", "about-gaps-ofd", "about-gaps-english"],
    ),
    leading(
        "about-trouble",
        &["about-trouble-call", "about-trouble-answer", "about-trouble-hall"],
        "/help",
        "frame-foot-contact",
    ),
];

/// Questions that people ring about, each with its answer and where to go.
pub const QUESTIONS: &[Part] = &[
    part("about-q-hands", &["about-a-hands"]),
    leading("about-q-code", &["about-a-code"], "/login", "frame-login"),
    leading("about-q-later", &["about-a-later"], "/my", "frame-my-space"),
    part("about-q-wrong", &["about-a-wrong"]),
    leading("about-q-when", &["about-a-when"], "/my", "frame-my-space"),
    part("about-q-back", &["about-a-back"]),
    leading("about-q-firm", &["about-a-firm"], "/my/acting", "about-at-my-acting"),
    leading("about-q-true", &["about-a-true"], "/verify", "frame-foot-verify"),
    part("about-q-bad", &["about-a-bad"]),
];

/// Addresses without a place in the map: for programs, for staff, and steps in the middle of something.
pub const NOT_MAPPED: [&str; 12] = [
    "/livez",
    "/readyz",
    "/openapi.json",
    "/verify/roots.pem",
    "/verify/bundle",
    "/verify/agency.pem",
    "/verify/crl",
    "/verify/crl/agency",
    "/login/code",
    "/register/code",
    "/sandbox/outbox",
    "/staff/login",
];

/// Pages of the site about itself.
const ABOUT: [&str; 5] = ["/help", "/privacy", "/accessibility", "/sitemap", "/developers"];

/// The groups of the map, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Open to anybody.
    Open,
    /// Needs signing in.
    Own,
    /// The site about itself.
    About,
}

/// Where a route stands in the map; nothing for what is no page of a citizen.
pub fn group(line: &Line) -> Option<Group> {
    let page = line.method == "GET" && !line.path.contains('{') && !line.path.starts_with("/api/");
    if !page || NOT_MAPPED.contains(&line.path) {
        return None;
    }
    match line.access {
        Access::Public if ABOUT.contains(&line.path) => Some(Group::About),
        Access::Public => Some(Group::Open),
        Access::Citizen(_) => Some(Group::Own),
        Access::Staff(_) | Access::AnyStaff | Access::SignedIn => None,
    }
}

/// The key of a route's name in the map.
pub fn key(path: &str) -> String {
    format!("about-at{}", path.replace('/', "-"))
}
