//! Who holds a private key: a closed set of places, so that a caller never sees the key itself.

use crate::Error;
use crate::sm2::{Keypair, PublicKey};

/// A place that signs. A cryptographic device becomes another variant.
#[derive(Debug, Clone)]
pub enum Signer {
    /// The key lies in this process's memory.
    Soft(Keypair),
}

impl Signer {
    /// The public half of the key.
    pub fn public(&self) -> &PublicKey {
        match self {
            Signer::Soft(pair) => pair.public(),
        }
    }

    /// DER SM2 signature over `message` with the default id; `chance` as in [`Keypair::sign`].
    pub fn sign(&self, message: &[u8], chance: Option<[u8; 32]>) -> Result<Vec<u8>, Error> {
        match self {
            Signer::Soft(pair) => pair.sign(message, chance),
        }
    }
}
