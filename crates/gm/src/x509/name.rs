//! Distinguished names: written from parts, read as text.

use crate::oid;
use crate::tlv::{self, Reader, Tlv, tag};

/// Parts of a subject name; empty parts are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Name {
    /// Country, two letters.
    pub country: String,
    /// Organisation.
    pub organization: String,
    /// Unit within it.
    pub unit: String,
    /// Common name.
    pub common: String,
}

impl Name {
    /// A name in China of this organisation and common name.
    pub fn new(organization: &str, common: &str) -> Name {
        Name {
            country: "CN".into(),
            organization: organization.into(),
            unit: String::new(),
            common: common.into(),
        }
    }

    /// DER RDNSequence, country first.
    pub fn der(&self) -> Vec<u8> {
        let parts: [(&[u8], u8, &str); 4] = [
            (oid::C, tag::PRINTABLE, &self.country),
            (oid::O, tag::UTF8, &self.organization),
            (oid::OU, tag::UTF8, &self.unit),
            (oid::CN, tag::UTF8, &self.common),
        ];
        let sets: Vec<Vec<u8>> = parts
            .iter()
            .filter(|(_, _, text)| !text.is_empty())
            .map(|(id, kind, text)| {
                let pair = tlv::sequence(&[
                    &tlv::put(tag::OID, &[id]),
                    &tlv::put(*kind, &[text.as_bytes()]),
                ]);
                tlv::put(tag::SET, &[&pair])
            })
            .collect();
        tlv::sequence(&sets.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }
}

/// Attributes of a DER name in order; whatever cannot be read ends the list.
fn attributes(der: &[u8]) -> Vec<(Vec<u8>, String)> {
    let mut out = Vec::new();
    let Ok(name) = Tlv::only(der) else { return out };
    let mut sets = name.inside();
    while let Ok(set) = sets.expect(tag::SET, "name") {
        let mut pairs = set.inside();
        while let Ok(pair) = pairs.expect(tag::SEQUENCE, "name") {
            let mut fields: Reader<'_> = pair.inside();
            let (Ok(id), Ok(value)) = (fields.any(), fields.any()) else { return out };
            out.push((id.value.to_vec(), string(&value)));
        }
    }
    out
}

/// Text of a name value: BMPString is UTF-16, everything else is read as UTF-8 with replacement.
fn string(tlv: &Tlv<'_>) -> String {
    const BMP: u8 = 0x1e;
    if tlv.tag != BMP {
        return String::from_utf8_lossy(tlv.value).into_owned();
    }
    let units = tlv.value.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// `CN=…, O=…, C=…`: most specific part first, as people read it.
pub(super) fn text(der: &[u8]) -> String {
    let label = |id: &[u8]| match id {
        _ if id == oid::CN => "CN".to_owned(),
        _ if id == oid::O => "O".to_owned(),
        _ if id == oid::OU => "OU".to_owned(),
        _ if id == oid::C => "C".to_owned(),
        [0x55, 0x04, 0x07] => "L".to_owned(),
        [0x55, 0x04, 0x08] => "ST".to_owned(),
        other => oid::dotted(other),
    };
    let parts: Vec<String> =
        attributes(der).iter().rev().map(|(id, value)| format!("{}={value}", label(id))).collect();
    parts.join(", ")
}

/// First value of one attribute.
pub(super) fn attribute(der: &[u8], id: &[u8]) -> Option<String> {
    attributes(der).into_iter().find(|(found, _)| found == id).map(|(_, value)| value)
}
