//! Rows the lists are made of.

use super::model::{Ended, TrustedSeal};
use crate::grants::model::number;
use crate::licences::LicenceStatus;
use codes::time::Day;
use store::{Db, Result, p, sql};

sql! {
    ENDED = "SELECT identifier, status, status_at FROM licence WHERE status <> 'valid'";
    COPIES = "SELECT id, revoked_at FROM licence_copy \
        WHERE revoked_at IS NOT NULL AND last_day >= $1";
    SEALS = "SELECT no, name, kind, esl, status, status_at FROM seal \
        WHERE status IN ('in-use', 'suspended', 'renewed', 'destroyed') AND made_at > 0 ORDER BY id";
}

/// Licences not in force, and copies taken back before their day by the number printed on them. Read from
/// indexes that hold these alone.
pub fn ended(db: &mut Db<'_>, today: Day) -> Result<Ended> {
    let mut ended = Ended::default();
    db.each(ENDED, p![], |row| {
        if let Some(status) = LicenceStatus::parse(&row.text(1)?) {
            ended.add(&row.text(0)?, status, row.stamp(2)?);
        }
        Ok(())
    })?;
    db.each(COPIES, p![today.to_string()], |row| {
        ended.add(&number(row.i64(0)?), LicenceStatus::Revoked, row.stamp(1)?);
        Ok(())
    })?;
    Ok(ended)
}

/// Seals of this node; the unit's code is how an identifier begins.
pub fn seals(db: &mut Db<'_>) -> Result<Vec<TrustedSeal>> {
    db.all(SEALS, p![], |row| {
        let no = row.text(0)?;
        Ok(TrustedSeal {
            uscc: no.chars().take(18).collect(),
            no,
            name: row.text(1)?,
            kind: row.text(2)?,
            digest: hex::encode(gm::sm3::hash(&row.blob(3)?)),
            status: row.text(4)?,
            ended: match &*row.text(4)? {
                "in-use" => 0,
                _ => row.stamp(5)?.micros().div_euclid(1_000_000),
            },
        })
    })
}
