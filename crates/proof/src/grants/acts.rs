//! What holders do: they allow and take back, and have copies made; and what a copy's life writes down.

use super::model::{Copy, Grant, GrantStatus};
use super::records;
use crate::exchange::{SystemId, records as systems};
use crate::licences::model::{Licence, LicenceRowId};
use crate::licences::records as licences;
use serde_json::json;
use store::{Done, Error, Event, FileHash, Kind, Result, Stream, Tx};

fn in_force(tx: &mut Tx<'_>, id: i64) -> Result<Licence> {
    let licence = licences::by_id(tx, LicenceRowId(id))?;
    let today = tx.ctx().at.day();
    if licence.status_on(today).in_force() {
        Ok(licence)
    } else {
        Err(Error::refused("exchange-not-in-force"))
    }
}

/// A holder allows a system or a person to use a licence.
///
/// # Errors
/// `exchange-not-in-force`; `exchange-grantee` for a system that may not ask.
pub fn allow(tx: &mut Tx<'_>, new: &Grant) -> Result<Done<i64>> {
    let licence = in_force(tx, new.licence)?;
    let at = tx.ctx().at;
    let mut data = json!({"grant": new.id, "last": new.last.to_string()});
    data["licence"] = licence.name_zh.clone().into();
    if let Some(SystemId(system)) = new.system {
        let asking = records::asking(tx, &licence.type_code, licence.issuer.unit, at.day())?;
        if !asking.iter().any(|s| s.id.0 == system) {
            return Err(Error::refused("exchange-grantee"));
        }
        let system = systems::by_id(tx, SystemId(system))?;
        data["system"] = system.terms.name.into();
    }
    records::add_grant(tx, new)?;
    let event = Event::new(Kind::GrantGiven, Stream::of("licence", new.licence));
    Ok(tx.record(event.about(new.person).with(data))?.with(new.id))
}

/// A holder takes a grant back; at once, and with every copy that rests on it.
///
/// # Errors
/// `exchange-grant-over` when it is over already; `NotFound` for another's.
pub fn take_back(tx: &mut Tx<'_>, id: i64, person: i64) -> Result<Done<i64>> {
    let grant = records::grant(tx, id)?;
    if grant.person != person {
        return Err(Error::NotFound);
    }
    let at = tx.ctx().at;
    let stands = grant.status_on(at.day()) == GrantStatus::Given;
    if !stands || !records::revoke_grant(tx, id, at)? {
        return Err(Error::refused("exchange-grant-over"));
    }
    let event = Event::new(Kind::GrantRevoked, Stream::of("licence", grant.licence));
    Ok(tx.record(event.about(person).with(json!({"grant": id})))?.with(grant.licence))
}

/// A copy is ordered: its own stream says so, for the seal, and that of its licence, for the holder.
///
/// # Errors
/// `exchange-not-in-force`.
pub fn order(tx: &mut Tx<'_>, new: &Copy, subject: Option<i64>) -> Result<Done<i64>> {
    let licence = in_force(tx, new.licence)?;
    let at = tx.ctx().at;
    if let Some(grant) = new.grant
        && records::grant(tx, grant)?.status_on(at.day()) != GrantStatus::Given
    {
        return Err(Error::refused("exchange-grant-over"));
    }
    records::add_copy(tx, new)?;
    let data = json!({
        "copy": new.no(),
        "identifier": licence.identifier,
        "last": new.last.to_string(),
        "grant": new.grant,
    });
    let told = Event::new(Kind::LicenceCopied, Stream::of("licence", new.licence));
    tx.record(told.about(subject).with(data.clone()))?;
    let ordered = Event::new(Kind::LicenceCopied, Stream::of("copy", new.id)).with(data);
    Ok(tx.record(ordered)?.with(new.id))
}

/// Keeps the sealed file of a copy; `Stale` when it has one.
pub fn keep_file(tx: &mut Tx<'_>, id: i64, file: &FileHash) -> Result<Done<()>> {
    if !records::set_copy_file(tx, id, file)? {
        return Err(Error::Stale);
    }
    let data = json!({"file": file.as_str()});
    let event = Event::new(Kind::DocumentIssued, Stream::of("copy", id)).with(data);
    Ok(tx.record(event)?.with(()))
}

/// Whoever made a copy takes it back: from now on verification says so.
///
/// # Errors
/// `exchange-copy-over`; `NotFound` for another's.
pub fn withdraw(tx: &mut Tx<'_>, id: i64, person: i64) -> Result<Done<i64>> {
    let copy = records::copy(tx, id)?;
    if copy.person != Some(person) {
        return Err(Error::NotFound);
    }
    let at = tx.ctx().at;
    let stands = copy.status_on(at.day()) == GrantStatus::Given;
    if !stands || !records::revoke_copy(tx, id, at)? {
        return Err(Error::refused("exchange-copy-over"));
    }
    let event = Event::new(Kind::CopyRevoked, Stream::of("licence", copy.licence));
    Ok(tx.record(event.about(person).with(json!({"copy": copy.no()})))?.with(copy.licence))
}
