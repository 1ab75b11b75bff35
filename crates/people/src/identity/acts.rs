//! Acts of identity: each one transaction and its events. What they get is sealed and hashed already.

use super::counter::Arrived;
use super::model::{
    Account, AccountId, CodeRow, CodeUse, EnterpriseFacts, PersonId, StaffId, StaffRow, Way,
};
use super::{records, rules};
use crate::notices::SealedText;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Done, Error, Event, Kind, Result, Stream, Tx};

/// The stream of an account.
fn account_stream(id: AccountId) -> Stream {
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

/// Notes that a window asks a register about somebody, before it is asked.
pub(crate) fn ask_at_window(
    tx: &mut Tx<'_>,
    person: PersonId,
    register: &'static str,
    fields: &'static [&'static str],
) -> Result<Done<()>> {
    let facts =
        json!({ "register": register, "fields": fields, "reason": "window", "sandbox": true });
    let event = Event::new(Kind::RegisterQueried, Stream::of("person", person.0)).about(person.0);
    Ok(tx.record(event.with(facts))?.with(()))
}

/// Somebody at a window, sealed.
pub(crate) struct Received {
    /// Id: the one known under this number, or a fresh one.
    pub person: PersonId,
    /// Keyed hash of the id number.
    pub id_index: Vec<u8>,
    /// Sealed facts; `None` when the card shows nothing new.
    pub facts: Option<Vec<u8>>,
    /// The register has confirmed him.
    pub checked: bool,
    /// His account, or the id for one.
    pub account: AccountId,
    /// What the account is found by: never a phone.
    pub phone_index: Vec<u8>,
    /// Sealed phone he wants to be reached at.
    pub phone: Vec<u8>,
    /// He gave one.
    pub has_phone: bool,
}

/// Receives somebody at a window: his facts are kept, his account found or made. One person has one
/// account, whoever makes it.
pub(crate) fn receive(tx: &mut Tx<'_>, r: &Received) -> Result<Done<Arrived>> {
    let at = tx.ctx().at;
    if records::person_by_id_no(tx, &r.id_index)?.is_some_and(|p| p != r.person) {
        return Err(Error::Stale);
    }
    if let Some(facts) = &r.facts {
        records::put_person(tx, r.person, &r.id_index, facts, at)?;
    }
    let own = records::account_of(tx, r.person)?;
    let made = own.as_ref().is_none_or(super::model::Account::made_at_window);
    match &own {
        Some(own) if own.id != r.account => return Err(Error::Stale),
        Some(own) => {
            if r.has_phone {
                records::set_contact(tx, own.id, &r.phone)?;
            }
            if r.checked {
                records::set_level(tx, own.id)?;
            }
        }
        None => {
            let (phone, level) = ((&*r.phone_index, &*r.phone), if r.checked { 2 } else { 1 });
            if !records::add_at_window(tx, r.account, phone, r.person, level, at)? {
                return Err(Error::Stale);
            }
            let event = Event::new(Kind::AccountOpened, account_stream(r.account));
            tx.record(event.about(r.person.0).with(json!({ "by": "window" })))?;
        }
    }
    let kind = if r.checked { Kind::RealNameVerified } else { Kind::IdentityByHand };
    let event = Event::new(kind, Stream::of("person", r.person.0)).about(r.person.0);
    let facts = json!({ "account": r.account.0, "at": "window", "sandbox": true });
    let arrived =
        Arrived { account: r.account, person: r.person, checked: r.checked, made };
    Ok(tx.record(event.with(facts))?.with(arrived))
}

/// Keeps what the register says of an enterprise and of who leads it, when somebody speaks for it at a
/// window. The leader can see that he was named.
pub(crate) fn name_leader(
    tx: &mut Tx<'_>,
    enterprise: &EnterpriseFacts,
    address: &[u8],
    leader: &Confirmed,
) -> Result<Done<()>> {
    let at = tx.ctx().at;
    if records::person_by_id_no(tx, &leader.id_index)?.is_some_and(|p| p != leader.person) {
        return Err(Error::Stale);
    }
    records::put_person(tx, leader.person, &leader.id_index, &leader.facts, at)?;
    records::put_enterprise(tx, enterprise, address, at)?;
    let facts = json!({ "register": "market", "fields": ["legal-rep"], "reason": "window",
        "reference": enterprise.name, "sandbox": true });
    let event = Event::new(Kind::RegisterQueried, Stream::of("person", leader.person.0));
    Ok(tx.record(event.about(leader.person.0).with(facts))?.with(()))
}

/// The owner of an account made at a window has signed up and proved to be himself: his phone and
/// password move to it, and everything that lies there is his.
pub(crate) fn take_over(
    tx: &mut Tx<'_>,
    made: AccountId,
    from: &Account,
    phone: (&[u8], &[u8]),
    confirmed: &Confirmed,
) -> Result<Done<()>> {
    let own = records::account_of(tx, confirmed.person)?;
    if !own.is_some_and(|own| own.id == made && own.made_at_window())
        || !records::take_over(tx, made, from, phone)?
    {
        return Err(Error::Stale);
    }
    crate::notices::records::move_all(tx, from.id, made)?;
    let at = tx.ctx().at;
    records::put_person(tx, confirmed.person, &confirmed.id_index, &confirmed.facts, at)?;
    for key in &confirmed.keys {
        records::forgive(tx, key)?;
    }
    let about = confirmed.person.0;
    let event = Event::new(Kind::AccountTakenOver, account_stream(made)).about(about);
    tx.record(event.with(json!({ "from": from.id.0 })))?;
    let event = Event::new(Kind::RealNameVerified, Stream::of("person", about)).about(about);
    let facts = json!({ "account": made.0, "level": 2, "register": "population", "sandbox": true });
    Ok(tx.record(event.with(facts))?.with(()))
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
