//! Reading a posted page into answers: tables, dates in three boxes, numbers with units; bounded,
//! and hostile input refused with a clear code.

use super::validate::FieldError;
use crate::packs::form::{Field, Form, Page, PageKind, Widget};
use crate::packs::text::Text;
use crate::packs::values::{Changes, is_empty};
use crate::packs::words::{same, word};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Most pairs in one post.
pub const MAX_PAIRS: usize = 4_000;
/// Longest field name in bytes.
pub const MAX_NAME: usize = 120;
/// Longest single value in characters.
pub const MAX_VALUE: usize = 4_000;
/// Largest post in bytes, names and values together.
pub const MAX_TOTAL: usize = 256 * 1024;
/// Most rows of a table.
pub const MAX_ROWS: usize = 50;
/// Names the pages use for themselves; anything starting with `_` too.
pub const CONTROL: [&str; 8] = ["csrf", "idem", "go", "rev", "action", "save", "row", "lang"];

/// A post that is refused as a whole. Nothing of it is taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostRefusal {
    /// Stable code: `post-too-many`, `post-too-large`, `post-name`, `post-unknown`, `post-control`,
    /// `post-twice`, `post-rows`, `post-value`.
    pub code: &'static str,
    /// Field name at fault, shortened.
    pub name: String,
    /// What to do.
    pub message: Text,
}

impl PostRefusal {
    fn new(code: &'static str, name: &str) -> Self {
        let name: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
        Self { code, message: word(code, &[("name", same(&name))]), name }
    }
}

/// What a post said: answers that could be read and those that could not. Unreadable answers are
/// not taken over; the page shows what was typed again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Parsed {
    /// New answers.
    pub changes: Changes,
    /// Answers that make no sense, e.g. letters for a number.
    pub errors: Vec<FieldError>,
}

impl Form {
    /// Reads a post. With a page, the post is that whole page: boxes not sent are unticked, other
    /// pages' fields are refused. Without one it is an autosave of whatever it names.
    ///
    /// # Errors
    /// [`PostRefusal`] for what no browser of ours sends.
    pub fn parse_posted(
        &self,
        pairs: &[(String, String)],
        page: Option<&Page>,
    ) -> Result<Parsed, PostRefusal> {
        let sent = self.sort_out(pairs, page)?;
        let mut parsed = Parsed::default();
        for (_, field) in self.fields().filter(|(p, _)| page.is_none_or(|q| q.key == p.key)) {
            let parts = sent.get(field.key.as_str());
            if parts.is_none() && (page.is_none() || !resets(field.widget)) {
                continue;
            }
            let empty = BTreeMap::new();
            let parts = parts.unwrap_or(&empty);
            let read = match field.widget {
                Widget::Table => read_table(field, parts)?,
                _ => read_field(field, parts)?,
            };
            match read {
                Ok(value) => {
                    parsed.changes.0.insert(field.key.clone(), value);
                }
                Err(mut errors) => parsed.errors.append(&mut errors),
            }
        }
        Ok(parsed)
    }

    /// Groups pairs by field and the part after it (`""`, `y`, `0.name`), with every bound checked.
    fn sort_out<'a>(
        &'a self,
        pairs: &'a [(String, String)],
        page: Option<&Page>,
    ) -> Result<Sent<'a>, PostRefusal> {
        if pairs.len() > MAX_PAIRS {
            return Err(PostRefusal::new("post-too-many", ""));
        }
        if pairs.iter().map(|(n, v)| n.len() + v.len()).sum::<usize>() > MAX_TOTAL {
            return Err(PostRefusal::new("post-too-large", ""));
        }
        let mut sent: Sent<'a> = BTreeMap::new();
        for (name, value) in pairs {
            if name.starts_with('_') || CONTROL.contains(&name.as_str()) {
                continue;
            }
            if name.is_empty() || name.len() > MAX_NAME || name.chars().any(char::is_control) {
                return Err(PostRefusal::new("post-name", name));
            }
            let (key, part) = name.split_once('.').unwrap_or((name, ""));
            let found = self.fields().find(|(p, f)| {
                f.key == key
                    && f.widget != Widget::File
                    && p.kind != PageKind::Materials
                    && page.is_none_or(|q| q.key == p.key)
            });
            let Some((_, field)) = found else {
                return Err(PostRefusal::new("post-unknown", name));
            };
            clean(field, part, value).map_err(|code| PostRefusal::new(code, name))?;
            sent.entry(&field.key).or_default().entry(part).or_default().push(value.as_str());
        }
        Ok(sent)
    }
}

type Sent<'a> = BTreeMap<&'a str, Parts<'a>>;
type Parts<'a> = BTreeMap<&'a str, Vec<&'a str>>;
type Read = Result<Value, Vec<FieldError>>;

/// Browsers send nothing for unticked boxes and for a table without rows.
fn resets(widget: Widget) -> bool {
    widget.is_ticked() || matches!(widget, Widget::Checkboxes)
}

/// Refuses control characters, direction overrides and over-long values.
fn clean(field: &Field, part: &str, value: &str) -> Result<(), &'static str> {
    if value.chars().count() > MAX_VALUE {
        return Err("post-value");
    }
    let lines = field.widget == Widget::Textarea
        || field
            .columns
            .iter()
            .any(|c| c.widget == Widget::Textarea && part.ends_with(&format!(".{}", c.key)));
    let bad = |c: char| match c {
        '\n' | '\r' | '\t' => !lines,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => true,
        c => c.is_control(),
    };
    if value.chars().any(bad) { Err("post-control") } else { Ok(()) }
}

fn read_field(field: &Field, parts: &Parts) -> Result<Read, PostRefusal> {
    let whole = parts.get("").map(Vec::as_slice).unwrap_or_default();
    if field.widget == Widget::Date && !parts.contains_key("") {
        let allowed = |p: &&str| matches!(*p, "y" | "m" | "d");
        if let Some(strange) = parts.keys().find(|p| !allowed(p)) {
            return Err(PostRefusal::new("post-unknown", &format!("{}.{strange}", field.key)));
        }
        return three_boxes(field, parts);
    }
    if let Some(strange) = parts.keys().find(|p| !p.is_empty()) {
        return Err(PostRefusal::new("post-unknown", &format!("{}.{strange}", field.key)));
    }
    if field.widget == Widget::Checkboxes {
        let mut chosen: Vec<Value> = Vec::new();
        for value in whole.iter().filter(|v| !v.is_empty()) {
            if chosen.iter().all(|c| c != value) {
                chosen.push(Value::from(*value));
            }
        }
        let fits = chosen.iter().all(|c| field.options.iter().any(|o| *c == o.value));
        let read = if fits { Ok(Value::Array(chosen)) } else { Err(fault(field, "option")) };
        return Ok(read.map_err(|e| vec![e]));
    }
    match whole {
        [] => Ok(Ok(field.widget.unanswered())),
        [one] => Ok(read_one(field, one).map_err(|e| vec![e])),
        [first, rest @ ..] if rest.iter().all(|v| v == first) => {
            Ok(read_one(field, first).map_err(|e| vec![e]))
        }
        _ => Err(PostRefusal::new("post-twice", &field.key)),
    }
}

/// A date in boxes `key.y`, `key.m`, `key.d`; all blank is no answer.
fn three_boxes(field: &Field, parts: &Parts) -> Result<Read, PostRefusal> {
    let mut boxes = Vec::new();
    for part in ["y", "m", "d"] {
        match parts.get(part).map(Vec::as_slice) {
            None | Some([]) => boxes.push(""),
            Some([one]) => boxes.push(one.trim()),
            Some(_) => return Err(PostRefusal::new("post-twice", &field.key)),
        }
    }
    if boxes.iter().all(|b| b.is_empty()) {
        return Ok(Ok(Value::Null));
    }
    Ok(read_one(field, &boxes.join("-")).map_err(|e| vec![e]))
}

/// One value of one widget. Blank is no answer.
fn read_one(field: &Field, typed: &str) -> Result<Value, FieldError> {
    let text = typed.trim().replace("\r\n", "\n").replace('\r', "\n");
    if text.is_empty() {
        return Ok(field.widget.unanswered());
    }
    match field.widget {
        w if w.is_bool() => match text.as_str() {
            "true" | "yes" | "on" | "1" | "是" => Ok(Value::Bool(true)),
            "false" | "no" | "off" | "0" | "否" => Ok(Value::Bool(false)),
            _ => Err(fault(field, "option")),
        },
        Widget::Radio | Widget::Select => {
            let fits = field.options.iter().any(|o| o.value == text);
            if fits { Ok(Value::from(text)) } else { Err(fault(field, "option")) }
        }
        w if w.is_number() => number(field, &text),
        Widget::Date => codes::time::parse_day(&text)
            .map(|d| Value::from(d.to_string()))
            .map_err(|_| fault(field, "date")),
        _ => Ok(Value::from(canonical(field.widget, &text))),
    }
}

/// Codes are stored in their canonical form when they parse; otherwise as typed, for the error.
fn canonical(widget: Widget, text: &str) -> String {
    let parsed = match widget {
        Widget::Idno => codes::citizen::CitizenId::typed(text).ok().map(|v| v.as_str().to_owned()),
        Widget::Uscc => codes::uscc::Uscc::parse(text).ok().map(|v| v.as_str().to_owned()),
        Widget::Phone => codes::phone::Phone::parse(text).ok().map(|v| v.as_str().to_owned()),
        Widget::Name => codes::name::PersonName::parse(text).ok().map(|v| v.as_str().to_owned()),
        Widget::Plate => Some(text.replace([' ', '·', '-'], "").to_uppercase()),
        _ => None,
    };
    parsed.unwrap_or_else(|| text.to_owned())
}

/// A number as people type it: full-width digits, thousands commas, the unit behind it.
fn number(field: &Field, text: &str) -> Result<Value, FieldError> {
    let mut plain: String = text.chars().map(half_width).filter(|c| !c.is_whitespace()).collect();
    for unit in [field.unit.zh.as_str(), field.unit.en.as_str(), "㎡", "元", "¥", "￥"] {
        if let Some(rest) = plain.strip_suffix(unit).or_else(|| plain.strip_prefix(unit)) {
            plain = rest.to_owned();
        }
    }
    let digits = plain.replace(',', "");
    let body = digits.strip_prefix('-').unwrap_or(&digits);
    let (whole, part) = body.split_once('.').unwrap_or((body, "0"));
    let all = |s: &str| !s.is_empty() && s.len() <= 12 && s.bytes().all(|b| b.is_ascii_digit());
    if !all(whole) || !all(part) {
        return Err(fault(field, "number"));
    }
    let decimals = body.split_once('.').map_or(0, |(_, p)| p.trim_end_matches('0').len());
    let allowed = match field.widget {
        Widget::Int => 0,
        Widget::Money => 2,
        _ => 4,
    };
    if decimals > allowed {
        return Err(fault(field, if allowed == 0 { "whole" } else { "decimals" }));
    }
    let value = if decimals == 0 {
        let sign = if digits.starts_with('-') { -1 } else { 1 };
        whole.parse::<i64>().ok().map(|n| Value::from(sign * n))
    } else {
        digits.parse::<f64>().ok().filter(|f| f.is_finite()).map(Value::from)
    };
    value.ok_or_else(|| fault(field, "number"))
}

fn half_width(c: char) -> char {
    match c {
        '０'..='９' => char::from(b'0' + u8::try_from(c as u32 - '０' as u32).unwrap_or(0)),
        '．' => '.',
        '，' => ',',
        '－' | '−' => '-',
        other => other,
    }
}

/// Rows posted as `key.<row>.<column>`; blank rows are dropped, the others move up.
fn read_table(field: &Field, parts: &Parts) -> Result<Read, PostRefusal> {
    let mut rows: BTreeMap<usize, Map<String, Value>> = BTreeMap::new();
    let mut errors = Vec::new();
    for (part, values) in parts {
        if part.is_empty() && values.iter().all(|v| v.is_empty()) {
            continue; // the marker of an emptied table
        }
        let name = format!("{}.{part}", field.key);
        let unknown = || PostRefusal::new("post-unknown", &name);
        let (row, column) = part.split_once('.').ok_or_else(unknown)?;
        if row.is_empty() || row.len() > 3 || !row.bytes().all(|b| b.is_ascii_digit()) {
            return Err(unknown());
        }
        let row: usize = row.parse().map_err(|_| unknown())?;
        if row >= MAX_ROWS {
            return Err(PostRefusal::new("post-rows", &name));
        }
        let (column, sub) = column.split_once('.').unwrap_or((column, ""));
        let column = field.columns.iter().find(|c| c.key == column).ok_or_else(unknown)?;
        if !sub.is_empty() {
            return Err(unknown());
        }
        let cell = BTreeMap::from([("", values.clone())]);
        match read_field(column, &cell)? {
            Ok(value) => {
                rows.entry(row).or_default().insert(column.key.clone(), value);
            }
            Err(mut bad) => {
                bad.iter_mut().for_each(|e| e.field = format!("{}.{row}.{}", field.key, e.field));
                errors.append(&mut bad);
            }
        }
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let rows = rows.into_values().map(Value::Object).filter(|r| !is_empty(r));
    Ok(Ok(Value::Array(rows.collect())))
}

fn fault(field: &Field, code: &str) -> FieldError {
    let message = if field.error.is_empty() {
        word(&format!("error-{code}"), &[("label", field.label.clone())])
    } else {
        field.error.clone()
    };
    FieldError { field: field.key.clone(), code: code.to_owned(), message }
}

impl Widget {
    /// What is stored when nothing was answered.
    fn unanswered(self) -> Value {
        match self {
            w if w.is_ticked() => Value::Bool(false),
            Widget::Checkboxes | Widget::Table | Widget::File => Value::Array(Vec::new()),
            _ => Value::Null,
        }
    }
}
