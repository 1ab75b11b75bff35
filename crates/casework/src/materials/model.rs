//! Nouns of the room: a paper put in, and a file as it came.

use codes::time::Stamp;
use guide::packs::{Text, Way};
use serde::{Deserialize, Serialize};
use store::FileHash;

/// A paper by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PaperId(pub i64);

/// A paper put in: an uploaded file or a licence chosen.
#[derive(Clone, PartialEq, Eq)]
pub struct Paper {
    /// Id.
    pub id: PaperId,
    /// Key of the material.
    pub key: String,
    /// How it came.
    pub way: Way,
    /// Address of the file.
    pub file: Option<FileHash>,
    /// Identifier of the licence.
    pub licence: Option<String>,
    /// File name as uploaded (may name people: kept sealed).
    pub name: String,
    /// Bytes.
    pub size: i64,
    /// 0 with the application, 1 with the correction.
    pub round: i64,
    /// When.
    pub added: Stamp,
}

/// A file as it was uploaded.
pub struct Upload {
    /// Material it is for.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A file of a person's library, opened for him.
#[derive(Clone)]
pub struct Kept {
    /// Id.
    pub id: i64,
    /// Address of the file.
    pub file: FileHash,
    /// Item it was first for.
    pub slug: String,
    /// Material it was first for.
    pub key: String,
    /// What that material is called.
    pub material: Text,
    /// What that item is called.
    pub item: Text,
    /// Its name, as its owner calls it.
    pub name: String,
    /// Bytes.
    pub size: i64,
    /// Last day of what it shows (ISO); empty when its owner gave none.
    pub until: String,
    /// Number of the case it came with first; empty for a draft.
    pub case: String,
    /// In how many applications it was put.
    pub uses: i64,
    /// When it came.
    pub added: Stamp,
    /// When it was put in last.
    pub used: Stamp,
}

impl Kept {
    /// What it shows has ended.
    pub fn over(&self, today: &str) -> bool {
        !self.until.is_empty() && self.until.as_str() < today
    }
}
