//! Words in both languages, as a pack writes them.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One phrase in Chinese and English. `tongban check` reports a missing side.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Chinese, the language of law.
    #[serde(default)]
    pub zh: String,
    /// English, complete but a courtesy translation.
    #[serde(default)]
    pub en: String,
}

impl Text {
    /// Both sides at once.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// The side for a language tag: `en…` gives English, anything else Chinese. An empty English
    /// side falls back to Chinese, so a page is never blank.
    pub fn get(&self, lang: &str) -> &str {
        if lang.starts_with("en") && !self.en.is_empty() { &self.en } else { &self.zh }
    }

    /// Nothing written on either side.
    pub fn is_empty(&self) -> bool {
        self.zh.trim().is_empty() && self.en.trim().is_empty()
    }

    /// One side is written and the other is not.
    pub fn half(&self) -> bool {
        self.zh.trim().is_empty() != self.en.trim().is_empty()
    }

    /// Replaces `{name}` by its value in both languages; unknown names stay as written.
    pub fn fill(&self, values: &BTreeMap<String, String>) -> Text {
        Text { zh: fill(&self.zh, values), en: fill(&self.en, values) }
    }

    /// The same, asking for the value of each name as it is met.
    pub fn fill_with(&self, value: impl Fn(&str) -> Option<String>) -> Text {
        Text { zh: fill_with(&self.zh, &value), en: fill_with(&self.en, &value) }
    }

    /// The names written as `{name}` in either language.
    pub fn slots(&self) -> Vec<String> {
        let mut names = slots(&self.zh);
        names.extend(slots(&self.en));
        names.sort();
        names.dedup();
        names
    }
}

/// Replaces `{name}` in one string. A brace that opens no known name is kept.
pub fn fill(text: &str, values: &BTreeMap<String, String>) -> String {
    fill_with(text, |name| values.get(name))
}

fn fill_with<V: AsRef<str>>(text: &str, value: impl Fn(&str) -> Option<V>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let after = &rest[open + 1..];
        match after.find('}').and_then(|close| value(&after[..close]).map(|v| (close, v))) {
            Some((close, value)) => {
                out.push_str(value.as_ref());
                rest = &after[close + 1..];
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The names between braces in one string, in order of appearance.
pub fn slots(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let after = &rest[open + 1..];
        let Some(close) = after.find('}') else { break };
        names.push(after[..close].to_owned());
        rest = &after[close + 1..];
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fill_replaces_known_names_only() {
        let values = BTreeMap::from([("area".to_owned(), "86".to_owned())]);
        let cases = [
            ("不能大于 {area} 平方米", "不能大于 86 平方米"),
            ("{unknown} {area}", "{unknown} 86"),
            ("{area", "{area"),
            ("{{area}}", "{86}"),
            ("", ""),
        ];
        for (input, want) in cases {
            assert_eq!(fill(input, &values), want, "{input}");
        }
    }

    #[test]
    fn english_falls_back_to_chinese() {
        assert_eq!(Text::new("名称", "").get("en"), "名称");
        assert_eq!(Text::new("名称", "Name").get("en-GB"), "Name");
        assert_eq!(Text::new("名称", "Name").get("zh-CN"), "名称");
        assert!(Text::new("名称", "").half());
    }
}
