//! Makes seals of GB/T 38540-2020, version 4.

use super::Seal;
use crate::Error;
use gm::oid;
use gm::signer::Signer;
use gm::time::Utc;
use gm::tlv::{self, tag};
use gm::x509::Certificate;

/// Contents of a new seal.
#[derive(Debug, Clone)]
pub struct SealSpec<'a> {
    /// Identifier, ASCII, unique per maker.
    pub id: &'a str,
    /// Vendor, ASCII.
    pub vendor: &'a str,
    /// Name, for example `示例市市场监督管理局行政审批专用章`.
    pub name: &'a str,
    /// Type code, see [`Seal::kind`].
    pub kind: u32,
    /// Picture, PNG bytes.
    pub picture: &'a [u8],
    /// Width and height in mm.
    pub size_mm: (u32, u32),
    /// Certificates that may sign with it (certListType 1); at least one.
    pub signers: &'a [Certificate],
    /// When it is made.
    pub created: Utc,
    /// First second of validity.
    pub valid_from: Utc,
    /// Last second of validity.
    pub valid_to: Utc,
}

/// Makes a seal: DER of SESeal, signed by the maker over SES_SealInfo.
pub fn make_seal(
    spec: &SealSpec<'_>,
    maker: &Signer,
    certificate: &Certificate,
) -> Result<Vec<u8>, Error> {
    let ascii = |text: &str| !text.is_empty() && text.is_ascii();
    if !ascii(spec.id) || !ascii(spec.vendor) || spec.name.is_empty() {
        return Err(Error::Seal("identifier, vendor or name"));
    }
    if spec.signers.is_empty() || spec.valid_to < spec.valid_from {
        return Err(Error::Seal("signers or validity"));
    }
    if certificate.public()? != maker.public() {
        return Err(Error::Gm(gm::Error::Key));
    }
    let info = info(spec);
    let signature = maker.sign(&info, None)?;
    let der = tlv::sequence(&[
        &info,
        &tlv::octets(certificate.der()),
        &tlv::put(tag::OID, &[oid::SM2_WITH_SM3]),
        &tlv::bit_string(&signature),
    ]);
    // What cannot be read back is not handed out.
    Seal::parse(&der).map(|_| der)
}

fn number(value: u32) -> Vec<u8> {
    tlv::integer(&value.to_be_bytes())
}

fn info(spec: &SealSpec<'_>) -> Vec<u8> {
    let ia5 = |text: &str| tlv::put(tag::IA5, &[text.as_bytes()]);
    let list: Vec<Vec<u8>> = spec.signers.iter().map(|c| tlv::octets(c.der())).collect();
    let header = tlv::sequence(&[&ia5("ES"), &number(4), &ia5(spec.vendor)]);
    let property = tlv::sequence(&[
        &number(spec.kind),
        &tlv::put(tag::UTF8, &[spec.name.as_bytes()]),
        &number(1),
        &tlv::sequence(&list.iter().map(Vec::as_slice).collect::<Vec<_>>()),
        &spec.created.generalized(),
        &spec.valid_from.generalized(),
        &spec.valid_to.generalized(),
    ]);
    let picture = tlv::sequence(&[
        &ia5("PNG"),
        &tlv::octets(spec.picture),
        &number(spec.size_mm.0),
        &number(spec.size_mm.1),
    ]);
    tlv::sequence(&[&header, &ia5(spec.id), &property, &picture])
}
