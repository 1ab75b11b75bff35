//! Exchange: other departments' systems ask for what this node holds; its first subject is the sharing of
//! e-licences (GB/T 36906).
//!
//! Is: connected systems and their terms, the sharing operations, and the record of every use and refusal.
//! Never: gives more than a field list allows, or anything before the use is written where its owner sees it.
//! Read [`life`] first, then [`rules`] (what may be asked), then [`answer`] (how a question is answered).

pub mod acts;
pub mod answer;
pub mod api;
pub mod life;
pub mod meaning;
pub mod model;
pub mod pages;
pub mod pass;
pub mod records;
pub mod rules;
pub mod sample;

pub use model::{Operation, System, SystemId, SystemStatus};
