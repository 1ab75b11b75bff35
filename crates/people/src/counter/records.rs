//! SQL of the counter: accounts that a window makes, and whether a card is a clerk's own.

use crate::identity::{Account, AccountId, PersonId, StaffId};
use codes::time::Stamp;
use store::{Db, Result, p};

store::sql! {
    /// An account that a window makes for a person: nobody can sign in to it.
    ADD_AT_WINDOW = "INSERT INTO account (id, phone_index, phone, password, person, level, lang, opened_at) \
                     VALUES ($1, $2, $3, '', $4, $5, 'zh', $6) ON CONFLICT DO NOTHING";
    /// Where such an account is reached.
    SET_CONTACT = "UPDATE account SET phone = $2 WHERE id = $1 AND password = ''";
    /// Its level, once the register has confirmed the person.
    SET_LEVEL = "UPDATE account SET level = 2 WHERE id = $1 AND password = ''";
    /// Its owner takes it over with phone and password of his own.
    TAKE_OVER = "UPDATE account SET phone_index = $2, phone = $3, password = $4, lang = $5, level = 2 \
                 WHERE id = $1 AND password = ''";
    /// The account he came with is one with it now.
    DROP_ACCOUNT = "DELETE FROM account WHERE id = $1 AND person IS NULL AND phone = $2";
    /// Keyed hash of a member of staff's own id number.
    INDEX_OF_STAFF = "SELECT id_index FROM staff_person WHERE id = $1";
}

/// Makes an account at a window; `false` when the person has one.
pub fn add_at_window(
    db: &mut Db<'_>,
    id: AccountId,
    phone: (&[u8], &[u8]),
    person: PersonId,
    level: u8,
    at: Stamp,
) -> Result<bool> {
    let (index, sealed) = phone;
    let params = p![id.0, index, sealed, person.0, i64::from(level), at];
    Ok(db.exec(ADD_AT_WINDOW, params)? == 1)
}

/// Sets where an account made at a window is reached.
pub fn set_contact(db: &mut Db<'_>, id: AccountId, sealed: &[u8]) -> Result<()> {
    db.put(SET_CONTACT, p![id.0, sealed])
}

/// The register has confirmed the person of an account made at a window.
pub fn set_level(db: &mut Db<'_>, id: AccountId) -> Result<()> {
    db.put(SET_LEVEL, p![id.0])
}

/// Gives an account made at a window the phone and password of `from`, which goes; `false` when either
/// is no longer as it was.
pub fn take_over(
    db: &mut Db<'_>,
    made: AccountId,
    from: &Account,
    phone: (&[u8], &[u8]),
) -> Result<bool> {
    let (index, sealed) = phone;
    if db.exec(DROP_ACCOUNT, p![from.id.0, &from.phone])? != 1 {
        return Ok(false);
    }
    let params = p![made.0, index, sealed, &from.password, &from.lang];
    Ok(db.exec(TAKE_OVER, params)? == 1)
}

/// Whether an id number of this keyed hash is that of a member of staff himself.
pub fn staff_has(db: &mut Db<'_>, id: StaffId, index: &[u8]) -> Result<bool> {
    let own = db.opt(INDEX_OF_STAFF, p![id.0], |row| row.blob(0))?;
    Ok(own.is_some_and(|own| own == index))
}
