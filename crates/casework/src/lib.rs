//! The casework wing: getting it done. It knows drafts, cases and their documents; it never knows how a
//! case is rated or supervised.
//!
//! Rooms: `drafts` (before anybody received it) and `cases` (from the receipt to the end).

pub mod cases;
pub mod drafts;

use store::Sql;

/// Every SQL text of the wing, by name.
pub fn sql() -> Vec<(&'static str, Sql)> {
    [drafts::records::ALL, cases::records::ALL].concat()
}
