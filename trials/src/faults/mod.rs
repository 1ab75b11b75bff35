//! The faults, one file each: what is done to the town, and the control that must lose.

pub mod all;
pub mod clock_jump;
pub mod control;
pub mod disk_full;
pub mod double;
pub mod failover;
pub mod io_error;
pub mod kill;
pub mod kill_db;
pub mod overload;
pub mod powercut;
pub mod restore;
pub mod slow;
pub mod soak;
pub mod stop;
pub mod upgrade;

use crate::disk::Disk;
use crate::oracle::{self, Oracle};
use crate::patroni::Fleet;
use crate::postgres::Cluster;
use crate::report::{Report, say};
use crate::seed::Seed;
use crate::town::{Folder, Town};
use crate::traffic::World;
use std::path::PathBuf;

/// What a trial is told.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The program under trial.
    pub binary: PathBuf,
    /// The program of the version before it.
    pub previous: Option<PathBuf>,
    /// The template of a data folder.
    pub template: PathBuf,
    /// The sample population.
    pub persons: PathBuf,
    /// How many rounds; nothing for the usual number.
    pub rounds: Option<u64>,
    /// The number from which every pick comes.
    pub seed: u64,
}

/// Why a trial could not be held.
#[derive(Debug)]
pub enum Trouble {
    /// The machine lacks something.
    CannotRun(String),
    /// The harness or the program broke.
    Broken(String),
}

impl From<String> for Trouble {
    fn from(reason: String) -> Trouble {
        Trouble::Broken(reason)
    }
}

/// How a trial is held.
pub type Trial = fn(&Plan) -> Result<Report, Trouble>;

/// Every fault by name, with what it shows.
pub const ALL: &[(&str, &str, Trial)] = &[
    ("kill", "SIGKILL at a random moment under load (R1)", kill::run),
    ("double", "every key sent by many clients at once (M1)", double::run),
    ("stop", "SIGTERM under load (R22)", stop::run),
    ("kill-db", "SIGKILL to PostgreSQL's processes under load (R2)", kill_db::run),
    ("failover", "PostgreSQL's primary lost under load, a standby takes over (R8)", failover::run),
    ("powercut", "the file system shut down under load (R3)", powercut::run),
    ("disk-full", "no room left under load (R5)", disk_full::run),
    ("io-error", "calls to the disk fail under load (R6)", io_error::run),
    ("clock", "the clock jumps under load (R9)", clock_jump::run),
    ("restore", "backed up under load, lost, brought back elsewhere (R19)", restore::run),
    ("upgrade", "data of the previous version, served by this one (R20)", upgrade::run),
    ("slow", "bad lines and slow clients (R11, R12)", slow::run),
    ("overload", "ten times what can be answered, ten seconds a round (R13)", overload::run),
    ("soak", "steady work, a minute a round (R23)", soak::run),
    ("all", "whatever may happen, mixed by the seed (R30)", all::run),
];

/// A stage that most faults share: a served town, everybody signed in, an oracle.
pub struct Stage {
    /// The town.
    pub town: Town,
    /// Its people.
    pub world: World,
    /// Who judges.
    pub oracle: Oracle,
    /// The picks of this trial.
    pub seed: Seed,
    /// The report so far.
    pub report: Report,
    watch: crate::clock::Stopwatch,
    // In this order, so that the server is gone before what it stands on, and that before the folder.
    /// The database server, where the trial has its own.
    pub cluster: Option<Cluster>,
    /// Database servers with standbys, where the trial has them.
    pub fleet: Option<Fleet>,
    /// The file system, where the trial has its own.
    pub disk: Option<Disk>,
    folder: Folder,
}

impl Stage {
    /// A stage on a copy of the template, served.
    pub fn set(plan: &Plan, name: &str, rounds: u64) -> Result<Stage, Trouble> {
        let folder = Folder::new(name)?;
        let town = Town::on_copy(&plan.binary, &folder.0, &plan.template)?;
        Stage::with(plan, name, rounds, folder, town)
    }

    /// A stage in a town that is told to serve now.
    pub fn with(
        plan: &Plan,
        name: &str,
        rounds: u64,
        folder: Folder,
        mut town: Town,
    ) -> Result<Stage, Trouble> {
        let watch = crate::clock::Stopwatch::start();
        let seed = Seed::new(plan.seed).part(name, 0);
        town.start()?;
        let world = World::enter(&town, &seed)?;
        let oracle = Oracle::new(&seed);
        let report = Report { name: name.into(), seed: plan.seed, rounds, ..Report::default() };
        Ok(Stage {
            town,
            world,
            oracle,
            seed,
            report,
            watch,
            cluster: None,
            fleet: None,
            disk: None,
            folder,
        })
    }

    /// The file system of this trial.
    pub fn disk(&mut self) -> Result<&mut Disk, String> {
        self.disk.as_mut().ok_or_else(|| "the trial has no file system of its own".to_owned())
    }

    /// Lets the oracle look and keeps what it found.
    pub fn judge(&mut self) {
        let found = self.oracle.look(&self.world, &self.town);
        oracle::tell(&found);
        self.report.take(found);
    }

    /// The folder of this run.
    pub fn folder(&self) -> &std::path::Path {
        &self.folder.0
    }

    /// The counts of the acknowledgements, before a control spoils them.
    pub fn count(&mut self) {
        (self.report.acknowledged, self.report.unknown) = self.world.ledger.counts();
    }

    /// The report, with the time it took.
    pub fn end(mut self) -> Report {
        self.report.seconds = self.watch.seconds();
        self.report
    }

    /// A line after a round.
    pub fn round(&self, number: u64) {
        let (ok, unknown) = self.world.ledger.counts();
        let Report { name, rounds, lost, doubled, wrong, .. } = &self.report;
        say(&format!(
            "{name} {number}/{rounds}: acknowledged {ok}, unknown {unknown}, lost {}, doubled {}, wrong {} ({:.0} s)",
            lost.len(),
            doubled.len(),
            wrong.len(),
            self.watch.seconds()
        ));
    }
}
