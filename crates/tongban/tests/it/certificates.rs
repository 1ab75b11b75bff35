//! Certificates asked about by strangers' programs: the authority between, both lists of revoked ones, and the status of
//! one by address and by post, with requests that OpenSSL made and answers that it reads (RFC 6960).

use crate::papers::licence;
use crate::town::{Page, Person, Town};
use gm::ocsp::{CertId, Request, Response};
use gm::x509::Certificate;
use gm::x509::crl::Crl;
use ofd::verify::{Basis, verify};
use proof::lists::wrap::roots_of;
use std::path::Path;
use std::process::Command;

const KIND: &str = "application/ocsp-request";

async fn posted(person: &Person<'_>, kind: &str, body: Vec<u8>) -> Page {
    person.once("POST", "/verify/ocsp", kind, Some(body)).await.0
}

async fn pem(person: &Person<'_>, address: &str) -> Certificate {
    let page = person.get(address).await;
    assert_eq!(page.kind, "application/x-pem-file");
    roots_of(&page.text()).expect("certificates").remove(0)
}

/// Whether every check of the answer holds, judged as a stranger would.
fn good(town: &Town, page: &Page, certificate: &Certificate, issuer: &Certificate) -> bool {
    assert_eq!((page.status.as_u16(), &*page.kind), (200, "application/ocsp-response"));
    let Ok(Response::Answered(answers)) = Response::parse(&page.body) else { return false };
    let now = proof::seals::authority::utc(town.node.store().clock().now());
    let steps = answers.judge(certificate, issuer, Some(&[9; 16]), now);
    steps.iter().all(|s| s.ok == Some(true))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_of_a_certificate_is_told_by_post_and_by_address() {
    let town = Town::new().await;
    let citizen = town.citizen("car").await;
    let card = licence(&citizen, "机动车行驶证").await;
    let file = citizen.get(&format!("{card}/file")).await.body;
    let stranger = town.visitor();
    let root = pem(&stranger, "/verify/roots.pem").await;
    let agency = pem(&stranger, "/verify/agency.pem").await;
    let now = proof::seals::authority::utc(town.node.store().clock().now());
    let (roots, between) = ([root.clone()], [agency.clone()]);
    let alone = verify(&file, &Basis::new(&roots, now));
    assert_eq!(alone.trusted, Some(false), "the root did not certify the seal itself");
    let whole = Basis { intermediates: &between, ..Basis::new(&roots, now) };
    let report = verify(&file, &whole);
    assert_eq!(report.trusted, Some(true), "{report:#?}");
    let signer = report.sealed_by.expect("sealed").certificate;
    let signer = Certificate::parse(&signer).expect("a certificate");

    for (certificate, issuer) in [(&signer, &agency), (&agency, &root)] {
        let id = CertId::new(certificate, issuer).expect("an id");
        let request = Request::new(id, Some(&[9; 16])).der();
        let by_post = posted(&stranger, KIND, request.clone()).await;
        assert!(good(&town, &by_post, certificate, issuer));
        let parameters = format!("{KIND}; charset=binary");
        let named = posted(&stranger, &parameters, request.clone()).await;
        assert!(good(&town, &named, certificate, issuer), "parameters of the kind do no harm");
        for (kind, body) in [
            ("text/plain", request.clone()),
            ("", request.clone()),
            (KIND, Vec::new()),
            (KIND, b"no request".to_vec()),
            (KIND, vec![0x30; 20_000]),
        ] {
            let page = posted(&stranger, kind, body).await;
            assert_eq!(page.status.as_u16(), 200, "{kind}");
            let read = Response::parse(&page.body);
            assert!(matches!(read, Ok(Response::Refused(1))), "{kind}: malformed");
        }
    }
    lists(&stranger, &root, &agency, now).await;
    with_openssl(&town, &stranger, &signer, &agency).await;
    town.close().await;
}

/// Each authority's list is its own.
async fn lists(
    stranger: &Person<'_>,
    root: &Certificate,
    agency: &Certificate,
    now: gm::time::Utc,
) {
    for (address, by, other) in
        [("/verify/crl", root, agency), ("/verify/crl/agency", agency, root)]
    {
        let page = stranger.get(address).await;
        assert_eq!(page.kind, "application/pkix-crl");
        let list = Crl::parse(&page.body).expect("a list");
        assert!(list.is_of(by) && !list.is_of(other) && list.is_current(now), "{address}");
        assert!(list.judge(by, now).iter().all(|s| s.ok == Some(true)), "{address}");
    }
    let page = stranger.get("/verify/offline").await;
    for address in ["/verify/agency.pem", "/verify/crl/agency", "/verify/crl", "/verify/ocsp"] {
        assert!(page.says(address), "{address} is told");
    }
}

#[expect(clippy::print_stderr, reason = "a skipped check must be said aloud")]
fn openssl(dir: &Path, args: &[&str]) -> Option<String> {
    match Command::new("openssl").current_dir(dir).args(args).output() {
        Ok(output) => {
            let said = [&output.stdout[..], &output.stderr[..]].concat();
            let said = String::from_utf8_lossy(&said).into_owned();
            assert!(output.status.success(), "{args:?}: {said}");
            Some(said)
        }
        Err(error) => {
            eprintln!("skipped: openssl cannot run here ({error})");
            None
        }
    }
}

/// OpenSSL asks and reads. Its own check of the answer's signature knows no user id, so that is judged above.
async fn with_openssl(
    town: &Town,
    stranger: &Person<'_>,
    signer: &Certificate,
    agency: &Certificate,
) {
    let dir = town.folder().join("openssl");
    std::fs::create_dir_all(&dir).expect("a folder");
    for (name, certificate) in [("signer.pem", signer), ("agency.pem", agency)] {
        let text = gm::keys::pem("CERTIFICATE", certificate.der());
        std::fs::write(dir.join(name), text).expect("written");
    }
    let ask = ["ocsp", "-sm3", "-issuer", "agency.pem", "-cert", "signer.pem", "-reqout", "q"];
    let Some(_) = openssl(&dir, &ask) else { return };
    let request = std::fs::read(dir.join("q")).expect("a request");
    let answer = posted(stranger, KIND, request).await;
    std::fs::write(dir.join("r"), &answer.body).expect("written");
    let read = ["ocsp", "-respin", "r", "-resp_text", "-noverify"];
    let said = openssl(&dir, &read).expect("it ran before");
    for part in ["successful", "Hash Algorithm: sm3", "Cert Status: good", "OCSP Nonce"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}
