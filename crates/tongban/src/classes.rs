//! Which addresses are more or less urgent than their kind: what is sent away first when there is too much.
//!
//! The rule stands in `web::policy` (staff and writes P1, own affairs P2, public reading P3); here are its
//! exceptions, by name. The whole is shown in `docs/generated/routes.md`.

use web::Class::{self, Decide, Export, Free, Look, Work};

/// The exceptions: method, path, class.
pub const NAMED: &[(&str, &str, Class)] = &[
    // Whether the node lives, and what every page is dressed in.
    ("GET", "/livez", Free),
    ("GET", "/readyz", Free),
    ("GET", "/assets/{name}", Free),
    // What the law waits for.
    ("POST", "/a/c/{no}/decide", Decide),
    ("POST", "/w/c/{no}/accept", Decide),
    ("POST", "/w/c/{no}/refuse", Decide),
    ("POST", "/w/c/{no}/correct", Decide),
    ("POST", "/l/{id}/do/{step}", Decide),
    ("POST", "/s/{id}/do/{step}", Decide),
    ("POST", "/s/{id}/custody/{what}", Decide),
    // Without these pages nobody comes to save or submit.
    ("GET", "/login", Work),
    ("GET", "/login/code", Work),
    ("GET", "/staff/login", Work),
    ("GET", "/verify-me", Work),
    ("GET", "/apply/{slug}/start", Work),
    ("GET", "/d/{id}", Work),
    ("GET", "/d/{id}/{section}", Work),
    ("GET", "/d/{id}/materials", Work),
    ("GET", "/d/{id}/delivery", Work),
    ("GET", "/d/{id}/review", Work),
    ("GET", "/d/{id}/sign", Work),
    ("GET", "/c/{no}/done", Work),
    ("GET", "/c/{no}/fix", Work),
    ("GET", "/confirm/{token}", Work),
    ("GET", "/rate/{token}", Look),
    // Verifying and sharing is reading, whatever the method.
    ("GET", "/verify", Look),
    ("POST", "/verify", Look),
    ("POST", "/verify/file", Look),
    ("GET", "/api/v1/verify", Look),
    ("POST", "/api/v1/verify", Look),
    ("GET", "/verify/crl", Look),
    ("GET", "/verify/ocsp/{request}", Look),
    ("GET", "/api/v1/licences/download/{token}", Look),
    ("POST", "/api/v1/licences/queryCertInfoByHolderCode", Look),
    ("POST", "/api/v1/licences/queryCertInfo", Look),
    ("POST", "/api/v1/licences/queryCertInfoByQRcode", Look),
    ("POST", "/api/v1/licences/downloadUrl", Look),
    ("POST", "/api/v1/licences/verifyCertInfo", Look),
    ("POST", "/api/v1/licences/verifyFile", Look),
    ("POST", "/api/v1/licences/getCertRemarkInfo", Look),
    // Figures and long lists: tomorrow will do.
    ("GET", "/l/quality", Export),
    ("GET", "/l/uses", Export),
    ("GET", "/s/uses", Export),
    ("GET", "/my/access-log", Export),
    ("GET", "/sitemap", Export),
    ("GET", "/openapi.json", Export),
    ("GET", "/developers", Export),
    ("GET", "/verify/bundle", Export),
    ("GET", "/l/issue/{code}/template.csv", Export),
    ("GET", "/sandbox/outbox", Export),
];
