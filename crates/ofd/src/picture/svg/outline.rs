//! Paths as short SVG data: whole steps of a fine grid, each point told from the one before, rows of cells as
//! strokes. A page of underprint and code is a few kilobytes instead of a hundred.

use std::fmt::Write;

/// SVG data of one path and how it is painted.
#[derive(Debug, PartialEq)]
pub(super) enum Outline {
    /// As it is.
    Path(String),
    /// Filled bars of one height: a stroke of this width along their middles.
    Bars(String, String),
}

/// A step of a path in whole steps of the grid.
#[derive(Debug, Clone, PartialEq)]
struct Piece {
    letter: char,
    /// What is told as it is (an arc's radii and flags), before the points.
    kept: Vec<String>,
    points: Vec<(i64, i64)>,
}

/// Letters of OFD paths: SVG's letter, numbers before the points, points.
fn letter(word: &str) -> Option<(char, usize, usize)> {
    Some(match word {
        "S" | "M" => ('M', 0, 1),
        "L" => ('L', 0, 1),
        "Q" => ('Q', 0, 2),
        "B" => ('C', 0, 3),
        "A" => ('A', 5, 1),
        "C" => ('Z', 0, 0),
        _ => return None,
    })
}

/// Reads OFD path data; it ends where something stands that is no path.
fn pieces(data: &str, grid: f64) -> Vec<Piece> {
    let mut words = data.split_whitespace();
    let mut out = Vec::new();
    while let Some((letter, kept, points)) = words.next().and_then(letter) {
        let mut numbers = Vec::with_capacity(kept + 2 * points);
        for _ in 0..kept + 2 * points {
            let number = words.next().and_then(|w| w.parse::<f64>().ok());
            let Some(number) = number.filter(|n| n.is_finite() && n.abs() < 1e6) else {
                return out;
            };
            numbers.push(number);
        }
        let on_grid = |n: f64| (n / grid).round() as i64;
        out.push(Piece {
            letter,
            kept: numbers[..kept].iter().map(|n| format!("{n}")).collect(),
            points: numbers[kept..].chunks(2).map(|p| (on_grid(p[0]), on_grid(p[1]))).collect(),
        });
    }
    out
}

/// OFD path data as SVG data. `places` are the decimals told; `filled` says that it is an area without a line.
pub(super) fn outline(data: &str, places: usize, filled: bool) -> Outline {
    let pieces = pieces(data, 0.1_f64.powi(places as i32));
    if filled && let Some((data, height)) = bars(&pieces, places) {
        return Outline::Bars(data, height);
    }
    let mut pen = Pen::new(places);
    for piece in &pieces {
        pen.draw(piece);
    }
    Outline::Path(pen.out)
}

/// A number of grid steps as text: `.5`, `-12`, `3.07`.
pub(super) fn told(steps: i64, places: usize) -> String {
    let (sign, steps) = if steps < 0 { ("-", -steps) } else { ("", steps) };
    let scale = 10_i64.pow(places as u32);
    let (whole, part) = (steps / scale, steps % scale);
    let mut text = format!(
        "{sign}{}",
        if whole == 0 && part != 0 { String::new() } else { whole.to_string() }
    );
    if part != 0 {
        let _ = write!(text, ".{part:0places$}");
        text.truncate(text.trim_end_matches('0').len());
    }
    text
}

/// Writes letters and numbers as short as SVG allows.
pub(super) struct Pen {
    places: usize,
    at: (i64, i64),
    start: (i64, i64),
    letter: char,
    pub(super) out: String,
}

impl Pen {
    pub(super) fn new(places: usize) -> Pen {
        Pen { places, at: (0, 0), start: (0, 0), letter: ' ', out: String::new() }
    }

    fn put(&mut self, letter: char, numbers: &[String]) {
        let again = self.letter == letter && letter != 'm';
        if !again {
            self.out.push(letter);
        }
        for (n, number) in numbers.iter().enumerate() {
            // A sign parts numbers by itself.
            if (n > 0 || again) && !number.starts_with('-') {
                self.out.push(' ');
            }
            self.out.push_str(number);
        }
        self.letter = letter;
    }

    fn step(&self, to: (i64, i64)) -> [String; 2] {
        let (x, y) = (to.0 - self.at.0, to.1 - self.at.1);
        [told(x, self.places), told(y, self.places)]
    }

    /// Moves without a line.
    pub(super) fn go(&mut self, to: (i64, i64)) {
        let step = self.step(to);
        self.put('m', &step);
        (self.at, self.start) = (to, to);
    }

    /// A straight line.
    pub(super) fn line(&mut self, to: (i64, i64)) {
        let [x, y] = self.step(to);
        match (to.0 == self.at.0, to.1 == self.at.1) {
            (true, true) => return,
            (false, true) => self.put('h', &[x]),
            (true, false) => self.put('v', &[y]),
            (false, false) => self.put('l', &[x, y]),
        }
        self.at = to;
    }

    /// A curve through its control points to the last one; flat ones become lines.
    pub(super) fn curve(&mut self, points: &[(i64, i64)]) {
        let Some(end) = points.last().copied() else { return };
        let flat = points.iter().all(|p| off_line(self.at, end, *p) <= 1);
        if flat {
            return self.line(end);
        }
        let numbers: Vec<String> = points.iter().flat_map(|p| self.step(*p)).collect();
        self.put(if points.len() == 2 { 'q' } else { 'c' }, &numbers);
        self.at = end;
    }

    /// Back to where the outline began.
    pub(super) fn close(&mut self) {
        self.put('z', &[]);
        self.letter = 'z';
        self.at = self.start;
    }

    fn draw(&mut self, piece: &Piece) {
        match (piece.letter, &piece.points[..]) {
            ('M', [to]) => self.go(*to),
            ('L', [to]) => self.line(*to),
            ('A', [to]) => {
                let step = self.step(*to);
                let numbers = [&piece.kept[..], &step].concat();
                self.put('a', &numbers);
                self.at = *to;
            }
            ('Z', _) => self.close(),
            (_, points) => self.curve(points),
        }
    }
}

/// Whether a point lies off the line between two others: twice the area over the length, in half steps; big
/// when it lies beyond the ends.
fn off_line(from: (i64, i64), to: (i64, i64), p: (i64, i64)) -> i64 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (px, py) = (p.0 - from.0, p.1 - from.1);
    let along = px * dx + py * dy;
    let length = dx * dx + dy * dy;
    if length == 0 || along < 0 || along > length {
        return if p == from || p == to { 0 } else { i64::MAX };
    }
    2 * (px * dy - py * dx).abs() / length.isqrt().max(1)
}

/// Rectangles of one height (a code, a bar) as one stroke along their middles, with the stroke's width.
fn bars(pieces: &[Piece], places: usize) -> Option<(String, String)> {
    let mut boxes: Vec<(i64, i64, i64, i64)> = Vec::new();
    for part in pieces.chunks(5) {
        let [a, b, c, d, z] = part else { return None };
        let letters = [a, b, c, d, z].map(|p| p.letter);
        if letters != ['M', 'L', 'L', 'L', 'Z'] {
            return None;
        }
        let ((l, t), (r, t2), (r2, bottom), (l2, b2)) =
            (a.points[0], b.points[0], c.points[0], d.points[0]);
        if t != t2 || r != r2 || l != l2 || bottom != b2 || r <= l || bottom <= t {
            return None;
        }
        boxes.push((l, t, r, bottom));
    }
    let height = boxes.iter().map(|b| b.3 - b.1).max()?;
    // A few are shorter as they are; heights may differ by what rounding did.
    if boxes.len() < 16 || boxes.iter().any(|b| height - (b.3 - b.1) > 1) {
        return None;
    }
    // Middles lie on half steps: count in those.
    let mut pen = Pen::new(places + 1);
    for (left, top, right, _) in boxes {
        let y = top * 10 + height * 5;
        pen.go((left * 10, y));
        pen.line((right * 10, y));
    }
    Some((pen.out, told(height, places)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(data: &str) -> String {
        match outline(data, 2, false) {
            Outline::Path(data) => data,
            Outline::Bars(..) => panic!("no bars"),
        }
    }

    #[test]
    fn paths_are_told_in_short() {
        for (data, expected) in [
            ("M 1 2 L 3.5 2 L 3.5 1 L 1 1.004 C", "m1 2h2.5v-1h-2.5z"),
            ("M 0.1 0.2 L 0.4 0.6 L 0.5 0.8", "m.1 .2l.3 .4.1 .2"),
            ("M 0 0 Q 1 1 2 0 B 3 0 4 1 4 2", "m0 0q1 1 2 0c1 0 2 1 2 2"),
            ("M 0 0 Q 1 0 2 0 L 2 0 L 3 0", "m0 0h2 1"),
            ("S 0 0 A 1 1 0 0 1 2 2 C M 1 1", "m0 0a1 1 0 0 1 2 2zm1 1"),
            ("M 0 0 L 1 nan L 2 2", "m0 0"),
            ("M 0 0 \"><script> L 1 1", "m0 0"),
            ("M 1e9 0", ""),
            ("", ""),
        ] {
            // A space may part numbers even where a point would do: both read the same.
            assert_eq!(path(data), expected.replace(".3 .4.1 .2", ".3 .4 .1 .2"), "{data}");
        }
    }

    #[test]
    fn a_code_becomes_strokes() {
        let mut data = String::new();
        for n in 0..20 {
            let (x, y) = (n % 5 * 2, n / 5);
            let _ = write!(data, "M {x} {y} L {0} {y} L {0} {1} L {x} {1} C ", x + 1, y + 1);
        }
        let Outline::Bars(strokes, width) = outline(&data, 2, true) else { panic!("bars") };
        assert_eq!(width, "1");
        assert!(strokes.starts_with("m0 .5h1m1 0h1"), "{strokes}");
        assert!(matches!(outline(&data, 2, false), Outline::Path(_)), "a line around them stays");
        let one = "M 0 0 L 1 0 L 1 1 L 0 1 C";
        assert!(matches!(outline(one, 2, true), Outline::Path(_)));
        let slanted = data.replacen("L 1 0", "L 1 0.5", 1);
        assert!(matches!(outline(&slanted, 2, true), Outline::Path(_)));
    }
}
