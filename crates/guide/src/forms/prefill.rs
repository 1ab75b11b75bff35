//! Filling a form from registers, licences and earlier cases, and how much of it that saves.

use crate::packs::cel::Expr;
use crate::packs::form::{Field, PageKind};
use crate::packs::judgement::Judgement;
use crate::packs::model::Pack;
use crate::packs::registers::{Register, Registers, Subject};
use crate::packs::text::Text;
use crate::packs::values::{FieldValue, Source, Values};
use codes::time::Stamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Where one value can be fetched; the text form is what packs write.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Origin {
    /// `register:population.name`.
    Register {
        /// Register.
        register: String,
        /// Field of it.
        field: String,
    },
    /// `licence:营业执照.name`.
    Licence {
        /// Licence type.
        licence: String,
        /// Field of it.
        field: String,
    },
    /// `reuse`: the applicant's answer in an earlier case of the same item.
    Reuse,
    /// `reuse:phone`: what the same person answered in an earlier case of any item, in a field that
    /// carries the same name.
    ReuseOf(String),
    /// `today`.
    Today,
    /// `fixed:新办`.
    Fixed(String),
}

impl Origin {
    /// Parses what a pack writes; `enterprise.uscc` is short for `register:enterprise.uscc`.
    pub fn parse(text: &str) -> Option<Origin> {
        let split = |rest: &str| {
            let (a, b) = rest.split_once('.')?;
            (!a.is_empty() && !b.is_empty()).then(|| (a.to_owned(), b.to_owned()))
        };
        match text {
            "reuse" => return Some(Origin::Reuse),
            "today" => return Some(Origin::Today),
            _ => {}
        }
        if let Some(name) = text.strip_prefix("reuse:") {
            return (!name.is_empty()).then(|| Origin::ReuseOf(name.to_owned()));
        }
        if let Some(value) = text.strip_prefix("fixed:") {
            return Some(Origin::Fixed(value.to_owned()));
        }
        if let Some(rest) = text.strip_prefix("licence:") {
            return split(rest).map(|(licence, field)| Origin::Licence { licence, field });
        }
        let rest = text.strip_prefix("register:").unwrap_or(text);
        split(rest).map(|(register, field)| Origin::Register { register, field })
    }

    /// The key facts are handed in under: `register:population.name`, `licence:营业执照.name`,
    /// `reuse:<field>`, `reuse-of:<name>`.
    pub fn fact_key(&self, form_field: &str) -> Option<String> {
        match self {
            Origin::Register { register, field } => Some(format!("register:{register}.{field}")),
            Origin::Licence { licence, field } => Some(format!("licence:{licence}.{field}")),
            Origin::Reuse => Some(format!("reuse:{form_field}")),
            Origin::ReuseOf(name) => Some(format!("reuse-of:{name}")),
            Origin::Today | Origin::Fixed(_) => None,
        }
    }
}

/// One thing to fetch: for a field of the form, or (without a field) for the rules and the licence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PrefillNeed {
    /// Field it fills.
    pub field: Option<String>,
    /// Where from.
    pub origin: Origin,
    /// Who keeps it, for the badge and the consent page.
    pub org: Text,
    /// What it is called there.
    pub label: Text,
    /// Whose record: decides by which number it is looked up.
    pub subject: Option<Subject>,
    /// Why.
    pub purpose: Text,
    /// Legal basis.
    pub basis: Text,
    /// The field cannot be edited once filled.
    pub locked: bool,
    /// Encrypted at rest.
    pub sensitive: bool,
}

/// One line of the consent page 本次将查询: an organisation, what is asked, why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Consent {
    /// Who keeps it.
    pub org: Text,
    /// Register or licence.
    pub name: Text,
    /// What is asked for.
    pub fields: Vec<Text>,
    /// Why.
    pub purpose: Text,
    /// Legal basis.
    pub basis: Text,
}

/// A fetched value. `None` as value means that the source could not be asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// The value.
    pub value: Option<Value>,
    /// Name of the organisation, for the badge.
    pub org: String,
    /// When it was fetched, or for `reuse` when it was filled in.
    pub fetched_at: Option<Stamp>,
}

/// Fetched facts by [`Origin::fact_key`].
pub type Facts = BTreeMap<String, Fact>;

/// Everything the pack wants to fetch: the fields' sources in order of preference, then the facts
/// that rules, pages, materials and the licence use and no field covers.
pub fn plan(pack: &Pack) -> Vec<PrefillNeed> {
    let registers = Registers::shipped();
    let mut needs: Vec<PrefillNeed> = Vec::new();
    for (_, field) in pack.form.fields() {
        for origin in field.prefill.iter().filter_map(|p| Origin::parse(p)) {
            needs.push(need_for_field(field, origin, registers));
        }
    }
    for fact in pack.facts() {
        if let Some((register, field)) = fact.split_once('.') {
            let origin =
                Origin::Register { register: register.to_owned(), field: field.to_owned() };
            if !needs.iter().any(|n| n.origin == origin) {
                needs.push(need_for_fact(pack, origin, registers));
            }
        }
    }
    needs
}

fn known<'a>(origin: &Origin, registers: &'a Registers) -> Option<(&'a Register, Text)> {
    let (register, field) = match origin {
        Origin::Register { register, field } => (registers.register(register)?, field),
        Origin::Licence { licence, field } => (registers.licence(licence)?, field),
        Origin::Reuse | Origin::ReuseOf(_) | Origin::Today | Origin::Fixed(_) => return None,
    };
    Some((register, register.field(field)?.label.clone()))
}

fn need_for_field(field: &Field, origin: Origin, registers: &Registers) -> PrefillNeed {
    let known = known(&origin, registers);
    PrefillNeed {
        field: Some(field.key.clone()),
        org: known.as_ref().map(|(r, _)| r.org.clone()).unwrap_or_default(),
        label: known.as_ref().map_or_else(|| field.label.clone(), |(_, l)| l.clone()),
        subject: known.map(|(r, _)| r.subject),
        purpose: field.purpose.clone(),
        basis: field.basis.clone(),
        locked: field.locked,
        sensitive: field.sensitive,
        origin,
    }
}

fn need_for_fact(pack: &Pack, origin: Origin, registers: &Registers) -> PrefillNeed {
    let known = known(&origin, registers);
    PrefillNeed {
        field: None,
        org: known.as_ref().map(|(r, _)| r.org.clone()).unwrap_or_default(),
        label: known.as_ref().map(|(_, l)| l.clone()).unwrap_or_default(),
        subject: known.map(|(r, _)| r.subject),
        purpose: Text::new(
            format!("办理{}", pack.item.short_name.zh),
            format!("To handle: {}", pack.item.short_name.en),
        ),
        basis: pack.item.basis.first().cloned().unwrap_or_default(),
        locked: true,
        sensitive: true,
        origin,
    }
}

/// The consent page: needs of registers and licences grouped by source, in order of the form.
pub fn consents(pack: &Pack) -> Vec<Consent> {
    let registers = Registers::shipped();
    let mut out: Vec<Consent> = Vec::new();
    for need in plan(pack) {
        let Some((register, _)) = known(&need.origin, registers) else { continue };
        let at = out.iter().position(|c| c.name == register.name && c.org == register.org);
        let consent = match at {
            Some(i) => &mut out[i],
            None => {
                out.push(Consent {
                    org: register.org.clone(),
                    name: register.name.clone(),
                    fields: Vec::new(),
                    purpose: need.purpose.clone(),
                    basis: need.basis.clone(),
                });
                let last = out.len() - 1;
                &mut out[last]
            }
        };
        if !consent.fields.contains(&need.label) {
            consent.fields.push(need.label);
        }
    }
    out
}

/// Takes fetched facts into the answers. An answer typed by hand is kept; a locked field always
/// shows the register. A field none of whose sources answered is marked 暂时取不到 when one of them
/// was down. Returns the keys that were filled.
pub fn apply(pack: &Pack, values: &mut Values, facts: &Facts, today: &str) -> Vec<String> {
    let mut filled = Vec::new();
    for (_, field) in pack.form.fields() {
        let typed = values.0.get(&field.key).is_some_and(|v| !v.prefilled());
        if field.prefill.is_empty() || (typed && !field.locked && values.given(&field.key)) {
            continue;
        }
        let mut down = None;
        for origin in field.prefill.iter().filter_map(|p| Origin::parse(p)) {
            match fetched(field, &origin, facts, today) {
                Some(Ok(value)) => {
                    values.0.insert(field.key.clone(), value);
                    filled.push(field.key.clone());
                    down = None;
                    break;
                }
                Some(Err(org)) => down = down.or(Some(org)),
                None => {}
            }
        }
        if let Some(org) = down {
            let mut value = FieldValue::typed(Value::Null, Source::Register);
            value.source_org = Some(org);
            value.unavailable = true;
            values.0.insert(field.key.clone(), value);
        }
    }
    filled
}

/// A value for a field from one origin: `Err` holds the organisation that could not be asked.
fn fetched(
    field: &Field,
    origin: &Origin,
    facts: &Facts,
    today: &str,
) -> Option<Result<FieldValue, String>> {
    let mut value = match origin {
        Origin::Today => FieldValue::typed(Value::from(today), Source::Fixed),
        Origin::Fixed(text) => FieldValue::typed(Value::from(text.as_str()), Source::Fixed),
        _ => {
            let fact = facts.get(&origin.fact_key(&field.key)?)?;
            let Some(found) = fact.value.clone() else { return Some(Err(fact.org.clone())) };
            if crate::packs::values::is_empty(&found) || !fits(field, &found) {
                return None;
            }
            let source = match origin {
                Origin::Register { .. } => Source::Register,
                Origin::Licence { .. } => Source::Licence,
                _ => Source::Reuse,
            };
            let mut value = FieldValue::typed(found, source);
            value.source_org = Some(fact.org.clone());
            value.fetched_at = fact.fetched_at;
            value
        }
    };
    value.locked = field.locked;
    Some(Ok(value))
}

/// Whether a fetched value is one the field could hold: a register's word that is none of the options
/// would lock the applicant into an answer the form refuses.
fn fits(field: &Field, found: &Value) -> bool {
    let listed = |v: &Value| field.options.iter().any(|o| *v == o.value);
    match found {
        Value::Array(chosen) if field.widget.has_options() => chosen.iter().all(listed),
        one => !field.widget.has_options() || listed(one),
    }
}

/// How much of a form is filled: counts of visible fields outside uploads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ratio {
    /// Fields shown.
    pub shown: usize,
    /// With an answer.
    pub given: usize,
    /// Of those, not typed in this case.
    pub prefilled: usize,
}

impl Ratio {
    /// Prefilled share of the shown fields, in percent, rounded down; 0 of 0 is 0.
    pub fn percent(self) -> usize {
        (self.prefilled * 100).checked_div(self.shown).unwrap_or(0)
    }
}

impl Judgement<'_> {
    /// Counts over the fields of all pages but those of the materials.
    pub fn ratio(&self) -> Ratio {
        let mut ratio = Ratio::default();
        for (page, field) in self.pack.form.fields() {
            if page.kind == PageKind::Materials || !self.shows(&field.key) {
                continue;
            }
            let answer = self.values.0.get(&field.key);
            ratio.shown += 1;
            ratio.given += usize::from(self.values.given(&field.key));
            ratio.prefilled += usize::from(answer.is_some_and(FieldValue::prefilled));
        }
        ratio
    }
}

/// 快办 (one 审表 page) instead of question pages: at most 12 fields, 70 % prefilled, no upload left.
pub fn fast_lane(ratio: Ratio, uploads_left: usize) -> bool {
    ratio.shown <= 12 && ratio.prefilled * 10 >= ratio.shown * 7 && uploads_left == 0
}

impl Pack {
    /// Register facts used anywhere outside field prefills, as `register.field`.
    pub fn facts(&self) -> BTreeSet<String> {
        let mut facts = BTreeSet::new();
        let mut take = |e: &Expr| facts.extend(e.facts().iter().cloned());
        for (_, field) in self.form.fields() {
            field.show_if.iter().chain(&field.required_if).for_each(&mut take);
        }
        for rule in &self.rules {
            take(&rule.must);
            rule.when.iter().for_each(&mut take);
        }
        self.materials.iter().filter_map(|m| m.when.as_ref()).for_each(&mut take);
        self.flow.auto.iter().for_each(|a| take(&a.grant_if));
        if let Some(licence) = &self.licence {
            take(&licence.valid_until);
            licence.field.iter().for_each(|f| take(&f.value));
        }
        facts.extend(self.materials.iter().flat_map(|m| m.facts.iter().cloned()));
        facts.extend(self.form.pages.iter().flat_map(|p| p.shows.iter().cloned()));
        facts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_parse_as_packs_write_them() {
        let register = |r: &str, f: &str| Origin::Register { register: r.into(), field: f.into() };
        let cases = [
            ("register:population.name", Some(register("population", "name"))),
            ("enterprise.uscc", Some(register("enterprise", "uscc"))),
            ("reuse", Some(Origin::Reuse)),
            ("reuse:phone", Some(Origin::ReuseOf("phone".into()))),
            ("reuse:", None),
            ("today", Some(Origin::Today)),
            ("fixed:新办", Some(Origin::Fixed("新办".into()))),
            (
                "licence:营业执照.name",
                Some(Origin::Licence { licence: "营业执照".into(), field: "name".into() }),
            ),
            ("licence:营业执照", None),
            ("nonsense", None),
            ("", None),
            (".x", None),
        ];
        for (text, want) in cases {
            assert_eq!(Origin::parse(text), want, "{text}");
        }
    }

    #[test]
    fn fast_lane_follows_the_three_guards() {
        let r = |shown, prefilled| Ratio { shown, given: shown, prefilled };
        for (ratio, uploads, want) in [
            (r(12, 9), 0, true),
            (r(12, 8), 0, false),
            (r(13, 13), 0, false),
            (r(10, 7), 0, true),
            (r(10, 10), 1, false),
        ] {
            assert_eq!(fast_lane(ratio, uploads), want, "{ratio:?} {uploads}");
        }
    }
}
