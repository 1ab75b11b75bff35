//! Who holds a private key: a closed set of places, so that a caller never sees the key itself.

use crate::Error;
use crate::sm2::{Keypair, PublicKey, der_from_raw};
use std::fmt;
use std::sync::Arc;

/// A place that signs.
#[derive(Debug, Clone)]
pub enum Signer {
    /// The key lies in this process's memory; [`crate::key_file`] brings it there.
    Soft(Keypair),
    /// The key lies in a cryptographic device and never leaves it.
    Device(Device),
}

impl Signer {
    /// The public half of the key.
    pub fn public(&self) -> &PublicKey {
        match self {
            Signer::Soft(pair) => pair.public(),
            Signer::Device(device) => &device.public,
        }
    }

    /// DER SM2 signature over `message` with the id of the key; `chance` as in [`Keypair::sign`] (a device draws its
    /// own).
    ///
    /// # Errors
    /// [`Error::Device`] when the device does not sign, or signs wrongly: what it gives is verified before it is handed
    /// out, because a faulty signature may give the key away.
    pub fn sign(&self, message: &[u8], chance: Option<[u8; 32]>) -> Result<Vec<u8>, Error> {
        match self {
            Signer::Soft(pair) => pair.sign(message, chance),
            Signer::Device(device) => {
                let raw = (device.sign)(&device.public.digest(message))?;
                let der = der_from_raw(&raw);
                device.public.verify(message, &der).map_err(|_| Error::Device("signed wrongly"))?;
                Ok(der)
            }
        }
    }
}

type Sign = dyn Fn(&[u8; 32]) -> Result<[u8; 64], Error> + Send + Sync;

/// A key in a device. The crate does no I/O, so whoever speaks to the device brings the function that signs.
#[derive(Clone)]
pub struct Device {
    public: PublicKey,
    sign: Arc<Sign>,
}

impl Device {
    /// A key that is known by its public half. `sign` is given e = SM3(ZA‖M), see [`PublicKey::digest`], and returns
    /// r‖s, or [`Error::Device`].
    pub fn new(
        public: PublicKey,
        sign: impl Fn(&[u8; 32]) -> Result<[u8; 64], Error> + Send + Sync + 'static,
    ) -> Device {
        Device { public, sign: Arc::new(sign) }
    }
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Device({:?})", self.public)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::{Issuer, Kind, Name, Spec, issue};

    fn pair() -> Keypair {
        Keypair::generate([0x6d; 32])
    }

    fn device() -> Signer {
        let pair = pair();
        Signer::Device(Device::new(pair.public().clone(), move |e| Ok(pair.sign_digest(e))))
    }

    #[test]
    fn a_device_signs_like_a_key_in_memory() {
        let signer = device();
        assert_eq!(signer.public(), pair().public());
        let der = signer.sign(b"m", None).unwrap();
        assert_eq!(pair().public().verify(b"m", &der), Ok(()));
        let name = Name::new("示例", "根");
        let spec = Spec {
            serial: &[1],
            subject: &name,
            public: signer.public(),
            kind: Kind::Authority { path_len: None },
            not_before: crate::time::Utc(0),
            not_after: crate::time::Utc(1),
        };
        let certificate = issue(&spec, Issuer::Itself, &signer).unwrap();
        assert_eq!(certificate.signed_by(&certificate), Ok(()));
        assert!(!format!("{signer:?}").contains(&crate::tlv::hex(&*pair().secret_bytes())));
    }

    #[test]
    fn what_a_device_signs_wrongly_is_not_handed_out() {
        let public = pair().public().clone();
        let gone = Device::new(public.clone(), |_| Err(Error::Device("is not there")));
        assert_eq!(Signer::Device(gone).sign(b"m", None), Err(Error::Device("is not there")));
        let wrong = Err(Error::Device("signed wrongly"));
        let another_key = Keypair::generate([1; 32]);
        let other = Device::new(public.clone(), move |e| Ok(another_key.sign_digest(e)));
        assert_eq!(Signer::Device(other).sign(b"m", None), wrong);
        for raw in [[0; 64], [0xff; 64], [1; 64]] {
            let device = Device::new(public.clone(), move |_| Ok(raw));
            assert_eq!(Signer::Device(device).sign(b"m", None), wrong);
        }
        // One bit that fell over inside.
        let pair = pair();
        let faulty = Device::new(public, move |e| {
            let mut raw = pair.sign_digest(e);
            raw[40] ^= 4;
            Ok(raw)
        });
        assert_eq!(Signer::Device(faulty).sign(b"m", None), wrong);
    }
}
