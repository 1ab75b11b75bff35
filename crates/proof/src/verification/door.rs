//! What every door of verification shares: the allowance and who asks.

use super::judge::Verifier;
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

/// Who verifies through a page: address, account and browser tell one from another.
pub(super) fn verifier(visitor: &Visitor) -> Verifier {
    let mark = format!("{}|{}|{}", visitor.ip, visitor.actor().label(), visitor.csrf);
    Verifier { mark, actor: visitor.actor() }
}

/// Who verifies through the interface, where nothing is remembered from one question to the next.
pub(super) fn program(visitor: &Visitor) -> Verifier {
    let mark = format!("{}|{}", visitor.ip, visitor.actor().label());
    Verifier { mark, actor: visitor.actor() }
}
