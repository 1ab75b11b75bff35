//! Value types of the national standards, pure: numbers of people, bodies, places, items, licences
//! and cases, names, money, the working-day calendar and the clock of the licensing law.
//!
//! Is: parsing, checking and arithmetic, the same answer for the same input.
//! Never: a clock, a database, a network, a subject such as "case" or "account".
//! Read [`clock`] first: it is what the statutory deadlines of every case rest on.

pub mod calendar;
pub mod case_no;
mod check;
pub mod citizen;
pub mod clock;
pub mod division;
mod error;
pub mod item;
pub mod licence;
pub mod money;
pub mod name;
pub mod phone;
mod text;
pub mod time;
pub mod uscc;

pub use error::{ALL_CODES, CodeError};
pub use time::{Day, Stamp};
