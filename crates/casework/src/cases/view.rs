//! Read models: what a page or the API needs of a case, worded by keys of `cases.ftl`. Nothing is
//! changed here, but an officer's look is recorded for the person concerned before the seal is opened.

use super::model::{Case, Missing, MissingKind, Officer, Owner, Phase, Post, State};
use super::records::{self, DocumentRow, Line};
use super::{acts, life, rules};
use crate::desks::card;
pub use crate::desks::{Card, Items, PAGE, Page, inbox, mine};
use crate::drafts::{Body, DraftId, Paper};
use codes::Day;
use codes::calendar::Calendar;
use codes::case_no::CaseNo;
use codes::clock::{self, Clock};
use codes::time::Stamp;
use guide::editions::{self, Edition};
use guide::packs::{self, MaterialNeed, Pack, RuleKind, Text};
use people::People;
use people::identity::{StaffId, Unit, UnitId, person_of_staff};
use std::sync::Arc;
use store::ledger::{self, EventRow, Reading};
use store::{Disclosure, Error, Kind, Purpose, Result, Stream};
use web::{Role, Visitor};

/// A member of staff as the rules of this room see him.
pub fn officer(visitor: &Visitor) -> Result<Officer> {
    let staff = visitor.staff()?;
    let post = |role: &Role| match role {
        Role::Clerk => Some(Post::Clerk),
        Role::Approver => Some(Post::Approver),
        _ => None,
    };
    Ok(Officer {
        id: StaffId(staff.id),
        unit: UnitId(staff.unit),
        posts: staff.roles.iter().filter_map(post).collect(),
        person: None,
    })
}

/// Where a step of the progress lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Behind us.
    Done,
    /// Now.
    Now,
    /// To come.
    Next,
}

/// One step of the progress; its words are `cases-step-<key>`.
#[derive(Debug, Clone)]
pub struct Step {
    /// `submitted`, `correction`, `corrected`, `accepted`, `special`, `special-ended`, `extended`,
    /// `decision`, `granted`, `denied`, `not-accepted`, `withdrawn`, `closed`.
    pub key: &'static str,
    /// Behind, now, to come.
    pub when: When,
    /// When it happened.
    pub at: Option<Stamp>,
    /// By which day it is due, where it has not.
    pub due: Option<Day>,
}

/// One missing thing with its name.
#[derive(Debug, Clone)]
pub struct MissingLine {
    /// What and why.
    pub missing: Missing,
    /// Its name in the pack.
    pub name: Text,
}

/// A case as its owner sees it.
#[derive(Clone)]
pub struct Progress {
    /// The line.
    pub card: Card,
    /// The case; `case.version` goes into forms.
    pub case: Case,
    /// Its pack, in the version it was filed under.
    pub pack: Arc<Pack>,
    /// That version, with the day it was published.
    pub edition: Edition,
    /// The unit responsible, with telephone.
    pub unit: Unit,
    /// Number of the clerk who took it in at a counter; nothing where it was filed online.
    pub clerk: Option<String>,
    /// Steps, in order.
    pub steps: Vec<Step>,
    /// The clock, once accepted.
    pub clock: Option<Clock>,
    /// Sealed documents.
    pub documents: Vec<DocumentRow>,
    /// Documents or the licence are still being made (正在制作).
    pub making: bool,
    /// Identifier of the licence issued.
    pub licence: Option<String>,
    /// What is missing, while a correction is awaited.
    pub missing: Vec<MissingLine>,
    /// Whether it can still be withdrawn.
    pub can_withdraw: bool,
    /// The story in events, oldest first; words are `event-<kind>`.
    pub history: Vec<EventRow>,
}

impl Progress {
    /// The case for an act: id and the version seen.
    pub fn grip(&self) -> super::Grip {
        super::Grip { id: self.case.id, version: self.case.version }
    }
}

/// A case as its owner sees it; to others it does not exist.
pub async fn progress(people: &People, owner: Owner, no: CaseNo) -> Result<Progress> {
    let progress = any(people, no).await?;
    if progress.case.owner == owner { Ok(progress) } else { Err(Error::NotFound) }
}

async fn any(people: &People, no: CaseNo) -> Result<Progress> {
    let read = move |db: &mut store::Db<'_>| {
        let case = records::by_no(db, no)?;
        let unit = people::identity::unit(db, case.unit)?;
        let documents = records::documents(db, case.id)?;
        let history = ledger::of_stream(db, Stream::of("case", case.id.0))?;
        let pack = super::acts::pack_of(db, &case)?;
        let edition = editions::edition(db, &case.slug, case.item_version)?;
        let clerk = crate::intake::taken(db, DraftId(case.id.0))?.map(|t| t.facts.staff_no);
        Ok((case, unit, documents, history, (pack, edition, clerk)))
    };
    let (case, unit, documents, history, (pack, edition, clerk)) = people.store.read(read).await?;
    let (calendar, today) = (&people.calendar, people.clock().now().day());
    let clock = rules::clock(&case.state, calendar, today);
    let queue = rules::queue(&case.state, case.unit, calendar, today);
    let line = Line {
        id: case.id,
        no: case.no,
        slug: case.slug.clone(),
        item_version: case.item_version,
        applicant: case.applicant.clone(),
        phase: case.state.phase(),
        due: queue.due.map(Stamp::from_day),
        handler: case.handler,
        submitted: case.submitted,
    };
    let mut card = card(line, Some(&pack), calendar, today);
    if let Some(clock) = &clock {
        card.light = clock.state;
        card.paused = clock.state == clock::State::Paused;
    }
    let phase = case.state.phase();
    Ok(Progress {
        card,
        steps: steps(&case, clock.as_ref(), calendar),
        clock,
        making: making(&case, &pack, &documents),
        licence: match &case.state {
            State::Closed(closed) => closed.licence.clone(),
            _ => None,
        },
        missing: missing(&case.state, &pack),
        can_withdraw: life::may(phase, Kind::CaseWithdrawn, Post::Applicant),
        case,
        pack,
        edition,
        unit,
        clerk,
        documents,
        history,
    })
}

fn making(case: &Case, pack: &Pack, documents: &[DocumentRow]) -> bool {
    let wanted = match case.state.phase() {
        Phase::Granted | Phase::Denied => return true,
        Phase::Accepted => "acceptance",
        Phase::CorrectionRequested => "correction",
        Phase::NotAccepted => "not-accepted",
        Phase::Closed => match case.state {
            State::Closed(super::model::Closed {
                result: super::model::Outcome::Denied(_),
                ..
            }) => "deny",
            _ => "grant",
        },
        _ => return false,
    };
    let named = |kind: &packs::documents::DocumentKind| {
        serde_json::to_value(kind).is_ok_and(|v| v == wanted)
    };
    pack.documents.iter().any(|d| named(&d.kind)) && !documents.iter().any(|d| d.kind == wanted)
}

fn missing(state: &State, pack: &Pack) -> Vec<MissingLine> {
    let State::CorrectionRequested(correcting) = state else { return vec![] };
    let name = |m: &Missing| match m.kind {
        MissingKind::Material => {
            pack.materials.iter().find(|p| p.key == m.key).map(|p| p.name.clone())
        }
        MissingKind::Field => pack.form.field(&m.key).map(|f| f.label.clone()),
    };
    let line = |m: &Missing| MissingLine { name: name(m).unwrap_or_default(), missing: m.clone() };
    correcting.told.items.iter().map(line).collect()
}

/// The way so far and to come.
fn steps(case: &Case, clock: Option<&Clock>, calendar: &Calendar) -> Vec<Step> {
    let done = |key, at| Step { key, when: When::Done, at: Some(at), due: None };
    let now = |key, due| Step { key, when: When::Now, at: None, due };
    let next = |key, due| Step { key, when: When::Next, at: None, due };
    let mut out = vec![done("submitted", case.submitted)];
    let told = match &case.state {
        State::CorrectionRequested(c) => Some(&c.told),
        state => state.received().and_then(|s| s.corrected.as_ref()),
    };
    if let Some(told) = told {
        out.push(done("correction", told.at));
        match told.supplied {
            Some(at) => out.push(done("corrected", at)),
            None => out.push(now("corrected", Some(told.until))),
        }
    }
    if let Some(accepted) = case.state.accepted() {
        out.push(done("accepted", accepted.at));
        for p in &accepted.procedures {
            out.push(done("special", p.start));
            out.extend(p.ended.as_ref().map(|e| done("special-ended", e.at)));
        }
        out.extend(accepted.extension.as_ref().map(|e| done("extended", e.at)));
    }
    let due = clock.map(|c| c.promised.day);
    match &case.state {
        State::Submitted(s) => {
            let notice = clock::notice_due(s.complete.day(), calendar).day;
            out.extend([now("accepted", Some(notice)), next("decision", None)]);
        }
        State::CorrectionRequested(_) => {
            out.extend([next("accepted", None), next("decision", None)]);
        }
        State::Accepted(_) => out.push(now("decision", due)),
        State::Special(special) => {
            out.push(done("special", special.running.start));
            out.push(now("special-ended", Some(special.running.planned)));
            out.push(next("decision", due));
        }
        State::Granted(granted) => {
            let day = clock::delivery_due(granted.decision.at.day(), calendar).day;
            out.extend([done("granted", granted.decision.at), now("closed", Some(day))]);
        }
        State::Denied(denied) => {
            out.extend([done("denied", denied.decision.at), now("closed", None)]);
        }
        State::NotAccepted(n) => out.push(done("not-accepted", n.at)),
        State::Withdrawn(w) => out.push(done("withdrawn", w.at)),
        State::Closed(c) => {
            let (key, at) = match &c.result {
                super::model::Outcome::Granted(g) => ("granted", g.decision.at),
                super::model::Outcome::Denied(d) => ("denied", d.decision.at),
            };
            out.extend([done(key, at), done("closed", c.at)]);
        }
    }
    out
}

/// A case as those who handle it see it.
#[derive(Clone)]
pub struct Dossier {
    /// What the owner sees as well.
    pub progress: Progress,
    /// Applicant and answers with their sources; the reading was recorded.
    pub body: Body,
    /// Papers put in.
    pub papers: Vec<Paper>,
    /// Materials as this case needs them.
    pub needs: Vec<MaterialNeed>,
    /// Automatic checks: 通过, 要看 (acceptance rules and looks).
    pub checks: Vec<packs::Checked>,
    /// Events this officer may cause now: which buttons to show.
    pub may: Vec<Kind>,
    /// Taken by somebody else.
    pub in_other_hands: Option<StaffId>,
}

/// What is recorded as read; worded as `identity-field-<name>`.
const READ: [&str; 3] = ["case-applicant", "case-answers", "case-papers"];

/// A case for an officer of its unit. The person concerned sees that it was read, by whom and why.
///
/// # Errors
/// `NotFound` for cases of other units; `case-own-affair`.
pub async fn dossier(people: &People, visitor: &Visitor, no: CaseNo) -> Result<Dossier> {
    let officer = officer(visitor)?;
    let progress = any(people, no).await?;
    let case = &progress.case;
    if !rules::concerns(case, officer.unit) || officer.posts.is_empty() {
        return Err(Error::NotFound);
    }
    let (who, posts) = (officer.clone(), rules::post_of(case.state.phase()));
    let (parties, post) = (case.parties.clone(), posts.unwrap_or(officer.posts[0]));
    let aside = move |db: &mut store::Db<'_>| match person_of_staff(db, who.id)? {
        Some(person) if parties.contains(&person) => acts::step_aside(db, &who, post).map(Some),
        _ => Ok(None),
    };
    if let Some(told) = people.store.read(aside).await? {
        return Err(told);
    }
    let ctx = visitor.ctx(people, Purpose::Case(case.id.0));
    let reading =
        Reading { subject: case.person.0, fields: READ.to_vec(), reference: case.no.to_string() };
    let leave = ledger::disclose(&people.store, ctx, reading).await?;
    let (body, papers) = contents(people, case, &leave).await?;
    let held = crate::drafts::filing::held(people, &progress.pack, &body).await?;
    let judgement = body.judge(&progress.pack, people.clock().now());
    let needs = judgement.needs(&held);
    let checks = judgement.checks(&[RuleKind::Accept, RuleKind::Look]);
    let phase = case.state.phase();
    let mine = |k: &Kind| officer.posts.iter().any(|p| life::may(phase, *k, *p));
    let may = life::LIFE.iter().filter(|a| a.from == Some(phase)).map(|a| a.on);
    Ok(Dossier {
        may: may.filter(mine).collect(),
        in_other_hands: case.handler.filter(|h| *h != officer.id),
        progress,
        body,
        papers,
        needs,
        checks,
    })
}

/// Opens body and papers with the leave given (owner, worker, or recorded reading).
pub async fn contents(
    people: &People,
    case: &Case,
    leave: &Disclosure,
) -> Result<(Body, Vec<Paper>)> {
    let id = DraftId(case.id.0);
    let cell = crate::drafts::records::case_cell(id);
    let text = people.vault().open_sealed(cell, &case.sealed, leave)?;
    let vault = people.vault().clone();
    let papers = people
        .store
        .read(move |db| {
            // The leave was had above, for the same case.
            let again = Disclosure::process("papers of the case just opened");
            crate::materials::records::papers(db, &vault, id, &again)
        })
        .await?;
    Ok((serde_json::from_str(text.expose())?, papers))
}

/// Whether a file belongs to a case: the address of a file alone opens nothing.
pub async fn file_of(people: &People, case: &Case, hash: &str) -> Result<Option<store::FileHash>> {
    let id = case.id;
    let procedures = case.state.accepted().into_iter().flat_map(|a| &a.procedures);
    let evidence = |p: &super::model::Procedure| {
        let ended = p.ended.as_ref().and_then(|e| e.evidence.clone());
        p.evidence.clone().into_iter().chain(ended).collect::<Vec<_>>()
    };
    if procedures.flat_map(evidence).any(|e| e == hash) {
        return store::FileHash::parse(hash).map(Some);
    }
    let read = move |db: &mut store::Db<'_>| {
        let papers = crate::materials::records::bare_papers(db, DraftId(id.0))?;
        let documents = records::documents(db, id)?.into_iter().map(|d| d.file);
        Ok(papers.into_iter().filter_map(|p| p.file).chain(documents).collect::<Vec<_>>())
    };
    let files = people.store.read(read).await?;
    Ok(files.into_iter().find(|f| f.as_str() == hash))
}
