//! Pages of cases: the applicant's (C18, C20–C22) below, the window's and the officer's in their files.
//!
//! | method | path | access | relation | handler |
//! |---|---|---|---|---|
//! | GET | /my | Citizen(1) | Own | `my::page` |
//! | GET | /c/{no} | Citizen(2) | Own | `citizen::progress` |
//! | GET | /c/{no}/done | Citizen(2) | Own | `citizen_done::page` |
//! | GET | /c/{no}/calendar.ics | Citizen(2) | Own | `citizen_done::calendar` |
//! | GET | /c/{no}/documents/{kind} | Citizen(2) | Own | `documents::document` |
//! | GET | /c/{no}/paper/{paper} | Citizen(2) | Own | `documents::paper` |
//! | GET | /c/{no}/fix | Citizen(2) | Own | `citizen_fix::page` |
//! | POST | /c/{no}/fix | Citizen(2) | Own | `citizen_fix::keep` |
//! | GET | /c/{no}/withdraw | Citizen(2) | Own | `citizen::ask_withdraw` |
//! | POST | /c/{no}/withdraw | Citizen(2) | Own | `citizen::withdraw` |

pub mod citizen;
pub mod citizen_done;
pub mod citizen_fix;
pub mod documents;
pub mod my;

use super::view::{self, Progress};
use crate::Casework;
use crate::drafts::filing;
use codes::case_no::CaseNo;
use store::Error;
use web::Visitor;

/// The number of an address; spaces are forgiven, anything else is no case.
pub(crate) fn number(text: &str) -> store::Result<CaseNo> {
    CaseNo::parse(text).map_err(|_| Error::NotFound)
}

/// The applicant's own case; to anybody else it does not exist.
pub(crate) async fn own(w: &Casework, visitor: &Visitor, no: &str) -> store::Result<Progress> {
    view::progress(w, filing::owner(visitor)?, number(no)?).await
}
