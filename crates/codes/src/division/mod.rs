//! Administrative divisions (GB/T 2260 and the statistical codes below): codes, the book of today's
//! divisions, and the codes that were retired, which live on in id numbers.

mod book;
mod code;

pub use book::{Division, Divisions, Retired};
pub use code::{DivisionCode, Level};
