//! Screens: what stands on one that is locked or whose session is over, and how it comes back.
//!
//! Is: the locked screen of staff, opened with the password; the form that came meanwhile, shown to its
//! sender again. Never: who somebody is, which stands in `identity`; how a session is locked, which stands in
//! `web::session`.

pub mod pages;
