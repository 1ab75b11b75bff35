//! Certificate requests (PKCS#10, RFC 2986) for SM2 keys: made by whoever holds a key, judged before a
//! certificate is issued. That a request is signed proves only that its maker holds the key.

use super::{Name, algorithm, name};
use crate::signer::Signer;
use crate::sm2::PublicKey;
use crate::tlv::{self, Tlv, tag};
use crate::{Error, keys, oid};

/// A parsed request; its signature has been checked.
#[derive(Debug, Clone)]
pub struct Request {
    subject: Vec<u8>,
    public: PublicKey,
}

/// Makes a request for a name and the signer's own key, without attributes.
pub fn request(subject: &Name, signer: &Signer) -> Result<Vec<u8>, Error> {
    let info = tlv::sequence(&[
        &tlv::integer(&[]),
        &subject.der(),
        &keys::spki(signer.public()),
        &tlv::put(tag::context(0), &[]),
    ]);
    let algorithm = tlv::sequence(&[&tlv::put(tag::OID, &[oid::SM2_WITH_SM3])]);
    let signature = signer.sign(&info, None)?;
    Ok(tlv::sequence(&[&info, &algorithm, &tlv::bit_string(&signature)]))
}

impl Request {
    /// Reads a DER request and checks that the key in it signed it. Attributes are passed over: what a
    /// certificate is for is decided by its issuer, not by whoever asks.
    ///
    /// # Errors
    /// [`Error::Signature`] when the key did not sign, [`Error::Algorithm`] for another family's.
    pub fn parse(der: &[u8]) -> Result<Request, Error> {
        let mut outer = super::expect_sequence(der)?;
        let info = outer.expect(tag::SEQUENCE, "request")?;
        if algorithm(&mut outer)? != oid::SM2_WITH_SM3 {
            return Err(Error::Algorithm("request is not signed with SM2-SM3"));
        }
        let signature = outer.expect(tag::BIT_STRING, "request signature")?.bits()?;
        outer.end()?;
        let mut fields = info.inside();
        if fields.expect(tag::INTEGER, "request version")?.small()? != 0 {
            return Err(Error::Der("request version"));
        }
        let subject = fields.expect(tag::SEQUENCE, "subject")?;
        let public = keys::public_from_spki(fields.expect(tag::SEQUENCE, "public key")?.raw)?;
        let attributes: Option<Tlv<'_>> = fields.optional(tag::context(0))?;
        let mut list = attributes.map_or(tlv::Reader::new(&[]), |a| a.inside());
        while !list.is_empty() {
            list.expect(tag::SEQUENCE, "attribute")?;
        }
        fields.end()?;
        public.verify(info.raw, signature)?;
        Ok(Request { subject: subject.raw.to_vec(), public })
    }

    /// The name asked for, DER.
    pub fn subject(&self) -> &[u8] {
        &self.subject
    }

    /// The name asked for, as text.
    pub fn subject_text(&self) -> String {
        name::text(&self.subject)
    }

    /// The key whose holder asks.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }
}
