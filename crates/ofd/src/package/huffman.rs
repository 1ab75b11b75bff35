//! Prefix codes of deflate (RFC 1951 §3.2.2, §3.2.6, §3.2.7) and the bits they are written in.

use std::sync::LazyLock;

/// Bits, lowest first, as bytes.
#[derive(Debug)]
pub(super) struct Bits {
    out: Vec<u8>,
    held: u64,
    count: u32,
}

impl Bits {
    pub(super) fn with_capacity(bytes: usize) -> Bits {
        Bits { out: Vec::with_capacity(bytes), held: 0, count: 0 }
    }

    /// Adds the lowest bits of a value that has no others; at most 32.
    pub(super) fn put(&mut self, value: u32, count: u32) {
        self.held |= u64::from(value) << self.count;
        self.count += count;
        if self.count >= 32 {
            self.out.extend_from_slice(&(self.held as u32).to_le_bytes());
            self.held >>= 32;
            self.count -= 32;
        }
    }

    /// Whole bytes so far.
    pub(super) fn len(&self) -> usize {
        self.out.len()
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        let rest = self.held.to_le_bytes();
        self.out.extend_from_slice(&rest[..self.count.div_ceil(8) as usize]);
        self.out
    }
}

/// Lengths of code words and the words themselves, by symbol.
#[derive(Debug, Clone)]
pub(super) struct Code {
    lengths: Vec<u8>,
    /// With the highest bit of the word lowest, as it is written; above it its length.
    words: Vec<u32>,
}

impl Code {
    /// The best code for symbols of this frequency with words of at most `limit` bits.
    pub(super) fn of(counts: &[u32], limit: u8) -> Code {
        Code::from_lengths(lengths(counts, limit))
    }

    fn from_lengths(lengths: Vec<u8>) -> Code {
        let mut of = [0_u16; 16];
        lengths.iter().for_each(|length| of[usize::from(*length)] += 1);
        of[0] = 0;
        // The first word of a length follows the last of the length before, with one more bit.
        let mut next = [0_u16; 16];
        for length in 1..16 {
            next[length] = (next[length - 1] + of[length - 1]) << 1;
        }
        let mut words = vec![0; lengths.len()];
        for (word, length) in words.iter_mut().zip(&lengths).filter(|(_, length)| **length > 0) {
            let place = &mut next[usize::from(*length)];
            *word = u32::from(place.reverse_bits() >> (16 - length)) | u32::from(*length) << 16;
            *place += 1;
        }
        Code { lengths, words }
    }

    pub(super) fn put(&self, out: &mut Bits, symbol: usize) {
        let both = self.words[symbol];
        out.put(both & 0xffff, both >> 16);
    }

    /// Bits for so many of each symbol.
    pub(super) fn cost(&self, counts: &[u32]) -> u64 {
        counts.iter().zip(&self.lengths).map(|(n, bits)| u64::from(*n) * u64::from(*bits)).sum()
    }

    /// Symbols up to the last one that is used, at least so many.
    fn used(&self, least: usize) -> &[u8] {
        let last = self.lengths.iter().rposition(|length| *length > 0).map_or(0, |at| at + 1);
        &self.lengths[..last.max(least)]
    }
}

/// Lengths of the words of the best code, none above `limit`; 0 for symbols that do not occur.
fn lengths(counts: &[u32], limit: u8) -> Vec<u8> {
    let mut out = vec![0; counts.len()];
    let mut leaves: Vec<(u32, usize)> =
        counts.iter().copied().zip(0..).filter(|(count, _)| *count > 0).collect();
    leaves.sort_unstable();
    match leaves[..] {
        // A code must have a word, and a single one has one bit.
        [] => out[0] = 1,
        [(_, only)] => out[only] = 1,
        _ => {
            for ((_, symbol), length) in leaves.iter().zip(depths(&leaves, limit)) {
                out[*symbol] = length;
            }
        }
    }
    out
}

/// Lengths for two and more symbols in order of rising frequency.
fn depths(leaves: &[(u32, usize)], limit: u8) -> Vec<u8> {
    let count = leaves.len();
    // Nodes are the leaves and then the pairs in the order they are made, which is the order of their weight.
    let mut weights: Vec<u64> = leaves.iter().map(|(weight, _)| u64::from(*weight)).collect();
    let mut parents = vec![0; 2 * count - 1];
    let (mut leaf, mut pair) = (0, count);
    for made in count..2 * count - 1 {
        let mut weight = 0;
        for _ in 0..2 {
            let take_leaf = leaf < count && (pair >= made || weights[leaf] <= weights[pair]);
            let taken = if take_leaf { &mut leaf } else { &mut pair };
            weight += weights[*taken];
            parents[*taken] = made;
            *taken += 1;
        }
        weights.push(weight);
    }
    let mut deep = vec![0_u8; 2 * count - 1];
    for node in (0..2 * count - 2).rev() {
        deep[node] = deep[parents[node]].saturating_add(1);
    }
    deep.truncate(count);
    shorten(&mut deep, limit);
    deep
}

/// Brings lengths, longest first, below a limit: words too long are cut, and the room that costs is made by longer words for
/// the most frequent of those that still may grow.
fn shorten(deep: &mut [u8], limit: u8) {
    if deep.iter().all(|length| *length <= limit) {
        return;
    }
    let mut of = [0_u32; 16];
    deep.iter().for_each(|length| of[usize::from(*length.min(&limit))] += 1);
    let limit = usize::from(limit);
    let room = |of: &[u32; 16]| (1..=limit).map(|n| of[n] << (limit - n)).sum::<u32>();
    while room(&of) > 1 << limit {
        // One word of full length goes below a shorter one: two of the next length for one.
        of[limit] -= 1;
        let short = (1..limit).rev().find(|n| of[*n] > 0).unwrap_or(1);
        of[short] -= 1;
        of[short + 1] += 2;
    }
    let sorted = (1..=limit).rev().flat_map(|n| std::iter::repeat_n(n as u8, of[n] as usize));
    deep.iter_mut().zip(sorted).for_each(|(place, length)| *place = length);
}

/// The codes that need not be told: letters and lengths, distances.
pub(super) fn fixed() -> &'static (Code, Code) {
    static FIXED: LazyLock<(Code, Code)> = LazyLock::new(|| {
        let letters = (0..288).map(|n| match n {
            0..144 => 8,
            144..256 => 9,
            256..280 => 7,
            _ => 8,
        });
        (Code::from_lengths(letters.collect()), Code::from_lengths(vec![5; 30]))
    });
    &FIXED
}

/// How a block tells its two codes: lengths, runs of which are shortened, in a third code.
pub(super) struct Head {
    letters: usize,
    distances: usize,
    /// Symbol, further bits, how many.
    runs: Vec<(u8, u32, u32)>,
    code: Code,
    /// Lengths of the third code that are told.
    told: usize,
    counts: [u32; 19],
}

/// The order in which lengths of the third code stand.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

impl Head {
    pub(super) fn of(letters: &Code, distances: &Code) -> Head {
        let (letters, distances) = (letters.used(257), distances.used(1));
        let all = [letters, distances].concat();
        let mut runs = Vec::with_capacity(all.len());
        let mut at = 0;
        while at < all.len() {
            let length = all[at];
            let run = all[at..].iter().take_while(|next| **next == length).count();
            at += run;
            short_runs(&mut runs, length, run);
        }
        let mut counts = [0; 19];
        runs.iter().for_each(|(symbol, _, _)| counts[usize::from(*symbol)] += 1);
        let code = Code::of(&counts, 7);
        let told = ORDER.iter().rposition(|n| code.lengths[*n] > 0).map_or(4, |n| (n + 1).max(4));
        Head { letters: letters.len(), distances: distances.len(), runs, code, told, counts }
    }

    /// Bits it takes.
    pub(super) fn cost(&self) -> u64 {
        let further: u32 = self.runs.iter().map(|(_, _, count)| count).sum();
        14 + 3 * self.told as u64 + self.code.cost(&self.counts) + u64::from(further)
    }

    pub(super) fn write(&self, out: &mut Bits) {
        out.put(self.letters as u32 - 257, 5);
        out.put(self.distances as u32 - 1, 5);
        out.put(self.told as u32 - 4, 4);
        for n in &ORDER[..self.told] {
            out.put(u32::from(self.code.lengths[*n]), 3);
        }
        for (symbol, further, count) in &self.runs {
            self.code.put(out, usize::from(*symbol));
            out.put(*further, *count);
        }
    }
}

/// A run of one length: 18 and 17 stand for many zeros and some, 16 for the length before again.
fn short_runs(out: &mut Vec<(u8, u32, u32)>, length: u8, mut run: usize) {
    if length > 0 {
        out.push((length, 0, 0));
        run -= 1;
    }
    while run > 0 {
        let taken = match (length, run) {
            (0, 11..) => {
                let taken = run.min(138);
                out.push((18, taken as u32 - 11, 7));
                taken
            }
            (0, 3..) => {
                out.push((17, run as u32 - 3, 3));
                run
            }
            (1.., 3..) => {
                let taken = run.min(6);
                out.push((16, taken as u32 - 3, 2));
                taken
            }
            _ => {
                out.push((length, 0, 0));
                1
            }
        };
        run -= taken;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_fill_their_room_and_keep_their_limit() {
        // Frequencies that grow like this make the longest words there can be.
        let mut rising = vec![1_u32, 1];
        while rising.len() < 30 {
            rising.push(rising[rising.len() - 1] + rising[rising.len() - 2]);
        }
        for (counts, limit) in
            [(rising.clone(), 15), (rising, 7), (vec![5; 286], 15), (vec![1, 9], 7)]
        {
            let lengths = lengths(&counts, limit);
            assert!(lengths.iter().all(|length| (1..=limit).contains(length)));
            let room: u32 = lengths.iter().map(|n| 1 << (limit - n)).sum();
            assert_eq!(room, 1 << limit, "{lengths:?}");
            for (one, rare) in counts.iter().enumerate() {
                for (other, often) in counts.iter().enumerate() {
                    assert!(rare >= often || lengths[one] >= lengths[other], "{rare} {often}");
                }
            }
        }
        assert_eq!(lengths(&[0, 0, 4], 15), [0, 0, 1]);
        assert_eq!(lengths(&[0, 0], 15), [1, 0]);
    }

    /// The example of RFC 1951 §3.2.2.
    #[test]
    fn words_are_those_of_the_standard() {
        let code = Code::from_lengths(vec![3, 3, 3, 3, 3, 2, 4, 4]);
        let words = ["010", "011", "100", "101", "110", "00", "1110", "1111"];
        for (symbol, word) in words.iter().enumerate() {
            let length = word.len() as u32;
            let expected = u16::from_str_radix(word, 2).unwrap().reverse_bits() >> (16 - length);
            assert_eq!(code.words[symbol], u32::from(expected) | length << 16);
            assert_eq!(u32::from(code.lengths[symbol]), length);
        }
        let (letters, distances) = fixed();
        assert_eq!(letters.words[0], 0b0000_1100 | 8 << 16, "00110000 from the other end");
        assert_eq!(letters.words[256], 7 << 16);
        assert_eq!(distances.words[1], 0b10000 | 5 << 16);
    }
}
