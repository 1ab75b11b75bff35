//! Judges every signature of a document over its original bytes and says, check by check, what held.
//!
//! Order as in GB/T 38540: container → Signature.xml against the signed digest → timestamp → the seal → signer against the
//! seal's list → signature value → chains, dates and revocation → every reference → what no reference covers → Seal.esl
//! against the embedded seal. Trust anchors, lists of revoked certificates and the time of judging are arguments;
//! registries are asked by whoever calls.
//!
//! A timestamp that holds proves when the signature was there at the latest: chains and the seal are judged at that time
//! instead of the one the signer claims, and what was revoked later does no harm. One that does not hold takes the trust
//! away; one that cannot be judged leaves it open; one that is not there is told (`timestamp-absent`).
//!
//! Codes of the steps, in two groups. Values: `package`, `package-hidden`, `package-ambiguous`, `document`,
//! `signature-list`, `signature-file`, `signed-value`, `data-hash`, `signature-path`, `references`, `reference`,
//! `reference-list-grown`, `coverage`, `seal-file`, `seal-parse`, `seal-header`, `seal-algorithm`, `seal-value`,
//! `signer-changed`, `signature-algorithm`, `signature-value`, `signature-no-certificate`, `integrity-names`. Trust:
//! `seal-validity`, `seal-maker-chain`, `seal-timestamp`, `signer-in-seal`, `signer-chain`, `signing-time`,
//! `timestamp`, `timestamp-absent`, `timestamp-order`, `revocation`, `revocation-list`, `unsigned-attribute`, the
//! `chain-…` steps of [`gm::x509::chain`] and those of [`gm::timestamp::Token::judge`]: `timestamp-form`,
//! `timestamp-imprint`, `timestamp-extension`, `timestamp-time`, `timestamp-signer`, `timestamp-attributes`,
//! `timestamp-certificate`, `timestamp-signature`, `timestamp-usage`.

mod document;
mod seals;
mod timestamps;

pub use document::verify;
pub use seals::{verify_seal, verify_signed_value};

use crate::{Limits, Step};
use gm::time::Utc;
use gm::x509::Certificate;
use gm::x509::crl::Crl;

/// What judging rests on.
#[derive(Debug, Clone)]
pub struct Basis<'a> {
    /// Certificates trusted by themselves.
    pub anchors: &'a [Certificate],
    /// Authorities that may stand between.
    pub intermediates: &'a [Certificate],
    /// Lists of revoked certificates at hand; without any, revocation is not judged.
    pub crls: &'a [Crl],
    /// The moment at which these lists must be current: now, unless whoever judges takes older ones, and says so.
    pub lists_at: Utc,
    /// Time of judging.
    pub now: Utc,
    /// Bounds on hostile input.
    pub limits: Limits,
}

impl<'a> Basis<'a> {
    /// Judging by these anchors at this time, with nothing else at hand and the usual bounds.
    pub fn new(anchors: &'a [Certificate], now: Utc) -> Basis<'a> {
        Basis {
            anchors,
            intermediates: &[],
            crls: &[],
            lists_at: now,
            now,
            limits: Limits::default(),
        }
    }
}

/// Who sealed, as far as the file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedBy {
    /// Name of the seal; empty for a signature without one.
    pub seal_name: String,
    /// Identifier of the seal.
    pub seal_id: String,
    /// The seal itself, DER; empty for a signature without one.
    pub seal: Vec<u8>,
    /// Subject of the signer's certificate.
    pub subject: String,
    /// The signer's certificate, DER.
    pub certificate: Vec<u8>,
    /// Signing time claimed.
    pub at: Option<Utc>,
    /// Time that a timestamp proves, when one is there and holds.
    pub proved: Option<Utc>,
}

/// Place of a stamp.
#[derive(Debug, Clone, PartialEq)]
pub struct Stamp {
    /// Id of its page.
    pub page_id: String,
    /// Left, top, width, height in mm.
    pub boundary: [f32; 4],
    /// The part of it that shows, in its own coordinates: a slice of a seam.
    pub clip: Option<[f32; 4]>,
}

/// Judgement of one signature.
#[derive(Debug, Clone, PartialEq)]
pub struct SignatureReport {
    /// Id in the list of signatures.
    pub id: String,
    /// `Seal`, `Sign`, or `Integrity` for a GM/T 0099 entry list.
    pub kind: String,
    /// Checks in order.
    pub steps: Vec<Step>,
    /// Whether digests and signature values hold; `None` when they cannot be judged.
    pub values_hold: Option<bool>,
    /// Whether chains, lists and dates hold as well.
    pub trusted: Option<bool>,
    /// Who sealed.
    pub sealed_by: Option<SealedBy>,
    /// Where its stamps stand.
    pub stamps: Vec<Stamp>,
}

/// Judgement of a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// Checks of the file as a whole.
    pub steps: Vec<Step>,
    /// Its signatures in order.
    pub signatures: Vec<SignatureReport>,
    /// Whether all digests and signature values hold; `None` when unsigned or not to be judged.
    pub signature_values_hold: Option<bool>,
    /// Whether values, chains, lists and dates all hold; `None` when unsigned or not to be judged.
    pub trusted: Option<bool>,
    /// Who put the last seal.
    pub sealed_by: Option<SealedBy>,
}

/// Collects the steps of one signature and keeps values apart from trust.
#[derive(Debug, Default)]
struct Ledger {
    steps: Vec<Step>,
    values: Verdict,
    trust: Verdict,
}

/// Conjunction of three-valued checks: false beats unknown beats true.
#[derive(Debug, Default, Clone, Copy)]
struct Verdict {
    checks: usize,
    failed: bool,
    open: bool,
}

impl Verdict {
    fn take(&mut self, ok: Option<bool>) {
        self.checks += 1;
        self.failed |= ok == Some(false);
        self.open |= ok.is_none();
    }

    fn outcome(self) -> Option<bool> {
        match self {
            Verdict { failed: true, .. } => Some(false),
            Verdict { open: true, .. } | Verdict { checks: 0, .. } => None,
            _ => Some(true),
        }
    }
}

impl Ledger {
    /// A check of digests or signature values.
    fn value(&mut self, step: Step) {
        self.values.take(step.ok);
        self.steps.push(step);
    }

    /// A check of chains, lists or dates.
    fn trust(&mut self, step: Step) {
        self.trust.take(step.ok);
        self.steps.push(step);
    }

    /// A fact that decides nothing.
    fn note(&mut self, step: Step) {
        self.steps.push(step);
    }

    /// Outcome of values, and of values and trust together.
    fn outcomes(&self) -> (Option<bool>, Option<bool>) {
        let values = self.values.outcome();
        let trusted = match (values, self.trust.outcome()) {
            (Some(true), trust) => trust,
            (other, _) => other,
        };
        (values, trusted)
    }

    fn report(
        self,
        id: &str,
        kind: &str,
        sealed_by: Option<SealedBy>,
        stamps: Vec<Stamp>,
    ) -> SignatureReport {
        let (values_hold, trusted) = self.outcomes();
        let (id, kind) = (id.to_owned(), kind.to_owned());
        SignatureReport { id, kind, steps: self.steps, values_hold, trusted, sealed_by, stamps }
    }
}

impl Report {
    /// A file that cannot be judged at all because this check failed.
    fn broken(step: Step) -> Report {
        Report {
            steps: vec![step],
            signature_values_hold: Some(false),
            trusted: Some(false),
            ..Report::default()
        }
    }

    /// Joins the signatures' outcomes with the file's own checks.
    fn close(mut self) -> Report {
        if self.signatures.is_empty() {
            return self;
        }
        let join = |pick: fn(&SignatureReport) -> Option<bool>| {
            let mut verdict = Verdict::default();
            self.steps.iter().for_each(|step| verdict.take(step.ok));
            self.signatures.iter().for_each(|signature| verdict.take(pick(signature)));
            verdict.outcome()
        };
        self.signature_values_hold = join(|s| s.values_hold);
        self.trusted = join(|s| s.trusted);
        self.sealed_by = self.signatures.iter().rev().find_map(|s| s.sealed_by.clone());
        self
    }
}

#[cfg(test)]
mod lenient_tests;
#[cfg(test)]
mod mutations;
#[cfg(test)]
mod stamped_tests;
#[cfg(test)]
mod tests;
