//! Draws a round red seal: ring, text along the arc, two lines inside. Never a star or an emblem: those belong to real
//! authorities; every picture drawn here is marked as a sample.

use crate::Error;
use crate::font::Fonts;
use tiny_skia::{FillRule, Paint, PathBuilder, Pixmap, Stroke, Transform};
use ttf_parser::OutlineBuilder;

/// What a seal shows.
#[derive(Debug, Clone, PartialEq)]
pub struct SealPicture {
    /// Name of the unit, along the upper arc.
    pub unit: String,
    /// Kind of seal, straight below the centre, for example `政务服务专用章`; may be empty.
    pub kind: String,
    /// Mark in the centre; `样例` marks a sample.
    pub mark: String,
    /// Width and height of the picture in pixels, 100–4000.
    pub pixels: u32,
}

/// Red of seal ink.
const INK: [u8; 3] = [0xd0, 0x1c, 0x1c];
/// Side of the drawing plane; the picture is scaled from it.
const PLANE: f32 = 400.0;

/// Draws the seal on a transparent ground; PNG bytes, the same for the same input.
pub fn seal_png(fonts: &Fonts, seal: &SealPicture) -> Result<Vec<u8>, Error> {
    if !(100..=4000).contains(&seal.pixels) {
        return Err(Error::Picture("size"));
    }
    let mut canvas = Canvas {
        fonts,
        pixmap: Pixmap::new(seal.pixels, seal.pixels).ok_or(Error::Picture("size"))?,
        scale: seal.pixels as f32 / PLANE,
    };
    let middle = PLANE / 2.0;
    canvas.ring(middle, 190.0, 11.0);
    canvas.ring(middle, 176.0, 2.0);
    canvas.arc_text(&seal.unit, middle, 160.0);
    canvas.line_text(&seal.mark, middle, 205.0, 62.0, 190.0);
    canvas.line_text(&seal.kind, middle, 288.0, 32.0, 180.0);
    let alpha: Vec<u8> = canvas.pixmap.pixels().iter().map(|pixel| pixel.alpha()).collect();
    Ok(super::png::encode(INK, seal.pixels, seal.pixels, &alpha))
}

struct Canvas<'a> {
    fonts: &'a Fonts,
    pixmap: Pixmap,
    scale: f32,
}

impl Canvas<'_> {
    fn paint() -> Paint<'static> {
        let mut paint = Paint::default();
        paint.set_color_rgba8(INK[0], INK[1], INK[2], 255);
        paint.anti_alias = true;
        paint
    }

    fn ring(&mut self, middle: f32, radius: f32, width: f32) {
        let Some(path) = PathBuilder::from_circle(middle, middle, radius) else { return };
        let stroke = Stroke { width, ..Stroke::default() };
        let scale = Transform::from_scale(self.scale, self.scale);
        self.pixmap.stroke_path(&path, &Self::paint(), &stroke, scale, None);
    }

    /// Characters along the upper arc, feet towards the centre, spread over at most 210° so that the lines below stay free.
    fn arc_text(&mut self, text: &str, middle: f32, radius: f32) {
        let count = text.chars().count();
        if count == 0 {
            return;
        }
        let spread = 210.0_f32.min(26.0 * count as f32 + 20.0);
        let step = if count > 1 { spread / (count - 1) as f32 } else { 0.0 };
        // A character is as wide as its share of the arc, within sight and ring.
        let share = radius * step.to_radians() * 0.92;
        let size = if count > 1 { share.clamp(14.0, 46.0) } else { 46.0 };
        for (n, c) in text.chars().enumerate() {
            let angle = if count > 1 { -spread / 2.0 + step * n as f32 } else { 0.0 };
            let place = Transform::from_rotate_at(angle, middle, middle)
                .pre_translate(middle, middle - radius)
                .pre_scale(0.85, 1.15);
            self.glyph(c, size, place);
        }
    }

    /// A straight line of characters, centred, shrunk to fit `width`.
    fn line_text(&mut self, text: &str, middle: f32, y: f32, size: f32, width: f32) {
        let full = self.fonts.width(text, size);
        let size = if full > width { size * width / full } else { size };
        let mut x = middle - self.fonts.width(text, size) / 2.0;
        for c in text.chars() {
            let advance = self.fonts.advance(c) * size;
            self.glyph(c, size, Transform::from_translate(x + advance / 2.0, y - size / 2.0));
            x += advance;
        }
    }

    /// One character; the origin of `place` is the middle of its upper edge.
    fn glyph(&mut self, c: char, size: f32, place: Transform) {
        let mut outline = Outline(PathBuilder::new());
        let Some(units) = self.fonts.outline(c, &mut outline) else { return };
        let Some(path) = outline.0.finish() else { return };
        let em = size / units;
        let half = self.fonts.advance(c) * size / 2.0;
        let transform = Transform::from_scale(self.scale, self.scale)
            .pre_concat(place)
            .pre_translate(-half, 0.88 * size)
            .pre_scale(em, -em);
        self.pixmap.fill_path(&path, &Self::paint(), FillRule::Winding, transform, None);
    }
}

/// Hands a font outline to the path builder.
struct Outline(PathBuilder);

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.0.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.0.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::font::tests::fonts;

    #[test]
    fn seals_are_drawn_alike_and_bounded() {
        let seal = SealPicture {
            unit: "示例市市场监督管理局".into(),
            kind: "行政审批专用章".into(),
            mark: "样例".into(),
            pixels: 300,
        };
        let png = seal_png(fonts(), &seal).unwrap();
        assert_eq!(png, seal_png(fonts(), &seal).unwrap());
        assert!(png.starts_with(b"\x89PNG") && png.len() < 10_000, "{}", png.len());
        for unit in ["", "局", &"很长的单位名称".repeat(9)] {
            assert!(seal_png(fonts(), &SealPicture { unit: unit.into(), ..seal.clone() }).is_ok());
        }
        for pixels in [0, 99, 4001, u32::MAX] {
            assert!(seal_png(fonts(), &SealPicture { pixels, ..seal.clone() }).is_err());
        }
    }
}
