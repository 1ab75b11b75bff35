//! Request limits: token buckets by name and key, so that one attacker does not slow the others.

use codes::time::Stamp;
use std::collections::HashMap;
use std::sync::Mutex;

/// How much of something is allowed.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Name of the limit; part of the key.
    pub name: &'static str,
    /// How many at once.
    pub burst: u32,
    /// Seconds after which one more is allowed.
    pub refill_seconds: u32,
}

/// All buckets of this process.
#[derive(Default)]
pub struct Limits(Mutex<HashMap<(&'static str, String), Bucket>>);

struct Bucket {
    level: f64,
    at: Stamp,
}

/// Above this many buckets the full ones are forgotten.
const SWEEP_AT: usize = 100_000;

impl Limits {
    /// Takes one; `Err` says after how many seconds to come back.
    pub fn take(&self, limit: Limit, key: &str, now: Stamp) -> Result<(), u32> {
        let mut buckets = self.0.lock().unwrap_or_else(|e| e.into_inner());
        if buckets.len() > SWEEP_AT {
            let old = |b: &Bucket| now.micros() - b.at.micros() > 3_600_000_000;
            buckets.retain(|_, b| !old(b));
        }
        let full = f64::from(limit.burst);
        let bucket =
            buckets.entry((limit.name, key.to_owned())).or_insert(Bucket { level: full, at: now });
        let passed = (now.micros() - bucket.at.micros()).max(0) as f64 / 1e6;
        bucket.level = (bucket.level + passed / f64::from(limit.refill_seconds)).min(full);
        bucket.at = now;
        if bucket.level < 1.0 {
            let wait = (1.0 - bucket.level) * f64::from(limit.refill_seconds);
            return Err(wait.ceil().max(1.0) as u32);
        }
        bucket.level -= 1.0;
        Ok(())
    }

    /// `take` as an error of the house.
    pub fn check(&self, limit: Limit, key: &str, now: Stamp) -> store::Result<()> {
        self.take(limit, key, now).map_err(store::Error::Busy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let limits = Limits::default();
        let limit = Limit { name: "sms", burst: 2, refill_seconds: 60 };
        let at = |s: i64| Stamp::from_micros(1_790_000_000_000_000 + s * 1_000_000);
        assert_eq!(limits.take(limit, "a", at(0)), Ok(()));
        assert_eq!(limits.take(limit, "a", at(0)), Ok(()));
        assert_eq!(limits.take(limit, "a", at(0)), Err(60));
        assert_eq!(limits.take(limit, "b", at(0)), Ok(()), "others are not slowed");
        assert_eq!(limits.take(limit, "a", at(61)), Ok(()));
        assert_eq!(limits.take(limit, "a", at(61)), Err(59));
    }
}
