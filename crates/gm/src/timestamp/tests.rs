//! A token proves its time over its data and nothing else; every way to bend it is told apart.

use super::*;
use crate::sm2::Keypair;
use crate::x509::{Issuer, KeyUsage, Kind, Name, Spec, issue};

const POLICY: &[u8] = &[0x2a, 0x03, 0x04];
const AT: Utc = Utc(1_790_000_000);

struct House {
    root: Certificate,
    own: Certificate,
    signer: Signer,
}

fn certificate(kind: Kind, serial: u8, of: &Signer, by: Issuer<'_>, key: &Signer) -> Certificate {
    let name = Name::new("示例", if serial == 1 { "根" } else { "时间戳" });
    let (not_before, not_after) = (Utc(AT.0 - 1000), Utc(AT.0 + 1000));
    let serial = &[serial];
    let spec = Spec { serial, subject: &name, public: of.public(), kind, not_before, not_after };
    issue(&spec, by, key).unwrap()
}

fn house_with(usage: KeyUsage, extended: Vec<Vec<u8>>) -> House {
    let key = Signer::Soft(Keypair::generate([1; 32]));
    let signer = Signer::Soft(Keypair::generate([2; 32]));
    let authority = Kind::Authority { path_len: None };
    let root = certificate(authority, 1, &key, Issuer::Itself, &key);
    let kind = Kind::Leaf { usage, extended };
    let own = certificate(kind, 2, &signer, Issuer::By(&root), &key);
    House { root, own, signer }
}

fn house() -> House {
    house_with(KeyUsage::DIGITAL_SIGNATURE, vec![oid::TIME_STAMPING.to_vec()])
}

impl House {
    fn authority(&self) -> Authority<'_> {
        let accuracy = Some(Accuracy { seconds: 1, millis: 500, micros: 0 });
        let (certificate, signer) = (&self.own, &self.signer);
        Authority { certificate, chain: &[], signer, policy: POLICY, accuracy }
    }

    fn token(&self, query: &Query) -> Token {
        let der = answer(&query.der(), &self.authority(), &[7], AT).unwrap();
        match Response::parse(&der).unwrap() {
            Response::Granted(token) => *token,
            refused => panic!("{refused:?}"),
        }
    }

    fn failed(&self, token: &Token, expected: &Expected<'_>) -> Vec<&'static str> {
        let verdict = token.judge(expected, &[], std::slice::from_ref(&self.root));
        assert_eq!(verdict.holds, verdict.steps.iter().all(|s| s.ok == Some(true)));
        verdict.steps.iter().filter(|s| s.ok != Some(true)).map(|s| s.code).collect()
    }
}

fn query() -> Query {
    Query::new(Imprint::sm3(b"data")).with_nonce(&[0x81; 16])
}

fn expected(imprint: &Imprint) -> Expected<'_> {
    Expected { imprint, nonce: Some(&[0x81; 16]), policies: &[POLICY], now: AT }
}

#[test]
fn a_token_is_asked_for_made_and_judged() {
    let house = house();
    let query = query();
    assert_eq!(Query::parse(&query.der()), Ok(query.clone()));
    let token = house.token(&query);
    let info = token.info();
    assert_eq!((info.at, &info.serial[..], &info.policy[..]), (AT, &[7][..], POLICY));
    assert_eq!(info.accuracy, Some(Accuracy { seconds: 1, millis: 500, micros: 0 }));
    assert_eq!((info.nonce.as_deref(), info.ordering), (query.nonce(), false));
    let imprint = Imprint::of(info.imprint.algorithm(), b"data").unwrap();
    let verdict = token.judge(&expected(&imprint), &[], std::slice::from_ref(&house.root));
    assert!(verdict.holds, "{:?}", verdict.steps);
    assert_eq!((verdict.at, verdict.path.len()), (AT, 2));
    // SHA-256 imprints are stamped as well.
    let foreign = Imprint::of(oid::SHA256, b"data").unwrap();
    let token = house.token(&Query::new(foreign.clone()));
    let plain = Expected { imprint: &foreign, nonce: None, policies: &[], now: AT };
    assert_eq!(house.failed(&token, &plain), [""; 0]);
}

#[test]
fn wrong_expectations_fail_by_name() {
    let house = house();
    let token = house.token(&query());
    let (right, other) = (Imprint::sm3(b"data"), Imprint::sm3(b"date"));
    assert_eq!(house.failed(&token, &expected(&other)), ["timestamp-imprint"]);
    let sha = Imprint::of(oid::SHA256, b"data").unwrap();
    assert_eq!(house.failed(&token, &expected(&sha)), ["timestamp-imprint"]);
    let nonce = Expected { nonce: Some(&[0x82; 16]), ..expected(&right) };
    assert_eq!(house.failed(&token, &nonce), ["timestamp-nonce"]);
    let without = house.token(&Query::new(right.clone()));
    assert_eq!(house.failed(&without, &expected(&right)), ["timestamp-nonce"]);
    let policy = Expected { policies: &[&[0x2a, 0x05]], ..expected(&right) };
    assert_eq!(house.failed(&token, &policy), ["timestamp-policy"]);
    // Its clock may be two seconds ahead of ours, as it says itself, and no more.
    let early = |seconds| Expected { now: Utc(AT.0 - seconds), ..expected(&right) };
    assert_eq!(house.failed(&token, &early(2)), [""; 0]);
    assert_eq!(house.failed(&token, &early(3)), ["timestamp-time"]);
    let verdict = token.judge(&expected(&right), &[], &[]);
    assert!(!verdict.holds && verdict.steps.last().unwrap().code.starts_with("chain-"));
    assert_eq!(Imprint::of(oid::SHA1, b"data"), None);
}

#[test]
fn keys_for_other_things_do_not_stamp() {
    let imprint = Imprint::sm3(b"data");
    let stamping = || oid::TIME_STAMPING.to_vec();
    let (sign, both) = (KeyUsage::DIGITAL_SIGNATURE, vec![stamping(), oid::OCSP_SIGNING.to_vec()]);
    for wrong in [house_with(sign, vec![]), house_with(sign, both)] {
        assert_eq!(answer(&query().der(), &wrong.authority(), &[7], AT), Err(Error::Key));
        // One who stamps all the same is found out: made with a good certificate's form, shown with the bad one.
        let good = house();
        let token = good.token(&Query { certificates: false, ..query() });
        let verdict = token.judge(
            &expected(&imprint),
            std::slice::from_ref(&wrong.own),
            std::slice::from_ref(&wrong.root),
        );
        let failed: Vec<_> =
            verdict.steps.iter().filter(|s| s.ok != Some(true)).map(|s| s.code).collect();
        let usage = if wrong.own.extended_usage().is_empty() { 3 } else { 2 };
        let all = ["timestamp-certificate", "timestamp-usage", "chain-extended-usage"];
        assert_eq!(failed, all[..usage]);
    }
    let encipher = house_with(KeyUsage::KEY_ENCIPHERMENT, vec![stamping()]);
    let token = encipher.token(&query());
    assert_eq!(encipher.failed(&token, &expected(&imprint)), ["chain-key-usage"]);
    let good = house();
    let stranger = Signer::Soft(Keypair::generate([9; 32]));
    let false_key = Authority { signer: &stranger, ..good.authority() };
    assert_eq!(answer(&query().der(), &false_key, &[7], AT), Err(Error::Key));
    for serial in [&[][..], &[1; 21]] {
        let end = answer(&query().der(), &good.authority(), serial, AT);
        assert_eq!(end, Err(Error::Der("serial number")));
    }
}

#[test]
fn a_token_without_certificates_is_judged_with_those_at_hand() {
    let house = house();
    let token = house.token(&Query { certificates: false, ..query() });
    assert!(token.certificates().is_empty());
    let imprint = Imprint::sm3(b"data");
    assert_eq!(house.failed(&token, &expected(&imprint)), ["timestamp-signer"]);
    let own = std::slice::from_ref(&house.own);
    assert!(token.judge(&expected(&imprint), own, std::slice::from_ref(&house.root)).holds);
}

#[test]
fn authorities_judge_at_the_time_of_the_token() {
    let house = house();
    let imprint = Imprint::sm3(b"data");
    let late = answer(&query().der(), &house.authority(), &[7], Utc(AT.0 + 1001)).unwrap();
    let Response::Granted(token) = Response::parse(&late).unwrap() else { panic!("refused") };
    let now = Expected { now: Utc(AT.0 + 2000), ..expected(&imprint) };
    assert_eq!(house.failed(&token, &now), ["chain-validity"; 2], "stamped after it expired");
    // A token of good time holds long after the authority's certificate has expired.
    assert_eq!(house.failed(&house.token(&query()), &now), [""; 0]);
}

#[test]
fn requests_are_refused_for_their_reason() {
    let house = house();
    let asked = |request: &[u8]| {
        let der = answer(request, &house.authority(), &[7], AT).unwrap();
        match Response::parse(&der).unwrap() {
            Response::Refused { status: 2, reason, .. } => reason,
            other => panic!("{other:?}"),
        }
    };
    let sha1 = Imprint { algorithm: oid::SHA1.to_vec(), digest: vec![0; 20] };
    assert_eq!(asked(&Query::new(sha1).der()), Some(Refusal::Algorithm));
    let short = Imprint { algorithm: oid::SM3.to_vec(), digest: vec![0; 31] };
    assert_eq!(asked(&Query::new(short).der()), Some(Refusal::Algorithm));
    assert_eq!(asked(&query().under_policy(&[0x2a, 0x05]).der()), Some(Refusal::Policy));
    let der = query().der();
    for cut in 0..der.len() {
        assert_eq!(asked(&der[..cut]), Some(Refusal::Form), "{cut} bytes");
    }
    let extension = |critical: &[u8]| {
        let one = tlv::sequence(&[&tlv::put(tag::OID, &[POLICY]), critical, &tlv::octets(&[])]);
        let list = tlv::put(tag::context(0), &[&one]);
        let imprint = Imprint::sm3(b"data").der();
        tlv::sequence(&[&tlv::integer(&[1]), &imprint, &list])
    };
    let critical = tlv::put(tag::BOOLEAN, &[&[0xff]]);
    assert_eq!(asked(&extension(&critical)), Some(Refusal::Extension));
    let der = answer(&extension(&[]), &house.authority(), &[7], AT).unwrap();
    assert!(matches!(Response::parse(&der), Ok(Response::Granted(_))));
    // Good under its own policy.
    let policy = query().under_policy(POLICY);
    assert_eq!(house.token(&policy).info().policy, POLICY);
}

#[test]
fn responses_that_contradict_themselves_are_refused() {
    let house = house();
    let token = stamp(&query(), &house.authority(), &[7], AT).unwrap();
    let status = |number: u8| tlv::sequence(&[&tlv::integer(&[number])]);
    assert!(Response::parse(&tlv::sequence(&[&status(0), &token])).is_ok());
    assert!(Response::parse(&tlv::sequence(&[&status(1), &token])).is_ok(), "with changes");
    assert!(Response::parse(&tlv::sequence(&[&status(0)])).is_err(), "granted and no token");
    assert!(Response::parse(&tlv::sequence(&[&status(2), &token])).is_err(), "refused, and one");
    let words = tlv::sequence(&[&tlv::put(tag::UTF8, &["稍后再来".as_bytes()])]);
    let failure = tlv::put(tag::BIT_STRING, &[&[1, 0, 2]]);
    let der = tlv::sequence(&[&tlv::sequence(&[&tlv::integer(&[3]), &words, &failure])]);
    match Response::parse(&der).unwrap() {
        Response::Refused { status, reason, text } => {
            assert_eq!((status, reason, &text[..]), (3, Some(Refusal::Other(14)), "稍后再来"));
        }
        granted => panic!("{granted:?}"),
    }
    for refusal in [Refusal::Algorithm, Refusal::Form, Refusal::Policy, Refusal::Other(25)] {
        let Ok(Response::Refused { reason, .. }) = Response::parse(&refusal.der()) else {
            panic!("{refusal:?}")
        };
        assert_eq!(reason, Some(refusal));
    }
}

#[test]
fn no_changed_bit_of_a_token_holds() {
    let house = house();
    let der = stamp(&query(), &house.authority(), &[7], AT).unwrap();
    let imprint = Imprint::sm3(b"data");
    for cut in 0..der.len() {
        assert!(Token::parse(&der[..cut]).is_err(), "{cut} bytes");
    }
    for bit in 0..der.len() * 8 {
        let mut bad = der.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        let Ok(token) = Token::parse(&bad) else { continue };
        let verdict = token.judge(&expected(&imprint), &[], std::slice::from_ref(&house.root));
        assert!(!verdict.holds, "bit {bit}");
    }
}

/// Takes the token apart and signs attributes of one's own choice, with the authority's key.
fn bent(house: &House, change: impl Fn(&mut Vec<Vec<u8>>)) -> Token {
    let mut token = house.token(&query());
    let mut list: Vec<Vec<u8>> = Vec::new();
    let mut reader = Tlv::only(&token.attributes).unwrap().inside();
    while !reader.is_empty() {
        list.push(reader.any().unwrap().raw.to_vec());
    }
    change(&mut list);
    token.attributes = tlv::put(tag::SET, &[&list.concat()]);
    token.signature = house.signer.sign(&token.attributes, None).unwrap();
    token
}

#[test]
fn signed_attributes_must_be_there_once_and_right() {
    let house = house();
    let imprint = Imprint::sm3(b"data");
    let failed = |token: &Token| house.failed(token, &expected(&imprint));
    let has = |list: &[u8], id: &[u8]| list.windows(id.len()).any(|window| window == id);
    assert_eq!(failed(&bent(&house, |_| ())), [""; 0]);
    for id in [oid::CONTENT_TYPE, oid::MESSAGE_DIGEST] {
        let gone = bent(&house, |list| list.retain(|one| !has(one, id)));
        assert_eq!(failed(&gone), ["timestamp-attributes"]);
        let twice = bent(&house, |list| {
            let one = list.iter().find(|one| has(one, id)).unwrap().clone();
            list.push(one);
        });
        assert_eq!(failed(&twice), ["timestamp-attributes"]);
    }
    let id = oid::SIGNING_CERTIFICATE_V2;
    let gone = bent(&house, |list| list.retain(|one| !has(one, id)));
    assert_eq!(failed(&gone), ["timestamp-certificate"]);
    let twice = bent(&house, |list| {
        let one = list.iter().find(|one| has(one, id)).unwrap().clone();
        list.push(one);
    });
    assert_eq!(failed(&twice), ["timestamp-certificate"]);
    let other = bent(&house, |list| {
        let one = list.iter_mut().find(|one| has(one, id)).unwrap();
        *one.last_mut().unwrap() ^= 1;
    });
    assert_eq!(failed(&other), ["timestamp-certificate"]);
    let mut foreign = house.token(&query());
    foreign.algorithm = oid::EC_PUBLIC_KEY.to_vec();
    assert_eq!(failed(&foreign), ["timestamp-signature"]);
    let verdict = foreign.judge(&expected(&imprint), &[], std::slice::from_ref(&house.root));
    assert!(verdict.steps.iter().all(|s| s.ok != Some(false)), "cannot be told, not refuted");
    let mut hashed = house.token(&query());
    hashed.digest = oid::SHA256.to_vec();
    assert_eq!(failed(&hashed), ["timestamp-attributes", "timestamp-signature"]);
}

#[test]
fn accuracy_is_read_in_all_its_spellings() {
    for (seconds, millis, micros) in [(0, 0, 0), (0, 1, 0), (0, 0, 999), (86_400, 128, 255)] {
        let accuracy = Accuracy { seconds, millis, micros };
        let der = accuracy.der();
        assert_eq!(Accuracy::parse(&Tlv::only(&der).unwrap()), Ok(accuracy));
    }
    let read = |parts: &[&[u8]]| Accuracy::parse(&Tlv::only(&tlv::sequence(parts)).unwrap());
    assert_eq!(read(&[]), Ok(Accuracy::default()));
    assert!(read(&[&[0x80, 1, 0]]).is_err(), "no thousandths are left out, not nought");
    assert!(read(&[&[0x80, 2, 3, 0xe8]]).is_err(), "a thousand thousandths");
    assert!(read(&[&[0x81, 1, 5], &[0x80, 1, 5]]).is_err(), "in the wrong order");
    assert_eq!(Accuracy { seconds: 1, millis: 1, micros: 0 }.whole_seconds(), 2);
}
