//! What a page draws, first things first, with every place, colour and outline worked out: templates, page blocks,
//! annotations, seals and seals whose picture is a document itself. Whoever draws it (a picture, a PDF) is a [`Surface`].

mod shape;

pub(crate) use shape::{Segment, compose};

use crate::Error;
use crate::layout::{Matrix, glyphs, matrix, number};
use crate::picture::Resources;
use crate::read::{Reader, numbers};
use crate::seal::{Picture, Seal, SealSignature};
use crate::xml::Node;

/// Nesting of page blocks, and of seals whose picture is a document itself.
const DEPTH: usize = 16;
/// The ink of a seal lets the text below show through.
const SEAL_ALPHA: f32 = 0.85;

/// A colour and how much of it covers what lies below, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ink {
    pub rgb: [u8; 3],
    pub alpha: f32,
}

/// Characters of one font.
pub(crate) struct Letters<'a> {
    /// Id of the font within its document, and the document's number, so that two documents' fonts are kept apart.
    pub font: (usize, &'a str),
    /// Its embedded file, if there is one.
    pub file: Option<&'a [u8]>,
    /// Size of the type in its own coordinates.
    pub size: f32,
    /// From its own coordinates to mm on the page.
    pub matrix: Matrix,
    pub ink: Ink,
    /// Characters with the start of their base line.
    pub glyphs: Vec<(char, f32, f32)>,
}

/// An outline.
pub(crate) struct Outline {
    pub segments: Vec<Segment>,
    /// From its own coordinates to mm on the page.
    pub matrix: Matrix,
    pub fill: Option<Ink>,
    /// Ink and width in its own coordinates.
    pub stroke: Option<(Ink, f32)>,
    pub even_odd: bool,
}

/// What pages are drawn on.
pub(crate) trait Surface {
    fn letters(&mut self, letters: &Letters<'_>);
    fn outline(&mut self, outline: &Outline);
    /// A picture in its file format; `matrix` brings the unit square (y downwards) to its place in mm.
    fn image(&mut self, data: &[u8], matrix: Matrix, alpha: f32);
    /// Nothing outside this box (mm: left, top, width, height) shows until [`Surface::unclip`].
    fn clip(&mut self, area: [f32; 4]);
    fn unclip(&mut self);
}

/// Size of a page (from 0) in mm.
pub(crate) fn size(reader: &Reader<'_>, page: usize) -> Result<(f32, f32), Error> {
    let place = reader.pages().get(page).ok_or(Error::Document("no such page"))?;
    Ok(reader.page_size(&reader.xml(&place.path)?))
}

/// Draws a page (from 0).
pub(crate) fn draw(
    reader: &Reader<'_>,
    page: usize,
    surface: &mut dyn Surface,
) -> Result<(), Error> {
    let whole = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
    Walk { reader, surface, base: whole, alpha: 1.0, document: 0 }.page(page)
}

struct Walk<'a, 'r, 's> {
    reader: &'a Reader<'r>,
    surface: &'s mut dyn Surface,
    /// From mm of this document's page to mm of the page drawn on.
    base: Matrix,
    alpha: f32,
    /// 0 for the document, from 1 for documents that are pictures of seals in it.
    document: usize,
}

impl Walk<'_, '_, '_> {
    fn page(&mut self, page: usize) -> Result<(), Error> {
        let place = self.reader.pages().get(page).ok_or(Error::Document("no such page"))?;
        let node = self.reader.xml(&place.path)?;
        let resources = Resources::load(self.reader, &node, &place.path);
        let (below, above) = self.reader.templates(&node);
        for drawn in below.iter().chain([&node]).chain(&above) {
            let Some(content) = drawn.child("Content") else { continue };
            content.all("Layer").for_each(|layer| self.objects(layer, &resources, 0));
        }
        self.annotations(&place.id, &resources);
        if self.document == 0 {
            self.stamps(&place.id);
        }
        Ok(())
    }

    /// What the document's annotations show on this page, each in the coordinates of its boundary.
    fn annotations(&mut self, page: &str, resources: &Resources) {
        for appearance in self.reader.annotations(page) {
            let base = self.base;
            self.base = compose(base, matrix(&appearance));
            self.objects(&appearance, resources, 0);
            self.base = base;
        }
    }

    fn objects(&mut self, parent: &Node, resources: &Resources, depth: usize) {
        for node in parent.children.iter().filter(|n| n.attr("Visible") != Some("false")) {
            match node.name.as_str() {
                "TextObject" => self.letters(node, resources),
                "PathObject" => self.outline(node),
                "ImageObject" => self.image(node, resources),
                "PageBlock" if depth < DEPTH => self.objects(node, resources, depth + 1),
                _ => {}
            }
        }
    }

    fn ink(&self, node: &Node, color: &str) -> Ink {
        let own = |n: &Node| number(n, "Alpha").map_or(1.0, |a| (a / 255.0).clamp(0.0, 1.0));
        let color = node.child(color);
        let rgb = color.and_then(rgb).unwrap_or([0; 3]);
        Ink { rgb, alpha: self.alpha * own(node) * color.map_or(1.0, own) }
    }

    fn letters(&mut self, node: &Node, resources: &Resources) {
        let id = node.attr("Font").unwrap_or_default();
        self.surface.letters(&Letters {
            font: (self.document, id),
            file: resources.fonts().get(id).map(Vec::as_slice),
            size: number(node, "Size").unwrap_or(3.0),
            matrix: compose(self.base, matrix(node)),
            ink: self.ink(node, "FillColor"),
            glyphs: glyphs(node),
        });
    }

    fn outline(&mut self, node: &Node) {
        let Some(data) = node.child_text("AbbreviatedData") else { return };
        let on = |name: &str, default: bool| node.attr(name).map_or(default, |v| v == "true");
        let width = number(node, "LineWidth").unwrap_or(0.353);
        let stroke = on("Stroke", true).then(|| (self.ink(node, "StrokeColor"), width));
        self.surface.outline(&Outline {
            segments: shape::segments(data),
            matrix: compose(self.base, matrix(node)),
            fill: on("Fill", false).then(|| self.ink(node, "FillColor")),
            stroke,
            even_odd: node.attr("Rule") == Some("Even-Odd"),
        });
    }

    fn image(&mut self, node: &Node, resources: &Resources) {
        let path = resources.image(node.attr("ResourceID").unwrap_or_default());
        let Some(data) = path.and_then(|path| self.reader.file(path).ok()) else { return };
        let alpha = self.ink(node, "").alpha;
        self.surface.image(&data, compose(self.base, matrix(node)), alpha);
    }

    /// Pictures of the seals that stand on this page.
    fn stamps(&mut self, page: &str) {
        let mut inner = 0;
        for signature in self.reader.signatures().unwrap_or_default() {
            let Ok(node) = self.reader.xml(&signature.path) else { continue };
            let here = |n: &&Node| n.name == "StampAnnot" && n.attr("PageRef") == Some(page);
            let nodes = node.walk();
            let stamps: Vec<&Node> = nodes.into_iter().filter(here).collect();
            if stamps.is_empty() {
                continue;
            }
            let Some(picture) = seal_picture(self.reader, &node, &signature.path) else { continue };
            for stamp in stamps {
                let four = |name| <[f32; 4]>::try_from(numbers(stamp.attr(name)?)).ok();
                let Some([x, y, width, height]) = four("Boundary") else { continue };
                inner += 1;
                if let Some([left, top, w, h]) = four("Clip") {
                    self.surface.clip([x + left, y + top, w, h]);
                }
                let place = [width, 0.0, 0.0, height, x, y];
                if picture.data.starts_with(b"PK") {
                    self.inner_document(&picture.data, place, inner);
                } else {
                    self.surface.image(&picture.data, place, SEAL_ALPHA);
                }
                if stamp.attr("Clip").is_some() {
                    self.surface.unclip();
                }
            }
        }
    }

    /// The picture of a seal that is a document itself: its first page, drawn into the place of the stamp.
    fn inner_document(&mut self, data: &[u8], place: Matrix, document: usize) {
        let Ok(reader) = Reader::open(data, self.reader.package().limits()) else { return };
        let Ok((width, height)) = size(&reader, 0) else { return };
        let fit = [1.0 / width, 0.0, 0.0, 1.0 / height, 0.0, 0.0];
        let base = compose(self.base, compose(place, fit));
        let surface = &mut *self.surface;
        let mut walk = Walk { reader: &reader, surface, base, alpha: SEAL_ALPHA, document };
        // A picture that cannot be drawn leaves its place empty, as any reader does.
        let _ = walk.page(0);
    }
}

/// The picture of a seal: from the signature value, else from the seal that lies beside it.
pub(crate) fn seal_picture(reader: &Reader<'_>, signature: &Node, path: &str) -> Option<Picture> {
    let embedded = || {
        let location = signature.child_text("SignedValue")?;
        let dat = reader.file(&reader.locate(path, location)).ok()?;
        SealSignature::parse(&dat).ok().map(|s| s.seal.picture)
    };
    let beside = || {
        let location = signature.child("SignedInfo")?.child("Seal")?.child_text("BaseLoc")?;
        let esl = reader.file(&reader.locate(path, location)).ok()?;
        Seal::parse(&esl).ok().map(|s| s.picture)
    };
    embedded().or_else(beside)
}

/// Colour of a FillColor or StrokeColor; one, three and four components are grey, RGB and CMYK.
pub(crate) fn rgb(color: &Node) -> Option<[u8; 3]> {
    let value = color.attr("Value")?;
    let component = |part: &str| match part.strip_prefix('#') {
        Some(hex) => u8::from_str_radix(hex, 16).ok().map(f32::from),
        None => part.parse().ok(),
    };
    let parts: Vec<f32> = value.split_whitespace().filter_map(component).collect();
    let byte = |v: f32| v.clamp(0.0, 255.0) as u8;
    match parts[..] {
        [grey] => Some([byte(grey); 3]),
        [r, g, b] => Some([byte(r), byte(g), byte(b)]),
        [c, m, y, k] => Some([c, m, y].map(|v| byte((255.0 - v) * (255.0 - k) / 255.0))),
        _ => None,
    }
}
