//! Notices: telling citizens what happened, in their inbox and by text message.
//!
//! Others call `notify` inside their act. The room never decides what is worth telling and never
//! speaks to a carrier inside a request. Read `acts.rs` first, then `jobs.rs`.

pub(crate) mod acts;
pub mod adapters;
pub(crate) mod jobs;
mod model;
pub mod pages;
pub(crate) mod records;

pub use acts::notify;
pub use jobs::handlers;
pub use model::{Notice, NoticeRow};
pub(crate) use model::{SealedText, waiting_cell};
pub use records::{ALL as SQL, unread};
