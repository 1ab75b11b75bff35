//! Pure decisions about views: a name, and how many.

use super::model::View;
use store::{Error, Result};

/// Most views of one desk.
pub const MOST: usize = 20;
/// Most characters of a name.
pub const LONG: usize = 20;

/// A name that can be given: 1 to 20 characters, not that of another view.
///
/// # Errors
/// `view-name`; `view-twice`.
pub fn name(text: &str, all: &[View], own: Option<i64>) -> Result<String> {
    let text = text.trim();
    if !(1..=LONG).contains(&text.chars().count()) || text.chars().any(char::is_control) {
        return Err(Error::refused_with("view-name", "most", LONG));
    }
    match all.iter().any(|v| v.name == text && Some(v.id) != own) {
        true => Err(Error::refused_with("view-twice", "name", text)),
        false => Ok(text.to_owned()),
    }
}

/// Whether one more may be kept.
///
/// # Errors
/// `view-many`.
pub fn room(all: &[View]) -> Result<()> {
    if all.len() < MOST { Ok(()) } else { Err(Error::refused_with("view-many", "most", MOST)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_stand_once() {
        let view = |id, name: &str| View {
            id,
            name: name.into(),
            shows: String::new(),
            item: String::new(),
        };
        let all = [view(1, "快到期"), view(2, "食品")];
        for (text, own, code) in [
            ("体检", None, None),
            (" 快到期 ", Some(1), None),
            ("食品", Some(1), Some("view-twice")),
            ("食品", None, Some("view-twice")),
            ("", None, Some("view-name")),
            ("一二三四五六七八九十一二三四五六七八九十一", None, Some("view-name")),
            ("a\u{7}b", None, Some("view-name")),
        ] {
            let found = name(text, &all, own).err();
            assert_eq!(found.as_ref().map(Error::code), code, "{text}");
        }
        let full: Vec<View> = (0..20).map(|n| view(n, &n.to_string())).collect();
        assert!(room(&full[..19]).is_ok() && room(&full).is_err());
    }
}
