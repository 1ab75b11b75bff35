//! Cases: what was handed in, until it is closed. The example room: others are furnished like it.
//!
//! Is: receiving, accepting, the one correction, special procedures, the decision, withdrawing, closing;
//! desks and progress; the documents of a case.
//! Never: how a licence or a seal is made (proof), how well it went (oversight), what is not yet handed
//! in (`drafts`).
//!
//! Read [`model`] first (states carry their own facts), then [`life`] (what may follow), [`rules`]
//! (pure decisions, the clock), [`acts`] (one transaction each). Pages read through [`view`]; what the
//! applicant supplies to a correction is made ready in [`fixing`].

pub mod acts;
pub mod api;
pub mod fixing;
pub mod jobs;
pub mod life;
pub mod model;
pub mod pages;
pub mod records;
pub mod rules;
pub mod view;

pub use model::{Case, CaseId, Grip, Officer, Owner, Phase, Post, Receipt, State};
