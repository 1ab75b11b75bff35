//! Intake (收件): somebody stands at a window, from his card to a case he has confirmed.
//!
//! Is: receiving a person or whoever came for a company, finding the item, filling in the same draft as
//! online with the clerk's number beside each answer, looking at papers, the applicant's confirmation, the
//! list of everything missing when he has to come back.
//! Never: what a form asks or a case needs (the pack), whether the case is accepted (`cases`, `desks`).
//!
//! Nobody takes in his own matter: a clerk's card is refused before any register is asked. Who comes in
//! another private person's name shows a power of attorney; both are named, the matter and its case are the
//! absent person's, and whoever came gets no access to them.
//!
//! Nouns: a *sitting* ([`model::Sitting`]) is one matter of one person at the windows of one unit; the
//! draft it fills lies in the person's own space and may be gone on with online.
//! Life: [`life`]. Events: `intake-opened`, `intake-item`, `consent-given`, `paper-seen`,
//! `intake-confirmed`, `intake-objected`, `intake-told`, `intake-ended`.
//! Read [`model`], [`life`], [`rules`], then [`receiving`], [`filling`], [`confirming`].

pub mod acts;
pub mod confirming;
pub mod filling;
pub mod life;
pub mod model;
pub mod pages;
pub mod receiving;
pub mod records;
pub mod rules;

pub use model::{Sitting, SittingId, Stage};
pub use records::{Taken, taken};
