//! Public pages kept as compressed bytes: compressing costs five times what making the page costs.

use axum::body::Bytes;
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

/// One kept page.
#[derive(Clone)]
pub struct Kept {
    /// The page.
    pub html: Bytes,
    /// The page, gzip.
    pub gzip: Bytes,
}

/// All kept pages of this process.
#[derive(Default)]
pub struct PageCache(RwLock<HashMap<String, Arc<Kept>>>);

/// Above this many pages the cache starts afresh.
const MOST: usize = 20_000;

impl PageCache {
    /// The kept page, or the one that `make` renders now.
    pub fn get_or<E>(
        &self,
        key: &str,
        make: impl FnOnce() -> Result<String, E>,
    ) -> Result<Arc<Kept>, E> {
        if let Some(kept) = self.find(key) {
            return Ok(kept);
        }
        Ok(self.keep(key, make()?))
    }

    /// The kept page, if any.
    pub fn find(&self, key: &str) -> Option<Arc<Kept>> {
        self.0.read().unwrap_or_else(|e| e.into_inner()).get(key).cloned()
    }

    /// Keeps a page.
    pub fn keep(&self, key: &str, html: String) -> Arc<Kept> {
        let gzip = Bytes::from(gzip(html.as_bytes(), 6));
        let kept = Arc::new(Kept { html: Bytes::from(html), gzip });
        let mut pages = self.0.write().unwrap_or_else(|e| e.into_inner());
        if pages.len() >= MOST {
            pages.clear();
        }
        pages.insert(key.to_owned(), kept.clone());
        kept
    }

    /// Forgets every page: something public changed.
    pub fn clear(&self) {
        self.0.write().unwrap_or_else(|e| e.into_inner()).clear();
    }
}

/// Gzip at a level from 1 (fast) to 9.
pub fn gzip(bytes: &[u8], level: u32) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(level));
    encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default()
}
