//! The rotating code of 亮证: `TB1.id.end.mac`. It carries nothing of the licence or of its holder: the id is
//! drawn for this one showing and is good for 60 seconds. It is written in capitals, which a QR code packs
//! in little more than half the room of other bytes.

use crate::seals::mark;
use codes::time::Stamp;
use store::Vault;

/// Seconds a code is good for.
pub const SECONDS: i64 = 60;
/// Seconds a verifier's clock may differ.
pub const SKEW: i64 = 5;
/// Beginning of every code; also tells a code from an identifier.
pub const PREFIX: &str = "TB1.";
/// Bytes of the MAC that are kept.
const MAC: usize = 16;
/// Bytes of the id.
pub const ID: usize = 16;

/// A code that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The showing it stands for, by which its use is remembered.
    pub id: Vec<u8>,
    /// Last moment of the code.
    pub ends: Stamp,
}

/// Why a text is no usable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bad {
    /// Not of our form, or not made by this node.
    Forged,
    /// Its time is over.
    Over,
}

/// What a node makes and knows its codes by.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl Key {
    /// The key of this node.
    pub fn of(vault: &Vault) -> Key {
        Key(vault.derived("licence-code"))
    }

    /// A key of 32 bytes, for whoever has no vault: tests and fuzzers.
    pub fn from_bytes(bytes: [u8; 32]) -> Key {
        Key(bytes)
    }

    fn mac(&self, body: &str) -> [u8; MAC] {
        let full = gm::sm3::hmac(&self.0, body.as_bytes());
        let mut out = [0; MAC];
        out.copy_from_slice(&full[..MAC]);
        out
    }
}

/// The code of a showing; `id` is fresh from chance.
pub fn make(key: &Key, id: &[u8; ID], at: Stamp) -> String {
    let ends = at.micros().div_euclid(1_000_000) + SECONDS;
    let body = format!("{}.{ends:x}", hex::encode(id));
    let tag = hex::encode(key.mac(&body));
    format!("{PREFIX}{body}.{tag}").to_ascii_uppercase()
}

/// Whether a text looks like a code, in capitals or not.
pub fn is_code(text: &str) -> bool {
    text.get(..PREFIX.len()).is_some_and(|head| head.eq_ignore_ascii_case(PREFIX))
}

/// Reads a code and judges its MAC and its time; nothing is looked up.
///
/// # Errors
/// [`Bad::Forged`] before anything of it is believed, then [`Bad::Over`].
pub fn read(key: &Key, text: &str, now: Stamp) -> Result<Code, Bad> {
    if text.len() > 140 || !text.is_ascii() || !is_code(text) {
        return Err(Bad::Forged);
    }
    let rest = text[PREFIX.len()..].to_ascii_lowercase();
    let (body, given) = rest.rsplit_once('.').ok_or(Bad::Forged)?;
    let given = hex::decode(given).map_err(|_| Bad::Forged)?;
    if !gm::sm3::same(&key.mac(body), &given) {
        return Err(Bad::Forged);
    }
    let (id, ends) = body.split_once('.').ok_or(Bad::Forged)?;
    let id = hex::decode(id).map_err(|_| Bad::Forged)?;
    let ends = i64::from_str_radix(ends, 16).map_err(|_| Bad::Forged)?;
    let ends = Stamp::from_micros(ends.saturating_mul(1_000_000));
    if now > ends.plus_seconds(SKEW) {
        return Err(Bad::Over);
    }
    Ok(Code { id, ends })
}

/// The code as a square of dark and light cells, rows from the top; error correction Q, so that a mark
/// may stand in the middle.
pub fn cells(text: &str) -> store::Result<Vec<Vec<bool>>> {
    mark::cells(text, mark::Care::High)
}

/// The code as an SVG picture with a quiet zone of four cells.
pub fn svg(text: &str, label: &str) -> store::Result<String> {
    Ok(drawn(&cells(text)?, label))
}

/// As [`svg`], for a text of some hundred letters: fewer and larger cells, and no mark in the middle.
pub fn svg_dense(text: &str, label: &str) -> store::Result<String> {
    Ok(drawn(&mark::cells(text, mark::Care::Middle)?, label))
}

fn drawn(rows: &[Vec<bool>], label: &str) -> String {
    let size = rows.len() + 8;
    let mut path = String::new();
    for (y, row) in rows.iter().enumerate() {
        let mut x = 0;
        while x < row.len() {
            let run = row[x..].iter().take_while(|dark| **dark).count();
            if run > 0 {
                path.push_str(&format!("M{} {}h{run}v1h-{run}z", x + 4, y + 4));
            }
            x += run.max(1);
        }
    }
    let label = label.replace(['<', '>', '&', '"'], "");
    format!(
        "<svg viewBox=\"0 0 {size} {size}\" role=\"img\" aria-label=\"{label}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{size}\" height=\"{size}\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#1A1F26\"/></svg>"
    )
}
