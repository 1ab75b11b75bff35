//! Decides what a candidate is worth: how much of what was asked its own words cover.

use super::{
    card::Card,
    pairs::{Pair, pairs},
    understand::{Action, Meaning, Party, Term},
};

/// What a candidate earned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worth {
    /// Over all, 0–1.
    pub score: f32,
    /// Share of the query's topic that the item's own names and words cover, 0–1.
    pub coverage: f32,
    /// How well one of its names or keywords stands whole in the query, 0–1.
    pub whole: f32,
}

/// A query made ready to be held against many cards.
pub struct Asked<'m> {
    /// What it means.
    pub meaning: &'m Meaning,
    /// Each term with the words that may stand for it.
    terms: Vec<(&'m Term, Vec<Word<'m>>)>,
    /// Neighbouring characters of the whole query.
    pairs: Vec<Near>,
    total: f32,
    /// Characters beside empty words.
    said: usize,
}

/// A word to look for in cards.
struct Word<'m> {
    text: &'m str,
    /// How far it says what the term says, 0–1.
    share: f32,
    /// In characters.
    length: usize,
    /// Its pairs as they stand.
    inside: Vec<Pair>,
    /// Its pairs without the spaces.
    near: Vec<Near>,
}

/// Two neighbouring characters, spaces left out, and the pair by which texts without them are known.
type Near = (String, Pair);

impl<'m> Asked<'m> {
    /// Makes a query ready.
    pub fn new(meaning: &'m Meaning) -> Self {
        let words = |term: &'m Term| {
            let own = std::iter::once((term.text.as_str(), 1.0));
            let also = term.also.iter().map(|(word, share)| (word.as_str(), *share));
            own.chain(also).map(|(text, share)| Word::new(text, share)).collect()
        };
        let said = meaning.terms.iter().filter(|t| t.weight > 0.14);
        Self {
            meaning,
            terms: meaning.terms.iter().map(|term| (term, words(term))).collect(),
            pairs: near(&meaning.text),
            total: meaning.terms.iter().map(|t| t.weight).sum(),
            said: said.map(|t| t.text.chars().count()).sum(),
        }
    }

    /// Values a card; `bm25` is the index's score relative to the best candidate's (0–1).
    pub fn worth(&self, card: &Card, bm25: f32) -> Worth {
        if self.total <= 0.0 {
            return Worth { score: 0.0, coverage: 0.0, whole: 0.0 };
        }
        let (mut earned, mut owned) = (0.0, 0.0);
        for (term, words) in &self.terms {
            let strength = strength(card, words);
            earned += term.weight * strength;
            // A word that stands only in conditions or materials is a hint, never certainty.
            owned += term.weight * if strength > 0.5 { strength } else { strength * 0.4 };
        }
        let (earned, coverage) = (earned / self.total, owned / self.total);
        let (whole, alike) = (self.whole(card), self.alike(card));
        let acted = action(card, self.meaning.action) + party(card, self.meaning.party);
        let score = 0.58 * earned + 0.2 * whole + 0.14 * alike + 0.08 * bm25 + acted;
        Worth { score: score.clamp(0.0, 1.0), coverage, whole }
    }

    /// The longest name or keyword of the card that stands whole in the query, as a share of what the
    /// query says beside empty words.
    fn whole(&self, card: &Card) -> f32 {
        let text = self.meaning.text.as_str();
        let longest = card
            .heads
            .lines()
            .chain(card.keys.lines())
            .filter(|head| head.len() <= text.len() && text.contains(head))
            .map(|head| head.chars().count())
            .filter(|length| *length >= 2)
            .max()
            .unwrap_or(0);
        (longest as f32 / self.said.max(2) as f32).min(1.0)
    }

    /// Likeness of the query to the nearest of the card's names (Dice over character pairs).
    fn alike(&self, card: &Card) -> f32 {
        let there = self.pairs.iter().filter(|(_, pair)| card.head_pairs.may_have(*pair));
        let there: Vec<&str> = there.map(|(text, _)| text.as_str()).collect();
        if there.is_empty() {
            return 0.0;
        }
        card.heads
            .lines()
            .map(|head| {
                let common = there.iter().filter(|pair| head.contains(**pair)).count();
                2.0 * common as f32 / (self.pairs.len() + head.chars().count()).max(1) as f32
            })
            .fold(0.0, f32::max)
    }

    /// The words that led to a card, as the person may recognise them.
    pub fn why(&self, card: &Card) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        for (_, list) in self.terms.iter().filter(|(t, _)| t.topic || t.weight > 0.2) {
            let best = list
                .iter()
                .map(|word| (presence(card, word) * word.share, word.text))
                .max_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((strength, word)) = best
                && strength >= 0.4
                && !words.iter().any(|w| w == word)
            {
                words.push(word.to_string());
            }
        }
        words
    }
}

impl<'m> Word<'m> {
    fn new(text: &'m str, share: f32) -> Self {
        let length = text.chars().count();
        Self { text, share, length, inside: pairs(text).collect(), near: near(text) }
    }
}

/// How strongly a card speaks of a term, by the best of its words.
fn strength(card: &Card, words: &[Word<'_>]) -> f32 {
    words.iter().map(|word| presence(card, word) * word.share).fold(0.0, f32::max)
}

/// Where a word stands in a card. Names and keywords count; conditions hint; materials hardly tell,
/// since every item asks for an identity card.
fn presence(card: &Card, word: &Word<'_>) -> f32 {
    let text = word.text;
    if word.length < 2 {
        return if card.heads.contains(text) { 0.4 } else { 0.0 };
    }
    let (in_heads, in_rest) =
        (card.head_pairs.may_have_all(&word.inside), card.rest_pairs.may_have_all(&word.inside));
    if in_rest && card.keys.lines().any(|key| key == text)
        || in_heads && card.heads.lines().any(|head| head == text)
    {
        return 1.0;
    }
    if in_heads && card.heads.contains(text) {
        return 0.95;
    }
    if in_rest && card.keys.contains(text) {
        return 0.85;
    }
    if word.inside.iter().any(|pair| card.rest_pairs.may_have(*pair))
        && card.keys.lines().any(|key| {
            key.len() <= text.len() && key.chars().nth(2).is_some() && text.contains(key)
        })
    {
        return 0.75;
    }
    if in_rest && card.questions.contains(text) {
        return 0.6;
    }
    let part = if word.length >= 3 { shared(card, &word.near) * 0.55 } else { 0.0 };
    let hint = if !in_rest {
        0.0
    } else if card.body.contains(text) {
        0.45
    } else if card.department.contains(text) {
        0.3
    } else if card.materials.contains(text) {
        0.25
    } else {
        0.0
    };
    f32::max(part, hint)
}

/// Share of a word's character pairs that stand in a card's names.
fn shared(card: &Card, word: &[Near]) -> f32 {
    let stands = |(text, pair): &&Near| {
        card.head_pairs.may_have(*pair) && card.heads.contains(text.as_str())
    };
    word.iter().filter(stands).count() as f32 / word.len().max(1) as f32
}

fn near(text: &str) -> Vec<Near> {
    let chars: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    chars.windows(2).map(|two| (two.iter().collect(), Pair::new(two[0], two[1]))).collect()
}

/// A nudge for items that do what was asked, against those that do something else with the same thing.
fn action(card: &Card, asked: Option<Action>) -> f32 {
    match (asked, card.action) {
        (Some(a), Some(b)) if a == b => 0.12,
        (Some(_), Some(_)) => -0.12,
        (Some(_), None) => -0.04,
        (None, Some(_)) => -0.07,
        (None, None) => 0.0,
    }
}

/// A nudge for items meant for the one who asks: a company asks about what only companies do.
fn party(card: &Card, asked: Option<Party>) -> f32 {
    match (asked, card.facts.person, card.facts.business) {
        (Some(Party::Person), true, false) | (Some(Party::Business), false, true) => 0.05,
        (Some(Party::Person), false, true) | (Some(Party::Business), true, false) => -0.05,
        _ => 0.0,
    }
}

/// Likeness of two folded texts (Dice over character pairs), 0–1.
pub fn likeness(a: &str, b: &str) -> f32 {
    let (a, b) = (near(a), near(b));
    let common = a.iter().filter(|pair| b.contains(pair)).count();
    2.0 * common as f32 / (a.len() + b.len()).max(1) as f32
}
