//! Receiving somebody: the register is asked, the account found or made, the company's standing looked up.

use super::acts::{self, Clerk};
use super::model::{Facts, Guest, Hold, Sitting, SittingId, Stage};
use super::{records, rules};
use crate::drafts::rules::audience;
use crate::drafts::{Owner, Party};
use codes::citizen::CitizenId;
use codes::name::PersonName;
use codes::phone::Phone;
use codes::uscc::Uscc;
use guide::packs::Applicant;
use people::People;
use people::counter::{Arrived, AtWindow};
use people::identity::{StaffId, UnitId};
use store::{Error, Idem, Purpose, Result, Secret};
use web::Visitor;
use web::limits::Limit;

/// The clause under which a window asks who somebody is (applications are filed by the applicant or by
/// whom he empowers).
pub const BASIS: &str = "行政许可法第二十九条";
/// Cards read at one clerk's place: registers are no toy for guessing.
const CARDS: Limit = Limit { name: "window-cards", burst: 30, refill_seconds: 20 };

/// The clerk behind a visitor.
pub fn clerk(visitor: &Visitor) -> Result<Clerk> {
    let staff = visitor.staff()?;
    Ok(Clerk { id: StaffId(staff.id), no: staff.no.clone(), unit: UnitId(staff.unit) })
}

/// What was read off cards and papers.
pub struct Card {
    /// Name of the person who came.
    pub name: PersonName,
    /// His citizen id number.
    pub id_no: CitizenId,
    /// Where he wants to hear of it.
    pub phone: Option<Phone>,
    /// The company for which he came.
    pub uscc: Option<Uscc>,
    /// The private person in whose name he came (委托人), with his number.
    pub principal: Option<(PersonName, CitizenId)>,
    /// What shows that he may act for it or him.
    pub authority: String,
    /// Why the clerk goes on although the register does not answer; empty for none.
    pub by_hand: String,
}

/// Receives somebody and opens a sitting.
///
/// # Errors
/// `intake-own` before anything is asked, when the card or the applicant is the clerk's own;
/// `intake-agent-self`, `intake-two-applicants`; those of `People::receive_at_window` and
/// `enterprise_at_window`, about an absent person as `principal-…`; `intake-authority` when somebody came
/// for a company he does not lead, or for another person, without a note of what empowers him;
/// `intake-reason`.
pub async fn receive(people: &People, visitor: &Visitor, idem: Idem, card: &Card) -> Result<Hold> {
    let clerk = clerk(visitor)?;
    people.limits.check(CARDS, &clerk.id.0.to_string(), people.clock().now())?;
    apart(people, &clerk, card).await?;
    let by_hand = match card.by_hand.as_str() {
        "" => String::new(),
        reason => rules::note("intake-reason", reason)?,
    };
    let ctx = visitor.ctx(people, Purpose::Legal(BASIS));
    let read = AtWindow {
        here: true,
        name: &card.name,
        id_no: &card.id_no,
        phone: card.phone.as_ref(),
        by_hand: Some(by_hand.as_str()).filter(|r| !r.is_empty()),
    };
    let came = people.receive_at_window(ctx.clone(), &read).await?;
    let sitting = match (&card.uscc, &card.principal) {
        (None, None) => own(people, &clerk, card, came, by_hand)?,
        (None, Some(named)) => proxy(people, visitor, &clerk, card, (came, by_hand), named).await?,
        (Some(uscc), _) => company(people, visitor, &clerk, card, (came, by_hand), uscc).await?,
    };
    let place = visitor.staff()?.unit_name.clone();
    let act = move |tx: &mut store::Tx<'_>| acts::open(tx, &sitting, &clerk, &place);
    people.store.write_once(ctx, idem, act).await
}

/// What cannot be received whatever the registers say: the clerk himself, one person twice, two
/// applicants at once.
async fn apart(people: &People, clerk: &Clerk, card: &Card) -> Result<()> {
    let principal = card.principal.as_ref().map(|(_, id_no)| id_no);
    if principal.is_some() && card.uscc.is_some() {
        return Err(Error::refused("intake-two-applicants"));
    }
    if principal == Some(&card.id_no) {
        return Err(Error::refused("intake-agent-self"));
    }
    for id_no in [Some(&card.id_no), principal].into_iter().flatten() {
        if people.is_own_card(clerk.id, id_no).await? {
            let clerk = clerk.clone();
            let told = move |db: &mut store::Db<'_>| acts::own_affair(db, &clerk);
            return Err(people.store.read(told).await?);
        }
    }
    Ok(())
}

fn fresh(people: &People, clerk: &Clerk, came: Arrived, guest: &Guest) -> Result<Sitting> {
    let (id, at) = (SittingId(people.store.fresh_id()), people.clock().now());
    Ok(Sitting {
        id,
        unit: clerk.unit,
        staff: clerk.id,
        person: came.person,
        agent: None,
        account: came.account,
        owner: Owner::Person(came.person),
        shown: String::new(),
        slug: String::new(),
        draft: None,
        stage: Stage::Arrived,
        facts: Facts { staff_no: clerk.no.clone(), checked: came.checked, ..Facts::default() },
        sealed: records::seal(people.vault(), id, guest)?,
        begun: at,
        changed: at,
        version: 1,
    })
}

fn own(
    people: &People,
    clerk: &Clerk,
    card: &Card,
    came: Arrived,
    by_hand: String,
) -> Result<Sitting> {
    let number = card.id_no.as_str().to_owned();
    let party = Party {
        name: card.name.as_str().to_owned(),
        number: number.clone(),
        number_kind: "111".into(),
        agent: String::new(),
        agent_number: number,
    };
    let guest = Guest {
        party,
        applicant: Applicant::default(),
        parties: vec![came.person],
        came: came.account,
        authority: String::new(),
        by_hand,
    };
    let shown = Secret::new(card.name.as_str()).masked_name();
    Ok(Sitting { shown, ..fresh(people, clerk, came, &guest)? })
}

/// The refusals of a card, where it is about somebody who is not there.
fn of_principal(e: Error) -> Error {
    match e.code() {
        "window-name" => Error::refused("principal-name"),
        "window-unknown" => Error::refused("principal-unknown"),
        "window-dead" => Error::refused("principal-dead"),
        "register-silent" => Error::refused("principal-silent"),
        _ => e,
    }
}

/// Somebody came in another private person's name (代办): the matter, its messages and its case are that
/// person's; whoever came is named on them and gets no access.
async fn proxy(
    people: &People,
    visitor: &Visitor,
    clerk: &Clerk,
    card: &Card,
    (came, by_hand): (Arrived, String),
    (name, id_no): &(PersonName, CitizenId),
) -> Result<Sitting> {
    let authority = rules::note("intake-authority", &card.authority)?;
    let ctx = visitor.ctx(people, Purpose::Legal(BASIS));
    let named = AtWindow { here: false, name, id_no, phone: None, by_hand: None };
    let named = people.receive_at_window(ctx, &named).await.map_err(of_principal)?;
    let party = Party {
        name: name.as_str().to_owned(),
        number: id_no.as_str().to_owned(),
        number_kind: "111".into(),
        agent: card.name.as_str().to_owned(),
        agent_number: card.id_no.as_str().to_owned(),
    };
    let guest = Guest {
        party,
        applicant: Applicant { agent: true, ..Applicant::default() },
        parties: vec![named.person, came.person],
        came: named.account,
        authority,
        by_hand,
    };
    let shown = Secret::new(name.as_str()).masked_name();
    let sitting = fresh(people, clerk, came, &guest)?;
    Ok(Sitting {
        person: named.person,
        agent: Some(came.person),
        account: named.account,
        owner: Owner::Person(named.person),
        shown,
        ..sitting
    })
}

async fn company(
    people: &People,
    visitor: &Visitor,
    clerk: &Clerk,
    card: &Card,
    (came, by_hand): (Arrived, String),
    uscc: &Uscc,
) -> Result<Sitting> {
    let ctx = visitor.ctx(people, Purpose::Legal(BASIS));
    let firm = people.enterprise_at_window(ctx, came.person, uscc).await?;
    let agent = firm.legal_rep != came.person;
    let authority = match agent {
        true => rules::note("intake-authority", &card.authority)?,
        false => String::new(),
    };
    let party = Party {
        name: firm.name.clone(),
        number: firm.uscc.clone(),
        number_kind: "001".into(),
        agent: card.name.as_str().to_owned(),
        agent_number: card.id_no.as_str().to_owned(),
    };
    let mut parties = vec![came.person, firm.legal_rep];
    parties.dedup();
    let applicant = Applicant { kind: audience(&firm.kind), agent };
    let guest = Guest { party, applicant, parties, came: came.account, authority, by_hand };
    let account = people.account_for_enterprise(firm.legal_rep, came.account).await?;
    Ok(Sitting {
        account,
        owner: Owner::Enterprise(firm.id),
        shown: firm.name,
        ..fresh(people, clerk, came, &guest)?
    })
}
