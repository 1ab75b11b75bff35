//! The choice kept with the draft, and the address book.

use super::records;
use crate::drafts::filing::{load, owner, revise};
use crate::drafts::model::{Address, Delivery, DraftId, Owner};
use people::People;
use store::{Disclosure, Error, Result, Secret, Upkeep};
use web::Visitor;

/// An address of the book with its id.
pub type Listed = (i64, Address);

/// Most addresses of a book.
const MOST: usize = 20;

/// One's own address book, newest first.
pub async fn book(people: &People, owner: Owner) -> Result<Vec<Listed>> {
    let rows = people.store.read(move |db| records::addresses(db, owner)).await?;
    let open = |(id, sealed): (i64, Vec<u8>)| {
        let cell = records::address_cell(id);
        let text = people.vault().open_sealed(cell, &sealed, &Disclosure::own())?;
        Ok((id, serde_json::from_str(text.expose())?))
    };
    rows.into_iter().map(open).collect()
}

/// Keeps what was chosen with the draft.
///
/// # Errors
/// `NotFound` for another's draft.
pub async fn choose(
    people: &People,
    visitor: &Visitor,
    id: DraftId,
    chosen: Delivery,
) -> Result<()> {
    let owner = owner(visitor)?;
    load(people, owner, id).await?;
    revise(people, owner, id, |body| body.delivery = chosen.clone()).await
}

/// Puts an address into one's own book; one that is there already stays as it is.
///
/// # Errors
/// `address-many` when the book is full.
pub async fn remember(people: &People, owner: Owner, address: &Address) -> Result<()> {
    let known = book(people, owner).await?;
    if known.iter().any(|(_, a)| a == address) {
        return Ok(());
    }
    if known.len() >= MOST {
        return Err(Error::refused_with("address-many", "most", MOST));
    }
    let (id, at) = (people.store.fresh_id(), people.clock().now());
    let text = Secret::new(serde_json::to_string(address)?);
    let sealed = people.vault().seal(records::address_cell(id), &text);
    let write = move |db: &mut store::Db<'_>| records::add_address(db, id, owner, &sealed, at);
    people.store.upkeep(Upkeep::Draft, write).await
}

/// Takes an address out of one's own book; what was sent there before stays with its case.
pub async fn forget(people: &People, owner: Owner, id: i64) -> Result<bool> {
    let write = move |db: &mut store::Db<'_>| records::drop_address(db, id, owner);
    people.store.upkeep(Upkeep::Draft, write).await
}
