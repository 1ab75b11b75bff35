//! The block cipher SM4 (GB/T 32907). A round waits for the look-ups of the round before it; blocks that do not depend on
//! each other stand side by side, so that the work of one fills the time of the other.
//!
//! Looking up is not constant-time: who runs beside us on the same processor may learn which lines of a table were read.
//! Spreading the key, and the first four and the last four rounds, use the 256 bytes of the standard, where a line of the
//! cache tells two bits of an index. The 24 rounds between use a table of 1 KB, where it tells four, and are faster by half;
//! what their keys are mixed with is known only to who has the keys of four rounds before or after. OpenSSL draws the same
//! border. It makes such an attack harder and does not rule it out: a key of weight that must lie on a machine shared
//! with strangers belongs in a device.

use aes_gcm::aead::consts::{U4, U16};
use aes_gcm::aes::cipher::{
    Block, BlockCipherEncBackend, BlockCipherEncClosure, BlockCipherEncrypt, BlockSizeUser, InOut,
    Key, KeyInit, KeySizeUser, ParBlocks, ParBlocksSizeUser,
};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A block.
type Bytes = [u8; 16];

/// How many blocks stand side by side; more of them want more registers than there are.
const SIDE: usize = 4;

/// SM4 under one key, which is wiped with it.
pub(crate) struct Sm4 {
    keys: [[u32; 4]; 8],
}

impl Sm4 {
    /// Spreads a key over the rounds.
    pub(crate) fn of(key: &Bytes) -> Sm4 {
        Sm4::begin(key, []).0
    }

    /// Spreads a key over the rounds and encrypts first blocks, whose work fills the time that the spreading waits.
    #[inline(always)]
    fn begin<const N: usize>(key: &Bytes, mut all: [[u32; 4]; N]) -> (Sm4, [[u32; 4]; N]) {
        const FIRST: [u32; 4] = [0xa3b1_bac6, 0x56aa_3350, 0x677d_9197, 0xb270_22dc];
        let (mut cipher, mut k) = (Sm4 { keys: [[0; 4]; 8] }, words(key));
        k.iter_mut().zip(FIRST).for_each(|(word, first)| *word ^= first);
        for (n, keys) in cipher.keys.iter_mut().enumerate() {
            for (m, round_key) in keys.iter_mut().enumerate() {
                let fixed = [0, 1, 2, 3].map(|byte| ((16 * n + 4 * m + byte) * 7) as u8);
                let mixed = look_up(k[1] ^ k[2] ^ k[3] ^ u32::from_be_bytes(fixed));
                *round_key = k[0] ^ mixed ^ mixed.rotate_left(13) ^ mixed.rotate_left(23);
                k = [k[1], k[2], k[3], *round_key];
            }
            match n {
                0 | 7 => rounds(&mut all, *keys, mix),
                _ => rounds(&mut all, *keys, mix_inside),
            }
        }
        k.zeroize();
        (cipher, all.map(|[a, b, c, d]| [d, c, b, a]))
    }

    /// Encrypts blocks that do not depend on each other.
    fn encrypt<const N: usize>(&self, blocks: &[Bytes; N]) -> [Bytes; N] {
        self.run::<N, false>(blocks.each_ref().map(words)).map(bytes)
    }

    /// Decrypts blocks that do not depend on each other.
    fn decrypt<const N: usize>(&self, blocks: &[Bytes; N]) -> [Bytes; N] {
        self.run::<N, true>(blocks.each_ref().map(words)).map(bytes)
    }

    /// Encrypts many blocks in place that do not depend on each other.
    pub(crate) fn encrypt_all(&self, blocks: &mut [Bytes]) {
        let (full, rest) = blocks.as_chunks_mut::<SIDE>();
        full.iter_mut().for_each(|blocks| *blocks = self.encrypt(blocks));
        rest.iter_mut().for_each(|block| [*block] = self.encrypt(&[*block]));
    }

    /// Decrypts many blocks in place that do not depend on each other.
    pub(crate) fn decrypt_all(&self, blocks: &mut [Bytes]) {
        let (full, rest) = blocks.as_chunks_mut::<SIDE>();
        full.iter_mut().for_each(|blocks| *blocks = self.decrypt(blocks));
        rest.iter_mut().for_each(|block| [*block] = self.decrypt(&[*block]));
    }

    /// Encrypts blocks in place, each with the one before it, the first with `vector`: the mode CBC. Here no block can
    /// stand beside another, so what lies between two of them stays in words.
    pub(crate) fn chain(key: &Bytes, vector: &Bytes, blocks: &mut [Bytes]) {
        let Some((first, others)) = blocks.split_first_mut() else { return };
        let mixed = |a: [u32; 4], b: [u32; 4]| [0, 1, 2, 3].map(|n| a[n] ^ b[n]);
        let (cipher, [mut last]) = Sm4::begin(key, [mixed(words(vector), words(first))]);
        *first = bytes(last);
        for block in others {
            [last] = cipher.run::<1, false>([mixed(last, words(block))]);
            *block = bytes(last);
        }
    }

    #[inline(always)]
    fn run<const N: usize, const BACK: bool>(&self, mut all: [[u32; 4]; N]) -> [[u32; 4]; N] {
        let keys = |n: usize| match (BACK, self.keys[if BACK { 7 - n } else { n }]) {
            (false, keys) => keys,
            (true, [a, b, c, d]) => [d, c, b, a],
        };
        rounds(&mut all, keys(0), mix);
        // Written out: a loop here costs a twentieth.
        rounds(&mut all, keys(1), mix_inside);
        rounds(&mut all, keys(2), mix_inside);
        rounds(&mut all, keys(3), mix_inside);
        rounds(&mut all, keys(4), mix_inside);
        rounds(&mut all, keys(5), mix_inside);
        rounds(&mut all, keys(6), mix_inside);
        rounds(&mut all, keys(7), mix);
        all.map(|[a, b, c, d]| [d, c, b, a])
    }
}

/// Four rounds of every block: each round of all of them before the next.
#[inline(always)]
fn rounds<const N: usize>(all: &mut [[u32; 4]; N], keys: [u32; 4], mix: impl Fn(u32) -> u32) {
    all.iter_mut().for_each(|b| b[0] ^= mix(b[1] ^ b[2] ^ b[3] ^ keys[0]));
    all.iter_mut().for_each(|b| b[1] ^= mix(b[2] ^ b[3] ^ b[0] ^ keys[1]));
    all.iter_mut().for_each(|b| b[2] ^= mix(b[3] ^ b[0] ^ b[1] ^ keys[2]));
    all.iter_mut().for_each(|b| b[3] ^= mix(b[0] ^ b[1] ^ b[2] ^ keys[3]));
}

impl Drop for Sm4 {
    fn drop(&mut self) {
        self.keys.zeroize();
    }
}

impl ZeroizeOnDrop for Sm4 {}

#[inline(always)]
fn words(block: &Bytes) -> [u32; 4] {
    let word = |n: usize| u32::from_be_bytes([block[n], block[n + 1], block[n + 2], block[n + 3]]);
    [word(0), word(4), word(8), word(12)]
}

#[inline(always)]
fn bytes(words: [u32; 4]) -> Bytes {
    let mut out = [0; 16];
    for (bytes, word) in out.chunks_exact_mut(4).zip(words) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    out
}

/// What the standard calls tau: each byte from the table.
#[inline(always)]
fn look_up(word: u32) -> u32 {
    let at = |n: u32| u32::from(TABLE[(word >> n & 0xff) as usize]) << n;
    // In this order no look-up waits for more than two others.
    (at(24) | at(16)) | (at(8) | at(0))
}

/// What the standard calls L.
#[inline(always)]
const fn spread(b: u32) -> u32 {
    b ^ b.rotate_left(2) ^ b.rotate_left(10) ^ b.rotate_left(18) ^ b.rotate_left(24)
}

/// What the standard calls T, from the small table.
#[inline(always)]
fn mix(word: u32) -> u32 {
    spread(look_up(word))
}

/// The same from the large table.
#[inline(always)]
fn mix_inside(word: u32) -> u32 {
    let at = |n: u32| LARGE[(word >> n & 0xff) as usize];
    at(24) ^ at(16).rotate_right(8) ^ at(8).rotate_right(16) ^ at(0).rotate_right(24)
}

impl KeySizeUser for Sm4 {
    type KeySize = U16;
}

impl KeyInit for Sm4 {
    fn new(key: &Key<Self>) -> Self {
        Sm4::of(&(*key).into())
    }
}

impl BlockSizeUser for Sm4 {
    type BlockSize = U16;
}

impl ParBlocksSizeUser for Sm4 {
    type ParBlocksSize = U4;
}

impl BlockCipherEncrypt for Sm4 {
    fn encrypt_with_backend(&self, f: impl BlockCipherEncClosure<BlockSize = Self::BlockSize>) {
        f.call(self);
    }
}

impl BlockCipherEncBackend for Sm4 {
    #[inline]
    fn encrypt_block(&self, mut block: InOut<'_, '_, Block<Self>>) {
        let [sealed] = self.encrypt(&[(*block.get_in()).into()]);
        *block.get_out() = sealed.into();
    }

    #[inline]
    fn encrypt_par_blocks(&self, mut blocks: InOut<'_, '_, ParBlocks<Self>>) {
        let plain: [Block<Self>; SIDE] = (*blocks.get_in()).into();
        let sealed = self.encrypt(&plain.map(Bytes::from));
        *blocks.get_out() = sealed.map(Block::<Self>::from).into();
    }
}

/// The table of the standard.
const TABLE: [u8; 256] = [
    0xd6, 0x90, 0xe9, 0xfe, 0xcc, 0xe1, 0x3d, 0xb7, 0x16, 0xb6, 0x14, 0xc2, 0x28, 0xfb, 0x2c, 0x05,
    0x2b, 0x67, 0x9a, 0x76, 0x2a, 0xbe, 0x04, 0xc3, 0xaa, 0x44, 0x13, 0x26, 0x49, 0x86, 0x06, 0x99,
    0x9c, 0x42, 0x50, 0xf4, 0x91, 0xef, 0x98, 0x7a, 0x33, 0x54, 0x0b, 0x43, 0xed, 0xcf, 0xac, 0x62,
    0xe4, 0xb3, 0x1c, 0xa9, 0xc9, 0x08, 0xe8, 0x95, 0x80, 0xdf, 0x94, 0xfa, 0x75, 0x8f, 0x3f, 0xa6,
    0x47, 0x07, 0xa7, 0xfc, 0xf3, 0x73, 0x17, 0xba, 0x83, 0x59, 0x3c, 0x19, 0xe6, 0x85, 0x4f, 0xa8,
    0x68, 0x6b, 0x81, 0xb2, 0x71, 0x64, 0xda, 0x8b, 0xf8, 0xeb, 0x0f, 0x4b, 0x70, 0x56, 0x9d, 0x35,
    0x1e, 0x24, 0x0e, 0x5e, 0x63, 0x58, 0xd1, 0xa2, 0x25, 0x22, 0x7c, 0x3b, 0x01, 0x21, 0x78, 0x87,
    0xd4, 0x00, 0x46, 0x57, 0x9f, 0xd3, 0x27, 0x52, 0x4c, 0x36, 0x02, 0xe7, 0xa0, 0xc4, 0xc8, 0x9e,
    0xea, 0xbf, 0x8a, 0xd2, 0x40, 0xc7, 0x38, 0xb5, 0xa3, 0xf7, 0xf2, 0xce, 0xf9, 0x61, 0x15, 0xa1,
    0xe0, 0xae, 0x5d, 0xa4, 0x9b, 0x34, 0x1a, 0x55, 0xad, 0x93, 0x32, 0x30, 0xf5, 0x8c, 0xb1, 0xe3,
    0x1d, 0xf6, 0xe2, 0x2e, 0x82, 0x66, 0xca, 0x60, 0xc0, 0x29, 0x23, 0xab, 0x0d, 0x53, 0x4e, 0x6f,
    0xd5, 0xdb, 0x37, 0x45, 0xde, 0xfd, 0x8e, 0x2f, 0x03, 0xff, 0x6a, 0x72, 0x6d, 0x6c, 0x5b, 0x51,
    0x8d, 0x1b, 0xaf, 0x92, 0xbb, 0xdd, 0xbc, 0x7f, 0x11, 0xd9, 0x5c, 0x41, 0x1f, 0x10, 0x5a, 0xd8,
    0x0a, 0xc1, 0x31, 0x88, 0xa5, 0xcd, 0x7b, 0xbd, 0x2d, 0x74, 0xd0, 0x12, 0xb8, 0xe5, 0xb4, 0xb0,
    0x89, 0x69, 0x97, 0x4a, 0x0c, 0x96, 0x77, 0x7e, 0x65, 0xb9, 0xf1, 0x09, 0xc5, 0x6e, 0xc6, 0x84,
    0x18, 0xf0, 0x7d, 0xec, 0x3a, 0xdc, 0x4d, 0x20, 0x79, 0xee, 0x5f, 0x3e, 0xd7, 0xcb, 0x39, 0x48,
];

/// What [`mix`] makes of a word whose first byte is the index and whose others give nothing; a byte at another place gives the
/// same, turned.
static LARGE: [u32; 256] = {
    let mut large = [0; 256];
    let mut n = 0;
    while n < 256 {
        large[n] = spread((TABLE[n] as u32) << 24);
        n += 1;
    }
    large
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlv::{hex, unhex};

    /// Chance enough for a test: each block under the one before it.
    fn blocks() -> Vec<Bytes> {
        let next = |last: &Bytes| Some(Sm4::of(&[9; 16]).encrypt(&[*last])[0]);
        std::iter::successors(Some([3; 16]), next).take(67).collect()
    }

    /// One by one, side by side, chained, and with the first block while the key is spread: the same.
    #[test]
    fn every_way_is_the_same() {
        let (key, blocks) = ([0xa5; 16], blocks());
        let cipher = Sm4::of(&key);
        for length in 0..blocks.len() {
            let plain = &blocks[..length];
            let alone: Vec<Bytes> = plain.iter().map(|one| cipher.encrypt(&[*one])[0]).collect();
            let mut many = plain.to_vec();
            cipher.encrypt_all(&mut many);
            assert_eq!(many, alone);
            cipher.decrypt_all(&mut many);
            assert_eq!(many, plain);
            Sm4::chain(&key, &[7; 16], &mut many);
            let mut last = [7; 16];
            for (sealed, plain) in many.iter().zip(plain) {
                let mixed = u128::from_ne_bytes(last) ^ u128::from_ne_bytes(*plain);
                [last] = cipher.encrypt(&[mixed.to_ne_bytes()]);
                assert_eq!(*sealed, last);
            }
        }
    }

    #[test]
    fn both_tables_mix_the_same() {
        for n in 0..100_000_u32 {
            let word = n.wrapping_mul(0x9e37_79b9) ^ n;
            assert_eq!(mix(word), mix_inside(word), "{word:08x}");
        }
    }

    /// GB/T 32907-2016 appendix A, examples 1 and 2: once, and a million times over.
    #[test]
    fn block_known_answers() {
        let key: Bytes = unhex("0123456789abcdeffedcba9876543210").try_into().unwrap();
        let cipher = Sm4::of(&key);
        let [once] = cipher.encrypt(&[key]);
        assert_eq!(hex(&once), "681edf34d206965e86b3e94f536e4246");
        assert_eq!(cipher.decrypt(&[once]), [key]);
        let million = (0..1_000_000).fold(key, |block, _| cipher.encrypt(&[block])[0]);
        assert_eq!(hex(&million), "595298c7c6fd271f0402f804c33d3f66");
        let back = (0..1_000_000).fold(million, |block, _| cipher.decrypt(&[block])[0]);
        assert_eq!(back, key);
    }
}
