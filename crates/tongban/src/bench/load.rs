//! Driving an operation with many clients and measuring what it cost.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::Result;
use store::clock::Stopwatch;

/// What was measured.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    latencies: Vec<u32>,
    /// How many failed.
    pub errors: u64,
    wall_us: u64,
    cpu_us: u64,
}

impl Measured {
    /// Operations per second.
    pub fn rate(&self) -> f64 {
        self.latencies.len() as f64 * 1e6 / self.wall_us.max(1) as f64
    }

    /// Microseconds below which this share of operations stayed.
    pub fn percentile(&self, share: f64) -> u64 {
        let index = (self.latencies.len() as f64 * share) as usize;
        self.latencies.get(index.min(self.latencies.len().saturating_sub(1))).copied().unwrap_or(0)
            as u64
    }

    /// CPU microseconds of the process per operation.
    pub fn cpu_per_op(&self) -> f64 {
        self.cpu_us as f64 / self.latencies.len().max(1) as f64
    }
}

/// Runs `operation` from `clients` tasks for `seconds`; `operation` gets client and round.
pub async fn drive<F, Fut>(clients: usize, seconds: u64, operation: F) -> Measured
where
    F: Fn(usize, u64) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<()>> + Send,
{
    let operation = Arc::new(operation);
    let stop = Arc::new(AtomicBool::new(false));
    let (cpu, watch) = (cpu_micros(), Stopwatch::start());
    let tasks: Vec<_> = (0..clients)
        .map(|client| {
            let (operation, stop) = (operation.clone(), stop.clone());
            tokio::spawn(async move {
                let mut latencies = Vec::new();
                let mut errors = 0;
                let mut round = 0;
                while !stop.load(Ordering::Relaxed) {
                    let one = Stopwatch::start();
                    match operation(client, round).await {
                        Ok(()) => latencies.push(one.micros() as u32),
                        Err(e) => {
                            if errors == 0 {
                                tracing::warn!("an operation failed: {e}");
                            }
                            errors += 1;
                        }
                    }
                    round += 1;
                    tokio::task::yield_now().await;
                }
                (latencies, errors)
            })
        })
        .collect();
    tokio::time::sleep(std::time::Duration::from_secs(seconds)).await;
    stop.store(true, Ordering::Relaxed);
    let mut all = Measured::default();
    for task in tasks {
        if let Ok((latencies, errors)) = task.await {
            all.latencies.extend(latencies);
            all.errors += errors;
        }
    }
    all.wall_us = watch.micros();
    all.cpu_us = cpu_micros() - cpu;
    all.latencies.sort_unstable();
    all
}

/// CPU time of this process in microseconds (user and system), from the kernel's accounting.
pub(super) fn cpu_micros() -> u64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = text.rsplit(')').next().unwrap_or("");
    let field = |n: usize| after.split_whitespace().nth(n).and_then(|v| v.parse::<u64>().ok());
    (field(11).unwrap_or(0) + field(12).unwrap_or(0)) * 10_000
}
