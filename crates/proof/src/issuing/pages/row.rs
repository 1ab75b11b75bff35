//! One row as it would be issued: what an approver looks at. A person's numbers and sensitive values are
//! covered until he asks for them, which the person sees in his log.

use super::{label, own, said};
use crate::Proof;
use crate::issuing::model::{IssueRow, RowBody};
use crate::issuing::{records, rules};
use crate::licences::pages::desk_frame;
use crate::types::{Body, Field};
use askama::Template;
use axum::extract::{Path, State};
use people::subject_of;
use store::ledger::{Reading, disclose};
use store::{Disclosure, Error, Purpose, Result, Secret};
use web::{Answer, Frame, Posted, Visitor, html};

/// Why a steward reads what is to be issued.
const BASIS: &str = "行政许可法第三十九条";

struct Pair {
    label: String,
    value: String,
}

#[derive(Template)]
#[template(path = "issuing/row.html")]
struct Page {
    f: Frame,
    batch: i64,
    no: i64,
    title: String,
    state: String,
    tone: &'static str,
    pairs: Vec<Pair>,
    told: Vec<String>,
    covered: bool,
    licence: String,
}

struct Seen {
    row: IssueRow,
    body: Body,
}

async fn seen(proof: &Proof, visitor: &Visitor, id: &str, no: &str) -> Result<Seen> {
    let (batch, _, version) = own(proof, visitor, id).await?;
    let no: i64 = no.parse().map_err(|_| Error::NotFound)?;
    let read = move |db: &mut store::Db<'_>| records::row_by_no(db, batch.id, no);
    let row = proof.app().store.read(read).await?.ok_or(Error::NotFound)?;
    Ok(Seen { row, body: version.body })
}

fn page_of(proof: &Proof, visitor: &Visitor, seen: &Seen, row: &RowBody, full: bool) -> Page {
    let (body, person) = (&seen.body, seen.body.holder.code() == "111");
    let f = desk_frame(proof, visitor, visitor.t("issuing-row-title"), "/l/batches");
    let value = |field: &Field| {
        let text = rules::printed(field, row.value(&field.key));
        if full || !field.sensitive { text } else { covered(&text) }
    };
    let (name, code) = (Secret::new(&*row.holder), Secret::new(&*row.code));
    let show = full || !person;
    let mut pairs = vec![
        Pair {
            label: label(body, "holder", &f),
            value: if show { row.holder.clone() } else { name.masked_name() },
        },
        Pair {
            label: label(body, "holder_code", &f),
            value: if show { row.code.clone() } else { code.masked_id() },
        },
    ];
    let own = body.fields.iter();
    pairs.extend(own.map(|d| Pair { label: label(body, &d.key, &f), value: value(d) }));
    pairs.retain(|p| !p.value.is_empty());
    Page {
        batch: seen.row.batch,
        no: seen.row.no,
        title: f.ta("issuing-row-of", "n", seen.row.no),
        state: f.tk("issuing-row-", seen.row.state.label()),
        tone: seen.row.state.tone(),
        pairs,
        told: seen.row.told.iter().map(|t| said(t, &f)).collect(),
        covered: !full && (person || body.fields.iter().any(|d| d.sensitive)),
        licence: seen.row.licence.map_or_else(String::new, |id| format!("/l/{id}")),
        f,
    }
}

fn covered(text: &str) -> String {
    let secret = Secret::new(text);
    if text.chars().count() <= 4 { secret.masked_name() } else { secret.masked_id() }
}

/// GET /l/batches/{id}/rows/{no}
pub async fn page(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path((id, no)): Path<(String, String)>,
) -> Answer {
    let seen = seen(&proof, &visitor, &id, &no).await?;
    let leave = Disclosure::process("a steward sees the covered row his unit prepared");
    let row = seen.row.open(proof.app().vault(), &leave)?;
    html(&page_of(&proof, &visitor, &seen, &row, false))
}

/// POST /l/batches/{id}/rows/{no}: in full; where this node knows the person, it stands in his log.
pub async fn reveal(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path((id, no)): Path<(String, String)>,
    _posted: Posted,
) -> Answer {
    let seen = seen(&proof, &visitor, &id, &no).await?;
    let leave = Disclosure::process("whose row it is, so that the reading stands in his log");
    let row = seen.row.open(proof.app().vault(), &leave)?;
    let (kind, code, vault) = (seen.body.holder, row.code.clone(), proof.app().vault().clone());
    let find = move |db: &mut store::Db<'_>| subject_of(db, &vault, kind.code(), &code);
    if let Some(person) = proof.app().store.read(find).await? {
        let reference = visitor.t("issuing-reading").to_owned();
        let reading = Reading { subject: person.0, fields: vec!["name", "id-no"], reference };
        let ctx = visitor.ctx(proof.app(), Purpose::Legal(BASIS));
        disclose(&proof.app().store, ctx, reading).await?;
    }
    html(&page_of(&proof, &visitor, &seen, &row, true))
}
