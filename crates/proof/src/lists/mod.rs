//! Lists: what a verifier without a network takes with him: whom to trust, what has ended, and codes that
//! carry their own proof.
//!
//! Is: the signed bundle of trust list and status list, made anew at most once a minute, and the offline
//! code of 亮证, good for ten minutes.
//! Never: judges a paper ([`crate::verification`] does), names a holder, or lists a licence in force.
//! Read [`model`] first, then [`wrap`].

pub mod code;
pub mod maker;
pub mod model;
pub mod pages;
pub mod records;
pub mod wrap;

pub use maker::Maker;
pub use model::{Ended, Lists, TrustedSeal};
pub use wrap::{Bad, Opened, open};
