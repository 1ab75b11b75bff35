//! An answer as it came, judged over its own bytes.

use super::{CertId, Status, Times, only_sequence, read_extensions, version_one};
use crate::time::Utc;
use crate::tlv::{self, Reader, Tlv, tag};
use crate::x509::crl::Reason;
use crate::x509::{Certificate, KeyUsage, algorithm};
use crate::{Error, Step, oid, sm3};

/// Whether a certificate's key may answer for an authority at a time: it is the authority's own, or the authority
/// issued it for this (RFC 6960 §4.2.2.2).
pub(super) fn may_answer(certificate: &Certificate, issuer: &Certificate, at: Utc) -> bool {
    if certificate == issuer {
        return issuer.is_ca();
    }
    let usage = KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::NON_REPUDIATION);
    certificate.issuer() == issuer.subject()
        && certificate.signed_by(issuer).is_ok()
        && certificate.extended_usage().iter().any(|id| id == oid::OCSP_SIGNING)
        && certificate.usage().is_none_or(|u| u.any_of(usage))
        && certificate.unknown_critical().is_none()
        && certificate.valid_at(at)
}

/// SingleResponse, DER.
pub(super) fn single(id: &CertId, status: Status, times: &Times) -> Vec<u8> {
    let status = match status {
        Status::Good => tlv::put(tag::context_primitive(0), &[]),
        Status::Unknown => tlv::put(tag::context_primitive(2), &[]),
        Status::Revoked { at, reason } => {
            let code = match reason {
                Reason::Unspecified => Vec::new(),
                reason => {
                    let code = tlv::put(tag::ENUMERATED, &[&[reason.code()]]);
                    tlv::put(tag::context(0), &[&code])
                }
            };
            tlv::put(tag::context(1), &[&at.generalized(), &code])
        }
    };
    tlv::sequence(&[
        &id.der(),
        &status,
        &times.this_update.generalized(),
        &tlv::put(tag::context(0), &[&times.next_update.generalized()]),
    ])
}

/// What is said of one certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Single {
    id: CertId,
    status: Status,
    this_update: Utc,
    next_update: Option<Utc>,
    unknown_critical: bool,
}

impl Single {
    fn parse(tlv: &Tlv<'_>) -> Result<Single, Error> {
        let mut fields = tlv.inside();
        let id = CertId::parse(&fields.expect(tag::SEQUENCE, "certificate id")?)?;
        const REVOKED: u8 = tag::context(1);
        let status = fields.any()?;
        let status = match (status.tag, status.value) {
            (0x80, []) => Status::Good,
            (0x82, []) => Status::Unknown,
            (REVOKED, _) => revoked(&status)?,
            _ => return Err(Error::Der("certificate status")),
        };
        let time = |tlv: Tlv<'_>| match tlv.tag {
            tag::GENERALIZED_TIME => Utc::from_tlv(&tlv),
            _ => Err(Error::Der("time")),
        };
        let this_update = time(fields.any()?)?;
        let next_update = match fields.optional(tag::context(0))? {
            Some(wrapped) => Some(time(Tlv::only(wrapped.value)?)?),
            None => None,
        };
        let unknown_critical = match fields.optional(tag::context(1))? {
            Some(extensions) => read_extensions(&extensions, &mut None)?,
            None => false,
        };
        fields.end()?;
        Ok(Single { id, status, this_update, next_update, unknown_critical })
    }
}

fn revoked(tlv: &Tlv<'_>) -> Result<Status, Error> {
    let mut fields = tlv.inside();
    let at = Utc::from_tlv(&fields.expect(tag::GENERALIZED_TIME, "revocation time")?)?;
    let mut reason = Reason::Unspecified;
    if let Some(wrapped) = fields.optional(tag::context(0))? {
        let code = Tlv::only(wrapped.value)?;
        let [byte] = code.value else { return Err(Error::Der("reason")) };
        reason = Reason::of(u32::from(*byte));
    }
    fields.end()?;
    Ok(Status::Revoked { at, reason })
}

/// How the responder names itself.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Named {
    Name(Vec<u8>),
    Key(Vec<u8>),
}

impl Named {
    fn is(&self, certificate: &Certificate) -> bool {
        match self {
            Named::Name(name) => certificate.subject() == name,
            // The standard hashes the key with SHA-1; national responders use SM3 or the identifier of the certificate.
            Named::Key(id) => {
                let hash = certificate.public().ok().map(|key| sm3::hash(key.sec1()));
                certificate.key_id() == Some(id) || hash.is_some_and(|hash| hash == id[..])
            }
        }
    }
}

/// Answers about certificates. Nothing of them may be believed before [`Answers::judge`].
#[derive(Debug, Clone)]
pub struct Answers {
    tbs: Vec<u8>,
    responder: Named,
    produced: Utc,
    singles: Vec<Single>,
    nonce: Option<Vec<u8>>,
    unknown_critical: bool,
    algorithm: Vec<u8>,
    signature: Vec<u8>,
    certificates: Vec<Certificate>,
}

/// What a responder sent.
#[derive(Debug, Clone)]
pub enum Response {
    /// Answers.
    Answered(Box<Answers>),
    /// None, with the status number of the standard: 1 malformed, 2 internal error, 3 try later, 5 signature wanted,
    /// 6 not authorised.
    Refused(u8),
}

impl Response {
    /// Reads an OCSPResponse.
    pub fn parse(der: &[u8]) -> Result<Response, Error> {
        let mut outer = only_sequence(der, "status response")?;
        let status = outer.expect(tag::ENUMERATED, "response status")?.value;
        let bytes = outer.optional(tag::context(0))?;
        outer.end()?;
        match (status, bytes) {
            ([0], Some(bytes)) => {
                let mut fields = only_sequence(bytes.value, "response bytes")?;
                if fields.expect(tag::OID, "response type")?.value != oid::OCSP_BASIC {
                    return Err(Error::Algorithm("response is not of the basic type"));
                }
                let basic = fields.expect(tag::OCTET_STRING, "response")?;
                fields.end()?;
                Ok(Response::Answered(Box::new(Answers::parse(basic.value)?)))
            }
            ([status @ 1..=6], None) => Ok(Response::Refused(*status)),
            _ => Err(Error::Der("response status")),
        }
    }
}

impl Answers {
    fn parse(der: &[u8]) -> Result<Answers, Error> {
        let mut outer = only_sequence(der, "basic response")?;
        let tbs = outer.expect(tag::SEQUENCE, "response data")?;
        let signed_with = algorithm(&mut outer)?;
        let signature = outer.expect(tag::BIT_STRING, "response signature")?.bits()?.to_vec();
        let mut certificates = Vec::new();
        if let Some(list) = outer.optional(tag::context(0))? {
            let mut list = only_sequence(list.value, "certificates")?;
            while !list.is_empty() {
                certificates.push(Certificate::parse(list.any()?.raw)?);
            }
        }
        outer.end()?;
        let mut fields = tbs.inside();
        version_one(&mut fields)?;
        let responder = responder(&mut fields)?;
        let produced = Utc::from_tlv(&fields.expect(tag::GENERALIZED_TIME, "time")?)?;
        let mut list = fields.expect(tag::SEQUENCE, "answers")?.inside();
        let mut singles = Vec::new();
        while !list.is_empty() {
            singles.push(Single::parse(&list.expect(tag::SEQUENCE, "answer")?)?);
        }
        let (mut nonce, mut unknown_critical) = (None, false);
        if let Some(extensions) = fields.optional(tag::context(1))? {
            unknown_critical = read_extensions(&extensions, &mut nonce)?;
        }
        fields.end()?;
        Ok(Answers {
            tbs: tbs.raw.to_vec(),
            responder,
            produced,
            singles,
            nonce,
            unknown_critical,
            algorithm: signed_with,
            signature,
            certificates,
        })
    }

    /// When the answer was made.
    pub fn produced(&self) -> Utc {
        self.produced
    }

    /// Judges a certificate by the answer: `ocsp-issuer` (the certificate is of this issuer), `ocsp-responder` (it may
    /// answer for it), `ocsp-signature`, `ocsp-nonce` when one was sent, `ocsp-extension` (an unknown critical one),
    /// `ocsp-certificate` (there is one answer about it), `ocsp-time`, and last `ocsp-revoked`: open (`ok: None`) when
    /// the answer may not be relied on or the responder does not know the certificate, false when it was revoked by
    /// `at`. Whether the responder's own certificate was revoked is not judged here.
    pub fn judge(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        nonce: Option<&[u8]>,
        at: Utc,
    ) -> Vec<Step> {
        let ours = certificate.issuer() == issuer.subject();
        let mut steps = vec![Step::judged("ocsp-issuer", ours, issuer.subject_text())];
        self.responder_steps(issuer, at, &mut steps);
        if let Some(nonce) = nonce {
            let same = self.nonce.as_deref() == Some(nonce);
            let found = self.nonce.as_deref().map(tlv::hex).unwrap_or_default();
            steps.push(Step::judged("ocsp-nonce", same, found));
        }
        let serial = tlv::hex(certificate.serial());
        let about = |s: &&Single| s.id.serial == certificate.serial() && s.id.is_of(issuer);
        let mut found = self.singles.iter().filter(about);
        let single = found.next().filter(|_| found.next().is_none());
        if self.unknown_critical || single.is_some_and(|s| s.unknown_critical) {
            steps.push(Step::judged("ocsp-extension", false, ""));
        }
        steps.push(Step::judged("ocsp-certificate", single.is_some(), serial.clone()));
        let Some(single) = single else {
            steps.push(Step::open("ocsp-revoked", serial));
            return steps;
        };
        let fresh = single.this_update <= at && single.next_update.is_some_and(|next| at <= next);
        let until = single.next_update.map_or(String::new(), Utc::iso);
        let times = format!("{} .. {until} | {}", single.this_update.iso(), at.iso());
        steps.push(Step::judged("ocsp-time", fresh, times));
        let holds = steps.iter().all(|s| s.ok == Some(true));
        steps.push(match single.status {
            _ if !holds => Step::open("ocsp-revoked", serial),
            Status::Unknown => Step::open("ocsp-revoked", serial),
            Status::Revoked { at: since, reason } if since <= at => {
                let detail = format!("{serial} {} {reason:?}", since.iso());
                Step::judged("ocsp-revoked", false, detail)
            }
            _ => Step::judged("ocsp-revoked", true, serial),
        });
        steps
    }

    fn responder_steps(&self, issuer: &Certificate, at: Utc, steps: &mut Vec<Step>) {
        let mut candidates = std::iter::once(issuer).chain(&self.certificates);
        let responder = candidates.find(|c| self.responder.is(c) && may_answer(c, issuer, at));
        let name = match (&self.responder, responder) {
            (_, Some(found)) => found.subject_text(),
            (Named::Key(id), None) => tlv::hex(id),
            (Named::Name(_), None) => String::new(),
        };
        steps.push(Step::judged("ocsp-responder", responder.is_some(), name.clone()));
        let ours = self.algorithm == oid::SM2_WITH_SM3;
        let key = responder.and_then(|c| c.public().ok()).filter(|_| ours);
        let signed = key.is_some_and(|key| key.verify(&self.tbs, &self.signature).is_ok());
        steps.push(Step::judged("ocsp-signature", signed, name));
    }
}

fn responder(fields: &mut Reader<'_>) -> Result<Named, Error> {
    if let Some(name) = fields.optional(tag::context(1))? {
        let inner = Tlv::only(name.value)?;
        return Ok(Named::Name(inner.raw.to_vec()));
    }
    let key = fields.expect(tag::context(2), "responder")?;
    let inner = Tlv::only(key.value)?;
    match inner.tag {
        tag::OCTET_STRING => Ok(Named::Key(inner.value.to_vec())),
        _ => Err(Error::Der("responder")),
    }
}

#[cfg(test)]
impl Answers {
    /// Shows another certificate than the one that signed.
    pub(super) fn exchange(&mut self, certificate: Certificate) {
        self.certificates = vec![certificate];
    }
}
