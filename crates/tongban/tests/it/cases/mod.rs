//! A small town to tell tests in: one store, a citizen, a clerk, an approver, and days that pass when told.

mod life;
mod random;
mod submit;
mod whole;

use crate::town::Place;
use casework::cases::acts::{self, Opinion};
use casework::cases::model::{Case, CaseId, Grip, Officer, Owner, Post, Receipt};
use casework::cases::records;
use casework::drafts::model::{DraftId, Submission};
use codes::Day;
use codes::calendar::Calendar;
use codes::division::DivisionCode;
use codes::time::{Stamp, parse_day};
use guide::packs;
use people::identity::{AccountId, PersonId, StaffId, UnitId};
use store::{Actor, Channel, Ctx, Done, Purpose, Result, Store, Tx};

pub const UNIT: UnitId = UnitId(70);
pub const PERSON: PersonId = PersonId(7);
pub const FOOD: &str = "spjy-xb";
pub const CAR: &str = "jdc-jybz";

pub struct Town {
    pub store: Store,
    _place: Place,
}

pub fn day(text: &str) -> Day {
    parse_day(text).expect(text)
}

/// Nine in the morning of a day.
pub fn at(text: &str) -> Stamp {
    Stamp::from_day(day(text)).plus_seconds(9 * 3600)
}

pub fn calendar() -> Calendar {
    Calendar::shipped().clone()
}

pub fn clerk() -> Officer {
    Officer { id: StaffId(21), unit: UNIT, posts: vec![Post::Clerk], person: Some(PersonId(21)) }
}

pub fn approver() -> Officer {
    Officer { id: StaffId(31), unit: UNIT, posts: vec![Post::Approver], person: Some(PersonId(31)) }
}

impl Town {
    pub fn new() -> Town {
        Town::at(Place::of_this_run())
    }

    /// A town at a place of one's choosing.
    pub fn at(place: Place) -> Town {
        Town { store: place.store(at("2026-11-16")), _place: place }
    }

    pub fn ctx(&self, on: &str, actor: Actor) -> Ctx {
        let ids = self.store.ids().clone();
        Ctx { at: at(on), actor, purpose: Purpose::Own, channel: Channel::Web, ids }
    }

    pub async fn act<T: Send + 'static>(
        &self,
        on: &str,
        actor: Actor,
        act: impl FnOnce(&mut Tx<'_>) -> Result<Done<T>> + Send + 'static,
    ) -> Result<T> {
        self.store.write(self.ctx(on, actor), act).await
    }

    /// An application as `filing::prepare` makes it, without a draft to consume.
    pub fn submission(&self, slug: &str) -> Submission {
        Submission {
            id: DraftId(self.store.fresh_id()),
            draft_version: None,
            account: AccountId(5),
            person: PERSON,
            owner: Owner::Person(PERSON),
            parties: vec![PERSON, PersonId(8)],
            shown: "董*华".into(),
            pack: packs::shipped(slug).expect(slug),
            unit: UNIT,
            window: None,
            region: DivisionCode::parse("990102").expect("region"),
            sealed: vec![1, 2, 3],
            decision: packs::Decision::Person { why: vec![] },
            spared: Vec::new(),
        }
    }

    pub async fn submit(&self, on: &str, s: Submission) -> Result<Receipt> {
        guide::editions::publish(&self.store, guide::editions::built_in().to_vec()).await?;
        self.act(on, Actor::Citizen(5), move |tx| acts::submit(tx, &s, &calendar())).await
    }

    /// An act of an officer on a receipt's case.
    pub async fn by<T: Send + 'static>(
        &self,
        on: &str,
        officer: Officer,
        seen: &Receipt,
        act: impl FnOnce(&mut Tx<'_>, Grip, &Officer, &Calendar) -> Result<Done<T>> + Send + 'static,
    ) -> Result<T> {
        let (grip, actor) = (grip(seen), Actor::Staff(officer.id.0));
        self.act(on, actor, move |tx| act(tx, grip, &officer, &calendar())).await
    }

    pub async fn accepted(&self, submitted: &str, accepted: &str) -> Receipt {
        let receipt = self.submit(submitted, self.submission(FOOD)).await.expect("submit");
        self.by(accepted, clerk(), &receipt, acts::accept).await.expect("accept")
    }

    pub async fn grant(&self, on: &str, seen: &Receipt) -> Result<Receipt> {
        self.by(on, approver(), seen, |tx, grip, who, calendar| {
            acts::grant(tx, grip, who, Opinion::default(), calendar)
        })
        .await
    }

    pub async fn case(&self, id: CaseId) -> Case {
        self.store.read(move |db| records::by_id(db, id)).await.expect("case")
    }

    /// Labels of the events of a case, oldest first.
    pub async fn events(&self, id: CaseId) -> Vec<String> {
        let stream = store::Stream::of("case", id.0);
        let events = self.store.read(move |db| store::ledger::of_stream(db, stream)).await;
        events.expect("events").into_iter().map(|e| e.kind).collect()
    }
}

pub fn grip(seen: &Receipt) -> Grip {
    Grip { id: seen.id, version: seen.version }
}

/// The code of what was refused, or `ok`.
pub fn code<T>(outcome: Result<T>) -> &'static str {
    outcome.map_or_else(|e| e.code(), |_| "ok")
}
