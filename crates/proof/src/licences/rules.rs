//! What the law asks of acts on licences, as pure functions.

use super::model::Reason;
use store::{Error, FieldError, Result};

/// Longest reason or basis, letters.
pub const MOST_LETTERS: usize = 500;

/// A reason and a legal basis, both in words: nobody's licence ends without them (行政处罚法 art. 44,
/// 行政许可法 art. 69–70).
///
/// # Errors
/// `licence-reason` pointing at the fields that are empty or too long.
pub fn reasoned(reason: &Reason) -> Result<()> {
    let good = |text: &str| (2..=MOST_LETTERS).contains(&text.trim().chars().count());
    let fields: Vec<FieldError> = [("reason", &reason.reason), ("basis", &reason.basis)]
        .into_iter()
        .filter(|(_, text)| !good(text))
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
    fn both_words_are_needed() {
        let long = "长".repeat(MOST_LETTERS + 1);
        for (reason, basis, bad) in [
            ("店面停业", "《食品经营许可和备案管理办法》", 0),
            ("", "", 2),
            ("  ", "第四十条", 1),
            ("停业", "", 1),
            (&long, "第四十条", 1),
        ] {
            let told = reasoned(&Reason { reason: reason.into(), basis: basis.into(), lock: 1 });
            let found = match told {
                Err(Error::Refused(refusal)) => refusal.fields.len(),
                _ => 0,
            };
            assert_eq!(found, bad, "{reason} {basis}");
        }
    }
}
