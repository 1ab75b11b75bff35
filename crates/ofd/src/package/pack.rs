//! Deflate (RFC 1951) for the files of a licence: a dozen of some hundred bytes, one or two of some ten thousand.
//!
//! General libraries set up and clear hundreds of kilobytes for every file, which for these costs more than packing. Here one
//! small table serves all files of a package: what it remembers of earlier ones is known by its place and passed over. Each
//! place is compared with one earlier one only. The same bytes always give the same stream.

use super::huffman::{Bits, Code};

/// Bits of the table's size.
const TABLE: u32 = 13;
/// Shortest repetition that is looked for.
const LEAST: usize = 4;
/// Longest one that can be told.
const MOST: usize = 258;
/// Farthest place that can be told.
const FAR: u32 = 1 << 15;
/// Pieces of one block; a file of more gets a further one with codes of its own.
const BLOCK: usize = 1 << 15;
/// End of a block among letters and lengths.
const END: usize = 256;
/// Mark of a repetition among pieces.
const AGAIN: u32 = 1 << 31;

/// Packs one file after another.
#[derive(Debug)]
pub(crate) struct Packer {
    /// Last place of four bytes, by their hash, counted from the first file of the package on.
    places: Vec<u32>,
    /// Place of the first byte of the file.
    begin: u32,
    pieces: Vec<u32>,
    letters: [u32; 286],
    distances: [u32; 30],
}

fn four(data: &[u8], at: usize) -> u32 {
    data.get(at..at + 4).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

/// Bytes from two places on that are the same, at most [`MOST`].
fn same(data: &[u8], one: usize, other: usize) -> usize {
    let end = data.len().min(other + MOST);
    let (one, other) = (&data[one..one + end - other], &data[other..end]);
    let mut same = 0;
    for (a, b) in one.chunks_exact(8).zip(other.chunks_exact(8)) {
        let word =
            |bytes: &[u8]| bytes.iter().rev().fold(0_u64, |word, b| word << 8 | u64::from(*b));
        let differs = word(a) ^ word(b);
        if differs != 0 {
            return same + differs.trailing_zeros() as usize / 8;
        }
        same += 8;
    }
    let rest = one[same..].iter().zip(&other[same..]);
    same + rest.take_while(|(a, b)| a == b).count()
}

/// Code of a length, its further bits and how many.
fn length_code(length: usize) -> (usize, u32, u32) {
    let rest = (length - 3) as u32;
    match rest {
        0..8 => (257 + rest as usize, 0, 0),
        255.. => (285, 0, 0),
        _ => {
            let high = rest.ilog2();
            let count = high - 2;
            let code = 257 + 4 * (high as usize - 1) + (rest >> count & 3) as usize;
            (code, rest & ((1 << count) - 1), count)
        }
    }
}

/// The same of a distance.
fn distance_code(distance: u32) -> (usize, u32, u32) {
    let rest = distance - 1;
    if rest < 4 {
        return (rest as usize, 0, 0);
    }
    let high = rest.ilog2();
    let count = high - 1;
    ((2 * high + (rest >> count & 1)) as usize, rest & ((1 << count) - 1), count)
}

impl Packer {
    pub(crate) fn new() -> Packer {
        Packer {
            places: vec![0; 1 << TABLE],
            begin: FAR + 1,
            pieces: Vec::with_capacity(BLOCK + 1),
            letters: [0; 286],
            distances: [0; 30],
        }
    }

    /// The packed file; nothing when it would be no smaller.
    pub(crate) fn pack(&mut self, data: &[u8]) -> Vec<u8> {
        let mut out = Bits::with_capacity(data.len());
        // Places are numbers of 32 bits: rather than let them run over, all is forgotten.
        if u32::try_from(data.len())
            .ok()
            .and_then(|n| self.begin.checked_add(n + FAR + 1))
            .is_none()
        {
            self.places.fill(0);
            self.begin = FAR + 1;
            if data.len() > (u32::MAX - 2 * FAR - 2) as usize {
                return Vec::new();
            }
        }
        let mut at = 0;
        loop {
            at = self.pieces_from(data, at);
            let last = at == data.len();
            self.block(&mut out, last);
            if out.len() >= data.len() {
                break;
            }
            if last {
                self.begin += data.len() as u32 + FAR + 1;
                let packed = out.finish();
                return if packed.len() < data.len() { packed } else { Vec::new() };
            }
        }
        self.begin += data.len() as u32 + FAR + 1;
        Vec::new()
    }

    /// Fills a block with pieces; where it ends.
    fn pieces_from(&mut self, data: &[u8], mut at: usize) -> usize {
        self.pieces.clear();
        self.letters.fill(0);
        self.distances.fill(0);
        // What repeats nothing for a while is looked at less closely.
        let (mut missed, mut next) = (0, at);
        while at < data.len() && self.pieces.len() < BLOCK {
            if at >= next && at + LEAST <= data.len() {
                let found = self.found(data, at);
                if found >= LEAST {
                    self.again(data, at, found);
                    at += found;
                    (missed, next) = (0, at);
                    continue;
                }
                missed += 1;
                next = at + 1 + (missed >> 5);
            }
            let letter = data[at];
            self.pieces.push(u32::from(letter));
            self.letters[usize::from(letter)] += 1;
            at += 1;
        }
        self.letters[END] = 1;
        at
    }

    fn slot(word: u32) -> usize {
        (word.wrapping_mul(0x9e37_79b1) >> (32 - TABLE)) as usize
    }

    /// Length of what is repeated here, noted as a piece; 0 when nothing is. The place is remembered.
    fn found(&mut self, data: &[u8], at: usize) -> usize {
        let word = four(data, at);
        let here = self.begin + at as u32;
        let earlier = std::mem::replace(&mut self.places[Packer::slot(word)], here);
        let distance = here - earlier;
        if earlier < self.begin
            || distance > FAR
            || four(data, (earlier - self.begin) as usize) != word
        {
            return 0;
        }
        let length = same(data, (earlier - self.begin) as usize, at);
        self.pieces.push(AGAIN | ((length - 3) as u32) << 16 | (distance - 1));
        self.letters[length_code(length).0] += 1;
        self.distances[distance_code(distance).0] += 1;
        length
    }

    /// Remembers the places within a repetition: all of a short one, the last of a long one.
    fn again(&mut self, data: &[u8], at: usize, length: usize) {
        let from = if length <= 32 { at + 1 } else { at + length - 4 };
        for place in from..(at + length).min(data.len().saturating_sub(LEAST - 1)) {
            self.places[Packer::slot(four(data, place))] = self.begin + place as u32;
        }
    }

    /// Writes the pieces with codes of their own, or with the fixed ones where those take less room.
    fn block(&self, out: &mut Bits, last: bool) {
        let own = (Code::of(&self.letters, 15), Code::of(&self.distances, 15));
        let head = super::huffman::Head::of(&own.0, &own.1);
        let fixed = super::huffman::fixed();
        let cost =
            |codes: &(Code, Code)| codes.0.cost(&self.letters) + codes.1.cost(&self.distances);
        out.put(u32::from(last), 1);
        let (letters, distances) = if cost(fixed) <= cost(&own) + head.cost() {
            out.put(1, 2);
            fixed
        } else {
            out.put(2, 2);
            head.write(out);
            &own
        };
        for piece in &self.pieces {
            if piece & AGAIN == 0 {
                letters.put(out, *piece as usize);
                continue;
            }
            let (code, rest, count) = length_code((piece >> 16 & 0xff) as usize + 3);
            letters.put(out, code);
            out.put(rest, count);
            let (code, rest, count) = distance_code((piece & 0x7fff) + 1);
            distances.put(out, code);
            out.put(rest, count);
        }
        letters.put(out, END);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::bufread::DeflateDecoder;
    use proptest::prelude::*;
    use std::io::Read;

    fn unpacked(packed: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        DeflateDecoder::new(packed).read_to_end(&mut out).unwrap();
        out
    }

    /// Bytes of many kinds: chance, few letters, pieces that come again near and far.
    fn bytes(kind: u8, size: usize, mut seed: u64) -> Vec<u8> {
        let mut out = Vec::with_capacity(size);
        while out.len() < size {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            let (byte, back) = ((seed >> 24) as u8, (seed >> 32) as usize);
            match kind {
                0 => out.push(byte),
                1 => out.push(byte & 1),
                2 => out.push(if byte > 250 { byte } else { b'x' }),
                _ if out.len() < 9 || byte > 200 => out.push(byte),
                _ => {
                    let from = out.len() - 1 - back % out.len();
                    let end = (from + 3 + usize::from(byte)).min(out.len());
                    out.extend_from_within(from..end);
                }
            }
        }
        out.truncate(size);
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn what_was_packed_is_unpacked(files in prop::collection::vec((0..4_u8, 0..9_000_usize, 1..u64::MAX), 1..5)) {
            let mut packer = Packer::new();
            for (kind, size, seed) in files {
                let data = bytes(kind, size, seed);
                let packed = packer.pack(&data);
                // The same whatever was packed before.
                prop_assert_eq!(&packed, &Packer::new().pack(&data));
                if packed.is_empty() {
                    prop_assert!(kind == 0 || size < 80, "{} of {}", kind, size);
                } else {
                    prop_assert!(packed.len() < data.len());
                    prop_assert_eq!(unpacked(&packed), data);
                }
            }
        }
    }

    #[test]
    fn large_files_and_all_lengths_and_distances() {
        let mut packer = Packer::new();
        for kind in [1, 2, 3] {
            let data = bytes(kind, 700_000, 77);
            assert_eq!(unpacked(&packer.pack(&data)), data);
        }
        for length in 3..=MOST + 3 {
            for gap in [1, 2, 3, 4, 5, 31, 32, 33, 1_000, 32_000, 32_767 - length, 32_768 - length]
            {
                let word = bytes(0, length, 5 + length as u64);
                // The run at the beginning makes every file worth packing.
                let data = [&[b'x'; 400][..], &word, &vec![0; gap], &word, b"end"].concat();
                assert_eq!(unpacked(&packer.pack(&data)), data, "{length} after {gap}");
            }
        }
        assert!(packer.pack(b"").is_empty() && packer.pack(b"a").is_empty());
        let same = vec![7; 100_000];
        assert!(packer.pack(&same).len() < 200);
    }

    /// Places that run over are forgotten, not mistaken.
    #[test]
    fn the_count_of_places_may_run_out() {
        let mut packer = Packer::new();
        packer.begin = u32::MAX - 40_000;
        for seed in 1..5 {
            let data = bytes(3, 3_000, seed);
            assert_eq!(unpacked(&packer.pack(&data)), data);
        }
        assert!(packer.begin < 1 << 20);
    }

    #[test]
    fn codes_of_lengths_and_distances_are_those_of_the_standard() {
        for (length, code) in [
            (3, (257, 0, 0)),
            (10, (264, 0, 0)),
            (11, (265, 0, 1)),
            (12, (265, 1, 1)),
            (18, (268, 1, 1)),
            (19, (269, 0, 2)),
            (34, (272, 3, 2)),
            (131, (281, 0, 5)),
            (257, (284, 30, 5)),
            (258, (285, 0, 0)),
        ] {
            assert_eq!(length_code(length), code, "{length}");
        }
        for (distance, code) in [
            (1, (0, 0, 0)),
            (4, (3, 0, 0)),
            (5, (4, 0, 1)),
            (8, (5, 1, 1)),
            (24_577, (29, 0, 13)),
            (32_768, (29, 8_191, 13)),
        ] {
            assert_eq!(distance_code(distance), code, "{distance}");
        }
    }
}
