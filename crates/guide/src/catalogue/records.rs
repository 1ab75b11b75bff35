//! Rows of items, of their versions, and of the lists they stand in.

use codes::time::Stamp;
use store::{Db, Error, P, Result, Row, p, sql};

use super::model::{Item, Status};

sql! {
    INSERT_ITEM = "INSERT INTO item (id, slug, area, version_id, version, status) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    INSERT_VERSION = "INSERT INTO item_version (id, item_id, version, published_at, content) \
        VALUES ($1, $2, $3, $4, $5)";
    INSERT_FACET = "INSERT INTO item_facet (area, facet, item_id) VALUES ($1, $2, $3)";
    DELETE_FACETS = "DELETE FROM item_facet WHERE item_id = $1";
    POINT = "UPDATE item SET area = $2, version_id = $3, version = $4, status = $5 \
        WHERE id = $1 AND version < $4";
    BY_SLUG = "SELECT v.id, v.item_id, v.version, v.published_at, v.content FROM item i \
        JOIN item_version v ON v.id = i.version_id WHERE i.slug = $1";
    BY_VERSION = "SELECT v.id, v.item_id, v.version, v.published_at, v.content \
        FROM item_version v WHERE v.id = $1";
    HISTORY = "SELECT version, published_at FROM item_version WHERE item_id = $1 \
        ORDER BY version DESC LIMIT 50";
    BY_NUMBER = "SELECT v.id, v.item_id, v.version, v.published_at, v.content \
        FROM item_version v WHERE v.item_id = $1 AND v.version = $2";
    BEFORE = "SELECT v.id, v.item_id, v.version, v.published_at, v.content FROM item_version v \
        WHERE v.item_id = $1 AND v.published_at < $2 ORDER BY v.version DESC LIMIT 1";
    ALL_CURRENT = "SELECT v.id, v.item_id, v.version, v.published_at, v.content FROM item i \
        JOIN item_version v ON v.id = i.version_id WHERE i.id > $1 ORDER BY i.id LIMIT $2";
    SLUGS = "SELECT slug FROM item WHERE id > $1 ORDER BY id LIMIT $2";
    LIST = "SELECT f.item_id, i.slug FROM item_facet f JOIN item i ON i.id = f.item_id \
        WHERE f.area = $1 AND f.facet = $2 AND f.item_id > $3 ORDER BY f.item_id LIMIT $4";
    COUNTS = "SELECT facet, COUNT(*) FROM item_facet WHERE area = $1 GROUP BY facet";
}

/// An item in one published version.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// The version's id: what a case pins.
    pub version_id: i64,
    /// The item's id, the same for all its versions.
    pub item_id: i64,
    /// Version number from 1.
    pub version: u32,
    /// When it was published.
    pub published_at: Stamp,
    /// Content as published.
    pub item: Item,
}

fn published(row: &Row<'_>) -> Result<Published> {
    let mut item: Item = serde_json::from_str(&row.text(4)?)?;
    let version = u32::try_from(row.i64(2)?).map_err(Error::internal)?;
    item.version = version;
    Ok(Published {
        version_id: row.i64(0)?,
        item_id: row.i64(1)?,
        version,
        published_at: row.stamp(3)?,
        item,
    })
}

/// Content as kept: the item without its empty fields, so that a bare item costs 300 bytes, not 3,000.
fn content(item: &Item) -> Result<String> {
    let mut value = serde_json::to_value(item)?;
    slim(&mut value);
    Ok(value.to_string())
}

fn slim(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(fields) => {
            fields.values_mut().for_each(slim);
            fields.retain(|_, v| !is_blank(v));
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(slim),
        _ => {}
    }
}

fn is_blank(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Null => true,
        serde_json::Value::String(text) => text.is_empty(),
        serde_json::Value::Array(list) => list.is_empty(),
        serde_json::Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

fn status(item: &Item) -> &'static str {
    match item.status {
        Status::InUse => "in_use",
        Status::Paused => "paused",
        Status::Cancelled => "cancelled",
    }
}

/// The lists an item stands in.
pub fn facets(item: &Item) -> Vec<String> {
    let mut facets = vec!["all".to_string()];
    let person = item.for_persons().then_some(("person", &item.themes_person));
    let business = item.for_business().then_some(("business", &item.themes_business));
    for (audience, themes) in person.into_iter().chain(business) {
        facets.push(audience.to_string());
        facets.extend(themes.iter().map(|theme| format!("{audience}:{theme}")));
    }
    facets.push(format!("dept:{}", item.department));
    facets.sort();
    facets.dedup();
    facets
}

/// Writes a new item with its first version.
pub(super) fn insert(db: &mut Db<'_>, item: &Item, ids: (i64, i64), at: Stamp) -> Result<()> {
    let (id, version_id) = ids;
    let version = i64::from(item.version.max(1));
    db.exec(INSERT_VERSION, p![version_id, id, version, at, content(item)?])?;
    db.exec(INSERT_ITEM, p![id, &item.slug, &item.area, version_id, version, status(item)])?;
    insert_facets(db, item, id)
}

/// Writes a further version and points the item to it; the earlier ones stay as they are.
///
/// # Errors
/// `Stale` when somebody else published this or a later version first.
pub(super) fn supersede(
    db: &mut Db<'_>,
    item: &Item,
    id: i64,
    version_id: i64,
    at: Stamp,
) -> Result<()> {
    let version = i64::from(item.version);
    let moved = db.exec(POINT, p![id, &item.area, version_id, version, status(item)])?;
    if moved == 0 {
        return Err(Error::Stale);
    }
    db.exec(INSERT_VERSION, p![version_id, id, version, at, content(item)?])?;
    db.exec(DELETE_FACETS, p![id])?;
    insert_facets(db, item, id)
}

fn insert_facets(db: &mut Db<'_>, item: &Item, id: i64) -> Result<()> {
    if item.status == Status::Cancelled {
        return Ok(());
    }
    for facet in facets(item) {
        db.exec(INSERT_FACET, p![&item.area, facet, id])?;
    }
    Ok(())
}

/// The current version of an item.
///
/// # Errors
/// The store's.
pub fn by_slug(db: &mut Db<'_>, slug: &str) -> Result<Option<Published>> {
    db.opt(BY_SLUG, p![slug], published)
}

/// The very version a case pinned.
///
/// # Errors
/// `NotFound` when there is no such version; else the store's.
pub fn by_version(db: &mut Db<'_>, version_id: i64) -> Result<Published> {
    db.one(BY_VERSION, p![version_id], published)
}

/// A version of an item by its number.
///
/// # Errors
/// `NotFound` when there is no such version; else the store's.
pub fn by_number(db: &mut Db<'_>, item_id: i64, version: i64) -> Result<Published> {
    db.one(BY_NUMBER, p![item_id, version], published)
}

/// The version of an item that was current just before a moment.
///
/// # Errors
/// The store's.
pub fn before(db: &mut Db<'_>, item_id: i64, at: Stamp) -> Result<Option<Published>> {
    db.opt(BEFORE, p![item_id, at], published)
}

/// Version numbers of an item with the time of publication, the latest first (50 at most).
///
/// # Errors
/// The store's.
pub fn history(db: &mut Db<'_>, item_id: i64) -> Result<Vec<(i64, Stamp)>> {
    db.all(HISTORY, p![item_id], |row| Ok((row.i64(0)?, row.stamp(1)?)))
}

/// Some current versions after an item id, in order of ids.
pub(super) fn current_after(db: &mut Db<'_>, after: i64, most: i64) -> Result<Vec<Published>> {
    db.all(ALL_CURRENT, p![after, most], published)
}

/// All slugs there are.
pub(super) fn slugs(db: &mut Db<'_>) -> Result<Vec<String>> {
    // One long read at start; the catalogue of a node fits in memory (see `shelf`).
    db.all(SLUGS, &[P::Int(0), P::Int(i64::MAX)], |row| row.text(0))
}

/// One page of a list: item ids and slugs of these areas in order of ids, after an id.
///
/// # Errors
/// The store's.
pub fn list(
    db: &mut Db<'_>,
    areas: &[String],
    facet: &str,
    after: i64,
    most: usize,
) -> Result<Vec<(i64, String)>> {
    let limit = i64::try_from(most).map_err(Error::internal)?;
    let mut found = Vec::new();
    for area in areas {
        let page = p![area, facet, after, limit];
        found.append(&mut db.all(LIST, page, |row| Ok((row.i64(0)?, row.text(1)?)))?);
    }
    found.sort();
    found.truncate(most);
    Ok(found)
}

/// How many items each list of these areas has.
///
/// # Errors
/// The store's.
pub fn counts(db: &mut Db<'_>, areas: &[String]) -> Result<Vec<(String, i64)>> {
    let mut all = std::collections::BTreeMap::new();
    for area in areas {
        for (facet, n) in db.all(COUNTS, p![area], |row| Ok((row.text(0)?, row.i64(1)?)))? {
            *all.entry(facet).or_insert(0) += n;
        }
    }
    Ok(all.into_iter().collect())
}
