//! Verification: is this paper genuine, asked by anybody, with one answer: 真, 已失效 or 无法核验.
//!
//! Is: judging, with a network or by signed lists alone, files, identifiers, case and document numbers and shown
//! codes against signatures, the trust list and the register, and telling why. It gives away the least: what the holder chose, or what is public.
//! Never: changes a licence; the one thing it writes is that a shown code was redeemed.
//! Read [`verdict`] first, then [`judge`].

pub mod api;
mod door;
pub mod judge;
pub mod offline;
#[cfg(test)]
mod offline_tests;
pub mod pages;
pub mod replaced;
#[cfg(test)]
mod tests;
pub mod verdict;

pub use door::address;
pub use judge::Verifier;
pub use offline::Offline;
pub use verdict::{Answer, Verdict};
