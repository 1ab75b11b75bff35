//! DER as slices of the original bytes: a bounded reader that keeps every raw encoding, and a small writer.
//!
//! Signatures are judged over the bytes as they came (GB/T 38540 data in the wild is not always canonical DER, for
//! example `critical FALSE` written out), so nothing here re-encodes what it read.

use crate::Error;

/// Tag bytes used by the structures of this crate.
pub mod tag {
    /// BOOLEAN
    pub const BOOLEAN: u8 = 0x01;
    /// INTEGER
    pub const INTEGER: u8 = 0x02;
    /// BIT STRING
    pub const BIT_STRING: u8 = 0x03;
    /// OCTET STRING
    pub const OCTET_STRING: u8 = 0x04;
    /// NULL
    pub const NULL: u8 = 0x05;
    /// OBJECT IDENTIFIER
    pub const OID: u8 = 0x06;
    /// ENUMERATED
    pub const ENUMERATED: u8 = 0x0a;
    /// UTF8String
    pub const UTF8: u8 = 0x0c;
    /// PrintableString
    pub const PRINTABLE: u8 = 0x13;
    /// IA5String
    pub const IA5: u8 = 0x16;
    /// UTCTime
    pub const UTC_TIME: u8 = 0x17;
    /// GeneralizedTime
    pub const GENERALIZED_TIME: u8 = 0x18;
    /// SEQUENCE
    pub const SEQUENCE: u8 = 0x30;
    /// SET
    pub const SET: u8 = 0x31;
    /// Constructed context tag `[n]`, n < 31.
    pub const fn context(n: u8) -> u8 {
        0xa0 | n
    }
    /// Primitive context tag `[n] IMPLICIT`, n < 31.
    pub const fn context_primitive(n: u8) -> u8 {
        0x80 | n
    }
}

/// One element: its tag, its whole encoding and its content, all slices of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tlv<'a> {
    /// Tag byte (only single-byte tags exist in the structures read here).
    pub tag: u8,
    /// Tag, length and content as they stand in the input.
    pub raw: &'a [u8],
    /// Content alone.
    pub value: &'a [u8],
}

impl<'a> Tlv<'a> {
    /// Reads exactly one element that fills `bytes`.
    pub fn only(bytes: &'a [u8]) -> Result<Tlv<'a>, Error> {
        let mut reader = Reader::new(bytes);
        let tlv = reader.any()?;
        reader.end()?;
        Ok(tlv)
    }

    /// Reader over the content.
    pub fn inside(&self) -> Reader<'a> {
        Reader::new(self.value)
    }

    /// Content of a BIT STRING without unused bits.
    pub fn bits(&self) -> Result<&'a [u8], Error> {
        match self.value.split_first() {
            Some((0, rest)) if self.tag == tag::BIT_STRING => Ok(rest),
            _ => Err(Error::Der("bit string")),
        }
    }

    /// Content of a small non-negative INTEGER in its shortest encoding.
    pub fn small(&self) -> Result<u32, Error> {
        let bytes = self.unsigned()?;
        if bytes.len() > 4 {
            return Err(Error::Der("integer too large"));
        }
        Ok(bytes.iter().fold(0, |acc, b| (acc << 8) | u32::from(*b)))
    }

    /// Magnitude of a non-negative INTEGER in its shortest encoding, without the sign byte.
    pub fn unsigned(&self) -> Result<&'a [u8], Error> {
        if self.tag != tag::INTEGER {
            return Err(Error::Der("integer"));
        }
        match self.value {
            [] => Err(Error::Der("empty integer")),
            [first, ..] if first & 0x80 != 0 => Err(Error::Der("negative integer")),
            [0, second, ..] if second & 0x80 == 0 => Err(Error::Der("padded integer")),
            [0, rest @ ..] if !rest.is_empty() => Ok(rest),
            all => Ok(all),
        }
    }

    /// Content of a character string as UTF-8; ASCII strings are checked as such by UTF-8 itself.
    pub fn text(&self) -> Result<&'a str, Error> {
        std::str::from_utf8(self.value).map_err(|_| Error::Der("text"))
    }
}

/// Walks elements of one level.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Starts at the first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader(bytes)
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Tag of the next element, if any.
    pub fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The next element of whatever tag. Lengths are definite and in their shortest form, as DER wants.
    pub fn any(&mut self) -> Result<Tlv<'a>, Error> {
        let bytes = self.0;
        let (&tag, rest) = bytes.split_first().ok_or(Error::Der("ends early"))?;
        if tag & 0x1f == 0x1f {
            return Err(Error::Der("long tag"));
        }
        let (&first, rest) = rest.split_first().ok_or(Error::Der("ends early"))?;
        let (length, header) = if first < 0x80 {
            (usize::from(first), 2)
        } else {
            let count = usize::from(first & 0x7f);
            if count == 0 || count > 4 || rest.len() < count {
                return Err(Error::Der("length"));
            }
            let length = rest[..count].iter().fold(0usize, |acc, b| (acc << 8) | usize::from(*b));
            if rest[0] == 0 || length < 0x80 {
                return Err(Error::Der("length not shortest"));
            }
            (length, 2 + count)
        };
        let end = header
            .checked_add(length)
            .filter(|end| *end <= bytes.len())
            .ok_or(Error::Der("ends early"))?;
        self.0 = &bytes[end..];
        Ok(Tlv { tag, raw: &bytes[..end], value: &bytes[header..end] })
    }

    /// The next element, which must have this tag; `what` names it in the error.
    pub fn expect(&mut self, tag: u8, what: &'static str) -> Result<Tlv<'a>, Error> {
        match self.peek() {
            Some(found) if found == tag => self.any(),
            _ => Err(Error::Der(what)),
        }
    }

    /// The next element if it has this tag.
    pub fn optional(&mut self, tag: u8) -> Result<Option<Tlv<'a>>, Error> {
        if self.peek() == Some(tag) { self.any().map(Some) } else { Ok(None) }
    }

    /// Nothing may follow.
    pub fn end(&self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Der("trailing bytes")) }
    }
}

/// Writes one element: tag, shortest length, the parts one after another.
pub fn put(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|p| p.len()).sum();
    let mut out = Vec::with_capacity(length + 6);
    out.push(tag);
    if length < 0x80 {
        out.push(length as u8);
    } else {
        let bytes = (length as u64).to_be_bytes();
        let skip = bytes.iter().take_while(|b| **b == 0).count();
        out.push(0x80 | (8 - skip) as u8);
        out.extend_from_slice(&bytes[skip..]);
    }
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}

/// SEQUENCE of the given encodings.
pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    put(tag::SEQUENCE, parts)
}

/// Non-negative INTEGER from big-endian bytes.
pub fn integer(magnitude: &[u8]) -> Vec<u8> {
    let skip = magnitude.iter().take_while(|b| **b == 0).count();
    let rest = &magnitude[skip..];
    match rest.first() {
        None => put(tag::INTEGER, &[&[0]]),
        Some(first) if first & 0x80 != 0 => put(tag::INTEGER, &[&[0], rest]),
        Some(_) => put(tag::INTEGER, &[rest]),
    }
}

/// BIT STRING of whole bytes.
pub fn bit_string(bytes: &[u8]) -> Vec<u8> {
    put(tag::BIT_STRING, &[&[0], bytes])
}

/// OCTET STRING.
pub fn octets(bytes: &[u8]) -> Vec<u8> {
    put(tag::OCTET_STRING, &[bytes])
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|b| [DIGITS[usize::from(b >> 4)] as char, DIGITS[usize::from(b & 15)] as char])
        .collect()
}

/// Bytes of a hexadecimal text known to be good; for test tables.
#[cfg(test)]
pub(crate) fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|n| u8::from_str_radix(&text[2 * n..2 * n + 2], 16).unwrap()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_round_trip() {
        for length in [0usize, 1, 127, 128, 255, 256, 65535, 65536, 70000] {
            let body = vec![0x5a; length];
            let raw = put(tag::OCTET_STRING, &[&body]);
            let tlv = Tlv::only(&raw).unwrap();
            assert_eq!((tlv.value, tlv.raw), (&body[..], &raw[..]));
        }
    }

    #[test]
    fn bad_encodings_are_refused() {
        for bad in [
            "",
            "30",
            "3080",
            "308100",
            "30817f",
            "30820001",
            "3085010000000000",
            "1f8101",
            "0401",
            "040100ff",
        ] {
            assert!(Tlv::only(&unhex(bad)).is_err(), "{bad}");
        }
        for bad in ["0200", "0201ff", "02020001"] {
            assert!(Tlv::only(&unhex(bad)).unwrap().unsigned().is_err(), "{bad}");
        }
        assert!(Tlv::only(&unhex("03020101")).unwrap().bits().is_err());
        assert!(Tlv::only(&unhex("0300")).unwrap().bits().is_err());
    }

    #[test]
    fn integers_are_shortest() {
        assert_eq!(hex(&integer(&[0, 0, 0])), "020100");
        assert_eq!(hex(&integer(&[0, 0x80])), "02020080");
        assert_eq!(hex(&integer(&[0, 0x7f])), "02017f");
        assert_eq!(Tlv::only(&integer(&[1, 2, 3])).unwrap().small().unwrap(), 0x010203);
    }
}
