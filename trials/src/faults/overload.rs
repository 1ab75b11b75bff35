//! R13: ten times as much as the server can answer, offered whether it answers or not. What it can do it
//! goes on doing, it refuses the rest soon, people at work are served, and afterwards all is as before.
//!
//! The server has one core and the clients have the others: who shares a core with his clients is slowed
//! down by what they offer, and nobody could say by which of the two.

use super::{Plan, Stage, Trouble, control};
use crate::clock::{self, Stopwatch};
use crate::line::Line;
use crate::report::Report;
use crate::town::{Folder, Town, run as command, which};
use crate::traffic::{Crowd, Kind};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::process::Command;
use std::rc::Rc;
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

/// What became of the offered requests of a kind.
#[derive(Debug, Default, Clone)]
struct Count {
    offered: u64,
    good: u64,
    refused: u64,
    refusing_us: u64,
    /// Answered with anything else: how often with what.
    odd: BTreeMap<u16, u64>,
    /// Given up.
    unanswered: u64,
}

impl Count {
    fn add(&mut self, said: Option<u16>, took: Duration) {
        self.offered += 1;
        match said {
            Some(200..400) => self.good += 1,
            Some(429 | 503) => {
                self.refusing_us += u64::try_from(took.as_micros()).unwrap_or(0);
                self.refused += 1;
            }
            Some(status) => *self.odd.entry(status).or_default() += 1,
            None => self.unanswered += 1,
        }
    }

    fn odd(&self) -> u64 {
        self.odd.values().sum()
    }
}

/// What became of all.
#[derive(Debug, Default)]
struct Tally {
    kinds: BTreeMap<Kind, Count>,
    /// Answered well in a round.
    rounds: BTreeMap<(u128, Kind), u64>,
}

impl Tally {
    fn add(&mut self, kind: Kind, said: Option<u16>, took: Duration, since: Duration) {
        self.kinds.entry(kind).or_default().add(said, took);
        if matches!(said, Some(200..400)) {
            *self.rounds.entry((since.as_millis() / SPAN.as_millis(), kind)).or_default() += 1;
        }
    }
}

/// What can be done while every client waits for its answer.
struct Able {
    /// Of the mix, in a second.
    capacity: f64,
    /// Of each kind alone, in a second.
    alone: BTreeMap<Kind, f64>,
}

impl Able {
    /// What share of a second of the server's a request takes.
    fn cost(&self, kind: Kind) -> f64 {
        1.0 / self.alone.get(&kind).copied().unwrap_or(1.0).max(1.0)
    }

    /// How much of the capacity it is to answer so many in so many seconds, where a request counts as much as it costs:
    /// whoever sends the least urgent away first does the dearer work, and less of it in numbers.
    fn share(&self, good: impl Iterator<Item = (Kind, u64)>, seconds: f64) -> f64 {
        let work: f64 = good.map(|(kind, number)| number as f64 * self.cost(kind)).sum();
        let mix: f64 = (0..100).map(|number| self.cost(Kind::of(number)) / 100.0).sum();
        work / seconds / (self.capacity.max(1.0) * mix)
    }
}

/// Floods.
pub fn run(plan: &Plan) -> Result<Report, Trouble> {
    let rounds = plan.rounds.unwrap_or(ROUNDS);
    let mut stage = apart(plan, rounds)?;
    let crowd = Crowd::gather(&stage.world, stage.town.port, AT_WORK, &plan.persons)?;
    let crowd = Rc::new(crowd);
    // Caches fill first.
    closed(&crowd, None, Duration::from_secs(3))?;
    let before = closed(&crowd, None, Duration::from_secs(8))?;
    let mut alone = BTreeMap::new();
    for kind in Kind::ALL {
        alone.insert(kind, closed(&crowd, Some(kind), Duration::from_secs(4))?.per_second);
    }
    let able = Able { capacity: before.per_second, alone };
    let tally = Rc::new(RefCell::new(Tally::default()));
    let watch = Stopwatch::start();
    let length = SPAN * u32::try_from(rounds).unwrap_or(u32::MAX);
    let Stage { town, world, .. } = &stage;
    let (acked, failed) = world.ledger.counts();
    let most = world.under_load(AT_WORK, || {
        flood(&crowd, before.per_second * TIMES, length, &tally, || town.size().resident)
    })?;
    let seconds = watch.elapsed().as_secs_f64();
    let at_work = world.ledger.counts();
    let back = Stopwatch::start();
    let calm = clock::wait(SPAN, || {
        let again = closed(&crowd, None, Duration::from_secs(1));
        again.is_ok_and(|again| again.slowest <= before.slowest * 2.0 + 20.0)
    });
    let calm = calm.then(|| back.seconds());
    let report = &mut stage.report;
    report.note("p99_before_ms", before.slowest.round());
    report.note("calm_after_s", calm);
    report.note("most_rss_mb", most / 1024);
    report.note("acknowledged_meanwhile", at_work.0 - acked);
    report.note("unknown_meanwhile", at_work.1 - failed);
    if calm.is_none() {
        report.object("not calm again within 10 s".into());
    }
    if most > CAP {
        report.object(format!("memory went to {most} KiB, allowed are {CAP}"));
    }
    weigh(report, &tally.borrow(), seconds, &able);
    stage.judge();
    stage.count();
    stage.report.control_lost = control::put_back(&mut stage)?;
    Ok(stage.end())
}

/// Notes what became of the flood and judges it.
fn weigh(report: &mut Report, tally: &Tally, seconds: f64, able: &Able) {
    let (kinds, capacity) = (&tally.kinds, able.capacity);
    let all = |number: fn(&Count) -> u64| kinds.values().map(number).sum::<u64>();
    let (offered, refused, odd) = (all(|c| c.offered), all(|c| c.refused), all(Count::odd));
    let goodput = all(|c| c.good) as f64 / seconds;
    let times = offered as f64 / seconds / capacity.max(1.0);
    let work = able.share(kinds.iter().map(|(kind, count)| (*kind, count.good)), seconds);
    let ended = (seconds / SPAN.as_secs_f64()) as u128;
    let each = (0..ended).map(|round| {
        let good = tally.rounds.range((round, Kind::Look)..(round + 1, Kind::Look));
        able.share(good.map(|((_, kind), number)| (*kind, *number)), SPAN.as_secs_f64())
    });
    let percent = |share: f64| (share * 100.0).round();
    report.note("capacity_per_s", capacity.round());
    report.note("offered_times", (times * 10.0).round() / 10.0);
    report.note("goodput_per_s", goodput.round());
    report.note("goodput_percent", percent(goodput / capacity.max(1.0)));
    report.note("good_work_percent", percent(work));
    report.note("good_work_percent_each_round", each.map(percent).collect::<Vec<_>>());
    report.note("refused", refused);
    report.note("refused_after_ms", all(|c| c.refusing_us) / refused.max(1) / 1000);
    report.note("no_answer", all(|c| c.unanswered));
    let kinds = kinds.iter().map(|(kind, count)| {
        let told = json!({"alone_per_s": able.alone.get(kind).map(|rate| rate.round()), "offered": count.offered,
            "good": count.good, "odd": count.odd});
        (format!("{kind:?}").to_lowercase(), told)
    });
    report.note("kinds", Value::Object(kinds.collect()));
    if times < OFFERED {
        report.object(format!("only {times:.1} times the capacity was offered"));
    }
    if goodput * 100.0 < capacity * GOODPUT {
        report.object(format!("goodput {goodput:.0}/s of a capacity of {capacity:.0}/s"));
    }
    if odd * 100 > offered {
        report.object(format!("{odd} of {offered} were answered oddly"));
    }
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

/// What was measured while every client waited for its answer.
struct Quiet {
    per_second: f64,
    /// The slowest of a hundred, milliseconds.
    slowest: f64,
}

/// What so many clients get when each waits for its answer, of everything or of one kind.
fn closed(crowd: &Rc<Crowd>, only: Option<Kind>, length: Duration) -> Result<Quiet, Trouble> {
    let (watch, next) = (Stopwatch::start(), Rc::new(Cell::new(0)));
    let one = |_| {
        let (crowd, next, watch) = (crowd.clone(), next.clone(), watch);
        async move {
            let (mut times, mut line) = (Vec::new(), Line::new(crowd.port, PATIENT));
            while watch.elapsed() < length {
                let own = Stopwatch::start();
                let number = next.get();
                next.set(number + 1);
                if only.is_some_and(|only| Kind::of(number) != only) {
                    continue;
                }
                if let (_, Some(200..400)) = crowd.ask(&mut line, number).await {
                    times.push(own.elapsed().as_secs_f64() * 1000.0);
                }
            }
            times
        }
    };
    let mut times = together((0..CLOSED).map(one), || {})?.concat();
    times.sort_by(f64::total_cmp);
    let slowest = times.get(times.len() * 99 / 100).copied().unwrap_or(f64::MAX);
    Ok(Quiet { per_second: times.len() as f64 / watch.elapsed().as_secs_f64(), slowest })
}

/// Offers so many a second, each at its time; gives the most that `size` said meanwhile.
fn flood(
    crowd: &Rc<Crowd>,
    per_second: f64,
    length: Duration,
    tally: &Rc<RefCell<Tally>>,
    size: impl Fn() -> u64,
) -> Result<u64, Trouble> {
    let (watch, next) = (Stopwatch::start(), Rc::new(Cell::new(0)));
    let one = |_| {
        let (crowd, next, tally, watch) = (crowd.clone(), next.clone(), tally.clone(), watch);
        async move {
            let mut line = Line::new(crowd.port, PATIENCE);
            while watch.elapsed() < length {
                let number = next.get();
                next.set(number + 1);
                let due = Duration::from_secs_f64(number as f64 / per_second);
                tokio::time::sleep(due.saturating_sub(watch.elapsed())).await;
                let own = Stopwatch::start();
                let (kind, said) = crowd.ask(&mut line, number).await;
                tally.borrow_mut().add(kind, said, own.elapsed(), watch.elapsed());
            }
        }
    };
    let mut most = 0;
    together((0..FLOOD).map(one), || most = most.max(size()))?;
    Ok(most)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_at_capacity_is_all_of_it_in_whatever_kinds() {
        let alone = Kind::ALL.into_iter().zip([8000.0, 2000.0, 1000.0, 9000.0, 50.0]);
        let able = Able { capacity: 500.0, alone: alone.collect() };
        let mixed = (0..100).map(|number| (Kind::of(number), 50));
        assert!((able.share(mixed, 10.0) - 1.0).abs() < 1e-9);
        // One sign-in is as much as 160 looks.
        let (dear, cheap) = ((Kind::SignIn, 1), (Kind::Look, 160));
        let share = |one| able.share([one].into_iter(), 1.0);
        assert!((share(dear) - share(cheap)).abs() < 1e-9 && share(dear) > 0.0);
        assert!(share((Kind::SignIn, 0)) == 0.0);
    }

    #[test]
    fn what_was_answered_well_is_counted_in_its_round() {
        let mut tally = Tally::default();
        for (said, since) in
            [(Some(200), 0), (Some(303), 9), (Some(503), 9), (None, 10), (Some(200), 10)]
        {
            tally.add(Kind::Save, said, SPAN, Duration::from_secs(since));
        }
        assert_eq!(tally.rounds, BTreeMap::from([((0, Kind::Save), 2), ((1, Kind::Save), 1)]));
        assert_eq!((tally.kinds[&Kind::Save].offered, tally.kinds[&Kind::Save].good), (5, 3));
    }
}
