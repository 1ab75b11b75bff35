//! What every door of verification shares: the allowance, who asks, and the question in the address.

use crate::Proof;
use store::Result;
use web::Visitor;
use web::limits::Limit;

/// Thirty verifications at once from one address, then one every two seconds (security L4).
const VERIFY: Limit = Limit { name: "verify", burst: 30, refill_seconds: 2 };

/// Takes one verification from the visitor's allowance.
pub(super) fn allow(proof: &Proof, visitor: &Visitor) -> Result<()> {
    proof.app().limits.check(VERIFY, &visitor.ip, proof.app().clock().now())
}

/// Who verifies, as far as telling verifiers apart goes.
pub(super) fn verifier(visitor: &Visitor) -> String {
    format!("{}|{}", visitor.ip, visitor.actor().label())
}

/// One value of the query string; empty when absent.
pub(super) fn asked(visitor: &Visitor, name: &str) -> String {
    let query = visitor.path.split_once('?').map_or("", |(_, query)| query);
    let pair = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(k, _)| *k == name);
    pair.and_then(|(_, v)| web::form::unescape(v.as_bytes()).ok()).unwrap_or_default()
}
