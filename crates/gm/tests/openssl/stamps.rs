//! Timestamps. OpenSSL 3.0 makes no token with an SM2 key ("signing not supported for this key type"), and verifies the
//! signature of one over the bare SM3 of the attributes, without ZA. So: requests go both ways; our response is read
//! there; `ts -verify` holds everything before that last step to be right (the chain under the empty id that OpenSSL takes,
//! the usage, the certificate's name in the signature); the signature itself is checked with `dgst`; and a token that
//! OpenSSL makes with a key of another family is read here.

use super::{folder, openssl, said, spec};
use gm::sm2::Keypair;
use gm::time::Utc;
use gm::timestamp::{self, Accuracy, Authority, Expected, Imprint, Query, Response};
use gm::tlv::{Reader, Tlv};
use gm::x509::{Certificate, Issuer, KeyUsage, Kind, Name, issue};
use gm::{keys, oid, signer::Signer};
use std::path::Path;

const POLICY: &[u8] = &[0x2a, 0x03, 0x04];

fn signer(id: &str, seed: u8) -> Signer {
    let secret = Keypair::generate([seed; 32]).secret_bytes();
    Signer::Soft(Keypair::with_id(id, &secret).unwrap())
}

/// A root and an authority that stamps, both signing under this id.
fn house(id: &str) -> (Certificate, Certificate, Signer) {
    let (root_key, own_key) = (signer(id, 0x61), signer(id, 0x62));
    let (root_name, own_name) = (Name::new("示例", "根"), Name::new("示例", "时间戳"));
    let kind = Kind::Authority { path_len: None };
    let root = issue(&spec(&[1], &root_name, &root_key, kind), Issuer::Itself, &root_key).unwrap();
    let extended = vec![oid::TIME_STAMPING.to_vec()];
    let kind = Kind::Leaf { usage: KeyUsage::DIGITAL_SIGNATURE, extended };
    let own = spec(&[2], &own_name, &own_key, kind);
    let own = issue(&own, Issuer::By(&root), &root_key).unwrap();
    (root, own, own_key)
}

fn put(dir: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    std::fs::write(dir.join(name), bytes).unwrap();
}

#[test]
fn requests_go_both_ways() {
    let dir = folder("stamp-request");
    put(&dir, "data", b"data");
    let args = ["ts", "-query", "-data", "data", "-sm3", "-cert", "-out", "theirs.tsq"];
    let Some(output) = openssl(&dir, &args) else { return };
    assert!(output.status.success(), "{}", said(&output));
    let query = Query::parse(&std::fs::read(dir.join("theirs.tsq")).unwrap()).unwrap();
    assert_eq!(query.imprint(), &Imprint::sm3(b"data"));
    assert!(query.nonce().is_some());
    let ours = Query::new(Imprint::sm3(b"data")).with_nonce(&[0xab; 16]).under_policy(POLICY);
    put(&dir, "ours.tsq", ours.der());
    let args = ["ts", "-query", "-in", "ours.tsq", "-text"];
    let Some(output) = openssl(&dir, &args) else { return };
    let text = said(&output);
    for part in ["Hash Algorithm: sm3", "1.2.3.4", "ABABABAB", "Certificate required: yes"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn our_response_is_read_and_our_token_verified_there() {
    let dir = folder("stamp-response");
    put(&dir, "data", b"data");
    let args = ["ts", "-query", "-data", "data", "-sm3", "-cert", "-out", "q.tsq"];
    let Some(output) = openssl(&dir, &args) else { return };
    assert!(output.status.success(), "{}", said(&output));
    let request = std::fs::read(dir.join("q.tsq")).unwrap();
    for id in ["", gm::sm2::DEFAULT_ID] {
        let (root, own, signer) = house(id);
        let by = Authority {
            certificate: &own,
            chain: std::slice::from_ref(&root),
            signer: &signer,
            policy: POLICY,
            accuracy: Some(Accuracy { seconds: 1, millis: 500, micros: 0 }),
        };
        let at = Utc(1_790_000_000);
        let response = timestamp::answer(&request, &by, &[0xf7, 1], at).unwrap();
        put(&dir, "r.tsr", &response);
        let Some(output) = openssl(&dir, &["ts", "-reply", "-in", "r.tsr", "-text"]) else {
            return;
        };
        let text = said(&output);
        for part in [
            "Status: Granted",
            "Hash Algorithm: sm3",
            "0xF701",
            "0x01 seconds, 0x01F4 millis",
            "1.2.3.4",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        put(&dir, "root.pem", keys::pem("CERTIFICATE", root.der()));
        let verify =
            ["ts", "-verify", "-in", "r.tsr", "-queryfile", "q.tsq", "-CAfile", "root.pem"];
        let Some(output) = openssl(&dir, &verify) else { return };
        let text = said(&output);
        let stopped = match id.is_empty() {
            true => "PKCS7_signatureVerify:signature failure",
            false => "certificate verify error",
        };
        assert!(text.contains(stopped), "{id:?}: {text}");
        signature_holds_there(&dir, id, &response, &own);
    }
}

/// The signature of the token, over its attributes as a SET, checked with `dgst` under the id.
fn signature_holds_there(dir: &Path, id: &str, response: &[u8], own: &Certificate) {
    let at = |reader: &mut Reader<'_>, skip: usize| {
        for _ in 0..skip {
            reader.any().unwrap();
        }
        reader.any().unwrap().value.to_vec()
    };
    let token = at(&mut Tlv::only(response).unwrap().inside(), 1);
    let data = at(&mut Reader::new(&token), 1);
    let fields = at(&mut Reader::new(&data), 0);
    let signers = at(&mut Reader::new(&fields), 4);
    let signer = at(&mut Reader::new(&signers), 0);
    let mut signer = Reader::new(&signer);
    let attributes = at(&mut signer, 3);
    put(dir, "m", gm::tlv::put(gm::tlv::tag::SET, &[&attributes]));
    put(dir, "s", at(&mut signer, 1));
    put(dir, "pub.pem", keys::pem("PUBLIC KEY", &keys::spki(own.public().unwrap())));
    let id = format!("distid:{id}");
    let args = ["dgst", "-sm3", "-verify", "pub.pem", "-sigopt", &id, "-signature", "s", "m"];
    let Some(output) = openssl(dir, &args) else { return };
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn a_token_of_another_family_is_read_and_not_believed() {
    let dir = folder("stamp-foreign");
    put(&dir, "data", b"data");
    put(&dir, "serial", b"01\n");
    put(&dir, "ext", b"extendedKeyUsage=critical,timeStamping\nkeyUsage=digitalSignature\n");
    let settings = concat!(
        "[t]\nserial = ./serial\nsigner_cert = t.pem\nsigner_key = t.key\nsigner_digest = sha256\n",
        "default_policy = 1.2.3.4\ndigests = sm3, sha256\ness_cert_id_alg = sm3\n"
    );
    put(&dir, "ts.cnf", settings);
    for args in [
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out t.key",
        "req -new -key t.key -subj /CN=tsa -out t.csr",
        "x509 -req -in t.csr -signkey t.key -extfile ext -days 3000 -out t.pem",
        "ts -query -data data -sm3 -cert -out q.tsq",
        "ts -reply -config ts.cnf -section t -queryfile q.tsq -out r.tsr",
    ] {
        let args: Vec<&str> = args.split(' ').collect();
        let Some(output) = openssl(&dir, &args) else { return };
        assert!(output.status.success(), "{}", said(&output));
    }
    let response = Response::parse(&std::fs::read(dir.join("r.tsr")).unwrap()).unwrap();
    let Response::Granted(token) = response else { panic!("refused") };
    let query = Query::parse(&std::fs::read(dir.join("q.tsq")).unwrap()).unwrap();
    let imprint = Imprint::sm3(b"data");
    let now = Utc(4_000_000_000);
    let expected = Expected { imprint: &imprint, nonce: query.nonce(), policies: &[POLICY], now };
    let own = token.certificates().to_vec();
    let verdict = token.judge(&expected, &[], &own);
    let failed: Vec<_> = verdict.steps.iter().filter(|s| s.ok != Some(true)).collect();
    // Everything is as it should be but for the family of the key.
    assert_eq!(failed.iter().map(|s| s.code).collect::<Vec<_>>(), ["timestamp-signature"]);
    assert!(!verdict.holds);
}
