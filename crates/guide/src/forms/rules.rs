//! Running a pack's rules over a case, and deciding an instant item.

use crate::packs::cel::{EvalError, Scope, plain};
use crate::packs::flow::AutoRefusal;
use crate::packs::judgement::Judgement;
use crate::packs::model::{Rule, RuleKind};
use crate::packs::text::Text;
use serde::{Deserialize, Serialize};

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

impl Judgement<'_> {
    /// Runs the rules of the given kinds, in the pack's order.
    pub fn checks(&self, kinds: &[RuleKind]) -> Vec<Checked> {
        let rules = self.pack.rules.iter().filter(|r| kinds.contains(&r.kind));
        rules.map(|rule| self.checked(rule, verdict(rule, &self.scope))).collect()
    }

    /// The broken ones among the rules of one kind.
    pub(super) fn broken(&self, kind: RuleKind) -> impl Iterator<Item = &Rule> {
        let rules = self.pack.rules.iter().filter(move |r| r.kind == kind);
        rules.filter(|rule| verdict(rule, &self.scope) == Verdict::Broken)
    }

    fn checked(&self, rule: &Rule, verdict: Verdict) -> Checked {
        Checked {
            key: rule.key.clone(),
            kind: rule.kind,
            verdict,
            name: rule.name.clone(),
            message: self.message(rule),
            basis: rule.basis.clone(),
            fields: rule.fields.clone(),
            redirect: rule.redirect.clone(),
        }
    }

    /// What a rule says to do, with answers and facts in its slots: `{area}`, `{facts.vehicle.until}`.
    pub(super) fn message(&self, rule: &Rule) -> Text {
        let fact = |name: &str| self.circumstances.facts.get(name.strip_prefix("facts.")?);
        rule.message.fill_with(|name| match name {
            "today" => Some(self.circumstances.today.clone()),
            _ => fact(name).or_else(|| self.values.0.get(name).map(|v| &v.value)).map(plain),
        })
    }

    /// Decides an instant item: granted when every acceptance rule passes and `grant_if` is true,
    /// refused when one is broken and the pack lets the platform say so, otherwise a person looks.
    /// Without `[auto]` a person always looks.
    pub fn decide(&self) -> Decision {
        let Some(auto) = &self.pack.flow.auto else { return Decision::Person { why: Vec::new() } };
        let checked = self.checks(&[RuleKind::Accept, RuleKind::Stop]);
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
        if unknown.is_empty() && auto.grant_if.test(&self.scope) == Ok(true) {
            Decision::Grant
        } else {
            Decision::Person { why: unknown }
        }
    }
}

fn verdict(rule: &Rule, scope: &Scope<'_>) -> Verdict {
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
