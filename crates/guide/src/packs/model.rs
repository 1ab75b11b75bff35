//! The nouns of a service pack: what each of its text files says, as read and never changed.

use super::cel::Expr;
use super::documents::Document;
use super::flow::Flow;
use super::form::Form;
use super::licence::LicenceFace;
use super::materials::Material;
use super::text::Text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One service pack, parsed. Kept in an `Arc` and shared: a pack is immutable once loaded.
#[derive(Clone, Debug)]
pub struct Pack {
    /// Folder name, also the slug of the catalogue item.
    pub slug: String,
    /// `item.toml`.
    pub item: Item,
    /// `form.schema.json` and `form.layout.toml`.
    pub form: Form,
    /// `conditions.toml`.
    pub rules: Vec<Rule>,
    /// `flow.toml`.
    pub flow: Flow,
    /// `materials.toml`.
    pub materials: Vec<Material>,
    /// `licence.toml`; an item whose result is only a record has none.
    pub licence: Option<LicenceFace>,
    /// `guide.toml`.
    pub guide: Guide,
    /// `faq.toml`.
    pub faq: Vec<Faq>,
    /// `documents.toml`.
    pub documents: Vec<Document>,
    /// `tests.toml`.
    pub tests: Vec<TestCase>,
}

/// Instant items are decided while the person waits; promised ones against two due dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseKind {
    /// 即办件.
    Instant,
    /// 承诺件.
    Promised,
}

/// Unit of a time limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// At once, 即办; the number is 0.
    Instant,
    /// 工作日 (行政许可法 art. 82).
    Workday,
    /// 自然日.
    Day,
}

/// A time limit such as 5 工作日.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Count of units; 0 for [`Unit::Instant`].
    pub n: u32,
    /// What is counted.
    pub unit: Unit,
}

impl Limit {
    /// Rough length in calendar days, only for comparing two limits of different units.
    pub fn rough_days(self) -> u32 {
        match self.unit {
            Unit::Instant => 0,
            Unit::Workday => self.n.saturating_mul(7).div_ceil(5),
            Unit::Day => self.n,
        }
    }
}

/// Who may apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// 自然人.
    Person,
    /// 企业法人.
    Company,
    /// 非法人企业.
    Partnership,
    /// 个体工商户.
    SoleTrader,
}

/// `item.toml`: the statutory elements of one item (GB/T 39046 and the guide norms).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Full statutory name.
    pub name: Text,
    /// Everyday name for lists and phone headings.
    pub short_name: Text,
    /// Version of this pack's item; a case pins it.
    pub version: u32,
    /// 12-character basic code.
    pub base_code: String,
    /// 31-character implementation code.
    pub implementation_code: String,
    /// Two-digit type code, e.g. `01` 行政许可.
    pub type_code: String,
    /// The type in words.
    pub type_name: Text,
    /// Instant or promised.
    pub kind: CaseKind,
    /// Name of the responsible department.
    pub dept: Text,
    /// Unified social credit code of the department.
    pub dept_uscc: String,
    /// 行使层级, e.g. 县级.
    pub level: Text,
    /// Six-digit division code.
    pub area_code: String,
    /// Who may apply.
    pub audience: Vec<Audience>,
    /// 设定依据.
    pub basis: Vec<Text>,
    /// 受理条件 in words; the rules that test them are in `conditions.toml`.
    pub conditions: Vec<Text>,
    /// 不予受理 / 不需办理 in words.
    #[serde(default)]
    pub not_needed: Vec<Text>,
    /// 法定时限.
    pub statutory_limit: Limit,
    /// 承诺时限.
    pub promised_limit: Limit,
    /// Days to deliver the result after the decision (行政许可法 art. 44: at most 10).
    pub delivery_limit: Limit,
    /// 收费.
    pub fee: Fee,
    /// 审批结果.
    pub result: Outcome,
    /// How the result may reach the applicant.
    #[serde(default)]
    pub delivery: Delivery,
    /// Whether somebody else may hand in for the applicant (代办).
    #[serde(default)]
    pub agents: Agents,
    /// Times the applicant must come in person.
    pub visits: u32,
    /// 网办深度.
    pub online_depth: Text,
    /// 通办范围.
    pub cross_region: Text,
    /// 四办 marks: 马上办 网上办 就近办 一次办.
    pub marks: Vec<String>,
    /// 数量限制.
    pub quantity_limit: Text,
    /// 中介服务.
    pub intermediary: Text,
    /// 救济途径.
    pub remedy: Text,
    /// Where to go.
    pub windows: Vec<Window>,
    /// 咨询电话.
    pub consult: String,
    /// 监督投诉电话.
    pub complaint: String,
    /// Themes and life events, catalogue words.
    #[serde(default)]
    pub themes: Vec<String>,
}

/// 收费.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// Whether money is asked at all (行政许可法 art. 58: not without a law).
    pub charged: bool,
    /// In words: 不收费, or amount and basis.
    pub text: Text,
}

/// 审批结果.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// What comes out.
    pub kind: OutcomeKind,
    /// Its name.
    pub name: Text,
    /// 有效期 in words.
    pub validity: Text,
}

/// What comes out of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeKind {
    /// An electronic licence (needs `licence.toml`).
    Licence,
    /// A record only.
    Record,
}

/// How a result reaches the applicant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryWay {
    /// In his own space of this site.
    Electronic,
    /// On paper, by post.
    Post,
    /// On paper, at a counter.
    Collect,
}

/// What an item offers; electronic alone where it says nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// The ways, the first one unless another is chosen.
    pub ways: Vec<DeliveryWay>,
    /// Field of the form that asks for it already; empty when the delivery page asks.
    #[serde(default)]
    pub field: String,
    /// Answer of that field → way.
    #[serde(default)]
    pub answers: BTreeMap<String, DeliveryWay>,
}

impl Default for Delivery {
    fn default() -> Self {
        Delivery {
            ways: vec![DeliveryWay::Electronic],
            field: String::new(),
            answers: BTreeMap::new(),
        }
    }
}

impl Delivery {
    /// The way by the answers, or as chosen, or the first; never one that is not offered.
    pub fn way(&self, values: &super::values::Values, chosen: Option<DeliveryWay>) -> DeliveryWay {
        let asked = values.get(&self.field).as_str().and_then(|a| self.answers.get(a)).copied();
        let wanted = if self.field.is_empty() { chosen } else { asked };
        let first = self.ways.first().copied().unwrap_or(DeliveryWay::Electronic);
        wanted.filter(|w| self.ways.contains(w)).unwrap_or(first)
    }

    /// Whether there is anything to choose.
    pub fn offers(&self) -> bool {
        self.ways.len() > 1
    }
}

/// Whether somebody else may hand in for the applicant; allowed where the item says nothing
/// (行政许可法 art. 29: unless it has to be done in person).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agents {
    /// Whether he may.
    pub allowed: bool,
    /// Why not, with the clause; said to whoever comes for another.
    #[serde(default)]
    pub why: Text,
}

impl Default for Agents {
    fn default() -> Self {
        Agents { allowed: true, why: Text::default() }
    }
}

impl Pack {
    /// Whether some material is asked of agents: what empowers them.
    pub fn asks_agents(&self) -> bool {
        let asks = |e: &Expr| e.source().contains("applicant.agent");
        self.materials.iter().any(|m| m.when.as_ref().is_some_and(asks))
    }
}

/// A place to go.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Name of the hall or counter.
    pub name: Text,
    /// Street address.
    pub address: Text,
    /// Opening hours.
    pub hours: Text,
    /// Telephone.
    pub phone: String,
}

/// What a rule is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleKind {
    /// Two or more answers must fit together; an error of the form.
    Cross,
    /// This item is not the right one: say so early and where to go.
    Stop,
    /// 受理条件 on answers and register facts; decides an instant item.
    Accept,
    /// 自动检查 shown to clerk and approver as 通过 / 要看; never blocks.
    Look,
}

/// One guard: `must` has to be true where `when` is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Stable name within the pack.
    pub key: String,
    /// What it is for.
    pub kind: RuleKind,
    /// Applies only where this is true; always when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Expr>,
    /// What has to be true.
    pub must: Expr,
    /// Fields the message stands at, first one gets the focus.
    #[serde(default)]
    pub fields: Vec<String>,
    /// Short name of what was checked, for the approver's list of passes.
    pub name: Text,
    /// What to do, with `{field}` slots for answers.
    pub message: Text,
    /// Clause this comes from.
    #[serde(default)]
    pub basis: Text,
    /// Slug of the item to go to instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect: Option<String>,
}

/// `guide.toml`: the plain-language page, beside the statutory elements.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guide {
    /// One sentence: what this is.
    pub summary: Text,
    /// 要办这一项: signs that this item is yours.
    pub for_you: Vec<Text>,
    /// 不用办这一项, with where to go.
    #[serde(default)]
    pub not_for_you: Vec<Pointer>,
    /// What happens, step by step, as the applicant sees it.
    pub steps: Vec<GuideStep>,
    /// Minutes to fill in.
    pub minutes: u32,
    /// 一起办更省事.
    #[serde(default)]
    pub related: Vec<Pointer>,
    /// What follows afterwards: renewals, duties.
    #[serde(default)]
    pub afterwards: Vec<Text>,
}

/// A sentence and where it leads.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pointer {
    /// The sentence.
    pub text: Text,
    /// Slug of another item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
}

/// One step of the guide.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuideStep {
    /// 申请, 受理…
    pub name: Text,
    /// What happens, at most two short lines.
    pub text: Text,
}

/// One question and its answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Faq {
    /// As people ask it.
    pub question: Text,
    /// The answer first, the reason after.
    pub answer: Text,
}

/// What a test case of a pack expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expect {
    /// Form valid, no rule broken.
    Pass,
    /// The named rules or field errors, and no others.
    Fail,
}

/// `tests.toml`: example answers with what must come of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestCase {
    /// What the case shows.
    pub name: String,
    /// Day the application is made, ISO.
    pub today: String,
    /// Who applies.
    #[serde(default)]
    pub applicant: Applicant,
    /// Answers by field key.
    pub answers: BTreeMap<String, serde_json::Value>,
    /// Register facts, `"vehicle.plate_no" = "…"`.
    #[serde(default)]
    pub facts: BTreeMap<String, serde_json::Value>,
    /// Expected outcome.
    pub expect: Expect,
    /// For `fail`: `rule:<key>` or `field:<key>:<error code>`, sorted or not.
    #[serde(default)]
    pub broken: Vec<String>,
    /// Keys of the materials that must be asked for, when given.
    #[serde(default)]
    pub materials: Option<Vec<String>>,
    /// Steps the case must walk, by outcome taken, when given: `["submit", "accept", …]`.
    #[serde(default)]
    pub path: Vec<String>,
    /// Step the path must end at.
    #[serde(default)]
    pub ends: Option<String>,
    /// Automatic decision expected of an instant item.
    #[serde(default)]
    pub auto: Option<String>,
    /// Day of acceptance, for `due`.
    #[serde(default)]
    pub accepted: Option<String>,
    /// Promised due date expected, ISO.
    #[serde(default)]
    pub due: Option<String>,
}

/// Who applies, as rules may ask: `applicant.kind`, `applicant.agent`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Applicant {
    /// In what capacity.
    pub kind: Audience,
    /// Whether somebody else files for the applicant.
    #[serde(default)]
    pub agent: bool,
}

impl Default for Applicant {
    fn default() -> Self {
        Self { kind: Audience::Person, agent: false }
    }
}
