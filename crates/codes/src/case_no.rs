//! Case numbers: the 20 digits a person reads out, and the 45 letters other nodes exchange.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::division::DivisionCode;
use crate::item::ImplementationCode;
use crate::{CodeError, Day, text, time};

/// Division 6 + day 8 + serial of that day 6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CaseNo {
    division: u32,
    day: Day,
    serial: u32,
}

impl CaseNo {
    /// The number of the `serial`-th case (0–999,999) of a day in a division. `None` when the
    /// serial does not fit: a division would have to take a million cases in a day.
    pub fn new(division: DivisionCode, day: Day, serial: u32) -> Option<CaseNo> {
        let readable = (1000..=9999).contains(&day.year());
        (serial <= 999_999 && readable).then_some(CaseNo { division: division.six(), day, serial })
    }

    /// Reads a number; spaces, hyphens and full-width digits are forgiven.
    ///
    /// # Errors
    /// `case-no-length`, `case-no-letter`, `case-no-date`.
    pub fn parse(typed: &str) -> Result<CaseNo, CodeError> {
        let plain = text::plain(typed);
        let length = plain.chars().count();
        if length != 20 {
            return Err(CodeError::new("case-no-length").with("length", length));
        }
        if !text::digits(&plain) {
            return Err(CodeError::new("case-no-letter"));
        }
        let day = text::yyyymmdd(&plain[6..14]).filter(|day| day.year() >= 1000);
        let day = day.ok_or(CodeError::new("case-no-date"))?;
        let number = |part: &str| part.parse().unwrap_or(0);
        Ok(CaseNo { division: number(&plain[..6]), day, serial: number(&plain[14..]) })
    }

    /// The division that took the case.
    pub fn division(&self) -> DivisionCode {
        DivisionCode::from_six(self.division)
    }

    /// The day it was taken.
    pub fn day(&self) -> Day {
        self.day
    }

    /// Its serial on that day.
    pub fn serial(&self) -> u32 {
        self.serial
    }

    /// `9901 0220 2611 1600 0238`, for the eye; copied without spaces.
    pub fn grouped(&self) -> String {
        let s = self.to_string();
        [&s[..4], &s[4..8], &s[8..12], &s[12..16], &s[16..]].join(" ")
    }

    /// The number other nodes know the case by: implementation code 31 + day 8 + serial 6 = 45
    /// letters (≤ 50 of GB/T 39046), unique everywhere since it holds the body's USCC.
    pub fn exchange(&self, item: &ImplementationCode) -> String {
        format!("{item}{}{:06}", time::yyyymmdd(self.day), self.serial)
    }
}

impl fmt::Display for CaseNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}{}{:06}", self.division, time::yyyymmdd(self.day), self.serial)
    }
}

impl TryFrom<String> for CaseNo {
    type Error = CodeError;
    fn try_from(text: String) -> Result<CaseNo, CodeError> {
        CaseNo::parse(&text)
    }
}

impl From<CaseNo> for String {
    fn from(no: CaseNo) -> String {
        no.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_groups() {
        for typed in [
            "99010220261116000238",
            "9901 0220 2611 1600 0238",
            "9901-0220-2611-1600-0238",
            "９９０１0220261116000238",
        ] {
            let no = CaseNo::parse(typed).expect(typed);
            assert_eq!(no.grouped(), "9901 0220 2611 1600 0238");
            assert_eq!((no.division().to_string().as_str(), no.serial()), ("990102", 238));
        }
        let item = ImplementationCode::parse("1199010000000111893990702001000").expect("item");
        let exchange = CaseNo::parse("99010220261116000238").expect("no").exchange(&item);
        assert_eq!(exchange, "119901000000011189399070200100020261116000238");
        assert_eq!(exchange.len(), 45);
    }

    #[test]
    fn says_what_is_wrong() {
        let table = [
            ("", "case-no-length"),
            ("9901022026111600023", "case-no-length"),
            ("9901022026111600023X", "case-no-letter"),
            ("99010220261316000238", "case-no-date"),
            ("99010200000101000238", "case-no-date"),
            ("二〇二六二〇二六二〇二六二〇二六二〇二六", "case-no-letter"),
        ];
        for (typed, code) in table {
            assert_eq!(CaseNo::parse(typed).map_err(|e| e.code), Err(code), "{typed}");
        }
    }
}
