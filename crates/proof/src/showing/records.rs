//! Rows of showing: what a code stands for, and the codes that were redeemed.

use super::choice;
use crate::licences::model::LicenceRowId;
use codes::time::Stamp;
use store::{Db, Result, p, sql};

sql! {
    OFFER = "INSERT INTO licence_show (id, licence, person, chosen, made_at) VALUES ($1, $2, $3, $4, $5)";
    OFFERED = "SELECT licence, person, chosen FROM licence_show WHERE id = $1";
    FORGET_OFFERS = "DELETE FROM licence_show WHERE made_at < $1";
    REDEEM = "INSERT INTO licence_code_use (code, licence, verifier, at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT DO NOTHING";
    REDEEMED = "SELECT verifier, at FROM licence_code_use WHERE code = $1";
    FORGET_CODES = "DELETE FROM licence_code_use WHERE at < $1";
}

/// What stands behind a shown code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Of which licence.
    pub licence: LicenceRowId,
    /// Who shows it.
    pub person: i64,
    /// Keys of what is shown, see [`super::choice`].
    pub chosen: Vec<String>,
}

/// Keeps what a code stands for, and forgets those long past their end.
pub fn offer(db: &mut Db<'_>, id: &[u8], offer: &Offer, at: Stamp) -> Result<()> {
    let chosen = choice::joined(&offer.chosen);
    db.exec(OFFER, p![id, offer.licence.0, offer.person, chosen, at])?;
    db.put(FORGET_OFFERS, p![at.plus_days(-1)])
}

/// What a code stands for.
pub fn offered(db: &mut Db<'_>, id: &[u8]) -> Result<Option<Offer>> {
    db.opt(OFFERED, p![id], |row| {
        Ok(Offer {
            licence: LicenceRowId(row.i64(0)?),
            person: row.i64(1)?,
            chosen: choice::split(&row.text(2)?),
        })
    })
}

/// Keeps that a code was redeemed unless it was before; tells whether this was the first time. On PostgreSQL
/// this waits for whoever redeems the same code at this moment.
pub fn redeem(
    db: &mut Db<'_>,
    code: &[u8],
    licence: LicenceRowId,
    verifier: &[u8],
    at: Stamp,
) -> Result<bool> {
    Ok(db.exec(REDEEM, p![code, licence.0, verifier, at])? == 1)
}

/// By whom and when a code was redeemed.
pub fn redeemed(db: &mut Db<'_>, code: &[u8]) -> Result<Option<(Vec<u8>, Stamp)>> {
    db.opt(REDEEMED, p![code], |row| Ok((row.blob(0)?, row.stamp(1)?)))
}

/// Forgets codes redeemed before `before`: they are long past their end.
pub fn forget_codes(db: &mut Db<'_>, before: Stamp) -> Result<u64> {
    db.exec(FORGET_CODES, p![before])
}
