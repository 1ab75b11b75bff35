//! SM4-GCM authenticated encryption (GM/T 0002-2012 block cipher; mode and tag as in RFC 8998).

pub(crate) mod block;

use crate::Error;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{AesGcm, Nonce};
use block::Sm4;

type Sm4Gcm = AesGcm<Sm4, U12>;

/// Bytes in a key.
pub const KEY: usize = 16;
/// Bytes in a nonce.
pub const NONCE: usize = 12;
/// Bytes in the tag that ends sealed bytes.
pub const TAG: usize = 16;

/// Encrypts `plain` and binds `aad` to it: ciphertext followed by the 16-byte tag.
///
/// A nonce must never be used twice under one key; it comes from the caller because chance is an argument.
pub fn seal(key: &[u8; KEY], nonce: &[u8; NONCE], aad: &[u8], plain: &[u8]) -> Vec<u8> {
    let cipher = Sm4Gcm::new(&(*key).into());
    let payload = Payload { msg: plain, aad };
    cipher
        .encrypt(&Nonce::<U12>::from(*nonce), payload)
        .expect("GCM refuses only texts above 64 GiB")
}

/// Opens what [`seal`] made; [`Error::Sealed`] when a bit, the key, the nonce or `aad` differs.
pub fn open(
    key: &[u8; KEY],
    nonce: &[u8; NONCE],
    aad: &[u8],
    sealed: &[u8],
) -> Result<Vec<u8>, Error> {
    let cipher = Sm4Gcm::new(&(*key).into());
    cipher
        .decrypt(&Nonce::<U12>::from(*nonce), Payload { msg: sealed, aad })
        .map_err(|_| Error::Sealed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlv::{hex, unhex};

    /// RFC 8998 appendix A.1.
    #[test]
    fn gcm_known_answer() {
        let key: [u8; 16] = unhex("0123456789abcdeffedcba9876543210").try_into().unwrap();
        let nonce: [u8; 12] = unhex("00001234567800000000abcd").try_into().unwrap();
        let aad = unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
        let plain = unhex(concat!(
            "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd",
            "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa"
        ));
        let sealed = seal(&key, &nonce, &aad, &plain);
        assert_eq!(
            hex(&sealed),
            concat!(
                "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735",
                "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d",
                "83de3541e4c2b58177e065a9bf7b62ec"
            )
        );
        assert_eq!(open(&key, &nonce, &aad, &sealed).unwrap(), plain);
    }

    /// What GCM hides is what CTR hides from the second counter on, in every length of the last step.
    #[test]
    fn counters_agree_with_the_mode_ctr() {
        let (key, nonce) = ([7; 16], [9; 12]);
        let second = [&nonce[..], &[0, 0, 0, 2]].concat().try_into().unwrap();
        for length in 0..200 {
            let plain = vec![length as u8; length];
            let sealed = seal(&key, &nonce, b"", &plain);
            assert_eq!(sealed[..length], crate::sm4_modes::ctr(&key, &second, &plain));
        }
    }

    #[test]
    fn every_changed_bit_is_refused() {
        let (key, nonce) = ([7; 16], [9; 12]);
        let sealed = seal(&key, &nonce, b"table/row", "张三".as_bytes());
        for bit in 0..sealed.len() * 8 {
            let mut bad = sealed.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(open(&key, &nonce, b"table/row", &bad), Err(Error::Sealed));
        }
        for cut in 0..sealed.len() {
            assert_eq!(open(&key, &nonce, b"table/row", &sealed[..cut]), Err(Error::Sealed));
        }
        assert_eq!(open(&key, &nonce, b"table/other", &sealed), Err(Error::Sealed));
        assert_eq!(open(&[8; 16], &nonce, b"table/row", &sealed), Err(Error::Sealed));
    }
}
