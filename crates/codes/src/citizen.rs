//! Citizen id numbers, GB 11643-1999: six digits of area, eight of birth, three of order, a check.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::division::DivisionCode;
use crate::{CodeError, Day, check, text};

/// Sex as the order digits say it: odd is male.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sex {
    /// 女.
    Female,
    /// 男.
    Male,
}

/// Which card carries the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holder {
    /// 居民身份证.
    Resident,
    /// 港澳台居民居住证 (areas 81, 82, 83).
    HongKongMacaoTaiwan,
    /// 外国人永久居留身份证 of 2023 (first digit 9).
    PermanentResident,
    /// Area 99: assigned to nobody; only the sample region uses it.
    Sample,
}

/// Two-digit areas of GB/T 2260 a number may begin with, and 81–83 of the residence permits.
const AREAS: [u8; 35] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52,
    53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83,
];

/// An 18-letter citizen id whose check holds. Personal: `Debug` shows it masked, there is no
/// `Display`; say [`CitizenId::as_str`] where it must be written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CitizenId(String);

impl CitizenId {
    /// Reads a number strictly: 18 half-width letters, a small `x` at the end made large. The area
    /// need not exist today: it is the area of birth and may be retired.
    ///
    /// # Errors
    /// `citizen-id-length`, `-wide`, `-letter`, `-fifteen`, `-area`, `-birth`, `-check`.
    pub fn parse(number: &str) -> Result<CitizenId, CodeError> {
        if number.chars().any(|c| text::half_width(c) != c || c == '\u{3000}') {
            return Err(CodeError::new("citizen-id-wide"));
        }
        let length = number.chars().count();
        if length == 15 && text::digits(number) {
            return Err(CodeError::new("citizen-id-fifteen"));
        }
        if length != 18 {
            return Err(CodeError::new("citizen-id-length").with("length", length));
        }
        let number = number.to_ascii_uppercase();
        let last = number.as_bytes()[number.len() - 1];
        if number.len() != 18
            || !text::digits(&number[..17])
            || !(last == b'X' || last.is_ascii_digit())
        {
            return Err(CodeError::new("citizen-id-letter"));
        }
        Self::area_known(&number)?;
        if text::yyyymmdd(&number[6..14]).is_none_or(|birth| birth.year() < 1800) {
            return Err(CodeError::new("citizen-id-birth"));
        }
        if check::citizen(&number.as_bytes()[..17]) != last {
            return Err(CodeError::new("citizen-id-check"));
        }
        Ok(CitizenId(number))
    }

    /// Reads what a person typed or pasted: spaces, hyphens and full-width letters are forgiven.
    ///
    /// # Errors
    /// As [`CitizenId::parse`].
    pub fn typed(typed: &str) -> Result<CitizenId, CodeError> {
        CitizenId::parse(&text::plain(typed))
    }

    /// Reads strictly and refuses a birth after `today`.
    ///
    /// # Errors
    /// As [`CitizenId::parse`], and `citizen-id-future`.
    pub fn parse_on(number: &str, today: Day) -> Result<CitizenId, CodeError> {
        let id = CitizenId::parse(number)?;
        if id.birth() > today {
            return Err(CodeError::new("citizen-id-future"));
        }
        Ok(id)
    }

    /// Makes 18 letters of an old 15-digit number (closed since 2013): "19" before the year, and
    /// the check at the end. For old registers only; a form asks for the number of today's card.
    ///
    /// # Errors
    /// `citizen-id-length`, `-letter`, `-area`, `-birth`.
    pub fn upgrade(fifteen: &str) -> Result<CitizenId, CodeError> {
        let length = fifteen.chars().count();
        if length != 15 {
            return Err(CodeError::new("citizen-id-length").with("length", length));
        }
        if !text::digits(fifteen) {
            return Err(CodeError::new("citizen-id-letter"));
        }
        CitizenId::complete(&format!("{}19{}", &fifteen[..6], &fifteen[6..]))
    }

    /// Adds the check letter to 17 digits.
    ///
    /// # Errors
    /// `citizen-id-length`, `-letter`, `-area`, `-birth`.
    pub fn complete(seventeen: &str) -> Result<CitizenId, CodeError> {
        let length = seventeen.chars().count();
        if length != 17 {
            return Err(CodeError::new("citizen-id-length").with("length", length));
        }
        if !text::digits(seventeen) {
            return Err(CodeError::new("citizen-id-letter"));
        }
        let last = char::from(check::citizen(seventeen.as_bytes()));
        CitizenId::parse(&format!("{seventeen}{last}"))
    }

    fn area_known(number: &str) -> Result<(), CodeError> {
        let prefix: u8 = number[..2].parse().unwrap_or(0);
        // First digit 9: foreign permanent residents (2023 card), whose next digits are their own.
        if prefix >= 90 || AREAS.contains(&prefix) {
            return Ok(());
        }
        Err(CodeError::new("citizen-id-area"))
    }

    /// The 18 letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Day of birth.
    pub fn birth(&self) -> Day {
        text::yyyymmdd(&self.0[6..14]).unwrap_or(Day::MIN)
    }

    /// Sex, from the last digit of the order.
    pub fn sex(&self) -> Sex {
        if self.0.as_bytes()[16] % 2 == 1 { Sex::Male } else { Sex::Female }
    }

    /// Which card carries it.
    pub fn holder(&self) -> Holder {
        match &self.0[..2] {
            "99" => Holder::Sample,
            "81" | "82" | "83" => Holder::HongKongMacaoTaiwan,
            p if p.starts_with('9') => Holder::PermanentResident,
            _ => Holder::Resident,
        }
    }

    /// The division at birth, perhaps retired since; for foreign permanent residents no division.
    pub fn area(&self) -> DivisionCode {
        DivisionCode::from_six(self.0[..6].parse().unwrap_or(0))
    }

    /// Full years of age on a day (年满 counts from the birthday itself); 0 before birth. Whoever
    /// was born on 29 February turns a year older on 1 March in a common year.
    pub fn age_on(&self, day: Day) -> u32 {
        let birth = self.birth();
        let mut years = i32::from(day.year()) - i32::from(birth.year());
        if (day.month(), day.day()) < (birth.month(), birth.day()) {
            years -= 1;
        }
        u32::try_from(years).unwrap_or(0)
    }

    /// `110101********1234`.
    pub fn masked(&self) -> String {
        format!("{}********{}", &self.0[..6], &self.0[14..])
    }
}

impl fmt::Debug for CitizenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Fewer digits than on screen: a log needs none, and area and tail together narrow much.
        write!(f, "CitizenId({}****)", &self.0[..2])
    }
}

impl TryFrom<String> for CitizenId {
    type Error = CodeError;
    fn try_from(text: String) -> Result<CitizenId, CodeError> {
        CitizenId::parse(&text)
    }
}

impl From<CitizenId> for String {
    fn from(id: CitizenId) -> String {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn accepts_what_the_standard_accepts() {
        let table = [
            ("11010519491231002X", Sex::Female, date(1949, 12, 31)),
            ("99010220000229123X", Sex::Male, date(2000, 2, 29)),
            ("99010220000229123x", Sex::Male, date(2000, 2, 29)),
            ("99010219850607006X", Sex::Female, date(1985, 6, 7)),
            ("99010219850607006x", Sex::Female, date(1985, 6, 7)),
        ];
        for (number, sex, birth) in table {
            let id = CitizenId::parse(number).expect(number);
            assert_eq!((id.sex(), id.birth()), (sex, birth), "{number}");
            assert_eq!(id.as_str(), number.to_uppercase());
        }
    }

    #[test]
    fn refuses_and_says_why() {
        let table = [
            ("", "citizen-id-length"),
            ("990102200002291230", "citizen-id-check"),
            ("990102200102291237", "citizen-id-birth"),
            ("000000199001010018", "citizen-id-area"),
            ("990102000229123", "citizen-id-fifteen"),
            (" 99010220000229123X", "citizen-id-length"),
            ("９９０１０２２００００２２９１２３Ｘ", "citizen-id-wide"),
            ("99010220000229123Y", "citizen-id-letter"),
            ("9901022000022912X3", "citizen-id-letter"),
            ("99010220000229123", "citizen-id-length"),
            ("99010220000229123XX", "citizen-id-length"),
            ("99010200000229123X", "citizen-id-birth"),
            ("९९०१०२२००००२२९१२३१", "citizen-id-letter"),
            ("99010220001329123X", "citizen-id-birth"),
            ("'; DROP TABLE --xx", "citizen-id-letter"),
        ];
        for (number, code) in table {
            assert_eq!(CitizenId::parse(number).map_err(|e| e.code), Err(code), "{number}");
        }
        let born = CitizenId::parse("990102203012310119").expect("a day that will come");
        let on = |day| CitizenId::parse_on(born.as_str(), day).map(|_| ()).map_err(|e| e.code);
        assert_eq!(on(date(2030, 12, 30)), Err("citizen-id-future"));
        assert_eq!(on(date(2030, 12, 31)), Ok(()));
    }

    #[test]
    fn forgives_what_people_type() {
        for typed in
            [" 99010220000229123x", "990102 20000229 123X", "９９０１０２２００００２２９１２３Ｘ"]
        {
            assert_eq!(
                CitizenId::typed(typed).map(|id| id.0),
                Ok("99010220000229123X".to_string())
            );
        }
    }

    #[test]
    fn upgrades_old_numbers() {
        assert_eq!(
            CitizenId::upgrade("110105491231002").map(|id| id.0),
            Ok("11010519491231002X".to_string())
        );
        for (old, code) in
            [("11010549123100", "citizen-id-length"), ("11010549123100X", "citizen-id-letter")]
        {
            assert_eq!(CitizenId::upgrade(old).map_err(|e| e.code), Err(code));
        }
    }

    #[test]
    fn counts_full_years() {
        let id = CitizenId::parse("99010220000229123X").expect("id");
        let table = [
            (date(1999, 1, 1), 0),
            (date(2001, 2, 28), 0),
            (date(2001, 3, 1), 1),
            (date(2024, 2, 28), 23),
            (date(2024, 2, 29), 24),
        ];
        for (day, years) in table {
            assert_eq!(id.age_on(day), years, "{day}");
        }
    }

    #[test]
    fn shows_no_more_than_it_must() {
        let id = CitizenId::parse("11010519491231002X").expect("id");
        assert_eq!(id.masked(), "110105********002X");
        assert!(!format!("{id:?}").contains("1949"));
        assert_eq!(id.area().to_string(), "110105");
        assert_eq!(id.holder(), Holder::Resident);
        assert_eq!(
            CitizenId::parse("99010219850607006X").map(|id| id.holder()),
            Ok(Holder::Sample)
        );
    }
}
