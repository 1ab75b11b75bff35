//! What strangers fetch of the sandbox authority: the list of revoked certificates, and the status of one.

use crate::Proof;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use web::limits::Limit;
use web::{Answer, Visitor};

/// Sixty answers at once to one address, then one a second: each costs a signature.
const ASK: Limit = Limit { name: "certificates", burst: 60, refill_seconds: 1 };

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

/// GET /verify/ocsp/{request}: the status of certificates (RFC 6960, appendix A.1): the request stands in the address,
/// in base 64. What is no request is answered with *malformed*.
pub async fn ocsp(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(request): Path<String>,
) -> Answer {
    let app = proof.app();
    app.limits.check(ASK, &visitor.ip, app.clock().now())?;
    let asked = STANDARD.decode(request.trim()).unwrap_or_default();
    let answer = proof.seals().ocsp(asked).await?;
    Ok(([(header::CONTENT_TYPE, "application/ocsp-response")], answer).into_response())
}
