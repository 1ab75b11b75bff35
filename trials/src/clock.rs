//! The one file of the harness that reads the clock: it measures a running program from outside.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How far the people's clocks are ahead of this machine's, while a trial turns the server's.
static AHEAD: AtomicI64 = AtomicI64::new(0);

/// A moment to measure from.
#[derive(Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[expect(clippy::disallowed_methods, reason = "what the harness measures is real time")]
    pub fn start() -> Stopwatch {
        Stopwatch(Instant::now())
    }

    /// Time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    /// Seconds since the start, to a hundredth.
    pub fn seconds(&self) -> f64 {
        (self.elapsed().as_secs_f64() * 100.0).round() / 100.0
    }
}

/// Seconds of this machine's civil clock.
#[expect(clippy::disallowed_methods, reason = "an authenticator reads the clock of its device")]
pub fn true_seconds() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}

/// Seconds of the clocks that people carry: authenticator codes are made from them.
pub fn unix_seconds() -> u64 {
    u64::try_from(true_seconds() + AHEAD.load(Ordering::SeqCst)).unwrap_or(0)
}

/// Sets the clocks that people carry ahead of the machine's, or behind.
pub fn set_ahead(seconds: i64) {
    AHEAD.store(seconds, Ordering::SeqCst);
}

/// Waits.
pub fn pause(milliseconds: u64) {
    std::thread::sleep(Duration::from_millis(milliseconds));
}

/// Asks `ready` again and again until it says yes or the time is over; tells which.
pub fn wait(limit: Duration, mut ready: impl FnMut() -> bool) -> bool {
    let watch = Stopwatch::start();
    loop {
        if ready() {
            return true;
        }
        if watch.elapsed() > limit {
            return false;
        }
        pause(50);
    }
}
