//! Outlines of path objects as lines and curves, arcs included.

use crate::layout::Matrix;

/// One step of an outline; the pen stays where it ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Segment {
    Move(f32, f32),
    Line(f32, f32),
    /// Control point, end.
    Quad(f32, f32, f32, f32),
    /// Two control points, end.
    Cubic(f32, f32, f32, f32, f32, f32),
    Close,
}

/// First `inner`, then `outer`.
pub(crate) fn compose(outer: Matrix, inner: Matrix) -> Matrix {
    let [a, b, c, d, e, f] = outer;
    let [g, h, i, j, k, l] = inner;
    [
        a * g + c * h,
        b * g + d * h,
        a * i + c * j,
        b * i + d * j,
        a * k + c * l + e,
        b * k + d * l + f,
    ]
}

/// Most steps of one outline: beyond any real page.
const MOST: usize = 200_000;

/// Reads abbreviated data (GB/T 33190 §9.3); what is neither a known letter nor a number is left out.
pub(super) fn segments(data: &str) -> Vec<Segment> {
    let mut words = data.split_whitespace().peekable();
    let mut out = Vec::new();
    let mut pen = (0.0, 0.0);
    while let Some(letter) = words.next() {
        if out.len() > MOST {
            break;
        }
        let mut next = || {
            let number = words.peek()?.parse::<f32>().ok().filter(|v| v.is_finite())?;
            words.next();
            Some(number)
        };
        let mut take = |count: usize| {
            let numbers: Vec<f32> = (0..count).map_while(|_| next()).collect();
            (numbers.len() == count).then_some(numbers)
        };
        let made = match letter {
            "S" | "M" => take(2).map(|n| Segment::Move(n[0], n[1])),
            "L" => take(2).map(|n| Segment::Line(n[0], n[1])),
            "Q" => take(4).map(|n| Segment::Quad(n[0], n[1], n[2], n[3])),
            "B" => take(6).map(|n| Segment::Cubic(n[0], n[1], n[2], n[3], n[4], n[5])),
            "A" => {
                if let Some(n) = take(7) {
                    arc(pen, &n, &mut out);
                    pen = (n[5], n[6]);
                }
                None
            }
            "C" => Some(Segment::Close),
            _ => None,
        };
        let Some(segment) = made else { continue };
        match segment {
            Segment::Move(x, y)
            | Segment::Line(x, y)
            | Segment::Quad(.., x, y)
            | Segment::Cubic(.., x, y) => pen = (x, y),
            Segment::Close => {}
        }
        out.push(segment);
    }
    out
}

/// An elliptic arc (rx ry angle large sweep x y) from `from` as cubic curves of at most a quarter turn each, by the
/// conversion of the SVG standard (appendix B.2.4).
fn arc(from: (f32, f32), n: &[f32], out: &mut Vec<Segment>) {
    let (mut rx, mut ry) = (n[0].abs(), n[1].abs());
    let (to, large, sweep) = ((n[5], n[6]), n[3] != 0.0, n[4] != 0.0);
    if rx == 0.0 || ry == 0.0 || from == to {
        out.push(Segment::Line(to.0, to.1));
        return;
    }
    let (sin, cos) = n[2].to_radians().sin_cos();
    let half = ((from.0 - to.0) / 2.0, (from.1 - to.1) / 2.0);
    let turned = (cos * half.0 + sin * half.1, cos * half.1 - sin * half.0);
    let need = (turned.0 / rx).powi(2) + (turned.1 / ry).powi(2);
    if need > 1.0 {
        rx *= need.sqrt();
        ry *= need.sqrt();
    }
    let over = (rx * turned.1).powi(2) + (ry * turned.0).powi(2);
    let root = (((rx * ry).powi(2) - over) / over).max(0.0).sqrt();
    let root = if large == sweep { -root } else { root };
    let centre = (root * rx * turned.1 / ry, -root * ry * turned.0 / rx);
    let angle = |x: f32, y: f32| (y / ry).atan2(x / rx);
    let start = angle(turned.0 - centre.0, turned.1 - centre.1);
    let mut span = angle(-turned.0 - centre.0, -turned.1 - centre.1) - start;
    if sweep && span < 0.0 {
        span += std::f32::consts::TAU;
    } else if !sweep && span > 0.0 {
        span -= std::f32::consts::TAU;
    }
    let middle = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
    let place = |x: f32, y: f32| {
        let (x, y) = (rx * x + centre.0, ry * y + centre.1);
        (cos * x - sin * y + middle.0, sin * x + cos * y + middle.1)
    };
    let parts = (span.abs() / std::f32::consts::FRAC_PI_2).ceil().clamp(1.0, 4.0);
    let step = span / parts;
    let reach = 4.0 / 3.0 * (step / 4.0).tan();
    for part in 0..parts as usize {
        let (s0, c0) = (start + step * part as f32).sin_cos();
        let (s1, c1) = (start + step * (part + 1) as f32).sin_cos();
        let (a, b) =
            (place(c0 - reach * s0, s0 + reach * c0), place(c1 + reach * s1, s1 - reach * c1));
        let end = place(c1, s1);
        out.push(Segment::Cubic(a.0, a.1, b.0, b.1, end.0, end.1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_read_and_nonsense_is_left_out() {
        let read = segments("M 0 0 L 1 2 B 1 1 2 2 3 3 ? x Q 1 1 4 4 C L 1");
        let want = [
            Segment::Move(0.0, 0.0),
            Segment::Line(1.0, 2.0),
            Segment::Cubic(1.0, 1.0, 2.0, 2.0, 3.0, 3.0),
            Segment::Quad(1.0, 1.0, 4.0, 4.0),
            Segment::Close,
        ];
        assert_eq!(read, want);
    }

    #[test]
    fn half_a_circle_is_two_quarters() {
        let read = segments("M 0 0 A 5 5 0 0 1 10 0");
        assert_eq!(read.len(), 3);
        let Segment::Cubic(.., x, y) = read[1] else { panic!("{read:?}") };
        assert!((x - 5.0).abs() < 1e-3 && (y + 5.0).abs() < 1e-3, "{x} {y}");
        let Segment::Cubic(.., x, y) = read[2] else { panic!("{read:?}") };
        assert!((x - 10.0).abs() < 1e-3 && y.abs() < 1e-3);
    }
}
