//! SM4 in the older modes CBC and CTR (GB/T 17964), for formats that demand them: they hide, but they do not
//! notice changes. What is the house's own is sealed with [`crate::sm4`].

use crate::Error;
use crate::sm4::KEY;
use crate::sm4::block::Sm4;

/// Bytes in a block, and in the vector or counter that a message starts with.
pub const BLOCK: usize = 16;

fn xor(bytes: &mut [u8], with: &[u8]) {
    bytes.iter_mut().zip(with).for_each(|(a, b)| *a ^= b);
}

/// CBC with the padding of PKCS#7: always one to sixteen bytes longer than `plain`, in whole blocks. The vector
/// is fresh chance for every message.
pub fn cbc_encrypt(key: &[u8; KEY], vector: &[u8; BLOCK], plain: &[u8]) -> Vec<u8> {
    let mut out = padded(plain);
    Sm4::chain(key, vector, out.as_chunks_mut().0);
    out
}

/// Opens what [`cbc_encrypt`] made. Every fault is the same [`Error::Sealed`], and the padding is looked at as a
/// whole, so that an answer tells a forger nothing about where it was wrong.
pub fn cbc_decrypt(key: &[u8; KEY], vector: &[u8; BLOCK], sealed: &[u8]) -> Result<Vec<u8>, Error> {
    unchained(|blocks| Sm4::of(key).decrypt_all(blocks), vector, sealed)
}

/// CBC over any cipher of 16-byte blocks: key files of strangers lie under another one.
pub(crate) fn cbc_seal_with(
    encrypt: impl Fn([u8; BLOCK]) -> [u8; BLOCK],
    vector: &[u8; BLOCK],
    plain: &[u8],
) -> Vec<u8> {
    let mut out = padded(plain);
    let mut last = *vector;
    for block in out.as_chunks_mut::<BLOCK>().0 {
        xor(block, &last);
        last = encrypt(*block);
        *block = last;
    }
    out
}

/// The other way of [`cbc_seal_with`].
pub(crate) fn cbc_open_with(
    decrypt: impl Fn([u8; BLOCK]) -> [u8; BLOCK],
    vector: &[u8; BLOCK],
    sealed: &[u8],
) -> Result<Vec<u8>, Error> {
    let all = |blocks: &mut [_]| blocks.iter_mut().for_each(|block| *block = decrypt(*block));
    unchained(all, vector, sealed)
}

fn padded(plain: &[u8]) -> Vec<u8> {
    let pad = BLOCK - plain.len() % BLOCK;
    let mut out = Vec::with_capacity(plain.len() + pad);
    out.extend_from_slice(plain);
    out.resize(plain.len() + pad, pad as u8);
    out
}

/// Decrypts all blocks, takes from each the one before it, and the padding off their end.
fn unchained(
    decrypt: impl FnOnce(&mut [[u8; BLOCK]]),
    vector: &[u8; BLOCK],
    sealed: &[u8],
) -> Result<Vec<u8>, Error> {
    if sealed.is_empty() || !sealed.len().is_multiple_of(BLOCK) {
        return Err(Error::Sealed);
    }
    let mut out = sealed.to_vec();
    decrypt(out.as_chunks_mut().0);
    xor(&mut out[..BLOCK], vector);
    xor(&mut out[BLOCK..], sealed);
    let pad = out.last().copied().unwrap_or(0);
    let mut wrong = u8::from(pad == 0 || usize::from(pad) > BLOCK);
    for (n, byte) in out.iter().rev().take(BLOCK).enumerate() {
        // Every one of the last sixteen bytes is read, whatever the padding says.
        wrong |= if n < usize::from(pad) { byte ^ pad } else { 0 };
    }
    if wrong != 0 {
        return Err(Error::Sealed);
    }
    out.truncate(out.len() - usize::from(pad));
    Ok(out)
}

/// CTR: the same call hides and opens. `counter` is the first counter block, counted up as one 128-bit number;
/// no block of it may be used twice under one key.
pub fn ctr(key: &[u8; KEY], counter: &[u8; BLOCK], data: &[u8]) -> Vec<u8> {
    let first = u128::from_be_bytes(*counter);
    let count = |n| first.wrapping_add(n as u128).to_be_bytes();
    let mut stream: Vec<[u8; BLOCK]> = (0..data.len().div_ceil(BLOCK)).map(count).collect();
    Sm4::of(key).encrypt_all(&mut stream);
    let mut out = stream.into_flattened();
    out.truncate(data.len());
    xor(&mut out, data);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlv::{hex, unhex};

    fn key() -> [u8; 16] {
        unhex("0123456789abcdeffedcba9876543210").try_into().unwrap()
    }

    fn start() -> [u8; 16] {
        unhex("000102030405060708090a0b0c0d0e0f").try_into().unwrap()
    }

    /// draft-ribose-cfrg-sm4 A.2.2: the first two blocks, before the padding.
    #[test]
    fn cbc_known_answer() {
        let plain = unhex("aaaaaaaabbbbbbbbccccccccddddddddeeeeeeeeffffffffaaaaaaaabbbbbbbb");
        let sealed = cbc_encrypt(&key(), &start(), &plain);
        let known = "78ebb11cc40b0a48312aaeb2040244cb4cb7016951909226979b0d15dc6a8f6d";
        assert_eq!((hex(&sealed[..32]).as_str(), sealed.len()), (known, 48));
        assert_eq!(cbc_decrypt(&key(), &start(), &sealed), Ok(plain));
    }

    /// draft-ribose-cfrg-sm4 A.2.5.
    #[test]
    fn ctr_known_answer() {
        let plain = unhex(concat!(
            "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd",
            "eeeeeeeeeeeeeeeeffffffffffffffffaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb"
        ));
        let known = concat!(
            "ac3236cb970cc20791364c395a1342d1a3cbc1878c6f30cd074cce385cdd70c7",
            "f234bc0e24c11980fd1286310ce37b926e02fcd0faa0baf38b2933851d824514"
        );
        let hidden = ctr(&key(), &start(), &plain);
        assert_eq!(hex(&hidden), known);
        assert_eq!(ctr(&key(), &start(), &hidden), plain);
    }

    #[test]
    fn every_length_comes_back_and_counters_wrap() {
        for length in 0..50 {
            let plain: Vec<u8> = (0..length).collect();
            let sealed = cbc_encrypt(&key(), &start(), &plain);
            assert_eq!(sealed.len(), (plain.len() / 16 + 1) * 16);
            assert_eq!(cbc_decrypt(&key(), &start(), &sealed), Ok(plain.clone()));
            let hidden = ctr(&key(), &[0xff; 16], &plain);
            assert_eq!(ctr(&key(), &[0xff; 16], &hidden), plain);
        }
        let wrapped = ctr(&key(), &[0xff; 16], &[0; 32]);
        assert_eq!(wrapped[16..], ctr(&key(), &[0; 16], &[0; 16]), "after the last comes zero");
    }

    #[test]
    fn bad_padding_and_lengths_are_one_error() {
        for length in [0, 1, 15, 17, 31] {
            let bad = cbc_decrypt(&key(), &start(), &vec![7; length]);
            assert_eq!(bad, Err(Error::Sealed), "{length}");
        }
        // One block of the padding wanted, bent in each byte of the vector: only the padding decides.
        let sealed = cbc_encrypt(&key(), &start(), b"");
        for byte in 0..16 {
            let mut vector = start();
            vector[byte] ^= 1;
            assert_eq!(cbc_decrypt(&key(), &vector, &sealed), Err(Error::Sealed), "byte {byte}");
        }
        for pad in [0_u8, 17, 255] {
            let mut vector = start();
            vector[15] ^= 16 ^ pad;
            assert_eq!(cbc_decrypt(&key(), &vector, &sealed), Err(Error::Sealed), "padding {pad}");
        }
    }
}
