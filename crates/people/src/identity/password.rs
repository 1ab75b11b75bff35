//! Password hashing: Argon2id off the request threads, a few at a time, with the same work for
//! accounts that do not exist.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use std::sync::Arc;
use store::{Error, Result, Secret};
use web::gate::Seats;

/// 19 MiB, two passes, one lane: the first recommendation of OWASP for Argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Hashes and checks passwords.
pub struct Passwords {
    seats: Seats,
    /// What a password is compared with where there is no account.
    nobody: String,
}

impl Passwords {
    /// Ready to check; `salt` and `filler` are random.
    pub fn new(salt: [u8; 16], filler: [u8; 32]) -> Result<Arc<Passwords>> {
        let nobody = hashed(&hex::encode(filler), &salt)?;
        // Each hash takes 19 MiB and some 20 ms of a core; half of the cores are left to those who are signed in.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Arc::new(Passwords { seats: Seats::new((cores / 2).max(1)), nobody }))
    }

    /// The Argon2id string of a password.
    pub async fn hash(&self, password: Secret, salt: [u8; 16]) -> Result<String> {
        self.seats.run(move || hashed(password.expose(), &salt)).await
    }

    /// Whether the password is the stored one. Without a stored one the same work is done for a
    /// password nobody knows, so that the time taken does not tell who has an account.
    pub async fn check(&self, stored: Option<String>, password: Secret) -> Result<bool> {
        let known = stored.is_some();
        let against = stored.unwrap_or_else(|| self.nobody.clone());
        let same = self.seats.run(move || matches(&against, password.expose())).await?;
        Ok(known && same)
    }
}

fn machine() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The Argon2id string, computed here and now (seeding; everybody else goes through a seat).
pub(crate) fn hashed(password: &str, salt: &[u8; 16]) -> Result<String> {
    let hash = machine()?.hash_password_with_salt(password.as_bytes(), salt);
    hash.map(|h| h.to_string()).map_err(Error::internal)
}

fn matches(stored: &str, password: &str) -> Result<bool> {
    let parsed = PasswordHash::new(stored).map_err(Error::internal)?;
    Ok(machine()?.verify_password(password.as_bytes(), &parsed).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_itself_fits() {
        let passwords = Passwords::new([1; 16], [2; 32]).expect("it hashes");
        let stored = passwords.hash(Secret::new("面馆 opens at 6"), [7; 16]).await.expect("a hash");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        for (given, right) in
            [("面馆 opens at 6", true), ("面馆 opens at 6 ", false), ("", false), ("x\u{0}", false)]
        {
            let answer = passwords.check(Some(stored.clone()), Secret::new(given)).await;
            assert_eq!(answer, Ok(right), "{given}");
        }
        assert_eq!(passwords.check(None, Secret::new("面馆 opens at 6")).await, Ok(false));
        // Not even the password of nobody opens an account that does not exist.
        assert_eq!(passwords.check(None, Secret::new(hex::encode([2; 32]))).await, Ok(false));
    }
}
