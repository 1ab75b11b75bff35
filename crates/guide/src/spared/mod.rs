//! Papers spared: how often a licence stood for a paper of an item (免证办, feat G6).
//!
//! Is: the count by unit, item, material and month, kept up as applications are handed in, so that nobody ever
//! has to count applications.
//! Never: knows who applied, or which licence it was.

pub mod model;
pub mod records;

pub use model::{Count, Paper};
