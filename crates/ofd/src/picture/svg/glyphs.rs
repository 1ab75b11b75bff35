//! Characters as outlines, each glyph defined once and used where it stands; text in the browser's font where nothing is
//! embedded.

use super::resources::Resources;
use crate::write::mm;
use crate::xml::escape;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// Glyphs used on a page.
pub(super) struct Glyphs<'a> {
    /// Font id → (number for ids, face).
    faces: HashMap<&'a str, (usize, Face<'a>)>,
    /// (number of the font, glyph) → outline in font units.
    used: BTreeMap<(usize, u16), String>,
    prefix: String,
}

impl<'a> Glyphs<'a> {
    pub(super) fn new(resources: &'a Resources, prefix: &str) -> Glyphs<'a> {
        let mut ids: Vec<&String> = resources.fonts().keys().collect();
        // A fixed order, so that the same page gives the same SVG.
        ids.sort();
        let face = |(n, id): (usize, &'a String)| {
            let face = Face::parse(resources.fonts().get(id)?, 0).ok()?;
            Some((id.as_str(), (n, face)))
        };
        let faces = ids.into_iter().enumerate().filter_map(face).collect();
        Glyphs { faces, used: BTreeMap::new(), prefix: prefix.to_owned() }
    }

    /// Draws one character with its baseline starting at `at`.
    pub(super) fn draw(
        &mut self,
        font: &str,
        c: char,
        size: f32,
        at: (f32, f32),
        out: &mut String,
    ) {
        if c.is_whitespace() || c.is_control() {
            return;
        }
        let (x, y) = (mm(at.0), mm(at.1));
        let found =
            self.faces.get(font).and_then(|(n, face)| Some((*n, face, face.glyph_index(c)?)));
        let Some((n, face, glyph)) = found else {
            let _ = write!(
                out,
                "<text x=\"{x}\" y=\"{y}\" font-size=\"{}\" font-family=\"sans-serif\">{}</text>",
                mm(size),
                escape(c.encode_utf8(&mut [0; 4]))
            );
            return;
        };
        let scale = size / f32::from(face.units_per_em().max(1));
        self.used.entry((n, glyph.0)).or_insert_with(|| outline(face, glyph));
        let _ = write!(
            out,
            "<use href=\"#{}f{n}g{}\" transform=\"matrix({scale} 0 0 -{scale} {x} {y})\"/>",
            self.prefix, glyph.0
        );
    }

    /// `<defs>` with every glyph used.
    pub(super) fn definitions(&self) -> String {
        let mut out = String::from("<defs>");
        for ((font, glyph), data) in &self.used {
            let _ = write!(out, "<path id=\"{}f{font}g{glyph}\" d=\"{data}\"/>", self.prefix);
        }
        out.push_str("</defs>");
        out
    }
}

fn outline(face: &Face<'_>, glyph: GlyphId) -> String {
    let mut data = Data(String::new());
    face.outline_glyph(glyph, &mut data);
    data.0
}

/// SVG path data in whole font units.
struct Data(String);

impl Data {
    fn put(&mut self, letter: char, points: &[f32]) {
        self.0.push(letter);
        for (n, value) in points.iter().enumerate() {
            let gap = if n == 0 { "" } else { " " };
            let _ = write!(self.0, "{gap}{}", value.round() as i32);
        }
    }
}

impl OutlineBuilder for Data {
    fn move_to(&mut self, x: f32, y: f32) {
        self.put('M', &[x, y]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.put('L', &[x, y]);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.put('Q', &[x1, y1, x, y]);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.put('C', &[x1, y1, x2, y2, x, y]);
    }

    fn close(&mut self) {
        self.0.push('Z');
    }
}
