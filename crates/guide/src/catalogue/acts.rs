//! Publishing items: each act is one transaction with its event.

use std::collections::HashSet;

use serde_json::json;
use store::{Done, Error, Event, FieldError, Kind, Result, Store, Stream, Tx};

use super::{
    model::Item,
    records::{self, Published},
};

/// Items written in one transaction of an import; small enough that people can act in between.
const BATCH: usize = 500;

/// The stream of the catalogue as a whole.
const CATALOGUE: Stream = Stream::of("catalogue", 1);

/// Publishes an item: a new one with version 1, or a further version of one that exists. Content
/// equal to the current version changes nothing. Gives back what is current afterwards.
///
/// # Errors
/// `Refused` when a statutory element every item must have is missing; `Stale` when somebody else
/// published first.
pub fn publish(tx: &mut Tx<'_>, mut item: Item) -> Result<Done<Published>> {
    complete(&item)?;
    let (at, version_id) = (tx.ctx().at, tx.ctx().id());
    let earlier = records::by_slug(tx, &item.slug)?;
    let item_id = match &earlier {
        None => {
            let id = tx.ctx().id();
            item.version = 1;
            records::insert(tx, &item, (id, version_id), at)?;
            id
        }
        Some(earlier) => {
            item.version = earlier.version + 1;
            records::supersede(tx, &item, earlier.item_id, version_id, at)?;
            earlier.item_id
        }
    };
    let facts = json!({ "slug": item.slug, "version": item.version, "version_id": version_id });
    let event = Event::new(Kind::ItemPublished, Stream::of("item", item_id)).with(facts);
    let version = item.version;
    let published = Published { version_id, item_id, version, published_at: at, item };
    Ok(tx.record(event)?.with(published))
}

/// What an item may never lack (GB/T 39554.2: name, code or slug, body, division, type).
fn complete(item: &Item) -> Result<()> {
    let wanted = [
        ("slug", &item.slug),
        ("name", &item.name),
        ("department", &item.department),
        ("area", &item.area),
        ("task_type", &item.task_type),
    ];
    let missing: Vec<FieldError> = wanted
        .iter()
        .filter(|(_, text)| text.trim().is_empty())
        .map(|(field, _)| FieldError::new(*field, "item-field-missing"))
        .collect();
    if missing.is_empty() { Ok(()) } else { Err(Error::fields("item-incomplete", missing)) }
}

/// Writes the items of a batch that are not there yet, and one event for all of them.
fn import_batch(tx: &mut Tx<'_>, items: Vec<Item>) -> Result<Done<usize>> {
    let at = tx.ctx().at;
    let n = items.len();
    for item in &items {
        let ids = (tx.ctx().id(), tx.ctx().id());
        records::insert(tx, item, ids, at)?;
    }
    let facts = json!({ "items": n, "first": items.first().map(|i| &i.slug) });
    Ok(tx.record(Event::new(Kind::CatalogueImported, CATALOGUE).with(facts))?.with(n))
}

/// Imports the items that are not in the catalogue yet, in batches; safe to repeat and to interrupt.
/// `progress` is told how many of how many are done. Gives back how many were new.
///
/// # Errors
/// The store's.
pub async fn import(
    store: &Store,
    items: Vec<Item>,
    mut progress: impl FnMut(usize, usize),
) -> Result<usize> {
    let there: HashSet<String> = store.read(records::slugs).await?.into_iter().collect();
    let mut missing: Vec<Item> =
        items.into_iter().filter(|item| !there.contains(&item.slug)).collect();
    let all = missing.len();
    while !missing.is_empty() {
        let rest = missing.split_off(missing.len().min(BATCH));
        let batch = std::mem::replace(&mut missing, rest);
        store.write(store.system_ctx(), move |tx| import_batch(tx, batch)).await?;
        progress(all - missing.len(), all);
    }
    Ok(all)
}
