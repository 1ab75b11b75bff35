//! One judgement of one set of answers: the names that a pack's expressions are evaluated with are set
//! up once, and everything is asked of them: what is wrong, which rules are broken, which materials are
//! needed, the decision, the face of the licence.

use super::cel::{Scope, to_cel};
use super::form::{Field, Widget};
use super::model::{Applicant, Pack};
use super::values::Values;
use cel::Value as Named;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What rules may know beside the answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Circumstances {
    /// The day, ISO, Asia/Shanghai.
    pub today: String,
    /// Who applies.
    pub applicant: Applicant,
    /// Register facts fetched with consent, keyed `register.field`.
    pub facts: BTreeMap<String, Value>,
}

impl Circumstances {
    /// A day and an applicant, no facts yet.
    pub fn new(today: impl Into<String>, applicant: Applicant) -> Self {
        Self { today: today.into(), applicant, facts: BTreeMap::new() }
    }
}

/// The answers of one case as its pack sees them. Made once by whoever judges and handed down.
pub struct Judgement<'a> {
    pub(crate) pack: &'a Pack,
    pub(crate) values: &'a Values,
    pub(crate) circumstances: Circumstances,
    pub(crate) scope: Scope<'a>,
    visible: BTreeSet<&'a str>,
}

impl Pack {
    /// Sets up the names for these answers: every field by its key (a blank of its type when
    /// unanswered or hidden), `given` (keys with an answer), `today`, `applicant`, `facts`.
    pub fn judge<'a>(&'a self, values: &'a Values, circumstances: Circumstances) -> Judgement<'a> {
        let scope = scope(self, values, &circumstances);
        let fields = self.form.fields().map(|(_, f)| f);
        let visible = fields.filter(|f| f.shown(&scope)).map(|f| f.key.as_str()).collect();
        Judgement { pack: self, values, circumstances, scope, visible }
    }
}

impl<'a> Judgement<'a> {
    /// Whether the field is shown, given the answers.
    pub fn shows(&self, key: &str) -> bool {
        self.visible.contains(key)
    }

    /// Keys of the fields to show.
    pub fn visible(&self) -> &BTreeSet<&'a str> {
        &self.visible
    }

    /// Whether a field has to be answered now: by the schema or by its own condition.
    pub fn demands(&self, field: &Field) -> bool {
        let by_rule = |e: &super::cel::Expr| e.test(&self.scope) == Ok(true);
        field.required || field.required_if.as_ref().is_some_and(by_rule)
    }
}

fn scope<'a>(pack: &'a Pack, values: &Values, circumstances: &Circumstances) -> Scope<'a> {
    let mut scope = Scope::over(&pack.form.blanks, &circumstances.today);
    let applicant = &circumstances.applicant;
    let applicant = json!({"kind": applicant.kind, "agent": applicant.agent});
    scope.set("applicant", to_cel(&applicant));
    scope.set_facts(circumstances.facts.iter().map(|(k, v)| (k.as_str(), v)));
    let mut given = Vec::new();
    for (_, field) in pack.form.fields() {
        // In form order: a question may depend on earlier ones, so a hidden one stays blank for
        // all that follow. The checker refuses a show_if that looks ahead.
        let value = values.get(&field.key);
        if value.is_null() || !field.shown(&scope) {
            continue;
        }
        if values.given(&field.key) {
            given.push(Named::from(field.key.as_str()));
        }
        scope.set(&field.key, typed(field, value));
    }
    scope.set("given", Named::from(given));
    scope
}

/// An answer as expressions see it: the widget's blank when there is none or it has a wrong type.
fn typed(field: &Field, value: &Value) -> Named {
    let blank = field.widget.blank();
    match (value, &blank) {
        (Value::Number(n), Value::Number(_)) if field.widget == Widget::Int => {
            Named::Int(n.as_i64().unwrap_or(0))
        }
        (Value::Number(n), Value::Number(_)) => Named::Float(n.as_f64().unwrap_or(0.0)),
        (Value::Array(rows), Value::Array(_)) if field.widget == Widget::Table => {
            Named::from(rows.iter().map(|row| typed_row(&field.columns, row)).collect::<Vec<_>>())
        }
        (Value::String(_), Value::String(_))
        | (Value::Bool(_), Value::Bool(_))
        | (Value::Array(_), Value::Array(_)) => to_cel(value),
        _ => to_cel(&blank),
    }
}

fn typed_row(columns: &[Field], row: &Value) -> Named {
    let cells = columns.iter().map(|c| (c.key.clone(), typed(c, &row[&c.key])));
    Named::from(cells.collect::<HashMap<_, _>>())
}
