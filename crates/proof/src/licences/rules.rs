//! What the law asks of acts on licences, as pure functions, and that whoever acts means this licence.

use super::model::Reason;
use store::{Error, FieldError, Result};

/// Longest reason or basis, letters.
pub const MOST_LETTERS: usize = 500;

/// The last four letters of a number; all of a shorter one.
pub fn last_four(number: &str) -> String {
    let letters: Vec<char> = number.chars().collect();
    letters[letters.len().saturating_sub(4)..].iter().collect()
}

/// A reason and a legal basis, both in words: nobody's licence ends without them (行政处罚法 art. 44,
/// 行政许可法 art. 69–70). And the end of its number, so that no other is hit by a slip.
///
/// # Errors
/// `licence-reason` pointing at the fields that are empty, too long or of another licence.
pub fn reasoned(reason: &Reason, number: &str) -> Result<()> {
    let good = |text: &str| (2..=MOST_LETTERS).contains(&text.trim().chars().count());
    let meant = reason.last.trim().eq_ignore_ascii_case(&last_four(number));
    let checks =
        [("basis", good(&reason.basis)), ("reason", good(&reason.reason)), ("last", meant)];
    let fields: Vec<FieldError> = checks
        .into_iter()
        .filter(|(_, good)| !good)
        .map(|(field, _)| FieldError {
            field: field.into(),
            code: format!("licence-{field}-words"),
            text: None,
        })
        .collect();
    if fields.is_empty() { Ok(()) } else { Err(Error::fields("licence-reason", fields)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_the_end_of_the_number_are_needed() {
        let long = "长".repeat(MOST_LETTERS + 1);
        for (reason, basis, last, bad) in [
            ("店面停业", "《食品经营许可和备案管理办法》", "001A", 0),
            ("店面停业", "第四十条", " 001a ", 0),
            ("", "", "", 3),
            ("  ", "第四十条", "001A", 1),
            ("停业", "", "001A", 1),
            (&long, "第四十条", "001A", 1),
            ("停业", "第四十条", "002A", 1),
            ("停业", "第四十条", "1A", 1),
        ] {
            let (reason, basis, last) = (reason.into(), basis.into(), last.into());
            let told = reasoned(&Reason { reason, basis, last, lock: 1 }, "JY2026001A");
            let found = match &told {
                Err(Error::Refused(refusal)) => refusal.fields.len(),
                _ => 0,
            };
            assert_eq!(found, bad, "{told:?}");
        }
        assert_eq!(last_four("1A"), "1A");
        assert_eq!(last_four("示A·D12345"), "2345");
    }
}
