//! What this process uses of the machine, as Linux tells it (nothing elsewhere), and what its allocator is told.

use std::ffi::OsString;

/// What is used.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub struct Used {
    /// Bytes of memory.
    pub rss: i64,
    /// Open descriptors.
    pub fds: i64,
    /// Threads.
    pub threads: i64,
    /// Seconds of processor time.
    pub cpu: f64,
}

/// Linux counts processor time in hundredths of a second, whatever the machine.
const TICKS: f64 = 100.0;

/// What this process uses now.
pub fn used() -> Used {
    let text =
        |file: &str| std::fs::read_to_string(format!("/proc/self/{file}")).unwrap_or_default();
    let fds = std::fs::read_dir("/proc/self/fd").map_or(0, |all| all.count() as i64);
    Used { fds, ..read(&text("status"), &text("stat")) }
}

fn read(status: &str, stat: &str) -> Used {
    let number = |name: &str| -> i64 {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or_default()
    };
    // The name of the program stands in brackets and may hold spaces: fields are counted after it.
    let fields: Vec<&str> =
        stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|n| n.parse::<f64>().ok()).unwrap_or_default();
    let (rss, threads) = (number("VmRSS:") * 1024, number("Threads:"));
    Used { rss, fds: 0, threads, cpu: (ticks(11) + ticks(12)) / TICKS }
}

/// What the allocator of a served node is told: to give back what is free after 10 ms instead of a second, so that a
/// start leaves nothing behind, and to leave huge pages alone where the kernel gives them to everybody.
const ALLOCATOR: [(&str, &str); 2] = [("MIMALLOC_PURGE_DELAY", "10"), ("MIMALLOC_ALLOW_THP", "0")];

/// Begins the program anew, as the same process, with what the allocator is told: it reads its environment before the
/// first line of ours. What the environment says already stands; where it cannot be done the program goes on as it is.
pub fn settle_allocator() {
    let untold = untold(|name| std::env::var_os(name));
    #[cfg(unix)]
    if let (false, Ok(program)) = (untold.is_empty(), std::env::current_exe()) {
        use std::os::unix::process::CommandExt;
        let mut words = std::env::args_os();
        let name = words.next().unwrap_or_else(|| program.clone().into_os_string());
        let failed = std::process::Command::new(program).arg0(name).args(words).envs(untold).exec();
        tracing::debug!(%failed, "the allocator keeps its usual settings");
    }
    #[cfg(not(unix))]
    drop(untold);
}

fn untold(said: impl Fn(&str) -> Option<OsString>) -> Vec<(&'static str, &'static str)> {
    ALLOCATOR.into_iter().filter(|(name, _)| said(name).is_none()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_of_the_system_are_read() {
        let status = "Name:\ttong ban\nVmRSS:\t   81920 kB\nThreads:\t12\n";
        let stat = "7 (tong) ban) S 1 7 7 0 -1 4194560 9 0 0 0 250 50 0 0 20 0 12 0 5 6 7";
        let expected = Used { rss: 81920 * 1024, fds: 0, threads: 12, cpu: 3.0 };
        assert_eq!(read(status, stat), expected);
        assert_eq!(read("", ""), Used::default());
    }

    #[test]
    fn what_the_environment_says_of_the_allocator_stands() {
        assert_eq!(untold(|_| None), ALLOCATOR);
        let said = |name: &str| (name == "MIMALLOC_PURGE_DELAY").then(|| "0".into());
        assert_eq!(untold(said), [("MIMALLOC_ALLOW_THP", "0")]);
        assert!(untold(|_| Some("1".into())).is_empty(), "who was begun anew is not begun again");
    }
}
