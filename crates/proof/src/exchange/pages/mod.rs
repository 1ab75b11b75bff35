//! Pages of exchange. The table below is what the binary mounts.
//!
//! | method | path | access | relation | handler |
//! |---|---|---|---|---|
//! | GET | /l/systems | Staff(LicenceSteward) | Unit | `systems::list` |
//! | GET, POST | /l/systems/new | Staff(LicenceSteward) | Unit | `form::fresh`, `form::register` |
//! | GET | /l/systems/{id} | Staff(LicenceSteward) | Unit | `systems::detail` |
//! | GET, POST | /l/systems/{id}/change | Staff(LicenceSteward) | Unit | `form::terms`, `form::change` |
//! | POST | /l/systems/{id}/renew | Staff(LicenceSteward) | Unit | `systems::renew` |
//! | GET, POST | /l/systems/{id}/do/{step} | Staff(LicenceSteward) | Unit | `systems::ask`, `systems::step` |
//! | GET | /l/uses | Staff(LicenceSteward) | Unit | `uses::page` |

pub mod form;
pub mod systems;
pub mod uses;

use super::records;
use super::{System, SystemId};
use crate::Proof;
use people::identity::{Unit, units};
use std::collections::BTreeMap;
use store::{Error, Result};
use web::form::FormError;
use web::{Lang, Visitor};

/// What is wrong with the fields of a form that came back.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wrong(pub Vec<FormError>);

impl Wrong {
    /// The refused fields of an error; the error itself when it is about something else.
    pub fn of(visitor: &Visitor, error: Error) -> Result<Wrong> {
        match error {
            Error::Refused(refusal) if !refusal.fields.is_empty() => {
                Ok(Wrong(web::form::form_errors(visitor, &refusal.fields)))
            }
            other => Err(other),
        }
    }

    /// What to do about one field.
    pub fn at(&self, field: &str) -> String {
        let found = self.0.iter().find(|e| e.field == field);
        found.map(|e| e.text.clone()).unwrap_or_default()
    }
}

/// Row id of an address; anything else is a thing that does not exist.
pub(crate) fn row_id(text: &str) -> Result<i64> {
    text.parse().map_err(|_| Error::NotFound)
}

/// A system of the steward's own unit.
async fn own_system(proof: &Proof, visitor: &Visitor, id: &str) -> Result<System> {
    let (id, unit) = (SystemId(row_id(id)?), visitor.staff()?.unit);
    let system = proof.app().store.read(move |db| records::by_id(db, id)).await?;
    if system.provider == unit { Ok(system) } else { Err(Error::NotFound) }
}

/// Every unit by its id (some dozens on a node).
pub(crate) async fn all_units(proof: &Proof) -> Result<BTreeMap<i64, Unit>> {
    let all = proof.app().store.read(units).await?;
    Ok(all.into_iter().map(|unit| (unit.id.0, unit)).collect())
}

/// Name of a unit in a language.
pub(crate) fn unit_name(units: &BTreeMap<i64, Unit>, id: i64, lang: Lang) -> String {
    let name = |unit: &Unit| match lang {
        Lang::En if !unit.name_en.is_empty() => unit.name_en.clone(),
        _ => unit.name.clone(),
    };
    units.get(&id).map(name).unwrap_or_default()
}
