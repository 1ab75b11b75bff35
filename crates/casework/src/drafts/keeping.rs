//! Thirty days: the owner is reminded a week and a day before an untouched draft ends; then it is thrown
//! away with everything sealed in it.

use super::model::{KEPT_DAYS, Reminder};
use super::{acts, records};
use people::People;
use store::{Ctx, Error, Result};

/// Reminds the owners whose drafts end soon, each once a stage; gives how many were told.
pub async fn remind(people: &People, ctx: Ctx) -> Result<usize> {
    let mut told = 0;
    for stage in [Reminder::Day, Reminder::Week] {
        let untouched = ctx.at.plus_days(stage.days() - KEPT_DAYS);
        let over = ctx.at.plus_days(-KEPT_DAYS);
        loop {
            let read = move |db: &mut store::Db<'_>| records::ending(db, untouched, over, stage);
            let ending = people.store.read(read).await?;
            let before = told;
            for id in ending {
                let act = move |tx: &mut store::Tx<'_>| acts::remind(tx, id, stage);
                match people.store.write(ctx.clone(), act).await {
                    Ok(()) => told += 1,
                    // Handed in, thrown away or touched meanwhile.
                    Err(Error::NotFound | Error::Stale) => {}
                    // One draft's trouble (its pack is damaged) is not the others'.
                    Err(Error::Refused(r)) => {
                        tracing::warn!(draft = id.0, code = r.code, "nobody was reminded");
                    }
                    Err(e) => return Err(e),
                }
            }
            if told == before {
                break;
            }
        }
    }
    Ok(told)
}

/// Drafts nobody touched for thirty days are thrown away; gives how many were looked at.
pub async fn expire(people: &People, ctx: Ctx) -> Result<usize> {
    let (before, mut looked) = (ctx.at.plus_days(-KEPT_DAYS), 0);
    loop {
        let old = people.store.read(move |db| records::expired(db, before)).await?;
        let (seen, mut gone) = (old.len(), 0);
        for id in old {
            let act = move |tx: &mut store::Tx<'_>| {
                let draft = records::find(tx, id)?.filter(|d| d.saved < before);
                acts::discard(tx, id, draft.ok_or(Error::NotFound)?.owner)
            };
            match people.store.write(ctx.clone(), act).await {
                Ok(()) => gone += 1,
                Err(Error::NotFound | Error::Stale) => {}
                Err(e) => return Err(e),
            }
        }
        looked += seen;
        if gone == 0 {
            return Ok(looked);
        }
    }
}
