//! Finds the word meant where a character is wrong, missing or one too many.

use std::collections::{HashMap, HashSet};

use super::{fold::is_han, pinyin::blurred};

/// Words that a slip can be corrected to.
#[derive(Debug, Default)]
pub struct Typo {
    known: HashSet<String>,
    /// Words by how they sound.
    sound: HashMap<String, String>,
    /// Words of four and more characters with one character taken out.
    holed: HashMap<String, String>,
}

/// A correction made in a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What was typed.
    pub typed: String,
    /// What was meant.
    pub meant: String,
}

impl Typo {
    /// Builds the tables from the words of the catalogue; earlier words win.
    pub fn new<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let mut table = Self::default();
        for word in words {
            let length = word.chars().count();
            if !(2..=8).contains(&length) || !word.chars().all(is_han) {
                continue;
            }
            table.known.insert(word.to_string());
            if let Some(key) = blurred(word) {
                table.sound.entry(key).or_insert_with(|| word.to_string());
            }
            if length >= 4 {
                for hole in 0..length {
                    table.holed.entry(without(word, hole)).or_insert_with(|| word.to_string());
                }
            }
        }
        table
    }

    /// Corrects a folded query; `knows` says whether a short word stands in the dictionary anyway.
    pub fn fix(&self, query: &str, knows: impl Fn(&str) -> bool) -> Option<(String, Vec<Fix>)> {
        let chars: Vec<char> = query.chars().collect();
        let mut out = String::new();
        let mut fixes = Vec::new();
        let mut at = 0;
        while at < chars.len() {
            if let Some((length, meant)) = self.at(&chars[at..], &knows) {
                let typed: String = chars[at..at + length].iter().collect();
                if typed != meant {
                    fixes.push(Fix { typed, meant: meant.to_string() });
                }
                out.push_str(meant);
                at += length;
            } else {
                out.push(chars[at]);
                at += 1;
            }
        }
        if fixes.is_empty() { None } else { Some((out, fixes)) }
    }

    /// The longest word, right or mended, that begins here.
    fn at<'a>(&'a self, rest: &[char], knows: &impl Fn(&str) -> bool) -> Option<(usize, &'a str)> {
        let run = rest.iter().take(8).take_while(|c| is_han(**c)).count();
        for length in (2..=run).rev() {
            let window: String = rest[..length].iter().collect();
            if let Some(word) = self.known.get(&window) {
                return Some((length, word));
            }
            // Two characters sound like too many words to guess at.
            if length < 3 || knows(&window) {
                continue;
            }
            if let Some(word) = blurred(&window).and_then(|key| self.sound.get(&key)) {
                return Some((length, word));
            }
            // A window that cuts a word in two at its end is no word gone wrong.
            let cut: String = rest[length - 1..].iter().take(2).collect();
            if self.contains_known(&window) || cut.chars().count() == 2 && knows(&cut) {
                continue;
            }
            // Three characters lack one in too many ways: 资格证 is no slip for 资格认证.
            if length < 4 {
                continue;
            }
            let mended = self
                .holed
                .get(&window)
                .or_else(|| (0..length).find_map(|hole| self.holed.get(&without(&window, hole))));
            if let Some(word) = mended
                && word.chars().next() == window.chars().next()
            {
                return Some((length, word));
            }
        }
        None
    }

    /// True when a known word of three or more characters stands inside: then it is no slip.
    fn contains_known(&self, window: &str) -> bool {
        let chars: Vec<char> = window.chars().collect();
        (0..chars.len()).any(|a| {
            (a + 3..=chars.len())
                .any(|b| self.known.contains(&chars[a..b].iter().collect::<String>()))
        })
    }
}

fn without(word: &str, hole: usize) -> String {
    word.chars().enumerate().filter(|(i, _)| *i != hole).map(|(_, c)| c).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mends_sound_alikes_and_slips_and_leaves_the_rest() {
        let table =
            Typo::new(["身份证", "营业执照", "居住证", "异地就医", "食品经营许可"].into_iter());
        let fix = |typed: &str| table.fix(typed, |_| false).map(|(text, _)| text);
        assert_eq!(fix("身分证补办").as_deref(), Some("身份证补办"));
        assert_eq!(fix("营业执造怎么办").as_deref(), Some("营业执照怎么办"));
        assert_eq!(fix("异地就易备案").as_deref(), Some("异地就医备案"));
        assert_eq!(fix("食品经营许").as_deref(), Some("食品经营许可"));
        assert_eq!(fix("营业照"), None);
        assert_eq!(fix("居住证办理"), None);
        assert_eq!(fix("食品生产许可证"), None);
    }
}
