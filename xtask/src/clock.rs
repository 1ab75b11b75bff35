//! The one place of this tool that reads the clock: how long a part took, how long to wait.

use std::time::{Duration, Instant};

/// A moment to measure from.
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[expect(clippy::disallowed_methods, reason = "the length of a test run is what is measured")]
    pub fn start() -> Stopwatch {
        Stopwatch(Instant::now())
    }

    /// Time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Asks `ready` five times a second until it says yes or the time is over; tells which.
pub fn wait(limit: Duration, mut ready: impl FnMut() -> bool) -> bool {
    let watch = Stopwatch::start();
    loop {
        if ready() {
            return true;
        }
        if watch.elapsed() > limit {
            return false;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}
