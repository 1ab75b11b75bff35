//! Small helpers over typed text, shared by the parsers.

/// What a person typed or pasted, made plain: spaces and hyphens of every width dropped,
/// full-width letters and digits made half-width, lower case made upper.
pub fn plain(typed: &str) -> String {
    typed
        .chars()
        .filter(|c| !c.is_whitespace() && !is_joint(*c))
        .map(half_width)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// Hyphens and invisible joints that pasted numbers carry between their groups.
fn is_joint(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{FF0D}' | '\u{200B}'..='\u{200D}' | '\u{FEFF}')
}

/// U+FF01–FF5E are ASCII shifted by 0xFEE0.
pub fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// True when every byte is an ASCII digit (and there is at least one).
pub fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// True when every byte is `0-9` or `A-Z` (and there is at least one).
pub fn capitals(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

/// Eight digits `yyyymmdd` as a day that exists.
pub fn yyyymmdd(text: &str) -> Option<crate::Day> {
    if text.len() != 8 || !digits(text) {
        return None;
    }
    let year = text[..4].parse().ok()?;
    let month = text[4..6].parse().ok()?;
    let day = text[6..].parse().ok()?;
    crate::Day::new(year, month, day).ok()
}
