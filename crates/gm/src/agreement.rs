//! SM2 key exchange (GB/T 32918.3-2016, GM/T 0003.3-2012): two parties who know each other's public keys agree on
//! a secret with one fresh point each, and prove to each other that both have it.
//!
//! Each side makes an [`Ephemeral`], sends its [`Ephemeral::point`], and calls [`agree`] with what came back. The
//! agreed key is handed out by [`Agreed::confirm`], after the other side's confirmation was checked; whoever agrees
//! on no confirmation must say so with [`Agreed::unconfirmed`].

use crate::sm2::{Keypair, PublicKey};
use crate::{Error, sm3};
use ::sm2::elliptic_curve::Group;
use ::sm2::elliptic_curve::ops::Reduce;
use ::sm2::elliptic_curve::sec1::ToSec1Point;
use ::sm2::{FieldBytes, Scalar, SecretKey};
use std::fmt;
use zeroize::Zeroizing;

/// Most bytes of key that are agreed on at once.
pub const MOST: usize = 1024;

/// Who opened the exchange. Both sides hash the opener's values first, so they must take opposite parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Sent the first point (A of the standard).
    Initiator,
    /// Answered (B of the standard).
    Responder,
}

/// One side's fresh point. [`agree`] takes it away, so that it is never used twice.
pub struct Ephemeral(Keypair);

impl Ephemeral {
    /// From 32 fresh random bytes.
    pub fn new(chance: [u8; 32]) -> Ephemeral {
        Ephemeral(Keypair::generate(chance))
    }

    /// The point that is sent to the other side, SEC1 uncompressed.
    pub fn point(&self) -> &[u8; 65] {
        self.0.public().sec1()
    }
}

impl fmt::Debug for Ephemeral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ephemeral({:?})", self.0.public())
    }
}

/// What one side holds after the points were exchanged. Prints nothing of the key.
pub struct Agreed {
    key: Vec<u8>,
    ours: [u8; sm3::LEN],
    theirs: [u8; sm3::LEN],
}

impl Agreed {
    /// The hash that is sent to the other side, so that it knows we have the key (S_B or S_A of the standard).
    pub fn confirmation(&self) -> &[u8; sm3::LEN] {
        &self.ours
    }

    /// Hands out the key after checking what the other side sent as its confirmation.
    ///
    /// # Errors
    /// [`Error::Signature`] when it is not the other side's: somebody stood between, or an id or a key differs.
    pub fn confirm(self, received: &[u8]) -> Result<Vec<u8>, Error> {
        if sm3::same(&self.theirs, received) { Ok(self.key) } else { Err(Error::Signature) }
    }

    /// The key without any proof that the other side has it.
    pub fn unconfirmed(self) -> Vec<u8> {
        self.key
    }
}

impl fmt::Debug for Agreed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Agreed({} bytes)", self.key.len())
    }
}

/// Computes the agreed key of `length` bytes. `own` and `peer` carry the user ids of both sides; `point` is what
/// the other side sent.
///
/// # Errors
/// [`Error::Key`] when `point` is no point of the curve or the shared point is infinity, [`Error::Sealed`] for a
/// length of nothing or above [`MOST`].
pub fn agree(
    role: Role,
    own: &Keypair,
    ephemeral: Ephemeral,
    peer: &PublicKey,
    point: &[u8],
    length: usize,
) -> Result<Agreed, Error> {
    if !(1..=MOST).contains(&length) {
        return Err(Error::Sealed);
    }
    let point = PublicKey::from_sec1(point)?;
    let shared = Zeroizing::new(shared_point(own, &ephemeral.0, peer, &point)?);
    let (x, y) = (&shared[1..33], &shared[33..]);
    let (ours, theirs) = (own.public(), peer);
    let (our_point, their_point) = (&ephemeral.point()[1..], &point.sec1()[1..]);
    let (first, second, opening, answer) = match role {
        Role::Initiator => (ours, theirs, our_point, their_point),
        Role::Responder => (theirs, ours, their_point, our_point),
    };
    let (za, zb) = (first.za(), second.za());
    let inner = sm3::hash(&[x, za, zb, opening, answer].concat());
    let hash = |mark: u8| sm3::hash(&[&[mark], y, &inner].concat());
    // The responder's confirmation is marked 02, the initiator's 03.
    let (ours, theirs) = match role {
        Role::Initiator => (hash(3), hash(2)),
        Role::Responder => (hash(2), hash(3)),
    };
    Ok(Agreed { key: derive(&[x, y, za, zb].concat(), length), ours, theirs })
}

/// [h·t](P + [x̄]R) with t = d + x̄·r and h = 1, uncompressed.
fn shared_point(
    own: &Keypair,
    ephemeral: &Keypair,
    peer: &PublicKey,
    point: &PublicKey,
) -> Result<[u8; 65], Error> {
    let secret = |pair: &Keypair| SecretKey::from_slice(&*pair.secret_bytes());
    let (d, r) = (secret(own).map_err(|_| Error::Key)?, secret(ephemeral).map_err(|_| Error::Key)?);
    let (d, r) = (d.to_nonzero_scalar(), r.to_nonzero_scalar());
    let t = *d + reduced(&ephemeral.public().sec1()[1..33]) * *r;
    let curve = |key: &PublicKey| {
        let key = ::sm2::PublicKey::from_sec1_bytes(key.sec1()).map_err(|_| Error::Key)?;
        Ok(key.to_projective())
    };
    let sum = curve(peer)? + curve(point)? * reduced(&point.sec1()[1..33]);
    let shared = sum * t;
    if shared.is_identity().into() {
        return Err(Error::Key);
    }
    shared.to_affine().to_sec1_point(false).as_bytes().try_into().map_err(|_| Error::Key)
}

/// x̄ = 2^w + (x mod 2^w) with w = 127 on this curve.
fn reduced(x: &[u8]) -> Scalar {
    let mut bytes = [0; 32];
    bytes[16..].copy_from_slice(&x[16..]);
    bytes[16] |= 0x80;
    Scalar::reduce(&FieldBytes::from(bytes))
}

/// The key derivation of the standard (GB/T 32918.3 §5.4.3): SM3 over the secret and a counter from one.
fn derive(secret: &[u8], length: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(length + sm3::LEN);
    let mut count = 1_u32;
    while out.len() < length {
        out.extend_from_slice(&sm3::hash(&[secret, &count.to_be_bytes()].concat()));
        count += 1;
    }
    out.truncate(length);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlv::{hex, unhex};

    fn pair(text: &str) -> Keypair {
        Keypair::from_bytes(&unhex(text).try_into().unwrap()).unwrap()
    }

    fn fresh(text: &str) -> Ephemeral {
        Ephemeral(pair(text))
    }

    /// GB/T 32918.5-2017 appendix B (GM/T 0003.5-2012 appendix B): the exchange on sm2p256v1, both ids the default one.
    #[test]
    fn known_answer() {
        let a = pair("81eb26e941bb5af16df116495f90695272ae2cd63d6c4ae1678418be48230029");
        let b = pair("785129917d45a9ea5437a59356b82338eaadda6ceb199088f14ae10defa229b5");
        let ra = fresh("d4de15474db74d06491c440d305e012400990f3e390c7e87153c12db2ea60bb3");
        let rb = fresh("7e07124814b309489125eaed101113164ebf0f3458c5bd88335c1f9d596243d6");
        let point = |half: &str, other: &str| unhex(&["04", half, other].concat());
        assert_eq!(
            a.public().sec1()[..],
            point(
                "160e12897df4edb61dd812feb96748fbd3ccf4ffe26aa6f6db9540af49c94232",
                "4a7dad08bb9a459531694beb20aa489d6649975e1bfcf8c4741b78b4b223007f"
            )
        );
        let (pa, pb) = (*ra.point(), *rb.point());
        assert_eq!(
            pa[..],
            point(
                "64ced1bdbc99d590049b434d0fd73428cf608a5db8fe5ce07f15026940bae40e",
                "376629c7ab21e7db260922499ddb118f07ce8eaae3e7720afef6a5cc062070c0"
            )
        );
        let ours = agree(Role::Initiator, &a, ra, b.public(), &pb, 16).unwrap();
        let theirs = agree(Role::Responder, &b, rb, a.public(), &pa, 16).unwrap();
        assert_eq!(
            hex(theirs.confirmation()),
            "d3a0fe15dee185ceae907a6b595cc32a266ed7b3367e9983a896dc32fa20f8eb"
        );
        assert_eq!(
            hex(ours.confirmation()),
            "18c7894b3816df16cf07b05c5ec0bef5d655d58f779cc1b400a4f3884644db88"
        );
        let (to_a, to_b) = (*theirs.confirmation(), *ours.confirmation());
        assert_eq!(hex(&ours.confirm(&to_a).unwrap()), "6c89347354de2484c60b4ab1fde4c6e5");
        assert_eq!(hex(&theirs.confirm(&to_b).unwrap()), "6c89347354de2484c60b4ab1fde4c6e5");
    }

    struct Side {
        key: Keypair,
        seed: [u8; 32],
    }

    fn side(id: &str, seed: u8) -> Side {
        let secret = Keypair::generate([seed; 32]).secret_bytes();
        Side { key: Keypair::with_id(id, &secret).unwrap(), seed: [seed ^ 0x55; 32] }
    }

    fn meet(a: &Side, b: &Side, seen_by_a: &PublicKey, seen_by_b: &PublicKey) -> (Agreed, Agreed) {
        let (ra, rb) = (Ephemeral::new(a.seed), Ephemeral::new(b.seed));
        let (pa, pb) = (*ra.point(), *rb.point());
        (
            agree(Role::Initiator, &a.key, ra, seen_by_a, &pb, 48).unwrap(),
            agree(Role::Responder, &b.key, rb, seen_by_b, &pa, 48).unwrap(),
        )
    }

    #[test]
    fn both_sides_agree_under_ids_of_their_own() {
        for (left, right) in
            [("1234567812345678", "1234567812345678"), ("alice", "市政务局"), ("", "b")]
        {
            let (a, b) = (side(left, 1), side(right, 2));
            let (ours, theirs) = meet(&a, &b, b.key.public(), a.key.public());
            assert!(!sm3::same(ours.confirmation(), theirs.confirmation()));
            let to_b = *ours.confirmation();
            let key = ours.confirm(&theirs.confirmation().clone()).unwrap();
            assert_eq!((key.len(), &key), (48, &theirs.confirm(&to_b).unwrap()));
        }
    }

    #[test]
    fn lengths_are_prefixes_and_bounded() {
        let (a, b) = (side("a", 3), side("b", 4));
        let point = *Ephemeral::new(b.seed).point();
        let run = |length| {
            agree(Role::Initiator, &a.key, Ephemeral::new(a.seed), b.key.public(), &point, length)
                .map(Agreed::unconfirmed)
        };
        let longest = run(MOST).unwrap();
        for length in [1, 16, 31, 32, 33, 64, 1000] {
            assert_eq!(run(length).unwrap(), longest[..length]);
        }
        assert_eq!(run(0), Err(Error::Sealed));
        assert_eq!(run(MOST + 1), Err(Error::Sealed));
    }

    #[test]
    fn another_id_key_role_or_point_is_not_confirmed() {
        let (a, b, c) = (side("a", 5), side("b", 6), side("b", 7));
        let other_id = a.key.public().under_id("A").unwrap();
        let wrong = [
            meet(&a, &b, b.key.public(), &other_id),
            meet(&a, &b, c.key.public(), a.key.public()),
            meet(&a, &b, b.key.public(), c.key.public()),
        ];
        for (ours, theirs) in wrong {
            let (to_a, to_b) = (*theirs.confirmation(), *ours.confirmation());
            assert_eq!(ours.confirm(&to_a), Err(Error::Signature));
            assert_eq!(theirs.confirm(&to_b), Err(Error::Signature));
        }
        // Both say that they opened.
        let (ra, rb) = (Ephemeral::new(a.seed), Ephemeral::new(b.seed));
        let (pa, pb) = (*ra.point(), *rb.point());
        let ours = agree(Role::Initiator, &a.key, ra, b.key.public(), &pb, 16).unwrap();
        let theirs = agree(Role::Initiator, &b.key, rb, a.key.public(), &pa, 16).unwrap();
        assert_eq!(ours.confirm(theirs.confirmation()), Err(Error::Signature));
        // One's own confirmation sent back proves nothing, nor does a part of the right one.
        let (ours, theirs) = meet(&a, &b, b.key.public(), a.key.public());
        let (to_a, back) = (*theirs.confirmation(), *ours.confirmation());
        assert_eq!(ours.confirm(&back), Err(Error::Signature));
        assert_eq!(theirs.confirm(&to_a[..31]), Err(Error::Signature));
    }

    #[test]
    fn points_that_are_none_are_refused() {
        let (a, b) = (side("a", 8), side("b", 9));
        let mut off = *Ephemeral::new(b.seed).point();
        off[64] ^= 1;
        for bad in [&off[..], &[0], &[], &[4; 64], &[4; 65]] {
            let fresh = Ephemeral::new(a.seed);
            let end = agree(Role::Initiator, &a.key, fresh, b.key.public(), bad, 16);
            assert_eq!(end.unwrap_err(), Error::Key);
        }
    }

    /// A peer who sends R = -[1/x̄]P makes P + [x̄]R infinity: the standard says to stop.
    #[test]
    fn a_shared_point_at_infinity_is_refused() {
        use ::sm2::elliptic_curve::PrimeField;
        let (a, b) = (side("a", 10), side("b", 11));
        // x̄ depends on R itself, so the peer's own key is chosen to fit: d = -x̄·r.
        let fresh = Ephemeral::new(b.seed);
        let r = SecretKey::from_slice(&*fresh.0.secret_bytes()).unwrap().to_nonzero_scalar();
        let d = -(reduced(&fresh.point()[1..33]) * *r);
        let bent = Keypair::from_bytes(&d.to_repr().into()).unwrap();
        let point = *fresh.point();
        let end = agree(Role::Initiator, &a.key, Ephemeral::new(a.seed), bent.public(), &point, 16);
        assert_eq!(end.unwrap_err(), Error::Key);
    }
}
