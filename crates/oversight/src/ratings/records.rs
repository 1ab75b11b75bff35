//! Invitations and ratings in the store: SQL text, rows in and out.

use super::model::{Invite, Posted, Rated};
use codes::time::Stamp;
use store::vault::SealedColumn;
use store::{Db, Result, Row, p};

store::sql! {
    ADD_INVITE = "INSERT INTO rating_invite (id, token, case_id, case_no, account, person, slug, unit, \
        made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (case_id) DO NOTHING";
    BY_TOKEN = "SELECT id, token, case_id, case_no, account, person, slug, unit FROM rating_invite \
        WHERE token = $1";
    BY_CASE_NO = "SELECT id, token, case_id, case_no, account, person, slug, unit FROM rating_invite \
        WHERE account = $1 AND case_no = $2";
    ADD = "INSERT INTO rating (id, case_id, slug, unit, stars, tags, comment, anonymous, at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    OF_CASE = "SELECT stars, at FROM rating WHERE case_id = $1";
}

/// Columns of this room that key rotation moves.
pub const SEALED: &[SealedColumn] = &[store::sealed_column!("rating", "comment")];

fn invite(row: &Row<'_>) -> Result<Invite> {
    Ok(Invite {
        id: row.i64(0)?,
        token: row.text(1)?,
        case_id: row.i64(2)?,
        case_no: row.text(3)?,
        account: row.i64(4)?,
        person: row.i64(5)?,
        slug: row.text(6)?,
        unit: row.i64(7)?,
    })
}

/// Keeps an invitation; a second one for the same case changes nothing and answers false.
pub fn add_invite(db: &mut Db<'_>, i: &Invite, at: Stamp) -> Result<bool> {
    let params =
        p![i.id, &i.token, i.case_id, &i.case_no, i.account, i.person, &i.slug, i.unit, at];
    Ok(db.exec(ADD_INVITE, params)? == 1)
}

/// The invitation of a secret address.
pub fn by_token(db: &mut Db<'_>, token: &str) -> Result<Option<Invite>> {
    db.opt(BY_TOKEN, p![token], invite)
}

/// The invitation for one's own case.
pub fn by_case_no(db: &mut Db<'_>, account: i64, no: &str) -> Result<Option<Invite>> {
    db.opt(BY_CASE_NO, p![account, no], invite)
}

/// Keeps a rating; `comment` is sealed.
pub fn add(
    db: &mut Db<'_>,
    id: i64,
    invite: &Invite,
    posted: &Posted,
    comment: Option<Vec<u8>>,
    at: Stamp,
) -> Result<()> {
    let tags = posted.tags.join(",");
    let params = p![
        id,
        invite.case_id,
        &invite.slug,
        invite.unit,
        posted.stars,
        tags,
        comment,
        posted.anonymous,
        at
    ];
    db.put(ADD, params)
}

/// The rating of a case, if given.
pub fn of_case(db: &mut Db<'_>, case_id: i64) -> Result<Option<Rated>> {
    db.opt(OF_CASE, p![case_id], |row| Ok(Rated { stars: row.i64(0)?, at: row.stamp(1)? }))
}
