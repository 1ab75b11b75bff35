//! What a rating must be (国办发〔2019〕51号): one of five levels, and a bad one says why.

use super::model::{Posted, is_bad, tags};
use store::{Error, FieldError, Result};

/// Most characters of free words.
pub const MOST_CHARS: usize = 500;
/// A bad rating without a tag must say at least this much.
const LEAST_CHARS: usize = 4;

/// Checks a posted rating.
pub fn check(posted: &Posted) -> Result<()> {
    let mut wrong = Vec::new();
    if !(1..=5).contains(&posted.stars) {
        wrong.push(FieldError::new("stars", "rating-stars"));
    }
    let known = |code: &String| tags().iter().any(|t| t.code == code && t.stars == posted.stars);
    if !posted.tags.iter().all(known) {
        wrong.push(FieldError::new("tags", "rating-tags"));
    }
    let length = posted.comment.chars().count();
    if length > MOST_CHARS {
        wrong.push(FieldError::new("comment", "rating-long"));
    }
    if is_bad(posted.stars) && posted.tags.is_empty() && length < LEAST_CHARS {
        wrong.push(FieldError::new("tags", "rating-why"));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::fields("rating-incomplete", wrong)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posted(stars: i64, tags: &[&str], comment: &str) -> Posted {
        let tags = tags.iter().map(|t| t.to_string()).collect();
        Posted { stars, tags, comment: comment.into(), anonymous: false }
    }

    #[test]
    fn a_bad_rating_says_why_and_tags_fit_their_level() {
        let long = "很".repeat(MOST_CHARS + 1);
        for (rating, wrong) in [
            (posted(5, &[], ""), vec![]),
            (posted(3, &["310"], ""), vec![]),
            (posted(2, &["212"], ""), vec![]),
            (posted(1, &[], "等了三个星期"), vec![]),
            (posted(1, &[], ""), vec!["rating-why"]),
            (posted(2, &[], "差"), vec!["rating-why"]),
            (posted(0, &[], ""), vec!["rating-stars", "rating-why"]),
            (posted(6, &[], ""), vec!["rating-stars"]),
            (posted(5, &["110"], ""), vec!["rating-tags"]),
            (posted(5, &["' OR 1=1"], ""), vec!["rating-tags"]),
            (posted(5, &[], &long), vec!["rating-long"]),
        ] {
            let found = match check(&rating) {
                Err(Error::Refused(r)) => r.fields.into_iter().map(|f| f.code).collect(),
                _ => Vec::new(),
            };
            assert_eq!(found, wrong, "{rating:?}");
        }
    }
}
