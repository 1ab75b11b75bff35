//! Judges timestamps: that a seal's or a signature's value existed at the time an authority says.

use super::seals::{CLOCK_SKEW, revoked};
use super::{Basis, Ledger};
use crate::Step;
use gm::oid;
use gm::time::Utc;
use gm::timestamp::{Expected, Imprint, Token};
use gm::x509::revocation::Proof;

/// At which time something is judged, and how that time is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct When {
    pub at: Utc,
    pub proof: Proof,
}

impl When {
    /// Somebody says so.
    pub fn claimed(at: Utc) -> When {
        When { at, proof: Proof::Claimed }
    }

    /// A timestamp says so.
    pub fn stamped(at: Utc) -> When {
        When { at, proof: Proof::Stamped }
    }
}

/// Tells that there is no timestamp, which decides nothing.
pub(super) fn absent(ledger: &mut Ledger) -> Option<Utc> {
    ledger.note(Step::open("timestamp-absent", ""));
    None
}

/// Judges the token over `value`; its own steps are noted, the outcome counts as one trust check of this code. The time
/// it proves, if it holds.
pub(super) fn timestamp(
    code: &'static str,
    value: &[u8],
    token: &[u8],
    claimed: Option<Utc>,
    basis: &Basis<'_>,
    ledger: &mut Ledger,
) -> Option<Utc> {
    let token = match Token::parse(token) {
        Ok(token) => token,
        Err(error) => {
            ledger.trust(Step::judged(code, false, error.to_string()));
            return None;
        }
    };
    let algorithm = token.info().imprint.algorithm();
    let Some(imprint) = Imprint::of(algorithm, value) else {
        // A digest that cannot be computed here is no proof against the stamp.
        ledger.trust(Step::open(code, oid::dotted(algorithm)));
        return None;
    };
    let expected = Expected { imprint: &imprint, nonce: None, policies: &[], now: basis.now };
    let verdict = token.judge(&expected, basis.intermediates, basis.anchors);
    let (mut failed, mut open) = (false, false);
    // An authority of another family: neither its signature nor its chain can be computed here.
    let foreign = verdict.steps.iter().any(|s| s.code == "timestamp-signature" && s.ok.is_none());
    for step in verdict.steps {
        failed |= step.ok == Some(false) && !(foreign && step.code.starts_with("chain-"));
        open |= step.ok.is_none();
        ledger.note(step);
    }
    if let Some(claimed) = claimed {
        let fits = claimed.0 <= verdict.at.0.saturating_add(CLOCK_SKEW);
        failed |= !fits;
        let detail = format!("{} | {}", claimed.iso(), verdict.at.iso());
        ledger.note(Step::judged("timestamp-order", fits, detail));
    }
    let ok = match (failed, open) {
        (true, _) => Some(false),
        (false, true) => None,
        (false, false) => Some(verdict.holds),
    };
    let detail = format!("{} | {}", verdict.at.iso(), verdict.path.join(" < "));
    ledger.trust(Step { code, ok, detail });
    revoked(&verdict.certificates, When::claimed(verdict.at), basis, ledger);
    (ok == Some(true)).then_some(verdict.at)
}
