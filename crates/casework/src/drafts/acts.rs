//! What can be done to a draft with an event: opening, asking registers, throwing it away. Typing is upkeep and leaves none.

use super::model::{Draft, DraftId, KEPT_DAYS, Owner, Reminder};
use super::records;
use people::identity::PersonId;
use people::notices::{self, Notice};
use serde_json::json;
use store::{Done, Error, Event, Kind, Result, Stream, Tx};

/// The stream of a draft is that of the case it becomes: one story from the first click.
pub(crate) fn stream(id: DraftId) -> Stream {
    Stream::of("case", id.0)
}

/// Opens a draft under the item's version of today.
pub fn open(tx: &mut Tx<'_>, draft: &Draft) -> Result<Done<DraftId>> {
    records::open(tx, draft)?;
    let data = json!({"item": draft.slug, "version": draft.item_version});
    let event = Event::new(Kind::DraftOpened, stream(draft.id)).about(draft.person.0).with(data);
    Ok(tx.record(event)?.with(draft.id))
}

/// Throws a draft away, papers with it. The files stay where they are: others may have the same.
pub fn discard(tx: &mut Tx<'_>, id: DraftId, owner: Owner) -> Result<Done<()>> {
    let draft = own(tx, id, owner)?;
    if !records::take(tx, id, draft.version)? {
        return Err(Error::Stale);
    }
    crate::materials::records::drop_papers(tx, id)?;
    let event = Event::new(Kind::DraftDiscarded, stream(id)).about(draft.person.0);
    Ok(tx.record(event)?.with(()))
}

/// A draft of the owner named; to anybody else it does not exist.
pub(crate) fn own(tx: &mut Tx<'_>, id: DraftId, owner: Owner) -> Result<Draft> {
    tx.foresee(stream(id))?;
    records::find(tx, id)?.filter(|d| d.owner == owner).ok_or(Error::NotFound)
}

/// Tells the owner that an untouched draft ends soon; each stage once.
///
/// # Errors
/// `NotFound` when it is gone or was told already.
pub fn remind(tx: &mut Tx<'_>, id: DraftId, stage: Reminder) -> Result<Done<()>> {
    let draft = records::find(tx, id)?.ok_or(Error::NotFound)?;
    if !records::reminded(tx, &draft, stage)? {
        return Err(Error::NotFound);
    }
    let item = guide::editions::at(tx, &draft.slug, draft.item_version)?.item.short_name.zh.clone();
    let until = draft.saved.plus_days(KEPT_DAYS).ymd();
    notices::notify(
        tx,
        Notice {
            account: draft.account,
            template: stage.template(),
            args: vec![("item", item), ("day", until)],
            link: format!("/d/{}", id.0),
        },
    )?;
    let data = json!({"template": stage.template()});
    let event = Event::new(Kind::MessageSent, stream(id)).about(draft.person.0).with(data);
    Ok(tx.record(event)?.with(()))
}

/// Moves a draft to a newer version of its item: its answers carried over, papers nobody asks for any
/// more taken out.
///
/// # Errors
/// `NotFound`; `Stale` when the draft changed since it was looked at.
pub fn renew(
    tx: &mut Tx<'_>,
    seen: &Draft,
    to: i64,
    sealed: &[u8],
    gone: &[crate::materials::PaperId],
) -> Result<Done<()>> {
    let draft = own(tx, seen.id, seen.owner)?;
    let at = tx.ctx().at;
    records::renew(tx, seen, to, sealed, at)?;
    for paper in gone {
        crate::materials::records::drop_paper(tx, seen.id, *paper, 0)?;
    }
    let data = json!({"item": draft.slug, "from": draft.item_version, "version": to});
    let event = Event::new(Kind::DraftRenewed, stream(seen.id)).about(draft.person.0).with(data);
    Ok(tx.record(event)?.with(()))
}

/// Keeps a body in which a dispute was raised or taken back, and records that it was.
///
/// # Errors
/// `NotFound`; `Stale` when the draft changed since.
pub fn dispute(
    tx: &mut Tx<'_>,
    (id, owner): (DraftId, Owner),
    version: i64,
    sealed: &[u8],
    said: &serde_json::Value,
) -> Result<Done<()>> {
    let draft = own(tx, id, owner)?;
    let at = tx.ctx().at;
    records::save(tx, id, version, sealed, at)?;
    let event = Event::new(Kind::DataDisputed, stream(id)).about(draft.person.0);
    Ok(tx.record(event.with(said.clone()))?.with(()))
}

/// One register about to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Register, as people know it.
    pub register: String,
    /// Fields, as people know them.
    pub fields: Vec<String>,
    /// What it is for.
    pub purpose: String,
}

/// Records that registers are asked about a person, before they are. Without this there is no asking.
pub fn query_registers(
    tx: &mut Tx<'_>,
    id: DraftId,
    person: PersonId,
    queries: &[Query],
) -> Result<Done<()>> {
    let mut last = None;
    for q in queries {
        let data = json!({"register": q.register, "fields": q.fields, "reference": q.purpose,
            "draft": id.0.to_string()});
        let event = Event::new(Kind::RegisterQueried, Stream::of("person", person.0));
        last = Some(tx.record(event.about(person.0).with(data))?);
    }
    last.map(|recorded| recorded.with(())).ok_or_else(|| Error::internal("no register to ask"))
}
