//! Quality of what a unit issued (ux L10): doubles, certificates and seals that end, identifiers that do not
//! check, values that are missing or differ from the register.
//!
//! Is: looking through a unit's licences in force, some hundred at a time, and saying what to do; and the page of
//! papers that licences spared (counted by [`guide::spared`]).
//! Never: changes a licence, and never shows a personal value.

pub mod model;
pub mod pages;
pub mod records;
pub mod rules;
