//! Fills the sample registers: licences the invented people and enterprises hold already, so that their
//! papers need not be handed in again (免提交). A node without a sandbox never runs this.

use super::model::{Holder, HolderKind, MadeLicence, holder_index};
use super::{acts, claim, records};
use crate::Proof;
use codes::time::{Day, Stamp};
use guide::packs::cel::plain;
use guide::packs::registers::Registers;
use guide::packs::sandbox::Sandbox;
use people::identity::adapters::{RegisterEnterprise, RegisterPerson, sandbox_persons};
use store::{Error, Event, Kind, Result, Secret, Stream};

/// Whose id card ends soon and in how many days, so that somebody sees what that looks like.
const SOON: (&str, i64) = ("990103199302155943", 75);

/// Last day of a holder's licence, by the holder's number.
type Last<'l> = &'l (dyn Fn(&str) -> Option<Day> + Sync);

/// The enterprises of the sample town.
fn sandbox_enterprises() -> Result<Vec<RegisterEnterprise>> {
    let text = include_str!("../../../../data/sample/enterprises.csv");
    let read: std::result::Result<Vec<_>, _> =
        csv::Reader::from_reader(text.as_bytes()).deserialize().collect();
    read.map_err(Error::internal)
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
    let far = Day::new(today.year() + 20, 1, 1).map_err(Error::internal)?;
    let soon = Stamp::from_day(today).plus_days(SOON.1).day();
    let card = |id: &str| Some(if id == SOON.0 { soon } else { far });
    let open = |_: &str| None;
    let mut made = Vec::new();
    let businesses = enterprises.iter().map(holder_of_business);
    one_type(proof, "营业执照", businesses, (today, &open), &mut made).await?;
    let persons = || sandbox_persons().iter().map(holder_of);
    one_type(proof, "居民身份证", persons(), (today, &card), &mut made).await?;
    one_type(proof, "机动车行驶证", persons(), (today, &open), &mut made).await?;
    keep(proof, made).await
}

/// A licence of one type for every holder the register knows.
async fn one_type(
    proof: &Proof,
    name: &str,
    holders: impl Iterator<Item = Holder>,
    (today, last): (Day, Last<'_>),
    made: &mut Vec<MadeLicence>,
) -> Result<()> {
    let register = Registers::shipped().licence(name);
    let register = register.ok_or_else(|| Error::internal(format!("no list of {name}")))?;
    let issuer = claim::issuer(proof, name).await?;
    for (holder, serial) in holders.zip(1..) {
        let code = holder.code.expose();
        let Some(values) = Sandbox::shipped().licence(name, code, &today.to_string()) else {
            continue;
        };
        let values = values.into_iter().map(|(k, v)| (k, plain(&v))).collect();
        let stamp = (serial, today, last(code));
        made.push(claim::entry(proof, register, &issuer, &holder, &values, stamp)?);
    }
    Ok(())
}

async fn filled(proof: &Proof, enterprises: &[RegisterEnterprise]) -> Result<bool> {
    let Some(first) = enterprises.first() else { return Ok(true) };
    let index = holder_index(proof.app().vault(), HolderKind::Enterprise, &first.uscc);
    let today = proof.app().clock().now().day();
    Ok(!proof.app().store.read(move |db| records::of_holder(db, &index, today)).await?.is_empty())
}

fn holder_of(person: &RegisterPerson) -> Holder {
    Holder {
        kind: HolderKind::Person,
        subject: None,
        name: Secret::new(person.name.clone()),
        code: Secret::new(person.id_no.clone()),
    }
}

fn holder_of_business(enterprise: &RegisterEnterprise) -> Holder {
    Holder {
        kind: HolderKind::Enterprise,
        subject: None,
        name: Secret::new(enterprise.name.clone()),
        code: Secret::new(enterprise.uscc.clone()),
    }
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
