//! Tests of timestamps: what they prove of a seal and of a signature without one, and what they do not.

use super::tests::{failed, plain};
use super::*;
use crate::Error;
use crate::package::Package;
use crate::seal::tests::{AT, House, esl, house, party_for};
use crate::seal::{Ask, Bare, Mode, Position, Signing, Timestamper, sign, sign_bare};
use gm::oid;
use gm::signed_data::Profile;
use gm::signer::Signer;
use gm::timestamp::{Authority, Imprint, Query, stamp};
use gm::tlv::{self, Tlv, tag};
use gm::x509::crl::{Reason, Revoked, Spec as List, issue_crl};

const POLICY: &[u8] = &[0x2a, 0x03, 0x04];
const DAY: i64 = 86_400;

/// A token over `value` by this authority.
pub(super) fn token(by: &(Signer, Certificate), value: &[u8], at: Utc) -> Result<Vec<u8>, Error> {
    let (signer, certificate) = (&by.0, &by.1);
    let authority = Authority { certificate, chain: &[], signer, policy: POLICY, accuracy: None };
    Ok(stamp(&Query::new(Imprint::sm3(value)), &authority, &[9], at)?)
}

fn signing_with(
    by: &(Signer, Certificate),
    house: &House,
    ask: Option<&Ask<'_>>,
) -> Result<Vec<u8>, Error> {
    signing_on(&plain(), by, house, ask)
}

fn signing_on(
    ofd: &[u8],
    by: &(Signer, Certificate),
    house: &House,
    ask: Option<&Ask<'_>>,
) -> Result<Vec<u8>, Error> {
    let position = Position { page: 0, x: 10.0, y: 10.0, width: 20.0, height: 20.0 };
    let signing = Signing {
        esl: &esl(house, std::slice::from_ref(&by.1)),
        signer: &by.0,
        certificate: &by.1,
        placing: position.into(),
        at: AT,
        mode: Mode::Whole,
        chance: None,
        timestamper: ask.map(Timestamper::new),
    };
    sign(ofd, &signing)
}

/// A sealed file whose timestamp is the house's, made at `at`.
fn sealed(house: &House, at: Utc) -> Vec<u8> {
    sealed_on(&plain(), house, at)
}

/// The same on a document of one's own.
pub(super) fn sealed_on(ofd: &[u8], house: &House, at: Utc) -> Vec<u8> {
    let ask = |value: &[u8]| token(&house.stamper, value, at);
    signing_on(ofd, &house.first, house, Some(&ask)).unwrap()
}

/// The same without a seal.
fn bare(house: &House, profile: Profile, at: Utc) -> Vec<u8> {
    bare_on(&plain(), house, profile, at)
}

/// The same on a document of one's own.
pub(super) fn bare_on(ofd: &[u8], house: &House, profile: Profile, at: Utc) -> Vec<u8> {
    let ask = |value: &[u8]| token(&house.stamper, value, at);
    let bare = Bare {
        signer: &house.first.0,
        certificate: &house.first.1,
        at: AT,
        mode: Mode::Whole,
        profile,
        timestamper: Some(Timestamper::new(&ask)),
    };
    sign_bare(ofd, &bare).unwrap()
}

fn judge(ofd: &[u8], house: &House, now: Utc, crls: &[Crl]) -> Report {
    let anchors = [house.root.clone()];
    verify(ofd, &Basis { crls, ..Basis::new(&anchors, now) })
}

fn said(report: &Report, code: &str) -> Option<Option<bool>> {
    let mut steps = report.signatures.iter().flat_map(|s| &s.steps);
    steps.find(|s| s.code == code).map(|s| s.ok)
}

/// SignedValue.dat passed through `change`, everything else as it is.
fn with_value(ofd: &[u8], change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let package = Package::open(ofd, &Limits::default()).unwrap();
    let mut out = crate::package::Builder::new();
    for entry in package.entries() {
        if entry.name.ends_with("SignedValue.dat") {
            let mut value = package.unpack(entry).unwrap().into_owned();
            change(&mut value);
            out.add(&entry.name, &value);
        } else {
            out.carry(entry);
        }
    }
    out.finish()
}

#[test]
fn a_stamped_file_is_trusted_and_says_when() {
    let house = house();
    let at = Utc(AT.0 + 20);
    let files = [
        sealed(&house, at),
        bare(&house, Profile::Attributes, at),
        // Profile A claims no time of its own; the stamp gives one.
        bare(&house, Profile::Content, at),
    ];
    for (n, file) in files.iter().enumerate() {
        let report = judge(file, &house, Utc(AT.0 + 30), &[]);
        assert_eq!(failed(&report), [""; 0], "{report:#?}");
        assert_eq!((report.signature_values_hold, report.trusted), (Some(true), Some(true)));
        assert_eq!(said(&report, "timestamp"), Some(Some(true)));
        assert_eq!(said(&report, "timestamp-absent"), None);
        let by = report.sealed_by.unwrap();
        assert_eq!((by.proved, by.at), (Some(at), (n != 2).then_some(AT)));
    }
    // Without one, that is said.
    let report = judge(&signing_with(&house.first, &house, None).unwrap(), &house, AT, &[]);
    assert_eq!(report.trusted, Some(true));
    assert_eq!(said(&report, "timestamp-absent"), Some(None));
    assert_eq!((said(&report, "timestamp"), report.sealed_by.unwrap().proved), (None, None));
}

#[test]
fn what_the_authority_gives_is_looked_at_before_it_is_kept() {
    let house = house();
    let refused = |_: &[u8]| Err(Error::Timestamp("nobody answers"));
    let other = |_: &[u8]| token(&house.stamper, b"something else", AT);
    let noise = |_: &[u8]| Ok(b"token".to_vec());
    let asks: [(&Ask<'_>, Error); 3] = [
        (&refused, Error::Timestamp("nobody answers")),
        (&other, Error::Timestamp("it is over something else")),
        (&noise, Error::Gm(gm::Error::Der("ends early"))),
    ];
    for (ask, error) in asks {
        assert_eq!(signing_with(&house.first, &house, Some(ask)).unwrap_err(), error);
    }
}

#[test]
fn stamps_that_prove_nothing_take_the_trust_away() {
    let house = house();
    let now = Utc(AT.0 + 2 * DAY);
    let judged = |by: &(Signer, Certificate), at: Utc| {
        // What signing would refuse to ask for can still be put into a file: the token is made here.
        let ask = |value: &[u8]| token(by, value, at);
        let file = signing_with(&house.first, &house, Some(&ask)).unwrap();
        let report = judge(&file, &house, now, &[]);
        assert_eq!((report.signature_values_hold, report.trusted), (Some(true), Some(false)));
        assert_eq!(said(&report, "timestamp"), Some(Some(false)));
        assert_eq!(report.sealed_by.as_ref().unwrap().proved, None);
        failed(&report)
    };
    // From the future; from before the signature claims to have been made.
    assert_eq!(judged(&house.stamper, Utc(now.0 + 1)), ["timestamp-time", "timestamp"]);
    assert_eq!(judged(&house.stamper, Utc(AT.0 - 301)), ["timestamp-order", "timestamp"]);
    // By somebody whom nobody trusts, and by one whose certificate was over by then.
    let span = (Utc(1_700_000_000), Utc(1_900_000_000));
    let stranger = party_for(77, "别处", None, &[], span);
    let foreign =
        party_for(78, "时间戳", Some((&stranger.0, &stranger.1)), &[oid::TIME_STAMPING], span);
    assert_eq!(judged(&foreign, AT), ["chain-issuer", "timestamp"]);
    let by = Some((&house.root_key, &house.root));
    let over = party_for(79, "旧", by, &[oid::TIME_STAMPING], (Utc(1_700_000_000), Utc(AT.0 - 1)));
    assert_eq!(judged(&over, AT), ["chain-validity", "timestamp"]);
}

#[test]
fn a_stamp_outlives_certificates_and_revocation() {
    let house = house();
    let late = Utc(AT.0 + DAY);
    let (serial, end) = (vec![3], Utc(AT.0 + 100 * DAY));
    let list = |since: i64, reason: Reason| {
        let revoked = [Revoked { serial: serial.clone(), at: Utc(since), reason }];
        let spec = List { number: 1, this_update: late, next_update: end, revoked: &revoked };
        Crl::parse(&issue_crl(&spec, &house.root, &house.root_key).unwrap()).unwrap()
    };
    let now = Utc(late.0 + DAY);
    let unstamped = signing_with(&house.first, &house, None).unwrap();
    let stamped = sealed(&house, Utc(AT.0 + 20));
    let trusted = |file: &[u8], crl: Crl, now| judge(file, &house, now, &[crl]).trusted;
    // Revoked a day after: the claimed date is worth nothing, the stamped one is.
    let lost = || list(AT.0 + DAY, Reason::KeyCompromise);
    assert_eq!(trusted(&unstamped, lost(), now), Some(false));
    assert_eq!(trusted(&stamped, lost(), now), Some(true));
    let bare = bare(&house, Profile::Attributes, Utc(AT.0 + 20));
    assert_eq!(trusted(&bare, lost(), now), Some(true));
    // Revoked before the stamp.
    assert_eq!(trusted(&stamped, list(AT.0 + 10, Reason::Superseded), now), Some(false));
    assert_eq!(trusted(&unstamped, list(AT.0 + 10, Reason::Superseded), now), Some(true));
    // A list that is no longer current leaves it open.
    let report = judge(&stamped, &house, Utc(end.0 + 1), &[list(AT.0 + DAY, Reason::Hold)]);
    assert_eq!((report.trusted, said(&report, "revocation")), (None, Some(None)));
    // The stamper's own certificate, lost or not.
    let stamper = List {
        number: 2,
        this_update: late,
        next_update: end,
        revoked: &[Revoked { serial: vec![5], at: late, reason: Reason::KeyCompromise }],
    };
    let stamper = Crl::parse(&issue_crl(&stamper, &house.root, &house.root_key).unwrap()).unwrap();
    assert_eq!(trusted(&stamped, stamper, now), Some(false));
    // A signer whose certificate ends: stamped in time it holds for ever, stamped too late never.
    let by = Some((&house.root_key, &house.root));
    let brief = party_for(30, "短期", by, &[], (Utc(AT.0 - DAY), Utc(AT.0 + DAY)));
    for (at, holds) in [(Utc(AT.0 + 20), Some(true)), (Utc(AT.0 + 2 * DAY), Some(false))] {
        let ask = |value: &[u8]| token(&house.stamper, value, at);
        let file = signing_with(&brief, &house, Some(&ask)).unwrap();
        assert_eq!(judge(&file, &house, Utc(AT.0 + 9 * DAY), &[]).trusted, holds);
    }
}

#[test]
fn no_changed_bit_of_a_stamped_value_is_trusted() {
    let house = house();
    let at = Utc(AT.0 + 20);
    for file in [sealed(&house, at), bare(&house, Profile::Attributes, at)] {
        let package = Package::open(&file, &Limits::default()).unwrap();
        let value = package.read("Doc_0/Signs/Sign_0/SignedValue.dat").unwrap().into_owned();
        // The token lies at the end; what stands before it is tried bit by bit elsewhere.
        let start = value.windows(9).position(|w| w == oid::SIGNED_DATA).unwrap() - 20;
        for place in start..value.len() {
            let bad = with_value(&file, |value| value[place] ^= 1 << (place % 8));
            let report = judge(&bad, &house, Utc(AT.0 + 30), &[]);
            assert_ne!(report.trusted, Some(true), "byte {place}");
        }
    }
    // A good stamp of something else, put in afterwards.
    let other = token(&house.stamper, b"another value", at).unwrap();
    let swapped = with_value(&sealed(&house, at), |value| {
        let mut fields = Tlv::only(value).unwrap().inside();
        let mut parts: Vec<Vec<u8>> = (0..4).map(|_| fields.any().unwrap().raw.to_vec()).collect();
        parts.push(tlv::put(tag::context(0), &[&tlv::bit_string(&other)]));
        *value = tlv::sequence(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>());
    });
    let report = judge(&swapped, &house, Utc(AT.0 + 30), &[]);
    assert_eq!(failed(&report), ["timestamp-imprint", "timestamp"]);
    assert_eq!((report.signature_values_hold, report.trusted), (Some(true), Some(false)));
}

/// A stamp by an authority whose algorithms are not computed here is neither believed nor refuted.
#[test]
fn stamps_of_another_family_are_left_open() {
    let house = house();
    let file = with_value(&sealed(&house, AT), |value| {
        // The last identifier of the algorithm is that of the token's signer.
        let place = value.windows(8).rposition(|w| w == oid::SM2_WITH_SM3).unwrap();
        value[place + 7] ^= 1;
    });
    let report = judge(&file, &house, Utc(AT.0 + 30), &[]);
    assert_eq!((report.signature_values_hold, report.trusted), (Some(true), None), "{report:#?}");
    assert_eq!(said(&report, "timestamp"), Some(None));
    assert_eq!(report.sealed_by.unwrap().proved, None);
}
