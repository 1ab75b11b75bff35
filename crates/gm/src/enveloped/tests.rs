//! Letters come back to whoever they are for, and to nobody else; what is changed does not open.

use super::*;
use crate::x509::{Issuer, Kind, Name, Spec, issue};

struct Person {
    pair: Keypair,
    signer: Signer,
    certificate: Certificate,
}

fn person(seed: u8, usage: KeyUsage) -> Person {
    let pair = Keypair::generate([seed; 32]);
    let root = Signer::Soft(Keypair::generate([0x70; 32]));
    let name = Name::new("示例", "根");
    let (not_before, not_after) = (Utc(0), Utc(4_000_000_000));
    let kind = Kind::Authority { path_len: None };
    let spec =
        Spec { serial: &[1], subject: &name, public: root.public(), kind, not_before, not_after };
    let authority = issue(&spec, Issuer::Itself, &root).unwrap();
    let name = Name::new("示例", &format!("第{seed}人"));
    let kind = Kind::Leaf { usage, extended: vec![] };
    let spec = Spec {
        serial: &[seed],
        subject: &name,
        public: pair.public(),
        kind,
        not_before,
        not_after,
    };
    let certificate = issue(&spec, Issuer::By(&authority), &root).unwrap();
    Person { signer: Signer::Soft(pair.clone()), pair, certificate }
}

fn reader(seed: u8) -> Person {
    person(seed, KeyUsage::KEY_ENCIPHERMENT)
}

fn writer() -> Person {
    person(0x91, KeyUsage::DIGITAL_SIGNATURE)
}

fn from(person: &Person) -> Sender<'_> {
    Sender { signer: &person.signer, certificate: &person.certificate, at: Utc(1_700_000_000) }
}

#[test]
fn a_letter_opens_for_each_recipient_and_for_nobody_else() {
    let (a, b, c) = (reader(1), reader(2), reader(3));
    let to = [a.certificate.clone(), b.certificate.clone()];
    for length in [0, 1, 15, 16, 17, 5000] {
        let plain: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
        let der = seal(&plain, &to, [9; 32]).unwrap();
        let letter = Enveloped::parse(&der).unwrap();
        assert_eq!(letter.recipients().len(), 2);
        assert!(letter.recipients().iter().all(|r| r.issuer() == a.certificate.issuer()));
        for reader in [&a, &b] {
            assert_eq!(letter.open(&reader.certificate, &reader.pair).unwrap(), plain);
        }
        assert_eq!(letter.open(&c.certificate, &c.pair), Err(Error::Sealed), "not addressed");
        assert_eq!(letter.open(&a.certificate, &c.pair), Err(Error::Sealed), "another key");
    }
    assert_ne!(seal(b"x", &to, [1; 32]), seal(b"x", &to, [2; 32]));
}

#[test]
fn a_signed_letter_says_from_whom_it_is() {
    let (to, by) = (reader(1), writer());
    let plain = "请于三日内回复。".as_bytes();
    let der =
        seal_signed(plain, std::slice::from_ref(&to.certificate), from(&by), [4; 32]).unwrap();
    let letter = SignedEnveloped::parse(&der).unwrap();
    assert_eq!((letter.recipients().len(), letter.certificates().len()), (1, 1));
    let (read, signed) = letter.open(&to.certificate, &to.pair).unwrap();
    assert_eq!(read, plain);
    assert_eq!((signed.len(), signed[0].profile), (1, Profile::Attributes));
    assert_eq!((&signed[0].signer, signed[0].time), (&by.certificate, Some(Utc(1_700_000_000))));
    let stranger = reader(2);
    assert_eq!(letter.open(&stranger.certificate, &stranger.pair).unwrap_err(), Error::Sealed);
}

/// Whoever opens a changed letter never reads another content under a signature.
#[test]
fn no_changed_bit_of_a_signed_letter_opens_as_something_else() {
    let (to, by) = (reader(1), writer());
    let plain = b"pay 100";
    let der =
        seal_signed(plain, std::slice::from_ref(&to.certificate), from(&by), [4; 32]).unwrap();
    for cut in 0..der.len() {
        assert!(SignedEnveloped::parse(&der[..cut]).is_err(), "{cut} bytes");
    }
    // Every third bit: each byte is met, and each place within a byte.
    for bit in (0..der.len() * 8).step_by(3) {
        let mut bad = der.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        let Ok(letter) = SignedEnveloped::parse(&bad) else { continue };
        match letter.open(&to.certificate, &to.pair) {
            // The certificate's own signature and dates are the chain's business.
            Ok((read, signed)) => {
                assert_eq!(read, plain, "bit {bit}");
                let key = signed[0].signer.public().unwrap();
                assert_eq!(key, by.signer.public(), "bit {bit}");
            }
            Err(error) => assert_eq!(error, Error::Sealed, "bit {bit}"),
        }
    }
}

#[test]
fn a_letter_of_another_kind_or_form_is_refused() {
    let (to, by) = (reader(1), writer());
    let list = std::slice::from_ref(&to.certificate);
    let plain = seal(b"x", list, [1; 32]).unwrap();
    let signed = seal_signed(b"x", list, from(&by), [1; 32]).unwrap();
    let kept = encrypt(b"x", &[7; 16], [8; 16]);
    assert!(Enveloped::parse(&signed).is_err() && Enveloped::parse(&kept).is_err());
    assert!(SignedEnveloped::parse(&plain).is_err() && SignedEnveloped::parse(&kept).is_err());
    assert!(decrypt(&plain, &[7; 16]).is_err() && decrypt(&signed, &[7; 16]).is_err());
    for der in [&plain, &signed, &kept] {
        let longer = [&der[..], &[0]].concat();
        assert!(Enveloped::parse(&longer).is_err() && SignedEnveloped::parse(&longer).is_err());
        assert!(decrypt(&longer, &[7; 16]).is_err());
    }
    for cut in 0..plain.len() {
        assert!(Enveloped::parse(&plain[..cut]).is_err(), "{cut} bytes");
    }
}

#[test]
fn wrong_people_are_refused_while_sealing() {
    let (to, by) = (reader(1), writer());
    assert_eq!(seal(b"x", &[], [1; 32]), Err(Error::Der("recipients")));
    let many = vec![to.certificate.clone(); RECIPIENTS + 1];
    assert_eq!(seal(b"x", &many, [1; 32]), Err(Error::Der("recipients")));
    // A key that is for signing only is not written to.
    assert_eq!(seal(b"x", std::slice::from_ref(&by.certificate), [1; 32]), Err(Error::Key));
    let false_name = Sender { certificate: &to.certificate, ..from(&by) };
    let list = std::slice::from_ref(&to.certificate);
    assert_eq!(seal_signed(b"x", list, false_name, [1; 32]), Err(Error::Key));
}

/// Puts one letter together by hand, with a signer info of one's choice.
fn by_hand(plain: &[u8], to: &Person, infos: &[&[u8]], certificates: &[&[u8]]) -> Vec<u8> {
    let (recipients, content) =
        lock(plain, std::slice::from_ref(&to.certificate), [3; 32]).unwrap();
    let data = tlv::sequence(&[
        &tlv::integer(&[1]),
        &recipients,
        &tlv::put(tag::SET, &[&algorithm_of(oid::SM3)]),
        &content,
        &tlv::put(tag::context(0), certificates),
        &tlv::put(tag::SET, infos),
    ]);
    content_info(oid::GM_SIGNED_ENVELOPED_DATA, &data)
}

fn bare_info(by: &Person, message: &[u8]) -> Vec<u8> {
    tlv::sequence(&[
        &tlv::integer(&[1]),
        &issuer_and_serial(&by.certificate),
        &algorithm_of(oid::SM3),
        &algorithm_of(oid::SM2_SIGN),
        &tlv::octets(&by.signer.sign(message, None).unwrap()),
    ])
}

#[test]
fn signatures_over_the_content_itself_hold_and_tricks_do_not() {
    let (to, by) = (reader(1), writer());
    let open = |der: &[u8]| SignedEnveloped::parse(der).unwrap().open(&to.certificate, &to.pair);
    let card = by.certificate.der();
    let good = by_hand(b"content", &to, &[&bare_info(&by, b"content")], &[card]);
    let (plain, signed) = open(&good).unwrap();
    assert_eq!((&plain[..], signed[0].profile), (&b"content"[..], Profile::Content));
    let other = by_hand(b"content", &to, &[&bare_info(&by, b"another")], &[card]);
    assert_eq!(open(&other).unwrap_err(), Error::Sealed, "signed over something else");
    let nobody = by_hand(b"content", &to, &[], &[card]);
    assert_eq!(open(&nobody).unwrap_err(), Error::Sealed, "nobody signed");
    let unknown = by_hand(b"content", &to, &[&bare_info(&by, b"content")], &[]);
    assert_eq!(open(&unknown).unwrap_err(), Error::Sealed, "certificate missing");
    // One of two signatures does not hold.
    let infos = [bare_info(&by, b"content"), bare_info(&by, b"another")];
    let half = by_hand(b"content", &to, &[&infos[0], &infos[1]], &[card]);
    assert_eq!(open(&half).unwrap_err(), Error::Sealed);
    // The attributes that somebody signed elsewhere, passed off as the content.
    let set = tlv::put(tag::SET, &[&tlv::sequence(&[])]);
    let stolen = by_hand(&set, &to, &[&bare_info(&by, &set)], &[card]);
    assert_eq!(open(&stolen).unwrap_err(), Error::Sealed);
}

#[test]
fn data_under_a_shared_key_comes_back() {
    let key = [0x5a; 16];
    for length in [0, 1, 16, 999] {
        let plain = vec![0x33; length];
        assert_eq!(decrypt(&encrypt(&plain, &key, [1; 16]), &key), Ok(plain));
    }
    let der = encrypt(b"exactly sixteen!", &key, [1; 16]);
    assert_ne!(decrypt(&der, &[0x5b; 16]), Ok(b"exactly sixteen!".to_vec()));
    for cut in 0..der.len() {
        assert!(decrypt(&der[..cut], &key).is_err(), "{cut} bytes");
    }
}

#[test]
fn bad_forms_inside_are_refused() {
    let wrap = |locked: &[u8]| {
        content_info(oid::GM_ENCRYPTED_DATA, &tlv::sequence(&[&tlv::integer(&[1]), locked]))
    };
    let method = |id: &[u8], vector: &[u8]| {
        tlv::sequence(&[&tlv::put(tag::OID, &[id]), &tlv::octets(vector)])
    };
    let cipher = sm4_modes::cbc_encrypt(&[7; 16], &[1; 16], b"x");
    let locked = |kind: &[u8], method: &[u8], cipher: &[u8]| {
        let body = tlv::put(tag::context_primitive(0), &[cipher]);
        wrap(&tlv::sequence(&[&tlv::put(tag::OID, &[kind]), method, &body]))
    };
    let read = |der: &[u8]| decrypt(der, &[7; 16]);
    let good = method(oid::SM4_CBC, &[1; 16]);
    assert_eq!(read(&locked(oid::GM_DATA, &good, &cipher)), Ok(b"x".to_vec()));
    // The cipher named without its mode.
    let bare = method(oid::SM4, &[1; 16]);
    assert_eq!(read(&locked(oid::GM_DATA, &bare, &cipher)), Ok(b"x".to_vec()));
    let aes = method(oid::AES128_CBC, &[1; 16]);
    assert!(matches!(read(&locked(oid::GM_DATA, &aes, &cipher)), Err(Error::Algorithm(_))));
    for length in [0, 8, 12, 15, 17, 32] {
        let short = method(oid::SM4_CBC, &vec![1; length]);
        assert_eq!(read(&locked(oid::GM_DATA, &short, &cipher)), Err(Error::Der("vector")));
    }
    assert!(read(&locked(oid::GM_SIGNED_DATA, &good, &cipher)).is_err(), "another content");
    for bad in [&[][..], &cipher[..15], &[&cipher[..], &[0]].concat()] {
        assert_eq!(read(&locked(oid::GM_DATA, &good, bad)), Err(Error::Sealed));
    }
    let two = tlv::sequence(&[&tlv::integer(&[2]), &Locked::make(&[7; 16], [1; 16], b"x").der()]);
    assert_eq!(read(&content_info(oid::GM_ENCRYPTED_DATA, &two)), Err(Error::Der("version")));
}
