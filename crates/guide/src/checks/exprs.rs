//! Expressions: they compile, and every name, fact and slot in them exists.

use super::Findings;
use crate::packs::cel::{AMBIENT, Expr};
use crate::packs::model::Pack;
use crate::packs::registers::Registers;
use std::collections::BTreeSet;

pub(super) fn check(pack: &Pack, out: &mut Findings) {
    for (file, place, expr) in all(pack) {
        one(pack, file, &place, expr, out);
    }
    order(pack, out);
    rules(pack, out);
    for material in &pack.materials {
        let place = format!("material {}", material.key);
        for fact in material.facts.iter().filter(|f| !Registers::shipped().knows(f)) {
            let message = format!("no register knows {fact}; see packs/registers.toml");
            out.error("materials.toml", &place, "fact-unknown", message);
        }
        for field in material.fields.iter().filter(|f| pack.form.field(f).is_none()) {
            let message = format!("the form has no field {field}");
            out.error("materials.toml", &place, "field-unknown", message);
        }
    }
}

/// Every expression with the file and place it stands at.
fn all(pack: &Pack) -> Vec<(&'static str, String, &Expr)> {
    let mut list: Vec<(&'static str, String, &Expr)> = Vec::new();
    for (_, field) in pack.form.fields() {
        for (what, expr) in [("show_if", &field.show_if), ("required_if", &field.required_if)] {
            let place = format!("field {} {what}", field.key);
            list.extend(expr.iter().map(|e| ("form.layout.toml", place.clone(), e)));
        }
    }
    for rule in &pack.rules {
        list.push(("conditions.toml", format!("rule {} must", rule.key), &rule.must));
        let place = format!("rule {} when", rule.key);
        list.extend(rule.when.iter().map(|e| ("conditions.toml", place.clone(), e)));
    }
    for material in &pack.materials {
        let place = format!("material {} when", material.key);
        list.extend(material.when.iter().map(|e| ("materials.toml", place.clone(), e)));
    }
    if let Some(auto) = &pack.flow.auto {
        list.push(("flow.toml", "auto grant_if".to_owned(), &auto.grant_if));
    }
    if let Some(licence) = &pack.licence {
        list.push(("licence.toml", "valid_until".to_owned(), &licence.valid_until));
        let own = licence.field.iter().filter(|f| !f.value.source().starts_with("issue:"));
        list.extend(own.map(|f| ("licence.toml", format!("field {}", f.key), &f.value)));
    }
    list
}

/// A question may depend on earlier ones only: people answer from the top.
fn order(pack: &Pack, out: &mut Findings) {
    let mut before = BTreeSet::new();
    for (_, field) in pack.form.fields() {
        for name in field.show_if.iter().flat_map(|e| e.variables()) {
            if pack.form.field(name).is_some() && !before.contains(name.as_str()) {
                let place = format!("field {} show_if", field.key);
                let message = format!("{name} is asked later; a question depends on earlier ones");
                out.error("form.layout.toml", &place, "looks-ahead", message);
            }
        }
        before.insert(field.key.as_str());
    }
}

fn one(pack: &Pack, file: &str, place: &str, expr: &Expr, out: &mut Findings) {
    if let Some(error) = expr.error() {
        out.error(file, place, "expression-broken", format!("{}: {error}", expr.source()));
        return;
    }
    for name in expr.variables() {
        if !AMBIENT.contains(&name.as_str()) && pack.form.field(name).is_none() {
            let message = format!("{}: the form has no field {name}", expr.source());
            out.error(file, place, "field-unknown", message);
        }
    }
    for fact in expr.facts().iter().filter(|f| !Registers::shipped().knows(f)) {
        let message = format!("no register knows {fact}; see packs/registers.toml");
        out.error(file, place, "fact-unknown", message);
    }
}

fn rules(pack: &Pack, out: &mut Findings) {
    let mut keys = BTreeSet::new();
    for rule in &pack.rules {
        let place = format!("rule {}", rule.key);
        let file = "conditions.toml";
        if !keys.insert(&rule.key) {
            out.error(file, &place, "key-twice", "two rules have this key");
        }
        for field in rule.fields.iter().filter(|f| pack.form.field(f).is_none()) {
            let message = format!("the form has no field {field}");
            out.error(file, &place, "field-unknown", message);
        }
        if rule.kind == crate::packs::model::RuleKind::Cross && rule.fields.is_empty() {
            let message = "an error of the form stands at a field: name it in fields";
            out.error(file, &place, "rule-without-field", message);
        }
        for slot in rule.message.slots() {
            let known = slot == "today"
                || pack.form.field(&slot).is_some()
                || slot.strip_prefix("facts.").is_some_and(|f| Registers::shipped().knows(f));
            if !known {
                let message = format!("{{{slot}}} is no field and no fact");
                out.error(file, &place, "slot-unknown", message);
            }
        }
    }
}
