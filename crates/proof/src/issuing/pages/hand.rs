//! L03: one licence by hand, on a form made from the fields of its type; or the next version of one that is
//! changed or renewed (变更、延续), whose values stand in the form already. What does not check comes back with
//! everything typed; what checks waits for a second person.

use super::{issued, kept, label, said};
use crate::Proof;
use crate::issuing::model::{RowBody, Told};
use crate::licences::asked::asked;
use crate::licences::life::{self, Step};
use crate::licences::model::Licence;
use crate::licences::pages::desk_frame;
use crate::licences::{LicenceRowId, records, sealed};
use crate::types::{Field, FieldKind, LicenceKind, Version};
use askama::Template;
use axum::extract::{Path, State};
use store::ledger::{Reading, disclose};
use store::{Disclosure, Error, Purpose, Result};
use web::form::FormError;
use web::frame::Choice;
use web::respond::html_again;
use web::{Answer, Frame, Lang, Posted, Visitor, html, see_other};

/// One field of the form.
struct Ask {
    name: String,
    label: String,
    value: String,
    /// `text`, `long`, `choice`, or a kind of the parts.
    kind: &'static str,
    hint: String,
    error: String,
    required: bool,
    most: String,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "issuing/hand.html")]
struct Page {
    f: Frame,
    code: String,
    title: String,
    version: String,
    validity: String,
    asks: Vec<Ask>,
    problem: String,
    errors: Vec<FormError>,
    /// The licence whose place it takes; empty for none.
    replaces: String,
    /// Its number.
    old: String,
    idem: String,
}

/// Why a steward reads the licence he renews.
const BASIS: &str = "行政许可法第四十九条、第五十条";

/// The licence whose place the new one takes, if this unit may renew or change it under this type.
async fn replaced(
    proof: &Proof,
    visitor: &Visitor,
    kind: &LicenceKind,
    id: &str,
) -> Result<Option<Licence>> {
    if id.is_empty() {
        return Ok(None);
    }
    let id: i64 = id.parse().map_err(|_| Error::NotFound)?;
    let read = move |db: &mut store::Db<'_>| records::by_id(db, LicenceRowId(id));
    let licence = proof.app().store.read(read).await?;
    if licence.issuer.unit != visitor.staff()?.unit || licence.type_code != kind.code {
        return Err(Error::NotFound);
    }
    life::next(licence.status_on(proof.app().clock().now().day()), Step::Supersede)?;
    Ok(Some(licence))
}

/// What the licence says, as the form's first values; where this node knows the person, the reading stands in
/// his log.
async fn filled(proof: &Proof, visitor: &Visitor, licence: &Licence) -> Result<RowBody> {
    let leave = match licence.subject {
        Some(subject) => {
            let fields = vec!["name", "id-no"];
            let reading = Reading { subject, fields, reference: licence.number.clone() };
            let ctx = visitor.ctx(proof.app(), Purpose::Legal(BASIS));
            disclose(&proof.app().store, ctx, reading).await?
        }
        None => {
            Disclosure::process("a steward renews a licence of a holder this node does not know")
        }
    };
    let vault = proof.app().vault();
    let holder = sealed::open_holder(vault, licence, &leave)?;
    let fields = sealed::open_fields(vault, licence, &leave)?;
    Ok(RowBody {
        holder: holder.name.expose().to_owned(),
        code: holder.code.expose().to_owned(),
        values: fields.into_iter().map(|f| (f.key, f.value)).collect(),
    })
}

fn ask(field: &Field, value: &str, told: &[Told], f: &Frame) -> Ask {
    let kind = match field.kind {
        FieldKind::Text => "text",
        FieldKind::Long => "long",
        FieldKind::Date => "date",
        FieldKind::Number => "number",
        FieldKind::Choice => "choice",
        FieldKind::IdCard => "idcard",
        FieldKind::Uscc => "uscc",
    };
    Ask {
        name: field.key.clone(),
        label: field.label.get(if f.lang == Lang::En { "en" } else { "zh" }).to_owned(),
        value: value.to_owned(),
        kind,
        hint: String::new(),
        error: error(told, &field.key, f),
        required: field.required,
        most: field.most.to_string(),
        choices: field.choices.iter().map(|c| Choice::new(&**c, &**c, value)).collect(),
    }
}

fn error(told: &[Told], key: &str, f: &Frame) -> String {
    told.iter().find(|t| t.field == key).map_or_else(String::new, |t| said(t, f))
}

fn page_of(
    proof: &Proof,
    visitor: &Visitor,
    (kind, version): (&LicenceKind, &Version),
    old: Option<&Licence>,
    row: &RowBody,
    told: &[Told],
) -> Page {
    let body = &version.body;
    let name = body.name.get(if visitor.lang == Lang::En { "en" } else { "zh" });
    let f = desk_frame(proof, visitor, visitor.t("issuing-hand-title"), "/l/types");
    let person = body.holder.code() == "111";
    let common = |key: &str, value: &str, kind: &'static str, hint: &str| Ask {
        name: key.to_owned(),
        label: label(body, key, &f),
        value: value.to_owned(),
        kind,
        hint: f.t(hint).to_owned(),
        error: error(told, key, &f),
        required: true,
        most: "60".to_owned(),
        choices: Vec::new(),
    };
    let (code_kind, hint) =
        if person { ("idcard", "issuing-id-hint") } else { ("uscc", "issuing-uscc-hint") };
    let mut asks = vec![
        common("holder", &row.holder, "text", "issuing-holder-hint"),
        common("holder_code", &row.code, code_kind, hint),
    ];
    asks.extend(body.fields.iter().map(|field| ask(field, row.value(&field.key), told, &f)));
    let errors = told.iter().filter(|t| !t.field.is_empty());
    Page {
        title: match old {
            Some(_) => f.ta("issuing-renew-of", "name", name),
            None => f.ta("issuing-hand-of", "name", name),
        },
        replaces: old.map_or_else(String::new, |l| l.id.0.to_string()),
        old: old.map_or_else(String::new, |l| l.number.clone()),
        version: f.ta("types-version", "n", version.version),
        validity: f.tk("types-validity-", body.validity.label()),
        asks,
        problem: error(told, "", &f),
        errors: errors.map(|t| FormError { field: t.field.clone(), text: said(t, &f) }).collect(),
        idem: proof.app().store.chance().token(),
        code: kind.code.clone(),
        f: f.with_failed(!told.is_empty()),
    }
}

/// GET /l/issue/{code}
pub async fn page(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(code): Path<String>,
) -> Answer {
    let (kind, version) = issued(&proof, &visitor, &code).await?;
    let old = replaced(&proof, &visitor, &kind, &asked(&visitor, "replaces")).await?;
    let row = match &old {
        Some(old) => filled(&proof, &visitor, old).await?,
        None => RowBody { holder: String::new(), code: String::new(), values: Vec::new() },
    };
    html(&page_of(&proof, &visitor, (&kind, &version), old.as_ref(), &row, &[]))
}

/// POST /l/issue/{code}
pub async fn prepare(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(code): Path<String>,
    posted: Posted,
) -> Answer {
    let (kind, version) = issued(&proof, &visitor, &code).await?;
    let value = |field: &Field| (field.key.clone(), posted.get(&field.key).to_owned());
    let row = RowBody {
        holder: posted.get("holder").to_owned(),
        code: posted.get("holder_code").to_owned(),
        values: version.body.fields.iter().map(value).collect(),
    };
    let old = replaced(&proof, &visitor, &kind, posted.get("_replaces")).await?;
    let replaces = old.as_ref().map(|l| (l.id.0, l.holder_index.clone()));
    let idem = posted.idem("POST /l/issue/{code}")?;
    let of = (kind.clone(), version.clone());
    let typed = vec![(1, Some(row.clone()))];
    match kept(&proof, &visitor, of, (String::new(), replaces), typed, idem).await? {
        Ok(id) => Ok(see_other(&format!("/l/batches/{id}?done=offer"))),
        Err(told) => {
            let of = (&kind, &version);
            html_again(&page_of(&proof, &visitor, of, old.as_ref(), &row, &told))
        }
    }
}
