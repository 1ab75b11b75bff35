//! Holder and fields of a licence, sealed before they reach the writer and opened with leave only.

use super::model::{FaceField, Holder, Licence, LicenceRowId};
use serde::{Deserialize, Serialize};
use store::{Cell, Disclosure, Error, Result, Secret, Vault};

#[derive(Serialize, Deserialize)]
struct HolderText {
    name: String,
    code: String,
}

fn cell(column: &'static str, id: LicenceRowId) -> Cell {
    Cell { table: "licence", column, row: id.0 }
}

/// Seals a holder for this row.
pub fn holder(vault: &Vault, id: LicenceRowId, holder: &Holder) -> Result<Vec<u8>> {
    let text =
        HolderText { name: holder.name.expose().to_owned(), code: holder.code.expose().to_owned() };
    let secret = Secret::new(serde_json::to_string(&text)?);
    Ok(vault.seal(cell("holder", id), &secret))
}

/// Seals the fields for this row.
pub fn fields(vault: &Vault, id: LicenceRowId, fields: &[FaceField]) -> Result<Vec<u8>> {
    let secret = Secret::new(serde_json::to_string(fields)?);
    Ok(vault.seal(cell("fields", id), &secret))
}

/// Who holds this licence.
pub fn open_holder(vault: &Vault, licence: &Licence, leave: &Disclosure) -> Result<Holder> {
    let secret = vault.open_sealed(cell("holder", licence.id), &licence.holder, leave)?;
    let text: HolderText = serde_json::from_str(secret.expose()).map_err(|_| damaged())?;
    Ok(Holder {
        kind: licence.holder_kind,
        subject: licence.subject,
        name: Secret::new(text.name),
        code: Secret::new(text.code),
    })
}

/// What stands on this licence.
pub fn open_fields(vault: &Vault, licence: &Licence, leave: &Disclosure) -> Result<Vec<FaceField>> {
    let secret = vault.open_sealed(cell("fields", licence.id), &licence.fields, leave)?;
    serde_json::from_str(secret.expose()).map_err(|_| damaged())
}

/// The parser's own words would quote what it could not read.
fn damaged() -> Error {
    Error::internal("a sealed licence does not read")
}
