//! Electronic seals and seal signatures: structures of GB/T 38540-2020 (version 4), its relative version 5 and, when reading,
//! GM/T 0031-2014 (version 1). Original bytes are kept; nothing is judged over re-encoded data.

mod make;
mod placing;
mod sign;
mod signature;
mod stamping;

pub use make::{SealSpec, make_seal};
pub use placing::{Placing, Position, Side};
pub use sign::{Bare, Mode, Signing, sign, sign_bare};
pub use signature::SealSignature;
pub use stamping::{Ask, Timestamper};

use crate::Error;
use gm::time::Utc;
use gm::tlv::{self, Reader, Tlv, tag};
use gm::x509::Certificate;
use gm::{oid, sm3};

/// Picture of a seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Format as written: `PNG`, `GIF`, `ofd` and others occur.
    pub kind: String,
    /// Its bytes.
    pub data: Vec<u8>,
    /// Width in mm.
    pub width: u32,
    /// Height in mm.
    pub height: u32,
}

/// Who may sign with a seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allowed {
    /// Certificates themselves, DER (certListType 1).
    Certificates(Vec<Vec<u8>>),
    /// Digests of certificates: algorithm as written, value (certListType 2).
    Digests(Vec<(String, Vec<u8>)>),
}

/// How a certificate stands to the list of a seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// It is in the list.
    Yes,
    /// The list holds a certificate of the same key with other bytes: one of the two was changed.
    Changed,
    /// It is not in the list.
    No,
}

/// A parsed seal (SESeal).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    raw: Vec<u8>,
    signed: Vec<u8>,
    maker: Vec<u8>,
    algorithm: Vec<u8>,
    signature: Vec<u8>,
    header_id: String,
    timestamp: Option<Vec<u8>>,
    /// 1, 4 or 5.
    pub version: u32,
    /// Vendor.
    pub vendor: String,
    /// Identifier of the seal.
    pub id: String,
    /// Type: 1 法定名称章, 2 财务专用章, 3 发票专用章, 4 合同专用章, 5 法定代表人名章, 99 others.
    pub kind: u32,
    /// Name.
    pub name: String,
    /// Who may sign with it.
    pub allowed: Allowed,
    /// When it was made.
    pub created: Utc,
    /// First second of validity.
    pub valid_from: Utc,
    /// Last second of validity.
    pub valid_to: Utc,
    /// Its picture.
    pub picture: Picture,
}

/// Fields of SES_SealInfo before they become a [`Seal`].
struct Info {
    header_id: String,
    version: u32,
    vendor: String,
    id: String,
    property: Property,
    picture: Picture,
}

/// Fields of SES_ESPropertyInfo.
struct Property {
    kind: u32,
    name: String,
    allowed: Allowed,
    created: Utc,
    valid_from: Utc,
    valid_to: Utc,
}

impl Seal {
    /// Reads a seal of version 1, 4 or 5.
    pub fn parse(der: &[u8]) -> Result<Seal, Error> {
        let outer = sequence(der, "seal")?;
        let count = elements(&outer)?;
        let mut fields = outer.inside();
        let info_tlv = fields.expect(tag::SEQUENCE, "seal information")?;
        let info = Info::parse(&info_tlv)?;
        // Two elements are version 1; its signature covers certificate and algorithm as well.
        let old = count == 2;
        if old != (info.version < 4) {
            return Err(Error::Seal("version does not fit the structure"));
        }
        if old {
            fields = fields.expect(tag::SEQUENCE, "seal signature")?.inside();
        }
        let maker = fields.expect(tag::OCTET_STRING, "maker's certificate")?;
        let algorithm = fields.expect(tag::OID, "seal algorithm")?;
        let signature = fields.expect(tag::BIT_STRING, "seal signature")?.bits()?.to_vec();
        let timestamp = match fields.optional(tag::context(0))? {
            Some(wrapped) if !old => Some(stamping::token(&wrapped)?),
            Some(_) => return Err(Error::Seal("timestamp in an old seal")),
            None => None,
        };
        fields.end()?;
        let signed = match old {
            true => tlv::sequence(&[info_tlv.raw, maker.raw, algorithm.raw]),
            false => info_tlv.raw.to_vec(),
        };
        Ok(Seal {
            raw: der.to_vec(),
            signed,
            maker: maker.value.to_vec(),
            algorithm: algorithm.value.to_vec(),
            signature,
            header_id: info.header_id,
            timestamp,
            version: info.version,
            vendor: info.vendor,
            id: info.id,
            kind: info.property.kind,
            name: info.property.name,
            allowed: info.property.allowed,
            created: info.property.created,
            valid_from: info.property.valid_from,
            valid_to: info.property.valid_to,
            picture: info.picture,
        })
    }

    /// The bytes as they came.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Certificate of the maker (制章者).
    pub fn maker(&self) -> Result<Certificate, Error> {
        Ok(Certificate::parse(&self.maker)?)
    }

    /// Whether the header says `ES`, as both standards demand.
    pub fn header_holds(&self) -> bool {
        self.header_id == "ES"
    }

    /// Whether the algorithm is SM2 with SM3.
    pub fn algorithm_holds(&self) -> bool {
        is_sm2_sm3(&self.algorithm)
    }

    /// The timestamp token over its signature value, as it came (version 5); [`crate::verify`] judges it.
    pub fn timestamp(&self) -> Option<&[u8]> {
        self.timestamp.as_deref()
    }

    /// The maker's signature value, DER: what a timestamp is over.
    pub fn value(&self) -> &[u8] {
        &self.signature
    }

    /// Checks the maker's signature over the original bytes.
    pub fn verify_value(&self) -> Result<(), Error> {
        self.verify_by(&self.maker()?)
    }

    /// The same with the maker's certificate parsed already.
    pub(crate) fn verify_by(&self, maker: &Certificate) -> Result<(), Error> {
        Ok(maker.public()?.verify(&self.signed, &self.signature)?)
    }

    /// How a signer's certificate (DER) stands to the list.
    pub fn listed(&self, certificate: &[u8]) -> Listed {
        let held = match &self.allowed {
            Allowed::Certificates(list) => list.iter().any(|c| c == certificate),
            Allowed::Digests(list) => {
                let digest = sm3::hash(certificate);
                list.iter().any(|(_, value)| *value == digest)
            }
        };
        if held {
            return Listed::Yes;
        }
        let key = |der: &[u8]| Certificate::parse(der).ok().and_then(|c| c.public().ok().cloned());
        let changed = match (&self.allowed, key(certificate)) {
            (Allowed::Certificates(list), Some(own)) => {
                list.iter().any(|c| key(c).as_ref() == Some(&own))
            }
            _ => false,
        };
        if changed { Listed::Changed } else { Listed::No }
    }
}

/// Accepts the identifier of the standard, and the one without its `.1` that a widespread library writes.
pub(crate) fn is_sm2_sm3(algorithm: &[u8]) -> bool {
    /// 1.2.156.10197.501
    const MISSPELT: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x83, 0x75];
    algorithm == oid::SM2_WITH_SM3 || algorithm == MISSPELT
}

fn sequence<'a>(der: &'a [u8], what: &'static str) -> Result<Tlv<'a>, Error> {
    let outer = Tlv::only(der)?;
    if outer.tag == tag::SEQUENCE { Ok(outer) } else { Err(Error::Seal(what)) }
}

fn elements(outer: &Tlv<'_>) -> Result<usize, Error> {
    let mut reader = outer.inside();
    let mut count = 0;
    while !reader.is_empty() {
        reader.any()?;
        count += 1;
    }
    Ok(count)
}

/// A character string of whatever string type: vendors differ (name as PrintableString, identifier as UTF8String).
fn text(reader: &mut Reader<'_>, what: &'static str) -> Result<String, Error> {
    let tlv = reader.any()?;
    if !matches!(tlv.tag, tag::UTF8 | tag::PRINTABLE | tag::IA5) {
        return Err(Error::Seal(what));
    }
    Ok(tlv.text()?.to_owned())
}

impl Info {
    fn parse(tlv: &Tlv<'_>) -> Result<Info, Error> {
        let mut fields = tlv.inside();
        let mut header = fields.expect(tag::SEQUENCE, "header")?.inside();
        let header_id = text(&mut header, "header")?;
        let version = header.expect(tag::INTEGER, "version")?.small()?;
        let vendor = text(&mut header, "vendor")?;
        header.end()?;
        let id = text(&mut fields, "seal identifier")?;
        let property = Property::parse(&fields.expect(tag::SEQUENCE, "properties")?, version)?;
        let mut shown = fields.expect(tag::SEQUENCE, "picture")?.inside();
        let picture = Picture {
            kind: text(&mut shown, "picture type")?,
            data: shown.expect(tag::OCTET_STRING, "picture")?.value.to_vec(),
            width: shown.expect(tag::INTEGER, "width")?.small()?,
            height: shown.expect(tag::INTEGER, "height")?.small()?,
        };
        shown.end()?;
        // Extensions come untagged from several vendors and as [0] from others.
        if !fields.is_empty() {
            let extensions = fields.any()?;
            if !matches!(extensions.tag, tag::SEQUENCE) && extensions.tag != tag::context(0) {
                return Err(Error::Seal("extensions"));
            }
        }
        fields.end()?;
        Ok(Info { header_id, version, vendor, id, property, picture })
    }
}

impl Property {
    fn parse(tlv: &Tlv<'_>, version: u32) -> Result<Property, Error> {
        let mut fields = tlv.inside();
        let kind = fields.expect(tag::INTEGER, "seal type")?.small()?;
        let name = text(&mut fields, "seal name")?;
        let digests = version >= 4 && fields.expect(tag::INTEGER, "list type")?.small()? == 2;
        let list = fields.expect(tag::SEQUENCE, "certificate list")?;
        let allowed =
            if digests { Allowed::digests(&list)? } else { Allowed::certificates(&list)? };
        let created = Utc::from_tlv(&fields.any()?)?;
        let valid_from = Utc::from_tlv(&fields.any()?)?;
        let valid_to = Utc::from_tlv(&fields.any()?)?;
        fields.end()?;
        Ok(Property { kind, name, allowed, created, valid_from, valid_to })
    }
}

impl Allowed {
    fn certificates(list: &Tlv<'_>) -> Result<Allowed, Error> {
        let mut reader = list.inside();
        let mut out = Vec::new();
        while !reader.is_empty() {
            out.push(reader.expect(tag::OCTET_STRING, "listed certificate")?.value.to_vec());
        }
        Ok(Allowed::Certificates(out))
    }

    fn digests(list: &Tlv<'_>) -> Result<Allowed, Error> {
        let mut reader = list.inside();
        let mut out = Vec::new();
        while !reader.is_empty() {
            let mut fields = reader.expect(tag::SEQUENCE, "listed digest")?.inside();
            let kind = text(&mut fields, "digest type")?;
            out.push((kind, fields.expect(tag::OCTET_STRING, "digest")?.value.to_vec()));
            fields.end()?;
        }
        Ok(Allowed::Digests(out))
    }
}

#[cfg(test)]
mod placing_tests;
#[cfg(test)]
pub(crate) mod tests;
