//! Who takes part: the demo's accounts, and citizens of the sample population who sign up for the trial.

use crate::client::{Browser, Lost};
use crate::clock;
use crate::page;
use crate::report::say;
use crate::town::Town;
use serde_json::Value;
use std::path::Path;

/// How many citizens sign up: as many as may ask for codes from one address in one go.
const CITIZENS: usize = 24;
/// The first row of the sample population that has no account.
const FIRST_ROW: usize = 40;
const PASSWORD: &str = "a-long-enough-phrase-2026";
/// Where the template says who signed up.
const FILE: &str = "trial-citizens.json";

/// Somebody who can sign in.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// Phone or staff login.
    pub login: String,
    /// Password.
    pub password: String,
    /// Secret of the authenticator, in base 32.
    pub totp: Option<String>,
    /// Role in the demo.
    pub role: String,
    /// What he is good for.
    pub note: String,
}

fn account(value: &Value) -> Account {
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    Account {
        login: text("login"),
        password: text("password"),
        totp: value["totp_secret"].as_str().map(str::to_owned),
        role: text("role"),
        note: text("note"),
    }
}

/// Everybody in a data folder: the demo's accounts, then the citizens of the trial.
pub fn accounts(data: &Path) -> Result<Vec<Account>, String> {
    let mut all = Vec::new();
    for name in ["demo-accounts.json", FILE] {
        let text = std::fs::read_to_string(data.join(name)).map_err(|e| format!("{name}: {e}"))?;
        let read: Value = serde_json::from_str(&text).map_err(|e| format!("{name}: {e}"))?;
        all.extend(read.as_array().into_iter().flatten().map(account));
    }
    Ok(all)
}

/// Signs in at the door of the account's kind.
pub fn sign_in(browser: &mut Browser, who: &Account) -> Result<(), String> {
    let lost = |lost: Lost| format!("{} cannot sign in: {lost:?}", who.login);
    let door = if who.totp.is_some() { "/staff/login" } else { "/login" };
    let shown = browser.get(door).map_err(lost)?;
    let form = page::form(&shown.text(), door, door);
    let mut form = form.ok_or_else(|| format!("{door} ({}) has no form", shown.status))?;
    form.set("phone", &who.login).set("login", &who.login).set("password", &who.password);
    if let Some(secret) = &who.totp {
        form.set("code", &code(secret)?);
    }
    let said = browser.post(&form.action, &form.body()).map_err(lost)?;
    match said.location {
        Some(_) => Ok(()),
        None => Err(format!("{} cannot sign in: {}", who.login, said.status)),
    }
}

/// The code of an authenticator at this moment.
fn code(secret: &str) -> Result<String, String> {
    let secret = totp_rs::Secret::try_from_base32(secret).map_err(|e| e.to_string())?;
    let builder = totp_rs::Builder::new().with_algorithm(totp_rs::Algorithm::SHA1);
    let made = builder.with_secret(secret).build().map_err(|e| e.to_string())?;
    Ok(made.generate(clock::unix_seconds()).to_string())
}

/// Somebody of the sample population.
struct Person {
    name: String,
    id: String,
    phone: String,
}

/// The sample population, as its table lists it.
fn population(table: &Path) -> Result<Vec<Person>, String> {
    let text = std::fs::read_to_string(table);
    let text = text.map_err(|e| format!("{}: {e}", table.display()))?;
    let mut rows = text.lines().map(|row| row.split(',').collect::<Vec<_>>());
    let head = rows.next().unwrap_or_default();
    let column = |name: &str| {
        let found = head.iter().position(|title| *title == name);
        found.ok_or_else(|| format!("the sample population has no {name}"))
    };
    let (name, id, phone) = (column("name")?, column("id_no")?, column("phone")?);
    let person = |cells: Vec<&str>| {
        let text = |at: usize| cells.get(at).map(|cell| (*cell).to_owned()).unwrap_or_default();
        Person { name: text(name), id: text(id), phone: text(phone) }
    };
    Ok(rows.map(person).collect())
}

impl Person {
    fn account(&self) -> Account {
        Account {
            login: self.phone.clone(),
            password: PASSWORD.into(),
            totp: None,
            role: "trial".into(),
            note: self.name.clone(),
        }
    }
}

/// Signs up the citizens of the trial and leaves a list of them in the data folder.
pub fn sign_up_all(town: &Town, persons: &Path) -> Result<(), String> {
    let mut signed = Vec::new();
    for person in population(persons)?.iter().skip(FIRST_ROW) {
        match sign_up(&mut Browser::new(town.port), person) {
            Ok(()) => signed.push(serde_json::json!({"role": "trial", "login": person.phone,
                "password": PASSWORD, "note": person.name})),
            Err(reason) => say(&format!("{} does not take part: {reason}", person.name)),
        }
        if signed.len() == CITIZENS {
            break;
        }
    }
    let text = Value::Array(signed).to_string();
    std::fs::write(town.data.join(FILE), text).map_err(|e| e.to_string())
}

/// Signs up so many more at most, from the end of the population and each from an address of his own; gives those who
/// got in, signed in.
pub fn newcomers(
    port: u16,
    persons: &Path,
    most: usize,
) -> Result<Vec<(Browser, Account)>, String> {
    let mut people: Vec<_> = population(persons)?.into_iter().skip(FIRST_ROW + CITIZENS).collect();
    let people = people.split_off(people.len().saturating_sub(most));
    let one = |(number, person): (usize, &Person)| {
        let mut browser = Browser::new(port);
        browser.from = Some(std::net::Ipv4Addr::from(0x0A01_0000 + number as u32));
        let came = sign_up(&mut browser, person);
        came.map(|()| (browser, person.account()))
            .inspect_err(|reason| say(&format!("{} does not take part: {reason}", person.name)))
            .ok()
    };
    let numbered: Vec<_> = people.iter().enumerate().collect();
    std::thread::scope(|scope| {
        let share = numbered.len().div_ceil(8).max(1);
        let groups: Vec<_> = numbered
            .chunks(share)
            .map(|group| {
                scope.spawn(move || group.iter().filter_map(|p| one(*p)).collect::<Vec<_>>())
            })
            .collect();
        Ok(groups.into_iter().flat_map(|group| group.join().unwrap_or_default()).collect())
    })
}

fn sign_up(browser: &mut Browser, person: &Person) -> Result<(), String> {
    let Person { name, id, phone } = person;
    let lost = |lost: Lost| format!("{lost:?}");
    let shown = browser.get("/register").map_err(lost)?;
    let mut form = page::form(&shown.text(), "/register", "/register").ok_or("no form")?;
    form.set("phone", phone).set("agree", "1");
    let shown = browser.submit(&form.action, &form.body()).map_err(lost)?;
    let mut form = page::form(&shown.text(), "/register/code", "/register/open")
        .ok_or_else(|| format!("no code was sent: {}", shown.status))?;
    form.set("code", &sent_code(browser.port, phone)?).set("password", PASSWORD);
    let said = browser.post(&form.action, &form.body()).map_err(lost)?;
    said.location.ok_or_else(|| format!("no account: {}", said.status))?;
    let shown = browser.get("/verify-me").map_err(lost)?;
    let mut form = page::form(&shown.text(), "/verify-me", "/verify-me").ok_or("no form")?;
    form.set("name", name).set("id_no", id).set("agree", "1");
    let said = browser.post(&form.action, &form.body()).map_err(lost)?;
    said.location.map(drop).ok_or_else(|| format!("not verified: {}", said.status))
}

/// The newest code sent to a phone: it is sent after the answer.
fn sent_code(port: u16, phone: &str) -> Result<String, String> {
    for _ in 0..100 {
        let shown =
            Browser::new(port).get("/sandbox/outbox").map_err(|lost| format!("{lost:?}"))?;
        let text = shown.text();
        let sent = text.split("<li").find(|row| row.contains(phone));
        let digits = sent.and_then(|row| {
            let after = row.rsplit_once(phone)?.1;
            after.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6).map(str::to_owned)
        });
        if let Some(digits) = digits {
            return Ok(digits);
        }
        clock::pause(100);
    }
    Err(format!("no code came to {phone}"))
}
