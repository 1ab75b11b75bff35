//! What may be sealed: only what a decision in the ledger ordered (security S1). And what may be asked for.

use super::model::{Order, Seal, SealKind};
use store::ledger::EventRow;
use store::{Error, FieldError, Kind, Result};

/// Longest line of text on a seal, letters.
pub const LINE_MOST: usize = 16;
/// Shortest and longest name of a unit that the arc of a seal holds.
pub const ARC: std::ops::RangeInclusive<usize> = 2..=40;
/// Longest basis or reason, letters.
pub const TEXT_MOST: usize = 500;

/// Whether a seal may be asked for: what it says fits on it, and the application says what it rests on.
///
/// # Errors
/// `seal-form` with the fields concerned.
pub fn application(seal: &Seal) -> Result<()> {
    let mut wrong = Vec::new();
    let line = seal.inscription.chars().count();
    let named = seal.kind == SealKind::Person;
    if named && !(2..=4).contains(&line) {
        wrong.push(FieldError::new("inscription", "seal-person"));
    } else if line > LINE_MOST || seal.inscription.chars().any(char::is_control) {
        wrong.push(FieldError::new("inscription", "seal-line"));
    }
    if !ARC.contains(&seal.issuer.name.chars().count()) {
        wrong.push(FieldError::new("inscription", "seal-arc"));
    }
    let basis = seal.basis.trim().chars().count();
    if !(4..=TEXT_MOST).contains(&basis) {
        wrong.push(FieldError::new("basis", "seal-basis"));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::fields("seal-form", wrong)) }
}

/// Whether the words of a step say anything.
///
/// # Errors
/// `seal-form` with the field.
pub fn reasoned(reason: &str) -> Result<()> {
    let fits = (4..=TEXT_MOST).contains(&reason.trim().chars().count());
    if fits {
        return Ok(());
    }
    Err(Error::fields("seal-form", vec![FieldError::new("reason", "seal-reason")]))
}

/// Events that order a document of a case.
const ORDERING: &[Kind] = &[
    Kind::CaseSubmitted,
    Kind::CaseAccepted,
    Kind::CaseDeemedAccepted,
    Kind::CaseNotAccepted,
    Kind::CorrectionRequested,
    Kind::SpecialStarted,
    Kind::CaseExtended,
    Kind::CaseGranted,
    Kind::CaseDenied,
    Kind::CaseWithdrawn,
];

/// How many papers one decision may order under one seal: the paper itself, and again when a worker was
/// cut off after the use was written and before the file was kept.
pub const MOST_PER_ORDER: i64 = store::jobs::DEAD_AFTER;

/// The event that ordered the sealing, or a refusal. `events` are those of the order's stream. Only a
/// grant, or the entry of a licence in the register, orders the licence seal.
///
/// # Errors
/// `seal-not-ordered` when no such decision stands in the ledger.
pub fn ordered(order: Order, kind: SealKind, events: &[EventRow]) -> Result<i64> {
    let event = order.event();
    let orders = match order {
        Order::Register { .. } | Order::Issue { .. } | Order::Copy { .. } => {
            kind == SealKind::Licence
        }
        Order::Case { .. } => {
            let decided = matches!(event, Kind::CaseGranted | Kind::CaseDenied);
            let fits = match kind {
                SealKind::Approval => true,
                SealKind::Official => decided,
                SealKind::Licence => event == Kind::CaseGranted,
                SealKind::Finance | SealKind::Person => false,
            };
            fits && ORDERING.contains(&event)
        }
    };
    let found =
        events.iter().rev().find(|e| orders && e.kind == event.label() && order.meant(&e.data));
    found.map(|e| e.id).ok_or(Error::refused("seal-not-ordered"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use codes::time::Stamp;

    fn event(id: i64, kind: Kind) -> EventRow {
        EventRow {
            id,
            stream: "case:1".into(),
            stream_seq: id,
            kind: kind.label().into(),
            at: Stamp::from_micros(0),
            actor: "staff:1".into(),
            channel: "window".into(),
            purpose: "case:1".into(),
            subject: None,
            data: serde_json::Value::Null,
        }
    }

    #[test]
    fn only_decisions_order_seals() {
        let events = [
            event(1, Kind::CaseSubmitted),
            event(2, Kind::CaseAccepted),
            event(3, Kind::CaseGranted),
        ];
        let ask = |kind, event| {
            ordered(Order::Case { case_id: 1, event }, kind, &events).map_err(|e| e.code())
        };
        for (kind, event, expected) in [
            (SealKind::Approval, Kind::CaseAccepted, Ok(2)),
            (SealKind::Approval, Kind::CaseGranted, Ok(3)),
            (SealKind::Licence, Kind::CaseGranted, Ok(3)),
            (SealKind::Licence, Kind::CaseAccepted, Err("seal-not-ordered")),
            (SealKind::Approval, Kind::CaseDenied, Err("seal-not-ordered")),
            (SealKind::Approval, Kind::DataRead, Err("seal-not-ordered")),
        ] {
            assert_eq!(ask(kind, event), expected, "{kind:?} {event:?}");
        }
        let entered = [event(7, Kind::LicenceIssued)];
        let register = |kind, events: &[EventRow]| {
            ordered(Order::Register { licence: 1 }, kind, events).map_err(|e| e.code())
        };
        assert_eq!(register(SealKind::Licence, &entered), Ok(7));
        assert_eq!(register(SealKind::Approval, &entered), Err("seal-not-ordered"));
        assert_eq!(register(SealKind::Licence, &events), Err("seal-not-ordered"));
        let mut approved = event(9, Kind::LicenceOrdered);
        approved.data = serde_json::json!({"row": hex::encode([7u8; 32])});
        let issue = |kind, hash| {
            ordered(Order::Issue { row: 1, hash }, kind, std::slice::from_ref(&approved))
                .map_err(|e| e.code())
        };
        assert_eq!(issue(SealKind::Licence, [7; 32]), Ok(9));
        assert_eq!(issue(SealKind::Licence, [8; 32]), Err("seal-not-ordered"), "another row");
        assert_eq!(issue(SealKind::Approval, [7; 32]), Err("seal-not-ordered"));
        let copied = [event(9, Kind::LicenceCopied)];
        let copy = |kind, events: &[EventRow]| {
            ordered(Order::Copy { copy: 1 }, kind, events).map_err(|e| e.code())
        };
        assert_eq!(copy(SealKind::Licence, &copied), Ok(9));
        assert_eq!(copy(SealKind::Approval, &copied), Err("seal-not-ordered"));
        assert_eq!(copy(SealKind::Licence, &entered), Err("seal-not-ordered"));
    }
}
