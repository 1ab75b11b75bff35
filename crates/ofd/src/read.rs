//! Reads OFD documents: metadata, pages, text, field tags, attachments, the list of signatures. Tolerant of what occurs in the
//! wild (missing `Type`, other namespaces, paths in other letter case), bounded by [`Limits`], never panics.

use crate::package::{Package, normal_path};
use crate::xml::{self, Node};
use crate::{Error, Limits};
use std::borrow::Cow;
use std::collections::HashMap;

/// Metadata of the document (`DocInfo`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Info {
    /// DocID as written.
    pub id: String,
    /// Title.
    pub title: String,
    /// Author.
    pub author: String,
    /// Creation date as written; several forms occur.
    pub created: String,
    /// `CustomDatas` name → value in order.
    pub custom: Vec<(String, String)>,
}

/// One page of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRef {
    /// Its id, to which tags and stamps refer.
    pub id: String,
    /// Path of its content file from the root.
    pub path: String,
}

/// A field that the document's custom tags map to objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Name of the field.
    pub name: String,
    /// Text of its objects, joined.
    pub text: String,
}

/// A file that travels inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentRef {
    /// Name shown to people.
    pub name: String,
    /// Path from the root.
    pub path: String,
}

/// One entry of the list of signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureRef {
    /// Its id as written.
    pub id: String,
    /// `Seal` (the default) or `Sign`.
    pub kind: String,
    /// Path of its Signature.xml from the root.
    pub path: String,
}

/// An opened document.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    package: Package<'a>,
    info: Info,
    root_path: String,
    root: Node,
    pages: Vec<PageRef>,
    signatures_path: Option<String>,
}

impl<'a> Reader<'a> {
    /// Opens a file. Of several bodies the first is read.
    pub fn open(bytes: &'a [u8], limits: &Limits) -> Result<Reader<'a>, Error> {
        Reader::of(Package::open(bytes, limits)?)
    }

    /// Reads an opened package.
    pub fn of(package: Package<'a>) -> Result<Reader<'a>, Error> {
        let main = xml::parse(&package.read("OFD.xml")?, package.limits())?;
        let body = main.child("DocBody").ok_or(Error::Document("no DocBody"))?;
        let root = body.child_text("DocRoot").ok_or(Error::Document("no DocRoot"))?;
        let root_path = locate(&package, "OFD.xml", root);
        let root = xml::parse(&package.read(&root_path)?, package.limits())?;
        let pages = root.child("Pages").map(|list| {
            let page = |p: &Node| {
                let id = p.attr("ID").unwrap_or_default().to_owned();
                PageRef {
                    id,
                    path: locate(&package, &root_path, p.attr("BaseLoc").unwrap_or_default()),
                }
            };
            list.all("Page").map(page).collect()
        });
        let signatures_path =
            body.child_text("Signatures").map(|loc| locate(&package, "OFD.xml", loc));
        let info = body.child("DocInfo").map(info).unwrap_or_default();
        Ok(Reader {
            info,
            root_path,
            pages: pages.unwrap_or_default(),
            root,
            signatures_path,
            package,
        })
    }

    /// The container.
    pub fn package(&self) -> &Package<'a> {
        &self.package
    }

    /// Metadata.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// Pages in order.
    pub fn pages(&self) -> &[PageRef] {
        &self.pages
    }

    /// Path of the document's root file.
    pub fn root_path(&self) -> &str {
        &self.root_path
    }

    /// The document's root element.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// A file by its path from the root, any letter case.
    pub fn file(&self, path: &str) -> Result<Cow<'a, [u8]>, Error> {
        self.package.read(path)
    }

    /// Parses an XML file by its path from the root.
    pub fn xml(&self, path: &str) -> Result<Node, Error> {
        xml::parse(&self.file(path)?, self.package.limits())
    }

    /// Path of what `location`, written in file `base`, points to; tries the package root and the document's folder when
    /// nothing lies where the standard says.
    pub fn locate(&self, base: &str, location: &str) -> String {
        locate(&self.package, base, location)
    }

    /// Size of a page in mm: its own area, else the document's, else A4.
    pub fn page_size(&self, page: &Node) -> (f32, f32) {
        let own = page.child("Area");
        let common = self.root.child("CommonData").and_then(|c| c.child("PageArea"));
        let size = |area: &Node| {
            let box_ = numbers(area.child_text("PhysicalBox")?);
            (box_.len() == 4 && box_[2] > 0.0 && box_[3] > 0.0).then(|| (box_[2], box_[3]))
        };
        own.and_then(size).or_else(|| common.and_then(size)).unwrap_or((210.0, 297.0))
    }

    /// Templates of a page that lie below and above its own content; those that cannot be read are left out.
    pub fn templates(&self, page: &Node) -> (Vec<Node>, Vec<Node>) {
        /// More templates than any real page uses.
        const MOST: usize = 16;
        let (mut below, mut above) = (Vec::new(), Vec::new());
        for used in page.all("Template").take(MOST) {
            let id = used.attr("TemplateID").unwrap_or_default();
            let common = self.root.child("CommonData");
            let known =
                common.and_then(|c| c.all("TemplatePage").find(|t| t.attr("ID") == Some(id)));
            let Some(location) = known.and_then(|t| t.attr("BaseLoc")) else { continue };
            let Ok(node) = self.xml(&self.locate(&self.root_path, location)) else { continue };
            let front = used.attr("ZOrder") == Some("Foreground");
            if front { above.push(node) } else { below.push(node) }
        }
        (below, above)
    }

    /// What the document's annotations show on a page, given by its id: the appearance of each that is visible, in order.
    /// Those that cannot be read are left out.
    pub fn annotations(&self, page: &str) -> Vec<Node> {
        let list_path =
            self.root.child_text("Annotations").map(|l| self.locate(&self.root_path, l));
        let list = list_path.as_ref().and_then(|path| self.xml(path).ok());
        let (Some(list_path), Some(list)) = (list_path, list) else { return Vec::new() };
        let mut out = Vec::new();
        for file in list.all("Page").filter(|p| p.attr("PageID") == Some(page)) {
            let Some(location) = file.child_text("FileLoc") else { continue };
            let Ok(node) = self.xml(&self.locate(&list_path, location)) else { continue };
            let seen = node.all("Annot").filter(|a| a.attr("Visible") != Some("false"));
            out.extend(seen.filter_map(|a| a.child("Appearance")).cloned());
        }
        out
    }

    /// Text of one page with its templates: text objects in the order they are drawn, one line each.
    pub fn page_text(&self, page: usize) -> Result<String, Error> {
        let page = self.pages.get(page).ok_or(Error::Document("no such page"))?;
        let node = self.xml(&page.path)?;
        let (below, above) = self.templates(&node);
        let drawn = below.iter().chain([&node]).chain(&above);
        let objects = drawn.flat_map(Node::walk).filter(|n| n.name == "TextObject");
        Ok(objects.map(object_text).collect::<Vec<_>>().join("\n"))
    }

    /// Text of all pages, a form feed between them.
    pub fn text(&self) -> Result<String, Error> {
        let pages: Result<Vec<String>, Error> =
            (0..self.pages.len()).map(|n| self.page_text(n)).collect();
        Ok(pages?.join("\u{c}"))
    }

    /// Fields mapped by the document's custom tags, in order. Tags that point nowhere have an empty text.
    pub fn fields(&self) -> Result<Vec<Field>, Error> {
        let Some(list) = self.root.child_text("CustomTags") else { return Ok(Vec::new()) };
        let list_path = self.locate(&self.root_path, list);
        let mut texts: HashMap<String, HashMap<String, String>> = HashMap::new();
        let mut out = Vec::new();
        for tag in self.xml(&list_path)?.all("CustomTag") {
            let Some(file) = tag.child_text("FileLoc") else { continue };
            let tags = self.xml(&self.locate(&list_path, file))?;
            for node in tags.walk() {
                if node.child("ObjectRef").is_none() {
                    continue;
                }
                let mut text = String::new();
                for reference in node.all("ObjectRef") {
                    let page = reference.attr("PageRef").unwrap_or_default();
                    if !texts.contains_key(page) {
                        texts.insert(page.to_owned(), self.objects_of(page));
                    }
                    text.push_str(
                        texts[page].get(reference.text.trim()).map_or("", String::as_str),
                    );
                }
                let name = node.attr("Name").unwrap_or(&node.name).to_owned();
                out.push(Field { name, text });
            }
        }
        Ok(out)
    }

    /// Object id → text of one page; empty when the page cannot be read.
    fn objects_of(&self, page: &str) -> HashMap<String, String> {
        let path = self.pages.iter().find(|p| p.id == page).map(|p| p.path.clone());
        let Some(node) = path.and_then(|path| self.xml(&path).ok()) else { return HashMap::new() };
        let texts = node.walk().into_iter().filter(|n| n.name == "TextObject");
        texts.map(|n| (n.attr("ID").unwrap_or_default().to_owned(), object_text(n))).collect()
    }

    /// Files that travel inside.
    pub fn attachments(&self) -> Result<Vec<AttachmentRef>, Error> {
        let Some(list) = self.root.child_text("Attachments") else { return Ok(Vec::new()) };
        let list_path = self.locate(&self.root_path, list);
        let list = self.xml(&list_path)?;
        let attachment = |node: &Node| {
            let path = self.locate(&list_path, node.child_text("FileLoc")?);
            Some(AttachmentRef { name: node.attr("Name").unwrap_or_default().to_owned(), path })
        };
        Ok(list.all("Attachment").filter_map(attachment).collect())
    }

    /// Path of the list of signatures, if the document names one.
    pub fn signatures_path(&self) -> Option<&str> {
        self.signatures_path.as_deref()
    }

    /// Signatures in order; none when the document names no list.
    pub fn signatures(&self) -> Result<Vec<SignatureRef>, Error> {
        let Some(path) = &self.signatures_path else { return Ok(Vec::new()) };
        let list = self.xml(path)?;
        let signature = |node: &Node| SignatureRef {
            id: node.attr("ID").unwrap_or_default().to_owned(),
            kind: node.attr("Type").filter(|t| !t.is_empty()).unwrap_or("Seal").to_owned(),
            path: self.locate(path, node.attr("BaseLoc").unwrap_or_default()),
        };
        Ok(list.all("Signature").map(signature).collect())
    }
}

fn info(node: &Node) -> Info {
    let text = |name: &str| node.child_text(name).unwrap_or_default().to_owned();
    let custom = node.child("CustomDatas").map(|list| {
        let pair =
            |n: &Node| (n.attr("Name").unwrap_or_default().to_owned(), n.text.trim().to_owned());
        list.all("CustomData").map(pair).collect()
    });
    Info {
        id: text("DocID"),
        title: text("Title"),
        author: text("Author"),
        created: text("CreationDate"),
        custom: custom.unwrap_or_default(),
    }
}

fn locate(package: &Package<'_>, base: &str, location: &str) -> String {
    let path = normal_path(base, location);
    if package.find(&path).is_some() {
        return path;
    }
    let from_root = normal_path("", location);
    let in_document = normal_path("Doc_0/x", location);
    [from_root, in_document].into_iter().find(|p| package.find(p).is_some()).unwrap_or(path)
}

/// Characters of a text object, its pieces joined.
pub(crate) fn object_text(node: &Node) -> String {
    node.all("TextCode").map(|code| code.text.as_str()).collect()
}

/// Numbers of an OFD array; whatever is no finite number is left out.
pub(crate) fn numbers(text: &str) -> Vec<f32> {
    text.split_whitespace().filter_map(|n| n.parse().ok()).filter(|n: &f32| n.is_finite()).collect()
}
