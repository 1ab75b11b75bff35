//! Keys in the shapes others read: PKCS#8, SubjectPublicKeyInfo, PEM, and private keys wrapped under a node key.

use crate::sm2::{Keypair, PublicKey};
use crate::tlv::{self, Reader, Tlv, tag};
use crate::{Error, oid, sm4};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// `AlgorithmIdentifier { id-ecPublicKey, sm2p256v1 }`.
fn ec_algorithm() -> Vec<u8> {
    tlv::sequence(&[
        &tlv::put(tag::OID, &[oid::EC_PUBLIC_KEY]),
        &tlv::put(tag::OID, &[oid::SM2_CURVE]),
    ])
}

/// Reads an AlgorithmIdentifier that must be an EC key on the SM2 curve.
fn expect_sm2(reader: &mut Reader<'_>) -> Result<(), Error> {
    let mut inside = reader.expect(tag::SEQUENCE, "key algorithm")?.inside();
    let algorithm = inside.expect(tag::OID, "key algorithm")?;
    let curve = inside.expect(tag::OID, "curve")?;
    inside.end()?;
    // 1.2.156.10197.1.301 also stands as the algorithm itself in some issuers' certificates.
    if (algorithm.value != oid::EC_PUBLIC_KEY && algorithm.value != oid::SM2_CURVE)
        || curve.value != oid::SM2_CURVE
    {
        return Err(Error::Algorithm("public key is not on the SM2 curve"));
    }
    Ok(())
}

/// SubjectPublicKeyInfo (RFC 5480 with the SM2 curve).
pub fn spki(public: &PublicKey) -> Vec<u8> {
    tlv::sequence(&[&ec_algorithm(), &tlv::bit_string(public.sec1())])
}

/// Public key of a SubjectPublicKeyInfo.
pub fn public_from_spki(der: &[u8]) -> Result<PublicKey, Error> {
    let mut fields = Tlv::only(der)?.inside();
    expect_sm2(&mut fields)?;
    let point = fields.expect(tag::BIT_STRING, "public key")?;
    fields.end()?;
    PublicKey::from_sec1(point.bits()?)
}

/// PKCS#8 PrivateKeyInfo with an RFC 5915 ECPrivateKey inside; wiped when it is dropped.
pub fn pkcs8(pair: &Keypair) -> Zeroizing<Vec<u8>> {
    let point = tlv::bit_string(pair.public().sec1());
    let secret = Zeroizing::new(tlv::octets(&*pair.secret_bytes()));
    let ec = Zeroizing::new(tlv::sequence(&[
        &tlv::integer(&[1]),
        &secret,
        &tlv::put(tag::context(1), &[&point]),
    ]));
    let ec = Zeroizing::new(tlv::octets(&ec));
    Zeroizing::new(tlv::sequence(&[&tlv::integer(&[]), &ec_algorithm(), &ec]))
}

/// Key pair of a PKCS#8 PrivateKeyInfo; a public half inside must fit the secret one.
pub fn pair_from_pkcs8(der: &[u8]) -> Result<Keypair, Error> {
    let mut fields = Tlv::only(der)?.inside();
    if fields.expect(tag::INTEGER, "PKCS#8 version")?.small()? > 1 {
        return Err(Error::Der("PKCS#8 version"));
    }
    expect_sm2(&mut fields)?;
    let ec = fields.expect(tag::OCTET_STRING, "private key")?;
    let mut inside = Tlv::only(ec.value)?.inside();
    if inside.expect(tag::INTEGER, "EC key version")?.small()? != 1 {
        return Err(Error::Der("EC key version"));
    }
    let secret: &[u8] = inside.expect(tag::OCTET_STRING, "private scalar")?.value;
    let pair = Keypair::from_bytes(secret.try_into().map_err(|_| Error::Key)?)?;
    if let Some(curve) = inside.optional(tag::context(0))?
        && Tlv::only(curve.value)?.value != oid::SM2_CURVE
    {
        return Err(Error::Algorithm("private key is not on the SM2 curve"));
    }
    if let Some(public) = inside.optional(tag::context(1))? {
        let point = Tlv::only(public.value)?;
        if point.bits()? != pair.public().sec1() {
            return Err(Error::Key);
        }
    }
    inside.end()?;
    // Attributes and the public half of a later version say nothing that is used here.
    fields.optional(tag::context(0))?;
    fields.optional(tag::context_primitive(1))?;
    fields.end()?;
    Ok(pair)
}

/// PEM block of 64-character lines.
pub fn pem(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let mut out = format!("-----BEGIN {label}-----\n");
    for line in body.as_bytes().chunks(64) {
        out.extend(line.iter().map(|b| *b as char));
        out.push('\n');
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}

/// Every block of this label in a PEM text, decoded, in order; [`Error::Pem`] when there is none or one is broken.
pub fn from_pem(label: &str, text: &str) -> Result<Vec<Vec<u8>>, Error> {
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(&begin) {
        let body = &rest[at + begin.len()..];
        let stop = body.find(&end).ok_or(Error::Pem("no end line"))?;
        let packed: String = body[..stop].chars().filter(|c| !c.is_ascii_whitespace()).collect();
        out.push(STANDARD.decode(packed).map_err(|_| Error::Pem("base64"))?);
        rest = &body[stop + end.len()..];
    }
    if out.is_empty() { Err(Error::Pem("no such block")) } else { Ok(out) }
}

/// Context bound to a wrapped key, so that other sealed bytes never open as a key.
const WRAP: &[u8] = b"gm.wrap-key.v1";

/// A private key sealed under a 16-byte node key: nonce ‖ SM4-GCM(PKCS#8). `label` names the owner and is bound in;
/// `nonce` is 12 random bytes.
pub fn wrap_key(
    node_key: &[u8; sm4::KEY],
    label: &[u8],
    nonce: [u8; sm4::NONCE],
    pair: &Keypair,
) -> Vec<u8> {
    let sealed = sm4::seal(node_key, &nonce, &[WRAP, label].concat(), &pkcs8(pair));
    [&nonce[..], &sealed].concat()
}

/// Opens what [`wrap_key`] made; [`Error::Sealed`] when key, label or a bit differs.
pub fn unwrap_key(
    node_key: &[u8; sm4::KEY],
    label: &[u8],
    wrapped: &[u8],
) -> Result<Keypair, Error> {
    let (nonce, sealed) = wrapped.split_first_chunk::<{ sm4::NONCE }>().ok_or(Error::Sealed)?;
    let plain = Zeroizing::new(sm4::open(node_key, nonce, &[WRAP, label].concat(), sealed)?);
    pair_from_pkcs8(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair() -> Keypair {
        Keypair::generate([0x17; 32])
    }

    #[test]
    fn shapes_round_trip() {
        let pair = pair();
        assert_eq!(public_from_spki(&spki(pair.public())).unwrap(), *pair.public());
        let text = pem("PRIVATE KEY", &pkcs8(&pair));
        let der = from_pem("PRIVATE KEY", &text).unwrap().remove(0);
        assert_eq!(pair_from_pkcs8(&der).unwrap().secret_bytes(), pair.secret_bytes());
        assert_eq!(from_pem("CERTIFICATE", &text), Err(Error::Pem("no such block")));
        assert!(from_pem("PRIVATE KEY", "-----BEGIN PRIVATE KEY-----\nAA").is_err());
        assert!(
            from_pem("PRIVATE KEY", "-----BEGIN PRIVATE KEY-----\n*\n-----END PRIVATE KEY-----")
                .is_err()
        );
    }

    #[test]
    fn truncated_and_mixed_keys_are_refused() {
        let der = pkcs8(&pair());
        for cut in 0..der.len() {
            assert!(pair_from_pkcs8(&der[..cut]).is_err());
        }
        let mut other = der.clone();
        let at = der.len() - 1;
        other[at] ^= 1;
        assert_eq!(pair_from_pkcs8(&other).unwrap_err(), Error::Key);
    }

    #[test]
    fn wrapped_keys_open_only_in_their_place() {
        let wrapped = wrap_key(&[3; 16], b"seal/7", [5; 12], &pair());
        assert_eq!(
            unwrap_key(&[3; 16], b"seal/7", &wrapped).unwrap().secret_bytes(),
            pair().secret_bytes()
        );
        assert_eq!(unwrap_key(&[4; 16], b"seal/7", &wrapped).unwrap_err(), Error::Sealed);
        assert_eq!(unwrap_key(&[3; 16], b"seal/8", &wrapped).unwrap_err(), Error::Sealed);
        for cut in 0..wrapped.len() {
            assert_eq!(
                unwrap_key(&[3; 16], b"seal/7", &wrapped[..cut]).unwrap_err(),
                Error::Sealed
            );
        }
    }
}
