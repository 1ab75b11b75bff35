//! Acts of exchange: a system is registered and changed; every question is written down, with what it got.

use super::life::{self, Step};
use super::model::{
    Call, Operation, Outcome, Reasons, Scope, System, SystemId, SystemStatus, Terms,
};
use super::records;
use super::rules::{self, Denial};
use crate::licences::model::Licence;
use crate::licences::records as licences;
use codes::time::Stamp;
use people::identity::Unit;
use serde_json::{Value, json};
use store::{Done, Error, Event, Kind, Result, Stream, Tx};

/// A secret to be kept: its row and its keyed hash.
#[derive(Debug, Clone)]
pub struct NewSecret {
    /// Row id.
    pub id: i64,
    /// Keyed hash.
    pub hash: Vec<u8>,
}

fn stream(id: SystemId) -> Stream {
    Stream::of("connected", id.0)
}

fn numbered(tx: &Tx<'_>, scopes: &[Scope]) -> Vec<(i64, Scope)> {
    scopes.iter().map(|scope| (tx.ctx().id(), scope.clone())).collect()
}

/// What the ledger says of terms.
fn facts(system: &System, terms: &Terms) -> Value {
    let types: Vec<Value> = terms
        .scopes
        .iter()
        .map(|s| json!({"type": s.type_code, "fields": s.fields, "basis": s.basis}))
        .collect();
    json!({
        "access_id": system.access_id,
        "provider": system.provider,
        "consumer": terms.consumer,
        "name": terms.name,
        "operations": terms.operations.iter().map(|o| o.label()).collect::<Vec<_>>(),
        "items": terms.items,
        "per_minute": terms.per_minute,
        "per_day": terms.per_day,
        "last": terms.last.to_string(),
        "types": types,
    })
}

/// Registers a system with its first secret; tells which secret it was.
///
/// # Errors
/// `exchange-terms` with the fields to correct.
pub fn register(tx: &mut Tx<'_>, system: &System, secret: &NewSecret) -> Result<Done<(i64, i64)>> {
    let at = tx.ctx().at;
    rules::terms(&system.terms, at.day())?;
    if !records::add(tx, system)? {
        return Err(Error::Stale);
    }
    let scopes = numbered(tx, &system.terms.scopes);
    records::put_scopes(tx, system.id, &scopes)?;
    records::add_secret(tx, secret.id, system.id, &secret.hash, at)?;
    let data = facts(system, &system.terms);
    let event = Event::new(Kind::SystemConnected, stream(system.id)).with(data);
    Ok(tx.record(event)?.with((system.id.0, secret.id)))
}

/// A case of this node took a licence for a paper (免证办): the unit that issued it sees so among the uses of its
/// licences, as it sees what other departments' systems ask for. A licence of elsewhere is no row of ours.
pub fn presented(
    tx: &mut Tx<'_>,
    identifier: &str,
    consumer: i64,
    (item, case_no): (&str, &str),
) -> Result<()> {
    let Some(licence) = licences::by_identifier(tx, identifier)? else { return Ok(()) };
    let (id, at) = (tx.ctx().id(), tx.ctx().at);
    let reasons =
        Reasons { item: item.to_owned(), case_no: case_no.to_owned(), cause: SPARED.to_owned() };
    let call = Call {
        id,
        at,
        system: SystemId(0),
        provider: licence.issuer.unit,
        consumer,
        operation: Operation::Presented,
        outcome: Outcome::Given,
        reason: String::new(),
        licence: Some(licence.id.0),
        type_code: licence.type_code,
        reasons,
        shown: String::new(),
    };
    records::keep_call(tx, &call)
}

/// The cause of such a use, as systems name theirs.
const SPARED: &str = "免证办：用证照代替材料";

/// A system of this unit that somebody saw at this lock.
fn grip(tx: &mut Tx<'_>, id: SystemId, unit: i64, lock: i64) -> Result<System> {
    let system = records::by_id(tx, id)?;
    if system.provider != unit {
        return Err(Error::NotFound);
    }
    if system.lock != lock { Err(Error::Stale) } else { Ok(system) }
}

/// Agrees new terms.
///
/// # Errors
/// `exchange-terms`, `exchange-step`, `Stale`; `NotFound` for another unit's.
pub fn change(
    tx: &mut Tx<'_>,
    id: SystemId,
    unit: i64,
    lock: i64,
    terms: &Terms,
) -> Result<Done<i64>> {
    let system = grip(tx, id, unit, lock)?;
    life::next(system.status, Step::Change)?;
    rules::terms(terms, tx.ctx().at.day())?;
    records::set_terms(tx, id, lock, terms)?;
    let scopes = numbered(tx, &terms.scopes);
    records::put_scopes(tx, id, &scopes)?;
    let event = Event::new(Step::Change.event(), stream(id)).with(facts(&system, terms));
    Ok(tx.record(event)?.with(id.0))
}

/// Gives a system another secret. The one before works for some days more, or ends at once when it may be
/// in wrong hands.
///
/// # Errors
/// `exchange-step`, `Stale`; `NotFound` for another unit's.
pub fn renew(
    tx: &mut Tx<'_>,
    id: SystemId,
    unit: i64,
    secret: &NewSecret,
    at_once: bool,
) -> Result<Done<(i64, i64)>> {
    let system = records::by_id(tx, id)?;
    if system.provider != unit {
        return Err(Error::NotFound);
    }
    life::next(system.status, Step::Renew)?;
    let at = tx.ctx().at;
    let ends = if at_once { at } else { at.plus_days(rules::OVERLAP_DAYS) };
    records::end_secrets(tx, id, ends)?;
    records::add_secret(tx, secret.id, id, &secret.hash, at)?;
    let data = json!({"at_once": at_once, "before_ends": ends.iso()});
    let event = Event::new(Step::Renew.event(), stream(id)).with(data);
    Ok(tx.record(event)?.with((id.0, secret.id)))
}

/// Suspends, resumes or ends a system, with a reason.
///
/// # Errors
/// `exchange-reason`, `exchange-step`, `Stale`; `NotFound` for another unit's.
pub fn step(
    tx: &mut Tx<'_>,
    id: SystemId,
    unit: i64,
    lock: i64,
    step: Step,
    reason: &str,
) -> Result<Done<i64>> {
    let system = grip(tx, id, unit, lock)?;
    if !Step::WITH_REASON.contains(&step) {
        return Err(Error::NotFound);
    }
    let to = life::next(system.status, step)?;
    rules::reason(reason)?;
    let kept = if to == SystemStatus::Active { "" } else { reason.trim() };
    records::set_status(tx, id, lock, to, kept)?;
    let event = Event::new(step.event(), stream(id)).with(json!({"reason": reason.trim()}));
    Ok(tx.record(event)?.with(id.0))
}

/// A question as the acts below write it down.
#[derive(Debug, Clone)]
pub struct Question {
    /// Who asks.
    pub system: System,
    /// For which unit.
    pub unit: Unit,
    /// What is asked.
    pub operation: Operation,
    /// What for.
    pub reasons: Reasons,
    /// Of which type, where the question names one.
    pub type_code: String,
}

impl Question {
    fn call(&self, id: i64, at: Stamp, outcome: Outcome) -> Call {
        Call {
            id,
            at,
            system: self.system.id,
            provider: self.system.provider,
            consumer: self.system.terms.consumer,
            operation: self.operation,
            outcome,
            reason: String::new(),
            licence: None,
            type_code: self.type_code.clone(),
            reasons: self.reasons.clone(),
            shown: String::new(),
        }
    }

    fn data(&self) -> Value {
        json!({
            "system": self.system.terms.name,
            "unit": self.unit.name,
            "unit_en": self.unit.name_en,
            "operation": self.operation.label(),
            "cause": self.reasons.cause,
            "item": self.reasons.item,
            "case": self.reasons.case_no,
        })
    }
}

/// A question is refused; nobody's data was touched, and the record says why.
pub fn refuse(tx: &mut Tx<'_>, asked: &Question, why: &'static str) -> Result<Done<()>> {
    let (id, at) = (tx.ctx().id(), tx.ctx().at);
    let call = Call { reason: why.into(), ..asked.call(id, at, Outcome::Refused) };
    records::add_call(tx, &call, rules::counted(Outcome::Refused))?;
    let mut data = asked.data();
    data["why"] = why.into();
    let event = Event::new(Kind::SharingRefused, stream(asked.system.id)).with(data);
    Ok(tx.record(event)?.with(()))
}

/// A question of which nothing is known but who put it, and that he could not show that he may.
pub fn refuse_stranger(tx: &mut Tx<'_>, access_id: &str) -> Result<Done<()>> {
    let known: String = access_id.chars().filter(|c| !c.is_control()).take(40).collect();
    let data = json!({"why": "credentials", "access_id": known});
    let event = Event::new(Kind::SharingRefused, Stream::of("connected", 0)).with(data);
    Ok(tx.record(event)?.with(()))
}

/// A question to which there is nothing to give. It looks the same whatever the reason: no such holder, no
/// such licence, or a holder who was not asked; the reason stands in the record of the provider alone.
pub fn nothing(tx: &mut Tx<'_>, asked: &Question, why: &'static str) -> Result<Done<()>> {
    let (id, at) = (tx.ctx().id(), tx.ctx().at);
    let call = Call { reason: why.into(), ..asked.call(id, at, Outcome::Empty) };
    records::add_call(tx, &call, rules::counted(Outcome::Empty))?;
    let mut data = asked.data();
    data["why"] = why.into();
    let event = Event::new(Kind::SharingAnswered, stream(asked.system.id)).with(data);
    Ok(tx.record(event)?.with(()))
}

/// A question about nobody: what fields mean, whether a paper is genuine.
pub fn answered(tx: &mut Tx<'_>, asked: &Question) -> Result<Done<()>> {
    let (id, at) = (tx.ctx().id(), tx.ctx().at);
    let call = asked.call(id, at, Outcome::Given);
    records::add_call(tx, &call, rules::counted(Outcome::Given))?;
    let event = Event::new(Kind::SharingAnswered, stream(asked.system.id)).with(asked.data());
    Ok(tx.record(event)?.with(()))
}

/// What is told of one licence.
#[derive(Debug, Clone)]
pub struct Gift {
    /// The licence.
    pub licence: Licence,
    /// Whom it concerns, who will see this.
    pub subject: Option<i64>,
    /// Labels of what is told, in Chinese and English.
    pub shown: (Vec<String>, Vec<String>),
    /// The grant it rests on, where the law alone does not.
    pub grant: Option<i64>,
}

/// Licences are given: one event in the record of each, which its holder sees. Whoever asks too often for one
/// licence gets none.
pub fn give(
    tx: &mut Tx<'_>,
    asked: &Question,
    gifts: &[Gift],
) -> Result<Done<std::result::Result<(), Denial>>> {
    let at = tx.ctx().at;
    let since = at.plus_days(-1);
    for gift in gifts {
        let before = records::asked_of(tx, gift.licence.id.0, asked.system.id, since)?;
        if before >= rules::MOST_PER_LICENCE {
            let denial = Denial::Subject;
            return refuse(tx, asked, denial.code()).map(|done| done.map(|()| Err(denial)));
        }
    }
    let mut last = None;
    for gift in gifts {
        let id = tx.ctx().id();
        let call = Call {
            licence: Some(gift.licence.id.0),
            type_code: gift.licence.type_code.clone(),
            shown: gift.shown.0.join("、"),
            ..asked.call(id, at, Outcome::Given)
        };
        records::add_call(tx, &call, rules::counted(Outcome::Given))?;
        let mut data = asked.data();
        data["identifier"] = gift.licence.identifier.clone().into();
        data["licence"] = gift.licence.name_zh.clone().into();
        data["licence_en"] = gift.licence.name_en.clone().into();
        data["shown"] = gift.shown.0.clone().into();
        data["shown_en"] = gift.shown.1.clone().into();
        if let Some(grant) = gift.grant {
            data["grant"] = grant.into();
        }
        let about = Stream::of("licence", gift.licence.id.0);
        let event = Event::new(Kind::LicenceShared, about).about(gift.subject).with(data);
        last = Some(tx.record(event)?);
    }
    match last {
        Some(recorded) => Ok(recorded.with(Ok(()))),
        None => Err(Error::internal("a gift of nothing")),
    }
}
