//! Acts of the counter: asking a register about somebody, receiving him, and taking over the account a
//! window made for him.

use super::model::Arrived;
use super::records as window;
use crate::identity::acts::{Confirmed, account_stream};
use crate::identity::records;
use crate::identity::{Account, AccountId, EnterpriseFacts, PersonId};
use serde_json::json;
use store::{Done, Error, Event, Kind, Result, Stream, Tx};

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
    /// He stands there himself.
    pub here: bool,
}

/// Receives somebody at a window: his facts are kept, his account found or made. One person has one
/// account, whoever makes it. Of one who is not there himself nothing is taken as proven.
pub(crate) fn receive(tx: &mut Tx<'_>, r: &Received) -> Result<Done<Arrived>> {
    let at = tx.ctx().at;
    if records::person_by_id_no(tx, &r.id_index)?.is_some_and(|p| p != r.person) {
        return Err(Error::Stale);
    }
    if let Some(facts) = &r.facts {
        records::put_person(tx, r.person, &r.id_index, facts, at)?;
    }
    let own = records::account_of(tx, r.person)?;
    let made = own.as_ref().is_none_or(Account::made_at_window);
    match &own {
        Some(own) if own.id != r.account => return Err(Error::Stale),
        Some(own) => {
            if r.has_phone {
                window::set_contact(tx, own.id, &r.phone)?;
            }
            if r.checked && r.here {
                window::set_level(tx, own.id)?;
            }
        }
        None => {
            let (phone, level) =
                ((&*r.phone_index, &*r.phone), if r.checked && r.here { 2 } else { 1 });
            if !window::add_at_window(tx, r.account, phone, r.person, level, at)? {
                return Err(Error::Stale);
            }
            let event = Event::new(Kind::AccountOpened, account_stream(r.account));
            tx.record(event.about(r.person.0).with(json!({ "by": "window" })))?;
        }
    }
    let kind = match (r.here, r.checked) {
        (false, _) => Kind::PrincipalNamed,
        (true, true) => Kind::RealNameVerified,
        (true, false) => Kind::IdentityByHand,
    };
    let event = Event::new(kind, Stream::of("person", r.person.0)).about(r.person.0);
    let facts = json!({ "account": r.account.0, "at": "window", "sandbox": true });
    let arrived = Arrived { account: r.account, person: r.person, checked: r.checked, made };
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
        || !window::take_over(tx, made, from, phone)?
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
