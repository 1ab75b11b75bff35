//! The signer: the one place where a unit's key signs. It takes a mandate and the document the mandate was given
//! for, and nothing else (security S1).

use super::authority::utc;
use super::model::{Order, SealKind, UnitSeal};
use super::rules;
use codes::time::Stamp;
use ofd::seal::{Mode, Position, Signing, Timestamper};
use store::ledger::EventRow;
use store::{Error, FileHash, Result};

/// Leave to put one kind of seal on one document, because an event of the ledger ordered it. It is given by
/// [`Mandate::of`] alone and names the document by its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    kind: SealKind,
    order: Order,
    ordered_by: i64,
    approver: String,
    document: FileHash,
}

impl Mandate {
    /// The mandate for this document; `events` are those of the order's stream.
    ///
    /// # Errors
    /// `seal-not-ordered`.
    pub fn of(
        order: Order,
        kind: SealKind,
        events: &[EventRow],
        document: &[u8],
    ) -> Result<Mandate> {
        let ordered_by = rules::ordered(order, kind, events)?;
        let approver = approver(events, ordered_by);
        Ok(Mandate { kind, order, ordered_by, approver, document: FileHash::of(document) })
    }

    /// Which kind of seal.
    pub fn kind(&self) -> SealKind {
        self.kind
    }

    /// On whose order.
    pub fn order(&self) -> Order {
        self.order
    }

    /// The event that ordered it.
    pub fn ordered_by(&self) -> i64 {
        self.ordered_by
    }

    /// Who caused that event: `staff:7`, `citizen:1`, `system`.
    pub fn approver(&self) -> &str {
        &self.approver
    }

    /// SM3 of the document, in hex.
    pub fn document(&self) -> &str {
        self.document.as_str()
    }

    /// Puts the seal on the document, if both are those of the mandate.
    ///
    /// # Errors
    /// `seal-document-changed` for another document, `seal-not-ordered` for another kind of seal.
    pub fn put(
        &self,
        seal: &UnitSeal,
        document: &[u8],
        putting: &Putting,
        stamper: Timestamper<'_>,
    ) -> Result<Vec<u8>> {
        if FileHash::of(document) != self.document {
            return Err(Error::refused("seal-document-changed"));
        }
        if seal.kind != self.kind {
            return Err(Error::refused("seal-not-ordered"));
        }
        let signing = Signing {
            esl: &seal.esl,
            signer: &seal.signer,
            certificate: &seal.certificate,
            placing: putting.position.into(),
            at: utc(putting.at),
            mode: Mode::Whole,
            chance: Some(putting.chance),
            timestamper: Some(stamper),
        };
        ofd::seal::sign(document, &signing).map_err(Error::internal)
    }
}

/// Where and when a seal is put.
#[derive(Debug, Clone)]
pub struct Putting {
    /// Where the stamp stands.
    pub position: Position,
    /// When.
    pub at: Stamp,
    /// Fresh chance for the signature.
    pub chance: [u8; 32],
}

/// Who caused an event.
pub fn approver(events: &[EventRow], id: i64) -> String {
    events.iter().find(|e| e.id == id).map(|e| e.actor.clone()).unwrap_or_default()
}
