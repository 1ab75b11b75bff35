//! Judges the certificates of a chain by the lists of revoked certificates at hand: was the key good when it signed?
//!
//! A date that only the signer claims proves nothing once his key may be in other hands; a date that an authority for
//! timestamps proves does. Hence [`Proof`].

use super::Certificate;
use super::crl::{Crl, Reason, Revoked};
use crate::Step;
use crate::time::Utc;

/// How the time of signing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// The signer says so.
    Claimed,
    /// A timestamp that holds says so.
    Stamped,
}

impl Reason {
    /// Whether a key revoked for this may have been in other hands, so that its holder's word about the past is void.
    fn voids_claims(self) -> bool {
        !matches!(self, Reason::AffiliationChanged | Reason::Superseded | Reason::Cessation)
    }
}

/// Judges every certificate of a chain (leaf first, its anchor last and not asked about) by the newest list of its
/// issuer. `at` is when the leaf signed, `now` when the lists are read.
///
/// Codes of the steps: `revocation` held when the certificate is not listed, or was listed after `at` and that may be
/// believed: by a timestamp, or because it was given up for a harmless reason. It did not hold when it was revoked by
/// then. It is open when the list is no longer current or not its issuer's work. `revocation-list` is open when no list
/// of the issuer is at hand; nothing is said when there are no lists at all.
pub fn judge(chain: &[Certificate], lists: &[Crl], at: Utc, proof: Proof, now: Utc) -> Vec<Step> {
    if lists.is_empty() {
        return Vec::new();
    }
    chain.windows(2).map(|pair| one(&pair[0], &pair[1], lists, at, proof, now)).collect()
}

fn one(
    certificate: &Certificate,
    issuer: &Certificate,
    lists: &[Crl],
    at: Utc,
    proof: Proof,
    now: Utc,
) -> Step {
    let subject = certificate.subject_text();
    let named = lists.iter().filter(|list| list.is_of(issuer));
    // Whoever can write a list may put any number of them before us: only those that the issuer signed count.
    let signed = named.filter(|list| {
        let steps = list.judge(issuer, now);
        steps.iter().all(|s| s.ok == Some(true) || s.code == "crl-time")
    });
    let Some(list) = signed.max_by_key(|list| list.this_update()) else {
        return Step::open("revocation-list", certificate.issuer_text());
    };
    let until = list.next_update().map_or(String::new(), Utc::iso);
    let read = format!("{subject} | {} .. {until}", list.this_update().iso());
    match list.find(certificate) {
        Some(Revoked { at: since, reason, .. }) => {
            let before = at < *since && (proof == Proof::Stamped || !reason.voids_claims());
            let detail = format!("{read} | {} {reason:?}", since.iso());
            Step::judged("revocation", before, detail)
        }
        None if list.is_current(now) => Step::judged("revocation", true, read),
        None => Step::open("revocation", read),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signer::Signer;
    use crate::sm2::Keypair;
    use crate::x509::crl::{Spec as List, issue_crl};
    use crate::x509::{Issuer, KeyUsage, Kind, Name, Purpose, Spec, chain_verify, issue};

    const AT: Utc = Utc(1_790_000_000);

    fn signer(seed: u8) -> Signer {
        Signer::Soft(Keypair::generate([seed; 32]))
    }

    /// Root, leaf, and the chain between them.
    fn chain() -> Vec<Certificate> {
        let make = |serial: u8, name: &str, kind: Kind, by: Issuer<'_>| {
            let name = Name::new("示例", name);
            let (key, serial) = (signer(serial), [serial]);
            let (not_before, not_after) = (Utc(0), Utc(2_000_000_000));
            let (subject, public) = (&name, key.public());
            let spec = Spec { serial: &serial, subject, public, kind, not_before, not_after };
            issue(&spec, by, &signer(1)).unwrap()
        };
        let root = make(1, "根", Kind::Authority { path_len: None }, Issuer::Itself);
        let usage = KeyUsage::DIGITAL_SIGNATURE;
        let leaf = make(2, "签章人", Kind::Leaf { usage, extended: vec![] }, Issuer::By(&root));
        let verdict = chain_verify(&leaf, &[], std::slice::from_ref(&root), AT, Purpose::Sign);
        assert_eq!(verdict.certificates, [leaf, root]);
        verdict.certificates
    }

    fn list(root: &Certificate, revoked: &[Revoked], from: Utc, seed: u8) -> Option<Crl> {
        let next_update = Utc(from.0 + 100);
        let spec = List { number: 1, this_update: from, next_update, revoked };
        issue_crl(&spec, root, &signer(seed)).ok().map(|der| Crl::parse(&der).unwrap())
    }

    fn listed(at: i64, reason: Reason) -> Vec<Revoked> {
        vec![Revoked { serial: vec![2], at: Utc(at), reason }]
    }

    #[test]
    fn what_a_date_is_worth_depends_on_who_says_it() {
        let chain = chain();
        let judged = |since: i64, reason: Reason, proof: Proof| {
            let list = list(&chain[1], &listed(since, reason), AT, 1).unwrap();
            let steps = judge(&chain, &[list], AT, proof, Utc(AT.0 + 50));
            assert_eq!((steps.len(), steps[0].code), (1, "revocation"));
            steps[0].ok
        };
        for (reason, claimed) in [
            (Reason::KeyCompromise, Some(false)),
            (Reason::AuthorityCompromise, Some(false)),
            (Reason::Unspecified, Some(false)),
            (Reason::Hold, Some(false)),
            (Reason::Superseded, Some(true)),
            (Reason::Cessation, Some(true)),
            (Reason::AffiliationChanged, Some(true)),
        ] {
            assert_eq!(judged(AT.0 + 1, reason, Proof::Claimed), claimed, "{reason:?}");
            assert_eq!(judged(AT.0 + 1, reason, Proof::Stamped), Some(true), "{reason:?}");
            assert_eq!(judged(AT.0, reason, Proof::Stamped), Some(false), "{reason:?}");
        }
    }

    #[test]
    fn only_current_lists_of_the_issuer_say_that_all_is_well() {
        let chain = chain();
        let judged = |lists: &[Crl], now: i64| {
            let steps = judge(&chain, lists, AT, Proof::Claimed, Utc(now));
            steps.into_iter().map(|s| (s.code, s.ok)).collect::<Vec<_>>()
        };
        let empty = list(&chain[1], &[], AT, 1).unwrap();
        let full =
            list(&chain[1], &listed(AT.0 - 5, Reason::Superseded), Utc(AT.0 + 10), 1).unwrap();
        let now = AT.0 + 50;
        assert_eq!(judged(&[], now), []);
        assert_eq!(judged(std::slice::from_ref(&empty), now), [("revocation", Some(true))]);
        assert_eq!(judged(std::slice::from_ref(&empty), now + 500), [("revocation", None)]);
        // The newest list counts, in whatever order they come; and who was revoked stays so when the list grows old.
        let both = [empty.clone(), full.clone()];
        assert_eq!(judged(&both, now), [("revocation", Some(false))]);
        assert_eq!(judged(&[full.clone(), empty.clone()], now), [("revocation", Some(false))]);
        assert_eq!(judged(&both, now + 500), [("revocation", Some(false))]);
        // Another authority of the same name.
        let name = Name::new("示例", "根");
        let other = signer(9);
        let spec = Spec {
            serial: &[1],
            subject: &name,
            public: other.public(),
            kind: Kind::Authority { path_len: None },
            not_before: Utc(0),
            not_after: Utc(2_000_000_000),
        };
        let other = issue(&spec, Issuer::Itself, &other).unwrap();
        let forged = list(&other, &[], Utc(AT.0 + 20), 9).unwrap();
        assert_eq!(judged(std::slice::from_ref(&forged), now), [("revocation-list", None)]);
        assert_eq!(judged(&[forged, full], now), [("revocation", Some(false))]);
    }
}
