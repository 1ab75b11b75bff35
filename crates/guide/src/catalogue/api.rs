//! The catalogue for programs: search and items as JSON. Public, read only.

use axum::extract::{Path, RawQuery, State};
use serde_json::json;
use store::Error;
use web::{Answer, Visitor, json as answer_json};

use super::{asked::Asked, model::Status, say::answer_text};
use crate::{
    Guide,
    search::{Audience, Filters, Query},
};

/// Most hits one may ask for.
const MOST: usize = 50;

/// `GET /api/v1/search?q=…&region=…&limit=…` (also `for`, `online`, `no-materials`, `at-once`,
/// `free`). Without a region the whole catalogue is searched.
pub async fn search(
    State(guide): State<Guide>,
    visitor: Visitor,
    RawQuery(raw): RawQuery,
) -> Answer {
    let asked = Asked::new(raw);
    let query = Query {
        text: asked.get("q").to_string(),
        region: asked.region("region"),
        audience: match asked.get("for") {
            "person" => Some(Audience::Person),
            "business" => Some(Audience::Business),
            _ => None,
        },
        limit: asked.get("limit").parse().map_or(10, |n: usize| n.clamp(1, MOST)),
        filters: Filters {
            online: asked.on("online"),
            no_materials: asked.on("no-materials"),
            at_once: asked.on("at-once"),
            free: asked.on("free"),
        },
    };
    let shelf = guide.shelf();
    let found = shelf.search()?.query(&query);
    let frame = visitor.frame(guide.app(), "", "");
    let first = found.items.first().and_then(|hit| shelf.get(&hit.slug)).map(|p| &p.item);
    let answer = found.answer.as_ref().map(|card| {
        let (title, text) = answer_text(&frame, card, first);
        json!({ "kind": card.kind, "title": title, "text": text, "href": card.href })
    });
    answer_json(&json!({
        "items": found.items,
        "elsewhere": found.elsewhere,
        "answer": answer,
        "corrected": found.corrected,
        "suggestions": found.suggestions,
    }))
}

/// `GET /api/v1/items/{slug}`: the current version with all its elements.
pub async fn item(State(guide): State<Guide>, Path(slug): Path<String>) -> Answer {
    let shelf = guide.shelf();
    let published = shelf.get(&slug).filter(|p| p.item.status != Status::Cancelled);
    let published = published.ok_or(Error::NotFound)?;
    let mut value = serde_json::to_value(&published.item).map_err(Error::from)?;
    let apply = published.item.here.then(|| format!("/apply/{slug}/start"));
    value["apply"] = json!(apply);
    value["marks"] = json!(published.item.marks());
    value["version_id"] = json!(published.version_id.to_string());
    value["published_at"] = json!(published.published_at.iso());
    answer_json(&value)
}
