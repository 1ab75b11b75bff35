//! GB/T 35275-2017 enveloped data (a letter for named holders of certificates), signed-and-enveloped data (a letter
//! that also says from whom it is) and encrypted data (under a key both sides have).
//!
//! The content lies under SM4-CBC, the only mode the standard's readers share; its key lies under SM2 for each
//! recipient. CBC does not notice changes and an envelope alone does not say who filled it: whoever must know takes
//! signed-and-enveloped data. Every fault behind the outer form is the same [`Error::Sealed`], so that answers tell
//! a forger nothing about where he was wrong.

use crate::encryption::{self, Encrypted};
use crate::signed_data::{
    Profile, Signed, SignerInfo, algorithm_of, attributed_signer, certificates_and_signers,
    check_attributes, content_info, content_of, issuer_and_serial, only_sm3, version_one,
};
use crate::signer::Signer;
use crate::sm2::Keypair;
use crate::sm4::KEY;
use crate::sm4_modes::{self, BLOCK};
use crate::time::Utc;
use crate::tlv::{self, Reader, Tlv, tag};
use crate::x509::{Certificate, KeyUsage, algorithm};
use crate::{Error, oid, sm3};

/// Most recipients of one letter.
pub const RECIPIENTS: usize = 256;

/// Usages of which a recipient's certificate must have one, if it restricts its key.
const FOR_LETTERS: KeyUsage =
    KeyUsage::KEY_ENCIPHERMENT.and(KeyUsage::DATA_ENCIPHERMENT).and(KeyUsage::KEY_AGREEMENT);

/// For whom a letter is: one who can open it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    issuer: Vec<u8>,
    serial: Vec<u8>,
    key: Encrypted,
}

impl Recipient {
    /// Issuer of the recipient's certificate, DER.
    pub fn issuer(&self) -> &[u8] {
        &self.issuer
    }

    /// Serial number of the recipient's certificate, content bytes of the INTEGER.
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// The key of the content as it is encrypted for this recipient.
    pub fn encrypted_key(&self) -> &Encrypted {
        &self.key
    }

    fn parse(tlv: &Tlv<'_>) -> Result<Recipient, Error> {
        let mut fields = tlv.inside();
        version_one(&mut fields)?;
        let mut id = fields.expect(tag::SEQUENCE, "recipient")?.inside();
        let issuer = id.expect(tag::SEQUENCE, "issuer")?.raw.to_vec();
        let serial = id.expect(tag::INTEGER, "serial")?.value.to_vec();
        id.end()?;
        if algorithm(&mut fields)? != oid::SM2_ENCRYPT {
            return Err(Error::Algorithm("key is not encrypted with SM2"));
        }
        let key = Encrypted::from_der(fields.expect(tag::OCTET_STRING, "encrypted key")?.value)?;
        fields.end()?;
        Ok(Recipient { issuer, serial, key })
    }
}

/// Content under SM4-CBC.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Locked {
    vector: [u8; BLOCK],
    cipher: Vec<u8>,
}

impl Locked {
    fn make(key: &[u8; KEY], vector: [u8; BLOCK], plain: &[u8]) -> Locked {
        Locked { vector, cipher: sm4_modes::cbc_encrypt(key, &vector, plain) }
    }

    /// `EncryptedContentInfo { contentType, algorithm, [0] IMPLICIT OCTET STRING }`.
    fn der(&self) -> Vec<u8> {
        tlv::sequence(&[
            &tlv::put(tag::OID, &[oid::GM_DATA]),
            &tlv::sequence(&[&tlv::put(tag::OID, &[oid::SM4_CBC]), &tlv::octets(&self.vector)]),
            &tlv::put(tag::context_primitive(0), &[&self.cipher]),
        ])
    }

    fn parse(tlv: &Tlv<'_>) -> Result<Locked, Error> {
        let mut fields = tlv.inside();
        if fields.expect(tag::OID, "content type")?.value != oid::GM_DATA {
            return Err(Error::Der("inner content is not data"));
        }
        let mut method = fields.expect(tag::SEQUENCE, "content algorithm")?.inside();
        let id = method.expect(tag::OID, "content algorithm")?.value;
        // Some write the cipher without its mode and mean CBC; the vector beside it shows that they do.
        if id != oid::SM4_CBC && id != oid::SM4 {
            return Err(Error::Algorithm("content is not under SM4-CBC"));
        }
        let vector = method.expect(tag::OCTET_STRING, "vector")?.value;
        let vector = vector.try_into().map_err(|_| Error::Der("vector"))?;
        method.end()?;
        let cipher = fields.expect(tag::context_primitive(0), "encrypted content")?.value.to_vec();
        // Two optional pieces of shared information may follow; they say nothing about the content.
        fields.optional(tag::context_primitive(1))?;
        fields.optional(tag::context_primitive(2))?;
        fields.end()?;
        Ok(Locked { vector, cipher })
    }

    fn open(&self, key: &[u8; KEY]) -> Result<Vec<u8>, Error> {
        sm4_modes::cbc_decrypt(key, &self.vector, &self.cipher)
    }
}

/// A letter: content that only its recipients can read. It does not say from whom it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enveloped {
    recipients: Vec<Recipient>,
    content: Locked,
}

impl Enveloped {
    /// Reads a ContentInfo of type envelopedData.
    ///
    /// # Errors
    /// [`Error::Der`] for another form, [`Error::Algorithm`] for another cipher.
    pub fn parse(der: &[u8]) -> Result<Enveloped, Error> {
        let data = content_of(der, oid::GM_ENVELOPED_DATA)?;
        let mut fields = data.inside();
        version_one(&mut fields)?;
        let recipients = recipients(&mut fields)?;
        let content = Locked::parse(&fields.expect(tag::SEQUENCE, "encrypted content")?)?;
        fields.end()?;
        Ok(Enveloped { recipients, content })
    }

    /// Who can open it.
    pub fn recipients(&self) -> &[Recipient] {
        &self.recipients
    }

    /// Opens it with the key of the certificate it was addressed to.
    ///
    /// # Errors
    /// [`Error::Sealed`] when it is for others, or something was changed.
    pub fn open(&self, certificate: &Certificate, pair: &Keypair) -> Result<Vec<u8>, Error> {
        self.content.open(&content_key(&self.recipients, certificate, pair)?)
    }
}

/// A letter that its sender signed; the signature lies inside, over the plain content.
#[derive(Debug, Clone)]
pub struct SignedEnveloped {
    recipients: Vec<Recipient>,
    content: Locked,
    certificates: Vec<Certificate>,
    signers: Vec<SignerInfo>,
}

impl SignedEnveloped {
    /// Reads a ContentInfo of type signedAndEnvelopedData.
    ///
    /// # Errors
    /// [`Error::Der`] for another form, [`Error::Algorithm`] for other ciphers, digests and signatures.
    pub fn parse(der: &[u8]) -> Result<SignedEnveloped, Error> {
        let data = content_of(der, oid::GM_SIGNED_ENVELOPED_DATA)?;
        let mut fields = data.inside();
        version_one(&mut fields)?;
        let recipients = recipients(&mut fields)?;
        only_sm3(&mut fields)?;
        let content = Locked::parse(&fields.expect(tag::SEQUENCE, "encrypted content")?)?;
        let (certificates, signers) = certificates_and_signers(&mut fields)?;
        fields.end()?;
        Ok(SignedEnveloped { recipients, content, certificates, signers })
    }

    /// Who can open it.
    pub fn recipients(&self) -> &[Recipient] {
        &self.recipients
    }

    /// Certificates carried along.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// Opens it and checks every signature; there is at least one, and all hold. Whether the signers may be
    /// trusted is for [`crate::x509::chain_verify`] to say.
    ///
    /// # Errors
    /// [`Error::Sealed`] for everything: not for this key, changed, not signed, signed over something else.
    pub fn open(
        &self,
        certificate: &Certificate,
        pair: &Keypair,
    ) -> Result<(Vec<u8>, Vec<Signed>), Error> {
        let plain = self.content.open(&content_key(&self.recipients, certificate, pair)?)?;
        let digest = sm3::hash(&plain);
        let judge = |info: &SignerInfo| self.judge(info, &plain, &digest);
        let signed: Result<Vec<Signed>, Error> = self.signers.iter().map(judge).collect();
        match signed {
            Ok(signed) if !signed.is_empty() => Ok((plain, signed)),
            _ => Err(Error::Sealed),
        }
    }

    fn judge(&self, info: &SignerInfo, plain: &[u8], digest: &[u8; 32]) -> Result<Signed, Error> {
        let signer = info.certificate(&self.certificates)?.clone();
        let (profile, time, message) = match &info.attributes {
            Some(set) => (Profile::Attributes, check_attributes(set, digest)?, &set[..]),
            // A signature over attributes, with the attributes passed off as the content, must not hold.
            None if Tlv::only(plain).is_ok_and(|tlv| tlv.tag == tag::SET) => {
                return Err(Error::Signature);
            }
            None => (Profile::Content, None, plain),
        };
        signer.public()?.verify(message, &info.signature)?;
        Ok(info.signed(profile, signer, time))
    }
}

fn recipients(fields: &mut Reader<'_>) -> Result<Vec<Recipient>, Error> {
    let mut list = fields.expect(tag::SET, "recipients")?.inside();
    let mut out = Vec::new();
    while !list.is_empty() {
        if out.len() == RECIPIENTS {
            return Err(Error::Der("too many recipients"));
        }
        out.push(Recipient::parse(&list.expect(tag::SEQUENCE, "recipient")?)?);
    }
    if out.is_empty() { Err(Error::Der("no recipient")) } else { Ok(out) }
}

fn content_key(
    recipients: &[Recipient],
    certificate: &Certificate,
    pair: &Keypair,
) -> Result<[u8; KEY], Error> {
    let ours =
        |r: &&Recipient| r.issuer == certificate.issuer() && r.serial == certificate.serial();
    let recipient = recipients.iter().find(ours).ok_or(Error::Sealed)?;
    let key = encryption::decrypt(pair, &recipient.key).map_err(|_| Error::Sealed)?;
    key[..].try_into().map_err(|_| Error::Sealed)
}

/// Fresh values out of one piece of chance: a keyed hash for each purpose, so that the vector, which is public,
/// says nothing about the key.
struct Chance([u8; 32]);

impl Chance {
    fn take(&self, what: &str, number: u32) -> [u8; 32] {
        sm3::hmac(&self.0, &[what.as_bytes(), &number.to_be_bytes()].concat())
    }

    fn half(&self, what: &str) -> [u8; 16] {
        let mut out = [0; 16];
        out.copy_from_slice(&self.take(what, 0)[..16]);
        out
    }
}

/// Locks the content and encrypts its key for everybody: the parts that both kinds of letter share.
fn lock(plain: &[u8], to: &[Certificate], chance: [u8; 32]) -> Result<(Vec<u8>, Vec<u8>), Error> {
    if to.is_empty() || to.len() > RECIPIENTS {
        return Err(Error::Der("recipients"));
    }
    let chance = Chance(chance);
    let key = chance.half("key");
    let mut infos = Vec::new();
    for (number, certificate) in to.iter().enumerate() {
        if !certificate.usage().is_none_or(|usage| usage.any_of(FOR_LETTERS)) {
            return Err(Error::Key);
        }
        let own = chance.take("recipient", number as u32);
        let sealed = encryption::encrypt(certificate.public()?, &key, own)?;
        infos.push(tlv::sequence(&[
            &tlv::integer(&[1]),
            &issuer_and_serial(certificate),
            &algorithm_of(oid::SM2_ENCRYPT),
            &tlv::octets(&sealed.der()),
        ]));
    }
    infos.sort();
    let set = tlv::put(tag::SET, &infos.iter().map(Vec::as_slice).collect::<Vec<_>>());
    Ok((set, Locked::make(&key, chance.half("vector"), plain).der()))
}

/// Makes a letter for the holders of these certificates. `chance` is 32 fresh random bytes.
///
/// # Errors
/// [`Error::Key`] for a certificate whose key is not for encryption, [`Error::Der`] for no recipient or too many.
pub fn seal(plain: &[u8], to: &[Certificate], chance: [u8; 32]) -> Result<Vec<u8>, Error> {
    let (recipients, content) = lock(plain, to, chance)?;
    let data = tlv::sequence(&[&tlv::integer(&[1]), &recipients, &content]);
    Ok(content_info(oid::GM_ENVELOPED_DATA, &data))
}

/// Who signs a letter.
#[derive(Debug, Clone, Copy)]
pub struct Sender<'a> {
    /// Holds the key.
    pub signer: &'a Signer,
    /// The certificate of that key; it goes along.
    pub certificate: &'a Certificate,
    /// The time of signing, as the sender claims it.
    pub at: Utc,
}

/// Makes a signed letter: signed over attributes that hold the digest of the content (profile B).
///
/// # Errors
/// As [`seal`]; [`Error::Key`] also when the sender's certificate is of another key.
pub fn seal_signed(
    plain: &[u8],
    to: &[Certificate],
    from: Sender<'_>,
    chance: [u8; 32],
) -> Result<Vec<u8>, Error> {
    if !from.certificate.public()?.is_same_point(from.signer.public()) {
        return Err(Error::Key);
    }
    let (recipients, content) = lock(plain, to, chance)?;
    let info = attributed_signer(&sm3::hash(plain), from.signer, from.certificate, from.at)?;
    let data = tlv::sequence(&[
        &tlv::integer(&[1]),
        &recipients,
        &tlv::put(tag::SET, &[&algorithm_of(oid::SM3)]),
        &content,
        &tlv::put(tag::context(0), &[from.certificate.der()]),
        &tlv::put(tag::SET, &[&info]),
    ]);
    Ok(content_info(oid::GM_SIGNED_ENVELOPED_DATA, &data))
}

/// Encrypted data under a key that both sides have. `vector` is fresh chance for every message.
pub fn encrypt(plain: &[u8], key: &[u8; KEY], vector: [u8; BLOCK]) -> Vec<u8> {
    let content = Locked::make(key, vector, plain).der();
    let data = tlv::sequence(&[&tlv::integer(&[1]), &content]);
    content_info(oid::GM_ENCRYPTED_DATA, &data)
}

/// Opens a ContentInfo of type encryptedData.
///
/// # Errors
/// [`Error::Der`] and [`Error::Algorithm`] for another form, [`Error::Sealed`] when the padding shows another key or
/// a change. It cannot notice every change: CBC has no tag.
pub fn decrypt(der: &[u8], key: &[u8; KEY]) -> Result<Vec<u8>, Error> {
    let data = content_of(der, oid::GM_ENCRYPTED_DATA)?;
    let mut fields = data.inside();
    version_one(&mut fields)?;
    let content = Locked::parse(&fields.expect(tag::SEQUENCE, "encrypted content")?)?;
    fields.end()?;
    content.open(key)
}

#[cfg(test)]
mod tests;
