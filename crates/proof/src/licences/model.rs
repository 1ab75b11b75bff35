//! Nouns of licences.

use crate::seals::{Issuer, Order};
use codes::licence::LicenceId;
use codes::time::{Day, Stamp};
use guide::packs::licence::{LicenceFace, Printed};
use serde::{Deserialize, Serialize};
use store::{FileHash, Secret, Vault};

/// Row id of a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LicenceRowId(pub i64);

/// What a licence is worth. `Expired` is never stored: it follows from the last day of validity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LicenceStatus {
    /// 待签发.
    Draft,
    /// 有效.
    Valid,
    /// 暂扣.
    Suspended,
    /// 过期失效.
    Expired,
    /// 撤销: granting it was unlawful (行政许可法 art. 69).
    Revoked,
    /// 注销: closed administratively (行政许可法 art. 70).
    Cancelled,
    /// 吊销: a penalty (行政处罚法 art. 9).
    Penalised,
    /// 转出.
    Transferred,
    /// 变更作废: a newer version took its place.
    Superseded,
}

impl LicenceStatus {
    /// Every status.
    pub const ALL: &[LicenceStatus] = &[
        LicenceStatus::Draft,
        LicenceStatus::Valid,
        LicenceStatus::Suspended,
        LicenceStatus::Expired,
        LicenceStatus::Revoked,
        LicenceStatus::Cancelled,
        LicenceStatus::Penalised,
        LicenceStatus::Transferred,
        LicenceStatus::Superseded,
    ];

    /// As stored, as in the interface, and the ending of its words.
    pub fn label(self) -> &'static str {
        match self {
            LicenceStatus::Draft => "draft",
            LicenceStatus::Valid => "valid",
            LicenceStatus::Suspended => "suspended",
            LicenceStatus::Expired => "expired",
            LicenceStatus::Revoked => "revoked",
            LicenceStatus::Cancelled => "cancelled",
            LicenceStatus::Penalised => "penalised",
            LicenceStatus::Transferred => "transferred",
            LicenceStatus::Superseded => "superseded",
        }
    }

    /// Reads a label.
    pub fn parse(label: &str) -> Option<LicenceStatus> {
        LicenceStatus::ALL.iter().copied().find(|s| s.label() == label)
    }

    /// Tone of its tag on pages.
    pub fn tone(self) -> &'static str {
        match self {
            LicenceStatus::Valid => "ok",
            LicenceStatus::Suspended => "warn",
            LicenceStatus::Draft => "info",
            LicenceStatus::Transferred | LicenceStatus::Superseded => "grey",
            _ => "err",
        }
    }

    /// The status on a day: a valid or suspended licence past its last day is expired.
    pub fn on(self, last: Option<Day>, day: Day) -> LicenceStatus {
        let over = last.is_some_and(|last| last < day);
        let open = matches!(self, LicenceStatus::Valid | LicenceStatus::Suspended);
        if over && open { LicenceStatus::Expired } else { self }
    }

    /// Whether it may be relied on today.
    pub fn in_force(self) -> bool {
        self == LicenceStatus::Valid
    }
}

/// Kind of holder: 持证主体代码类型 of GB/T 36903.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum HolderKind {
    /// 111 公民身份号码.
    #[serde(rename = "111")]
    Person,
    /// 001 统一社会信用代码.
    #[serde(rename = "001")]
    Enterprise,
}

impl HolderKind {
    /// Code of the type.
    pub fn code(self) -> &'static str {
        match self {
            HolderKind::Person => "111",
            HolderKind::Enterprise => "001",
        }
    }

    /// Name of the type, as the metadata standard writes it.
    pub fn name(self) -> &'static str {
        match self {
            HolderKind::Person => "公民身份号码",
            HolderKind::Enterprise => "统一社会信用代码",
        }
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Option<HolderKind> {
        [HolderKind::Person, HolderKind::Enterprise].into_iter().find(|k| k.code() == code)
    }
}

/// Keyed hash under which a holder's licences are found.
pub fn holder_index(vault: &Vault, kind: HolderKind, code: &str) -> Vec<u8> {
    vault.index("holder", &format!("{}:{code}", kind.code()))
}

/// Who holds a licence.
#[derive(Clone)]
pub struct Holder {
    /// Person or enterprise.
    pub kind: HolderKind,
    /// Person concerned (the holder, or the enterprise's legal representative), for the ledger.
    pub subject: Option<i64>,
    /// Name.
    pub name: Secret,
    /// Citizen id number or USCC.
    pub code: Secret,
}

impl Holder {
    /// Name as strangers may see it: an enterprise's is public, a person's is masked.
    pub fn shown_name(&self) -> String {
        match self.kind {
            HolderKind::Person => self.name.masked_name(),
            HolderKind::Enterprise => self.name.expose().to_owned(),
        }
    }
}

/// One value on the face of a licence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaceField {
    /// Tag name.
    pub key: String,
    /// Label in Chinese.
    pub zh: String,
    /// Label in English.
    pub en: String,
    /// Value as printed.
    pub value: String,
    /// Masked on screens.
    #[serde(default)]
    pub sensitive: bool,
    /// Shown when only part is shown (最小出示).
    #[serde(default)]
    pub brief: bool,
}

/// What a licence is made from.
#[derive(Clone)]
pub struct LicenceDraft {
    /// Type, fields and face of the pack.
    pub face: LicenceFace,
    /// Values of the face, from `guide::packs::Judgement::licence_values`.
    pub values: Vec<(String, Printed)>,
    /// Who gets it.
    pub holder: Holder,
    /// Who issues it.
    pub issuer: Issuer,
    /// Day of the decision, printed as the day of issue.
    pub dated: Day,
    /// First day of validity.
    pub valid_from: Day,
    /// Last day of validity; `None` for long-term.
    pub valid_to: Option<Day>,
    /// On whose order it is sealed.
    pub order: Order,
    /// Case number (20 digits), for whoever verifies the file by it.
    pub case_no: Option<String>,
    /// The licence whose place it takes (延续, 变更): same serial, next version.
    pub replaces: Option<LicenceRowId>,
}

/// A licence made and sealed, not yet in force. Holder and fields are sealed already.
#[derive(Clone)]
pub struct MadeLicence {
    /// Row id it will have.
    pub id: LicenceRowId,
    /// Identifier of GB/T 36904.
    pub identifier: LicenceId,
    /// Printed number.
    pub number: String,
    /// The sealed OFD; `None` for a licence known from a register only.
    pub file: Option<FileHash>,
    /// Identifier of the seal; empty without a file.
    pub seal_no: String,
    pub(crate) row: NewLicence,
}

impl MadeLicence {
    /// Keyed hash of its holder.
    pub(crate) fn holder_index(&self) -> &[u8] {
        &self.row.holder_index
    }

    /// Code of its type.
    pub(crate) fn type_code(&self) -> &str {
        &self.row.type_code
    }

    /// Person concerned.
    pub(crate) fn subject(&self) -> Option<i64> {
        self.row.subject
    }
}

/// Columns of a new licence.
#[derive(Clone)]
pub(crate) struct NewLicence {
    pub token: String,
    pub type_code: String,
    pub name_zh: String,
    pub name_en: String,
    pub issuer: Issuer,
    pub holder_index: Vec<u8>,
    pub holder_kind: HolderKind,
    pub subject: Option<i64>,
    pub holder: Vec<u8>,
    pub fields: Vec<u8>,
    pub valid_from: Day,
    pub valid_to: Option<Day>,
    pub replaces: Option<LicenceRowId>,
    pub sandbox: bool,
}

/// A licence as kept. Holder and fields are still sealed.
#[derive(Debug, Clone)]
pub struct Licence {
    /// Row id.
    pub id: LicenceRowId,
    /// Identifier of GB/T 36904.
    pub identifier: String,
    /// Opaque reference used in codes, 32 hex digits.
    pub token: String,
    /// Type code.
    pub type_code: String,
    /// Name of the type in Chinese.
    pub name_zh: String,
    /// Name of the type in English.
    pub name_en: String,
    /// Printed number.
    pub number: String,
    /// Who issued it.
    pub issuer: Issuer,
    /// Kind of holder.
    pub holder_kind: HolderKind,
    /// Keyed hash of the holder.
    pub holder_index: Vec<u8>,
    /// Person concerned.
    pub subject: Option<i64>,
    /// Sealed holder, cell `licence.holder`.
    pub holder: Vec<u8>,
    /// Sealed fields, cell `licence.fields`.
    pub fields: Vec<u8>,
    /// First day of validity.
    pub valid_from: Day,
    /// Last day of validity.
    pub valid_to: Option<Day>,
    /// When it was issued.
    pub issued_at: Stamp,
    /// Status as stored.
    pub status: LicenceStatus,
    /// Since when.
    pub status_at: Stamp,
    /// Why, in words (suspended, revoked, cancelled, penalised).
    pub reason: String,
    /// On which legal basis.
    pub basis: String,
    /// Counts every change; a form carries it so that two stewards never overwrite each other.
    pub lock: i64,
    /// The sealed OFD.
    pub file: Option<FileHash>,
    /// The case it came from.
    pub case_id: Option<i64>,
    /// Whether it is a sample.
    pub sandbox: bool,
}

impl Licence {
    /// Status on a day: a valid or suspended licence past its last day is expired.
    pub fn status_on(&self, day: Day) -> LicenceStatus {
        self.status.on(self.valid_to, day)
    }

    /// The printed number with its middle masked, for strangers.
    pub fn shown_number(&self) -> String {
        masked_number(&self.number)
    }
}

/// A printed number with its middle masked.
pub fn masked_number(number: &str) -> String {
    let letters: Vec<char> = number.chars().collect();
    if letters.len() > 12 {
        return Secret::new(number.to_owned()).masked_id();
    }
    let hidden = letters.len().saturating_sub(4);
    "*".repeat(hidden) + &letters[hidden..].iter().collect::<String>()
}

/// A licence in a list: nothing in it needs opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenceSummary {
    /// Row id.
    pub id: LicenceRowId,
    /// Identifier of GB/T 36904.
    pub identifier: String,
    /// Type code.
    pub type_code: String,
    /// Name of the type in Chinese.
    pub name_zh: String,
    /// Name of the type in English.
    pub name_en: String,
    /// Printed number.
    pub number: String,
    /// Who issued it.
    pub issuer_name: String,
    /// Last day of validity.
    pub valid_to: Option<Day>,
    /// When it was issued.
    pub issued_at: Stamp,
    /// Status on the day asked for.
    pub status: LicenceStatus,
    /// Whether there is a file to download.
    pub has_file: bool,
    /// Whether it is a sample.
    pub sandbox: bool,
}

/// Why a licence is suspended, restored or ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reason {
    /// In words the holder will read.
    pub reason: String,
    /// Legal basis.
    pub basis: String,
    /// The last four letters of the licence's number, typed by whoever decides: he means this one.
    pub last: String,
    /// The lock the steward saw.
    pub lock: i64,
}
