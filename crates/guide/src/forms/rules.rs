//! Running a pack's rules over a case, and deciding an instant item.

use crate::packs::cel::{EvalError, plain};
use crate::packs::flow::AutoRefusal;
use crate::packs::form::Circumstances;
use crate::packs::model::{Pack, Rule, RuleKind};
use crate::packs::text::Text;
use crate::packs::values::Values;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What came of one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// 通过.
    Pass,
    /// Broken: the message says what to do.
    Broken,
    /// Does not apply to this case.
    Absent,
    /// Facts are missing (named) or the rule could not be evaluated: a person has to look.
    Unknown(Vec<String>),
}

/// One rule as it came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// Key of the rule.
    pub key: String,
    /// Its kind.
    pub kind: RuleKind,
    /// What came of it.
    pub verdict: Verdict,
    /// Short name of what was checked.
    pub name: Text,
    /// What to do, filled with the answers.
    pub message: Text,
    /// The clause.
    pub basis: Text,
    /// Fields it stands at.
    pub fields: Vec<String>,
    /// Item to go to instead.
    pub redirect: Option<String>,
}

/// Runs the rules of the given kinds, in the pack's order.
pub fn run(
    pack: &Pack,
    values: &Values,
    circumstances: &Circumstances,
    kinds: &[RuleKind],
) -> Vec<Checked> {
    let scope = pack.form.scope(values, circumstances);
    let slots = slots(values, circumstances);
    pack.rules
        .iter()
        .filter(|r| kinds.contains(&r.kind))
        .map(|rule| Checked {
            key: rule.key.clone(),
            kind: rule.kind,
            verdict: verdict(rule, &scope),
            name: rule.name.clone(),
            message: rule.message.fill(&slots),
            basis: rule.basis.clone(),
            fields: rule.fields.clone(),
            redirect: rule.redirect.clone(),
        })
        .collect()
}

fn verdict(rule: &Rule, scope: &crate::packs::cel::Scope) -> Verdict {
    let unknown = |e| match e {
        EvalError::Missing(names) => Verdict::Unknown(names),
        EvalError::Broken(why) => {
            tracing::warn!(rule = rule.key, why, "rule could not be evaluated");
            Verdict::Unknown(Vec::new())
        }
    };
    match rule.when.as_ref().map_or(Ok(true), |w| w.test(scope)) {
        Ok(false) => Verdict::Absent,
        Err(e) => unknown(e),
        Ok(true) => match rule.must.test(scope) {
            Ok(true) => Verdict::Pass,
            Ok(false) => Verdict::Broken,
            Err(e) => unknown(e),
        },
    }
}

/// Answers and facts as texts, for the slots of messages: `{area}`, `{facts.vehicle.until}`.
fn slots(values: &Values, circumstances: &Circumstances) -> BTreeMap<String, String> {
    let answers = values.0.iter().map(|(k, v)| (k.clone(), plain(&v.value)));
    let facts = circumstances.facts.iter().map(|(k, v)| (format!("facts.{k}"), plain(v)));
    let today = ("today".to_owned(), circumstances.today.clone());
    answers.chain(facts).chain([today]).collect()
}

/// The decision of an instant item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "decision")]
pub enum Decision {
    /// 准予, at once.
    Grant,
    /// 不予, at once, with the rules that say why.
    Refuse {
        /// Broken rules with message and basis.
        why: Vec<Checked>,
    },
    /// A person has to look: facts missing, or the pack leaves refusals to people.
    Person {
        /// Rules that are broken or could not be answered.
        why: Vec<Checked>,
    },
}

/// Decides an instant item: granted when every acceptance rule passes and `grant_if` is true,
/// refused when one is broken and the pack lets the platform say so, otherwise a person looks.
/// Without `[auto]` a person always looks.
pub fn decide(pack: &Pack, values: &Values, circumstances: &Circumstances) -> Decision {
    let Some(auto) = &pack.flow.auto else { return Decision::Person { why: Vec::new() } };
    let checked = run(pack, values, circumstances, &[RuleKind::Accept, RuleKind::Stop]);
    let pick = |f: fn(&Verdict) -> bool| -> Vec<Checked> {
        checked.iter().filter(|c| f(&c.verdict)).cloned().collect()
    };
    let broken = pick(|v| *v == Verdict::Broken);
    if !broken.is_empty() {
        return match auto.refuse {
            AutoRefusal::AtOnce => Decision::Refuse { why: broken },
            AutoRefusal::Person => Decision::Person { why: broken },
        };
    }
    let unknown = pick(|v| matches!(v, Verdict::Unknown(_)));
    let scope = pack.form.scope(values, circumstances);
    if unknown.is_empty() && auto.grant_if.test(&scope) == Ok(true) {
        Decision::Grant
    } else {
        Decision::Person { why: unknown }
    }
}
