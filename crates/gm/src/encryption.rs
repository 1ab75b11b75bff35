//! SM2 encryption (GB/T 32918.4-2016, GM/T 0003.4) and its spellings: the ASN.1 form of GM/T 0009, and the
//! plain rows of bytes C1‖C3‖C2 (new) and C1‖C2‖C3 (old). It is for short things such as session keys.

use crate::sm2::{Given, Keypair, PublicKey};
use crate::tlv::{self, Tlv, tag};
use crate::{Error, sm3};
use ::sm2::pke::{DecryptingKey, EncryptingKey, Mode};

/// Most bytes encrypted at once: SM2 is for keys and numbers, longer things go under SM4.
pub const MOST: usize = 4096;

/// The order of the parts in a row of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// C1‖C3‖C2, GB/T 32918.4-2016.
    New,
    /// C1‖C2‖C3, the standard of 2010 and much that is still in use.
    Old,
}

/// An encrypted text, whatever its spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encrypted {
    x: [u8; 32],
    y: [u8; 32],
    hash: [u8; sm3::LEN],
    cipher: Vec<u8>,
}

impl Encrypted {
    /// `SEQUENCE { x INTEGER, y INTEGER, hash OCTET STRING, cipher OCTET STRING }` (GM/T 0009-2012 §7.2).
    pub fn der(&self) -> Vec<u8> {
        tlv::sequence(&[
            &tlv::integer(&self.x),
            &tlv::integer(&self.y),
            &tlv::octets(&self.hash),
            &tlv::octets(&self.cipher),
        ])
    }

    /// Reads the ASN.1 form.
    pub fn from_der(der: &[u8]) -> Result<Encrypted, Error> {
        let mut fields = Tlv::only(der)?.inside();
        let mut half = || -> Result<[u8; 32], Error> {
            let magnitude = fields.expect(tag::INTEGER, "point")?.unsigned()?;
            let mut out = [0; 32];
            let skip = 32_usize.checked_sub(magnitude.len()).ok_or(Error::Der("point"))?;
            out[skip..].copy_from_slice(magnitude);
            Ok(out)
        };
        let (x, y) = (half()?, half()?);
        let hash = fields.expect(tag::OCTET_STRING, "hash")?.value;
        let hash = hash.try_into().map_err(|_| Error::Der("hash"))?;
        let cipher = fields.expect(tag::OCTET_STRING, "cipher text")?.value.to_vec();
        fields.end()?;
        bounded(Encrypted { x, y, hash, cipher })
    }

    /// A row of bytes beginning with the uncompressed point.
    pub fn row(&self, order: Order) -> Vec<u8> {
        let point = [&[4][..], &self.x, &self.y].concat();
        match order {
            Order::New => [&point[..], &self.hash, &self.cipher].concat(),
            Order::Old => [&point[..], &self.cipher, &self.hash].concat(),
        }
    }

    /// Reads a row of bytes. It begins with the `04` of the point: an x may begin with the same byte, so a row
    /// that leaves it out cannot be told from one that is cut short.
    pub fn from_row(bytes: &[u8], order: Order) -> Result<Encrypted, Error> {
        let short = Error::Der("encrypted text");
        let rest = bytes.strip_prefix(&[4]).ok_or(short)?;
        let (x, rest) = rest.split_first_chunk::<32>().ok_or(short)?;
        let (y, rest) = rest.split_first_chunk::<32>().ok_or(short)?;
        let (hash, cipher) = match order {
            Order::New => rest.split_first_chunk::<{ sm3::LEN }>().ok_or(short)?,
            Order::Old => {
                let (cipher, hash) = rest.split_last_chunk::<{ sm3::LEN }>().ok_or(short)?;
                (hash, cipher)
            }
        };
        bounded(Encrypted { x: *x, y: *y, hash: *hash, cipher: cipher.to_vec() })
    }
}

fn bounded(read: Encrypted) -> Result<Encrypted, Error> {
    if (1..=MOST).contains(&read.cipher.len()) {
        Ok(read)
    } else {
        Err(Error::Der("encrypted text"))
    }
}

/// Encrypts for the holder of a key. `chance` is 32 fresh random bytes: used twice, they give the text away.
///
/// # Errors
/// [`Error::Sealed`] for an empty text and for one above [`MOST`].
pub fn encrypt(to: &PublicKey, plain: &[u8], chance: [u8; 32]) -> Result<Encrypted, Error> {
    if !(1..=MOST).contains(&plain.len()) {
        return Err(Error::Sealed);
    }
    let key = EncryptingKey::from_sec1_bytes(to.sec1()).map_err(|_| Error::Key)?;
    let row = key.encrypt(&mut Given(chance), plain).map_err(|_| Error::Sealed)?;
    Encrypted::from_row(&row, Order::New)
}

/// Opens what was encrypted for this key.
///
/// # Errors
/// [`Error::Sealed`] when a bit was changed, the point is not on the curve, it was meant for another key, or the key
/// stream is all zeros.
pub fn decrypt(pair: &Keypair, sealed: &Encrypted) -> Result<Vec<u8>, Error> {
    let key = ::sm2::SecretKey::from_slice(&*pair.secret_bytes()).map_err(|_| Error::Key)?;
    let key = DecryptingKey::new_with_mode(key.to_nonzero_scalar(), Mode::C1C3C2);
    let plain = key.decrypt(&sealed.row(Order::New)).map_err(|_| Error::Sealed)?;
    // GB/T 32918.4 §7.1 B4: a key stream of nothing but zeros is an error. It leaves the text as it was.
    if plain == sealed.cipher { Err(Error::Sealed) } else { Ok(plain) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlv::unhex;

    /// GM/T 0003.5-2012 §C.2 (recommended curve), text "encryption standard".
    #[test]
    fn known_answer() {
        let d: [u8; 32] = unhex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8")
            .try_into()
            .unwrap();
        let pair = Keypair::from_bytes(&d).unwrap();
        let row = unhex(concat!(
            "0404ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73",
            "e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0",
            "59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766",
            "21886ca989ca9c7d58087307ca93092d651efa"
        ));
        let read = Encrypted::from_row(&row, Order::New).unwrap();
        assert_eq!(decrypt(&pair, &read).unwrap(), b"encryption standard");
        assert_eq!(read.row(Order::New), row);
    }

    fn pair(seed: u8) -> Keypair {
        Keypair::generate([seed; 32])
    }

    #[test]
    fn every_spelling_comes_back() {
        for length in [1, 2, 16, 31, 32, 33, 255, MOST] {
            let plain: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
            let sealed = encrypt(pair(1).public(), &plain, [length as u8; 32]).unwrap();
            assert_eq!(Encrypted::from_der(&sealed.der()), Ok(sealed.clone()));
            for order in [Order::New, Order::Old] {
                let row = sealed.row(order);
                assert_eq!(Encrypted::from_row(&row, order), Ok(sealed.clone()));
                assert!(Encrypted::from_row(&[&[2], &row[1..]].concat(), order).is_err());
            }
            assert_eq!(decrypt(&pair(1), &sealed), Ok(plain));
            assert_eq!(decrypt(&pair(2), &sealed), Err(Error::Sealed));
        }
        let other = encrypt(pair(1).public(), b"key", [8; 32]).unwrap();
        assert_ne!(other, encrypt(pair(1).public(), b"key", [9; 32]).unwrap());
        for bad in [&[][..], &[0; MOST + 1]] {
            assert_eq!(encrypt(pair(1).public(), bad, [1; 32]), Err(Error::Sealed));
        }
    }

    #[test]
    fn every_changed_bit_is_refused() {
        let sealed = encrypt(pair(1).public(), b"sixteen byte key", [3; 32]).unwrap();
        let row = sealed.row(Order::New);
        for bit in 8..row.len() * 8 {
            let mut bad = row.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            let read = Encrypted::from_row(&bad, Order::New).unwrap();
            assert_eq!(decrypt(&pair(1), &read), Err(Error::Sealed), "bit {bit}");
        }
        for cut in 0..97 {
            assert!(Encrypted::from_row(&row[..cut], Order::New).is_err(), "{cut} bytes");
        }
        let der = sealed.der();
        for cut in 0..der.len() {
            assert!(Encrypted::from_der(&der[..cut]).is_err(), "{cut} bytes");
        }
        let off = Encrypted { x: [1; 32], ..sealed.clone() };
        assert_eq!(decrypt(&pair(1), &off), Err(Error::Sealed), "not on the curve");
        let zero = Encrypted { x: [0; 32], y: [0; 32], ..sealed };
        assert_eq!(decrypt(&pair(1), &zero), Err(Error::Sealed));
    }
}
