//! Nouns of the window: a sitting, whom it is with, how the applicant confirmed.

use crate::drafts::{DraftId, Owner, Party};
use codes::time::Stamp;
use guide::packs::Applicant;
use people::identity::{AccountId, PersonId, StaffId, UnitId};
use serde::{Deserialize, Serialize};

/// A sitting by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SittingId(pub i64);

/// How far a sitting has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Received; the item is not found yet.
    Arrived,
    /// Being filled in.
    Filling,
    /// 待补件: told what is missing, comes back.
    Waiting,
    /// Handed in.
    Done,
    /// Over without a case.
    Ended,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Stage; 5] =
        [Stage::Arrived, Stage::Filling, Stage::Waiting, Stage::Done, Stage::Ended];

    /// As stored; worded as `intake-stage-<label>`.
    pub fn label(self) -> &'static str {
        match self {
            Stage::Arrived => "arrived",
            Stage::Filling => "filling",
            Stage::Waiting => "waiting",
            Stage::Done => "done",
            Stage::Ended => "ended",
        }
    }

    /// The stage of that label.
    pub fn parse(label: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|s| s.label() == label)
    }

    /// Whether a clerk still works on it.
    pub fn open(self) -> bool {
        matches!(self, Stage::Arrived | Stage::Filling | Stage::Waiting)
    }
}

/// How the applicant confirmed what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// On the second screen of the window.
    Screen,
    /// On his own phone, by a text.
    Phone,
    /// With his signature on paper.
    Paper,
}

impl How {
    /// As stored; worded as `intake-how-<label>`.
    pub fn label(self) -> &'static str {
        match self {
            How::Screen => "screen",
            How::Phone => "phone",
            How::Paper => "paper",
        }
    }

    /// The way of that label.
    pub fn parse(label: &str) -> Option<How> {
        [How::Screen, How::Phone, How::Paper].into_iter().find(|h| h.label() == label)
    }
}

/// The applicant's confirmation of one version of the draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    /// How.
    pub how: How,
    /// When.
    pub at: Stamp,
    /// Version of the draft he saw; any later change makes this void.
    pub version: i64,
    /// First letters of the fingerprint of what he saw.
    pub code: String,
    /// Scan of the signed paper: address of its content.
    pub file: Option<String>,
    /// Number of the clerk who compared the signature with the card; empty where nothing was signed.
    #[serde(default)]
    pub compared: String,
}

/// A signed sheet as the clerk has it in hand.
pub struct Signature {
    /// Its scan.
    pub scan: Vec<u8>,
    /// The check number printed on it, as the clerk read it off.
    pub code: String,
    /// He compared the signature with the card.
    pub compared: bool,
}

/// What was told once to be missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// When.
    pub at: Stamp,
    /// How many things.
    pub count: usize,
}

/// Facts of the handling; never personal data.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Facts {
    /// Number of the clerk who has it in hand (工号).
    pub staff_no: String,
    /// The population register has confirmed the person.
    pub checked: bool,
    /// When the person agreed that registers are asked.
    pub consent: Option<Stamp>,
    /// The confirmation.
    pub confirmed: Option<Confirmed>,
    /// When he said that something is not right; a confirmation takes it away.
    pub objected: Option<Stamp>,
    /// The last list of what is missing.
    pub told: Option<Told>,
    /// Number of the case it became.
    pub case_no: Option<String>,
}

/// Who it is with. Sealed wherever it is kept.
#[derive(Clone, Serialize, Deserialize)]
pub struct Guest {
    /// Applicant by name and number, and whoever came for him.
    pub party: Party,
    /// In what capacity.
    pub applicant: Applicant,
    /// Persons who may not handle the case.
    pub parties: Vec<PersonId>,
    /// Account that the confirmation is sent to: that of whoever came, or of the person in whose name.
    pub came: AccountId,
    /// What shows that he may act for another; empty for one's own affair.
    pub authority: String,
    /// Why the clerk went on although the register did not answer; empty when it did.
    pub by_hand: String,
}

/// One matter of one person at the windows of a unit.
#[derive(Clone)]
pub struct Sitting {
    /// Id.
    pub id: SittingId,
    /// Whose windows.
    pub unit: UnitId,
    /// Who has it in hand.
    pub staff: StaffId,
    /// The person the matter is about: who came, or in whose name somebody came.
    pub person: PersonId,
    /// Who came in a private person's name; nobody where he came himself.
    pub agent: Option<PersonId>,
    /// Account that gets the messages of the case.
    pub account: AccountId,
    /// Whose affair.
    pub owner: Owner,
    /// Applicant as lists show it.
    pub shown: String,
    /// Item; empty before it is found.
    pub slug: String,
    /// Its draft; none before the item is found.
    pub draft: Option<DraftId>,
    /// How far it has come.
    pub stage: Stage,
    /// What happened so far.
    pub facts: Facts,
    /// Sealed [`Guest`].
    pub sealed: Vec<u8>,
    /// When it began.
    pub begun: Stamp,
    /// When it was changed last.
    pub changed: Stamp,
    /// Counts every change.
    pub version: i64,
}

/// A sitting as a page showed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// The sitting.
    pub id: SittingId,
    /// The version seen; another one makes the act `Stale`.
    pub version: i64,
}

/// How a paper was seen at the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Look {
    /// 原件核验: the original was looked at and given back.
    Original,
    /// 复印件: a copy stays with the file on paper.
    Copy,
}

impl Look {
    /// As stored; worded as `intake-look-<label>`.
    pub fn label(self) -> &'static str {
        match self {
            Look::Original => "original",
            Look::Copy => "copy",
        }
    }

    /// The look of that label.
    pub fn parse(label: &str) -> Option<Look> {
        [Look::Original, Look::Copy].into_iter().find(|l| l.label() == label)
    }
}

/// A paper seen at the window, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its material.
    pub key: String,
    /// How.
    pub how: Look,
    /// Staff number.
    pub staff_no: String,
    /// When.
    pub at: Stamp,
}
