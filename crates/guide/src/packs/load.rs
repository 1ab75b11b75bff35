//! Reading packs: from a folder, or the shipped ones out of the binary.

use super::form::{Form, Layout};
use super::model::{Faq, Pack, Rule, TestCase};
use super::{documents::Document, materials::Material};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// The files of a pack. Only `licence.toml` may be left out.
pub const FILES: [&str; 11] = [
    "item.toml",
    "form.schema.json",
    "form.layout.toml",
    "conditions.toml",
    "flow.toml",
    "materials.toml",
    "licence.toml",
    "guide.toml",
    "faq.toml",
    "documents.toml",
    "tests.toml",
];
/// Largest single file of a pack, in bytes.
const MAX_FILE: u64 = 512 * 1024;

/// Registers a pack may draw on.
pub(super) const REGISTERS: &str = include_str!("../../../../packs/registers.toml");

/// Embeds the files of one shipped pack.
macro_rules! pack {
    ($slug:literal: $($file:literal)*) => {
        ($slug, &[$(($file, include_str!(concat!("../../../../packs/", $slug, "/", $file)))),*])
    };
}

type Embedded = (&'static str, &'static [(&'static str, &'static str)]);

const SHIPPED: [Embedded; 3] = [
    pack!("jdc-jybz": "item.toml" "form.schema.json" "form.layout.toml" "conditions.toml"
        "flow.toml" "materials.toml" "licence.toml" "guide.toml" "faq.toml" "documents.toml"
        "tests.toml"),
    pack!("spjy-xb": "item.toml" "form.schema.json" "form.layout.toml" "conditions.toml"
        "flow.toml" "materials.toml" "licence.toml" "guide.toml" "faq.toml" "documents.toml"
        "tests.toml"),
    pack!("yl-rz": "item.toml" "form.schema.json" "form.layout.toml" "conditions.toml"
        "flow.toml" "materials.toml" "guide.toml" "faq.toml" "documents.toml" "tests.toml"),
];

/// Why a pack could not be read: one entry per file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// File within the pack.
    pub file: String,
    /// `file-missing`, `file-unreadable`, `file-syntax`.
    pub code: &'static str,
    /// What the parser said, with line and column.
    pub message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    #[serde(default)]
    rule: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Materials {
    #[serde(default)]
    material: Vec<Material>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Faqs {
    #[serde(default)]
    faq: Vec<Faq>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Documents {
    #[serde(default)]
    document: Vec<Document>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tests {
    #[serde(default)]
    test: Vec<TestCase>,
}

/// Parses a pack out of its files' texts. All files are tried, so that one run of the checker
/// shows every syntax error.
///
/// # Errors
/// One [`LoadError`] for each file that is missing or does not parse.
pub fn parse(slug: &str, files: &BTreeMap<String, String>) -> Result<Pack, Vec<LoadError>> {
    let mut errors = Vec::new();
    let item = toml_file(files, "item.toml", &mut errors);
    let layout = toml_file::<Layout>(files, "form.layout.toml", &mut errors);
    let schema = text(files, "form.schema.json", &mut errors).and_then(|t| {
        serde_json::from_str::<serde_json::Value>(t)
            .map_err(|e| errors.push(syntax("form.schema.json", &e)))
            .ok()
    });
    let rules = toml_file::<Rules>(files, "conditions.toml", &mut errors);
    let flow = toml_file(files, "flow.toml", &mut errors);
    let materials = toml_file::<Materials>(files, "materials.toml", &mut errors);
    let licence = match files.contains_key("licence.toml") {
        true => toml_file(files, "licence.toml", &mut errors).map(Some),
        false => Some(None),
    };
    let guide = toml_file(files, "guide.toml", &mut errors);
    let faq = toml_file::<Faqs>(files, "faq.toml", &mut errors);
    let documents = toml_file::<Documents>(files, "documents.toml", &mut errors);
    let tests = toml_file::<Tests>(files, "tests.toml", &mut errors);
    let pack = || {
        Some(Pack {
            slug: slug.to_owned(),
            item: item?,
            form: Form::join(layout?, schema?),
            rules: rules?.rule,
            flow: flow?,
            materials: materials?.material,
            licence: licence?,
            guide: guide?,
            faq: faq?.faq,
            documents: documents?.document,
            tests: tests?.test,
        })
    };
    pack().ok_or(errors)
}

fn text<'a>(
    files: &'a BTreeMap<String, String>,
    file: &str,
    errors: &mut Vec<LoadError>,
) -> Option<&'a str> {
    let found = files.get(file).map(String::as_str);
    if found.is_none() {
        let message = format!("{file} is missing");
        errors.push(LoadError { file: file.to_owned(), code: "file-missing", message });
    }
    found
}

fn toml_file<T: DeserializeOwned>(
    files: &BTreeMap<String, String>,
    file: &str,
    errors: &mut Vec<LoadError>,
) -> Option<T> {
    let text = text(files, file, errors)?;
    toml::from_str(text).map_err(|e| errors.push(syntax(file, &e))).ok()
}

fn syntax(file: &str, error: &dyn std::fmt::Display) -> LoadError {
    let message = error.to_string().trim_end().to_owned();
    LoadError { file: file.to_owned(), code: "file-syntax", message }
}

/// Reads and parses a pack folder; the folder's name is the slug.
///
/// # Errors
/// As [`parse`] and [`read_dir`].
pub fn load_dir(dir: &Path) -> Result<Pack, Vec<LoadError>> {
    let (slug, files) = read_dir(dir)?;
    parse(&slug, &files)
}

/// The slug of a pack folder and the texts of its files.
///
/// # Errors
/// `file-unreadable` for what cannot be read or is larger than 512 KiB.
pub fn read_dir(dir: &Path) -> Result<(String, BTreeMap<String, String>), Vec<LoadError>> {
    let mut files = BTreeMap::new();
    let mut errors = Vec::new();
    for file in FILES {
        let path = dir.join(file);
        let size = match std::fs::metadata(&path) {
            Ok(meta) => meta.len(),
            Err(_) => continue, // missing: told by `parse`
        };
        let read = if size > MAX_FILE {
            Err(format!("{size} bytes, more than {MAX_FILE}"))
        } else {
            std::fs::read_to_string(&path).map_err(|e| e.to_string())
        };
        match read {
            Ok(text) => {
                files.insert(file.to_owned(), text);
            }
            Err(message) => {
                errors.push(LoadError { file: file.to_owned(), code: "file-unreadable", message });
            }
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let slug = dir.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    Ok((slug, files))
}

/// The files of a shipped pack, for tests and for `check` without a folder.
pub fn shipped_files(slug: &str) -> Option<BTreeMap<String, String>> {
    let (_, files) = SHIPPED.iter().find(|(s, _)| *s == slug)?;
    Some(files.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect())
}

/// The packs that ship in the binary, parsed once, by slug. A test holds them to be whole; one that
/// does not parse is logged and left out rather than stopping the portal.
pub fn load_shipped() -> &'static [Arc<Pack>] {
    static PACKS: OnceLock<Vec<Arc<Pack>>> = OnceLock::new();
    PACKS.get_or_init(|| {
        SHIPPED
            .iter()
            .filter_map(|(slug, _)| match parse(slug, &shipped_files(slug)?) {
                Ok(pack) => Some(Arc::new(pack)),
                Err(errors) => {
                    tracing::error!(slug, ?errors, "shipped pack does not parse");
                    None
                }
            })
            .collect()
    })
}

/// A shipped pack by slug.
pub fn shipped(slug: &str) -> Option<Arc<Pack>> {
    load_shipped().iter().find(|p| p.slug == slug).cloned()
}
