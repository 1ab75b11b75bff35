//! Autosave while typing: only what changed, against the version the page knew (ux §6.3).

use super::super::filing;
use super::super::model::Saved;
use super::sheet;
use super::walk::Walk;
use crate::Casework;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use guide::packs::Source;
use serde_json::json;
use store::Error;
use web::{Answer, Posted, Visitor};

/// The version a device knew: `If-Match: "3"`, or `_version`.
fn seen(headers: &HeaderMap, posted: &Posted) -> Option<i64> {
    let matched = headers.get(header::IF_MATCH).and_then(|v| v.to_str().ok());
    let matched = matched.and_then(|v| v.trim_matches('"').parse().ok());
    matched.or_else(|| posted.get("_version").parse().ok())
}

/// The questions a screen shows now.
fn shown(sheet: &sheet::Sheet<'_>, walk: &Walk<'_>) -> Vec<String> {
    let shown = sheet.fields().filter(|f| walk.judgement.shows(&f.key));
    shown.map(|f| f.key.clone()).collect()
}

/// POST /d/{id}/{section}/save: `{"version","time","saved_at","other"}`, or 409 with both values of what
/// another device changed.
pub async fn save(
    State(w): State<Casework>,
    visitor: Visitor,
    Path((id, section)): Path<(String, String)>,
    headers: HeaderMap,
    posted: Posted,
) -> Answer {
    let opened = super::opened(&w, &visitor, &id).await?;
    let walk = Walk::new(&opened, w.clock().now());
    let here = sheet::Sheet::find(&walk, &section).ok_or(Error::NotFound)?;
    let before = shown(&here, &walk);
    let version = seen(&headers, &posted).unwrap_or(opened.draft.version);
    let form = &opened.pack.form;
    let pairs = sheet::tidy(posted.fields(), form.fields().map(|(_, f)| f), "");
    let parsed = form.parse_posted(&sheet::complete(form, &opened.body.values, pairs), None);
    // What makes no sense yet is half typed: it is told when the page is handed in.
    let changes = parsed.map_err(|e| super::refused(&visitor, &e))?.changes;
    let owner = filing::owner(&visitor)?;
    let saved = filing::save(&w, owner, opened.draft.id, version, changes, Source::Applicant);
    match saved.await? {
        Saved::Done { version, at } => {
            let now = super::opened(&w, &visitor, &id).await?;
            let walk = Walk::new(&now, w.clock().now());
            let after = sheet::Sheet::find(&walk, &section).map(|s| shown(&s, &walk));
            // The script fetches the page anew when other questions arise than are on it.
            let other = after.is_some_and(|after| after != before);
            web::json(&json!({"version": version, "time": at.hm(), "saved_at": at.iso(),
                "other": other}))
        }
        Saved::Conflict { version, fields } => {
            let both = |c: &super::super::model::Clash| json!({"field": c.key, "theirs": c.theirs, "yours": c.yours});
            let both: Vec<_> = fields.iter().map(both).collect();
            let text = json!({"version": version, "fields": both}).to_string();
            Ok(web::respond::json_text(StatusCode::CONFLICT, text))
        }
    }
}
