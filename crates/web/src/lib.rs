//! The common front: page frame, components, forms, errors, languages, visitor, policy check.
//!
//! Read `front.rs` first (what happens to every request), then `policy.rs` (who may enter where).
//! This crate knows no subject: no case, no licence, no item.

pub mod app;
pub mod assets;
pub mod cache;
mod cookies;
pub mod errors;
pub mod form;
pub mod frame;
pub mod front;
pub mod gallery;
pub mod gate;
pub mod limits;
pub mod locked;
pub mod policy;
mod refill;
pub mod respond;
pub mod seen;
pub mod session;
pub mod texts;
pub mod tongues;
pub mod visitor;

pub use app::{App, Site};
pub use errors::Fault;
pub use form::Posted;
pub use frame::{Frame, Link};
pub use gate::{Class, Load};
pub use policy::{Access, Relation, Routes};
pub use respond::{html, json, see_other};
pub use texts::{Lang, Texts};
pub use visitor::{Acting, Citizen, Role, Staff, Visitor, Who};

/// What a handler gives back.
pub type Answer = std::result::Result<axum::response::Response, Fault>;
