//! Signatures and public keys.

use super::{ORDER, PRIME, minus, plus, unhex};
use gm::Error;
use gm::sm2::{Keypair, PublicKey};
use gm::tlv::{Tlv, integer, put, sequence, tag};

const MESSAGE: &[u8] = b"the message";

fn pair() -> Keypair {
    Keypair::generate([0x42; 32])
}

/// r and s of a good signature, 32 bytes each.
fn halves(der: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut fields = Tlv::only(der).unwrap().inside();
    let mut half = || {
        let magnitude = fields.any().unwrap().unsigned().unwrap().to_vec();
        [vec![0; 32 - magnitude.len()], magnitude].concat()
    };
    (half(), half())
}

fn refused(what: &str, der: &[u8]) {
    assert_eq!(pair().public().verify(MESSAGE, der), Err(Error::Signature), "{what}");
}

#[test]
fn numbers_out_of_range_and_related_ones() {
    let (r, s) = halves(&pair().sign(MESSAGE, None).unwrap());
    let n = unhex(ORDER);
    let (zero, one) = (vec![0; 32], [vec![0; 31], vec![1]].concat());
    let n_minus_1 = minus(&n, &one);
    let pairs: Vec<(&str, &[u8], &[u8])> = vec![
        ("r = 0", &zero, &s),
        ("s = 0", &r, &zero),
        ("both 0", &zero, &zero),
        ("r = n", &n, &s),
        ("s = n", &r, &n),
        ("both n", &n, &n),
        ("r = n - 1", &n_minus_1, &s),
        ("s = n - 1", &r, &n_minus_1),
        ("both n - 1", &n_minus_1, &n_minus_1),
        ("r = 1", &one, &s),
        ("s = 1", &r, &one),
        ("both 1", &one, &one),
        ("exchanged", &s, &r),
        ("r + s = n", &one, &n_minus_1),
    ];
    for (what, r, s) in pairs {
        refused(what, &sequence(&[&integer(r), &integer(s)]));
    }
    // What ECDSA lets pass: the same r with n - s. SM2 must not.
    for (what, r, s) in [
        ("n - s", r.clone(), minus(&n, &s)),
        ("n - r", minus(&n, &r), s.clone()),
        ("both turned", minus(&n, &r), minus(&n, &s)),
        ("r + n", plus(&r, &n), s.clone()),
        ("s + n", r.clone(), plus(&s, &n)),
        ("256 r", [&r[..], &[0]].concat(), s.clone()),
    ] {
        refused(what, &sequence(&[&integer(&r), &integer(&s)]));
    }
    let good = sequence(&[&integer(&r), &integer(&s)]);
    assert_eq!(pair().public().verify(MESSAGE, &good), Ok(()));
}

#[test]
fn other_spellings_of_a_good_signature() {
    let good = pair().sign(MESSAGE, None).unwrap();
    let (r, s) = halves(&good);
    let (ri, si) = (integer(&r), integer(&s));
    let raw = |bytes: &[u8]| put(tag::INTEGER, &[bytes]);
    let body = &good[2..];
    let negative = |half: &[u8]| {
        let mut bytes = half.to_vec();
        bytes[0] |= 0x80;
        raw(&bytes)
    };
    for (what, der) in [
        ("nothing", vec![]),
        ("only a tag", vec![0x30]),
        ("raw r and s", [&r[..], &s].concat()),
        ("a zero before r", sequence(&[&raw(&[&[0, 0], &r[..]].concat()), &si])),
        ("a zero before s", sequence(&[&ri, &raw(&[&[0, 0], &s[..]].concat())])),
        ("negative r", sequence(&[&negative(&r), &si])),
        ("negative s", sequence(&[&ri, &negative(&s)])),
        ("empty r", sequence(&[&raw(&[]), &si])),
        ("long form of the length", [&[0x30, 0x81, body.len() as u8], body].concat()),
        ("longer form", [&[0x30, 0x82, 0, body.len() as u8], body].concat()),
        ("length of four bytes", [&[0x30, 0x84, 0, 0, 0, body.len() as u8], body].concat()),
        ("no end given", [&[0x30, 0x80], body, &[0, 0]].concat()),
        ("length too short", [&[0x30, body.len() as u8 - 1], body].concat()),
        ("length too long", [&[0x30, body.len() as u8 + 1], body].concat()),
        ("a byte after", [&good[..], &[0]].concat()),
        ("a NULL after", [&good[..], &[5, 0]].concat()),
        ("a NULL inside", sequence(&[&ri, &si, &[5, 0]])),
        ("three numbers", sequence(&[&ri, &si, &si])),
        ("one number", sequence(&[&ri])),
        ("none", sequence(&[])),
        ("a set", put(tag::SET, &[body])),
        ("octets", put(tag::OCTET_STRING, &[body])),
        ("wrapped twice", sequence(&[&good])),
        ("wrapped in a bit string", put(tag::BIT_STRING, &[&[0], &good])),
        ("r as octets", sequence(&[&put(tag::OCTET_STRING, &[&r]), &si])),
        ("s as a flag", sequence(&[&ri, &put(tag::BOOLEAN, &[&[0xff]])])),
        ("r as ENUMERATED", sequence(&[&put(tag::ENUMERATED, &[&r]), &si])),
        ("a long tag", [&[0x3f, 0x10, body.len() as u8], body].concat()),
    ] {
        refused(what, &der);
    }
    assert_eq!(pair().public().verify(MESSAGE, &good), Ok(()));
}

/// Short and long halves: r or s below 2^248, and with its highest bit set, are written and read right.
#[test]
fn halves_of_every_length_hold() {
    let (pair, mut lengths) = (pair(), std::collections::BTreeSet::new());
    for number in 0..600_u32 {
        let message = number.to_be_bytes();
        let der = pair.sign(&message, None).unwrap();
        lengths.insert(der.len());
        assert_eq!(pair.public().verify(&message, &der), Ok(()));
    }
    assert!(lengths.contains(&72) && lengths.contains(&70) && lengths.len() >= 4, "{lengths:?}");
}

#[test]
fn another_message_key_or_id() {
    let pair = pair();
    let good = pair.sign(MESSAGE, None).unwrap();
    for message in [&b""[..], b"the messagE", b"the message ", &pair.public().digest(MESSAGE)] {
        assert_eq!(pair.public().verify(message, &good), Err(Error::Signature));
    }
    for id in ["", "1234567812345679", "123456781234567", "12345678123456781"] {
        let other = pair.public().under_id(id).unwrap();
        assert_eq!(other.verify(MESSAGE, &good), Err(Error::Signature), "{id}");
        let signed = Keypair::with_id(id, &pair.secret_bytes()).unwrap();
        let der = signed.sign(MESSAGE, None).unwrap();
        assert_eq!(other.verify(MESSAGE, &der), Ok(()));
        refused("signed under another id", &der);
    }
    let stranger = Keypair::generate([0x43; 32]);
    assert_eq!(stranger.public().verify(MESSAGE, &good), Err(Error::Signature));
    // The point on the other side of the curve.
    let mut mirrored = *pair.public().sec1();
    let y = minus(&unhex(PRIME), &mirrored[33..]);
    mirrored[33..].copy_from_slice(&y);
    let mirrored = PublicKey::from_sec1(&mirrored).unwrap();
    assert_eq!(mirrored.verify(MESSAGE, &good), Err(Error::Signature));
    // An id may be long, but its length in bits has sixteen bits.
    assert!(pair.public().under_id(&"长".repeat(2730)).is_ok());
    assert_eq!(pair.public().under_id(&"a".repeat(8192)), Err(Error::Key));
}

#[test]
fn points_in_other_forms() {
    let good = *pair().public().sec1();
    let (x, y) = (&good[1..33], &good[33..]);
    let odd = y[31] & 1;
    let packed = |mark: u8| [&[mark], x].concat();
    assert_eq!(PublicKey::from_sec1(&packed(2 | odd)).as_ref(), Ok(pair().public()));
    assert_ne!(PublicKey::from_sec1(&packed(3 ^ odd)).as_ref(), Ok(pair().public()));
    let p = unhex(PRIME);
    let p_plus = |half: &[u8]| plus(half, &p)[1..].to_vec();
    for (what, bytes) in [
        ("nothing", vec![]),
        ("infinity", vec![0]),
        ("infinity, long", vec![0; 65]),
        ("zeros", [&[4][..], &[0; 64]].concat()),
        ("hybrid", [&[6 | odd], x, y].concat()),
        ("hybrid, wrong", [&[7 ^ odd], x, y].concat()),
        ("a mark of none", [&[5], x, y].concat()),
        ("no mark", [x, y].concat()),
        ("packed with y", [&[2 | odd], x, y].concat()),
        ("unpacked without y", packed(4)),
        ("one byte short", good[..64].to_vec()),
        ("one byte more", [&good[..], &[0]].concat()),
        ("exchanged", [&[4], y, x].concat()),
        ("y + 1", [&[4], x, &plus(y, &[&[0; 31][..], &[1]].concat())[1..]].concat()),
        ("x = p", [&[4], &p[..], y].concat()),
        ("x + p", [&[4], &p_plus(x)[..], y].concat()),
        ("y + p", [&[4], x, &p_plus(y)[..]].concat()),
        ("ones", [&[4][..], &[0xff; 64]].concat()),
        ("packed ones", [&[2][..], &[0xff; 32]].concat()),
    ] {
        assert_eq!(PublicKey::from_sec1(&bytes), Err(Error::Key), "{what}");
    }
}
