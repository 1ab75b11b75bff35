//! Nouns of a rating: invitation, level, tag.

use codes::time::Stamp;
use std::sync::OnceLock;

/// An invitation to rate one finished case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    /// Row id.
    pub id: i64,
    /// Secret part of the address.
    pub token: String,
    /// The case.
    pub case_id: i64,
    /// Its number.
    pub case_no: String,
    /// Account of the applicant.
    pub account: i64,
    /// The applicant.
    pub person: i64,
    /// Item.
    pub slug: String,
    /// Unit that handled it.
    pub unit: i64,
}

/// A rating as posted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Posted {
    /// 5 非常满意 … 1 非常不满意.
    pub stars: i64,
    /// Codes of tags.
    pub tags: Vec<String>,
    /// Free words; may be empty.
    pub comment: String,
    /// Whether the unit is not told who rated.
    pub anonymous: bool,
}

/// A rating as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rated {
    /// 5 to 1.
    pub stars: i64,
    /// When.
    pub at: Stamp,
}

/// A ready reason (`data/ratings/tags.csv`; the national codes are a table, not a constant).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Code.
    pub code: &'static str,
    /// Level it belongs to.
    pub stars: i64,
    /// Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

const TAGS: &str = include_str!("../../../../data/ratings/tags.csv");

/// All tags, best level first.
pub fn tags() -> &'static [Tag] {
    static TABLE: OnceLock<Vec<Tag>> = OnceLock::new();
    TABLE.get_or_init(|| TAGS.lines().skip(1).filter_map(tag).collect())
}

fn tag(line: &'static str) -> Option<Tag> {
    let mut cells = line.splitn(4, ',');
    let (code, stars) = (cells.next()?, cells.next()?.parse().ok()?);
    Some(Tag { code, stars, zh: cells.next()?, en: cells.next()? })
}

/// The two lowest levels are 差评.
pub fn is_bad(stars: i64) -> bool {
    stars <= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_has_reasons_and_codes_are_unique() {
        let codes: std::collections::BTreeSet<_> = tags().iter().map(|t| t.code).collect();
        assert_eq!(codes.len(), tags().len());
        for stars in 1..=5 {
            assert!(tags().iter().filter(|t| t.stars == stars).count() >= 3, "level {stars}");
        }
    }
}
