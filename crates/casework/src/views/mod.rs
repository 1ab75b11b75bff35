//! Views (常用筛选): filters of a desk's list that a member of staff has given a name (ux A01).
//!
//! Is: keeping, opening, renaming and dropping them; they are his alone. Never: what a filter finds, which
//! stands in `desks`.
//!
//! Nouns: a *view* ([`model::View`]). Event: `view-kept`. Read [`rules`], then [`pages`].

pub mod acts;
pub mod model;
pub mod pages;
pub mod records;
pub mod rules;
