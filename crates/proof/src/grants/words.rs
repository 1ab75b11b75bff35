//! What holders allowed: the words they chose lie sealed, and a system without a legal basis gets only what a
//! grant in force covers.

use super::model::{Copy, Grant, Said};
use super::records;
use crate::Proof;
use crate::exchange::System;
use crate::licences::model::Licence;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Cell, Disclosure, Error, Result, Secret, Vault};

fn cell(table: &'static str, row: i64) -> Cell {
    Cell { table, column: "said", row }
}

fn seal(vault: &Vault, cell: Cell, said: &impl Serialize) -> Result<Vec<u8>> {
    Ok(vault.seal(cell, &Secret::new(serde_json::to_string(said)?)))
}

fn open<T: DeserializeOwned>(
    vault: &Vault,
    cell: Cell,
    sealed: &[u8],
    leave: &Disclosure,
) -> Result<T> {
    let text = vault.open_sealed(cell, sealed, leave)?;
    serde_json::from_str(text.expose()).map_err(|_| Error::internal("sealed words do not read"))
}

/// Seals the words of a grant.
pub fn seal_grant(vault: &Vault, id: i64, said: &Said) -> Result<Vec<u8>> {
    seal(vault, cell("licence_grant", id), said)
}

/// The words of a grant.
pub fn open_grant(vault: &Vault, grant: &Grant, leave: &Disclosure) -> Result<Said> {
    open(vault, cell("licence_grant", grant.id), &grant.said, leave)
}

/// Seals the words of a copy.
pub fn seal_copy(vault: &Vault, id: i64, said: &Said) -> Result<Vec<u8>> {
    seal(vault, cell("licence_copy", id), said)
}

/// The words of a copy.
pub fn open_copy(vault: &Vault, copy: &Copy, leave: &Disclosure) -> Result<Said> {
    open(vault, cell("licence_copy", copy.id), &copy.said, leave)
}

/// Those of some licences that a system may use: all where the law says so, else those whose holder agreed,
/// each with his grant.
pub async fn allowing(
    proof: &Proof,
    system: &System,
    licences: Vec<Licence>,
    by_law: bool,
) -> Result<Vec<(Licence, Option<i64>)>> {
    if by_law {
        return Ok(licences.into_iter().map(|licence| (licence, None)).collect());
    }
    let (id, today) = (system.id, proof.app().clock().now().day());
    let find = move |db: &mut store::Db<'_>| {
        let mut out = Vec::new();
        for licence in licences {
            if let Some(grant) = records::grant_for(db, id, licence.id.0, today)? {
                out.push((licence, Some(grant)));
            }
        }
        Ok(out)
    };
    proof.app().store.read(find).await
}
