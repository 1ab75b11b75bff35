//! Everyday words and the official words they stand for.

use std::collections::HashMap;

const TABLE: &str = include_str!("../../../../data/catalogue/synonyms.txt");

/// How far an everyday word says the same as its official one.
const SAME: f32 = 0.9;
const NEAR: f32 = 0.5;

/// The table of synonyms, read once.
#[derive(Debug)]
pub struct Synonyms {
    official: HashMap<String, Vec<(String, f32)>>,
    longest: usize,
}

impl Synonyms {
    /// Reads the shipped table.
    pub fn new() -> Self {
        let mut official: HashMap<String, Vec<(String, f32)>> = HashMap::new();
        let mut longest = 0;
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let Some((at, strength)) =
                line.find('=').map(|at| (at, SAME)).or(line.find('~').map(|at| (at, NEAR)))
            else {
                continue;
            };
            for word in line[at + 1..].split_whitespace() {
                longest = longest.max(word.chars().count());
                let targets = official.entry(word.to_string()).or_default();
                for (i, target) in line[..at].split_whitespace().enumerate() {
                    // The first word of a line is what is meant; the others only go with it.
                    let strength = if i == 0 { strength } else { strength * 0.9 };
                    if target != word && !targets.iter().any(|(t, _)| t == target) {
                        targets.push((target.to_string(), strength));
                    }
                }
            }
        }
        Self { official, longest }
    }

    /// Official words for an everyday word, with their strength in 0–1.
    pub fn of(&self, word: &str) -> &[(String, f32)] {
        self.official.get(word).map_or(&[], Vec::as_slice)
    }

    /// True when the word is in the table.
    pub fn has(&self, word: &str) -> bool {
        self.official.contains_key(word)
    }

    /// Characters of the longest everyday word.
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// All everyday and official words.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.official
            .iter()
            .flat_map(|(k, v)| std::iter::once(k.as_str()).chain(v.iter().map(|(t, _)| t.as_str())))
    }
}

impl Default for Synonyms {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyday_words_lead_to_official_ones() {
        let table = Synonyms::new();
        assert!(table.of("驾照").iter().any(|(t, _)| t == "驾驶证"));
        assert!(table.of("孩子").iter().all(|(_, s)| *s <= NEAR));
        assert!(table.of("驾驶证之外").is_empty());
    }
}
