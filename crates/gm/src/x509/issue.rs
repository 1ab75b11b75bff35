//! Issues SM2 certificates: roots, intermediate authorities and leaves.

use super::{Certificate, KeyUsage, Name};
use crate::signer::Signer;
use crate::sm2::PublicKey;
use crate::time::Utc;
use crate::tlv::{self, tag};
use crate::{Error, keys, oid, sm3};

/// What the certificate is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Certificate authority; `path_len` authorities may stand below it (`None`: any number).
    Authority {
        /// Upper bound of authorities below.
        path_len: Option<u8>,
    },
    /// End entity.
    Leaf {
        /// What the key may do.
        usage: KeyUsage,
        /// Extended usages, DER content bytes of their identifiers; critical when there is exactly one (RFC 3161
        /// §2.3 wants that of a time-stamping authority).
        extended: Vec<Vec<u8>>,
    },
}

/// Contents of a new certificate.
#[derive(Debug, Clone)]
pub struct Spec<'a> {
    /// Serial number, big-endian; 1 to 20 bytes from the caller's chance, unique per issuer.
    pub serial: &'a [u8],
    /// Whose key it is.
    pub subject: &'a Name,
    /// The key.
    pub public: &'a PublicKey,
    /// What it is for.
    pub kind: Kind,
    /// First second of validity.
    pub not_before: Utc,
    /// Last second of validity.
    pub not_after: Utc,
}

/// Who signs the certificate.
#[derive(Debug, Clone, Copy)]
pub enum Issuer<'a> {
    /// The subject itself: a root.
    Itself,
    /// The holder of this certificate.
    By(&'a Certificate),
}

/// Makes and signs a certificate (version 3, SM2 with SM3, default id). `signer` holds the issuer's key.
///
/// Refuses a signer whose key is not the issuer's, an issuer that is no authority, an empty serial and a validity that
/// ends before it starts.
pub fn issue(spec: &Spec<'_>, issuer: Issuer<'_>, signer: &Signer) -> Result<Certificate, Error> {
    if spec.serial.is_empty() || spec.serial.len() > 20 || spec.not_after < spec.not_before {
        return Err(Error::Der("certificate contents"));
    }
    let (issuer_name, issuer_key) = match issuer {
        Issuer::Itself => (spec.subject.der(), spec.public),
        Issuer::By(certificate) if certificate.is_ca() => {
            (certificate.subject().to_vec(), certificate.public()?)
        }
        Issuer::By(_) => return Err(Error::Der("issuer is no authority")),
    };
    if !issuer_key.is_same_point(signer.public()) {
        return Err(Error::Key);
    }
    let algorithm = tlv::sequence(&[&tlv::put(tag::OID, &[oid::SM2_WITH_SM3])]);
    let extensions = extensions(spec, issuer_key);
    let tbs = tlv::sequence(&[
        &tlv::put(tag::context(0), &[&tlv::integer(&[2])]),
        &tlv::integer(spec.serial),
        &algorithm,
        &issuer_name,
        &tlv::sequence(&[&spec.not_before.certificate_time(), &spec.not_after.certificate_time()]),
        &spec.subject.der(),
        &keys::spki(spec.public),
        &tlv::put(tag::context(3), &[&extensions]),
    ]);
    let signature = signer.sign(&tbs, None)?;
    Certificate::parse(&tlv::sequence(&[&tbs, &algorithm, &tlv::bit_string(&signature)]))
}

/// Key identifier: first 20 bytes of SM3 over the point.
pub(super) fn key_id(public: &PublicKey) -> [u8; 20] {
    let mut out = [0; 20];
    out.copy_from_slice(&sm3::hash(public.sec1())[..20]);
    out
}

fn extensions(spec: &Spec<'_>, issuer_key: &PublicKey) -> Vec<u8> {
    let mut list = Vec::new();
    let basic = match &spec.kind {
        Kind::Authority { path_len } => {
            let length = path_len.map(|n| tlv::integer(&[n])).unwrap_or_default();
            tlv::sequence(&[&tlv::put(tag::BOOLEAN, &[&[0xff]]), &length])
        }
        Kind::Leaf { .. } => tlv::sequence(&[]),
    };
    list.push(extension(oid::BASIC_CONSTRAINTS, true, &basic));
    let usage = match &spec.kind {
        Kind::Authority { .. } => KeyUsage::CERT_SIGN.and(KeyUsage::CRL_SIGN),
        Kind::Leaf { usage, .. } => *usage,
    };
    list.push(extension(oid::KEY_USAGE, true, &usage_der(usage)));
    if let Kind::Leaf { extended, .. } = &spec.kind
        && !extended.is_empty()
    {
        let ids: Vec<Vec<u8>> = extended.iter().map(|id| tlv::put(tag::OID, &[id])).collect();
        let value = tlv::sequence(&ids.iter().map(Vec::as_slice).collect::<Vec<_>>());
        list.push(extension(oid::EXT_KEY_USAGE, extended.len() == 1, &value));
    }
    list.push(extension(oid::SUBJECT_KEY_ID, false, &tlv::octets(&key_id(spec.public))));
    let authority = tlv::put(tag::context_primitive(0), &[&key_id(issuer_key)]);
    list.push(extension(oid::AUTHORITY_KEY_ID, false, &tlv::sequence(&[&authority])));
    tlv::sequence(&list.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

pub(super) fn extension(id: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let flag = if critical { tlv::put(tag::BOOLEAN, &[&[0xff]]) } else { Vec::new() };
    tlv::sequence(&[&tlv::put(tag::OID, &[id]), &flag, &tlv::octets(value)])
}

/// Named bit list without trailing zero bits, as DER wants it.
fn usage_der(usage: KeyUsage) -> Vec<u8> {
    let mut bytes =
        [(usage.0 as u8).reverse_bits(), ((usage.0 >> 8) as u8).reverse_bits()].to_vec();
    while bytes.last() == Some(&0) {
        bytes.pop();
    }
    let unused = bytes.last().map_or(0, |last| last.trailing_zeros() as u8);
    tlv::put(tag::BIT_STRING, &[&[unused], &bytes])
}
