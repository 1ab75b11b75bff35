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
mod password;
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
pub use password::Passwords;
pub use records::{
    ALL as SQL, colleagues, leader, peers, person_of_staff, sweep, unit, unit_by_uscc,
    unit_for_item, units,
};
pub use seed::{Seeded, demo_accounts, demo_code};
pub use totp::code_at;

use store::{Db, Result};

/// The account of a person, for whom a notice is meant; nobody where the person has none.
pub fn account_of(db: &mut Db<'_>, person: PersonId) -> Result<Option<AccountId>> {
    Ok(records::account_of(db, person)?.map(|account| account.id))
}

/// A member of staff without his name: number, unit, posts.
pub fn staff_card(db: &mut Db<'_>, id: StaffId) -> Result<StaffCard> {
    Ok(records::staff_by_id(db, id)?.card)
}

/// Spends the time step of an authenticator code; `false` when it, or a later one, was spent before.
pub fn spend_code(tx: &mut store::Tx<'_>, id: StaffId, step: i64) -> Result<bool> {
    records::step_staff(tx, id, step)
}
