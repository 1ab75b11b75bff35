//! Whether licences and seals agree with the ledger and their files are there: every status was reached by events that
//! the life tables know, and no identifier stands twice.
//!
//! Asked by `tongban doctor --deep`; changes nothing, has no page.

pub mod records;

use crate::licences::life as licence_life;
use crate::licences::model::LicenceStatus;
use crate::seals::life::{self as seal_life, Hand};
use crate::seals::model::SealStatus;
use std::collections::HashSet;
use store::soundness::{Looked, happened, named};
use store::{FileHash, Result, Store, Stream};

/// Every licence against the ledger.
pub async fn licences(store: &Store) -> Result<Looked> {
    let mut looked = Looked::at("licences");
    let (mut identifiers, mut replaced) = (HashSet::new(), HashSet::new());
    let mut superseded = Vec::new();
    let mut after = i64::MIN;
    loop {
        let page = store.read(move |db| records::licences(db, after)).await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for row in page {
            looked.count += 1;
            if !identifiers.insert(row.identifier.clone()) {
                looked.fault(row.id, "twice");
            }
            replaced.extend(row.replaces);
            let events = happened(store, Stream::of("licence", row.id)).await?;
            match licence_led_to(&events) {
                Err(what) => looked.fault(row.id, what),
                Ok(LicenceStatus::Draft) if row.status == "draft" => {}
                Ok(LicenceStatus::Draft) => looked.fault(row.id, "no-event"),
                Ok(_) if row.status == "superseded" => superseded.push(row.id),
                Ok(found) if same(found, &row.status) => {}
                Ok(found) => {
                    looked.fault(row.id, format!("other-state {} {}", found.label(), row.status));
                }
            }
        }
    }
    for id in superseded.into_iter().filter(|id| !replaced.contains(id)) {
        looked.fault(id, "no-successor");
    }
    Ok(looked)
}

/// Whether a status may stand in the row: it ends by the day alone, and 吊销 is written as a revocation.
fn same(found: LicenceStatus, kept: &str) -> bool {
    use LicenceStatus::{Expired, Penalised, Revoked, Valid};
    found.label() == kept
        || (found == Valid && kept == Expired.label())
        || (found == Revoked && kept == Penalised.label())
}

/// Where these events lead by the life table; others change no status.
fn licence_led_to(events: &[String]) -> std::result::Result<LicenceStatus, String> {
    use licence_life::Step;
    let mut at = LicenceStatus::Draft;
    for event in events {
        let by_hand = [Step::Suspend, Step::Restore, Step::Revoke, Step::Cancel, Step::Transfer];
        let step = [Step::Issue].into_iter().chain(by_hand).find(|s| s.event().label() == event);
        let Some(step) = step else { continue };
        at = licence_life::next(at, step)
            .map_err(|_| format!("illegal-step {} {}", at.label(), step.label()))?;
    }
    Ok(at)
}

/// Every seal against the ledger.
pub async fn seals(store: &Store) -> Result<Looked> {
    let mut looked = Looked::at("seals");
    for (id, status) in store.read(records::seals).await? {
        looked.count += 1;
        let events = happened(store, Stream::of("seal", id)).await?;
        match seal_led_to(&events) {
            Err(what) => looked.fault(id, what),
            Ok(None) => looked.fault(id, "no-event"),
            Ok(Some(found)) if found.label() != status => {
                looked.fault(id, format!("other-state {} {status}", found.label()));
            }
            Ok(Some(_)) => {}
        }
    }
    Ok(looked)
}

/// Where these events lead by the life table. A seal of before there was one begins where its first event leads.
fn seal_led_to(events: &[String]) -> std::result::Result<Option<SealStatus>, String> {
    let mut at: Option<SealStatus> = None;
    for event in events {
        let step = seal_life::Step::ALL.iter().find(|step| step.event().label() == event);
        let Some(step) = step else { continue };
        let illegal = |from: SealStatus| format!("illegal-step {} {}", from.label(), step.label());
        match at {
            Some(from) if !seal_life::open_steps(from, Hand::ALL).contains(step) => {
                return Err(illegal(from));
            }
            _ => at = Some(step.leads_to()),
        }
    }
    Ok(at)
}

/// Every file that a row of this wing names, once. The ledger of seal uses is left out: it stands before the file is
/// written, and what then could not be kept was sealed anew.
pub async fn files(store: &Store) -> Result<HashSet<FileHash>> {
    named(store, &[records::licence_files, records::copy_files]).await
}
