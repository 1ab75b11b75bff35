//! What can be done to papers with an event: putting one in, by file or by licence; taking a file out of
//! one's library.

use super::model::{Paper, PaperId};
use super::records::{self, NewPaper};
use crate::drafts::acts::{own, stream};
use crate::drafts::model::{DISPUTE, DraftId, Owner};
use guide::packs::Way;
use people::identity::PersonId;
use serde_json::json;
use store::{Done, Error, Event, Kind, Result, Stream, Tx};

/// Puts a paper into a draft of one's own.
pub fn add_paper(
    tx: &mut Tx<'_>,
    id: DraftId,
    owner: Owner,
    new: &NewPaper,
) -> Result<Done<PaperId>> {
    let draft = own(tx, id, owner)?;
    put_paper(tx, id, Whose { owner, person: draft.person, slug: &draft.slug }, new)
}

/// Whose draft or case a paper is put to.
pub(crate) struct Whose<'a> {
    /// Whose affair: into his library the file goes.
    pub owner: Owner,
    /// Whom the event is about.
    pub person: PersonId,
    /// Item.
    pub slug: &'a str,
}

/// Puts a paper to a draft or case; whoever calls it has looked whether it may.
///
/// # Errors
/// `Stale` when the same file is there for the same material already: it was sent twice.
pub(crate) fn put_paper(
    tx: &mut Tx<'_>,
    id: DraftId,
    whose: Whose<'_>,
    new: &NewPaper,
) -> Result<Done<PaperId>> {
    let paper = &new.paper;
    if paper.way == Way::Upload && records::bare_papers(tx, id)?.iter().any(|p| same(p, paper)) {
        return Err(Error::Stale);
    }
    records::add_paper(tx, id, new)?;
    // Evidence in a dispute is of that one value; it is no paper to hand in again.
    if paper.file.is_some() && !paper.key.starts_with(DISPUTE) {
        records::shelve(tx, whose.owner, whose.slug, id, new)?;
    }
    let data = json!({"material": paper.key, "file": paper.file, "size": paper.size,
        "round": paper.round, "way": paper.way});
    // A licence in place of a paper is an event of its own: its holder sees where it was used.
    let kind = if paper.licence.is_some() { Kind::LicenceUsed } else { Kind::MaterialAdded };
    if let Some(licence) = &paper.licence {
        proof::licences::acts::presented(tx, licence, whose.person.0)?;
    }
    let event = Event::new(kind, stream(id)).about(whose.person.0).with(data);
    Ok(tx.record(event)?.with(paper.id))
}

/// Whether two papers are one file for one material of one round.
pub(crate) fn same(one: &Paper, other: &Paper) -> bool {
    (&one.key, one.round, &one.file) == (&other.key, other.round, &other.file)
}

/// Takes a file out of one's own library. Applications that are over keep their copy for the archive.
///
/// # Errors
/// `NotFound` for another's; `file-in-use` (with `where`) while an application that goes on has it.
pub fn forget(tx: &mut Tx<'_>, id: i64, owner: Owner, person: PersonId) -> Result<Done<()>> {
    let kept = records::on_shelf(tx, id, owner)?.ok_or(Error::NotFound)?;
    if let Some(no) = records::live_case(tx, owner, &kept.file)? {
        return Err(Error::refused_with("file-in-use", "no", no));
    }
    if records::live_draft(tx, owner, &kept.file)? {
        return Err(Error::refused("file-in-draft"));
    }
    records::unshelve(tx, id, owner)?;
    let data = json!({"material": kept.key, "file": kept.file, "item": kept.slug});
    let event = Event::new(Kind::MaterialForgotten, Stream::of("person", person.0));
    Ok(tx.record(event.about(person.0).with(data))?.with(()))
}
