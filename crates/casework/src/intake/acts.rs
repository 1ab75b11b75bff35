//! What can be done at a window: each act is one transaction and its event. Events of the draft stand in
//! the stream of the case it becomes, so that the story is one.

use super::model::{Confirmed, Hold, How, Look, Sitting, SittingId, Stage, Told};
use super::{life, records, rules};
use crate::cases::{self, Receipt};
use crate::drafts::{Draft, DraftId, Owner, Submission};
use crate::materials::acts::Whose;
use crate::materials::records::NewPaper;
use crate::{drafts, materials};
use codes::calendar::Calendar;
use codes::time::Stamp;
use people::identity::{AccountId, StaffId, UnitId, colleagues, leader, person_of_staff};
use people::notices::{Notice, notify};
use serde_json::json;
use store::ledger;
use store::{Actor, Db, Done, Error, Event, FileHash, Kind, Recorded, Result, Stream, Tx};
use web::Role;

/// The clerk who acts: id, number, unit.
#[derive(Debug, Clone)]
pub struct Clerk {
    /// Id.
    pub id: StaffId,
    /// Number (工号).
    pub no: String,
    /// Unit.
    pub unit: UnitId,
}

/// The stream of a sitting is its own until there is a draft.
fn stream(s: &Sitting) -> Stream {
    s.draft.map_or(Stream::of("sitting", s.id.0), |d| Stream::of("case", d.0))
}

fn record(tx: &mut Tx<'_>, s: &Sitting, on: Kind, data: serde_json::Value) -> Result<Recorded> {
    tx.record(Event::new(on, stream(s)).about(s.person.0).with(data))
}

/// Nobody takes in his own matter (回避, 公务员法 art. 76): not as the applicant, not as who came for
/// him, not as who leads the company.
///
/// # Errors
/// `intake-own` with the colleagues who may.
pub fn apart(db: &mut Db<'_>, s: &Sitting, clerk: &Clerk) -> Result<()> {
    let Some(own) = person_of_staff(db, clerk.id)? else { return Ok(()) };
    let owner = match s.owner {
        Owner::Person(person) => person,
        Owner::Enterprise(id) => leader(db, id)?,
    };
    match [Some(s.person), s.agent, Some(owner)].contains(&Some(own)) {
        true => Err(own_affair(db, clerk)?),
        false => Ok(()),
    }
}

/// The refusal of one's own matter, with who may take it.
pub fn own_affair(db: &mut Db<'_>, clerk: &Clerk) -> Result<Error> {
    let others = colleagues(db, clerk.unit, Role::Clerk, clerk.id)?;
    let who = if others.is_empty() { "none".to_owned() } else { others.join("、") };
    Ok(Error::refused_with("intake-own", "who", who))
}

/// Receives somebody. Who is not there himself is told that somebody came in his name.
///
/// # Errors
/// `intake-own`.
pub fn open(tx: &mut Tx<'_>, s: &Sitting, clerk: &Clerk, place: &str) -> Result<Done<Hold>> {
    life::next(None, Kind::IntakeOpened)?;
    apart(tx, s, clerk)?;
    records::add(tx, s)?;
    if s.agent.is_some() {
        let (account, args) = (s.account, vec![("unit", place.to_owned())]);
        let link = "/my/access-log".to_owned();
        notify(tx, Notice { account, template: "intake-proxy", args, link })?;
    }
    let data = json!({"unit": s.unit.0, "checked": s.facts.checked, "proxy": s.agent.is_some()});
    let hold = Hold { id: s.id, version: 1 };
    Ok(record(tx, s, Kind::IntakeOpened, data)?.with(hold))
}

/// Reads a sitting as a clerk of the unit may, at the version he saw.
fn held(tx: &mut Tx<'_>, hold: Hold, clerk: &Clerk) -> Result<Sitting> {
    let s = rules::of_unit(records::find(tx, hold.id)?, clerk.unit)?;
    apart(tx, &s, clerk)?;
    if s.version == hold.version { Ok(s) } else { Err(Error::Stale) }
}

/// One turn: the life table, the change, the row. The event is the caller's.
fn turn(
    tx: &mut Tx<'_>,
    mut s: Sitting,
    on: Kind,
    clerk: Option<&Clerk>,
    change: impl FnOnce(&mut Sitting),
) -> Result<Sitting> {
    s.stage = life::next(Some(s.stage), on)?;
    if let Some(clerk) = clerk {
        s.staff = clerk.id;
        s.facts.staff_no.clone_from(&clerk.no);
    }
    change(&mut s);
    let at = tx.ctx().at;
    records::keep(tx, &mut s, at)?;
    Ok(s)
}

fn hold_of(s: &Sitting) -> Hold {
    Hold { id: s.id, version: s.version }
}

/// The readings of a sitting have a stream of their own, so that one is found among them.
fn readings(id: SittingId) -> Stream {
    Stream::of("sitting-read", id.0)
}

/// Whether this clerk's reading for this purpose stands in the person's list today already.
pub fn was_read(
    db: &mut Db<'_>,
    id: SittingId,
    (who, reference): (StaffId, &str),
    at: Stamp,
) -> Result<bool> {
    let actor = Actor::Staff(who.0).label();
    let same = |e: &ledger::EventRow| {
        e.actor == actor && e.data["reference"] == reference && e.at.day() == at.day()
    };
    Ok(ledger::newest_of_stream(db, readings(id), 50)?.iter().any(same))
}

/// Records that a clerk reads what a sitting holds of the person.
pub fn read(tx: &mut Tx<'_>, s: &Sitting, fields: &[&str], reference: &str) -> Result<Done<()>> {
    let data = json!({"fields": fields, "reference": reference});
    let event = Event::new(Kind::DataRead, readings(s.id)).about(s.person.0).with(data);
    Ok(tx.record(event)?.with(()))
}

/// Takes a sitting in hand, after the person came back or from a colleague.
pub fn resume(tx: &mut Tx<'_>, hold: Hold, clerk: &Clerk) -> Result<Done<Hold>> {
    let s = held(tx, hold, clerk)?;
    let s = turn(tx, s, Kind::IntakeOpened, Some(clerk), |_| {})?;
    let data = json!({"unit": s.unit.0, "again": true});
    Ok(record(tx, &s, Kind::IntakeOpened, data)?.with(hold_of(&s)))
}

/// The item is found: a fresh draft is opened in the person's own space, or the one he had begun is gone
/// on with.
pub fn choose(
    tx: &mut Tx<'_>,
    hold: Hold,
    clerk: &Clerk,
    item: (&str, DraftId),
    fresh: Option<&Draft>,
) -> Result<Done<Hold>> {
    let s = held(tx, hold, clerk)?;
    if let Some(draft) = fresh {
        drafts::acts::open(tx, draft)?;
    } else if drafts::records::find(tx, item.1)?.is_none_or(|d| d.owner != s.owner) {
        return Err(Error::Stale);
    }
    let s = turn(tx, s, Kind::IntakeItem, Some(clerk), |s| {
        s.slug = item.0.to_owned();
        s.draft = Some(item.1);
        s.facts.consent = None;
        s.facts.confirmed = None;
        s.facts.objected = None;
    })?;
    let data = json!({"item": item.0, "begun": fresh.is_none()});
    Ok(record(tx, &s, Kind::IntakeItem, data)?.with(hold_of(&s)))
}

/// The person at the window agrees that the registers are asked about him.
pub fn consent(
    tx: &mut Tx<'_>,
    hold: Hold,
    clerk: &Clerk,
    queries: &[drafts::acts::Query],
) -> Result<Done<Hold>> {
    let s = held(tx, hold, clerk)?;
    let at = tx.ctx().at;
    let s = turn(tx, s, Kind::ConsentGiven, Some(clerk), |s| s.facts.consent = Some(at))?;
    if !queries.is_empty() {
        drafts::acts::query_registers(tx, s.draft.unwrap_or(DraftId(0)), s.person, queries)?;
    }
    let data = json!({"at": "window", "registers": queries.len()});
    Ok(record(tx, &s, Kind::ConsentGiven, data)?.with(hold_of(&s)))
}

/// A paper seen at the window: who saw it and how; the sheet of paper itself counts as handed in.
pub struct Looked {
    /// Its material.
    pub key: String,
    /// Original or copy; `None` takes the note back.
    pub how: Option<Look>,
    /// Row of the note.
    pub id: i64,
    /// What stands for the sheet among the papers, where none of its kind does yet.
    pub sheet: Option<NewPaper>,
    /// The sheets that stood for it until now.
    pub drop: Vec<materials::PaperId>,
}

/// Notes how a paper was seen.
pub fn look(tx: &mut Tx<'_>, hold: Hold, clerk: &Clerk, l: &Looked) -> Result<Done<Hold>> {
    let s = held(tx, hold, clerk)?;
    let draft = s.draft.ok_or_else(|| Error::refused("intake-not-now"))?;
    let at = tx.ctx().at;
    let s = turn(tx, s, Kind::PaperSeen, Some(clerk), |s| s.facts.confirmed = None)?;
    for old in &l.drop {
        materials::records::drop_paper(tx, draft, *old, 0)?;
    }
    match l.how {
        Some(how) => records::looked(tx, l.id, draft, (&l.key, how), (clerk.id, &clerk.no), at)?,
        None => records::unlook(tx, draft, &l.key)?,
    }
    if let Some(sheet) = &l.sheet {
        let whose = Whose { owner: s.owner, person: s.person, slug: &s.slug };
        materials::acts::put_paper(tx, draft, whose, sheet)?;
    }
    let data = json!({"material": l.key, "how": l.how.map(Look::label)});
    Ok(record(tx, &s, Kind::PaperSeen, data)?.with(hold_of(&s)))
}

/// An address under which the applicant confirms; by phone he is told of it.
pub struct NewLink {
    /// Row.
    pub id: i64,
    /// Hash of its token.
    pub hash: Vec<u8>,
    /// Screen or phone.
    pub how: How,
    /// Who is told, of what, and the address in full.
    pub tell: Option<(AccountId, String, String)>,
}

/// Shows the applicant what was typed.
pub fn ask_confirmation(
    tx: &mut Tx<'_>,
    hold: Hold,
    clerk: &Clerk,
    link: &NewLink,
) -> Result<Done<Hold>> {
    let s = held(tx, hold, clerk)?;
    life::next(Some(s.stage), Kind::IntakeConfirmed)?;
    let at = tx.ctx().at;
    records::drop_old_links(tx, at)?;
    records::add_link(tx, link.id, &link.hash, (s.id, link.how.label()), at)?;
    if let Some((account, item, path)) = &link.tell {
        let args = vec![("item", item.clone()), ("link", path.clone())];
        let link = format!("/confirm/{}", path.rsplit('/').next().unwrap_or_default());
        notify(tx, Notice { account: *account, template: "intake-confirm", args, link })?;
    }
    let data = json!({"template": "intake-confirm", "how": link.how.label()});
    Ok(record(tx, &s, Kind::MessageSent, data)?.with(hold_of(&s)))
}

/// What the applicant said under his address.
pub struct Answered {
    /// Hash of the token; none for a signed paper.
    pub hash: Option<Vec<u8>>,
    /// He confirmed; `None` when something is not right.
    pub confirmed: Option<Confirmed>,
    /// The draft with his declarations, sealed, and the version it had before.
    pub declared: Option<(i64, Vec<u8>)>,
}

/// The applicant confirms this version of what was typed, with his declarations, or objects. `clerk` is
/// the one who took the signed paper; on a screen or phone it is the applicant himself.
pub fn answer(
    tx: &mut Tx<'_>,
    hold: Hold,
    clerk: Option<&Clerk>,
    a: &Answered,
) -> Result<Done<Hold>> {
    let s = match clerk {
        Some(clerk) => held(tx, hold, clerk)?,
        None => records::find(tx, hold.id)?,
    };
    let (at, draft) = (tx.ctx().at, s.draft.ok_or_else(|| Error::refused("intake-not-now"))?);
    if let Some(hash) = &a.hash
        && !records::use_link(tx, hash, at)?
    {
        return Err(Error::refused("intake-link-over"));
    }
    if let Some((version, sealed)) = &a.declared {
        drafts::records::save(tx, draft, *version, sealed, at)?;
    }
    let on = if a.confirmed.is_some() { Kind::IntakeConfirmed } else { Kind::IntakeObjected };
    let s = turn(tx, s, on, clerk, |s| {
        s.facts.objected = a.confirmed.is_none().then_some(at);
        s.facts.confirmed.clone_from(&a.confirmed);
    })?;
    if let Some(file) = a.confirmed.as_ref().and_then(|c| c.file.as_deref()) {
        materials::records::hold_file(tx, &FileHash::parse(file)?)?;
    }
    let how = a.confirmed.as_ref().map(|c| c.how.label());
    let code = a.confirmed.as_ref().map(|c| c.code.clone());
    let file = a.confirmed.as_ref().and_then(|c| c.file.clone());
    let data = json!({"how": how, "code": code, "file": file});
    Ok(record(tx, &s, on, data)?.with(hold_of(&s)))
}

/// Tells, once and in full, what is missing; the draft stays in the person's own space.
pub fn tell(
    tx: &mut Tx<'_>,
    hold: Hold,
    clerk: &Clerk,
    (count, account, item): (usize, AccountId, &str),
) -> Result<Done<Hold>> {
    let s = held(tx, hold, clerk)?;
    let at = tx.ctx().at;
    let s = turn(tx, s, Kind::IntakeTold, Some(clerk), |s| {
        s.facts.told = Some(Told { at, count });
        s.facts.confirmed = None;
    })?;
    let link = s.draft.map_or_else(|| "/my".to_owned(), |d| format!("/d/{}", d.0));
    let args = vec![("item", item.to_owned()), ("n", count.to_string())];
    notify(tx, Notice { account, template: "intake-told", args, link })?;
    let data = json!({"count": count});
    Ok(record(tx, &s, Kind::IntakeTold, data)?.with(hold_of(&s)))
}

/// The person goes without handing in; what was typed stays his draft.
pub fn end(tx: &mut Tx<'_>, hold: Hold, clerk: &Clerk) -> Result<Done<Hold>> {
    let s = held(tx, hold, clerk)?;
    let s = turn(tx, s, Kind::IntakeEnded, Some(clerk), |_| {})?;
    Ok(record(tx, &s, Kind::IntakeEnded, json!({}))?.with(hold_of(&s)))
}

/// Hands in what the applicant has confirmed: the same act as online, with the window as its channel.
///
/// # Errors
/// `intake-unconfirmed` when this version of the draft was not confirmed; those of `cases::acts::submit`.
pub fn hand_in(
    tx: &mut Tx<'_>,
    hold: Hold,
    clerk: &Clerk,
    submission: &Submission,
    calendar: &Calendar,
) -> Result<Done<Receipt>> {
    let s = held(tx, hold, clerk)?;
    let version = submission.draft_version.unwrap_or_default();
    if s.draft != Some(submission.id) || !rules::confirmed(&s.facts, version) {
        return Err(Error::refused("intake-unconfirmed"));
    }
    let done = cases::acts::submit(tx, submission, calendar)?;
    let no = done.get().no.to_string();
    turn(tx, s, Kind::CaseSubmitted, Some(clerk), |s| s.facts.case_no = Some(no))?;
    Ok(done)
}

/// Whether a sitting still waits for somebody: its draft was neither handed in online nor thrown away.
pub fn still_waits(db: &mut Db<'_>, s: &Sitting) -> Result<bool> {
    let Some(draft) = s.draft.filter(|_| s.stage == Stage::Waiting) else { return Ok(false) };
    Ok(drafts::records::find(db, draft)?.is_some())
}
