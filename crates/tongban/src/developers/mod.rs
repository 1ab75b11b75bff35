//! The interface described: OpenAPI at `/openapi.json`, a page for engineers at `/developers`.
//!
//! What a program cannot know by itself (parameters, schemas, codes of refusal) stands in `base.json`;
//! who may enter comes from the address map, the schema of an item from the item itself, the words of
//! refusals from the locales. Tests hold the description to the routes and to real answers.

pub mod pages;

use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use store::Error;
use web::policy::{Access, Line};
use web::{Lang, Texts};

const BASE: &str = include_str!("base.json");
/// Refusals that the front layer gives on any route.
const EVERYWHERE: [&str; 1] = ["internal"];
/// Those of routes for citizens.
const LOCKED: [&str; 3] = ["sign-in-first", "level-too-low", "denied"];

/// One refusal as the page and the description tell it.
pub struct Refusal {
    /// Stable code.
    pub code: String,
    /// HTTP status.
    pub status: u16,
}

/// The OpenAPI description of these routes.
///
/// # Errors
/// `Internal` when `base.json` does not parse or does not describe an API route, which a test excludes.
pub fn document(lines: &[Line]) -> store::Result<Value> {
    let mut whole: Value = serde_json::from_str(BASE)?;
    let mut described = std::mem::take(&mut whole["paths"]);
    let mut paths = Map::new();
    for line in lines.iter().filter(|l| l.path.starts_with("/api/")) {
        let method = line.method.as_str().to_ascii_lowercase();
        let operation = described[line.path][&method].take();
        if operation.is_null() {
            return Err(Error::internal(format!("{} {} is not described", line.method, line.path)));
        }
        let place = paths.entry(line.path).or_insert_with(|| json!({}));
        place[&method] = filled_in(operation, line.access);
    }
    let left = described.as_object().into_iter().flatten();
    let left = left.flat_map(|(path, methods)| {
        methods.as_object().into_iter().flatten().map(move |m| (path, m))
    });
    if let Some((path, (method, _))) =
        left.into_iter().find(|(_, (_, operation))| !operation.is_null())
    {
        return Err(Error::internal(format!("{method} {path} is described and is no route")));
    }
    whole["paths"] = paths.into();
    whole["components"]["schemas"]["Item"] = item_schema()?;
    let codes: Vec<Value> = refusals(&whole).iter().map(told).collect();
    whole["x-errors"] = codes.into();
    Ok(whole)
}

/// Answers, refusals and lock of one operation.
fn filled_in(mut operation: Value, access: Access) -> Value {
    let own = operation["errors"].take();
    let mut codes: BTreeSet<String> =
        own.as_array().into_iter().flatten().filter_map(|c| c.as_str().map(String::from)).collect();
    codes.extend(EVERYWHERE.map(String::from));
    let public = access == Access::Public;
    if !public {
        codes.extend(LOCKED.map(String::from));
        operation["security"] = json!([{"session": []}]);
    }
    let schema =
        format!("#/components/schemas/{}", operation["answer"].as_str().unwrap_or_default());
    let mut responses = Map::new();
    let answer = match operation["file"].as_str() {
        Some(kind) => json!({"description": "The file", "content": {kind: {}}}),
        None => {
            json!({"description": "Done", "content": {"application/json": {"schema": {"$ref": schema}}}})
        }
    };
    responses.insert("200".into(), answer);
    for code in &codes {
        let place = responses.entry(status(code).to_string()).or_insert_with(|| {
            json!({"description": "", "content": {"application/problem+json":
                {"schema": {"$ref": "#/components/schemas/Problem"}}}})
        });
        let said = place["description"].as_str().unwrap_or_default();
        let said = if said.is_empty() { code.clone() } else { format!("{said}, {code}") };
        place["description"] = said.into();
    }
    operation["responses"] = responses.into();
    operation["x-error-codes"] = json!(codes);
    if let Some(fields) = operation.as_object_mut() {
        fields.remove("answer");
        fields.remove("file");
        fields.remove("errors");
    }
    operation
}

/// Every refusal that some operation names, by code.
pub fn refusals(document: &Value) -> Vec<Refusal> {
    let operations = document["paths"].as_object().into_iter().flatten();
    let operations = operations.flat_map(|(_, methods)| methods.as_object().into_iter().flatten());
    let codes = operations.flat_map(|(_, o)| o["x-error-codes"].as_array().into_iter().flatten());
    let codes: BTreeSet<&str> = codes.filter_map(Value::as_str).collect();
    codes.into_iter().map(|c| Refusal { code: c.to_owned(), status: status(c) }).collect()
}

fn told(refusal: &Refusal) -> Value {
    let code = &refusal.code;
    let say = |lang, ending: &str| Texts::shipped().ta(lang, &format!("err-{code}{ending}"), &[]);
    json!({
        "code": code,
        "status": refusal.status,
        "zh": {"title": say(Lang::Zh, ""), "detail": say(Lang::Zh, "-next")},
        "en": {"title": say(Lang::En, ""), "detail": say(Lang::En, "-next")},
    })
}

/// The status that a code comes with; tests compare it with real answers.
fn status(code: &str) -> u16 {
    match code {
        "sign-in-first" | "credentials" => 401,
        "level-too-low" | "denied" => 403,
        "not-found" => 404,
        "stale" => 409,
        "busy" => 429,
        "internal" => 500,
        _ => 422,
    }
}

/// The elements of an item, read off an empty one: a new element is described without anybody's doing.
fn item_schema() -> store::Result<Value> {
    let empty = serde_json::to_value(guide::catalogue::model::Item::default())?;
    let kind = |value: &Value| match value {
        Value::String(_) => json!({"type": "string"}),
        Value::Array(_) => json!({"type": "array"}),
        Value::Object(_) => json!({"type": "object"}),
        Value::Number(_) => json!({"type": "number"}),
        Value::Bool(_) => json!({"type": "boolean"}),
        Value::Null => json!({"description": "Null when the publisher does not say"}),
    };
    let mut properties: Map<String, Value> = empty
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), kind(value)))
        .collect();
    let mark = json!({"type": "boolean"});
    let marks = ["at_once", "online", "nearby", "one_visit", "no_visit"];
    let marks: Map<String, Value> =
        marks.map(|m| (m.to_owned(), mark.clone())).into_iter().collect();
    let more = [
        (
            "apply",
            json!({"type": ["string", "null"], "description": "Where to apply; null when not here"}),
        ),
        ("marks", json!({"type": "object", "additionalProperties": false, "properties": marks})),
        ("version_id", json!({"type": "string"})),
        ("published_at", json!({"type": "string"})),
    ];
    properties.extend(more.map(|(name, schema)| (name.to_owned(), schema)));
    let required: Vec<&String> = properties.keys().collect();
    Ok(json!({"type": "object", "additionalProperties": false, "required": required,
        "description": "GB/T 39046 and GB/T 39554.2; what the publisher does not say is empty or null. Chinese only.",
        "properties": properties}))
}
