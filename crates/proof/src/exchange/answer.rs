//! How a question is answered: who asks, whether he may, what there is, what of it was opened to him; then
//! the use is written down where the owner sees it, and only then anything sealed is opened.

use super::acts::{self, Gift, Question};
use super::meaning;
use super::model::{Operation, Reasons, SystemId};
use super::rules::{self, Denial};
use super::{pass, records};
use crate::Proof;
use crate::grants::model::{Said, number};
use crate::grants::{copies, words};
use crate::licences::model::{HolderKind, Licence, LicenceRowId, LicenceStatus, holder_index};
use crate::licences::{records as licences, sealed};
use crate::showing::choice::{self, Shown};
use crate::showing::{code, records as shows};
use crate::verification::verdict::Standing;
use crate::verification::{Verdict, Verifier};
use codes::licence::LicenceId;
use codes::time::{Day, Stamp};
use people::identity::{Unit, UnitId, unit};
use store::{Actor, Channel, Ctx, Disclosure, Error, Purpose, Result, Secret, Upkeep, ledger};
use web::limits::Limit;
use web::{Lang, Texts};

/// The law by which departments share (政务数据共享条例).
const LAW: &str = "政务数据共享条例";
/// Tries to show who one is, from one address.
const DOOR: Limit = Limit { name: "exchange-door", burst: 30, refill_seconds: 10 };
/// A refusal for haste is written down once a minute.
const HASTE: Limit = Limit { name: "exchange-haste", burst: 1, refill_seconds: 3600 };

/// Who a question says it comes from, when, and its mark.
#[derive(Debug, Clone, Default)]
pub struct Head {
    /// What the system calls itself by.
    pub access_id: String,
    /// Its token.
    pub access_token: String,
    /// When it was sent, milliseconds.
    pub timestamp: i64,
    /// A mark that no other question of the system has.
    pub nonce: String,
}

/// One licence as told.
#[derive(Debug, Clone)]
pub struct Told {
    /// The licence; holder and fields are still sealed.
    pub licence: Licence,
    /// Its status today.
    pub status: LicenceStatus,
    /// Fields by key.
    pub fields: Vec<(String, Shown)>,
    /// The grant it rests on.
    pub grant: Option<i64>,
}

fn ctx(proof: &Proof, system: SystemId) -> Ctx {
    let (at, ids) = (proof.app().clock().now(), proof.app().store.ids().clone());
    let (actor, channel) = (Actor::Connected(system.0), Channel::Api);
    Ctx { at, actor, purpose: Purpose::Legal(LAW), channel, ids }
}

/// A token for whoever has the secret.
///
/// # Errors
/// `credentials` for an unknown id and a wrong secret alike; `Busy` for who tries too often.
pub async fn token(proof: &Proof, ip: &str, access_id: &str, secret: &str) -> Result<String> {
    let app = proof.app();
    let at = app.clock().now();
    app.limits.check(DOOR, ip, at)?;
    let (wanted, given) = (access_id.to_owned(), pass::hash(app.vault(), secret));
    let find = move |db: &mut store::Db<'_>| {
        let Some(system) = records::by_access(db, &wanted)? else { return Ok(None) };
        let secrets = records::secrets(db, system.id)?;
        let good = secrets.iter().filter(|s| s.good(at) && gm::sm3::same(&s.hash, &given));
        Ok(good.map(|s| pass::Token { system: system.id, secret: s.id }).next())
    };
    match app.store.read(find).await? {
        Some(found) => Ok(pass::make(app.vault(), found, at)),
        None => stranger(proof, access_id).await,
    }
}

async fn stranger<T>(proof: &Proof, access_id: &str) -> Result<T> {
    let store = &proof.app().store;
    let claimed = access_id.to_owned();
    store.write(store.system_ctx(), move |tx| acts::refuse_stranger(tx, &claimed)).await?;
    Err(Error::refused("credentials"))
}

/// Writes a refusal down and gives it.
///
/// # Errors
/// Always: the refusal.
pub async fn refused<T>(proof: &Proof, asked: &Question, error: Error) -> Result<T> {
    let (own, code) = (asked.clone(), error.code());
    let ctx = ctx(proof, asked.system.id);
    proof.app().store.write(ctx, move |tx| acts::refuse(tx, &own, code)).await?;
    Err(error)
}

async fn denied<T>(proof: &Proof, asked: &Question, denial: Denial) -> Result<T> {
    refused(proof, asked, Error::refused(denial.code())).await
}

/// Lets a question in: the token is its system's, it gives its reasons, it is fresh, and the terms allow it.
///
/// # Errors
/// `credentials`, `exchange-reasons`, `Busy`, those of [`Denial`].
pub async fn enter(
    proof: &Proof,
    ip: &str,
    head: &Head,
    operation: Operation,
    reasons: Reasons,
    type_code: &str,
) -> Result<Question> {
    let app = proof.app();
    let at = app.clock().now();
    let Some(found) = known(proof, head, at).await? else {
        app.limits.check(DOOR, ip, at)?;
        return stranger(proof, &head.access_id).await;
    };
    let (system, unit) = found;
    let told: String = type_code.chars().filter(|c| c.is_ascii_alphanumeric()).take(21).collect();
    let mut asked =
        Question { system, unit, operation, reasons: Reasons::default(), type_code: told };
    let mark = mark_holds(&head.nonce);
    if let Err(error) = rules::reasoned(&reasons).and(mark) {
        return refused(proof, &asked, error).await;
    }
    asked.reasons = reasons;
    hurry(proof, &asked, at).await?;
    let sent = Stamp::from_micros(head.timestamp.saturating_mul(1_000));
    match gate(proof, &asked, sent, &head.nonce, at).await? {
        None => Ok(asked),
        Some(denial) => denied(proof, &asked, denial).await,
    }
}

/// A question whose data cannot be read, from whoever put it.
///
/// # Errors
/// Always: `exchange-body`, or `credentials` for a stranger.
pub async fn malformed<T>(proof: &Proof, ip: &str, head: &Head, operation: Operation) -> Result<T> {
    let at = proof.app().clock().now();
    let Some((system, unit)) = known(proof, head, at).await? else {
        proof.app().limits.check(DOOR, ip, at)?;
        return stranger(proof, &head.access_id).await;
    };
    let (reasons, type_code) = (Reasons::default(), String::new());
    let asked = Question { system, unit, operation, reasons, type_code };
    hurry(proof, &asked, at).await?;
    refused(proof, &asked, Error::refused("exchange-body")).await
}

/// The system of a token, if the token is good and its system's own.
async fn known(proof: &Proof, head: &Head, at: Stamp) -> Result<Option<(super::System, Unit)>> {
    let Some(read) = pass::read(proof.app().vault(), &head.access_token, at) else {
        return Ok(None);
    };
    let access_id = head.access_id.clone();
    let find = move |db: &mut store::Db<'_>| {
        let system = records::by_id(db, read.system)?;
        let secrets = records::secrets(db, read.system)?;
        let good = secrets.iter().any(|s| s.id == read.secret && s.good(at));
        if !good || system.access_id != access_id {
            return Ok(None);
        }
        let unit = unit(db, UnitId(system.terms.consumer))?;
        Ok(Some((system, unit)))
    };
    proof.app().store.read(find).await
}

fn mark_holds(nonce: &str) -> Result<()> {
    let good = (8..=64).contains(&nonce.len())
        && nonce.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let check = ("nonce", good, "exchange-nonce-words");
    rules::refuse("exchange-reasons", [check].into_iter())
}

/// The allowance of a minute.
async fn hurry(proof: &Proof, asked: &Question, at: Stamp) -> Result<()> {
    let limits = &proof.app().limits;
    let minute = at.micros().div_euclid(60_000_000);
    let key = format!("{}:{minute}", asked.system.id.0);
    let burst = u32::try_from(asked.system.terms.per_minute).unwrap_or(1);
    if limits.take(Limit { name: "exchange", burst, refill_seconds: 3600 }, &key, at).is_ok() {
        return Ok(());
    }
    let left = 60 - at.micros().div_euclid(1_000_000).rem_euclid(60);
    let busy = Error::Busy(u32::try_from(left).unwrap_or(60));
    match limits.take(HASTE, &key, at) {
        Ok(()) => refused(proof, asked, busy).await,
        Err(_) => Err(busy),
    }
}

/// Terms, freshness, the day's allowance and the hour's misses; the mark of the question is kept.
async fn gate(
    proof: &Proof,
    asked: &Question,
    sent: Stamp,
    nonce: &str,
    at: Stamp,
) -> Result<Option<Denial>> {
    let app = proof.app();
    let mark = app.vault().index("connected_nonce", &format!("{}:{nonce}", asked.system.id.0));
    let (id, operation, item) = (asked.system.id, asked.operation, asked.reasons.item.clone());
    let keep = move |db: &mut store::Db<'_>| {
        // Read again here: a suspension is effective for whatever is not yet answered.
        let system = records::by_id(db, id)?;
        if let Err(denial) = rules::admits(&system, operation, &item, sent, at) {
            return Ok(Some(denial));
        }
        if !records::first(db, &mark, at)? {
            return Ok(Some(Denial::Replayed));
        }
        records::forget_marks(db, at.plus_seconds(-3 * rules::WINDOW))?;
        if records::asked(db, id, at.day())? > system.terms.per_day {
            return Ok(Some(Denial::Quota));
        }
        let misses = records::misses(db, id, at.plus_seconds(-3600))?;
        Ok((misses >= rules::MOST_MISSES).then_some(Denial::Misses))
    };
    app.store.upkeep(Upkeep::Limit, keep).await
}

/// Whose licences of which type are asked for.
#[derive(Clone)]
pub struct OfHolder {
    /// Kind of number.
    pub kind: HolderKind,
    /// The number.
    pub code: Secret,
    /// Type of licence.
    pub type_code: String,
    /// Printed number, to tell several apart; empty for all.
    pub number: String,
}

/// 持证主体代码 → 证照信息. Who holds nothing and who is unknown get the same empty answer.
///
/// # Errors
/// Those of [`Denial`].
pub async fn by_holder(
    proof: &Proof,
    asked: &Question,
    of: &OfHolder,
    wanted: &[String],
) -> Result<Vec<Told>> {
    let index = holder_index(proof.app().vault(), of.kind, of.code.expose());
    let (type_code, provider) = (of.type_code.clone(), asked.system.provider);
    let number = of.number.clone();
    let find = move |db: &mut store::Db<'_>| {
        let mut found = Vec::new();
        for id in records::of_holder(db, &index, &type_code, provider)? {
            found.push(licences::by_id(db, LicenceRowId(id))?);
        }
        found.retain(|licence| number.is_empty() || licence.number == number);
        Ok(found)
    };
    give(proof, asked, &of.type_code, proof.app().store.read(find), wanted).await
}

/// 证照标识 → 照面信息.
///
/// # Errors
/// Those of [`Denial`].
pub async fn by_identifier(
    proof: &Proof,
    asked: &Question,
    identifier: &LicenceId,
    wanted: &[String],
) -> Result<Vec<Told>> {
    let (text, provider) = (identifier.to_string(), asked.system.provider);
    let find = move |db: &mut store::Db<'_>| {
        let found = licences::by_identifier(db, &text)?;
        Ok(found.into_iter().filter(|licence| licence.issuer.unit == provider).collect())
    };
    give(proof, asked, identifier.type_code(), proof.app().store.read(find), wanted).await
}

/// Rules of the type, then what there is, then the record, then what was opened.
async fn give(
    proof: &Proof,
    asked: &Question,
    type_code: &str,
    find: impl Future<Output = Result<Vec<Licence>>>,
    wanted: &[String],
) -> Result<Vec<Told>> {
    let (scope, meaning) = (asked.system.scope(type_code), meaning::of(type_code)?);
    let keys = match rules::fields(scope, meaning, wanted) {
        Ok(keys) => keys,
        Err(denial) => return denied(proof, asked, denial).await,
    };
    let found = find.await?;
    if found.is_empty() {
        return nothing(proof, asked, "none").await;
    }
    let by_law = scope.is_some_and(|scope| !scope.basis.is_empty());
    let found = words::allowing(proof, &asked.system, found, by_law).await?;
    if found.is_empty() {
        return nothing(proof, asked, "grant").await;
    }
    let today = proof.app().clock().now().day();
    let mut gifts = Vec::new();
    for (licence, grant) in found {
        let told = if licence.status_on(today).in_force() { &keys[..] } else { &[] };
        let labels = |english| meaning.map_or(Vec::new(), |m| m.labels(told, english));
        let subject = owner(proof, &licence).await?;
        let shown = (with_status(labels(false), Lang::Zh), with_status(labels(true), Lang::En));
        gifts.push(Gift { licence, subject, shown, grant });
    }
    record(proof, asked, gifts, &keys).await
}

/// That the status is told stands in the record as well.
fn with_status(mut labels: Vec<String>, lang: Lang) -> Vec<String> {
    labels.push(Texts::shipped().t(lang, "exchange-shown-status").to_owned());
    labels
}

async fn nothing(proof: &Proof, asked: &Question, why: &'static str) -> Result<Vec<Told>> {
    let own = asked.clone();
    let ctx = ctx(proof, asked.system.id);
    proof.app().store.write(ctx, move |tx| acts::nothing(tx, &own, why)).await?;
    Ok(Vec::new())
}

async fn record(
    proof: &Proof,
    asked: &Question,
    gifts: Vec<Gift>,
    keys: &[String],
) -> Result<Vec<Told>> {
    let (own, given, ctx) = (asked.clone(), gifts.clone(), ctx(proof, asked.system.id));
    let act = move |tx: &mut store::Tx<'_>| acts::give(tx, &own, &given);
    let (recorded, leave) = ledger::disclose_by(&proof.app().store, ctx, act).await?;
    if let Err(denial) = recorded {
        return Err(Error::refused(denial.code()));
    }
    gifts.into_iter().map(|gift| open(proof, gift, keys, &leave)).collect()
}

/// What of a licence is told: of one that is not in force nothing but that.
fn open(proof: &Proof, gift: Gift, keys: &[String], leave: &Disclosure) -> Result<Told> {
    let today = proof.app().clock().now().day();
    let Gift { licence, grant, .. } = gift;
    let status = licence.status_on(today);
    if !status.in_force() {
        return Ok(Told { licence, status, fields: Vec::new(), grant });
    }
    let fields = sealed::open_fields(proof.app().vault(), &licence, leave)?;
    let chosen = choice::chosen(choice::showable(&licence, &fields, today), keys);
    let fields = chosen.iter().map(|s| (s.key.clone(), s.shown())).collect();
    Ok(Told { licence, status, fields, grant })
}

/// The person who will see who used a licence: the holder, or who leads the enterprise that holds it.
async fn owner(proof: &Proof, licence: &Licence) -> Result<Option<i64>> {
    if licence.subject.is_some() {
        return Ok(licence.subject);
    }
    let leave = Disclosure::process("whose licence it is, so that he sees who used it");
    let holder = sealed::open_holder(proof.app().vault(), licence, &leave)?;
    let found = match holder.kind {
        HolderKind::Person => proof.people().person_of(&holder.code).await?,
        HolderKind::Enterprise => proof.people().leader_of(holder.code.expose()).await?,
    };
    Ok(found.map(|person| person.0))
}

/// 二维码亮证 → 证照信息: the code is redeemed as verification does it, bound to this system as its first
/// verifier, and tells what the holder chose.
///
/// # Errors
/// Only faults of ours; a bad code is a verdict.
pub async fn by_code(proof: &Proof, asked: &Question, text: &str) -> Result<Verdict> {
    let (app, id) = (proof.app(), asked.system.id);
    let verifier = Verifier { mark: format!("connected:{}", id.0), actor: Actor::Connected(id.0) };
    let read = code::read(&code::Key::of(app.vault()), text.trim(), app.clock().now()).ok();
    let verdict = proof.verify_as(text, &verifier).await?;
    let shown = verdict.facts.as_ref().map(|facts| facts.shown.clone()).unwrap_or_default();
    let good = verdict.status == Standing::Licence(LicenceStatus::Valid);
    let Some(read) = read.filter(|_| good && !shown.is_empty()) else {
        let (own, ctx) = (asked.clone(), ctx(proof, id));
        app.store.write(ctx, move |tx| acts::nothing(tx, &own, "code")).await?;
        return Ok(verdict);
    };
    let find = move |db: &mut store::Db<'_>| {
        let offer = shows::offered(db, &read.id)?.ok_or(Error::NotFound)?;
        Ok((licences::by_id(db, offer.licence)?, offer.person))
    };
    let (licence, person) = app.store.read(find).await?;
    let labels = |english: bool| {
        let label = |s: &Shown| if english { s.label_en.clone() } else { s.label.clone() };
        shown.iter().map(label).collect::<Vec<_>>()
    };
    let gift =
        Gift { licence, subject: Some(person), shown: (labels(false), labels(true)), grant: None };
    let (own, ctx) = (asked.clone(), ctx(proof, id));
    let act = move |tx: &mut store::Tx<'_>| acts::give(tx, &own, &[gift]);
    match app.store.write(ctx, act).await? {
        Ok(()) => Ok(verdict),
        Err(denial) => Err(Error::refused(denial.code())),
    }
}

/// A question about nobody was answered: what fields mean, whether a paper is genuine.
pub async fn answered(proof: &Proof, asked: &Question) -> Result<()> {
    let (own, ctx) = (asked.clone(), ctx(proof, asked.system.id));
    proof.app().store.write(ctx, move |tx| acts::answered(tx, &own)).await
}

/// Where a copy is fetched once, and its number.
pub struct Ready {
    /// Last part of the address.
    pub token: String,
    /// Number of the copy.
    pub no: String,
}

/// 证照标识 → 加注件: the licence's status, and the address of a copy when it is in force.
///
/// # Errors
/// As [`by_identifier`].
pub async fn file(
    proof: &Proof,
    asked: &Question,
    identifier: &LicenceId,
    last: Day,
) -> Result<Option<(Told, Option<Ready>)>> {
    let told = by_identifier(proof, asked, identifier, &[]).await?;
    let Some(told) = told.into_iter().next() else { return Ok(None) };
    if !told.status.in_force() {
        return Ok(Some((told, None)));
    }
    let wish = copies::Wish {
        licence: told.licence.clone(),
        person: None,
        system: Some(asked.system.id),
        grant: told.grant,
        said: Said {
            who: asked.unit.name.clone(),
            purpose: asked.reasons.cause.clone(),
            item: asked.reasons.item.clone(),
            case_no: asked.reasons.case_no.clone(),
        },
        shows: told.fields.iter().map(|(key, _)| key.clone()).collect(),
        last,
        subject: owner(proof, &told.licence).await?,
    };
    let copy = copies::order(proof, ctx(proof, asked.system.id), wish, None).await?;
    let token = copies::address(proof, copy).await?;
    Ok(Some((told, Some(Ready { token, no: number(copy) }))))
}
