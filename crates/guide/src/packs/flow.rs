//! The path of a case through an item: steps, who takes them, limits, and what may follow.

use super::cel::Expr;
use super::model::Limit;
use super::text::Text;
use codes::clock::PauseKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Who takes a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The person or enterprise.
    Applicant,
    /// The platform itself: instant decisions, issuing.
    System,
    /// 综合窗口 / 受理.
    Clerk,
    /// 承办、审查.
    Officer,
    /// 批准.
    Approver,
}

/// What can come of a step; the closed list the life table of cases knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// 提交.
    Submit,
    /// 受理.
    Accept,
    /// 不予受理.
    NotAccept,
    /// 补正告知, once with all items.
    Correct,
    /// 已补正.
    Corrected,
    /// 审查通过, on to the next.
    Pass,
    /// 退回上一步.
    Return,
    /// 准予.
    Grant,
    /// 不予许可.
    Deny,
    /// 转人工: the platform could not decide alone.
    Refer,
    /// 制证签发.
    Issue,
    /// 送达.
    Deliver,
    /// 撤回.
    Withdraw,
    /// 逾期未补正.
    Lapse,
}

impl Event {
    /// The name as written in packs.
    pub fn name(self) -> &'static str {
        match self {
            Event::Submit => "submit",
            Event::Accept => "accept",
            Event::NotAccept => "not-accept",
            Event::Correct => "correct",
            Event::Corrected => "corrected",
            Event::Pass => "pass",
            Event::Return => "return",
            Event::Grant => "grant",
            Event::Deny => "deny",
            Event::Refer => "refer",
            Event::Issue => "issue",
            Event::Deliver => "deliver",
            Event::Withdraw => "withdraw",
            Event::Lapse => "lapse",
        }
    }
}

/// One arrow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Go {
    /// What happened.
    pub on: Event,
    /// Key of the next step.
    pub to: String,
}

/// One step.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Name within the pack.
    pub key: String,
    /// Name people see.
    pub name: Text,
    /// Who takes it.
    pub role: Role,
    /// How long this step may take, within the item's limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
    /// What the applicant is told while it runs.
    #[serde(default)]
    pub note: Text,
    /// Keys of special procedures that may start here.
    #[serde(default)]
    pub special: Vec<String>,
    /// Where it leads; nothing for an end.
    #[serde(default)]
    pub next: Vec<Go>,
    /// The case is over here.
    #[serde(default)]
    pub end: bool,
}

/// A special procedure an item allows.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Special {
    /// Name within the pack.
    pub key: String,
    /// Its kind.
    pub kind: PauseKind,
    /// Name people see.
    pub name: Text,
    /// How long it may take.
    pub limit: Limit,
    /// Whether the clock stands still meanwhile.
    pub pauses: bool,
    /// The clause that allows it.
    pub basis: Text,
    /// People who must take part; 行政许可法 art. 34: a check on site needs two.
    #[serde(default)]
    pub staff: u32,
    /// What the record of it must answer.
    #[serde(default)]
    pub questions: Vec<Text>,
}

/// One extension of the limit (行政许可法 art. 42).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// How much longer.
    pub limit: Limit,
    /// The clause.
    pub basis: Text,
}

/// How an instant item is decided without a person.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auto {
    /// Granted where this is true and every acceptance rule holds.
    pub grant_if: Expr,
    /// Why a refusal may be given by the platform, or that it always goes to a person.
    pub refuse: AutoRefusal,
}

/// What a broken acceptance rule of an instant item means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AutoRefusal {
    /// Told at once, with reason and remedy.
    AtOnce,
    /// A person looks at it.
    Person,
}

/// `flow.toml`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// Key of the first step.
    pub start: String,
    /// The steps.
    pub step: Vec<Step>,
    /// Special procedures allowed.
    #[serde(default)]
    pub special: Vec<Special>,
    /// Extension allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Extension>,
    /// Automatic decision, for instant items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto: Option<Auto>,
    /// Months after which a yearly duty comes round again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again_after_months: Option<u32>,
    /// Working days the applicant has to supply corrections.
    pub correction_limit: Limit,
}

impl Flow {
    /// A step by key.
    pub fn step(&self, key: &str) -> Option<&Step> {
        self.step.iter().find(|s| s.key == key)
    }

    /// A special procedure by key.
    pub fn special(&self, key: &str) -> Option<&Special> {
        self.special.iter().find(|s| s.key == key)
    }

    /// Where an event leads from a step, if it may happen there.
    pub fn next(&self, step: &str, on: Event) -> Option<&Step> {
        let go = self.step(step)?.next.iter().find(|g| g.on == on)?;
        self.step(&go.to)
    }

    /// Whether an event may happen at a step.
    pub fn allows(&self, step: &str, on: Event) -> bool {
        self.next(step, on).is_some()
    }

    /// Walks events from the start; the key of the step reached, or the event that was not allowed
    /// with the step it happened at.
    pub fn walk(&self, events: &[Event]) -> Result<&str, (String, Event)> {
        let mut at = self.start.as_str();
        for on in events {
            match self.next(at, *on) {
                Some(step) => at = &step.key,
                None => return Err((at.to_owned(), *on)),
            }
        }
        Ok(at)
    }

    /// Keys of steps that can be reached from the start.
    pub fn reachable(&self) -> BTreeSet<&str> {
        let mut seen = BTreeSet::new();
        let mut todo = vec![self.start.as_str()];
        while let Some(key) = todo.pop() {
            let Some(step) = self.step(key) else { continue };
            if seen.insert(step.key.as_str()) {
                todo.extend(step.next.iter().map(|g| g.to.as_str()));
            }
        }
        seen
    }

    /// Keys of steps from which an end can be reached.
    pub fn finishing(&self) -> BTreeSet<&str> {
        let mut good: BTreeSet<&str> =
            self.step.iter().filter(|s| s.end).map(|s| s.key.as_str()).collect();
        loop {
            let before = good.len();
            for step in &self.step {
                if step.next.iter().any(|g| good.contains(g.to.as_str())) {
                    good.insert(&step.key);
                }
            }
            if good.len() == before {
                return good;
            }
        }
    }
}
