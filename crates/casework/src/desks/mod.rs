//! Desks: what lies where and what is due when, as lists.
//!
//! Is: the lines of an owner's cases and of a unit's desks, with their lights, a page at a time at the same
//! cost whatever else the node holds.
//! Never: what is in a case (`cases::view`), or what may be done with it. Staff's pages with lists belong in
//! `desks/pages`.

mod lists;

pub use lists::{Card, Items, PAGE, Page, card, inbox, mine};
