//! Nouns of custody: a holder and his term, an unlocking, what waits for a seal, what the head is told.

use crate::seals::model::{Seal, SealKind};
use codes::time::Stamp;
use store::{Error, Result};

/// Somebody who holds a seal (保管人), or to whom a holder has delegated it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// Row id.
    pub id: i64,
    /// The seal.
    pub seal: i64,
    /// Staff id.
    pub staff: i64,
    /// First moment of the term.
    pub from: Stamp,
    /// The term ends before this moment.
    pub until: Stamp,
    /// Ended early, if it was.
    pub ended: Option<Stamp>,
    /// The holder (staff id) who delegated it; nobody for a holder named by the head.
    pub delegated_by: Option<i64>,
}

impl Holder {
    /// Whether the term runs.
    pub fn runs(&self, at: Stamp) -> bool {
        self.from <= at && at < self.until && self.ended.is_none()
    }
}

/// A holder's unlocking of a level-1 seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unlock {
    /// Staff id.
    pub staff: i64,
    /// It ends before this moment.
    pub until: Stamp,
}

/// Everything that decides whether a seal may be put on a paper now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// The seal.
    pub seal: Seal,
    /// Who holds it or held it.
    pub holders: Vec<Holder>,
    /// Who has unlocked it.
    pub unlocks: Vec<Unlock>,
    /// When it was used in the last hour, newest first.
    pub lately: Vec<Stamp>,
}

/// Where a paper stands in the signing queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestState {
    /// It waits for the seal.
    Waiting,
    /// It is sealed.
    Done,
    /// It will not be sealed.
    Refused,
}

impl RequestState {
    /// As stored.
    pub fn label(self) -> &'static str {
        match self {
            RequestState::Waiting => "waiting",
            RequestState::Done => "done",
            RequestState::Refused => "refused",
        }
    }

    /// Reads a label.
    pub fn parse(label: &str) -> Result<RequestState> {
        let all = [RequestState::Waiting, RequestState::Done, RequestState::Refused];
        let found = all.into_iter().find(|state| state.label() == label);
        found.ok_or_else(|| Error::internal(format!("a request is {label}")))
    }

    /// Colour of its tag.
    pub fn tone(self) -> &'static str {
        match self {
            RequestState::Waiting => "warn",
            RequestState::Done => "ok",
            RequestState::Refused => "err",
        }
    }
}

/// A paper in the signing queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Row id.
    pub id: i64,
    /// The unit whose seal is asked for.
    pub unit: i64,
    /// Which of its seals.
    pub kind: SealKind,
    /// The seal, 0 where none is there.
    pub seal: i64,
    /// The event that ordered it, 0 where none did.
    pub ordered_by: i64,
    /// The stream that event stands in: `case:12`.
    pub ordered: String,
    /// Who caused that event: `staff:7`, `citizen:1`, `system`.
    pub approver: String,
    /// Title of the paper.
    pub title: String,
    /// Its number.
    pub number: String,
    /// Case number.
    pub case_no: Option<String>,
    /// SM3 of the document, hex; empty while it is not laid out.
    pub document_hash: String,
    /// Where it stands.
    pub state: RequestState,
    /// Code of what it waits for or why it was refused; empty when done.
    pub why: String,
    /// When it was asked for.
    pub asked: Stamp,
    /// Since when it stands there.
    pub state_at: Stamp,
}

/// One use of a seal as the head of the unit is told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Row id, that of the use.
    pub id: i64,
    /// When.
    pub at: Stamp,
    /// Name of the seal.
    pub seal_name: String,
    /// The seal.
    pub seal: i64,
    /// Title of the paper.
    pub title: String,
    /// Its number.
    pub number: String,
    /// SM3 of the document, hex.
    pub document_hash: String,
    /// Who ordered it.
    pub approver: String,
    /// Whether the head has seen it.
    pub seen: bool,
}

/// What waits for the seals of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// How many papers.
    pub count: i64,
    /// Code of what the newest of them waits for.
    pub why: String,
}
