//! Rows of papers spared.

use super::model::{Count, Paper, month};
use codes::time::Day;
use store::{Db, Result, Row, p, sql};

sql! {
    COUNT = "INSERT INTO paper_spared (unit, slug, material, month, could, spared) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (unit, slug, material, month) \
        DO UPDATE SET could = paper_spared.could + $5, spared = paper_spared.spared + $6";
    OF_UNIT = "SELECT slug, material, CAST(SUM(could) AS BIGINT), CAST(SUM(spared) AS BIGINT) FROM paper_spared \
        WHERE unit = $1 AND month >= $2 AND (slug, material) > ($3, $4) \
        GROUP BY slug, material ORDER BY slug, material LIMIT $5";
    OF_UNIT_BACK = "SELECT slug, material, CAST(SUM(could) AS BIGINT), CAST(SUM(spared) AS BIGINT) \
        FROM paper_spared WHERE unit = $1 AND month >= $2 AND (slug, material) < ($3, $4) AND slug <> '' \
        GROUP BY slug, material ORDER BY slug DESC, material DESC LIMIT $5";
    TOTAL = "SELECT slug, material, CAST(SUM(could) AS BIGINT), CAST(SUM(spared) AS BIGINT) FROM paper_spared \
        WHERE unit = $1 AND slug = '' AND material = '' AND month >= $2 GROUP BY slug, material";
    OF_ITEM = "SELECT slug, material, CAST(0 AS BIGINT), CAST(SUM(spared) AS BIGINT) FROM paper_spared \
        WHERE slug = $1 AND month >= $2 GROUP BY slug, material";
}

/// Counts what one application spared.
pub fn count(db: &mut Db<'_>, unit: i64, slug: &str, papers: &[Paper], today: Day) -> Result<()> {
    if papers.is_empty() {
        return Ok(());
    }
    let (could, spared) = (papers.len(), papers.iter().filter(|p| p.spared).count());
    let month = month(today);
    // The total comes first: two that count at once wait for each other in the same order.
    db.put(COUNT, p![unit, "", "", &month, could as i64, spared as i64])?;
    for paper in papers {
        let spared = i64::from(paper.spared);
        db.put(COUNT, p![unit, slug, &paper.material, &month, 1_i64, spared])?;
    }
    Ok(())
}

/// Counts of a unit since a month, in order of item and material, after one of them.
pub fn of_unit(
    db: &mut Db<'_>,
    unit: i64,
    since: &str,
    after: (&str, &str),
    most: i64,
) -> Result<Vec<Count>> {
    db.all(OF_UNIT, p![unit, since, after.0, after.1, most], read)
}

/// The same before one of them: the page before.
pub fn of_unit_before(
    db: &mut Db<'_>,
    unit: i64,
    since: &str,
    before: (&str, &str),
    most: i64,
) -> Result<Vec<Count>> {
    let mut found = db.all(OF_UNIT_BACK, p![unit, since, before.0, before.1, most], read)?;
    found.reverse();
    Ok(found)
}

/// A unit's total since a month.
pub fn total(db: &mut Db<'_>, unit: i64, since: &str) -> Result<Count> {
    Ok(db.opt(TOTAL, p![unit, since], read)?.unwrap_or_default())
}

/// How often a licence stood for each material of an item since a month; nothing is said of what could be.
pub fn of_item(db: &mut Db<'_>, slug: &str, since: &str) -> Result<Vec<Count>> {
    db.all(OF_ITEM, p![slug, since], read)
}

fn read(row: &Row<'_>) -> Result<Count> {
    Ok(Count {
        slug: row.text(0)?,
        material: row.text(1)?,
        could: row.i64(2)?,
        spared: row.i64(3)?,
    })
}
