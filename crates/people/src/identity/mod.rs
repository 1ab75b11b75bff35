//! Identity: who somebody is and how sure we are: accounts, real names, acting for an enterprise,
//! units and staff.
//!
//! Others use the ids, `PersonFacts`, `EnterpriseFacts`, `Unit` and the questions on `People`
//! (`facts.rs`). Read `model.rs` first, then `citizens.rs` (how people come in) and `officers.rs` (how
//! staff do). The room decides nothing about what a person may do: that stands in the table of routes.

pub(crate) mod acts;
pub mod adapters;
mod citizens;
pub(crate) mod facts;
mod model;
mod officers;
pub mod pages;
pub(crate) mod records;
pub(crate) mod rules;
mod seed;
mod totp;

pub(crate) use facts::account_phone;
pub use facts::holder_index;
pub(crate) use model::Account;
pub use model::{
    AccountId, DemoAccount, EnterpriseFacts, EnterpriseId, PersonFacts, PersonId, StaffCard,
    StaffId, Unit, UnitId,
};
pub use records::{
    ALL as SQL, colleagues, leader, peers, person_of_staff, sweep, unit, unit_by_uscc,
    unit_for_item, units,
};
pub use seed::{Seeded, demo_accounts, demo_code};
pub use totp::code_at;

pub use crate::owners::{account_of, spend_code, staff_card};
