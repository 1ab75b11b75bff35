//! The offline code of 亮证: `TB2.` and everything a verifier without a network needs, signed by the node: what
//! the holder chose to show, how long the licence is valid, under which digest the status list names it. It is
//! good for ten minutes. It cannot be used up without a network, so whoever holds it out must also say six
//! digits that stand on the holder's page and not in the code: a copied picture alone is worth nothing.
//!
//! The text is base32, which a QR code packs as letters, and spaces in it do not matter. Bytes: 16 digest of the
//! identifier, 4 last second, 4 last day of validity (yyyymmdd, 0 for long-term), 4 check of the digits,
//! 2 length of the text that follows, JSON `[name, issuer, [label, value]…]`, and the SM2 signature (DER) over
//! `TB2` and all before it.

use crate::showing::choice::Shown;
use codes::time::{Day, Stamp, parse_day, yyyymmdd};
use gm::signer::Signer;
use gm::sm2::PublicKey;
use gm::sm3;
use serde_json::Value;
use store::{Error, Result};

/// Beginning of every offline code.
pub const PREFIX: &str = "TB2.";
/// Seconds an offline code is good for (security L3: at most ten minutes).
pub const SECONDS: i64 = 600;
/// Seconds a verifier's clock may differ.
pub const SKEW: i64 = 30;
/// Digits the holder says.
pub const DIGITS: u32 = 6;
/// Longest code read, letters.
pub const MOST_LETTERS: usize = 2_400;
/// Longest text inside, bytes: more than a phone's camera reads off another phone.
pub const MOST_TEXT: usize = 900;
/// Bytes before the text.
const HEAD: usize = 16 + 4 + 4 + 4 + 2;

/// What an offline code tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Digest of the licence's identifier, see [`super::model::key`].
    pub key: [u8; 16],
    /// Last moment of the code.
    pub ends: Stamp,
    /// Last day of validity of the licence; `None` for long-term.
    pub valid_to: Option<Day>,
    /// The digits the holder says; empty after reading, the code holds only their check.
    pub digits: String,
    /// Name of the licence.
    pub name: String,
    /// Who issued it.
    pub issuer: String,
    /// What the holder chose, in the language of his page.
    pub shown: Vec<(String, String)>,
}

impl Told {
    /// What was chosen, as verdicts tell it.
    pub fn rows(&self) -> Vec<Shown> {
        let row = |(label, value): &(String, String)| Shown {
            label: label.clone(),
            label_en: label.clone(),
            value: value.clone(),
            value_en: value.clone(),
        };
        self.shown.iter().map(row).collect()
    }
}

/// Why a text is no usable offline code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bad {
    /// Not of our form, or not signed by this key.
    Forged,
    /// Its time is over, or has not come.
    Over,
    /// The digits are missing or others.
    Digits,
}

/// Whether a text looks like an offline code, in capitals or not.
pub fn is_code(text: &str) -> bool {
    text.get(..PREFIX.len()).is_some_and(|head| head.eq_ignore_ascii_case(PREFIX))
}

/// By what a showing is found again when somebody with a network redeems its code: the letters alone, so that
/// the digits and the case of letters do not matter.
pub fn id(text: &str) -> [u8; 16] {
    let letters = text.split_once('-').map_or(text, |(letters, _)| letters);
    super::model::key(&letters.to_ascii_uppercase())
}

/// The code of a showing.
///
/// # Errors
/// `code-too-long` when more was chosen than a code can carry.
pub fn make(told: &Told, signer: &Signer) -> Result<String> {
    let rows = told.shown.iter().map(|(label, value)| serde_json::json!([label, value]));
    let text: Vec<Value> =
        [Value::from(&*told.name), Value::from(&*told.issuer)].into_iter().chain(rows).collect();
    let text = serde_json::to_vec(&text)?;
    if text.len() > MOST_TEXT {
        return Err(Error::refused("code-too-long"));
    }
    let valid_to = told.valid_to.map_or(0, |day| yyyymmdd(day).parse::<u32>().unwrap_or(0));
    let ends = seconds(told.ends);
    let mut body = Vec::with_capacity(HEAD + text.len() + 72);
    body.extend_from_slice(&told.key);
    body.extend_from_slice(&ends.to_be_bytes());
    body.extend_from_slice(&valid_to.to_be_bytes());
    body.extend_from_slice(&check(&told.digits, &told.key, ends));
    body.extend_from_slice(&(text.len() as u16).to_be_bytes());
    body.extend_from_slice(&text);
    let signature = signer.sign(&signed(&body), None).map_err(Error::internal)?;
    body.extend_from_slice(&signature);
    Ok(format!("{PREFIX}{}", base32(&body)))
}

/// Reads a code with the digits after a hyphen (`TB2.….-123456`): the signature first, then the time, then the
/// digits.
///
/// # Errors
/// [`Bad`]; of a code that is not signed by `by` nothing is believed.
pub fn read(text: &str, by: &PublicKey, now: Stamp) -> std::result::Result<Told, Bad> {
    if text.len() > MOST_LETTERS || !is_code(text) || !text.is_ascii() {
        return Err(Bad::Forged);
    }
    let (letters, digits) = text[PREFIX.len()..].split_once('-').unwrap_or((&text[4..], ""));
    let bytes = unbase32(letters).ok_or(Bad::Forged)?;
    if bytes.len() <= HEAD {
        return Err(Bad::Forged);
    }
    let number =
        |at: usize| u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    let (ends, valid_to) = (number(16), number(20));
    let size = usize::from(u16::from_be_bytes([bytes[28], bytes[29]]));
    let (body, signature) = bytes.split_at_checked(HEAD + size).ok_or(Bad::Forged)?;
    by.verify(&signed(body), signature).map_err(|_| Bad::Forged)?;
    let ends_at = Stamp::from_micros(i64::from(ends) * 1_000_000);
    let begins = ends_at.plus_seconds(-SECONDS - SKEW);
    if now > ends_at.plus_seconds(SKEW) || now < begins {
        return Err(Bad::Over);
    }
    let mut key = [0; 16];
    key.copy_from_slice(&body[..16]);
    if !sm3::same(&check(digits, &key, ends), &body[24..28]) {
        return Err(Bad::Digits);
    }
    let valid_to = match valid_to {
        0 => None,
        day => Some(parse_day(&day.to_string()).map_err(|_| Bad::Forged)?),
    };
    let text: Vec<Value> = serde_json::from_slice(&body[HEAD..]).map_err(|_| Bad::Forged)?;
    let (name, issuer, shown) = words(text).ok_or(Bad::Forged)?;
    Ok(Told { key, ends: ends_at, valid_to, digits: String::new(), name, issuer, shown })
}

type Words = (String, String, Vec<(String, String)>);

fn words(text: Vec<Value>) -> Option<Words> {
    let mut rest = text.into_iter();
    let (name, issuer) = (rest.next()?, rest.next()?);
    let pair = |row: Value| Some((row.get(0)?.as_str()?.into(), row.get(1)?.as_str()?.into()));
    let shown = rest.map(pair).collect::<Option<Vec<(String, String)>>>()?;
    Some((name.as_str()?.into(), issuer.as_str()?.into(), shown))
}

fn seconds(at: Stamp) -> u32 {
    at.micros().div_euclid(1_000_000).clamp(0, i64::from(u32::MAX)) as u32
}

fn signed(body: &[u8]) -> Vec<u8> {
    [b"TB2", body].concat()
}

/// Binds the digits to this code. Six digits can be tried out by whoever holds the code and means to; they
/// stop a picture that was passed on, and who must say them in front of somebody has one try.
fn check(digits: &str, key: &[u8; 16], ends: u32) -> [u8; 4] {
    let hash = sm3::hash(&[b"digits:", digits.as_bytes(), key, &ends.to_be_bytes()].concat());
    [hash[0], hash[1], hash[2], hash[3]]
}

const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// RFC 4648 §6 without padding.
fn base32(bytes: &[u8]) -> String {
    let letter = |five: &[u8]| {
        let wide =
            five.iter().chain(&[0; 5]).take(5).fold(0_u64, |all, b| all << 8 | u64::from(*b));
        let count = (five.len() * 8).div_ceil(5);
        (0..count).map(move |n| LETTERS[(wide >> (35 - 5 * n) & 31) as usize] as char)
    };
    bytes.chunks(5).flat_map(letter).collect()
}

fn unbase32(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 5 / 8);
    let (mut held, mut bits) = (0_u32, 0);
    for byte in text.bytes() {
        let value = match byte.to_ascii_uppercase() {
            letter @ b'A'..=b'Z' => letter - b'A',
            digit @ b'2'..=b'7' => digit - b'2' + 26,
            _ => return None,
        };
        held = held << 5 | u32::from(value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits & 0xff) as u8);
        }
    }
    // What is left over must be nothing, so that one code has one text.
    (held & ((1 << bits) - 1) == 0 && bits < 5).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use gm::sm2::Keypair;

    fn at() -> Stamp {
        Stamp::from_micros(1_790_000_000_000_000)
    }

    fn told() -> Told {
        Told {
            key: [7; 16],
            ends: at().plus_seconds(SECONDS),
            valid_to: Some(at().plus_days(900).day()),
            digits: "402913".into(),
            name: "食品经营许可证".into(),
            issuer: "示例区市场监督管理局".into(),
            shown: vec![
                ("经营者名称".into(), "示例老灶火锅店".into()),
                ("有效期".into(), "到2031年9月20日".into()),
            ],
        }
    }

    fn pair() -> Keypair {
        Keypair::generate([9; 32])
    }

    #[test]
    fn a_code_tells_what_was_put_in() {
        let code = make(&told(), &Signer::Soft(pair())).unwrap();
        assert!(code.len() < 640, "{}", code.len());
        assert!(code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'.'));
        let read_it = |text: &str, now| read(text, pair().public(), now);
        let whole = format!("{}-402913", code.to_lowercase());
        assert_eq!(read_it(&whole, at()), Ok(Told { digits: String::new(), ..told() }));
        let long = make(&Told { valid_to: None, ..told() }, &Signer::Soft(pair())).unwrap();
        assert_eq!(read_it(&format!("{long}-402913"), at()).unwrap().valid_to, None);
        for (now, expected) in [
            (at().plus_seconds(SECONDS + SKEW), Ok(())),
            (at().plus_seconds(SECONDS + SKEW + 1), Err(Bad::Over)),
            (at().plus_seconds(-SKEW), Ok(())),
            (at().plus_seconds(-SKEW - 1), Err(Bad::Over)),
        ] {
            assert_eq!(read_it(&whole, now).map(drop), expected);
        }
        for digits in ["", "-", "-402914", "-4029130", "-40291"] {
            assert_eq!(read_it(&format!("{code}{digits}"), at()).map(drop), Err(Bad::Digits));
        }
        let stranger = Keypair::generate([8; 32]);
        assert_eq!(read(&whole, stranger.public(), at()).map(drop), Err(Bad::Forged));
        let much = vec![("长".repeat(200), "长".repeat(200))];
        let refused = make(&Told { shown: much, ..told() }, &Signer::Soft(pair()));
        assert_eq!(refused.map_err(|e| e.code()), Err("code-too-long"));
    }

    #[test]
    fn no_changed_letter_is_believed() {
        let code = make(&told(), &Signer::Soft(pair())).unwrap();
        for at_letter in PREFIX.len()..code.len() {
            let mut letters = code.clone().into_bytes();
            letters[at_letter] = if letters[at_letter] == b'A' { b'B' } else { b'A' };
            let text = format!("{}-402913", String::from_utf8(letters).unwrap());
            assert_eq!(read(&text, pair().public(), at()).map(drop), Err(Bad::Forged));
        }
        let long = format!("TB2.{}", "A".repeat(9_000));
        for text in ["", "TB2.", "TB2.-402913", "TB1.AA", "TB2.A1", "TB2.é", &code[..40], &long] {
            assert_eq!(read(text, pair().public(), at()).map(drop), Err(Bad::Forged), "{text}");
        }
    }

    #[test]
    fn base32_is_the_standard_one() {
        for (plain, letters) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(plain.as_bytes()), letters);
            assert_eq!(unbase32(letters), Some(plain.as_bytes().to_vec()));
        }
        assert_eq!(unbase32("MZ1"), None);
        assert_eq!(unbase32("MB"), None, "bits left over");
    }
}
