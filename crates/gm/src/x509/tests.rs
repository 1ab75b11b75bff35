//! Tests of certificates: what is issued parses, chains hold and fail for the right reason, bytes changed are refused.

use super::*;
use crate::signer::Signer;
use crate::sm2::Keypair;

fn signer(seed: u8) -> Signer {
    Signer::Soft(Keypair::generate([seed; 32]))
}

fn make(
    subject: &str,
    key: &Signer,
    kind: Kind,
    issuer: Issuer<'_>,
    by: &Signer,
    span: (i64, i64),
) -> Certificate {
    let name = Name::new("示例市政务服务局", subject);
    let spec = Spec {
        serial: &[0x91, key.public().sec1()[1]],
        subject: &name,
        public: key.public(),
        kind,
        not_before: Utc(span.0),
        not_after: Utc(span.1),
    };
    issue(&spec, issuer, by).unwrap()
}

fn signing_leaf() -> Kind {
    let usage = KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::NON_REPUDIATION);
    Kind::Leaf { usage, extended: vec![] }
}

const SPAN: (i64, i64) = (1_000, 2_000_000_000);
const AT: Utc = Utc(1_700_000_000);

fn house() -> (Certificate, Certificate, Certificate) {
    let (rk, ak, lk) = (signer(1), signer(2), signer(3));
    let root = make("root", &rk, Kind::Authority { path_len: Some(1) }, Issuer::Itself, &rk, SPAN);
    let agency =
        make("agency", &ak, Kind::Authority { path_len: Some(0) }, Issuer::By(&root), &rk, SPAN);
    let leaf = make("签章人", &lk, signing_leaf(), Issuer::By(&agency), &ak, SPAN);
    (root, agency, leaf)
}

fn failed(verdict: &Verdict) -> Vec<&'static str> {
    verdict.steps.iter().filter(|s| s.ok != Some(true)).map(|s| s.code).collect()
}

#[test]
fn a_good_chain_holds() {
    let (root, agency, leaf) = house();
    assert_eq!(leaf.common_name(), "签章人");
    assert_eq!(leaf.subject_text(), "CN=签章人, O=示例市政务服务局, C=CN");
    assert!(leaf.usage().unwrap().any_of(KeyUsage::NON_REPUDIATION));
    assert!(!leaf.usage().unwrap().any_of(KeyUsage::CERT_SIGN));
    let verdict = chain_verify(&leaf, &[agency], &[root], AT, Purpose::Sign);
    assert!(verdict.holds, "{:?}", verdict.steps);
    assert_eq!(verdict.path.len(), 3);
}

#[test]
fn chains_fail_for_the_right_reason() {
    let (root, agency, leaf) = house();
    let judge = |leaf: &Certificate, mid: &[Certificate], roots: &[Certificate], at: i64| {
        let verdict = chain_verify(leaf, mid, roots, Utc(at), Purpose::Sign);
        assert!(!verdict.holds);
        failed(&verdict)
    };
    let good = AT.0;
    let (mid, top) = (std::slice::from_ref(&agency), std::slice::from_ref(&root));
    assert_eq!(judge(&leaf, &[], top, good), ["chain-issuer"]);
    assert_eq!(judge(&leaf, mid, &[], good), ["chain-issuer"]);
    assert_eq!(judge(&leaf, &[agency.clone(), root.clone()], &[], good), ["chain-anchor"]);
    assert_eq!(judge(&leaf, mid, top, 999), ["chain-validity"; 3]);
    assert_eq!(judge(&leaf, mid, top, 2_000_000_001), ["chain-validity"; 3]);
    // A root of the same name and another key.
    let stranger = make(
        "root",
        &signer(9),
        Kind::Authority { path_len: None },
        Issuer::Itself,
        &signer(9),
        SPAN,
    );
    assert_eq!(judge(&leaf, mid, &[stranger], good), ["chain-issuer"]);
    // An authority's own certificate does not sign documents.
    assert_eq!(judge(&agency, &[], top, good), ["chain-key-usage"]);
    // A leaf below a leaf.
    let leaf_key = signer(3);
    assert_eq!(
        issue(
            &Spec {
                serial: &[1],
                subject: &Name::new("", "x"),
                public: signer(4).public(),
                kind: signing_leaf(),
                not_before: Utc(0),
                not_after: Utc(1)
            },
            Issuer::By(&leaf),
            &leaf_key
        )
        .unwrap_err(),
        Error::Der("issuer is no authority")
    );
    // One authority too many below path_len 0.
    let deep_key = signer(5);
    let deep = make(
        "deep",
        &deep_key,
        Kind::Authority { path_len: None },
        Issuer::By(&agency),
        &signer(2),
        SPAN,
    );
    let low = make("low", &signer(6), signing_leaf(), Issuer::By(&deep), &deep_key, SPAN);
    assert_eq!(judge(&low, &[agency.clone(), deep], top, good), ["chain-path-length"; 2]);
}

#[test]
fn changed_bytes_never_hold() {
    let (root, agency, leaf) = house();
    let der = leaf.der().to_vec();
    for bit in 0..der.len() * 8 {
        let mut bad = der.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        if let Ok(certificate) = Certificate::parse(&bad) {
            let mid = std::slice::from_ref(&agency);
            let verdict =
                chain_verify(&certificate, mid, std::slice::from_ref(&root), AT, Purpose::Sign);
            assert!(!verdict.holds, "bit {bit}");
        }
    }
    for cut in 0..der.len() {
        assert!(Certificate::parse(&der[..cut]).is_err());
    }
}

#[test]
fn wrong_keys_and_contents_are_refused() {
    let (root, ..) = house();
    let name = Name::new("", "x");
    let key = signer(7);
    let spec = |serial: &'static [u8], to: i64| Spec {
        serial,
        subject: &name,
        public: key.public(),
        kind: signing_leaf(),
        not_before: Utc(10),
        not_after: Utc(to),
    };
    assert_eq!(issue(&spec(&[1], 20), Issuer::By(&root), &key).unwrap_err(), Error::Key);
    assert!(issue(&spec(&[], 20), Issuer::By(&root), &signer(1)).is_err());
    assert!(issue(&spec(&[1], 9), Issuer::By(&root), &signer(1)).is_err());
    assert!(issue(&spec(&[1; 21], 20), Issuer::By(&root), &signer(1)).is_err());
}

#[test]
fn keys_for_other_things_sign_no_document() {
    let (rk, ak, lk) = (signer(1), signer(2), signer(3));
    let root = make("root", &rk, Kind::Authority { path_len: Some(1) }, Issuer::Itself, &rk, SPAN);
    let roots = std::slice::from_ref(&root);
    let leaf = |extended: &[&[u8]]| {
        let usage = KeyUsage::DIGITAL_SIGNATURE;
        let extended = extended.iter().map(|id| id.to_vec()).collect();
        make("叶", &lk, Kind::Leaf { usage, extended }, Issuer::By(&root), &rk, SPAN)
    };
    let server: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];
    for (extended, sign, stamp) in [
        (&[][..], true, false),
        (&[oid::TIME_STAMPING], false, true),
        (&[oid::OCSP_SIGNING], false, false),
        (&[server], false, false),
        (&[oid::DOCUMENT_SIGNING], true, false),
        (&[server, oid::CLIENT_AUTH], true, false),
        (&[oid::ANY_USAGE], true, false),
        (&[oid::TIME_STAMPING, oid::EMAIL_PROTECTION], true, true),
    ] {
        let leaf = leaf(extended);
        for (purpose, good) in [(Purpose::Sign, sign), (Purpose::Stamp, stamp)] {
            let verdict = chain_verify(&leaf, &[], roots, AT, purpose);
            let wanted = if good { &[][..] } else { &["chain-extended-usage"][..] };
            assert_eq!(failed(&verdict), wanted, "{purpose:?} {extended:?}");
        }
    }
    // An authority that is there for stamps gives no signer's certificate.
    let mut middle =
        make("mid", &ak, Kind::Authority { path_len: None }, Issuer::By(&root), &rk, SPAN);
    middle.extensions.extended = vec![oid::TIME_STAMPING.to_vec()];
    let low = make("low", &lk, signing_leaf(), Issuer::By(&middle), &ak, SPAN);
    let verdict = chain_verify(&low, std::slice::from_ref(&middle), roots, AT, Purpose::Sign);
    assert_eq!(failed(&verdict), ["chain-extended-usage"]);
    middle.extensions.extended = vec![oid::ANY_USAGE.to_vec()];
    let verdict = chain_verify(&low, std::slice::from_ref(&middle), roots, AT, Purpose::Sign);
    assert!(verdict.holds);
}
