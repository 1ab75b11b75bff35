//! Nouns of exchange: connected systems, their terms, questions and what became of them.

use codes::time::{Day, Stamp};
use serde::{Deserialize, Serialize};

/// Row id of a connected system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SystemId(pub i64);

/// What a system may ask for (GB/T 36906).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// 持证主体代码 → 证照信息.
    ByHolder,
    /// 证照标识 → 照面信息.
    ByIdentifier,
    /// 二维码亮证 → 证照信息.
    ByCode,
    /// 证照标识 → 加注件.
    File,
    /// 验证信息、验证文件.
    Verify,
    /// 照面字段解析.
    Fields,
    /// 免证办: nobody's system asked; a case of this node took the licence for a paper.
    Presented,
}

impl Operation {
    /// Every operation that a system may be allowed.
    pub const ALL: &[Operation] = &[
        Operation::ByHolder,
        Operation::ByIdentifier,
        Operation::ByCode,
        Operation::File,
        Operation::Verify,
        Operation::Fields,
    ];

    /// As stored and the ending of its words.
    pub fn label(self) -> &'static str {
        match self {
            Operation::ByHolder => "by-holder",
            Operation::ByIdentifier => "by-identifier",
            Operation::ByCode => "by-code",
            Operation::File => "file",
            Operation::Verify => "verify",
            Operation::Fields => "fields",
            Operation::Presented => "presented",
        }
    }

    /// Reads the label of what a system may be allowed.
    pub fn parse(label: &str) -> Option<Operation> {
        Operation::ALL.iter().copied().find(|o| o.label() == label)
    }

    /// Reads the label of what was done.
    pub fn of_call(label: &str) -> Option<Operation> {
        let presented = Operation::Presented;
        Operation::parse(label).or_else(|| (label == presented.label()).then_some(presented))
    }
}

/// Where a connected system stands. That its term is over follows from its last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SystemStatus {
    /// 使用中.
    Active,
    /// 暂停.
    Suspended,
    /// 终止.
    Ended,
}

impl SystemStatus {
    /// Every status.
    pub const ALL: &[SystemStatus] =
        &[SystemStatus::Active, SystemStatus::Suspended, SystemStatus::Ended];

    /// As stored and the ending of its words.
    pub fn label(self) -> &'static str {
        match self {
            SystemStatus::Active => "active",
            SystemStatus::Suspended => "suspended",
            SystemStatus::Ended => "ended",
        }
    }

    /// Reads a label.
    pub fn parse(label: &str) -> Option<SystemStatus> {
        SystemStatus::ALL.iter().copied().find(|s| s.label() == label)
    }
}

/// One type of licence opened to a system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Type of licence.
    pub type_code: String,
    /// Keys of the fields and statements it may see.
    pub fields: Vec<String>,
    /// Legal basis; empty when every holder must agree.
    pub basis: String,
}

/// What was agreed with the unit that asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Name of the system.
    pub name: String,
    /// The unit that asks.
    pub consumer: i64,
    /// Post that answers for it.
    pub contact: String,
    /// What it may ask.
    pub operations: Vec<Operation>,
    /// Codes of the items it may ask for.
    pub items: Vec<String>,
    /// Questions in a minute.
    pub per_minute: i64,
    /// Questions on a day.
    pub per_day: i64,
    /// Last day of the term.
    pub last: Day,
    /// Types opened to it.
    pub scopes: Vec<Scope>,
}

/// A connected system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct System {
    /// Row id.
    pub id: SystemId,
    /// What it calls itself by (accessId).
    pub access_id: String,
    /// The unit whose licences are opened to it.
    pub provider: i64,
    /// What was agreed.
    pub terms: Terms,
    /// Where it stands.
    pub status: SystemStatus,
    /// Why it was suspended or ended.
    pub reason: String,
    /// Counts every change.
    pub lock: i64,
    /// When it was registered.
    pub registered_at: Stamp,
}

impl System {
    /// The scope of a type, if it is opened.
    pub fn scope(&self, type_code: &str) -> Option<&Scope> {
        self.terms.scopes.iter().find(|scope| scope.type_code == type_code)
    }

    /// Whether its term is over on a day.
    pub fn over(&self, today: Day) -> bool {
        self.terms.last < today
    }
}

/// A system in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemLine {
    /// Row id.
    pub id: SystemId,
    /// Name.
    pub name: String,
    /// The unit that asks.
    pub consumer: i64,
    /// What it calls itself by.
    pub access_id: String,
    /// Last day of the term.
    pub last: Day,
    /// Where it stands.
    pub status: SystemStatus,
}

/// A secret as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretRow {
    /// Row id.
    pub id: i64,
    /// Keyed hash.
    pub hash: Vec<u8>,
    /// When it was made.
    pub made_at: Stamp,
    /// Until when it is good; open-ended when absent.
    pub ends_at: Option<Stamp>,
}

impl SecretRow {
    /// Whether it is good at a moment.
    pub fn good(&self, at: Stamp) -> bool {
        self.ends_at.is_none_or(|ends| at < ends)
    }
}

/// What every question names beside its own data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reasons {
    /// 使用事由.
    pub cause: String,
    /// 事项编码.
    pub item: String,
    /// Case number of the asking system.
    pub case_no: String,
}

/// What became of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Answered with something.
    Given,
    /// There was nothing to give.
    Empty,
    /// Refused by a rule.
    Refused,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: &[Outcome] = &[Outcome::Given, Outcome::Empty, Outcome::Refused];

    /// As stored and the ending of its words.
    pub fn label(self) -> &'static str {
        match self {
            Outcome::Given => "given",
            Outcome::Empty => "empty",
            Outcome::Refused => "refused",
        }
    }

    /// Reads a label.
    pub fn parse(label: &str) -> Option<Outcome> {
        Outcome::ALL.iter().copied().find(|o| o.label() == label)
    }
}

/// One question as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Row id.
    pub id: i64,
    /// When.
    pub at: Stamp,
    /// By which system.
    pub system: SystemId,
    /// Whose licences.
    pub provider: i64,
    /// For which unit.
    pub consumer: i64,
    /// What was asked.
    pub operation: Operation,
    /// What became of it.
    pub outcome: Outcome,
    /// Why it was refused.
    pub reason: String,
    /// Which licence was given.
    pub licence: Option<i64>,
    /// Of which type.
    pub type_code: String,
    /// What for.
    pub reasons: Reasons,
    /// Labels of what was shown.
    pub shown: String,
}

/// What was asked of a type by a unit, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Type of licence; empty where a question named none.
    pub type_code: String,
    /// The unit that asks.
    pub consumer: i64,
    /// Answered.
    pub given: i64,
    /// Nothing to give.
    pub empty: i64,
    /// Refused.
    pub refused: i64,
}
