//! Nouns of a case: its id, its states with the facts each carries, and the officer who acts.

pub use crate::drafts::Owner;
use codes::Day;
use codes::case_no::CaseNo;
use codes::clock::{self, PauseKind};
use codes::time::Stamp;
use people::identity::{AccountId, PersonId, StaffId, UnitId};
use serde::{Deserialize, Serialize};

/// A case by its id. It is the id of the draft it grew from, so one draft can become one case only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CaseId(pub i64);

/// One case.
#[derive(Clone)]
pub struct Case {
    /// Id.
    pub id: CaseId,
    /// Number a person reads out.
    pub no: CaseNo,
    /// Item.
    pub slug: String,
    /// Version of the item it was filed under.
    pub item_version: i64,
    /// Unit that handles it.
    pub unit: UnitId,
    /// Whose affair it is.
    pub owner: Owner,
    /// Account that filed it and gets the messages.
    pub account: AccountId,
    /// Person who filed it; events are about him.
    pub person: PersonId,
    /// Persons who may not handle it: applicant and legal representative.
    pub parties: Vec<PersonId>,
    /// Applicant as lists show it: a person masked, an enterprise by name.
    pub applicant: String,
    /// State with its facts.
    pub state: State,
    /// Who has taken it.
    pub handler: Option<StaffId>,
    /// Applicant and answers, sealed (`drafts::Body`).
    pub sealed: Vec<u8>,
    /// When it was submitted.
    pub submitted: Stamp,
    /// Counts every change; acts name the version they saw.
    pub version: i64,
}

/// The states by name alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// 等待受理.
    Submitted,
    /// 需要补正.
    CorrectionRequested,
    /// 已受理.
    Accepted,
    /// 特别程序.
    Special,
    /// 准予.
    Granted,
    /// 不予许可.
    Denied,
    /// 不予受理.
    NotAccepted,
    /// 已撤回.
    Withdrawn,
    /// 办结.
    Closed,
}

impl Phase {
    /// Every phase, in the order of a life.
    pub const ALL: [Phase; 9] = [
        Phase::Submitted,
        Phase::CorrectionRequested,
        Phase::Accepted,
        Phase::Special,
        Phase::Granted,
        Phase::Denied,
        Phase::NotAccepted,
        Phase::Withdrawn,
        Phase::Closed,
    ];

    /// As stored and as the wordings end: `cases-state-<label>`.
    pub fn label(self) -> &'static str {
        match self {
            Phase::Submitted => "submitted",
            Phase::CorrectionRequested => "correction-requested",
            Phase::Accepted => "accepted",
            Phase::Special => "special",
            Phase::Granted => "granted",
            Phase::Denied => "denied",
            Phase::NotAccepted => "not-accepted",
            Phase::Withdrawn => "withdrawn",
            Phase::Closed => "closed",
        }
    }

    /// The phase of that label.
    pub fn parse(label: &str) -> Option<Phase> {
        Phase::ALL.into_iter().find(|p| p.label() == label)
    }

    /// Nothing follows.
    pub fn is_end(self) -> bool {
        matches!(self, Phase::NotAccepted | Phase::Withdrawn | Phase::Closed)
    }
}

/// A state and what is known in it. A transition (`rules`) consumes the old one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    /// Waits for acceptance.
    Submitted(Submitted),
    /// Waits for the applicant.
    CorrectionRequested(Correcting),
    /// Being handled; the clock runs.
    Accepted(Accepted),
    /// In a special procedure.
    Special(Special),
    /// Granted; licence and documents are being made.
    Granted(Granted),
    /// Denied; the decision is being made out.
    Denied(Denied),
    /// Not accepted.
    NotAccepted(NotAccepted),
    /// Withdrawn, or not corrected in time.
    Withdrawn(Withdrawn),
    /// Over, with result.
    Closed(Closed),
}

impl State {
    /// The name alone.
    pub fn phase(&self) -> Phase {
        match self {
            State::Submitted(_) => Phase::Submitted,
            State::CorrectionRequested(_) => Phase::CorrectionRequested,
            State::Accepted(_) => Phase::Accepted,
            State::Special(_) => Phase::Special,
            State::Granted(_) => Phase::Granted,
            State::Denied(_) => Phase::Denied,
            State::NotAccepted(_) => Phase::NotAccepted,
            State::Withdrawn(_) => Phase::Withdrawn,
            State::Closed(_) => Phase::Closed,
        }
    }

    /// The facts of acceptance, in every state that comes after it.
    pub fn accepted(&self) -> Option<&Accepted> {
        match self {
            State::Accepted(accepted) => Some(accepted),
            State::Special(special) => Some(&special.accepted),
            State::Granted(granted) => Some(&granted.accepted),
            State::Denied(denied) => Some(&denied.accepted),
            State::Closed(closed) => match &closed.result {
                Outcome::Granted(granted) => Some(&granted.accepted),
                Outcome::Denied(denied) => Some(&denied.accepted),
            },
            _ => None,
        }
    }

    /// The facts of receipt, in every state that keeps them.
    pub fn received(&self) -> Option<&Submitted> {
        match self {
            State::Submitted(submitted) => Some(submitted),
            State::CorrectionRequested(correcting) => Some(&correcting.submitted),
            State::NotAccepted(not_accepted) => Some(&not_accepted.submitted),
            State::Withdrawn(withdrawn) => Some(&withdrawn.submitted),
            _ => self.accepted().map(|accepted| &accepted.submitted),
        }
    }
}

/// Received, and how often completed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submitted {
    /// When the application came.
    pub first: Stamp,
    /// When the latest materials came; the five days of the notice run from here.
    pub complete: Stamp,
    /// The one correction, once supplied.
    pub corrected: Option<Told>,
    /// The service centre whose window received it for the unit (前台受理、后台审批), where there is one.
    #[serde(default)]
    pub window: Option<UnitId>,
}

/// A one-time notice of everything missing (行政许可法 art. 32 ¶4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// When.
    pub at: Stamp,
    /// By whom.
    pub by: StaffId,
    /// Last day to supply.
    pub until: Day,
    /// Everything missing.
    pub items: Vec<Missing>,
    /// When it was supplied.
    pub supplied: Option<Stamp>,
}

/// What a missing thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MissingKind {
    /// A material of the item, by its key.
    Material,
    /// An answer of the form, by its key.
    Field,
}

/// One missing thing and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// Material or answer.
    pub kind: MissingKind,
    /// Key in the pack.
    pub key: String,
    /// What is wrong and what to do, in the clerk's words.
    pub reason: String,
}

/// Told what is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correcting {
    /// The receipt.
    pub submitted: Submitted,
    /// The notice.
    pub told: Told,
}

/// Accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// The receipt.
    pub submitted: Submitted,
    /// When it was recorded (a deemed acceptance counts from an earlier day: see `clock`).
    pub at: Stamp,
    /// By whom; nobody when the platform or the law did it.
    pub by: Option<StaffId>,
    /// What the clock depends on.
    pub clock: clock::Facts,
    /// Special procedures that have ended.
    pub procedures: Vec<Procedure>,
    /// The extension.
    pub extension: Option<Extended>,
}

/// The one extension (art. 42).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extended {
    /// When.
    pub at: Stamp,
    /// Who approved.
    pub by: StaffId,
    /// Working days.
    pub days: u32,
    /// Told to the applicant.
    pub reason: String,
}

/// A special procedure (art. 45, or a check on site under art. 34).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Procedure {
    /// Key in the pack.
    pub key: String,
    /// Its kind.
    pub kind: PauseKind,
    /// Whether the clock stands.
    pub pauses: bool,
    /// Why it is needed.
    pub reason: String,
    /// File that shows the need: address of its content.
    pub evidence: Option<String>,
    /// Staff numbers of those who take part.
    pub team: Vec<String>,
    /// Who ordered it.
    pub by: StaffId,
    /// When it began.
    pub start: Stamp,
    /// Told to the applicant; beyond this day the clock runs again.
    pub planned: Day,
    /// How it ended.
    pub ended: Option<Ended>,
}

/// The end of a special procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// When.
    pub at: Stamp,
    /// Who recorded it.
    pub by: StaffId,
    /// What came out.
    pub result: String,
    /// File of the record.
    pub evidence: Option<String>,
}

/// In a special procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Special {
    /// The acceptance.
    pub accepted: Accepted,
    /// The procedure that runs.
    pub running: Procedure,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// When.
    pub at: Stamp,
    /// By whom; nobody when the item's rule decided.
    pub by: Option<StaffId>,
    /// Opinion, kept in the file.
    pub opinion: String,
    /// Addresses of the files that were opened before deciding.
    pub seen: Vec<String>,
}

/// Granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// The acceptance.
    pub accepted: Accepted,
    /// The decision.
    pub decision: Decision,
}

/// Denied, with what art. 38 ¶2 asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Denied {
    /// The acceptance.
    pub accepted: Accepted,
    /// The decision.
    pub decision: Decision,
    /// Why.
    pub reason: String,
    /// The clause.
    pub basis: String,
    /// Where to complain, until when.
    pub remedy: String,
}

/// Why a case is not accepted (art. 32 ¶1–2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// No permit is needed.
    NotRequired,
    /// Another body is competent; it must be named.
    NotCompetent,
    /// The conditions to apply do not hold.
    Conditions,
}

impl Ground {
    /// Every ground.
    pub const ALL: [Ground; 3] = [Ground::NotRequired, Ground::NotCompetent, Ground::Conditions];

    /// Stable label; worded as `cases-ground-<label>`.
    pub fn label(self) -> &'static str {
        match self {
            Ground::NotRequired => "not-required",
            Ground::NotCompetent => "not-competent",
            Ground::Conditions => "conditions",
        }
    }

    /// The ground of that label.
    pub fn parse(label: &str) -> Option<Ground> {
        Ground::ALL.into_iter().find(|g| g.label() == label)
    }
}

/// Not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotAccepted {
    /// The receipt.
    pub submitted: Submitted,
    /// When.
    pub at: Stamp,
    /// By whom.
    pub by: StaffId,
    /// Ground.
    pub ground: Ground,
    /// Why, in words.
    pub reason: String,
    /// The clause.
    pub basis: String,
    /// The competent body, where another one is.
    pub go_to: String,
}

/// Withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// The receipt.
    pub submitted: Submitted,
    /// When.
    pub at: Stamp,
    /// What it was in before.
    pub from: Phase,
    /// Not corrected in time, rather than asked for.
    pub lapsed: bool,
    /// Why, if the applicant said so.
    pub reason: String,
}

/// What a closed case came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum Outcome {
    /// 准予.
    Granted(Granted),
    /// 不予许可.
    Denied(Denied),
}

/// Closed (办结).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// When.
    pub at: Stamp,
    /// Result.
    pub result: Outcome,
    /// Identifier of the licence issued.
    pub licence: Option<String>,
}

/// A post within the room of cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Post {
    /// 申请人.
    Applicant,
    /// 窗口、受理.
    Clerk,
    /// 审批.
    Approver,
    /// The platform itself.
    System,
}

/// A member of staff as rules see him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Officer {
    /// Staff id.
    pub id: StaffId,
    /// His unit.
    pub unit: UnitId,
    /// His posts.
    pub posts: Vec<Post>,
    /// Who he is as a person, where known: nobody handles his own affair.
    pub person: Option<PersonId>,
}

/// A case as a page showed it: id and the version that was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grip {
    /// The case.
    pub id: CaseId,
    /// The version seen; another one makes the act `Stale`.
    pub version: i64,
}

/// What every act gives back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The case.
    pub id: CaseId,
    /// Its number.
    pub no: CaseNo,
    /// Where it is now.
    pub phase: Phase,
    /// Version to go on with.
    pub version: i64,
}
