//! The short card of an item that ranking reads: folded texts and a few facts.

use super::{fold::Fold, pairs::Pairs, understand::Action};
use crate::catalogue::model::{Effort, Item, Need, Source};

/// What search keeps of an item.
#[derive(Debug, Clone)]
pub struct Card {
    /// Slug.
    pub slug: Box<str>,
    /// Longest official code.
    pub code: Box<str>,
    /// Official name as written.
    pub name: Box<str>,
    /// Short name as written; empty when there is none.
    pub short: Box<str>,
    /// Division code.
    pub area: Box<str>,
    /// Department as written.
    pub department: Box<str>,
    /// Folded names: official, short, main item, aliases; one a line.
    pub heads: Box<str>,
    /// Folded keywords, one a line.
    pub keys: Box<str>,
    /// Folded questions, one a line.
    pub questions: Box<str>,
    /// Folded conditions, results, themes and answers.
    pub body: Box<str>,
    /// Folded material names.
    pub materials: Box<str>,
    /// Neighbouring characters of the names.
    pub head_pairs: Pairs,
    /// Neighbouring characters of all other texts.
    pub rest_pairs: Pairs,
    /// What the item does, where its name says so.
    pub action: Option<Action>,
    /// What can be filtered by.
    pub facts: Facts,
}

/// What can be filtered by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts {
    /// For natural persons.
    pub person: bool,
    /// For enterprises and other bodies.
    pub business: bool,
    /// Can be finished online.
    pub online: bool,
    /// Nothing has to be handed in.
    pub no_materials: bool,
    /// Done the same day.
    pub at_once: bool,
    /// Free of charge.
    pub free: bool,
    /// A bundle (一件事).
    pub bundle: bool,
}

impl Card {
    /// Makes the card of an item.
    pub fn new(item: &Item, fold: &Fold) -> Self {
        let lines = |parts: &mut dyn Iterator<Item = &str>| -> Box<str> {
            let mut out = String::new();
            for part in parts.filter(|p| !p.is_empty()) {
                out.push_str(&fold.fold(part));
                out.push('\n');
            }
            out.into()
        };
        let names = [item.name.as_str(), &item.short, &item.main];
        let strs = |list: &'_ [String]| list.to_vec();
        let body: Vec<String> = strs(&item.conditions)
            .into_iter()
            .chain(strs(&item.not_accepted))
            .chain([item.result.name.clone(), item.result.licence.clone()])
            .chain(strs(&item.themes_person))
            .chain(strs(&item.themes_business))
            .chain(strs(&item.events))
            .chain(item.faq.iter().map(|f| f.a.clone()))
            .collect();
        let heads = lines(&mut names.into_iter().chain(item.aliases.iter().map(String::as_str)));
        let keys = lines(&mut item.keywords.iter().map(String::as_str));
        let questions = lines(&mut item.faq.iter().map(|f| f.q.as_str()));
        let body = lines(&mut body.iter().map(String::as_str));
        let materials = lines(&mut item.materials.iter().map(|m| m.name.as_str()));
        let department: Box<str> = item.department.as_str().into();
        Self {
            slug: item.slug.as_str().into(),
            code: item.best_code().into(),
            name: item.name.as_str().into(),
            short: item.short.as_str().into(),
            area: item.area.as_str().into(),
            head_pairs: Pairs::of(&[&heads]),
            rest_pairs: Pairs::of(&[&keys, &questions, &body, &department, &materials]),
            department,
            heads,
            keys,
            questions,
            body,
            materials,
            action: Action::of(&item.name).or_else(|| Action::of(&item.short)),
            facts: Facts::new(item),
        }
    }

    /// Text of the field that weighs most.
    pub fn title_text(&self) -> String {
        format!("{}{}", self.heads, self.keys)
    }

    /// Text of the field that weighs least; the legal basis is left out on purpose, since statutes
    /// name everything and so match everything.
    pub fn more_text(&self) -> String {
        format!("{}{}{}{}", self.questions, self.body, self.materials, self.department)
    }
}

impl Facts {
    fn new(item: &Item) -> Self {
        let no_materials = !item.materials.is_empty()
            && item
                .materials
                .iter()
                .filter(|m| m.need != Some(Need::When))
                .all(|m| matches!(m.effort(), Effort::Spared | Effort::Fill));
        Self {
            person: item.for_persons(),
            business: item.for_business(),
            // Online means that an application is really taken: here, or on the platform of the region.
            online: item.here || (item.source != Source::Drafted && item.online()),
            no_materials,
            at_once: item.marks().at_once,
            free: item.fee.as_ref().is_some_and(|fee| !fee.charged),
            bundle: !item.steps.is_empty(),
        }
    }
}
