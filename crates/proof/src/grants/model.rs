//! Nouns of grants: what a holder allows, and the annotated copies made of his licence.

use crate::exchange::SystemId;
use codes::time::{Day, Stamp};
use serde::{Deserialize, Serialize};
use store::FileHash;

/// Where a grant stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GrantStatus {
    /// 有效.
    Given,
    /// 到期.
    Over,
    /// 撤回.
    Revoked,
}

impl GrantStatus {
    /// Every status.
    pub const ALL: &[GrantStatus] = &[GrantStatus::Given, GrantStatus::Over, GrantStatus::Revoked];

    /// The ending of its words.
    pub fn label(self) -> &'static str {
        match self {
            GrantStatus::Given => "given",
            GrantStatus::Over => "over",
            GrantStatus::Revoked => "revoked",
        }
    }
}

/// Where something that ends by its day or by a revocation stands.
pub fn standing(last: Day, revoked: Option<Stamp>, today: Day) -> GrantStatus {
    match revoked {
        Some(_) => GrantStatus::Revoked,
        None if last < today => GrantStatus::Over,
        None => GrantStatus::Given,
    }
}

/// What a holder allows: who may use a licence, until when. Whom he named and what for lie sealed.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Row id.
    pub id: i64,
    /// Of which licence.
    pub licence: i64,
    /// Who allowed it.
    pub person: i64,
    /// The system allowed, when it is one.
    pub system: Option<SystemId>,
    /// Keyed hash of the person allowed, when it is one.
    pub grantee_index: Option<Vec<u8>>,
    /// Sealed [`Said`], cell `licence_grant.said`.
    pub said: Vec<u8>,
    /// Last day.
    pub last: Day,
    /// Since when.
    pub given_at: Stamp,
    /// When it was taken back.
    pub revoked_at: Option<Stamp>,
}

impl Grant {
    /// Where it stands on a day.
    pub fn status_on(&self, today: Day) -> GrantStatus {
        standing(self.last, self.revoked_at, today)
    }
}

/// For whom and what for, in the words of whoever made a grant or a copy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// For whom.
    pub who: String,
    /// What for.
    pub purpose: String,
    /// Item of the asking system.
    #[serde(default)]
    pub item: String,
    /// Case of the asking system.
    #[serde(default)]
    pub case_no: String,
}

/// An annotated copy.
#[derive(Debug, Clone)]
pub struct Copy {
    /// Row id.
    pub id: i64,
    /// Of which licence.
    pub licence: i64,
    /// The person who made it, when it was one.
    pub person: Option<i64>,
    /// The system it was made for, when it was one.
    pub system: Option<SystemId>,
    /// The grant it rests on.
    pub grant: Option<i64>,
    /// Sealed [`Said`], cell `licence_copy.said`.
    pub said: Vec<u8>,
    /// Keys of the fields it shows; `*` for all.
    pub shows: Vec<String>,
    /// Last day.
    pub last: Day,
    /// When it was made.
    pub made_at: Stamp,
    /// The sealed file.
    pub file: Option<FileHash>,
    /// When it was taken back.
    pub revoked_at: Option<Stamp>,
}

impl Copy {
    /// Where it stands on a day.
    pub fn status_on(&self, today: Day) -> GrantStatus {
        standing(self.last, self.revoked_at, today)
    }

    /// Number printed on it.
    pub fn no(&self) -> String {
        number(self.id)
    }
}

/// Number of a copy.
pub fn number(id: i64) -> String {
    format!("JZ{id}")
}
