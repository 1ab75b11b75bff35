//! Jobs of ratings: casework says that a case ended, this room invites its applicant.

use super::acts;
use super::model::Invite;
use crate::Oversight;
use casework::cases::model::CaseId;
use casework::cases::records::by_id;
use store::jobs::{Handler, JobRow};
use store::{Error, Result};

/// The handlers of this room.
pub fn handlers(oversight: &Oversight) -> Vec<(&'static str, Handler)> {
    let oversight = oversight.clone();
    let invite: Handler = Box::new(move |job| {
        let oversight = oversight.clone();
        Box::pin(async move { invite_for(&oversight, job).await })
    });
    vec![("ratings.invite", invite)]
}

async fn invite_for(oversight: &Oversight, job: JobRow) -> Result<()> {
    let id = job.payload["case"].as_i64().ok_or_else(|| Error::internal("job without a case"))?;
    let case = oversight.store.read(move |db| by_id(db, CaseId(id))).await?;
    let invite = Invite {
        id: oversight.store.fresh_id(),
        token: oversight.store.chance().token(),
        case_id: case.id.0,
        case_no: case.no.to_string(),
        account: case.account.0,
        person: case.person.0,
        slug: case.slug,
        unit: case.unit.0,
    };
    let ctx = oversight.store.system_ctx();
    oversight.store.write(ctx, move |tx| acts::invite(tx, &invite)).await.map(drop)
}
