//! Draws seals in red ink: ring or frame, star, text along the arc, a line below, a code underneath. Where each letter
//! stands is computed first, in mm, and then painted; every picture of a sample carries its mark.

mod places;

pub use places::{Frame, Letter, Shape, places};

use crate::Error;
use crate::font::Fonts;
use tiny_skia::{FillRule, Paint, PathBuilder, Pixmap, Stroke, Transform};
use ttf_parser::OutlineBuilder;

/// What a round seal shows; the plainest look.
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

/// A seal to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct SealLook {
    /// Round with or without a star, oval, or square.
    pub shape: Shape,
    /// Width and height in mm.
    pub size_mm: (u32, u32),
    /// Name of the unit, along the upper arc, 2–40 letters; on a square, the person's name.
    pub arc: String,
    /// The straight line below; may be empty.
    pub line: String,
    /// Small digits at the foot; may be empty.
    pub code: String,
    /// `样例` marks a sample; may be empty.
    pub mark: String,
    /// Pixels for each mm, 2–40.
    pub pixels_per_mm: u32,
}

/// Red of seal ink.
const INK: [u8; 3] = [0xd0, 0x1c, 0x1c];
/// Diameter of a plain round seal, mm.
const PLAIN: u32 = 42;

/// Draws a plain round seal on a transparent ground; PNG bytes, the same for the same input.
pub fn seal_png(fonts: &Fonts, seal: &SealPicture) -> Result<Vec<u8>, Error> {
    if !(100..=4000).contains(&seal.pixels) {
        return Err(Error::Picture("size"));
    }
    let look = SealLook {
        shape: Shape::Round,
        size_mm: (PLAIN, PLAIN),
        arc: seal.unit.clone(),
        line: seal.kind.clone(),
        code: String::new(),
        mark: seal.mark.clone(),
        pixels_per_mm: 0,
    };
    paint(fonts, &look, (seal.pixels, seal.pixels))
}

/// Draws a seal on a transparent ground; PNG bytes, the same for the same input.
///
/// # Errors
/// [`Error::Picture`] for a size out of bounds.
pub fn draw_seal(fonts: &Fonts, look: &SealLook) -> Result<Vec<u8>, Error> {
    let (width, height) = look.size_mm;
    let fits = |mm: u32| (10..=100).contains(&mm);
    if !fits(width) || !fits(height) || !(2..=40).contains(&look.pixels_per_mm) {
        return Err(Error::Picture("size"));
    }
    paint(fonts, look, (width * look.pixels_per_mm, height * look.pixels_per_mm))
}

fn paint(fonts: &Fonts, look: &SealLook, (width, height): (u32, u32)) -> Result<Vec<u8>, Error> {
    let (frame, letters) = places(look, |c| fonts.advance(c));
    let scale = width as f32 / look.size_mm.0 as f32;
    let mut canvas =
        Canvas { fonts, pixmap: Pixmap::new(width, height).ok_or(Error::Picture("size"))?, scale };
    canvas.frame(&frame);
    for letter in &letters {
        canvas.letter(letter);
    }
    let alpha: Vec<u8> = canvas.pixmap.pixels().iter().map(|pixel| pixel.alpha()).collect();
    Ok(super::png::encode(INK, width, height, &alpha))
}

struct Canvas<'a> {
    fonts: &'a Fonts,
    pixmap: Pixmap,
    scale: f32,
}

impl Canvas<'_> {
    fn ink() -> Paint<'static> {
        let mut paint = Paint::default();
        paint.set_color_rgba8(INK[0], INK[1], INK[2], 255);
        paint.anti_alias = true;
        paint
    }

    /// Ring, ellipse or square, and the star.
    fn frame(&mut self, frame: &Frame) {
        let scale = Transform::from_scale(self.scale, self.scale);
        let [left, top, right, bottom] = frame.edge;
        let rect = tiny_skia::Rect::from_ltrb(left, top, right, bottom);
        let path = rect.and_then(|rect| match frame.square {
            true => Some(PathBuilder::from_rect(rect)),
            false => PathBuilder::from_oval(rect),
        });
        if let Some(path) = path {
            let stroke = Stroke { width: frame.width, ..Stroke::default() };
            self.pixmap.stroke_path(&path, &Self::ink(), &stroke, scale, None);
        }
        let mut star = PathBuilder::new();
        for (n, (x, y)) in frame.star.iter().enumerate() {
            if n == 0 { star.move_to(*x, *y) } else { star.line_to(*x, *y) }
        }
        star.close();
        if let Some(path) = star.finish() {
            self.pixmap.fill_path(&path, &Self::ink(), FillRule::Winding, scale, None);
        }
    }

    fn letter(&mut self, letter: &Letter) {
        let mut outline = Outline(PathBuilder::new());
        let Some(units) = self.fonts.outline(letter.c, &mut outline) else { return };
        let Some(path) = outline.0.finish() else { return };
        let advance = self.fonts.advance(letter.c).max(0.1);
        let transform = Transform::from_scale(self.scale, self.scale)
            .pre_concat(Transform::from_rotate_at(letter.turned, letter.x, letter.y))
            .pre_translate(letter.x - letter.width / 2.0, letter.y + 0.38 * letter.height)
            .pre_scale(letter.width / (advance * units), -letter.height / units);
        self.pixmap.fill_path(&path, &Self::ink(), FillRule::Winding, transform, None);
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
        let mut look = SealLook {
            shape: Shape::Oval,
            size_mm: (45, 30),
            arc: seal.unit.clone(),
            line: "财务专用章".into(),
            code: "9901020012345".into(),
            mark: "样例".into(),
            pixels_per_mm: 8,
        };
        let oval = draw_seal(fonts(), &look).unwrap();
        assert_eq!(&oval[16..24], &[360_u32.to_be_bytes(), 240_u32.to_be_bytes()].concat()[..]);
        look.pixels_per_mm = 41;
        assert!(draw_seal(fonts(), &look).is_err());
    }
}
