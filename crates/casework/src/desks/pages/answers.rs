//! The answers of a case in words, section by section, each with the badge of where it came from.

use super::day;
use crate::drafts::Body;
use guide::packs::values::is_empty;
use guide::packs::{Field, FieldValue, Judgement, Pack, PageKind, Source, Widget};
use serde_json::Value;
use std::collections::BTreeSet;
use store::Secret;
use web::Frame;

/// One answer.
pub(crate) struct Line {
    /// Question.
    pub label: String,
    /// Answer in words; of a table how many rows.
    pub value: String,
    /// What was fetched before the applicant changed it; empty when he did not.
    pub was: String,
    /// Rows of a table, one line each.
    pub rows: Vec<String>,
    /// Kind of `ui::src`; empty for none.
    pub kind: &'static str,
    /// Who it came from.
    pub org: String,
    /// State or date.
    pub note: String,
}

/// One topic of the form.
pub(crate) struct Section {
    /// From 1: `Alt+1`.
    pub no: usize,
    /// Address within the page.
    pub key: String,
    /// Its name.
    pub title: String,
    /// Its answers.
    pub lines: Vec<Line>,
    /// An automatic check stands at one of its answers.
    pub look: bool,
}

/// How answers are told.
pub(crate) struct Told<'a> {
    /// Words.
    pub f: &'a Frame,
    /// Numbers of ids and telephones in full: the reading was recorded with its purpose.
    pub full: bool,
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(s) => s.clone(),
        Value::Number(n) => n.to_string(),
        _ => String::new(),
    }
}

impl Told<'_> {
    /// One answer in words.
    pub fn words(&self, field: &Field, value: &Value) -> String {
        let lang = self.f.lang.tag();
        let label = |v: &Value| {
            let found = field.options.iter().find(|o| *v == o.value);
            found.map_or_else(|| plain(v), |o| o.label(lang).to_owned())
        };
        match (field.widget, value) {
            (_, v) if is_empty(v) => String::new(),
            (Widget::Checkboxes, Value::Array(all)) => self.joined(all.iter().map(label)),
            (w, v) if w.has_options() => label(v),
            (_, Value::Bool(yes)) => {
                self.f.t(if *yes { "desks-yes" } else { "desks-no" }).to_owned()
            }
            (Widget::Date, Value::String(s)) => {
                codes::time::parse_day(s).map_or_else(|_| s.clone(), |d| day(self.f, d))
            }
            (Widget::Idno, Value::String(s)) if !self.full => Secret::new(s).masked_id(),
            (Widget::Phone, Value::String(s)) if !self.full => Secret::new(s).masked_phone(),
            (_, v) => [plain(v).as_str(), field.unit.get(lang)].join(" ").trim().to_owned(),
        }
    }

    fn joined(&self, parts: impl Iterator<Item = String>) -> String {
        parts.filter(|p| !p.is_empty()).collect::<Vec<_>>().join(self.f.t("desks-and"))
    }

    fn rows(&self, field: &Field, value: &Value) -> Vec<String> {
        let all = value.as_array().filter(|_| field.widget == Widget::Table);
        let row = |r: &Value| self.joined(field.columns.iter().map(|c| self.words(c, &r[&c.key])));
        all.into_iter().flatten().map(row).filter(|r| !r.is_empty()).collect()
    }

    fn line(&self, field: &Field, held: Option<&FieldValue>) -> Line {
        let value = held.map_or(&Value::Null, |v| &v.value);
        let rows = self.rows(field, value);
        let words = match rows.len() {
            0 => self.words(field, value),
            n => self.f.tn("desks-rows", n),
        };
        let was = held.and_then(|v| v.original.as_ref());
        let (kind, org, note) = held.map(|v| self.badge(v)).unwrap_or_default();
        Line {
            label: field.label.get(self.f.lang.tag()).to_owned(),
            value: if words.is_empty() { self.f.t("desks-blank").to_owned() } else { words },
            was: was.map(|w| self.words(field, w)).unwrap_or_default(),
            rows,
            kind,
            org,
            note,
        }
    }

    /// How a value came: kind of badge, who, state or date (ux §6.1).
    fn badge(&self, v: &FieldValue) -> (&'static str, String, String) {
        let org = v.source_org.clone().unwrap_or_default();
        let on = v.fetched_at.map(|at| at.day()).map(|d| format!("{}-{:02}", d.month(), d.day()));
        let on = on.unwrap_or_default();
        if v.unavailable {
            return ("missing", String::new(), org);
        }
        if is_empty(&v.value) {
            return <_>::default();
        }
        let (said, none) = (|key| self.f.t(key).to_owned(), String::new());
        match v.source {
            Source::Applicant if v.original.is_some() => ("edited", said("desks-src-edited"), none),
            Source::Applicant => ("self", said("desks-src-self"), none),
            Source::Register => ("verified", org, if v.locked { String::new() } else { on }),
            Source::Licence => ("licence", org, on),
            Source::Reuse => ("reuse", String::new(), on),
            Source::Ocr => ("ocr", org, String::new()),
            Source::Clerk => ("clerk", String::new(), org),
            Source::Proxy => ("proxy", String::new(), org),
            Source::Fixed => <_>::default(),
        }
    }

    /// The whole form; questions that were not asked are left out. `looks` are the answers a check
    /// wants looked at.
    pub fn sections(
        &self,
        pack: &Pack,
        body: &Body,
        judgement: &Judgement<'_>,
        looks: &BTreeSet<String>,
    ) -> Vec<Section> {
        let lang = self.f.lang.tag();
        let asked = |f: &&Field| judgement.shows(&f.key) && f.widget != Widget::File;
        let mut out: Vec<Section> = Vec::new();
        for section in &pack.form.sections {
            let pages = pack.form.pages.iter();
            let pages = pages.filter(|p| p.section == section.key && p.kind != PageKind::Materials);
            let fields: Vec<&Field> = pages.flat_map(|p| &p.fields).filter(asked).collect();
            if fields.is_empty() {
                continue;
            }
            let line = |f: &&Field| self.line(f, body.values.0.get(&f.key));
            out.push(Section {
                no: out.len() + 1,
                key: section.key.clone(),
                title: section.title.get(lang).to_owned(),
                lines: fields.iter().map(line).collect(),
                look: fields.iter().any(|f| looks.contains(&f.key)),
            });
        }
        out
    }
}
