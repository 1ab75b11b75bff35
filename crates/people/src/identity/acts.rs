//! Acts of identity: each one transaction and its events. What they get is sealed and hashed already.

use super::model::{
    Account, AccountId, CodeRow, CodeUse, EnterpriseFacts, PersonId, StaffId, StaffRow, Way,
};
use super::{records, rules};
use crate::notices::SealedText;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Done, Error, Event, Kind, Result, Stream, Tx};

/// The stream of an account.
pub(crate) fn account_stream(id: AccountId) -> Stream {
    Stream::of("account", id.0)
}

/// The stream of a member of staff.
fn staff_stream(id: StaffId) -> Stream {
    Stream::of("staff", id.0)
}

/// Sign-ins that belong to no account share one stream.
const NOBODY: Stream = Stream::of("sign-in", 0);

fn person(id: Option<PersonId>) -> Option<i64> {
    id.map(|p| p.0)
}

/// Leaves a one-time code and the text that carries it. The same work whether or not the phone has
/// an account.
pub(crate) fn ask_code(
    tx: &mut Tx<'_>,
    row: &CodeRow,
    token_hash: &[u8],
    text: &SealedText,
) -> Result<Done<()>> {
    let now = tx.ctx().at;
    // Two requests at once for one phone wait for each other here, so that the limit holds for both.
    records::fail(tx, &row.phone_index, now, rules::CODE_SECONDS)?;
    let sent = records::code_times(tx, &row.phone_index, now.plus_days(-1))?;
    if let Some(seconds) = rules::sms_wait(&sent, now) {
        return Err(Error::refused_with("sms-wait", "seconds", seconds));
    }
    records::add_code(tx, row, token_hash)?;
    crate::notices::acts::send_text(tx, text)?;
    let event = Event::new(Kind::MessageSent, Stream::of("sms-code", row.id));
    Ok(tx.record(event.with(json!({ "template": "sms-code", "for": row.used_for })))?.with(()))
}

/// Takes a try of a code. `Some` when it was right; the code is used up then.
fn take_code(
    tx: &mut Tx<'_>,
    token_hash: &[u8],
    code_hash: &[u8],
    wanted: CodeUse,
) -> Result<Option<CodeRow>> {
    let now = tx.ctx().at;
    let Some(row) = records::code(tx, token_hash)? else { return Ok(None) };
    if !rules::code_lives(&row, wanted, now) {
        return Ok(None);
    }
    // The counts are taken by conditional updates: of two at once, on either database, one waits.
    if !records::code_tried(tx, row.id, rules::CODE_TRIES)? {
        return Ok(None);
    }
    if !web::form::same(&row.code_hash, code_hash) || !records::code_used(tx, row.id, now)? {
        return Ok(None);
    }
    Ok(Some(row))
}

/// Token and code as typed, hashed.
pub(crate) struct TypedCode {
    /// Hash of the page's token.
    pub token_hash: Vec<u8>,
    /// Hash of token and code.
    pub code_hash: Vec<u8>,
}

/// A new account, sealed and hashed.
pub(crate) struct NewAccount {
    /// Fresh id.
    pub id: AccountId,
    /// Keyed hash of the phone.
    pub phone_index: Vec<u8>,
    /// Sealed phone.
    pub phone: Vec<u8>,
    /// Argon2id string.
    pub password: String,
    /// Language of messages.
    pub lang: &'static str,
}

/// What came of opening an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Opened {
    /// It is open.
    Account(i64),
    /// The code was wrong, used up or too old.
    WrongCode,
    /// The phone has an account; its owner has just proved to be who asks.
    Known,
}

/// Opens an account for the phone that got the code.
pub(crate) fn open_account(
    tx: &mut Tx<'_>,
    typed: &TypedCode,
    new: &NewAccount,
) -> Result<Done<Opened>> {
    let row = take_code(tx, &typed.token_hash, &typed.code_hash, CodeUse::Register)?;
    if row.is_none_or(|row| row.phone_index != new.phone_index) {
        return Ok(refusal(tx, NOBODY, None, Way::Code)?.map(|()| Opened::WrongCode));
    }
    let done = add_account(tx, new)?;
    let id = new.id.0;
    Ok(done.map(|added| if added { Opened::Account(id) } else { Opened::Known }))
}

/// Adds the account row; `false` when the phone has one.
pub(crate) fn add_account(tx: &mut Tx<'_>, new: &NewAccount) -> Result<Done<bool>> {
    let phone = (new.phone_index.as_slice(), new.phone.as_slice());
    let at = tx.ctx().at;
    if !records::add_account(tx, new.id, phone, &new.password, new.lang, at)? {
        return Ok(refusal(tx, NOBODY, None, Way::Code)?.map(|()| false));
    }
    Ok(tx.record(Event::new(Kind::AccountOpened, account_stream(new.id)))?.with(true))
}

/// Somebody came in by password: earlier failures are forgiven.
pub(crate) fn signed_in(tx: &mut Tx<'_>, account: &Account, keys: &[Vec<u8>]) -> Result<Done<()>> {
    for key in keys {
        records::forgive(tx, key)?;
    }
    entered(tx, account, Way::Password)
}

fn entered(tx: &mut Tx<'_>, account: &Account, way: Way) -> Result<Done<()>> {
    let event = Event::new(Kind::SignedIn, account_stream(account.id))
        .about(person(account.person))
        .with(json!({ "way": way.label() }));
    Ok(tx.record(event)?.with(()))
}

/// Failures to count: keyed hash and length of the window in seconds.
pub(crate) type Failures = Vec<(Vec<u8>, i64)>;

/// Somebody did not come in. Counted and recorded alike, account or not.
pub(crate) fn not_signed_in(
    tx: &mut Tx<'_>,
    account: Option<&Account>,
    failures: &Failures,
) -> Result<Done<()>> {
    count(tx, failures)?;
    match account {
        Some(a) => refusal(tx, account_stream(a.id), person(a.person), Way::Password),
        None => refusal(tx, NOBODY, None, Way::Password),
    }
}

fn count(tx: &mut Tx<'_>, failures: &Failures) -> Result<()> {
    let at = tx.ctx().at;
    for (key, seconds) in failures {
        records::fail(tx, key, at, *seconds)?;
    }
    Ok(())
}

fn refusal(tx: &mut Tx<'_>, stream: Stream, about: Option<i64>, way: Way) -> Result<Done<()>> {
    let event = Event::new(Kind::SignInRefused, stream).about(about);
    Ok(tx.record(event.with(json!({ "way": way.label() })))?.with(()))
}

/// What came of signing in by code.
pub(crate) enum CodeSignIn {
    /// In.
    Account(Box<Account>),
    /// The code was wrong, used up or too old.
    WrongCode,
    /// The code was right, and this phone has no account yet.
    NoAccount,
}

/// Signs in by one-time code.
pub(crate) fn sign_in_code(tx: &mut Tx<'_>, typed: &TypedCode) -> Result<Done<CodeSignIn>> {
    let Some(row) = take_code(tx, &typed.token_hash, &typed.code_hash, CodeUse::SignIn)? else {
        return Ok(refusal(tx, NOBODY, None, Way::Code)?.map(|()| CodeSignIn::WrongCode));
    };
    match records::account_by_phone(tx, &row.phone_index)? {
        None => Ok(refusal(tx, NOBODY, None, Way::Code)?.map(|()| CodeSignIn::NoAccount)),
        Some(account) => {
            let done = entered(tx, &account, Way::Code)?;
            Ok(done.map(|()| CodeSignIn::Account(Box::new(account))))
        }
    }
}

/// Sets a new password.
pub(crate) fn change_password(
    tx: &mut Tx<'_>,
    account: &Account,
    password: &str,
) -> Result<Done<()>> {
    records::set_password(tx, account.id, password)?;
    let event = Event::new(Kind::PasswordChanged, account_stream(account.id));
    Ok(tx.record(event.about(person(account.person)))?.with(()))
}

/// Somebody left.
pub(crate) fn signed_out(tx: &mut Tx<'_>, stream: Stream, about: Option<i64>) -> Result<Done<()>> {
    Ok(tx.record(Event::new(Kind::SignedOut, stream).about(about))?.with(()))
}

/// A question to a register.
pub(crate) struct Question {
    /// The account that asks.
    pub account: AccountId,
    /// The person asked about, where this node knows one.
    pub about: Option<PersonId>,
    /// `population` or `market`.
    pub register: &'static str,
    /// Fields asked for.
    pub fields: &'static [&'static str],
    /// Why, as the person will read it.
    pub reason: &'static str,
}

/// Notes that a register is asked, before it is asked, and counts the try.
pub(crate) fn ask_register(
    tx: &mut Tx<'_>,
    question: &Question,
    failures: &Failures,
) -> Result<Done<()>> {
    count(tx, failures)?;
    let stream = match question.about {
        Some(person) => Stream::of("person", person.0),
        None => account_stream(question.account),
    };
    let facts = json!({
        "register": question.register,
        "fields": question.fields,
        "reason": question.reason,
        "sandbox": true,
    });
    let event = Event::new(Kind::RegisterQueried, stream).about(person(question.about));
    Ok(tx.record(event.with(facts))?.with(()))
}

/// A person as the register confirmed him, sealed.
pub(crate) struct Confirmed {
    /// Id: the one known under this number, or a fresh one.
    pub person: PersonId,
    /// Keyed hash of the id number.
    pub id_index: Vec<u8>,
    /// Sealed facts.
    pub facts: Vec<u8>,
    /// Failures to forgive.
    pub keys: Vec<Vec<u8>>,
}

/// Binds a confirmed person to the account: level 2. One person has one account.
pub(crate) fn verify_real_name(
    tx: &mut Tx<'_>,
    id: AccountId,
    confirmed: &Confirmed,
) -> Result<Done<()>> {
    let account = records::account_by_id(tx, id)?;
    if account.person.is_some_and(|own| own != confirmed.person) {
        return Err(Error::refused("verified-already"));
    }
    if records::account_of(tx, confirmed.person)?.is_some_and(|other| other.id != id) {
        return Err(Error::refused("person-taken"));
    }
    if records::person_by_id_no(tx, &confirmed.id_index)?.is_some_and(|p| p != confirmed.person) {
        return Err(Error::Stale);
    }
    let at = tx.ctx().at;
    records::put_person(tx, confirmed.person, &confirmed.id_index, &confirmed.facts, at)?;
    records::set_person(tx, id, confirmed.person)?;
    for key in &confirmed.keys {
        records::forgive(tx, key)?;
    }
    let event = Event::new(Kind::RealNameVerified, Stream::of("person", confirmed.person.0))
        .about(confirmed.person.0)
        .with(json!({ "account": id.0, "level": 2, "register": "population", "sandbox": true }));
    Ok(tx.record(event)?.with(()))
}

/// A person begins to act for an enterprise that the register says he leads.
pub(crate) fn start_acting(
    tx: &mut Tx<'_>,
    who: PersonId,
    enterprise: &EnterpriseFacts,
    address: &[u8],
) -> Result<Done<()>> {
    if enterprise.legal_rep != who {
        return Err(Error::refused("not-legal-rep"));
    }
    let at = tx.ctx().at;
    records::put_enterprise(tx, enterprise, address, at)?;
    acting(tx, Kind::ActingStarted, who, enterprise.id.0)
}

/// A person stops acting for an enterprise.
pub(crate) fn end_acting(tx: &mut Tx<'_>, who: PersonId, enterprise: i64) -> Result<Done<()>> {
    acting(tx, Kind::ActingEnded, who, enterprise)
}

fn acting(tx: &mut Tx<'_>, kind: Kind, who: PersonId, enterprise: i64) -> Result<Done<()>> {
    let event = Event::new(kind, Stream::of("enterprise", enterprise)).about(who.0);
    Ok(tx.record(event.with(json!({ "as": "legal-representative" })))?.with(()))
}

/// A member of staff comes in with the time step of his code; `false` when that step was used.
pub(crate) fn staff_in(
    tx: &mut Tx<'_>,
    id: StaffId,
    step: i64,
    keys: &[Vec<u8>],
) -> Result<Done<bool>> {
    let way = Way::Authenticator;
    if !records::step_staff(tx, id, step)? {
        return Ok(refusal(tx, staff_stream(id), None, way)?.map(|()| false));
    }
    for key in keys {
        records::forgive(tx, key)?;
    }
    let event = Event::new(Kind::SignedIn, staff_stream(id));
    Ok(tx.record(event.with(json!({ "way": way.label() })))?.with(true))
}

/// A member of staff did not come in.
pub(crate) fn staff_not_in(
    tx: &mut Tx<'_>,
    id: Option<StaffId>,
    failures: &Failures,
) -> Result<Done<()>> {
    count(tx, failures)?;
    refusal(tx, id.map_or(NOBODY, staff_stream), None, Way::Authenticator)
}

/// A locked screen is opened again.
pub(crate) fn unlocked(tx: &mut Tx<'_>, id: StaffId, session: i64) -> Result<Done<()>> {
    let at = tx.ctx().at;
    web::session::reopen(tx, session, at)?;
    Ok(tx.record(Event::new(Kind::SessionUnlocked, staff_stream(id)))?.with(()))
}

/// A locked screen stays locked: the password was wrong.
pub(crate) fn not_unlocked(tx: &mut Tx<'_>, id: StaffId) -> Result<Done<()>> {
    refusal(tx, staff_stream(id), None, Way::Unlock)
}

/// A member of staff sets a new password.
pub(crate) fn change_staff_password(
    tx: &mut Tx<'_>,
    id: StaffId,
    password: &str,
) -> Result<Done<()>> {
    records::set_staff_password(tx, id, password)?;
    Ok(tx.record(Event::new(Kind::PasswordChanged, staff_stream(id)))?.with(()))
}

/// Appoints a member of staff.
pub(crate) fn appoint(tx: &mut Tx<'_>, login: &str, row: &StaffRow) -> Result<Done<()>> {
    let at = tx.ctx().at;
    records::add_staff(tx, login, row, at)?;
    let card = &row.card;
    let facts = json!({ "unit": card.unit.0, "roles": records::roles_text(&card.roles) });
    let event = Event::new(Kind::StaffAppointed, staff_stream(card.id));
    Ok(tx.record(event.with(facts))?.with(()))
}
