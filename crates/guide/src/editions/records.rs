//! Rows of kept pack versions; they are only ever added.

use super::model::{Edition, Offer};
use codes::time::Stamp;
use store::{Db, P, Result, Row, p, sql};

sql! {
    ADD = "INSERT INTO pack_version (id, slug, version, hash, published_at, content) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (slug, version) DO NOTHING";
    ONE = "SELECT slug, version, hash, published_at FROM pack_version WHERE slug = $1 AND version = $2";
    OF_SLUGS = "SELECT slug, version, hash, published_at FROM pack_version WHERE slug IN ( \
        $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, \
        $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";
    LATEST = "SELECT slug, version, hash, published_at FROM pack_version WHERE slug = $1 \
        ORDER BY version DESC LIMIT 1";
    NEXT = "SELECT slug, version, hash, published_at FROM pack_version \
        WHERE slug = $1 AND version > $2 ORDER BY version LIMIT 1";
    HISTORY = "SELECT version, published_at FROM pack_version WHERE slug = $1 \
        ORDER BY version DESC LIMIT 50";
    CONTENT = "SELECT content FROM pack_version WHERE slug = $1 AND version = $2";
    EACH = "SELECT slug, version, hash, published_at FROM pack_version \
        WHERE (slug, version) > ($1, $2) ORDER BY slug, version LIMIT $3";
}

/// Rows read at a time.
const PAGE: i64 = 500;

fn edition(row: &Row<'_>) -> Result<Edition> {
    let (slug, version) = (row.text(0)?, row.i64(1)?);
    Ok(Edition { slug, version, hash: row.text(2)?, published: row.stamp(3)? })
}

/// Keeps a version; false when the number is taken.
pub fn add(db: &mut Db<'_>, id: i64, offer: &Offer, at: Stamp) -> Result<bool> {
    let (slug, version) = (&offer.pack.slug, offer.version());
    Ok(db.exec(ADD, p![id, slug, version, &offer.hash, at, &offer.content])? == 1)
}

/// One version.
pub fn one(db: &mut Db<'_>, slug: &str, version: i64) -> Result<Option<Edition>> {
    db.opt(ONE, p![slug, version], edition)
}

/// Slugs asked for at a time.
const SLUGS: usize = 20;

/// Every version of some packs, twenty packs to a question.
pub fn of_slugs(db: &mut Db<'_>, slugs: &[&str]) -> Result<Vec<Edition>> {
    let mut found = Vec::new();
    for some in slugs.chunks(SLUGS) {
        // The text has twenty places; those left over name the last one again.
        let padded = some.iter().chain(some.last().into_iter().cycle()).take(SLUGS);
        let params: Vec<P> = padded.map(|slug| P::from(*slug)).collect();
        found.extend(db.all(OF_SLUGS, &params, edition)?);
    }
    Ok(found)
}

/// The current version.
pub fn latest(db: &mut Db<'_>, slug: &str) -> Result<Option<Edition>> {
    db.opt(LATEST, p![slug], edition)
}

/// The version that followed one.
pub fn next(db: &mut Db<'_>, slug: &str, version: i64) -> Result<Option<Edition>> {
    db.opt(NEXT, p![slug, version], edition)
}

/// Numbers and days of the versions, the latest first (50 at most).
pub fn history(db: &mut Db<'_>, slug: &str) -> Result<Vec<(i64, Stamp)>> {
    db.all(HISTORY, p![slug], |row| Ok((row.i64(0)?, row.stamp(1)?)))
}

/// The files of a version.
pub fn content(db: &mut Db<'_>, slug: &str, version: i64) -> Result<String> {
    db.one(CONTENT, p![slug, version], |row| row.text(0))
}

/// Every version of every pack, by slug and number.
pub fn all(db: &mut Db<'_>) -> Result<Vec<Edition>> {
    let mut found: Vec<Edition> = Vec::new();
    loop {
        let after = found.last().map_or((String::new(), 0), |e| (e.slug.clone(), e.version));
        let mut some = db.all(EACH, p![after.0, after.1, PAGE], edition)?;
        if some.is_empty() {
            return Ok(found);
        }
        found.append(&mut some);
    }
}
