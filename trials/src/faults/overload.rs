//! R13: ten times as much as the server can answer, offered whether it answers or not. What it can do it
//! goes on doing, it refuses the rest soon, people at work are served, and afterwards all is as before.
//!
//! The server has one core and the clients have the others: who shares a core with his clients is slowed
//! down by what they offer, and nobody could say by which of the two.

use super::{Plan, Stage, Trouble, control};
use crate::client::{Browser, FORM};
use crate::clock::{self, Stopwatch};
use crate::ledger::lock;
use crate::line::Line;
use crate::report::Report;
use crate::town::{Folder, Town, run as command, which};
use crate::traffic::{Role, ready_to_save};
use std::process::Command;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::task::LocalSet;

/// Rounds unless told otherwise, ten seconds each.
const ROUNDS: u64 = 30;
const SPAN: Duration = Duration::from_secs(10);
/// How much more is offered than can be answered.
const TIMES: f64 = 10.0;
/// Of that so much must have been offered, or the trial shows nothing.
const OFFERED: f64 = 8.0;
/// Clients that offer, and clients that measure what can be answered.
const FLOOD: usize = 2000;
const CLOSED: usize = 16;
/// How long the flood waits before it gives up an answer; who measures waits for every one.
const PATIENCE: Duration = Duration::from_secs(1);
const PATIENT: Duration = Duration::from_secs(30);
/// How a page is asked for, and how its script saves.
const KEEP: &str = "Connection: keep-alive";
const BY_SCRIPT: &str = "Connection: keep-alive\r\nAccept: application/json";
/// Between two looks at the server's size.
const LOOK_UP: Duration = Duration::from_millis(200);
/// People at work meanwhile.
const AT_WORK: usize = 8;
/// What of its capacity the server must go on answering, of a hundred.
const GOODPUT: f64 = 80.0;
/// Memory beyond which the server is not allowed to go, in KiB.
const CAP: u64 = 600 << 10;
/// The core of the server.
const CORE: usize = 0;

/// What became of the offered requests.
#[derive(Default)]
struct Tally {
    offered: AtomicU64,
    good: AtomicU64,
    refused: AtomicU64,
    lost: AtomicU64,
    refusing_us: AtomicU64,
}

impl Tally {
    fn count(&self, said: Option<u16>, took: Duration) {
        let add = |to: &AtomicU64, much: u64| to.fetch_add(much, Ordering::Relaxed);
        add(&self.offered, 1);
        match said {
            Some(200) => add(&self.good, 1),
            Some(_) => {
                add(&self.refusing_us, u64::try_from(took.as_micros()).unwrap_or(0));
                add(&self.refused, 1)
            }
            None => add(&self.lost, 1),
        };
    }
}

/// Floods.
pub fn run(plan: &Plan) -> Result<Report, Trouble> {
    let rounds = plan.rounds.unwrap_or(ROUNDS);
    let mut stage = apart(plan, rounds)?;
    let crowd = Rc::new(Crowd::gather(&stage)?);
    // Caches fill first.
    crowd.closed(Duration::from_secs(3))?;
    let (capacity, before) = crowd.closed(Duration::from_secs(6))?;
    let tally = Rc::new(Tally::default());
    let watch = Stopwatch::start();
    let length = SPAN * u32::try_from(rounds).unwrap_or(u32::MAX);
    let Stage { town, world, .. } = &stage;
    let (acked, failed) = world.ledger.counts();
    let most = world.under_load(AT_WORK, || {
        crowd.flood(capacity * TIMES, length, &tally, || town.size().resident)
    })?;
    let seconds = watch.elapsed().as_secs_f64();
    let at_work = world.ledger.counts();
    let back = Stopwatch::start();
    let calm = clock::wait(SPAN, || {
        let again = crowd.closed(Duration::from_secs(1));
        again.is_ok_and(|(_, slowest)| slowest <= before * 2.0 + 20.0)
    });
    let calm = calm.then(|| back.seconds());
    let count = |number: &AtomicU64| number.load(Ordering::Relaxed);
    let goodput = count(&tally.good) as f64 / seconds;
    let refused = count(&tally.refused);
    let offered = count(&tally.offered) as f64 / seconds / capacity.max(1.0);
    let report = &mut stage.report;
    report.note("capacity_per_s", capacity.round());
    report.note("offered_times", (offered * 10.0).round() / 10.0);
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
    if offered < OFFERED {
        report.wrong.push(format!("only {offered:.1} times the capacity was offered"));
    }
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

/// A stage whose server has one core, and this program the others.
fn apart(plan: &Plan, rounds: u64) -> Result<Stage, Trouble> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if cores < 2 || which("taskset").is_none() {
        return Err(Trouble::CannotRun("a core for the server and one for the clients".into()));
    }
    let folder = Folder::new("overload")?;
    let mut town = Town::on_copy(&plan.binary, &folder.0, &plan.template)?;
    town.core = Some(CORE);
    let others = format!("{}-{}", CORE + 1, cores - 1);
    let own = std::process::id().to_string();
    command(Command::new("taskset").args(["-apc", &others, &own]))?;
    Stage::with(plan, "overload", rounds, folder, town)
}

/// Who offers: strangers, and citizens who are not at work, each with an open draft.
struct Crowd {
    port: u16,
    /// Requests that do not change from one time to the next, in a round.
    looks: Vec<Vec<u8>>,
    writers: Vec<Writer>,
}

/// A citizen who types.
struct Writer {
    browser: Browser,
    save: String,
    csrf: String,
}

impl Crowd {
    fn gather(stage: &Stage) -> Result<Crowd, Trouble> {
        let mut writers = Vec::new();
        for actor in stage.world.actors.iter().skip(AT_WORK) {
            let mut actor = lock(actor);
            if actor.role != Role::Citizen {
                continue;
            }
            let ready = ready_to_save(&mut actor).ok().flatten();
            let (_, form) = ready.ok_or_else(|| "a citizen could not open a draft".to_owned())?;
            let (save, csrf) = (format!("{}/save", form.action), form.get("_csrf").to_owned());
            writers.push(Writer { browser: actor.browser.clone(), save, csrf });
        }
        let port = stage.town.port;
        let stranger = Browser::new(port);
        let look = |browser: &Browser, path: &str| browser.request("GET", path, ("", b""), KEEP);
        let mut looks = vec![look(&stranger, "/"), look(&stranger, "/guide/yl-rz")];
        let asked = ["hukou", "yanglao", "%E8%BD%A6%E5%AD%90%E5%B9%B4%E6%A3%80"];
        for (at, writer) in writers.iter().enumerate() {
            looks.push(look(&stranger, &format!("/search?q={}", asked[at % asked.len()])));
            looks.push(look(&writer.browser, "/my"));
        }
        if writers.is_empty() {
            return Err(Trouble::Broken("nobody is left to offer anything".into()));
        }
        Ok(Crowd { port, looks, writers })
    }

    /// One request of a day at the window: somebody looks, and every other time somebody saves what he typed, as the
    /// page's script does.
    async fn ask(&self, line: &mut Line, number: u64) -> Option<u16> {
        let turn = (number / 2) as usize;
        if number.is_multiple_of(2) {
            return line.ask(&self.looks[turn % self.looks.len()]).await;
        }
        let writer = &self.writers[turn % self.writers.len()];
        let body = format!("_csrf={}&address=mark{number}", writer.csrf);
        let body = (FORM, body.as_bytes());
        line.ask(&writer.browser.request("POST", &writer.save, body, BY_SCRIPT)).await
    }

    /// As much as so many clients get when each waits for its answer: per second, and the slowest of a hundred
    /// in milliseconds.
    fn closed(self: &Rc<Crowd>, length: Duration) -> Result<(f64, f64), Trouble> {
        let (watch, next) = (Stopwatch::start(), Rc::new(AtomicU64::new(0)));
        let one = |_| {
            let (crowd, next, watch) = (self.clone(), next.clone(), watch);
            async move {
                let (mut times, mut line) = (Vec::new(), Line::new(crowd.port, PATIENT));
                while watch.elapsed() < length {
                    let own = Stopwatch::start();
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if crowd.ask(&mut line, number).await == Some(200) {
                        times.push(own.elapsed().as_secs_f64() * 1000.0);
                    }
                }
                times
            }
        };
        let mut times = together((0..CLOSED).map(one), || {})?.concat();
        times.sort_by(f64::total_cmp);
        let slowest = times.get(times.len() * 99 / 100).copied().unwrap_or(f64::MAX);
        Ok((times.len() as f64 / watch.elapsed().as_secs_f64(), slowest))
    }

    /// Offers so many a second, each at its time; gives the most that `size` said meanwhile.
    fn flood(
        self: &Rc<Crowd>,
        per_second: f64,
        length: Duration,
        tally: &Rc<Tally>,
        size: impl Fn() -> u64,
    ) -> Result<u64, Trouble> {
        let (watch, next) = (Stopwatch::start(), Rc::new(AtomicU64::new(0)));
        let one = |_| {
            let (crowd, next, tally, watch) = (self.clone(), next.clone(), tally.clone(), watch);
            async move {
                let mut line = Line::new(crowd.port, PATIENCE);
                while watch.elapsed() < length {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let due = Duration::from_secs_f64(number as f64 / per_second);
                    tokio::time::sleep(due.saturating_sub(watch.elapsed())).await;
                    let own = Stopwatch::start();
                    tally.count(crowd.ask(&mut line, number).await, own.elapsed());
                }
            }
        };
        let mut most = 0;
        together((0..FLOOD).map(one), || most = most.max(size()))?;
        Ok(most)
    }
}

/// Does all at once on this thread, so that waking who waits costs neither side anything; looks up now and then.
fn together<F>(
    all: impl Iterator<Item = F>,
    mut look: impl FnMut(),
) -> Result<Vec<F::Output>, Trouble>
where
    F: Future + 'static,
    F::Output: 'static,
{
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_all().build().map_err(|e| e.to_string())?;
    let local = LocalSet::new();
    let begun: Vec<_> = all.map(|one| local.spawn_local(one)).collect();
    local.block_on(&runtime, async {
        let mut done = Vec::new();
        for one in begun {
            tokio::pin!(one);
            let one = loop {
                tokio::select! {
                    one = one.as_mut() => break one,
                    () = tokio::time::sleep(LOOK_UP) => look(),
                }
            };
            done.push(one.map_err(|e| e.to_string())?);
        }
        Ok(done)
    })
}
