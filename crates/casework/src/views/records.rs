//! SQL of views.

use super::model::{View, Whose};
use codes::time::Stamp;
use store::{Db, Result, p};

store::sql! {
    ADD = "INSERT INTO desk_view (id, staff, desk, name, shows, item, made_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    OF_STAFF = "SELECT id, name, shows, item FROM desk_view WHERE staff = $1 AND desk = $2 ORDER BY id LIMIT 50";
    RENAME = "UPDATE desk_view SET name = $4 WHERE id = $1 AND staff = $2 AND desk = $3";
    DROP = "DELETE FROM desk_view WHERE id = $1 AND staff = $2 AND desk = $3";
}

/// One's own views of a desk, oldest first.
pub fn mine(db: &mut Db<'_>, whose: Whose) -> Result<Vec<View>> {
    db.all(OF_STAFF, p![whose.staff, whose.desk], |row| {
        Ok(View { id: row.i64(0)?, name: row.text(1)?, shows: row.text(2)?, item: row.text(3)? })
    })
}

/// Adds one.
pub fn add(db: &mut Db<'_>, whose: Whose, v: &View, at: Stamp) -> Result<()> {
    let params = p![v.id, whose.staff, whose.desk, &v.name, &v.shows, &v.item, at];
    db.put(ADD, params)
}

/// Gives one's own another name; `false` when there is none.
pub fn rename(db: &mut Db<'_>, whose: Whose, id: i64, name: &str) -> Result<bool> {
    Ok(db.exec(RENAME, p![id, whose.staff, whose.desk, name])? == 1)
}

/// Drops one's own; `false` when there is none.
pub fn forget(db: &mut Db<'_>, whose: Whose, id: i64) -> Result<bool> {
    Ok(db.exec(DROP, p![id, whose.staff, whose.desk])? == 1)
}
