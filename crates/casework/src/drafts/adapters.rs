//! The departments' registers and the licences of other bodies, as the platform can ask them.

use codes::time::Stamp;
use guide::packs::sandbox;
use guide::packs::{Fact, HeldLicence};
use serde_json::Value;
use std::collections::BTreeMap;

/// Who answers for the registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registers {
    /// Stand-in records of the sample region; every page that shows them says so.
    Sandbox,
}

/// One record by field.
pub type Record = BTreeMap<String, Value>;

impl Registers {
    /// A register's record of a person (citizen id) or an enterprise (USCC); `None` when it has none.
    pub fn ask(self, register: &str, number: &str, at: Stamp) -> Option<Record> {
        match self {
            Registers::Sandbox => sandbox::Sandbox::shipped().register(register, number, &at.ymd()),
        }
    }

    /// The values of a licence held under a number.
    pub fn licence(self, name: &str, number: &str, at: Stamp) -> Option<Record> {
        match self {
            Registers::Sandbox => sandbox::Sandbox::shipped().licence(name, number, &at.ymd()),
        }
    }

    /// The same licence as a holding, for 免提交.
    pub fn held(self, name: &str, number: &str, at: Stamp) -> Option<HeldLicence> {
        let record = self.licence(name, number, at)?;
        let until = record.get("valid_until").and_then(Value::as_str).filter(|d| !d.is_empty());
        Some(HeldLicence {
            type_name: name.to_owned(),
            id: format!("{name}:{number}"),
            issuer: record.get("issuer").and_then(Value::as_str).unwrap_or_default().to_owned(),
            valid_until: until.map(str::to_owned),
        })
    }
}

/// A fetched value with its badge.
pub fn fact(value: Option<Value>, org: &str, at: Stamp) -> Fact {
    Fact { value, org: org.to_owned(), fetched_at: Some(at) }
}
