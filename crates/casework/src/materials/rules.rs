//! Pure decisions about a paper: whether a file may be put in for a material.

use super::model::Paper;
use guide::packs::materials::{Material, Necessity, UploadFault};
use guide::packs::{Pack, Text, Way};
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
    match round {
        0 => judge(material, name, bytes, already),
        _ => judge(&asked_again(material), name, bytes, already),
    }
}

/// Judges a file by what a material takes.
///
/// # Errors
/// The fault.
pub fn judge(material: &Material, name: &str, bytes: &[u8], already: u32) -> Result<()> {
    let fault = material.fault(name, bytes.len() as u64, bytes, already);
    fault.map_or(Ok(()), |found| Err(self::fault(material, found)))
}

/// A material as it is asked for in a correction: one that is otherwise made from the form or fetched from a
/// register says nothing of files, and takes what evidence does.
pub fn asked_again(material: &Material) -> Material {
    match material.accept.is_empty() {
        false => material.clone(),
        true => {
            let Material { accept, max_mib, max_files, .. } = evidence();
            Material { accept, max_mib, max_files, ..material.clone() }
        }
    }
}

/// What is taken as evidence that a register is wrong.
pub fn evidence() -> Material {
    Material {
        key: String::new(),
        name: Text::default(),
        necessity: Necessity::Optional,
        when: None,
        when_words: Text::default(),
        source: Text::default(),
        ways: vec![Way::Upload],
        licence: None,
        facts: vec![],
        fields: vec![],
        accept: ["pdf", "jpg", "png", "ofd"].map(str::to_owned).into(),
        max_mib: 10,
        max_files: 3,
        note: Text::default(),
        sample: Text::default(),
        mistakes: vec![],
        basis: Text::default(),
    }
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

/// A file's new name: what its owner typed, with the ending it had.
///
/// # Errors
/// `file-name` when nothing is left of it.
pub fn renamed(old: &str, typed: &str) -> Result<String> {
    let clean: String =
        typed.trim().chars().filter(|c| !c.is_control() && *c != '/').take(120).collect();
    let ending = old.rsplit_once('.').map_or("", |(_, e)| e);
    let stem = match clean.rsplit_once('.') {
        Some((stem, e)) if e.eq_ignore_ascii_case(ending) => stem.trim().to_owned(),
        _ => clean.trim().to_owned(),
    };
    match (stem.is_empty(), ending.is_empty()) {
        (true, _) => Err(Error::refused("file-name")),
        (false, true) => Ok(stem),
        (false, false) => Ok(format!("{stem}.{ending}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_asked_for_again_can_be_handed_in() {
        let mut silent = evidence();
        (silent.accept, silent.max_mib, silent.max_files) = (vec![], 0, 0);
        assert!(judge(&silent, "a.pdf", b"%PDF-1.7", 0).is_err());
        assert!(judge(&asked_again(&silent), "a.pdf", b"%PDF-1.7", 0).is_ok());
        let told = Material { accept: vec!["png".into()], max_mib: 1, max_files: 1, ..evidence() };
        assert!(
            judge(&asked_again(&told), "a.pdf", b"%PDF-1.7", 0).is_err(),
            "what a pack says holds"
        );
    }

    #[test]
    fn a_new_name_keeps_the_ending() {
        for (old, typed, want) in [
            ("a.pdf", "平面图", Some("平面图.pdf")),
            ("a.pdf", " 平面图.PDF ", Some("平面图.pdf")),
            ("a.pdf", "图.exe", Some("图.exe.pdf")),
            ("a.pdf", "../../x\u{0}y", Some("....xy.pdf")),
            ("a.pdf", "  ", None),
            ("a.pdf", ".pdf", None),
            ("a", "b", Some("b")),
        ] {
            assert_eq!(renamed(old, typed).ok().as_deref(), want, "{old} {typed:?}");
        }
        let long = renamed("a.pdf", &"长".repeat(500)).expect("cut");
        assert_eq!(long.chars().count(), 124);
    }
}
