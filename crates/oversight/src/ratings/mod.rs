//! Ratings (好差评, 国办发〔2019〕51号): every finished case is rated at most once, by its applicant,
//! in five levels; a bad one says why.
//!
//! Nouns: invitation (made when a case ends), rating, tag. Events: `rating-given`. Life: invited →
//! rated. The invitation comes by a job that casework leaves; this room never touches a case.

pub mod acts;
pub mod jobs;
pub mod model;
pub mod pages;
mod records;
pub mod rules;

pub use records::{ALL as SQL, SEALED};
