//! What a holder may show of a licence, and what he chose: single values, statements that follow from a
//! value without telling it (已满18岁), the validity. The set shown when nothing was chosen is the brief one.

use crate::licences::model::{FaceField, Licence};
use codes::time::{Day, en_day, parse_day, zh_day};
use guide::packs::licence::Statement;
use guide::packs::load_shipped;
use guide::packs::registers::Registers;
use serde::Serialize;
use web::{Lang, Texts};

/// Key of the validity, which every licence has.
const VALIDITY: &str = "validity";

/// What is told under one label.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Told {
    /// A value as printed.
    Value(String),
    /// A statement that holds or not.
    Holds(bool),
    /// To this day, or long-term.
    Until(Option<Day>),
}

/// One thing a holder can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Showable {
    /// Name in addresses and in the list of what was chosen.
    pub key: String,
    zh: String,
    en: String,
    told: Told,
    /// Shown when nothing was chosen.
    pub brief: bool,
    /// Follows from another value without telling it.
    pub statement: bool,
}

/// A label and what is told, in both languages: what a verifier gets to see.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Label.
    pub label: String,
    /// Label in English.
    pub label_en: String,
    /// Value.
    pub value: String,
    /// Value in English.
    pub value_en: String,
}

impl Showable {
    /// Its label in a language.
    pub fn label(&self, lang: Lang) -> &str {
        if lang == Lang::En && !self.en.is_empty() { &self.en } else { &self.zh }
    }

    /// What is told, in words of a language.
    pub fn value(&self, lang: Lang) -> String {
        let texts = Texts::shipped();
        match &self.told {
            Told::Value(value) => shown_day(value, lang),
            Told::Holds(true) => texts.t(lang, "licences-yes").to_owned(),
            Told::Holds(false) => texts.t(lang, "licences-no").to_owned(),
            Told::Until(None) => texts.t(lang, "licences-long").to_owned(),
            Told::Until(Some(day)) => {
                let day = shown_day(&day.to_string(), lang);
                texts.ta(lang, "licences-until", &[("day", &day)])
            }
        }
    }

    /// As a verifier sees it.
    pub fn shown(&self) -> Shown {
        Shown {
            label: self.label(Lang::Zh).to_owned(),
            label_en: self.label(Lang::En).to_owned(),
            value: self.value(Lang::Zh),
            value_en: self.value(Lang::En),
        }
    }
}

/// Statements the type of a licence allows.
fn statements(licence: &Licence) -> &'static [Statement] {
    if let Some(register) = Registers::shipped().licence(&licence.name_zh) {
        return &register.statement;
    }
    let faces = load_shipped().iter().filter_map(|pack| pack.licence.as_ref());
    let found = faces.into_iter().find(|face| face.type_code == licence.type_code);
    found.map_or(&[], |face| &face.statement)
}

/// Everything a holder can show of this licence today: values in the order of the licence, then the
/// validity, then statements.
pub fn showable(licence: &Licence, fields: &[FaceField], today: Day) -> Vec<Showable> {
    let values = fields.iter().filter(|f| !f.value.is_empty()).map(|f| Showable {
        key: f.key.clone(),
        zh: f.zh.clone(),
        en: f.en.clone(),
        told: Told::Value(f.value.clone()),
        brief: f.brief,
        statement: false,
    });
    let mut all: Vec<Showable> = values.collect();
    // A licence whose own values say until when needs no second line for it.
    if !all.iter().any(|s| matches!(s.key.as_str(), "until" | "valid_until")) {
        let texts = Texts::shipped();
        all.push(Showable {
            key: VALIDITY.into(),
            zh: texts.t(Lang::Zh, "licences-row-validity").to_owned(),
            en: texts.t(Lang::En, "licences-row-validity").to_owned(),
            told: Told::Until(licence.valid_to),
            brief: true,
            statement: false,
        });
    }
    let today = today.to_string();
    let pairs = || fields.iter().map(|f| (f.key.as_str(), f.value.as_str()));
    let said = statements(licence).iter().filter_map(|s| {
        Some(Showable {
            key: s.key.clone(),
            zh: s.label.zh.clone(),
            en: s.label.en.clone(),
            told: Told::Holds(s.holds(pairs(), &today)?),
            brief: false,
            statement: true,
        })
    });
    all.extend(said);
    all
}

/// Those of `all` whose keys were chosen, in order; unknown keys choose nothing.
pub fn chosen(all: Vec<Showable>, keys: &[String]) -> Vec<Showable> {
    all.into_iter().filter(|s| keys.contains(&s.key)).collect()
}

/// The brief set.
pub fn brief(all: &[Showable]) -> Vec<String> {
    all.iter().filter(|s| s.brief).map(|s| s.key.clone()).collect()
}

/// Keys as one text and back.
pub fn joined(keys: &[String]) -> String {
    keys.join(",")
}

/// Keys of such a text.
pub fn split(text: &str) -> Vec<String> {
    text.split(',').filter(|key| !key.is_empty()).map(String::from).collect()
}

/// A day, ISO or as papers print it, in the words of a language; any other value as it is.
pub fn shown_day(value: &str, lang: Lang) -> String {
    let printed = || parse_day(value).ok().filter(|_| value.ends_with('日'));
    match (value.parse::<Day>().ok().or_else(printed), lang) {
        (Some(day), Lang::Zh) => zh_day(day),
        (Some(day), Lang::En) => en_day(day),
        (None, Lang::En) if value == FOREVER => {
            Texts::shipped().t(lang, "licences-long").to_owned()
        }
        (None, _) => value.to_owned(),
    }
}

/// How papers print that a licence has no last day.
const FOREVER: &str = "长期";
