//! Reads pinyin, in full (shebaoka) or by initials (sbk), back into words of the catalogue.

use std::collections::HashMap;

use pinyin::ToPinyin;

/// Words by their pinyin.
#[derive(Debug, Default)]
pub struct Pinyin {
    /// By all syllables written together; the best word first.
    full: HashMap<String, Vec<String>>,
    /// By the first letters of the syllables.
    initials: HashMap<String, Vec<String>>,
    longest: usize,
}

/// Syllables of a word without tones; `None` when a character has no reading.
pub fn syllables(word: &str) -> Option<Vec<&'static str>> {
    word.chars().map(|c| c.to_pinyin().map(|p| p.plain())).collect()
}

/// Syllables with the pairs many people mix up made one (zh z, ch c, sh s, ng n).
pub fn blurred(word: &str) -> Option<String> {
    let mut key = String::new();
    for syllable in syllables(word)? {
        let (head, tail) = match syllable.as_bytes() {
            [b'z' | b'c' | b's', b'h', ..] => (&syllable[..1], &syllable[2..]),
            _ => ("", syllable),
        };
        key.push_str(head);
        key.push_str(tail.strip_suffix("ng").map_or(tail, |short| &tail[..short.len() + 1]));
        key.push(' ');
    }
    Some(key)
}

impl Pinyin {
    /// Builds the tables; earlier words win where two sound alike.
    pub fn new<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let mut table = Self::default();
        for word in words {
            if word.chars().count() < 2 {
                continue;
            }
            let Some(syllables) = syllables(word) else { continue };
            let full = syllables.concat();
            table.longest = table.longest.max(full.len());
            let initials: String = syllables.iter().map(|s| &s[..1]).collect();
            push(&mut table.full, full, word);
            push(&mut table.initials, initials, word);
        }
        table
    }

    /// The words a run of letters may stand for, in reading order, with what was left over dropped.
    /// Each place has up to three alternatives. Empty when nothing was recognised.
    pub fn read(&self, letters: &str) -> Vec<Vec<String>> {
        let joined: String = letters.chars().filter(char::is_ascii_alphabetic).collect();
        if joined.len() < 2 {
            return Vec::new();
        }
        let whole = self.cover(&joined);
        let pieces = self.read_initials(letters);
        if pieces.len() > whole.len() { pieces } else { whole }
    }

    /// Reads piece by piece: initials where a piece is initials, full pinyin for the pieces between.
    fn read_initials(&self, letters: &str) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        let mut between = String::new();
        for piece in letters.split_whitespace() {
            let words = (2..=8).contains(&piece.len()).then(|| self.initials.get(piece)).flatten();
            match words {
                Some(words) => {
                    found.append(&mut self.cover(&between));
                    between.clear();
                    found.push(words.iter().take(3).cloned().collect());
                }
                None => between.push_str(piece),
            }
        }
        found.append(&mut self.cover(&between));
        found
    }

    /// Covers the letters with the fewest, longest words; up to half may stay uncovered.
    fn cover(&self, letters: &str) -> Vec<Vec<String>> {
        let n = letters.len();
        if n == 0 {
            return Vec::new();
        }
        // best[i] = (letters covered, −words, where the last word began, whether a word ends here)
        let mut best: Vec<(usize, isize, usize, bool)> = vec![(0, 0, 0, false); n + 1];
        for end in 1..=n {
            best[end] = (best[end - 1].0, best[end - 1].1, end - 1, false);
            for start in end.saturating_sub(self.longest)..end.saturating_sub(2) {
                if self.full.contains_key(&letters[start..end]) {
                    let at = (best[start].0 + end - start, best[start].1 - 1, start, true);
                    if (at.0, at.1) > (best[end].0, best[end].1) {
                        best[end] = at;
                    }
                }
            }
        }
        if best[n].0 * 2 < n {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut end = n;
        while end > 0 {
            let (_, _, start, is_word) = best[end];
            if is_word {
                found.push(self.full[&letters[start..end]].iter().take(3).cloned().collect());
            }
            end = start;
        }
        found.reverse();
        found
    }
}

fn push(table: &mut HashMap<String, Vec<String>>, key: String, word: &str) {
    let words = table.entry(key).or_default();
    if !words.iter().any(|w| w == word) {
        words.push(word.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_full_pinyin_and_initials() {
        let table = Pinyin::new(["社保卡", "补办", "居住证", "营业执照"].into_iter());
        let flat = |letters: &str| -> String {
            table.read(letters).into_iter().map(|w| w[0].clone()).collect()
        };
        assert_eq!(flat("shebaoka bu ban"), "社保卡补办");
        assert_eq!(flat("sbk"), "社保卡");
        assert_eq!(flat("sbk bu ban"), "社保卡补办");
        assert_eq!(flat("yingyezhizhao"), "营业执照");
        assert_eq!(flat("hello"), "");
    }

    #[test]
    fn blurs_what_people_mix_up() {
        assert_eq!(blurred("身份证"), blurred("身分怎"));
        assert_ne!(blurred("护照"), blurred("护理"));
    }
}
