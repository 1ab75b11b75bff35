//! What changed between two versions of a pack, as the applicant needs to know it.

use crate::packs::form::Field;
use crate::packs::materials::{Material, Necessity};
use crate::packs::model::{Limit, Rule, RuleKind, Unit};
use crate::packs::{Pack, Text};
use web::{Lang, Texts};

/// What kind of change it is; its words are `editions-change-<label>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A field is new.
    FieldAdded,
    /// A field is gone; what was filled in is no longer part of the application.
    FieldRemoved,
    /// A field has another name.
    FieldRenamed,
    /// A field takes other answers, or is asked under other conditions.
    FieldRule,
    /// A field that could be left empty has to be filled in.
    FieldRequired,
    /// A field may be left empty now.
    FieldOptional,
    /// A material is new.
    MaterialAdded,
    /// A material is no longer asked for.
    MaterialRemoved,
    /// A material that was sometimes asked for is always asked for.
    MaterialRequired,
    /// A material is asked for less often.
    MaterialRelaxed,
    /// A material has another name, or another paper is meant.
    MaterialChanged,
    /// A condition is new.
    ConditionAdded,
    /// A condition is gone.
    ConditionRemoved,
    /// A condition reads otherwise.
    ConditionChanged,
    /// The promised limit.
    PromisedLimit,
    /// The limit of the law.
    StatutoryLimit,
    /// The fee.
    Fee,
    /// Visits in person.
    Visits,
    /// How long the result is valid.
    Validity,
}

impl What {
    /// Stable label.
    pub fn label(self) -> &'static str {
        match self {
            What::FieldAdded => "field-added",
            What::FieldRemoved => "field-removed",
            What::FieldRenamed => "field-renamed",
            What::FieldRule => "field-rule",
            What::FieldRequired => "field-required",
            What::FieldOptional => "field-optional",
            What::MaterialAdded => "material-added",
            What::MaterialRemoved => "material-removed",
            What::MaterialRequired => "material-required",
            What::MaterialRelaxed => "material-relaxed",
            What::MaterialChanged => "material-changed",
            What::ConditionAdded => "condition-added",
            What::ConditionRemoved => "condition-removed",
            What::ConditionChanged => "condition-changed",
            What::PromisedLimit => "promised",
            What::StatutoryLimit => "statutory",
            What::Fee => "fee",
            What::Visits => "visits",
            What::Validity => "validity",
        }
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What kind.
    pub what: What,
    /// Key of the field, material or rule; empty for the item as a whole.
    pub key: String,
    /// Its name now, or its last name.
    pub name: Text,
    /// How it was, where that says something.
    pub before: Text,
    /// How it is.
    pub after: Text,
}

impl Change {
    /// The change in a sentence.
    pub fn words(&self, lang: Lang) -> String {
        let side = |text: &Text| text.get(lang.tag()).to_owned();
        let (name, before, after) = (side(&self.name), side(&self.before), side(&self.after));
        let args = [("name", &*name), ("before", &*before), ("after", &*after)];
        Texts::shipped().ta(lang, &format!("editions-change-{}", self.what.label()), &args)
    }
}

fn change(what: What, key: &str, name: &Text) -> Change {
    Change {
        what,
        key: key.to_owned(),
        name: name.clone(),
        before: Text::default(),
        after: Text::default(),
    }
}

fn from_to(what: What, key: &str, name: &Text, before: Text, after: Text) -> Change {
    Change { before, after, ..change(what, key, name) }
}

/// Everything that differs for the applicant, the item first, then conditions, materials, fields.
pub fn diff(old: &Pack, new: &Pack) -> Vec<Change> {
    let mut out = Vec::new();
    item(old, new, &mut out);
    conditions(old, new, &mut out);
    materials(old, new, &mut out);
    fields(old, new, &mut out);
    out
}

fn limit(limit: Limit) -> Text {
    let say = |lang| {
        let key = match limit.unit {
            Unit::Instant => return Texts::shipped().t(lang, "editions-limit-instant").to_owned(),
            Unit::Workday => "editions-limit-workday",
            Unit::Day => "editions-limit-day",
        };
        Texts::shipped().ta(lang, key, &[("n", &limit.n.to_string())])
    };
    Text::new(say(Lang::Zh), say(Lang::En))
}

fn item(old: &Pack, new: &Pack, out: &mut Vec<Change>) {
    let (was, is) = (&old.item, &new.item);
    let name = &is.short_name;
    let mut add = |what, before: Text, after: Text| {
        if before != after {
            out.push(from_to(what, "", name, before, after));
        }
    };
    add(What::PromisedLimit, limit(was.promised_limit), limit(is.promised_limit));
    add(What::StatutoryLimit, limit(was.statutory_limit), limit(is.statutory_limit));
    add(What::Fee, was.fee.text.clone(), is.fee.text.clone());
    let number = |n: u32| Text::new(n.to_string(), n.to_string());
    add(What::Visits, number(was.visits), number(is.visits));
    add(What::Validity, was.result.validity.clone(), is.result.validity.clone());
}

/// What is looked up and tried behind the scenes is not the applicant's business.
fn told(pack: &Pack) -> impl Iterator<Item = &Rule> {
    pack.rules.iter().filter(|r| r.kind != RuleKind::Look)
}

fn conditions(old: &Pack, new: &Pack, out: &mut Vec<Change>) {
    for rule in told(new) {
        match told(old).find(|r| r.key == rule.key) {
            None => out.push(change(What::ConditionAdded, &rule.key, &rule.name)),
            Some(was) if meaning(was) != meaning(rule) => {
                out.push(change(What::ConditionChanged, &rule.key, &rule.name));
            }
            Some(_) => {}
        }
    }
    for rule in told(old).filter(|r| !told(new).any(|n| n.key == r.key)) {
        out.push(change(What::ConditionRemoved, &rule.key, &rule.name));
    }
}

fn meaning(rule: &Rule) -> (RuleKind, &str, Option<&str>) {
    (rule.kind, rule.must.source(), rule.when.as_ref().map(|e| e.source()))
}

fn materials(old: &Pack, new: &Pack, out: &mut Vec<Change>) {
    for material in &new.materials {
        let (key, name) = (&material.key, &material.name);
        let Some(was) = old.materials.iter().find(|m| m.key == *key) else {
            out.push(change(What::MaterialAdded, key, name));
            continue;
        };
        match (was.necessity, material.necessity) {
            (Necessity::Required, Necessity::Required) => {}
            (_, Necessity::Required) => out.push(change(What::MaterialRequired, key, name)),
            (Necessity::Required, _) => out.push(change(What::MaterialRelaxed, key, name)),
            _ => {}
        }
        if paper(was) != paper(material) {
            out.push(from_to(What::MaterialChanged, key, name, was.name.clone(), name.clone()));
        }
    }
    for gone in old.materials.iter().filter(|m| !new.materials.iter().any(|n| n.key == m.key)) {
        out.push(change(What::MaterialRemoved, &gone.key, &gone.name));
    }
}

fn paper(m: &Material) -> (&Text, Option<&str>, &[String], Option<&str>) {
    let when = m.when.as_ref().map(|e| e.source());
    (&m.name, m.licence.as_deref(), &m.accept, when)
}

fn fields(old: &Pack, new: &Pack, out: &mut Vec<Change>) {
    for (_, field) in new.form.fields() {
        let (key, name) = (&field.key, &field.label);
        let Some(was) = old.form.field(key) else {
            out.push(change(What::FieldAdded, key, name));
            continue;
        };
        if was.label != *name {
            out.push(from_to(What::FieldRenamed, key, name, was.label.clone(), name.clone()));
        }
        match (was.required, field.required) {
            (false, true) => out.push(change(What::FieldRequired, key, name)),
            (true, false) => out.push(change(What::FieldOptional, key, name)),
            _ => {}
        }
        let schema = |pack: &Pack| pack.form.schema["properties"][key].clone();
        if schema(old) != schema(new) || asked(was) != asked(field) {
            out.push(change(What::FieldRule, key, name));
        }
    }
    for (_, gone) in old.form.fields().filter(|(_, f)| new.form.field(&f.key).is_none()) {
        out.push(change(What::FieldRemoved, &gone.key, &gone.label));
    }
}

/// What decides whether and how a field is asked, its words left aside.
fn asked(field: &Field) -> impl PartialEq + use<> {
    let source = |e: &Option<crate::packs::cel::Expr>| e.as_ref().map(|e| e.source().to_owned());
    let options: Vec<String> = field.options.iter().map(|o| o.value.clone()).collect();
    let columns: Vec<(String, bool)> =
        field.columns.iter().map(|c| (c.key.clone(), c.required)).collect();
    (field.widget, source(&field.show_if), source(&field.required_if), options, columns)
}
