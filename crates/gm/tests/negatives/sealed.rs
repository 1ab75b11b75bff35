//! SM2 encryption and SM4-GCM.

use super::{PRIME, unhex};
use gm::encryption::{self, Encrypted, Order};
use gm::sm2::Keypair;
use gm::tlv::{integer, octets, put, sequence, tag};
use gm::{Error, sm3, sm4};

fn pair() -> Keypair {
    Keypair::generate([0x42; 32])
}

struct Parts {
    x: Vec<u8>,
    y: Vec<u8>,
    hash: Vec<u8>,
    cipher: Vec<u8>,
}

fn parts() -> Parts {
    let row = encryption::encrypt(pair().public(), b"sixteen byte key", [7; 32]).unwrap();
    let row = row.row(Order::New);
    Parts {
        x: row[1..33].to_vec(),
        y: row[33..65].to_vec(),
        hash: row[65..97].to_vec(),
        cipher: row[97..].to_vec(),
    }
}

impl Parts {
    fn der(&self) -> Vec<u8> {
        let (x, y) = (integer(&self.x), integer(&self.y));
        sequence(&[&x, &y, &octets(&self.hash), &octets(&self.cipher)])
    }

    fn open(&self) -> Result<Vec<u8>, Error> {
        encryption::decrypt(&pair(), &Encrypted::from_der(&self.der())?)
    }
}

#[test]
fn bent_texts_are_refused() {
    assert_eq!(parts().open().unwrap(), b"sixteen byte key");
    let p = unhex(PRIME);
    let flipped = |bytes: &[u8]| {
        let mut out = bytes.to_vec();
        out[0] ^= 0x40;
        out
    };
    let good = parts();
    for (what, bent) in [
        ("x off the curve", Parts { x: flipped(&good.x), ..parts() }),
        ("y off the curve", Parts { y: flipped(&good.y), ..parts() }),
        ("y of the mirrored point", Parts { y: super::minus(&p, &good.y), ..parts() }),
        ("x and y exchanged", Parts { x: good.y.clone(), y: good.x.clone(), ..parts() }),
        ("infinity", Parts { x: vec![0; 32], y: vec![0; 32], ..parts() }),
        ("x = p", Parts { x: p.clone(), ..parts() }),
        ("y = p", Parts { y: p, ..parts() }),
        ("ones", Parts { x: vec![0xff; 32], y: vec![0xff; 32], ..parts() }),
        ("hash flipped", Parts { hash: flipped(&good.hash), ..parts() }),
        ("hash of zeros", Parts { hash: vec![0; 32], ..parts() }),
        ("text flipped", Parts { cipher: flipped(&good.cipher), ..parts() }),
        ("text cut", Parts { cipher: good.cipher[..15].to_vec(), ..parts() }),
        ("text longer", Parts { cipher: [&good.cipher[..], &[0]].concat(), ..parts() }),
    ] {
        assert_eq!(bent.open(), Err(Error::Sealed), "{what}");
    }
    for (what, bent) in [
        ("hash short", Parts { hash: good.hash[..31].to_vec(), ..parts() }),
        ("hash long", Parts { hash: vec![0; 33], ..parts() }),
        ("no text", Parts { cipher: vec![], ..parts() }),
        ("too long", Parts { cipher: vec![0; encryption::MOST + 1], ..parts() }),
        ("x long", Parts { x: vec![1; 33], ..parts() }),
    ] {
        assert!(matches!(bent.open(), Err(Error::Der(_))), "{what}");
    }
}

#[test]
fn one_order_is_not_the_other() {
    let sealed = encryption::encrypt(pair().public(), b"sixteen byte key", [7; 32]).unwrap();
    for (written, read) in [(Order::New, Order::Old), (Order::Old, Order::New)] {
        let mixed = Encrypted::from_row(&sealed.row(written), read).unwrap();
        assert_eq!(encryption::decrypt(&pair(), &mixed), Err(Error::Sealed));
    }
    // Other marks of the point: packed, hybrid, none, infinity.
    let row = sealed.row(Order::New);
    for mark in [0, 1, 2, 3, 5, 6, 7, 0xff] {
        assert!(Encrypted::from_row(&[&[mark], &row[1..]].concat(), Order::New).is_err());
    }
    assert!(Encrypted::from_row(&row[1..], Order::New).is_err());
}

#[test]
fn other_spellings_are_refused() {
    let good = parts();
    let (x, y) = (integer(&good.x), integer(&good.y));
    let (hash, cipher) = (octets(&good.hash), octets(&good.cipher));
    let raw = |bytes: &[u8]| put(tag::INTEGER, &[bytes]);
    for (what, der) in [
        (
            "a zero before x",
            sequence(&[&raw(&[&[0, 0], &good.x[..]].concat()), &y, &hash, &cipher]),
        ),
        ("negative x", sequence(&[&raw(&[0xff; 32]), &y, &hash, &cipher])),
        ("x as octets", sequence(&[&octets(&good.x), &y, &hash, &cipher])),
        ("hash and text exchanged", sequence(&[&x, &y, &cipher, &hash])),
        ("a byte after", [&good.der()[..], &[0]].concat()),
        ("a NULL inside", sequence(&[&x, &y, &hash, &cipher, &[5, 0]])),
        ("a part missing", sequence(&[&x, &y, &hash])),
    ] {
        assert!(Encrypted::from_der(&der).is_err(), "{what}");
    }
}

/// A key stream of nothing but zeros leaves the text readable: GB/T 32918.4 makes it an error for both sides. For the
/// key 1 the shared point is the sent point itself, so such a text is soon found.
#[test]
fn a_key_stream_of_zeros_is_refused() {
    let own = Keypair::from_bytes(&{
        let mut one = [0; 32];
        one[31] = 1;
        one
    })
    .unwrap();
    let mut found = 0;
    for seed in 1..=2000_u32 {
        let mut scalar = [0; 32];
        scalar[28..].copy_from_slice(&seed.to_be_bytes());
        let point = *Keypair::from_bytes(&scalar).unwrap().public().sec1();
        let (x, y) = (&point[1..33], &point[33..]);
        let stream = sm3::hash(&[x, y, &[0, 0, 0, 1]].concat())[0];
        let text = b'!' ^ stream;
        let hash = sm3::hash(&[x, b"!", y].concat());
        let der = sequence(&[&integer(x), &integer(y), &octets(&hash), &octets(&[text])]);
        let end = encryption::decrypt(&own, &Encrypted::from_der(&der).unwrap());
        match stream {
            0 => {
                assert_eq!(end, Err(Error::Sealed));
                found += 1;
            }
            _ => assert_eq!(end.unwrap(), b"!"),
        }
        if found == 2 {
            return;
        }
    }
    panic!("no such text among two thousand");
}

#[test]
fn tags_of_other_lengths_are_refused() {
    let (key, nonce) = ([7; 16], [9; 12]);
    let plain = b"forty bytes of text, as it happens here.";
    let sealed = sm4::seal(&key, &nonce, b"place", plain);
    let (text, mark) = sealed.split_at(plain.len());
    let open = |bytes: &[u8]| sm4::open(&key, &nonce, b"place", bytes);
    assert_eq!(open(&sealed).unwrap(), plain);
    for length in 0..16 {
        let short = [text, &mark[..length]].concat();
        assert_eq!(open(&short), Err(Error::Sealed), "tag of {length} bytes");
        let end = [text, &mark[..length], &vec![0; 16 - length]].concat();
        assert_eq!(open(&end), Err(Error::Sealed), "{length} bytes and zeros");
    }
    for (what, bent) in [
        ("longer", [text, mark, &[0]].concat()),
        ("twice", [text, mark, mark].concat()),
        ("of zeros", [text, &[0; 16]].concat()),
        ("of ones", [text, &[0xff; 16]].concat()),
        ("before the text", [mark, text].concat()),
        ("turned round", [text, &mark.iter().rev().copied().collect::<Vec<_>>()].concat()),
        ("inverted", [text, &mark.iter().map(|b| !b).collect::<Vec<_>>()].concat()),
        ("alone", mark.to_vec()),
    ] {
        assert_eq!(open(&bent), Err(Error::Sealed), "{what}");
    }
    // Moving a byte between place and text does not keep the tag.
    let moved = sm4::seal(&key, &nonce, b"plac", b"e");
    assert_eq!(sm4::open(&key, &nonce, b"place", &moved[1..]), Err(Error::Sealed));
    // Nothing at all under a tag comes back as nothing.
    let nothing = sm4::seal(&key, &nonce, b"", b"");
    assert_eq!((nothing.len(), sm4::open(&key, &nonce, b"", &nothing)), (16, Ok(vec![])));
    for bit in 0..96 {
        let mut other = nonce;
        other[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(sm4::open(&key, &other, b"place", &sealed), Err(Error::Sealed));
    }
}
