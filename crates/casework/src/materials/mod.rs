//! Materials: the papers of an application, wherever they come from.
//!
//! Is: putting a file in (whole or in parts), letting a licence or an earlier file stand for one, the
//! cards of a draft's materials, and the person's own library of what he handed in before.
//! Never: what a case needs (the pack's rules say), what an officer sees of a file (`desks`).
//!
//! Nouns: a *paper* is one file or licence put in for a material of a draft or case ([`model::Paper`]).
//! A draft and the case that grows from it share one id, so papers stay where they are; what leaves with
//! a draft is its papers, never a file, since others may have the same.
//! Life: put in → taken out again (while it is a draft's or of the correction) → kept with the case.
//! Events: `material-added`, `licence-used`, `material-forgotten`, `files-destroyed`.
//! Read [`putting`] for the ways in, [`uploads`] for files that come in parts, [`library`] for what was
//! handed in before, [`sweep`] for how bytes nobody needs go.

pub mod acts;
pub mod api;
pub mod library;
pub mod model;
pub mod pages;
pub mod putting;
pub mod records;
pub mod rules;
pub mod sweep;
pub mod uploads;

pub use model::{Kept, Paper, PaperId, Upload};
