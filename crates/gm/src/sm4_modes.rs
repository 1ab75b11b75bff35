//! SM4 in the older modes CBC and CTR (GB/T 17964), for formats that demand them: they hide, but they do not
//! notice changes. What is the house's own is sealed with [`crate::sm4`].

use crate::Error;
use crate::sm4::KEY;
use aes_gcm::aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};

/// Bytes in a block, and in the vector or counter that a message starts with.
pub const BLOCK: usize = 16;

fn cipher(key: &[u8; KEY]) -> ::sm4::Sm4 {
    ::sm4::Sm4::new(&(*key).into())
}

fn encrypt_block(cipher: &::sm4::Sm4, block: [u8; BLOCK]) -> [u8; BLOCK] {
    let mut block = block.into();
    cipher.encrypt_block(&mut block);
    block.into()
}

fn decrypt_block(cipher: &::sm4::Sm4, block: [u8; BLOCK]) -> [u8; BLOCK] {
    let mut block = block.into();
    cipher.decrypt_block(&mut block);
    block.into()
}

fn xor(block: &mut [u8; BLOCK], with: &[u8; BLOCK]) {
    block.iter_mut().zip(with).for_each(|(a, b)| *a ^= b);
}

/// CBC with the padding of PKCS#7: always one to sixteen bytes longer than `plain`, in whole blocks. The vector
/// is fresh chance for every message.
pub fn cbc_encrypt(key: &[u8; KEY], vector: &[u8; BLOCK], plain: &[u8]) -> Vec<u8> {
    let cipher = cipher(key);
    cbc_seal_with(|block| encrypt_block(&cipher, block), vector, plain)
}

/// Opens what [`cbc_encrypt`] made. Every fault is the same [`Error::Sealed`], and the padding is looked at as a
/// whole, so that an answer tells a forger nothing about where it was wrong.
pub fn cbc_decrypt(key: &[u8; KEY], vector: &[u8; BLOCK], sealed: &[u8]) -> Result<Vec<u8>, Error> {
    let cipher = cipher(key);
    cbc_open_with(|block| decrypt_block(&cipher, block), vector, sealed)
}

/// CBC over any cipher of 16-byte blocks: key files of strangers lie under another one.
pub(crate) fn cbc_seal_with(
    encrypt: impl Fn([u8; BLOCK]) -> [u8; BLOCK],
    vector: &[u8; BLOCK],
    plain: &[u8],
) -> Vec<u8> {
    let pad = BLOCK - plain.len() % BLOCK;
    let mut padded = plain.to_vec();
    padded.resize(plain.len() + pad, pad as u8);
    let mut last = *vector;
    for chunk in padded.chunks_exact_mut(BLOCK) {
        let mut block = [0; BLOCK];
        block.copy_from_slice(chunk);
        xor(&mut block, &last);
        last = encrypt(block);
        chunk.copy_from_slice(&last);
    }
    padded
}

/// The other way of [`cbc_seal_with`].
pub(crate) fn cbc_open_with(
    decrypt: impl Fn([u8; BLOCK]) -> [u8; BLOCK],
    vector: &[u8; BLOCK],
    sealed: &[u8],
) -> Result<Vec<u8>, Error> {
    if sealed.is_empty() || !sealed.len().is_multiple_of(BLOCK) {
        return Err(Error::Sealed);
    }
    let mut out = Vec::with_capacity(sealed.len());
    let mut last = *vector;
    for chunk in sealed.chunks_exact(BLOCK) {
        let mut sealed_block = [0; BLOCK];
        sealed_block.copy_from_slice(chunk);
        let mut block = decrypt(sealed_block);
        xor(&mut block, &last);
        out.extend_from_slice(&block);
        last = sealed_block;
    }
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
    let cipher = cipher(key);
    let mut count = u128::from_be_bytes(*counter);
    let mut out = data.to_vec();
    for chunk in out.chunks_mut(BLOCK) {
        let stream = encrypt_block(&cipher, count.to_be_bytes());
        chunk.iter_mut().zip(stream).for_each(|(a, b)| *a ^= b);
        count = count.wrapping_add(1);
    }
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
