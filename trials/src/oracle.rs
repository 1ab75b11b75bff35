//! The oracle: what was acknowledged is there exactly once and as it was sent; what is unknown at most
//! once; nothing is there that nobody asked for; the ledger of the house only grows.

mod desk;

use crate::client::{Answer, Browser, Lost};
use crate::clock;
use crate::ledger::{Entry, Op, Outcome, Past, hash, lock};
use crate::listed::cases_of;
use crate::page;
use crate::report::say;
use crate::seed::Seed;
use crate::town::{Proof, Town};
use crate::traffic::{Actor, Role, World};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// What an oracle objects to.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// Acknowledged and not there, or not as it was sent.
    pub lost: Vec<String>,
    /// There more often than was asked for.
    pub doubled: Vec<String>,
    /// Everything else.
    pub wrong: Vec<String>,
}

impl Findings {
    fn join(&mut self, other: Findings) {
        self.lost.extend(other.lost);
        self.doubled.extend(other.doubled);
        self.wrong.extend(other.wrong);
    }
}

/// Of so many looks one goes through everything that is kept.
const DEEP: u64 = 5;

/// The oracle with what it has seen so far.
pub struct Oracle {
    /// The clock was turned by more than a draft is kept: a draft that nobody handed in may be gone.
    pub drafts_may_end: bool,
    /// Cases that nobody was promised are looked at as well: they must be whole or not there.
    half: bool,
    seed: Seed,
    checked: usize,
    looks: u64,
    last: Proof,
    licences: BTreeMap<String, String>,
}

impl Oracle {
    /// One that has seen nothing.
    pub fn new(seed: &Seed) -> Oracle {
        let seed = seed.part("oracle", 0);
        Oracle {
            drafts_may_end: false,
            half: false,
            seed,
            checked: 0,
            looks: 0,
            last: Proof::default(),
            licences: BTreeMap::new(),
        }
    }

    /// Looks at everything that happened since the last time, with every browser at rest.
    pub fn look(&mut self, world: &World, town: &Town) -> Findings {
        let mut found = Findings::default();
        self.repeat_unknown(world);
        self.drained(town, &mut found);
        self.ledger(town, &mut found);
        // The deep doctor reads everything there is, so he is asked at first and then now and then.
        if self.looks.is_multiple_of(DEEP) {
            match town.objections() {
                Ok(objections) => found.wrong.extend(objections),
                Err(reason) => found.wrong.push(reason),
            }
        }
        self.looks += 1;
        let past = Past::new(world.ledger.since(0));
        let fresh = &past.all()[self.checked..];
        found.join(self.each(world, fresh, &past));
        found.join(desk::look(world, fresh, &past));
        self.checked = past.all().len();
        found
    }

    /// Looks at everything from the beginning once more.
    pub fn look_again(&mut self, world: &World, town: &Town) -> Findings {
        self.checked = 0;
        self.looks = 0;
        self.licences.clear();
        self.look(world, town)
    }

    /// The data was brought back from a snapshot with so many events: what came after it may be gone, numbers may be
    /// given anew, and everything is looked at from the beginning, also what nobody was promised.
    pub fn look_at_restored(&mut self, world: &World, town: &Town, events: u64) -> Findings {
        self.last = Proof { events, ..Proof::default() };
        self.half = true;
        let found = self.look_again(world, town);
        self.half = false;
        found
    }

    /// Some clients send again what they heard nothing of, with the key it had; the others never do.
    fn repeat_unknown(&mut self, world: &World) {
        let fresh = world.ledger.since(self.checked);
        for entry in fresh.iter().filter(|e| e.outcome == Outcome::Unknown) {
            let Some(request) = entry.request.as_ref().filter(|_| self.seed.percent(70)) else {
                continue;
            };
            if let Some(mut actor) = actor_named(world, &entry.actor) {
                world.repeat(entry.number, &mut actor, entry.op, request);
            }
        }
    }

    /// The jobs that the effects left behind are all done: what a dead process had claimed is free again
    /// after a minute at the latest.
    fn drained(&self, town: &Town, found: &mut Findings) {
        let mut said = Err("the doctor was not asked".to_owned());
        let done = clock::wait(Duration::from_secs(90), || {
            said = town.open_jobs();
            !matches!(said, Ok(open) if open > 0)
        });
        match said {
            Ok(open) if !done => found.wrong.push(format!("{open} jobs are still open after 90 s")),
            Ok(_) => {}
            Err(reason) => found.wrong.push(reason),
        }
    }

    /// The ledger of the house proves itself and has not become shorter.
    fn ledger(&mut self, town: &Town, found: &mut Findings) {
        match town.proof() {
            Err(reason) => found.wrong.push(reason),
            Ok(now) => {
                let Proof { events, sealed, checkpoints } = self.last;
                if now.events < events || now.sealed < sealed || now.checkpoints < checkpoints {
                    found.lost.push(format!("the ledger was {:?} and is {now:?}", self.last));
                }
                self.last = now;
            }
        }
    }

    /// Every citizen asks for what is his.
    fn each(&mut self, world: &World, fresh: &[Entry], past: &Past) -> Findings {
        let (drafts_may_end, half) = (self.drafts_may_end, self.half);
        let looked: Vec<(Findings, Vec<(String, String)>)> = std::thread::scope(|scope| {
            let citizens = world.actors.iter().map(|actor| {
                scope.spawn(move || {
                    let mut actor = lock(actor);
                    let mut look = Look {
                        world,
                        past,
                        drafts_may_end,
                        half,
                        found: Findings::default(),
                        licences: vec![],
                    };
                    if matches!(actor.role, Role::Citizen | Role::Driver) {
                        actor.wake();
                        look.citizen(&mut actor, fresh);
                    }
                    (look.found, look.licences)
                })
            });
            let threads: Vec<_> = citizens.collect();
            threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
        });
        let mut found = Findings::default();
        for (one, licences) in looked {
            found.join(one);
            for (licence, case) in licences {
                if let Some(other) = self.licences.insert(licence.clone(), case.clone())
                    && other != case
                {
                    found.doubled.push(format!("licence {licence} of cases {other} and {case}"));
                }
            }
        }
        found
    }
}

fn actor_named<'w>(world: &'w World, name: &str) -> Option<std::sync::MutexGuard<'w, Actor>> {
    world.actors.iter().map(lock).find(|actor| actor.name == name)
}

/// Whether it is such a request and was acknowledged.
fn done(entry: &Entry, op: Op) -> bool {
    entry.op == op && entry.outcome == Outcome::Ok
}

/// What may stand in the free field of a draft: what was acknowledged last, or what is unknown since.
fn may_stand(past: &Past, draft: &str) -> Vec<String> {
    let saves: Vec<&Entry> = past.of(draft).filter(|e| e.op == Op::Save).collect();
    let Some(last) = saves.iter().rposition(|e| e.outcome == Outcome::Ok) else { return vec![] };
    let later = saves[last + 1..].iter().filter(|e| e.outcome == Outcome::Unknown);
    // A client that heard nothing types the last acknowledged text again: both may have won.
    let earlier = saves[..last].iter().filter(|e| e.outcome == Outcome::Unknown);
    let known = std::iter::once(saves[last].content.clone());
    known.chain(later.chain(earlier).map(|e| e.content.clone())).collect()
}

/// How far a case has come.
pub fn rank(state: &str) -> u8 {
    match state {
        "accepted" | "special" => 1,
        "granted" => 2,
        "closed" => 3,
        _ => 0,
    }
}

/// One citizen's look at what is his.
struct Look<'l> {
    drafts_may_end: bool,
    half: bool,
    world: &'l World,
    past: &'l Past,
    found: Findings,
    licences: Vec<(String, String)>,
}

impl Look<'_> {
    fn citizen(&mut self, actor: &mut Actor, fresh: &[Entry]) {
        self.cases(actor);
        let own: Vec<&Entry> = fresh.iter().filter(|e| e.actor == actor.name).collect();
        for entry in own.iter().filter(|e| e.outcome == Outcome::Ok) {
            match entry.op {
                Op::Submit => self.case(actor, &entry.answer),
                Op::Upload => self.upload(actor, entry),
                Op::Rate => self.rating(actor, entry),
                Op::Redeem => self.redeemed(entry),
                _ => {}
            }
        }
        self.draft(actor);
        // What staff did to his cases since the last look.
        let done = fresh.iter().filter(|e| e.outcome == Outcome::Ok);
        let touched: BTreeSet<&str> = done
            .filter(|e| matches!(e.op, Op::Accept | Op::Decide))
            .map(|e| e.key.as_str())
            .filter(|no| self.world.owner_of(no).as_deref() == Some(&actor.name))
            .collect();
        for no in touched {
            self.case(actor, no);
        }
    }

    /// As many cases as were acknowledged, each once; none that nobody asked for.
    fn cases(&mut self, actor: &mut Actor) {
        let listed = match cases_of(&mut actor.browser, None) {
            Ok(listed) => listed,
            Err(reason) => return self.found.wrong.push(format!("{}: {reason}", actor.name)),
        };
        let mut seen = BTreeSet::new();
        for case in &listed {
            if !seen.insert(case.no.as_str()) {
                self.found.doubled.push(format!("case {} stands twice", case.no));
            }
        }
        let own = |e: &&Entry| e.actor == actor.name && e.op == Op::Submit;
        let submits: Vec<&Entry> = self.past.all().iter().filter(own).collect();
        let known: BTreeSet<&str> = submits
            .iter()
            .filter(|e| e.outcome == Outcome::Ok)
            .map(|e| e.answer.as_str())
            .collect();
        for no in known.iter().filter(|no| !seen.contains(*no)) {
            self.found.lost.push(format!("case {no} of {} is not in the list", actor.name));
        }
        let open = submits.iter().filter(|e| e.outcome == Outcome::Unknown);
        let open: BTreeSet<&str> = open.map(|e| e.key.as_str()).collect();
        let asked = |no: &&&str| !known.contains(**no) && !self.world.before.contains(**no);
        let extra: Vec<&&str> = seen.iter().filter(asked).collect();
        if extra.len() > open.len() {
            let text = format!("{}: cases {extra:?}, unknown {open:?}", actor.name);
            self.found.doubled.push(text);
        }
        if self.half {
            let extra: Vec<String> = extra.into_iter().map(|no| (*no).to_owned()).collect();
            extra.iter().for_each(|no| self.case(actor, no));
        }
    }

    /// A case is as far as was acknowledged, and each of its documents is there once.
    fn case(&mut self, actor: &mut Actor, no: &str) {
        let answer = match actor.browser.get(&format!("/api/v1/cases/{no}")) {
            Ok(answer) if answer.status == 200 => answer.json(),
            Ok(answer) => return self.found.lost.push(format!("case {no}: {}", answer.status)),
            Err(lost) => return self.found.wrong.push(format!("case {no}: {lost:?}")),
        };
        let state = answer["state"].as_str().unwrap_or_default();
        let was = |op: Op| self.past.of(no).any(|e| done(e, op));
        let least = if was(Op::Decide) { 2 } else { u8::from(was(Op::Accept)) };
        if rank(state) < least {
            self.found.lost.push(format!("case {no} is {state}, and more was acknowledged"));
        }
        let documents = answer["documents"].as_array().cloned().unwrap_or_default();
        let mut kinds = BTreeSet::new();
        for document in &documents {
            if !kinds.insert(document["kind"].to_string()) {
                self.found.doubled.push(format!("case {no} has {} twice", document["kind"]));
            }
        }
        let item = answer["item"]["slug"].as_str().unwrap_or_default();
        if let Some(licence) = answer["licence"].as_str() {
            self.licences.push((licence.to_owned(), no.to_owned()));
        } else if rank(state) == 3 && item != crate::traffic::SLUG {
            self.found.lost.push(format!("case {no} is closed and has no licence"));
        }
    }

    /// Whether a draft was, or may have been, handed in.
    fn handed_in(&self, draft: &str) -> bool {
        self.past.of(draft).any(|e| e.op == Op::Submit && e.outcome != Outcome::Fail)
    }

    /// Whether a draft that nobody handed in has been kept for as long as drafts are kept.
    fn ended(&self, actor: &mut Actor, draft: &str) -> bool {
        let handed_in = self.handed_in(draft);
        let mut gone = || actor.browser.get(&format!("/d/{draft}")).is_ok_and(|a| a.status == 404);
        self.drafts_may_end && !handed_in && gone()
    }

    /// The paper is there, byte for byte.
    fn upload(&mut self, actor: &mut Actor, entry: &Entry) {
        if self.ended(actor, &entry.key) {
            return;
        }
        if entry.answer.is_empty() {
            // Its name was never read: it is looked for on the draft's page while that is open.
            let page = format!("/d/{}/materials", entry.key);
            // Who does not live abroad after all is asked for no paper: it is kept, and on no page.
            let life = draft_page(&mut actor.browser, &entry.key);
            let life = life.ok().and_then(|shown| page::form(&shown.text(), &shown.path, "/d/"));
            if life.is_none_or(|form| form.get("abroad") != "true") {
                return;
            }
            let Ok(shown) = actor.browser.get(&page) else { return };
            let links = page::links(&shown.text(), &format!("/d/{}/paper/", entry.key));
            let mut papers = links.iter().filter_map(|href| actor.browser.get(href).ok());
            let there = papers.any(|paper| hash(&paper.body) == entry.content);
            if shown.path == page && !there {
                self.found.lost.push(format!("an upload to draft {}", entry.key));
            }
            return;
        }
        let handed_in = self.past.of(&entry.key).find(|e| done(e, Op::Submit));
        let mut places = vec![format!("/d/{}/paper/{}", entry.key, entry.answer)];
        if let Some(case) = handed_in {
            places.push(format!("/c/{}/paper/{}", case.answer, entry.answer));
        } else {
            // Whether it was handed in is unknown: any case of his may have it, also one from long before.
            let cases = cases_of(&mut actor.browser, None).unwrap_or_default();
            places.extend(cases.iter().map(|c| format!("/c/{}/paper/{}", c.no, entry.answer)));
        }
        let there = places.iter().any(|place| {
            let paper = actor.browser.get(place);
            paper.is_ok_and(|paper| hash(&paper.body) == entry.content)
        });
        if !there {
            self.found.lost.push(format!("paper {} of draft {}", entry.answer, entry.key));
        }
    }

    /// The open draft says what was acknowledged last.
    fn draft(&mut self, actor: &mut Actor) {
        let Some((draft, kept)) = actor.draft.clone().filter(|(_, kept)| !kept.is_empty()) else {
            return;
        };
        if self.handed_in(&draft) || self.ended(actor, &draft) {
            return;
        }
        let shown = match draft_page(&mut actor.browser, &draft) {
            Ok(shown) => shown,
            Err(lost) => return self.found.wrong.push(format!("draft {draft}: {lost:?}")),
        };
        let form = page::form(&shown.text(), &shown.path, "/d/");
        let says = form.map(|form| form.get("address").to_owned()).unwrap_or_default();
        let may = may_stand(self.past, &draft);
        // All that was saved may be gone with the machine, and the draft with it.
        if !may.is_empty() && !may.contains(&says) {
            let text = format!("draft {draft} says “{says}”, acknowledged was {kept} ({may:?})");
            self.found.lost.push(text);
        }
    }

    /// The stars are there.
    fn rating(&mut self, actor: &mut Actor, entry: &Entry) {
        let words = if entry.content == "5" { "非常满意" } else { "满意" };
        match actor.browser.get(&format!("/c/{}/rate", entry.key)) {
            Ok(shown) if shown.text().contains(&format!("“{words}”")) => {}
            Ok(_) => self.found.lost.push(format!("the rating of case {}", entry.key)),
            Err(lost) => self.found.wrong.push(format!("rating {}: {lost:?}", entry.key)),
        }
    }

    /// A redeemed code is not taken from somebody else, as long as it would be good at all.
    fn redeemed(&mut self, entry: &Entry) {
        let other = self.world.actors.iter().filter_map(|actor| actor.try_lock().ok());
        let Some(mut other) = other.into_iter().find(|a| a.role == Role::Approver) else { return };
        let ask = format!("/api/v1/verify?text={}", page::escape(&entry.key));
        if let Ok(said) = other.browser.get(&ask)
            && said.json()["status"].as_str().is_some_and(|s| !s.starts_with("code-"))
        {
            self.found
                .doubled
                .push(format!("a code was redeemed twice: {}", said.json()["status"]));
        }
    }
}

/// The page of a draft with the free field.
fn draft_page(browser: &mut Browser, draft: &str) -> Result<Answer, Lost> {
    let shown = browser.get(&format!("/d/{draft}/life"))?;
    let has = |shown: &Answer| shown.text().contains("name=\"address\"");
    if has(&shown) { Ok(shown) } else { browser.get(&format!("/d/{draft}/all")) }
}

/// Tells what was found, for whoever watches.
pub fn tell(found: &Findings) {
    let lines = found.lost.iter().chain(&found.doubled).chain(&found.wrong);
    lines.take(10).for_each(|line| say(&format!("  {line}")));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn save(number: u64, content: &str, outcome: Outcome) -> Entry {
        Entry {
            number,
            actor: "citizen1".into(),
            op: Op::Save,
            key: "7".into(),
            content: content.into(),
            request: None,
            outcome,
            answer: String::new(),
            answered: number,
        }
    }

    #[test]
    fn a_draft_may_say_the_last_known_or_what_is_unknown() {
        let all = vec![
            save(0, "a", Outcome::Ok),
            save(1, "b", Outcome::Unknown),
            save(2, "c", Outcome::Ok),
            save(3, "d", Outcome::Fail),
            save(4, "e", Outcome::Unknown),
        ];
        let past = Past::new(all);
        assert_eq!(may_stand(&past, "7"), ["c", "e", "b"]);
        assert!(may_stand(&past, "8").is_empty());
        assert!(rank("closed") > rank("accepted") && rank("accepted") > rank("submitted"));
    }
}
