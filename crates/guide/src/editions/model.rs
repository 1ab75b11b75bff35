//! The nouns: an edition that is kept, and an offer that asks to become one.

use crate::packs::{Pack, load};
use codes::time::Stamp;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Error, FileHash, Refusal, Result};

/// Texts of a pack's files by name.
pub type Files = BTreeMap<String, String>;

/// A published version of a pack; its content is read when it is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// The pack.
    pub slug: String,
    /// Its version, as `item.toml` numbers it.
    pub version: i64,
    /// SM3 of the content.
    pub hash: String,
    /// When it was published on this node.
    pub published: Stamp,
}

/// A pack as a folder, or the program itself, offers it for publication.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The pack, parsed.
    pub pack: Arc<Pack>,
    /// What will be kept: every file, as JSON.
    pub content: String,
    /// SM3 of the content.
    pub hash: String,
    /// Whether it ships in the program, whose own tests hold it to be sound.
    pub built_in: bool,
}

impl Offer {
    /// An offer of these files.
    pub fn new(pack: Arc<Pack>, files: &Files, built_in: bool) -> Result<Offer> {
        let content = serde_json::to_string(files)?;
        let hash = hash(&content);
        Ok(Offer { pack, content, hash, built_in })
    }

    /// Its version.
    pub fn version(&self) -> i64 {
        self.pack.item.version.into()
    }
}

/// The hash under which a content is kept.
pub fn hash(content: &str) -> String {
    FileHash::of(content.as_bytes()).as_str().to_owned()
}

/// Reads a kept content back; anything but exactly what was published is refused.
pub fn unpack(slug: &str, version: i64, hash_kept: &str, content: &str) -> Result<Pack> {
    if hash(content) != hash_kept {
        return Err(damaged(slug, version, "the content differs from its hash"));
    }
    let files: Files = serde_json::from_str(content).map_err(|e| damaged(slug, version, e))?;
    load::parse(slug, &files).map_err(|errors| {
        let first = errors.first().map(|e| format!("{}: {}", e.file, e.message));
        damaged(slug, version, first.unwrap_or_default())
    })
}

fn damaged(slug: &str, version: i64, why: impl std::fmt::Display) -> Error {
    tracing::error!(slug, version, "a kept pack version is damaged: {why}");
    refused("pack-damaged", slug, &[("version", version)])
}

/// A refusal that names the pack and some numbers.
pub fn refused(code: &'static str, slug: &str, numbers: &[(&'static str, i64)]) -> Error {
    let mut args = vec![("pack", slug.to_owned())];
    args.extend(numbers.iter().map(|(name, n)| (*name, n.to_string())));
    Error::Refused(Refusal { code, args, fields: vec![] })
}
