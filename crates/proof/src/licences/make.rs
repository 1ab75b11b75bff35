//! Makes a licence: number, identifier, values, face, seal. It is in force only after `acts::issue`.

use super::face::{self, Faced};
use super::model::{
    FaceField, Holder, Licence, LicenceDraft, LicenceRowId, MadeLicence, NewLicence, holder_index,
};
use super::{records, sealed, types};
use crate::seals::notary::Sealable;
use crate::seals::{Issuer, Paper, SealKind, Seals};
use codes::licence::LicenceId;
use codes::time::{Day, zh_day};
use guide::packs::licence::Printed;
use store::{Error, Result, Upkeep};

/// Makes and seals a licence.
///
/// # Errors
/// Those of [`Seals::sign`]; `licence-values` when a field of the face has no value.
pub async fn licence(seals: &Seals, draft: LicenceDraft) -> Result<MadeLicence> {
    let type_code = draft.face.type_code.clone();
    let asked = Paper {
        title: draft.face.name.zh.clone(),
        number: String::new(),
        case_no: draft.case_no.clone(),
    };
    // No number is drawn for a licence that must wait for its seal.
    seals.ready(&draft.issuer, SealKind::Licence, draft.order, &asked).await?;
    let replaced = replaced(seals, &draft).await?;
    let numbers = numbers(
        seals,
        &type_code,
        &draft.face.number_prefix,
        &draft.issuer,
        draft.dated,
        replaced.as_ref(),
    );
    let (identifier, number) = numbers.await?;
    let fields = fields(&draft, &number, &identifier)?;
    let seal = seals.of_unit(&draft.issuer, SealKind::Licence).await?;
    let issued: Vec<(String, &'static str)> =
        draft.face.field.iter().filter_map(|f| Some((f.key.clone(), f.issued()?))).collect();
    let faced = Faced {
        id: seals.store().chance().token(),
        name: &draft.face.name.zh,
        type_code: &type_code,
        face: &draft.face.face,
        issued: &issued,
        fields: &fields,
        holder: &draft.holder,
        identifier: &identifier,
        number: &number,
        issuer_name: &draft.issuer.name,
        issuer_uscc: &draft.issuer.uscc,
        dated: draft.dated,
        valid_from: draft.valid_from,
        valid_to: draft.valid_to,
        seal_name: &seal.name,
    };
    let (ofd, position) = face::lay_out(seals.fonts(), &faced)?;
    let paper = Paper { number: identifier.to_string(), ..asked };
    let sealable = Sealable { ofd, position, pages: 1, paper };
    let file = seals.sign(&draft.issuer, SealKind::Licence, draft.order, sealable).await?;
    let entry = Entry {
        type_code: &type_code,
        name_zh: &draft.face.name.zh,
        name_en: &draft.face.name.en,
        issuer: &draft.issuer,
        holder: &draft.holder,
        fields: &fields,
        valid_from: draft.valid_from,
        valid_to: draft.valid_to,
    };
    let mut made = assemble(seals, &entry, identifier, number)?;
    made.row.replaces = draft.replaces;
    made.file = Some(file.file);
    made.seal_no = file.seal_no;
    Ok(made)
}

/// A licence that a register of another department answers for: fields without a file of ours.
pub struct RegisterEntry {
    /// Name of the type, as in the list of types.
    pub type_name: &'static str,
    /// The same in English.
    pub name_en: String,
    /// Who issued it.
    pub issuer: Issuer,
    /// Who holds it.
    pub holder: Holder,
    /// What it says.
    pub fields: Vec<FaceField>,
    /// Printed number, nothing personal; the serial when empty.
    pub number: String,
    /// First day of validity.
    pub valid_from: Day,
    /// Last day of validity.
    pub valid_to: Option<Day>,
}

/// Makes a register-backed licence; `serial` counts them within type and issuer.
pub fn register_entry(seals: &Seals, entry: &RegisterEntry, serial: i64) -> Result<MadeLicence> {
    let kind = types::named(entry.type_name)?;
    let serial = format!("{}{serial:06}", entry.valid_from.year());
    let identifier = LicenceId::new(&kind.code, &entry.issuer.uscc, &serial, 1);
    let number = if entry.number.is_empty() { serial } else { entry.number.clone() };
    let facts = Entry {
        type_code: &kind.code,
        name_zh: entry.type_name,
        name_en: &entry.name_en,
        issuer: &entry.issuer,
        holder: &entry.holder,
        fields: &entry.fields,
        valid_from: entry.valid_from,
        valid_to: entry.valid_to,
    };
    assemble(seals, &facts, identifier.map_err(Error::internal)?, number)
}

/// Facts both ways of making have in common.
struct Entry<'a> {
    type_code: &'a str,
    name_zh: &'a str,
    name_en: &'a str,
    issuer: &'a Issuer,
    holder: &'a Holder,
    fields: &'a [FaceField],
    valid_from: Day,
    valid_to: Option<Day>,
}

/// Seals holder and fields for the row to come.
fn assemble(
    seals: &Seals,
    entry: &Entry<'_>,
    identifier: LicenceId,
    number: String,
) -> Result<MadeLicence> {
    let store = seals.store();
    let vault = store.vault();
    let id = LicenceRowId(store.fresh_id());
    let row = NewLicence {
        token: store.chance().token(),
        type_code: entry.type_code.to_owned(),
        name_zh: entry.name_zh.to_owned(),
        name_en: entry.name_en.to_owned(),
        issuer: entry.issuer.clone(),
        holder_index: holder_index(vault, entry.holder.kind, entry.holder.code.expose()),
        holder_kind: entry.holder.kind,
        subject: entry.holder.subject,
        holder: sealed::holder(vault, id, entry.holder)?,
        fields: sealed::fields(vault, id, entry.fields)?,
        valid_from: entry.valid_from,
        valid_to: entry.valid_to,
        replaces: None,
        sandbox: true,
    };
    Ok(MadeLicence { id, identifier, number, file: None, seal_no: String::new(), row })
}

async fn replaced(seals: &Seals, draft: &LicenceDraft) -> Result<Option<Licence>> {
    match draft.replaces {
        Some(id) => seals.store().read(move |db| records::by_id(db, id)).await.map(Some),
        None => Ok(None),
    }
}

/// Identifier and printed number: a fresh serial of the type at this issuer, or the next version of the
/// licence that is replaced. Drawing a serial changes no fact, so a gap is no loss.
async fn numbers(
    seals: &Seals,
    type_code: &str,
    prefix: &str,
    issuer: &Issuer,
    dated: Day,
    replaced: Option<&Licence>,
) -> Result<(LicenceId, String)> {
    if let Some(old) = replaced {
        let next = LicenceId::parse(&old.identifier).and_then(|id| id.next_version());
        return Ok((next.map_err(Error::internal)?, old.number.clone()));
    }
    let series = format!("{type_code}:{}:{}", issuer.uscc, dated.year());
    let serial =
        seals.store().upkeep(Upkeep::Draft, move |db| records::next_serial(db, &series)).await?;
    let serial = format!("{}{serial:06}", dated.year());
    let identifier =
        LicenceId::new(type_code, &issuer.uscc, &serial, 1).map_err(Error::internal)?;
    // Letters 3 to 8 of a USCC are the division of its registrar (GB 32100).
    let region = issuer.uscc.get(2..8).unwrap_or_default();
    Ok((identifier, format!("{prefix}{region}{serial}")))
}

/// Values in order of the face, with what only the issuing room knows filled in.
fn fields(draft: &LicenceDraft, number: &str, identifier: &LicenceId) -> Result<Vec<FaceField>> {
    let until = draft.valid_to.map_or("长期".to_owned(), zh_day);
    draft
        .face
        .field
        .iter()
        .map(|field| {
            let given = draft.values.iter().find(|(key, _)| *key == field.key).map(|(_, v)| v);
            let value = match given {
                None => return Err(Error::refused_with("licence-values", "field", &field.key)),
                Some(Printed::Text(text)) => text.clone(),
                Some(Printed::Issued("number")) => number.to_owned(),
                Some(Printed::Issued("issuer")) => draft.issuer.name.clone(),
                Some(Printed::Issued("issued_day")) => zh_day(draft.dated),
                Some(Printed::Issued("valid_from")) => zh_day(draft.valid_from),
                Some(Printed::Issued("valid_until")) => until.clone(),
                Some(Printed::Issued(_)) => identifier.to_string(),
            };
            Ok(FaceField {
                key: field.key.clone(),
                zh: field.label.zh.clone(),
                en: field.label.en.clone(),
                value,
                sensitive: field.sensitive,
                brief: field.brief,
            })
        })
        .collect()
}
