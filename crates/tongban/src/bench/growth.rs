//! `tongban bench growth`: the 99th percentile of every operation beside ten thousand, a million, ten million cases and
//! as many licences. A list or a look-up should cost the same however many rows lie beside it.

use super::Flags;
use super::load::{Measured, drive};
use super::operations::{hand_in, whole_life};
use super::searching::{QUERIES, ask};
use super::town::{BenchTown, Ready};
use casework::cases::model::{Officer, Post, Receipt};
use casework::cases::view;
use casework::desks;
use casework::drafts::Owner;
use indicatif::{ProgressBar, ProgressStyle};
use people::identity::{PersonId, StaffId, UnitId};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::clock::Stopwatch;
use store::{Error, Result};

/// What is measured at every number of rows.
const OPERATIONS: [&str; 7] =
    ["submit", "lifecycle", "read", "inbox", "my-space", "search", "verify"];
/// How much the p99 may grow from the smallest number of rows to the largest.
const MOST: f64 = 1.2;

/// One operation, by number of rows.
#[derive(Debug, Clone, Default, Serialize)]
struct Line {
    /// 99th percentile, microseconds.
    p99_us: BTreeMap<u64, u64>,
    /// Median, microseconds.
    p50_us: BTreeMap<u64, u64>,
    /// p99 at the most rows over p99 at the fewest.
    ratio: f64,
}

/// The whole table, as printed.
#[derive(Debug, Clone, Serialize)]
struct Table {
    rows: Vec<u64>,
    fill_seconds: BTreeMap<u64, u64>,
    operations: BTreeMap<&'static str, Line>,
    most: f64,
}

/// Fills and measures, step by step on one database; true when nothing failed and nothing grew beyond [`MOST`].
pub async fn measure(flags: &Flags) -> Result<bool> {
    let mut rows = flags.rows.clone();
    rows.sort_unstable();
    let town = Arc::new(BenchTown::open(flags).await?);
    let ready = town.ready("spjy-xb").await?;
    let identifiers = Arc::new(town.identifiers().await?);
    if identifiers.is_empty() {
        return Err(Error::internal("the sample has no licences"));
    }
    let mut table = Table {
        rows: rows.clone(),
        fill_seconds: BTreeMap::new(),
        operations: OPERATIONS.map(|name| (name, Line::default())).into(),
        most: MOST,
    };
    let mut errors = 0;
    for count in rows {
        let watch = Stopwatch::start();
        let unit = fill(&town, count, flags.json).await?;
        table.fill_seconds.insert(count, watch.micros() / 1_000_000);
        let place = Place::new(&town, &ready, unit, &identifiers).await?;
        for name in OPERATIONS {
            // What a node costs that has served for a while, not one whose readers read everything for the first time.
            if !matches!(name, "submit" | "lifecycle") {
                errors += place.measure(name, flags).await.errors;
            }
            let measured = place.measure(name, flags).await;
            errors += measured.errors;
            let line = table.operations.entry(name).or_default();
            line.p99_us.insert(count, measured.percentile(0.99));
            line.p50_us.insert(count, measured.percentile(0.50));
            if !flags.json {
                let (p50, p99) = (measured.percentile(0.50), measured.percentile(0.99));
                crate::say!(
                    "{count} {name}: p50 {p50} µs, p99 {p99} µs, {} errors",
                    measured.errors
                );
            }
        }
    }
    for line in table.operations.values_mut() {
        let ends = line.p99_us.values().next().zip(line.p99_us.values().next_back());
        let ratio = ends.map_or(1.0, |(few, many)| *many as f64 / (*few).max(1) as f64);
        line.ratio = (ratio * 100.0).round() / 100.0;
    }
    if flags.json {
        crate::say!("{}", serde_json::to_string(&table)?);
    } else {
        for (name, line) in &table.operations {
            crate::say!("{name}: {} × (at most {MOST})", line.ratio);
        }
    }
    Ok(errors == 0 && table.operations.values().all(|line| line.ratio <= MOST))
}

/// Fills cases and licences up to `rows`, with a bar.
async fn fill(town: &BenchTown, rows: u64, quiet: bool) -> Result<UnitId> {
    let bar = if quiet { ProgressBar::hidden() } else { ProgressBar::new(rows) };
    if let Ok(style) = ProgressStyle::with_template("{msg:10} {bar:40} {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    bar.set_message("cases");
    let unit = town.fill(rows, |made| bar.set_position(made)).await?;
    bar.set_message("licences");
    town.fill_licences(rows, |made| bar.set_position(made)).await?;
    bar.finish_and_clear();
    Ok(unit)
}

/// What the operations need at one number of rows.
struct Place {
    town: Arc<BenchTown>,
    ready: Ready,
    officer: Officer,
    items: Arc<BTreeSet<String>>,
    made: Arc<Vec<Receipt>>,
    identifiers: Arc<Vec<String>>,
    people: usize,
}

impl Place {
    async fn new(
        town: &Arc<BenchTown>,
        ready: &Ready,
        unit: UnitId,
        identifiers: &Arc<Vec<String>>,
    ) -> Result<Place> {
        town.node.guide().prepare()?;
        let mut made = Vec::new();
        for _ in 0..200 {
            made.push(hand_in(town, ready).await?);
        }
        Ok(Place {
            town: town.clone(),
            ready: ready.clone(),
            officer: Officer { id: StaffId(1), unit, posts: vec![Post::Clerk], person: None },
            items: Arc::new((0..500).map(|n| format!("item-{n}")).collect()),
            made: Arc::new(made),
            identifiers: identifiers.clone(),
            people: (town.filled().await? / 4).max(1) as usize,
        })
    }

    async fn measure(&self, name: &str, flags: &Flags) -> Measured {
        let (clients, seconds) = (flags.clients, flags.seconds);
        let (town, ready) = (self.town.clone(), self.ready.clone());
        match name {
            "submit" => {
                let one = move |_, _| {
                    let (town, ready) = (town.clone(), ready.clone());
                    async move { hand_in(&town, &ready).await.map(drop) }
                };
                drive(clients, seconds, one).await
            }
            "lifecycle" => {
                // Whole lives would wait behind what the submits before them left to do.
                if let Err(e) = self.drain().await {
                    tracing::warn!("what was left to do could not be done: {e}");
                }
                let one = move |_, _| {
                    let (town, ready) = (town.clone(), ready.clone());
                    async move { whole_life(&town, &ready).await }
                };
                drive(clients, seconds, one).await
            }
            _ => self.look(name, flags).await,
        }
    }

    /// Runs every job that is due.
    async fn drain(&self) -> Result<()> {
        let worker = self.town.node.worker();
        while worker.run_due().await? > 0 {}
        Ok(())
    }

    async fn look(&self, name: &str, flags: &Flags) -> Measured {
        let (clients, seconds, town) = (flags.clients, flags.seconds, self.town.clone());
        match name {
            "read" => {
                let made = self.made.clone();
                let one = move |client: usize, round: u64| {
                    let (town, no) = (town.clone(), made[pick(client, round, made.len())].no);
                    async move {
                        let owner = casework::drafts::filing::owner(&town.citizen)?;
                        view::progress(town.node.people(), owner, no).await.map(drop)
                    }
                };
                drive(clients, seconds, one).await
            }
            "inbox" => {
                let (officer, items) = (self.officer.clone(), self.items.clone());
                let one = move |_, _| {
                    let (town, officer, items) = (town.clone(), officer.clone(), items.clone());
                    async move {
                        let guide = town.node.guide();
                        desks::inbox(guide, &officer, Post::Clerk, Some(items), None)
                            .await
                            .map(drop)
                    }
                };
                drive(clients, seconds, one).await
            }
            "my-space" => {
                let people = self.people;
                let one = move |client: usize, round: u64| {
                    let town = town.clone();
                    let who = 1_000_000 + pick(client, round, people) as i64;
                    async move {
                        let owner = Owner::Person(PersonId(who));
                        desks::mine(town.node.guide(), owner, None).await.map(drop)
                    }
                };
                drive(clients, seconds, one).await
            }
            "search" => {
                let one = move |client: usize, round: u64| {
                    let town = town.clone();
                    async move {
                        let asked = ask(QUERIES[pick(client, round, QUERIES.len())], 10);
                        town.node.guide().shelf().search()?.query(&asked);
                        Ok(())
                    }
                };
                drive(clients, seconds, one).await
            }
            _ => {
                let identifiers = self.identifiers.clone();
                let one = move |client: usize, round: u64| {
                    let town = town.clone();
                    let asked = identifiers[pick(client, round, identifiers.len())].clone();
                    async move {
                        let verdict = town.node.proof().verify_text(&asked, "bench").await?;
                        verdict.is_true().then_some(()).ok_or(Error::NotFound)
                    }
                };
                drive(clients, seconds, one).await
            }
        }
    }
}

/// Another one each time, all over the range.
fn pick(client: usize, round: u64, of: usize) -> usize {
    let mixed = (round + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (client as u64) << 17;
    (mixed >> 11) as usize % of.max(1)
}
