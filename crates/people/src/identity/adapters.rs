//! The outside world of identity: the population register and the market register.
//!
//! Both are asked before an act, never inside one. The sandbox registers hold the invented people of
//! the sample region (area 99, given to nobody).

use codes::citizen::CitizenId;
use codes::name::PersonName;
use codes::time::Day;
use serde::Deserialize;
use std::sync::OnceLock;
use store::{Error, Result};

/// A person of the population register. Personal: no `Debug`.
#[derive(Clone, Deserialize)]
pub struct RegisterPerson {
    /// Number of the row in the sample list; the market register points at it.
    pub pid: String,
    /// Name.
    pub name: String,
    /// 男 or 女.
    pub sex: String,
    /// Nationality.
    pub nation: String,
    /// Day of birth.
    pub birth: Day,
    /// Citizen id number.
    pub id_no: String,
    /// Address.
    #[serde(rename = "live_address")]
    pub address: String,
    /// Mobile number.
    pub phone: String,
}

/// An enterprise of the market register.
#[derive(Debug, Clone, Deserialize)]
pub struct RegisterEnterprise {
    /// Registered name.
    pub name: String,
    /// Kind of enterprise.
    pub kind: String,
    /// Unified social credit code.
    pub uscc: String,
    /// Division of registration.
    pub area: String,
    /// Registered address.
    pub address: String,
    /// Who leads it, by the number of his row in the sample list.
    pub legal_rep_pid: String,
    /// Scope of business.
    pub scope: String,
}

/// What the population register says to a name and a number.
#[derive(Clone)]
pub enum Matched {
    /// They belong together.
    Person(Box<RegisterPerson>),
    /// The number is known, under another name.
    OtherName,
    /// The number is not in the register.
    Unknown,
    /// The register has struck the person off: he has died.
    Dead,
}

/// Ids of this invented district find the sandbox register out of reach, so that a window can drill it.
const DRILL: &str = "990199";
/// Ids of this one are of people whom it has struck off as dead, to drill that too.
const DEAD: &str = "990198";

/// The register that knows whether a name and an id number belong together (两要素).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PopulationRegister {
    /// Invented people only.
    Sandbox,
}

/// The register that knows who leads which enterprise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarketRegister {
    /// Invented enterprises only.
    Sandbox,
}

impl PopulationRegister {
    /// The person of this number, if the name is exactly his.
    pub async fn ask(self, name: &PersonName, id: &CitizenId) -> Result<Option<RegisterPerson>> {
        Ok(match self.compare(name, id).await? {
            Matched::Person(person) => Some(*person),
            Matched::OtherName | Matched::Unknown | Matched::Dead => None,
        })
    }

    /// Whether name and number belong together, and if not, why: for a window, where the card is seen.
    ///
    /// # Errors
    /// `register-silent` when the register does not answer.
    pub async fn compare(self, name: &PersonName, id: &CitizenId) -> Result<Matched> {
        let PopulationRegister::Sandbox = self;
        if id.as_str().starts_with(DRILL) {
            return Err(Error::refused("register-silent"));
        }
        if id.as_str().starts_with(DEAD) {
            return Ok(Matched::Dead);
        }
        let found = sandbox_persons().iter().find(|p| p.id_no == id.as_str());
        Ok(match found {
            Some(person) if person.name == name.as_str() => {
                Matched::Person(Box::new(person.clone()))
            }
            Some(_) => Matched::OtherName,
            None => Matched::Unknown,
        })
    }
}

impl MarketRegister {
    /// The enterprises led by the person of this number.
    pub async fn led_by(self, id_no: &str) -> Result<Vec<RegisterEnterprise>> {
        let MarketRegister::Sandbox = self;
        let Some(person) = sandbox_persons().iter().find(|p| p.id_no == id_no) else {
            return Ok(Vec::new());
        };
        let led = |e: &&RegisterEnterprise| e.legal_rep_pid == person.pid;
        Ok(sandbox_enterprises().iter().filter(led).cloned().collect())
    }

    /// The enterprise of a USCC and the person who leads it.
    pub async fn by_uscc(self, uscc: &str) -> Result<Option<(RegisterEnterprise, RegisterPerson)>> {
        let MarketRegister::Sandbox = self;
        let found = sandbox_enterprises().iter().find(|e| e.uscc == uscc);
        let leader = |e: &RegisterEnterprise| {
            sandbox_persons().iter().find(|p| p.pid == e.legal_rep_pid).cloned()
        };
        Ok(found.and_then(|e| Some((e.clone(), leader(e)?))))
    }
}

/// The invented people.
pub fn sandbox_persons() -> &'static [RegisterPerson] {
    static LIST: OnceLock<Vec<RegisterPerson>> = OnceLock::new();
    LIST.get_or_init(|| table(include_str!("../../../../data/sample/persons.csv")))
}

fn sandbox_enterprises() -> &'static [RegisterEnterprise] {
    static LIST: OnceLock<Vec<RegisterEnterprise>> = OnceLock::new();
    LIST.get_or_init(|| table(include_str!("../../../../data/sample/enterprises.csv")))
}

/// Rows of a list that ships with the program. A row that does not read is left out and logged; a
/// test counts them.
pub(crate) fn table<T: serde::de::DeserializeOwned>(text: &str) -> Vec<T> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for row in reader.deserialize() {
        match row {
            Ok(row) => rows.push(row),
            Err(e) => tracing::error!("a row of the sample data: {e}"),
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use codes::uscc::Uscc;

    #[test]
    fn the_sample_lists_are_whole_and_agree() {
        let (persons, enterprises) = (sandbox_persons(), sandbox_enterprises());
        assert_eq!((persons.len(), enterprises.len()), (244, 80));
        for person in persons {
            let id = CitizenId::parse(&person.id_no);
            assert_eq!(id.map(|id| id.birth()), Ok(person.birth), "{}", person.pid);
            assert_eq!(PersonName::parse(&person.name).map(String::from), Ok(person.name.clone()));
        }
        for enterprise in enterprises {
            assert_eq!(Uscc::parse(&enterprise.uscc).map(|u| u.is_sample()), Ok(true));
            assert!(
                persons.iter().any(|p| p.pid == enterprise.legal_rep_pid),
                "{}",
                enterprise.name
            );
        }
    }

    #[tokio::test]
    async fn names_are_compared_exactly() {
        let id = CitizenId::parse("990181196605180068").expect("a number");
        for (name, known) in [
            ("欧阳䶮", true),
            (" 欧阳䶮 ", true),
            ("欧阳", false),
            ("欧阳龚", false),
            ("欧陽䶮", false),
        ] {
            let name = PersonName::parse(name).expect("a name");
            let found = PopulationRegister::Sandbox.ask(&name, &id).await.expect("it answers");
            assert_eq!(found.is_some(), known, "{name:?}");
        }
        let id = CitizenId::parse("990102200302125145").expect("a number");
        let dotted = PersonName::parse("阿卜杜热西提•阿卜杜热合曼・买买提明").expect("a name");
        assert!(PopulationRegister::Sandbox.ask(&dotted, &id).await.expect("answers").is_some());
    }
}
