//! What strangers fetch of the sandbox authorities: the agency's certificate, the lists of revoked ones, the status of
//! one.

use super::founding::pem;
use super::status::ListOf;
use crate::Proof;
use axum::extract::{Path, Request, State};
use axum::http::header;
use axum::response::IntoResponse;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use store::Result;
use web::limits::Limit;
use web::{Answer, Visitor};

/// Sixty answers at once to one address, then one a second: each costs a signature.
const ASK: Limit = Limit { name: "certificates", burst: 60, refill_seconds: 1 };

/// Largest request for a status, bytes: some two hundred certificates.
const MOST_BYTES: usize = 16 * 1024;

/// GET /verify/agency.pem: the authority between the trust list and whom it certified, for other programs that verify.
pub async fn agency(State(proof): State<Proof>) -> Answer {
    let headers = [
        (header::CONTENT_TYPE, "application/x-pem-file"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"agency.pem\""),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    Ok((headers, pem(proof.seals().between())).into_response())
}

/// GET /verify/crl: the root's list of revoked certificates, DER.
pub async fn crl(State(proof): State<Proof>, visitor: Visitor) -> Answer {
    list(&proof, &visitor, ListOf::Root, "attachment; filename=\"tongban-root.crl\"").await
}

/// GET /verify/crl/agency: the agency's list of revoked certificates, DER.
pub async fn agency_crl(State(proof): State<Proof>, visitor: Visitor) -> Answer {
    list(&proof, &visitor, ListOf::Agency, "attachment; filename=\"tongban-agency.crl\"").await
}

async fn list(proof: &Proof, visitor: &Visitor, of: ListOf, name: &'static str) -> Answer {
    allow(proof, visitor)?;
    let headers = [
        (header::CONTENT_TYPE, "application/pkix-crl"),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    Ok((headers, proof.seals().crl(of).await?).into_response())
}

/// GET /verify/ocsp/{request}: the status of certificates (RFC 6960, appendix A.1): the request stands in the address,
/// in base 64. What is no request is answered with *malformed*.
pub async fn ocsp(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(request): Path<String>,
) -> Answer {
    allow(&proof, &visitor)?;
    answered(&proof, STANDARD.decode(request.trim()).unwrap_or_default()).await
}

/// POST /verify/ocsp: the same with the request as the body, `application/ocsp-request`. A body of another kind or too
/// large is no request either.
pub async fn ocsp_posted(State(proof): State<Proof>, visitor: Visitor, request: Request) -> Answer {
    allow(&proof, &visitor)?;
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let named = kind.and_then(|kind| kind.split(';').next()).map(str::trim);
    let meant = named.is_some_and(|kind| kind.eq_ignore_ascii_case("application/ocsp-request"));
    let body = axum::body::to_bytes(request.into_body(), MOST_BYTES).await.unwrap_or_default();
    answered(&proof, if meant { body.to_vec() } else { Vec::new() }).await
}

fn allow(proof: &Proof, visitor: &Visitor) -> Result<()> {
    proof.app().limits.check(ASK, &visitor.ip, proof.app().clock().now())
}

async fn answered(proof: &Proof, asked: Vec<u8>) -> Answer {
    let answer = proof.seals().ocsp(asked).await?;
    Ok(([(header::CONTENT_TYPE, "application/ocsp-response")], answer).into_response())
}
