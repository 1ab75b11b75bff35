//! SM2 keys in cryptographic devices, reached through PKCS#11.
//!
//! [`open`] loads the library of the device, finds the token and the key by their labels, checks that the key cannot
//! leave the device, and hands out a [`Signer`]. The PKCS#11 standard has no mechanism for SM2: makers use numbers of
//! their own, so the number is part of the [`Place`].

#![deny(missing_docs)]

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error as Fault, RvError};
use cryptoki::mechanism::vendor_defined::VendorDefinedMechanism;
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use gm::signer::{Device, Signer};
use gm::sm2::PublicKey;
use gm::tlv::Tlv;
use std::fmt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// First number of the range in which makers put mechanisms of their own.
pub const VENDORS: u64 = cryptoki::mechanism::vendor_defined::CKM_VENDOR_DEFINED;

/// Where a key lies and how it signs.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The PKCS#11 library of the device.
    pub library: &'a Path,
    /// Label of the token.
    pub token: &'a str,
    /// PIN of its user.
    pub pin: &'a str,
    /// Label of the private key.
    pub key: &'a str,
    /// Number of the mechanism that signs a digest with SM2, at or above [`VENDORS`]; the maker's manual has it.
    pub mechanism: u64,
}

impl fmt::Debug for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Place({} {} {} {:#x})",
            self.library.display(),
            self.token,
            self.key,
            self.mechanism
        )
    }
}

/// Why a key cannot be used. The words are for whoever sets the device up.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The library is not there, or is none.
    #[error("the library {0} cannot be loaded: {1}")]
    Library(String, String),
    /// No token of this label.
    #[error("no token is called {0}; there are: {1}")]
    Token(String, String),
    /// The token does not know the mechanism.
    #[error("the token {token} has no mechanism {wanted:#x} for SM2; it offers: {offered}")]
    Mechanism {
        /// Label of the token.
        token: String,
        /// Number that was asked for.
        wanted: u64,
        /// What it offers.
        offered: String,
    },
    /// The PIN is wrong.
    #[error("the PIN is wrong; several wrong ones in a row lock it")]
    Pin,
    /// The PIN is locked.
    #[error("the PIN is locked; the security officer of the token can set a new one")]
    Locked,
    /// No private key of this label, or several.
    #[error("the token holds {1} private keys called {0}, and must hold one")]
    Key(String, usize),
    /// The key can leave the device.
    #[error(
        "the key {0} can be read out of the device; make it anew as sensitive and not extractable"
    )]
    Loose(String),
    /// The public key beside it is another one.
    #[error("the key {0} is not the one of the certificate")]
    Other(String),
    /// Anything else that the device says.
    #[error("the device says: {0}")]
    Device(String),
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Error {
        match fault {
            Fault::Pkcs11(
                RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange,
                _,
            ) => Error::Pin,
            Fault::Pkcs11(RvError::PinLocked, _) => Error::Locked,
            other => Error::Device(other.to_string()),
        }
    }
}

/// Opens a key for signing. `public` is the key of the certificate it belongs to: if the token shows a public half, it
/// must be this one, and every signature is verified with it before it is handed out.
///
/// The session is shared by all clones of the signer; they take turns.
///
/// # Errors
/// One of [`Error`] for everything that is not as it should be; nothing is signed to find out.
pub fn open(place: &Place<'_>, public: PublicKey) -> Result<Signer, Error> {
    let mechanism = MechanismType::new_vendor_defined(place.mechanism).ok();
    let client = load(place.library)?;
    let slot = find_token(&client, place.token)?;
    let offered = client.get_mechanism_list(slot)?;
    let Some(mechanism) = mechanism.filter(|wanted| offered.contains(wanted)) else {
        let offered: Vec<String> = offered.iter().map(ToString::to_string).collect();
        let (token, wanted) = (place.token.to_owned(), place.mechanism);
        return Err(Error::Mechanism { token, wanted, offered: offered.join(" ") });
    };
    let session = log_in(&client, slot, place.pin)?;
    let key = find_key(&session, place.key)?;
    check_public(&session, place.key, &public)?;
    let session = Mutex::new(session);
    let device = Device::new(public, move |digest| {
        let session = session.lock().unwrap_or_else(PoisonError::into_inner);
        let mechanism = VendorDefinedMechanism::new::<()>(mechanism, None);
        let signed = session.sign(&Mechanism::VendorDefined(mechanism), key, digest);
        raw(&signed.map_err(|_| gm::Error::Device("did not sign"))?)
    });
    Ok(Signer::Device(device))
}

/// Loads the library and starts it; a library that runs already is good.
pub fn load(library: &Path) -> Result<Pkcs11, Error> {
    let name = || library.display().to_string();
    let client = Pkcs11::new(library).map_err(|e| Error::Library(name(), e.to_string()))?;
    match client.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Ok(()) | Err(Fault::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(client),
        Err(fault) => Err(Error::Library(name(), fault.to_string())),
    }
}

/// The slot of the token with this label.
pub fn find_token(client: &Pkcs11, label: &str) -> Result<Slot, Error> {
    let mut labels = Vec::new();
    for slot in client.get_slots_with_initialized_token()? {
        let found = client.get_token_info(slot)?.label().to_owned();
        if found == label {
            return Ok(slot);
        }
        labels.push(found);
    }
    Err(Error::Token(label.to_owned(), labels.join(", ")))
}

/// A session in which the user is known.
pub fn log_in(client: &Pkcs11, slot: Slot, pin: &str) -> Result<Session, Error> {
    let session = client.open_ro_session(slot)?;
    match session.login(UserType::User, Some(&AuthPin::from(pin))) {
        // All sessions of a process are logged in together.
        Ok(()) | Err(Fault::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(session),
        Err(fault) => Err(fault.into()),
    }
}

/// The one private key of this label, which signs and cannot leave the device.
pub fn find_key(session: &Session, label: &str) -> Result<ObjectHandle, Error> {
    let wanted = [
        Attribute::Class(ObjectClass::PRIVATE_KEY),
        Attribute::Label(label.as_bytes().to_vec()),
        Attribute::Sign(true),
    ];
    let found = session.find_objects(&wanted)?;
    let [key] = found[..] else { return Err(Error::Key(label.to_owned(), found.len())) };
    let held =
        session.get_attributes(key, &[AttributeType::Sensitive, AttributeType::Extractable])?;
    let kept =
        held.contains(&Attribute::Sensitive(true)) && held.contains(&Attribute::Extractable(false));
    if kept { Ok(key) } else { Err(Error::Loose(label.to_owned())) }
}

/// A public key of the same label, if the token shows one, must be the certificate's.
pub fn check_public(session: &Session, label: &str, public: &PublicKey) -> Result<(), Error> {
    let wanted =
        [Attribute::Class(ObjectClass::PUBLIC_KEY), Attribute::Label(label.as_bytes().to_vec())];
    for object in session.find_objects(&wanted)? {
        for attribute in session.get_attributes(object, &[AttributeType::EcPoint])? {
            // The point stands in an OCTET STRING; some makers leave that out.
            let Attribute::EcPoint(bytes) = attribute else { continue };
            let point = Tlv::only(&bytes).map_or(&bytes[..], |tlv| tlv.value);
            if point != public.sec1() {
                return Err(Error::Other(label.to_owned()));
            }
        }
    }
    Ok(())
}

/// r‖s of what a device gives: 64 bytes as they are, or the same in ASN.1.
fn raw(signed: &[u8]) -> Result<[u8; 64], gm::Error> {
    let strange = gm::Error::Device("gave no signature");
    if let Ok(raw) = signed.try_into() {
        return Ok(raw);
    }
    let mut fields = Tlv::only(signed).map_err(|_| strange)?.inside();
    let mut out = [0; 64];
    for half in out.chunks_mut(32) {
        let magnitude = fields.any().and_then(|n| n.unsigned()).map_err(|_| strange)?;
        let skip = 32_usize.checked_sub(magnitude.len()).ok_or(strange)?;
        half[skip..].copy_from_slice(magnitude);
    }
    fields.end().map_err(|_| strange)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cryptoki::context::Function;
    use gm::tlv::{integer, sequence};

    #[test]
    fn signatures_are_read_in_both_spellings() {
        let (mut r, s) = ([7; 32], [0x91; 32]);
        r[0] = 0;
        let both: [u8; 64] = [r, s].concat().try_into().unwrap();
        assert_eq!(raw(&both), Ok(both));
        assert_eq!(raw(&sequence(&[&integer(&r), &integer(&s)])), Ok(both));
        let long = sequence(&[&integer(&[1; 33]), &integer(&s)]);
        let three = sequence(&[&integer(&r), &integer(&s), &integer(&s)]);
        for bad in [&[][..], &both[..63], &long, &three, &sequence(&[&integer(&r)])] {
            assert_eq!(raw(bad), Err(gm::Error::Device("gave no signature")));
        }
    }

    /// SoftHSM never locks a PIN, so what a device that does says is told here.
    #[test]
    fn faults_of_the_pin_are_told_apart() {
        let of = |fault: RvError| Error::from(Fault::Pkcs11(fault, Function::Login));
        assert!(matches!(of(RvError::PinIncorrect), Error::Pin));
        assert!(matches!(of(RvError::PinLenRange), Error::Pin));
        assert!(matches!(of(RvError::PinLocked), Error::Locked));
        assert!(matches!(of(RvError::DeviceRemoved), Error::Device(_)));
    }

    #[test]
    fn a_place_prints_no_pin() {
        let library = Path::new("/lib/x.so");
        let place = Place { library, token: "t", pin: "314159", key: "k", mechanism: VENDORS };
        assert!(!format!("{place:?}").contains("314159"));
    }
}
