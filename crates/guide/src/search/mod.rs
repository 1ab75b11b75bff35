//! Search: from what a person types to the item meant, or to an honest "not here".
//!
//! A query is folded, read from pinyin, mended and translated into official words (`understand`), looked
//! up in an inverted index (`index`), and the candidates are valued by what their own names cover
//! (`rank`). What lies outside the catalogue is told by `scope`. Start with [`Search::query`].

mod answer;
mod card;
mod cut;
mod english;
mod fold;
mod index;
mod pairs;
mod pinyin;
mod rank;
mod region;
mod scope;
mod synonyms;
mod typo;
mod understand;
mod words;

use std::{collections::HashSet, path::Path};

pub use answer::{Answer, AnswerCard, AnswerKind, Audience, Filters, Hit, Query};
pub use card::Facts;
pub use region::distance;
pub use understand::Facet;

use self::{
    card::Card,
    english::English,
    fold::Fold,
    index::{Inverted, Reach, Wanted},
    pinyin::Pinyin,
    rank::{Asked, Worth},
    scope::{Outside, Scope},
    synonyms::Synonyms,
    typo::Typo,
    understand::Meaning,
    words::Words,
};
use crate::catalogue::model::{Item, Question};

/// Candidates valued for each query.
const CANDIDATES: usize = 60;
/// Words looked up for one query at most: the strongest ones.
const WORDS_LOOKED_UP: usize = 16;
/// Items of other places shown at most.
const ELSEWHERE: usize = 5;
/// Below this worth an item is no answer at all.
const FLOOR: f32 = 0.24;
/// From this worth and coverage on, an item is offered as what was meant.
const SURE: f32 = 0.42;
const SURE_COVERAGE: f32 = 0.5;

/// Everything needed to understand queries: words, pinyin, slips, synonyms.
#[derive(Debug)]
pub struct Lexicon {
    fold: Fold,
    words: Words,
    pinyin: Pinyin,
    typo: Typo,
    synonyms: Synonyms,
    scope: Scope,
    english: English,
    phrases: HashSet<String>,
    longest_phrase: usize,
}

/// The search over one catalogue; immutable, built anew when items are published.
pub struct Search {
    lexicon: Lexicon,
    cards: Vec<Card>,
    faqs: Vec<Vec<Question>>,
    index: Inverted,
}

impl Search {
    /// Builds the search over items; in memory, or with its index in an empty folder when large.
    ///
    /// # Errors
    /// tantivy's error when the index cannot be written.
    pub fn build(
        items: impl Iterator<Item = Item>,
        folder: Option<&Path>,
    ) -> tantivy::Result<Self> {
        let fold = Fold::new();
        let (mut cards, mut faqs) = (Vec::new(), Vec::new());
        for item in items {
            cards.push(Card::new(&item, &fold));
            faqs.push(item.faq);
        }
        let lexicon = Lexicon::new(fold, &cards);
        let index = Inverted::build(&cards, &lexicon.words, folder)?;
        Ok(Self { lexicon, cards, faqs, index })
    }

    /// Items indexed.
    pub fn len(&self) -> usize {
        self.cards.len()
    }

    /// True when there is nothing to find.
    pub fn is_empty(&self) -> bool {
        self.cards.is_empty()
    }

    /// Answers a query.
    pub fn query(&self, query: &Query) -> Answer {
        let english = self.lexicon.english.translate(&query.text);
        let mut meaning = self.lexicon.understand(english.unwrap_or(&query.text));
        if let Some(chinese) = english {
            meaning.corrected = Some(chinese.to_owned());
        }
        self.weigh(&mut meaning);
        let mut answer = Answer {
            corrected: meaning.corrected.clone(),
            understood: understood(&meaning),
            ..Answer::default()
        };
        if !meaning.terms.iter().any(|t| t.topic || t.weight > 0.2) {
            answer.answer = Some(self.unclear(&meaning));
            return answer;
        }
        let reach = query.region.clone().map_or(Reach::All, Reach::Region);
        let asked = Asked::new(&meaning);
        let found = self.valued(&asked, &reach, query);
        let outside = self.lexicon.scope.look(&meaning.text);
        let best = found.first().map(|(_, w)| *w);
        if let Some(outside) = outside
            && gives_way(best, outside.what)
        {
            answer.answer = Some(card_outside(&outside));
            return answer;
        }
        let limit = if query.limit == 0 { 20 } else { query.limit };
        let sure = best.is_some_and(|w| w.score >= SURE && w.coverage >= SURE_COVERAGE)
            && !self.torn(&meaning, &found);
        let floor = best.map_or(FLOOR, |w| FLOOR.max(w.score * 0.42));
        answer.items = found
            .iter()
            .filter(|(_, w)| w.score >= floor)
            .take(limit)
            .map(|(at, w)| self.hit(*at, *w, &asked, sure))
            .collect();
        if !sure && reach != Reach::All {
            answer.elsewhere = self.elsewhere(&asked, query);
        }
        if sure {
            answer.answer = found.first().and_then(|(at, _)| self.spoken(*at, &meaning));
        } else {
            answer.answer = Some(not_here(&meaning, !answer.elsewhere.is_empty()));
            answer.suggestions = self.suggestions(&found);
        }
        answer
    }

    /// Lowers the weight of words that many items have.
    fn weigh(&self, meaning: &mut Meaning) {
        for term in &mut meaning.terms {
            let own = self.index.rarity(&term.text);
            let rarity = term.also.iter().map(|(w, _)| self.index.rarity(w)).fold(own, f32::min);
            term.weight *= 0.55 + 0.45 * rarity;
        }
    }

    /// Candidates with their worth, best first, nearest first among equals.
    fn valued(&self, asked: &Asked<'_>, reach: &Reach, query: &Query) -> Vec<(usize, Worth)> {
        let wanted = self.wanted(asked.meaning);
        let candidates = self.index.find(&wanted, reach, CANDIDATES);
        let best = candidates.first().map_or(1.0, |(_, score)| score.max(f32::MIN_POSITIVE));
        let mut valued: Vec<(usize, Worth)> = candidates
            .into_iter()
            .filter(|(at, _)| passes(&self.cards[*at].facts, query))
            .map(|(at, score)| (at, asked.worth(&self.cards[at], score / best)))
            .collect();
        valued.sort_by(|a, b| b.1.score.total_cmp(&a.1.score).then(a.0.cmp(&b.0)));
        valued
    }

    /// True when one bare word fits several items about as well: then none of them is the answer.
    fn torn(&self, meaning: &Meaning, found: &[(usize, Worth)]) -> bool {
        let [(first, best), (_, next), ..] = found else { return false };
        let mut topics = meaning.terms.iter().filter(|t| t.topic);
        let (Some(topic), None) = (topics.next(), topics.next()) else { return false };
        let own_name = self.cards[*first].heads.lines().any(|head| head == topic.text);
        !own_name && meaning.action.is_none() && next.score > 0.6 * best.score
    }

    /// The words to look up, with their boosts.
    fn wanted(&self, meaning: &Meaning) -> Vec<Wanted> {
        let topical = meaning.terms.iter().any(|t| t.weight > 0.2);
        let mut wanted: Vec<Wanted> = Vec::new();
        for term in meaning.terms.iter().filter(|t| t.weight > 0.2 || !topical) {
            let own = [(term.text.clone(), 1.0)];
            for (word, share) in own.iter().chain(&term.also) {
                for token in self.lexicon.words.tokens(word) {
                    let whole = if token == *word { 1.0 } else { 0.5 };
                    if whole < 1.0 && self.lexicon.words.is_generic(&token) {
                        continue;
                    }
                    let boost = term.weight * share * whole;
                    match wanted.iter_mut().find(|(w, _)| *w == token) {
                        Some(there) => there.1 = there.1.max(boost),
                        None => wanted.push((token, boost)),
                    }
                }
            }
        }
        wanted.sort_by(|a, b| b.1.total_cmp(&a.1));
        wanted.truncate(WORDS_LOOKED_UP);
        wanted
    }

    fn elsewhere(&self, asked: &Asked<'_>, query: &Query) -> Vec<Hit> {
        let Some(region) = &query.region else { return Vec::new() };
        self.valued(asked, &Reach::All, query)
            .into_iter()
            .filter(|(at, w)| {
                w.score >= SURE
                    && w.coverage >= SURE_COVERAGE
                    && distance(&self.cards[*at].area, region).is_none()
            })
            .take(ELSEWHERE)
            .map(|(at, w)| self.hit(at, w, asked, false))
            .collect()
    }

    fn hit(&self, at: usize, worth: Worth, asked: &Asked<'_>, sure: bool) -> Hit {
        let card = &self.cards[at];
        let confident = sure && worth.score >= SURE && worth.coverage >= SURE_COVERAGE;
        Hit {
            slug: card.slug.to_string(),
            code: card.code.to_string(),
            name: card.name.to_string(),
            short: card.short.to_string(),
            department: card.department.to_string(),
            area: card.area.to_string(),
            // Whoever reads only the score must not take a guess for an answer.
            score: if confident { worth.score.max(0.5) } else { worth.score.min(0.49) },
            confident,
            why: asked.why(card),
            facts: card.facts,
        }
    }

    /// The answer the best item itself gives: a frequent question much like the query, or a fact asked for.
    fn spoken(&self, at: usize, meaning: &Meaning) -> Option<AnswerCard> {
        let slug = &self.cards[at].slug;
        let question = self.faqs[at]
            .iter()
            .map(|faq| (rank::likeness(&self.lexicon.fold.fold(&faq.q), &meaning.text), faq))
            .filter(|(alike, _)| *alike >= 0.4)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((_, faq)) = question {
            return Some(AnswerCard {
                kind: AnswerKind::Faq,
                subject: faq.q.clone(),
                text: faq.a.clone(),
                href: format!("/guide/{slug}#faq"),
                facet: None,
            });
        }
        let facet = meaning.facet?;
        let anchor = match facet {
            Facet::Fee => "fee",
            Facet::Time => "limits",
            Facet::Materials => "materials",
            Facet::Place => "places",
        };
        Some(AnswerCard {
            kind: AnswerKind::Fact,
            subject: self.cards[at].name.to_string(),
            text: String::new(),
            href: format!("/guide/{slug}#{anchor}"),
            facet: Some(facet),
        })
    }

    /// The answer to a query without a matter.
    fn unclear(&self, meaning: &Meaning) -> AnswerCard {
        self.lexicon.scope.look(&meaning.text).map_or_else(
            || AnswerCard {
                kind: AnswerKind::Vague,
                subject: meaning.text.clone(),
                text: String::new(),
                href: "/services".into(),
                facet: None,
            },
            |found| card_outside(&found),
        )
    }

    fn suggestions(&self, found: &[(usize, Worth)]) -> Vec<String> {
        found
            .iter()
            .filter(|(_, worth)| worth.score >= FLOOR * 0.7)
            .take(3)
            .map(|(at, _)| {
                let card = &self.cards[*at];
                if card.short.is_empty() { card.name.to_string() } else { card.short.to_string() }
            })
            .collect()
    }
}

impl Lexicon {
    fn new(fold: Fold, cards: &[Card]) -> Self {
        let synonyms = Synonyms::new();
        let (scope, english) = (Scope::new(), English::new());
        // Only items with words of their own teach new words; bare name lists would teach noise.
        let taught: Vec<&str> = cards
            .iter()
            .filter(|card| !card.keys.is_empty() && card.heads.lines().count() > 2)
            .flat_map(|card| card.keys.lines().chain(card.heads.lines()))
            .filter(|word| (2..=8).contains(&word.chars().count()) && !word.contains(' '))
            .collect();
        let words = Words::new(taught.iter().copied());
        let phrases: HashSet<String> = taught
            .iter()
            .filter(|word| !words.is_generic(word))
            .map(|word| (*word).to_string())
            .collect();
        let longest = phrases.iter().map(|p| p.chars().count()).max().unwrap_or(0);
        let longest_phrase = longest.max(synonyms.longest());
        let known = || {
            taught.iter().copied().chain(synonyms.words()).chain(["补办", "补领", "办理", "注销"])
        };
        let pinyin = Pinyin::new(known());
        let typo = Typo::new(known());
        Self { pinyin, typo, fold, words, synonyms, scope, english, phrases, longest_phrase }
    }
}

/// Whether the hits give way to what lies outside the catalogue.
fn gives_way(best: Option<Worth>, what: Outside) -> bool {
    let Some(best) = best else { return true };
    match what {
        Outside::Nothing => true,
        Outside::Navigate => best.coverage < 0.75,
        Outside::Hotline => best.coverage < 0.6,
    }
}

fn card_outside(found: &scope::Found<'_>) -> AnswerCard {
    AnswerCard {
        kind: match found.what {
            Outside::Navigate => AnswerKind::Navigate,
            Outside::Hotline => AnswerKind::Hotline,
            Outside::Nothing => AnswerKind::Outside,
        },
        subject: found.phrase.to_string(),
        text: String::new(),
        href: found.href.to_string(),
        facet: None,
    }
}

fn not_here(meaning: &Meaning, elsewhere: bool) -> AnswerCard {
    AnswerCard {
        kind: AnswerKind::NotHere,
        subject: meaning.text.clone(),
        text: String::new(),
        href: if elsewhere { "#elsewhere".into() } else { "/services".into() },
        facet: None,
    }
}

fn passes(facts: &Facts, query: &Query) -> bool {
    let filters = query.filters;
    let person = match query.audience {
        None => true,
        Some(Audience::Person) => facts.person,
        Some(Audience::Business) => facts.business,
    };
    person
        && (!filters.online || facts.online)
        && (!filters.no_materials || facts.no_materials)
        && (!filters.at_once || facts.at_once)
        && (!filters.free || facts.free)
}

/// Official words worth telling the person the query was also looked up by.
fn understood(meaning: &Meaning) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for term in meaning.terms.iter().filter(|t| t.topic) {
        for (word, _) in term.also.iter().filter(|(w, s)| *s >= 0.8 && *w != term.text) {
            if words.len() < 4 && !words.contains(word) && !meaning.text.contains(word.as_str()) {
                words.push(word.clone());
            }
        }
    }
    words
}

#[cfg(test)]
mod tests;
