//! Issuing at the desk: by hand and in batch, for the types the console keeps.
//!
//! Is: reading and checking what is to be issued (a dry run that issues nothing), the approval by a second
//! person, and jobs that make and seal exactly the approved rows, each once.
//! Never: issues without an approval, and never decides what a type says.
//! Read [`rules`] first (what a row must be), then [`life`] and [`acts`], then [`jobs`].

pub mod acts;
pub mod jobs;
pub mod life;
#[cfg(test)]
mod life_machine;
#[cfg(test)]
mod machine;
pub mod model;
pub mod pages;
pub mod prepare;
pub mod records;
pub mod rules;
pub mod seed;
pub mod sheet;

/// The queue of rows to be made.
pub(crate) const QUEUE: &str = "licences.issue";

pub use jobs::handlers;
pub use model::{Batch, BatchState, RowBody, RowState, Told};
