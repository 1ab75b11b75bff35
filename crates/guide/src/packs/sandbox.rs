//! Sandbox: stand-in registers for the sample region, so that packs can be tried without any
//! department on the line. It says so wherever its data is shown (`packs-sandbox`).

use super::cel::{Expr, Scope};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::OnceLock;

const RECORDS: &str = include_str!("../../../../packs/sandbox.toml");
const PERSONS: &str = include_str!("../../../../data/sample/persons.csv");
const ENTERPRISES: &str = include_str!("../../../../data/sample/enterprises.csv");

/// Values of one record by field.
pub type Values = BTreeMap<String, Value>;
type Row = BTreeMap<String, String>;

#[derive(Default, Deserialize)]
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
    values: Values,
}

/// The stand-in registers.
pub struct Sandbox {
    records: Records,
    persons: BTreeMap<String, Row>,
    enterprises: BTreeMap<String, Row>,
}

impl Sandbox {
    /// The records that ship with the platform.
    pub fn shipped() -> &'static Sandbox {
        static SHIPPED: OnceLock<Sandbox> = OnceLock::new();
        SHIPPED.get_or_init(|| Sandbox {
            records: toml::from_str(RECORDS).unwrap_or_else(|e| {
                tracing::error!("packs/sandbox.toml: {e}");
                Records::default()
            }),
            persons: rows(PERSONS, "id_no"),
            enterprises: rows(ENTERPRISES, "uscc"),
        })
    }

    /// One record of a department's register: values by field, dates worked out for `today` (ISO).
    /// `id` is the citizen id or the USCC, by the register's subject.
    pub fn register(&self, register: &str, id: &str, today: &str) -> Option<Values> {
        let own = self.records.record.iter().find(|r| r.register == register && r.id == id);
        own.map(|r| worked_out(&r.values, today)).or_else(|| self.sample(register, id))
    }

    /// The values of a licence held under `id`.
    pub fn licence(&self, licence: &str, id: &str, today: &str) -> Option<Values> {
        let own = self.records.record.iter().find(|r| r.licence == licence && r.id == id);
        own.map(|r| worked_out(&r.values, today))
            .or_else(|| self.sample(licence, id).map(|values| worked_out(&values, today)))
    }

    /// What follows from the sample people and enterprises alone.
    fn sample(&self, name: &str, id: &str) -> Option<Values> {
        let value = match name {
            "population" | "居民身份证" => {
                let p = self.persons.get(id)?;
                let mut v =
                    json!({"name": p["name"], "id_no": p["id_no"], "address": p["live_address"]});
                v["sex"] = json!(p["sex"]);
                v["nation"] = json!(p["nation"]);
                v["birth"] = json!(p["birth"]);
                if name == "population" {
                    v["status"] = json!("正常");
                }
                v
            }
            "社会保障卡" => {
                let p = self.persons.get(id)?;
                json!({"name": p["name"], "id_no": id, "agency": "示例市人力资源和社会保障局"})
            }
            // Whoever has a vehicle in the register drives it.
            "机动车驾驶证" => {
                let p = self.persons.get(id)?;
                let drives = |r: &&Record| r.register == "vehicle" && r.id == id;
                let car = self.records.record.iter().find(drives)?;
                let first = car.values.get("register_date")?;
                json!({"name": p["name"], "id_no": id, "class": "C1", "first_day": first})
            }
            "account" => {
                let p = self.persons.get(id)?;
                json!({"name": p["name"], "id_no": id, "phone": p["phone"], "address": p["live_address"]})
            }
            "enterprise" | "营业执照" => {
                let e = self.enterprises.get(id)?;
                let person = self.persons.values().find(|p| p["pid"] == e["legal_rep_pid"])?;
                let mut v = json!({
                    "name": e["name"], "uscc": id, "kind": e["kind"], "address": e["address"],
                    "scope": e["scope"], "legal_rep": person["name"],
                });
                if name == "enterprise" {
                    v["legal_rep_id"] = json!(person["id_no"]);
                    v["status"] = json!("存续");
                } else {
                    v["valid_until"] = json!("");
                }
                v
            }
            "food_ban" if self.enterprises.contains_key(id) => json!({"listed": false}),
            "health_cert" if self.enterprises.contains_key(id) => json!({"valid_count": 0}),
            "traffic" if self.persons.contains_key(id) => {
                json!({"open_offences": 0, "open_accidents": 0})
            }
            "life" if self.persons.contains_key(id) => json!({"deceased": false}),
            _ => return None,
        };
        value.as_object().map(|o| o.clone().into_iter().collect())
    }
}

/// Rows of a sample table by one column.
fn rows(text: &str, by: &str) -> BTreeMap<String, Row> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize::<Row>()
        .filter_map(|row| row.ok())
        .filter_map(|row| Some((row.get(by)?.clone(), row)))
        .collect()
}

/// Replaces texts starting with `=` by what they come to on a day.
fn worked_out(values: &Values, today: &str) -> Values {
    let scope = Scope::new(today);
    values.iter().map(|(k, v)| (k.clone(), one(v, &scope))).collect()
}

fn one(value: &Value, scope: &Scope<'_>) -> Value {
    match value {
        Value::String(s) => match s.strip_prefix('=') {
            Some(source) => Expr::new(source).value(scope).unwrap_or(Value::Null),
            None => value.clone(),
        },
        Value::Array(a) => a.iter().map(|v| one(v, scope)).collect(),
        Value::Object(o) => o.iter().map(|(k, v)| (k.clone(), one(v, scope))).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::registers::Registers;
    use super::*;

    #[test]
    fn every_record_fits_the_list_of_registers() {
        let (registers, today) = (Registers::shipped(), "2026-11-21");
        let sandbox = Sandbox::shipped();
        assert!(sandbox.records.record.len() > 60 && sandbox.persons.len() > 200);
        let mut seen: Vec<(String, Values)> = sandbox
            .records
            .record
            .iter()
            .map(|r| (format!("{}{}", r.register, r.licence), worked_out(&r.values, today)))
            .collect();
        let (person, shop) = ("990103199302155943", "92990102630040015X");
        let of_person = ["population", "account", "traffic", "life", "居民身份证"];
        for name in of_person.into_iter().chain(["社会保障卡", "机动车驾驶证"]) {
            let values = sandbox.sample(name, person).expect(name);
            seen.push((name.to_owned(), worked_out(&values, today)));
        }
        for name in ["enterprise", "food_ban", "health_cert", "营业执照"] {
            seen.push((name.to_owned(), sandbox.sample(name, shop).expect(name)));
        }
        for (name, values) in seen {
            let known = registers.register(&name).or_else(|| registers.licence(&name));
            let known = known.unwrap_or_else(|| panic!("{name}"));
            for (key, value) in values {
                assert!(known.field(&key).is_some(), "{name}.{key}");
                assert!(!value.is_null(), "{name}.{key} does not work out");
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
