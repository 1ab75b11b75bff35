//! Lists of revoked certificates (CRL version 2, RFC 5280 §5; GB/T 20518): made by an authority, read and judged
//! by whoever relies on its certificates.

use super::issue::{extension, key_id};
use super::{Certificate, KeyUsage, algorithm, each_extension};
use crate::signer::Signer;
use crate::time::Utc;
use crate::tlv::{self, Tlv, tag};
use crate::{Error, Step, oid};

/// Why a certificate was revoked (RFC 5280 §5.3.1), as far as an authority of the house tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Not told.
    Unspecified,
    /// The key is in other hands.
    KeyCompromise,
    /// The authority's own key is in other hands.
    AuthorityCompromise,
    /// The holder changed office or name.
    AffiliationChanged,
    /// Another certificate took its place.
    Superseded,
    /// It is no longer needed.
    Cessation,
    /// For the time being only.
    Hold,
}

impl Reason {
    const ALL: [(Reason, u32); 7] = [
        (Reason::Unspecified, 0),
        (Reason::KeyCompromise, 1),
        (Reason::AuthorityCompromise, 2),
        (Reason::AffiliationChanged, 3),
        (Reason::Superseded, 4),
        (Reason::Cessation, 5),
        (Reason::Hold, 6),
    ];

    pub(crate) fn code(self) -> u8 {
        Reason::ALL.iter().find(|(r, _)| *r == self).map_or(0, |(_, code)| *code as u8)
    }

    /// An unknown code still revokes; it says only no reason.
    pub(crate) fn of(code: u32) -> Reason {
        Reason::ALL.iter().find(|(_, c)| *c == code).map_or(Reason::Unspecified, |(r, _)| *r)
    }
}

/// One revoked certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoked {
    /// Its serial number, content bytes of the INTEGER as [`Certificate::serial`] gives them.
    pub serial: Vec<u8>,
    /// Since when.
    pub at: Utc,
    /// Why.
    pub reason: Reason,
}

/// Contents of a new list.
#[derive(Debug, Clone)]
pub struct Spec<'a> {
    /// Number of the list, counted up by the authority.
    pub number: u64,
    /// When it was made.
    pub this_update: Utc,
    /// When the next one comes at the latest.
    pub next_update: Utc,
    /// Everything revoked and not yet expired.
    pub revoked: &'a [Revoked],
}

/// A parsed list. Nothing of it may be believed before [`Crl::judge`].
#[derive(Debug, Clone)]
pub struct Crl {
    tbs: Vec<u8>,
    issuer: Vec<u8>,
    this_update: Utc,
    next_update: Option<Utc>,
    number: Option<u64>,
    revoked: Vec<Revoked>,
    unknown_critical: Option<String>,
    algorithm: Vec<u8>,
    signature: Vec<u8>,
}

/// Makes and signs a list.
///
/// # Errors
/// [`Error::Key`] when the signer is not the authority, [`Error::Der`] for a certificate that may not sign lists,
/// for times that run backwards and for an empty serial number.
pub fn issue_crl(spec: &Spec<'_>, by: &Certificate, signer: &Signer) -> Result<Vec<u8>, Error> {
    if !by.public()?.is_same_point(signer.public()) {
        return Err(Error::Key);
    }
    let may = by.is_ca() && by.usage().is_none_or(|usage| usage.any_of(KeyUsage::CRL_SIGN));
    let sound = spec.revoked.iter().all(|r| !r.serial.is_empty() && r.serial.len() <= 21);
    if !may || !sound || spec.next_update < spec.this_update {
        return Err(Error::Der("list contents"));
    }
    let algorithm = tlv::sequence(&[&tlv::put(tag::OID, &[oid::SM2_WITH_SM3])]);
    let entries: Vec<Vec<u8>> = spec.revoked.iter().map(entry).collect();
    let entries = match entries.is_empty() {
        // An empty list is left out (RFC 5280 §5.1.2.6).
        true => Vec::new(),
        false => tlv::sequence(&entries.iter().map(Vec::as_slice).collect::<Vec<_>>()),
    };
    let authority = tlv::put(tag::context_primitive(0), &[&key_id(signer.public())]);
    let authority = extension(oid::AUTHORITY_KEY_ID, false, &tlv::sequence(&[&authority]));
    let number = tlv::integer(&spec.number.to_be_bytes());
    let number = extension(oid::CRL_NUMBER, false, &number);
    let tbs = tlv::sequence(&[
        &tlv::integer(&[1]),
        &algorithm,
        by.subject(),
        &spec.this_update.certificate_time(),
        &spec.next_update.certificate_time(),
        &entries,
        &tlv::put(tag::context(0), &[&tlv::sequence(&[&authority, &number])]),
    ]);
    let signature = signer.sign(&tbs, None)?;
    Ok(tlv::sequence(&[&tbs, &algorithm, &tlv::bit_string(&signature)]))
}

fn entry(revoked: &Revoked) -> Vec<u8> {
    let serial = tlv::put(tag::INTEGER, &[&revoked.serial]);
    let reason = match revoked.reason {
        Reason::Unspecified => Vec::new(),
        reason => {
            let code = tlv::put(tag::ENUMERATED, &[&[reason.code()]]);
            tlv::sequence(&[&extension(oid::CRL_REASON, false, &code)])
        }
    };
    tlv::sequence(&[&serial, &revoked.at.certificate_time(), &reason])
}

impl Crl {
    /// Reads a DER list. Only form is judged here.
    pub fn parse(der: &[u8]) -> Result<Crl, Error> {
        let mut outer = super::expect_sequence(der)?;
        let tbs = outer.expect(tag::SEQUENCE, "tbsCertList")?;
        let signed_with = algorithm(&mut outer)?;
        let signature = outer.expect(tag::BIT_STRING, "list signature")?.bits()?.to_vec();
        outer.end()?;
        let mut fields = tbs.inside();
        // Version 1 has no version; version 2 says 1.
        if let Some(version) = fields.optional(tag::INTEGER)?
            && version.small()? != 1
        {
            return Err(Error::Der("list version"));
        }
        if algorithm(&mut fields)? != signed_with {
            return Err(Error::Der("two signature algorithms"));
        }
        let issuer = fields.expect(tag::SEQUENCE, "issuer")?.raw.to_vec();
        let this_update = Utc::from_tlv(&fields.any()?)?;
        let is_time = |t: Option<u8>| matches!(t, Some(tag::UTC_TIME | tag::GENERALIZED_TIME));
        let next_update = match is_time(fields.peek()) {
            true => Some(Utc::from_tlv(&fields.any()?)?),
            false => None,
        };
        let mut out = Crl {
            tbs: tbs.raw.to_vec(),
            issuer,
            this_update,
            next_update,
            number: None,
            revoked: Vec::new(),
            unknown_critical: None,
            algorithm: signed_with,
            signature,
        };
        if let Some(list) = fields.optional(tag::SEQUENCE)? {
            let mut entries = list.inside();
            while !entries.is_empty() {
                let entry = entries.expect(tag::SEQUENCE, "revoked certificate")?;
                out.take_entry(&entry)?;
            }
        }
        if let Some(wrapped) = fields.optional(tag::context(0))? {
            let list = Tlv::only(wrapped.value)?;
            each_extension(&list, |id, critical, value| out.take_extension(id, critical, value))?;
        }
        fields.end()?;
        Ok(out)
    }

    fn take_entry(&mut self, entry: &Tlv<'_>) -> Result<(), Error> {
        let mut fields = entry.inside();
        let serial = fields.expect(tag::INTEGER, "serial number")?.value.to_vec();
        let at = Utc::from_tlv(&fields.any()?)?;
        let mut reason = Reason::Unspecified;
        let mut unknown = None;
        if let Some(list) = fields.optional(tag::SEQUENCE)? {
            each_extension(&list, |id, critical, value| {
                if id == oid::CRL_REASON {
                    let code = Tlv::only(value)?;
                    let [code_byte] = code.value else { return Err(Error::Der("reason")) };
                    reason = Reason::of(u32::from(*code_byte));
                } else if critical {
                    unknown = Some(oid::dotted(id));
                }
                Ok(())
            })?;
        }
        fields.end()?;
        self.unknown_critical = self.unknown_critical.take().or(unknown);
        self.revoked.push(Revoked { serial, at, reason });
        Ok(())
    }

    fn take_extension(&mut self, id: &[u8], critical: bool, value: &[u8]) -> Result<(), Error> {
        if id == oid::CRL_NUMBER {
            let number = Tlv::only(value)?.unsigned()?;
            let fits = number.len() <= 8;
            self.number = fits.then(|| number.iter().fold(0, |acc, b| (acc << 8) | u64::from(*b)));
        } else if id == oid::DELTA_CRL || (id != oid::AUTHORITY_KEY_ID && critical) {
            // A list of some certificates only says so in a critical extension; it is not one of all. A list of what
            // is new should say so critically too, and is not relied on if it does not.
            self.unknown_critical = Some(oid::dotted(id));
        }
        Ok(())
    }

    /// When it was made.
    pub fn this_update(&self) -> Utc {
        self.this_update
    }

    /// When the next one comes at the latest, if it says so.
    pub fn next_update(&self) -> Option<Utc> {
        self.next_update
    }

    /// Its number, if it has one of at most eight bytes.
    pub fn number(&self) -> Option<u64> {
        self.number
    }

    /// Everything it lists.
    pub fn revoked(&self) -> &[Revoked] {
        &self.revoked
    }

    /// Whether it claims to be this authority's.
    pub fn is_of(&self, issuer: &Certificate) -> bool {
        self.issuer == issuer.subject()
    }

    /// Whether it is current: made by `at`, and the next one not yet due.
    pub fn is_current(&self, at: Utc) -> bool {
        self.this_update <= at && self.next_update.is_some_and(|next| at <= next)
    }

    /// The entry of a certificate, if it is listed.
    pub fn find(&self, certificate: &Certificate) -> Option<&Revoked> {
        self.revoked.iter().find(|r| r.serial == certificate.serial())
    }

    /// Judges the list at a time, against the authority it claims: `crl-issuer`, `crl-authority`,
    /// `crl-signature`, `crl-time`, `crl-extension`. It may be relied on when every step holds.
    pub fn judge(&self, issuer: &Certificate, at: Utc) -> Vec<Step> {
        let named = self.is_of(issuer);
        let may =
            issuer.is_ca() && issuer.usage().is_none_or(|usage| usage.any_of(KeyUsage::CRL_SIGN));
        let ours = self.algorithm == oid::SM2_WITH_SM3;
        let key = issuer.public().ok().filter(|_| ours);
        let signed = key.is_some_and(|key| key.verify(&self.tbs, &self.signature).is_ok());
        let fresh = self.is_current(at);
        let until = self.next_update.map_or(String::new(), Utc::iso);
        let times = format!("{} .. {until} | {}", self.this_update.iso(), at.iso());
        let mut steps = vec![
            Step::judged("crl-issuer", named, super::name::text(&self.issuer)),
            Step::judged("crl-authority", may, issuer.subject_text()),
            Step::judged("crl-signature", signed, issuer.subject_text()),
            Step::judged("crl-time", fresh, times),
        ];
        if let Some(id) = &self.unknown_critical {
            steps.push(Step::judged("crl-extension", false, id.clone()));
        }
        steps
    }

    /// Judges a certificate by this list: the list's own steps, then `crl-revoked`. It is open (`ok: None`) when
    /// the list may not be relied on or is another authority's, false when the certificate was revoked by `at`.
    pub fn judge_certificate(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        at: Utc,
    ) -> Vec<Step> {
        let mut steps = self.judge(issuer, at);
        let serial = tlv::hex(certificate.serial());
        let holds = steps.iter().all(|s| s.ok == Some(true));
        steps.push(match self.find(certificate) {
            _ if !holds || certificate.issuer() != self.issuer => Step::open("crl-revoked", serial),
            Some(entry) if entry.at <= at => {
                let detail = format!("{serial} {} {:?}", entry.at.iso(), entry.reason);
                Step::judged("crl-revoked", false, detail)
            }
            _ => Step::judged("crl-revoked", true, serial),
        });
        steps
    }
}
