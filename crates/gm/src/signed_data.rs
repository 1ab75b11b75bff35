//! GB/T 35275-2017 signed data, as OFD signatures of `Type="Sign"` and many e-licences carry it.
//!
//! Two profiles occur. A: the inner content is the SM3 of the file (sometimes its base64) and the signature is over that
//! content. B (PKCS#9 style): no content, signed attributes carry contentType, messageDigest and signingTime, and the
//! signature is over the attributes as a SET OF.

use crate::signer::Signer;
use crate::time::Utc;
use crate::tlv::{self, Reader, Tlv, tag};
use crate::x509::{Certificate, algorithm};
use crate::{Error, oid, sm3};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// How the signature is bound to the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// A: the content is the digest, the signature is over the content.
    Content,
    /// B: the signature is over signed attributes that hold the digest.
    Attributes,
}

/// Parsed signed data.
#[derive(Debug, Clone)]
pub struct SignedData {
    content: Option<Vec<u8>>,
    certificates: Vec<Certificate>,
    signers: Vec<SignerInfo>,
}

/// One signer as he stands inside signed data and signed-and-enveloped data.
#[derive(Debug, Clone)]
pub(crate) struct SignerInfo {
    issuer: Vec<u8>,
    serial: Vec<u8>,
    /// Signed attributes re-tagged as SET OF (0x31): what was signed under profile B.
    pub(crate) attributes: Option<Vec<u8>>,
    pub(crate) signature: Vec<u8>,
    /// Timestamps over the signature value, as they came.
    timestamps: Vec<Vec<u8>>,
    /// Identifiers of unsigned attributes that are no timestamps.
    unknown: Vec<String>,
}

/// What one signer's signature over a file was found to be.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Which profile bound it.
    pub profile: Profile,
    /// The signer's certificate as it came inside.
    pub signer: Certificate,
    /// Signing time claimed in the attributes.
    pub time: Option<Utc>,
    /// The signature value: what a timestamp is over.
    pub value: Vec<u8>,
    /// Timestamp tokens beside it, DER; they are not judged here.
    pub timestamps: Vec<Vec<u8>>,
    /// Dotted identifiers of other attributes that no signature covers.
    pub unknown: Vec<String>,
}

impl SignedData {
    /// Reads a ContentInfo of type signedData.
    pub fn parse(der: &[u8]) -> Result<SignedData, Error> {
        let mut fields = content_of(der, oid::GM_SIGNED_DATA)?.inside();
        version_one(&mut fields)?;
        only_sm3(&mut fields)?;
        let content = inner_content(&fields.expect(tag::SEQUENCE, "content")?)?;
        let (certificates, signers) = certificates_and_signers(&mut fields)?;
        fields.end()?;
        Ok(SignedData { content, certificates, signers })
    }

    /// Certificates carried inside.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// Checks every signer's signature over `file`; at least one signer, and all must hold.
    pub fn verify(&self, file: &[u8]) -> Result<Vec<Signed>, Error> {
        if self.signers.is_empty() {
            return Err(Error::Signature);
        }
        let digest = sm3::hash(file);
        self.signers.iter().map(|signer| self.verify_one(signer, &digest)).collect()
    }

    fn verify_one(&self, info: &SignerInfo, digest: &[u8; 32]) -> Result<Signed, Error> {
        let signer = info.certificate(&self.certificates)?;
        let (profile, time, message) = match (&info.attributes, &self.content) {
            (Some(attributes), content) => {
                if content.as_deref().is_some_and(|content| !is_digest(content, digest)) {
                    return Err(Error::Signature);
                }
                (Profile::Attributes, check_attributes(attributes, digest)?, attributes)
            }
            (None, Some(content)) if is_digest(content, digest) => {
                (Profile::Content, None, content)
            }
            (None, _) => return Err(Error::Signature),
        };
        signer.public()?.verify(message, &info.signature)?;
        Ok(info.signed(profile, signer.clone(), time))
    }
}

/// The content of a ContentInfo that must be of this type.
pub(crate) fn content_of<'a>(der: &'a [u8], id: &[u8]) -> Result<Tlv<'a>, Error> {
    let mut info = expect(der)?.inside();
    if info.expect(tag::OID, "content type")?.value != id {
        return Err(Error::Der("another content type"));
    }
    let wrapped = info.expect(tag::context(0), "content")?;
    info.end()?;
    expect(wrapped.value)
}

/// A SET of digest algorithms, of which every one must be SM3.
pub(crate) fn only_sm3(fields: &mut Reader<'_>) -> Result<(), Error> {
    let mut digests = fields.expect(tag::SET, "digest algorithms")?.inside();
    while !digests.is_empty() {
        if algorithm(&mut digests)? != oid::SM3 {
            return Err(Error::Algorithm("digest is not SM3"));
        }
    }
    Ok(())
}

/// The certificates of signed data; the lists that may follow are passed over.
pub(crate) fn certificates_only(fields: &mut Reader<'_>) -> Result<Vec<Certificate>, Error> {
    let mut certificates = Vec::new();
    if let Some(list) = fields.optional(tag::context(0))? {
        let mut reader = list.inside();
        while !reader.is_empty() {
            certificates.push(Certificate::parse(reader.any()?.raw)?);
        }
    }
    fields.optional(tag::context(1))?;
    Ok(certificates)
}

/// The end that signed data and signed-and-enveloped data share: certificates, lists (passed over) and signers.
pub(crate) fn certificates_and_signers(
    fields: &mut Reader<'_>,
) -> Result<(Vec<Certificate>, Vec<SignerInfo>), Error> {
    let certificates = certificates_only(fields)?;
    let mut signers = Vec::new();
    let mut reader = fields.expect(tag::SET, "signers")?.inside();
    while !reader.is_empty() {
        signers.push(SignerInfo::parse(&reader.expect(tag::SEQUENCE, "signer")?)?);
    }
    Ok((certificates, signers))
}

pub(crate) fn version_one(fields: &mut Reader<'_>) -> Result<(), Error> {
    match fields.expect(tag::INTEGER, "version")?.small()? {
        1 => Ok(()),
        _ => Err(Error::Der("version")),
    }
}

fn expect(der: &[u8]) -> Result<Tlv<'_>, Error> {
    let outer = Tlv::only(der)?;
    if outer.tag == tag::SEQUENCE { Ok(outer) } else { Err(Error::Der("signed data")) }
}

fn inner_content(info: &Tlv<'_>) -> Result<Option<Vec<u8>>, Error> {
    let mut fields = info.inside();
    if fields.expect(tag::OID, "inner content type")?.value != oid::GM_DATA {
        return Err(Error::Der("inner content is not data"));
    }
    let content = match fields.optional(tag::context(0))? {
        Some(wrapped) => {
            let octets = Tlv::only(wrapped.value)?;
            if octets.tag != tag::OCTET_STRING {
                return Err(Error::Der("inner content"));
            }
            Some(octets.value.to_vec())
        }
        None => None,
    };
    fields.end()?;
    Ok(content)
}

fn is_digest(content: &[u8], digest: &[u8; 32]) -> bool {
    content == digest || STANDARD.decode(content).is_ok_and(|decoded| decoded == digest)
}

/// The attributes must carry exactly one messageDigest equal to `digest`; the claimed time is handed back.
pub(crate) fn check_attributes(set: &[u8], digest: &[u8; 32]) -> Result<Option<Utc>, Error> {
    let (mut digests, mut time) = (0, None);
    let mut reader = Tlv::only(set)?.inside();
    while !reader.is_empty() {
        let mut fields = reader.expect(tag::SEQUENCE, "attribute")?.inside();
        let id = fields.expect(tag::OID, "attribute")?.value;
        let values = fields.expect(tag::SET, "attribute values")?;
        if id == oid::MESSAGE_DIGEST {
            digests += 1;
            if Tlv::only(values.value)?.value != digest {
                return Err(Error::Signature);
            }
        } else if id == oid::SIGNING_TIME {
            time = Some(Utc::from_tlv(&Tlv::only(values.value)?)?);
        }
    }
    if digests == 1 { Ok(time) } else { Err(Error::Signature) }
}

impl SignerInfo {
    /// The signer's certificate among those that came along.
    pub(crate) fn certificate<'a>(
        &self,
        among: &'a [Certificate],
    ) -> Result<&'a Certificate, Error> {
        among
            .iter()
            .find(|c| c.issuer() == self.issuer && c.serial() == self.serial)
            .ok_or(Error::Der("signer's certificate is missing"))
    }

    /// What this signer's signature was found to be, once it holds.
    pub(crate) fn signed(
        &self,
        profile: Profile,
        signer: Certificate,
        time: Option<Utc>,
    ) -> Signed {
        let (value, timestamps) = (self.signature.clone(), self.timestamps.clone());
        Signed { profile, signer, time, value, timestamps, unknown: self.unknown.clone() }
    }

    pub(crate) fn parse(tlv: &Tlv<'_>) -> Result<SignerInfo, Error> {
        let mut fields = tlv.inside();
        version_one(&mut fields)?;
        let mut id: Reader<'_> = fields.expect(tag::SEQUENCE, "issuer and serial")?.inside();
        let issuer = id.expect(tag::SEQUENCE, "issuer")?.raw.to_vec();
        let serial = id.expect(tag::INTEGER, "serial")?.value.to_vec();
        id.end()?;
        if algorithm(&mut fields)? != oid::SM3 {
            return Err(Error::Algorithm("digest is not SM3"));
        }
        let attributes =
            fields.optional(tag::context(0))?.map(|set| tlv::put(tag::SET, &[set.value]));
        let method = algorithm(&mut fields)?;
        if method != oid::SM2_SIGN && method != oid::SM2_WITH_SM3 {
            return Err(Error::Algorithm("signature is not SM2"));
        }
        let signature = fields.expect(tag::OCTET_STRING, "signature")?.value.to_vec();
        let unsigned = fields.optional(tag::context(1))?;
        fields.end()?;
        let (mut timestamps, mut unknown) = (Vec::new(), Vec::new());
        if let Some(set) = unsigned {
            let mut list = set.inside();
            while !list.is_empty() {
                let mut one = list.expect(tag::SEQUENCE, "unsigned attribute")?.inside();
                let id = one.expect(tag::OID, "unsigned attribute")?.value;
                let mut values = one.expect(tag::SET, "unsigned attribute")?.inside();
                one.end()?;
                match id == oid::TIME_STAMP_TOKEN {
                    true => {
                        timestamps.push(values.expect(tag::SEQUENCE, "timestamp")?.raw.to_vec())
                    }
                    false => unknown.push(oid::dotted(id)),
                }
            }
        }
        Ok(SignerInfo { issuer, serial, attributes, signature, timestamps, unknown })
    }
}

/// Signs `file` into a detached ContentInfo. `at` is the signing time of profile B (profile A carries none).
pub fn sign(
    file: &[u8],
    signer: &Signer,
    certificate: &Certificate,
    at: Utc,
    profile: Profile,
) -> Result<Vec<u8>, Error> {
    sign_stamped(file, signer, certificate, at, profile, |_| Ok(None))
}

/// As [`sign`], with a timestamp as RFC 3161 appendix A puts it: `stamp` is handed the signature value and gives a token
/// over it, or none.
pub fn sign_stamped<E: From<Error>>(
    file: &[u8],
    signer: &Signer,
    certificate: &Certificate,
    at: Utc,
    profile: Profile,
    stamp: impl FnOnce(&[u8]) -> Result<Option<Vec<u8>>, E>,
) -> Result<Vec<u8>, E> {
    let digest = sm3::hash(file);
    let (content, attributes, signature) = match profile {
        Profile::Content => {
            let content = tlv::put(tag::context(0), &[&tlv::octets(&digest)]);
            (content, Vec::new(), signer.sign(&digest, None)?)
        }
        Profile::Attributes => {
            let body = attributes(&digest, at);
            let signature = signer.sign(&tlv::put(tag::SET, &[&body]), None)?;
            (Vec::new(), tlv::put(tag::context(0), &[&body]), signature)
        }
    };
    let unsigned = stamp(&signature)?.map(|token| {
        let id = tlv::put(tag::OID, &[oid::TIME_STAMP_TOKEN]);
        let one = tlv::sequence(&[&id, &tlv::put(tag::SET, &[&token])]);
        tlv::put(tag::context(1), &[&one])
    });
    let info = signer_info(certificate, &attributes, &signature, &unsigned.unwrap_or_default());
    let data = tlv::sequence(&[
        &tlv::integer(&[1]),
        &tlv::put(tag::SET, &[&algorithm_of(oid::SM3)]),
        &tlv::sequence(&[&tlv::put(tag::OID, &[oid::GM_DATA]), &content]),
        &tlv::put(tag::context(0), &[certificate.der()]),
        &tlv::put(tag::SET, &[&info]),
    ]);
    Ok(content_info(oid::GM_SIGNED_DATA, &data))
}

/// `AlgorithmIdentifier` without parameters.
pub(crate) fn algorithm_of(id: &[u8]) -> Vec<u8> {
    tlv::sequence(&[&tlv::put(tag::OID, &[id])])
}

/// `IssuerAndSerialNumber` of a certificate.
pub(crate) fn issuer_and_serial(certificate: &Certificate) -> Vec<u8> {
    tlv::sequence(&[certificate.issuer(), &tlv::put(tag::INTEGER, &[certificate.serial()])])
}

/// `ContentInfo` of a type around its content.
pub(crate) fn content_info(id: &[u8], data: &[u8]) -> Vec<u8> {
    tlv::sequence(&[&tlv::put(tag::OID, &[id]), &tlv::put(tag::context(0), &[data])])
}

fn signer_info(
    certificate: &Certificate,
    attributes: &[u8],
    signature: &[u8],
    unsigned: &[u8],
) -> Vec<u8> {
    tlv::sequence(&[
        &tlv::integer(&[1]),
        &issuer_and_serial(certificate),
        &algorithm_of(oid::SM3),
        attributes,
        &algorithm_of(oid::SM2_SIGN),
        &tlv::octets(signature),
        unsigned,
    ])
}

/// A SignerInfo under profile B over the digest of some content.
pub(crate) fn attributed_signer(
    digest: &[u8; 32],
    signer: &Signer,
    certificate: &Certificate,
    at: Utc,
) -> Result<Vec<u8>, Error> {
    let body = attributes(digest, at);
    let signature = signer.sign(&tlv::put(tag::SET, &[&body]), None)?;
    Ok(signer_info(certificate, &tlv::put(tag::context(0), &[&body]), &signature, &[]))
}

/// Signed attributes in DER order of a SET OF (sorted by their encodings).
fn attributes(digest: &[u8; 32], at: Utc) -> Vec<u8> {
    let attribute = |id: &[u8], value: &[u8]| {
        tlv::sequence(&[&tlv::put(tag::OID, &[id]), &tlv::put(tag::SET, &[value])])
    };
    let mut list = [
        attribute(oid::CONTENT_TYPE, &tlv::put(tag::OID, &[oid::GM_DATA])),
        attribute(oid::SIGNING_TIME, &at.certificate_time()),
        attribute(oid::MESSAGE_DIGEST, &tlv::octets(digest)),
    ];
    list.sort();
    list.concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sm2::Keypair;
    use crate::x509::{Issuer, Kind, Name, Spec, issue};

    fn party() -> (Signer, Certificate) {
        let signer = Signer::Soft(Keypair::generate([8; 32]));
        let name = Name::new("示例", "签名人");
        let spec = Spec {
            serial: &[0x80],
            subject: &name,
            public: signer.public(),
            kind: Kind::Authority { path_len: None },
            not_before: Utc(0),
            not_after: Utc(4_000_000_000),
        };
        let certificate = issue(&spec, Issuer::Itself, &signer).unwrap();
        (signer, certificate)
    }

    #[test]
    fn both_profiles_hold_and_no_changed_bit_does() {
        let (signer, certificate) = party();
        let other = [b"file", certificate.der()].concat();
        for profile in [Profile::Content, Profile::Attributes] {
            let der = sign(&other, &signer, &certificate, Utc(1_700_000_000), profile).unwrap();
            let signed = SignedData::parse(&der).unwrap().verify(&other).unwrap();
            assert_eq!((signed.len(), signed[0].profile), (1, profile));
            assert_eq!(
                signed[0].time,
                (profile == Profile::Attributes).then_some(Utc(1_700_000_000))
            );
            assert!(SignedData::parse(&der).unwrap().verify(b"other").is_err());
            for cut in 0..der.len() {
                assert!(SignedData::parse(&der[..cut]).is_err());
            }
            // A changed bit inside the certificate is the chain's business; nothing else may change.
            let own = certificate.der();
            let at = der.windows(own.len()).position(|window| window == own).unwrap();
            for bit in 0..der.len() * 8 {
                let mut bad = der.clone();
                bad[bit / 8] ^= 1 << (bit % 8);
                if let Ok(data) = SignedData::parse(&bad) {
                    assert!(data.verify(b"other").is_err());
                    let inside = (at..at + own.len()).contains(&(bit / 8));
                    assert!(inside || data.verify(&other).is_err(), "bit {bit}");
                }
            }
        }
    }

    #[test]
    fn timestamps_travel_beside_the_signature() {
        let (signer, certificate) = party();
        let at = Utc(1_700_000_000);
        let token = tlv::sequence(&[&tlv::integer(&[5])]);
        for profile in [Profile::Content, Profile::Attributes] {
            let mut asked = Vec::new();
            let stamp = |value: &[u8]| {
                asked = value.to_vec();
                Ok::<_, Error>(Some(token.clone()))
            };
            let der = sign_stamped(b"file", &signer, &certificate, at, profile, stamp).unwrap();
            let signed = SignedData::parse(&der).unwrap().verify(b"file").unwrap();
            assert_eq!((&signed[0].value, &signed[0].timestamps), (&asked, &vec![token.clone()]));
            assert!(signed[0].unknown.is_empty());
            let refused = |_: &[u8]| Err(Error::Key);
            let end = sign_stamped(b"file", &signer, &certificate, at, profile, refused);
            assert_eq!(end, Err(Error::Key));
            // An attribute that nothing signs and nobody knows is told.
            let id = der.windows(11).position(|w| w == oid::TIME_STAMP_TOKEN).unwrap();
            let mut other = der.clone();
            other[id + 10] ^= 1;
            let signed = SignedData::parse(&other).unwrap().verify(b"file").unwrap();
            assert_eq!(signed[0].unknown, ["1.2.840.113549.1.9.16.2.15"]);
            assert!(signed[0].timestamps.is_empty());
        }
    }
}
