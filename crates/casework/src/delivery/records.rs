//! The address book in the store: SQL text, rows in and out.

use crate::drafts::model::Owner;
use codes::time::Stamp;
use store::vault::SealedColumn;
use store::{Cell, Db, Result, p};

store::sql! {
    ADDRESSES = "SELECT id, body FROM delivery_address WHERE owner = $1 ORDER BY id DESC LIMIT 20";
    ADD_ADDRESS = "INSERT INTO delivery_address (id, owner, body, added_at) VALUES ($1, $2, $3, $4)";
    DROP_ADDRESS = "DELETE FROM delivery_address WHERE id = $1 AND owner = $2";
    ADDRESS_BODIES = "SELECT id, body FROM delivery_address WHERE id > $1 ORDER BY id LIMIT $2";
    PUT_ADDRESS = "UPDATE delivery_address SET body = $2 WHERE id = $1 AND body = $3";
}

/// Columns of this room that key rotation moves.
pub const SEALED: &[SealedColumn] = &[SealedColumn {
    table: "delivery_address",
    column: "body",
    page: ADDRESS_BODIES,
    put: PUT_ADDRESS,
}];

/// Cell of an address of the address book.
pub fn address_cell(id: i64) -> Cell {
    Cell { table: "delivery_address", column: "body", row: id }
}

/// An owner's address book, newest first, at most 20: id and sealed address.
pub fn addresses(db: &mut Db<'_>, owner: Owner) -> Result<Vec<(i64, Vec<u8>)>> {
    db.all(ADDRESSES, p![owner.label()], |row| Ok((row.i64(0)?, row.blob(1)?)))
}

/// Adds an address to the book.
pub fn add_address(db: &mut Db<'_>, id: i64, owner: Owner, sealed: &[u8], at: Stamp) -> Result<()> {
    db.put(ADD_ADDRESS, p![id, owner.label(), sealed, at])
}

/// Takes an address out of the book.
pub fn drop_address(db: &mut Db<'_>, id: i64, owner: Owner) -> Result<bool> {
    Ok(db.exec(DROP_ADDRESS, p![id, owner.label()])? == 1)
}
