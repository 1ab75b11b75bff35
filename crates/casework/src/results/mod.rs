//! Results: the notices, decisions and licences that come out of cases, made and sealed by workers
//! after the answer was given.
//!
//! Is: filling the pack's templates, having them sealed, recording them; having the licence made and
//! issued, and closing the case in the same transaction.
//! Never: decides anything. A seal is ordered by an event that stands in the case's ledger.
//! Read [`rules`] (what a template is filled with), then [`jobs`].

pub mod jobs;
pub mod rules;
