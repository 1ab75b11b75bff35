//! The people wing: who is who here, and how they are told what happens. It knows accounts, persons,
//! enterprises, units and staff; it never knows an item, a case or a licence.
//!
//! Rooms: `identity` (accounts, real names, acting for enterprises, staff), `counter` (somebody at a
//! window), `notices` (inbox, text messages) and `screens` (locked ones, and forms kept meanwhile); passwords
//! are hashed in `password.rs`. Read `identity/mod.rs` first.

pub mod counter;
pub mod identity;
pub mod notices;
mod owners;
mod password;
pub mod screens;

use identity::adapters::{MarketRegister, PopulationRegister};
use notices::adapters::Sms;
use password::Passwords;
use std::ops::Deref;
use std::sync::Arc;
use store::jobs::Handler;
use store::{Result, Sql};

/// The outside world this wing asks and speaks to.
#[derive(Debug, Clone, Copy)]
pub struct Outside {
    /// Who knows names and id numbers.
    pub population: PopulationRegister,
    /// Who knows enterprises.
    pub market: MarketRegister,
    /// Who carries text messages.
    pub sms: Sms,
}

/// What handlers of this wing and of those above have at hand. Cheap to clone.
#[derive(Clone)]
pub struct People {
    /// The common front.
    pub app: web::App,
    /// Registers and carriers.
    pub outside: Outside,
    pub(crate) passwords: Arc<Passwords>,
}

impl People {
    /// Puts the wing together, with the sandbox registers and carrier: no others exist yet.
    ///
    /// # Errors
    /// `Internal` when password hashing does not work on this machine.
    pub fn new(app: web::App) -> Result<People> {
        let chance = app.store.chance();
        let passwords = Passwords::new(chance.bytes(), chance.bytes())?;
        let outside = Outside {
            population: PopulationRegister::Sandbox,
            market: MarketRegister::Sandbox,
            sms: Sms::Sandbox,
        };
        Ok(People { app, outside, passwords })
    }
}

impl Deref for People {
    type Target = web::App;
    fn deref(&self) -> &web::App {
        &self.app
    }
}

/// The person a licence concerns, if this node knows him: who holds it (`111`, an id number), or who leads the
/// enterprise that does (`001`, a USCC).
pub fn subject_of(
    db: &mut store::Db<'_>,
    vault: &store::Vault,
    kind: &str,
    number: &str,
) -> store::Result<Option<identity::PersonId>> {
    if kind == "111" {
        return identity::records::person_by_id_no(db, &identity::facts::id_index(vault, number));
    }
    match identity::records::enterprise_by_uscc(db, number)? {
        Some(id) => identity::leader(db, id).map(Some),
        None => Ok(None),
    }
}

/// Every SQL text of the wing, by name.
pub fn sql() -> Vec<(&'static str, Sql)> {
    [identity::SQL, counter::SQL, notices::SQL].concat()
}

/// The handlers of the wing's jobs.
pub fn handlers(people: &People) -> Vec<(&'static str, Handler)> {
    notices::handlers(people)
}

/// Columns that key rotation moves.
pub fn sealed() -> Vec<store::vault::SealedColumn> {
    vec![
        store::sealed_column!("account", "phone"),
        store::sealed_column!("person", "facts"),
        store::sealed_column!("enterprise", "address"),
        store::sealed_column!("staff", "name"),
        store::sealed_column!("staff", "totp"),
        store::sealed_column!("staff_person", "id_no"),
        store::sealed_column!("sms_code", "phone"),
        store::sealed_column!("sms_out", "phone"),
        store::sealed_column!("sms_out", "body"),
        store::sealed_column!("sms_sandbox", "phone"),
        store::sealed_column!("sms_sandbox", "body"),
    ]
}
