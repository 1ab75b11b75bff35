//! Nouns of sealing: who seals, with which seal, on whose order, and what comes out.

use codes::time::{Day, Stamp};
use gm::signer::Signer;
use gm::x509::Certificate;
use people::identity::Unit;
use store::{FileHash, Kind, Secret, Stream};

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

/// The two seals of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SealKind {
    /// 行政审批专用章: decisions and notices.
    Approval,
    /// 证照专用章: licences.
    Licence,
}

impl SealKind {
    /// As stored.
    pub fn label(self) -> &'static str {
        match self {
            SealKind::Approval => "approval",
            SealKind::Licence => "licence",
        }
    }

    /// As written on the seal itself, which is Chinese in every language.
    pub fn inscription(self) -> &'static str {
        match self {
            SealKind::Approval => "行政审批专用章",
            SealKind::Licence => "证照专用章",
        }
    }
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
    /// A licence that a register of this node's sandbox answers for: its own stream must hold its entry.
    Register {
        /// Row of the licence.
        licence: i64,
    },
}

impl Order {
    /// Where the ordering event stands.
    pub fn stream(self) -> Stream {
        match self {
            Order::Case { case_id, .. } => Stream::of("case", case_id),
            Order::Register { licence } => Stream::of("licence", licence),
        }
    }

    /// The event that must stand there.
    pub fn event(self) -> Kind {
        match self {
            Order::Case { event, .. } => event,
            Order::Register { .. } => Kind::LicenceIssued,
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
