//! The registers and licences a pack may fill its form from: what the platform can ask for.

use super::licence::Statement;
use super::text::Text;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// `packs/registers.toml`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registers {
    /// Departments' registers.
    pub register: Vec<Register>,
    /// Licence types whose values can be read.
    #[serde(default)]
    pub licence: Vec<Register>,
}

/// One register or licence type.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// Name used in packs: `population`, `营业执照`.
    pub key: String,
    /// Name people see on the consent page.
    pub name: Text,
    /// Who keeps it, as on the badge: 公安户籍.
    pub org: Text,
    /// Whose record it is.
    pub subject: Subject,
    /// What it knows.
    pub field: Vec<RegisterField>,
    /// What can be said from a licence without showing the values it rests on.
    #[serde(default)]
    pub statement: Vec<Statement>,
}

/// Whose record a register keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// Looked up by the applicant's citizen id.
    Person,
    /// Looked up by the enterprise's USCC.
    Enterprise,
}

/// One thing a register knows.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterField {
    /// Name used in packs.
    pub key: String,
    /// Name people see.
    pub label: Text,
    /// Masked on screens.
    #[serde(default)]
    pub sensitive: bool,
    /// Shown when only part of a licence is shown (最小出示).
    #[serde(default)]
    pub brief: bool,
}

impl Registers {
    /// The list that ships with the platform.
    pub fn shipped() -> &'static Registers {
        static SHIPPED: OnceLock<Registers> = OnceLock::new();
        SHIPPED.get_or_init(|| {
            toml::from_str(super::load::REGISTERS).unwrap_or_else(|e| {
                tracing::error!("packs/registers.toml: {e}");
                Registers { register: Vec::new(), licence: Vec::new() }
            })
        })
    }

    /// A department's register.
    pub fn register(&self, key: &str) -> Option<&Register> {
        self.register.iter().find(|r| r.key == key)
    }

    /// A licence type.
    pub fn licence(&self, key: &str) -> Option<&Register> {
        self.licence.iter().find(|r| r.key == key)
    }

    /// Whether `register.field` names something a department can answer.
    pub fn knows(&self, fact: &str) -> bool {
        fact.split_once('.').and_then(|(r, f)| self.register(r)?.field(f)).is_some()
    }
}

impl Register {
    /// A field by key.
    pub fn field(&self, key: &str) -> Option<&RegisterField> {
        self.field.iter().find(|f| f.key == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_follow_from_the_values_alone() {
        let card = Registers::shipped().licence("居民身份证").expect("the id card");
        let holds = |key: &str, birth: &str, today: &str| {
            let statement = card.statement.iter().find(|s| s.key == key).expect("a statement");
            statement.holds([("birth", birth), ("name", "董建华")].into_iter(), today)
        };
        assert_eq!(holds("adult", "2008-11-22", "2026-11-21"), Some(false), "the day before");
        assert_eq!(holds("adult", "2008-11-22", "2026-11-22"), Some(true), "the birthday counts");
        assert_eq!(holds("senior", "1966-11-22", "2026-11-21"), Some(false));
        assert_eq!(holds("senior", "1966-11-22", "2026-11-22"), Some(true));
        assert_eq!(holds("adult", "", "2026-11-22"), None, "no value, no statement");
        assert_eq!(holds("adult", "不详", "2026-11-22"), None);
        for licence in &Registers::shipped().licence {
            for statement in &licence.statement {
                assert_eq!(statement.value.error(), None, "{}", statement.key);
                assert!(licence.field(&statement.from).is_some(), "{}", statement.key);
                assert!(licence.field(&statement.key).is_none(), "{} is both", statement.key);
            }
            assert!(licence.field.iter().any(|f| f.brief), "{} has nothing to show", licence.key);
        }
    }

    #[test]
    fn the_shipped_list_parses() {
        let r = Registers::shipped();
        assert!(r.knows("population.name") && r.knows("enterprise.uscc"));
        assert!(!r.knows("population.nothing") && !r.knows("population"));
        assert!(r.licence("营业执照").is_some());
    }
}
