//! What a whole town asks for at once, one request at a time and in a fixed mix: people who look, type, go through an
//! application with its papers, verify licences, sign in.

use super::walk::Walk;
use super::{Role, World, ready_to_save};
use crate::client::{Browser, FORM};
use crate::ledger::lock;
use crate::line::Line;
use crate::listed::cases_of;
use crate::page::{self, Form};
use crate::people::{self, Account};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::path::Path;

/// What is asked for; of a hundred requests so many are of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Somebody looks at the portal, a guide, what a search finds, or what is his.
    Look,
    /// What somebody types is saved, as the page's script does.
    Save,
    /// One step of an application, from its first page over the papers to the receipt.
    Apply,
    /// Somebody verifies a licence.
    Verify,
    /// Somebody opens the door and signs in.
    SignIn,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 5] = [Kind::Look, Kind::Save, Kind::Apply, Kind::Verify, Kind::SignIn];

    /// The kind of the request of this number.
    pub fn of(number: u64) -> Kind {
        // Mixed, so that no kind comes in a row: 37 and 100 have no divisor in common.
        let mut turn = number * 37 % 100;
        for (kind, share) in MIX {
            if turn < share {
                return kind;
            }
            turn -= share;
        }
        Kind::Look
    }
}

/// The mix, of a hundred.
const MIX: [(Kind, u64); 5] =
    [(Kind::Look, 33), (Kind::Save, 30), (Kind::Apply, 30), (Kind::Verify, 5), (Kind::SignIn, 2)];
/// People who sign up for it. A few of them stand at the door; half of the others apply, half type.
const NEWCOMERS: usize = 150;
const AT_THE_DOOR: usize = 4;
/// How a page is asked for, and how its script saves.
const KEEP: &str = "Connection: keep-alive";
const BY_SCRIPT: &str = "Connection: keep-alive\r\nAccept: application/json";

/// Everybody who asks.
pub struct Crowd {
    /// Where they ask.
    pub port: u16,
    /// Requests that do not change from one time to the next, in a round.
    looks: Vec<Vec<u8>>,
    /// Those who are not waiting for an answer just now: nobody asks for two things at once.
    typists: RefCell<VecDeque<Typist>>,
    walks: RefCell<VecDeque<Walk>>,
    licences: Vec<String>,
    doors: Vec<(Browser, Form)>,
}

/// A citizen who types.
struct Typist {
    browser: Browser,
    save: String,
    csrf: String,
}

impl Crowd {
    /// Everybody of `world` but the first `at_work`, and more who sign up for it.
    pub fn gather(
        world: &World,
        port: u16,
        at_work: usize,
        persons: &Path,
    ) -> Result<Crowd, String> {
        let mut newcomers = people::newcomers(port, persons, NEWCOMERS)?;
        let doors = newcomers.split_off(newcomers.len().saturating_sub(AT_THE_DOOR));
        let doors =
            doors.iter().map(|(_, account)| door(port, account)).collect::<Result<_, _>>()?;
        let applicants = newcomers.split_off(newcomers.len() / 2).into_iter().enumerate();
        let walks = applicants.map(|(at, (browser, _))| Walk::new(browser, at.to_string()));
        let waiting = world.actors.iter().skip(at_work).map(lock);
        let waiting = waiting.filter(|actor| actor.role == Role::Citizen);
        let waiting = waiting.map(|actor| actor.browser.clone());
        let typists = waiting.chain(newcomers.into_iter().map(|(browser, _)| browser));
        let typists = typists.map(typist).collect::<Result<VecDeque<_>, _>>()?;
        if typists.is_empty() {
            return Err("nobody is left to type anything".into());
        }
        let stranger = Browser::new(port);
        let look = |browser: &Browser, path: &str| browser.request("GET", path, ("", b""), KEEP);
        let mut looks = Vec::new();
        let asked = ["hukou", "yanglao", "%E8%BD%A6%E5%AD%90%E5%B9%B4%E6%A3%80"];
        for (at, typist) in typists.iter().enumerate() {
            looks.push(look(&stranger, if at % 2 == 0 { "/" } else { "/guide/yl-rz" }));
            looks.push(look(&stranger, &format!("/search?q={}", asked[at % asked.len()])));
            looks.push(look(&typist.browser, "/my"));
        }
        let (typists, walks) = (RefCell::new(typists), RefCell::new(walks.collect()));
        Ok(Crowd { port, looks, typists, walks, licences: licences(world)?, doors })
    }

    /// Asks for what the number says, or looks where everybody who could ask for that waits for an answer; gives what it was, and the status of the answer, if one came.
    pub async fn ask(&self, line: &mut Line, number: u64) -> (Kind, Option<u16>) {
        let turn = (number / 100) as usize;
        // Each from another address, as a town's people ask.
        let [_, b, c, d] = (number as u32).to_be_bytes();
        let from = format!("{KEEP}\r\nX-Forwarded-For: 10.{b}.{c}.{d}");
        let kind = Kind::of(number);
        let said = match kind {
            Kind::Look => self.look(line, number).await,
            Kind::Save => {
                let free = self.typists.borrow_mut().pop_front();
                let Some(typist) = free else {
                    return (Kind::Look, self.look(line, number).await);
                };
                let said = line.ask(&typist.saves(number)).await;
                self.typists.borrow_mut().push_back(typist);
                said
            }
            Kind::Apply => {
                let free = self.walks.borrow_mut().pop_front();
                let Some(mut walk) = free else {
                    return (Kind::Look, self.look(line, number).await);
                };
                let said = line.ask(&walk.request(KEEP)).await;
                match said {
                    Some(_) => walk.answered(line.got()),
                    None => walk.lost(),
                }
                self.walks.borrow_mut().push_back(walk);
                said
            }
            Kind::Verify => {
                let text = page::escape(&self.licences[turn % self.licences.len()]);
                let path = format!("/api/v1/verify?text={text}");
                line.ask(&Browser::new(self.port).request("GET", &path, ("", b""), &from)).await
            }
            Kind::SignIn => {
                let (browser, form) = &self.doors[turn % self.doors.len()];
                let body = form.body();
                let body = (FORM, body.as_bytes());
                line.ask(&browser.request("POST", &form.action, body, &from)).await
            }
        };
        (kind, said)
    }

    async fn look(&self, line: &mut Line, number: u64) -> Option<u16> {
        line.ask(&self.looks[number as usize % self.looks.len()]).await
    }
}

impl Typist {
    fn saves(&self, number: u64) -> Vec<u8> {
        let body = format!("_csrf={}&address=mark{number}", self.csrf);
        self.browser.request("POST", &self.save, (FORM, body.as_bytes()), BY_SCRIPT)
    }
}

/// Somebody with an open draft, on the page where there is something to type.
fn typist(mut browser: Browser) -> Result<Typist, String> {
    let ready = ready_to_save(&mut browser).ok().flatten();
    let (_, form) = ready.ok_or("a citizen could not open a draft")?;
    let (save, csrf) = (format!("{}/save", form.action), form.get("_csrf").to_owned());
    Ok(Typist { browser, save, csrf })
}

/// The door, with what somebody types there.
fn door(port: u16, account: &Account) -> Result<(Browser, Form), String> {
    let mut browser = Browser::new(port);
    let shown = browser.get("/login").map_err(|lost| format!("the door: {lost:?}"))?;
    let mut form = page::form(&shown.text(), "/login", "/login").ok_or("the door has no form")?;
    form.set("phone", &account.login).set("password", &account.password);
    Ok((browser, form))
}

/// The licences that a driver has.
fn licences(world: &World) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    for actor in &world.actors {
        let mut actor = lock(actor);
        if actor.role != Role::Driver {
            continue;
        }
        for case in cases_of(&mut actor.browser, None)? {
            let path = format!("/api/v1/cases/{}", case.no);
            let told = actor.browser.get(&path).map_err(|lost| format!("{path}: {lost:?}"))?;
            found.extend(told.json()["licence"].as_str().map(str::to_owned));
        }
    }
    if found.is_empty() { Err("nobody has a licence".into()) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_requests_are_the_mix() {
        for (kind, share) in MIX {
            let asked = (700..800).filter(|number| Kind::of(*number) == kind).count() as u64;
            assert_eq!(asked, share, "{kind:?}");
        }
        assert_eq!(MIX.iter().map(|(_, share)| share).sum::<u64>(), 100);
    }
}
