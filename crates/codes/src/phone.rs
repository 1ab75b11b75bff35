//! Mobile numbers of mainland China, the ones a text message can reach.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{CodeError, text};

/// Eleven digits beginning 13–19. Personal: `Debug` shows it masked, there is no `Display`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

impl Phone {
    /// Reads a number as people write it: spaces, hyphens, full width, `+86` or `0086` in front.
    ///
    /// # Errors
    /// `phone-form` when it is no mobile number, `phone-length` when digits are missing or too many.
    pub fn parse(typed: &str) -> Result<Phone, CodeError> {
        let plain = text::plain(typed);
        let number = plain
            .strip_prefix("+86")
            .or_else(|| plain.strip_prefix("0086"))
            .or_else(|| plain.strip_prefix("86").filter(|rest| rest.len() == 11))
            .unwrap_or(&plain);
        if !text::digits(number) {
            return Err(CodeError::new("phone-form"));
        }
        if number.len() != 11 {
            return Err(CodeError::new("phone-length").with("length", number.len()));
        }
        if !number.starts_with('1') || !(b'3'..=b'9').contains(&number.as_bytes()[1]) {
            return Err(CodeError::new("phone-form"));
        }
        Ok(Phone(number.to_string()))
    }

    /// The eleven digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `138****1234`.
    pub fn masked(&self) -> String {
        format!("{}****{}", &self.0[..3], &self.0[7..])
    }

    /// `138 1234 5678`, for the eye.
    pub fn grouped(&self) -> String {
        format!("{} {} {}", &self.0[..3], &self.0[3..7], &self.0[7..])
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({})", self.masked())
    }
}

impl TryFrom<String> for Phone {
    type Error = CodeError;
    fn try_from(text: String) -> Result<Phone, CodeError> {
        Phone::parse(&text)
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> String {
        phone.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        for typed in [
            "13812341234",
            " 138 1234 1234",
            "+86 138-1234-1234",
            "008613812341234",
            "１３８１２３４１２３４",
        ] {
            assert_eq!(
                Phone::parse(typed).map(|p| p.masked()),
                Ok("138****1234".to_string()),
                "{typed}"
            );
        }
    }

    #[test]
    fn says_what_is_wrong() {
        let table = [
            ("", "phone-form"),
            ("1381234123", "phone-length"),
            ("138123412345", "phone-length"),
            ("12812341234", "phone-form"),
            ("010-12345678", "phone-form"),
            ("1381234123a", "phone-form"),
            ("一三八", "phone-form"),
        ];
        for (typed, code) in table {
            assert_eq!(Phone::parse(typed).map_err(|e| e.code), Err(code), "{typed}");
        }
    }

    #[test]
    fn debug_does_not_print_it() {
        let phone = Phone::parse("13812341234");
        assert!(!format!("{phone:?}").contains("13812341234"));
    }
}
