//! Opening a paper: recorded for the person concerned, and known when the case is decided.

use crate::cases::model::Case;
use crate::drafts::Paper;
use people::identity::StaffId;
use serde_json::json;
use store::ledger::{self, EventRow};
use store::{Actor, Db, Done, Event, Kind, Result, Stream, Tx};

/// One chain of events for each paper: who opened it and when.
fn stream(paper: &Paper) -> Stream {
    Stream::of("paper", paper.id.0)
}

/// Records that a member of staff opens a paper of a case; the applicant sees it among those who read
/// his data.
pub fn open_paper(tx: &mut Tx<'_>, case: &Case, paper: &Paper) -> Result<Done<()>> {
    let data = json!({"fields": ["case-papers"], "reference": case.no.to_string()});
    let event = Event::new(Kind::DataRead, stream(paper)).about(case.person.0).with(data);
    Ok(tx.record(event)?.with(()))
}

/// Whether one of these events is this officer's opening.
fn by(events: &[EventRow], who: &str) -> bool {
    events.iter().any(|e| e.kind == Kind::DataRead.label() && e.actor == who)
}

/// Addresses of the papers this officer has opened.
pub fn opened(db: &mut Db<'_>, papers: &[Paper], officer: StaffId) -> Result<Vec<String>> {
    let who = Actor::Staff(officer.0).label();
    let mut seen = Vec::new();
    for paper in papers {
        let Some(file) = &paper.file else { continue };
        if by(&ledger::of_stream(db, stream(paper))?, &who) {
            seen.push(file.as_str().to_owned());
        }
    }
    Ok(seen)
}
