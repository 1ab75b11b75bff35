//! Certificates made by hand, so that they can be wrong in one place at a time.

use gm::sm2::Keypair;
use gm::time::Utc;
use gm::tlv::{bit_string, integer, octets, put, sequence, tag};
use gm::x509::{Certificate, Name, Purpose, chain_verify};
use gm::{Error, keys, oid, signer::Signer};

pub const NOW: Utc = Utc(1_790_000_000);

/// A certificate to be.
#[derive(Clone)]
pub struct Draft {
    pub version: Option<u8>,
    pub serial: Vec<u8>,
    pub issuer: &'static str,
    pub subject: &'static str,
    pub span: (i64, i64),
    pub key: u8,
    pub extensions: Vec<(Vec<u8>, Option<u8>, Vec<u8>)>,
    pub inner: &'static [u8],
    pub outer: &'static [u8],
}

pub fn signer(seed: u8) -> Signer {
    Signer::Soft(Keypair::generate([seed; 32]))
}

fn usage(bits: u8, unused: u8) -> (Vec<u8>, Option<u8>, Vec<u8>) {
    (oid::KEY_USAGE.to_vec(), Some(0xff), put(tag::BIT_STRING, &[&[unused, bits]]))
}

fn basic(ca: bool, path: Option<u8>) -> (Vec<u8>, Option<u8>, Vec<u8>) {
    let flag = if ca { put(tag::BOOLEAN, &[&[0xff]]) } else { vec![] };
    let path = path.map(|n| integer(&[n])).unwrap_or_default();
    (oid::BASIC_CONSTRAINTS.to_vec(), Some(0xff), sequence(&[&flag, &path]))
}

const SIGNS_CERTIFICATES: u8 = 0x06;
const SIGNS_DOCUMENTS: u8 = 0x80;

impl Draft {
    pub fn authority(subject: &'static str, issuer: &'static str, key: u8) -> Draft {
        let extensions = vec![basic(true, None), usage(SIGNS_CERTIFICATES, 1)];
        Draft { extensions, ..Draft::leaf(subject, issuer, key) }
    }

    pub fn leaf(subject: &'static str, issuer: &'static str, key: u8) -> Draft {
        Draft {
            version: Some(2),
            serial: vec![key],
            issuer,
            subject,
            span: (NOW.0 - 1000, NOW.0 + 1000),
            key,
            extensions: vec![basic(false, None), usage(SIGNS_DOCUMENTS, 7)],
            inner: oid::SM2_WITH_SM3,
            outer: oid::SM2_WITH_SM3,
        }
    }

    fn with(mut self, id: &[u8], critical: Option<u8>, value: Vec<u8>) -> Draft {
        self.extensions.push((id.to_vec(), critical, value));
        self
    }

    pub fn der(&self, by: u8) -> Vec<u8> {
        let algorithm = |id: &[u8]| sequence(&[&put(tag::OID, &[id])]);
        let list: Vec<Vec<u8>> = self
            .extensions
            .iter()
            .map(|(id, critical, value)| {
                let critical = critical.map(|b| put(tag::BOOLEAN, &[&[b]])).unwrap_or_default();
                sequence(&[&put(tag::OID, &[id]), &critical, &octets(value)])
            })
            .collect();
        let list = sequence(&list.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let extensions = match self.extensions.is_empty() {
            true => vec![],
            false => put(tag::context(3), &[&list]),
        };
        let version = self.version.map(|n| put(tag::context(0), &[&integer(&[n])]));
        let validity = [Utc(self.span.0), Utc(self.span.1)].map(Utc::certificate_time);
        let tbs = sequence(&[
            &version.unwrap_or_default(),
            &put(tag::INTEGER, &[&self.serial]),
            &algorithm(self.inner),
            &Name::new("示例", self.issuer).der(),
            &sequence(&[&validity[0], &validity[1]]),
            &Name::new("示例", self.subject).der(),
            &keys::spki(signer(self.key).public()),
            &extensions,
        ]);
        let signature = signer(by).sign(&tbs, None).unwrap();
        sequence(&[&tbs, &algorithm(self.outer), &bit_string(&signature)])
    }

    pub fn make(&self, by: u8) -> Certificate {
        Certificate::parse(&self.der(by)).unwrap()
    }
}

fn root() -> Certificate {
    Draft::authority("root", "root", 1).make(1)
}

fn failed(leaf: &Certificate, between: &[Certificate], roots: &[Certificate]) -> Vec<&'static str> {
    let verdict = chain_verify(leaf, between, roots, NOW, Purpose::Sign);
    assert_eq!(verdict.holds, verdict.steps.iter().all(|s| s.ok == Some(true)));
    verdict.steps.iter().filter(|s| s.ok != Some(true)).map(|s| s.code).collect()
}

/// What is wrong with a leaf below the good root.
fn of_leaf(draft: &Draft) -> Vec<&'static str> {
    failed(&draft.make(1), &[], &[root()])
}

/// What is wrong with a good leaf below such an authority.
fn of_authority(draft: &Draft) -> Vec<&'static str> {
    let leaf = Draft::leaf("leaf", "agency", 3).make(2);
    failed(&leaf, &[draft.make(1)], &[root()])
}

fn leaf() -> Draft {
    Draft::leaf("leaf", "root", 3)
}

fn agency() -> Draft {
    Draft::authority("agency", "root", 2)
}

#[test]
fn good_ones_hold() {
    assert_eq!(of_leaf(&leaf()), [""; 0]);
    assert_eq!(of_authority(&agency()), [""; 0]);
    // Nothing said is nothing forbidden for a leaf's key; an extension nobody knows may stand there if it is not critical.
    assert_eq!(of_leaf(&Draft { extensions: vec![], ..leaf() }), [""; 0]);
    assert_eq!(of_leaf(&leaf().with(&[0x2a, 3], None, vec![5, 0])), [""; 0]);
    // `critical FALSE` written out, as some national authorities do.
    assert_eq!(of_leaf(&leaf().with(&[0x2a, 3], Some(0), vec![5, 0])), [""; 0]);
}

#[test]
fn forms_that_are_not_read() {
    let refused = |what: &str, draft: Draft| {
        assert!(Certificate::parse(&draft.der(1)).is_err(), "{what}");
    };
    let twice = leaf().with(oid::KEY_USAGE, Some(0xff), put(tag::BIT_STRING, &[&[7, 0x80]]));
    assert_eq!(Certificate::parse(&twice.der(1)), Err(Error::Der("extension twice")));
    let unknown = leaf().with(&[0x2a, 3], None, vec![5, 0]).with(&[0x2a, 3], None, vec![5, 0]);
    assert_eq!(Certificate::parse(&unknown.der(1)), Err(Error::Der("extension twice")));
    refused("two algorithms", Draft { outer: oid::SM2_SIGN, ..leaf() });
    refused("version 4", Draft { version: Some(3), ..leaf() });
    refused("extensions in version 1", Draft { version: None, ..leaf() });
    refused("extensions in version 2", Draft { version: Some(1), ..leaf() });
    refused("no serial number", Draft { serial: vec![], ..leaf() });
    let usage = |value: Vec<u8>| {
        let mut draft = leaf();
        draft.extensions[1].2 = value;
        draft
    };
    refused("usage without bits", usage(put(tag::BIT_STRING, &[])));
    refused("usage as octets", usage(octets(&[7, 0x80])));
    refused(
        "usage and a byte more",
        usage([put(tag::BIT_STRING, &[&[7, 0x80]]), vec![0]].concat()),
    );
    let path = |value: Vec<u8>| Draft {
        extensions: vec![(oid::BASIC_CONSTRAINTS.to_vec(), Some(0xff), value)],
        ..agency()
    };
    let yes = put(tag::BOOLEAN, &[&[0xff]]);
    refused("negative path", path(sequence(&[&yes, &put(tag::INTEGER, &[&[0xff]])])));
    refused("long path", path(sequence(&[&yes, &integer(&[1; 9])])));
    let der = leaf().der(1);
    for cut in 0..der.len() {
        assert!(Certificate::parse(&der[..cut]).is_err(), "{cut} bytes");
    }
    assert!(Certificate::parse(&[&der[..], &[0]].concat()).is_err());
    let bare = Draft { version: None, extensions: vec![], ..leaf() };
    assert!(Certificate::parse(&bare.der(1)).is_ok(), "version 1 without extensions");
}

#[test]
fn times() {
    let span = |from: i64, to: i64| Draft { span: (NOW.0 + from, NOW.0 + to), ..leaf() };
    assert_eq!(of_leaf(&span(-9, -1)), ["chain-validity"], "expired");
    assert_eq!(of_leaf(&span(1, 9)), ["chain-validity"], "not yet");
    assert_eq!(of_leaf(&span(9, -9)), ["chain-validity"], "turned round");
    assert_eq!(of_leaf(&span(0, 0)), [""; 0], "for this second");
    let old = Draft { span: (0, NOW.0 - 1), ..agency() };
    assert_eq!(of_authority(&old), ["chain-validity"]);
}

#[test]
fn usages_and_extensions() {
    let for_use = |bits: u8| {
        let mut draft = leaf();
        draft.extensions[1].2 = put(tag::BIT_STRING, &[&[0, bits]]);
        of_leaf(&draft)
    };
    assert_eq!(for_use(0x40), [""; 0], "nonRepudiation");
    for (what, bits) in [("none", 0), ("encipher", 0x20), ("agree", 0x08), ("certificates", 0x04)] {
        assert_eq!(for_use(bits), ["chain-key-usage"], "{what}");
    }
    let unknown = leaf().with(&[0x2a, 3], Some(0xff), vec![5, 0]);
    assert_eq!(of_leaf(&unknown), ["chain-extension"]);
    let unknown = agency().with(&[0x2a, 3], Some(1), vec![5, 0]);
    assert_eq!(of_authority(&unknown), ["chain-extension"]);
    // Constraints of names are not understood; a chain with them is refused, also where they should be critical and are
    // not.
    for critical in [None, Some(0), Some(0xff)] {
        let constrained = agency().with(oid::NAME_CONSTRAINTS, critical, sequence(&[]));
        assert_eq!(of_authority(&constrained), ["chain-extension"]);
    }
}

#[test]
fn authorities_that_are_none() {
    let with = |extensions: Vec<(Vec<u8>, Option<u8>, Vec<u8>)>| {
        of_authority(&Draft { extensions, ..agency() })
    };
    assert_eq!(with(vec![]), ["chain-authority"], "nothing says so");
    let certificates = || usage(SIGNS_CERTIFICATES, 1);
    assert_eq!(with(vec![certificates()]), ["chain-authority"], "only the usage says so");
    assert_eq!(with(vec![basic(false, None), certificates()]), ["chain-authority"]);
    assert_eq!(with(vec![basic(true, None), usage(SIGNS_DOCUMENTS, 7)]), ["chain-authority"]);
    assert_eq!(with(vec![basic(true, None), usage(0x02, 1)]), ["chain-authority"], "lists only");
    assert_eq!(with(vec![basic(true, None)]), [""; 0], "usage not restricted");
    // Version 1 knows no authorities.
    let old = Draft { version: None, extensions: vec![], ..agency() };
    assert_eq!(of_authority(&old), ["chain-authority"]);
}

#[test]
fn path_lengths() {
    let below = |path: Option<u8>| {
        let mut top = Draft::authority("root", "root", 1);
        top.extensions[0] = basic(true, path);
        let middle = Draft::authority("agency", "root", 2).make(1);
        let low = Draft::authority("office", "agency", 4).make(2);
        let leaf = Draft::leaf("leaf", "office", 3).make(4);
        failed(&leaf, &[middle, low], &[top.make(1)])
    };
    assert_eq!(below(None), [""; 0]);
    assert_eq!(below(Some(2)), [""; 0]);
    assert_eq!(below(Some(1)), ["chain-path-length"]);
    assert_eq!(below(Some(0)), ["chain-path-length"]);
    // A chain of nine authorities is longer than anybody follows.
    let names = ["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9"];
    let between: Vec<Certificate> = (1..names.len())
        .map(|n| Draft::authority(names[n], names[n - 1], 20 + n as u8).make(19 + n as u8))
        .collect();
    let top = Draft::authority("a0", "a0", 20).make(20);
    let leaf = Draft::leaf("leaf", "a9", 3).make(29);
    assert!(failed(&leaf, &between, &[top]).contains(&"chain-path-length"));
}

#[test]
fn impostors() {
    let id = |value: &[u8]| sequence(&[&put(tag::context_primitive(0), &[value])]);
    // A key identifier of another issuer.
    let lost = leaf().with(oid::AUTHORITY_KEY_ID, None, id(&[1; 20])).make(1);
    let named =
        Draft::authority("root", "root", 1).with(oid::SUBJECT_KEY_ID, None, octets(&[2; 20]));
    assert_eq!(failed(&lost, &[], &[named.make(1)]), ["chain-issuer"]);
    // Signed by somebody else under the root's name.
    assert_eq!(failed(&leaf().make(9), &[], &[root()]), ["chain-signature"]);
    // The impostor is his own root.
    let his = Draft::authority("root", "root", 9).make(9);
    assert_eq!(failed(&leaf().make(9), std::slice::from_ref(&his), &[]), ["chain-anchor"]);
    // With the right root at hand, his certificate beside it is tried; the root did not sign it.
    assert_eq!(failed(&leaf().make(9), &[his], &[root()]), ["chain-signature"]);
    // A leaf that signed itself.
    let own = Draft::leaf("leaf", "leaf", 3).make(3);
    assert_eq!(failed(&own, &[], &[root()]), ["chain-anchor"]);
    // Signed with an algorithm of another family, by name.
    let foreign = Draft { inner: oid::EC_PUBLIC_KEY, outer: oid::EC_PUBLIC_KEY, ..leaf() };
    assert_eq!(of_leaf(&foreign), ["chain-signature"]);
    // Two authorities that vouch for each other, and nobody above them.
    let (a, b) = (Draft::authority("a", "b", 5).make(6), Draft::authority("b", "a", 6).make(5));
    let leaf = Draft::leaf("leaf", "a", 3).make(5);
    let wrong = failed(&leaf, &[a, b], &[root()]);
    assert!(!wrong.is_empty(), "a circle leads nowhere");
}
