//! Judges a certificate chain at a given time and says, check by check, what held.

use super::{Certificate, KeyUsage};
use crate::time::Utc;
use crate::{Step, oid};

/// Longest chain followed, leaf and root included.
const DEPTH: usize = 8;

/// What the leaf's key was used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Signing a seal or a document: digitalSignature or nonRepudiation. Where extended usages are given, one of them
    /// must be a person's or a document's (documentSigning, emailProtection, clientAuth, any): a key for stamping time,
    /// for answering about status or for a server signs no document.
    Sign,
    /// Stamping time: digitalSignature or nonRepudiation, and extended usage timeStamping.
    Stamp,
}

impl Purpose {
    fn wanted(self) -> KeyUsage {
        KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::NON_REPUDIATION)
    }

    /// Extended usages of which one must be there, when there are any.
    fn extended(self) -> &'static [&'static [u8]] {
        match self {
            Purpose::Sign => &[
                oid::DOCUMENT_SIGNING,
                oid::EMAIL_PROTECTION,
                oid::CLIENT_AUTH,
                oid::OFFICE_SIGNING,
                oid::ANY_USAGE,
            ],
            Purpose::Stamp => &[oid::TIME_STAMPING],
        }
    }

    fn allows(self, certificate: &Certificate) -> bool {
        let found = certificate.extended_usage();
        found.iter().any(|usage| self.extended().contains(&&usage[..]))
    }
}

/// Outcome of [`chain_verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether every check held.
    pub holds: bool,
    /// The checks in order, leaf first.
    pub steps: Vec<Step>,
    /// Subjects from the leaf to the anchor, as far as found.
    pub path: Vec<String>,
    /// The same as certificates: the leaf first, then issuer by issuer as far as found.
    pub certificates: Vec<Certificate>,
}

/// Follows `leaf` through `intermediates` to one of `roots` and judges every certificate at time `at`.
///
/// Codes of the steps: `chain-validity`, `chain-key-usage`, `chain-extended-usage` (of the leaf, and of issuers between
/// that are restricted to some), `chain-extension` (an unknown critical one), `chain-issuer`, `chain-signature`,
/// `chain-authority`, `chain-path-length`, `chain-anchor`. A leaf that is itself among the roots is trusted without
/// further issuers. Revocation is judged apart ([`super::revocation`]).
pub fn chain_verify(
    leaf: &Certificate,
    intermediates: &[Certificate],
    roots: &[Certificate],
    at: Utc,
    purpose: Purpose,
) -> Verdict {
    let mut steps = Vec::new();
    let mut certificates = vec![leaf.clone()];
    usage_step(leaf, purpose, &mut steps);
    let mut current = leaf;
    for below in 0..DEPTH {
        own_steps(current, at, &mut steps);
        if roots.contains(current) {
            steps.push(Step::judged("chain-anchor", true, current.subject_text()));
            break;
        }
        let Some((issuer, signed)) = find_issuer(current, intermediates, roots, at) else {
            let detail = current.issuer_text();
            // A self-signed end of the chain is an anchor nobody gave us; otherwise the issuer itself is missing.
            let code =
                if current.issuer() == current.subject() { "chain-anchor" } else { "chain-issuer" };
            steps.push(Step::judged(code, false, detail));
            break;
        };
        steps.push(Step::judged("chain-issuer", true, issuer.subject_text()));
        steps.push(Step::judged("chain-signature", signed, current.subject_text()));
        authority_steps(issuer, below, purpose, &mut steps);
        certificates.push(issuer.clone());
        current = issuer;
        if below + 1 == DEPTH {
            steps.push(Step::judged("chain-path-length", false, format!("{DEPTH}")));
        }
    }
    let holds = steps.iter().all(|step| step.ok == Some(true))
        && steps.iter().any(|step| step.code == "chain-anchor");
    let path = certificates.iter().map(Certificate::subject_text).collect();
    Verdict { holds, steps, path, certificates }
}

fn usage_step(leaf: &Certificate, purpose: Purpose, steps: &mut Vec<Step>) {
    // A certificate without the extension does not restrict its key (RFC 5280 §4.2.1.3).
    let ok = leaf.usage().is_none_or(|usage| usage.any_of(purpose.wanted()));
    steps.push(Step::judged("chain-key-usage", ok, leaf.subject_text()));
    // Whoever stamps must say so; whoever signs may say nothing.
    if purpose == Purpose::Stamp || !leaf.extended_usage().is_empty() {
        steps.push(extended_step(leaf, purpose));
    }
}

fn extended_step(certificate: &Certificate, purpose: Purpose) -> Step {
    let found: Vec<String> =
        certificate.extended_usage().iter().map(|id| oid::dotted(id)).collect();
    let detail = format!("{} | {}", certificate.subject_text(), found.join(", "));
    Step::judged("chain-extended-usage", purpose.allows(certificate), detail)
}

fn own_steps(certificate: &Certificate, at: Utc, steps: &mut Vec<Step>) {
    let detail = format!(
        "{} | {} .. {} | {}",
        certificate.subject_text(),
        certificate.not_before().iso(),
        certificate.not_after().iso(),
        at.iso()
    );
    steps.push(Step::judged("chain-validity", certificate.valid_at(at), detail));
    if let Some(id) = &certificate.extensions.unknown_critical {
        steps.push(Step::judged("chain-extension", false, id.clone()));
    }
}

fn authority_steps(issuer: &Certificate, below: usize, purpose: Purpose, steps: &mut Vec<Step>) {
    let may =
        issuer.is_ca() && issuer.usage().is_none_or(|usage| usage.any_of(KeyUsage::CERT_SIGN));
    steps.push(Step::judged("chain-authority", may, issuer.subject_text()));
    // An issuer restricted to some usages gives no others.
    let any = issuer.extended_usage().iter().any(|usage| usage == oid::ANY_USAGE);
    if !issuer.extended_usage().is_empty() && !any {
        steps.push(extended_step(issuer, purpose));
    }
    // `below` counts the certificates between the leaf and this issuer, the leaf left out (RFC 5280 §4.2.1.9).
    if let Some(limit) = issuer.extensions.path_len {
        let ok = below <= limit as usize;
        steps.push(Step::judged("chain-path-length", ok, format!("{below}/{limit}")));
    }
}

/// The issuer by name, key identifier and signature, and whether its signature fits; roots before intermediates, valid
/// before expired ones. When no candidate's signature fits, the first by name is shown, so that the report names what
/// failed.
fn find_issuer<'a>(
    child: &Certificate,
    intermediates: &'a [Certificate],
    roots: &'a [Certificate],
    at: Utc,
) -> Option<(&'a Certificate, bool)> {
    let fits = |candidate: &&Certificate| {
        let ids = (&child.extensions.authority_key, &candidate.extensions.subject_key);
        candidate.subject() == child.issuer()
            && *candidate != child
            && !matches!(ids, (Some(wanted), Some(found)) if wanted != found)
    };
    let mut named: Vec<&Certificate> = roots.iter().chain(intermediates).filter(fits).collect();
    named.sort_by_key(|candidate| !candidate.valid_at(at));
    let signing = named.iter().find(|candidate| child.signed_by(candidate).is_ok());
    signing.map(|c| (*c, true)).or_else(|| named.first().map(|c| (*c, false)))
}
