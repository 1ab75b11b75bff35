//! What the store counts and feels about itself, for whoever watches the node. Nothing here decides an act.

use crate::clock::Stopwatch;
use crate::error::Error;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// For so long after the disk or the database refused, the store counts as failing, unless it held since.
const FAILING: Duration = Duration::from_secs(10);

/// The counters of one store. Cheap to clone.
#[derive(Clone)]
pub struct Meters(Arc<Fields>);

/// What is counted.
pub struct Fields {
    started: Stopwatch,
    /// Acts that wait for the writer.
    pub waiting: Gauge,
    /// Acts that were told to come back: the queue was full or they waited too long.
    pub turned_away: Counter,
    /// Acts of one commit.
    pub group: Histogram,
    /// Seconds of one commit.
    pub commit: Histogram,
    /// Seconds of one read, without waiting for a connection.
    pub read: Histogram,
    /// Reads that wait for a connection.
    pub reads_waiting: Gauge,
    /// Groups whose commit failed.
    pub failed: Counter,
    /// Moments in microseconds since the start, plus one; 0 for never.
    sealed: AtomicU64,
    group_since: AtomicU64,
    refused: AtomicU64,
    held: AtomicU64,
}

impl Deref for Meters {
    type Target = Fields;
    fn deref(&self) -> &Fields {
        &self.0
    }
}

impl Default for Meters {
    fn default() -> Meters {
        // From a tenth of a millisecond to some 26 seconds.
        let times = || Histogram::new(exponential_buckets(0.000_1, 4.0, 10));
        Meters(Arc::new(Fields {
            started: Stopwatch::start(),
            waiting: Gauge::default(),
            turned_away: Counter::default(),
            group: Histogram::new(exponential_buckets(1.0, 2.0, 9)),
            commit: times(),
            read: times(),
            reads_waiting: Gauge::default(),
            failed: Counter::default(),
            sealed: AtomicU64::new(0),
            group_since: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            held: AtomicU64::new(0),
        }))
    }
}

impl Fields {
    fn mark(&self, field: &AtomicU64) {
        field.store(self.started.micros() + 1, Ordering::Relaxed);
    }

    /// How long ago a moment was; nothing when it never was.
    fn since(&self, field: &AtomicU64) -> Option<Duration> {
        let at = field.load(Ordering::Relaxed).checked_sub(1)?;
        Some(Duration::from_micros(self.started.micros().saturating_sub(at)))
    }

    pub(crate) fn sealed_now(&self) {
        self.mark(&self.sealed);
    }

    /// How long ago the sealer last found everything sealed; since the start when it never did.
    pub fn sealer_age(&self) -> Duration {
        self.since(&self.sealed).unwrap_or(Duration::from_micros(self.started.micros()))
    }

    pub(crate) fn group_begins(&self) {
        self.mark(&self.group_since);
    }

    pub(crate) fn group_ends(&self, acts: usize, outcome: Result<(), &Error>) {
        self.group_since.store(0, Ordering::Relaxed);
        self.group.observe(acts as f64);
        match outcome {
            Ok(()) => self.mark(&self.held),
            Err(e) => {
                self.failed.inc();
                self.note(e);
            }
        }
    }

    /// For how long the writer has been at its present group: long when the disk hangs.
    pub fn writer_at_work(&self) -> Duration {
        self.since(&self.group_since).unwrap_or_default()
    }

    /// Remembers that the disk or the database refused.
    pub fn note(&self, e: &Error) {
        if matches!(e, Error::Unavailable(_) | Error::Unsure) {
            self.mark(&self.refused);
        }
    }

    /// Whether the disk or the database refused a moment ago and has not held since.
    pub fn failing(&self) -> bool {
        let refused = self.refused.load(Ordering::Relaxed);
        let lately = self.since(&self.refused).is_some_and(|ago| ago < FAILING);
        lately && refused > self.held.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Outage;

    #[test]
    fn a_store_fails_until_it_holds_again() {
        let meters = Meters::default();
        assert!(!meters.failing());
        meters.note(&Error::Busy(1));
        assert!(!meters.failing(), "being busy is no failure");
        meters.group_begins();
        meters.group_ends(1, Err(&Error::Unavailable(Outage::Storage)));
        assert!(meters.failing());
        std::thread::sleep(Duration::from_millis(2));
        meters.group_ends(1, Ok(()));
        assert!(!meters.failing());
        assert_eq!((meters.failed.get(), meters.writer_at_work()), (1, Duration::ZERO));
    }
}
