//! SM2 certificates (GB/T 20518, RFC 5280): [`Certificate`] keeps the original bytes, [`issue()`] makes new ones,
//! [`chain`] judges a chain step by step, [`Request`] reads what is asked for, [`crl`] lists what was revoked,
//! [`revocation`] judges a chain by such lists.

pub mod chain;
pub mod crl;
mod issue;
mod name;
mod request;
pub mod revocation;

pub use chain::{Purpose, Verdict, chain_verify};
pub use issue::{Issuer, Kind, Spec, issue};
pub use name::Name;
pub use request::{Request, request};

use crate::sm2::PublicKey;
use crate::time::Utc;
use crate::tlv::{self, Reader, Tlv, tag};
use crate::{Error, keys, oid, sm3};
use std::ops::Range;

/// Key usage bits (RFC 5280 §4.2.1.3) in the order of the standard, bit 0 first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUsage(pub u16);

impl KeyUsage {
    /// digitalSignature
    pub const DIGITAL_SIGNATURE: KeyUsage = KeyUsage(1);
    /// nonRepudiation (contentCommitment)
    pub const NON_REPUDIATION: KeyUsage = KeyUsage(1 << 1);
    /// keyEncipherment
    pub const KEY_ENCIPHERMENT: KeyUsage = KeyUsage(1 << 2);
    /// dataEncipherment
    pub const DATA_ENCIPHERMENT: KeyUsage = KeyUsage(1 << 3);
    /// keyAgreement
    pub const KEY_AGREEMENT: KeyUsage = KeyUsage(1 << 4);
    /// keyCertSign
    pub const CERT_SIGN: KeyUsage = KeyUsage(1 << 5);
    /// cRLSign
    pub const CRL_SIGN: KeyUsage = KeyUsage(1 << 6);

    /// Both sets together.
    pub const fn and(self, other: KeyUsage) -> KeyUsage {
        KeyUsage(self.0 | other.0)
    }

    /// Whether one of `other`'s bits is set.
    pub const fn any_of(self, other: KeyUsage) -> bool {
        self.0 & other.0 != 0
    }
}

/// A parsed certificate. Everything judged later is a slice of the bytes it came in.
#[derive(Debug, Clone)]
pub struct Certificate {
    der: Vec<u8>,
    tbs: Range<usize>,
    serial: Vec<u8>,
    issuer: Vec<u8>,
    subject: Vec<u8>,
    not_before: Utc,
    not_after: Utc,
    public: Result<PublicKey, Error>,
    algorithm: Vec<u8>,
    signature: Vec<u8>,
    extensions: Extensions,
}

/// Extensions this crate understands, and whether a critical one is among those it does not.
#[derive(Debug, Clone, Default)]
struct Extensions {
    subject_key: Option<Vec<u8>>,
    authority_key: Option<Vec<u8>>,
    usage: Option<KeyUsage>,
    ca: bool,
    path_len: Option<u32>,
    extended: Vec<Vec<u8>>,
    extended_critical: bool,
    unknown_critical: Option<String>,
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

impl Certificate {
    /// Reads one DER certificate. Keys and algorithms of other families parse too; they fail when used.
    pub fn parse(der: &[u8]) -> Result<Certificate, Error> {
        let mut outer = expect_sequence(der)?;
        let tbs = outer.expect(tag::SEQUENCE, "tbsCertificate")?;
        let algorithm = algorithm(&mut outer)?;
        let signature = outer.expect(tag::BIT_STRING, "certificate signature")?.bits()?.to_vec();
        outer.end()?;
        let mut fields = tbs.inside();
        let version = match fields.optional(tag::context(0))? {
            Some(wrapped) => Tlv::only(wrapped.value)?.small()?,
            None => 0,
        };
        let serial = fields.expect(tag::INTEGER, "serial number")?.value.to_vec();
        if version > 2 || serial.is_empty() {
            return Err(Error::Der("certificate version or serial number"));
        }
        if self::algorithm(&mut fields)? != algorithm {
            return Err(Error::Der("two signature algorithms"));
        }
        let issuer = fields.expect(tag::SEQUENCE, "issuer")?.raw.to_vec();
        let mut validity = fields.expect(tag::SEQUENCE, "validity")?.inside();
        let not_before = Utc::from_tlv(&validity.any()?)?;
        let not_after = Utc::from_tlv(&validity.any()?)?;
        let subject = fields.expect(tag::SEQUENCE, "subject")?.raw.to_vec();
        let spki = fields.expect(tag::SEQUENCE, "public key")?;
        fields.optional(tag::context_primitive(1))?;
        fields.optional(tag::context_primitive(2))?;
        let extensions = match fields.optional(tag::context(3))? {
            Some(list) if version == 2 => Extensions::parse(&list)?,
            Some(_) => return Err(Error::Der("extensions in an old certificate")),
            None => Extensions::default(),
        };
        fields.end()?;
        // The outer header has whatever length is left before its content, which starts with tbsCertificate.
        let start = der.len() - Tlv::only(der)?.value.len();
        Ok(Certificate {
            tbs: start..start + tbs.raw.len(),
            der: der.to_vec(),
            serial,
            issuer,
            subject,
            not_before,
            not_after,
            public: keys::public_from_spki(spki.raw),
            algorithm,
            signature,
            extensions,
        })
    }

    /// The bytes as they came.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// tbsCertificate as it came: what the issuer signed.
    pub fn tbs(&self) -> &[u8] {
        &self.der[self.tbs.clone()]
    }

    /// Serial number, content bytes of the INTEGER.
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// Issuer name, DER.
    pub fn issuer(&self) -> &[u8] {
        &self.issuer
    }

    /// Subject name, DER.
    pub fn subject(&self) -> &[u8] {
        &self.subject
    }

    /// Subject as text, `CN=…, O=…, C=…`.
    pub fn subject_text(&self) -> String {
        name::text(&self.subject)
    }

    /// Issuer as text.
    pub fn issuer_text(&self) -> String {
        name::text(&self.issuer)
    }

    /// Common name of the subject, empty when it has none.
    pub fn common_name(&self) -> String {
        name::attribute(&self.subject, oid::CN).unwrap_or_default()
    }

    /// First second of validity.
    pub fn not_before(&self) -> Utc {
        self.not_before
    }

    /// Last second of validity.
    pub fn not_after(&self) -> Utc {
        self.not_after
    }

    /// Whether `at` lies within the validity, ends included.
    pub fn valid_at(&self, at: Utc) -> bool {
        self.not_before <= at && at <= self.not_after
    }

    /// The subject's SM2 key; an error when it is a key of another family.
    pub fn public(&self) -> Result<&PublicKey, Error> {
        self.public.as_ref().map_err(|e| *e)
    }

    /// Key usage, when the certificate restricts it.
    pub fn usage(&self) -> Option<KeyUsage> {
        self.extensions.usage
    }

    /// Whether basicConstraints make it a certificate authority.
    pub fn is_ca(&self) -> bool {
        self.extensions.ca
    }

    /// Extended key usages, DER content bytes of the identifiers.
    pub fn extended_usage(&self) -> &[Vec<u8>] {
        &self.extensions.extended
    }

    /// Whether its extended usage is this one alone, and critical: what RFC 3161 §2.3 wants of an authority that stamps.
    pub fn is_only_for(&self, usage: &[u8]) -> bool {
        self.extensions.extended_critical && self.extensions.extended == [usage]
    }

    /// Dotted identifier of a critical extension that this crate does not understand; nothing of such a certificate
    /// may be relied on.
    pub fn unknown_critical(&self) -> Option<&str> {
        self.extensions.unknown_critical.as_deref()
    }

    /// Its subject key identifier, if it has one.
    pub fn key_id(&self) -> Option<&Vec<u8>> {
        self.extensions.subject_key.as_ref()
    }

    /// Checks that `issuer`'s key signed this certificate (names are not compared here).
    pub fn signed_by(&self, issuer: &Certificate) -> Result<(), Error> {
        if self.algorithm != oid::SM2_WITH_SM3 {
            return Err(Error::Algorithm("certificate is not signed with SM2-SM3"));
        }
        issuer.public()?.verify(self.tbs(), &self.signature)
    }

    /// SM3 of the whole certificate, hexadecimal: how it is named in lists and logs.
    pub fn fingerprint(&self) -> String {
        tlv::hex(&sm3::hash(&self.der))
    }
}

fn expect_sequence(der: &[u8]) -> Result<Reader<'_>, Error> {
    let outer = Tlv::only(der)?;
    if outer.tag == tag::SEQUENCE { Ok(outer.inside()) } else { Err(Error::Der("certificate")) }
}

/// Reads an AlgorithmIdentifier; parameters may be absent or NULL (both occur in the wild).
pub(crate) fn algorithm(reader: &mut Reader<'_>) -> Result<Vec<u8>, Error> {
    let mut inside = reader.expect(tag::SEQUENCE, "algorithm")?.inside();
    let id = inside.expect(tag::OID, "algorithm")?.value.to_vec();
    if !inside.is_empty() {
        inside.any()?;
    }
    inside.end()?;
    Ok(id)
}

impl Extensions {
    fn parse(list: &Tlv<'_>) -> Result<Extensions, Error> {
        let mut out = Extensions::default();
        each_extension(&Tlv::only(list.value)?, |id, critical, value| {
            out.extended_critical |= critical && id == oid::EXT_KEY_USAGE;
            // Constraints of names are not understood here, and a certificate that has them holds only within them.
            if !out.take(id, value)? && (critical || id == oid::NAME_CONSTRAINTS) {
                out.unknown_critical = Some(oid::dotted(id));
            }
            Ok(())
        })?;
        Ok(out)
    }

    /// Takes one extension; false when it is not one this crate understands.
    fn take(&mut self, id: &[u8], value: &[u8]) -> Result<bool, Error> {
        let tlv = || Tlv::only(value);
        if id == oid::SUBJECT_KEY_ID {
            self.subject_key = Some(tlv()?.value.to_vec());
        } else if id == oid::AUTHORITY_KEY_ID {
            let key = tlv()?.inside().optional(tag::context_primitive(0))?;
            self.authority_key = key.map(|k| k.value.to_vec());
        } else if id == oid::KEY_USAGE {
            self.usage = Some(usage_bits(&tlv()?)?);
        } else if id == oid::BASIC_CONSTRAINTS {
            let mut fields = tlv()?.inside();
            self.ca = fields.optional(tag::BOOLEAN)?.is_some_and(|b| b.value != [0]);
            self.path_len = match fields.optional(tag::INTEGER)? {
                Some(length) => Some(length.small()?),
                None => None,
            };
        } else if id == oid::EXT_KEY_USAGE {
            let mut list = tlv()?.inside();
            while !list.is_empty() {
                self.extended.push(list.expect(tag::OID, "extended key usage")?.value.to_vec());
            }
        } else {
            return Ok(false);
        }
        Ok(true)
    }
}

/// Walks a list of extensions, each of which may stand once.
pub(crate) fn each_extension(
    list: &Tlv<'_>,
    mut each: impl FnMut(&[u8], bool, &[u8]) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut reader = list.inside();
    let mut seen: Vec<&[u8]> = Vec::new();
    while !reader.is_empty() {
        let mut fields = reader.expect(tag::SEQUENCE, "extension")?.inside();
        let id = fields.expect(tag::OID, "extension")?.value;
        let critical = fields.optional(tag::BOOLEAN)?.is_some_and(|b| b.value != [0]);
        let value = fields.expect(tag::OCTET_STRING, "extension value")?.value;
        fields.end()?;
        if seen.contains(&id) {
            return Err(Error::Der("extension twice"));
        }
        seen.push(id);
        each(id, critical, value)?;
    }
    Ok(())
}

/// Named bit list: bit 0 is the highest bit of the first byte.
fn usage_bits(tlv: &Tlv<'_>) -> Result<KeyUsage, Error> {
    let (_unused, bytes) = tlv.value.split_first().ok_or(Error::Der("key usage"))?;
    if tlv.tag != tag::BIT_STRING {
        return Err(Error::Der("key usage"));
    }
    let mut bits = 0u16;
    for (n, byte) in bytes.iter().take(2).enumerate() {
        bits |= u16::from(byte.reverse_bits()) << (8 * n);
    }
    Ok(KeyUsage(bits))
}

#[cfg(test)]
mod crl_tests;
#[cfg(test)]
mod tests;
