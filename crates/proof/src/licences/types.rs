//! Licence types: what the published list says of each, and test codes where no code is public.

use std::sync::OnceLock;
use store::{Error, Result};

const LIST: &str = include_str!("../../../../data/licence/types.csv");

/// USCC under which the sample types without a public code are numbered.
const TEST_AUTHORITY: &str = "11990000000000001K";

/// A type of licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenceType {
    /// Name.
    pub name: String,
    /// The ministry that defines it.
    pub authority: String,
    /// 21-letter code; a test code when `official` is false.
    pub code: String,
    /// Whether the code is a published one.
    pub official: bool,
    /// Who may hold it, in words.
    pub holder: String,
    /// Validity in words.
    pub validity: String,
}

/// All types of the list that have a usable name.
pub fn all() -> Result<&'static [LicenceType]> {
    static TYPES: OnceLock<Vec<LicenceType>> = OnceLock::new();
    if let Some(types) = TYPES.get() {
        return Ok(types);
    }
    let read = parse()?;
    Ok(TYPES.get_or_init(|| read))
}

/// A type by name.
pub fn named(name: &str) -> Result<&'static LicenceType> {
    let found = all()?.iter().find(|t| t.name == name);
    found.ok_or_else(|| Error::internal(format!("no licence type {name}")))
}

fn parse() -> Result<Vec<LicenceType>> {
    let mut out = Vec::new();
    for (n, record) in csv::Reader::from_reader(LIST.as_bytes()).records().enumerate() {
        let record = record.map_err(Error::internal)?;
        let text = |i: usize| record.get(i).unwrap_or_default().to_owned();
        let (name, code) = (text(0), text(2));
        if name.starts_with('（') {
            continue;
        }
        let official = code.len() == 21;
        let code = if official { code } else { format!("{TEST_AUTHORITY}{:03}", n + 1) };
        let (authority, holder, validity) = (text(1), text(4), text(5));
        out.push(LicenceType { name, authority, code, official, holder, validity });
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_a_code_of_its_own() {
        let types = all().expect("the list reads");
        assert!(types.len() > 50);
        for (n, kind) in types.iter().enumerate() {
            assert_eq!(kind.code.len(), 21, "{}", kind.name);
            assert!(types[n + 1..].iter().all(|t| t.code != kind.code), "{}", kind.name);
        }
        assert!(named("营业执照").is_ok_and(|t| t.official && t.code == "11100000MB0143028R001"));
        assert!(named("机动车行驶证").is_ok_and(|t| !t.official));
        assert!(named("没有的证").is_err());
    }
}
