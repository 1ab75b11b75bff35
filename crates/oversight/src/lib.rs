//! The oversight wing: how well it went. It knows ratings; it never changes a case.
//!
//! Room: `ratings` (好差评). Read `ratings/mod.rs` first.

pub mod ratings;

use casework::Casework;
use std::ops::Deref;
use store::Sql;
use store::jobs::Handler;
use store::vault::SealedColumn;

/// What handlers of this wing have at hand. Cheap to clone.
#[derive(Clone)]
pub struct Oversight {
    /// The wing below.
    pub casework: Casework,
}

impl Oversight {
    /// Puts the wing together.
    pub fn new(casework: Casework) -> Oversight {
        Oversight { casework }
    }
}

impl Deref for Oversight {
    type Target = Casework;
    fn deref(&self) -> &Casework {
        &self.casework
    }
}

/// Every SQL text of the wing, by name.
pub fn sql() -> Vec<(&'static str, Sql)> {
    ratings::SQL.to_vec()
}

/// Columns that key rotation moves.
pub fn sealed() -> Vec<SealedColumn> {
    ratings::SEALED.to_vec()
}

/// The handlers of the wing's jobs.
pub fn handlers(oversight: &Oversight) -> Vec<(&'static str, Handler)> {
    ratings::jobs::handlers(oversight)
}
