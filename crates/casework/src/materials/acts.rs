//! What can be done to papers with an event: putting one in, by file or by licence.

use super::model::PaperId;
use super::records::{self, NewPaper};
use crate::drafts::acts::{own, stream};
use crate::drafts::model::{DraftId, Owner};
use people::identity::PersonId;
use serde_json::json;
use store::{Done, Event, Kind, Result, Tx};

/// Puts a paper into a draft of one's own.
pub fn add_paper(
    tx: &mut Tx<'_>,
    id: DraftId,
    owner: Owner,
    new: &NewPaper,
) -> Result<Done<PaperId>> {
    let draft = own(tx, id, owner)?;
    put_paper(tx, id, draft.person, new)
}

/// Puts a paper to a draft or case; whoever calls it has looked whether it may.
pub(crate) fn put_paper(
    tx: &mut Tx<'_>,
    id: DraftId,
    person: PersonId,
    new: &NewPaper,
) -> Result<Done<PaperId>> {
    records::add_paper(tx, id, new)?;
    let paper = &new.paper;
    let data = json!({"material": paper.key, "file": paper.file, "size": paper.size, "round": paper.round});
    // A licence in place of a paper is an event of its own: its holder sees where it was used.
    let kind = if paper.licence.is_some() { Kind::LicenceUsed } else { Kind::MaterialAdded };
    let event = Event::new(kind, stream(id)).about(person.0).with(data);
    Ok(tx.record(event)?.with(paper.id))
}
