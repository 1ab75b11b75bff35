//! Cuts Chinese text into words, those of the catalogue whole, and says what a word weighs.

use std::collections::HashSet;

use super::cut::Cutter;

const TABLE: &str = include_str!("../../../../data/catalogue/words.txt");

/// What a word can tell about the item meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Says nothing (的, 怎么办).
    Stop,
    /// Belongs to every item (许可证, 办理).
    Generic,
    /// People, places, times: helps, never decides.
    Light,
    /// A doing or a quality.
    Verb,
    /// The matter itself.
    Noun,
}

/// A word of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub text: String,
    /// Its sort.
    pub sort: Sort,
    /// True for the name of a place elsewhere (北京).
    pub place: bool,
}

/// The segmenter with its lists.
#[derive(Debug)]
pub struct Words {
    cutter: Cutter,
    stop: HashSet<String>,
    generic: HashSet<String>,
    light: HashSet<String>,
}

impl Words {
    /// Takes in the shipped lists and more words to keep whole.
    pub fn new<'a>(more: impl Iterator<Item = &'a str>) -> Self {
        let mut cutter = Cutter::new();
        let (mut stop, mut generic, mut light) = (HashSet::new(), HashSet::new(), HashSet::new());
        let mut section = "";
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            if line.starts_with('[') {
                section = line;
                continue;
            }
            for word in line.split_whitespace() {
                match section {
                    "[stop]" => drop(stop.insert(word.to_string())),
                    "[generic]" => drop(generic.insert(word.to_string())),
                    "[light]" => drop(light.insert(word.to_string())),
                    _ => cutter.add(word),
                }
            }
        }
        for word in more {
            let length = word.chars().count();
            if (2..=6).contains(&length) && !cutter.has(word) && !stop.contains(word) {
                cutter.add(word);
            }
        }
        Self { cutter, stop, generic, light }
    }

    /// Words of a query with their sorts.
    pub fn query(&self, text: &str) -> Vec<Word> {
        self.cutter
            .tagged(text)
            .into_iter()
            .filter(|(word, _)| !word.trim().is_empty())
            .map(|(word, tag)| Word {
                text: word.to_string(),
                sort: self.sort(word, tag),
                place: tag == "ns",
            })
            .collect()
    }

    /// Sort of one word, by list first and part of speech second.
    pub fn sort(&self, word: &str, tag: &str) -> Sort {
        if self.stop.contains(word) || word.chars().all(|c| c.is_ascii_digit()) {
            return Sort::Stop;
        }
        if self.generic.contains(word) {
            return Sort::Generic;
        }
        if self.light.contains(word) {
            return Sort::Light;
        }
        let single = word.chars().count() == 1;
        match tag.chars().next() {
            Some('r' | 'm' | 'q' | 'd' | 'p' | 'c' | 'u' | 'x' | 'y' | 'e' | 'o') => Sort::Stop,
            Some('t' | 'f' | 's') => Sort::Light,
            Some('n') if tag == "ns" || tag == "nr" => Sort::Light,
            Some('n' | 'j' | 'l' | 'i') if !single => Sort::Noun,
            _ if single => Sort::Light,
            _ => Sort::Verb,
        }
    }

    /// True when the word is on the list of words every item has.
    pub fn is_generic(&self, word: &str) -> bool {
        self.generic.contains(word) || self.stop.contains(word)
    }

    /// True when the word is known.
    pub fn knows(&self, word: &str) -> bool {
        self.cutter.has(word)
    }

    /// Tokens to index: words and the shorter words inside them, without stop words.
    pub fn tokens(&self, text: &str) -> Vec<String> {
        let mut tokens: Vec<String> = self
            .cutter
            .for_index(text)
            .into_iter()
            .filter(|word| !word.trim().is_empty() && !self.stop.contains(*word))
            .map(str::to_string)
            .collect();
        tokens.dedup();
        tokens
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_words_by_what_they_tell() {
        let words = Words::new(std::iter::empty());
        let cut = words.query("食品许可证多少钱");
        let sort = |text: &str| cut.iter().find(|w| w.text == text).map(|w| w.sort);
        assert_eq!(sort("食品"), Some(Sort::Noun));
        assert_eq!(sort("许可证"), Some(Sort::Generic));
        assert!(cut.iter().any(|w| w.sort == Sort::Stop || w.text == "多少钱"));
    }

    #[test]
    fn keeps_the_catalogues_words_whole() {
        let words = Words::new(["数电票", "隔油池"].into_iter());
        assert!(words.query("申请数电票").iter().any(|w| w.text == "数电票"));
        assert!(words.tokens("隔油池说明").contains(&"隔油池".to_string()));
    }
}
