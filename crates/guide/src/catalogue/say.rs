//! The few words that say what an item is like: tags, limits, notes. One place, so that counts agree.

use web::{Frame, Lang};

use crate::{
    catalogue::model::{Item, Limit, Source, Unit},
    packs::Pack,
    search::{AnswerCard, AnswerKind, Facet},
};

/// A tag: words and tone of `ui::tag`.
pub struct Tag {
    /// Words.
    pub text: String,
    /// Tone.
    pub tone: &'static str,
}

/// A limit as a big value and a small unit.
pub fn limit(f: &Frame, limit: &Limit) -> (String, String) {
    let unit = match limit.unit {
        Unit::Instant => return (f.t("catalogue-instant").to_string(), String::new()),
        Unit::Said => return (limit.said.clone(), String::new()),
        Unit::Workhour => "workhour",
        Unit::Workday => "workday",
        Unit::Day => "day",
        Unit::Month => "month",
    };
    let words = match unit {
        "workhour" => f.tn("catalogue-unit-workhour", limit.n),
        "workday" => f.tn("catalogue-unit-workday", limit.n),
        "day" => f.tn("catalogue-unit-day", limit.n),
        _ => f.tn("catalogue-unit-month", limit.n),
    };
    (limit.n.to_string(), words)
}

/// A limit in words.
pub fn limit_words(f: &Frame, l: &Limit) -> String {
    let (value, unit) = limit(f, l);
    if unit.is_empty() { value } else { format!("{value} {unit}") }
}

/// The name shown in a list or as a title.
pub fn name(f: &Frame, item: &Item) -> String {
    match f.lang {
        Lang::En if !item.name_en.is_empty() => item.name_en.clone(),
        _ => item.name.clone(),
    }
}

/// The department, in English where the pack names it so.
pub fn department(f: &Frame, item: &Item, pack: Option<&Pack>) -> String {
    pack.map_or_else(|| item.department.clone(), |p| p.item.dept.get(f.lang.tag()).to_string())
}

/// Where one may apply online; empty when this node takes no applications for the item.
pub fn apply_href(item: &Item) -> String {
    if item.here { format!("/apply/{}/start", item.slug) } else { String::new() }
}

/// Whether one can apply online: here, or, for items taken over from elsewhere, on their own platform.
/// What a drafted item says of its depth counts only once this node takes the application.
pub fn online_here(item: &Item) -> bool {
    !apply_href(item).is_empty() || (item.source != Source::Drafted && item.online())
}

/// The tags under an item of a list: only what the source states.
pub fn tags(f: &Frame, item: &Item) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut add = |text: String, tone| tags.push(Tag { text, tone });
    if item.marks().online && online_here(item) {
        add(f.t("catalogue-tag-online").into(), "ok");
    } else if online_here(item) {
        add(f.t("catalogue-tag-apply-online").into(), "ok");
    }
    let [_, _, bring, _] = item.efforts();
    if !item.materials.is_empty() {
        match bring {
            0 => add(f.t("catalogue-tag-no-materials").into(), "ok"),
            n => add(f.tn("catalogue-tag-materials", n), "grey"),
        }
    }
    // A limit told in a sentence is no tag; the guide has it.
    if let Some(promised) = item.promised.as_ref().filter(|l| l.unit != Unit::Said) {
        let tone = if item.marks().at_once { "ok" } else { "grey" };
        add(limit_words(f, promised), tone);
    }
    match &item.fee {
        Some(fee) if !fee.charged => add(f.t("catalogue-free").into(), "ok"),
        Some(_) => add(f.t("catalogue-charged").into(), "grey"),
        None => {}
    }
    if let Some(n) = item.visits.filter(|n| *n > 0) {
        add(f.tn("catalogue-tag-visits", n), "grey");
    }
    tags
}

/// Up to three facts in one line for a tile.
pub fn note(f: &Frame, item: &Item) -> String {
    let mut facts: Vec<String> = Vec::new();
    let promised = item.promised.as_ref().filter(|l| l.unit != Unit::Said);
    facts.extend(promised.map(|l| limit_words(f, l)));
    let [_, _, bring, _] = item.efforts();
    if bring == 0 && !item.materials.is_empty() {
        facts.push(f.t("catalogue-tag-no-materials").into());
    } else if let Some(n) = item.visits.filter(|n| *n > 0) {
        facts.push(f.tn("catalogue-tag-visits", n));
    }
    if item.fee.as_ref().is_some_and(|fee| !fee.charged) {
        facts.push(f.t("catalogue-free").into());
    }
    if facts.is_empty() {
        facts.push(item.department.clone());
    }
    facts.join("·")
}

/// The answer above the hits in words: title and text. `item` is the best hit.
pub fn answer_text(f: &Frame, card: &AnswerCard, item: Option<&Item>) -> (String, String) {
    let (title, text) = match card.kind {
        AnswerKind::Faq => return (card.subject.clone(), card.text.clone()),
        AnswerKind::Fact => return fact(f, card, item),
        AnswerKind::Navigate => ("catalogue-answer-navigate", "catalogue-answer-navigate-text"),
        AnswerKind::Hotline => ("catalogue-answer-hotline", "catalogue-answer-hotline-text"),
        AnswerKind::Outside => ("catalogue-answer-outside", "catalogue-answer-outside-text"),
        AnswerKind::NotHere if card.href.starts_with('#') => {
            ("catalogue-answer-not-here", "catalogue-answer-elsewhere-text")
        }
        AnswerKind::NotHere if item.is_none() => {
            ("catalogue-answer-not-here", "catalogue-answer-nothing-text")
        }
        AnswerKind::NotHere => ("catalogue-answer-not-here", "catalogue-answer-not-here-text"),
        AnswerKind::Vague => ("catalogue-answer-vague", "catalogue-answer-vague-text"),
    };
    (f.ta(title, "subject", &card.subject), f.ta(text, "number", &f.hotline))
}

/// A fact of an item that was asked for.
fn fact(f: &Frame, card: &AnswerCard, item: Option<&Item>) -> (String, String) {
    let unknown = || f.t("catalogue-not-published").to_string();
    let Some(item) = item else { return (card.subject.clone(), unknown()) };
    let (title, text) = match card.facet {
        Some(Facet::Fee) => ("catalogue-asked-fee", fee(f, item)),
        Some(Facet::Time) => {
            ("catalogue-asked-time", item.promised.as_ref().map(|l| limit_words(f, l)))
        }
        Some(Facet::Materials) => ("catalogue-asked-materials", materials(item)),
        _ => ("catalogue-asked-place", Some(item.place.clone()).filter(|p| !p.is_empty())),
    };
    (f.ta(title, "name", name(f, item)), text.unwrap_or_else(unknown))
}

fn materials(item: &Item) -> Option<String> {
    let names: Vec<&str> = item.materials.iter().map(|m| m.name.as_str()).collect();
    (!names.is_empty()).then(|| names.join("；"))
}

/// The fee in words; `None` when the source does not say.
pub fn fee(f: &Frame, item: &Item) -> Option<String> {
    let fee = item.fee.as_ref()?;
    let lines: Vec<String> =
        fee.items.iter().map(|line| format!("{}：{}", line.name, line.standard)).collect();
    Some(match (fee.charged, lines.is_empty()) {
        (_, false) => lines.join("；"),
        (true, true) => f.t("catalogue-charged").to_string(),
        (false, true) => f.t("catalogue-free").to_string(),
    })
}

/// Who may apply, in words.
pub fn audience(f: &Frame, item: &Item) -> String {
    let names: Vec<String> =
        item.audience.iter().map(|code| f.tk("catalogue-audience-", code)).collect();
    names.join(f.t("catalogue-and"))
}
