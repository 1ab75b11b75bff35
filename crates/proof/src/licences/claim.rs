//! Claiming (申领): licences a department's register knows of a holder and the directory does not hold yet.
//!
//! The only register asked is the sandbox; a node without one says so, and the holder turns to the issuer.

use super::make::{self, RegisterEntry};
use super::model::{FaceField, Holder, HolderKind, LicenceRowId, MadeLicence, holder_index};
use super::{acts, records, types};
use crate::Proof;
use crate::seals::Issuer;
use codes::time::Day;
use guide::packs::registers::{Register, Registers, Subject};
use guide::packs::sandbox::Sandbox;
use people::identity::unit_by_uscc;
use std::collections::BTreeMap;
use store::{Ctx, Done, Error, Result, Tx, Upkeep};

/// Which sample unit issues which type.
const ISSUERS: [(&str, &str); 5] = [
    ("营业执照", "11990102000000377D"),
    ("居民身份证", "119901000000007487"),
    ("机动车行驶证", "119901000000011189"),
    ("机动车驾驶证", "119901000000011189"),
    ("社会保障卡", "119901000000014845"),
];
/// Serials of claimed licences begin above those the sample town was filled with.
const FIRST_CLAIMED: i64 = 100_000;

/// A licence that can be claimed: its type, and who would issue it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimable {
    /// Name of the type, which is also its key.
    pub name: &'static str,
    /// The same in English.
    pub name_en: &'static str,
    /// Who keeps the register.
    pub issuer: Issuer,
}

/// The unit that issues a type in the sample region.
///
/// # Errors
/// `NotFound` for a type no sample unit issues, `Internal` when the sample units are not there.
pub async fn issuer(proof: &Proof, name: &str) -> Result<Issuer> {
    let found = ISSUERS.into_iter().find(|(kind, _)| *kind == name);
    let (_, uscc) = found.ok_or(Error::NotFound)?;
    let unit = proof.app().store.read(move |db| unit_by_uscc(db, uscc)).await?;
    let unit = unit.ok_or_else(|| Error::internal(format!("no sample unit {uscc}")))?;
    Ok(Issuer::from(&unit))
}

fn of_kind(register: &Register, kind: HolderKind) -> bool {
    matches!(
        (register.subject, kind),
        (Subject::Person, HolderKind::Person) | (Subject::Enterprise, HolderKind::Enterprise)
    )
}

fn known(proof: &Proof, register: &Register, holder: &Holder) -> Option<BTreeMap<String, String>> {
    if !proof.app().site.sandbox || !of_kind(register, holder.kind) {
        return None;
    }
    let today = proof.app().clock().now().day().to_string();
    let values = Sandbox::shipped().licence(&register.key, holder.code.expose(), &today)?;
    Some(values.into_iter().map(|(k, v)| (k, guide::packs::cel::plain(&v))).collect())
}

/// What the registers know of a holder and the directory does not hold.
pub async fn claimable(proof: &Proof, holder: &Holder) -> Result<Vec<Claimable>> {
    let index = holder_index(proof.app().vault(), holder.kind, holder.code.expose());
    let mut out = Vec::new();
    for register in &Registers::shipped().licence {
        if known(proof, register, holder).is_none() {
            continue;
        }
        let (kind, own) = (types::named(&register.key)?, index.clone());
        let held = move |db: &mut store::Db<'_>| records::holds_type(db, &own, &kind.code);
        if !proof.app().store.read(held).await? {
            let issuer = issuer(proof, &register.key).await?;
            let (name, name_en) = (register.key.as_str(), register.name.en.as_str());
            out.push(Claimable { name, name_en, issuer });
        }
    }
    Ok(out)
}

/// Claims a licence: it is made from what the register says now and put in force. Claimed twice, the first
/// one stays and the second call gives `None`.
///
/// # Errors
/// `licence-claim` when the register does not know the holder under this type.
pub async fn claim(
    proof: &Proof,
    ctx: Ctx,
    holder: Holder,
    name: &str,
) -> Result<Option<LicenceRowId>> {
    let refused = || Error::refused("licence-claim");
    let register = Registers::shipped().licence(name).ok_or_else(refused)?;
    let values = known(proof, register, &holder).ok_or_else(refused)?;
    let kind = types::named(&register.key)?;
    let issuer = issuer(proof, name).await?;
    let today = proof.app().clock().now().day();
    let series = format!("claim:{}:{}", kind.code, issuer.uscc);
    let serial =
        proof.app().store.upkeep(Upkeep::Draft, move |db| records::next_serial(db, &series));
    let serial = FIRST_CLAIMED + serial.await?;
    let made = entry(proof, register, &issuer, &holder, &values, (serial, today, None))?;
    let index = holder_index(proof.app().vault(), holder.kind, holder.code.expose());
    let act = move |tx: &mut Tx<'_>| keep(tx, &made, &index, &kind.code);
    match proof.app().store.write(ctx, act).await {
        Ok(id) => Ok(Some(id)),
        // Somebody pressed twice: the licence is there.
        Err(Error::Stale) => Ok(None),
        Err(other) => Err(other),
    }
}

fn keep(
    tx: &mut Tx<'_>,
    made: &MadeLicence,
    index: &[u8],
    type_code: &str,
) -> Result<Done<LicenceRowId>> {
    // The series counts claims of one type by one holder, and its row keeps a second one waiting.
    let claims = records::next_serial(tx, &format!("claim:{type_code}:{}", hex::encode(index)))?;
    if claims > 1 || records::holds_type(tx, index, type_code)? {
        return Err(Error::Stale);
    }
    acts::claim(tx, made)
}

/// A licence whose fields are those of the list of registers, labels included. `stamp` is serial, day of
/// issue and last day.
pub fn entry(
    proof: &Proof,
    register: &'static Register,
    issuer: &Issuer,
    holder: &Holder,
    values: &BTreeMap<String, String>,
    stamp: (i64, Day, Option<Day>),
) -> Result<MadeLicence> {
    let (serial, today, last) = stamp;
    let text = |key: &str| values.get(key).cloned().unwrap_or_default();
    let fields = register.field.iter().map(|field| FaceField {
        key: field.key.clone(),
        zh: field.label.zh.clone(),
        en: field.label.en.clone(),
        value: text(&field.key),
        sensitive: field.sensitive,
        brief: field.brief,
    });
    let entry = RegisterEntry {
        type_name: &register.key,
        name_en: register.name.en.clone(),
        issuer: issuer.clone(),
        holder: holder.clone(),
        fields: fields.filter(|f| !f.value.is_empty()).collect(),
        number: if holder.kind == HolderKind::Enterprise { text("uscc") } else { String::new() },
        valid_from: today,
        valid_to: last,
    };
    make::register_entry(proof.seals(), &entry, serial)
}
