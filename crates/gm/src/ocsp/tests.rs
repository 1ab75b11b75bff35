//! A status answer is relied on only when it is the right one's, about the right certificate, and of now.

use super::*;
use crate::Step;
use crate::sm2::Keypair;
use crate::x509::{Issuer, KeyUsage, Kind, Name, Spec, issue};

const NOW: Utc = Utc(1_790_000_000);
const NONCE: [u8; 16] = [0x4e; 16];

fn key(seed: u8) -> Signer {
    Signer::Soft(Keypair::generate([seed; 32]))
}

fn certificate(
    serial: &[u8],
    name: &str,
    of: &Signer,
    kind: Kind,
    by: Issuer<'_>,
    key: &Signer,
) -> Certificate {
    let subject = Name::new("示例", name);
    let (not_before, not_after) = (Utc(NOW.0 - 1000), Utc(NOW.0 + 1000));
    let spec = Spec { serial, subject: &subject, public: of.public(), kind, not_before, not_after };
    issue(&spec, by, key).unwrap()
}

fn answering(extended: &[u8], usage: KeyUsage) -> Kind {
    Kind::Leaf { usage, extended: vec![extended.to_vec()] }
}

struct House {
    key: Signer,
    root: Certificate,
    leaf: Certificate,
    helper_key: Signer,
    helper: Certificate,
}

fn house() -> House {
    let (key, helper_key) = (key(1), self::key(2));
    let authority = Kind::Authority { path_len: Some(0) };
    let root = certificate(&[1], "根", &key, authority, Issuer::Itself, &key);
    let sign = KeyUsage::DIGITAL_SIGNATURE;
    let kind = Kind::Leaf { usage: sign, extended: vec![] };
    let leaf = certificate(&[0xf2, 7], "甲", &self::key(3), kind, Issuer::By(&root), &key);
    let kind = answering(oid::OCSP_SIGNING, sign);
    let helper = certificate(&[4], "答复", &helper_key, kind, Issuer::By(&root), &key);
    House { key, root, leaf, helper_key, helper }
}

fn times() -> Times {
    Times { produced: NOW, this_update: NOW, next_update: Utc(NOW.0 + 600) }
}

impl House {
    fn itself(&self) -> Responder<'_> {
        Responder { issuer: &self.root, certificate: &self.root, signer: &self.key }
    }

    fn helper(&self) -> Responder<'_> {
        Responder { issuer: &self.root, certificate: &self.helper, signer: &self.helper_key }
    }

    fn request(&self) -> Vec<u8> {
        Request::new(CertId::new(&self.leaf, &self.root).unwrap(), Some(&NONCE)).der()
    }

    fn answers(&self, by: &Responder<'_>, status: Status) -> Answers {
        read(&answer(&self.request(), by, &times(), |_| status).unwrap())
    }

    fn judge(&self, answers: &Answers) -> Vec<Step> {
        answers.judge(&self.leaf, &self.root, Some(&NONCE), NOW)
    }
}

fn read(der: &[u8]) -> Answers {
    match Response::parse(der).unwrap() {
        Response::Answered(answers) => *answers,
        Response::Refused(status) => panic!("refused: {status}"),
    }
}

fn failed(steps: &[Step]) -> Vec<&'static str> {
    steps.iter().filter(|s| s.ok != Some(true)).map(|s| s.code).collect()
}

fn last(steps: &[Step]) -> (&'static str, Option<bool>) {
    steps.last().map(|s| (s.code, s.ok)).unwrap()
}

#[test]
fn the_authority_and_its_helper_answer() {
    let house = house();
    let request = Request::parse(&house.request()).unwrap();
    assert_eq!((request.ids().len(), request.nonce()), (1, Some(&NONCE[..])));
    assert!(request.ids()[0].is_of(&house.root) && !request.ids()[0].is_of(&house.helper));
    assert_eq!(request.ids()[0].serial(), house.leaf.serial());
    for by in [house.itself(), house.helper()] {
        let good = house.judge(&house.answers(&by, Status::Good));
        assert_eq!(failed(&good), [""; 0], "{good:?}");
        for reason in [Reason::Unspecified, Reason::KeyCompromise] {
            let gone = Status::Revoked { at: Utc(NOW.0 - 9), reason };
            let steps = house.judge(&house.answers(&by, gone));
            assert_eq!(failed(&steps), ["ocsp-revoked"]);
            assert_eq!(last(&steps), ("ocsp-revoked", Some(false)));
            assert!(steps.last().unwrap().detail.contains(&format!("{reason:?}")));
        }
        let steps = house.judge(&house.answers(&by, Status::Unknown));
        assert_eq!(last(&steps), ("ocsp-revoked", None));
    }
    assert_eq!(house.answers(&house.itself(), Status::Good).produced(), NOW);
}

#[test]
fn the_serial_number_decides_and_other_authorities_are_unknown() {
    let house = house();
    let status = |serial: &[u8]| match serial == house.leaf.serial() {
        true => Status::Revoked { at: NOW, reason: Reason::Hold },
        false => Status::Good,
    };
    let der = answer(&house.request(), &house.itself(), &times(), status).unwrap();
    assert_eq!(last(&house.judge(&read(&der))).1, Some(false));
    // The same serial number under another authority.
    let other_key = key(8);
    let authority = Kind::Authority { path_len: None };
    let other = certificate(&[1], "别处", &other_key, authority, Issuer::Itself, &other_key);
    let kind = Kind::Leaf { usage: KeyUsage::DIGITAL_SIGNATURE, extended: vec![] };
    let foreign = certificate(&[0xf2, 7], "乙", &key(9), kind, Issuer::By(&other), &other_key);
    let request = Request::new(CertId::new(&foreign, &other).unwrap(), None).der();
    let answers = read(&answer(&request, &house.itself(), &times(), |_| Status::Good).unwrap());
    let steps = answers.judge(&foreign, &other, None, NOW);
    assert_eq!(failed(&steps), ["ocsp-responder", "ocsp-signature", "ocsp-revoked"]);
    let steps = answers.judge(&house.leaf, &house.root, None, NOW);
    assert_eq!(failed(&steps), ["ocsp-certificate", "ocsp-revoked"]);
    let answers = house.answers(&house.itself(), Status::Good);
    let steps = answers.judge(&foreign, &house.root, Some(&NONCE), NOW);
    assert_eq!(failed(&steps), ["ocsp-issuer", "ocsp-revoked"]);
}

#[test]
fn old_early_and_repeated_answers_say_nothing() {
    let house = house();
    let answers = house.answers(&house.helper(), Status::Good);
    let at = |at: i64, nonce: &[u8]| {
        failed(&answers.judge(&house.leaf, &house.root, Some(nonce), Utc(at)))
    };
    assert_eq!(at(NOW.0 + 600, &NONCE), [""; 0]);
    assert_eq!(at(NOW.0 + 601, &NONCE), ["ocsp-time", "ocsp-revoked"]);
    assert_eq!(at(NOW.0 - 1, &NONCE), ["ocsp-time", "ocsp-revoked"]);
    assert_eq!(at(NOW.0, &[1; 16]), ["ocsp-nonce", "ocsp-revoked"]);
    // After the helper's certificate has expired nobody may answer with it.
    let late = ["ocsp-responder", "ocsp-signature", "ocsp-time", "ocsp-revoked"];
    assert_eq!(at(NOW.0 + 1001, &NONCE), late);
    let request = Request::new(CertId::new(&house.leaf, &house.root).unwrap(), None).der();
    let plain = read(&answer(&request, &house.helper(), &times(), |_| Status::Good).unwrap());
    assert_eq!(failed(&plain.judge(&house.leaf, &house.root, None, NOW)), [""; 0]);
    let steps = plain.judge(&house.leaf, &house.root, Some(&NONCE), NOW);
    assert_eq!(
        failed(&steps),
        ["ocsp-nonce", "ocsp-revoked"],
        "asked with a number, and none came"
    );
}

#[test]
fn whoever_may_not_answer_is_found_out() {
    let house = house();
    let (helper_key, sign) = (&house.helper_key, KeyUsage::DIGITAL_SIGNATURE);
    let by_root = |kind: Kind| {
        certificate(&[5], "答复", helper_key, kind, Issuer::By(&house.root), &house.key)
    };
    let stranger = key(7);
    let authority = Kind::Authority { path_len: None };
    let impostor = certificate(&[1], "根", &stranger, authority, Issuer::Itself, &stranger);
    let by_impostor = certificate(
        &[4],
        "答复",
        helper_key,
        answering(oid::OCSP_SIGNING, sign),
        Issuer::By(&impostor),
        &stranger,
    );
    for wrong in [
        by_root(Kind::Leaf { usage: sign, extended: vec![] }),
        by_root(answering(oid::TIME_STAMPING, sign)),
        by_root(answering(oid::OCSP_SIGNING, KeyUsage::KEY_ENCIPHERMENT)),
        by_impostor,
    ] {
        let by = Responder { certificate: &wrong, ..house.helper() };
        let end = answer(&house.request(), &by, &times(), |_| Status::Good);
        assert_eq!(end, Err(Error::Key));
        // A good answer in which the certificate is exchanged for the wrong one.
        let mut answers = house.answers(&house.helper(), Status::Good);
        answers.exchange(wrong);
        let steps = house.judge(&answers);
        assert_eq!(failed(&steps), ["ocsp-responder", "ocsp-signature", "ocsp-revoked"]);
    }
    let false_key = Responder { signer: &stranger, ..house.itself() };
    let end = answer(&house.request(), &false_key, &times(), |_| Status::Good);
    assert_eq!(end, Err(Error::Key));
    let back = Times { next_update: Utc(NOW.0 - 1), ..times() };
    let end = answer(&house.request(), &house.itself(), &back, |_| Status::Good);
    assert_eq!(end, Err(Error::Der("times")));
}

#[test]
fn bad_requests_are_answered_as_such() {
    let house = house();
    let status = |request: &[u8]| {
        let der = answer(request, &house.itself(), &times(), |_| Status::Good).unwrap();
        match Response::parse(&der).unwrap() {
            Response::Refused(status) => status,
            Response::Answered(_) => 0,
        }
    };
    let der = house.request();
    assert_eq!(status(&der), 0);
    for cut in 0..der.len() {
        assert_eq!(status(&der[..cut]), 1, "{cut} bytes");
    }
    let id = CertId::new(&house.leaf, &house.root).unwrap();
    let list = |parts: &[&[u8]]| tlv::sequence(&[&tlv::sequence(parts)]);
    let one = tlv::sequence(&[&id.der()]);
    assert_eq!(status(&list(&[&tlv::sequence(&[])])), 1, "nothing asked");
    assert_eq!(status(&list(&[&tlv::sequence(&vec![&one[..]; MOST])])), 0);
    assert_eq!(status(&list(&[&tlv::sequence(&vec![&one[..]; MOST + 1])])), 1);
    let version = |n: u8| tlv::put(tag::context(0), &[&tlv::integer(&[n])]);
    assert_eq!(status(&list(&[&version(0), &tlv::sequence(&[&one])])), 0);
    assert_eq!(status(&list(&[&version(1), &tlv::sequence(&[&one])])), 1);
    let with = |extensions: &[&[u8]]| {
        let wrapped = tlv::put(tag::context(2), &[&tlv::sequence(extensions)]);
        status(&list(&[&tlv::sequence(&[&one]), &wrapped]))
    };
    let nonce = |bytes: &[u8]| nonce_extension(bytes);
    assert_eq!(with(&[&nonce(&[1])]), 0);
    assert_eq!(with(&[&nonce(&[1]), &nonce(&[1])]), 1, "twice");
    assert_eq!(with(&[&nonce(&[])]), 1);
    assert_eq!(with(&[&nonce(&[1; 129])]), 1);
    let critical = tlv::put(tag::BOOLEAN, &[&[0xff]]);
    let other = tlv::put(tag::OID, &[oid::CN]);
    assert_eq!(with(&[&tlv::sequence(&[&other, &critical, &tlv::octets(&[])])]), 1);
    assert_eq!(with(&[&tlv::sequence(&[&other, &tlv::octets(&[])])]), 0);
}

#[test]
fn no_changed_bit_of_an_answer_makes_a_revoked_certificate_good() {
    let house = house();
    let gone = Status::Revoked { at: Utc(NOW.0 - 9), reason: Reason::KeyCompromise };
    let der = answer(&house.request(), &house.helper(), &times(), |_| gone).unwrap();
    for cut in 0..der.len() {
        assert!(Response::parse(&der[..cut]).is_err(), "{cut} bytes");
    }
    for bit in 0..der.len() * 8 {
        let mut bad = der.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        let Ok(Response::Answered(answers)) = Response::parse(&bad) else { continue };
        assert_ne!(last(&house.judge(&answers)).1, Some(true), "bit {bit}");
    }
}

#[test]
fn two_answers_about_one_certificate_are_none() {
    let house = house();
    let id = CertId::new(&house.leaf, &house.root).unwrap();
    let request = Request { ids: vec![id.clone(), id], nonce: None, unknown_critical: false };
    let answers =
        read(&answer(&request.der(), &house.itself(), &times(), |_| Status::Good).unwrap());
    let steps = answers.judge(&house.leaf, &house.root, None, NOW);
    assert_eq!(failed(&steps), ["ocsp-certificate", "ocsp-revoked"]);
}

#[test]
fn responses_that_contradict_themselves_are_refused() {
    let status = |number: u8| tlv::put(tag::ENUMERATED, &[&[number]]);
    for number in 1..=6 {
        let der = tlv::sequence(&[&status(number)]);
        assert!(matches!(Response::parse(&der), Ok(Response::Refused(n)) if n == number));
    }
    assert!(Response::parse(&tlv::sequence(&[&status(0)])).is_err(), "successful and empty");
    assert!(Response::parse(&tlv::sequence(&[&status(7)])).is_err());
    let house = house();
    let der = answer(&house.request(), &house.itself(), &times(), |_| Status::Good).unwrap();
    let mut bent = der.clone();
    let at = bent.iter().position(|b| *b == tag::ENUMERATED).unwrap();
    bent[at + 2] = 3;
    assert!(Response::parse(&bent).is_err(), "try later, and an answer");
}
