//! Fonts and pictures a page refers to by id.

use crate::read::Reader;
use crate::xml::Node;
use std::collections::HashMap;

/// Resources of a document and one page.
#[derive(Debug, Default)]
pub(crate) struct Resources {
    /// Font id → bytes of the embedded file.
    fonts: HashMap<String, Vec<u8>>,
    /// Picture id → path from the root.
    images: HashMap<String, String>,
}

impl Resources {
    /// Loads what the document and the page name; what cannot be read is left out.
    pub(crate) fn load(reader: &Reader<'_>, page: &Node, page_path: &str) -> Resources {
        let mut out = Resources::default();
        let common = reader.root().child("CommonData");
        let named = common.into_iter().flat_map(|c| c.children.iter());
        for node in named.filter(|n| n.name == "PublicRes" || n.name == "DocumentRes") {
            out.file(reader, reader.root_path(), node.text.trim());
        }
        for node in page.all("PageRes") {
            out.file(reader, page_path, node.text.trim());
        }
        out
    }

    fn file(&mut self, reader: &Reader<'_>, base: &str, location: &str) {
        let path = reader.locate(base, location);
        let Ok(node) = reader.xml(&path) else { return };
        let folder = node.attr("BaseLoc").unwrap_or_default();
        let locate = |name: &str| {
            let joined = format!("{}/{name}", folder.trim_end_matches('/'));
            let inside = if folder.is_empty() || name.starts_with('/') { name } else { &joined };
            reader.locate(&path, inside)
        };
        for item in node.walk() {
            let Some(id) = item.attr("ID") else { continue };
            match item.name.as_str() {
                "Font" => {
                    let file =
                        item.child_text("FontFile").and_then(|f| reader.file(&locate(f)).ok());
                    if let Some(bytes) = file {
                        self.fonts.insert(id.to_owned(), bytes.into_owned());
                    }
                }
                "MultiMedia" => {
                    if let Some(file) = item.child_text("MediaFile") {
                        self.images.insert(id.to_owned(), locate(file));
                    }
                }
                _ => {}
            }
        }
    }

    /// Embedded font files by id.
    pub(crate) fn fonts(&self) -> &HashMap<String, Vec<u8>> {
        &self.fonts
    }

    /// Path of a picture.
    pub(crate) fn image(&self, id: &str) -> Option<&str> {
        self.images.get(id).map(String::as_str)
    }
}
