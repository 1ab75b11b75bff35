//! Licence types as the node keeps them: written at the console, published by a second person, pinned by
//! every licence made under them. Types of service packs stand beside them, as their files say.
//!
//! Is: fields, face, validity and status rules of a type, its versions from draft to superseded, and a
//! sample of its face.
//! Never: issues a licence, and never changes a version that was published.
//! Read [`model`] first, then [`rules`] (what a type must be to be published), then [`acts`].

pub mod acts;
pub mod face;
pub mod model;
pub mod pages;
pub mod records;
pub mod rules;
pub mod sample;
pub mod seed;

pub use model::{Body, Field, FieldKind, KindState, Layout, LicenceKind, Validity, Version};
