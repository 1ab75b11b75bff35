//! The counter: somebody stands at a window, with a card and perhaps without an account.
//!
//! Is: asking the registers who he is, for a purpose he can read later; finding his account or making one
//! nobody can sign in to; handing it over when he signs up and proves his name.
//! Never: what he came for (`casework::intake`), how people sign in (`identity`).
//!
//! Events: `register-queried`, `real-name-verified`, `principal-named`, `identity-by-hand`, `account-opened`,
//! `account-taken-over`. Read [`model`], then [`receiving`].

mod acts;
mod model;
mod receiving;
mod records;

pub use model::{Arrived, AtWindow};
pub use records::ALL as SQL;
