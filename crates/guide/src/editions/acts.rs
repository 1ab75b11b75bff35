//! Publishing: one transaction for each new version, with its event.

use super::kept::{self, judge};
use super::model::Offer;
use super::records;
use super::rules::Verdict;
use crate::checks;
use serde_json::json;
use std::sync::Arc;
use store::{Done, Error, Event, Kind, Result, Store, Stream, Tx};

/// Publishes one offer.
///
/// # Errors
/// Those of [`super::rules::judge`]; `Stale` when another node published it meanwhile.
pub fn publish_one(tx: &mut Tx<'_>, offer: &Offer) -> Result<Done<()>> {
    if judge(tx, offer)? != Verdict::New {
        return Err(Error::Stale);
    }
    let (id, at) = (tx.ctx().id(), tx.ctx().at);
    if !records::add(tx, id, offer, at)? {
        return Err(Error::Stale);
    }
    let data = json!({"slug": offer.pack.slug, "version": offer.version(), "hash": offer.hash});
    Ok(tx.record(Event::new(Kind::PackPublished, Stream::of("pack", id)).with(data))?.with(()))
}

/// Publishes what is new among the offers; what is kept already stays as it is. Nothing is published
/// when one of them is refused. Gives back how many were new.
///
/// # Errors
/// Those of [`super::rules::judge`]; `pack-unsound` when the checker finds an error in a folder's pack.
pub async fn publish(store: &Store, offers: Vec<Arc<Offer>>) -> Result<usize> {
    let asked = offers.clone();
    let verdicts =
        store.read(move |db| asked.iter().map(|o| judge(db, o)).collect::<Result<Vec<_>>>());
    let verdicts = verdicts.await?;
    let mut new = Vec::new();
    for (offer, verdict) in offers.iter().zip(verdicts) {
        kept::remember_offer(offer);
        match verdict {
            Verdict::Current => {}
            Verdict::Earlier => tracing::warn!(
                pack = offer.pack.slug,
                version = offer.version(),
                "a newer version is kept and stays current; to go back, publish this text under a higher version"
            ),
            Verdict::New => {
                sound(offer)?;
                new.push(offer.clone());
            }
        }
    }
    let count = new.len();
    for offer in new {
        let act = move |tx: &mut Tx<'_>| publish_one(tx, &offer);
        match store.write(store.system_ctx(), act).await {
            Ok(()) | Err(Error::Stale) => {}
            Err(e) => return Err(e),
        }
    }
    Ok(count)
}

/// An error of the checker keeps a pack from being published.
fn sound(offer: &Offer) -> Result<()> {
    if offer.built_in {
        return Ok(());
    }
    let found = checks::check(&offer.pack);
    let first = found.iter().find(|f| f.severity == checks::Severity::Error);
    match first {
        None => Ok(()),
        Some(f) => {
            let text = format!("{}: {} {} {}", offer.pack.slug, f.file, f.place, f.message);
            Err(Error::refused_with("pack-unsound", "detail", text))
        }
    }
}
