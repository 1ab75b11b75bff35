//! The nouns: an edition that is kept, and an offer that asks to become one.

use crate::packs::{Pack, load};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use codes::time::Stamp;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::sync::Arc;
use store::{Error, FileHash, Refusal, Result};

/// Texts of a pack's files by name.
pub type Files = BTreeMap<String, String>;

/// Longest content read back: more than all files of a pack may have.
const MOST: u64 = 16 << 20;

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
    /// What will be kept: every file, as JSON, compressed.
    pub content: String,
    /// SM3 of that JSON.
    pub hash: String,
    /// Whether it ships in the program, whose own tests hold it to be sound.
    pub built_in: bool,
}

impl Offer {
    /// An offer of these files.
    pub fn new(pack: Arc<Pack>, files: &Files, built_in: bool) -> Result<Offer> {
        let content = serde_json::to_string(files)?;
        Ok(Offer { pack, hash: hash(&content), content: packed(&content)?, built_in })
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

/// As it is kept: a third of the size, and the people of its examples do not stand in the rows.
pub fn packed(content: &str) -> Result<String> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    writer.write_all(content.as_bytes())?;
    Ok(STANDARD.encode(writer.finish()?))
}

fn unpacked(packed: &str) -> std::result::Result<String, String> {
    let bytes = STANDARD.decode(packed).map_err(|e| e.to_string())?;
    let mut content = String::new();
    let read = GzDecoder::new(&*bytes).take(MOST).read_to_string(&mut content);
    read.map_err(|e| e.to_string()).map(|_| content)
}

/// Reads a kept content back; anything but exactly what was published is refused.
pub fn unpack(slug: &str, version: i64, hash_kept: &str, packed: &str) -> Result<Pack> {
    let content = unpacked(packed).map_err(|e| damaged(slug, version, e))?;
    if hash(&content) != hash_kept {
        return Err(damaged(slug, version, "the content differs from its hash"));
    }
    let files: Files = serde_json::from_str(&content).map_err(|e| damaged(slug, version, e))?;
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
