//! Decides what a candidate is worth: how much of what was asked its own words cover.

use super::{
    card::Card,
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

/// Values a card by a query; `bm25` is the index's score relative to the best candidate's (0–1).
pub fn worth(card: &Card, meaning: &Meaning, bm25: f32) -> Worth {
    let total: f32 = meaning.terms.iter().map(|t| t.weight).sum();
    if total <= 0.0 {
        return Worth { score: 0.0, coverage: 0.0, whole: 0.0 };
    }
    let (mut earned, mut owned) = (0.0, 0.0);
    for term in &meaning.terms {
        let strength = strength(card, term);
        earned += term.weight * strength;
        // A word that stands only in conditions or materials is a hint, never certainty.
        owned += term.weight * if strength > 0.5 { strength } else { strength * 0.4 };
    }
    let (earned, coverage) = (earned / total, owned / total);
    let whole = whole(card, meaning);
    let alike = alike(card, &meaning.text);
    let acted = action(card, meaning.action) + party(card, meaning.party);
    let score = 0.58 * earned + 0.2 * whole + 0.14 * alike + 0.08 * bm25 + acted;
    Worth { score: score.clamp(0.0, 1.0), coverage, whole }
}

/// How strongly a card speaks of a term, by the best of its words.
fn strength(card: &Card, term: &Term) -> f32 {
    let own = presence(card, &term.text);
    term.also.iter().map(|(word, share)| presence(card, word) * share).fold(own, f32::max)
}

/// Where a word stands in a card. Names and keywords count; conditions hint; materials hardly tell,
/// since every item asks for an identity card.
fn presence(card: &Card, word: &str) -> f32 {
    let length = word.chars().count();
    if length < 2 {
        return if card.heads.contains(word) { 0.4 } else { 0.0 };
    }
    if card.keys.lines().chain(card.heads.lines()).any(|key| key == word) {
        return 1.0;
    }
    if card.heads.contains(word) {
        return 0.95;
    }
    if card.keys.contains(word) {
        return 0.85;
    }
    if card.keys.lines().any(|key| key.chars().count() > 2 && word.contains(key)) {
        return 0.75;
    }
    if card.questions.contains(word) {
        return 0.6;
    }
    let part = if length >= 3 { shared(&card.heads, word) * 0.55 } else { 0.0 };
    let hint = if card.body.contains(word) {
        0.45
    } else if card.department.contains(word) {
        0.3
    } else if card.materials.contains(word) {
        0.25
    } else {
        0.0
    };
    f32::max(part, hint)
}

/// Share of a word's character pairs that stand in a text.
fn shared(text: &str, word: &str) -> f32 {
    let pairs = pairs(word);
    let found = pairs.iter().filter(|pair| text.contains(pair.as_str())).count();
    found as f32 / pairs.len().max(1) as f32
}

fn pairs(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    chars.windows(2).map(|pair| pair.iter().collect()).collect()
}

/// The longest name or keyword of the card that stands whole in the query, as a share of what the
/// query says beside empty words.
fn whole(card: &Card, meaning: &Meaning) -> f32 {
    let said: usize =
        meaning.terms.iter().filter(|t| t.weight > 0.14).map(|t| t.text.chars().count()).sum();
    let longest = card
        .heads
        .lines()
        .chain(card.keys.lines())
        .filter(|head| head.chars().count() >= 2 && meaning.text.contains(head))
        .map(|head| head.chars().count())
        .max()
        .unwrap_or(0);
    (longest as f32 / said.max(2) as f32).min(1.0)
}

/// Likeness of the query to the nearest of the card's names (Dice over character pairs).
fn alike(card: &Card, query: &str) -> f32 {
    let asked = pairs(query);
    card.heads
        .lines()
        .map(|head| {
            let common = asked.iter().filter(|pair| head.contains(pair.as_str())).count();
            2.0 * common as f32 / (asked.len() + head.chars().count()).max(1) as f32
        })
        .fold(0.0, f32::max)
}

/// A nudge for items that do what was asked, against those that do something else with the same thing.
fn action(card: &Card, asked: Option<Action>) -> f32 {
    let own = Action::of(&card.name).or_else(|| Action::of(&card.short));
    match (asked, own) {
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
    let (a, b) = (pairs(a), pairs(b));
    let common = a.iter().filter(|pair| b.contains(pair)).count();
    2.0 * common as f32 / (a.len() + b.len()).max(1) as f32
}

/// The words that led to a card, as the person may recognise them.
pub fn why(card: &Card, meaning: &Meaning) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for term in meaning.terms.iter().filter(|t| t.topic || t.weight > 0.2) {
        let own = std::iter::once((term.text.as_str(), 1.0));
        let best = own
            .chain(term.also.iter().map(|(w, s)| (w.as_str(), *s)))
            .map(|(word, share)| (presence(card, word) * share, word))
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
