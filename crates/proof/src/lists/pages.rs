//! C35 without a network: what the lists are, how old, and how to use them; and the bundle itself.
//!
//! | method | path | access | relation | handler |
//! |---|---|---|---|---|
//! | GET | /verify/offline | Public | None | `page` |
//! | GET | /verify/bundle | Public | None | `bundle` |

use super::maker::FRESH;
use crate::Proof;
use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use gm::x509::Certificate;
use web::{Answer, Frame, Visitor, html};

#[derive(Template)]
#[template(path = "lists/offline.html")]
struct Page {
    f: Frame,
    made: String,
    ended: String,
    seals: String,
    size: u64,
    roots: Vec<String>,
    between: Vec<String>,
    site: String,
}

/// GET /verify/offline
pub async fn page(State(proof): State<Proof>, visitor: Visitor) -> Answer {
    let made = proof.bundle().await?;
    let f = visitor.frame(proof.app(), visitor.t("lists-title"), "verify");
    html(&Page {
        made: made.at.ymd_hm(),
        ended: made.ended.to_string(),
        seals: made.seals.to_string(),
        size: (made.bytes.len() as u64).div_ceil(1024),
        roots: fingerprints(proof.seals().anchors()),
        between: fingerprints(proof.seals().between()),
        site: proof.app().site.address.trim_end_matches('/').to_owned(),
        f: f.with_back("/verify", ""),
    })
}

fn fingerprints(certificates: &[Certificate]) -> Vec<String> {
    certificates.iter().map(Certificate::fingerprint).map(grouped).collect()
}

/// A fingerprint in groups of eight, as one reads it out.
fn grouped(fingerprint: String) -> String {
    let letters: Vec<char> = fingerprint.chars().collect();
    let groups: Vec<String> = letters.chunks(8).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

/// GET /verify/bundle: trust list and status list, signed; at most a minute old.
pub async fn bundle(State(proof): State<Proof>) -> Answer {
    let made = proof.bundle().await?;
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CACHE_CONTROL, format!("public, max-age={FRESH}")),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"tongban-lists.json\"".to_owned()),
    ];
    Ok((headers, made.bytes.to_vec()).into_response())
}
