//! Seals: the sandbox certificate authority, the units' electronic seals, and every use of them.
//!
//! Is: keys and certificates made at the first start (never shipped), one signer and two seals per unit
//! (GB/T 38540-2020), documents in the official form, and the log of what was sealed on whose order.
//! Never: decides a case. A seal is put only on a document that a decision in the ledger ordered.
//! Read [`rules`] first (what may be sealed), then [`notary`] (how).

pub mod acts;
pub mod authority;
pub mod document;
pub mod fonts;
pub mod mark;
pub mod model;
pub mod notary;
pub mod records;
pub mod rules;
mod speaker;
#[cfg(test)]
mod tests;

pub use model::{DocumentDraft, Issuer, Order, Paper, SealKind, SealedFile};
pub use notary::Seals;
