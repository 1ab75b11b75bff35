//! The bundle as a file: the lists as JSON text, and over exactly these bytes a detached GB/T 35275 signature
//! of the authority that speaks of status. Whoever opens it either believes all of it or nothing.

use super::model::{Ended, Lists};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use codes::time::Stamp;
use gm::signed_data::{Profile, SignedData, sign};
use gm::x509::crl::Crl;
use gm::x509::{Certificate, KeyUsage, Purpose, chain_verify};
use serde::{Deserialize, Serialize};
use store::{Error, Result};

use crate::seals::authority::{Identity, utc};

/// Largest bundle read, bytes: some two million ended licences.
pub const MOST_BYTES: usize = 64 << 20;
/// Form of the lists; those of the first form, without authorities between, are read as well.
pub const VERSION: u32 = 2;
/// Seconds by which clocks may differ.
const SKEW: i64 = 300;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bundle {
    lists: String,
    signature: String,
}

/// Signs the lists into a bundle.
pub fn wrap(lists: &Lists, by: &Identity, at: Stamp) -> Result<Vec<u8>> {
    let body = serde_json::to_vec(lists)?;
    let signature = sign(&body, &by.signer, &by.certificate, utc(at), Profile::Content)
        .map_err(Error::internal)?;
    let bundle = Bundle { lists: STANDARD.encode(body), signature: STANDARD.encode(signature) };
    Ok(serde_json::to_vec(&bundle)?)
}

/// Lists whose signature holds.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The lists.
    pub lists: Lists,
    /// Licences not in force.
    pub ended: Ended,
    /// Certificates trusted by themselves.
    pub roots: Vec<Certificate>,
    /// Authorities between.
    pub between: Vec<Certificate>,
    /// Lists of revoked certificates.
    pub revoked: Vec<Crl>,
    /// Whose key signed the lists; the same signs offline codes.
    pub signer: Certificate,
    /// When they were made.
    pub made_at: Stamp,
    /// Whether a root was named beforehand and is the one they rest on.
    pub pinned: bool,
}

/// Why a bundle is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bad {
    /// Not of our form, cut, or too large.
    Form,
    /// Changed after it was signed, or signed by a key that may not speak of status.
    Signature,
    /// It rests on another root than the one named beforehand.
    Root,
    /// It says it was made later than now.
    Future,
}

/// Opens a bundle. With `pinned` roots only these are believed; without, the bundle's own are, and
/// [`Opened::pinned`] says so: a stranger's bundle would then vouch for a stranger's seals.
///
/// # Errors
/// [`Bad`], before anything of the lists is believed.
pub fn open(bytes: &[u8], pinned: &[Certificate], now: Stamp) -> std::result::Result<Opened, Bad> {
    if bytes.len() > MOST_BYTES {
        return Err(Bad::Form);
    }
    let form = |_| Bad::Form;
    let bundle: Bundle = serde_json::from_slice(bytes).map_err(|_| Bad::Form)?;
    let body = STANDARD.decode(bundle.lists).map_err(form)?;
    let signature = STANDARD.decode(bundle.signature).map_err(form)?;
    let signed = SignedData::parse(&signature).map_err(|_| Bad::Form)?;
    let signers = signed.verify(&body).map_err(|_| Bad::Signature)?;
    let [one] = &signers[..] else { return Err(Bad::Signature) };
    let lists: Lists = serde_json::from_slice(&body).map_err(|_| Bad::Form)?;
    let made_at = Stamp::parse_compact(&lists.made_at).map_err(|_| Bad::Form)?;
    let own = certificates(&lists.roots)?;
    let roots = if pinned.is_empty() { own } else { with_renewed(pinned, own) };
    let between = certificates(&lists.between)?;
    let speaks = one.signer.usage().is_some_and(|usage| usage.any_of(KeyUsage::CRL_SIGN));
    if !(1..=VERSION).contains(&lists.version) || !speaks {
        return Err(if speaks { Bad::Form } else { Bad::Signature });
    }
    if !chain_verify(&one.signer, &between, &roots, utc(now), Purpose::Sign).holds {
        return Err(if pinned.is_empty() { Bad::Signature } else { Bad::Root });
    }
    if made_at > now.plus_seconds(SKEW) {
        return Err(Bad::Future);
    }
    let ended = STANDARD.decode(&lists.ended).map_err(form)?;
    let ended = Ended::unpack(&ended).ok_or(Bad::Form)?;
    let revoked = lists.revoked.iter().map(|list| {
        let der = STANDARD.decode(list).map_err(form)?;
        Crl::parse(&der).map_err(|_| Bad::Form)
    });
    let revoked = revoked.collect::<std::result::Result<_, _>>()?;
    let (signer, pinned) = (one.signer.clone(), !pinned.is_empty());
    Ok(Opened { lists, ended, roots, between, revoked, signer, made_at, pinned })
}

/// The roots named beforehand, and before them those made anew on the same key under the same name: what a named
/// root's key signed as itself is that root.
fn with_renewed(pinned: &[Certificate], own: Vec<Certificate>) -> Vec<Certificate> {
    let same = |new: &Certificate, known: &Certificate| {
        new.subject() == known.subject() && new.signed_by(known).is_ok()
    };
    let mut all: Vec<Certificate> = own
        .into_iter()
        .filter(|new| !pinned.contains(new) && pinned.iter().any(|known| same(new, known)))
        .collect();
    all.extend_from_slice(pinned);
    all
}

fn certificates(texts: &[String]) -> std::result::Result<Vec<Certificate>, Bad> {
    texts.iter().map(|text| root(text)).collect()
}

fn root(text: &str) -> std::result::Result<Certificate, Bad> {
    let der = STANDARD.decode(text).map_err(|_| Bad::Form)?;
    Certificate::parse(&der).map_err(|_| Bad::Form)
}

/// Roots of a PEM text, to be named beforehand.
///
/// # Errors
/// `lists-roots` when it holds no certificate or a damaged one.
pub fn roots_of(pem: &str) -> Result<Vec<Certificate>> {
    let wrong = || Error::refused("lists-roots");
    let mut roots = Vec::new();
    let mut rest = pem;
    while let Some(at) = rest.find("-----BEGIN CERTIFICATE-----") {
        let (_, body) = rest.split_at(at + "-----BEGIN CERTIFICATE-----".len());
        let (body, after) = body.split_once("-----END CERTIFICATE-----").ok_or_else(wrong)?;
        let text: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        roots.push(root(&text).map_err(|_| wrong())?);
        rest = after;
    }
    if roots.is_empty() { Err(wrong()) } else { Ok(roots) }
}
