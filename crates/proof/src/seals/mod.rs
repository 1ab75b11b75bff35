//! Seals: the sandbox certificate authority, the life of the units' electronic seals, and every use of them.
//!
//! Is: keys and certificates made here (never shipped), seals asked for, approved, made (GB/T 38540-2020),
//! registered, used, stopped and destroyed, documents in the official form, and the log of what was sealed on
//! whose order. Never: decides a case. A seal is put only on a document that a decision in the ledger ordered.
//! Read [`life`] first (what follows what), then [`rules`] (what may be sealed), [`signer`] and [`notary`] (how).

pub mod acts;
#[cfg(test)]
mod agency_tests;
pub mod authority;
pub mod document;
pub mod fonts;
mod founding;
pub mod jobs;
pub mod life;
pub mod making;
pub mod mark;
pub mod model;
pub mod notary;
pub mod pages;
pub mod records;
pub mod rules;
pub mod sample;
pub mod signer;
mod speaker;
pub mod status;
#[cfg(test)]
mod tests;

pub use founding::pem;
pub use model::{DocumentDraft, Issuer, Order, Paper, SealKind, SealedFile};
pub use notary::{Seals, Standing};
