//! The only file that draws random bytes; everybody else is handed them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where randomness comes from.
#[derive(Clone, Debug)]
pub enum Chance {
    /// The operating system.
    System,
    /// A counted sequence, the same on every run: tests only.
    Seeded(Arc<AtomicU64>),
}

impl Chance {
    /// A repeatable source for tests.
    pub fn seeded(seed: u64) -> Chance {
        Chance::Seeded(Arc::new(AtomicU64::new(seed)))
    }

    /// `N` random bytes.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that draws randomness")]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0u8; N];
        match self {
            Chance::System => {
                getrandom::fill(&mut out).expect("the operating system gives random bytes")
            }
            Chance::Seeded(counter) => {
                for chunk in out.chunks_mut(32) {
                    let n = counter.fetch_add(1, Ordering::SeqCst);
                    let block = gm::sm3::hash(&n.to_le_bytes());
                    chunk.copy_from_slice(&block[..chunk.len()]);
                }
            }
        }
        out
    }

    /// A 128-bit token in hex, for addresses nobody can guess.
    pub fn token(&self) -> String {
        hex::encode(self.bytes::<16>())
    }

    /// A decimal code of `digits` digits, evenly drawn (sign-in codes, pick-up codes).
    pub fn digits(&self, digits: u32) -> String {
        let span = 10u64.pow(digits);
        let limit = u64::MAX - u64::MAX % span;
        loop {
            let n = u64::from_le_bytes(self.bytes::<8>());
            if n < limit {
                return format!("{:0width$}", n % span, width = digits as usize);
            }
        }
    }
}
