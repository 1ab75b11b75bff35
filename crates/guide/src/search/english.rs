//! English queries: everyday English words and the Chinese query they stand for.
//!
//! Nothing here touches a query with Chinese in it, or one of which no phrase is known (it may be
//! pinyin).

use std::collections::BTreeSet;

use super::fold::is_han;

const TABLE: &str = include_str!("../../../../data/catalogue/english.txt");

/// Words of one family, the first standing for all.
const FAMILIES: [&[&str]; 12] = [
    &["licence", "license", "licensing"],
    &["driving", "driver", "drivers"],
    &["renew", "renewal", "renewing", "extend", "extension", "expired", "expire"],
    &["register", "registration", "registering", "registered"],
    &["certificate", "cert", "certification"],
    &["replace", "replacement", "reissue"],
    &["lost", "lose", "stolen"],
    &["transfer", "transferring"],
    &["vehicle", "automobile"],
    &["house", "home", "flat", "apartment"],
    &["identity", "identification"],
    &["open", "opening"],
];

/// The table, read once.
#[derive(Debug)]
pub struct English {
    /// Words of a phrase, and the query it stands for; longest phrases first.
    phrases: Vec<(BTreeSet<String>, &'static str)>,
}

impl English {
    /// Reads the shipped table.
    pub fn new() -> Self {
        let mut phrases = Vec::new();
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let Some((query, list)) = line.split_once('=') else { continue };
            let known = list.split(';').map(words).filter(|words| !words.is_empty());
            phrases.extend(known.map(|words| (words, query.trim())));
        }
        phrases.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        Self { phrases }
    }

    /// The Chinese query for an English one; none when it is not understood as English.
    pub fn translate(&self, typed: &str) -> Option<&'static str> {
        if typed.chars().any(is_han) || !typed.chars().any(|c| c.is_ascii_alphabetic()) {
            return None;
        }
        let said = words(typed);
        self.phrases.iter().find(|(words, _)| words.is_subset(&said)).map(|(_, query)| *query)
    }
}

impl Default for English {
    fn default() -> Self {
        Self::new()
    }
}

/// The words of a text, each by its family and without plural.
fn words(text: &str) -> BTreeSet<String> {
    let cut = |c: char| !c.is_alphanumeric() && c != '\'' && c != '’';
    text.split(cut).map(word).filter(|w| !w.is_empty()).collect()
}

fn word(written: &str) -> String {
    let lower = written.to_lowercase().replace(['\'', '’'], "");
    let single = match lower.strip_suffix('s') {
        Some(stem) if stem.len() > 2 && !stem.ends_with(['s', 'i', 'u']) => stem,
        _ => &lower,
    };
    let family = FAMILIES.iter().find(|f| f.contains(&single) || f.contains(&&*lower));
    family.map_or(single, |family| family[0]).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_known_in_any_order_and_spelling() {
        let english = English::new();
        for (typed, query) in [
            ("driving licence renewal", "驾驶证期满换证"),
            ("Renew my driver's license", "驾驶证期满换证"),
            ("how do I open a restaurant?", "开办餐饮店"),
            ("BIRTH CERTIFICATE", "出生医学证明"),
            ("pension", "养老待遇资格认证"),
            ("new passports for my children", "普通护照"),
            ("register a company", "公司设立登记"),
            ("lost identity card", "居民身份证补领"),
        ] {
            assert_eq!(english.translate(typed), Some(query), "{typed}");
        }
    }

    #[test]
    fn pinyin_and_chinese_are_left_alone() {
        let english = English::new();
        for typed in ["shenfenzheng", "jsz", "护照 passport", "kai fan dian", "12345", "", "change"]
        {
            assert_eq!(english.translate(typed), None, "{typed}");
        }
    }
}
