//! The code of a division: 6 digits to the county, 9 to the township, 12 to the village.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{CodeError, text};

/// How deep a code reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// 省、自治区、直辖市、特别行政区.
    Province,
    /// 地级市、地区、自治州、盟.
    City,
    /// 县、区、县级市、旗.
    County,
    /// 乡、镇、街道.
    Town,
    /// 村、社区.
    Village,
}

/// A division's code, kept as the twelve digits it is padded to, so `990102`, `990102000` and
/// `990102000000` are the same value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DivisionCode(u64);

impl DivisionCode {
    /// Reads 6, 9 or 12 digits; whether such a division exists is [`super::Divisions`]' answer.
    ///
    /// # Errors
    /// `division-length`, `division-letter`.
    pub fn parse(code: &str) -> Result<DivisionCode, CodeError> {
        let code = text::plain(code);
        let length = code.chars().count();
        let scale = match length {
            6 => 1_000_000,
            9 => 1_000,
            12 => 1,
            _ => return Err(CodeError::new("division-length").with("length", length)),
        };
        if !text::digits(&code) {
            return Err(CodeError::new("division-letter"));
        }
        Ok(DivisionCode(code.parse::<u64>().unwrap_or(0) * scale))
    }

    /// From the number its six digits make.
    pub(crate) fn from_six(six: u32) -> DivisionCode {
        DivisionCode(u64::from(six % 1_000_000) * 1_000_000)
    }

    /// The number its first six digits make.
    pub(crate) fn six(self) -> u32 {
        (self.0 / 1_000_000) as u32
    }

    /// How deep the code reaches.
    pub fn level(self) -> Level {
        if !self.0.is_multiple_of(1_000) {
            Level::Village
        } else if !self.0.is_multiple_of(1_000_000) {
            Level::Town
        } else if !self.0.is_multiple_of(100_000_000) {
            Level::County
        } else if !self.0.is_multiple_of(10_000_000_000) {
            Level::City
        } else {
            Level::Province
        }
    }

    /// The province's code.
    #[must_use]
    pub fn province(self) -> DivisionCode {
        self.cut(10_000_000_000)
    }

    /// The city's code, whether or not there is one (there is none in 北京).
    #[must_use]
    pub fn city(self) -> DivisionCode {
        self.cut(100_000_000)
    }

    /// The county's code: the six-digit part.
    #[must_use]
    pub fn county(self) -> DivisionCode {
        self.cut(1_000_000)
    }

    /// The township's code: the nine-digit part.
    #[must_use]
    pub fn town(self) -> DivisionCode {
        self.cut(1_000)
    }

    fn cut(self, unit: u64) -> DivisionCode {
        DivisionCode(self.0 / unit * unit)
    }

    /// Whether `inner` lies in this division (a division lies in itself). Follows the digits, so
    /// it also answers for retired codes.
    pub fn contains(self, inner: DivisionCode) -> bool {
        match self.level() {
            Level::Province => inner.province() == self,
            Level::City => inner.city() == self,
            Level::County => inner.county() == self,
            Level::Town => inner.town() == self,
            Level::Village => inner == self,
        }
    }

    /// The code padded to twelve digits, as regional feeds write it.
    pub fn twelve(self) -> String {
        format!("{:012}", self.0)
    }

    /// 99xxxx is assigned to nobody: the sample region.
    pub fn is_sample(self) -> bool {
        self.0 / 10_000_000_000 == 99
    }
}

impl fmt::Display for DivisionCode {
    /// The shortest of 6, 9 or 12 digits that says it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level() {
            Level::Village => write!(f, "{:012}", self.0),
            Level::Town => write!(f, "{:09}", self.0 / 1_000),
            _ => write!(f, "{:06}", self.0 / 1_000_000),
        }
    }
}

impl FromStr for DivisionCode {
    type Err = CodeError;
    fn from_str(text: &str) -> Result<DivisionCode, CodeError> {
        DivisionCode::parse(text)
    }
}

impl TryFrom<String> for DivisionCode {
    type Error = CodeError;
    fn try_from(text: String) -> Result<DivisionCode, CodeError> {
        DivisionCode::parse(&text)
    }
}

impl From<DivisionCode> for String {
    fn from(code: DivisionCode) -> String {
        code.to_string()
    }
}
