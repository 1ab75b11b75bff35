//! Folds a typed query to one plain form: half-width, lower case, simplified characters, no punctuation.

use std::collections::HashMap;

const TABLE: &str = include_str!("../../../../data/catalogue/traditional.txt");

/// The folding table.
#[derive(Debug)]
pub struct Fold {
    simple: HashMap<char, char>,
}

impl Fold {
    /// Reads the shipped table of traditional and simplified characters.
    pub fn new() -> Self {
        let simple = TABLE
            .lines()
            .filter(|line| !line.starts_with('#'))
            .flat_map(str::split_whitespace)
            .filter_map(|pair| {
                let mut chars = pair.chars();
                Some((chars.next()?, chars.next()?))
            })
            .collect();
        Self { simple }
    }

    /// One character in its plain form; punctuation becomes a space.
    fn plain(&self, c: char) -> char {
        let c = match c {
            '\u{3000}' => ' ',
            '\u{FF01}'..='\u{FF5E}' => {
                char::from_u32(c as u32 - 0xFEE0).unwrap_or(c).to_ascii_lowercase()
            }
            _ => c.to_ascii_lowercase(),
        };
        let c = self.simple.get(&c).copied().unwrap_or(c);
        if c.is_alphanumeric() { c } else { ' ' }
    }

    /// Plain form of a text, words separated by single spaces.
    pub fn fold(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            let c = self.plain(c);
            if c != ' ' || !out.is_empty() && !out.ends_with(' ') {
                out.push(c);
            }
        }
        out.truncate(out.trim_end().len());
        out
    }
}

impl Default for Fold {
    fn default() -> Self {
        Self::new()
    }
}

/// True for a Chinese character.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_width_case_script_and_marks() {
        let fold = Fold::new();
        for (typed, plain) in [
            ("養老資格認證", "养老资格认证"),
            ("營業執照，辦理！", "营业执照 办理"),
            ("ＳＢＫ　补办", "sbk 补办"),
            ("“食品”许可(新办)", "食品 许可 新办"),
            ("  ", ""),
        ] {
            assert_eq!(fold.fold(typed), plain);
        }
    }
}
