//! Nouns of the catalogue: what a service item (政务服务事项) is, with every statutory element.
//!
//! Field meanings follow GB/T 39554.2 (要素要求) and GB/T 39046-2020 table 4. What a source does not
//! say stays absent; pages show it as 「本级未公布」.

use serde::{Deserialize, Serialize};

/// One service item with all the elements of its guide, as one publisher states it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Item {
    /// Stable name in addresses, for example `jdc-jybz`.
    pub slug: String,
    /// Official name (事项名称).
    pub name: String,
    /// English name, a courtesy translation; empty when there is none.
    pub name_en: String,
    /// Short everyday name; empty when the source has none.
    pub short: String,
    /// Name of the main item (主项) when this is a sub-item.
    pub main: String,
    /// Other names people use.
    pub aliases: Vec<String>,
    /// Item type code of GB/T 39046: 01 许可, 05 给付, 07 确认, 08 奖励, 09 裁决, 10 其他, 20 公共服务.
    pub task_type: String,
    /// Basic catalogue code (基本编码, 12 characters).
    pub base_code: String,
    /// Implementation code (实施编码, 31 characters).
    pub code: String,
    /// Handling-item code (业务办理项编码, 33 characters).
    pub handling_code: String,
    /// A local code of another shape.
    pub local_code: String,
    /// The body that handles it (实施主体).
    pub department: String,
    /// Its unified social credit code.
    pub department_code: String,
    /// 法定机关, 授权组织 and so on (实施主体性质).
    pub department_kind: String,
    /// Bodies that take part (联办机构).
    pub partners: Vec<String>,
    /// Level of exercise 1–6 (行使层级).
    pub level: String,
    /// Division code, six digits.
    pub area: String,
    /// 权力来源.
    pub power_source: String,
    /// Who may apply, codes of C0109: 1 自然人, 2 企业法人 … 8 个体工商户 (local), 9 其他组织.
    pub audience: Vec<String>,
    /// 即办件 or 承诺件.
    pub handling: Option<Handling>,
    /// Legal limit (法定办结时限).
    pub statutory: Option<Limit>,
    /// Promised limit (承诺办结时限).
    pub promised: Option<Limit>,
    /// Special procedures that stop or lengthen the clock (特别程序).
    pub special: Vec<String>,
    /// 受理条件.
    pub conditions: Vec<String>,
    /// When this item is not needed or not accepted.
    pub not_accepted: Vec<String>,
    /// 数量限制.
    pub quota: String,
    /// 申请材料.
    pub materials: Vec<Material>,
    /// 办理形式.
    pub ways: Vec<String>,
    /// Online depth I–IV as 1–4 (网办深度).
    pub depth: Option<u8>,
    /// Whether it may be applied for online, where depth is not stated.
    pub online: Option<bool>,
    /// Visits to a counter (到办事现场次数).
    pub visits: Option<u8>,
    /// Why a visit is needed.
    pub visit_reason: String,
    /// 通办范围.
    pub reach: String,
    /// Self-service terminal.
    pub terminal: Option<bool>,
    /// Can be handled on a phone.
    pub mobile: Option<bool>,
    /// 支持预约.
    pub booking: Option<bool>,
    /// 支持物流快递.
    pub express: Option<bool>,
    /// 办理流程.
    pub flow: Vec<String>,
    /// 收费.
    pub fee: Option<Fee>,
    /// 设定依据.
    pub basis: Vec<String>,
    /// 审批结果.
    pub result: Outcome,
    /// 救济途径.
    pub remedies: Vec<String>,
    /// 告知承诺制 applies.
    pub promise_notice: Option<bool>,
    /// 中介服务.
    pub intermediary: String,
    /// 面向自然人的主题.
    pub themes_person: Vec<String>,
    /// 面向法人的主题.
    pub themes_business: Vec<String>,
    /// Life events.
    pub events: Vec<String>,
    /// Words the publisher attached.
    pub keywords: Vec<String>,
    /// Data fetched from other bodies.
    pub shared_data: Vec<String>,
    /// Items usually done afterwards.
    pub next: Vec<String>,
    /// Items usually done before.
    pub before: Vec<String>,
    /// 办理地点.
    pub place: String,
    /// 办理时间.
    pub hours: String,
    /// 咨询电话.
    pub consult: String,
    /// 监督投诉电话.
    pub complaint: String,
    /// Platform on which it is applied for, where it is another one.
    pub platform: String,
    /// 常见问题.
    pub faq: Vec<Question>,
    /// Form the item is applied with.
    pub form_id: String,
    /// Steps of a bundle (一件事) that this entry introduces.
    pub steps: Vec<Step>,
    /// How sure the drafter is: high, medium, low.
    pub confidence: String,
    /// What to check before calling it official.
    pub note: String,
    /// Version of the guide, counted from 1.
    pub version: u32,
    /// 在用, 暂停 or 取消.
    pub status: Status,
    /// Where the data comes from.
    pub source: Source,
    /// This node takes applications for it: it has a service pack. Set when the catalogue is read.
    #[serde(skip)]
    pub here: bool,
}

/// 办件类型 of GB/T 39046.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handling {
    /// 即办件
    Instant,
    /// 承诺件
    Promised,
}

/// 事项状态.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// 在用
    #[default]
    InUse,
    /// 暂停
    Paused,
    /// 取消
    Cancelled,
}

/// Where an item's data comes from; shown on its guide.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// Drafted for the sample region: fictional bodies, real rules.
    #[default]
    #[serde(rename = "drafted")]
    Drafted,
    /// Guangdong's public guides as of May 2021.
    #[serde(rename = "guangdong-2021")]
    Guangdong2021,
    /// Guang'an District's item list as of April 2025.
    #[serde(rename = "guangan-2025")]
    Guangan2025,
    /// Made by [`super::generate`] for measuring; never shown to people.
    #[serde(rename = "generated")]
    Generated,
}

/// A limit as published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// How many units; 0 for an instant or a limit put in words.
    #[serde(default)]
    pub n: u32,
    /// The unit counted.
    pub unit: Unit,
    /// The publisher's words when the limit is no number.
    #[serde(default)]
    pub said: String,
}

/// Unit of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// 当场办结
    Instant,
    /// 工作小时
    Workhour,
    /// 工作日
    Workday,
    /// 自然日
    Day,
    /// 月
    Month,
    /// In the publisher's words.
    Said,
}

/// One document or fact an applicant has to bring.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Material {
    /// 材料名称.
    pub name: String,
    /// 材料必要性.
    pub need: Option<Need>,
    /// 材料形式: 纸质, 电子 ….
    pub form: String,
    /// 来源渠道.
    pub from: String,
    /// 份数.
    pub copies: Option<u32>,
    /// The electronic licence that stands for it: then it need not be handed in (免提交).
    pub licence: String,
    /// How shared data or a check replaces it.
    pub reuse: String,
    /// When a conditional material is needed.
    pub when: String,
    /// 填报须知.
    pub note: String,
    /// 受理标准.
    pub standard: String,
    /// A form filled online instead.
    pub form_id: String,
}

/// 材料必要性.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// 必要
    Must,
    /// 非必要: only in the case its `when` says.
    When,
}

/// What the applicant has to do about a material.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// Nothing: licence or shared data stands for it.
    Spared,
    /// Filled online.
    Fill,
    /// Handed in or uploaded.
    Bring,
    /// Only when its condition holds.
    Sometimes,
}

impl Material {
    /// What the applicant has to do, from one function so that counts agree everywhere.
    pub fn effort(&self) -> Effort {
        if self.need == Some(Need::When) || !self.when.is_empty() {
            Effort::Sometimes
        } else if !self.form_id.is_empty() || self.from == "申请人填写" {
            Effort::Fill
        } else if !self.licence.is_empty()
            || (!self.reuse.is_empty()
                && !self.reuse.contains("现场")
                && !self.reuse.contains("上传"))
        {
            Effort::Spared
        } else {
            Effort::Bring
        }
    }
}

/// 收费.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Fee {
    /// 是否收费.
    pub charged: bool,
    /// 收费项目.
    pub items: Vec<FeeLine>,
}

/// 收费项目.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FeeLine {
    /// 名称.
    pub name: String,
    /// 标准.
    pub standard: String,
    /// 依据.
    pub basis: String,
}

/// 审批结果.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Outcome {
    /// 证照, 批文 and so on.
    pub kind: String,
    /// 名称.
    pub name: String,
    /// The licence type issued.
    pub licence: String,
    /// 样本.
    pub sample: String,
    /// 有效期.
    pub validity: String,
}

/// A frequent question with its answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Question {
    /// The question.
    pub q: String,
    /// The answer.
    pub a: String,
}

/// One step of a bundle.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Step {
    /// Slug of the item done in this step, when it has a guide.
    pub item: String,
    /// Name of the step.
    pub name: String,
    /// Body in charge.
    pub department: String,
    /// When the step applies.
    pub when: String,
    /// Promised time in words.
    pub promised: String,
    /// Legal time in words.
    pub statutory: String,
    /// What comes out.
    pub output: String,
}

/// The four 办 of 中办国办 2018, with zero visits beside them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Marks {
    /// 马上办
    pub at_once: bool,
    /// 网上办
    pub online: bool,
    /// 就近办
    pub nearby: bool,
    /// 一次办
    pub one_visit: bool,
    /// 零跑动
    pub no_visit: bool,
}

impl Item {
    /// The name a person reads first: the short one when there is one.
    pub fn title(&self) -> &str {
        if self.short.is_empty() { &self.name } else { &self.short }
    }

    /// The longest official code the source gives.
    pub fn best_code(&self) -> &str {
        [&self.handling_code, &self.code, &self.local_code, &self.base_code]
            .into_iter()
            .find(|code| !code.is_empty())
            .map_or("", |code| code)
    }

    /// Chinese name of the item type (GB/T 39046).
    pub fn type_name(&self) -> &'static str {
        match self.task_type.as_str() {
            "01" => "行政许可",
            "02" => "行政处罚",
            "03" => "行政强制",
            "04" => "行政征收",
            "05" => "行政给付",
            "06" => "行政检查",
            "07" => "行政确认",
            "08" => "行政奖励",
            "09" => "行政裁决",
            "10" => "其他行政权力",
            _ => "公共服务",
        }
    }

    /// Whether the item may be applied for online.
    pub fn online(&self) -> bool {
        self.depth.is_some_and(|d| d >= 3) || (self.depth.is_none() && self.online == Some(true))
    }

    /// The four 办, derived and never typed by hand (马上办 ⇐ instant or promised the same day,
    /// 网上办 ⇐ depth IV, 就近办 ⇐ a self-service terminal or town counter, 一次办 ⇐ visits ≤ 1).
    pub fn marks(&self) -> Marks {
        let same_day = self.promised.as_ref().is_some_and(|l| match l.unit {
            Unit::Instant => true,
            Unit::Workhour => l.n <= 8,
            _ => false,
        });
        Marks {
            at_once: self.handling == Some(Handling::Instant) && self.promised.is_none()
                || same_day,
            online: self.depth == Some(4),
            nearby: self.terminal == Some(true) || matches!(self.level.as_str(), "5" | "6"),
            one_visit: self.visits.is_some_and(|v| v <= 1),
            no_visit: self.visits == Some(0),
        }
    }

    /// How many materials need nothing, filling, bringing, or only sometimes.
    pub fn efforts(&self) -> [usize; 4] {
        let mut counts = [0; 4];
        for material in &self.materials {
            counts[material.effort() as usize] += 1;
        }
        counts
    }

    /// True when a natural person may apply; a sole trader does so as a business.
    pub fn for_persons(&self) -> bool {
        self.audience.is_empty() || self.audience.iter().any(|a| a == "1")
    }

    /// True when an enterprise or other body may apply.
    pub fn for_business(&self) -> bool {
        self.audience.is_empty() || self.audience.iter().any(|a| a != "1")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_follow_the_facts() {
        let mut item = Item { visits: Some(0), depth: Some(4), ..Item::default() };
        item.promised = Some(Limit { n: 0, unit: Unit::Instant, said: String::new() });
        let marks = item.marks();
        assert!(
            marks.at_once && marks.online && marks.one_visit && marks.no_visit && !marks.nearby
        );
        item.promised = Some(Limit { n: 5, unit: Unit::Workday, said: String::new() });
        item.visits = None;
        let marks = item.marks();
        assert!(
            !marks.at_once && !marks.one_visit,
            "an unstated number of visits promises nothing"
        );
    }

    #[test]
    fn efforts_count_each_material_once() {
        let licence = Material { licence: "营业执照".into(), ..Material::default() };
        let form = Material { form_id: "F-1".into(), ..Material::default() };
        let plain = Material::default();
        let sometimes = Material { need: Some(Need::When), ..Material::default() };
        let item = Item { materials: vec![licence, form, plain, sometimes], ..Item::default() };
        assert_eq!(item.efforts(), [1, 1, 1, 1]);
    }
}
