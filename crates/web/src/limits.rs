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
    limit: Limit,
}

impl Bucket {
    /// What is in it at a moment.
    fn level(&self, now: Stamp) -> f64 {
        let passed = (now.micros() - self.at.micros()).max(0) as f64 / 1e6;
        let refilled = passed / f64::from(self.limit.refill_seconds);
        (self.level + refilled).min(f64::from(self.limit.burst))
    }
}

/// Most buckets in memory, some 10 MB. Full ones are forgotten first: they limit nobody. If that is not
/// enough, those nobody touched for longest.
const MOST: usize = 100_000;

fn sweep(buckets: &mut HashMap<(&'static str, String), Bucket>, most: usize, now: Stamp) {
    buckets.retain(|_, b| b.level(now) < f64::from(b.limit.burst));
    if buckets.len() > most / 2 {
        let mut touched: Vec<i64> = buckets.values().map(|b| b.at.micros()).collect();
        let half = touched.len() / 2;
        let (_, middle, _) = touched.select_nth_unstable(half);
        let middle = *middle;
        let mut room = most / 2;
        buckets.retain(|_, b| {
            let stays = b.at.micros() >= middle && room > 0;
            room -= usize::from(stays);
            stays
        });
    }
}

impl Limits {
    /// Takes one; `Err` says after how many seconds to come back.
    pub fn take(&self, limit: Limit, key: &str, now: Stamp) -> Result<(), u32> {
        let mut buckets = self.0.lock().unwrap_or_else(|e| e.into_inner());
        if buckets.len() >= MOST {
            sweep(&mut buckets, MOST, now);
        }
        let fresh = Bucket { level: f64::from(limit.burst), at: now, limit };
        let bucket = buckets.entry((limit.name, key.to_owned())).or_insert(fresh);
        bucket.level = bucket.level(now);
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

    #[test]
    fn the_buckets_have_a_bound_and_those_in_use_stay() {
        let mut buckets = HashMap::new();
        let limit = Limit { name: "door", burst: 5, refill_seconds: 3600 };
        let at = |s: i64| Stamp::from_micros(1_790_000_000_000_000 + s * 1_000_000);
        for n in 0..100 {
            let level = if n < 10 { 5.0 } else { 1.0 };
            buckets.insert(("door", format!("{n}")), Bucket { level, at: at(n), limit });
        }
        sweep(&mut buckets, 200, at(100));
        assert_eq!(buckets.len(), 90, "full ones limit nobody");
        sweep(&mut buckets, 100, at(100));
        assert!(buckets.len() <= 50, "{}", buckets.len());
        assert!(buckets.contains_key(&("door", "99".into())), "the latest stays");
        for bucket in buckets.values_mut() {
            bucket.at = at(100);
        }
        sweep(&mut buckets, 20, at(100));
        assert_eq!(buckets.len(), 10, "however busy all of them are");
    }
}
