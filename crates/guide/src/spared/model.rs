//! Nouns of papers spared.

use codes::time::Day;

/// One material of an application that a licence could stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// Key of the material.
    pub material: String,
    /// Whether a licence stood for it; otherwise a paper was handed in.
    pub spared: bool,
    /// Identifier of the licence that did, where it is known.
    pub licence: Option<String>,
}

/// What was counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Count {
    /// Item; empty for a unit's total.
    pub slug: String,
    /// Key of the material; empty for a unit's total.
    pub material: String,
    /// For how many papers a licence could stand.
    pub could: i64,
    /// For how many one did.
    pub spared: i64,
}

impl Count {
    /// Papers that were handed in although a licence could stand for them.
    pub fn left(&self) -> i64 {
        self.could - self.spared
    }

    /// How many of a hundred were spared.
    pub fn percent(&self) -> i64 {
        if self.could == 0 { 0 } else { self.spared * 100 / self.could }
    }
}

/// Months that are counted together.
pub const MONTHS: i32 = 12;

/// The month of a day, as kept.
pub fn month(day: Day) -> String {
    day.to_string().chars().take(7).collect()
}

/// The first of the [`MONTHS`] months that end with this day's.
pub fn since(day: Day) -> String {
    let text = month(day);
    let parsed = text.split_once('-').and_then(|(y, m)| Some((y.parse().ok()?, m.parse().ok()?)));
    let (year, month): (i32, i32) = parsed.unwrap_or_default();
    let months = year * 12 + month - 1 - (MONTHS - 1);
    format!("{:04}-{:02}", months.div_euclid(12), months.rem_euclid(12) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_months_end_with_this_one() {
        let since = |text: &str| super::since(text.parse().unwrap());
        assert_eq!(since("2026-11-22"), "2025-12");
        assert_eq!(since("2026-12-31"), "2026-01");
        assert_eq!(since("2026-01-01"), "2025-02");
        assert_eq!(month("2026-01-31".parse().unwrap()), "2026-01");
    }

    #[test]
    fn shares_are_of_what_could_be() {
        let count = |could, spared| Count { could, spared, ..Count::default() };
        assert_eq!(
            (count(0, 0).percent(), count(3, 2).percent(), count(3, 3).percent()),
            (0, 66, 100)
        );
        assert_eq!(count(3, 2).left(), 1);
    }
}
