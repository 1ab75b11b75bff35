//! What stands behind the `?` of an address, read forgivingly: a bad part counts as absent.

use web::form::unescape;

/// Parts of a query string.
#[derive(Debug, Clone, Default)]
pub struct Asked(Vec<(String, String)>);

impl Asked {
    /// Reads a raw query string.
    pub fn new(raw: Option<String>) -> Self {
        let raw = raw.unwrap_or_default();
        let pairs = raw.split('&').filter_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            Some((unescape(name.as_bytes()).ok()?, unescape(value.as_bytes()).ok()?))
        });
        Self(pairs.take(40).collect())
    }

    /// The first value under a name, trimmed; empty when absent.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.trim())
    }

    /// Whether a value stands under a name.
    pub fn on(&self, name: &str) -> bool {
        !self.get(name).is_empty()
    }

    /// The six digits under a name, when they are six digits.
    pub fn region(&self, name: &str) -> Option<String> {
        let code = self.get(name);
        (code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())).then(|| code.to_string())
    }
}

/// An address of these parts, empty ones left out.
pub fn address(path: &str, parts: &[(&str, &str)]) -> String {
    let mut out = path.to_string();
    for (name, value) in parts.iter().filter(|(_, value)| !value.is_empty()) {
        out.push(if out.contains('?') { '&' } else { '?' });
        out.push_str(name);
        out.push('=');
        for b in value.bytes() {
            out.push_str(&web::front::escape(b));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_can_be_read() {
        let asked = Asked::new(Some("q=%E6%8A%A4%E7%85%A7+x&bad=%ff&region=990102&n=%".into()));
        assert_eq!(asked.get("q"), "护照 x");
        assert_eq!(asked.get("bad"), "");
        assert_eq!(asked.region("region").as_deref(), Some("990102"));
        assert_eq!(asked.region("q"), None);
    }

    #[test]
    fn writes_addresses_that_read_back() {
        let href = address("/search", &[("q", "护照&x"), ("free", ""), ("online", "1")]);
        assert_eq!(href, "/search?q=%E6%8A%A4%E7%85%A7%26x&online=1");
    }
}
