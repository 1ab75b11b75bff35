//! Editions: every published version of a service pack, kept whole with its hash.
//!
//! Is: what a pack said when a draft was begun or a case was filed, so that both are handled to their
//! end by it; and what changed between two versions. Never: a case, a person.
//! A folder's pack is published at start ([`publish`]): new content needs a higher `version`. [`at`]
//! gives a pinned version, [`diff()`] the changes between two.

pub mod acts;
pub mod diff;
mod kept;
pub mod model;
pub mod offers;
pub mod records;
pub mod rules;
#[cfg(test)]
mod tests;

pub use acts::publish;
pub use diff::{Change, diff};
pub use kept::{Several, all, at, damaged, edition, history, latest, several, successor};
pub use model::{Edition, Offer};
pub use offers::{built_in, number_findings, offers};
