//! Commercial cryptography as computation only: SM2, SM3, SM4, SM2 certificates and GB/T 35275 signed data.
//!
//! The crate does no I/O and knows neither clock nor chance: random bytes and the time of judging are arguments
//! (ARCHITECTURE.md, rule 3), so that it also runs where there is no operating system, for example in a browser.
//!
//! | module | what |
//! |---|---|
//! | [`sm3`] | hash, HMAC (GM/T 0004, GB/T 32905) |
//! | [`sm4`] | authenticated encryption SM4-GCM (GM/T 0002, RFC 8998) |
//! | [`sm4_modes`] | SM4-CBC and SM4-CTR (GB/T 17964), for formats that demand them |
//! | [`sm2`] | keys, signatures (GM/T 0003.2, GM/T 0009) |
//! | [`agreement`] | SM2 key exchange with confirmation (GB/T 32918.3) |
//! | [`encryption`] | SM2 encryption and its spellings (GB/T 32918.4, GM/T 0009) |
//! | [`keys`] | PKCS#8, SubjectPublicKeyInfo, PEM, wrapping under a node key |
//! | [`key_file`] | private keys under a passphrase (PKCS#8 with PBES2) |
//! | [`signer`] | who holds the private key: a closed enum |
//! | [`x509`] | certificates, requests, revocation lists: parse, issue, judge step by step |
//! | [`enveloped`] | GB/T 35275 enveloped, signed-and-enveloped and encrypted data |
//! | [`ocsp`] | status of one certificate: ask, answer, judge (RFC 6960) |
//! | [`signed_data`] | GB/T 35275 signed data, both profiles |
//! | [`timestamp`] | timestamps: ask, answer, judge (RFC 3161, GB/T 20520) |
//! | [`tlv`] | DER as slices of the original bytes |
//! | [`time`] | seconds since 1970 and their ASN.1 forms |

#![deny(missing_docs)]

pub mod agreement;
mod curve;
pub mod encryption;
pub mod enveloped;
pub mod key_file;
pub mod keys;
pub mod ocsp;
pub mod oid;
pub mod signed_data;
pub mod signer;
pub mod sm2;
pub mod sm3;
pub mod sm4;
pub mod sm4_modes;
pub mod time;
pub mod timestamp;
pub mod tlv;
pub mod x509;

/// One thing that was checked. Wording for people hangs on `code`; `detail` carries the facts (names, dates, paths).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Stable kebab-case code of the check.
    pub code: &'static str,
    /// Held, did not hold, or could not be judged.
    pub ok: Option<bool>,
    /// Facts of this check, without judgement.
    pub detail: String,
}

impl Step {
    /// A check that was judged.
    pub fn judged(code: &'static str, ok: bool, detail: impl Into<String>) -> Step {
        Step { code, ok: Some(ok), detail: detail.into() }
    }

    /// A check that could not be made.
    pub fn open(code: &'static str, detail: impl Into<String>) -> Step {
        Step { code, ok: None, detail: detail.into() }
    }
}

/// Why a computation refused its input. Wording for people stands with whoever shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes are not the ASN.1 structure they should be; the text names the place.
    #[error("bad ASN.1: {0}")]
    Der(&'static str),
    /// A PEM text without the expected block.
    #[error("bad PEM: {0}")]
    Pem(&'static str),
    /// Not a private or public key of the SM2 curve.
    #[error("not a usable SM2 key")]
    Key,
    /// The signature does not hold, or is not a signature at all.
    #[error("the signature does not hold")]
    Signature,
    /// Sealed bytes were changed, or the key, nonce or context is another one.
    #[error("the sealed bytes do not open")]
    Sealed,
    /// A device that keeps a key did not sign, or not rightly; the text says what it did.
    #[error("the device that keeps the key {0}")]
    Device(&'static str),
    /// An algorithm outside the family this crate computes.
    #[error("unsupported algorithm: {0}")]
    Algorithm(&'static str),
}

impl Error {
    /// Stable kebab-case code of the error, for reports and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Error::Der(_) => "gm-der",
            Error::Pem(_) => "gm-pem",
            Error::Key => "gm-key",
            Error::Signature => "gm-signature",
            Error::Sealed => "gm-sealed",
            Error::Device(_) => "gm-device",
            Error::Algorithm(_) => "gm-algorithm",
        }
    }
}

/// Keeps the examples of the README true.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
