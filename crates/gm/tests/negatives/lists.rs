//! Lists of revoked certificates made by hand.

use super::certificates::{Draft, NOW, signer};
use gm::oid;
use gm::time::Utc;
use gm::tlv::{bit_string, integer, octets, put, sequence, tag};
use gm::x509::crl::Crl;
use gm::x509::{Certificate, Name};

type Extension = (Vec<u8>, bool, Vec<u8>);

struct Draw {
    version: Option<u8>,
    issuer: &'static str,
    this: i64,
    next: Option<i64>,
    entries: Vec<(u8, Vec<Extension>)>,
    extensions: Vec<Extension>,
    inner: &'static [u8],
}

fn list() -> Draw {
    Draw {
        version: Some(1),
        issuer: "root",
        this: NOW.0 - 10,
        next: Some(NOW.0 + 10),
        entries: vec![(77, vec![])],
        extensions: vec![(oid::CRL_NUMBER.to_vec(), false, integer(&[5]))],
        inner: oid::SM2_WITH_SM3,
    }
}

fn extensions(list: &[Extension]) -> Vec<u8> {
    let list: Vec<Vec<u8>> = list
        .iter()
        .map(|(id, critical, value)| {
            let flag = if *critical { put(tag::BOOLEAN, &[&[0xff]]) } else { vec![] };
            sequence(&[&put(tag::OID, &[id]), &flag, &octets(value)])
        })
        .collect();
    sequence(&list.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

impl Draw {
    fn der(&self, by: u8) -> Vec<u8> {
        let algorithm = |id: &[u8]| sequence(&[&put(tag::OID, &[id])]);
        let entries: Vec<Vec<u8>> = self
            .entries
            .iter()
            .map(|(serial, list)| {
                let list = if list.is_empty() { vec![] } else { extensions(list) };
                sequence(&[&integer(&[*serial]), &Utc(NOW.0 - 20).certificate_time(), &list])
            })
            .collect();
        let entries = sequence(&entries.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let tbs = sequence(&[
            &self.version.map(|n| integer(&[n])).unwrap_or_default(),
            &algorithm(self.inner),
            &Name::new("示例", self.issuer).der(),
            &Utc(self.this).certificate_time(),
            &self.next.map(|next| Utc(next).certificate_time()).unwrap_or_default(),
            &entries,
            &put(tag::context(0), &[&extensions(&self.extensions)]),
        ]);
        let signature = signer(by).sign(&tbs, None).unwrap();
        sequence(&[&tbs, &algorithm(oid::SM2_WITH_SM3), &bit_string(&signature)])
    }
}

fn root() -> Certificate {
    Draft::authority("root", "root", 1).make(1)
}

/// What is wrong when the list is held against a certificate of the root with this serial number.
fn failed_by(list: &Draw, by: u8, issuer: &Certificate) -> Vec<(&'static str, Option<bool>)> {
    let leaf = Draft::leaf("leaf", "root", 3).make(1);
    let crl = Crl::parse(&list.der(by)).unwrap();
    let steps = crl.judge_certificate(&leaf, issuer, NOW);
    steps.iter().filter(|s| s.ok != Some(true)).map(|s| (s.code, s.ok)).collect()
}

fn failed(list: &Draw) -> Vec<(&'static str, Option<bool>)> {
    failed_by(list, 1, &root())
}

const OPEN: (&str, Option<bool>) = ("crl-revoked", None);

#[test]
fn the_good_list_is_relied_on() {
    assert_eq!(failed(&list()), []);
    let revoked = Draw { entries: vec![(3, vec![])], ..list() };
    assert_eq!(failed(&revoked), [("crl-revoked", Some(false))]);
}

#[test]
fn old_early_and_endless_lists_say_nothing() {
    let time = [("crl-time", Some(false)), OPEN];
    assert_eq!(failed(&Draw { next: Some(NOW.0 - 1), ..list() }), time);
    assert_eq!(failed(&Draw { this: NOW.0 + 1, ..list() }), time);
    assert_eq!(failed(&Draw { next: None, ..list() }), time);
    assert_eq!(failed(&Draw { this: NOW.0, next: Some(NOW.0), ..list() }), []);
}

/// A list of what is new, of some certificates only, or of several authorities: none is understood, so a certificate that
/// is not on it may still be revoked.
#[test]
fn lists_that_are_not_the_whole_of_one_authority_say_nothing() {
    let refused = [("crl-extension", Some(false)), OPEN];
    for critical in [true, false] {
        let delta = vec![(oid::DELTA_CRL.to_vec(), critical, integer(&[4]))];
        assert_eq!(failed(&Draw { extensions: delta, ..list() }), refused, "{critical}");
    }
    let point = oid::encode("2.5.29.28").unwrap();
    let indirect = sequence(&[&put(tag::context_primitive(4), &[&[0xff]])]);
    let scope = vec![(point, true, indirect)];
    assert_eq!(failed(&Draw { extensions: scope, ..list() }), refused);
    // An entry that names another issuer; were it passed over, its serial number would be taken for one of ours.
    let name = put(tag::context(4), &[&Name::new("示例", "别处").der()]);
    let issuer = (oid::encode("2.5.29.29").unwrap(), true, sequence(&[&name]));
    let entries = vec![(77, vec![issuer])];
    assert_eq!(failed(&Draw { entries, ..list() }), refused);
}

#[test]
fn lists_of_others_say_nothing() {
    let steps = failed_by(&list(), 9, &root());
    assert_eq!(steps, [("crl-signature", Some(false)), OPEN]);
    let named = Draw { issuer: "别处", ..list() };
    assert_eq!(failed(&named), [("crl-issuer", Some(false)), OPEN]);
    // The name is right and the key may not sign lists.
    let mut draft = Draft::authority("root", "root", 1);
    draft.extensions[1].2 = put(tag::BIT_STRING, &[&[2, 0x04]]);
    assert_eq!(failed_by(&list(), 1, &draft.make(1)), [("crl-authority", Some(false)), OPEN]);
    let leaf = Draft::leaf("root", "root", 1).make(1);
    assert_eq!(failed_by(&list(), 1, &leaf), [("crl-authority", Some(false)), OPEN]);
}

#[test]
fn forms_that_are_not_read() {
    let refused = |what: &str, list: Draw| assert!(Crl::parse(&list.der(1)).is_err(), "{what}");
    refused("version 1 that says so", Draw { version: Some(0), ..list() });
    refused("version 3", Draw { version: Some(2), ..list() });
    refused("two algorithms", Draw { inner: oid::SM2_SIGN, ..list() });
    let number = || (oid::CRL_NUMBER.to_vec(), false, integer(&[5]));
    refused("number twice", Draw { extensions: vec![number(), number()], ..list() });
    let negative = vec![(oid::CRL_NUMBER.to_vec(), false, put(tag::INTEGER, &[&[0xff]]))];
    refused("negative number", Draw { extensions: negative, ..list() });
    let reason = |bytes: &[u8]| {
        let list = vec![(oid::CRL_REASON.to_vec(), false, put(tag::ENUMERATED, &[bytes]))];
        vec![(77, list)]
    };
    refused("no reason", Draw { entries: reason(&[]), ..list() });
    refused("long reason", Draw { entries: reason(&[0, 1]), ..list() });
    assert!(Crl::parse(&Draw { entries: reason(&[200]), ..list() }.der(1)).is_ok());
    let der = list().der(1);
    assert!(Crl::parse(&[&der[..], &[0]].concat()).is_err());
}
