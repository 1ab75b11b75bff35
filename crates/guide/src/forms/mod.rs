//! The form engine: what people answer, where the rest is fetched from, and what the rules say.
//!
//! Is: pure functions over a pack's form and the answers of one case: reading a post, judging pages,
//! filling from registers, running rules, deciding instant items.
//! Never: a store, a clock, a network; never knows a case or an account.
//! Read [`validate`] first. The nouns are in [`crate::packs`].

pub mod posted;
pub mod prefill;
pub mod rules;
#[cfg(test)]
mod tests;
pub mod validate;
