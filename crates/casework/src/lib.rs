//! The casework wing: getting it done. It knows drafts, cases and their documents; it never knows how a
//! case is rated or supervised.
//!
//! Rooms: `drafts` (before anybody received it), `materials` (the papers of drafts and cases), `intake`
//! (somebody at a window), `delivery` (how the result comes), `cases` (from the receipt to the end), `results`
//! (documents and licences that come out), `desks` (lists), `views` (their filters with names),
//! `soundness` (does what is kept agree with the ledger). `cases` is the example room of the house.

pub mod cases;
pub mod delivery;
pub mod desks;
pub mod drafts;
pub mod intake;
pub mod materials;
pub mod results;
pub mod soundness;
pub mod views;
mod waiting;

pub use waiting::waiting;

use proof::Proof;
use std::ops::Deref;
use store::Sql;
use store::jobs::Handler;
use store::vault::SealedColumn;

/// State of the wing; cheap to clone.
#[derive(Clone)]
pub struct Casework {
    /// The wing below.
    pub proof: Proof,
}

impl Casework {
    /// Puts the wing together.
    pub fn new(proof: Proof) -> Casework {
        Casework { proof }
    }
}

impl Deref for Casework {
    type Target = Proof;
    fn deref(&self) -> &Proof {
        &self.proof
    }
}

/// Every SQL text of the wing, by name.
pub fn sql() -> Vec<(&'static str, Sql)> {
    let rooms = [
        drafts::records::ALL,
        intake::records::ALL,
        delivery::records::ALL,
        materials::records::ALL,
        cases::records::ALL,
        desks::records::ALL,
        views::records::ALL,
        soundness::records::ALL,
    ];
    rooms.concat()
}

/// Columns that key rotation moves.
pub fn sealed() -> Vec<SealedColumn> {
    [
        drafts::records::SEALED,
        intake::records::SEALED,
        delivery::records::SEALED,
        materials::records::SEALED,
        cases::records::SEALED,
    ]
    .concat()
}

/// The handlers of the wing's jobs.
pub fn handlers(w: &Casework) -> Vec<(&'static str, Handler)> {
    let mut all = cases::jobs::handlers(w);
    all.extend(results::jobs::handlers(w));
    all
}
