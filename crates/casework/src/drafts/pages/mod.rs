//! Pages before anybody has received an application (ux C12–C17; C14 is in `materials`), without a script and with one. The
//! table below is what the binary mounts.
//!
//! | method | path | access | relation | handler |
//! |---|---|---|---|---|
//! | GET | /apply/{slug}/start | Citizen(2) | Own | `start::page` |
//! | POST | /apply/{slug}/start | Citizen(2) | Own | `start::begin` |
//! | GET | /d/{id} | Citizen(2) | Own | `fill::resume` |
//! | GET | /d/{id}/{section} | Citizen(2) | Own | `fill::page` |
//! | POST | /d/{id}/{section} | Citizen(2) | Own | `fill::keep` |
//! | POST | /d/{id}/{section}/save | Citizen(2) | Own | `save::save` |
//! | GET | /d/{id}/dispute/{field} | Citizen(2) | Own | `dispute::page` |
//! | POST | /d/{id}/dispute/{field} | Citizen(2) | Own | `dispute::keep` |
//! | GET | /d/{id}/review | Citizen(2) | Own | `review::page` |
//! | POST | /d/{id}/review | Citizen(2) | Own | `review::keep` |
//! | POST | /d/{id}/renew | Citizen(2) | Own | `review::renew` |
//! | GET | /d/{id}/sign | Citizen(2) | Own | `sign::page` |
//! | POST | /d/{id}/submit | Citizen(2) | Own | `sign::submit` |
//! | GET | /d/{id}/discard | Citizen(2) | Own | `sign::ask_discard` |
//! | POST | /d/{id}/discard | Citizen(2) | Own | `sign::discard` |

pub mod dispute;
pub mod fill;
pub mod review;
pub mod save;
pub mod sign;
pub mod start;

pub(crate) mod asked;
pub(crate) mod sheet;
mod walk;

pub(crate) use asked::{Ask, Table, Typed, ask};
pub(crate) use sheet::{complete, tidy};
pub(crate) use walk::Walk;

use super::filing;
use super::model::{DraftId, Opened};
use crate::Casework;
use crate::cases::model::CaseId;
use codes::Day;
use guide::packs::{self, Limit};
use store::{Error, Refusal};
use web::form::FormError;
use web::{Fault, Frame, Lang, Visitor};

/// A value of the address's query; empty when it is not there.
pub(crate) fn query(visitor: &Visitor, name: &str) -> String {
    let query = visitor.path.split_once('?').map_or("", |(_, query)| query);
    let pair = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(k, _)| *k == name);
    pair.and_then(|(_, v)| web::form::unescape(v.as_bytes()).ok()).unwrap_or_default()
}

/// A day in the words of the page's language.
pub(crate) fn day(f: &Frame, day: Day) -> String {
    match f.lang {
        Lang::Zh => codes::time::zh_day(day),
        Lang::En => codes::time::en_day(day),
    }
}

/// The same without the year, for badges.
pub(crate) fn short_day(f: &Frame, day: Day) -> String {
    match f.lang {
        Lang::Zh => codes::time::zh_month_day(day),
        Lang::En => codes::time::en_day(day),
    }
}

/// A limit in words: 当场办结, 5 个工作日, 5 天.
pub(crate) fn limit_words(f: &Frame, limit: Limit) -> String {
    match limit.unit {
        packs::Unit::Instant => f.t("drafts-limit-instant").to_owned(),
        packs::Unit::Workday => f.tn("drafts-limit-workday", limit.n),
        packs::Unit::Day => f.tn("drafts-limit-day", limit.n),
    }
}

/// An id of an address.
pub(crate) fn number(text: &str) -> store::Result<i64> {
    text.parse().ok().filter(|n| *n > 0).ok_or(Error::NotFound)
}

/// The draft of an address. One that was handed in already leads to its case.
pub(crate) async fn opened(w: &Casework, visitor: &Visitor, id: &str) -> Result<Opened, Fault> {
    let (owner, id) = (filing::owner(visitor)?, DraftId(number(id)?));
    match filing::load(w, owner, id).await {
        Err(Error::NotFound) => Err(gone(w, visitor, id).await?),
        other => Ok(other?),
    }
}

/// Why there is no such draft: it has become a case, or there never was one.
pub(crate) async fn gone(w: &Casework, visitor: &Visitor, id: DraftId) -> store::Result<Fault> {
    let owner = filing::owner(visitor)?;
    let case = w.store.read(move |db| crate::cases::records::opt(db, CaseId(id.0))).await?;
    Ok(match case.filter(|c| c.owner == owner) {
        None => Error::NotFound.into(),
        Some(case) => Fault::leading_to(
            Error::refused_with("case-already-submitted", "no", case.no.grouped()),
            format!("/c/{}", case.no),
            "err-way-case",
        ),
    })
}

/// The pack's own words of an error, for the summary and the field.
pub(crate) fn told(visitor: &Visitor, e: &packs::FieldError) -> FormError {
    FormError { field: e.field.clone(), text: e.message.get(visitor.lang.tag()).to_owned() }
}

/// A post no page of ours sends, as a refusal in the visitor's words.
pub(crate) fn refused(visitor: &Visitor, e: &packs::PostRefusal) -> Error {
    let said = e.message.get(visitor.lang.tag()).to_owned();
    Error::Refused(Refusal { code: "draft-post", args: vec![("what", said)], fields: vec![] })
}

/// The text of one field in a summary; empty when it is well.
pub(crate) fn text_of(errors: &[FormError], field: &str) -> String {
    errors.iter().find(|e| e.field == field).map(|e| e.text.clone()).unwrap_or_default()
}
