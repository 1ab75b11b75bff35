//! Characters as outlines, each glyph defined once and used where it stands; text in the browser's font where nothing is
//! embedded.

use super::outline::{Pen, told};
use super::resources::Resources;
use crate::xml::escape;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// Steps of the grid glyphs are told on, per em: an eighth of a pixel at the size of text on a screen.
pub(super) const EM: f32 = 128.0;

/// Glyphs used on a page.
pub(super) struct Glyphs<'a> {
    /// Font id → (number for ids, face).
    faces: HashMap<&'a str, (usize, Face<'a>)>,
    /// (number of the font, glyph) → (number of its definition, outline on the grid).
    used: BTreeMap<(usize, u16), (usize, String)>,
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

    /// Draws one character with its baseline starting at `at`, in steps of the grid.
    pub(super) fn draw(&mut self, font: &str, c: char, at: (f32, f32), out: &mut String) {
        if c.is_whitespace() || c.is_control() {
            return;
        }
        let place = |name: &str, v: f32| match (v * 10.0).round() as i64 {
            0 => String::new(),
            steps => format!(" {name}=\"{}\"", told(steps, 1)),
        };
        let (x, y) = (place("x", at.0), place("y", at.1));
        let found =
            self.faces.get(font).and_then(|(n, face)| Some((*n, face, face.glyph_index(c)?)));
        let Some((n, face, glyph)) = found else {
            let _ = write!(
                out,
                "<text{x}{y} font-size=\"{EM}\" font-family=\"sans-serif\">{}</text>",
                escape(c.encode_utf8(&mut [0; 4]))
            );
            return;
        };
        let next = self.used.len();
        let (no, _) = self.used.entry((n, glyph.0)).or_insert_with(|| (next, outline(face, glyph)));
        let _ = write!(out, "<use href=\"#{}{no}\"{x}{y}/>", self.prefix);
    }

    /// `<defs>` with every glyph used.
    pub(super) fn definitions(&self) -> String {
        let mut out = String::from("<defs>");
        for (no, data) in self.used.values() {
            let _ = write!(out, "<path id=\"{}{no}\" d=\"{data}\"/>", self.prefix);
        }
        out.push_str("</defs>");
        out
    }
}

fn outline(face: &Face<'_>, glyph: GlyphId) -> String {
    let scale = EM / f32::from(face.units_per_em().max(1));
    let mut data = Data { pen: Pen::new(0), scale };
    face.outline_glyph(glyph, &mut data);
    data.pen.out
}

/// A glyph on the grid, its y downwards as on the page.
struct Data {
    pen: Pen,
    scale: f32,
}

impl Data {
    fn at(&self, x: f32, y: f32) -> (i64, i64) {
        ((x * self.scale).round() as i64, (-y * self.scale).round() as i64)
    }
}

impl OutlineBuilder for Data {
    fn move_to(&mut self, x: f32, y: f32) {
        let to = self.at(x, y);
        self.pen.go(to);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let to = self.at(x, y);
        self.pen.line(to);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let points = [self.at(x1, y1), self.at(x, y)];
        self.pen.curve(&points);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let points = [self.at(x1, y1), self.at(x2, y2), self.at(x, y)];
        self.pen.curve(&points);
    }

    fn close(&mut self) {
        self.pen.close();
    }
}
