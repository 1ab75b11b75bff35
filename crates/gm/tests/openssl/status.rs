//! Status requests and answers. OpenSSL 3.0 signs answers under a user id, but verifies them under the empty one.

use super::{folder, openssl, said, spec};
use gm::ocsp::{self, CertId, Request, Responder, Response, Status, Times};
use gm::sm2::Keypair;
use gm::time::Utc;
use gm::x509::crl::Reason;
use gm::x509::{Certificate, Issuer, KeyUsage, Kind, Name, issue};
use gm::{keys, oid, signer::Signer};
use std::path::Path;

struct House {
    root: Certificate,
    root_key: Signer,
    leaf: Certificate,
    helper: Certificate,
    helper_key: Signer,
}

fn signer(id: &str, seed: u8) -> Signer {
    let secret = Keypair::generate([seed; 32]).secret_bytes();
    Signer::Soft(Keypair::with_id(id, &secret).unwrap())
}

fn house(id: &str, dir: &Path) -> House {
    let (root_key, helper_key) = (signer(id, 0x63), signer(id, 0x64));
    let names = ["root", "leaf", "helper"].map(|name| Name::new("example", name));
    let kind = Kind::Authority { path_len: None };
    let root = issue(&spec(&[1], &names[0], &root_key, kind), Issuer::Itself, &root_key).unwrap();
    let usage = KeyUsage::DIGITAL_SIGNATURE;
    let by_root = |serial: &[u8], name: &Name, key: &Signer, extended: Vec<Vec<u8>>| {
        let kind = Kind::Leaf { usage, extended };
        issue(&spec(serial, name, key, kind), Issuer::By(&root), &root_key).unwrap()
    };
    let leaf = by_root(&[0xf2, 7], &names[1], &signer(id, 0x65), vec![]);
    let helper = by_root(&[3], &names[2], &helper_key, vec![oid::OCSP_SIGNING.to_vec()]);
    for (name, certificate) in [("root.pem", &root), ("leaf.pem", &leaf), ("helper.pem", &helper)] {
        put(dir, name, keys::pem("CERTIFICATE", certificate.der()));
    }
    House { root, root_key, leaf, helper, helper_key }
}

fn put(dir: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    std::fs::write(dir.join(name), bytes).unwrap();
}

const WEEK: i64 = 7 * 86_400;

#[test]
fn requests_go_both_ways() {
    let dir = folder("status-request");
    let house = house(gm::sm2::DEFAULT_ID, &dir);
    for (digest, known) in [("-sm3", true), ("-sha256", true), ("-sha1", false)] {
        let args =
            ["ocsp", digest, "-issuer", "root.pem", "-cert", "leaf.pem", "-reqout", "theirs"];
        let Some(output) = openssl(&dir, &args) else { return };
        assert!(output.status.success(), "{}", said(&output));
        let request = Request::parse(&std::fs::read(dir.join("theirs")).unwrap()).unwrap();
        assert_eq!((request.ids().len(), request.ids()[0].is_of(&house.root)), (1, known));
        assert_eq!(request.ids()[0].serial(), house.leaf.serial());
        assert!(request.nonce().is_some());
    }
    let ours = Request::new(CertId::new(&house.leaf, &house.root).unwrap(), Some(&[0xab; 16]));
    put(&dir, "ours", ours.der());
    let args = ["ocsp", "-reqin", "ours", "-req_text"];
    let Some(output) = openssl(&dir, &args) else { return };
    let text = said(&output);
    for part in ["Hash Algorithm: sm3", "Serial Number: F207", "OCSP Nonce", "ABABABAB"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn our_answer_is_read_and_verified_there() {
    let dir = folder("status-ours");
    // The tool judges by the clock of the machine, so the answer is valid for as long as its time can be written.
    let produced = Utc(1_790_000_000);
    let times =
        Times { produced, this_update: Utc(1_700_000_000), next_update: Utc(4_000_000_000) };
    let revoked = Status::Revoked { at: Utc(1_700_000_000), reason: Reason::KeyCompromise };
    for id in ["", gm::sm2::DEFAULT_ID] {
        let house = house(id, &dir);
        let args = ["ocsp", "-sm3", "-issuer", "root.pem", "-cert", "leaf.pem", "-reqout", "q"];
        let Some(output) = openssl(&dir, &args) else { return };
        assert!(output.status.success(), "{}", said(&output));
        let request = std::fs::read(dir.join("q")).unwrap();
        for (status, word) in [(Status::Good, "good"), (revoked, "revoked")] {
            for by in [
                Responder {
                    issuer: &house.root,
                    certificate: &house.root,
                    signer: &house.root_key,
                },
                Responder {
                    issuer: &house.root,
                    certificate: &house.helper,
                    signer: &house.helper_key,
                },
            ] {
                // A helper's certificate was issued under the id; with the default one its own check needs it.
                if id.is_empty() && by.certificate != &house.root {
                    let refused = ocsp::answer(&request, &by, &times, |_| status);
                    assert_eq!(refused, Err(gm::Error::Key), "issued under an id that is not ours");
                    continue;
                }
                put(&dir, "r", ocsp::answer(&request, &by, &times, |_| status).unwrap());
                let args = ["ocsp", "-respin", "r", "-resp_text", "-noverify"];
                let Some(output) = openssl(&dir, &args) else { return };
                let text = said(&output);
                let heading = format!("Cert Status: {word}");
                for part in ["successful", "Serial Number: F207", "OCSP Nonce", &heading] {
                    assert!(text.contains(part), "{part}: {text}");
                }
                let verify = ["ocsp", "-sm3", "-respin", "r", "-no_nonce", "-issuer", "root.pem"];
                let more = ["-cert", "leaf.pem", "-CAfile", "root.pem"];
                let Some(output) = openssl(&dir, &[&verify[..], &more].concat()) else { return };
                let text = said(&output);
                let verified = text.contains("Response verify OK");
                assert_eq!(verified, id.is_empty(), "{id:?}: {text}");
                assert!(!verified || text.contains(&format!("leaf.pem: {word}")), "{text}");
            }
        }
    }
}

#[test]
fn their_answer_is_judged_here() {
    let dir = folder("status-theirs");
    let house = house(gm::sm2::DEFAULT_ID, &dir);
    let pair = Keypair::generate([0x64; 32]);
    put(&dir, "helper.key", keys::pem("PRIVATE KEY", &keys::pkcs8(&pair)));
    let id = format!("distid:{}", gm::sm2::DEFAULT_ID);
    let revoked =
        "R\t331231000000Z\t231114221320Z,keyCompromise\tF207\tunknown\t/O=example/CN=leaf\n";
    let good = "V\t331231000000Z\t\tF207\tunknown\t/O=example/CN=leaf\n";
    for (index, failed) in [(good, &[][..]), (revoked, &["ocsp-revoked"])] {
        put(&dir, "index.txt", index);
        put(&dir, "index.txt.attr", "unique_subject = no\n");
        let request =
            Request::new(CertId::new(&house.leaf, &house.root).unwrap(), Some(&[0x91; 16]));
        put(&dir, "q", request.der());
        let args = ["ocsp", "-index", "index.txt", "-CA", "root.pem", "-rsigner", "helper.pem"];
        let more = ["-rkey", "helper.key", "-rmd", "sm3", "-rsigopt", &id, "-ndays", "7"];
        let ends = ["-reqin", "q", "-respout", "r"];
        let Some(output) = openssl(&dir, &[&args[..], &more, &ends].concat()) else { return };
        assert!(output.status.success(), "{}", said(&output));
        let response = Response::parse(&std::fs::read(dir.join("r")).unwrap()).unwrap();
        let Response::Answered(answers) = response else { panic!("refused") };
        let at = answers.produced();
        let steps = answers.judge(&house.leaf, &house.root, request.nonce(), at);
        let wrong: Vec<_> = steps.iter().filter(|s| s.ok != Some(true)).map(|s| s.code).collect();
        assert_eq!(wrong, failed, "{steps:?}");
        let late = answers.judge(&house.leaf, &house.root, None, Utc(at.0 + WEEK + 60));
        assert!(late.iter().any(|s| s.code == "ocsp-time" && s.ok == Some(false)));
    }
}
