//! Pages as pictures of points (PNG), for whoever cannot show a document: previews, print queues, comparison with other
//! readers.

use super::shrink::{Shrunk, shrunk};
use crate::Error;
use crate::font::Fonts;
use crate::layout::Matrix;
use crate::read::Reader;
use crate::scene::{Ink, Letters, Outline, Segment, Surface, compose, draw, size};
use std::collections::HashMap;
use tiny_skia::{
    FillRule, FilterQuality, Mask, Paint, Path, PathBuilder, Pixmap, PixmapPaint, Stroke, Transform,
};
use ttf_parser::{Face, OutlineBuilder};

/// Most points of one picture: a page of A3 at 600 points an inch.
const MOST: f32 = 70_000_000.0;

/// PNG of one page (from 0), `dpi` points an inch. Characters of fonts that are not embedded are set in `fonts`.
pub fn render_png(
    reader: &Reader<'_>,
    page: usize,
    dpi: f32,
    fonts: &Fonts,
) -> Result<Vec<u8>, Error> {
    painted(reader, page, dpi, fonts)?.encode_png().map_err(|_| Error::Picture("encoding"))
}

/// One page on white paper.
pub(super) fn painted(
    reader: &Reader<'_>,
    page: usize,
    dpi: f32,
    fonts: &Fonts,
) -> Result<Pixmap, Error> {
    let (width, height) = size(reader, page)?;
    let scale = dpi / 25.4;
    let (across, down) = ((width * scale).ceil(), (height * scale).ceil());
    if !(across >= 1.0 && down >= 1.0 && across * down <= MOST) {
        return Err(Error::Picture("size"));
    }
    let mut pixmap = Pixmap::new(across as u32, down as u32).ok_or(Error::Picture("size"))?;
    pixmap.fill(tiny_skia::Color::WHITE);
    let mut canvas = Canvas { pixmap, scale, fonts, clip: None, outlines: HashMap::new() };
    draw(reader, page, &mut canvas)?;
    Ok(canvas.pixmap)
}

struct Canvas<'f> {
    pixmap: Pixmap,
    /// Points per mm.
    scale: f32,
    fonts: &'f Fonts,
    clip: Option<Mask>,
    /// (document, font, character) → outline in ems, y downwards; nothing for blanks.
    outlines: HashMap<(usize, String, char), Option<Path>>,
}

impl Canvas<'_> {
    fn transform(&self, matrix: Matrix) -> Transform {
        let [a, b, c, d, e, f] = compose([self.scale, 0.0, 0.0, self.scale, 0.0, 0.0], matrix);
        Transform::from_row(a, b, c, d, e, f)
    }
}

fn paint(ink: Ink) -> Paint<'static> {
    let [r, g, b] = ink.rgb;
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color_rgba8(r, g, b, (ink.alpha * 255.0).round() as u8);
    paint
}

impl Surface for Canvas<'_> {
    fn letters(&mut self, letters: &Letters<'_>) {
        let face = letters.file.and_then(|file| Face::parse(file, 0).ok());
        let paint = paint(letters.ink);
        for (c, x, y) in &letters.glyphs {
            let key = (letters.font.0, letters.font.1.to_owned(), *c);
            let fonts = self.fonts;
            let outline =
                self.outlines.entry(key).or_insert_with(|| glyph(face.as_ref(), fonts, *c));
            let Some(path) = outline.clone() else { continue };
            let at = compose(letters.matrix, [letters.size, 0.0, 0.0, letters.size, *x, *y]);
            let transform = self.transform(at);
            let mask = self.clip.as_ref();
            self.pixmap.fill_path(&path, &paint, FillRule::Winding, transform, mask);
        }
    }

    fn outline(&mut self, outline: &Outline) {
        let Some(path) = path(&outline.segments) else { return };
        let transform = self.transform(outline.matrix);
        let mask = self.clip.as_ref();
        if let Some(ink) = outline.fill {
            let rule = if outline.even_odd { FillRule::EvenOdd } else { FillRule::Winding };
            self.pixmap.fill_path(&path, &paint(ink), rule, transform, mask);
        }
        if let Some((ink, width)) = outline.stroke {
            let stroke = Stroke { width, ..Stroke::default() };
            self.pixmap.stroke_path(&path, &paint(ink), &stroke, transform, mask);
        }
    }

    fn image(&mut self, data: &[u8], matrix: Matrix, alpha: f32) {
        let Ok(image) = Pixmap::decode_png(data) else { return };
        let (w, h) = (image.width() as f32, image.height() as f32);
        let transform = self.transform(compose(matrix, [1.0 / w, 0.0, 0.0, 1.0 / h, 0.0, 0.0]));
        let page = (self.pixmap.width(), self.pixmap.height());
        let mask = self.clip.as_ref();
        if let Some(Shrunk { picture, x, y }) = shrunk(&image, transform, page) {
            let paint = PixmapPaint { opacity: alpha, ..Default::default() };
            self.pixmap.draw_pixmap(x, y, picture.as_ref(), &paint, Transform::identity(), mask);
            return;
        }
        let paint =
            PixmapPaint { opacity: alpha, quality: FilterQuality::Bicubic, ..Default::default() };
        self.pixmap.draw_pixmap(0, 0, image.as_ref(), &paint, transform, mask);
    }

    fn clip(&mut self, [x, y, width, height]: [f32; 4]) {
        let area = tiny_skia::Rect::from_xywh(x, y, width, height);
        let mask = Mask::new(self.pixmap.width(), self.pixmap.height());
        let (Some(area), Some(mut mask)) = (area, mask) else { return };
        let transform = Transform::from_scale(self.scale, self.scale);
        mask.fill_path(&PathBuilder::from_rect(area), FillRule::Winding, true, transform);
        self.clip = Some(mask);
    }

    fn unclip(&mut self) {
        self.clip = None;
    }
}

fn path(segments: &[Segment]) -> Option<Path> {
    let mut out = PathBuilder::new();
    for segment in segments {
        match *segment {
            Segment::Move(x, y) => out.move_to(x, y),
            Segment::Line(x, y) => out.line_to(x, y),
            Segment::Quad(a, b, x, y) => out.quad_to(a, b, x, y),
            Segment::Cubic(a, b, c, d, x, y) => out.cubic_to(a, b, c, d, x, y),
            Segment::Close => out.close(),
        }
    }
    out.finish()
}

/// Outline of a character in ems, y downwards; `None` for blanks and what no face has.
fn glyph(face: Option<&Face<'_>>, fonts: &Fonts, c: char) -> Option<Path> {
    let mut pen = Pen { out: PathBuilder::new(), em: 1.0 };
    let own = face.and_then(|face| Some((face, face.glyph_index(c)?)));
    match own {
        Some((face, glyph)) => {
            pen.em = f32::from(face.units_per_em());
            face.outline_glyph(glyph, &mut pen)?;
        }
        None => {
            pen.em = fonts.em(c)?;
            fonts.outline(c, &mut pen)?;
        }
    }
    pen.out.finish()
}

struct Pen {
    out: PathBuilder,
    em: f32,
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.out.move_to(x / self.em, -y / self.em);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.out.line_to(x / self.em, -y / self.em);
    }

    fn quad_to(&mut self, a: f32, b: f32, x: f32, y: f32) {
        let em = self.em;
        self.out.quad_to(a / em, -b / em, x / em, -y / em);
    }

    fn curve_to(&mut self, a: f32, b: f32, c: f32, d: f32, x: f32, y: f32) {
        let em = self.em;
        self.out.cubic_to(a / em, -b / em, c / em, -d / em, x / em, -y / em);
    }

    fn close(&mut self) {
        self.out.close();
    }
}
