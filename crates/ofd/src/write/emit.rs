//! Turns the page model into the files of an OFD package (GB/T 33190 §7–§16).

use super::{Align, Color, Document, Image, Object, Page, Path, Segment, Template, Text, Written};
use crate::Error;
use crate::font::Fonts;
use crate::package::Builder;
use crate::xml::escape;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const NS: &str = "xmlns:ofd=\"http://www.ofdspec.org/2016\"";
/// Namespace of the field tags.
pub(crate) const TAG_NS: &str = "urn:tongban:fields:1";

/// What is collected while pages are written.
struct Emitter<'a> {
    fonts: &'a Fonts,
    next_id: u32,
    /// Face → (resource id, characters used).
    faces: BTreeMap<usize, (u32, BTreeSet<char>)>,
    /// PNG bytes → (resource id, number of the file).
    images: Vec<(&'a [u8], u32)>,
    /// Field → (page id, object id) in order of appearance.
    tags: Vec<(&'a str, Vec<(u32, u32)>)>,
    missing: BTreeSet<char>,
}

/// A template that has been written.
struct Shared {
    id: u32,
    /// As ZOrder spells it.
    order: &'static str,
    content: String,
}

pub(super) fn emit(document: &Document, fonts: &Fonts) -> Result<Written, Error> {
    let mut emitter = Emitter {
        fonts,
        next_id: 0,
        faces: BTreeMap::new(),
        images: Vec::new(),
        tags: Vec::new(),
        missing: BTreeSet::new(),
    };
    let mut templates = Vec::new();
    for template in &document.templates {
        templates.push(emitter.template(template)?);
    }
    let mut pages = Vec::new();
    for page in &document.pages {
        let id = emitter.id();
        pages.push((id, emitter.page(page, id, &templates)?));
    }
    let mut out = Builder::new();
    out.add("OFD.xml", main_file(document).as_bytes());
    out.add("Doc_0/Document.xml", emitter.document(document, &pages, &templates).as_bytes());
    out.add("Doc_0/PublicRes.xml", emitter.public_res().as_bytes());
    if !emitter.images.is_empty() {
        out.add("Doc_0/DocumentRes.xml", emitter.document_res().as_bytes());
    }
    for (n, template) in templates.iter().enumerate() {
        out.add(&format!("Doc_0/Tpls/Tpl_{n}/Content.xml"), template.content.as_bytes());
    }
    for (n, (_, content)) in pages.iter().enumerate() {
        out.add(&format!("Doc_0/Pages/Page_{n}/Content.xml"), content.as_bytes());
    }
    for (face, (_, chars)) in &emitter.faces {
        out.add(&format!("Doc_0/Res/font_{face}.ttf"), &fonts.subset(*face, chars)?);
    }
    for (n, (png, _)) in emitter.images.iter().enumerate() {
        out.add(&format!("Doc_0/Res/image_{n}.png"), png);
    }
    if !emitter.tags.is_empty() {
        out.add("Doc_0/Tags/CustomTags.xml", TAGS_LIST.replace("NS", NS).as_bytes());
        out.add("Doc_0/Tags/CustomTag.xml", emitter.tag_file().as_bytes());
    }
    if !document.attachments.is_empty() {
        attachments(document, &mut out)?;
    }
    Ok(Written { bytes: out.finish(), missing: emitter.missing.into_iter().collect() })
}

const TAGS_LIST: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ofd:CustomTags NS><ofd:CustomTag \
     NameSpace=\"urn:tongban:fields:1\"><ofd:FileLoc>CustomTag.xml</ofd:FileLoc></ofd:CustomTag></ofd:CustomTags>";

fn main_file(document: &Document) -> String {
    let mut info = format!("<ofd:DocID>{}</ofd:DocID>", escape(&document.id));
    let mut field = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = write!(info, "<ofd:{name}>{}</ofd:{name}>", escape(value));
        }
    };
    field("Title", &document.title);
    field("Author", &document.author);
    field("CreationDate", &document.created);
    field("Creator", "Tongban");
    if !document.custom.is_empty() {
        info.push_str("<ofd:CustomDatas>");
        for (name, value) in &document.custom {
            let (name, value) = (escape(name), escape(value));
            let _ = write!(info, "<ofd:CustomData Name=\"{name}\">{value}</ofd:CustomData>");
        }
        info.push_str("</ofd:CustomDatas>");
    }
    format!(
        "{HEAD}<ofd:OFD {NS} Version=\"1.0\" DocType=\"OFD\"><ofd:DocBody><ofd:DocInfo>{info}</ofd:DocInfo>\
         <ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    )
}

/// Number in mm with at most three decimals and no trailing zeros.
pub(crate) fn mm(value: f32) -> String {
    let mut out = String::new();
    push_mm(&mut out, value);
    out
}

/// The same into a text that is being written.
fn push_mm(out: &mut String, value: f32) {
    // Whole thousandths, digit by digit: a page has thousands of numbers, and printing them is most of what it costs.
    let thousandths = (f64::from(value) * 1000.0).round() as i64;
    let mut rest = thousandths.unsigned_abs();
    // The last digits are left out as long as they are zeros and stand behind the point.
    let mut behind = 3;
    while behind > 0 && rest.is_multiple_of(10) {
        rest /= 10;
        behind -= 1;
    }
    let mut digits = [0u8; 24];
    let mut at = digits.len();
    let mut put = |digit: u8| {
        at -= 1;
        digits[at] = digit;
    };
    for _ in 0..behind {
        put(b'0' + (rest % 10) as u8);
        rest /= 10;
    }
    if behind > 0 {
        put(b'.');
    }
    loop {
        put(b'0' + (rest % 10) as u8);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if thousandths < 0 {
        put(b'-');
    }
    out.extend(digits[at..].iter().map(|digit| char::from(*digit)));
}

impl<'a> Emitter<'a> {
    fn id(&mut self) -> u32 {
        self.next_id += 1;
        self.next_id
    }

    fn document(
        &self,
        document: &Document,
        pages: &[(u32, String)],
        templates: &[Shared],
    ) -> String {
        let first = &document.pages[0];
        let mut out = format!(
            "{HEAD}<ofd:Document {NS}><ofd:CommonData><ofd:MaxUnitID>{}</ofd:MaxUnitID><ofd:PageArea>\
             <ofd:PhysicalBox>0 0 {} {}</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>",
            self.next_id,
            mm(first.width),
            mm(first.height)
        );
        if !self.images.is_empty() {
            out.push_str("<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>");
        }
        for (n, template) in templates.iter().enumerate() {
            let _ = write!(
                out,
                "<ofd:TemplatePage ID=\"{}\" Name=\"{}\" ZOrder=\"{}\" BaseLoc=\"Tpls/Tpl_{n}/Content.xml\"/>",
                template.id,
                escape(&document.templates[n].name),
                template.order
            );
        }
        out.push_str("</ofd:CommonData><ofd:Pages>");
        for (n, (id, _)) in pages.iter().enumerate() {
            let _ = write!(out, "<ofd:Page ID=\"{id}\" BaseLoc=\"Pages/Page_{n}/Content.xml\"/>");
        }
        out.push_str("</ofd:Pages>");
        if !self.tags.is_empty() {
            out.push_str("<ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags>");
        }
        if !document.attachments.is_empty() {
            out.push_str("<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>");
        }
        out.push_str("</ofd:Document>");
        out
    }

    fn public_res(&self) -> String {
        let mut out = format!("{HEAD}<ofd:Res {NS} BaseLoc=\"Res\"><ofd:Fonts>");
        for (face, (id, _)) in &self.faces {
            let name = escape(self.fonts.name(*face));
            let _ = write!(
                out,
                "<ofd:Font ID=\"{id}\" FontName=\"{name}\" FamilyName=\"{name}\"><ofd:FontFile>font_{face}.ttf\
                 </ofd:FontFile></ofd:Font>"
            );
        }
        out.push_str("</ofd:Fonts></ofd:Res>");
        out
    }

    fn document_res(&self) -> String {
        let mut out = format!("{HEAD}<ofd:Res {NS} BaseLoc=\"Res\"><ofd:MultiMedias>");
        for (n, (_, id)) in self.images.iter().enumerate() {
            let _ = write!(
                out,
                "<ofd:MultiMedia ID=\"{id}\" Type=\"Image\" Format=\"PNG\"><ofd:MediaFile>image_{n}.png\
                 </ofd:MediaFile></ofd:MultiMedia>"
            );
        }
        out.push_str("</ofd:MultiMedias></ofd:Res>");
        out
    }

    fn page(&mut self, page: &'a Page, id: u32, templates: &[Shared]) -> Result<String, Error> {
        let mut out = String::with_capacity(512 + 384 * page.objects.len());
        let _ = write!(out, "{HEAD}<ofd:Page {NS}>");
        for used in &page.templates {
            let shared = templates.get(*used).ok_or(Error::Document("no such template"))?;
            let (id, order) = (shared.id, shared.order);
            let _ = write!(out, "<ofd:Template TemplateID=\"{id}\" ZOrder=\"{order}\"/>");
        }
        let _ = write!(
            out,
            "<ofd:Area><ofd:PhysicalBox>0 0 {} {}</ofd:PhysicalBox></ofd:Area>",
            mm(page.width),
            mm(page.height)
        );
        self.content(&page.objects, id, &mut out);
        Ok(out)
    }

    /// A template is a page of its own whose size the pages on it give.
    fn template(&mut self, template: &'a Template) -> Result<Shared, Error> {
        let field = |o: &Object| matches!(o, Object::Text(text) if text.field.is_some());
        if template.objects.iter().any(field) {
            return Err(Error::Document("a field in a template"));
        }
        let id = self.id();
        let mut content = format!("{HEAD}<ofd:Page {NS}>");
        self.content(&template.objects, id, &mut content);
        let order = if template.front { "Foreground" } else { "Background" };
        Ok(Shared { id, order, content })
    }

    /// Content with one layer, and the end of the page.
    fn content(&mut self, objects: &'a [Object], page: u32, out: &mut String) {
        let layer = self.id();
        let _ = write!(out, "<ofd:Content><ofd:Layer ID=\"{layer}\">");
        for object in objects {
            match object {
                Object::Text(text) => self.text(text, page, out),
                Object::Path(path) => self.path(path, out),
                Object::Image(image) => self.image(image, out),
            }
        }
        out.push_str("</ofd:Layer></ofd:Content></ofd:Page>");
    }

    /// One TextObject per face; advances are spelled out so that every reader sets the line alike.
    fn text(&mut self, text: &'a Text, page: u32, out: &mut String) {
        let count = text.text.chars().count();
        let width =
            self.fonts.width(&text.text, text.size) + text.spacing * count.saturating_sub(1) as f32;
        let mut x = match text.align {
            Align::Left => text.x,
            Align::Center => text.x - width / 2.0,
            Align::Right => text.x - width,
        };
        for run in self.fonts.runs(&text.text, &mut self.missing) {
            let id = self.id();
            let fonts = self.fonts;
            let advances: Vec<f32> =
                run.text.chars().map(|c| fonts.advance(c) * text.size + text.spacing).collect();
            let span: f32 = advances.iter().sum();
            let font = self.font(run.face, &run.text);
            let deltas = if advances.len() > 1 {
                format!(" DeltaX=\"{}\"", deltas(&advances[..advances.len() - 1]))
            } else {
                String::new()
            };
            let _ = write!(
                out,
                "<ofd:TextObject ID=\"{id}\" Boundary=\"{} {} {} {}\" Font=\"{font}\" Size=\"{}\"{}>{}<ofd:TextCode X=\"0\" \
                 Y=\"{}\"{deltas}>{}</ofd:TextCode></ofd:TextObject>",
                mm(x),
                mm(text.y),
                mm(span.max(0.1)),
                mm(text.size * 1.2),
                mm(text.size),
                alpha(text.fill),
                color("FillColor", text.fill),
                mm(text.size * Text::ASCENT),
                escape(&run.text)
            );
            if let Some(field) = text.field.as_deref() {
                match self.tags.iter_mut().find(|(name, _)| *name == field) {
                    Some((_, refs)) => refs.push((page, id)),
                    None => self.tags.push((field, vec![(page, id)])),
                }
            }
            x += span;
        }
    }

    fn font(&mut self, face: usize, text: &str) -> u32 {
        if !self.faces.contains_key(&face) {
            let id = self.id();
            self.faces.insert(face, (id, BTreeSet::new()));
        }
        self.faces.get_mut(&face).map_or(0, |(id, chars)| {
            chars.extend(text.chars());
            *id
        })
    }

    fn path(&mut self, path: &Path, out: &mut String) {
        let id = self.id();
        let [left, top, right, bottom] = path.bounds();
        // Half the line width lies outside the outline; the boundary must not cut it off.
        let margin = path.stroke.map_or(0.0, |(_, width)| width);
        let (x0, y0) = (left - margin, top - margin);
        let mut attrs = String::new();
        let mut colors = String::new();
        // The width of a line would grow with the squares.
        let unit = path.grid.filter(|cell| *cell > 0.0 && path.stroke.is_none()).unwrap_or(1.0);
        if unit != 1.0 {
            let _ = write!(attrs, " CTM=\"{unit:.6} 0 0 {unit:.6} 0 0\"");
        }
        match path.stroke {
            Some((ink, width)) => {
                let _ = write!(attrs, " LineWidth=\"{}\"{}", mm(width), alpha(ink));
                colors.push_str(&color("StrokeColor", ink));
            }
            None => attrs.push_str(" Stroke=\"false\""),
        }
        if let Some(ink) = path.fill {
            attrs.push_str(" Fill=\"true\"");
            if path.stroke.is_none() {
                attrs.push_str(&alpha(ink));
            }
            colors.insert_str(0, &color("FillColor", ink));
        }
        let _ = write!(
            out,
            "<ofd:PathObject ID=\"{id}\" Boundary=\"{} {} {} {}\"{attrs}>{colors}<ofd:AbbreviatedData>{}\
             </ofd:AbbreviatedData></ofd:PathObject>",
            mm(x0),
            mm(y0),
            mm((right - left + 2.0 * margin).max(0.1)),
            mm((bottom - top + 2.0 * margin).max(0.1)),
            abbreviated(&path.segments, (x0, y0), unit)
        );
    }

    fn image(&mut self, image: &'a Image, out: &mut String) {
        let resource = match self.images.iter().find(|(png, _)| *png == image.png) {
            Some((_, id)) => *id,
            None => {
                let id = self.id();
                self.images.push((&image.png, id));
                id
            }
        };
        let id = self.id();
        let (w, h) = (mm(image.width), mm(image.height));
        let _ = write!(
            out,
            "<ofd:ImageObject ID=\"{id}\" Boundary=\"{} {} {w} {h}\" CTM=\"{w} 0 0 {h} 0 0\" ResourceID=\"{resource}\"/>",
            mm(image.x),
            mm(image.y)
        );
    }

    /// Fields → text objects, the way real e-licences and e-invoices carry them.
    fn tag_file(&self) -> String {
        let mut out = format!("{HEAD}<tb:Fields xmlns:tb=\"{TAG_NS}\" {NS}>");
        for (name, refs) in &self.tags {
            // A field whose name is no XML name is carried in an attribute.
            let plain = name.starts_with(|c: char| c.is_alphabetic())
                && name.chars().all(|c| c.is_alphanumeric() || c == '_');
            let (open, close) = match plain {
                true => (format!("tb:{name}"), format!("tb:{name}")),
                false => (format!("tb:Field Name=\"{}\"", escape(name)), "tb:Field".to_owned()),
            };
            let _ = write!(out, "<{open}>");
            for (page, object) in refs {
                let _ = write!(out, "<ofd:ObjectRef PageRef=\"{page}\">{object}</ofd:ObjectRef>");
            }
            let _ = write!(out, "</{close}>");
        }
        out.push_str("</tb:Fields>");
        out
    }
}

fn alpha(color: Color) -> String {
    if color.alpha == 255 { String::new() } else { format!(" Alpha=\"{}\"", color.alpha) }
}

fn color(name: &str, color: Color) -> String {
    let [r, g, b] = color.rgb;
    format!("<ofd:{name} Value=\"{r} {g} {b}\"/>")
}

/// Advances as OFD spells them: `g n v` stands for n times v.
fn deltas(advances: &[f32]) -> String {
    let texts: Vec<String> = advances.iter().map(|a| mm(*a)).collect();
    let mut out: Vec<String> = Vec::new();
    let mut at = 0;
    while at < texts.len() {
        let same = texts[at..].iter().take_while(|t| **t == texts[at]).count();
        if same > 2 {
            out.push(format!("g {same} {}", texts[at]));
        } else {
            out.extend(texts[at..at + same].iter().cloned());
        }
        at += same;
    }
    out.join(" ")
}

/// The outlines from a point, in a unit of so many mm.
fn abbreviated(segments: &[Segment], (x0, y0): (f32, f32), unit: f32) -> String {
    let mut out = String::with_capacity(segments.len() * 8);
    for segment in segments {
        let (letter, count, points) = match *segment {
            Segment::Move(x, y) => ('M', 2, [x, y, 0.0, 0.0, 0.0, 0.0]),
            Segment::Line(x, y) => ('L', 2, [x, y, 0.0, 0.0, 0.0, 0.0]),
            Segment::Cubic(a, b, c, d, x, y) => ('B', 6, [a, b, c, d, x, y]),
            Segment::Close => ('C', 0, [0.0; 6]),
        };
        if !out.is_empty() {
            out.push(' ');
        }
        out.push(letter);
        for (n, value) in points[..count].iter().enumerate() {
            let from = if n % 2 == 0 { x0 } else { y0 };
            out.push(' ');
            push_mm(&mut out, (value - from) / unit);
        }
    }
    out
}

fn attachments(document: &Document, out: &mut Builder) -> Result<(), Error> {
    let mut list = format!("{HEAD}<ofd:Attachments {NS}>");
    for (n, attachment) in document.attachments.iter().enumerate() {
        let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let file = &attachment.file;
        if file.is_empty() || file.starts_with('.') || !file.chars().all(good) {
            return Err(Error::Document("attachment file name"));
        }
        let format = file.rsplit_once('.').map_or("", |(_, end)| end);
        let _ = write!(
            list,
            "<ofd:Attachment ID=\"att{}\" Name=\"{}\" Format=\"{format}\" Size=\"{}\"><ofd:FileLoc>{file}</ofd:FileLoc>\
             </ofd:Attachment>",
            n + 1,
            escape(&attachment.name),
            // Size is in kilobytes (GB/T 33190 §20).
            mm(attachment.data.len() as f32 / 1024.0),
        );
    }
    list.push_str("</ofd:Attachments>");
    out.add("Doc_0/Attachs/Attachments.xml", list.as_bytes());
    let mut names = BTreeSet::from(["attachments.xml".to_owned()]);
    for attachment in &document.attachments {
        if !names.insert(attachment.file.to_lowercase()) {
            return Err(Error::Duplicate(attachment.file.clone()));
        }
        out.add(&format!("Doc_0/Attachs/{}", attachment.file), &attachment.data);
    }
    Ok(())
}
