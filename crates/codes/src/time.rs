//! Moments and days: a moment is microseconds since 1970 in UTC, a day is a day of China's
//! standard time (+08:00 all year, no summer time since 1991).

use serde::{Deserialize, Serialize};

use crate::CodeError;

/// A civil day in China.
pub type Day = jiff::civil::Date;

/// China is eight hours ahead of UTC.
const OFFSET: i64 = 8 * 3600 * SECOND;
const SECOND: i64 = 1_000_000;
const DAY: i64 = 24 * 3600 * SECOND;

/// A moment: microseconds since 1970-01-01T00:00:00Z. Shown in China's standard time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Stamp(i64);

impl Stamp {
    /// From microseconds since the epoch, UTC.
    pub const fn from_micros(micros: i64) -> Stamp {
        Stamp(micros)
    }

    /// Microseconds since the epoch, UTC.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The first moment of a day in China.
    pub fn from_day(day: Day) -> Stamp {
        Stamp(days_since_epoch(day) * DAY - OFFSET)
    }

    /// The day in China. Moments outside the years 1–9999 answer the nearest day there is.
    pub fn day(self) -> Day {
        day_from_epoch(self.0.saturating_add(OFFSET).div_euclid(DAY))
    }

    /// `2026-11-21`.
    pub fn ymd(self) -> String {
        self.day().to_string()
    }

    /// `2026-11-21 14:05`.
    pub fn ymd_hm(self) -> String {
        format!("{} {}", self.ymd(), self.hm())
    }

    /// `14:05`.
    pub fn hm(self) -> String {
        let (h, m, _) = self.clock();
        format!("{h:02}:{m:02}")
    }

    /// `2026年11月21日`.
    pub fn zh_day(self) -> String {
        zh_day(self.day())
    }

    /// RFC 3339 with China's offset: `2026-11-21T14:05:09+08:00`.
    pub fn iso(self) -> String {
        let (h, m, s) = self.clock();
        format!("{}T{h:02}:{m:02}:{s:02}+08:00", self.ymd())
    }

    /// `yyyymmddhhmmss`, as the exchange tables of GB/T 39046 write it.
    pub fn compact(self) -> String {
        let (h, m, s) = self.clock();
        format!("{}{h:02}{m:02}{s:02}", yyyymmdd(self.day()))
    }

    /// Reads `yyyymmddhhmmss` or `yyyymmddThhmmss` (both appear in GB/T 39046 feeds).
    ///
    /// # Errors
    /// `day-form` when it is neither.
    pub fn parse_compact(text: &str) -> Result<Stamp, CodeError> {
        let text = text.trim();
        let wrong = || CodeError::new("day-form");
        let day = text.get(..8).and_then(crate::text::yyyymmdd).ok_or_else(wrong)?;
        let rest = text[8..].strip_prefix('T').unwrap_or(&text[8..]);
        if rest.len() != 6 || !crate::text::digits(rest) {
            return Err(wrong());
        }
        let part = |at: usize| rest[at..at + 2].parse::<i64>().unwrap_or(99);
        let (h, m, s) = (part(0), part(2), part(4));
        if h > 23 || m > 59 || s > 59 {
            return Err(wrong());
        }
        Ok(Stamp::from_day(day).plus_seconds(h * 3600 + m * 60 + s))
    }

    /// Later (or earlier) by seconds.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Stamp {
        Stamp(self.0.saturating_add(seconds.saturating_mul(SECOND)))
    }

    /// Later (or earlier) by whole days of 24 hours.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Stamp {
        Stamp(self.0.saturating_add(days.saturating_mul(DAY)))
    }

    /// Hours, minutes and seconds on a clock in China.
    fn clock(self) -> (i64, i64, i64) {
        let s = self.0.saturating_add(OFFSET).rem_euclid(DAY) / SECOND;
        (s / 3600, s / 60 % 60, s % 60)
    }
}

/// `2026年11月21日`.
pub fn zh_day(day: Day) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// `11月21日`, where the year is plain from the context.
pub fn zh_month_day(day: Day) -> String {
    format!("{}月{}日", day.month(), day.day())
}

/// `21 November 2026`.
pub fn en_day(day: Day) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    format!("{} {} {}", day.day(), MONTHS[usize::from(day.month().unsigned_abs()) - 1], day.year())
}

/// `21 November`, where the year is plain from the context.
pub fn en_day_month(day: Day) -> String {
    let whole = en_day(day);
    whole.rsplit_once(' ').map_or(whole.clone(), |(short, _)| short.to_owned())
}

/// `yyyymmdd`.
pub fn yyyymmdd(day: Day) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

/// Reads a day a person typed: `2026-11-21`, `2026/11/21`, `20261121`, `2026年11月21日`.
///
/// # Errors
/// `day-form` when it is none of these or no such day exists.
pub fn parse_day(typed: &str) -> Result<Day, CodeError> {
    let wrong = || CodeError::new("day-form");
    let text: String = typed.trim().chars().map(crate::text::half_width).collect();
    if let Some(day) = crate::text::yyyymmdd(&text) {
        return Ok(day);
    }
    let text = text.strip_suffix('日').unwrap_or(&text);
    let parts: Vec<&str> = text.split(['-', '/', '.', '年', '月']).map(str::trim).collect();
    let [y, m, d] = parts[..] else { return Err(wrong()) };
    let plain = y.len() == 4 && m.len() <= 2 && d.len() <= 2;
    if !plain || ![y, m, d].iter().all(|p| crate::text::digits(p)) {
        return Err(wrong());
    }
    let (y, m, d) = (y.parse().unwrap_or(0), m.parse().unwrap_or(0), d.parse().unwrap_or(0));
    Day::new(y, m, d).map_err(|_| wrong())
}

/// The day after; the last day of all stays where it is.
pub(crate) fn next(day: Day) -> Day {
    day.tomorrow().unwrap_or(Day::MAX)
}

/// Whole days from `from` to `to` (negative when `to` is earlier).
pub fn days_between(from: Day, to: Day) -> i64 {
    days_since_epoch(to) - days_since_epoch(from)
}

/// Days since 1970-01-01 (proleptic Gregorian; the era arithmetic of H. Hinnant, public domain).
fn days_since_epoch(day: Day) -> i64 {
    let (y, m, d) = (i64::from(day.year()), i64::from(day.month()), i64::from(day.day()));
    let y = if m <= 2 { y - 1 } else { y };
    let era = y.div_euclid(400);
    let of_era = y - era * 400;
    let of_year = (153 * ((m + 9) % 12) + 2) / 5 + d - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The day that lies `n` days after 1970-01-01, kept within the years 1–9999.
fn day_from_epoch(n: i64) -> Day {
    let z = n.clamp(-719_162, 2_932_896) + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let d = of_year - (153 * shifted + 2) / 5 + 1;
    let m = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let y = year_of_era + era * 400 + i64::from(m <= 2);
    Day::new(y as i16, m as i8, d as i8).unwrap_or(Day::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn writes_a_moment_every_way() {
        let at = Stamp::from_micros(1_795_240_805_123_456);
        assert_eq!(at.iso(), "2026-11-21T14:00:05+08:00");
        assert_eq!(
            (at.ymd(), at.hm(), at.ymd_hm()),
            ("2026-11-21".into(), "14:00".into(), "2026-11-21 14:00".into())
        );
        assert_eq!((at.zh_day(), at.compact()), ("2026年11月21日".into(), "20261121140005".into()));
        assert_eq!(en_day(at.day()), "21 November 2026");
        assert_eq!(zh_month_day(at.day()), "11月21日");
        assert_eq!(at.plus_days(1).plus_seconds(-5).hm(), "14:00");
    }

    #[test]
    fn the_day_turns_at_midnight_in_china() {
        let midnight = Stamp::from_day(date(2026, 11, 21));
        assert_eq!(midnight.iso(), "2026-11-21T00:00:00+08:00");
        assert_eq!(Stamp::from_micros(midnight.micros() - 1).day(), date(2026, 11, 20));
        assert_eq!(Stamp::from_micros(0).iso(), "1970-01-01T08:00:00+08:00");
    }

    #[test]
    fn extremes_do_not_panic() {
        for micros in [i64::MIN, -1, 0, i64::MAX] {
            assert!(Stamp::from_micros(micros).iso().contains("+08:00"));
        }
        assert_eq!(Stamp::from_micros(i64::MAX).day(), Day::MAX);
    }

    #[test]
    fn reads_exchange_stamps_and_typed_days() {
        for text in ["20261121140005", "20261121T140005"] {
            assert_eq!(
                Stamp::parse_compact(text).map(|s| s.compact()),
                Ok("20261121140005".to_string())
            );
        }
        for text in ["", "2026112114000", "20261121246000", "20261321140005", "2026112一140005"] {
            assert!(Stamp::parse_compact(text).is_err(), "{text}");
        }
        for typed in [
            "2026-11-21",
            "2026/11/21",
            "20261121",
            "2026年11月21日",
            " 2026.11.21 ",
            "２０２６-11-21",
        ] {
            assert_eq!(parse_day(typed), Ok(date(2026, 11, 21)), "{typed}");
        }
        for typed in
            ["", "2026-11", "2026-02-29", "26-11-21", "2026-11-21-1", "十一月", "2026--1-21"]
        {
            assert_eq!(parse_day(typed).map_err(|e| e.code), Err("day-form"), "{typed}");
        }
    }
}
