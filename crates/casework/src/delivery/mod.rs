//! Delivery: how a result reaches the applicant (ux C15), and his address book.
//!
//! Is: the choice among the ways an item offers, addresses kept sealed for next time, the counter with its
//! hours; the lines that review, receipt, progress and desks show of it.
//! Never: a parcel (no courier is connected; staff post by hand and the pages say so), what an item offers
//! (its pack says).
//!
//! Nouns: [`Delivery`] and [`Address`] lie sealed in the draft's body and so in the case's. A book belongs
//! to whose affair it is: a person's to him, an enterprise's to whoever acts for it.
//! Read [`book`], then [`pages`].

pub mod book;
pub mod pages;
pub mod records;
pub mod rules;

pub use crate::drafts::model::{Address, Delivery};
