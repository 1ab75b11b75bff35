//! A value that cannot be printed, and the leave to read one.

/// A sensitive text: no `Debug`, no `Display`, no serialisation. `expose` is the only way out and is
/// easy to find in a review.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The text itself. Whoever calls this shows it to somebody who may see it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// `990103********5943`: first six, last four (id numbers).
    pub fn masked_id(&self) -> String {
        masked(&self.0, 6, 4)
    }

    /// `138****1234` (phones).
    pub fn masked_phone(&self) -> String {
        masked(&self.0, 3, 4)
    }

    /// `董*华`, `欧*` (names): first and, from three characters on, last.
    pub fn masked_name(&self) -> String {
        let keep_last = usize::from(self.0.chars().count() > 2);
        masked(&self.0, 1, keep_last)
    }
}

fn masked(text: &str, head: usize, tail: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= head + tail {
        return chars.iter().take(1).chain(chars.iter().skip(1).map(|_| &'*')).collect();
    }
    let hidden = chars.len() - head - tail;
    chars[..head]
        .iter()
        .chain(std::iter::repeat_n(&'*', hidden))
        .chain(&chars[chars.len() - tail..])
        .collect()
}

/// The leave to open sealed values. It is had by being the owner, by an event the owner can see, or
/// because a rule works on the data without showing it to anybody.
pub struct Disclosure(());

impl Disclosure {
    /// The owner reads his own data.
    pub fn own() -> Disclosure {
        Disclosure(())
    }

    /// A rule or worker processes the data and shows it to nobody (sending a message to its owner,
    /// making the document that the act's own event names).
    pub fn process(_why: &'static str) -> Disclosure {
        Disclosure(())
    }

    /// After the reading was recorded; made by `ledger::disclose` only.
    pub(crate) fn recorded() -> Disclosure {
        Disclosure(())
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn masks() {
        for (text, id, phone, name) in [
            (
                "990103199302155943",
                "990103********5943",
                "990***********5943",
                "9****************3",
            ),
            ("13800001234", "138000*1234", "138****1234", "1*********4"),
            ("董建华", "董**", "董**", "董*华"),
            ("欧䶮", "欧*", "欧*", "欧*"),
            ("", "", "", ""),
        ] {
            let secret = Secret::new(text);
            assert_eq!(secret.masked_id(), id);
            assert_eq!(secret.masked_phone(), phone);
            assert_eq!(secret.masked_name(), name);
        }
    }
}
