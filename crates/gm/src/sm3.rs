//! SM3 hash and HMAC-SM3 (GM/T 0004-2012, GB/T 32905-2016).

use ::sm3::Digest;
use hmac::{KeyInit, Mac};

/// Bytes in a digest.
pub const LEN: usize = 32;

/// SM3 of `data`.
pub fn hash(data: &[u8]) -> [u8; LEN] {
    ::sm3::Sm3::digest(data).into()
}

/// HMAC-SM3 of `data` under `key` of any length (RFC 2104 with a block of 64 bytes).
pub fn hmac(key: &[u8], data: &[u8]) -> [u8; LEN] {
    // Longer keys are hashed first, so there is no failing branch to report.
    let mac =
        hmac::Hmac::<::sm3::Sm3>::new_from_slice(key).expect("HMAC takes keys of every length");
    mac.chain_update(data).finalize().into_bytes().into()
}

/// Whether two digests are equal, in time that does not depend on where they differ.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0u8, |acc, (x, y)| acc | (x ^ y)) == 0
}

/// SM3 over bytes that arrive in pieces.
#[derive(Clone, Default)]
pub struct Hasher(::sm3::Sm3);

impl Hasher {
    /// An empty hash.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next piece.
    pub fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    /// The digest of all pieces in order.
    pub fn finish(self) -> [u8; LEN] {
        self.0.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlv::hex;

    /// GB/T 32905-2016 appendix A.
    #[test]
    fn known_answers() {
        assert_eq!(
            hex(&hash(b"abc")),
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
        );
        assert_eq!(
            hex(&hash(&b"abcd".repeat(16))),
            "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
        );
        assert_eq!(
            hex(&hash(b"")),
            "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"
        );
    }

    /// The definition of HMAC, written out, for keys shorter than, equal to and longer than the block.
    #[test]
    fn hmac_follows_its_definition() {
        for len in [0usize, 1, 32, 63, 64, 65, 200] {
            let key = vec![0xa5; len];
            let mut block = if len > 64 { hash(&key).to_vec() } else { key.clone() };
            block.resize(64, 0);
            let inner: Vec<u8> = block.iter().map(|b| b ^ 0x36).chain(*b"message").collect();
            let outer: Vec<u8> = block.iter().map(|b| b ^ 0x5c).chain(hash(&inner)).collect();
            assert_eq!(hmac(&key, b"message"), hash(&outer), "key of {len} bytes");
        }
    }

    #[test]
    fn pieces_equal_the_whole() {
        let data: Vec<u8> = (0..1000u32).map(|n| (n % 251) as u8).collect();
        for cut in [0, 1, 63, 64, 65, 999] {
            let mut hasher = Hasher::new();
            hasher.update(&data[..cut]);
            hasher.update(&data[cut..]);
            assert_eq!(hasher.finish(), hash(&data));
        }
        assert!(same(b"ab", b"ab") && !same(b"ab", b"ac") && !same(b"ab", b"abc"));
    }
}
