//! Pages of the licence types (ux L01, L02). The table below is what the binary mounts; STEWARD is
//! `Staff(&[Role::LicenceSteward])`.
//!
//! | method | path | access | relation | handler |
//! |---|---|---|---|---|
//! | GET | /l/types | STEWARD | Unit | `list::page` |
//! | GET | /l/types/new | STEWARD | Unit | `edit::fresh` |
//! | POST | /l/types/new | STEWARD | Unit | `edit::begin` |
//! | GET | /l/types/{code} | STEWARD | Unit | `one::page` |
//! | POST | /l/types/{code} | STEWARD | Unit | `one::act` |
//! | GET | /l/types/{code}/edit | STEWARD | Unit | `edit::page` |
//! | POST | /l/types/{code}/edit | STEWARD | Unit | `edit::save` |
//! | GET | /l/types/{code}/sample.svg | STEWARD | Unit | `one::sample` |

pub mod edit;
mod form;
pub mod list;
pub mod one;

use super::acts::Hand;
use super::model::{LicenceKind, Version};
use super::records;
use crate::Proof;
use guide::packs::licence::LicenceFace;
use people::identity::StaffId;
use store::{Disclosure, Error, Result};
use web::{Lang, Visitor};

/// Who acts: the steward signed in.
pub(crate) fn hand(visitor: &Visitor) -> Result<Hand> {
    let staff = visitor.staff()?;
    Ok(Hand { staff: staff.id, unit: staff.unit })
}

/// A type with its versions, as a steward may see it: drafts are for the unit that keeps the type.
async fn seen(proof: &Proof, visitor: &Visitor, code: &str) -> Result<(LicenceKind, Vec<Version>)> {
    let (code, unit) = (code.to_owned(), visitor.staff()?.unit);
    let read = move |db: &mut store::Db<'_>| {
        let kind = records::by_code(db, &code)?.ok_or(Error::NotFound)?;
        let versions = records::versions(db, kind.id)?;
        Ok((kind, versions))
    };
    let (kind, mut versions) = proof.app().store.read(read).await?;
    versions.retain(|v| kind.unit == unit || !v.state.open());
    if versions.is_empty() { Err(Error::NotFound) } else { Ok((kind, versions)) }
}

/// The licence of a service pack, by type code.
fn of_pack(proof: &Proof, code: &str) -> Option<(String, LicenceFace)> {
    let of = |(name, face): &(String, LicenceFace)| {
        (face.type_code == code).then(|| (name.clone(), face.clone()))
    };
    packs(proof).iter().find_map(of)
}

/// Licences of the service packs in use: name of the item and face.
fn packs(proof: &Proof) -> Vec<(String, LicenceFace)> {
    let face = |slug: &str| {
        let pack = proof.guide.pack(slug)?;
        Some((pack.item.name.zh.clone(), pack.licence.clone()?))
    };
    guide::packs::load_shipped().iter().filter_map(|pack| face(&pack.slug)).collect()
}

/// Name and number of a member of the same unit.
pub(crate) async fn staff_name(proof: &Proof, id: i64) -> Result<String> {
    let leave =
        Disclosure::process("stewards see which colleague wrote and published a licence type");
    let name = proof.people().staff_name(StaffId(id), &leave).await?;
    Ok(name.expose().to_owned())
}

/// A text of a language, Chinese where there is no English.
fn said(text: &guide::packs::text::Text, lang: Lang) -> String {
    text.get(if lang == Lang::En { "en" } else { "zh" }).to_owned()
}
