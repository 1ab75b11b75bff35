//! `/openapi.json` for programs and `/developers` for the engineers who write them.

use askama::Template;
use axum::extract::State;
use serde_json::Value;
use std::sync::Arc;
use web::{Answer, App, Frame, Visitor, respond};

/// What both pages are made from.
#[derive(Clone)]
pub struct Described {
    app: App,
    document: Arc<Value>,
}

impl Described {
    /// The description of these routes.
    pub fn new(app: App, document: Value) -> Described {
        Described { app, document: Arc::new(document) }
    }
}

/// One operation as listed.
struct Line {
    method: String,
    path: String,
    summary: String,
    who: &'static str,
    limit: String,
}

/// One refusal as listed.
struct Told {
    code: String,
    status: u16,
    title: String,
    next: String,
}

#[derive(Template)]
#[template(path = "developers/page.html")]
struct Page {
    f: Frame,
    examples: Vec<(&'static str, &'static str)>,
    operations: Vec<Line>,
    refusals: Vec<Told>,
}

/// Commands that work as they stand once `SITE` is set; a test runs each.
pub const EXAMPLES: [(&str, &str); 7] = [
    (
        "developers-try-search",
        "curl -G \"$SITE/api/v1/search\" --data-urlencode 'q=开饭店' -d region=990102 -d limit=3",
    ),
    ("developers-try-item", "curl \"$SITE/api/v1/items/spjy-xb\""),
    (
        "developers-try-text",
        "curl \"$SITE/api/v1/verify\" -H 'Content-Type: application/json' -d '{\"text\":\"99010220261116000001\"}'",
    ),
    (
        "developers-try-file",
        "curl \"$SITE/api/v1/verify\" -H 'Content-Type: application/octet-stream' --data-binary @licence.ofd",
    ),
    (
        "developers-try-token",
        "curl \"$SITE/api/v1/licences/token\" -H 'Content-Type: application/json' -d '{\"accessId\":\"TB0000000001\",\"accessSecret\":\"tongban-demo-secret-2026\"}'",
    ),
    (
        "developers-try-shared",
        "curl \"$SITE/api/v1/licences/queryCertInfoByHolderCode\" -H 'Content-Type: application/json' -d '{\"head\":{\"accessId\":\"TB0000000001\",\"accessToken\":\"'$TOKEN'\",\"timestamp\":'$(date +%s)'000,\"nonce\":\"'$(date +%s%N)'\"},\"data\":{\"useCause\":\"办理公共场所卫生许可\",\"itemCode\":\"11990102000002591N400012300100\",\"caseNo\":\"99010220261116009901\",\"holderCode\":\"92990102630040015X\",\"holderTypeCode\":\"001\",\"certTypeCode\":\"11100000MB0143028R001\"}}'",
    ),
    ("developers-try-own", "curl \"$SITE/api/v1/cases\" -b \"tongban=$SESSION\""),
];

/// GET /openapi.json
pub async fn json(State(described): State<Described>) -> Answer {
    respond::json(&*described.document)
}

/// GET /developers
pub async fn page(State(described): State<Described>, visitor: Visitor) -> Answer {
    let f = visitor.frame(&described.app, visitor.t("developers-title"), "");
    let page = Page {
        examples: EXAMPLES.to_vec(),
        operations: operations(&described.document),
        refusals: refusals(&described.document, &f),
        f,
    };
    respond::public_page(&page, "/developers".into())
}

/// Words for who may use an operation.
fn who(operation: &Value) -> &'static str {
    let sharing = operation["tags"].as_array().is_some_and(|tags| tags.contains(&"sharing".into()));
    match operation["security"].is_array() {
        true => "developers-citizen",
        false if sharing => "developers-system",
        false => "developers-anybody",
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn operations(document: &Value) -> Vec<Line> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let line = |path: &String, method: &String, o: &Value| Line {
        method: method.to_ascii_uppercase(),
        path: path.clone(),
        summary: text(&o["summary"]),
        who: who(o),
        limit: text(&o["x-limit"]),
    };
    paths
        .flat_map(|(path, methods)| {
            methods.as_object().into_iter().flatten().map(move |(m, o)| line(path, m, o))
        })
        .collect()
}

fn refusals(document: &Value, f: &Frame) -> Vec<Told> {
    let side = match f.lang {
        web::Lang::Zh => "zh",
        web::Lang::En => "en",
    };
    let told = |e: &Value| Told {
        code: text(&e["code"]),
        status: e["status"].as_u64().and_then(|s| u16::try_from(s).ok()).unwrap_or_default(),
        title: text(&e[side]["title"]),
        next: text(&e[side]["detail"]),
    };
    document["x-errors"].as_array().into_iter().flatten().map(told).collect()
}
