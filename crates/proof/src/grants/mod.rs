//! Grants: what holders let be done with their licences: who may use one, and annotated copies (加注件) that
//! serve one purpose until a day.
//!
//! Is: giving and taking back a grant, ordering, sealing and taking back a copy, the record of every use for
//! its holder.
//! Never: gives a copy whose order is not written down, or keeps anybody's words unsealed.
//! Read [`model`] first, then [`acts`], then [`copies`].

pub mod acts;
pub mod annotation;
pub mod copies;
#[cfg(test)]
mod machine;
pub mod model;
pub mod pages;
pub mod records;
pub mod rules;
pub mod words;

pub use copies::{CopyFacts, copy_of};
pub use model::GrantStatus;
