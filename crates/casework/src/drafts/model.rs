//! Nouns of a draft: whose affair, who fills it in, its sealed body, its papers.

pub use crate::materials::model::{Paper, PaperId};
use codes::time::Stamp;
use guide::packs::{self, Applicant, Circumstances, DeliveryWay, Judgement, Pack, Values};
use people::identity::{AccountId, EnterpriseId, PersonId, UnitId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A draft by its id; the case that grows from it keeps the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DraftId(pub i64);

/// Whose affair it is: decides who sees the case among his own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// A person's.
    Person(PersonId),
    /// An enterprise's, whoever acts for it now.
    Enterprise(EnterpriseId),
}

impl Owner {
    /// As stored: `person:7`, `enterprise:3`.
    pub fn label(self) -> String {
        match self {
            Owner::Person(id) => format!("person:{}", id.0),
            Owner::Enterprise(id) => format!("enterprise:{}", id.0),
        }
    }

    /// Reads the stored form.
    pub fn parse(text: &str) -> Option<Owner> {
        let (kind, id) = text.split_once(':')?;
        let id = id.parse().ok()?;
        match kind {
            "person" => Some(Owner::Person(PersonId(id))),
            "enterprise" => Some(Owner::Enterprise(EnterpriseId(id))),
            _ => None,
        }
    }
}

/// Who is filing: the visitor as this room needs him, made by [`super::filer`].
#[derive(Clone)]
pub struct Filer {
    /// Account; gets the messages.
    pub account: AccountId,
    /// The person himself.
    pub person: PersonId,
    /// Whose affair.
    pub owner: Owner,
    /// In what capacity.
    pub applicant: Applicant,
    /// Applicant and his legal representative: they may not handle the case.
    pub parties: Vec<PersonId>,
    /// What is printed on documents. Sealed wherever it is kept.
    pub party: Party,
    /// As lists show the applicant: a person masked, an enterprise by name.
    pub shown: String,
}

/// The applicant by name and number. Cannot be printed; kept sealed only.
#[derive(Clone, Serialize, Deserialize)]
pub struct Party {
    /// Name.
    pub name: String,
    /// Citizen id or unified social credit code.
    pub number: String,
    /// `111` citizen id, `001` unified social credit code (GB/T 39046 证件类型).
    pub number_kind: String,
    /// Name of the person who files for an enterprise or for another person; empty for one's own affair.
    pub agent: String,
    /// Citizen id of the person who files.
    pub agent_number: String,
}

impl Party {
    /// Number of the person whom registers are asked about: the applicant, or who files for an enterprise.
    pub fn person(&self) -> &str {
        if self.number_kind == "111" { &self.number } else { &self.agent_number }
    }

    /// The text licences and cases are found by: `111:<id>`, `001:<uscc>`.
    pub fn canonical(&self) -> String {
        format!("{}:{}", self.number_kind, self.number)
    }
}

/// What is typed and fetched, sealed as one value. Cannot be printed.
#[derive(Clone, Serialize, Deserialize)]
pub struct Body {
    /// Who applies.
    pub party: Party,
    /// In what capacity.
    pub applicant: Applicant,
    /// Answers with their sources.
    pub values: Values,
    /// Register facts fetched with consent, `register.field`.
    pub facts: BTreeMap<String, Value>,
    /// When consent was given; without it nothing is fetched.
    pub consented: Option<Stamp>,
    /// Answer → version of the draft that changed it last; finds out what two devices both changed.
    pub touched: BTreeMap<String, i64>,
    /// How the result is to reach the applicant.
    #[serde(default)]
    pub delivery: Delivery,
    /// Field → what the applicant says instead of what a register says (异议).
    #[serde(default)]
    pub disputes: BTreeMap<String, Dispute>,
    /// Answers taken from long ago that the applicant looked at again and found right.
    #[serde(default)]
    pub confirmed: BTreeSet<String>,
}

impl Body {
    /// The answers as their pack sees them on the day of `at`: made once by whoever judges.
    pub fn judge<'a>(&'a self, pack: &'a Pack, at: Stamp) -> Judgement<'a> {
        let mut circumstances = Circumstances::new(at.ymd(), self.applicant.clone());
        circumstances.facts = self.facts.clone();
        pack.judge(&self.values, circumstances)
    }
}

/// How the result is to reach the applicant. Cannot be printed; kept sealed only.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Delivery {
    /// The way, where the delivery page asks for it.
    pub way: Option<DeliveryWay>,
    /// Where it is sent.
    pub address: Option<Address>,
    /// Which of the item's counters, where it is collected.
    pub window: Option<usize>,
}

/// Where something is sent. Cannot be printed; kept sealed only.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Who receives it.
    pub name: String,
    /// His telephone.
    pub phone: String,
    /// Province, city, district.
    pub region: String,
    /// Street, number, door.
    pub street: String,
}

/// What the applicant says instead of what a register says. Cannot be printed; kept sealed only.
#[derive(Clone, Serialize, Deserialize)]
pub struct Dispute {
    /// His value, in words.
    pub value: String,
    /// Why.
    pub reason: String,
    /// Who keeps the value he disputes.
    pub org: String,
    /// When he said so.
    pub at: Stamp,
}

impl Dispute {
    /// Under which key evidence for it is put in.
    pub fn paper_key(field: &str) -> String {
        format!("{DISPUTE}{field}")
    }
}

/// What the keys of papers begin with that are evidence of a dispute and no material of the item.
pub const DISPUTE: &str = "dispute.";

/// A draft as kept.
#[derive(Clone)]
pub struct Draft {
    /// Id.
    pub id: DraftId,
    /// Who fills it in.
    pub account: AccountId,
    /// The person himself.
    pub person: PersonId,
    /// Whose affair.
    pub owner: Owner,
    /// Persons who may not handle the case.
    pub parties: Vec<PersonId>,
    /// Applicant as lists show it.
    pub shown: String,
    /// Item.
    pub slug: String,
    /// Version of the item it was begun under.
    pub item_version: i64,
    /// Sealed [`Body`].
    pub sealed: Vec<u8>,
    /// Counts every change.
    pub version: i64,
    /// When it was begun.
    pub opened: Stamp,
    /// When it was saved last.
    pub saved: Stamp,
}

/// How long an untouched draft is kept.
pub const KEPT_DAYS: i64 = 30;

/// How long before the end the owner hears of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reminder {
    /// A week before.
    Week,
    /// A day before.
    Day,
}

impl Reminder {
    /// Days before the end.
    pub fn days(self) -> i64 {
        match self {
            Reminder::Week => 7,
            Reminder::Day => 1,
        }
    }

    /// As kept with the draft: the stages so far.
    pub fn stage(self) -> i64 {
        match self {
            Reminder::Week => 1,
            Reminder::Day => 2,
        }
    }

    /// Ending of its words: `notice-<template>`.
    pub fn template(self) -> &'static str {
        match self {
            Reminder::Week => "draft-week",
            Reminder::Day => "draft-day",
        }
    }
}

/// After how many days an answer taken from an earlier case has to be looked at again.
pub const FRESH_DAYS: i64 = 180;

/// A draft opened for its owner.
#[derive(Clone)]
pub struct Opened {
    /// The row.
    pub draft: Draft,
    /// Its pack.
    pub pack: Arc<packs::Pack>,
    /// Answers and facts.
    pub body: Body,
    /// Papers put in.
    pub papers: Vec<Paper>,
    /// Licences the applicant holds, for 免提交.
    pub held: Vec<packs::HeldLicence>,
}

/// What came of saving.
#[derive(Debug, Clone, PartialEq)]
pub enum Saved {
    /// All taken over; go on with this version.
    Done {
        /// Version to go on with.
        version: i64,
        /// When it was saved.
        at: Stamp,
    },
    /// Another device changed the same answers since: nothing was taken over.
    Conflict {
        /// Version now kept.
        version: i64,
        /// The answers both changed.
        fields: Vec<Clash>,
    },
}

/// One answer two devices changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Clash {
    /// Field.
    pub key: String,
    /// What is kept now.
    pub theirs: Value,
    /// What was just sent.
    pub yours: Value,
}

/// What still hinders submitting.
#[derive(Debug, Clone, PartialEq)]
pub enum Hindrance {
    /// An answer is wrong or missing.
    Field(packs::FieldError),
    /// A needed material is not there: its key.
    Material(String),
    /// Where the result is to be sent or collected is not said.
    Delivery,
    /// An answer of long ago the applicant has not looked at again: its key.
    Confirm(String),
    /// Another item is the right one: key of the rule that says so.
    Stop(packs::Checked),
}

/// A checked application, ready to be handed in by one act.
#[derive(Clone)]
pub struct Submission {
    /// The draft, and from now on the case.
    pub id: DraftId,
    /// Version that was checked; `None` when there is no draft (filed in one go).
    pub draft_version: Option<i64>,
    /// Who files it.
    pub account: AccountId,
    /// The person himself.
    pub person: PersonId,
    /// Whose affair.
    pub owner: Owner,
    /// Persons who may not handle it.
    pub parties: Vec<PersonId>,
    /// Applicant as lists show it.
    pub shown: String,
    /// Its pack.
    pub pack: Arc<packs::Pack>,
    /// Unit that handles it.
    pub unit: UnitId,
    /// Service centre whose window receives it, where the region has one.
    pub window: Option<UnitId>,
    /// Six digits of the region that numbers it.
    pub region: codes::division::DivisionCode,
    /// Sealed for the case.
    pub sealed: Vec<u8>,
    /// What the item's own rule decides; a person looks where this says so.
    pub decision: packs::Decision,
    /// Materials that a licence could stand for.
    pub spared: Vec<guide::spared::Paper>,
}
