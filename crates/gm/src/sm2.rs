//! SM2 keys and signatures (GM/T 0003.2-2012, GB/T 32918.2-2016; default user id of GM/T 0009-2012).

use crate::tlv::{self, Tlv};
use crate::{Error, curve, sm3};
use ::sm2::dsa::signature::rand_core::{TryCryptoRng, TryRng};
use ::sm2::dsa::signature::{RandomizedSigner, Signer};
use ::sm2::dsa::{Signature, SigningKey, VerifyingKey};
use ::sm2::elliptic_curve::PrimeField;
use ::sm2::elliptic_curve::ops::Reduce;
use ::sm2::{FieldBytes, Scalar};
use std::convert::Infallible;
use std::sync::LazyLock;
use std::{fmt, hint};
use zeroize::{Zeroize, Zeroizing};

/// User id that stands for "none agreed" (GM/T 0009-2012 §7): every seal and certificate of the house uses it.
pub const DEFAULT_ID: &str = "1234567812345678";

/// a, b and G of sm2p256v1 as they are hashed into ZA (GB/T 32918.5).
pub(crate) const CURVE: [u8; 128] = [
    0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfc,
    0x28, 0xe9, 0xfa, 0x9e, 0x9d, 0x9f, 0x5e, 0x34, 0x4d, 0x5a, 0x9e, 0x4b, 0xcf, 0x65, 0x09, 0xa7,
    0xf3, 0x97, 0x89, 0xf5, 0x15, 0xab, 0x8f, 0x92, 0xdd, 0xbc, 0xbd, 0x41, 0x4d, 0x94, 0x0e, 0x93,
    0x32, 0xc4, 0xae, 0x2c, 0x1f, 0x19, 0x81, 0x19, 0x5f, 0x99, 0x04, 0x46, 0x6a, 0x39, 0xc9, 0x94,
    0x8f, 0xe3, 0x0b, 0xbf, 0xf2, 0x66, 0x0b, 0xe1, 0x71, 0x5a, 0x45, 0x89, 0x33, 0x4c, 0x74, 0xc7,
    0xbc, 0x37, 0x36, 0xa2, 0xf4, 0xf6, 0x77, 0x9c, 0x59, 0xbd, 0xce, 0xe3, 0x6b, 0x69, 0x21, 0x53,
    0xd0, 0xa9, 0x87, 0x7c, 0xc6, 0x2a, 0x47, 0x40, 0x02, 0xdf, 0x32, 0xe5, 0x21, 0x39, 0xf0, 0xa0,
];

/// A public key under an agreed user id.
#[derive(Clone)]
pub struct PublicKey {
    key: VerifyingKey,
    sec1: [u8; 65],
    za: [u8; sm3::LEN],
}

impl PublicKey {
    /// From an SEC1 point (65 bytes uncompressed or 33 compressed), with the default id. The point is checked to lie
    /// on the curve.
    pub fn from_sec1(bytes: &[u8]) -> Result<PublicKey, Error> {
        PublicKey::with_id(DEFAULT_ID, bytes)
    }

    /// From an SEC1 point and another user id of at most 8191 bytes.
    pub fn with_id(id: &str, bytes: &[u8]) -> Result<PublicKey, Error> {
        let key = VerifyingKey::from_sec1_bytes(id, bytes).map_err(|_| Error::Key)?;
        let sec1: [u8; 65] = key.to_sec1_bytes()[..].try_into().map_err(|_| Error::Key)?;
        let bits = u16::try_from(id.len() * 8).map_err(|_| Error::Key)?;
        let parts = [&bits.to_be_bytes()[..], id.as_bytes(), &CURVE, &sec1[1..]];
        let za = sm3::hash(&parts.concat());
        Ok(PublicKey { key, sec1, za })
    }

    /// The same point under another user id.
    pub fn under_id(&self, id: &str) -> Result<PublicKey, Error> {
        PublicKey::with_id(id, &self.sec1)
    }

    /// Whether the other key is the same point, under whatever user id.
    pub fn is_same_point(&self, other: &PublicKey) -> bool {
        self.sec1 == other.sec1
    }

    /// The user id that is hashed with this key.
    pub fn id(&self) -> &str {
        self.key.distid()
    }

    /// ZA: what the standard hashes of the user id, the curve and the point before every message.
    pub fn za(&self) -> &[u8; sm3::LEN] {
        &self.za
    }

    /// e = SM3(ZA‖M): the digest that a device is given to sign.
    pub fn digest(&self, message: &[u8]) -> [u8; sm3::LEN] {
        let mut hasher = sm3::Hasher::new();
        hasher.update(&self.za);
        hasher.update(message);
        hasher.finish()
    }

    /// Uncompressed SEC1 point, 65 bytes.
    pub fn sec1(&self) -> &[u8; 65] {
        &self.sec1
    }

    /// Checks a DER signature `SEQUENCE { r, s }` over `message` (hashed with ZA under this key's id).
    pub fn verify(&self, message: &[u8], der: &[u8]) -> Result<(), Error> {
        let signature = signature_from_der(der)?;
        // r and s lie within 1 to n - 1; t = r + s must not be 0, and the x of [s]G + [t]P is r - e (GB/T 32918.2 §7.1).
        let (r, s) = (*signature.r(), *signature.s());
        let t = r + s;
        let e = Scalar::reduce(&FieldBytes::from(self.digest(message)));
        let holds =
            !bool::from(t.is_zero()) && curve::combination_has_x(&s, &t, &self.sec1[1..], &(r - e));
        if holds { Ok(()) } else { Err(Error::Signature) }
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.sec1 == other.sec1 && self.key.distid() == other.key.distid()
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", tlv::hex(&self.sec1))
    }
}

/// A private key with its public half. Prints nothing of the secret, and leaves nothing of it where it lay when it goes.
#[derive(Clone)]
pub struct Keypair {
    /// In a place of its own: whoever is handed the pair gets no further copy.
    key: Box<SigningKey>,
    public: PublicKey,
}

impl Keypair {
    /// From the 32-byte big-endian scalar, 1 ≤ d ≤ n-2, with the default id.
    pub fn from_bytes(scalar: &[u8; 32]) -> Result<Keypair, Error> {
        Keypair::with_id(DEFAULT_ID, scalar)
    }

    /// From the scalar and another user id.
    pub fn with_id(id: &str, scalar: &[u8; 32]) -> Result<Keypair, Error> {
        // GM/T 0003.1 §6.1: d in [1, n-2], because 1+d must be invertible.
        const N_MINUS_1: [u8; 32] = [
            0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
            0xff, 0xff, 0x72, 0x03, 0xdf, 0x6b, 0x21, 0xc6, 0x05, 0x2b, 0x53, 0xbb, 0xf4, 0x09,
            0x39, 0xd5, 0x41, 0x22,
        ];
        if *scalar >= N_MINUS_1 {
            return Err(Error::Key);
        }
        let key = SigningKey::from_slice(id, scalar).map_err(|_| Error::Key)?;
        let public = PublicKey::with_id(id, &key.verifying_key().to_sec1_bytes())?;
        Ok(Keypair { key: Box::new(key), public })
    }

    /// A fresh key from 32 random bytes. A seed outside the range is hashed and tried again, so that every seed gives
    /// a key and the same seed the same key.
    pub fn generate(mut seed: [u8; 32]) -> Keypair {
        loop {
            if let Ok(pair) = Keypair::from_bytes(&seed) {
                seed.zeroize();
                return pair;
            }
            seed = sm3::hash(&seed);
        }
    }

    /// The public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The secret scalar, wiped when it is dropped; whoever copies it answers for it.
    pub fn secret_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.key.to_bytes().into())
    }

    /// Puts a key that everybody knows where the secret lay. The crate `sm2` does not wipe its signing keys.
    fn wipe(&mut self) {
        static NOBODY: LazyLock<SigningKey> = LazyLock::new(|| {
            let one = Scalar::ONE.to_repr();
            SigningKey::from_slice(DEFAULT_ID, &one).expect("one is a key")
        });
        *self.key = NOBODY.clone();
        // Without somebody who might look at it, writing it could be left out.
        hint::black_box(&self.key);
    }

    /// DER signature over `message`. The nonce is derived from key and message (RFC 6979 with SM3), mixed with `chance`
    /// when given (hedging against fault attacks); without it the same message gives the same bytes.
    pub fn sign(&self, message: &[u8], chance: Option<[u8; 32]>) -> Result<Vec<u8>, Error> {
        let signature: Signature = match chance {
            None => self.key.try_sign(message),
            Some(bytes) => self.key.try_sign_with_rng(&mut Given(bytes), message),
        }
        .map_err(|_| Error::Signature)?;
        Ok(signature_to_der(&signature))
    }
}

impl Drop for Keypair {
    fn drop(&mut self) {
        self.wipe();
    }
}

#[cfg(test)]
impl Keypair {
    /// What a device does: r‖s over a digest that was made outside.
    pub(crate) fn sign_digest(&self, e: &[u8; 32]) -> [u8; 64] {
        use ::sm2::dsa::signature::hazmat::PrehashSigner;
        let signature: Signature = self.key.sign_prehash(e).unwrap();
        signature.to_bytes().into()
    }
}

impl fmt::Debug for Keypair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keypair(secret, {:?})", self.public)
    }
}

/// Hands the caller's random bytes to an interface that wants a generator.
pub(crate) struct Given(pub(crate) [u8; 32]);

impl TryRng for Given {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        for chunk in dst.chunks_mut(32) {
            chunk.copy_from_slice(&self.0[..chunk.len()]);
            self.0 = sm3::hash(&self.0);
        }
        Ok(())
    }
}

impl TryCryptoRng for Given {}

impl Drop for Given {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Strict reading: shortest integers, nothing after; anything else would let one signature have many spellings.
fn signature_from_der(der: &[u8]) -> Result<Signature, Error> {
    let read = || {
        let mut fields = Tlv::only(der)?.inside();
        let mut bytes = [0u8; 64];
        for half in bytes.chunks_mut(32) {
            let magnitude = fields.expect(tlv::tag::INTEGER, "signature")?.unsigned()?;
            if magnitude.len() > 32 {
                return Err(Error::Signature);
            }
            half[32 - magnitude.len()..].copy_from_slice(magnitude);
        }
        fields.end()?;
        Ok(bytes)
    };
    if der.first() != Some(&tlv::tag::SEQUENCE) {
        return Err(Error::Signature);
    }
    let bytes: [u8; 64] = read().map_err(|_: Error| Error::Signature)?;
    Signature::from_slice(&bytes).map_err(|_| Error::Signature)
}

fn signature_to_der(signature: &Signature) -> Vec<u8> {
    der_from_raw(&signature.to_bytes().into())
}

/// r‖s as SEQUENCE { r, s }.
pub(crate) fn der_from_raw(raw: &[u8; 64]) -> Vec<u8> {
    tlv::sequence(&[&tlv::integer(&raw[..32]), &tlv::integer(&raw[32..])])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlv::unhex;

    fn pair() -> Keypair {
        Keypair::generate([0x42; 32])
    }

    /// GM/T 0003.5-2012 appendix A (recommended curve), message "message digest".
    #[test]
    fn known_answer() {
        let d: [u8; 32] = unhex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8")
            .try_into()
            .unwrap();
        let pair = Keypair::from_bytes(&d).unwrap();
        let point = concat!(
            "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020",
            "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
        );
        assert_eq!(tlv::hex(pair.public().sec1()), point);
        let r = unhex("f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3");
        let s = unhex("b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa");
        let der = tlv::sequence(&[&tlv::integer(&r), &tlv::integer(&s)]);
        assert_eq!(pair.public().verify(b"message digest", &der), Ok(()));
        assert!(pair.public().verify(b"message digesu", &der).is_err());
    }

    #[test]
    fn signs_with_and_without_chance_and_with_other_ids() {
        let pair = pair();
        let plain = pair.sign(b"m", None).unwrap();
        assert_eq!(plain, pair.sign(b"m", None).unwrap());
        let hedged = pair.sign(b"m", Some([1; 32])).unwrap();
        assert_ne!(plain, hedged);
        assert_ne!(hedged, pair.sign(b"m", Some([2; 32])).unwrap());
        for der in [&plain, &hedged] {
            assert_eq!(pair.public().verify(b"m", der), Ok(()));
        }
        let other = Keypair::with_id("TLSv1.3+GM+Cipher+Suite", &pair.secret_bytes()).unwrap();
        let der = other.sign(b"m", None).unwrap();
        assert_eq!(other.public().verify(b"m", &der), Ok(()));
        assert_eq!(pair.public().verify(b"m", &der), Err(Error::Signature));
    }

    /// The verification of the crate `sm2` says the same of good and of bad signatures.
    #[test]
    fn verdicts_are_those_of_the_other_implementation() {
        use ::sm2::dsa::signature::Verifier;
        let mut good = 0;
        for seed in 0..40_u8 {
            let pair = Keypair::generate(sm3::hash(&[seed]));
            let der = pair.sign(&[seed], None).unwrap();
            for change in 0..6 {
                let mut raw: [u8; 64] = signature_from_der(&der).unwrap().to_bytes().into();
                let message = [seed ^ u8::from(change == 1)];
                match change {
                    2 => raw[5] ^= 1,
                    3 => raw[40] ^= 0x10,
                    4 => raw.rotate_left(32),
                    5 => raw[..32].copy_from_slice(&[0; 32]),
                    _ => {}
                }
                let theirs = Signature::from_slice(&raw)
                    .and_then(|signature| pair.public.key.verify(&message, &signature));
                let ours = pair.public.verify(&message, &der_from_raw(&raw));
                assert_eq!(ours.is_ok(), theirs.is_ok(), "{seed} {change}");
                good += u32::from(ours.is_ok());
            }
        }
        assert_eq!(good, 40);
    }

    #[test]
    fn range_of_private_keys() {
        let n_minus_1 = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54122";
        assert!(Keypair::from_bytes(&[0; 32]).is_err());
        assert!(Keypair::from_bytes(&[0xff; 32]).is_err());
        let mut d: [u8; 32] = unhex(n_minus_1).try_into().unwrap();
        assert!(Keypair::from_bytes(&d).is_err());
        d[31] -= 1;
        assert!(Keypair::from_bytes(&d).is_ok());
        assert_ne!(*Keypair::generate([0xff; 32]).secret_bytes(), [0xff; 32]);
    }

    #[test]
    fn a_wiped_key_is_nobodys() {
        let mut pair = pair();
        let (clone, before) = (pair.clone(), pair.sign(b"m", None).unwrap());
        pair.wipe();
        let mut one = [0; 32];
        one[31] = 1;
        assert_eq!(*pair.secret_bytes(), one);
        assert_ne!(pair.sign(b"m", None).unwrap(), before);
        assert!(pair.public().verify(b"m", &pair.sign(b"m", None).unwrap()).is_err());
        assert_eq!(clone.sign(b"m", None).unwrap(), before, "another copy is another key");
        assert!(std::mem::needs_drop::<Keypair>() && std::mem::needs_drop::<Given>());
    }

    #[test]
    fn every_changed_bit_of_a_signature_is_refused() {
        let pair = pair();
        let der = pair.sign(b"m", None).unwrap();
        for bit in 0..der.len() * 8 {
            let mut bad = der.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(pair.public().verify(b"m", &bad).is_err(), "bit {bit}");
        }
        for cut in 0..der.len() {
            assert!(pair.public().verify(b"m", &der[..cut]).is_err());
        }
    }

    #[test]
    fn wycheproof_like_signatures_are_refused() {
        let pair = pair();
        let n = unhex("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123");
        let good = pair.sign(b"m", None).unwrap();
        let one = tlv::integer(&[1]);
        let int_n = tlv::integer(&n);
        let table: Vec<Vec<u8>> = vec![
            vec![],
            tlv::sequence(&[]),
            tlv::sequence(&[&one]),
            tlv::sequence(&[&tlv::integer(&[]), &one]),
            tlv::sequence(&[&one, &tlv::integer(&[])]),
            tlv::sequence(&[&int_n, &one]),
            tlv::sequence(&[&one, &int_n]),
            tlv::sequence(&[&one, &one, &one]),
            tlv::sequence(&[&one, &tlv::put(0x02, &[&[0xff]])]),
            tlv::sequence(&[&tlv::integer(&[1; 33]), &one]),
            [&good[..], &[0]].concat(),
            tlv::put(0x31, &[&good[2..]]),
        ];
        for der in table {
            assert_eq!(
                pair.public().verify(b"m", &der),
                Err(Error::Signature),
                "{}",
                tlv::hex(&der)
            );
        }
        // r + s = n makes t = 0.
        let mut n_minus_1 = n.clone();
        n_minus_1[31] -= 1;
        let der = tlv::sequence(&[&one, &tlv::integer(&n_minus_1)]);
        assert_eq!(pair.public().verify(b"m", &der), Err(Error::Signature));
    }

    #[test]
    fn points_off_the_curve_are_refused() {
        let mut point = *pair().public().sec1();
        point[64] ^= 1;
        assert!(PublicKey::from_sec1(&point).is_err());
        assert!(PublicKey::from_sec1(&[0]).is_err());
        assert!(PublicKey::from_sec1(&[]).is_err());
        assert!(PublicKey::from_sec1(&[4; 64]).is_err());
    }
}
