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
use store::{Idem, Purpose, Result, Secret};
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
    /// What shows that he may act for it.
    pub authority: String,
    /// Why the clerk goes on although the register does not answer; empty for none.
    pub by_hand: String,
}

/// Receives somebody and opens a sitting.
///
/// # Errors
/// Those of `People::receive_at_window` and `enterprise_at_window`; `intake-authority` when somebody
/// other than its leader came for a company without a note of what empowers him; `intake-reason`.
pub async fn receive(people: &People, visitor: &Visitor, idem: Idem, card: &Card) -> Result<Hold> {
    let clerk = clerk(visitor)?;
    people.limits.check(CARDS, &clerk.id.0.to_string(), people.clock().now())?;
    let by_hand = match card.by_hand.as_str() {
        "" => String::new(),
        reason => rules::note("intake-reason", reason)?,
    };
    let ctx = visitor.ctx(people, Purpose::Legal(BASIS));
    let read = AtWindow {
        name: &card.name,
        id_no: &card.id_no,
        phone: card.phone.as_ref(),
        by_hand: Some(by_hand.as_str()).filter(|r| !r.is_empty()),
    };
    let came = people.receive_at_window(ctx.clone(), &read).await?;
    let sitting = match &card.uscc {
        None => own(people, &clerk, card, came, by_hand)?,
        Some(uscc) => company(people, visitor, &clerk, card, (came, by_hand), uscc).await?,
    };
    people.store.write_once(ctx, idem, move |tx| acts::open(tx, &sitting)).await
}

fn fresh(people: &People, clerk: &Clerk, came: Arrived, guest: &Guest) -> Result<Sitting> {
    let (id, at) = (SittingId(people.store.fresh_id()), people.clock().now());
    Ok(Sitting {
        id,
        unit: clerk.unit,
        staff: clerk.id,
        person: came.person,
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
