//! Pages of issuing (ux L03, L04). The table below is what the binary mounts; STEWARD is
//! `Staff(&[Role::LicenceSteward])`.
//!
//! | method | path | access | relation | handler |
//! |---|---|---|---|---|
//! | GET | /l/issue/{code} | STEWARD | Unit | `hand::page` |
//! | POST | /l/issue/{code} | STEWARD | Unit | `hand::prepare` |
//! | GET | /l/issue/{code}/batch | STEWARD | Unit | `table::page` |
//! | POST | /l/issue/{code}/batch | STEWARD | Unit | `table::upload` |
//! | GET | /l/issue/{code}/template.csv | STEWARD | Unit | `table::template` |
//! | GET | /l/batches | STEWARD | Unit | `list::page` |
//! | GET | /l/batches/{id} | STEWARD | Unit | `one::page` |
//! | POST | /l/batches/{id} | STEWARD | Unit | `one::act` |
//! | GET | /l/batches/{id}/rows/{no} | STEWARD | Unit | `row::page` |
//! | POST | /l/batches/{id}/rows/{no} | STEWARD | Unit | `row::reveal` |

pub mod hand;
pub mod list;
pub mod one;
pub mod row;
pub mod table;

use super::model::{Batch, Told};
use super::{acts, prepare, records};
use crate::Proof;
use crate::issuing::prepare::Wanted;
use crate::issuing::sheet::Typed;
use crate::types::pages::hand;
use crate::types::{Body, LicenceKind, Version};
use people::identity::UnitId;
use store::{Error, Idem, Purpose, Result};
use web::{Frame, Lang, Visitor};

/// The type of an address in the version in use, if the steward's unit issues it.
async fn issued(proof: &Proof, visitor: &Visitor, code: &str) -> Result<(LicenceKind, Version)> {
    let unit = proof.people().unit(UnitId(visitor.staff()?.unit)).await?;
    let code = code.to_owned();
    let read = move |db: &mut store::Db<'_>| {
        crate::types::acts::issued_by(db, &code, unit.id.0, &unit.uscc)
    };
    proof.app().store.read(read).await
}

/// A batch of the steward's own unit, with the version of its type.
async fn own(proof: &Proof, visitor: &Visitor, id: &str) -> Result<(Batch, LicenceKind, Version)> {
    let id: i64 = id.parse().map_err(|_| Error::NotFound)?;
    let unit = visitor.staff()?.unit;
    let read = move |db: &mut store::Db<'_>| {
        let batch = records::batch_by_id(db, id)?;
        if batch.unit != unit {
            return Err(Error::NotFound);
        }
        let version = crate::types::records::version_by_id(db, batch.version)?;
        let kind = crate::types::records::by_id(db, version.kind)?;
        Ok((batch, kind, version))
    };
    proof.app().store.read(read).await
}

/// Checks what was typed or read and keeps it as a batch. One licence by hand that does not check is not
/// kept; what is told of it comes back.
async fn kept(
    proof: &Proof,
    visitor: &Visitor,
    (kind, version): (LicenceKind, Version),
    (name, replaces): (String, Option<(i64, Vec<u8>)>),
    typed: Vec<Typed>,
    idem: Idem,
) -> Result<std::result::Result<i64, Vec<Told>>> {
    let wanted = Wanted { kind, version, hand: hand(visitor)?, name, replaces };
    let (batch, rows) = prepare::batch(proof, &wanted, typed).await?;
    let told: Vec<Told> = rows.iter().flat_map(|row| row.told.clone()).collect();
    let ctx = visitor.ctx(proof.app(), Purpose::None);
    let act = move |tx: &mut store::Tx<'_>| acts::keep(tx, &batch, &rows);
    // Asked even when nothing would be kept: a form posted twice gets its first answer.
    match proof.app().store.write_once(ctx, idem, act).await {
        Ok(id) => Ok(Ok(id)),
        Err(Error::Refused(refusal)) if refusal.code == "issue-nothing" => Ok(Err(told)),
        Err(other) => Err(other),
    }
}

/// The label of a field, or of the holder.
fn label(body: &Body, key: &str, f: &Frame) -> String {
    let person = body.holder.code() == "111";
    match key {
        "" => f.t("issuing-row").to_owned(),
        "holder" => f.t(if person { "issuing-person" } else { "issuing-enterprise" }).to_owned(),
        "holder_code" => f.t(if person { "issuing-id" } else { "issuing-uscc" }).to_owned(),
        key => body.field(key).map_or_else(
            || key.to_owned(),
            |field| field.label.get(if f.lang == Lang::En { "en" } else { "zh" }).to_owned(),
        ),
    }
}

/// What is told about a row, in words.
fn said(told: &Told, f: &Frame) -> String {
    match told.code.as_str() {
        "refused" => {
            let (what, next) = (format!("err-{}", told.what), format!("err-{}-next", told.what));
            format!("{} {}", f.t(&what), f.t(&next))
        }
        code => f.ta(&format!("issuing-told-{code}"), "what", &told.what),
    }
}
