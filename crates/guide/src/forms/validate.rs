//! Judging answers: JSON Schema, the codes of national standards, required fields, cross rules.

use crate::packs::form::{Field, Form, Page, PageKind, Widget};
use crate::packs::judgement::Judgement;
use crate::packs::model::RuleKind;
use crate::packs::text::Text;
use crate::packs::values::{Values, is_empty};
use crate::packs::words::{same, word};
use jsonschema::error::ValidationErrorKind as Kind;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// One thing to correct. `field` is `area` or, in a table, `mgr.0.id_no`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Which field or cell.
    pub field: String,
    /// Stable code: `required`, `too-long`, `citizen-id-check`, `rule:<key>`…
    pub code: String,
    /// What to do.
    pub message: Text,
}

impl FieldError {
    /// Key of the form field, without row and column.
    pub fn top(&self) -> &str {
        self.field.split('.').next().unwrap_or_default()
    }
}

impl Judgement<'_> {
    /// Everything wrong with the whole form, in its order; at most one error per field or cell:
    /// schema, codes, required answers, then cross rules. Upload fields are left to the materials; see
    /// [`Judgement::needs`].
    pub fn faults(&self) -> Vec<FieldError> {
        let mut errors = self.of_form(|_| true);
        self.cross(None, &mut errors);
        errors
    }

    /// Everything wrong with one page; cross rules that reach to a later page wait for it.
    pub fn faults_on(&self, page: &Page) -> Vec<FieldError> {
        let mut errors = self.of_form(|p| p.key == page.key);
        self.cross(Some(page), &mut errors);
        errors
    }

    fn cross(&self, page: Option<&Page>, errors: &mut Vec<FieldError>) {
        let pages = &self.pack.form.pages;
        let place = |key: &str| pages.iter().position(|p| p.has(key));
        let here = page.and_then(|p| pages.iter().position(|q| q.key == p.key));
        for rule in self.broken(RuleKind::Cross) {
            let shown: Vec<&String> = rule.fields.iter().filter(|f| self.shows(f)).collect();
            let due = match here {
                None => true,
                Some(here) => shown.iter().filter_map(|f| place(f)).max() == Some(here),
            };
            let told = shown.iter().any(|f| errors.iter().any(|e| e.top() == f.as_str()));
            let Some(first) = shown.first().filter(|_| due && !told) else { continue };
            errors.push(FieldError {
                field: (*first).clone(),
                code: format!("rule:{}", rule.key),
                message: self.message(rule),
            });
        }
    }

    /// Schema, codes and required answers of the pages wanted.
    fn of_form(&self, wanted: impl Fn(&Page) -> bool) -> Vec<FieldError> {
        let (form, values) = (&self.pack.form, self.values);
        let asked: Vec<&Field> = form
            .fields()
            .filter(|(p, f)| {
                wanted(p)
                    && p.kind != PageKind::Materials
                    && f.widget != Widget::File
                    && self.shows(&f.key)
            })
            .map(|(_, f)| f)
            .collect();
        let mut found = Vec::new();
        for field in &asked {
            required(field, values.get(&field.key), self.demands(field), &mut found);
            codes_of(field, values.get(&field.key), &mut found);
        }
        form.schema_errors(&asked, values, &mut found);
        in_order(&asked, found)
    }
}

impl Page {
    /// Whether a field stands on this page.
    pub fn has(&self, key: &str) -> bool {
        self.fields.iter().any(|f| f.key == key)
    }
}

impl Form {
    fn schema_errors(&self, asked: &[&Field], values: &Values, found: &mut Vec<FieldError>) {
        let Ok(validator) = self.validator.as_ref() else { return };
        let instance: Map<String, Value> = asked
            .iter()
            .filter(|f| values.given(&f.key))
            .map(|f| (f.key.clone(), without_blanks(values.get(&f.key))))
            .collect();
        for error in validator.iter_errors(&Value::Object(instance)) {
            let path = error.instance_path().as_str().trim_start_matches('/').replace('/', ".");
            let Some((field, label)) = label_at(asked, &path) else { continue };
            let (code, mut message) = describe(error.kind(), label);
            if !field.error.is_empty() {
                message = field.error.clone();
            }
            found.push(FieldError { field: path, code: code.to_owned(), message });
        }
    }
}

/// Sorts by form order and keeps the first error of each place.
fn in_order(asked: &[&Field], found: Vec<FieldError>) -> Vec<FieldError> {
    let mut seen = BTreeSet::new();
    let mut errors: Vec<FieldError> =
        found.into_iter().filter(|e| seen.insert(e.field.clone())).collect();
    errors.sort_by_key(|e| asked.iter().position(|f| f.key == e.top()));
    errors
}

/// The field (or column) a dotted path leads to, with its label.
fn label_at<'a>(asked: &[&'a Field], path: &str) -> Option<(&'a Field, Text)> {
    let mut parts = path.split('.');
    let top = asked.iter().find(|f| Some(f.key.as_str()) == parts.clone().next())?;
    let column = parts.nth(2).and_then(|c| top.columns.iter().find(|f| f.key == c));
    let field = column.unwrap_or(top);
    Some((field, field.label.clone()))
}

fn without_blanks(value: &Value) -> Value {
    match value {
        Value::Object(o) => o
            .iter()
            .filter(|(_, v)| !is_empty(v))
            .map(|(k, v)| (k.clone(), without_blanks(v)))
            .collect(),
        Value::Array(a) => a.iter().map(without_blanks).collect(),
        other => other.clone(),
    }
}

fn required(field: &Field, value: &Value, demanded: bool, found: &mut Vec<FieldError>) {
    let label = || ("label", field.label.clone());
    let mut missing = |place: String, code: &str, message: Text| {
        found.push(FieldError { field: place, code: code.to_owned(), message });
    };
    if demanded && (is_empty(value) || (field.widget.is_ticked() && *value != Value::Bool(true))) {
        let code = match field.widget {
            Widget::Tick | Widget::Sign => "required-tick",
            Widget::Checkboxes => "required-any",
            Widget::Table => "required-row",
            w if w.has_options() || w == Widget::Yesno => "required-choice",
            _ => "required",
        };
        let own = !field.error.is_empty() && field.widget.is_ticked();
        let message =
            if own { field.error.clone() } else { word(&format!("error-{code}"), &[label()]) };
        missing(field.key.clone(), code, message);
    }
    for (n, row) in value.as_array().into_iter().flatten().enumerate() {
        for column in field.columns.iter().filter(|c| c.required && is_empty(&row[&c.key])) {
            let places = [("row", same(n + 1)), ("label", column.label.clone())];
            let message = word("error-required-cell", &places);
            missing(format!("{}.{n}.{}", field.key, column.key), "required-cell", message);
        }
    }
}

/// Checks the codes of national standards in a field and in the cells of its table.
fn codes_of(field: &Field, value: &Value, found: &mut Vec<FieldError>) {
    for (n, row) in value.as_array().into_iter().flatten().enumerate() {
        for column in &field.columns {
            if let Some((code, message)) = code_fault(column, &row[&column.key]) {
                let place = format!("{}.{n}.{}", field.key, column.key);
                found.push(FieldError { field: place, code, message });
            }
        }
    }
    if let Some((code, message)) = code_fault(field, value) {
        found.push(FieldError { field: field.key.clone(), code, message });
    }
}

fn code_fault(field: &Field, value: &Value) -> Option<(String, Text)> {
    let text = value.as_str().filter(|t| !t.trim().is_empty())?;
    let (code, key) = match field.widget {
        Widget::Idno => (codes::citizen::CitizenId::parse(text).err()?.code, "idno"),
        Widget::Uscc => (codes::uscc::Uscc::parse(text).err()?.code, "uscc"),
        Widget::Phone => (codes::phone::Phone::parse(text).err()?.code, "phone"),
        Widget::Name => (codes::name::PersonName::parse(text).err()?.code, "name"),
        Widget::Plate if !plate(text) => ("plate", "plate"),
        Widget::Date if crate::packs::days::parse(text).is_none() => ("date", "date"),
        _ => return None,
    };
    let message = if field.error.is_empty() {
        word(&format!("error-{key}"), &[("label", field.label.clone())])
    } else {
        field.error.clone()
    };
    Some((code.to_owned(), message))
}

/// A number plate (GA 36): one Han character, one letter, five or six letters or digits without
/// I and O; the last place may be a Han character such as 学.
fn plate(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let sign = |c: &char| c.is_ascii_digit() || (c.is_ascii_uppercase() && !"IO".contains(*c));
    matches!(chars.len(), 7 | 8)
        && codes::name::is_han(chars[0])
        && chars[1].is_ascii_uppercase()
        && chars[2..chars.len() - 1].iter().all(sign)
        && chars.last().is_some_and(|c| sign(c) || codes::name::is_han(*c))
}

fn describe(kind: &Kind, label: Text) -> (&'static str, Text) {
    let limit = |n: &dyn ToString| ("limit", same(n.to_string()));
    let (code, place) = match kind {
        Kind::MaxLength { limit: n } => ("too-long", Some(limit(n))),
        Kind::MinLength { limit: n } => ("too-short", Some(limit(n))),
        Kind::Maximum { limit: n } => ("max", Some(limit(n))),
        Kind::ExclusiveMaximum { limit: n } => ("below", Some(limit(n))),
        Kind::Minimum { limit: n } => ("min", Some(limit(n))),
        Kind::ExclusiveMinimum { limit: n } => ("above", Some(limit(n))),
        Kind::MaxItems { limit: n } => ("rows-max", Some(limit(n))),
        Kind::MinItems { limit: n } => ("rows-min", Some(limit(n))),
        Kind::UniqueItems => ("twice", None),
        Kind::Enum { .. } | Kind::Constant { .. } => ("option", None),
        Kind::MultipleOf { .. } => ("decimals", None),
        Kind::Pattern { .. } | Kind::Format { .. } => ("pattern", None),
        _ => ("type", None),
    };
    let mut places = vec![("label", label)];
    places.extend(place);
    (code, word(&format!("error-{code}"), &places))
}

impl Widget {
    /// A box that has to be ticked when required.
    pub fn is_ticked(self) -> bool {
        matches!(self, Widget::Tick | Widget::Sign)
    }
}
