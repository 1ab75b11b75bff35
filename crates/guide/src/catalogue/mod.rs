//! The catalogue: service items, their versions, and the pages that show them.
//!
//! Is: what can be done here, by whom, with what, how fast and for how much. Never: who applied.
//! Read [`model`] first, then `records` and `shelf`. The search is the room [`crate::search`]. Other rooms
//! use [`model::Item`], [`Published`] and its `version_id`: a case pins the version it was filed under.

pub mod acts;
pub mod api;
mod asked;
pub mod model;
mod packed;
pub mod pages;
pub mod records;
mod say;
mod shelf;
mod source;

pub use records::Published;
pub use shelf::Shelf;
pub use source::{SourceError, generate, parse, shipped};

#[cfg(test)]
mod tests;
