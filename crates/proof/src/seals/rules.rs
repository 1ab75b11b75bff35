//! What may be sealed: only what a decision in the ledger ordered (security S1).

use super::model::{Order, SealKind};
use store::ledger::EventRow;
use store::{Actor, Error, Kind, Result};

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

/// The event that ordered the sealing, or a refusal. `events` are those of the case's stream. Only a
/// grant orders the licence seal.
///
/// # Errors
/// `seal-not-ordered` when no such decision stands in the ledger; `Denied` for a sample sealing by
/// anybody but the node.
pub fn ordered(
    order: Order,
    kind: SealKind,
    actor: Actor,
    events: &[EventRow],
) -> Result<Option<i64>> {
    let Order::Case { event, .. } = order else {
        return if actor == Actor::System { Ok(None) } else { Err(Error::Denied) };
    };
    let orders =
        ORDERING.contains(&event) && (kind == SealKind::Approval || event == Kind::CaseGranted);
    let found = events.iter().rev().find(|e| orders && e.kind == event.label());
    found.map(|e| Some(e.id)).ok_or(Error::refused("seal-not-ordered"))
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
        let ask = |kind, event, actor| {
            ordered(Order::Case { case_id: 1, event }, kind, actor, &events).map_err(|e| e.code())
        };
        for (kind, event, expected) in [
            (SealKind::Approval, Kind::CaseAccepted, Ok(Some(2))),
            (SealKind::Approval, Kind::CaseGranted, Ok(Some(3))),
            (SealKind::Licence, Kind::CaseGranted, Ok(Some(3))),
            (SealKind::Licence, Kind::CaseAccepted, Err("seal-not-ordered")),
            (SealKind::Approval, Kind::CaseDenied, Err("seal-not-ordered")),
            (SealKind::Approval, Kind::DataRead, Err("seal-not-ordered")),
        ] {
            assert_eq!(ask(kind, event, Actor::System), expected, "{kind:?} {event:?}");
        }
        let sample = |actor| ordered(Order::Sample, SealKind::Licence, actor, &[]);
        assert_eq!(sample(Actor::System), Ok(None));
        assert_eq!(sample(Actor::Staff(1)), Err(Error::Denied));
        assert_eq!(sample(Actor::Anonymous), Err(Error::Denied));
    }
}
