//! Timestamps of seals and signatures (RFC 3161): how one is asked for while signing, and where it stands.

use crate::Error;
use gm::timestamp::{Imprint, Token};
use gm::tlv::{self, Tlv, tag};
use std::fmt;

/// Asks a time-stamping authority: given the bytes of a signature value, it returns a timestamp token over them, DER
/// (the ContentInfo, not the whole response). The crate does no I/O, so whoever speaks to the authority brings this;
/// [`gm::timestamp::Query`] makes the request and [`gm::timestamp::Response`] reads the answer.
#[derive(Clone, Copy)]
pub struct Timestamper<'a>(&'a Ask<'a>);

/// How an authority is asked: a signature value in, a token out.
pub type Ask<'a> = dyn Fn(&[u8]) -> Result<Vec<u8>, Error> + Sync + 'a;

impl<'a> Timestamper<'a> {
    /// One that asks like this.
    pub fn new(ask: &'a Ask<'a>) -> Timestamper<'a> {
        Timestamper(ask)
    }

    /// A token over this value; one of something else is refused, so that no file leaves with it. Whether the authority
    /// is trusted is for the verifier to say.
    pub(super) fn ask(&self, value: &[u8]) -> Result<Vec<u8>, Error> {
        let der = (self.0)(value)?;
        let token = Token::parse(&der)?;
        let found = &token.info().imprint;
        match Imprint::of(found.algorithm(), value) {
            Some(ours) if ours == *found => Ok(der),
            Some(_) => Err(Error::Timestamp("it is over something else")),
            None => Err(Error::Timestamp("its digest is unknown")),
        }
    }
}

impl fmt::Debug for Timestamper<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Timestamper")
    }
}

/// The token as `[0] EXPLICIT BIT STRING`, the way both structures carry it.
pub(super) fn wrapped(token: &[u8]) -> Vec<u8> {
    tlv::put(tag::context(0), &[&tlv::bit_string(token)])
}

/// The token inside `[0]`: in a BIT STRING as the standard says, in an OCTET STRING or bare as others write it.
pub(super) fn token(wrapped: &Tlv<'_>) -> Result<Vec<u8>, Error> {
    let inner = Tlv::only(wrapped.value)?;
    match inner.tag {
        tag::BIT_STRING => Ok(inner.bits()?.to_vec()),
        tag::OCTET_STRING => Ok(inner.value.to_vec()),
        tag::SEQUENCE => Ok(inner.raw.to_vec()),
        _ => Err(Error::Seal("timestamp")),
    }
}
