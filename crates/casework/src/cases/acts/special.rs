//! Special procedures and the extension: what stops or lengthens the clock, each with reason and cap.

use super::super::model::{Grip, Officer, Receipt};
use super::super::rules::{self, Order};
use super::{Turn, document, for_officer, notify, pack_of, receipt, turn};
use crate::materials;
use codes::calendar::Calendar;
use serde_json::json;
use store::{Done, FileHash, Kind, Result, Tx};

/// Evidence stands in the facts of the case: its bytes are kept by address.
fn hold(tx: &mut Tx<'_>, evidence: Option<&str>) -> Result<()> {
    match evidence.map(FileHash::parse) {
        Some(Ok(file)) => materials::records::hold_file(tx, &file),
        // What is no address is refused by the rules.
        _ => Ok(()),
    }
}

/// Starts a special procedure the item allows (行政许可法 art. 34, 45). It begins now.
///
/// # Errors
/// `case-special-unknown`, `case-special-again`, `case-special-team`, `case-special-cap`.
pub fn start_special(
    tx: &mut Tx<'_>,
    grip: Grip,
    who: &Officer,
    order: Order,
    calendar: &Calendar,
) -> Result<Done<Receipt>> {
    let (case, post) = for_officer(tx, grip, who)?;
    let (at, pack, key) = (tx.ctx().at, pack_of(tx, &case)?, order.key.clone());
    let facts = json!({"procedure": key, "evidence": order.evidence, "team": order.team});
    hold(tx, order.evidence.as_deref())?;
    let this = Turn::of(Kind::SpecialStarted, post, calendar).with(facts);
    let (case, recorded) =
        turn(tx, case, this, |s| rules::start_special(s, at, who.id, order, &pack, calendar))?;
    document(tx, &case, &format!("special:{key}"))?;
    notify(tx, &case, "special")?;
    Ok(recorded.with(receipt(&case)))
}

/// Ends the running procedure with its result; the clock runs again from the next day.
pub fn end_special(
    tx: &mut Tx<'_>,
    grip: Grip,
    who: &Officer,
    result: &str,
    evidence: Option<String>,
    calendar: &Calendar,
) -> Result<Done<Receipt>> {
    let (case, post) = for_officer(tx, grip, who)?;
    let at = tx.ctx().at;
    let facts = json!({"evidence": evidence});
    hold(tx, evidence.as_deref())?;
    let this = Turn::of(Kind::SpecialEnded, post, calendar).with(facts);
    let (case, recorded) =
        turn(tx, case, this, |s| rules::end_special(s, at, who.id, result, evidence))?;
    notify(tx, &case, "special-ended")?;
    Ok(recorded.with(receipt(&case)))
}

/// Extends the limit, once; the reason is told to the applicant (art. 42).
///
/// # Errors
/// `case-extension-none`, `case-extension-twice`, `case-extension-late`, `case-extension-length`.
pub fn extend(
    tx: &mut Tx<'_>,
    grip: Grip,
    who: &Officer,
    days: u32,
    reason: &str,
    calendar: &Calendar,
) -> Result<Done<Receipt>> {
    let (case, post) = for_officer(tx, grip, who)?;
    let (at, pack) = (tx.ctx().at, pack_of(tx, &case)?);
    let this = Turn::of(Kind::CaseExtended, post, calendar).with(json!({"days": days}));
    let (case, recorded) =
        turn(tx, case, this, |s| rules::extend(s, at, who.id, days, reason, &pack, calendar))?;
    document(tx, &case, "extension")?;
    notify(tx, &case, "extended")?;
    Ok(recorded.with(receipt(&case)))
}
