//! Pure decisions of grants and copies: for whom, what for, until when.

use crate::exchange::rules::{MOST_CAUSE, MOST_WORDS, refuse, words};
use codes::time::{Day, Stamp, days_between};
use store::{Error, FieldError, Result};

/// Days for which a copy is good when nobody says otherwise.
pub const COPY_DAYS: i64 = 7;
/// Days for which a copy can be good.
pub const MOST_COPY_DAYS: i64 = 180;
/// Days for which a grant can be good.
pub const MOST_GRANT_DAYS: i64 = 366;

/// Until when a copy is good: a day from today on, a week when none is named.
///
/// # Errors
/// `exchange-data` for a day in the past or too far away.
pub fn copy_until(typed: &str, today: Day) -> Result<Day> {
    if typed.trim().is_empty() {
        return Ok(Stamp::from_day(today).plus_days(COPY_DAYS).day());
    }
    let day = typed.trim().parse::<Day>().ok();
    let good = |day: &Day| (0..=MOST_COPY_DAYS).contains(&days_between(today, *day));
    let wrong = || vec![FieldError::new("expiryTime", "exchange-expiry-words")];
    day.filter(good).ok_or_else(|| Error::fields("exchange-data", wrong()))
}

/// For whom a holder has a copy made, what for and until when.
///
/// # Errors
/// `exchange-wish` pointing at the fields to correct.
pub fn wished(who: &str, purpose: &str, last: &str, today: Day) -> Result<Day> {
    allowed(who, purpose, last, today, MOST_COPY_DAYS)
}

/// Whom a holder allows to use a licence, what for and until when.
///
/// # Errors
/// `exchange-wish` pointing at the fields to correct.
pub fn granted(who: &str, purpose: &str, last: &str, today: Day) -> Result<Day> {
    allowed(who, purpose, last, today, MOST_GRANT_DAYS)
}

fn allowed(who: &str, purpose: &str, last: &str, today: Day, most: i64) -> Result<Day> {
    let day = last.trim().parse::<Day>().ok();
    let soon = day.is_some_and(|day| (0..=most).contains(&days_between(today, day)));
    let why = if most == MOST_COPY_DAYS { "exchange-until-words" } else { "exchange-term-words" };
    let checks = [
        ("who", words(who, MOST_WORDS), "exchange-who-words"),
        ("purpose", words(purpose, MOST_CAUSE), "exchange-purpose-words"),
        ("last", soon, why),
    ];
    refuse("exchange-wish", checks.into_iter())?;
    day.ok_or_else(|| Error::refused("exchange-wish"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::day;

    #[test]
    fn a_copy_ends_within_half_a_year_and_a_grant_within_one() {
        let today = day("2026-09-21");
        assert_eq!(copy_until("", today), Ok(day("2026-09-28")));
        for (typed, copy, grant) in [
            ("2026-09-21", true, true),
            ("2027-03-20", true, true),
            ("2027-03-21", false, true),
            ("2027-09-22", false, true),
            ("2027-09-23", false, false),
            ("2026-09-20", false, false),
            ("明天", false, false),
        ] {
            assert_eq!(copy_until(typed, today).is_ok(), copy, "{typed}");
            assert_eq!(wished("某公司", "租房", typed, today).is_ok(), copy, "{typed}");
            assert_eq!(granted("某公司", "租房", typed, today).is_ok(), grant, "{typed}");
        }
        let Err(Error::Refused(refusal)) = wished("", "", "", today) else { panic!("taken") };
        assert_eq!(refusal.fields.len(), 3);
    }
}
