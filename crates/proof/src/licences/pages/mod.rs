//! Pages of the licences room. The table below is what the binary mounts.
//!
//! | method | path | access | relation | handler |
//! |---|---|---|---|---|
//! | GET | /my/licences | Citizen(2) | Own | `holder::list` |
//! | GET | /my/licences/claim | Citizen(2) | Own | `claim::page` |
//! | POST | /my/licences/claim | Citizen(2) | Own | `claim::claim` |
//! | GET | /my/licences/{id} | Citizen(2) | Own | `holder::detail` |
//! | GET | /my/licences/{id}/file | Citizen(2) | Own | `holder::file` |
//! | GET | /my/licences/{id}/face.svg | Citizen(2) | Own | `holder::face` |
//! | GET | /l | Staff(LicenceSteward) | Unit | `steward::list` |
//! | GET | /l/{id} | Staff(LicenceSteward) | Unit | `steward::detail` |
//! | GET | /l/{id}/do/{step} | Staff(LicenceSteward) | Unit | `decide::ask` |
//! | POST | /l/{id}/do/{step} | Staff(LicenceSteward) | Unit | `decide::change` |

pub mod claim;
pub mod decide;
pub mod holder;
pub mod steward;

pub(crate) use steward::desk_frame;

use super::model::{FaceField, HolderKind, Licence, LicenceRowId, holder_index};
use super::records;
use crate::Proof;
use crate::showing::choice::shown_day;
use people::identity::PersonId;
use store::{Disclosure, Error, Result, Secret};
use web::{Frame, Lang, Visitor};

/// Row id of an address; anything else is a licence that does not exist.
fn row_id(text: &str) -> Result<LicenceRowId> {
    text.parse().map(LicenceRowId).map_err(|_| Error::NotFound)
}

/// Keyed hashes of the person signed in and of the enterprise acted for.
struct Own {
    person: Vec<u8>,
    enterprise: Option<(String, Vec<u8>)>,
}

async fn own(proof: &Proof, visitor: &Visitor) -> Result<Own> {
    let person = PersonId(visitor.person()?);
    let facts = proof.people().person_facts(person, &Disclosure::own()).await?;
    let vault = proof.app().vault();
    let enterprise = visitor.citizen()?.acting.as_ref().map(|acting| {
        (acting.name.clone(), holder_index(vault, HolderKind::Enterprise, &acting.uscc))
    });
    let person = holder_index(vault, HolderKind::Person, facts.id_no.expose());
    Ok(Own { person, enterprise })
}

/// The licence of an address, if it is the visitor's or that of whom he acts for.
pub(crate) async fn owned(proof: &Proof, visitor: &Visitor, id: &str) -> Result<Licence> {
    let id = row_id(id)?;
    let own = own(proof, visitor).await?;
    let licence = proof.app().store.read(move |db| records::by_id(db, id)).await?;
    let acting = own.enterprise.is_some_and(|(_, index)| index == licence.holder_index);
    if licence.holder_index == own.person || acting { Ok(licence) } else { Err(Error::NotFound) }
}

/// A label and a value.
struct Row {
    label: String,
    value: String,
}

fn row(field: &FaceField, lang: Lang, mask: bool) -> Row {
    let label = if lang == Lang::En && !field.en.is_empty() { &field.en } else { &field.zh };
    let value = match mask && field.sensitive {
        true => masked(&field.value),
        false => shown_day(&field.value, lang),
    };
    Row { label: label.clone(), value }
}

/// The fields that say something beside what every licence says in rows of its own: its number, identifier,
/// holder, issuer and dates are not said twice.
fn beside<'f>(
    licence: &Licence,
    fields: &'f [FaceField],
    holder: &str,
) -> impl Iterator<Item = &'f FaceField> + use<'f> {
    let said = [
        licence.number.clone(),
        licence.identifier.clone(),
        licence.issuer.name.clone(),
        codes::time::zh_day(licence.issued_at.day()),
        holder.to_owned(),
    ];
    fields.iter().filter(move |field| {
        let until = matches!(field.key.as_str(), "until" | "valid_until");
        !until && !said.contains(&field.value)
    })
}

/// Days keep their year, numbers both ends, names their first and last letter, the rest its beginning.
fn masked(value: &str) -> String {
    if value.parse::<codes::time::Day>().is_ok() {
        return format!("{}-**-**", &value[..4]);
    }
    let secret = Secret::new(value);
    if value.chars().count() <= 4 { secret.masked_name() } else { secret.masked_id() }
}

/// Another version of a licence, as its pages list it.
struct Version {
    href: String,
    name: String,
    state: String,
    tone: &'static str,
    when: String,
}

/// The other versions of a licence; their addresses begin with `base`.
async fn versions(proof: &Proof, f: &Frame, id: LicenceRowId, base: &str) -> Result<Vec<Version>> {
    let today = proof.app().clock().now().day();
    let read = move |db: &mut store::Db<'_>| records::versions(db, id, today);
    let found = proof.app().store.read(read).await?;
    let shown = found.into_iter().map(|link| Version {
        href: format!("{base}/{}", link.id.0),
        name: f.ta("licences-version", "n", version_no(&link.identifier)),
        state: f.tk("licences-status-", link.status.label()),
        tone: link.status.tone(),
        when: link.issued_at.ymd(),
    });
    Ok(shown.collect())
}

/// The version that an identifier names.
fn version_no(identifier: &str) -> u16 {
    codes::licence::LicenceId::parse(identifier).map_or(1, |id| id.version())
}

/// Name of a licence in a language.
pub(crate) fn name(zh: &str, en: &str, lang: Lang) -> String {
    if lang == Lang::En && !en.is_empty() { en.to_owned() } else { zh.to_owned() }
}

/// Last day of validity in words.
fn until(last: Option<codes::time::Day>, visitor: &Visitor) -> String {
    match last {
        None => visitor.t("licences-long").to_owned(),
        Some(day) => {
            let day = shown_day(&day.to_string(), visitor.lang);
            web::Texts::shipped().ta(visitor.lang, "licences-until", &[("day", &day)])
        }
    }
}
