//! Cuts text as jieba does, word for word, over a table that lies in the program instead of one loaded into memory.
//!
//! The words, their counts and parts of speech are jieba's, and so is the way through them: of all
//! ways to cut a run of text, the one whose words are likeliest together. What no word covers is left to
//! `jieba-rs` with an empty dictionary, which guesses from its model of characters.

use std::collections::HashMap;
use std::fmt;

use jieba_rs::Jieba;
use tantivy_fst::Map;

include!(concat!(env!("OUT_DIR"), "/words.rs"));

static TABLE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/words.fst"));

/// What is known of a word.
#[derive(Debug, Clone, Copy)]
struct Known {
    count: u64,
    tag: &'static str,
}

/// The cutter: the table, the words added to it, and the guesser.
pub struct Cutter {
    table: Map<&'static [u8]>,
    added: HashMap<Box<str>, Known>,
    /// Bytes of the longest added word by its first character.
    longest: HashMap<char, usize>,
    total: u64,
    guesser: Jieba,
}

/// One step of the best way through a block, from one character on.
#[derive(Clone, Copy)]
struct Step {
    likely: f64,
    end: usize,
}

impl Cutter {
    /// A cutter that knows the shipped words.
    pub fn new() -> Self {
        let table = tantivy_fst::raw::Fst::new(TABLE).expect("the build made the table");
        Self {
            table: table.into(),
            added: HashMap::new(),
            longest: HashMap::new(),
            total: TOTAL,
            guesser: Jieba::empty(),
        }
    }

    /// Adds a noun, counted often enough to stay whole.
    pub fn add(&mut self, word: &str) {
        let Some(first) = word.chars().next() else { return };
        let before = self.known(word);
        let count = self.count_to_stay_whole(word);
        let tag = before.map_or("n", |known| known.tag);
        self.total = self.total + count - before.map_or(0, |known| known.count);
        self.added.insert(word.into(), Known { count, tag });
        let longest = self.longest.entry(first).or_default();
        *longest = word.len().max(*longest);
    }

    fn count_to_stay_whole(&self, word: &str) -> u64 {
        let all = (self.total as f64).ln();
        let mut likely = 0.0;
        for part in self.words(word) {
            let count = self.known(part).map_or(1, |known| known.count);
            likely += (count as f64).ln() - all;
        }
        let apart = (likely + all).exp() as u64 + 1;
        apart.max(self.known(word).map_or(1, |known| known.count))
    }

    /// True when the word is known.
    pub fn has(&self, word: &str) -> bool {
        self.known(word).is_some()
    }

    fn known(&self, word: &str) -> Option<Known> {
        let added = self.added.get(word).copied();
        added.or_else(|| self.table.get(word).map(read))
    }

    /// The words of a text with their parts of speech; unknown ones are guessed.
    pub fn tagged<'a>(&'a self, text: &'a str) -> Vec<(&'a str, &'a str)> {
        let mut out = Vec::with_capacity(text.len() / 4);
        for block in blocks(text) {
            for (piece, loose) in self.pieces(block, |_| true) {
                if loose && piece.chars().nth(1).is_some() && !self.has(piece) {
                    let guessed = self.guesser.tag(piece, true).into_iter();
                    out.extend(
                        guessed
                            .map(|g| (g.word, self.known(g.word).map_or(g.tag, |known| known.tag))),
                    );
                } else if loose {
                    out.extend(singles(piece).map(|one| (one, self.tag(one))));
                } else {
                    out.push((piece, self.tag(piece)));
                }
            }
        }
        out
    }

    fn tag<'a>(&'a self, word: &'a str) -> &'a str {
        let guess = || self.guesser.tag(word, true).first().map_or("x", |guess| guess.tag);
        self.known(word).map_or_else(guess, |known| known.tag)
    }

    /// The words of a text, and before each the shorter ones inside it; nothing is guessed.
    pub fn for_index<'a>(&self, text: &'a str) -> Vec<&'a str> {
        let mut out = Vec::with_capacity(text.len() / 2);
        for word in self.words(text) {
            if word.contains(['.', '_', '-']) {
                let parts = word.split(['.', '_', '-']);
                let telling =
                    |part: &&str| part.len() >= 2 && part.bytes().any(|b| b.is_ascii_alphabetic());
                out.extend(parts.filter(telling));
            }
            let edges: Vec<usize> =
                word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
            for length in [2, 3] {
                let inside = edges.windows(length + 1).filter(|_| edges.len() > length + 1);
                out.extend(inside.map(|w| &word[w[0]..w[length]]).filter(|gram| self.has(gram)));
            }
            out.push(word);
        }
        out
    }

    fn words<'a>(&self, text: &'a str) -> Vec<&'a str> {
        let pieces = |block| self.pieces(block, |c: char| c.is_ascii_alphanumeric());
        blocks(text).flat_map(pieces).map(|(piece, _)| piece).collect()
    }

    /// The pieces of a block along the best way; neighbouring single characters that `joins` accepts are one piece,
    /// marked as loose.
    fn pieces<'a>(&self, block: &'a str, joins: impl Fn(char) -> bool) -> Vec<(&'a str, bool)> {
        let steps = self.way(block);
        let mut out = Vec::with_capacity(block.len() / 3);
        let (mut at, mut loose) = (0, 0);
        while at < block.len() {
            let end = steps[at].end;
            let single = block[at..end].chars();
            let joined = single.clone().nth(1).is_none() && single.clone().all(&joins);
            if !joined {
                if loose < at {
                    out.push((&block[loose..at], true));
                }
                out.push((&block[at..end], false));
                loose = end;
            }
            at = end;
        }
        if loose < at {
            out.push((&block[loose..at], true));
        }
        out
    }

    /// The likeliest way through a block: for each character where it begins, where the word from there ends.
    fn way(&self, block: &str) -> Vec<Step> {
        let all = (self.total as f64).ln();
        let mut steps = vec![Step { likely: 0.0, end: block.len() }; block.len() + 1];
        for (at, c) in block.char_indices().rev() {
            let mut best: Option<Step> = None;
            self.words_from(&block[at..], c, |length, count| {
                let end = at + length;
                let likely = (count as f64).ln() - all + steps[end].likely;
                let better =
                    best.is_none_or(|b| likely > b.likely || (likely == b.likely && end > b.end));
                if better {
                    best = Some(Step { likely, end });
                }
            });
            let end = at + c.len_utf8();
            let alone = Step { likely: 0.0 - all + steps[end].likely, end };
            steps[at] = best.unwrap_or(alone);
        }
        steps
    }

    /// Every known word that the text begins with: its length in bytes and its count.
    fn words_from(&self, text: &str, first: char, mut found: impl FnMut(usize, u64)) {
        let longest = self.longest.get(&first).copied().unwrap_or(0);
        let table = self.table.as_fst();
        let (mut node, mut value) = (table.root(), 0);
        for (at, byte) in text.bytes().enumerate() {
            let Some(way) = node.find_input(byte) else { break };
            let step = node.transition(way);
            value += step.out.value();
            node = table.node(step.addr);
            let length = at + 1;
            if node.is_final() && (length > longest || !self.added.contains_key(&text[..length])) {
                found(length, read(value + node.final_output().value()).count);
            }
        }
        if longest > 0 {
            let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
            for length in ends.take_while(|length| *length <= longest) {
                if let Some(known) = self.added.get(&text[..length]) {
                    found(length, known.count);
                }
            }
        }
    }
}

impl fmt::Debug for Cutter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cutter").field("added", &self.added.len()).finish_non_exhaustive()
    }
}

/// Takes a value of the table apart.
fn read(value: u64) -> Known {
    let tag = value & ((1 << TAG_BITS) - 1);
    Known { count: value >> TAG_BITS, tag: TAGS[tag as usize] }
}

/// Runs of characters that words are made of; every other character stands alone.
fn blocks(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = match makes_words(first) {
            true => rest.find(|c| !makes_words(c)).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        let (block, after) = rest.split_at(end);
        rest = after;
        Some(block)
    })
}

fn makes_words(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '+' | '#' | '&' | '.' | '_' | '%' | '-' | '\u{3400}'..='\u{4DBF}')
        || matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{2A6DF}')
        || matches!(c, '\u{2A700}'..='\u{2EBEF}' | '\u{2F800}'..='\u{2FA1F}')
}

fn singles(text: &str) -> impl Iterator<Item = &str> {
    text.char_indices().map(|(at, c)| &text[at..at + c.len_utf8()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::shipped;

    const QUERIES: [&str; 3] = [
        include_str!("../../../../data/search/queries.jsonl"),
        include_str!("../../../../data/catalogue/heldout.jsonl"),
        include_str!("../../../../data/catalogue/synonyms.txt"),
    ];

    fn assert_same(cutter: &Cutter, jieba: &Jieba, text: &str) {
        let theirs = jieba.tag(text, true);
        let theirs: Vec<(&str, &str)> = theirs.iter().map(|t| (t.word, t.tag)).collect();
        assert_eq!(cutter.tagged(text), theirs);
        let theirs = jieba.cut_for_search(text, false);
        let theirs: Vec<&str> = theirs.iter().map(|t| t.word).collect();
        assert_eq!(cutter.for_index(text), theirs);
    }

    #[test]
    fn cuts_every_shipped_item_and_query_as_jieba_does() {
        let items = shipped().expect("shipped items");
        let (mut cutter, mut jieba) = (Cutter::new(), Jieba::new());
        for word in items.iter().flat_map(|i| i.aliases.iter().chain([&i.short])) {
            cutter.add(word);
            jieba.add_word(word, None, Some("n"));
            assert_eq!(cutter.has(word), jieba.has_word(word), "{word}");
        }
        assert!(cutter.added.len() > 100, "words were added");
        for item in &items {
            assert_same(&cutter, &jieba, &item.name);
            assert_same(&cutter, &jieba, &item.conditions.join("，"));
            item.materials.iter().for_each(|m| assert_same(&cutter, &jieba, &m.name));
        }
        QUERIES.iter().flat_map(|q| q.lines()).for_each(|q| assert_same(&cutter, &jieba, q));
    }

    #[test]
    fn cuts_strange_text_as_jieba_does() {
        let (cutter, jieba) = (Cutter::new(), Jieba::new());
        let strange =
            ["", " ", "T恤 3.14-b_c A4纸", "𠀀𠀁龘", "ａｂ，c++&#", "éß 中é国", "-._", "12%的"];
        strange.iter().for_each(|text| assert_same(&cutter, &jieba, text));
    }
}
