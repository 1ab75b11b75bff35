//! Showing: 亮证. A holder holds a licence out, with what he chose of it and a code that somebody redeems.
//!
//! Is: what may be shown of a licence and what was chosen, the code that changes every minute, its redemption by
//! the first verifier, and the holder's page.
//! Never: says whether a licence is good ([`crate::verification`] does), or keeps a value of it: a code stands for
//! the names of what was chosen.
//! Read [`choice`] first, then [`code`], then [`acts`].

pub mod acts;
pub mod choice;
pub mod code;
pub mod pages;
pub mod records;
