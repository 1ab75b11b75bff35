//! Rows looked through for quality.

use codes::time::{Day, Stamp};
use store::{Db, Result, p, sql};

sql! {
    PAGE = "SELECT l.id, (SELECT MIN(o.id) FROM licence o WHERE o.holder_index = l.holder_index \
        AND o.type_code = l.type_code AND o.status IN ('valid', 'suspended') AND o.id <> l.id \
        AND (o.valid_to IS NULL OR o.valid_to >= $3)) FROM licence l WHERE l.issuer = $1 AND l.id < $2 \
        AND l.status IN ('valid', 'suspended') AND (l.valid_to IS NULL OR l.valid_to >= $3) \
        ORDER BY l.id DESC LIMIT $4";
    SEALS = "SELECT name, valid_to FROM seal WHERE unit = $1 AND status IN ('in-use', 'suspended') ORDER BY id";
}

/// Licences of a unit in force on a day with ids below `before`, newest first, each with a double if it has
/// one.
pub fn page(
    db: &mut Db<'_>,
    unit: i64,
    before: i64,
    today: Day,
    limit: i64,
) -> Result<Vec<(i64, Option<i64>)>> {
    let params = p![unit, before, today.to_string(), limit];
    db.all(PAGE, params, |row| Ok((row.i64(0)?, row.opt_i64(1)?)))
}

/// Names and last moments of a unit's seals.
pub fn seals(db: &mut Db<'_>, unit: i64) -> Result<Vec<(String, Stamp)>> {
    db.all(SEALS, p![unit], |row| Ok((row.text(0)?, row.stamp(1)?)))
}
