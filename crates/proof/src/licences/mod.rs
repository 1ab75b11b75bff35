//! Licences: made from a decision or claimed from a register, kept in a directory.
//!
//! Is: the life of a licence from 待签发 to its end, its sealed OFD face, the directory and the holder's pages.
//! Never: decides whether somebody gets one, or shows one ([`crate::showing`] does). Holders lie sealed and are
//! found by keyed hash only.
//! Read [`life`] first, then [`acts`], then [`face`].

pub mod acts;
pub(crate) use crate::asked;
pub mod claim;
pub mod face;
pub mod grounds;
pub mod life;
pub mod make;
pub mod model;
pub mod pages;
pub mod paper;
pub mod picture;
pub mod records;
pub mod rules;
pub mod sample;
pub mod sealed;
pub mod types;

pub use acts::{cancel, issue, restore, revoke, suspend};
pub use model::{
    FaceField, Holder, HolderKind, LicenceDraft, LicenceRowId, LicenceStatus, LicenceSummary,
    MadeLicence, Reason, holder_index,
};
pub use records::{held, of_case, of_holder};
