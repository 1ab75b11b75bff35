//! Chance that can be replayed: everything the harness picks comes from one printed number.

/// A small generator (SplitMix64): the same seed gives the same choices.
#[derive(Clone)]
pub struct Seed(u64);

impl Seed {
    /// From the printed number.
    pub fn new(number: u64) -> Seed {
        Seed(number)
    }

    /// A generator of its own for a part, so that one part's picks do not move another's.
    pub fn part(&self, name: &str, number: u64) -> Seed {
        let mut mixed = self.0 ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        for byte in name.bytes() {
            mixed = (mixed ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
        let mut part = Seed(mixed);
        part.next();
        part
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from `low` up to, but without, `high`.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low).max(1)
    }

    /// Yes in so many of a hundred.
    pub fn percent(&mut self, of_hundred: u64) -> bool {
        self.between(0, 100) < of_hundred
    }
}

#[cfg(test)]
mod tests {
    use super::Seed;

    #[test]
    fn the_same_seed_picks_the_same() {
        let picks = |seed: u64| {
            let mut seed = Seed::new(seed).part("kill", 3);
            (0..5).map(|_| seed.between(200, 3000)).collect::<Vec<_>>()
        };
        assert_eq!(picks(7), picks(7));
        assert_ne!(picks(7), picks(8));
        assert!(picks(7).iter().all(|n| (200..3000).contains(n)));
    }
}
