//! Seal signatures (SES_Signature), the content of SignedValue.dat.

use super::{Seal, Signing, elements, is_sm2_sm3, sequence, stamping, text};
use crate::Error;
use gm::time::Utc;
use gm::tlv::{self, Tlv, tag};
use gm::x509::Certificate;
use gm::{oid, sm3};

/// A parsed seal signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealSignature {
    signed: Vec<u8>,
    certificate: Vec<u8>,
    algorithm: Vec<u8>,
    signature: Vec<u8>,
    /// Version of TBS_Sign.
    pub version: u32,
    /// The embedded seal.
    pub seal: Seal,
    /// Signing time claimed; version 1 carries it in several forms, so it may be unreadable.
    pub time: Option<Utc>,
    /// Digest of Signature.xml.
    pub data_hash: Vec<u8>,
    /// Path of Signature.xml inside the package.
    pub property: String,
    /// Timestamp token over the signature value, if one is there; [`crate::verify`] judges it.
    pub timestamp: Option<Vec<u8>>,
}

impl SealSignature {
    /// Reads a seal signature of version 1, 4 or 5.
    pub fn parse(der: &[u8]) -> Result<SealSignature, Error> {
        let outer = sequence(der, "signature")?;
        let old = elements(&outer)? == 2;
        let mut fields = outer.inside();
        let signed = fields.expect(tag::SEQUENCE, "signed part")?;
        let mut inside = signed.inside();
        let version = inside.expect(tag::INTEGER, "version")?.small()?;
        let seal = Seal::parse(inside.expect(tag::SEQUENCE, "embedded seal")?.raw)?;
        let time = time(&inside.any()?);
        let data_hash = inside.expect(tag::BIT_STRING, "digest")?.bits()?.to_vec();
        let property = text(&mut inside, "path")?;
        // Version 1 keeps certificate and algorithm inside the signed part.
        let holder = if old { &mut inside } else { &mut fields };
        let certificate = holder.expect(tag::OCTET_STRING, "signer's certificate")?.value.to_vec();
        let algorithm = holder.expect(tag::OID, "signature algorithm")?.value.to_vec();
        if !old && inside.optional(tag::context(0))?.is_none() {
            // Extensions should be tagged; untagged ones occur in seals and may occur here.
            inside.optional(tag::SEQUENCE)?;
        }
        inside.end()?;
        let signature = fields.expect(tag::BIT_STRING, "signature value")?.bits()?.to_vec();
        let timestamp = match fields.optional(tag::context(0))? {
            Some(wrapped) => Some(stamping::token(&wrapped)?),
            None => None,
        };
        fields.end()?;
        if old != (seal.version < 4) {
            return Err(Error::Seal("version does not fit the structure"));
        }
        Ok(SealSignature {
            signed: signed.raw.to_vec(),
            certificate,
            algorithm,
            signature,
            version,
            seal,
            time,
            data_hash,
            property,
            timestamp,
        })
    }

    /// Certificate of the signer (签章者), DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// Certificate of the signer, parsed.
    pub fn signer(&self) -> Result<Certificate, Error> {
        Ok(Certificate::parse(&self.certificate)?)
    }

    /// Whether the algorithm is SM2 with SM3.
    pub fn algorithm_holds(&self) -> bool {
        is_sm2_sm3(&self.algorithm)
    }

    /// Checks the signer's signature over the original bytes of the signed part.
    pub fn verify_value(&self) -> Result<(), Error> {
        self.verify_by(&self.signer()?)
    }

    /// The same with the signer's certificate parsed already.
    pub(crate) fn verify_by(&self, signer: &Certificate) -> Result<(), Error> {
        Ok(signer.public()?.verify(&self.signed, &self.signature)?)
    }

    /// The signature value, DER: what a timestamp is over.
    pub fn value(&self) -> &[u8] {
        &self.signature
    }
}

/// GeneralizedTime or UTCTime; in version 1 a bit string holding one of them, as DER or as bare text.
fn time(tlv: &Tlv<'_>) -> Option<Utc> {
    if tlv.tag != tag::BIT_STRING {
        return Utc::from_tlv(tlv).ok();
    }
    let bytes = tlv.bits().ok()?;
    let inner = Tlv::only(bytes).ok().and_then(|inner| Utc::from_tlv(&inner).ok());
    let bare = |tag| Utc::from_tlv(&Tlv { tag, raw: bytes, value: bytes }).ok();
    inner.or_else(|| bare(tag::GENERALIZED_TIME)).or_else(|| bare(tag::UTC_TIME))
}

/// Makes SES_Signature of version 4 over the bytes of Signature.xml lying at `path` (absolute, ASCII).
pub(super) fn make(signing: &Signing<'_>, xml: &[u8], path: &str) -> Result<Vec<u8>, Error> {
    let signed = tlv::sequence(&[
        &tlv::integer(&[4]),
        signing.esl,
        &signing.at.generalized(),
        &tlv::bit_string(&sm3::hash(xml)),
        &tlv::put(tag::IA5, &[path.as_bytes()]),
    ]);
    let signature = signing.signer.sign(&signed, signing.chance)?;
    let timestamp = match &signing.timestamper {
        Some(timestamper) => stamping::wrapped(&timestamper.ask(&signature)?),
        None => Vec::new(),
    };
    Ok(tlv::sequence(&[
        &signed,
        &tlv::octets(signing.certificate.der()),
        &tlv::put(tag::OID, &[oid::SM2_WITH_SM3]),
        &tlv::bit_string(&signature),
        &timestamp,
    ]))
}
