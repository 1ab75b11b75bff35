//! Licences: made from a decision, kept in a directory, shown by their holder, verified by anybody.
//!
//! Is: the life of a licence from 待签发 to its end, its sealed OFD face, the rotating code of 亮证, and
//! the one answer to "is this genuine": 真, 已失效 or 无法核验.
//! Never: decides whether somebody gets one. Holders lie sealed and are found by keyed hash only.
//! Read [`life`] first, then [`acts`], then [`verify`].

pub mod acts;
pub mod api;
pub mod code;
mod door;
pub mod face;
pub mod life;
pub mod make;
pub mod model;
pub mod pages;
pub mod records;
pub mod rules;
pub mod sample;
pub mod sealed;
#[cfg(test)]
mod tests;
pub mod types;
pub mod verdict;
pub mod verify;

pub use acts::{cancel, issue, restore, revoke, suspend};
pub use model::{
    FaceField, Holder, HolderKind, LicenceDraft, LicenceRowId, LicenceStatus, LicenceSummary,
    MadeLicence, Reason, holder_index,
};
pub use records::{held, of_case, of_holder};
pub use verdict::{Answer, Verdict};
