//! The status of one certificate, asked for and answered (OCSP, RFC 6960; nonces of RFC 8954).
//!
//! A [`Request`] names certificates by hashes of their issuer and their serial number; [`answer`] is a responder as a
//! pure computation, [`Answers::judge`] says check by check whether an answer may be relied on and what it says.

mod response;

pub use response::{Answers, Response};

use crate::signed_data::algorithm_of;
use crate::signer::Signer;
use crate::time::Utc;
use crate::tlv::{self, Reader, Tlv, tag};
use crate::x509::crl::Reason;
use crate::x509::{Certificate, algorithm};
use crate::{Error, oid, sm3};
use sha2::Digest as _;

/// Most certificates of one request.
pub const MOST: usize = 64;
/// Most bytes of a nonce that are read.
pub const NONCE: usize = 128;

/// Names one certificate: its issuer's name and key as hashes, and its serial number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertId {
    algorithm: Vec<u8>,
    name: Vec<u8>,
    key: Vec<u8>,
    serial: Vec<u8>,
}

impl CertId {
    /// The name of a certificate, with SM3 hashes.
    ///
    /// # Errors
    /// [`Error::Algorithm`] when the issuer's key is no SM2 key.
    pub fn new(certificate: &Certificate, issuer: &Certificate) -> Result<CertId, Error> {
        let (name, key) = (certificate.issuer(), &issuer.public()?.sec1()[..]);
        Ok(CertId {
            algorithm: oid::SM3.to_vec(),
            name: sm3::hash(name).to_vec(),
            key: sm3::hash(key).to_vec(),
            serial: certificate.serial().to_vec(),
        })
    }

    /// The serial number, content bytes of the INTEGER.
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// Whether it names a certificate of this issuer; hashes by SM3 and SHA-256 are understood.
    pub fn is_of(&self, issuer: &Certificate) -> bool {
        let hash = |bytes: &[u8]| match &self.algorithm[..] {
            id if id == oid::SM3 => Some(sm3::hash(bytes).to_vec()),
            id if id == oid::SHA256 => Some(sha2::Sha256::digest(bytes).to_vec()),
            _ => None,
        };
        let Ok(key) = issuer.public() else { return false };
        hash(issuer.subject()).is_some_and(|name| name == self.name)
            && hash(key.sec1()).is_some_and(|key| key == self.key)
    }

    fn der(&self) -> Vec<u8> {
        tlv::sequence(&[
            &algorithm_of(&self.algorithm),
            &tlv::octets(&self.name),
            &tlv::octets(&self.key),
            &tlv::put(tag::INTEGER, &[&self.serial]),
        ])
    }

    fn parse(tlv: &Tlv<'_>) -> Result<CertId, Error> {
        let mut fields = tlv.inside();
        let algorithm = algorithm(&mut fields)?;
        let name = fields.expect(tag::OCTET_STRING, "issuer name hash")?.value.to_vec();
        let key = fields.expect(tag::OCTET_STRING, "issuer key hash")?.value.to_vec();
        let serial = fields.expect(tag::INTEGER, "serial number")?.value.to_vec();
        fields.end()?;
        Ok(CertId { algorithm, name, key, serial })
    }
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    ids: Vec<CertId>,
    nonce: Option<Vec<u8>>,
    unknown_critical: bool,
}

impl Request {
    /// Asks for one certificate; the nonce is fresh chance that the answer must repeat, so that an old answer is
    /// noticed.
    pub fn new(id: CertId, nonce: Option<&[u8; 16]>) -> Request {
        let nonce = nonce.map(|n| n.to_vec());
        Request { ids: vec![id], nonce, unknown_critical: false }
    }

    /// The certificates that are asked for.
    pub fn ids(&self) -> &[CertId] {
        &self.ids
    }

    /// The number that the answer must repeat.
    pub fn nonce(&self) -> Option<&[u8]> {
        self.nonce.as_deref()
    }

    /// OCSPRequest, DER, not signed.
    pub fn der(&self) -> Vec<u8> {
        let ids: Vec<Vec<u8>> = self.ids.iter().map(|id| tlv::sequence(&[&id.der()])).collect();
        let list = tlv::sequence(&ids.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let extensions = self
            .nonce
            .as_deref()
            .map(|nonce| tlv::put(tag::context(2), &[&tlv::sequence(&[&nonce_extension(nonce)])]));
        tlv::sequence(&[&tlv::sequence(&[&list, &extensions.unwrap_or_default()])])
    }

    /// Reads an OCSPRequest. A signature under it is passed over: who asks makes no difference.
    pub fn parse(der: &[u8]) -> Result<Request, Error> {
        let mut outer = only_sequence(der, "status request")?;
        let mut fields = outer.expect(tag::SEQUENCE, "status request")?.inside();
        outer.optional(tag::context(0))?;
        outer.end()?;
        version_one(&mut fields)?;
        fields.optional(tag::context(1))?;
        let mut list = fields.expect(tag::SEQUENCE, "certificates asked for")?.inside();
        let (mut ids, mut unknown_critical) = (Vec::new(), false);
        while !list.is_empty() {
            if ids.len() == MOST {
                return Err(Error::Der("too many certificates"));
            }
            let mut one = list.expect(tag::SEQUENCE, "certificate asked for")?.inside();
            ids.push(CertId::parse(&one.expect(tag::SEQUENCE, "certificate id")?)?);
            if let Some(extensions) = one.optional(tag::context(0))? {
                unknown_critical |= read_extensions(&extensions, &mut None)?;
            }
            one.end()?;
        }
        let mut nonce = None;
        if let Some(extensions) = fields.optional(tag::context(2))? {
            unknown_critical |= read_extensions(&extensions, &mut nonce)?;
        }
        fields.end()?;
        if ids.is_empty() {
            return Err(Error::Der("no certificate asked for"));
        }
        Ok(Request { ids, nonce, unknown_critical })
    }
}

fn only_sequence<'a>(der: &'a [u8], what: &'static str) -> Result<Reader<'a>, Error> {
    let outer = Tlv::only(der)?;
    if outer.tag == tag::SEQUENCE { Ok(outer.inside()) } else { Err(Error::Der(what)) }
}

/// Version 1 is left out; some write it.
fn version_one(fields: &mut Reader<'_>) -> Result<(), Error> {
    match fields.optional(tag::context(0))? {
        Some(version) if Tlv::only(version.value)?.small()? != 0 => Err(Error::Der("version")),
        _ => Ok(()),
    }
}

fn nonce_extension(nonce: &[u8]) -> Vec<u8> {
    tlv::sequence(&[&tlv::put(tag::OID, &[oid::OCSP_NONCE]), &tlv::octets(&tlv::octets(nonce))])
}

/// Reads `[n] EXPLICIT Extensions`: takes the nonce, and says whether an unknown one is critical.
fn read_extensions(wrapped: &Tlv<'_>, nonce: &mut Option<Vec<u8>>) -> Result<bool, Error> {
    let list = Tlv::only(wrapped.value)?;
    if list.tag != tag::SEQUENCE {
        return Err(Error::Der("extensions"));
    }
    let (mut reader, mut unknown) = (list.inside(), false);
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
        if id == oid::OCSP_NONCE {
            let inner = Tlv::only(value)?;
            if inner.tag != tag::OCTET_STRING || !(1..=NONCE).contains(&inner.value.len()) {
                return Err(Error::Der("nonce"));
            }
            *nonce = Some(inner.value.to_vec());
        } else {
            unknown |= critical;
        }
    }
    Ok(unknown)
}

/// What is known of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It was issued and is not revoked.
    Good,
    /// It was revoked.
    Revoked {
        /// Since when.
        at: Utc,
        /// Why.
        reason: Reason,
    },
    /// The responder does not know it.
    Unknown,
}

/// Who answers: the authority itself, or one it gave a certificate for this alone.
#[derive(Debug, Clone, Copy)]
pub struct Responder<'a> {
    /// The authority whose certificates are asked for.
    pub issuer: &'a Certificate,
    /// The certificate of the answering key; the issuer's own, or one with extended usage OCSPSigning.
    pub certificate: &'a Certificate,
    /// The answering key.
    pub signer: &'a Signer,
}

/// The times of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// When the answer is made.
    pub produced: Utc,
    /// As of when the status was known to be right.
    pub this_update: Utc,
    /// When newer knowledge comes at the latest.
    pub next_update: Utc,
}

/// Answers a request: `status` looks up a serial number (content bytes of the INTEGER) of this authority. A request
/// that is none, or carries a critical extension nobody knows, is answered with *malformed*; certificates of other
/// authorities are unknown.
///
/// # Errors
/// [`Error::Key`] when the key is not the certificate's or may not answer for the authority, [`Error::Der`] for times
/// that run backwards.
pub fn answer(
    request: &[u8],
    by: &Responder<'_>,
    times: &Times,
    status: impl Fn(&[u8]) -> Status,
) -> Result<Vec<u8>, Error> {
    let ours = by.certificate.public()?.is_same_point(by.signer.public());
    if !ours || !response::may_answer(by.certificate, by.issuer, times.produced) {
        return Err(Error::Key);
    }
    if times.this_update > times.produced || times.next_update < times.this_update {
        return Err(Error::Der("times"));
    }
    let request = match Request::parse(request) {
        Ok(request) if !request.unknown_critical => request,
        _ => return Ok(tlv::sequence(&[&tlv::put(tag::ENUMERATED, &[&[1]])])),
    };
    let singles: Vec<Vec<u8>> = request
        .ids
        .iter()
        .map(|id| {
            let found = if id.is_of(by.issuer) { status(&id.serial) } else { Status::Unknown };
            response::single(id, found, times)
        })
        .collect();
    let extensions = request
        .nonce
        .as_deref()
        .map(|nonce| tlv::put(tag::context(1), &[&tlv::sequence(&[&nonce_extension(nonce)])]));
    let tbs = tlv::sequence(&[
        &tlv::put(tag::context(1), &[by.certificate.subject()]),
        &times.produced.generalized(),
        &tlv::sequence(&singles.iter().map(Vec::as_slice).collect::<Vec<_>>()),
        &extensions.unwrap_or_default(),
    ]);
    let along = match by.certificate == by.issuer {
        true => Vec::new(),
        false => tlv::put(tag::context(0), &[&tlv::sequence(&[by.certificate.der()])]),
    };
    let basic = tlv::sequence(&[
        &tbs,
        &algorithm_of(oid::SM2_WITH_SM3),
        &tlv::bit_string(&by.signer.sign(&tbs, None)?),
        &along,
    ]);
    let bytes = tlv::sequence(&[&tlv::put(tag::OID, &[oid::OCSP_BASIC]), &tlv::octets(&basic)]);
    let successful = tlv::put(tag::ENUMERATED, &[&[0]]);
    Ok(tlv::sequence(&[&successful, &tlv::put(tag::context(0), &[&bytes])]))
}

#[cfg(test)]
mod tests;
