//! Whether cases agree with the ledger and their papers are there: every case was led through its states by events
//! that the life table knows, no number stands twice, and every file a row names is known.
//!
//! Asked by `tongban doctor --deep`; changes nothing, has no page.

pub mod records;

use crate::cases::life::LIFE;
use crate::cases::model::Phase;
use std::collections::HashSet;
use store::soundness::{Looked, happened, named};
use store::{FileHash, Result, Store, Stream};

/// Every case against the ledger.
pub async fn cases(store: &Store) -> Result<Looked> {
    let mut looked = Looked::at("cases");
    let mut numbers = HashSet::new();
    let mut after = i64::MIN;
    loop {
        let page = store.read(move |db| records::cases(db, after)).await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for case in page {
            looked.count += 1;
            if !numbers.insert(case.no.clone()) {
                looked.fault(&case.no, "twice");
            }
            let events = happened(store, Stream::of("case", case.id)).await?;
            match led_to(&events) {
                Err(what) => looked.fault(&case.no, what),
                Ok(None) => looked.fault(&case.no, "no-event"),
                Ok(Some(phase)) if phase.label() != case.state => {
                    looked.fault(&case.no, format!("other-state {} {}", phase.label(), case.state));
                }
                Ok(Some(_)) => {}
            }
        }
    }
    let submitted = store.read(records::submitted).await?.unsigned_abs();
    if submitted != looked.count {
        looked.fault(format!("{submitted} case-submitted"), "missing");
    }
    Ok(looked)
}

/// Where these events lead by the life table; events it does not know change no state.
fn led_to(events: &[String]) -> std::result::Result<Option<Phase>, String> {
    let mut at: Option<Phase> = None;
    for event in events {
        if !LIFE.iter().any(|arrow| arrow.on.label() == event) {
            continue;
        }
        let arrow = LIFE.iter().find(|arrow| arrow.from == at && arrow.on.label() == event);
        let from = at.map_or("draft", Phase::label);
        at = Some(arrow.ok_or_else(|| format!("illegal-step {from} {event}"))?.to);
    }
    Ok(at)
}

/// Every file that a row of this wing names, once.
pub async fn files(store: &Store) -> Result<HashSet<FileHash>> {
    named(
        store,
        &[records::paper_files, records::document_files, records::shelf_files, records::held_files],
    )
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn led(events: &[&str]) -> std::result::Result<Option<Phase>, String> {
        led_to(&events.iter().map(|e| (*e).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_life_is_followed_and_a_leap_is_told() {
        assert_eq!(led(&[]), Ok(None));
        let whole = ["draft-opened", "case-submitted", "case-claimed", "case-accepted"];
        assert_eq!(led(&whole), Ok(Some(Phase::Accepted)));
        assert_eq!(led(&["case-accepted"]), Err("illegal-step draft case-accepted".into()));
        let leap = ["case-submitted", "case-granted"];
        assert_eq!(led(&leap), Err("illegal-step submitted case-granted".into()));
        let after = ["case-submitted", "case-withdrawn", "case-accepted"];
        assert!(led(&after).is_err());
    }
}
