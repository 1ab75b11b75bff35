//! The face of a licence: pack layout in mm → OFD with metadata, field tags, underprint and code
//! (GB/T 36903, GB/T 36905).

use super::model::{FaceField, Holder};
use crate::grants::annotation::{self, Annotation};
use crate::showing::code;
use codes::licence::LicenceId;
use codes::time::Day;
use guide::packs::licence::{Face, Mark};
use ofd::Limits;
use ofd::font::Fonts;
use ofd::picture::Dots;
use ofd::read::Reader;
use ofd::seal::Position;
use ofd::write::{Align, Attachment, Color, Document, Image, Page, Path, Segment, Text, write};
use std::sync::{Mutex, PoisonError};
use store::{Error, Result};

/// Everything the face says.
pub struct Faced<'a> {
    /// Document id, 32 hex digits from chance.
    pub id: String,
    /// Name of the type.
    pub name: &'a str,
    /// Its code.
    pub type_code: &'a str,
    /// Layout.
    pub face: &'a Face,
    /// Which fields only the issuing room knows: key and name.
    pub issued: &'a [(String, &'static str)],
    /// Values in order.
    pub fields: &'a [FaceField],
    /// Who holds it.
    pub holder: &'a Holder,
    /// Identifier.
    pub identifier: &'a LicenceId,
    /// Printed number.
    pub number: &'a str,
    /// Name of the issuer.
    pub issuer_name: &'a str,
    /// Code of the issuer.
    pub issuer_uscc: &'a str,
    /// Day of issue.
    pub dated: Day,
    /// First day of validity.
    pub valid_from: Day,
    /// Last day of validity.
    pub valid_to: Option<Day>,
    /// Name of the seal.
    pub seal_name: &'a str,
}

const BRAND: Color = Color::rgb(0x0b, 0x57, 0xa4);
const INK: Color = Color::rgb(0x1a, 0x1f, 0x26);
const GREY: Color = Color::rgb(0x5b, 0x67, 0x73);
/// Edge of one underprint mark with its room, mm.
const TILE: f32 = 14.0;
/// Opacity of the underprint: .07 of 255.
const PALE: u8 = 18;

/// Sets the face and says where the seal goes.
pub fn lay_out(fonts: &Fonts, faced: &Faced<'_>) -> Result<(Vec<u8>, Position)> {
    lay_out_annotated(fonts, faced, None)
}

/// The same with an annotation in a strip of its own under the face, so that it covers nothing.
pub fn lay_out_annotated(
    fonts: &Fonts,
    faced: &Faced<'_>,
    copied: Option<&Annotation>,
) -> Result<(Vec<u8>, Position)> {
    let face = faced.face;
    let note = copied.map(|a| a.broken(fonts, face.width)).unwrap_or_default();
    let mut page = Page::new(face.width, face.height + annotation::strip(&note));
    underprint(fonts, &mut page)?;
    for line in &face.line {
        let path = Path::line(line.x1, line.y1, line.x2, line.y2);
        page.push(path.stroke(BRAND, line.width));
    }
    for mark in &face.text {
        set(&mut page, fonts, mark, faced);
    }
    let rows = code::cells(&faced.identifier.to_string())?;
    page.push(
        Path::rect(face.qr.x - 1.5, face.qr.y - 1.5, face.qr.size + 3.0, face.qr.size + 3.0)
            .fill(Color::WHITE),
    );
    page.push(Image::cells(face.qr.x, face.qr.y, face.qr.size, &rows));
    sample_note(&mut page, face);
    annotation::print(&mut page, &note, face);
    let mut metadata = metadata(faced);
    metadata.extend(copied.map(|a| a.metadata.clone()).unwrap_or_default());
    let document = Document {
        id: faced.id.clone(),
        title: faced.name.to_owned(),
        author: faced.issuer_name.to_owned(),
        created: faced.dated.to_string(),
        attachments: vec![Attachment {
            name: "metadata".into(),
            file: "metadata.xml".into(),
            data: metadata_xml(&metadata).into_bytes(),
        }],
        custom: metadata,
        pages: vec![page],
        ..Document::default()
    };
    let written = write(&document, fonts).map_err(Error::internal)?;
    let seal = face.seal;
    let position = Position { page: 0, x: seal.x, y: seal.y, width: seal.size, height: seal.size };
    Ok((written.bytes, position))
}

/// One text of the layout; its `y` is a base line, that of an OFD text the upper edge.
fn set(page: &mut Page, fonts: &Fonts, mark: &Mark, faced: &Faced<'_>) {
    let value = faced.fields.iter().find(|f| f.key == mark.field).map(|f| f.value.as_str());
    let text = if mark.field.is_empty() { Some(mark.text.as_str()) } else { value };
    let Some(text) = text.filter(|t| !t.is_empty()) else { return };
    let label = mark.field.is_empty() && !mark.bold;
    let mut set = Text::new(mark.x, mark.y - mark.size * Text::ASCENT, mark.size, text)
        .fill(if label { GREY } else { INK });
    if mark.centre {
        set = set.align(Align::Center);
    }
    if !mark.field.is_empty() {
        set = set.field(tag(&mark.field, faced));
    } else if mark.bold && text.contains(faced.name) {
        set = set.field("ZZMC");
    }
    if mark.wrap > 0.0 {
        page.push_block(fonts, &set, mark.wrap, mark.size * 1.4);
    } else {
        page.push(set);
    }
}

/// Key of the metadata standard for a field; its own fields are prefixed `KZ_` (GB/T 36903).
fn tag(key: &str, faced: &Faced<'_>) -> String {
    let printed = faced.issued.iter().find(|(name, _)| name == key).map(|(_, issued)| *issued);
    let known = match printed {
        Some("number") => "ZZBH",
        Some("issuer") => "ZZBFJG",
        Some("issued_day") => "ZZBFRQ",
        Some("valid_from") => "ZZYXQQSRQ",
        Some("valid_until") => "ZZYXQJZRQ",
        Some("id") => "ZZBS",
        _ => {
            let value = faced.fields.iter().find(|f| f.key == key).map(|f| f.value.as_str());
            match value {
                Some(v) if v == faced.holder.name.expose() => "CZZT",
                Some(v) if v == faced.holder.code.expose() => "CZZTDM",
                _ => return format!("KZ_{key}"),
            }
        }
    };
    known.to_owned()
}

/// Metadata of GB/T 36903 under the keys in use, then the type's own fields.
fn metadata(faced: &Faced<'_>) -> Vec<(String, String)> {
    let last = faced.valid_to.map_or("9999-12-31".to_owned(), |d| d.to_string());
    let head: [(&str, &str); 16] = [
        ("ZZMC", faced.name),
        ("ZZLXDM", faced.type_code),
        ("ZZBH", faced.number),
        ("ZZBS", &faced.identifier.to_string()),
        ("ZZBFJG", faced.issuer_name),
        ("ZZBFJGDM", faced.issuer_uscc),
        ("ZZBFRQ", &faced.dated.to_string()),
        ("CZZT", faced.holder.name.expose()),
        ("CZZTDM", faced.holder.code.expose()),
        ("CZZTDMLX", faced.holder.kind.name()),
        ("CZZTDMLXDM", faced.holder.kind.code()),
        ("ZZYXQQSRQ", &faced.valid_from.to_string()),
        ("ZZYXQJZRQ", &last),
        ("ZZQZMC", faced.seal_name),
        ("CJSJ", &faced.dated.to_string()),
        ("KZ_SAMPLE", "样例"),
    ];
    let own = faced.fields.iter().map(|f| (format!("KZ_{}", f.key), f.value.clone()));
    head.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).chain(own).collect()
}

fn metadata_xml(list: &[(String, String)]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<metadata>\n");
    for (name, value) in list {
        out.push_str(&format!("<item name=\"{}\">{}</item>\n", escape(name), escape(value)));
    }
    out.push_str("</metadata>\n");
    out
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !c.is_control()) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

/// The mark 开口印 tiled over the page: an open frame and a square (design notes §2).
///
/// It is a picture, made once for every size of page: as outlines it was four fifths of every licence, and half of what
/// issuing and judging one cost.
fn underprint(fonts: &Fonts, page: &mut Page) -> Result<()> {
    static MADE: Mutex<Vec<Pattern>> = Mutex::new(Vec::new());
    let (width, height) = (page.width, page.height);
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let known = made.iter().find(|(size, _)| *size == (width, height)).map(|(_, png)| png.clone());
    let png = match known {
        Some(png) => png,
        None => {
            let png = pattern(fonts, width, height)?;
            made.push(((width, height), png.clone()));
            png
        }
    };
    page.push(Image { x: 0.0, y: 0.0, width, height, png });
    Ok(())
}

/// A picture for pages of this width and height.
type Pattern = ((f32, f32), Vec<u8>);

/// Dots of a tile's edge: whole numbers, so that all tiles are the same dots and pack to little more than one.
const DOTS: f32 = 40.0;

/// The tiles as a picture of pale dots, drawn on a page of one dot to the millimetre.
fn pattern(fonts: &Fonts, width: f32, height: f32) -> Result<Vec<u8>> {
    let (width, height) = (width / TILE * DOTS, height / TILE * DOTS);
    let mut page = Page::new(width, height);
    let (mut frames, mut squares) = (Vec::new(), Vec::new());
    let unit = DOTS * 0.6 / 32.0;
    let mut y = DOTS * 0.2;
    while y + DOTS * 0.6 <= height {
        let mut x = DOTS * 0.2;
        while x + DOTS * 0.6 <= width {
            let at = |u: f32, v: f32| (x + u * unit, y + v * unit);
            frame(&mut frames, at);
            let (left, top) = at(10.5, 10.5);
            squares.extend(Path::rect(left, top, 11.0 * unit, 11.0 * unit).segments);
            x += DOTS;
        }
        y += DOTS;
    }
    page.push(Path::new(frames).stroke(Color::BLACK, 4.0 * unit));
    page.push(Path::new(squares).fill(Color::BLACK));
    let written = write(&Document::new("").page(page), fonts).map_err(Error::internal)?;
    let reader = Reader::open(&written.bytes, &Limits::default()).map_err(Error::internal)?;
    let dots = Dots::page(&reader, 0, 25.4, fonts).map_err(Error::internal)?;
    Ok(dots.tinted(BRAND.rgb, PALE))
}

/// The open frame on its 32 grid: right side open between 15 and 24.
fn frame(out: &mut Vec<Segment>, at: impl Fn(f32, f32) -> (f32, f32)) {
    let line = |u, v| {
        let (x, y) = at(u, v);
        Segment::Line(x, y)
    };
    let turn = |c1: (f32, f32), c2: (f32, f32), end: (f32, f32)| {
        let ((a, b), (c, d), (x, y)) = (at(c1.0, c1.1), at(c2.0, c2.1), at(end.0, end.1));
        Segment::Cubic(a, b, c, d, x, y)
    };
    let (x, y) = at(28.0, 15.0);
    out.extend([
        Segment::Move(x, y),
        line(28.0, 8.0),
        turn((28.0, 5.8), (26.2, 4.0), (24.0, 4.0)),
        line(8.0, 4.0),
        turn((5.8, 4.0), (4.0, 5.8), (4.0, 8.0)),
        line(4.0, 24.0),
        turn((4.0, 26.2), (5.8, 28.0), (8.0, 28.0)),
        line(24.0, 28.0),
        turn((26.2, 28.0), (28.0, 26.2), (28.0, 24.0)),
    ]);
}

/// Every face says that it is a sample, small and outside of the text.
fn sample_note(page: &mut Page, face: &Face) {
    let size = 2.6;
    let text = "样例·演示数据，不具法律效力";
    let note = Text::new(face.width / 2.0, face.height - 4.6, size, text);
    page.push(note.align(Align::Center).fill(GREY));
}
