//! Sandbox: stand-in registers for the sample region, so that packs can be tried without any
//! department on the line. It says so wherever its data is shown (`packs-sandbox`).

use super::cel::{Expr, Scope};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::OnceLock;

const RECORDS: &str = include_str!("../../../../packs/sandbox.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Records {
    record: Vec<Record>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    #[serde(default)]
    register: String,
    #[serde(default)]
    licence: String,
    id: String,
    values: BTreeMap<String, Value>,
}

/// The stand-in registers.
pub struct Sandbox {
    records: Vec<Record>,
}

impl Sandbox {
    /// The records that ship with the platform.
    pub fn shipped() -> &'static Sandbox {
        static SHIPPED: OnceLock<Sandbox> = OnceLock::new();
        SHIPPED.get_or_init(|| {
            let records = toml::from_str::<Records>(RECORDS).map(|r| r.record);
            Sandbox {
                records: records.unwrap_or_else(|e| {
                    tracing::error!("packs/sandbox.toml: {e}");
                    Vec::new()
                }),
            }
        })
    }

    /// One record of a department's register: values by field, dates worked out for `today` (ISO).
    /// `id` is the citizen id or the USCC, by the register's subject.
    pub fn register(&self, register: &str, id: &str, today: &str) -> Option<Values> {
        self.find(|r| r.register == register && r.id == id, today)
    }

    /// The values of a licence held under `id`.
    pub fn licence(&self, licence: &str, id: &str, today: &str) -> Option<Values> {
        self.find(|r| r.licence == licence && r.id == id, today)
    }

    fn find(&self, wanted: impl Fn(&Record) -> bool, today: &str) -> Option<Values> {
        let record = self.records.iter().find(|r| wanted(r))?;
        let scope = Scope::new(today);
        let work_out = |value: &Value| match value.as_str().and_then(|s| s.strip_prefix('=')) {
            Some(source) => Expr::new(source).value(&scope).unwrap_or(Value::Null),
            None => value.clone(),
        };
        Some(record.values.iter().map(|(k, v)| (k.clone(), work_out(v))).collect())
    }
}

/// Values of one record by field.
pub type Values = BTreeMap<String, Value>;

#[cfg(test)]
mod tests {
    use super::super::registers::Registers;
    use super::*;

    #[test]
    fn every_record_fits_the_list_of_registers() {
        let registers = Registers::shipped();
        assert!(Sandbox::shipped().records.len() > 60);
        for r in &Sandbox::shipped().records {
            let known = registers.register(&r.register).or_else(|| registers.licence(&r.licence));
            let known = known.unwrap_or_else(|| panic!("{}{}", r.register, r.licence));
            for (key, value) in &r.values {
                assert!(known.field(key).is_some(), "{}.{key}", known.key);
                if let Some(source) = value.as_str().and_then(|s| s.strip_prefix('=')) {
                    let day = Expr::new(source).text(&Scope::new("2026-11-21")).expect(source);
                    assert!(super::super::days::parse(&day).is_some(), "{source} -> {day}");
                }
            }
        }
    }

    #[test]
    fn dates_follow_the_day() {
        let until = |today: &str| {
            let v = Sandbox::shipped().register("vehicle", "990103199302155943", today);
            v.expect("vehicle")["inspection_until"].clone()
        };
        assert_eq!(until("2026-11-21"), Value::from("2026-12-31"));
        assert_eq!(until("2027-01-21"), Value::from("2027-03-02"));
        assert!(Sandbox::shipped().register("vehicle", "nobody", "2026-11-21").is_none());
    }
}
