//! Lines and areas: rectangles, rounded rectangles, circles and the cells of a QR code as one path.

use super::Color;

/// A piece of an outline, mm on the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Segment {
    /// Starts a new outline.
    Move(f32, f32),
    /// Straight line.
    Line(f32, f32),
    /// Cubic Bézier curve: two control points and the end.
    Cubic(f32, f32, f32, f32, f32, f32),
    /// Back to the start of the outline.
    Close,
}

/// Outlines drawn together.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// The outlines.
    pub segments: Vec<Segment>,
    /// Line colour and width in mm.
    pub stroke: Option<(Color, f32)>,
    /// Area colour (non-zero winding).
    pub fill: Option<Color>,
    /// Edge of the squares of a grid on whose lines all points lie, mm: the file then counts squares, which is half as long.
    pub(super) grid: Option<f32>,
}

/// Control-point distance for a quarter circle.
const KAPPA: f32 = 0.552_284_8;

impl Path {
    /// Outlines without line or area yet.
    pub fn new(segments: Vec<Segment>) -> Path {
        Path { segments, stroke: None, fill: None, grid: None }
    }

    /// With a line of this width in mm.
    pub fn stroke(mut self, color: Color, width: f32) -> Path {
        self.stroke = Some((color, width));
        self
    }

    /// With a filled area.
    pub fn fill(mut self, color: Color) -> Path {
        self.fill = Some(color);
        self
    }

    /// A straight line.
    pub fn line(x1: f32, y1: f32, x2: f32, y2: f32) -> Path {
        Path::new(vec![Segment::Move(x1, y1), Segment::Line(x2, y2)])
    }

    /// A rectangle.
    pub fn rect(x: f32, y: f32, width: f32, height: f32) -> Path {
        Path::new(Path::corners(x, y, width, height).to_vec())
    }

    fn corners(x: f32, y: f32, width: f32, height: f32) -> [Segment; 5] {
        let (r, b) = (x + width, y + height);
        let line = Segment::Line;
        [Segment::Move(x, y), line(r, y), line(r, b), line(x, b), Segment::Close]
    }

    /// A rectangle with round corners; a radius above half a side is cut to it.
    pub fn rounded_rect(x: f32, y: f32, width: f32, height: f32, radius: f32) -> Path {
        let q = radius.min(width / 2.0).min(height / 2.0).max(0.0);
        let k = q * (1.0 - KAPPA);
        let (r, b) = (x + width, y + height);
        Path::new(vec![
            Segment::Move(x + q, y),
            Segment::Line(r - q, y),
            Segment::Cubic(r - k, y, r, y + k, r, y + q),
            Segment::Line(r, b - q),
            Segment::Cubic(r, b - k, r - k, b, r - q, b),
            Segment::Line(x + q, b),
            Segment::Cubic(x + k, b, x, b - k, x, b - q),
            Segment::Line(x, y + q),
            Segment::Cubic(x, y + k, x + k, y, x + q, y),
            Segment::Close,
        ])
    }

    /// A circle around a centre.
    pub fn circle(cx: f32, cy: f32, radius: f32) -> Path {
        Path::rounded_rect(cx - radius, cy - radius, 2.0 * radius, 2.0 * radius, radius)
    }

    /// Dark cells of a square matrix (rows of cells, true is dark) filled black in a square of `size` mm without a quiet
    /// zone. Cells side by side become one rectangle, so that no hairline shows between them.
    pub fn cells(x: f32, y: f32, size: f32, rows: &[Vec<bool>]) -> Path {
        let cell = size / rows.len().max(1) as f32;
        // A run has four cells on average with its gap, and five pieces.
        let mut segments = Vec::with_capacity(rows.len() * rows.len() * 5 / 4);
        for (n, row) in rows.iter().enumerate() {
            let mut at = 0;
            while at < row.len() {
                let length = row[at..].iter().take_while(|dark| **dark).count();
                if length > 0 {
                    let (left, top) = (x + cell * at as f32, y + cell * n as f32);
                    segments.extend(Path::corners(left, top, cell * length as f32, cell));
                }
                at += length.max(1);
            }
        }
        Path { grid: Some(cell), ..Path::new(segments).fill(Color::BLACK) }
    }

    /// Left, top, right and bottom of all points, control points included.
    pub(crate) fn bounds(&self) -> [f32; 4] {
        let mut out = [f32::MAX, f32::MAX, f32::MIN, f32::MIN];
        let mut take = |x: f32, y: f32| {
            out = [out[0].min(x), out[1].min(y), out[2].max(x), out[3].max(y)];
        };
        for segment in &self.segments {
            match *segment {
                Segment::Move(x, y) | Segment::Line(x, y) => take(x, y),
                Segment::Cubic(a, b, c, d, x, y) => {
                    take(a, b);
                    take(c, d);
                    take(x, y);
                }
                Segment::Close => {}
            }
        }
        if out[0] > out[2] { [0.0; 4] } else { out }
    }
}
