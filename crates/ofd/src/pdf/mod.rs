//! Documents as PDF, so that a citizen can print them where nothing reads OFD: the same pages, text that can be sought and
//! copied, seals as pictures. A print is a copy: what is judged stays the OFD file.

mod file;
mod fonts;

use crate::Error;
use crate::font::Fonts;
use crate::layout::Matrix;
use crate::read::Reader;
use crate::scene::{Ink, Letters, Outline, Segment, Surface, compose, draw, size};
use crate::write::mm;
use file::{File, stream};
use fonts::Sets;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use tiny_skia::Pixmap;

/// Points of a PDF per mm.
const POINTS: f32 = 72.0 / 25.4;

/// The whole document as PDF 1.7; the same bytes for the same document. Characters of fonts that are not embedded are set
/// in `fonts`.
pub fn render_pdf(reader: &Reader<'_>, fonts: &Fonts) -> Result<Vec<u8>, Error> {
    let mut file = File::new();
    let pages = file.reserve();
    let resources = file.reserve();
    let mut shared = Shared {
        sets: Sets::new(fonts),
        images: HashMap::new(),
        shown: Vec::new(),
        alphas: BTreeMap::new(),
    };
    let mut kids = String::new();
    for page in 0..reader.pages().len() {
        let (width, height) = size(reader, page)?;
        let mut sheet = Sheet { file: &mut file, shared: &mut shared, out: String::new() };
        // From mm downwards to points upwards.
        let top = mm(height * POINTS);
        let _ = writeln!(sheet.out, "{} 0 0 -{} 0 {top} cm", mm(POINTS), mm(POINTS));
        draw(reader, page, &mut sheet)?;
        let content = sheet.out;
        let content = file.add(stream("", content.as_bytes()));
        let object = format!(
            "<</Type/Page/Parent {pages} 0 R/MediaBox[0 0 {} {top}]/Resources {resources} 0 R/Contents {content} 0 R>>",
            mm(width * POINTS)
        );
        let _ = write!(kids, "{} 0 R ", file.add(object.into_bytes()));
    }
    let list = format!("<</Type/Pages/Kids[{}]/Count {}>>", kids.trim_end(), reader.pages().len());
    file.put(pages, list.into_bytes());
    let named = shared.sets.write(&mut file)?;
    let mut list = format!("<</Font<<{named}>>/XObject<<");
    for (n, id) in shared.shown.iter().enumerate() {
        let _ = write!(list, "/I{n} {id} 0 R");
    }
    list.push_str(">>/ExtGState<<");
    for (alpha, name) in &shared.alphas {
        let value = mm(f32::from(*alpha) / 255.0);
        let _ = write!(list, "/A{name}<</ca {value}/CA {value}>>");
    }
    list.push_str(">>>>");
    file.put(resources, list.into_bytes());
    let info = reader.info();
    Ok(file.finish(pages, &info.title, &info.author))
}

/// What all pages have in common.
struct Shared<'f> {
    sets: Sets<'f>,
    /// Digest of a picture → its place in `shown`; nothing when it cannot be shown.
    images: HashMap<[u8; 32], Option<usize>>,
    shown: Vec<usize>,
    /// Opacity of 255 → number of its name.
    alphas: BTreeMap<u8, usize>,
}

/// One page's content stream.
struct Sheet<'a, 'f> {
    file: &'a mut File,
    shared: &'a mut Shared<'f>,
    out: String,
}

fn row(matrix: Matrix) -> String {
    // Six decimals: a matrix scales whole pages.
    matrix.map(|v| format!("{v:.6}")).join(" ")
}

fn rgb(ink: Ink) -> String {
    ink.rgb.map(|v| mm(f32::from(v) / 255.0)).join(" ")
}

impl Sheet<'_, '_> {
    fn alpha(&mut self, alpha: f32) {
        let steps = (alpha.clamp(0.0, 1.0) * 255.0).round() as u8;
        if steps < 255 {
            let next = self.shared.alphas.len();
            let name = *self.shared.alphas.entry(steps).or_insert(next);
            let _ = write!(self.out, "/A{name} gs ");
        }
    }

    fn steps(&mut self, segments: &[Segment]) {
        let mut pen = (0.0, 0.0);
        for segment in segments {
            let _ = match *segment {
                Segment::Move(x, y) => write!(self.out, "{} {} m ", mm(x), mm(y)),
                Segment::Line(x, y) => write!(self.out, "{} {} l ", mm(x), mm(y)),
                Segment::Quad(a, b, x, y) => {
                    // A PDF has cubic curves only.
                    let third = |from: f32, to: f32| mm(from + (to - from) * 2.0 / 3.0);
                    let (c0, c1) = (third(pen.0, a), third(pen.1, b));
                    let (c2, c3) = (third(x, a), third(y, b));
                    write!(self.out, "{c0} {c1} {c2} {c3} {} {} c ", mm(x), mm(y))
                }
                Segment::Cubic(a, b, c, d, x, y) => {
                    let points = [a, b, c, d, x, y].map(mm).join(" ");
                    write!(self.out, "{points} c ")
                }
                Segment::Close => write!(self.out, "h "),
            };
            if let Segment::Move(x, y)
            | Segment::Line(x, y)
            | Segment::Quad(.., x, y)
            | Segment::Cubic(.., x, y) = *segment
            {
                pen = (x, y);
            }
        }
    }

    /// Place of a picture among those shown; `None` when its format is not one a PDF can carry.
    fn shown(&mut self, data: &[u8]) -> Option<usize> {
        let digest = gm::sm3::hash(data);
        if let Some(known) = self.shared.images.get(&digest) {
            return *known;
        }
        let object = if data.starts_with(&[0xff, 0xd8]) { jpeg(data) } else { self.png(data) };
        let place = object.map(|object| {
            self.shared.shown.push(self.file.add(object));
            self.shared.shown.len() - 1
        });
        self.shared.images.insert(digest, place);
        place
    }

    fn png(&mut self, data: &[u8]) -> Option<Vec<u8>> {
        let image = Pixmap::decode_png(data).ok()?;
        let colors = image.pixels().iter().map(|p| p.demultiply());
        let rgb: Vec<u8> = colors.flat_map(|c| [c.red(), c.green(), c.blue()]).collect();
        let alpha: Vec<u8> = image.pixels().iter().map(|p| p.alpha()).collect();
        let head = |space: &str| {
            format!(
                "/Type/XObject/Subtype/Image/Width {}/Height {}/ColorSpace/{space}/BitsPerComponent 8",
                image.width(),
                image.height()
            )
        };
        let mask = self.file.add(stream(&head("DeviceGray"), &alpha));
        Some(stream(&format!("{}/SMask {mask} 0 R", head("DeviceRGB")), &rgb))
    }
}

/// A JPEG is carried as it is; its size and colours stand in its frame header.
fn jpeg(data: &[u8]) -> Option<Vec<u8>> {
    let mut at = 2;
    loop {
        let marker = *data.get(at + 1)?;
        let length = usize::from(u16::from_be_bytes(data.get(at + 2..at + 4)?.try_into().ok()?));
        if matches!(marker, 0xc0..=0xc2) {
            let frame = data.get(at + 5..at + 10)?;
            let (height, width) = ([frame[0], frame[1]], [frame[2], frame[3]]);
            let space = if frame[4] == 1 { "DeviceGray" } else { "DeviceRGB" };
            if frame[4] == 4 {
                // Inverted or not is told nowhere one could rely on.
                return None;
            }
            let head = format!(
                "/Type/XObject/Subtype/Image/Width {}/Height {}/ColorSpace/{space}/BitsPerComponent 8/Filter/DCTDecode",
                u16::from_be_bytes(width),
                u16::from_be_bytes(height)
            );
            return Some(file::raw_stream(&head, data));
        }
        at += 2 + length;
    }
}

impl Surface for Sheet<'_, '_> {
    fn letters(&mut self, letters: &Letters<'_>) {
        let glyphs: Vec<_> = letters.glyphs.iter().filter(|(c, ..)| !c.is_control()).collect();
        if glyphs.is_empty() {
            return;
        }
        let _ = write!(self.out, "q {} rg ", rgb(letters.ink));
        self.alpha(letters.ink.alpha);
        let _ = write!(self.out, "{} cm BT ", row(letters.matrix));
        let mut font = usize::MAX;
        for (c, x, y) in glyphs {
            let Some((set, code)) = self.shared.sets.code(letters.font, letters.file, *c) else {
                continue;
            };
            if set != font {
                let _ = write!(self.out, "/F{set} {} Tf ", mm(letters.size));
                font = set;
            }
            let _ = write!(self.out, "1 0 0 -1 {} {} Tm <{code:04x}> Tj ", mm(*x), mm(*y));
        }
        self.out.push_str("ET Q\n");
    }

    fn outline(&mut self, outline: &Outline) {
        let inks = [outline.fill, outline.stroke.map(|(ink, _)| ink)];
        let _ = write!(self.out, "q {} cm ", row(outline.matrix));
        for (n, ink) in inks.into_iter().enumerate() {
            let Some(ink) = ink else { continue };
            self.out.push_str("q ");
            self.alpha(ink.alpha);
            if n == 0 {
                let _ = write!(self.out, "{} rg ", rgb(ink));
                self.steps(&outline.segments);
                self.out.push_str(if outline.even_odd { "f* Q " } else { "f Q " });
            } else {
                let width = outline.stroke.map_or(0.0, |(_, width)| width);
                let _ = write!(self.out, "{} RG {} w ", rgb(ink), mm(width));
                self.steps(&outline.segments);
                self.out.push_str("S Q ");
            }
        }
        self.out.push_str("Q\n");
    }

    fn image(&mut self, data: &[u8], matrix: Matrix, alpha: f32) {
        let Some(place) = self.shown(data) else { return };
        self.out.push_str("q ");
        self.alpha(alpha);
        // A PDF's unit square has its y upwards.
        let upright = compose(matrix, [1.0, 0.0, 0.0, -1.0, 0.0, 1.0]);
        let _ = writeln!(self.out, "{} cm /I{place} Do Q", row(upright));
    }

    fn clip(&mut self, area: [f32; 4]) {
        let _ = writeln!(self.out, "q {} re W n", area.map(mm).join(" "));
    }

    fn unclip(&mut self) {
        self.out.push_str("Q\n");
    }
}

#[cfg(test)]
mod tests;
