//! Pure decisions about a paper: whether a file may be put in for a material.

use super::model::Paper;
use guide::packs::Pack;
use guide::packs::materials::{Material, UploadFault};
use store::{Error, Result};

/// Whether a file may be put in for a material.
///
/// # Errors
/// `paper-unknown`, or the fault: `paper-empty`, `paper-type`, `paper-content`, `paper-large`,
/// `paper-many`, with what is allowed as arguments.
pub fn acceptable(
    pack: &Pack,
    key: &str,
    name: &str,
    bytes: &[u8],
    papers: &[Paper],
    round: i64,
) -> Result<()> {
    let Some(material) = pack.materials.iter().find(|m| m.key == key) else {
        return Err(Error::refused("paper-unknown"));
    };
    let already = papers.iter().filter(|p| p.key == key && p.round == round).count() as u32;
    let fault = material.fault(name, bytes.len() as u64, bytes, already);
    fault.map_or(Ok(()), |found| Err(self::fault(material, found)))
}

/// A fault of a file as the refusal people read, with what is allowed.
pub fn fault(material: &Material, fault: UploadFault) -> Error {
    match fault {
        UploadFault::Empty => Error::refused("paper-empty"),
        UploadFault::Type => Error::refused_with("paper-type", "types", material.accept.join("、")),
        UploadFault::Content => Error::refused("paper-content"),
        UploadFault::Large => Error::refused_with("paper-large", "mib", material.max_mib),
        UploadFault::Many => Error::refused_with("paper-many", "most", material.max_files),
    }
}
