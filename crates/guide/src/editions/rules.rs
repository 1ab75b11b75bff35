//! What may be published: new content under a higher number, and nothing else.

use super::model::{Edition, refused};
use store::Result;

/// What becomes of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the current version, word for word.
    Current,
    /// It becomes the current version.
    New,
    /// It is an earlier version, word for word (an older program): the current one stays.
    Earlier,
}

/// Judges an offer against what is kept. `numbered` is the hash kept under the offered number.
///
/// # Errors
/// `pack-version-reused` when the number stands for another content already, `pack-version-lower` when
/// a number was skipped that would now come after a higher one.
pub fn judge(
    current: Option<&Edition>,
    numbered: Option<&str>,
    (slug, version, hash): (&str, i64, &str),
) -> Result<Verdict> {
    let Some(current) = current else { return Ok(Verdict::New) };
    let next = current.version + 1;
    match numbered {
        Some(kept) if kept != hash => {
            Err(refused("pack-version-reused", slug, &[("version", version), ("next", next)]))
        }
        Some(_) if version == current.version => Ok(Verdict::Current),
        Some(_) => Ok(Verdict::Earlier),
        None if version < current.version => {
            let numbers = [("version", version), ("current", current.version), ("next", next)];
            Err(refused("pack-version-lower", slug, &numbers))
        }
        None => Ok(Verdict::New),
    }
}
