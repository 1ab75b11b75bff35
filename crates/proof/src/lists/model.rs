//! Nouns of the lists: a seal one may trust, the licences that have ended, and both together.

use crate::licences::LicenceStatus;
use codes::time::Stamp;
use gm::sm3;
use serde::{Deserialize, Serialize};

/// Whom to trust and what has ended, at one moment. No personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lists {
    /// Form of this list; 2.
    pub version: u32,
    /// Whose lists: the name of the site.
    pub node: String,
    /// When they were made, `yyyymmddhhmmss` in China's time.
    pub made_at: String,
    /// Certificates trusted by themselves, DER in base64.
    pub roots: Vec<String>,
    /// Authorities between these and the certificates in files, DER in base64.
    #[serde(default)]
    pub between: Vec<String>,
    /// Lists of revoked certificates (CRL) of roots and authorities, DER in base64.
    #[serde(default)]
    pub revoked: Vec<String>,
    /// Seals of this node.
    pub seals: Vec<TrustedSeal>,
    /// Licences not in force, packed by [`Ended::packed`], in base64.
    pub ended: String,
}

/// Who may seal what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustedSeal {
    /// Identifier of the seal (esID).
    pub no: String,
    /// Name of the seal.
    pub name: String,
    /// `licence` or `approval`.
    pub kind: String,
    /// Unified social credit code of the unit.
    pub uscc: String,
    /// SM3 of the seal's DER, hex.
    pub digest: String,
    /// How it stands: `in-use`, `suspended`, `renewed`, `destroyed`.
    #[serde(default)]
    pub status: String,
    /// Since when it is not in use any more, seconds since 1970; 0 while it is.
    #[serde(default)]
    pub ended: i64,
}

impl TrustedSeal {
    /// Whether what it was put on at this moment (seconds since 1970) may be trusted.
    pub fn good_at(&self, at: Option<i64>) -> bool {
        self.ended == 0 || at.is_some_and(|at| at <= self.ended)
    }
}

/// Bytes of the digest of an identifier that are kept: two licences out of 10¹⁵ meet by chance.
const KEY: usize = 16;
/// Bytes of an entry: key, code of the status, day.
const ENTRY: usize = KEY + 1 + 4;

/// The licences that are not in force, sorted for looking up. It tells those who know an identifier how the
/// licence stands, and tells others nothing but how many there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ended(Vec<[u8; ENTRY]>);

impl Ended {
    /// Adds a licence that is not in force since `at`.
    pub fn add(&mut self, identifier: &str, status: LicenceStatus, at: Stamp) {
        let mut entry = [0; ENTRY];
        entry[..KEY].copy_from_slice(&key(identifier));
        entry[KEY] = code(status);
        let day = at.micros().div_euclid(1_000_000).clamp(0, i64::from(u32::MAX));
        entry[KEY + 1..].copy_from_slice(&(day as u32).to_be_bytes());
        self.0.push(entry);
    }

    /// The bytes of the list, sorted: 16 of SM3(identifier), one of the status (the ministry's code, 02 暂扣,
    /// 03 撤销, 04 注销, 06 转出, 07 吊销, 99 other), four of the second since when.
    pub fn packed(mut self) -> Vec<u8> {
        self.0.sort_unstable();
        self.0.concat()
    }

    /// Reads packed bytes; `None` when they are no such list.
    pub fn unpack(bytes: &[u8]) -> Option<Ended> {
        let (entries, rest) = bytes.as_chunks::<ENTRY>();
        let good = rest.is_empty()
            && entries.is_sorted()
            && entries.iter().all(|entry| status(entry[KEY]).is_some());
        good.then(|| Ended(entries.to_vec()))
    }

    /// How a licence stands and since when; `None` when the list does not name it.
    pub fn find(&self, identifier: &str) -> Option<(LicenceStatus, Stamp)> {
        self.find_key(&key(identifier))
    }

    /// As [`Ended::find`], by the digest that offline codes carry.
    pub fn find_key(&self, key: &[u8; KEY]) -> Option<(LicenceStatus, Stamp)> {
        let at = self.0.partition_point(|entry| entry[..KEY] < key[..]);
        let entry = self.0.get(at).filter(|entry| entry[..KEY] == key[..])?;
        let since = u32::from_be_bytes([entry[17], entry[18], entry[19], entry[20]]);
        Some((status(entry[KEY])?, Stamp::from_micros(i64::from(since) * 1_000_000)))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing has ended.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What stands for an identifier in the list and in codes.
pub fn key(identifier: &str) -> [u8; KEY] {
    let mut key = [0; KEY];
    key.copy_from_slice(&sm3::hash(identifier.as_bytes())[..KEY]);
    key
}

const CODES: &[(LicenceStatus, u8)] = &[
    (LicenceStatus::Draft, 0),
    (LicenceStatus::Suspended, 2),
    (LicenceStatus::Revoked, 3),
    (LicenceStatus::Cancelled, 4),
    (LicenceStatus::Expired, 5),
    (LicenceStatus::Transferred, 6),
    (LicenceStatus::Penalised, 7),
    (LicenceStatus::Superseded, 99),
];

fn code(status: LicenceStatus) -> u8 {
    CODES.iter().find(|(s, _)| *s == status).map_or(99, |(_, code)| *code)
}

fn status(code: u8) -> Option<LicenceStatus> {
    CODES.iter().find(|(_, c)| *c == code).map(|(status, _)| *status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_is_found_and_nothing_else() {
        let at = Stamp::from_micros(1_790_000_000_000_000);
        let mut ended = Ended::default();
        for n in 0..500 {
            ended.add(&format!("1.2.156.3005.2.{n}"), LicenceStatus::Revoked, at.plus_days(n));
        }
        let bytes = ended.packed();
        let read = Ended::unpack(&bytes).unwrap();
        assert_eq!(read.len(), 500);
        for n in 0..500 {
            let found = read.find(&format!("1.2.156.3005.2.{n}"));
            assert_eq!(found, Some((LicenceStatus::Revoked, at.plus_days(n))));
        }
        assert_eq!(read.find("1.2.156.3005.2.500"), None);
        assert_eq!(Ended::unpack(&[]), Some(Ended::default()));
        assert_eq!(Ended::unpack(&bytes[1..]), None, "cut");
        let turned: Vec<u8> = [&bytes[ENTRY..2 * ENTRY], &bytes[..ENTRY]].concat();
        assert_eq!(Ended::unpack(&turned), None, "out of order");
        let mut odd = bytes[..ENTRY].to_vec();
        odd[KEY] = 50;
        assert_eq!(Ended::unpack(&odd), None, "unknown status");
    }

    #[test]
    fn every_status_but_valid_has_a_code_of_its_own() {
        for status in LicenceStatus::ALL.iter().filter(|s| **s != LicenceStatus::Valid) {
            assert_eq!(super::status(code(*status)), Some(*status));
        }
    }
}
