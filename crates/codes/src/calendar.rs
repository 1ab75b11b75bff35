//! The working-day calendar of mainland China: weekends, statutory holidays and the exchanged days
//! the State Council announces each November for the year to come.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::civil::Weekday;
use serde::{Deserialize, Serialize};

use crate::time::next;
use crate::{CodeError, Day, text};

/// What kind of day it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DayKind {
    /// An ordinary working day.
    Work,
    /// A Saturday or Sunday worked in exchange for a day of this holiday (调休).
    MakeUp(Box<str>),
    /// A free Saturday or Sunday.
    Weekend,
    /// A free day of this holiday, exchanged days included.
    Holiday(Box<str>),
}

impl DayKind {
    /// Whether offices work.
    pub const fn works(&self) -> bool {
        matches!(self, DayKind::Work | DayKind::MakeUp(_))
    }
}

/// A day some working days away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Due {
    /// The day; work must be done by its end.
    pub day: Day,
    /// The count crossed into a year whose calendar is not announced: the day may still move and
    /// must be computed anew when the notice is out.
    pub provisional: bool,
}

/// The calendar: announced years, provisional years and their exceptions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Year → whether the State Council's notice is in.
    years: BTreeMap<i16, bool>,
    /// Day → (works, holiday's name), where it differs from the week.
    exceptions: BTreeMap<Day, (bool, Box<str>)>,
}

impl Calendar {
    /// Reads rows `year,published|provisional,notice` and `yyyy-mm-dd,off|work,name`; `#` begins a
    /// comment.
    ///
    /// # Errors
    /// `calendar-data` with the line's number; also for a day of a year that was not named before.
    pub fn load(csv: &str) -> Result<Calendar, CodeError> {
        let mut calendar = Calendar::default();
        for (at, line) in csv.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            calendar.row(line).ok_or(CodeError::new("calendar-data").with("line", at + 1))?;
        }
        Ok(calendar)
    }

    fn row(&mut self, line: &str) -> Option<()> {
        let mut parts = line.splitn(3, ',');
        let (when, what, name) = (parts.next()?, parts.next()?, parts.next()?);
        if when.len() == 4 && text::digits(when) {
            let published = match what {
                "published" => true,
                "provisional" => false,
                _ => return None,
            };
            self.years.insert(when.parse().ok()?, published);
            return Some(());
        }
        let works = match what {
            "work" => true,
            "off" => false,
            _ => return None,
        };
        let day: Day = when.parse().ok()?;
        self.years.get(&day.year())?;
        self.exceptions.insert(day, (works, name.into()));
        Some(())
    }

    /// The calendar that ships: 2018–2026 as announced, 2027 provisional.
    pub fn shipped() -> &'static Calendar {
        static CALENDAR: OnceLock<Calendar> = OnceLock::new();
        // A broken file cannot ship: this crate's tests count its working days year by year.
        CALENDAR.get_or_init(|| {
            Calendar::load(include_str!("../../../data/calendar/workdays.csv")).unwrap_or_default()
        })
    }

    /// Whether the year's notice is in; other years' working days are provisional.
    pub fn published(&self, year: i16) -> bool {
        self.years.get(&year).copied().unwrap_or(false)
    }

    /// The last announced year.
    pub fn last_published(&self) -> Option<i16> {
        self.years.iter().rev().find(|(_, published)| **published).map(|(year, _)| *year)
    }

    /// What kind of day it is. A year without any data has its weekends and the holidays that
    /// stand in the solar calendar (元旦, 劳动节, 国庆节; 国令795号), and every answer about it is
    /// provisional.
    pub fn kind(&self, day: Day) -> DayKind {
        if let Some((works, name)) = self.exceptions.get(&day) {
            let name = name.clone();
            return if *works { DayKind::MakeUp(name) } else { DayKind::Holiday(name) };
        }
        if !self.years.contains_key(&day.year())
            && let Some(name) = solar_holiday(day)
        {
            return DayKind::Holiday(name.into());
        }
        match day.weekday() {
            Weekday::Saturday | Weekday::Sunday => DayKind::Weekend,
            _ => DayKind::Work,
        }
    }

    /// Whether offices work on that day.
    pub fn is_workday(&self, day: Day) -> bool {
        match self.exceptions.get(&day) {
            Some((works, _)) => *works,
            None if matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) => false,
            None => self.years.contains_key(&day.year()) || solar_holiday(day).is_none(),
        }
    }

    /// The `n`-th working day after `day`, which is not counted itself (行政许可法 art. 82; 民法典
    /// art. 201). `n` = 0 answers `day`.
    pub fn add_workdays(&self, day: Day, n: u32) -> Due {
        let mut at = day;
        let mut left = n;
        while left > 0 && at < Day::MAX {
            at = next(at);
            if self.is_workday(at) {
                left -= 1;
            }
        }
        self.due(day, at)
    }

    /// Working days after `from` up to and with `to`: the inverse of [`Calendar::add_workdays`].
    /// Negative when `to` is earlier: minus the working days after `to` up to and with `from`.
    pub fn workdays_between(&self, from: Day, to: Day) -> i64 {
        if to < from {
            return -self.workdays_between(to, from);
        }
        let mut count = 0;
        let mut at = from;
        while at < to {
            at = next(at);
            count += i64::from(self.is_workday(at));
        }
        count
    }

    /// The first working day on or after `day`.
    pub fn on_or_after(&self, day: Day) -> Day {
        let mut at = day;
        while !self.is_workday(at) && at < Day::MAX {
            at = next(at);
        }
        at
    }

    /// A due day reached by counting from `from`, provisional when the count left announced years.
    pub(crate) fn due(&self, from: Day, day: Day) -> Due {
        let first = from.min(day);
        let unsure = |year: i16| !self.published(year);
        let provisional = day != from && (unsure(next(first).year()) || unsure(day.year()));
        Due { day, provisional }
    }
}

/// A stable name for a holiday, by which a wording in another language is chosen; `other` for one
/// this list does not know. Joined holidays (国庆节、中秋节) go by their first.
pub fn holiday_id(name: &str) -> &'static str {
    const HOLIDAYS: [(&str, &str); 7] = [
        ("元旦", "new-year"),
        ("春节", "spring-festival"),
        ("清明", "qingming"),
        ("劳动", "labour-day"),
        ("端午", "dragon-boat"),
        ("国庆", "national-day"),
        ("中秋", "mid-autumn"),
    ];
    HOLIDAYS.iter().find(|(start, _)| name.starts_with(start)).map_or("other", |(_, id)| id)
}

/// The holidays of 国令795号 that have a fixed solar date.
fn solar_holiday(day: Day) -> Option<&'static str> {
    match (day.month(), day.day()) {
        (1, 1) => Some("元旦"),
        (5, 1 | 2) => Some("劳动节"),
        (10, 1..=3) => Some("国庆节"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// Working days of 2018–2026, counted from three independent sources.
    #[test]
    fn years_have_their_working_days() {
        let counts = [250, 250, 249, 250, 249, 249, 251, 248, 248];
        for (year, count) in (2018..).zip(counts) {
            let (from, to) = (date(year - 1, 12, 31), date(year, 12, 31));
            assert_eq!(Calendar::shipped().workdays_between(from, to), count, "{year}");
        }
        assert_eq!(Calendar::shipped().last_published(), Some(2026));
    }

    #[test]
    fn knows_exchanged_days() {
        let calendar = Calendar::shipped();
        assert_eq!(calendar.kind(date(2018, 2, 11)), DayKind::MakeUp("春节".into()));
        assert_eq!(calendar.kind(date(2018, 12, 31)), DayKind::Holiday("元旦".into()));
        assert_eq!(calendar.kind(date(2026, 11, 21)), DayKind::Weekend);
        assert_eq!(calendar.kind(date(2026, 11, 23)), DayKind::Work);
        assert_eq!(calendar.kind(date(2027, 2, 5)), DayKind::Holiday("春节(除夕)".into()));
        assert_eq!(calendar.kind(date(2040, 10, 2)), DayKind::Holiday("国庆节".into()));
    }

    #[test]
    fn says_provisional_beyond_the_notice() {
        let calendar = Calendar::shipped();
        let due = |day, n| calendar.add_workdays(day, n);
        assert_eq!(due(date(2026, 12, 28), 3), Due { day: date(2026, 12, 31), provisional: false });
        assert_eq!(due(date(2026, 12, 28), 4), Due { day: date(2027, 1, 4), provisional: true });
        assert_eq!(due(date(2026, 12, 31), 0), Due { day: date(2026, 12, 31), provisional: false });
        assert_eq!(due(date(2027, 3, 1), 0), Due { day: date(2027, 3, 1), provisional: false });
        assert!(due(date(2017, 12, 20), 20).provisional);
    }

    #[test]
    fn every_shipped_holiday_has_a_stable_name() {
        for (_, name) in Calendar::shipped().exceptions.values() {
            assert_ne!(holiday_id(name), "other", "{name}");
        }
        assert_eq!(holiday_id("胜利日"), "other");
    }

    #[test]
    fn refuses_broken_rows() {
        for csv in [
            "2026",
            "2026,perhaps,",
            "2026,published,\n2026-02-30,off,x",
            "2026-01-01,off,元旦",
            ",,",
        ] {
            assert_eq!(Calendar::load(csv).map_err(|e| e.code), Err("calendar-data"), "{csv}");
        }
    }
}
