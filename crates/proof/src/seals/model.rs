//! Nouns of sealing: who seals, with which seal, on whose order, and what comes out.

use codes::time::{Day, Stamp};
use gm::signer::Signer;
use gm::x509::Certificate;
use people::identity::Unit;
use store::{Error, FileHash, Kind, Result, Secret, Stream};

/// The unit that seals or issues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    /// Unit id.
    pub unit: i64,
    /// Name of the unit, as on its seal.
    pub name: String,
    /// Its unified social credit code (18 letters).
    pub uscc: String,
}

impl From<&Unit> for Issuer {
    fn from(unit: &Unit) -> Issuer {
        Issuer { unit: unit.id.0, name: unit.name.clone(), uscc: unit.uscc.clone() }
    }
}

/// The kinds of seals a unit may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SealKind {
    /// 法定名称章 (公章): the unit itself; opened by two holders together.
    Official,
    /// 行政审批专用章: decisions and notices.
    Approval,
    /// 证照专用章: licences.
    Licence,
    /// 财务专用章: receipts and accounts; oval.
    Finance,
    /// 法定代表人名章: a square with a name.
    Person,
}

impl SealKind {
    /// Every kind, in the order a form offers them.
    pub const ALL: &[SealKind] = &[
        SealKind::Approval,
        SealKind::Licence,
        SealKind::Official,
        SealKind::Finance,
        SealKind::Person,
    ];

    /// As stored.
    pub fn label(self) -> &'static str {
        match self {
            SealKind::Official => "official",
            SealKind::Approval => "approval",
            SealKind::Licence => "licence",
            SealKind::Finance => "finance",
            SealKind::Person => "person",
        }
    }

    /// Reads a label.
    pub fn parse(label: &str) -> Option<SealKind> {
        SealKind::ALL.iter().copied().find(|kind| kind.label() == label)
    }

    /// As written on the seal itself, which is Chinese in every language; empty where the seal shows nothing
    /// but a name.
    pub fn inscription(self) -> &'static str {
        match self {
            SealKind::Official | SealKind::Person => "",
            SealKind::Approval => "行政审批专用章",
            SealKind::Licence => "证照专用章",
            SealKind::Finance => "财务专用章",
        }
    }

    /// Type code of GB/T 38540: 1 法定名称章, 2 财务专用章, 5 法定代表人名章, 99 其他.
    pub fn code(self) -> u32 {
        match self {
            SealKind::Official => 1,
            SealKind::Finance => 2,
            SealKind::Person => 5,
            SealKind::Approval | SealKind::Licence => 99,
        }
    }

    /// Level 1 is put only while two different holders have unlocked it; level 2 by one decision alone.
    pub fn level(self) -> i64 {
        match self {
            SealKind::Official | SealKind::Person => 1,
            SealKind::Approval | SealKind::Licence | SealKind::Finance => 2,
        }
    }

    /// Width and height on paper, mm.
    pub fn size_mm(self) -> (u32, u32) {
        match self {
            SealKind::Official | SealKind::Approval | SealKind::Licence => (42, 42),
            SealKind::Finance => (45, 30),
            SealKind::Person => (20, 20),
        }
    }
}

/// Where a seal stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SealStatus {
    /// 已申请.
    Applied,
    /// 已退回: to be put right and asked for again.
    Returned,
    /// 已批准: the maker has it.
    Approved,
    /// 已制作.
    Made,
    /// 已登记.
    Registered,
    /// 使用中: the only state in which it seals.
    InUse,
    /// 已暂停.
    Suspended,
    /// 已更换: another seal took its place.
    Renewed,
    /// 已注销: its key is destroyed.
    Destroyed,
}

impl SealStatus {
    /// Every state.
    pub const ALL: &[SealStatus] = &[
        SealStatus::Applied,
        SealStatus::Returned,
        SealStatus::Approved,
        SealStatus::Made,
        SealStatus::Registered,
        SealStatus::InUse,
        SealStatus::Suspended,
        SealStatus::Renewed,
        SealStatus::Destroyed,
    ];

    /// As stored.
    pub fn label(self) -> &'static str {
        match self {
            SealStatus::Applied => "applied",
            SealStatus::Returned => "returned",
            SealStatus::Approved => "approved",
            SealStatus::Made => "made",
            SealStatus::Registered => "registered",
            SealStatus::InUse => "in-use",
            SealStatus::Suspended => "suspended",
            SealStatus::Renewed => "renewed",
            SealStatus::Destroyed => "destroyed",
        }
    }

    /// Reads a label.
    pub fn parse(label: &str) -> Result<SealStatus> {
        let found = SealStatus::ALL.iter().copied().find(|status| status.label() == label);
        found.ok_or_else(|| Error::internal(format!("a seal is {label}")))
    }

    /// Colour of its tag.
    pub fn tone(self) -> &'static str {
        match self {
            SealStatus::InUse => "ok",
            SealStatus::Suspended | SealStatus::Returned => "warn",
            SealStatus::Renewed | SealStatus::Destroyed => "grey",
            _ => "info",
        }
    }
}

/// A seal as its register has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// Row id.
    pub id: i64,
    /// Whose it is.
    pub issuer: Issuer,
    /// Which kind.
    pub kind: SealKind,
    /// Identifier in the seal (esID): 统一社会信用代码 and eight digits.
    pub no: String,
    /// Name.
    pub name: String,
    /// The straight line of the picture, or the person's name on a name seal.
    pub inscription: String,
    /// 1: two holders unlock it; 2: a decision is enough.
    pub level: i64,
    /// Where it stands.
    pub status: SealStatus,
    /// Since when.
    pub status_at: Stamp,
    /// Counts its changes.
    pub lock: i64,
    /// Row of its key, 0 before it was made.
    pub key: i64,
    /// Last moment of validity; the beginning of time before it was made.
    pub valid_to: Stamp,
    /// What the application rests on.
    pub basis: String,
    /// Why the last step was taken.
    pub reason: String,
    /// Who applied (staff id).
    pub applied_by: i64,
    /// Who approved (staff id).
    pub approved_by: i64,
    /// The seal it takes the place of; 0 for none.
    pub replaces: i64,
    /// Most papers an hour; 0 for no limit.
    pub per_hour: i64,
}

/// On whose order a seal is put. There is no sealing without one (security S1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// A decision of a case: the ledger of this case must hold an event of this kind.
    Case {
        /// The case.
        case_id: i64,
        /// The event that ordered the document, for example `CaseAccepted` for a 受理通知书.
        event: Kind,
    },
    /// An annotated copy of a licence (加注件): its own stream must hold its order.
    Copy {
        /// Row of the copy.
        copy: i64,
    },
    /// A licence that a register of this node's sandbox answers for: its own stream must hold its entry.
    Register {
        /// Row of the licence.
        licence: i64,
    },
    /// A licence issued at the desk: the stream of its row must hold the approval of exactly this row.
    Issue {
        /// The row.
        row: i64,
        /// Keyed hash of everything it says.
        hash: [u8; 32],
    },
}

impl Order {
    /// Where the ordering event stands.
    pub fn stream(self) -> Stream {
        match self {
            Order::Case { case_id, .. } => Stream::of("case", case_id),
            Order::Register { licence } => Stream::of("licence", licence),
            Order::Copy { copy } => Stream::of("copy", copy),
            Order::Issue { row, .. } => Stream::of("issue-row", row),
        }
    }

    /// Whether an event speaks of what is to be sealed: the approval of a row names the row's hash.
    pub fn meant(self, data: &serde_json::Value) -> bool {
        match self {
            Order::Issue { hash, .. } => data["row"] == hex::encode(hash),
            _ => true,
        }
    }

    /// The event that must stand there.
    pub fn event(self) -> Kind {
        match self {
            Order::Case { event, .. } => event,
            Order::Register { .. } => Kind::LicenceIssued,
            Order::Issue { .. } => Kind::LicenceOrdered,
            Order::Copy { .. } => Kind::LicenceCopied,
        }
    }
}

/// What the log of seal uses says about a document; no personal data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paper {
    /// Title or name of the licence.
    pub title: String,
    /// 文号, or the identifier of the licence.
    pub number: String,
    /// Case number (20 digits), so that the paper is found by it when somebody verifies.
    pub case_no: Option<String>,
}

/// A seal ready to be used, with the key that may use it.
#[derive(Debug, Clone)]
pub struct UnitSeal {
    /// Row id.
    pub id: i64,
    /// Identifier in the seal (esID).
    pub no: String,
    /// Name of the seal.
    pub name: String,
    /// Which of the unit's.
    pub kind: SealKind,
    /// The seal, DER.
    pub esl: Vec<u8>,
    /// Who signs.
    pub signer: Signer,
    /// The signer's certificate.
    pub certificate: Certificate,
}

/// What came out of a sealing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedFile {
    /// Where the sealed file lies.
    pub file: FileHash,
    /// Identifier of the seal.
    pub seal_no: String,
    /// Name of the seal.
    pub seal_name: String,
    /// SM3 of the document before it was sealed, in hex.
    pub document_hash: String,
    /// When it was sealed.
    pub at: Stamp,
    /// Id of the event in the log of seal uses.
    pub event_id: i64,
    /// How many pages it has.
    pub pages: usize,
}

/// A document to be made in the official form and sealed.
#[derive(Clone)]
pub struct DocumentDraft {
    /// Title (受理通知书).
    pub title: String,
    /// 文号; empty for none.
    pub number: String,
    /// Case number, 20 digits, when it belongs to a case.
    pub case_no: Option<String>,
    /// The unit that speaks.
    pub unit: Issuer,
    /// Whom it addresses, without the colon.
    pub to: Secret,
    /// The text, one entry per paragraph.
    pub paragraphs: Vec<String>,
    /// Date under it.
    pub dated: Day,
    /// Which seal.
    pub seal_as: SealKind,
    /// On whose order.
    pub order: Order,
}
