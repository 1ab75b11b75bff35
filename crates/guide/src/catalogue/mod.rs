//! The catalogue: service items, their versions, the search over them and the pages that show them.
//!
//! Read [`model`] first, then [`search`]. Other rooms use [`model::Item`], [`search::Search`] and the
//! version ids of `records`: a case pins the item version it was filed under.

pub mod model;
pub mod search;
mod source;

pub use source::{SourceError, generate, shipped};
