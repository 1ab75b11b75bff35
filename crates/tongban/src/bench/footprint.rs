//! `tongban bench footprint`: what this very program takes as a served node beside `--rows` cases: memory when nobody
//! asks, time from start to the first answer, bytes on the disk.

use super::Flags;
use super::town::BenchTown;
use serde::Serialize;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use store::clock::Stopwatch;
use store::{Error, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How long nobody asks before memory is read.
const IDLE: Duration = Duration::from_secs(10);
/// Longest start that is waited for.
const LONGEST_MS: u64 = 120_000;

/// The figures, as printed.
#[derive(Debug, Clone, Serialize)]
struct Figures {
    rows: u64,
    /// Resident memory of the idle node, MiB.
    idle_rss_mb: f64,
    /// From start to the first good answer, milliseconds.
    ready_ms: f64,
    /// The program's file, MiB.
    binary_mb: f64,
}

/// A served node that ends with the measurement.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Fills a database, serves it with this program and measures.
pub async fn measure(flags: &Flags) -> Result<bool> {
    let rows = flags.row_count();
    let town = BenchTown::open(flags).await?;
    town.fill(rows, |_| {}).await?;
    let store = town.node.store();
    // What a node reads through once in its life is not what it is idle with.
    casework::materials::sweep::turn(store).await?;
    store::ledger::seal_now(store).await?;
    store.settle().await?;
    let folder = store.folder().to_owned();
    drop(town);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    drop(listener);
    let config = folder.join("footprint.toml");
    let text = format!(
        "[server]\nlisten = \"{address}\"\nhttps = false\n[store]\ndatabase = {:?}\ndata = {folder:?}\n",
        flags.db
    );
    std::fs::write(&config, text)?;
    let program = std::env::current_exe()?;
    let mut command = Command::new(&program);
    command.arg("serve").arg("--config").arg(&config).stdout(Stdio::null()).stderr(Stdio::null());
    let watch = Stopwatch::start();
    let served = Served(command.spawn()?);
    while !answers(address).await {
        if watch.micros() > LONGEST_MS * 1_000 {
            return Err(Error::internal("the node did not get ready"));
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let ready_ms = watch.micros() as f64 / 1_000.0;
    tokio::time::sleep(IDLE).await;
    let figures = Figures {
        rows,
        idle_rss_mb: round(rss_mb(served.0.id())?),
        ready_ms: round(ready_ms),
        binary_mb: round(std::fs::metadata(&program)?.len() as f64 / 1_048_576.0),
    };
    drop(served);
    std::fs::remove_file(&config)?;
    // The figures are named; JSON is how they are read either way.
    crate::say!("{}", serde_json::to_string(&figures)?);
    Ok(true)
}

/// Whether the home page comes whole.
async fn answers(address: std::net::SocketAddr) -> bool {
    let Ok(mut line) = TcpStream::connect(address).await else { return false };
    let asked = format!("GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let mut got = Vec::new();
    line.write_all(asked.as_bytes()).await.is_ok()
        && line.read_to_end(&mut got).await.is_ok()
        && got.starts_with(b"HTTP/1.1 200")
}

fn rss_mb(pid: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    Ok(kib.unwrap_or(0.0) / 1024.0)
}

fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
