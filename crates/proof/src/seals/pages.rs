//! What strangers fetch of the sandbox authority: the list of revoked certificates, and the status of one.

use crate::Proof;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::IntoResponse;
use store::Error;
use web::limits::Limit;
use web::{Answer, Visitor};

/// Sixty answers at once to one address, then one a second: each costs a signature.
const ASK: Limit = Limit { name: "certificates", burst: 60, refill_seconds: 1 };
/// Largest request for a status, bytes.
const MOST: usize = 16 * 1024;

/// GET /verify/crl: the list of revoked certificates, DER.
pub async fn crl(State(proof): State<Proof>, visitor: Visitor) -> Answer {
    let app = proof.app();
    app.limits.check(ASK, &visitor.ip, app.clock().now())?;
    let headers = [
        (header::CONTENT_TYPE, "application/pkix-crl"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"tongban.crl\""),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    Ok((headers, proof.seals().crl().await?).into_response())
}

/// POST /verify/ocsp: the status of certificates (RFC 6960); what is no request is answered with *malformed*.
pub async fn ocsp(State(proof): State<Proof>, visitor: Visitor, request: Request) -> Answer {
    let app = proof.app();
    app.limits.check(ASK, &visitor.ip, app.clock().now())?;
    let body = axum::body::to_bytes(request.into_body(), MOST).await;
    let body = body.map_err(|_| Error::refused("verify-too-large"))?;
    let answer = proof.seals().ocsp(body.to_vec()).await?;
    Ok(([(header::CONTENT_TYPE, "application/ocsp-response")], answer).into_response())
}
