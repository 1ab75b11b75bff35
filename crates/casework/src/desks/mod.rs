//! Desks: what lies where and what is due when, as lists.
//!
//! Is: the lines of an owner's cases and of a unit's desks, with their lights, a page at a time at the same
//! cost whatever else the node holds; the pages where clerks and approvers work (ux W03–W06, A01–A03); which
//! papers an officer has opened; a notice as it will read.
//! Never: what is in a case (`cases::view`), or what may be done with it: each form calls one act of `cases`.

pub mod acts;
mod lists;
pub mod pages;
pub mod preview;
pub mod records;

pub use lists::{Card, Items, PAGE, Page, card, inbox, mine};
