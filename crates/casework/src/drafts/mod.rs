//! Drafts: what a person fills in before anybody has received it.
//!
//! Is: opening, autosave with two devices, prefill after consent, the check before handing in.
//! Never: a case, a desk, a decision, a paper (`materials`); nobody but the owner sees a draft.
//! Read [`model`] first, then [`filing`]: the functions pages call. Pages of this room (before you start,
//! filling in, review) belong in `drafts/pages`; the room of cases has no space for them.

pub mod acts;
pub mod adapters;
pub mod disputes;
pub mod earlier;
pub mod filing;
pub mod keeping;
pub mod model;
pub mod pages;
pub mod records;
pub mod renewal;
pub mod rules;

pub use model::{
    Body, Clash, Draft, DraftId, Filer, Hindrance, Opened, Owner, Paper, PaperId, Party, Saved,
    Submission,
};
