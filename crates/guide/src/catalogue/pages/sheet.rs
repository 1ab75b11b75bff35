//! A guide made ready for reading: every statutory element in words, from the item and, where there is one, its pack.

use web::{Frame, frame::ClockCell};

use crate::spared::Count;
use crate::{
    catalogue::{
        model::{Effort, Item, Limit, Material, Unit},
        say,
    },
    packs::{self, Pack, Text, Way, materials::Necessity},
};

/// Cells of the square clock are drawn up to this many days; above, words alone are clearer.
const MOST_CELLS: u32 = 20;

/// A fact above the guide.
pub struct Fact {
    pub label: String,
    pub value: String,
    pub unit: String,
    pub note: String,
    /// The square clock: what is promised solid, what the law allows beyond it hollow. May be empty.
    pub cells: Vec<ClockCell>,
}

/// A material as shown.
pub struct Row {
    pub no: String,
    pub name: String,
    pub note: String,
    pub warn: String,
    pub sample: String,
    pub told: String,
    pub source: &'static str,
    pub tag: String,
    pub tone: &'static str,
    pub icon: &'static str,
}

/// A line that may lead to another item.
pub struct Pointed {
    pub text: String,
    pub href: String,
}

/// A limit as shown.
pub struct LimitRow {
    pub cells: Vec<ClockCell>,
    pub words: String,
    pub note: String,
}

/// A title with text under it.
pub struct Titled {
    pub title: String,
    pub text: String,
}

/// The four facts of the head.
pub fn facts(f: &Frame, item: &Item) -> Vec<Fact> {
    let unknown = || f.t("catalogue-not-published").to_string();
    let fact = |label: &str, value: String, unit: String, note: String| Fact {
        label: f.t(label).to_string(),
        value,
        unit,
        note,
        cells: Vec::new(),
    };
    let (online, online_note) = match (item.depth, item.online) {
        (Some(_), _) if !say::online_here(item) => {
            ("catalogue-online-no", "catalogue-online-no-note")
        }
        (Some(4), _) => ("catalogue-online-whole", "catalogue-online-whole-note"),
        (Some(3), _) | (None, Some(true)) => {
            ("catalogue-online-apply", "catalogue-online-apply-note")
        }
        (Some(_), _) | (None, Some(false)) => ("catalogue-online-no", "catalogue-online-no-note"),
        (None, None) => ("catalogue-not-published", ""),
    };
    let (days, unit) =
        item.promised.as_ref().map_or_else(|| (unknown(), String::new()), |l| say::limit(f, l));
    let law = item.statutory.as_ref().map(|l| say::limit_words(f, l));
    let law = law.map(|words| f.ta("catalogue-law-says", "limit", words)).unwrap_or_default();
    let fee = match &item.fee {
        None => unknown(),
        Some(fee) if fee.charged => f.t("catalogue-charged").to_string(),
        Some(_) => f.t("catalogue-free").to_string(),
    };
    let fee_note = item
        .fee
        .iter()
        .flat_map(|fee| &fee.items)
        .next()
        .map_or_else(String::new, |line| line.standard.clone());
    let fee_note = match &item.fee {
        Some(fee) if !fee.charged && fee_note.is_empty() => f.t("catalogue-free-note").to_string(),
        _ => fee_note,
    };
    let (visits, visits_unit) = item.visits.map_or_else(
        || (unknown(), String::new()),
        |n| (n.to_string(), f.tn("catalogue-unit-visit", n)),
    );
    let why = match (item.visits, item.express) {
        (Some(0), Some(true)) => f.t("catalogue-visits-none").to_string(),
        _ => item.visit_reason.clone(),
    };
    vec![
        fact(
            "catalogue-fact-online",
            f.t(online).to_string(),
            String::new(),
            if online_note.is_empty() { String::new() } else { f.t(online_note).to_string() },
        ),
        Fact { cells: both(item), ..fact("catalogue-fact-time", days, unit, law) },
        fact("catalogue-fact-fee", fee, String::new(), fee_note),
        fact("catalogue-fact-visits", visits, visits_unit, why),
    ]
}

/// The materials with what each asks of the applicant, and how many of each sort: to bring, to
/// fill, spared, sometimes.
pub fn materials(
    f: &Frame,
    item: &Item,
    pack: Option<&Pack>,
    counts: &[Count],
) -> (Vec<Row>, [usize; 4]) {
    let rows: Vec<(Effort, Row)> = match pack {
        Some(pack) => pack.materials.iter().map(|m| from_pack(f, m, counts)).collect(),
        None => item.materials.iter().map(|m| from_item(f, item, m)).collect(),
    };
    let mut counts = [0; 4];
    for (effort, _) in &rows {
        counts[match effort {
            Effort::Bring => 0,
            Effort::Fill => 1,
            Effort::Spared => 2,
            Effort::Sometimes => 3,
        }] += 1;
    }
    let numbered = rows.into_iter().enumerate().map(|(at, (_, mut row))| {
        row.no = (at + 1).to_string();
        row
    });
    (numbered.collect(), counts)
}

fn from_pack(f: &Frame, m: &packs::materials::Material, counts: &[Count]) -> (Effort, Row) {
    let lang = f.lang.tag();
    let spared = m.ways.iter().any(|w| matches!(w, Way::Licence | Way::Register));
    let effort = if m.necessity != Necessity::Required {
        Effort::Sometimes
    } else if spared {
        Effort::Spared
    } else if m.ways.contains(&Way::Form) {
        Effort::Fill
    } else {
        Effort::Bring
    };
    let note = if effort == Effort::Sometimes { &m.when_words } else { &m.note };
    let mistakes: Vec<&str> = m.mistakes.iter().map(|t| t.get(lang)).collect();
    let source = match effort {
        Effort::Spared if m.licence.is_some() => "licence",
        Effort::Spared => "verified",
        _ => "",
    };
    let warn = if mistakes.is_empty() {
        String::new()
    } else {
        f.ta("catalogue-mistakes", "text", mistakes.join(f.t("catalogue-and")))
    };
    let row = tagged(f, effort, true);
    let spared = counts.iter().find(|c| c.material == m.key).map_or(0, |c| c.spared);
    (
        effort,
        Row {
            name: m.name.get(lang).to_string(),
            note: note.get(lang).to_string(),
            warn,
            sample: m.sample.get(lang).to_string(),
            source,
            // A handful of applications says nothing, and might tell who.
            told: if spared < FEW { String::new() } else { f.tn("spared-guide", spared) },
            ..row
        },
    )
}

/// Applications from which on a guide tells how many were spared a paper.
const FEW: i64 = 10;

fn from_item(f: &Frame, item: &Item, m: &Material) -> (Effort, Row) {
    let effort = m.effort();
    let note = [&m.when, &m.note, &m.standard].into_iter().find(|t| !t.is_empty());
    let source = match effort {
        Effort::Spared if !m.licence.is_empty() => "licence",
        Effort::Spared => "verified",
        _ => "",
    };
    let here = !say::apply_href(item).is_empty();
    let source = if here { source } else { "" };
    let row = tagged(f, effort, here);
    let note = note.cloned().unwrap_or_default();
    (effort, Row { name: m.name.clone(), note, source, ..row })
}

fn tagged(f: &Frame, effort: Effort, online: bool) -> Row {
    let (tag, tone, icon) = match (effort, online) {
        (Effort::Spared, _) => ("catalogue-mat-spared", "ok", "check"),
        (Effort::Fill, true) => ("catalogue-mat-fill", "grey", "pen"),
        (Effort::Fill, false) => ("catalogue-mat-write", "grey", "pen"),
        (Effort::Bring, true) => ("catalogue-mat-upload", "info", "upload"),
        (Effort::Bring, false) => ("catalogue-mat-bring", "info", "page"),
        (Effort::Sometimes, _) => ("catalogue-mat-sometimes", "line", ""),
    };
    Row {
        no: String::new(),
        name: String::new(),
        note: String::new(),
        warn: String::new(),
        sample: String::new(),
        told: String::new(),
        source: "",
        tag: f.t(tag).to_string(),
        tone,
        icon,
    }
}

/// Who should apply and who need not; both empty when neither is said.
pub fn fits(f: &Frame, item: &Item, pack: Option<&Pack>) -> (Vec<Pointed>, Vec<Pointed>) {
    let plain = |text: &String| Pointed { text: text.clone(), href: String::new() };
    let Some(pack) = pack else {
        return (Vec::new(), item.not_accepted.iter().map(plain).collect());
    };
    let lang = f.lang.tag();
    let yes = pack.guide.for_you.iter().map(|t| plain(&t.get(lang).to_string())).collect();
    let no = pack.guide.not_for_you.iter().map(|p| Pointed {
        text: p.text.get(lang).to_string(),
        href: p.item.as_ref().map(|slug| format!("/guide/{slug}")).unwrap_or_default(),
    });
    (yes, no.collect())
}

/// Texts of the pack where it has them, else the item's.
pub fn texts(f: &Frame, pack: Option<&[Text]>, item: &[String]) -> Vec<String> {
    match pack {
        Some(texts) if !texts.is_empty() => {
            texts.iter().map(|t| t.get(f.lang.tag()).to_string()).collect()
        }
        _ => item.to_vec(),
    }
}

/// The steps of handling.
pub fn flow(f: &Frame, item: &Item, pack: Option<&Pack>) -> Vec<Titled> {
    let lang = f.lang.tag();
    match pack {
        Some(pack) if !pack.guide.steps.is_empty() => pack
            .guide
            .steps
            .iter()
            .map(|s| Titled { title: s.name.get(lang).into(), text: s.text.get(lang).into() })
            .collect(),
        _ => item.flow.iter().map(|step| split(step)).collect(),
    }
}

/// `受理（5日内一次告知）` → title and text.
fn split(step: &str) -> Titled {
    match step.split_once('（') {
        Some((title, text)) => {
            Titled { title: title.into(), text: text.trim_end_matches('）').into() }
        }
        None => Titled { title: step.into(), text: String::new() },
    }
}

/// Frequent questions with their answers.
pub fn questions(f: &Frame, item: &Item, pack: Option<&Pack>) -> Vec<Titled> {
    let lang = f.lang.tag();
    match pack {
        Some(pack) if !pack.faq.is_empty() => pack
            .faq
            .iter()
            .map(|q| Titled { title: q.question.get(lang).into(), text: q.answer.get(lang).into() })
            .collect(),
        _ => item.faq.iter().map(|q| Titled { title: q.q.clone(), text: q.a.clone() }).collect(),
    }
}

/// The legal limit.
pub fn statutory(f: &Frame, item: &Item) -> LimitRow {
    limit_row(f, item.statutory.as_ref(), "left", String::new())
}

/// The promised limit. `due` is the last day if accepted today.
pub fn promised(f: &Frame, item: &Item, due: Option<String>) -> LimitRow {
    let note = due.map(|day| f.ta("catalogue-due", "day", day)).unwrap_or_default();
    limit_row(f, item.promised.as_ref(), "used", note)
}

fn limit_row(f: &Frame, limit: Option<&Limit>, kind: &'static str, note: String) -> LimitRow {
    let words = limit.map(|l| say::limit_words(f, l));
    LimitRow {
        cells: limit.map_or_else(Vec::new, |l| cells(l, kind)),
        words: words.unwrap_or_else(|| f.t("catalogue-not-published").to_string()),
        note,
    }
}

/// Both limits in one row of cells, where both are counted in working days and few enough to draw.
fn both(item: &Item) -> Vec<ClockCell> {
    let Some(promised) = &item.promised else { return Vec::new() };
    let mut row = cells(promised, "used");
    if let Some(law) = item.statutory.as_ref().filter(|l| !row.is_empty() && l.n > promised.n) {
        row.extend(cells(law, "left").into_iter().skip(row.len()));
    }
    row
}

fn cells(limit: &Limit, kind: &'static str) -> Vec<ClockCell> {
    if limit.unit != Unit::Workday || limit.n > MOST_CELLS {
        return Vec::new();
    }
    let cell =
        |at: u32| ClockCell { kind, gap: at > 0 && at.is_multiple_of(5), label: String::new() };
    (0..limit.n).map(cell).collect()
}
