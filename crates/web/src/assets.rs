//! The style, script and pictures built into the program, served under names that change with
//! their content, so a browser may keep each of them for a year.

use std::io::Write;
use std::sync::LazyLock;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::{Compression, write::GzEncoder};

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The folder of the address every asset is served under.
pub const FOLDER: &str = "/assets/";

/// One file of the page furniture.
pub struct Asset {
    /// The name it is asked for in the program (`app.css`).
    pub name: &'static str,
    /// The name it is served under (`app.<hash>.css`).
    pub served: &'static str,
    /// Its media type.
    pub mime: &'static str,
    /// Its bytes.
    pub bytes: &'static [u8],
    /// Its bytes packed with gzip, once, when first asked for.
    pub gz: Vec<u8>,
    /// Its full address.
    pub href: String,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    TABLE
        .iter()
        .map(|&(name, served, mime, bytes)| Asset {
            name,
            served,
            mime,
            bytes,
            gz: packed(bytes),
            href: format!("{FOLDER}{served}"),
        })
        .collect()
});

/// Packs bytes; a writer into memory cannot fail, so a failure means "serve it unpacked".
fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    if encoder.write_all(bytes).is_err() {
        return Vec::new();
    }
    encoder.finish().unwrap_or_default()
}

/// All assets, for tests of the page weights.
pub fn all() -> &'static [Asset] {
    &ASSETS
}

/// The address of an asset by its plain name; the empty address when there is none such.
pub fn href(name: &str) -> &'static str {
    ASSETS.iter().find(|a| a.name == name).map_or("", |a| a.href.as_str())
}

/// The address of the style sheet.
pub fn css_href() -> &'static str {
    href("app.css")
}

/// The address of the script.
pub fn js_href() -> &'static str {
    href("enhance.js")
}

/// The address of the sprite of icons.
pub fn icon_href() -> &'static str {
    href("icons.svg")
}

/// The asset served under this name (without the folder).
pub fn find(served: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|a| a.served == served)
}

/// Answers a request for `/assets/<served>`: packed when the browser takes gzip, kept for a year.
pub fn respond(served: &str, headers: &HeaderMap) -> Response {
    let Some(asset) = find(served) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let takes_gzip = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.contains("gzip"));
    let common = [
        (header::CONTENT_TYPE, asset.mime),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::VARY, "accept-encoding"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    if takes_gzip && !asset.gz.is_empty() {
        (common, [(header::CONTENT_ENCODING, "gzip")], asset.gz.as_slice()).into_response()
    } else {
        (common, asset.bytes).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Page weights of ux.md §3: style 20 KB, script 12 KB, sprite 10 KB, all packed.
    #[test]
    fn assets_stay_within_their_weight() {
        for (name, most) in [("app.css", 20_480), ("enhance.js", 12_288), ("icons.svg", 10_240)] {
            let asset = all().iter().find(|a| a.name == name).expect(name);
            assert!(asset.gz.len() <= most, "{name} weighs {} bytes packed", asset.gz.len());
            assert!(!asset.gz.is_empty(), "{name} is empty");
        }
    }

    #[test]
    fn an_asset_is_packed_and_kept_and_an_unknown_one_is_not_found() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, "br, gzip".parse().expect("header"));
        let served = css_href().trim_start_matches(FOLDER);
        let answer = respond(served, &headers);
        assert_eq!(answer.headers()[header::CONTENT_ENCODING], "gzip");
        assert!(
            answer.headers()[header::CACHE_CONTROL].to_str().expect("text").contains("immutable")
        );
        assert_eq!(respond("app.css", &headers).status(), StatusCode::NOT_FOUND);
    }

    /// Every picture the style sheet points at is one that is served.
    #[test]
    fn the_style_sheet_points_only_at_served_pictures() {
        let style = all().iter().find(|a| a.name == "app.css").expect("style");
        let text = std::str::from_utf8(style.bytes).expect("text");
        for part in text.split("url(\"").skip(1) {
            let name = part.split('"').next().unwrap_or("");
            assert!(find(name).is_some(), "the style sheet points at {name}");
        }
    }

    /// Colours of one theme, by token name; a later theme overrides the first.
    fn tokens(themes: &[&str]) -> std::collections::HashMap<String, [f64; 3]> {
        let text = include_str!("../assets/css/01-tokens.css");
        let mut found = std::collections::HashMap::new();
        for theme in themes {
            let block = text.split(theme).nth(1).expect(theme).split('}').next().expect("block");
            for line in block.lines().filter(|l| l.trim_start().starts_with("--")) {
                let (name, value) =
                    line.trim().trim_end_matches(';').split_once(':').expect("pair");
                let Some(hex) = value.strip_prefix('#') else { continue };
                let part = |i: usize| u8::from_str_radix(&hex[i..i + 2], 16).expect("hex");
                let light = |i| match f64::from(part(i)) / 255.0 {
                    c if c <= 0.03928 => c / 12.92,
                    c => ((c + 0.055) / 1.055).powf(2.4),
                };
                found.insert(
                    name.trim_start_matches('-').to_string(),
                    [light(0), light(2), light(4)],
                );
            }
        }
        found
    }

    /// WCAG contrast of two colours.
    fn contrast(a: &[f64; 3], b: &[f64; 3]) -> f64 {
        let shine = |c: &[f64; 3]| 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
        let (a, b) = (shine(a), shine(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// ux.md U2: text against its ground at least 4.5, borders of controls and the ring at least 3.
    #[test]
    fn every_pair_of_colours_can_be_read() {
        const TEXT: &[(&str, &str)] = &[
            ("ink", "card"),
            ("ink", "page"),
            ("ink-2", "card"),
            ("ink-2", "page"),
            ("ink-2", "tag"),
            ("ink-3", "card"),
            ("ink-3", "page"),
            ("brand", "card"),
            ("brand", "page"),
            ("brand", "brand-tint"),
            ("brand-dark", "brand-tint"),
            ("on-brand", "brand"),
            ("on-brand", "brand-dark"),
            ("ok", "card"),
            ("ok", "page"),
            ("ok", "ok-bg"),
            ("warn", "card"),
            ("warn", "warn-bg"),
            ("err", "card"),
            ("err", "page"),
            ("err", "err-bg"),
            ("err", "brand-tint"),
            ("card", "err"),
            ("card", "ok"),
            ("card", "ink-3"),
            ("on-staff", "staff"),
            ("on-hall", "hall"),
        ];
        const SHAPES: &[(&str, &str)] = &[
            ("control", "card"),
            ("control", "page"),
            ("focus-ink", "page"),
            ("focus-ink", "card"),
            ("brand", "card"),
            ("warn", "warn-bg"),
            ("brand-line", "brand-dark"),
        ];
        for themes in [&[":root{"][..], &[":root{", "[data-contrast=high]{"][..]] {
            let colours = tokens(themes);
            for (pairs, least) in [(TEXT, 4.5), (SHAPES, 3.0)] {
                for (front, ground) in pairs {
                    // In high contrast the hero and its lines are drawn on black, not on brand.
                    if themes.len() > 1 && *front == "brand-line" {
                        continue;
                    }
                    let ratio = contrast(&colours[*front], &colours[*ground]);
                    assert!(ratio >= least, "{front} on {ground}: {ratio:.2} in {themes:?}");
                }
            }
        }
        // The ring's yellow is told from its dark edge, not from the page (ux.md §4.1).
        let colours = tokens(&[":root{"]);
        assert!(contrast(&colours["focus-ink"], &colours["focus"]) >= 3.0);
    }
}
