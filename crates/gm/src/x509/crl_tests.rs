//! Requests and revocation lists: what holds, what does not, and what strangers bend.

use super::crl::{Crl, Reason, Revoked, Spec as List, issue_crl};
use super::*;
use crate::signer::Signer;
use crate::sm2::Keypair;

const NOW: Utc = Utc(1_790_000_000);
const WEEK: i64 = 7 * 86_400;

fn party(seed: u8) -> Signer {
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
    let (not_before, not_after) = (Utc(NOW.0 - 1000), Utc(NOW.0 + 1_000_000));
    let spec = Spec { serial, subject: &subject, public: of.public(), kind, not_before, not_after };
    issue(&spec, by, key).unwrap()
}

struct House {
    key: Signer,
    root: Certificate,
    leaf: Certificate,
    other: Certificate,
}

fn house() -> House {
    let key = party(1);
    let authority = Kind::Authority { path_len: Some(0) };
    let root = certificate(&[1], "根", &key, authority, Issuer::Itself, &key);
    let kind = || Kind::Leaf { usage: KeyUsage::DIGITAL_SIGNATURE, extended: vec![] };
    // A serial with its highest bit set has a sign byte: the two spellings must meet.
    let leaf = certificate(&[0xf2, 7], "甲", &party(2), kind(), Issuer::By(&root), &key);
    let other = certificate(&[3], "乙", &party(3), kind(), Issuer::By(&root), &key);
    House { key, root, leaf, other }
}

fn list(house: &House, revoked: &[Revoked]) -> Vec<u8> {
    let (this_update, next_update) = (NOW, Utc(NOW.0 + WEEK));
    let spec = List { number: 300, this_update, next_update, revoked };
    issue_crl(&spec, &house.root, &house.key).unwrap()
}

fn revoked(certificate: &Certificate, reason: Reason) -> Revoked {
    Revoked { serial: certificate.serial().to_vec(), at: Utc(NOW.0 - 60), reason }
}

#[test]
fn a_request_proves_who_holds_the_key() {
    let name = Name::new("示例区市场监督管理局", "签章人");
    let der = request(&name, &party(5)).unwrap();
    let read = Request::parse(&der).unwrap();
    assert_eq!((read.public(), read.subject()), (party(5).public(), &name.der()[..]));
    assert!(read.subject_text().starts_with("CN=签章人"));
    for bit in 0..der.len() * 8 {
        let mut bad = der.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        assert!(Request::parse(&bad).is_err(), "bit {bit}");
    }
    for cut in 0..der.len() {
        assert!(Request::parse(&der[..cut]).is_err(), "{cut} bytes");
    }
}

#[test]
fn a_listed_certificate_is_revoked_and_another_is_not() {
    let house = house();
    let entry = revoked(&house.leaf, Reason::KeyCompromise);
    let crl = Crl::parse(&list(&house, std::slice::from_ref(&entry))).unwrap();
    assert_eq!((crl.number(), crl.revoked()), (Some(300), &[entry][..]));
    let last = |certificate: &Certificate, at: Utc| {
        let steps = crl.judge_certificate(certificate, &house.root, at);
        let step = steps.last().unwrap().clone();
        (step.code, step.ok)
    };
    assert_eq!(last(&house.leaf, NOW), ("crl-revoked", Some(false)));
    assert_eq!(last(&house.other, NOW), ("crl-revoked", Some(true)));
    // Before the list was made and after its time nothing can be said.
    assert_eq!(last(&house.other, Utc(NOW.0 - 1)), ("crl-revoked", None));
    assert_eq!(last(&house.other, Utc(NOW.0 + WEEK)), ("crl-revoked", Some(true)));
    assert_eq!(last(&house.leaf, Utc(NOW.0 + WEEK + 1)), ("crl-revoked", None));
    let empty = Crl::parse(&list(&house, &[])).unwrap();
    assert!(
        empty.revoked().is_empty()
            && empty.judge(&house.root, NOW).iter().all(|s| s.ok == Some(true))
    );
}

#[test]
fn a_list_of_another_authority_says_nothing() {
    let house = house();
    let stranger = party(9);
    let authority = || Kind::Authority { path_len: None };
    let same_name = certificate(&[1], "根", &stranger, authority(), Issuer::Itself, &stranger);
    let crl = Crl::parse(&list(&house, &[revoked(&house.leaf, Reason::Superseded)])).unwrap();
    let steps = crl.judge_certificate(&house.leaf, &same_name, NOW);
    assert!(steps.iter().any(|s| s.code == "crl-signature" && s.ok == Some(false)));
    assert_eq!(steps.last().unwrap().ok, None);
    let foreign = certificate(&[8], "别处", &stranger, authority(), Issuer::Itself, &stranger);
    let steps = crl.judge_certificate(&foreign, &house.root, NOW);
    assert_eq!(steps.last().unwrap().ok, None, "its issuer is another one");
    // A leaf may not sign lists, and nobody signs with a key that is not his.
    let spec = List { number: 1, this_update: NOW, next_update: NOW, revoked: &[] };
    assert!(issue_crl(&spec, &house.leaf, &party(2)).is_err());
    assert_eq!(issue_crl(&spec, &house.root, &stranger), Err(Error::Key));
    let late = List { next_update: Utc(NOW.0 - 1), ..spec };
    assert!(issue_crl(&late, &house.root, &house.key).is_err());
}

#[test]
fn no_changed_list_may_be_relied_on() {
    let house = house();
    let der = list(
        &house,
        &[revoked(&house.leaf, Reason::Hold), revoked(&house.other, Reason::Cessation)],
    );
    for bit in 0..der.len() * 8 {
        let mut bad = der.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        let relied = Crl::parse(&bad).is_ok_and(|crl| {
            crl.judge_certificate(&house.leaf, &house.root, NOW).last().unwrap().ok == Some(true)
        });
        assert!(!relied, "bit {bit}");
    }
    for cut in 0..der.len() {
        assert!(Crl::parse(&der[..cut]).is_err(), "{cut} bytes");
    }
}
