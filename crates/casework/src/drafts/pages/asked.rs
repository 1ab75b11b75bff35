//! One field as a template sees it, and one answer in words. Knows every widget of the packs.

use super::super::model::Opened;
use guide::packs::registers::Registers;
use guide::packs::values::is_empty;
use guide::packs::{Field, FieldValue, Source, Values, Widget};
use serde_json::Value;
use std::collections::BTreeMap;
use store::Secret;
use web::Frame;
use web::form::FormError;
use web::frame::Choice;

/// The badge beside a value: how it came (ux §6.1).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Badge {
    /// Kind of `ui::src`; empty for none.
    pub kind: &'static str,
    /// Who it came from.
    pub org: String,
    /// State or date.
    pub note: String,
}

/// One field ready for the template.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// `line`, `text`, `select`, `radios`, `checks`, `check`, `date` or `table`.
    pub kind: &'static str,
    /// Name and id of the control.
    pub name: String,
    /// Label.
    pub label: String,
    /// Value as it stands in the box.
    pub value: String,
    /// Kind of `ui::field`.
    pub input: &'static str,
    /// Help.
    pub hint: String,
    /// What is wrong.
    pub error: String,
    /// Unit behind the box.
    pub unit: String,
    /// Width of the box.
    pub width: &'static str,
    /// Longest text; empty for none.
    pub max: String,
    /// Must be answered.
    pub required: bool,
    /// Where the value came from.
    pub badge: Badge,
    /// What may be chosen.
    pub options: Vec<Choice>,
    /// Year, month, day of three boxes.
    pub boxes: [String; 3],
    /// Rows of a table.
    pub rows: Vec<Row>,
    /// Ticked.
    pub on: bool,
}

/// One row of a table: folded when nothing is left to do in it.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// Its first answers in words; empty for a blank row.
    pub said: String,
    /// Blank, wrong or half filled: shown open.
    pub open: bool,
    /// Its cells.
    pub cells: Vec<Ask>,
}

/// A value shown without a box, with its badge.
#[derive(Default)]
pub struct Locked {
    /// Label.
    pub label: String,
    /// Value in words.
    pub value: String,
    /// Where it came from.
    pub badge: Badge,
    /// Where one says that it is wrong; empty where that is not possible.
    pub wrong: String,
    /// What the applicant says instead; empty when he does not.
    pub yours: String,
}

/// What was typed and could not be read, by name of the control.
pub type Typed = BTreeMap<String, Vec<String>>;

/// What a page knows when it lays out its fields.
pub struct Table<'a> {
    /// Words.
    pub f: &'a Frame,
    /// Answers kept.
    pub values: &'a Values,
    /// Typed and not readable; empty when the page is fresh.
    pub typed: &'a Typed,
    /// What is wrong.
    pub errors: &'a [FormError],
    /// Key of the table one more blank row was asked for.
    pub more: &'a str,
}

fn input(widget: Widget) -> (&'static str, &'static str) {
    match widget {
        Widget::Int | Widget::Number | Widget::Money => ("number", "s"),
        Widget::Idno => ("idcard", "m"),
        Widget::Uscc => ("uscc", "m"),
        Widget::Phone => ("tel", "m"),
        Widget::Name => ("name", "m"),
        Widget::Plate => ("text", "s"),
        _ => ("text", ""),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(s) => s.clone(),
        Value::Number(n) => n.to_string(),
        Value::Bool(b) => b.to_string(),
        _ => String::new(),
    }
}

/// Who keeps a register, in the page's language; answers are kept with the Chinese name.
fn keeper(f: &Frame, org: &str) -> String {
    let known = Registers::shipped();
    let mut all = known.register.iter().chain(&known.licence);
    let found = all.find(|r| r.org.zh == org);
    found.map_or_else(|| org.to_owned(), |r| r.org.get(f.lang.tag()).to_owned())
}

/// The badge of a kept value.
pub fn badge(f: &Frame, value: Option<&FieldValue>) -> Badge {
    let Some(v) = value else { return Badge::default() };
    let org = v.source_org.as_deref().map(|o| keeper(f, o)).unwrap_or_default();
    if v.unavailable && is_empty(&v.value) {
        return Badge { kind: "missing", org: String::new(), note: org };
    }
    if is_empty(&v.value) {
        return Badge::default();
    }
    let told = if v.source == Source::Reuse { "drafts-src-filled" } else { "drafts-src-day" };
    let on = v.fetched_at.map(|at| f.ta(told, "day", super::short_day(f, at.day())));
    let on = on.unwrap_or_default();
    let kind = match v.source {
        Source::Register => "verified",
        Source::Licence => "licence",
        Source::Reuse => "reuse",
        Source::Ocr => "ocr",
        Source::Clerk => "clerk",
        Source::Proxy => "proxy",
        Source::Fixed => return Badge::default(),
        Source::Applicant if v.original.is_some() => "edited",
        Source::Applicant => "self",
    };
    match v.source {
        Source::Applicant => Badge { kind, ..Badge::default() },
        Source::Register => Badge { kind, org, note: String::new() },
        Source::Reuse => Badge { kind, org: String::new(), note: on },
        Source::Clerk | Source::Proxy => Badge { kind, org: String::new(), note: org },
        _ => Badge { kind, org, note: on },
    }
}

fn choices(field: &Field, f: &Frame, chosen: &[String]) -> Vec<Choice> {
    let lang = f.lang.tag();
    let one = |o: &guide::packs::form::Choice| Choice {
        value: o.value.clone(),
        label: o.label(lang).to_owned(),
        hint: o.hint.get(lang).to_owned(),
        on: chosen.contains(&o.value),
    };
    field.options.iter().map(one).collect()
}

fn yes_no(f: &Frame, value: &Value) -> Vec<Choice> {
    let chosen = plain(value);
    let one = |v: &str, key: &str| Choice::new(v, f.t(key), &chosen);
    vec![one("true", "drafts-yes"), one("false", "drafts-no")]
}

/// Boxes of a date: as typed, else out of the kept day.
fn boxes(name: &str, value: &Value, typed: &Typed) -> [String; 3] {
    let part = |p: &str| typed.get(&format!("{name}.{p}")).and_then(|v| v.first()).cloned();
    if let (Some(y), Some(m), Some(d)) = (part("y"), part("m"), part("d")) {
        return [y, m, d];
    }
    let day = value.as_str().and_then(|s| codes::time::parse_day(s).ok());
    day.map(|d| [d.year().to_string(), d.month().to_string(), d.day().to_string()])
        .unwrap_or_default()
}

/// Lays out one control. `cell` is one in a row of a table: its date is one box.
fn control(t: &Table<'_>, field: &Field, name: String, value: &Value, cell: bool) -> Ask {
    let lang = t.f.lang.tag();
    let typed = t.typed.get(&name);
    let value = match typed.and_then(|v| v.first()) {
        Some(text) => &Value::from(text.as_str()),
        None => value,
    };
    let (kind, width) = input(field.widget);
    let mut ask = Ask {
        kind: "line",
        label: field.label.get(lang).to_owned(),
        value: plain(value),
        input: kind,
        hint: field.hint.get(lang).to_owned(),
        error: super::text_of(t.errors, &name),
        unit: field.unit.get(lang).to_owned(),
        width,
        max: field.max_length.map(|n| n.to_string()).unwrap_or_default(),
        required: field.required,
        name,
        ..Ask::default()
    };
    match field.widget {
        Widget::Textarea => ask.kind = "text",
        Widget::Radio => (ask.kind, ask.options) = ("radios", choices(field, t.f, &[plain(value)])),
        Widget::Select => {
            (ask.kind, ask.options) = ("select", choices(field, t.f, &[plain(value)]))
        }
        Widget::Checkboxes => {
            let kept: Vec<String> = value.as_array().into_iter().flatten().map(plain).collect();
            let chosen = typed.cloned().unwrap_or(kept);
            (ask.kind, ask.options) = ("checks", choices(field, t.f, &chosen));
        }
        Widget::Yesno => (ask.kind, ask.options) = ("radios", yes_no(t.f, value)),
        Widget::Tick | Widget::Sign => {
            (ask.kind, ask.on) = ("check", *value == Value::Bool(true) || value == "true");
        }
        Widget::Date if cell => ask.input = "date",
        Widget::Date => (ask.kind, ask.boxes) = ("date", boxes(&ask.name, value, t.typed)),
        _ => {}
    }
    ask
}

/// Rows of a table: those kept (or typed), one blank one where there is none or one more is wanted.
fn rows(t: &Table<'_>, field: &Field, value: &Value) -> Vec<Row> {
    let kept = value.as_array().map_or(0, Vec::len);
    let head = format!("{}.", field.key);
    let typed =
        t.typed.keys().filter_map(|k| k.strip_prefix(&head)?.split('.').next()?.parse().ok());
    let typed = typed.max().map_or(0, |last: usize| last + 1);
    let mut count = kept.max(typed).max(1);
    if t.more == field.key && typed == 0 {
        count = kept + 1;
    }
    let count = count.min(guide::packs::posted::MAX_ROWS);
    let cell = |row: usize, column: &Field| {
        let name = format!("{}.{row}.{}", field.key, column.key);
        control(t, column, name, &value[row][&column.key], true)
    };
    let row = |at: usize| {
        let cells: Vec<Ask> = field.columns.iter().map(|c| cell(at, c)).collect();
        let shown = field.columns.iter().filter(|c| !c.sensitive);
        let words = shown.map(|c| said(t.f, c, &value[at][&c.key]));
        let words: Vec<String> = words.filter(|w| !w.is_empty()).take(2).collect();
        let wrong = cells.iter().any(|c| !c.error.is_empty());
        let open = wrong || words.is_empty() || at >= kept;
        Row { said: words.join(t.f.t("drafts-and")), open, cells }
    };
    (0..count).map(row).collect()
}

/// One field of a page, ready for the template.
pub fn ask(t: &Table<'_>, field: &Field, required: bool) -> Ask {
    let value = t.values.get(&field.key);
    let mut ask = control(t, field, field.key.clone(), value, false);
    ask.required = required;
    ask.badge = badge(t.f, t.values.0.get(&field.key));
    if field.widget == Widget::Table {
        (ask.kind, ask.rows) = ("table", rows(t, field, value));
    }
    ask
}

/// A value that cannot be edited here, in words.
pub fn locked_answer(f: &Frame, field: &Field, values: &Values) -> Locked {
    Locked {
        label: field.label.get(f.lang.tag()).to_owned(),
        value: said(f, field, values.get(&field.key)),
        badge: badge(f, values.0.get(&field.key)),
        ..Locked::default()
    }
}

/// The same on the page of its question: with where to say that it is wrong.
pub fn known_answer(f: &Frame, field: &Field, opened: &Opened) -> Locked {
    let mut known = locked_answer(f, field, &opened.body.values);
    if matches!(known.badge.kind, "verified" | "licence") && !known.value.is_empty() {
        known.wrong = format!("/d/{}/dispute/{}", opened.draft.id.0, field.key);
        known.yours =
            opened.body.disputes.get(&field.key).map_or(String::new(), |d| d.value.clone());
    }
    known
}

/// A register's value in words: days as people write them.
fn words_of(f: &Frame, value: &Value) -> String {
    let text = plain(value);
    let iso = text.len() == 10 && text.as_bytes()[4] == b'-';
    let day = codes::time::parse_day(&text).ok().filter(|_| iso);
    day.map_or(text, |d| super::day(f, d))
}

/// A register fact a page shows (`register.field`), in words.
pub fn fact(f: &Frame, fact: &str, facts: &BTreeMap<String, Value>) -> Option<Locked> {
    let value = facts.get(fact).filter(|v| !is_empty(v))?;
    let (register, field) = fact.split_once('.')?;
    let register = Registers::shipped().register(register)?;
    let org = register.org.get(f.lang.tag()).to_owned();
    Some(Locked {
        label: register.field(field)?.label.get(f.lang.tag()).to_owned(),
        value: words_of(f, value),
        badge: Badge { kind: "verified", org, note: String::new() },
        ..Locked::default()
    })
}

/// Answers for a summary: a table gives one for each of its rows, the badge on the first.
pub fn summary(f: &Frame, field: &Field, values: &Values) -> Vec<Locked> {
    let mut whole = locked_answer(f, field, values);
    // The day stands on the page of the question; here the source is enough.
    if whole.badge.kind == "licence" || whole.badge.kind == "reuse" {
        whole.badge.note = String::new();
    }
    if whole.value.is_empty() {
        whole.value = f.t("drafts-nothing").to_owned();
    }
    let rows = values.get(&field.key).as_array().filter(|_| field.widget == Widget::Table);
    let Some(rows) = rows.filter(|rows| !rows.is_empty()) else { return vec![whole] };
    let one = |(at, row): (usize, &Value)| Locked {
        label: format!("{} {}", whole.label, at + 1),
        value: said(f, field, &Value::from(vec![row.clone()])),
        badge: if at == 0 { whole.badge.clone() } else { Badge::default() },
        ..Locked::default()
    };
    rows.iter().enumerate().map(one).collect()
}

/// An answer in words: choices by their labels, numbers with units, numbers of ids masked.
pub fn said(f: &Frame, field: &Field, value: &Value) -> String {
    let lang = f.lang.tag();
    let label = |v: &Value| {
        let found = field.options.iter().find(|o| *v == o.value);
        found.map_or_else(|| plain(v), |o| o.label(lang).to_owned())
    };
    match (field.widget, value) {
        (_, v) if is_empty(v) => String::new(),
        (Widget::Radio | Widget::Select, v) => label(v),
        (Widget::Checkboxes, Value::Array(all)) => {
            all.iter().map(label).collect::<Vec<_>>().join(f.t("drafts-and"))
        }
        (w, Value::Bool(b)) if w.is_bool() => {
            f.t(if *b { "drafts-yes" } else { "drafts-no" }).to_owned()
        }
        (Widget::Date, Value::String(s)) => {
            codes::time::parse_day(s).map_or_else(|_| s.clone(), |d| super::day(f, d))
        }
        (Widget::Idno, Value::String(s)) => Secret::new(s).masked_id(),
        (Widget::Phone, Value::String(s)) => Secret::new(s).masked_phone(),
        (Widget::Table, Value::Array(rows)) => {
            let row = |r: &Value| {
                let cells = field.columns.iter().map(|c| said(f, c, &r[&c.key]));
                let cells: Vec<String> = cells.filter(|c| !c.is_empty()).collect();
                cells.join(f.t("drafts-and"))
            };
            rows.iter().map(row).collect::<Vec<_>>().join(f.t("drafts-then"))
        }
        (_, v) => {
            let unit = field.unit.get(lang);
            if unit.is_empty() { plain(v) } else { format!("{} {unit}", plain(v)) }
        }
    }
}
