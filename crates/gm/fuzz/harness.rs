//! What is done with an input of each kind: read it, and if it is read, do everything that may be done with it. A harness
//! fails by panicking; some also hold the answer against what must be true of every input.

use gm::encryption::{self, Encrypted, Order};
use gm::enveloped::{self, Enveloped, Sender, SignedEnveloped};
use gm::key_file::{self, KeyFile};
use gm::ocsp::{self, CertId, Responder, Times};
use gm::signed_data::{self, Profile, SignedData};
use gm::signer::Signer;
use gm::sm2::{Keypair, PublicKey};
use gm::time::Utc;
use gm::timestamp::{self, Accuracy, Authority, Expected, Imprint, Query, Token};
use gm::tlv::{self, Reader, Tlv};
use gm::x509::crl::{Crl, Reason, Revoked, Spec as List, issue_crl};
use gm::x509::{
    Certificate, Issuer, KeyUsage, Kind, Name, Purpose, Request, Spec, chain_verify, issue, request,
};
use gm::{keys, oid};
use std::sync::LazyLock;

/// A target by name, and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 11] = [
    ("tlv", tlv),
    ("certificate", certificate),
    ("request", self::request_),
    ("crl", crl),
    ("signed_data", signed_data),
    ("enveloped", enveloped),
    ("timestamp", timestamp),
    ("ocsp", ocsp),
    ("key_file", key_file),
    ("signature", signature),
    ("encrypted", encrypted),
];

const NOW: Utc = Utc(1_790_000_000);
const FILE: &[u8] = b"the file";
const LETTER: &[u8] = b"the letter";
const POLICY: &[u8] = &[0x2a, 0x03, 0x04];

/// Everybody the inputs are about.
struct House {
    root: Certificate,
    leaf: Certificate,
    reader: Certificate,
    stamper: Certificate,
    root_key: Signer,
    leaf_key: Signer,
    stamper_key: Signer,
    reader_pair: Keypair,
}

static HOUSE: LazyLock<House> = LazyLock::new(|| {
    let pair = |seed: u8| Keypair::generate([seed; 32]);
    let [root_key, leaf_key, reader_key, stamper_key] = [1, 2, 3, 4].map(|n| Signer::Soft(pair(n)));
    let make = |serial: u8, name: &str, key: &Signer, kind: Kind, by: Issuer<'_>| {
        let subject = Name::new("示例", name);
        let (not_before, not_after) = (Utc(NOW.0 - 1000), Utc(NOW.0 + 1000));
        let (serial, public) = (&[serial][..], key.public());
        let spec = Spec { serial, subject: &subject, public, kind, not_before, not_after };
        issue(&spec, by, &root_key).expect("a certificate")
    };
    let root = Kind::Authority { path_len: Some(0) };
    let root = make(1, "根", &root_key, root, Issuer::Itself);
    let leaf = |usage: KeyUsage, extended: &[&[u8]]| {
        let extended = extended.iter().map(|id| id.to_vec()).collect();
        Kind::Leaf { usage, extended }
    };
    let sign = KeyUsage::DIGITAL_SIGNATURE;
    let by = || Issuer::By(&root);
    let own = make(2, "签名人", &leaf_key, leaf(sign, &[]), by());
    let reader = make(3, "收信人", &reader_key, leaf(KeyUsage::KEY_ENCIPHERMENT, &[]), by());
    let stamper = make(4, "时间戳", &stamper_key, leaf(sign, &[oid::TIME_STAMPING]), by());
    House {
        leaf: own,
        reader,
        stamper,
        reader_pair: pair(3),
        root,
        root_key,
        leaf_key,
        stamper_key,
    }
});

/// Walks everything that looks constructed.
pub fn tlv(data: &[u8]) {
    fn walk(mut reader: Reader<'_>, depth: usize) {
        while let Ok(tlv) = reader.any() {
            let again = tlv::put(tlv.tag, &[tlv.value]);
            assert_eq!(again, tlv.raw, "one length has one spelling");
            let _ = (tlv.bits(), tlv.small(), tlv.unsigned(), tlv.text().map(str::len));
            let _ = (Utc::from_tlv(&tlv), oid::encode(&oid::dotted(tlv.value)));
            if tlv.tag & 0x20 != 0 && depth < 32 {
                walk(tlv.inside(), depth + 1);
            }
        }
    }
    walk(Reader::new(data), 0);
    let _ = Tlv::only(data);
}

/// A certificate: read, judged as a leaf and as an authority.
pub fn certificate(data: &[u8]) {
    let Ok(read) = Certificate::parse(data) else { return };
    let house = &*HOUSE;
    let root = std::slice::from_ref(&house.root);
    let verdict = chain_verify(&read, &[], root, NOW, Purpose::Sign);
    if verdict.holds {
        let ours = [&house.leaf, &house.stamper].map(Certificate::tbs);
        assert!(ours.contains(&read.tbs()), "a certificate nobody issued holds");
    }
    let _ = chain_verify(&house.leaf, std::slice::from_ref(&read), root, NOW, Purpose::Sign);
    let _ = (read.subject_text(), read.issuer_text(), read.common_name(), read.fingerprint());
    let _ = CertId::new(&house.leaf, &read);
}

/// A certificate request.
pub fn request_(data: &[u8]) {
    if let Ok(read) = Request::parse(data) {
        assert_eq!(read.public(), HOUSE.leaf_key.public(), "a request nobody signed");
        let _ = read.subject_text();
    }
}

/// A list of revoked certificates.
pub fn crl(data: &[u8]) {
    let Ok(read) = Crl::parse(data) else { return };
    let steps = read.judge_certificate(&HOUSE.leaf, &HOUSE.root, NOW);
    assert_ne!(steps.last().map(|s| s.ok), Some(Some(true)), "the revoked leaf is good");
    let _ = (read.number(), read.this_update(), read.next_update());
}

/// Signed data over the file.
pub fn signed_data(data: &[u8]) {
    if let Ok(read) = SignedData::parse(data) {
        assert!(read.verify(b"another file").is_err(), "signed over another file");
        let _ = (read.verify(FILE), read.certificates().len());
    }
}

/// Letters and data under a shared key.
pub fn enveloped(data: &[u8]) {
    let house = &*HOUSE;
    if let Ok(read) = Enveloped::parse(data) {
        let _ = (read.open(&house.reader, &house.reader_pair), read.recipients().len());
    }
    if let Ok(read) = SignedEnveloped::parse(data)
        && let Ok((plain, signed)) = read.open(&house.reader, &house.reader_pair)
    {
        let known = signed.iter().all(|s| s.signer.public() == Ok(house.leaf_key.public()));
        assert!(!known || plain == LETTER, "another letter under the same signature");
    }
    let _ = enveloped::decrypt(data, &[7; 16]);
}

/// Timestamp requests, responses and tokens.
pub fn timestamp(data: &[u8]) {
    let house = &*HOUSE;
    if let Ok(read) = Query::parse(data) {
        let again =
            Query::parse(&read.der()).map(|q| (q.imprint().clone(), q.nonce().map(<[u8]>::to_vec)));
        let first = (read.imprint().clone(), read.nonce().map(<[u8]>::to_vec));
        assert_eq!(again, Ok(first), "a request comes back as it was");
    }
    let answer = timestamp::answer(data, &stamper(), &[9], NOW).expect("an answer to everything");
    assert!(timestamp::Response::parse(&answer).is_ok());
    let token = match timestamp::Response::parse(data) {
        Ok(timestamp::Response::Granted(token)) => Ok(*token),
        _ => Token::parse(data),
    };
    if let Ok(token) = token {
        let imprint = Imprint::sm3(b"another file");
        let expected = Expected { imprint: &imprint, nonce: None, policies: &[], now: NOW };
        let verdict = token.judge(&expected, &[], std::slice::from_ref(&house.root));
        assert!(!verdict.holds, "a stamp over another file");
        let imprint = Imprint::sm3(FILE);
        let expected = Expected { imprint: &imprint, ..expected };
        let verdict = token.judge(&expected, &[], std::slice::from_ref(&house.root));
        assert!(!verdict.holds || verdict.at == NOW, "another time");
    }
}

fn stamper() -> Authority<'static> {
    Authority {
        certificate: &HOUSE.stamper,
        chain: &[],
        signer: &HOUSE.stamper_key,
        policy: POLICY,
        accuracy: Some(Accuracy { seconds: 1, millis: 0, micros: 5 }),
    }
}

/// Status requests and answers.
pub fn ocsp(data: &[u8]) {
    let answer = ocsp::answer(data, &responder(), &times(), |_| ocsp::Status::Good);
    let answer = answer.expect("an answer to everything");
    assert!(ocsp::Response::parse(&answer).is_ok());
    if let Ok(read) = ocsp::Request::parse(data) {
        assert_eq!(ocsp::Request::parse(&read.der()).map(|r| r.ids().len()), Ok(read.ids().len()));
    }
    if let Ok(ocsp::Response::Answered(read)) = ocsp::Response::parse(data) {
        let steps = read.judge(&HOUSE.leaf, &HOUSE.root, None, NOW);
        assert_ne!(steps.last().map(|s| s.ok), Some(Some(true)), "the revoked leaf is good");
    }
}

fn responder() -> Responder<'static> {
    Responder { issuer: &HOUSE.root, certificate: &HOUSE.root, signer: &HOUSE.root_key }
}

fn times() -> Times {
    Times { produced: NOW, this_update: NOW, next_update: Utc(NOW.0 + 600) }
}

/// Keys in files, sealed and not.
pub fn key_file(data: &[u8]) {
    if let Ok(read) = KeyFile::parse(data)
        && read.recipe().rounds <= 64
    {
        let _ = read.open(b"passphrase");
    }
    if let Ok(pair) = keys::pair_from_pkcs8(data) {
        let again = keys::pair_from_pkcs8(&keys::pkcs8(&pair)).map(|p| p.secret_bytes());
        assert_eq!(again, Ok(pair.secret_bytes()));
    }
    let _ = (keys::public_from_spki(data), PublicKey::from_sec1(data));
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = keys::from_pem("PRIVATE KEY", text);
    }
}

/// A signature over the file.
pub fn signature(data: &[u8]) {
    let key = HOUSE.leaf_key.public();
    assert!(key.verify(b"another file", data).is_err(), "signed over another file");
    if key.verify(FILE, data).is_ok() {
        assert_eq!(data, HOUSE.leaf_key.sign(FILE, None).expect("a signature"));
    }
}

/// A text under SM2, in each spelling.
pub fn encrypted(data: &[u8]) {
    let read = [
        Encrypted::from_der(data),
        Encrypted::from_row(data, Order::New),
        Encrypted::from_row(data, Order::Old),
    ];
    for (number, read) in read.into_iter().enumerate() {
        let Ok(read) = read else { continue };
        if number > 0 {
            let order = [Order::New, Order::Old][number - 1];
            assert_eq!(read.row(order), data, "a row has one spelling");
        } else {
            assert_eq!(Encrypted::from_der(&read.der()), Ok(read.clone()));
        }
        if let Ok(plain) = encryption::decrypt(&HOUSE.reader_pair, &read) {
            assert_eq!(plain, LETTER, "another text under this key");
        }
    }
}

/// The corpora: target, name, bytes. Nothing in them is anybody else's.
pub fn seeds() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let house = &*HOUSE;
    let reader = std::slice::from_ref(&house.reader);
    let mut out = vec![
        ("tlv", "nested", nested()),
        ("certificate", "root", house.root.der().to_vec()),
        ("certificate", "leaf", house.leaf.der().to_vec()),
        ("certificate", "stamper", house.stamper.der().to_vec()),
        ("request", "request", good(request(&Name::new("示例", "申请人"), &house.leaf_key))),
        ("crl", "list", list()),
        ("enveloped", "letter", good(enveloped::seal(LETTER, reader, [1; 32]))),
        ("enveloped", "shared-key", enveloped::encrypt(LETTER, &[7; 16], [8; 16])),
        ("signature", "signature", good(house.leaf_key.sign(FILE, None))),
    ];
    let from = Sender { signer: &house.leaf_key, certificate: &house.leaf, at: NOW };
    let letter = good(enveloped::seal_signed(LETTER, reader, from, [2; 32]));
    out.push(("enveloped", "signed-letter", letter));
    for (name, profile) in [("content", Profile::Content), ("attributes", Profile::Attributes)] {
        let der = good(signed_data::sign(FILE, &house.leaf_key, &house.leaf, NOW, profile));
        out.push(("signed_data", name, der));
    }
    let query = Query::new(Imprint::sm3(FILE)).with_nonce(&[0x81; 16]).under_policy(POLICY).der();
    let stamp = good(timestamp::answer(&query, &stamper(), &[9], NOW));
    let refused = good(timestamp::answer(&[], &stamper(), &[9], NOW));
    out.extend([
        ("timestamp", "request", query),
        ("timestamp", "response", stamp),
        ("timestamp", "refused", refused),
    ]);
    let ask = ocsp::Request::new(good(CertId::new(&house.leaf, &house.root)), Some(&[1; 16])).der();
    let revoked = ocsp::Status::Revoked { at: Utc(NOW.0 - 9), reason: Reason::KeyCompromise };
    let reply = good(ocsp::answer(&ask, &responder(), &times(), |_| revoked));
    out.extend([("ocsp", "request", ask), ("ocsp", "response", reply)]);
    let recipe = key_file::Recipe::national(key_file::LEAST_ROUNDS);
    let sealed = good(key_file::seal(&house.reader_pair, b"passphrase", recipe, [3; 32]));
    let pkcs8 = keys::pkcs8(&house.reader_pair);
    out.extend([
        ("key_file", "pem", keys::pem("PRIVATE KEY", &pkcs8).into_bytes()),
        ("key_file", "sealed", sealed),
        ("key_file", "plain", pkcs8.to_vec()),
        ("key_file", "public", keys::spki(house.leaf_key.public())),
    ]);
    let text = good(encryption::encrypt(house.reader_pair.public(), LETTER, [4; 32]));
    out.extend([
        ("encrypted", "der", text.der()),
        ("encrypted", "new", text.row(Order::New)),
        ("encrypted", "old", text.row(Order::Old)),
    ]);
    out
}

fn good<T>(result: Result<T, gm::Error>) -> T {
    result.expect("the harness makes only good things")
}

fn nested() -> Vec<u8> {
    let mut out = tlv::sequence(&[&tlv::integer(&[0x80]), &NOW.generalized(), &[5, 0]]);
    for depth in 0..40 {
        let text = tlv::put(tlv::tag::UTF8, &["层".as_bytes()]);
        out = tlv::put(if depth % 2 == 0 { 0x30 } else { 0xa1 }, &[&out, &text]);
    }
    out
}

fn list() -> Vec<u8> {
    let entry = |serial: &[u8], reason: Reason| Revoked {
        serial: serial.to_vec(),
        at: Utc(NOW.0 - 60),
        reason,
    };
    let revoked =
        [entry(HOUSE.leaf.serial(), Reason::KeyCompromise), entry(&[7], Reason::Superseded)];
    let (this_update, next_update) = (NOW, Utc(NOW.0 + 600));
    let list = List { number: 3, this_update, next_update, revoked: &revoked };
    good(issue_crl(&list, &HOUSE.root, &HOUSE.root_key))
}
