//! Timestamps (RFC 3161, GB/T 20520): what is asked of a time-stamping authority, what it answers, and how a
//! token is judged later.
//!
//! A [`Query`] carries the digest of some data. [`answer`] is the whole of an authority as a pure computation: the
//! request, its certificate and key, a fresh serial number and the time go in, the response comes out. [`Token::judge`]
//! says check by check whether a token proves that the data existed at its time.

mod stamped;

pub use stamped::{Expected, Info, Token, Verdict};

use crate::signed_data::{algorithm_of, content_info, issuer_and_serial};
use crate::signer::Signer;
use crate::time::Utc;
use crate::tlv::{self, Reader, Tlv, tag};
use crate::x509::{Certificate, algorithm};
use crate::{Error, oid, sm3};
use sha2::Digest as _;

/// Most bytes of a nonce.
pub const NONCE: usize = 64;

/// The digest of the data that is stamped, and how it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imprint {
    algorithm: Vec<u8>,
    digest: Vec<u8>,
}

impl Imprint {
    /// SM3 of the data.
    pub fn sm3(data: &[u8]) -> Imprint {
        Imprint::from_digest(sm3::hash(data))
    }

    /// From an SM3 digest that was made already.
    pub fn from_digest(digest: [u8; sm3::LEN]) -> Imprint {
        Imprint { algorithm: oid::SM3.to_vec(), digest: digest.to_vec() }
    }

    /// Digest of the data by the algorithm that a token names: SM3 or SHA-256, `None` for others.
    pub fn of(algorithm: &[u8], data: &[u8]) -> Option<Imprint> {
        digest(algorithm, data).map(|digest| Imprint { algorithm: algorithm.to_vec(), digest })
    }

    /// Which digest it is, DER content bytes of the identifier.
    pub fn algorithm(&self) -> &[u8] {
        &self.algorithm
    }

    /// The digest.
    pub fn digest(&self) -> &[u8] {
        &self.digest
    }

    fn known(&self) -> bool {
        [oid::SM3, oid::SHA256].contains(&&self.algorithm[..]) && self.digest.len() == sm3::LEN
    }

    fn der(&self) -> Vec<u8> {
        tlv::sequence(&[&algorithm_of(&self.algorithm), &tlv::octets(&self.digest)])
    }

    fn parse(tlv: &Tlv<'_>) -> Result<Imprint, Error> {
        let mut fields = tlv.inside();
        let algorithm = algorithm(&mut fields)?;
        let digest = fields.expect(tag::OCTET_STRING, "imprint")?.value.to_vec();
        fields.end()?;
        if !(1..=64).contains(&digest.len()) {
            return Err(Error::Der("imprint"));
        }
        Ok(Imprint { algorithm, digest })
    }
}

/// The digests that strangers' tokens are made with.
fn digest(algorithm: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    match algorithm {
        id if id == oid::SM3 => Some(sm3::hash(data).to_vec()),
        id if id == oid::SHA256 => Some(sha2::Sha256::digest(data).to_vec()),
        _ => None,
    }
}

/// What is asked of an authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    imprint: Imprint,
    policy: Option<Vec<u8>>,
    nonce: Option<Vec<u8>>,
    certificates: bool,
    unknown_critical: bool,
}

impl Query {
    /// Asks for a stamp over this digest, with the authority's certificate in the answer.
    pub fn new(imprint: Imprint) -> Query {
        Query { imprint, policy: None, nonce: None, certificates: true, unknown_critical: false }
    }

    /// With a number that the answer must repeat: fresh chance, so that an old answer is noticed.
    pub fn with_nonce(mut self, nonce: &[u8; 16]) -> Query {
        let skip = nonce.iter().take_while(|b| **b == 0).count();
        self.nonce = Some(nonce[skip.min(15)..].to_vec());
        self
    }

    /// Under this policy of the authority, DER content bytes of its identifier.
    pub fn under_policy(mut self, policy: &[u8]) -> Query {
        self.policy = Some(policy.to_vec());
        self
    }

    /// The digest to be stamped.
    pub fn imprint(&self) -> &Imprint {
        &self.imprint
    }

    /// The number to be repeated, big-endian without leading zeros.
    pub fn nonce(&self) -> Option<&[u8]> {
        self.nonce.as_deref()
    }

    /// TimeStampReq, DER.
    pub fn der(&self) -> Vec<u8> {
        let policy = self.policy.as_ref().map(|id| tlv::put(tag::OID, &[id]));
        let nonce = self.nonce.as_ref().map(|nonce| tlv::integer(nonce));
        let wish = self.certificates.then(|| tlv::put(tag::BOOLEAN, &[&[0xff]]));
        tlv::sequence(&[
            &tlv::integer(&[1]),
            &self.imprint.der(),
            &policy.unwrap_or_default(),
            &nonce.unwrap_or_default(),
            &wish.unwrap_or_default(),
        ])
    }

    /// Reads a TimeStampReq.
    pub fn parse(der: &[u8]) -> Result<Query, Error> {
        let mut fields = only_sequence(der, "timestamp request")?;
        if fields.expect(tag::INTEGER, "request version")?.small()? != 1 {
            return Err(Error::Der("request version"));
        }
        let imprint = Imprint::parse(&fields.expect(tag::SEQUENCE, "imprint")?)?;
        let policy = fields.optional(tag::OID)?.map(|id| id.value.to_vec());
        let nonce = nonce(&mut fields)?;
        let certificates = flag(&mut fields)?;
        let mut unknown_critical = false;
        if let Some(list) = fields.optional(tag::context(0))? {
            unknown_critical = any_critical(&list)?;
        }
        fields.end()?;
        Ok(Query { imprint, policy, nonce, certificates, unknown_critical })
    }
}

fn only_sequence<'a>(der: &'a [u8], what: &'static str) -> Result<Reader<'a>, Error> {
    let outer = Tlv::only(der)?;
    if outer.tag == tag::SEQUENCE { Ok(outer.inside()) } else { Err(Error::Der(what)) }
}

fn nonce(fields: &mut Reader<'_>) -> Result<Option<Vec<u8>>, Error> {
    match fields.optional(tag::INTEGER)? {
        Some(tlv) if tlv.unsigned()?.len() <= NONCE => Ok(Some(tlv.unsigned()?.to_vec())),
        Some(_) => Err(Error::Der("nonce")),
        None => Ok(None),
    }
}

/// An optional BOOLEAN that is false when it is left out.
fn flag(fields: &mut Reader<'_>) -> Result<bool, Error> {
    match fields.optional(tag::BOOLEAN)?.map(|b| b.value) {
        None | Some([0]) => Ok(false),
        Some([_]) => Ok(true),
        Some(_) => Err(Error::Der("flag")),
    }
}

/// Whether one of the extensions is critical: none is known here.
fn any_critical(list: &Tlv<'_>) -> Result<bool, Error> {
    let (mut reader, mut critical) = (list.inside(), false);
    while !reader.is_empty() {
        let mut fields = reader.expect(tag::SEQUENCE, "extension")?.inside();
        fields.expect(tag::OID, "extension")?;
        critical |= flag(&mut fields)?;
        fields.expect(tag::OCTET_STRING, "extension value")?;
        fields.end()?;
    }
    Ok(critical)
}

/// How far from the time in the token the true time may have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Accuracy {
    /// Whole seconds.
    pub seconds: u32,
    /// Thousandths, at most 999.
    pub millis: u16,
    /// Millionths, at most 999.
    pub micros: u16,
}

impl Accuracy {
    /// Seconds, rounded up.
    pub fn whole_seconds(self) -> i64 {
        i64::from(self.seconds) + i64::from(self.millis > 0 || self.micros > 0)
    }

    fn der(self) -> Vec<u8> {
        let part = |tag: u8, number: u16| match number {
            0 => Vec::new(),
            // IMPLICIT: the INTEGER's content under another tag.
            _ => {
                let mut der = tlv::integer(&number.to_be_bytes());
                der[0] = tag;
                der
            }
        };
        tlv::sequence(&[
            &tlv::integer(&self.seconds.to_be_bytes()),
            &part(tag::context_primitive(0), self.millis),
            &part(tag::context_primitive(1), self.micros),
        ])
    }

    fn parse(tlv: &Tlv<'_>) -> Result<Accuracy, Error> {
        let mut fields = tlv.inside();
        let seconds = fields.optional(tag::INTEGER)?.map_or(Ok(0), |n| n.small())?;
        let mut part = |number: u8| -> Result<u16, Error> {
            let Some(tlv) = fields.optional(tag::context_primitive(number))? else { return Ok(0) };
            match (Tlv { tag: tag::INTEGER, ..tlv }).small()? {
                small @ 1..=999 => Ok(small as u16),
                _ => Err(Error::Der("accuracy")),
            }
        };
        let (millis, micros) = (part(0)?, part(1)?);
        fields.end()?;
        Ok(Accuracy { seconds, millis, micros })
    }
}

/// An authority that stamps.
#[derive(Debug, Clone, Copy)]
pub struct Authority<'a> {
    /// Its certificate; extended usage timeStamping, critical and alone.
    pub certificate: &'a Certificate,
    /// Certificates above it that go along in the token.
    pub chain: &'a [Certificate],
    /// Its key.
    pub signer: &'a Signer,
    /// Its policy, DER content bytes of the identifier.
    pub policy: &'a [u8],
    /// How exact its clock is, if it says so.
    pub accuracy: Option<Accuracy>,
}

/// Why an authority gives no stamp (RFC 3161 §2.4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The digest is not one it stamps.
    Algorithm,
    /// The request is no request.
    Form,
    /// It has no such policy.
    Policy,
    /// The request carries an extension it does not know.
    Extension,
    /// Another reason, with the bit that the authority set.
    Other(u8),
}

impl Refusal {
    const ALL: [(Refusal, u8); 4] = [
        (Refusal::Algorithm, 0),
        (Refusal::Form, 5),
        (Refusal::Policy, 15),
        (Refusal::Extension, 16),
    ];

    fn bit(self) -> u8 {
        match self {
            Refusal::Other(bit) => bit,
            named => Refusal::ALL.iter().find(|(r, _)| *r == named).map_or(0, |(_, bit)| *bit),
        }
    }

    fn of(bit: u8) -> Refusal {
        Refusal::ALL.iter().find(|(_, b)| *b == bit).map_or(Refusal::Other(bit), |(r, _)| *r)
    }

    /// TimeStampResp that says no.
    fn der(self) -> Vec<u8> {
        let bit = self.bit();
        let mut bytes = vec![0; usize::from(bit / 8) + 1];
        bytes[usize::from(bit / 8)] = 0x80 >> (bit % 8);
        let unused = [7 - bit % 8];
        let failure = tlv::put(tag::BIT_STRING, &[&unused, &bytes]);
        tlv::sequence(&[&tlv::sequence(&[&tlv::integer(&[2]), &failure])])
    }
}

/// Answers a request: a TimeStampResp with a token, or one that refuses. `serial` is a fresh number of 1 to 20 bytes,
/// never used before by this authority.
///
/// # Errors
/// [`Error::Key`] when the authority's key or certificate is not one for stamping, [`Error::Der`] for a bad serial.
pub fn answer(
    request: &[u8],
    by: &Authority<'_>,
    serial: &[u8],
    at: Utc,
) -> Result<Vec<u8>, Error> {
    let Ok(query) = Query::parse(request) else { return Ok(Refusal::Form.der()) };
    if !query.imprint.known() {
        return Ok(Refusal::Algorithm.der());
    }
    if query.policy.as_deref().is_some_and(|policy| policy != by.policy) {
        return Ok(Refusal::Policy.der());
    }
    if query.unknown_critical {
        return Ok(Refusal::Extension.der());
    }
    let token = stamp(&query, by, serial, at)?;
    Ok(tlv::sequence(&[&tlv::sequence(&[&tlv::integer(&[])]), &token]))
}

/// Makes the token alone.
///
/// # Errors
/// As [`answer`].
pub fn stamp(query: &Query, by: &Authority<'_>, serial: &[u8], at: Utc) -> Result<Vec<u8>, Error> {
    let ours = by.certificate.public()?.is_same_point(by.signer.public());
    if !ours || !by.certificate.is_only_for(oid::TIME_STAMPING) {
        return Err(Error::Key);
    }
    if serial.is_empty() || serial.len() > 20 {
        return Err(Error::Der("serial number"));
    }
    let info = tlv::sequence(&[
        &tlv::integer(&[1]),
        &tlv::put(tag::OID, &[by.policy]),
        &query.imprint.der(),
        &tlv::integer(serial),
        &at.generalized(),
        &by.accuracy.map(Accuracy::der).unwrap_or_default(),
        &query.nonce.as_ref().map(|nonce| tlv::integer(nonce)).unwrap_or_default(),
    ]);
    let body = attributes(&info, by.certificate, at);
    let signature = by.signer.sign(&tlv::put(tag::SET, &[&body]), None)?;
    let signer = tlv::sequence(&[
        &tlv::integer(&[1]),
        &issuer_and_serial(by.certificate),
        &algorithm_of(oid::SM3),
        &tlv::put(tag::context(0), &[&body]),
        &algorithm_of(oid::SM2_WITH_SM3),
        &tlv::octets(&signature),
    ]);
    let along: Vec<&[u8]> = match query.certificates {
        true => std::iter::once(by.certificate).chain(by.chain).map(Certificate::der).collect(),
        false => Vec::new(),
    };
    let certificates = match along.is_empty() {
        true => Vec::new(),
        false => tlv::put(tag::context(0), &along),
    };
    let data = tlv::sequence(&[
        &tlv::integer(&[3]),
        &tlv::put(tag::SET, &[&algorithm_of(oid::SM3)]),
        &content_info(oid::TST_INFO, &tlv::octets(&info)),
        &certificates,
        &tlv::put(tag::SET, &[&signer]),
    ]);
    Ok(content_info(oid::SIGNED_DATA, &data))
}

/// Signed attributes of a token, in the order of a SET OF.
fn attributes(info: &[u8], certificate: &Certificate, at: Utc) -> Vec<u8> {
    let attribute = |id: &[u8], value: &[u8]| {
        tlv::sequence(&[&tlv::put(tag::OID, &[id]), &tlv::put(tag::SET, &[value])])
    };
    // Which certificate it is: without this another one of the same key could be shown instead.
    let own = tlv::octets(&sm3::hash(certificate.der()));
    let own = tlv::sequence(&[&tlv::sequence(&[&tlv::sequence(&[&algorithm_of(oid::SM3), &own])])]);
    let mut list = [
        attribute(oid::CONTENT_TYPE, &tlv::put(tag::OID, &[oid::TST_INFO])),
        attribute(oid::SIGNING_TIME, &at.certificate_time()),
        attribute(oid::MESSAGE_DIGEST, &tlv::octets(&sm3::hash(info))),
        attribute(oid::SIGNING_CERTIFICATE_V2, &own),
    ];
    list.sort();
    list.concat()
}

/// What an authority answered.
#[derive(Debug, Clone)]
pub enum Response {
    /// A token; nothing of it may be believed before [`Token::judge`].
    Granted(Box<Token>),
    /// No token: the status number, the first reason and what the authority wrote to it.
    Refused {
        /// PKIStatus, never 0 or 1.
        status: u32,
        /// The first reason that is set.
        reason: Option<Refusal>,
        /// Text for people.
        text: String,
    },
}

impl Response {
    /// Reads a TimeStampResp.
    pub fn parse(der: &[u8]) -> Result<Response, Error> {
        let mut outer = only_sequence(der, "timestamp response")?;
        let mut info = outer.expect(tag::SEQUENCE, "response status")?.inside();
        let status = info.expect(tag::INTEGER, "response status")?.small()?;
        let mut words = Vec::new();
        if let Some(list) = info.optional(tag::SEQUENCE)? {
            let mut list = list.inside();
            while !list.is_empty() {
                words.push(list.expect(tag::UTF8, "status text")?.text()?);
            }
        }
        let reason = info.optional(tag::BIT_STRING)?.and_then(|bits| first_bit(bits.value));
        info.end()?;
        let token = if outer.is_empty() { None } else { Some(outer.any()?) };
        outer.end()?;
        match (status, token) {
            (0 | 1, Some(token)) => Ok(Response::Granted(Box::new(Token::parse(token.raw)?))),
            (2.., None) => {
                let reason = reason.map(Refusal::of);
                Ok(Response::Refused { status, reason, text: words.join(" ") })
            }
            _ => Err(Error::Der("status and token do not fit")),
        }
    }
}

/// Number of the first bit that is set in the content of a BIT STRING.
fn first_bit(value: &[u8]) -> Option<u8> {
    let (_, bytes) = value.split_first()?;
    let at = bytes.iter().take(8).position(|byte| *byte != 0)?;
    Some(at as u8 * 8 + bytes[at].leading_zeros() as u8)
}

#[cfg(test)]
mod tests;
