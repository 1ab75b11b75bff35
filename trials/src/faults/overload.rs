//! R13: ten times as much as the server can answer, offered whether it answers or not. What it can do it
//! goes on doing, it refuses the rest soon, people at work are served, and afterwards all is as before.

use super::{Plan, Stage, Trouble, control};
use crate::client::Browser;
use crate::clock::{self, Stopwatch};
use crate::ledger::lock;
use crate::report::Report;
use crate::traffic::Role;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Rounds unless told otherwise, ten seconds each.
const ROUNDS: u64 = 30;
const SPAN: Duration = Duration::from_secs(10);
/// How much more is offered than can be answered.
const TIMES: f64 = 10.0;
/// Clients that offer, and clients that measure what can be answered.
const FLOOD: usize = 2000;
/// How long those wait before they give up and come again.
const PATIENCE: Duration = Duration::from_secs(1);
/// Their stacks, in bytes.
const STACK: usize = 256 << 10;
const CLOSED: usize = 16;
/// People at work meanwhile.
const AT_WORK: usize = 8;
/// What of its capacity the server must go on answering, of a hundred.
const GOODPUT: f64 = 80.0;
/// Memory beyond which the server is not allowed to go, in KiB.
const CAP: u64 = 600 << 10;

/// What became of the offered requests.
#[derive(Default)]
struct Tally {
    offered: AtomicU64,
    good: AtomicU64,
    refused: AtomicU64,
    lost: AtomicU64,
    refusing_us: AtomicU64,
}

/// Floods.
pub fn run(plan: &Plan) -> Result<Report, Trouble> {
    let rounds = plan.rounds.unwrap_or(ROUNDS);
    let mut stage = Stage::set(plan, "overload", rounds)?;
    let visitors = visitors(&stage);
    // Caches fill first.
    closed(&visitors, Duration::from_secs(3));
    let (capacity, before) = closed(&visitors, Duration::from_secs(6));
    let tally = Tally::default();
    let watch = Stopwatch::start();
    let length = SPAN * u32::try_from(rounds).unwrap_or(u32::MAX);
    let Stage { town, world, .. } = &stage;
    let (acked, failed) = world.ledger.counts();
    let most = world.under_load(AT_WORK, || {
        flood(&visitors, capacity * TIMES, length, &tally, || town.size().0)
    });
    let seconds = watch.elapsed().as_secs_f64();
    let at_work = world.ledger.counts();
    let back = Stopwatch::start();
    let calm =
        clock::wait(SPAN, || closed(&visitors, Duration::from_secs(1)).1 <= before * 2.0 + 20.0);
    let calm = calm.then(|| back.seconds());
    let count = |number: &AtomicU64| number.load(Ordering::Relaxed);
    let goodput = count(&tally.good) as f64 / seconds;
    let refused = count(&tally.refused);
    let offered = count(&tally.offered) as f64 / seconds;
    let report = &mut stage.report;
    report.note("capacity_per_s", capacity.round());
    report.note("offered_per_s", offered.round());
    report.note("offered_times", (offered / capacity.max(1.0) * 10.0).round() / 10.0);
    report.note("goodput_per_s", goodput.round());
    report.note("goodput_percent", (goodput / capacity.max(1.0) * 100.0).round());
    report.note("refused", refused);
    report.note("refused_after_ms", count(&tally.refusing_us) / refused.max(1) / 1000);
    report.note("no_answer", count(&tally.lost));
    report.note("p99_before_ms", before.round());
    report.note("calm_after_s", calm);
    report.note("most_rss_mb", most / 1024);
    report.note("acknowledged_meanwhile", at_work.0 - acked);
    report.note("unknown_meanwhile", at_work.1 - failed);
    if goodput * 100.0 < capacity * GOODPUT {
        report.wrong.push(format!("goodput {goodput:.0}/s of a capacity of {capacity:.0}/s"));
    }
    if calm.is_none() {
        report.wrong.push("not calm again within 10 s".into());
    }
    if most > CAP {
        report.wrong.push(format!("memory went to {most} KiB, allowed are {CAP}"));
    }
    stage.judge();
    stage.count();
    stage.report.control_lost = control::put_back(&mut stage)?;
    Ok(stage.end())
}

/// A stranger's browser, and those of citizens who are not at work.
fn visitors(stage: &Stage) -> Vec<Browser> {
    let spare = stage.world.actors.iter().skip(AT_WORK).map(lock);
    let citizens = spare.filter(|actor| actor.role == Role::Citizen);
    let mut all: Vec<Browser> = citizens.map(|actor| actor.browser.clone()).collect();
    all.push(Browser::new(stage.town.port));
    all
}

/// One request: public pages, searches, and the citizens' own lists. Tells the status.
fn ask(visitors: &[Browser], number: u64, patience: Option<Duration>) -> Option<u16> {
    const PUBLIC: [&str; 4] = ["/", "/guide/yl-rz", "/search?q=hukou", "/services"];
    let own = number.is_multiple_of(4);
    let at = if own { number as usize % visitors.len() } else { visitors.len() - 1 };
    let path = if own { "/api/v1/cases" } else { PUBLIC[(number / 4) as usize % PUBLIC.len()] };
    let mut browser = visitors[at].clone();
    browser.patience = patience.unwrap_or(browser.patience);
    browser.get(path).ok().map(|answer| answer.status)
}

/// As much as so many clients get when each waits for its answer: per second, and the slowest of a hundred
/// in milliseconds.
fn closed(visitors: &[Browser], length: Duration) -> (f64, f64) {
    let (watch, next) = (Stopwatch::start(), AtomicU64::new(0));
    let mut times: Vec<f64> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLOSED)
            .map(|_| {
                scope.spawn(|| {
                    let mut times = Vec::new();
                    while watch.elapsed() < length {
                        let own = Stopwatch::start();
                        if ask(visitors, next.fetch_add(1, Ordering::Relaxed), None) == Some(200) {
                            times.push(own.elapsed().as_secs_f64() * 1000.0);
                        }
                    }
                    times
                })
            })
            .collect();
        clients.into_iter().filter_map(|client| client.join().ok()).flatten().collect()
    });
    times.sort_by(f64::total_cmp);
    let slowest = times.get(times.len() * 99 / 100).copied().unwrap_or(f64::MAX);
    (times.len() as f64 / watch.elapsed().as_secs_f64(), slowest)
}

/// Offers so many a second, each at its time; gives the most that `size` said meanwhile.
fn flood(
    visitors: &[Browser],
    per_second: f64,
    length: Duration,
    tally: &Tally,
    size: impl Fn() -> u64,
) -> u64 {
    let (watch, next, over) = (Stopwatch::start(), AtomicU64::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        for _ in 0..FLOOD {
            let client = std::thread::Builder::new().stack_size(STACK);
            let started = client.spawn_scoped(scope, || {
                while !over.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let due = Duration::from_secs_f64(number as f64 / per_second);
                    std::thread::sleep(due.saturating_sub(watch.elapsed()));
                    let own = Stopwatch::start();
                    let said = ask(visitors, number, Some(PATIENCE));
                    tally.offered.fetch_add(1, Ordering::Relaxed);
                    let took = u64::try_from(own.elapsed().as_micros()).unwrap_or(0);
                    match said {
                        Some(200) => tally.good.fetch_add(1, Ordering::Relaxed),
                        Some(_) => {
                            tally.refusing_us.fetch_add(took, Ordering::Relaxed);
                            tally.refused.fetch_add(1, Ordering::Relaxed)
                        }
                        None => tally.lost.fetch_add(1, Ordering::Relaxed),
                    };
                }
            });
            if started.is_err() {
                break;
            }
        }
        let mut most = 0;
        while watch.elapsed() < length {
            most = most.max(size());
            clock::pause(200);
        }
        over.store(true, Ordering::Relaxed);
        most
    })
}
