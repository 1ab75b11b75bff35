//! Idempotency keys: the same key and body gives the same answer, another body is refused.

use crate::ctx::Ctx;
use crate::db::{Db, Sql};
use crate::error::{Error, Result};

/// What makes a request the same request.
#[derive(Debug, Clone)]
pub struct Idem {
    /// The key minted with the page or sent in `Idempotency-Key`.
    pub key: String,
    /// The route, so that one key cannot be replayed elsewhere.
    pub route: &'static str,
    /// Hash of the body.
    pub body_hash: [u8; 32],
}

impl Idem {
    /// Hashes the body.
    pub fn new(key: impl Into<String>, route: &'static str, body: &[u8]) -> Idem {
        Idem { key: key.into(), route, body_hash: gm::sm3::hash(body) }
    }
}

pub(crate) const FIND: Sql =
    Sql("SELECT body_hash, answer FROM idempotency WHERE actor = $1 AND route = $2 AND key = $3");
pub(crate) const KEEP: Sql = Sql(
    "INSERT INTO idempotency (actor, route, key, body_hash, answer, at) VALUES ($1, $2, $3, $4, $5, $6)",
);
pub(crate) const FORGET: Sql = Sql("DELETE FROM idempotency WHERE at < $1");

/// The stored answer, or nothing when the key is new.
pub(crate) fn find(db: &mut Db<'_>, ctx: &Ctx, idem: &Idem) -> Result<Option<String>> {
    let found = db.opt(FIND, crate::p![ctx.actor.label(), idem.route, &idem.key], |row| {
        Ok((row.blob(0)?, row.text(1)?))
    })?;
    match found {
        None => Ok(None),
        Some((hash, answer)) if hash == idem.body_hash => Ok(Some(answer)),
        Some(_) => Err(Error::KeyReused),
    }
}

/// Stores the answer in the same transaction as the effect.
pub(crate) fn keep(db: &mut Db<'_>, ctx: &Ctx, idem: &Idem, answer: &str) -> Result<()> {
    let params =
        crate::p![ctx.actor.label(), idem.route, &idem.key, idem.body_hash, answer, ctx.at];
    db.put(KEEP, params)
}

/// Forgets keys older than `before` (kept at least seven days).
pub fn forget(db: &mut Db<'_>, before: codes::time::Stamp) -> Result<u64> {
    db.exec(FORGET, crate::p![before])
}
