//! SQL of the desks: which case was handed to whom, and why.

use crate::cases::model::{CaseId, Post};
use codes::case_no::CaseNo;
use codes::time::Stamp;
use people::identity::StaffId;
use store::{Db, Error, Result, p};

store::sql! {
    HAND_OVER = "INSERT INTO case_handover (id, case_id, post, from_staff, to_staff, reason, at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    OF_CASE = "SELECT from_staff, to_staff, reason, at FROM case_handover WHERE case_id = $1 ORDER BY id LIMIT 50";
    TO_STAFF = "SELECT cases.no, case_handover.from_staff, case_handover.reason, case_handover.at \
        FROM case_handover JOIN cases ON cases.id = case_handover.case_id \
        WHERE case_handover.to_staff = $1 AND case_handover.post = $2 AND cases.handler = $1 \
        AND cases.desk <> '' AND NOT EXISTS (SELECT 1 FROM case_handover later \
        WHERE later.case_id = case_handover.case_id AND later.id > case_handover.id) \
        ORDER BY case_handover.id DESC LIMIT 20";
}

/// A case handed on.
#[derive(Debug, Clone)]
pub struct Handed {
    /// By whom.
    pub from: StaffId,
    /// To whom.
    pub to: StaffId,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Stamp,
}

fn post(of: Post) -> &'static str {
    if of == Post::Clerk { "clerk" } else { "approver" }
}

/// Notes that a case was handed on.
pub fn hand_over(db: &mut Db<'_>, id: i64, of: (CaseId, Post), h: &Handed) -> Result<()> {
    let params = p![id, of.0.0, post(of.1), h.from.0, h.to.0, &h.reason, h.at];
    db.put(HAND_OVER, params)
}

/// Every time a case was handed on, oldest first.
pub fn handed(db: &mut Db<'_>, case: CaseId) -> Result<Vec<Handed>> {
    db.all(OF_CASE, p![case.0], |row| {
        Ok(Handed {
            from: StaffId(row.i64(0)?),
            to: StaffId(row.i64(1)?),
            reason: row.text(2)?,
            at: row.stamp(3)?,
        })
    })
}

/// Cases handed to a member of staff that he still has in hand, newest first.
pub fn handed_to(db: &mut Db<'_>, to: StaffId, at: Post) -> Result<Vec<(CaseNo, Handed)>> {
    db.all(TO_STAFF, p![to.0, post(at)], |row| {
        let no = CaseNo::parse(&row.text(0)?).map_err(Error::internal)?;
        let (from, reason, at) = (StaffId(row.i64(1)?), row.text(2)?, row.stamp(3)?);
        Ok((no, Handed { from, to, reason, at }))
    })
}
