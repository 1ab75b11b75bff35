//! Public pages kept ready to send. Whoever has not signed in and asks again gets the page before anything
//! else is done: making it costs fifty times what sending it costs, and compressing it as much again.

use crate::texts::Lang;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use codes::Day;
use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use store::FileHash;

/// Bytes of pages kept at most; beyond it the cache starts afresh, so that asking for every guide in every
/// region costs the node its memory no more than it costs the others more than one new page each.
const MOST: usize = 64 << 20;

/// What a public page differs by: its address, and how its reader wants it.
pub(crate) fn key(address: &str, lang: Lang, elder: bool, contrast: bool, region: &str) -> String {
    let (mode, contrast) = (if elder { "elder" } else { "" }, if contrast { "high" } else { "" });
    [address, lang.short(), mode, contrast, region].join(" ")
}

/// An answer ready to be sent, its body as it is and packed well.
pub(crate) struct Packed {
    plain: (HeaderMap, Bytes),
    packed: (HeaderMap, Bytes),
}

impl Packed {
    pub(crate) fn new(mut headers: HeaderMap, body: Bytes) -> Packed {
        headers.remove(header::CONTENT_LENGTH);
        let mut packed = (headers.clone(), Bytes::from(gzip(&body, 6)));
        packed.0.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        Packed { plain: (headers, body), packed }
    }

    pub(crate) fn answer(&self, gzip: bool) -> Response {
        let (headers, body) = if gzip { &self.packed } else { &self.plain };
        let mut answer = Response::new(Body::from(body.clone()));
        *answer.headers_mut() = headers.clone();
        answer
    }

    fn size(&self) -> usize {
        self.plain.1.len() + self.packed.1.len()
    }
}

/// One kept page.
pub(crate) struct Kept {
    page: Packed,
    tag: HeaderValue,
}

impl Kept {
    /// Makes a page ready: packed well, and under a tag by which a browser asks whether it changed.
    pub(crate) fn new(mut headers: HeaderMap, html: Bytes) -> Kept {
        let hash = FileHash::of(&html);
        let tag = format!("W/\"{}\"", &hash.as_str()[..16]);
        let tag = HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("W/\"\""));
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding, Cookie"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=0"));
        headers.insert(header::ETAG, tag.clone());
        Kept { page: Packed::new(headers, html), tag }
    }

    /// The answer, or only "not changed" to a browser that still has it (`known`: its `If-None-Match`).
    pub(crate) fn answer(&self, gzip: bool, known: Option<&HeaderValue>) -> Response {
        let tags = known.map_or(&b""[..], HeaderValue::as_bytes).split(|b| *b == b',');
        if tags.map(<[u8]>::trim_ascii).any(|tag| tag == self.tag.as_bytes()) {
            return (StatusCode::NOT_MODIFIED, self.page.plain.0.clone()).into_response();
        }
        self.page.answer(gzip)
    }
}

/// What was current when the making of a page began. What changed meanwhile is not in the page, so a page
/// of an earlier round is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Round {
    cleared: u64,
    day: Day,
}

/// All kept pages of this process.
#[derive(Default)]
pub struct PageCache(RwLock<Pages>);

#[derive(Default)]
struct Pages {
    cleared: u64,
    /// Guides and the elder home name days, so pages are good for one day.
    day: Option<Day>,
    size: usize,
    kept: HashMap<String, Arc<Kept>>,
}

impl PageCache {
    /// The page kept under this key today, or the round in which it may be made.
    pub(crate) fn find(&self, key: &str, day: Day) -> Result<Arc<Kept>, Round> {
        let pages = self.0.read().unwrap_or_else(|e| e.into_inner());
        let found = if pages.day == Some(day) { pages.kept.get(key) } else { None };
        found.cloned().ok_or(Round { cleared: pages.cleared, day })
    }

    /// Keeps a page whose making began in this round.
    pub(crate) fn keep(&self, key: String, page: &Arc<Kept>, round: Round) {
        let mut pages = self.0.write().unwrap_or_else(|e| e.into_inner());
        if pages.cleared != round.cleared || pages.day > Some(round.day) {
            return;
        }
        if pages.day != Some(round.day) || pages.size + page.page.size() > MOST {
            pages.forget();
            pages.day = Some(round.day);
        }
        pages.size += page.page.size();
        if let Some(other) = pages.kept.insert(key, page.clone()) {
            pages.size -= other.page.size();
        }
    }

    /// Forgets every page: something public changed.
    pub fn clear(&self) {
        let mut pages = self.0.write().unwrap_or_else(|e| e.into_inner());
        pages.cleared += 1;
        pages.forget();
    }

    /// How many pages are kept and how many bytes they are, for those who run the node.
    pub fn holds(&self) -> (usize, usize) {
        let pages = self.0.read().unwrap_or_else(|e| e.into_inner());
        (pages.kept.len(), pages.size)
    }
}

impl Pages {
    fn forget(&mut self) {
        self.kept.clear();
        self.size = 0;
    }
}

/// Gzip at a level from 1 (fast) to 9.
pub fn gzip(bytes: &[u8], level: u32) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(level));
    encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use codes::time::parse_day;

    fn page(text: &str) -> Arc<Kept> {
        Arc::new(Kept::new(HeaderMap::new(), Bytes::from(text.to_owned())))
    }

    fn day(text: &str) -> Day {
        parse_day(text).expect(text)
    }

    fn round(cache: &PageCache, on: &str) -> Round {
        cache.find("", day(on)).err().expect("nothing is kept under no key")
    }

    #[test]
    fn a_page_is_good_for_one_day() {
        let cache = PageCache::default();
        let (monday, tuesday) = ("2026-11-16", "2026-11-17");
        let (old, new) = (round(&cache, monday), round(&cache, tuesday));
        cache.keep("/".into(), &page("monday"), old);
        assert!(cache.find("/", day(monday)).is_ok());
        assert!(cache.find("/", day(tuesday)).is_err(), "it names monday");
        cache.keep("/".into(), &page("tuesday"), new);
        cache.keep("/x".into(), &page("made before midnight"), old);
        assert!(cache.find("/", day(tuesday)).is_ok());
        assert!(cache.find("/x", day(tuesday)).is_err(), "it still names monday");
    }

    #[test]
    fn a_page_made_while_something_was_published_is_not_kept() {
        let cache = PageCache::default();
        let before = round(&cache, "2026-11-16");
        cache.clear();
        cache.keep("/".into(), &page("old"), before);
        assert_eq!(cache.holds(), (0, 0));
        cache.keep("/".into(), &page("new"), round(&cache, "2026-11-16"));
        assert_eq!(cache.holds().0, 1);
    }

    #[test]
    fn what_is_kept_has_a_bound() {
        let cache = PageCache::default();
        let now = round(&cache, "2026-11-16");
        let big = page(&"一".repeat(3 << 20));
        for n in 0..20 {
            cache.keep(format!("/{n}"), &big, now);
            cache.keep(format!("/{n}"), &big, now);
            let (pages, bytes) = cache.holds();
            assert_eq!(bytes, pages * big.page.size(), "a page kept twice counts once");
            assert!(bytes <= MOST);
        }
        assert!(cache.find("/19", day("2026-11-16")).is_ok());
    }

    #[test]
    fn a_browser_that_has_the_page_is_only_told_so() {
        let kept = page("page");
        let known = HeaderValue::from_str(&format!("\"x\", {}", kept.tag.to_str().expect("tag")));
        let answer = kept.answer(true, Some(&known.expect("header")));
        assert_eq!(answer.status(), StatusCode::NOT_MODIFIED);
        assert!(!answer.headers().contains_key(header::CONTENT_ENCODING));
        let other = kept.answer(true, Some(&HeaderValue::from_static("W/\"x\"")));
        assert_eq!(other.status(), StatusCode::OK);
        assert_eq!(other.headers()[header::CONTENT_ENCODING], "gzip");
        assert_ne!(page("another").tag, kept.tag);
    }
}
