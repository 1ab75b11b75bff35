//! The vault: sensitive fields are sealed before they reach the writer and found again by keyed hash.
//!
//! `secret.rs` has the type that cannot be printed and the leave to read it.

mod rotation;
mod secret;

pub use rotation::{SealedColumn, rotate_all};
pub use secret::{Disclosure, Secret};

use crate::chance::Chance;
use crate::db::{Db, Sql};
use crate::error::{Error, Result};
use crate::keys::NodeKey;
use codes::time::Stamp;
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

/// Where a sealed value lives. Bound into the ciphertext, so that it opens nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Table.
    pub table: &'static str,
    /// Column.
    pub column: &'static str,
    /// Row id.
    pub row: i64,
}

/// Seals and opens sensitive fields with SM4-GCM, finds them with HMAC-SM3. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    data: RwLock<DataKeys>,
    index: Vec<u8>,
    signing_seed: [u8; 32],
    node_key: NodeKey,
    chance: Chance,
}

struct DataKeys {
    current: i64,
    keys: HashMap<i64, [u8; 16]>,
}

const FORMAT: u8 = 1;
const HEADER: usize = 1 + 8 + 12;

pub(crate) const KEYS: Sql = Sql("SELECT id, kind, wrapped FROM vault_key ORDER BY id");
pub(crate) const ADD_KEY: Sql =
    Sql("INSERT INTO vault_key (id, kind, wrapped, created_at) VALUES ($1, $2, $3, $4)");

impl Vault {
    /// Loads the keys, or makes them at the first start.
    pub(crate) fn open(
        db: &mut Db<'_>,
        node_key: NodeKey,
        chance: &Chance,
        now: Stamp,
    ) -> Result<Vault> {
        let mut stored = Vault::load(db)?;
        for (id, kind, size) in [(1, "data", 16), (2, "index", 32), (3, "signing", 32)] {
            if stored.iter().any(|(_, k, _)| k == kind) {
                continue;
            }
            let key = &chance.bytes::<32>()[..size];
            let wrapped = node_key.wrap(&name(kind, id), key, chance.bytes());
            db.exec(ADD_KEY, crate::p![id, kind, &wrapped, now])?;
            stored.push((id, kind.into(), wrapped));
        }
        Vault::of(stored, node_key, chance)
    }

    /// A vault with the keys that a node has, as its rows keep them.
    pub(crate) fn of(
        stored: Vec<(i64, String, Vec<u8>)>,
        node_key: NodeKey,
        chance: &Chance,
    ) -> Result<Vault> {
        let mut data = DataKeys { current: 0, keys: HashMap::new() };
        let (mut index, mut seed) = (Vec::new(), [0u8; 32]);
        for (id, kind, wrapped) in stored {
            let key = node_key.unwrap(&name(&kind, id), &wrapped)?;
            match kind.as_str() {
                "data" => {
                    data.current = data.current.max(id);
                    data.keys.insert(id, key.try_into().map_err(|_| wrong_size())?);
                }
                "index" => index = key,
                _ => seed = key.try_into().map_err(|_| wrong_size())?,
            }
        }
        Ok(Vault(Arc::new(Inner {
            data: RwLock::new(data),
            index,
            signing_seed: seed,
            node_key,
            chance: chance.clone(),
        })))
    }

    fn load(db: &mut Db<'_>) -> Result<Vec<(i64, String, Vec<u8>)>> {
        db.all(KEYS, &[], |row| Ok((row.i64(0)?, row.text(1)?, row.blob(2)?)))
    }

    /// Seals a value for one cell. Costs some microseconds: do it before the act, not inside it.
    pub fn seal(&self, cell: Cell, secret: &Secret) -> Vec<u8> {
        self.seal_bytes(cell, secret.expose().as_bytes())
    }

    /// Seals bytes (files) for one cell.
    pub fn seal_bytes(&self, cell: Cell, plain: &[u8]) -> Vec<u8> {
        let keys = self.0.data.read().unwrap_or_else(|e| e.into_inner());
        let key = keys.keys[&keys.current];
        let nonce = self.0.chance.bytes::<12>();
        let mut out = Vec::with_capacity(HEADER + plain.len() + 16);
        out.push(FORMAT);
        out.extend(keys.current.to_be_bytes());
        out.extend(nonce);
        out.extend(gm::sm4::seal(&key, &nonce, &bound(cell), plain));
        out
    }

    /// Opens a value of one cell; needs the leave to read it.
    pub fn open_sealed(&self, cell: Cell, sealed: &[u8], _leave: &Disclosure) -> Result<Secret> {
        let plain = self.open_bytes(cell, sealed)?;
        String::from_utf8(plain).map(Secret::new).map_err(Error::internal)
    }

    pub(crate) fn open_bytes(&self, cell: Cell, sealed: &[u8]) -> Result<Vec<u8>> {
        let damaged = || Error::internal(format!("sealed value damaged: {cell:?}"));
        if sealed.len() < HEADER || sealed[0] != FORMAT {
            return Err(damaged());
        }
        let id = i64::from_be_bytes(sealed[1..9].try_into().map_err(|_| damaged())?);
        let nonce: [u8; 12] = sealed[9..HEADER].try_into().map_err(|_| damaged())?;
        let keys = self.0.data.read().unwrap_or_else(|e| e.into_inner());
        let key = keys.keys.get(&id).ok_or_else(damaged)?;
        gm::sm4::open(key, &nonce, &bound(cell), &sealed[HEADER..]).map_err(|_| damaged())
    }

    /// Keyed hash under which a value is found: HMAC-SM3 over the column and the canonical text.
    pub fn index(&self, column: &str, canonical: &str) -> Vec<u8> {
        let mut text = column.as_bytes().to_vec();
        text.push(0);
        text.extend(canonical.as_bytes());
        gm::sm3::hmac(&self.0.index, &text).to_vec()
    }

    /// The key of this node's backups.
    pub(crate) fn backup_key(&self) -> [u8; 16] {
        self.0.node_key.backup_key()
    }

    /// Which data key sealed this value; rotation re-seals what is not on the current one.
    pub fn key_of(sealed: &[u8]) -> Option<i64> {
        sealed.get(1..9).and_then(|b| b.try_into().ok()).map(i64::from_be_bytes)
    }

    /// The data key in use.
    pub fn current_key(&self) -> i64 {
        self.0.data.read().unwrap_or_else(|e| e.into_inner()).current
    }

    /// Makes a new data key and uses it from now on; old ones still open what they sealed.
    pub fn rotate(&self, db: &mut Db<'_>, id: i64, now: Stamp) -> Result<()> {
        let key = self.0.chance.bytes::<16>();
        let wrapped = self.0.node_key.wrap(&name("data", id), &key, self.0.chance.bytes());
        db.exec(ADD_KEY, crate::p![id, "data", wrapped, now])?;
        let mut keys = self.0.data.write().unwrap_or_else(|e| e.into_inner());
        keys.keys.insert(id, key);
        keys.current = id;
        Ok(())
    }

    /// Moves a sealed value to the current key.
    pub fn reseal(&self, cell: Cell, sealed: &[u8]) -> Result<Vec<u8>> {
        Ok(self.seal_bytes(cell, &self.open_bytes(cell, sealed)?))
    }

    /// Seed of the key that signs ledger checkpoints.
    pub(crate) fn signing_seed(&self) -> [u8; 32] {
        self.0.signing_seed
    }

    /// A key for a named use (rotating codes, receipts), derived so that uses cannot be confused.
    pub fn derived(&self, use_name: &str) -> [u8; 32] {
        gm::sm3::hmac(&self.0.index, format!("derived\0{use_name}").as_bytes())
    }
}

fn wrong_size() -> Error {
    Error::refused("node-key-wrong")
}

fn name(kind: &str, id: i64) -> String {
    format!("vault/{kind}/{id}")
}

fn bound(cell: Cell) -> Vec<u8> {
    format!("{}\0{}\0{}", cell.table, cell.column, cell.row).into_bytes()
}
