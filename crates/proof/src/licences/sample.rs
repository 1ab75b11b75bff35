//! Fills the sample registers: licences the invented people and enterprises hold already, so that their
//! papers need not be handed in again (免提交). A node without a sandbox never runs this.

use super::make::{self, RegisterEntry};
use super::model::{FaceField, Holder, HolderKind, MadeLicence, holder_index};
use super::{acts, records};
use crate::Proof;
use crate::seals::Issuer;
use codes::time::Day;
use guide::packs::registers::Registers;
use guide::packs::sandbox::Sandbox;
use people::identity::adapters::{RegisterEnterprise, RegisterPerson, sandbox_persons};
use people::identity::unit_by_uscc;
use serde_json::Value;
use std::collections::BTreeMap;
use store::{Error, Event, Kind, Result, Secret, Stream};

/// 示例区市场监督管理局, which registers enterprises.
const MARKET: &str = "11990102000000377D";
/// 示例市公安局, which issues id cards.
const POLICE: &str = "119901000000007487";
/// 示例市公安局交通警察支队, which registers vehicles.
const TRAFFIC: &str = "119901000000011189";

/// The enterprises of the sample town.
fn sandbox_enterprises() -> Result<Vec<RegisterEnterprise>> {
    let text = include_str!("../../../../data/sample/enterprises.csv");
    let read: std::result::Result<Vec<_>, _> =
        csv::Reader::from_reader(text.as_bytes()).deserialize().collect();
    read.map_err(Error::internal)
}

/// A type the sample town holds.
struct Type {
    name: &'static str,
    issuer: Issuer,
}

/// Makes the entries and keeps them in one transaction.
///
/// # Errors
/// `Internal` when the sample units are not there yet.
pub async fn seed(proof: &Proof) -> Result<()> {
    let enterprises = sandbox_enterprises()?;
    if !proof.app().site.sandbox || filled(proof, &enterprises).await? {
        return Ok(());
    }
    let today = proof.app().clock().now().day();
    let market = issuer(proof, "营业执照", MARKET).await?;
    let police = issuer(proof, "居民身份证", POLICE).await?;
    let traffic = issuer(proof, "机动车行驶证", TRAFFIC).await?;
    let mut made = Vec::new();
    for (n, enterprise) in enterprises.iter().enumerate() {
        made.push(business(proof, &market, enterprise, n + 1, today)?);
    }
    for (n, person) in sandbox_persons().iter().enumerate() {
        made.push(card(proof, &police, person, n + 1, today)?);
        let vehicle = Sandbox::shipped().licence(traffic.name, &person.id_no, &today.to_string());
        if let Some(values) = vehicle {
            made.push(entry(proof, &traffic, &holder_of(person), &values, n + 1, (today, None))?);
        }
    }
    keep(proof, made).await
}

async fn filled(proof: &Proof, enterprises: &[RegisterEnterprise]) -> Result<bool> {
    let Some(first) = enterprises.first() else { return Ok(true) };
    let index = holder_index(proof.app().vault(), HolderKind::Enterprise, &first.uscc);
    let today = proof.app().clock().now().day();
    Ok(!proof.app().store.read(move |db| records::of_holder(db, &index, today)).await?.is_empty())
}

async fn issuer(proof: &Proof, name: &'static str, uscc: &'static str) -> Result<Type> {
    let unit = proof.app().store.read(move |db| unit_by_uscc(db, uscc)).await?;
    let unit = unit.ok_or_else(|| Error::internal(format!("no sample unit {uscc}")))?;
    Ok(Type { name, issuer: Issuer::from(&unit) })
}

fn holder_of(person: &RegisterPerson) -> Holder {
    Holder {
        kind: HolderKind::Person,
        subject: None,
        name: Secret::new(person.name.clone()),
        code: Secret::new(person.id_no.clone()),
    }
}

fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, Value> {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), Value::from(*v))).collect()
}

fn business(
    proof: &Proof,
    kind: &Type,
    enterprise: &RegisterEnterprise,
    serial: usize,
    today: Day,
) -> Result<MadeLicence> {
    let lead = sandbox_persons().iter().find(|p| p.pid == enterprise.legal_rep_pid);
    let values = values(&[
        ("name", &enterprise.name),
        ("uscc", &enterprise.uscc),
        ("kind", &enterprise.kind),
        ("legal_rep", lead.map_or("", |p| &p.name)),
        ("address", &enterprise.address),
        ("scope", &enterprise.scope),
        ("valid_until", ""),
    ]);
    let holder = Holder {
        kind: HolderKind::Enterprise,
        subject: None,
        name: Secret::new(enterprise.name.clone()),
        code: Secret::new(enterprise.uscc.clone()),
    };
    entry(proof, kind, &holder, &values, serial, (today, None))
}

/// An id card of twenty years.
fn card(
    proof: &Proof,
    kind: &Type,
    person: &RegisterPerson,
    serial: usize,
    today: Day,
) -> Result<MadeLicence> {
    let values =
        values(&[("name", &person.name), ("id_no", &person.id_no), ("address", &person.address)]);
    let last = Day::new(today.year() + 20, 1, 1).map_err(Error::internal)?;
    entry(proof, kind, &holder_of(person), &values, serial, (today, Some(last)))
}

/// One licence whose fields are those of the list of registers, labels included.
fn entry(
    proof: &Proof,
    kind: &Type,
    holder: &Holder,
    values: &BTreeMap<String, Value>,
    serial: usize,
    valid: (Day, Option<Day>),
) -> Result<MadeLicence> {
    let register = Registers::shipped().licence(kind.name);
    let register = register.ok_or_else(|| Error::internal(format!("no list of {}", kind.name)))?;
    let text = |key: &str| values.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let fields = register.field.iter().map(|field| FaceField {
        key: field.key.clone(),
        zh: field.label.zh.clone(),
        en: field.label.en.clone(),
        value: text(&field.key),
        sensitive: matches!(field.key.as_str(), "id_no" | "owner" | "address")
            && holder.kind == HolderKind::Person,
        brief: matches!(field.key.as_str(), "name" | "uscc" | "plate_no"),
    });
    let entry = RegisterEntry {
        type_name: kind.name,
        name_en: register.name.en.clone(),
        issuer: kind.issuer.clone(),
        holder: holder.clone(),
        fields: fields.filter(|f| !f.value.is_empty()).collect(),
        number: if holder.kind == HolderKind::Enterprise { text("uscc") } else { String::new() },
        valid_from: valid.0,
        valid_to: valid.1,
    };
    make::register_entry(proof.seals(), &entry, serial)
}

async fn keep(proof: &Proof, made: Vec<MadeLicence>) -> Result<()> {
    let write = move |tx: &mut store::Tx<'_>| {
        for licence in &made {
            acts::issue(tx, licence, None)?;
        }
        let data = serde_json::json!({"register": "sandbox", "licences": made.len()});
        let event = Event::new(Kind::CatalogueImported, Stream::of("node", 1)).with(data);
        Ok(tx.record(event)?.with(()))
    };
    proof.app().store.write(proof.app().store.system_ctx(), write).await
}
