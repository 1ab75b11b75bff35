//! The node key: wraps every other key, lies beside the data in a file only the owner may read.

use crate::chance::Chance;
use crate::error::{Error, Result};
use std::path::Path;

/// The key that wraps the vault's keys. Cannot be printed.
pub struct NodeKey([u8; 16]);

const FILE: &str = "node.key";

impl NodeKey {
    /// Reads `node.key` of the data folder, or makes one at the first start (mode 0600, flushed with
    /// its folder before it is used).
    pub fn load_or_create(data: &Path, chance: &Chance) -> Result<NodeKey> {
        let path = data.join(FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => NodeKey::parse(text.trim()),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                let key = chance.bytes::<16>();
                crate::files::write_durably(&path, hex::encode(key).as_bytes(), true)?;
                Ok(NodeKey(key))
            }
            Err(e) if e.kind() == std::io::ErrorKind::InvalidData => {
                Err(Error::refused("node-key-damaged"))
            }
            Err(e) => Err(e.into()),
        }
    }

    /// Reads a key from a file; makes none.
    pub fn load(path: &Path) -> Result<NodeKey> {
        match std::fs::read_to_string(path) {
            Ok(text) => NodeKey::parse(text.trim()),
            Err(e) if e.kind() == std::io::ErrorKind::InvalidData => {
                Err(Error::refused("node-key-damaged"))
            }
            Err(_) => Err(Error::refused_with("node-key-absent", "file", path.display())),
        }
    }

    /// The key of this node's backups; nothing else follows from it.
    pub(crate) fn backup_key(&self) -> [u8; 16] {
        let long = gm::sm3::hmac(&self.0, b"tongban-backup/1");
        let mut key = [0; 16];
        key.copy_from_slice(&long[..16]);
        key
    }

    fn parse(text: &str) -> Result<NodeKey> {
        let bytes = hex::decode(text).ok().and_then(|b| <[u8; 16]>::try_from(b).ok());
        bytes.map(NodeKey).ok_or_else(|| Error::refused("node-key-damaged"))
    }

    /// Wraps a key for storage; `name` is bound in, so wrapped keys cannot be swapped.
    pub(crate) fn wrap(&self, name: &str, key: &[u8], nonce: [u8; 12]) -> Vec<u8> {
        let mut out = nonce.to_vec();
        out.extend(gm::sm4::seal(&self.0, &nonce, name.as_bytes(), key));
        out
    }

    /// Opens a wrapped key.
    pub(crate) fn unwrap(&self, name: &str, wrapped: &[u8]) -> Result<Vec<u8>> {
        let (nonce, body) =
            wrapped.split_first_chunk::<12>().ok_or_else(|| Error::refused("node-key-wrong"))?;
        gm::sm4::open(&self.0, nonce, name.as_bytes(), body)
            .map_err(|_| Error::refused("node-key-wrong"))
    }
}
