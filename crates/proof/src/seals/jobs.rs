//! The worker of this room: an approved seal is made.

use super::acts::MAKE;
use super::making;
use super::notary::Seals;
use store::jobs::{Handler, JobRow};
use store::{Error, Result};

/// The handlers of this room.
pub fn handlers(seals: &Seals) -> Vec<(&'static str, Handler)> {
    let seals = seals.clone();
    vec![(MAKE, Box::new(move |job| Box::pin(make(seals.clone(), job))))]
}

async fn make(seals: Seals, job: JobRow) -> Result<()> {
    let id = job.payload["seal"].as_i64();
    making::make(&seals, id.ok_or_else(|| Error::internal("a job without a seal"))?).await
}
