//! Cases for programs: progress, handing in, withdrawing, as JSON. The session is that of the browser; a
//! change needs its token (`X-CSRF`) and an `Idempotency-Key`.

use super::acts;
use super::model::Grip;
use super::view::{self, When};
use crate::Casework;
use crate::drafts::{DraftId, filing};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use codes::case_no::CaseNo;
use serde_json::{Value, json};
use store::{Error, Idem, Purpose};
use web::form::check_header;
use web::{Answer, Fault, Visitor, json as answer_json};

fn number(no: &str) -> Result<CaseNo, Fault> {
    CaseNo::parse(no).map_err(|_| Error::NotFound.into())
}

/// Token and key of a change; without either nothing happens.
fn key(
    visitor: &Visitor,
    headers: &HeaderMap,
    route: &'static str,
    body: &[u8],
) -> Result<Idem, Fault> {
    let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    check_header(visitor, headers)?;
    let key = header("idempotency-key");
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    if !(8..=64).contains(&key.len()) || !key.bytes().all(plain) {
        return Err(Error::refused("idem-missing").into());
    }
    Ok(Idem::new(key, route, body))
}

/// `GET /api/v1/cases/{no}`: state, due days, steps and documents of a case of one's own.
pub async fn show(State(w): State<Casework>, visitor: Visitor, Path(no): Path<String>) -> Answer {
    let owner = filing::owner(&visitor)?;
    let p = view::progress(&w, owner, number(&no)?).await?;
    let steps: Vec<Value> = p
        .steps
        .iter()
        .map(|s| {
            let when = match s.when {
                When::Done => "done",
                When::Now => "now",
                When::Next => "next",
            };
            json!({"step": s.key, "when": when, "at": s.at.map(|at| at.iso()), "due": s.due})
        })
        .collect();
    let document = |d: &super::records::DocumentRow| json!({"kind": d.kind, "title": d.title, "number": d.number, "file": d.file});
    answer_json(&json!({
        "no": p.case.no,
        "item": {"slug": p.case.slug, "name": p.pack.item.name.zh, "version": p.case.item_version},
        "state": p.case.state.phase(),
        "version": p.case.version,
        "unit": {"name": p.unit.name, "phone": p.unit.phone},
        "promised_due": p.clock.as_ref().map(|c| c.promised.day),
        "statutory_due": p.clock.as_ref().and_then(|c| c.statutory.map(|s| s.day)),
        "light": p.card.light,
        "steps": steps,
        "documents": p.documents.iter().map(document).collect::<Vec<_>>(),
        "licence": p.licence,
        "can_withdraw": p.can_withdraw,
    }))
}

/// `GET /api/v1/cases`: cases of one's own, newest first, 20 at a time (`?after=` the cursor).
pub async fn mine(
    State(w): State<Casework>,
    visitor: Visitor,
    axum::extract::RawQuery(query): axum::extract::RawQuery,
) -> Answer {
    let after = query.as_deref().and_then(|q| q.split('&').find_map(|p| p.strip_prefix("after=")));
    let page = view::mine(&w, filing::owner(&visitor)?, after).await?;
    let line = |c: &view::Card| {
        json!({"no": c.no, "item": c.slug, "name": c.item.zh, "state": c.phase, "due": c.due,
            "submitted": c.submitted.iso()})
    };
    answer_json(
        &json!({"cases": page.cards.iter().map(line).collect::<Vec<_>>(), "next": page.next}),
    )
}

/// `POST /api/v1/drafts/{id}/submit`: hands a draft in; the same key gives the same receipt.
pub async fn submit(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(id): Path<i64>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let seen = [id.to_string().as_bytes(), &body].concat();
    let idem = key(&visitor, &headers, "POST /api/v1/drafts/{id}/submit", &seen)?;
    let (owner, draft, ctx) =
        (filing::owner(&visitor)?, DraftId(id), visitor.ctx(&w, Purpose::Own));
    let (ready, calendar) = (filing::prepare(&w, owner, draft).await, w.calendar.clone());
    let act = move |tx: &mut store::Tx<'_>| acts::hand_in(tx, draft, owner, ready, &calendar);
    answer_json(&w.store.write_once(ctx, idem, act).await?)
}

/// `POST /api/v1/cases/{no}/withdraw` with `{"version": …, "reason": …}`.
pub async fn withdraw(
    State(w): State<Casework>,
    visitor: Visitor,
    Path(no): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let seen = [no.as_bytes(), &body].concat();
    let idem = key(&visitor, &headers, "POST /api/v1/cases/{no}/withdraw", &seen)?;
    let said: Value = serde_json::from_slice(&body).map_err(|_| Error::refused("form-encoding"))?;
    let (owner, no) = (filing::owner(&visitor)?, number(&no)?);
    let id = w.store.read(move |db| super::records::by_no(db, no)).await?.id;
    let grip = Grip { id, version: said["version"].as_i64().unwrap_or_default() };
    let reason = said["reason"].as_str().unwrap_or_default().to_owned();
    let (ctx, calendar) = (visitor.ctx(&w, Purpose::Own), w.calendar.clone());
    let act = move |tx: &mut store::Tx<'_>| acts::withdraw(tx, grip, owner, &reason, &calendar);
    answer_json(&w.store.write_once(ctx, idem, act).await?)
}
