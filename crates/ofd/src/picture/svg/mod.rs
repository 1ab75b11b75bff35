//! Draws a page as SVG, good enough to read in a browser: text as outlines of the embedded fonts, paths, pictures, page
//! templates, annotations, and the seals at their places. Presentation attributes only, so it passes a strict content policy.

mod glyphs;
mod outline;
mod resources;

use crate::Error;
use crate::layout::{glyphs, number};
use crate::read::{Reader, numbers, object_text};
use crate::scene::{rgb, seal_picture};
use crate::write::mm;
use crate::xml::{Node, escape};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use glyphs::{EM, Glyphs};
use outline::{Outline, outline};
pub(crate) use resources::Resources;
use std::fmt::Write;

/// Nesting of page blocks, and of seals whose picture is a document itself.
const DEPTH: usize = 16;

/// Points per millimetre at which the picture of a seal is shown.
const SHARP: f32 = 5.0;

/// SVG of one page (from 0). `prefix` starts the ids inside, so that several pages can stand in one HTML page.
pub fn render_svg(reader: &Reader<'_>, page: usize, prefix: &str) -> Result<String, Error> {
    render(reader, page, (&escape(prefix), &[]), 0)
}

/// The same with grey bars in place of every line that is one of these texts or a part of one: what is covered is
/// not in the picture at all.
pub fn render_svg_without(
    reader: &Reader<'_>,
    page: usize,
    prefix: &str,
    hidden: &[String],
) -> Result<String, Error> {
    render(reader, page, (&escape(prefix), hidden), 0)
}

fn render(
    reader: &Reader<'_>,
    page: usize,
    (prefix, hidden): (&str, &[String]),
    depth: usize,
) -> Result<String, Error> {
    let place = reader.pages().get(page).ok_or(Error::Document("no such page"))?;
    let node = reader.xml(&place.path)?;
    let (width, height) = reader.page_size(&node);
    let resources = Resources::load(reader, &node, &place.path);
    let mut canvas = Canvas {
        reader,
        glyphs: Glyphs::new(&resources, prefix),
        resources: &resources,
        hidden,
        out: String::new(),
    };
    let (below, above) = reader.templates(&node);
    below.iter().for_each(|template| canvas.layers(template));
    canvas.layers(&node);
    above.iter().for_each(|template| canvas.layers(template));
    for appearance in reader.annotations(&place.id) {
        canvas.open(&appearance);
        canvas.objects(&appearance, 0);
        canvas.out.push_str("</g>");
    }
    canvas.stamps(&place.id, prefix, depth);
    let (w, h) = (mm(width), mm(height));
    let defs = canvas.glyphs.definitions();
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w} {h}\" width=\"{w}mm\" height=\"{h}mm\">{defs}\
         <rect width=\"{w}\" height=\"{h}\" fill=\"#fff\"/>{}</svg>",
        canvas.out
    ))
}

struct Canvas<'a, 'r> {
    reader: &'a Reader<'r>,
    resources: &'a Resources,
    glyphs: Glyphs<'a>,
    hidden: &'a [String],
    out: String,
}

impl Canvas<'_, '_> {
    fn layers(&mut self, page: &Node) {
        let Some(content) = page.child("Content") else { return };
        for layer in content.all("Layer") {
            self.objects(layer, 0);
        }
    }

    fn objects(&mut self, parent: &Node, depth: usize) {
        for node in &parent.children {
            if node.attr("Visible") == Some("false") {
                continue;
            }
            match node.name.as_str() {
                "TextObject" => self.text(node),
                "PathObject" => self.path(node),
                "ImageObject" => self.image(node),
                "PageBlock" if depth < DEPTH => self.objects(node, depth + 1),
                _ => {}
            }
        }
    }

    fn open(&mut self, node: &Node) {
        let _ = write!(self.out, "<g transform=\"{}\"{}>", transform(node), opacity(node));
    }

    fn text(&mut self, node: &Node) {
        let size = number(node, "Size").unwrap_or(3.0);
        let text = object_text(node);
        let text = text.trim();
        let part =
            |whole: &String| whole == text || (text.chars().count() > 1 && whole.contains(text));
        if self.hidden.iter().any(part) {
            let boundary = numbers(node.attr("Boundary").unwrap_or_default());
            let width = boundary.get(2).copied().unwrap_or(size);
            self.open(node);
            let _ = write!(
                self.out,
                "<path d=\"m0 {}h{}\" stroke=\"#7a8794\" stroke-width=\"{}\"/></g>",
                mm(size * 0.55),
                mm(width),
                mm(size * 0.8)
            );
            return;
        }
        let fill = paint(node.child("FillColor"), "#000");
        let font = node.attr("Font").unwrap_or_default();
        self.open(node);
        let scale = size / EM;
        let _ = write!(self.out, "<g fill=\"{fill}\" transform=\"scale({scale})\">");
        for (c, x, y) in glyphs(node) {
            self.glyphs.draw(font, c, (x / scale, y / scale), &mut self.out);
        }
        let _ = write!(self.out, "<title>{}</title></g></g>", escape(text));
    }

    fn path(&mut self, node: &Node) {
        let Some(data) = node.child_text("AbbreviatedData") else { return };
        let on = |name: &str, default: bool| node.attr(name).map_or(default, |v| v == "true");
        let fill =
            if on("Fill", false) { paint(node.child("FillColor"), "#000") } else { "none".into() };
        let stroke = if on("Stroke", true) {
            paint(node.child("StrokeColor"), "#000")
        } else {
            "none".into()
        };
        let rule =
            if node.attr("Rule") == Some("Even-Odd") { " fill-rule=\"evenodd\"" } else { "" };
        let width = number(node, "LineWidth").unwrap_or(0.353);
        self.open(node);
        let area = stroke == "none" && fill != "none" && rule.is_empty();
        let _ = match outline(data, places(node), area) {
            Outline::Bars(data, height) => {
                write!(
                    self.out,
                    "<path d=\"{data}\" fill=\"none\" stroke=\"{fill}\" stroke-width=\"{height}\"/></g>"
                )
            }
            Outline::Path(data) => write!(
                self.out,
                "<path d=\"{data}\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{}\"{rule}/></g>",
                mm(width)
            ),
        };
    }

    fn image(&mut self, node: &Node) {
        let id = node.attr("ResourceID").unwrap_or_default();
        let Some(data) = self.resources.image(id).and_then(|path| self.reader.file(path).ok())
        else {
            return;
        };
        let Some(link) = data_link(&data) else { return };
        self.open(node);
        let _ = write!(
            self.out,
            "<image width=\"1\" height=\"1\" preserveAspectRatio=\"none\" href=\"{link}\"/></g>"
        );
    }

    /// Pictures of the seals that stand on this page.
    fn stamps(&mut self, page: &str, prefix: &str, depth: usize) {
        for signature in self.reader.signatures().unwrap_or_default() {
            let Ok(node) = self.reader.xml(&signature.path) else { continue };
            let here = |n: &&Node| n.name == "StampAnnot" && n.attr("PageRef") == Some(page);
            let nodes = node.walk();
            let four = |n: &Node, name| <[f32; 4]>::try_from(numbers(n.attr(name)?)).ok();
            let place = |n: &Node| Some((four(n, "Boundary")?, four(n, "Clip")));
            let stamps: Vec<_> = nodes.into_iter().filter(here).filter_map(place).collect();
            if stamps.is_empty() {
                continue;
            }
            let Some(picture) = seal_picture(self.reader, &node, &signature.path) else { continue };
            for (n, (b, clip)) in stamps.iter().enumerate() {
                // A seal stands small on the screen: its picture needs no more points than are seen.
                let points = (b[2].max(b[3]) * SHARP) as u32;
                let ink = crate::picture::png::smaller(&picture.data, points);
                let drawn = match data_link(ink.as_deref().unwrap_or(&picture.data)) {
                    Some(link) => Some(format!(
                        "<image width=\"100%\" height=\"100%\" preserveAspectRatio=\"none\" href=\"{link}\"/>"
                    )),
                    None if depth == 0 => {
                        let inner = format!("{prefix}s{}-{n}-", escape(&signature.id));
                        Reader::open(&picture.data, self.reader.package().limits())
                            .and_then(|reader| render(&reader, 0, (&inner, &[]), depth + 1))
                            .ok()
                    }
                    None => None,
                };
                let Some(drawn) = drawn else { continue };
                // The ink of a seal lets the text below show through; of a seam each page has its slice.
                let [x, y, width, height] = *b;
                let [left, top, w, h] = clip.unwrap_or([0.0, 0.0, width, height]);
                let box_ = |x, y, w, h| {
                    let [x, y, w, h] = [x, y, w, h].map(mm);
                    format!("x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"")
                };
                let drawn = match clip {
                    Some(_) => format!("<svg {}>{drawn}</svg>", box_(-left, -top, width, height)),
                    None => drawn,
                };
                let place = box_(x + left, y + top, w, h);
                let _ = write!(self.out, "<svg {place} opacity=\"0.85\">{drawn}</svg>");
            }
        }
    }
}

/// Place of an object's own coordinates on the page.
fn transform(node: &Node) -> String {
    let boundary = numbers(node.attr("Boundary").unwrap_or_default());
    let (x, y) =
        (boundary.first().copied().unwrap_or(0.0), boundary.get(1).copied().unwrap_or(0.0));
    let mut out = format!("translate({} {})", mm(x), mm(y));
    let ctm = numbers(node.attr("CTM").unwrap_or_default());
    if ctm.len() == 6 {
        let texts: Vec<String> = ctm.iter().map(|n| format!("{n}")).collect();
        let _ = write!(out, " matrix({})", texts.join(" "));
    }
    out
}

fn opacity(node: &Node) -> String {
    match number(node, "Alpha") {
        Some(alpha) if alpha < 255.0 => format!(" opacity=\"{}\"", mm(alpha.max(0.0) / 255.0)),
        _ => String::new(),
    }
}

/// Colour of a FillColor or StrokeColor as SVG writes it.
fn paint(color: Option<&Node>, default: &str) -> String {
    match color.and_then(rgb) {
        Some([r, g, b]) => format!("#{r:02x}{g:02x}{b:02x}"),
        None => default.to_owned(),
    }
}

/// Decimals that tell an object's points to a hundredth of a millimetre on the page.
fn places(node: &Node) -> usize {
    let ctm = numbers(node.attr("CTM").unwrap_or_default());
    let scale = match ctm[..] {
        [a, b, c, d, _, _] => a.abs().max(b.abs()).max(c.abs()).max(d.abs()),
        _ => 1.0,
    };
    if scale.is_finite() && scale > 0.0 {
        (2.0 + scale.log10().ceil()).clamp(0.0, 6.0) as usize
    } else {
        2
    }
}

/// `data:` address of a picture browsers show; `None` for others.
fn data_link(data: &[u8]) -> Option<String> {
    let kind = match data {
        [0x89, b'P', b'N', b'G', ..] => "png",
        [0xff, 0xd8, ..] => "jpeg",
        [b'G', b'I', b'F', b'8', ..] => "gif",
        [b'B', b'M', ..] => "bmp",
        _ => return None,
    };
    Some(format!("data:image/{kind};base64,{}", STANDARD.encode(data)))
}

#[cfg(test)]
mod tests;
