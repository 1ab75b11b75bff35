//! A small sealing house for tests, and tests of the structures.

use super::*;
use crate::font::tests::fonts;
use crate::picture::{SealPicture, seal_png};
use gm::signer::Signer;
use gm::sm2::Keypair;
use gm::x509::{Issuer, KeyUsage, Kind, Name, Spec, issue};

/// Root, maker and two signers with their certificates.
pub(crate) struct House {
    pub root: Certificate,
    pub maker: (Signer, Certificate),
    pub first: (Signer, Certificate),
    pub second: (Signer, Certificate),
    /// Stamps time.
    pub stamper: (Signer, Certificate),
    /// The root's key, to sign lists and more certificates.
    pub root_key: Signer,
}

pub(crate) const AT: Utc = Utc(1_795_269_909);

fn party(seed: u8, name: &str, ca: Option<(&Signer, &Certificate)>) -> (Signer, Certificate) {
    party_for(seed, name, ca, &[], (Utc(1_700_000_000), Utc(1_900_000_000)))
}

pub(crate) fn party_for(
    seed: u8,
    name: &str,
    ca: Option<(&Signer, &Certificate)>,
    extended: &[&[u8]],
    (not_before, not_after): (Utc, Utc),
) -> (Signer, Certificate) {
    let signer = Signer::Soft(Keypair::generate([seed; 32]));
    let usage = KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::NON_REPUDIATION);
    let kind = match ca {
        None => Kind::Authority { path_len: None },
        Some(_) => Kind::Leaf { usage, extended: extended.iter().map(|id| id.to_vec()).collect() },
    };
    let name = Name::new("示例市", name);
    let spec = Spec {
        serial: &[seed],
        subject: &name,
        public: signer.public(),
        kind,
        not_before,
        not_after,
    };
    let by = ca.map_or((&signer, Issuer::Itself), |(s, c)| (s, Issuer::By(c)));
    let certificate = issue(&spec, by.1, by.0).unwrap();
    (signer, certificate)
}

pub(crate) fn house() -> House {
    let root = party(1, "根", None);
    let by = Some((&root.0, &root.1));
    House {
        maker: party(2, "制章者", by),
        first: party(3, "签章人甲", by),
        second: party(4, "签章人乙", by),
        stamper: party_for(
            5,
            "时间戳",
            by,
            &[oid::TIME_STAMPING],
            (Utc(1_700_000_000), Utc(1_900_000_000)),
        ),
        root: root.1.clone(),
        root_key: root.0,
    }
}

pub(crate) fn esl(house: &House, signers: &[Certificate]) -> Vec<u8> {
    let look = SealPicture {
        unit: "示例市市场监督管理局".into(),
        kind: "行政审批专用章".into(),
        mark: "样例".into(),
        pixels: 100,
    };
    let png = seal_png(fonts(), &look).unwrap();
    make_seal(&spec(&png, signers), &house.maker.0, &house.maker.1).unwrap()
}

/// The value of a signature over a Signature.xml of one's own, by the first signer.
pub(crate) fn value_over(house: &House, xml: &[u8], path: &str) -> Vec<u8> {
    value_by(&house.first, house, xml, path)
}

/// The value by somebody, under a seal that lists only the first signer.
pub(crate) fn value_by(
    who: &(Signer, Certificate),
    house: &House,
    xml: &[u8],
    path: &str,
) -> Vec<u8> {
    let (signer, certificate) = (&who.0, &who.1);
    let position = Position { page: 0, x: 0.0, y: 0.0, width: 1.0, height: 1.0 };
    let signing = Signing {
        esl: &esl(house, std::slice::from_ref(&house.first.1)),
        signer,
        certificate,
        placing: position.into(),
        at: AT,
        mode: Mode::Continue,
        chance: None,
        timestamper: None,
    };
    signature::make(&signing, xml, path).unwrap()
}

fn spec<'a>(png: &'a [u8], signers: &'a [Certificate]) -> SealSpec<'a> {
    SealSpec {
        id: "9901022026000001",
        vendor: "Tongban",
        name: "示例市市场监督管理局行政审批专用章",
        kind: 99,
        picture: png,
        size_mm: (42, 42),
        signers,
        created: Utc(1_795_000_000),
        valid_from: Utc(1_795_000_000),
        valid_to: Utc(1_850_000_000),
    }
}

#[test]
fn a_seal_reads_back_and_holds() {
    let house = house();
    let der = esl(&house, std::slice::from_ref(&house.first.1));
    let seal = Seal::parse(&der).unwrap();
    assert_eq!((seal.version, seal.kind, seal.vendor.as_str()), (4, 99, "Tongban"));
    assert_eq!((seal.picture.kind.as_str(), seal.picture.width), ("PNG", 42));
    assert!(seal.header_holds() && seal.algorithm_holds() && seal.verify_value().is_ok());
    assert_eq!(seal.listed(house.first.1.der()), Listed::Yes);
    assert_eq!(seal.listed(house.second.1.der()), Listed::No);
    let mut changed = house.first.1.der().to_vec();
    *changed.last_mut().unwrap() ^= 1;
    assert_eq!(seal.listed(&changed), Listed::Changed);
}

#[test]
fn bad_contents_are_refused() {
    let house = house();
    let list = [house.first.1.clone()];
    let good = spec(b"png", &list);
    let bad = [
        SealSpec { id: "", ..good.clone() },
        SealSpec { id: "印", ..good.clone() },
        SealSpec { name: "", ..good.clone() },
        SealSpec { signers: &[], ..good.clone() },
        SealSpec { valid_to: Utc(0), ..good.clone() },
    ];
    for spec in bad {
        assert!(make_seal(&spec, &house.maker.0, &house.maker.1).is_err());
    }
    assert!(make_seal(&good, &house.first.0, &house.maker.1).is_err());
}

#[test]
fn truncated_seals_are_refused_and_changed_ones_do_not_hold() {
    let house = house();
    let list = [house.first.1.clone()];
    let der = make_seal(&spec(b"a picture", &list), &house.maker.0, &house.maker.1).unwrap();
    for cut in 0..der.len() {
        assert!(Seal::parse(&der[..cut]).is_err());
    }
    let maker = house.maker.1.der();
    let at = der.windows(maker.len()).rposition(|w| w == maker).unwrap();
    for bit in 0..der.len() * 8 {
        let mut bad = der.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        let Ok(seal) = Seal::parse(&bad) else { continue };
        let holds = seal.verify_value().is_ok() && seal.header_holds() && seal.algorithm_holds();
        // The maker's certificate lies outside its own signature; the chain judges it.
        let in_maker = (at..at + maker.len()).contains(&(bit / 8));
        assert!(!holds || in_maker, "bit {bit}");
    }
}

/// Version 5 is version 4 with a timestamp that may follow (GM/T 0031-2025 as seen in the wild).
#[test]
fn version_five_reads_with_and_without_timestamp() {
    let house = house();
    let four = esl(&house, std::slice::from_ref(&house.first.1));
    let mut info = Tlv::only(&four).unwrap().inside().any().unwrap().raw.to_vec();
    let header = b"\x16\x02ES\x02\x01";
    let at = info.windows(header.len()).position(|w| w == header).unwrap() + header.len();
    info[at] = 5;
    let value = house.maker.0.sign(&info, None).unwrap();
    let maker = tlv::octets(house.maker.1.der());
    let method = tlv::put(tag::OID, &[oid::SM2_WITH_SM3]);
    let stamp = tlv::put(tag::context(0), &[&tlv::bit_string(b"token")]);
    for tail in [&[][..], &stamp[..]] {
        let der = tlv::sequence(&[&info, &maker, &method, &tlv::bit_string(&value), tail]);
        let seal = Seal::parse(&der).unwrap();
        let token = (!tail.is_empty()).then_some(&b"token"[..]);
        assert_eq!((seal.version, seal.timestamp()), (5, token));
        assert!(seal.verify_value().is_ok());
    }
    // Two elements belong to version 1 alone.
    let signed = tlv::sequence(&[&maker, &method, &tlv::bit_string(&value)]);
    assert!(Seal::parse(&tlv::sequence(&[&info, &signed])).is_err());
}
