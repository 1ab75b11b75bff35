//! The access token of a connected system: `T1.system.secret.end.mac`, got with the secret and good for ten
//! minutes. It ends with its secret, its system's suspension or its time, whichever comes first.

use super::model::SystemId;
use codes::time::Stamp;
use store::Vault;

/// Seconds a token is good for.
pub const SECONDS: i64 = 600;
/// Longest text that can be one.
const MOST: usize = 160;
const PREFIX: &str = "T1.";

/// A token that was read: its MAC and its time are right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Whose.
    pub system: SystemId,
    /// Got with which secret.
    pub secret: i64,
}

/// A fresh token.
pub fn make(vault: &Vault, token: Token, at: Stamp) -> String {
    let ends = at.micros().div_euclid(1_000_000) + SECONDS;
    let body = format!("{:x}.{:x}.{ends:x}", token.system.0, token.secret);
    format!("{PREFIX}{body}.{}", mac(vault, &body))
}

/// Reads a token; nothing of it is believed before its MAC was right.
pub fn read(vault: &Vault, text: &str, now: Stamp) -> Option<Token> {
    if text.len() > MOST || !text.is_ascii() {
        return None;
    }
    let (body, given) = text.strip_prefix(PREFIX)?.rsplit_once('.')?;
    if !gm::sm3::same(mac(vault, body).as_bytes(), given.as_bytes()) {
        return None;
    }
    let mut parts = body.split('.').map(|part| i64::from_str_radix(part, 16));
    let (system, secret, ends) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    let good = now.micros() < ends.saturating_mul(1_000_000);
    good.then_some(Token { system: SystemId(system), secret })
}

fn mac(vault: &Vault, body: &str) -> String {
    hex::encode(gm::sm3::hmac(&vault.derived("exchange-token"), body.as_bytes()))
}

/// Keyed hash under which a secret is kept.
pub fn hash(vault: &Vault, secret: &str) -> Vec<u8> {
    vault.index("connected_secret.hash", secret)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::House;

    #[tokio::test]
    async fn a_token_is_its_systems_and_ends() {
        let house = House::new().await;
        let (vault, at) = (house.store().vault(), house.store().clock().now());
        let token = Token { system: SystemId(7), secret: 9 };
        let text = make(vault, token, at);
        assert_eq!(read(vault, &text, at), Some(token));
        assert_eq!(read(vault, &text, at.plus_seconds(SECONDS - 1)), Some(token));
        assert_eq!(read(vault, &text, at.plus_seconds(SECONDS)), None);
        for wrong in ["", "T1.", "T1.7.9.0.", &text.replace("T1.7.", "T1.8."), &text[1..], "重"] {
            assert_eq!(read(vault, wrong, at), None, "{wrong}");
        }
        for n in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[n] ^= 1;
            let changed = String::from_utf8(bytes).expect("ASCII");
            assert_eq!(read(vault, &changed, at), None, "{changed}");
        }
    }
}
