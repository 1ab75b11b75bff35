//! M1: every key is sent by many clients at once; one effect comes of it, and all hear the same. Every act of a
//! case's life is tried: what is saved while typing, a paper, handing in, accepting, granting, rating, a licence that is
//! issued at once, and a code that is shown to many.

use super::{Plan, Stage, Trouble, control};
use crate::client::{Answer, Browser, Lost};
use crate::ledger::{Op, Outcome, lock};
use crate::report::Report;
use crate::traffic::{self, Role, Shot};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Barrier;

/// Keys unless told otherwise.
const KEYS: u64 = 120;
/// Clients that send each key.
const CLIENTS: usize = 100;

/// What the keys counted.
#[derive(Default)]
struct Tally {
    sent: u64,
    told_to_wait: u64,
    by_act: BTreeMap<String, u64>,
}

/// Sends key after key, one life of a case after the other.
pub fn run(plan: &Plan) -> Result<Report, Trouble> {
    let keys = plan.rounds.unwrap_or(KEYS);
    let mut stage = Stage::set(plan, "double", keys)?;
    let mut tally = Tally::default();
    let citizens = with_role(&stage, Role::Citizen);
    let drivers = with_role(&stage, Role::Driver);
    let (mut done, mut looked, mut turn) = (0, 0, 0);
    while done < keys {
        let before = done;
        let person = citizens[turn % citizens.len()];
        done += life(&mut stage, person, keys - done, &mut tally)?;
        if let Some(driver) = drivers.get(turn % drivers.len().max(1)).filter(|_| done < keys) {
            done += at_once_granted(&mut stage, *driver, keys - done, &mut tally)?;
        }
        if done == before {
            return Err(Trouble::Broken("nobody has anything to hand in".into()));
        }
        turn += 1;
        // The oracle looks now and then: what is doubled stays so.
        if done >= looked + 60 || done >= keys {
            looked = done;
            stage.judge();
            stage.round(done);
        }
    }
    stage.count();
    stage.report.note("sent", tally.sent);
    stage.report.note("told_to_wait", tally.told_to_wait);
    stage.report.note("by_act", serde_json::json!(tally.by_act));
    stage.report.control_doubled = Some(control::without_key(&mut stage)?);
    stage.report.control_lost = control::put_back(&mut stage)?;
    Ok(stage.end())
}

fn with_role(stage: &Stage, role: Role) -> Vec<usize> {
    let all = stage.world.actors.iter().enumerate();
    all.filter(|(_, actor)| lock(actor).role == role).map(|(at, _)| at).collect()
}

/// One case from the first letter to the stars; every act of it is sent by everybody. Gives how many there were.
fn life(stage: &mut Stage, person: usize, most: u64, tally: &mut Tally) -> Result<u64, String> {
    let mut done = 0;
    let mut no = String::new();
    for step in [Op::Save, Op::Upload, Op::Submit, Op::Accept, Op::Decide, Op::Rate] {
        if done == most {
            break;
        }
        let by = match step {
            Op::Accept => with_role(stage, Role::Clerk).first().copied(),
            Op::Decide => with_role(stage, Role::Approver).first().copied(),
            _ => Some(person),
        };
        let by = by.ok_or_else(|| format!("nobody can do {step:?}"))?;
        let shot = {
            let mut actor = lock(&stage.world.actors[by]);
            actor.wake();
            traffic::ready(&mut actor, step, &no).map_err(|lost| format!("{step:?}: {lost:?}"))?
        };
        let Some(shot) = shot else {
            stage.report.object(format!("{step:?} of case {no:?} is not offered"));
            break;
        };
        let answer = everybody(stage, by, &shot, tally);
        if step == Op::Submit {
            no = answer;
            let owner = lock(&stage.world.actors[person]).name.clone();
            stage.world.handed_in(&owner, &no);
        }
        done += 1;
    }
    Ok(done)
}

/// A case that is granted and sealed at once, and the code of its licence, which many verify: one is the first.
fn at_once_granted(
    stage: &mut Stage,
    driver: usize,
    most: u64,
    tally: &mut Tally,
) -> Result<u64, String> {
    let shot = {
        let mut actor = lock(&stage.world.actors[driver]);
        actor.wake();
        traffic::ready_to_mark(&mut actor).map_err(|lost| format!("{lost:?}"))?
    };
    let Some(shot) = shot else { return Ok(0) };
    let no = everybody(stage, driver, &shot, tally);
    let code = {
        let mut actor = lock(&stage.world.actors[driver]);
        traffic::until_licensed(&mut actor.browser, &no);
        traffic::shown_code(&mut actor.browser)
    };
    let Some(code) = code.filter(|_| most > 1) else { return Ok(1) };
    everybody(stage, driver, &Shot::redeem(&code), tally);
    Ok(2)
}

/// The same request from many clients, let go at once; what they hear is judged and written down. Gives the answer.
fn everybody(stage: &mut Stage, by: usize, shot: &Shot, tally: &mut Tally) -> String {
    let (name, browser) = {
        let actor = lock(&stage.world.actors[by]);
        (actor.name.clone(), actor.browser.clone())
    };
    let number = stage.world.ledger.sending(&name, shot.op, &shot.key, &shot.content, None);
    // A code is verified by people who are not each other; everything else is sent by one who has many lines.
    let browsers = match shot.op {
        Op::Redeem => strangers(stage, by),
        _ => vec![browser],
    };
    let gate = Barrier::new(CLIENTS);
    let answers: Vec<(usize, Result<Answer, Lost>)> = std::thread::scope(|scope| {
        let (gate, browsers) = (&gate, &browsers);
        let client = |at: usize| {
            scope.spawn(move || {
                let who = at % browsers.len();
                let mut browser = browsers[who].clone();
                gate.wait();
                (who, shot.send(&mut browser))
            })
        };
        let threads: Vec<_> = (0..CLIENTS).map(client).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    tally.sent += answers.len() as u64;
    *tally.by_act.entry(format!("{:?}", shot.op).to_lowercase()).or_default() += 1;
    let (outcome, answer) = judge(stage, shot, &answers, tally);
    stage.world.ledger.answered(number, outcome, &answer, b"");
    let mut actor = lock(&stage.world.actors[by]);
    match shot.op {
        Op::Save if outcome == Outcome::Ok => {
            actor.draft = Some((shot.key.clone(), shot.content.clone()));
        }
        Op::Submit => actor.draft = None,
        _ => {}
    }
    drop(actor);
    effects(stage, by, shot, outcome);
    answer
}

/// Everybody but the holder and the approver, each signed in as himself: the approver asks afterwards, for the oracle.
fn strangers(stage: &Stage, holder: usize) -> Vec<Browser> {
    let all = stage.world.actors.iter().enumerate().filter(|(at, _)| *at != holder);
    let signed_in = all
        .map(|(_, actor)| lock(actor))
        .filter(|actor| !matches!(actor.role, Role::Reader | Role::Approver));
    signed_in.map(|actor| actor.browser.clone()).collect()
}

/// All that were told it is done were told the same; a code is good for one person only, who may look again.
fn judge(
    stage: &mut Stage,
    shot: &Shot,
    answers: &[(usize, Result<Answer, Lost>)],
    tally: &mut Tally,
) -> (Outcome, String) {
    let Shot { op, key, .. } = shot;
    let (mut told, mut first, mut silent) = (BTreeSet::new(), BTreeSet::new(), 0);
    for (who, said) in answers {
        let place = said.as_ref().ok().and_then(|answer| answer.location.clone());
        match traffic::judge(*op, said) {
            (Outcome::Ok, answer, _) => {
                told.insert((place, answer));
                first.insert(*who);
            }
            (Outcome::Fail, said, _) if *op == Op::Redeem => drop(said),
            _ => match said.as_ref().map(|answer| answer.status) {
                Ok(409 | 429 | 503) => tally.told_to_wait += 1,
                Ok(status) => stage.report.object(format!("{op:?} {key}: {status} {place:?}")),
                Err(_) => silent += 1,
            },
        }
    }
    if silent > 0 {
        stage.report.object(format!("{op:?} {key}: {silent} clients heard nothing"));
    }
    if told.len() > 1 {
        stage.report.doubled.push(format!("{op:?} {key}: {told:?}"));
    }
    if *op == Op::Redeem && first.len() > 1 {
        stage.report.doubled.push(format!("a code was good for {} people", first.len()));
    }
    match told.pop_first() {
        Some((_, answer)) => (Outcome::Ok, answer),
        None => (Outcome::Unknown, String::new()),
    }
}

/// What can be counted at once: a paper is there once. The oracle counts the rest.
fn effects(stage: &mut Stage, by: usize, shot: &Shot, outcome: Outcome) {
    if shot.op != Op::Upload || outcome != Outcome::Ok {
        return;
    }
    let mut actor = lock(&stage.world.actors[by]);
    let Ok(shown) = actor.browser.get(&format!("/d/{}/materials", shot.key)) else { return };
    let papers = crate::page::links(&shown.text(), &format!("/d/{}/paper/", shot.key));
    if papers.len() != shot.papers + 1 {
        let text = format!("draft {}: {} papers instead of 1 more", shot.key, papers.len());
        stage.report.doubled.push(text);
    }
}
