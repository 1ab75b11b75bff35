//! Form against schema: the same fields, types and options; prefill sources; pages people can bear.

use super::Findings;
use crate::forms::prefill::Origin;
use crate::packs::cel::AMBIENT;
use crate::packs::form::{Field, PageKind, Widget};
use crate::packs::model::Pack;
use crate::packs::registers::Registers;
use serde_json::Value;
use std::collections::BTreeSet;

const FILE: &str = "form.layout.toml";
const SCHEMA: &str = "form.schema.json";
/// Most questions on a phone page (ux: one topic, at most five fields).
const MOST: usize = 5;

pub(super) fn check(pack: &Pack, out: &mut Findings) {
    let form = &pack.form;
    if let Err(error) = form.validator.as_ref() {
        out.error(SCHEMA, "schema", "schema-broken", format!("not a JSON Schema 2020-12: {error}"));
    }
    let mut keys = BTreeSet::new();
    for (_, field) in form.fields() {
        if !keys.insert(field.key.as_str()) {
            out.error(FILE, &place(field), "key-twice", "two fields have this key");
        }
        one_field(pack, field, &form.schema["properties"][&field.key], out);
    }
    let properties = form.schema["properties"].as_object();
    for name in properties.into_iter().flat_map(|p| p.keys()) {
        if !keys.contains(name.as_str()) {
            let message = "in the schema, but on no page";
            out.error(SCHEMA, &format!("field {name}"), "schema-and-layout", message);
        }
    }
    for name in form.schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !keys.contains(name) {
            let message = "required, but there is no such field";
            out.error(SCHEMA, &format!("field {name}"), "schema-and-layout", message);
        }
    }
    pages(pack, out);
}

fn place(field: &Field) -> String {
    format!("field {}", field.key)
}

fn pages(pack: &Pack, out: &mut Findings) {
    let form = &pack.form;
    let mut keys = BTreeSet::new();
    for page in &form.pages {
        let place = format!("page {}", page.key);
        if !keys.insert(&page.key) {
            out.error(FILE, &place, "key-twice", "two pages have this key");
        }
        if form.sections.iter().all(|s| s.key != page.section) {
            out.error(FILE, &place, "section-unknown", format!("no section {}", page.section));
        }
        if page.kind == PageKind::Questions && page.fields.len() > MOST && page.reason.is_none() {
            let message = format!(
                "{} fields: split the page, or give a reason (more than {MOST} on a phone)",
                page.fields.len()
            );
            out.error(FILE, &place, "page-long", message);
        }
        if page.fields.is_empty() && page.shows.is_empty() {
            out.error(FILE, &place, "page-empty", "the page asks and shows nothing");
        }
        for fact in page.shows.iter().filter(|f| !Registers::shipped().knows(f)) {
            out.error(FILE, &place, "source-unknown", format!("no register knows {fact}"));
        }
    }
    for section in &form.sections {
        if form.pages.iter().all(|p| p.section != section.key) {
            let place = format!("section {}", section.key);
            out.error(FILE, &place, "page-empty", "no page belongs to this section");
        }
    }
}

fn one_field(pack: &Pack, field: &Field, schema: &Value, out: &mut Findings) {
    let place = place(field);
    if AMBIENT.contains(&field.key.as_str()) || !plain_key(&field.key) {
        let message = "a key is made of small letters, digits and _, and none of today, given, \
                       applicant, facts, decided";
        out.error(FILE, &place, "key-form", message);
    }
    if schema.is_null() {
        out.error(FILE, &place, "schema-and-layout", "on a page, but not in form.schema.json");
    } else if !fits(field, schema) {
        let message = format!("the schema's type does not fit the widget {:?}", field.widget);
        out.error(FILE, &place, "type-differs", message);
    }
    options(field, schema, &place, out);
    if field.widget == Widget::Table {
        columns(field, schema, &place, out);
    }
    if field.widget == Widget::File {
        let known = pack.materials.iter().any(|m| Some(&m.key) == field.material.as_ref());
        if !known {
            out.error(FILE, &place, "material-unknown", "an upload field names its material");
        }
    }
    prefill(field, &place, out);
    let secret = |f: &Field| matches!(f.widget, Widget::Idno | Widget::Phone);
    if (secret(field) && !field.sensitive)
        || field.columns.iter().any(|c| secret(c) && !(c.sensitive || field.sensitive))
    {
        let message = "id numbers and telephones are kept encrypted: sensitive = true";
        out.error(FILE, &place, "not-sensitive", message);
    }
    if field.sensitive && (field.purpose.is_empty() || field.basis.is_empty()) {
        let message = "personal data needs purpose and basis (个人信息保护法 art. 17)";
        out.error(FILE, &place, "purpose-missing", message);
    }
}

fn plain_key(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Whether a widget's answers are of the schema's type.
fn fits(field: &Field, schema: &Value) -> bool {
    let kind = schema["type"].as_str().unwrap_or_default();
    match field.widget {
        Widget::Radio | Widget::Select => schema["enum"].is_array(),
        Widget::Checkboxes => kind == "array" && schema["items"]["enum"].is_array(),
        Widget::Table => kind == "array" && schema["items"]["type"] == "object",
        Widget::File => kind == "array",
        Widget::Int => kind == "integer",
        Widget::Number | Widget::Money => kind == "number",
        w if w.is_bool() => kind == "boolean",
        _ => kind == "string" && schema["maxLength"].is_u64(),
    }
}

fn options(field: &Field, schema: &Value, place: &str, out: &mut Findings) {
    if !field.widget.has_options() {
        return;
    }
    let listed =
        if field.widget == Widget::Checkboxes { &schema["items"]["enum"] } else { &schema["enum"] };
    let listed: BTreeSet<&str> =
        listed.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let offered: BTreeSet<&str> = field.options.iter().map(|o| o.value.as_str()).collect();
    if listed != offered || offered.len() != field.options.len() {
        let odd: Vec<&str> = listed.symmetric_difference(&offered).copied().collect();
        let message = format!("options and the schema's enum differ: {}", odd.join("、"));
        out.error(FILE, place, "options-differ", message);
    }
}

fn columns(field: &Field, schema: &Value, place: &str, out: &mut Findings) {
    let own = &schema["items"]["properties"];
    let mut keys = BTreeSet::new();
    for column in &field.columns {
        let place = format!("{place}.{}", column.key);
        if !keys.insert(column.key.as_str()) {
            out.error(FILE, &place, "key-twice", "two columns have this key");
        }
        if own[&column.key].is_null() {
            out.error(FILE, &place, "schema-and-layout", "not in the schema's items");
        } else if matches!(column.widget, Widget::Table | Widget::File)
            || !fits(column, &own[&column.key])
        {
            out.error(FILE, &place, "type-differs", "the schema's type does not fit the widget");
        }
        options(column, &own[&column.key], &place, out);
    }
    for name in own.as_object().into_iter().flat_map(|p| p.keys()) {
        if !keys.contains(name.as_str()) {
            let place = format!("{place}.{name}");
            out.error(SCHEMA, &place, "schema-and-layout", "in the schema, but no column");
        }
    }
    if schema["maxItems"].as_u64().is_none_or(|n| n > crate::forms::posted::MAX_ROWS as u64) {
        out.error(SCHEMA, place, "table-bound", "a table needs maxItems, at most 50");
    }
}

fn prefill(field: &Field, place: &str, out: &mut Findings) {
    let registers = Registers::shipped();
    let mut official = false;
    for text in &field.prefill {
        let known = match Origin::parse(text) {
            Some(Origin::Register { register, field }) => {
                official = true;
                registers.register(&register).is_some_and(|r| r.field(&field).is_some())
            }
            Some(Origin::Licence { licence, field }) => {
                official = true;
                registers.licence(&licence).is_some_and(|r| r.field(&field).is_some())
            }
            Some(Origin::Fixed(value)) => {
                !field.widget.has_options() || field.options.iter().any(|o| o.value == value)
            }
            Some(Origin::Today) => field.widget == Widget::Date,
            Some(Origin::Reuse | Origin::ReuseOf(_)) => true,
            None => false,
        };
        if !known {
            let message = format!("nothing can answer {text}; see packs/registers.toml");
            out.error(FILE, place, "source-unknown", message);
        }
    }
    if official && (field.purpose.is_empty() || field.basis.is_empty()) {
        let message = "what is looked up elsewhere needs purpose and basis for the consent page";
        out.error(FILE, place, "purpose-missing", message);
    }
    if field.locked && !official && field.prefill.is_empty() {
        let message = "locked, but nothing fills it: nobody could answer";
        out.error(FILE, place, "locked-unfilled", message);
    }
}
