//! Names of persons, over the whole repertoire of GB 18030: kept as they are on the card.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::CodeError;

/// Longest name accepted, in characters. GB/T 39046 has 50; real names of minorities written out
/// with · reach it, so twice that.
pub const LONGEST: usize = 100;

/// A person's name. Characters are never replaced or normalised (䶮 stays 䶮, compatibility
/// ideographs and variation selectors stay), only spaces around it go, and dots that look like the
/// name dot become U+00B7 between two Han characters. Personal: `Debug` does not print it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonName(String);

impl PersonName {
    /// Reads a name.
    ///
    /// # Errors
    /// `name-empty`, `name-long`, `name-private` (a character of an old font's private area),
    /// `name-letter` (a digit, sign, emoji or invisible character).
    pub fn parse(typed: &str) -> Result<PersonName, CodeError> {
        let trimmed = typed.trim();
        if trimmed.is_empty() {
            return Err(CodeError::new("name-empty"));
        }
        let letters: Vec<char> = trimmed.chars().collect();
        if letters.len() > LONGEST {
            return Err(CodeError::new("name-long").with("longest", LONGEST));
        }
        let name = with_name_dots(&letters);
        let mut any_letter = false;
        for (at, &c) in name.iter().enumerate() {
            if is_private(c) {
                return Err(CodeError::new("name-private").with("at", at + 1));
            }
            let letter = is_han(c) || c.is_alphabetic();
            any_letter |= letter;
            if !letter && !is_joining(c, at.checked_sub(1).map(|before| name[before])) {
                return Err(CodeError::new("name-letter").with("at", at + 1));
            }
        }
        if !any_letter {
            return Err(CodeError::new("name-empty"));
        }
        Ok(PersonName(name.into_iter().collect()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Length in characters as people count them: a variation selector counts nothing.
    pub fn length(&self) -> usize {
        self.0.chars().filter(|c| !is_selector(*c)).count()
    }

    /// `董*华`, `董*`: the first character, and the last of three or more.
    pub fn masked(&self) -> String {
        let letters: Vec<char> = self.0.chars().filter(|c| !is_selector(*c)).collect();
        match letters[..] {
            [] => String::new(),
            [_] => "*".to_string(),
            [first, _] => format!("{first}*"),
            [first, .., last] => format!("{first}*{last}"),
        }
    }
}

/// Dots of other blocks that keyboards and fonts give for the name dot U+00B7.
const LIKE_DOTS: [char; 13] = [
    '\u{2022}', '\u{2027}', '\u{2219}', '\u{22C5}', '\u{30FB}', '\u{FF65}', '\u{0387}', '\u{16EB}',
    '\u{1427}', '\u{25CF}', '\u{2024}', '\u{FF0E}', '.',
];

fn with_name_dots(letters: &[char]) -> Vec<char> {
    let mut name = letters.to_vec();
    for at in 1..letters.len().saturating_sub(1) {
        if LIKE_DOTS.contains(&letters[at]) && before_is_han(letters, at) && is_han(letters[at + 1])
        {
            name[at] = '\u{B7}';
        }
    }
    name
}

/// Whether the character before `at`, a variation selector skipped, is Han.
fn before_is_han(letters: &[char], at: usize) -> bool {
    letters[..at].iter().rev().find(|c| !is_selector(**c)).is_some_and(|c| is_han(*c))
}

/// Han in the sense of GB 18030-2022 and beyond: URO, extensions A to I (and J), compatibility
/// ideographs, and 〇.
pub fn is_han(c: char) -> bool {
    matches!(u32::from(c),
        0x3007
        | 0x3400..=0x4DBF
        | 0x4E00..=0x9FFF
        | 0xF900..=0xFAFF
        | 0x2_0000..=0x2_A6DF
        | 0x2_A700..=0x2_EBE0
        | 0x2_EBF0..=0x2_EE5D
        | 0x2_F800..=0x2_FA1F
        | 0x3_0000..=0x3_347F)
}

/// Private use: rare characters of fonts before GB 18030 landed there, and nobody else can read
/// them, so the standard character has to be found.
fn is_private(c: char) -> bool {
    matches!(u32::from(c), 0xE000..=0xF8FF | 0xF_0000..=0x10_FFFD)
}

/// Variation selectors, which choose a shape of the ideograph before them.
fn is_selector(c: char) -> bool {
    matches!(u32::from(c), 0xFE00..=0xFE0F | 0xE_0100..=0xE_01EF)
}

/// What may stand beside letters: the name dot, inner spaces, hyphens, apostrophes and full stops
/// of Latin names, marks of Tibetan, Mongolian, Arabic and other scripts, selectors after Han.
fn is_joining(c: char, before: Option<char>) -> bool {
    let Some(before) = before else { return false };
    if is_selector(c) {
        return is_han(before);
    }
    let sign = matches!(c, '\u{B7}' | ' ' | '-' | '\'' | '\u{2019}' | '.');
    sign || is_mark(c)
}

/// Combining marks and syllable points of the scripts GB 18030 holds.
fn is_mark(c: char) -> bool {
    matches!(u32::from(c),
        0x0300..=0x036F          // combining marks on Latin
        | 0x064B..=0x065F | 0x0670 | 0x06D6..=0x06DC | 0x06DF..=0x06E8 | 0x06EA..=0x06ED
        | 0x0F0B | 0x0F0C | 0x0F18..=0x0F19 | 0x0F35 | 0x0F37 | 0x0F39 | 0x0F3E..=0x0F3F | 0x0F71..=0x0FBC
        | 0x180B..=0x180E        // Mongolian selectors and vowel separator
        | 0x19B0..=0x19C9 | 0x1A17..=0x1A1B
        | 0x202F                 // narrow space before Mongolian suffixes
        | 0xA6F0..=0xA6F1)
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonName({} characters)", self.length())
    }
}

impl TryFrom<String> for PersonName {
    type Error = CodeError;
    fn try_from(text: String) -> Result<PersonName, CodeError> {
        PersonName::parse(&text)
    }
}

impl From<PersonName> for String {
    fn from(name: PersonName) -> String {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names that systems are known to lose: rare characters of every extension, minorities' names.
    const HARD: [&str; 16] = [
        "欧阳䶮",
        "㛃㼆",
        "𠅤一",
        "𪚥龙",
        "𫖯𫠆",
        "𬭎𬸚",
        "𬺰𭀀",
        "𮯰𮯱",
        "𰀀𰻞",
        "𱍊𱍋",
        "张〇",
        "\u{FA0E}\u{2F800}",
        "邉\u{E0100}雄",
        "阿卜杜热西提·阿卜杜热合曼·买买提明",
        "ئابلىز مۇھەممەد",
        "བཀྲ་ཤིས་ཚེ་རིང་",
    ];

    #[test]
    fn keeps_hard_names_as_they_are() {
        for name in HARD {
            assert_eq!(PersonName::parse(name).map(|n| n.0), Ok(name.to_string()), "{name}");
        }
        let long = "阿".repeat(25) + "·" + &"卜".repeat(50);
        assert_eq!(PersonName::parse(&long).map(|n| n.length()), Ok(76));
        for name in ["O’Brien Mary-Jane", "José", "J. Smith", "ᠪᠠᠶᠠᠷ", "ꉢꊈ"] {
            assert_eq!(PersonName::parse(name).map(|n| n.0), Ok(name.to_string()), "{name}");
        }
    }

    #[test]
    fn mends_dots_between_han_only() {
        for dot in LIKE_DOTS {
            let typed = format!(" 买买提{dot}吐尔逊\u{3000}");
            assert_eq!(
                PersonName::parse(&typed).map(|n| n.0),
                Ok("买买提·吐尔逊".to_string()),
                "{dot:?}"
            );
        }
        assert_eq!(PersonName::parse("J. Smith").map(|n| n.0), Ok("J. Smith".to_string()));
    }

    #[test]
    fn refuses_and_says_why() {
        let long = "阿".repeat(101);
        let table = [
            ("", "name-empty"),
            (" \u{3000} ", "name-empty"),
            ("张三1", "name-letter"),
            ("张三😀", "name-letter"),
            ("张\u{202E}三", "name-letter"),
            ("张\u{200B}三", "name-letter"),
            ("张\n三", "name-letter"),
            ("<b>张三</b>", "name-letter"),
            ("·张三", "name-letter"),
            ("张\u{E863}", "name-private"),
            ("A\u{FE00}", "name-letter"),
            (long.as_str(), "name-long"),
        ];
        for (typed, code) in table {
            assert_eq!(PersonName::parse(typed).map_err(|e| e.code), Err(code), "{typed:?}");
        }
    }

    #[test]
    fn masks_and_hides() {
        let table = [("董建华", "董*华"), ("吴东", "吴*"), ("邉\u{E0100}雄", "邉*"), ("𠅤", "*")];
        for (name, masked) in table {
            let name = PersonName::parse(name).expect(name);
            assert_eq!(name.masked(), masked);
            assert!(!format!("{name:?}").contains(name.as_str()));
        }
    }
}
