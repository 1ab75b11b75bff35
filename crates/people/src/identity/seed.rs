//! The sample town's people: units, staff and a few citizens with accounts, for trying the platform out.
//!
//! Everything here is invented. Passwords and authenticator secrets are the same on every
//! demonstration and are printed by it: a node with real data never calls this.

use super::acts::{self, Confirmed, NewAccount};
use super::adapters::{RegisterPerson, sandbox_persons, table};
use super::facts::{id_index, seal_facts, staff_cell, staff_person_cell};
use super::model::{DemoAccount, PersonId, StaffCard, StaffId, StaffRow, Unit, UnitId};
use super::{records, totp};
use crate::{People, password};
use codes::phone::Phone;
use codes::time::Stamp;
use serde::Deserialize;
use store::{Db, Done, Error, Result, Secret, Tx, Upkeep};
use web::Lang;

/// Password of every citizen of the demonstration.
const CITIZEN_PASSWORD: &str = "tongban-demo-2026";
/// Password of every member of staff of the demonstration.
const STAFF_PASSWORD: &str = "tongban-staff-2026";

/// Citizens with accounts: row of the sample list and what they are good for.
const CITIZENS: [(&str, &str); 3] =
    [("P0208", "restaurant"), ("P0001", "car"), ("P0121", "pension")];

#[derive(Deserialize)]
struct UnitLine {
    uscc: String,
    name: String,
    name_en: String,
    kind: String,
    region: String,
    phone: String,
    address: String,
}

#[derive(Deserialize)]
struct StaffLine {
    no: String,
    login: String,
    name: String,
    unit_uscc: String,
    roles: String,
    /// Who he is as a person: the number of his row in the sample list.
    pid: String,
}

fn unit_lines() -> Vec<UnitLine> {
    table(include_str!("../../../../data/sample/units.csv"))
}

fn staff_lines() -> Vec<StaffLine> {
    table(include_str!("../../../../data/sample/staff.csv"))
}

fn demo_citizens() -> Vec<(&'static RegisterPerson, &'static str)> {
    let find = |pid: &str| sandbox_persons().iter().find(|p| p.pid == pid);
    CITIZENS.iter().filter_map(|(pid, note)| find(pid).map(|p| (p, *note))).collect()
}

/// The authenticator secret of a demonstration login, in hex: the same on every node.
fn demo_totp(login: &str) -> Secret {
    let hash = gm::sm3::hash(format!("tongban demonstration authenticator {login}").as_bytes());
    Secret::new(hex::encode(&hash[..20]))
}

/// Who may sign in to the demonstration as whom. The codes of staff come from the secret with any
/// authenticator, or from the sandbox page.
pub fn demo_accounts() -> Vec<DemoAccount> {
    let citizens = demo_citizens().into_iter().map(|(person, note)| DemoAccount {
        role: "citizen".into(),
        login: person.phone.clone(),
        password: CITIZEN_PASSWORD.into(),
        totp_secret: None,
        name: person.name.clone(),
        note: note.into(),
    });
    let units = unit_lines();
    let staff = staff_lines().into_iter().map(move |line| DemoAccount {
        role: line.roles.split(' ').next().unwrap_or_default().into(),
        password: STAFF_PASSWORD.into(),
        totp_secret: totp::base32(&demo_totp(&line.login)).ok(),
        note: units
            .iter()
            .find(|u| u.uscc == line.unit_uscc)
            .map_or_else(String::new, |u| u.name.clone()),
        login: line.login,
        name: line.name,
    });
    citizens.chain(staff).collect()
}

/// What seeding added; all zero when everything was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seeded {
    /// Units.
    pub units: usize,
    /// Members of staff.
    pub staff: usize,
    /// Accounts of verified citizens.
    pub citizens: usize,
}

struct SealedCitizen {
    account: NewAccount,
    person: Confirmed,
}

struct SealedStaff {
    login: String,
    unit_uscc: String,
    row: StaffRow,
}

impl People {
    /// Adds the sample town's units, staff and citizens that are not there yet. Units are reference
    /// data; each member of staff and each citizen has his events. Some 20 ms per new account, for
    /// the hashing.
    pub async fn seed_sample(&self) -> Result<Seeded> {
        let units = self.store.upkeep(Upkeep::Load, {
            let people = self.clone();
            move |db| add_units(db, &people)
        });
        let units = units.await?;
        let (citizens, staff) = self.missing().await?;
        let seeded = Seeded { units, staff: staff.len(), citizens: citizens.len() };
        let people = self.clone();
        let sealing = tokio::task::spawn_blocking(move || {
            let citizens = citizens.into_iter().map(|p| people.seal_citizen(p));
            let citizens = citizens.collect::<Result<Vec<_>>>()?;
            let staff = staff.into_iter().map(|line| people.seal_staff(line));
            Ok::<_, Error>((citizens, staff.collect::<Result<Vec<_>>>()?))
        });
        let (citizens, staff) = sealing.await.map_err(Error::internal)??;
        for one in staff {
            self.store.write(self.store.system_ctx(), move |tx| add_one(tx, &one)).await?;
        }
        for line in staff_lines() {
            if let Some(person) = sandbox_persons().iter().find(|p| p.pid == line.pid) {
                self.bind_staff(&line.login, &person.id_no).await?;
            }
        }
        for one in citizens {
            let act = move |tx: &mut Tx<'_>| {
                acts::add_account(tx, &one.account)?;
                acts::verify_real_name(tx, one.account.id, &one.person)
            };
            self.store.write(self.store.system_ctx(), act).await?;
        }
        Ok(seeded)
    }

    /// Who of the sample has no row yet.
    async fn missing(&self) -> Result<(Vec<&'static RegisterPerson>, Vec<StaffLine>)> {
        let mut citizens = Vec::new();
        for (person, _) in demo_citizens() {
            let phone = phone_of(person)?;
            if self.account_of_phone(&phone).await?.is_none() {
                citizens.push(person);
            }
        }
        let staff = self
            .store
            .read(|db| {
                let mut missing = Vec::new();
                for line in staff_lines() {
                    if records::staff_by_login(db, &line.login)?.is_none() {
                        missing.push(line);
                    }
                }
                Ok(missing)
            })
            .await?;
        Ok((citizens, staff))
    }

    /// Notes who a member of staff is as a person, so that nobody handles his own affair (回避). First
    /// fill only: whoever changes it later does so with the staff record.
    pub async fn bind_staff(&self, login: &str, id_no: &str) -> Result<()> {
        let (people, login, id_no) = (self.clone(), login.to_owned(), Secret::new(id_no));
        let bind = move |db: &mut Db<'_>| {
            let Some(row) = records::staff_by_login(db, &login)? else { return Ok(()) };
            let (vault, id) = (people.vault(), row.card.id);
            let sealed = vault.seal(staff_person_cell(id), &id_no);
            records::put_staff_person(db, id, &sealed, &id_index(vault, id_no.expose()))
        };
        self.store.upkeep(Upkeep::Load, bind).await
    }

    fn seal_citizen(&self, person: &RegisterPerson) -> Result<SealedCitizen> {
        let hash = password::hashed(CITIZEN_PASSWORD, &self.store.chance().bytes())?;
        let account = self.new_account(&phone_of(person)?, hash, Lang::Zh);
        let id = PersonId(self.store.fresh_id());
        let person = Confirmed {
            person: id,
            id_index: id_index(self.vault(), &person.id_no),
            facts: seal_facts(self.vault(), id, person)?,
            keys: Vec::new(),
        };
        Ok(SealedCitizen { account, person })
    }

    fn seal_staff(&self, line: StaffLine) -> Result<SealedStaff> {
        let id = StaffId(self.store.fresh_id());
        let vault = self.vault();
        let row = StaffRow {
            card: StaffCard {
                id,
                no: line.no,
                unit: UnitId(0),
                roles: records::roles_of(&line.roles),
                active: true,
            },
            name: vault.seal(staff_cell("name", id), &Secret::new(line.name)),
            password: password::hashed(STAFF_PASSWORD, &self.store.chance().bytes())?,
            totp: vault.seal(staff_cell("totp", id), &demo_totp(&line.login)),
        };
        Ok(SealedStaff { login: line.login, unit_uscc: line.unit_uscc, row })
    }
}

fn phone_of(person: &RegisterPerson) -> Result<Phone> {
    Phone::parse(&person.phone).map_err(|e| Error::internal(e.code))
}

fn add_units(db: &mut Db<'_>, people: &People) -> Result<usize> {
    let mut added = 0;
    for line in unit_lines() {
        if records::unit_by_uscc(db, &line.uscc)?.is_some() {
            continue;
        }
        let unit = Unit {
            id: UnitId(people.store.fresh_id()),
            name: line.name,
            name_en: line.name_en,
            uscc: line.uscc,
            region: line.region,
            phone: line.phone,
            address: line.address,
        };
        records::add_unit(db, &unit, &line.kind)?;
        added += 1;
    }
    Ok(added)
}

fn add_one(tx: &mut Tx<'_>, one: &SealedStaff) -> Result<Done<()>> {
    let unit = records::unit_by_uscc(tx, &one.unit_uscc)?.ok_or(Error::NotFound)?;
    let mut row = one.row.clone();
    row.card.unit = unit.id;
    acts::appoint(tx, &one.login, &row)
}

/// The authenticator code of a demonstration account right now; empty for citizens, who have none.
pub fn demo_code(account: &DemoAccount, now: Stamp) -> String {
    match account.totp_secret {
        Some(_) => totp::code_at(&demo_totp(&account.login), now).unwrap_or_default(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::rules;
    use std::collections::BTreeSet;

    #[test]
    fn the_accounts_of_the_demonstration_keep_the_rules() {
        let accounts = demo_accounts();
        assert_eq!(accounts.len(), 27);
        let logins: BTreeSet<&str> = accounts.iter().map(|a| a.login.as_str()).collect();
        let secrets: BTreeSet<_> = accounts.iter().filter_map(|a| a.totp_secret.clone()).collect();
        assert_eq!((logins.len(), secrets.len()), (27, 24));
        for account in accounts {
            let staff = account.totp_secret.is_some();
            let least = if staff { rules::STAFF_LEAST } else { rules::CITIZEN_LEAST };
            assert_eq!(rules::password(&account.password, least, &account.login), Ok(()));
        }
        for role in web::Role::ALL {
            let held = staff_lines().iter().any(|s| records::roles_of(&s.roles).contains(role));
            assert!(held, "{}", role.label());
        }
    }
}
