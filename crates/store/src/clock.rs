//! The only file that reads the wall clock; everybody else is told the time.

use codes::time::Stamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Where the time comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands still until moved: tests, simulation, the demo's time travel.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock standing at `at`.
    pub fn fixed(at: Stamp) -> Clock {
        Clock::Fixed(Arc::new(AtomicI64::new(at.micros())))
    }

    /// Now.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub fn now(&self) -> Stamp {
        match self {
            Clock::System => {
                let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
                Stamp::from_micros(since.map_or(0, |d| d.as_micros() as i64))
            }
            Clock::Fixed(at) => Stamp::from_micros(at.load(Ordering::SeqCst)),
        }
    }

    /// Moves a fixed clock forward; the machine's clock is not ours to move.
    pub fn advance_seconds(&self, seconds: i64) {
        if let Clock::Fixed(at) = self {
            at.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
        }
    }
}

/// A moment of the monotonic clock until which somebody waits: for queues and timeouts, never for rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline(std::time::Instant);

impl Deadline {
    /// So long from now.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub fn after(wait: std::time::Duration) -> Deadline {
        Deadline(std::time::Instant::now() + wait)
    }

    /// What is left until then; zero when it has passed.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub fn left(&self) -> std::time::Duration {
        self.0.saturating_duration_since(std::time::Instant::now())
    }

    /// This moment, or so long from now where that is sooner.
    pub fn sooner(self, wait: std::time::Duration) -> Deadline {
        Deadline(self.0.min(Deadline::after(wait).0))
    }

    /// Whether it has passed.
    pub fn passed(&self) -> bool {
        self.left().is_zero()
    }
}

/// Measures how long something took, in microseconds: for logs, benches and progress, never for rules.
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts measuring.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub fn start() -> Stopwatch {
        Stopwatch(std::time::Instant::now())
    }

    /// Seconds since the start.
    pub fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }

    /// Microseconds since the start.
    pub fn micros(&self) -> u64 {
        self.0.elapsed().as_micros() as u64
    }
}
