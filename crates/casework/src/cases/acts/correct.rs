//! The one correction: telling everything missing, supplying it, letting it lapse.

use super::super::model::{
    CaseId, Grip, Missing, MissingKind, Officer, Owner, Post, Receipt, State,
};
use super::super::{records, rules};
use super::watch_notice;
use super::{
    LAPSE, Turn, document, for_officer, for_owner, notify, on_day, pack_of, receipt, turn,
};
use crate::drafts::model::DraftId;
use crate::materials::PaperId;
use crate::materials::acts::{Whose, put_paper};
use crate::materials::records::NewPaper;
use codes::calendar::Calendar;
use codes::time::Stamp;
use serde_json::json;
use store::{Done, Error, Kind, Result, Tx};

/// Tells everything that is missing, once (一次告知).
///
/// # Errors
/// `case-correction-twice`, `case-correction-empty`, `case-correction-unknown`, `case-notice-late`.
pub fn request_correction(
    tx: &mut Tx<'_>,
    grip: Grip,
    who: &Officer,
    items: Vec<Missing>,
    calendar: &Calendar,
) -> Result<Done<Receipt>> {
    let (mut case, post) = for_officer(tx, grip, who)?;
    let (at, pack) = (tx.ctx().at, pack_of(tx, &case)?);
    case.handler = None;
    let keys: Vec<&String> = items.iter().map(|i| &i.key).collect();
    let this = Turn::of(Kind::CorrectionRequested, post, calendar).with(json!({"items": keys}));
    let (case, recorded) =
        turn(tx, case, this, |s| rules::request_correction(s, at, who.id, items, &pack, calendar))?;
    if let State::CorrectionRequested(correcting) = &case.state {
        on_day(tx, &case, LAPSE, Stamp::from_day(correcting.told.until).plus_days(1))?;
    }
    document(tx, &case, "correction")?;
    notify(tx, &case, "correction")?;
    Ok(recorded.with(receipt(&case)))
}

/// Puts a paper in for the correction: only one of those asked for.
///
/// # Errors
/// `paper-unknown` for any other material; `case-not-now` when nothing was asked for.
pub fn add_paper(
    tx: &mut Tx<'_>,
    id: CaseId,
    owner: Owner,
    new: &NewPaper,
) -> Result<Done<PaperId>> {
    let case = records::by_id(tx, id)?;
    if case.owner != owner {
        return Err(Error::NotFound);
    }
    let State::CorrectionRequested(correcting) = &case.state else {
        return Err(Error::refused_with("case-not-now", "state", case.state.phase().label()));
    };
    let asked = |m: &Missing| m.kind == MissingKind::Material && m.key == new.paper.key;
    if new.paper.round != 1 || !correcting.told.items.iter().any(asked) {
        return Err(Error::refused("paper-unknown"));
    }
    let whose = Whose { owner, person: case.person, slug: &case.slug };
    put_paper(tx, DraftId(id.0), whose, new)
}

/// What the applicant supplies beside the papers already put in (round 1).
pub struct Supplement {
    /// The body with the corrected answers, sealed for the case; `None` when no answer changed.
    pub sealed: Option<Vec<u8>>,
    /// Keys of the answers that were changed.
    pub changed: Vec<String>,
}

/// Supplies everything that was missing; the five days of the notice begin anew.
///
/// # Errors
/// `case-correction-missing` with how many things are still missing; `case-correction-late`.
pub fn supply(
    tx: &mut Tx<'_>,
    grip: Grip,
    owner: Owner,
    supplement: &Supplement,
    calendar: &Calendar,
) -> Result<Done<Receipt>> {
    let case = for_owner(tx, grip, owner)?;
    let at = tx.ctx().at;
    if let State::CorrectionRequested(correcting) = &case.state {
        let papers = crate::materials::records::bare_papers(tx, DraftId(case.id.0))?;
        let there = |item: &Missing| match item.kind {
            MissingKind::Material => papers.iter().any(|p| p.round == 1 && p.key == item.key),
            MissingKind::Field => supplement.changed.contains(&item.key),
        };
        let left = correcting.told.items.iter().filter(|item| !there(item)).count();
        if left > 0 {
            return Err(Error::refused_with("case-correction-missing", "n", left));
        }
    }
    let this = Turn::of(Kind::CorrectionSupplied, Post::Applicant, calendar);
    let (mut case, recorded) = turn(tx, case, this, |s| rules::supply(s, at))?;
    if let Some(sealed) = &supplement.sealed {
        records::keep_body(tx, case.id, sealed)?;
        case.sealed.clone_from(sealed);
    }
    watch_notice(tx, &case, calendar)?;
    notify(tx, &case, "supplied")?;
    Ok(recorded.with(receipt(&case)))
}

/// Counts as withdrawn since it was not corrected in time.
///
/// # Errors
/// `case-not-lapsed` before the day; `case-not-now` when it was supplied.
pub fn lapse(tx: &mut Tx<'_>, id: CaseId, calendar: &Calendar) -> Result<Done<Receipt>> {
    let case = records::by_id(tx, id)?;
    // Others may withdraw in other states; the passing of time only ends a correction.
    if !matches!(case.state, State::CorrectionRequested(_)) {
        return Err(Error::refused_with("case-not-now", "state", case.state.phase().label()));
    }
    let at = tx.ctx().at;
    let this = Turn::of(Kind::CaseWithdrawn, Post::System, calendar).with(json!({"lapsed": true}));
    let (case, recorded) = turn(tx, case, this, |s| rules::withdraw(s, at, "", true))?;
    notify(tx, &case, "lapsed")?;
    Ok(recorded.with(receipt(&case)))
}
