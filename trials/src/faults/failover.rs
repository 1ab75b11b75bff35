//! R8: the primary of PostgreSQL is killed, frozen or cut off under load; a standby takes over, and the program finds
//! it by itself. The control takes from the standby the promise that it has every commit: it must lose.

use super::{Plan, Stage, Trouble, control};
use crate::clock::{self, Stopwatch};
use crate::ledger::{Outcome, lock};
use crate::patroni::Fleet;
use crate::report::{Report, say};
use crate::seed::Seed;
use crate::template;
use crate::town::{Folder, Town};
use crate::traffic::{self, Actor, Role};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

/// Rounds unless told otherwise.
const ROUNDS: u64 = 20;
/// How long until a change is acknowledged again.
const BACK: f64 = 30.0;
const LONGEST: Duration = Duration::from_secs(90);
/// How long one try of it may take.
const TRY: Duration = Duration::from_secs(2);

/// What is done to a primary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Killed,
    Frozen,
    Cut,
}

const FAULTS: [Fault; 3] = [Fault::Killed, Fault::Frozen, Fault::Cut];

/// Loses primary after primary.
pub fn run(plan: &Plan) -> Result<Report, Trouble> {
    let rounds = plan.rounds.unwrap_or(ROUNDS);
    let folder = Folder::new("failover")?;
    let fleet = Fleet::make(&folder.0.join("fleet"))?;
    let url = fleet.url();
    template::make(&plan.binary, &plan.persons, &folder.0, Some(&url))?;
    let data = folder.0.join("data");
    let town = Town::on(&plan.binary, &folder.0, &data, Some(&url))?;
    let mut stage = Stage::with(plan, "failover", rounds, folder, town)?;
    stage.fleet = Some(fleet);
    let (mut slowest, mut sum) = ([0.0_f64; 3], 0.0);
    for round in 1..=rounds {
        let mut pick = stage.seed.part("round", round);
        // Each way in turn, so that few rounds try them all.
        let way = (round - 1) as usize % FAULTS.len();
        let seconds = once(&mut stage, FAULTS[way], &mut pick)?;
        say(&format!("{:?}: back after {seconds} s", FAULTS[way]));
        slowest[way] = slowest[way].max(seconds);
        sum += seconds;
        if seconds > BACK {
            let text = format!("{:?}: acknowledged again only after {seconds} s", FAULTS[way]);
            stage.report.object(text);
        }
        if stage.town.ended() {
            stage.report.object(format!("the server ended: {}", stage.town.last_lines(5)));
            stage.town.start()?;
        }
        stage.judge();
        stage.round(round);
    }
    let again = stage.oracle.look_again(&stage.world, &stage.town);
    stage.report.take(again);
    stage.count();
    let [killed, frozen, cut] = slowest;
    stage.report.note("slowest_back_s", slowest.iter().copied().fold(0.0, f64::max));
    stage.report.note("mean_back_s", (sum / rounds.max(1) as f64 * 10.0).round() / 10.0);
    stage.report.note("by_fault_s", serde_json::json!([killed, frozen, cut]));
    stage.report.note("told_to_come_back", stage.world.shed.load(Ordering::Relaxed));
    stage.report.control_doubled = Some(control::without_key(&mut stage)?);
    stage.report.control_lost = without_standby(&mut stage)?;
    Ok(stage.end())
}

/// One primary is lost and comes back; gives the seconds until a change was acknowledged again.
fn once(stage: &mut Stage, fault: Fault, pick: &mut Seed) -> Result<f64, String> {
    let clients = pick.between(6, 13) as usize;
    let moment = pick.between(1000, 3000);
    let Stage { world, fleet, .. } = stage;
    let fleet = fleet.as_mut().ok_or("no members")?;
    let primary = fleet.primary()?;
    let mut prober = prober(&world.actors)?;
    let back = world.under_load(clients, || {
        clock::pause(moment);
        match fault {
            Fault::Killed => fleet.kill(primary)?,
            Fault::Frozen => fleet.freeze(primary, true)?,
            Fault::Cut => fleet.set_line(primary, false)?,
        }
        let watch = Stopwatch::start();
        let back = clock::wait(LONGEST, || acknowledged(world, &mut prober));
        let seconds = watch.seconds();
        clock::pause(1500);
        Ok::<_, String>(back.then_some(seconds))
    })?;
    drop(prober);
    match fault {
        Fault::Killed => fleet.start(primary)?,
        Fault::Frozen => fleet.freeze(primary, false)?,
        Fault::Cut => fleet.set_line(primary, true)?,
    }
    fleet.until_together().map_err(|e| format!("{e}\n{}", fleet.last_lines(primary)))?;
    Ok(back.unwrap_or(LONGEST.as_secs_f64()))
}

/// A citizen who is not at work: he does nothing but save, again and again.
struct Prober<'w> {
    actor: MutexGuard<'w, Actor>,
    draft: String,
    form: crate::page::Form,
}

fn prober(actors: &[Mutex<Actor>]) -> Result<Prober<'_>, String> {
    let last = actors.iter().rev().find(|actor| lock(actor).role == Role::Citizen);
    let mut actor = lock(last.ok_or("no citizen is left")?);
    actor.wake();
    let ready = traffic::ready_to_save(&mut actor.browser).map_err(|lost| format!("{lost:?}"))?;
    let (draft, form) = ready.ok_or("nothing to save")?;
    Ok(Prober { actor, draft, form })
}

/// Whether a change that is sent now is acknowledged.
fn acknowledged(world: &traffic::World, prober: &mut Prober<'_>) -> bool {
    let Prober { actor, draft, form } = prober;
    let patience = std::mem::replace(&mut actor.browser.patience, TRY);
    let outcome = traffic::save(world, actor, draft, form);
    actor.browser.patience = patience;
    outcome == Outcome::Ok
}

/// The control: the standby need not have a commit before it is answered, and the standbys fall behind. Then the
/// primary goes with what it alone had, and they take over. Gives how much the oracle found lost.
fn without_standby(stage: &mut Stage) -> Result<u64, String> {
    let Stage { world, fleet, .. } = stage;
    let fleet = fleet.as_mut().ok_or("no members")?;
    fleet.forget_standby()?;
    let primary = fleet.primary()?;
    let others: Vec<u16> =
        (1..=crate::patroni::MEMBERS).filter(|member| *member != primary).collect();
    world.under_load(control::CLIENTS, || {
        others.iter().try_for_each(|member| fleet.set_line(*member, false))?;
        // Shorter than the standbys' patience with an etcd that they cannot reach.
        clock::pause(control::SECONDS * 1000);
        // Its line goes first: what its kernel would still send must not arrive.
        fleet.set_line(primary, false)
    })?;
    fleet.kill(primary)?;
    others.iter().try_for_each(|member| fleet.set_line(*member, true))?;
    let mut prober = prober(&world.actors)?;
    if !clock::wait(LONGEST, || acknowledged(world, &mut prober)) {
        return Err("no standby takes over".into());
    }
    drop(prober);
    let found = stage.oracle.look(&stage.world, &stage.town);
    Ok(found.lost.len() as u64)
}
