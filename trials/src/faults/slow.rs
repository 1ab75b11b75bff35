//! R11–R12: bad lines and slow clients. People work over a line that is late, slices and breaks; at the same
//! time a crowd holds connections open with half a head, half a body, or an answer that it does not read.
//! Others are served as before, and memory stays within its cap.

use super::{Plan, Stage, Trouble, control};
use crate::clock::{self, Stopwatch};
use crate::proxy::{Badness, Proxy};
use crate::report::Report;
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

/// Rounds unless told otherwise.
const ROUNDS: u64 = 10;
const CLIENTS: usize = 12;
/// Slow clients in each round.
const SLOW: usize = 1000;
/// Memory beyond which the server is not allowed to go, in KiB.
const CAP: u64 = 400 << 10;
/// By how much others may wait longer, and what counts as nothing on a busy machine.
const FACTOR: f64 = 1.2;
const NOTHING_MS: f64 = 50.0;

/// Works over bad lines, beside slow clients.
pub fn run(plan: &Plan) -> Result<Report, Trouble> {
    let rounds = plan.rounds.unwrap_or(ROUNDS);
    let mut stage = Stage::set(plan, "slow", rounds)?;
    let (mut broke, mut most) = (0, 0);
    let (mut before, mut beside): (f64, f64) = (0.0, 0.0);
    for round in 1..=rounds {
        let mut pick = stage.seed.part("round", round);
        let badness = Badness {
            late: pick.between(0, 12),
            slice: pick.between(64, 4_000) as usize,
            broken: pick.between(2, 12),
        };
        let port = stage.town.port;
        let proxy = Proxy::start(port, badness, &pick)?;
        stage.world.move_to(proxy.port);
        let Stage { town, world, .. } = &stage;
        let (crowd, alone, waited, memory) = world.under_load(CLIENTS, || {
            clock::pause(1500);
            let alone = p99(port);
            let crowd: Vec<TcpStream> = (0..SLOW).filter_map(|n| half(port, n)).collect();
            clock::pause(500);
            let waited = p99(port);
            clock::pause(500);
            (crowd, alone, waited, town.size().resident)
        });
        (before, beside) = (before.max(alone), beside.max(waited));
        most = most.max(memory);
        if crowd.len() < SLOW {
            stage.report.object(format!("only {} slow clients could connect", crowd.len()));
        }
        drop(crowd);
        stage.world.move_to(port);
        broke += proxy.broke.load(std::sync::atomic::Ordering::Relaxed);
        drop(proxy);
        stage.judge();
        stage.round(round);
    }
    if most > CAP {
        stage.report.object(format!("memory went to {most} KiB, allowed are {CAP}"));
    }
    if beside > before * FACTOR + NOTHING_MS {
        stage.report.object(format!("others waited {beside:.0} ms instead of {before:.0}"));
    }
    stage.count();
    stage.report.note("broken_lines", broke);
    stage.report.note("p99_before_ms", before.round());
    stage.report.note("p99_beside_ms", beside.round());
    stage.report.note("most_rss_mb", most / 1024);
    stage.report.control_lost = control::put_back(&mut stage)?;
    Ok(stage.end())
}

/// A client that sends half of something and then nothing more.
fn half(port: u16, number: usize) -> Option<TcpStream> {
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], port));
    let mut line = TcpStream::connect_timeout(&address, Duration::from_secs(2)).ok()?;
    let said: &[u8] = match number % 3 {
        0 => b"GET / HTTP/1.1\r\nHost: slow\r\nX-Slow: ",
        1 => b"POST /login HTTP/1.1\r\nHost: slow\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 400\r\n\r\nphone=",
        _ => b"GET /services HTTP/1.1\r\nHost: slow\r\n\r\n",
    };
    line.write_all(said).ok()?;
    Some(line)
}

/// How long the slowest of a hundred readers waits, in milliseconds.
fn p99(port: u16) -> f64 {
    let mut times: Vec<f64> = (0..100)
        .map(|_| {
            let watch = Stopwatch::start();
            let _ = crate::client::Browser::new(port).get("/guide/yl-rz");
            watch.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times.get(98).copied().unwrap_or_default()
}
