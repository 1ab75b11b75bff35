//! What the fields of a type of licence mean (照面字段解析): read from the list of registers and from the
//! service packs, so that a form, an answer and a description speak of the same keys.

use crate::licences::types;
use guide::packs::licence::Statement;
use guide::packs::load_shipped;
use guide::packs::registers::{Registers, Subject};
use serde::Serialize;
use std::sync::OnceLock;
use store::Result;

/// One field or statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Meaning {
    /// Key, as in answers.
    pub key: String,
    /// What it is, in Chinese.
    pub name: String,
    /// The same in English.
    pub name_en: String,
    /// Personal: told only to whom it was opened by name.
    pub sensitive: bool,
    /// 是 or 否, following from another value without telling it.
    pub statement: bool,
}

/// A type of licence and what its fields mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeMeaning {
    /// 21-letter code.
    pub code: String,
    /// Name.
    pub zh: String,
    /// Name in English.
    pub en: String,
    /// Fields in the order of the licence, then statements.
    pub fields: Vec<Meaning>,
    /// Whether a person holds it: its statements are worth asking for instead of its values.
    pub personal: bool,
}

impl TypeMeaning {
    /// Labels of some keys, in the order of the licence.
    pub fn labels(&self, keys: &[String], english: bool) -> Vec<String> {
        let chosen = self.fields.iter().filter(|f| keys.contains(&f.key));
        chosen.map(|f| if english { f.name_en.clone() } else { f.name.clone() }).collect()
    }
}

fn statements(list: &[Statement]) -> impl Iterator<Item = Meaning> + use<'_> {
    list.iter().map(|s| Meaning {
        key: s.key.clone(),
        name: s.label.zh.clone(),
        name_en: s.label.en.clone(),
        sensitive: false,
        statement: true,
    })
}

fn read() -> Result<Vec<TypeMeaning>> {
    let mut out: Vec<TypeMeaning> = Vec::new();
    for register in &Registers::shipped().licence {
        let fields = register.field.iter().map(|f| Meaning {
            key: f.key.clone(),
            name: f.label.zh.clone(),
            name_en: f.label.en.clone(),
            sensitive: f.sensitive,
            statement: false,
        });
        out.push(TypeMeaning {
            code: types::named(&register.key)?.code.clone(),
            zh: register.name.zh.clone(),
            en: register.name.en.clone(),
            fields: fields.chain(statements(&register.statement)).collect(),
            personal: register.subject == Subject::Person,
        });
    }
    for face in load_shipped().iter().filter_map(|pack| pack.licence.as_ref()) {
        if out.iter().any(|known| known.code == face.type_code) {
            continue;
        }
        let fields = face.field.iter().map(|f| Meaning {
            key: f.key.clone(),
            name: f.label.zh.clone(),
            name_en: f.label.en.clone(),
            sensitive: f.sensitive,
            statement: false,
        });
        out.push(TypeMeaning {
            code: face.type_code.clone(),
            zh: face.name.zh.clone(),
            en: face.name.en.clone(),
            fields: fields.chain(statements(&face.statement)).collect(),
            personal: face.holder == guide::packs::licence::Holder::Person,
        });
    }
    Ok(out)
}

/// Every type whose fields are known.
pub fn all() -> Result<&'static [TypeMeaning]> {
    static ALL: OnceLock<Vec<TypeMeaning>> = OnceLock::new();
    if let Some(all) = ALL.get() {
        return Ok(all);
    }
    let read = read()?;
    Ok(ALL.get_or_init(|| read))
}

/// The fields of a type; `None` for a type nobody described.
pub fn of(type_code: &str) -> Result<Option<&'static TypeMeaning>> {
    Ok(all()?.iter().find(|t| t.code == type_code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_described_once_and_personal_values_are_marked() {
        let all = all().expect("the lists read");
        assert!(all.len() >= 6, "{}", all.len());
        for (n, kind) in all.iter().enumerate() {
            assert!(all[n + 1..].iter().all(|other| other.code != kind.code), "{}", kind.zh);
            assert!(kind.fields.iter().any(|f| !f.statement), "{} has no field", kind.zh);
        }
        let card = all.iter().find(|t| t.zh == "居民身份证").expect("the id card");
        let sensitive = |key: &str| card.fields.iter().any(|f| f.key == key && f.sensitive);
        assert!(sensitive("id_no") && sensitive("birth") && !sensitive("name"));
        let adult = card.fields.iter().find(|f| f.key == "adult").expect("a statement");
        assert!(adult.statement && card.personal);
        let keys = ["adult".to_owned(), "name".to_owned(), "nothing".to_owned()];
        assert_eq!(card.labels(&keys, false), ["姓名", "已满18岁"], "in the order of the licence");
    }
}
