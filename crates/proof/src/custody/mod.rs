//! Custody of seals: who holds them and until when, how many papers an hour, who has unlocked them, what waits
//! for them, and what the head of the unit is told of every use.
//!
//! Is: the desk of those who keep, answer for and register seals (L06, L07). Never: puts a seal on anything; the
//! signer in [`crate::seals`] asks [`rules::may_seal`] in the transaction that notes the use.

pub mod acts;
pub mod model;
pub mod pages;
pub mod records;
pub mod rules;
#[cfg(test)]
mod tests;
