//! Password hashing: Argon2id off the request threads, a few at a time, with the same work for
//! accounts that do not exist.

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use std::sync::Arc;
use store::{Error, Result, Secret};
use web::gate::Seats;

/// 19 MiB, two passes, one lane: the first recommendation of OWASP for Argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The memory of a hash: to clear it for each anew costs more than the hash itself.
type Workspace = Vec<Block>;

/// Hashes and checks passwords.
pub(crate) struct Passwords {
    seats: Seats<Workspace>,
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
        self.seats.run(move |desk| hashed_at(desk, password.expose(), &salt)).await
    }

    /// Whether the password is the stored one. Without a stored one the same work is done for a
    /// password nobody knows, so that the time taken does not tell who has an account.
    pub async fn check(&self, stored: Option<String>, password: Secret) -> Result<bool> {
        let known = stored.is_some();
        let against = stored.unwrap_or_else(|| self.nobody.clone());
        let same = self.seats.run(move |desk| matches(desk, &against, password.expose())).await?;
        Ok(known && same)
    }
}

/// The Argon2id string, computed here and now (seeding; everybody else goes through a seat).
pub(crate) fn hashed(password: &str, salt: &[u8; 16]) -> Result<String> {
    hashed_at(&mut Workspace::new(), password, salt)
}

fn hashed_at(desk: &mut Workspace, password: &str, salt: &[u8; 16]) -> Result<String> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(Error::internal)?;
    let asked = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params).map_err(Error::internal)?,
        salt: Some(Salt::new(salt).map_err(Error::internal)?),
        hash: None,
    };
    let hash = Some(derived(desk, &asked, password)?);
    Ok(PasswordHash { hash, ..asked }.to_string())
}

fn matches(desk: &mut Workspace, stored: &str, password: &str) -> Result<bool> {
    let stored = PasswordHash::new(stored).map_err(Error::internal)?;
    let hash = derived(desk, &stored, password)?;
    // Outputs are compared in constant time.
    Ok(stored.hash.is_some_and(|stored| stored == hash))
}

/// The hash of a password, made as `like` was.
fn derived(desk: &mut Workspace, like: &PasswordHash, password: &str) -> Result<Output> {
    let algorithm = Algorithm::try_from(like.algorithm.as_str()).map_err(Error::internal)?;
    let version = like.version.map(Version::try_from).transpose().map_err(Error::internal)?;
    let params = Params::try_from(like).map_err(Error::internal)?;
    let salt = like.salt.ok_or_else(|| Error::internal("a stored password without salt"))?;
    desk.resize(desk.len().max(params.block_count()), Block::new());
    let mut hash = vec![0; params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN)];
    Argon2::new(algorithm, version.unwrap_or_default(), params)
        .hash_password_into_with_memory(password.as_bytes(), &salt, &mut hash, desk)
        .map_err(Error::internal)?;
    Output::new(&hash).map_err(Error::internal)
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
        // One that was made with less memory and another length is checked as it was made.
        let older =
            "$argon2id$v=19$m=64,t=1,p=1$b2xkIGFuZCBzYWx0eQ$9V4C3sspkNb4T7qtCWa8FobHQZCY8EnL";
        for (given, right) in [("hunter42", true), ("hunter43", false)] {
            let answer = passwords.check(Some(older.to_owned()), Secret::new(given)).await;
            assert_eq!(answer, Ok(right), "{given}");
        }
        assert_eq!(passwords.check(None, Secret::new("面馆 opens at 6")).await, Ok(false));
        // Not even the password of nobody opens an account that does not exist.
        assert_eq!(passwords.check(None, Secret::new(hex::encode([2; 32]))).await, Ok(false));
    }
}
