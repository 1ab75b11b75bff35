//! Turns a typed query into weighted terms: folded, pinyin read back, slips mended, everyday words translated.

use std::collections::HashMap;

use super::{
    Lexicon,
    fold::is_han,
    words::{Sort, Word},
};

/// Queries are cut to this many characters: nobody types more, and hostile input costs nothing.
const LONGEST_QUERY: usize = 80;

/// One thing the query is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// The word as understood.
    pub text: String,
    /// Other words for it, with how far they mean the same (0–1).
    pub also: Vec<(String, f32)>,
    /// How much it tells about the item meant.
    pub weight: f32,
    /// True when it names a matter, not a manner or an action.
    pub topic: bool,
}

/// What a person wants done with a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// 补办
    Reissue,
    /// 注销
    Cancel,
    /// 期满换证、延续
    Renew,
    /// 变更
    Change,
}

/// For whom something is done, where the query says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// 自己、个人
    Person,
    /// 公司、单位
    Business,
}

/// What a person asks about an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facet {
    /// 多少钱
    Fee,
    /// 要多久
    Time,
    /// 带什么
    Materials,
    /// 在哪办
    Place,
}

/// A query understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Meaning {
    /// The query in plain form, mended.
    pub text: String,
    /// Its terms.
    pub terms: Vec<Term>,
    /// The mended query when something was mended.
    pub corrected: Option<String>,
    /// What is to be done.
    pub action: Option<Action>,
    /// What is asked.
    pub facet: Option<Facet>,
    /// For whom.
    pub party: Option<Party>,
}

const ACTIONS: [(Action, &[&str]); 4] = [
    (
        Action::Cancel,
        &[
            "注销",
            "不想开",
            "不开了",
            "不干了",
            "不经营",
            "关门",
            "关店",
            "歇业",
            "停业",
            "倒闭",
            "关公司",
            "关掉",
            "停办",
        ],
    ),
    (
        Action::Reissue,
        &[
            "补领",
            "补办",
            "补卡",
            "补证",
            "补发",
            "补换",
            "丢",
            "遗失",
            "不见了",
            "被偷",
            "找不到了",
            "损毁",
            "补一",
            "补个",
            "补刻",
            "挂失",
            "重办",
        ],
    ),
    (
        Action::Renew,
        &["换证", "到期", "过期", "期满", "延续", "续期", "续签", "换发", "更换", "有效期满"],
    ),
    (
        Action::Change,
        &["变更", "改名", "更名", "改字号", "换法人", "改地址", "换地址", "改经营范围", "换股东"],
    ),
];

const PARTIES: [(Party, &[&str]); 2] = [
    (Party::Person, &["个人", "自己", "本人", "灵活"]),
    (Party::Business, &["公司", "单位", "企业", "员工", "职工开户"]),
];

const FACETS: [(Facet, &[&str]); 4] = [
    (Facet::Fee, &["多少钱", "费用", "收费", "免费", "价格", "要钱", "花钱", "几块", "几元"]),
    (Facet::Time, &["多久", "几天", "多长时间", "时限", "多少天", "什么时候能", "多快"]),
    (Facet::Materials, &["材料", "带什么", "什么证件", "需要什么", "要什么证", "哪些证件", "资料"]),
    (Facet::Place, &["在哪", "哪里办", "去哪", "到哪", "哪儿办", "地点", "地址"]),
];

impl Action {
    /// The action a text speaks of.
    pub fn of(text: &str) -> Option<Self> {
        ACTIONS.iter().find(|(_, words)| words.iter().any(|w| text.contains(w))).map(|(a, _)| *a)
    }
}

impl Lexicon {
    /// Understands a query as typed.
    pub fn understand(&self, typed: &str) -> Meaning {
        let cut: String = typed.chars().take(LONGEST_QUERY).collect();
        let folded = self.fold.fold(&cut);
        let (read, other_readings) = self.read_letters(&folded);
        let fixed = self.typo.fix(&read, |word| self.words.knows(word));
        let text = fixed.as_ref().map_or_else(|| read.clone(), |(text, _)| text.clone());
        let mut terms = self.terms(&text);
        for term in &mut terms {
            if let Some(others) = other_readings.get(&term.text) {
                term.also.extend(others.iter().map(|o| (o.clone(), 0.7)));
            }
        }
        let corrected = (text != folded && !folded.is_empty()).then(|| text.clone());
        let facet =
            FACETS.iter().find(|(_, words)| words.iter().any(|w| text.contains(w))).map(|f| f.0);
        let party =
            PARTIES.iter().find(|(_, words)| words.iter().any(|w| text.contains(w))).map(|p| p.0);
        Meaning { action: Action::of(&text), facet, party, text, terms, corrected }
    }

    /// Replaces runs of Latin letters by the words their pinyin spells.
    fn read_letters(&self, folded: &str) -> (String, HashMap<String, Vec<String>>) {
        let mut others = HashMap::new();
        let mut out = String::new();
        let mut run = String::new();
        for c in folded.chars().chain(std::iter::once('\0')) {
            if c.is_ascii_alphabetic() || c == ' ' && !run.is_empty() {
                run.push(c);
                continue;
            }
            if !run.is_empty() {
                out.push_str(&self.read_run(&run, &mut others));
                run.clear();
            }
            if c != '\0' {
                out.push(c);
            }
        }
        (out.trim().to_string(), others)
    }

    fn read_run(&self, run: &str, others: &mut HashMap<String, Vec<String>>) -> String {
        if self.synonyms.has(run.trim()) {
            return run.to_string();
        }
        let found = self.pinyin.read(run);
        if found.is_empty() {
            return run.to_string();
        }
        let mut text = String::new();
        for mut words in found {
            let first = words.remove(0);
            text.push_str(&first);
            others.insert(first, words);
        }
        text
    }

    /// Spots known phrases, cuts the rest into words, and weighs all of them.
    fn terms(&self, text: &str) -> Vec<Term> {
        let chars: Vec<char> = text.chars().collect();
        let mut terms: Vec<Term> = Vec::new();
        let mut gap = String::new();
        let mut at = 0;
        while at < chars.len() {
            if let Some((length, phrase)) = self.phrase_at(&chars[at..]) {
                self.cut_gap(&mut gap, &mut terms);
                add(&mut terms, self.phrase(&phrase));
                at += length;
            } else {
                gap.push(chars[at]);
                at += 1;
            }
        }
        self.cut_gap(&mut gap, &mut terms);
        terms
    }

    /// The longest phrase of the lexicon that begins here.
    fn phrase_at(&self, rest: &[char]) -> Option<(usize, String)> {
        let most = rest.len().min(self.longest_phrase);
        (2..=most).rev().find_map(|length| {
            let window: String = rest[..length].iter().collect();
            self.is_phrase(&window).then_some((length, window))
        })
    }

    fn is_phrase(&self, window: &str) -> bool {
        self.synonyms.has(window) || self.phrases.contains(window)
    }

    /// A term for a spotted phrase, with the synonyms of the shorter phrases inside it.
    fn phrase(&self, phrase: &str) -> Term {
        let mut also: Vec<(String, f32)> = self.synonyms.of(phrase).to_vec();
        let chars: Vec<char> = phrase.chars().collect();
        for length in 2..chars.len() {
            for window in chars.windows(length) {
                let inner: String = window.iter().collect();
                if self.words.is_generic(&inner) || !self.is_phrase(&inner) {
                    continue;
                }
                let targets = self.synonyms.of(&inner).iter().map(|(t, s)| (t.clone(), s * 0.65));
                for (target, strength) in targets.chain([(inner.clone(), 0.7)]) {
                    if !also.iter().any(|(t, _)| *t == target) {
                        also.push((target, strength));
                    }
                }
            }
        }
        let generic = self.words.is_generic(phrase);
        let action = Action::of(phrase).is_some() && chars.len() <= 4;
        let weak = !also.is_empty() && also.iter().all(|(_, s)| *s <= 0.5);
        let weight = match (generic, action, weak) {
            (true, false, _) => 0.12,
            (_, true, _) => 0.35,
            (_, _, true) => 0.55,
            _ => 1.2,
        };
        Term { text: phrase.to_string(), also, weight, topic: weight > 0.5 }
    }

    fn cut_gap(&self, gap: &mut String, terms: &mut Vec<Term>) {
        for word in self.words.query(gap) {
            let Word { text, sort, place } = word;
            let weight = match sort {
                Sort::Stop => continue,
                Sort::Generic if Action::of(&text).is_some() => 0.35,
                Sort::Generic => 0.12,
                Sort::Light => 0.15,
                Sort::Verb => 0.6,
                Sort::Noun => 1.0,
            };
            let mut also: Vec<(String, f32)> = self.synonyms.of(&text).to_vec();
            // Someone who names a far place asks about doing things away from home.
            if place && text.chars().all(is_han) {
                also.push(("异地".into(), 0.6));
            }
            let topic = matches!(sort, Sort::Noun | Sort::Verb);
            add(terms, Term { text, also, weight, topic });
        }
        gap.clear();
    }
}

/// Adds a term once; a repeated word keeps its greater weight.
fn add(terms: &mut Vec<Term>, term: Term) {
    match terms.iter_mut().find(|t| t.text == term.text) {
        Some(there) => there.weight = there.weight.max(term.weight),
        None => terms.push(term),
    }
}
