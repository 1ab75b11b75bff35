//! Pages of the custody room (L06, L07): the desk of those who keep, answer for and register seals.
//!
//! | method | path | access | relation | handler |
//! |---|---|---|---|---|
//! | GET | /s | Staff(SealKeeper, UnitHead, SealRegistrar) | Unit | `list::page` |
//! | GET | /s/apply | Staff(SealKeeper, UnitHead) | Unit | `apply::page` |
//! | POST | /s/apply | Staff(SealKeeper, UnitHead) | Unit | `apply::apply` |
//! | GET | /s/queue | Staff(SealKeeper, UnitHead) | Unit | `queue::page` |
//! | GET | /s/uses | Staff(SealKeeper, UnitHead) | Unit | `uses::page` |
//! | POST | /s/uses | Staff(UnitHead) | Unit | `uses::seen` |
//! | GET | /s/{id} | Staff(SealKeeper, UnitHead, SealRegistrar) | Unit | `one::page` |
//! | GET | /s/{id}/picture.png | Staff(SealKeeper, UnitHead, SealRegistrar) | Unit | `one::picture` |
//! | GET | /s/{id}/do/{step} | Staff(SealKeeper, UnitHead, SealRegistrar) | Unit | `step::page` |
//! | POST | /s/{id}/do/{step} | Staff(SealKeeper, UnitHead, SealRegistrar) | Unit | `step::take` |
//! | GET | /s/{id}/custody | Staff(SealKeeper, UnitHead) | Unit | `keeping::page` |
//! | POST | /s/{id}/custody/{what} | Staff(SealKeeper, UnitHead) | Unit | `keeping::act` |

pub mod apply;
pub mod keeping;
pub mod list;
pub mod one;
pub mod queue;
pub mod step;
pub mod uses;

use super::records;
use crate::Proof;
use crate::seals::life::Hand;
use crate::seals::model::Seal;
use crate::seals::records as seals;
use people::identity::{StaffId, staff_card};
use std::collections::BTreeMap;
use store::{Error, Refusal, Result};
use web::form::FormError;
use web::frame::Link;
use web::{Frame, Lang, Role, Texts, Visitor};

/// Lines of one page of a list.
const LINES: i64 = 25;

fn is(visitor: &Visitor, role: Role) -> Result<bool> {
    Ok(visitor.staff()?.roles.contains(&role))
}

/// The frame of this desk: its lists, with how much waits and how much is new.
async fn frame(proof: &Proof, visitor: &Visitor, title: &str, here: &str) -> Result<Frame> {
    let unit = visitor.staff()?.unit;
    let mut nav = vec![Link::new("/s", visitor.t("custody-nav-seals")).here(here == "/s")];
    let (keeper, head) = (is(visitor, Role::SealKeeper)?, is(visitor, Role::UnitHead)?);
    if keeper || head {
        let read = move |db: &mut store::Db<'_>| {
            let waiting = records::waiting(db, unit)?.map_or(0, |w| w.count);
            Ok((waiting, if head { records::unseen(db, unit)? } else { 0 }))
        };
        let (waiting, unseen) = proof.app().store.read(read).await?;
        let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
        for (href, words, n) in
            [("/s/queue", "custody-nav-queue", waiting), ("/s/uses", "custody-nav-uses", unseen)]
        {
            nav.push(Link::new(href, visitor.t(words)).here(here == href).counting(count(n)));
        }
    }
    Ok(visitor.staff_frame(proof.app(), title, nav))
}

/// What stands on the desks of those whose papers wait for a seal: how many, and for what; nothing when none does.
pub struct Banner {
    /// How many papers wait; empty when none does.
    pub title: String,
    /// For what, and that they go on by themselves.
    pub text: String,
}

/// The banner for a member of staff.
///
/// # Errors
/// Only faults of ours.
pub async fn banner(proof: &Proof, visitor: &Visitor) -> Result<Banner> {
    let waiting = proof.seals().waiting(visitor.staff()?.unit).await?;
    let Some(waiting) = waiting else {
        return Ok(Banner { title: String::new(), text: String::new() });
    };
    let (texts, lang) = (Texts::shipped(), visitor.lang);
    let why = texts.t(lang, &format!("custody-why-{}", waiting.why)).to_owned();
    Ok(Banner {
        title: texts.tn(lang, "custody-waiting", waiting.count),
        text: texts.ta(lang, "custody-waiting-why", &[("why", &why)]),
    })
}

/// A seal of an address with what this visitor's hands may do with it.
///
/// # Errors
/// `NotFound` for a seal that is none of his.
async fn at_hand(proof: &Proof, visitor: &Visitor, id: &str) -> Result<(Seal, Vec<Hand>)> {
    let id: i64 = id.parse().map_err(|_| Error::NotFound)?;
    let staff = visitor.staff()?.clone();
    let read = move |db: &mut store::Db<'_>| {
        let seal = seals::seal(db, id)?;
        Ok((records::holds(db, staff.id, id)?, seal, staff))
    };
    let (holds, seal, staff) = proof.app().store.read(read).await?;
    let now = proof.app().clock().now();
    let own = staff.unit == seal.issuer.unit;
    let holds = holds.iter().any(|h| h.runs(now));
    let has = |role| staff.roles.contains(&role);
    let mut hands = Vec::new();
    for (hand, fits) in [
        (Hand::Keeper, has(Role::SealKeeper) && (own || holds)),
        (Hand::Head, has(Role::UnitHead) && own),
        (Hand::Registrar, has(Role::SealRegistrar)),
    ] {
        if fits {
            hands.push(hand);
        }
    }
    if hands.is_empty() { Err(Error::NotFound) } else { Ok((seal, hands)) }
}

/// Who somebody of the ledger is, in words: a staff number, the applicant, the house.
struct People {
    numbers: BTreeMap<String, String>,
}

impl People {
    /// Looks up everybody named.
    async fn of(proof: &Proof, labels: Vec<String>) -> Result<People> {
        let read = move |db: &mut store::Db<'_>| {
            let mut numbers = BTreeMap::new();
            for label in labels {
                let id = label.strip_prefix("staff:").and_then(|id| id.parse().ok());
                let Some(id) = id.filter(|_| !numbers.contains_key(&label)) else { continue };
                if let Ok(card) = staff_card(db, StaffId(id)) {
                    numbers.insert(label, card.no);
                }
            }
            Ok(numbers)
        };
        Ok(People { numbers: proof.app().store.read(read).await? })
    }

    fn words(&self, lang: Lang, label: &str) -> String {
        let texts = Texts::shipped();
        match self.numbers.get(label) {
            Some(no) => texts.ta(lang, "custody-who-staff", &[("no", no)]),
            None if label.starts_with("citizen:") => texts.t(lang, "custody-who-applicant").into(),
            None => texts.t(lang, "custody-who-house").into(),
        }
    }
}

fn staff_label(id: i64) -> String {
    format!("staff:{id}")
}

/// The fields a refusal points at, or the refusal itself at the first field of the form.
fn told(visitor: &Visitor, refusal: &Refusal, field: &str) -> Vec<FormError> {
    if !refusal.fields.is_empty() {
        return web::form::form_errors(visitor, &refusal.fields);
    }
    let (what, next) = web::errors::words(visitor.lang, &Error::Refused(refusal.clone()));
    vec![FormError { field: field.to_owned(), text: format!("{what} {next}") }]
}

fn error_of(errors: &[FormError], field: &str) -> String {
    errors.iter().find(|e| e.field == field).map(|e| e.text.clone()).unwrap_or_default()
}

fn day(at: codes::time::Stamp, visitor: &Visitor) -> String {
    match (at.micros(), visitor.lang) {
        (0, _) => String::new(),
        (_, Lang::Zh) => at.zh_day(),
        (_, Lang::En) => codes::time::en_day(at.day()),
    }
}
