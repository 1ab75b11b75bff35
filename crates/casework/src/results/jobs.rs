//! Workers of this room: a document, a licence. Each can begin again at any moment: what was recorded
//! already is left as it is.

use super::rules::{self, Ordered, Source};
use crate::Casework;
use crate::cases::model::{Case, CaseId, Phase, State};
use crate::cases::{acts, records, view};
use crate::drafts::{Body, DraftId};
use crate::materials::Paper;
use codes::time::parse_day;
use guide::packs::Pack;
use guide::packs::documents::DocumentKind;
use guide::packs::licence::Holder as HeldBy;
use people::identity::Unit;
use proof::licences::{Holder, HolderKind, LicenceDraft};
use proof::seals::{DocumentDraft, Issuer, Order, SealKind};
use serde_json::json;
use std::sync::Arc;
use store::jobs::{Handler, JobRow};
use store::{Ctx, Disclosure, Error, Event, Job, Kind, Purpose, Result, Secret, Stream};

/// The handlers of this room.
pub fn handlers(w: &Casework) -> Vec<(&'static str, Handler)> {
    let (a, b) = (w.clone(), w.clone());
    vec![
        (acts::DOCUMENT, Box::new(move |job| Box::pin(document(a.clone(), job)))),
        (acts::LICENCE, Box::new(move |job| Box::pin(licence(b.clone(), job)))),
    ]
}

struct Whole {
    case: Case,
    body: Body,
    papers: Vec<Paper>,
    pack: Arc<Pack>,
    unit: Unit,
    clerk: Option<String>,
}

fn case_id(job: &JobRow) -> Result<CaseId> {
    job.payload["case"].as_i64().map(CaseId).ok_or_else(|| Error::internal("a job without case"))
}

/// The case with its body: shown to nobody but in the document the case's own event ordered.
async fn whole(w: &Casework, id: CaseId) -> Result<Whole> {
    let (case, unit, pack, clerk) = w
        .store
        .read(move |db| {
            let case = records::by_id(db, id)?;
            let unit = people::identity::unit(db, case.unit)?;
            let pack = acts::pack_of(db, &case)?;
            let taken = crate::intake::taken(db, DraftId(id.0))?;
            Ok((case, unit, pack, taken.map(|t| t.facts.staff_no)))
        })
        .await?;
    let leave = Disclosure::process("document or licence of the case");
    let (body, papers) = view::contents(w, &case, &leave).await?;
    Ok(Whole { case, body, papers, pack, unit, clerk })
}

fn ctx(w: &Casework, id: CaseId) -> Ctx {
    w.store.system_ctx().for_purpose(Purpose::Case(id.0))
}

/// Makes, seals and records one document; a decision without licence closes the case with it.
async fn document(w: Casework, job: JobRow) -> Result<()> {
    let id = case_id(&job)?;
    let word = job.payload["kind"].as_str().unwrap_or_default().to_owned();
    let Whole { case, body, papers, pack, unit, clerk } = whole(&w, id).await?;
    let made = w.store.read(move |db| records::documents(db, id)).await?;
    let Some(order) = rules::ordered(&case, &word) else { return Ok(()) };
    let row = match made.iter().any(|d| d.kind == word) {
        true => None,
        false => {
            let licence_no = job.payload["licence_no"].as_str();
            let (case, body, pack, unit) = (&case, &body, &pack, &unit);
            let (calendar, clerk) = (&w.calendar, clerk.as_deref());
            let source = Source { case, body, pack, unit, licence_no, calendar, clerk };
            make(&w, &source, &papers, &order, &word).await?
        }
    };
    let closes = matches!(case.state.phase(), Phase::Denied)
        || (case.state.phase() == Phase::Granted && pack.licence.is_none());
    let closes = closes && matches!(order.event, Kind::CaseGranted | Kind::CaseDenied);
    if row.is_none() && !closes {
        return Ok(());
    }
    let (calendar, person) = (w.calendar.clone(), case.person.0);
    w.store
        .write(ctx(&w, id), move |tx| {
            if let Some(row) = row
                && records::add_document(tx, id, &row)?
            {
                let data = json!({"kind": row.kind, "number": row.number, "file": row.file});
                let event = Event::new(Kind::DocumentIssued, Stream::of("case", id.0));
                let recorded = tx.record(event.about(person).with(data))?;
                if !closes {
                    return Ok(recorded.with(()));
                }
            }
            match closes {
                true => acts::close(tx, id, None, &calendar).map(|done| done.map(drop)),
                false => Err(Error::Stale),
            }
        })
        .await
}

/// The document filled and sealed; `None` when the pack has no template of this kind.
async fn make(
    w: &Casework,
    source: &Source<'_>,
    papers: &[Paper],
    order: &Ordered,
    word: &str,
) -> Result<Option<records::DocumentRow>> {
    let Some(template) = source.pack.documents.iter().find(|d| d.kind == order.kind) else {
        return Ok(None);
    };
    let number = rules::number(template, source.case, order, source.pack);
    let slots = rules::slots(source, order, &number);
    let filled = template.fill("zh", &slots);
    let filled = filled.map_err(|names| Error::internal(format!("no value for {names:?}")))?;
    // The official form has a line of its own for whom it addresses.
    let greeting = format!("{}：", source.body.party.name);
    let mut paragraphs: Vec<String> =
        filled.paragraphs.into_iter().filter(|p| *p != greeting).collect();
    if order.kind == DocumentKind::Receipt {
        paragraphs.extend(rules::disputed(source.pack, source.body, papers));
    }
    paragraphs.extend(rules::counter_line(source, order));
    let sealed = w
        .proof
        .seal_document(DocumentDraft {
            title: filled.title.clone(),
            number: number.clone(),
            case_no: Some(source.case.no.to_string()),
            unit: Issuer::from(source.unit),
            to: Secret::new(&source.body.party.name),
            paragraphs,
            dated: order.at.day(),
            seal_as: SealKind::Approval,
            order: Order::Case { case_id: source.case.id.0, event: order.event },
        })
        .await?;
    Ok(Some(records::DocumentRow {
        id: w.store.fresh_id(),
        kind: word.to_owned(),
        number,
        title: filled.title,
        file: sealed.file,
        made: w.clock().now(),
    }))
}

/// Makes and seals the licence, then issues it and closes the case in one transaction; the decision,
/// which names its number, is left to the next worker.
async fn licence(w: Casework, job: JobRow) -> Result<()> {
    let id = case_id(&job)?;
    let whole = whole(&w, id).await?;
    let State::Granted(granted) = &whole.case.state else { return Ok(()) };
    let Some(face) = &whole.pack.licence else { return Ok(()) };
    let decided = granted.decision.at;
    let judgement = whole.body.judge(&whole.pack, decided);
    let values = judgement.licence_values(face);
    let values = values.map_err(|(field, e)| Error::internal(format!("licence {field}: {e:?}")))?;
    let until = judgement.valid_until(face);
    let until = until.map_err(|e| Error::internal(format!("licence validity: {e:?}")))?;
    let valid_to = until.map(|d| parse_day(&d)).transpose().map_err(|e| Error::internal(e.code))?;
    let made = w
        .proof
        .make_licence(LicenceDraft {
            face: face.clone(),
            values,
            holder: holder(face.holder, &whole),
            issuer: Issuer::from(&whole.unit),
            dated: decided.day(),
            valid_from: decided.day(),
            valid_to,
            order: Order::Case { case_id: id.0, event: Kind::CaseGranted },
            case_no: Some(whole.case.no.to_string()),
            replaces: None,
        })
        .await?;
    let (calendar, key) = (w.calendar.clone(), whole.case.no.to_string());
    w.store
        .write(ctx(&w, id), move |tx| {
            proof::licences::acts::issue(tx, &made, Some(id.0))?;
            let payload = json!({"case": id.0, "kind": "grant", "licence_no": made.number});
            tx.job(Job { queue: acts::DOCUMENT, key, run_at: None, payload })?;
            let identifier = Some(made.identifier.to_string());
            acts::close(tx, id, identifier, &calendar).map(|done| done.map(drop))
        })
        .await
}

fn holder(of: HeldBy, whole: &Whole) -> Holder {
    let (party, subject) = (&whole.body.party, Some(whole.case.person.0));
    let own = party.number_kind == "111";
    let (kind, name, code) = match of {
        HeldBy::Enterprise => (HolderKind::Enterprise, &party.name, &party.number),
        HeldBy::Person if own => (HolderKind::Person, &party.name, &party.number),
        HeldBy::Person => (HolderKind::Person, &party.agent, &party.agent_number),
    };
    Holder { kind, subject, name: Secret::new(name), code: Secret::new(code) }
}
