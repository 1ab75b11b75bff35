//! Mixed real traffic: citizens who fill in and hand in, a driver with licences, staff who accept and
//! grant, readers. Every change goes through the ledger of acknowledgements.

mod citizen;
mod crowd;
mod desk;
mod driver;
mod shot;
mod walk;

use crate::client::{Answer, Browser, Lost};
use crate::clock;
use crate::ledger::{Entry, Ledger, Op, Outcome, Request, lock};
use crate::listed::Listed;
use crate::page;
use crate::people::{self, Account};
use crate::seed::Seed;
use crate::town::Town;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub use citizen::{SLUG, hand_in_unseen, ready_to_save, save};
pub use crowd::{Crowd, Kind};
pub use driver::{shown_code, until_licensed};
pub use shot::{Shot, ready, ready_to_mark};

/// What an actor does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Fills in and hands in.
    Citizen,
    /// Gets a licence at once, shows it, rates.
    Driver,
    /// Accepts at the window.
    Clerk,
    /// Grants.
    Approver,
    /// Only reads.
    Reader,
}

/// One person with his browser.
pub struct Actor {
    /// Name in the ledger.
    pub name: String,
    /// What he does.
    pub role: Role,
    /// His browser.
    pub browser: Browser,
    /// His picks.
    pub seed: Seed,
    /// The open draft and its last acknowledged content.
    pub draft: Option<(String, String)>,
    account: Account,
    count: u64,
}

/// What all actors share.
pub struct World {
    /// The ledger of acknowledgements.
    pub ledger: Ledger,
    /// Everybody.
    pub actors: Vec<Mutex<Actor>>,
    /// Cases that were there before the trial began.
    pub before: HashSet<String>,
    /// Answered reads.
    pub reads: AtomicU64,
    /// Answered requests that were shed (429, 503).
    pub shed: AtomicU64,
    bystander: Account,
    port: AtomicU16,
    stop: AtomicBool,
    dark: Arc<AtomicBool>,
    to_accept: Mutex<VecDeque<String>>,
    to_decide: Mutex<VecDeque<String>>,
    to_rate: Mutex<HashMap<String, VecDeque<String>>>,
    owners: Mutex<HashMap<String, String>>,
}

impl World {
    /// Signs everybody in.
    pub fn enter(town: &Town, seed: &Seed) -> Result<World, String> {
        let all = people::accounts(&town.data)?;
        let ledger = Ledger::create(&town.folder.join("acknowledged.jsonl"))?;
        let bystander = all.iter().find(|who| who.note == "pension").cloned().unwrap_or_default();
        // One line leads to the town, whoever asks.
        let (mut actors, door) = (Vec::new(), Browser::new(town.port));
        let staff = [("sb02", Role::Clerk), ("sb01", Role::Approver)];
        let chosen = all.iter().filter_map(|who| {
            let post = staff.iter().find(|(login, _)| *login == who.login).map(|(_, role)| *role);
            let role = match (post, who.role.as_str(), who.note.as_str()) {
                (Some(role), _, _) => role,
                (None, "citizen", "car") => Role::Driver,
                (None, "trial", _) => Role::Citizen,
                _ => return None,
            };
            Some((who.clone(), role))
        });
        let readers = (0..4).map(|_| (Account::default(), Role::Reader));
        let mut chosen: Vec<_> = chosen.chain(readers).collect();
        // Whoever works for the others comes first, so that few clients are a whole town too.
        chosen.sort_by_key(|(_, role)| match role {
            Role::Clerk | Role::Approver => 0,
            Role::Driver => 1,
            Role::Citizen => 2,
            Role::Reader => 3,
        });
        for (number, (account, role)) in chosen.into_iter().enumerate() {
            let mut browser = door.another();
            if role != Role::Reader {
                people::sign_in(&mut browser, &account)?;
            }
            let name = format!("{}{number}", format!("{role:?}").to_lowercase());
            let seed = seed.part(&name, 0);
            let actor = Actor { name, role, browser, seed, draft: None, account, count: 0 };
            actors.push(Mutex::new(actor));
        }
        let mut world = World {
            ledger,
            actors,
            before: HashSet::new(),
            reads: AtomicU64::new(0),
            shed: AtomicU64::new(0),
            bystander,
            port: AtomicU16::new(town.port),
            stop: AtomicBool::new(false),
            dark: door.dark,
            to_accept: Mutex::default(),
            to_decide: Mutex::default(),
            to_rate: Mutex::default(),
            owners: Mutex::default(),
        };
        world.before = world.listed()?;
        Ok(world)
    }

    /// The cases that citizens have now.
    fn listed(&self) -> Result<HashSet<String>, String> {
        let mut all = HashSet::new();
        for actor in &self.actors {
            let mut actor = lock(actor);
            if matches!(actor.role, Role::Citizen | Role::Driver) {
                let cases = crate::listed::cases_of(&mut actor.browser, None)?;
                all.extend(cases.into_iter().map(|case| case.no));
            }
        }
        Ok(all)
    }

    /// Lets so many clients work until `fault` returns; gives what it returned.
    pub fn under_load<T>(&self, clients: usize, fault: impl FnOnce() -> T) -> T {
        self.stop.store(false, Ordering::SeqCst);
        std::thread::scope(|scope| {
            for actor in self.actors.iter().take(clients) {
                scope.spawn(move || self.work(&mut lock(actor)));
            }
            let outcome = fault();
            self.stop.store(true, Ordering::SeqCst);
            outcome
        })
    }

    /// One actor, until it is time to stop.
    fn work(&self, actor: &mut Actor) {
        while !self.over() {
            let done = match actor.role {
                Role::Citizen => citizen::step(self, actor),
                Role::Driver => driver::step(self, actor),
                Role::Clerk => desk::accept(self, actor),
                Role::Approver => desk::decide(self, actor),
                Role::Reader => read(self, actor),
            };
            if done.is_err() && !self.over() {
                clock::pause(50);
            }
        }
    }

    /// Whether it is time to stop.
    pub fn over(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    /// Whether the other side has power. While it has none nobody hears an answer: nothing is known of what was asked.
    pub fn power(&self, on: bool) {
        self.dark.store(!on, Ordering::SeqCst);
    }

    /// Everybody goes to a server that listens elsewhere now.
    pub fn move_to(&self, port: u16) {
        self.port.store(port, Ordering::SeqCst);
        self.actors.iter().for_each(|actor| lock(actor).browser.port = port);
    }

    /// A case was handed in: it waits for the window.
    pub fn handed_in(&self, actor: &str, no: &str) {
        lock(&self.owners).insert(no.to_owned(), actor.to_owned());
        lock(&self.to_accept).push_back(no.to_owned());
    }

    /// A case was accepted: it waits for the decision.
    pub fn accepted(&self, no: &str) {
        lock(&self.to_decide).push_back(no.to_owned());
    }

    /// A case was granted: its owner may rate.
    pub fn granted(&self, no: &str) {
        let Some(owner) = lock(&self.owners).get(no).cloned() else { return };
        lock(&self.to_rate).entry(owner).or_default().push_back(no.to_owned());
    }

    /// The data went back to an earlier moment: what everybody has, and what waits for whom, is read anew, and what
    /// was in doubt is decided by that. Gives how many acknowledged requests are gone.
    pub fn read_anew(&self, doubted: &[Entry]) -> Result<u64, String> {
        for queue in [&self.to_accept, &self.to_decide] {
            lock(queue).clear();
        }
        lock(&self.to_rate).clear();
        lock(&self.owners).clear();
        let mut there = HashSet::new();
        for actor in &self.actors {
            let mut actor = lock(actor);
            if !matches!(actor.role, Role::Citizen | Role::Driver) {
                continue;
            }
            for case in crate::listed::cases_of(&mut actor.browser, None)? {
                if !self.before.contains(&case.no) {
                    self.take_up(&actor, &case);
                }
                there.insert(case.no);
            }
        }
        Ok(self.decide_doubts(doubted, &there))
    }

    /// A case waits for whoever is next.
    fn take_up(&self, actor: &Actor, case: &Listed) {
        lock(&self.owners).insert(case.no.clone(), actor.name.clone());
        match (actor.role, crate::oracle::rank(&case.state)) {
            (Role::Citizen, 0) => lock(&self.to_accept).push_back(case.no.clone()),
            (Role::Citizen, 1) => self.accepted(&case.no),
            (Role::Citizen, _) => self.granted(&case.no),
            _ => {}
        }
    }

    fn decide_doubts(&self, doubted: &[Entry], there: &HashSet<String>) -> u64 {
        let kept = self.ledger.since(0);
        let saved = |draft: &str| {
            kept.iter().any(|e| e.op == Op::Save && e.outcome == Outcome::Ok && e.key == draft)
        };
        let mut gone = 0;
        for entry in doubted {
            let stays = match entry.op {
                Op::Submit => there.contains(&entry.answer),
                // Numbers of drafts are given anew; this one is the same still, and may say either text.
                Op::Save if saved(&entry.key) => continue,
                _ => false,
            };
            let outcome = if stays { Outcome::Ok } else { Outcome::Fail };
            gone += u64::from(!stays && entry.outcome == Outcome::Ok);
            self.ledger.answered(entry.number, outcome, &entry.answer, b"");
        }
        for actor in &self.actors {
            let mut actor = lock(actor);
            actor.draft = actor.draft.take().filter(|(draft, _)| saved(draft));
        }
        gone
    }

    /// Who handed a case in.
    pub fn owner_of(&self, no: &str) -> Option<String> {
        lock(&self.owners).get(no).cloned()
    }

    /// Whether somebody who is not at work can sign in: that reads and writes.
    pub fn somebody_can_sign_in(&self) -> bool {
        let mut browser = Browser::new(self.port.load(Ordering::SeqCst));
        people::sign_in(&mut browser, &self.bystander).is_ok()
    }

    /// Repeats a request of which nothing is known, with the key it had; tells whether it is known now.
    pub fn repeat(&self, number: u64, actor: &mut Actor, op: Op, request: &Request) -> bool {
        let said = actor.browser.post(&request.path, &request.body);
        let (outcome, answer, body) = judge(op, &said);
        if outcome == Outcome::Unknown {
            return false;
        }
        self.ledger.answered(number, outcome, &answer, &body);
        match (op, outcome) {
            (Op::Submit, Outcome::Ok) if actor.role == Role::Citizen => {
                self.handed_in(&actor.name, &answer);
            }
            (Op::Accept, Outcome::Ok) => self.accepted(&answer),
            _ => {}
        }
        true
    }
}

impl Actor {
    /// A mark that no other request carries.
    fn mark(&mut self) -> String {
        self.count += 1;
        format!("mark{}x{}", self.name, self.count)
    }

    /// Posts a form under the ledger; gives the outcome and the answer.
    fn change(
        &mut self,
        world: &World,
        (op, key, content): (Op, &str, &str),
        form: &page::Form,
    ) -> (Outcome, String) {
        let request = Request { path: form.action.clone(), body: form.body() };
        let keyed = form.get("_idem").len() >= 8;
        let (path, body) = (request.path.clone(), request.body.clone());
        let kept = keyed.then_some(request);
        let number = world.ledger.sending(&self.name, op, key, content, kept);
        let said = self.browser.post(&path, &body);
        self.settle(world, number, op, &said)
    }

    /// Writes down what came back.
    fn settle(
        &mut self,
        world: &World,
        number: u64,
        op: Op,
        said: &Result<Answer, Lost>,
    ) -> (Outcome, String) {
        let (outcome, answer, body) = judge(op, said);
        let shed = said.as_ref().is_ok_and(|a| a.status == 429 || a.status == 503);
        if shed {
            world.shed.fetch_add(1, Ordering::Relaxed);
        }
        world.ledger.answered(number, outcome, &answer, &body);
        (outcome, answer)
    }

    /// Opens a page; a session that has ended, or a screen that is locked, is begun anew.
    fn open(&mut self, world: &World, path: &str) -> Result<Answer, Lost> {
        let shown = self.browser.get(path)?;
        if at_the_door(&shown) {
            if people::sign_in(&mut self.browser, &self.account).is_err() {
                clock::pause(500);
            }
            return self.browser.get(path);
        }
        if shown.good() {
            world.reads.fetch_add(1, Ordering::Relaxed);
        }
        Ok(shown)
    }

    /// Signs in again if he has to; an authenticator's code is good once, so that may take a while.
    pub fn wake(&mut self) {
        let home = if self.account.totp.is_some() { "/staff" } else { "/my" };
        clock::wait(Duration::from_secs(40), || {
            let shown = self.browser.get(home);
            if shown.is_ok_and(|shown| shown.good() && !at_the_door(&shown)) {
                return true;
            }
            self.browser = self.browser.another();
            if people::sign_in(&mut self.browser, &self.account).is_err() {
                clock::pause(1000);
            }
            false
        });
    }
}

/// Where the application for a service begins.
fn start(slug: &str) -> String {
    format!("/apply/{slug}/start")
}

/// Agrees on the first page of an application and goes on; nothing when that page does not ask.
fn consent(browser: &mut Browser, slug: &str, first: &Answer) -> Result<Option<Answer>, Lost> {
    let start = start(slug);
    let Some(mut form) = page::form(&first.text(), &start, &start) else { return Ok(None) };
    form.set("_consent", "yes");
    browser.submit(&form.action, &form.body()).map(Some)
}

/// Begins an application, or goes on with the one that is open.
fn begin(browser: &mut Browser, slug: &str) -> Result<Option<Answer>, Lost> {
    let first = browser.get(&start(slug))?;
    consent(browser, slug, &first)
}

/// Whether a page is a door: the session has ended, or the screen is locked.
fn at_the_door(shown: &Answer) -> bool {
    let doors = ["/login", "/staff/login", "/staff/lock"];
    doors.iter().any(|door| shown.path.starts_with(door))
}

/// What an answer to a change means.
pub fn judge(op: Op, said: &Result<Answer, Lost>) -> (Outcome, String, Vec<u8>) {
    let answer = match said {
        Err(Lost::NotSent) => return (Outcome::Fail, "not sent".into(), vec![]),
        Err(Lost::Broken) => return (Outcome::Unknown, String::new(), vec![]),
        Ok(answer) => answer,
    };
    let to = answer.location.clone().unwrap_or_default();
    let no = page::between(&to, "/c/", "/done").or(page::between(&to, "/c/", "?done="));
    let done = match op {
        Op::Save => (answer.status == 200).then(String::new),
        Op::Upload => to.starts_with("/d/").then(String::new),
        // A session that has ended leads to the door with the address in it: that is no promise.
        Op::Submit => (to.starts_with("/c/") && to.ends_with("/done"))
            .then(|| no.unwrap_or_default().to_owned()),
        Op::Accept => (to.starts_with("/w/c/") && to.contains("done=accepted"))
            .then(|| no.unwrap_or_default().to_owned()),
        Op::Decide => (to.starts_with("/a/c/") && to.contains("done="))
            .then(|| no.unwrap_or_default().to_owned()),
        Op::Rate => to.starts_with("/rate/").then(String::new),
        Op::Redeem => first_time(answer).then(String::new),
    };
    match done {
        Some(what) => (Outcome::Ok, what, answer.body.clone()),
        // A failure of the server says nothing of what became of the request; a refusal does.
        None if answer.status >= 500 => (Outcome::Unknown, answer.status.to_string(), vec![]),
        None => (Outcome::Fail, format!("{} {to}", answer.status), answer.body.clone()),
    }
}

/// Whether a verifier was told that the code had not been used before.
fn first_time(answer: &Answer) -> bool {
    let said = answer.json();
    let mut steps = said["steps"].as_array().into_iter().flatten();
    steps.any(|step| step["code"] == "code-once" && step["ok"] == true)
}

/// Looks at public pages.
fn read(world: &World, actor: &mut Actor) -> Result<(), Lost> {
    const PAGES: [&str; 6] = [
        "/",
        "/search?q=%E8%BD%A6%E5%AD%90%E5%B9%B4%E6%A3%80",
        "/guide/yl-rz",
        "/services",
        "/api/v1/search?q=yanglao",
        "/guide/spjy-xb",
    ];
    let pick = actor.seed.between(0, PAGES.len() as u64) as usize;
    let shown = actor.browser.get(PAGES[pick])?;
    let count = if shown.good() { &world.reads } else { &world.shed };
    count.fetch_add(1, Ordering::Relaxed);
    Ok(())
}
