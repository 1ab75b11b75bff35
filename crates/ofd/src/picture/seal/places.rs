//! Where the letters of a seal stand: geometry alone, in mm from the upper left corner.

use super::SealLook;

/// Forms of seals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Round, with the star of authorities.
    Star,
    /// Round, without a star.
    Round,
    /// Oval, for one purpose only.
    Oval,
    /// Square, with a person's name.
    Square,
}

/// One letter: the middle of its box, its size, and how far it is turned, clockwise in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Letter {
    /// Which.
    pub c: char,
    /// Middle, from the left.
    pub x: f32,
    /// Middle, from the top.
    pub y: f32,
    /// Width of its box.
    pub width: f32,
    /// Height of its box.
    pub height: f32,
    /// Turned clockwise, degrees.
    pub turned: f32,
}

/// The line around a seal, and its star.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Left, top, right, bottom of the middle of the line.
    pub edge: [f32; 4],
    /// Width of the line.
    pub width: f32,
    /// Whether it is a square.
    pub square: bool,
    /// Corners of the star; empty for none.
    pub star: Vec<(f32, f32)>,
}

/// Width of the line around.
const RING: f32 = 1.2;
/// From the line to the letters.
const GAP: f32 = 0.8;
/// Between two letters at their feet.
const BETWEEN: f32 = 0.25;
/// Tallest and least letters of the arc.
const TALL: f32 = 5.2;
const LEAST: f32 = 2.0;
/// How narrow a letter may become for its height before it is made lower.
const NARROW: f32 = 0.58;
/// How wide it is where there is room.
const WIDE: f32 = 0.82;

/// The line around, the star, and every letter. `advance` gives the width of a letter for a height of 1.
pub fn places(look: &SealLook, advance: impl Fn(char) -> f32) -> (Frame, Vec<Letter>) {
    let (width, height) = (look.size_mm.0 as f32, look.size_mm.1 as f32);
    let half = RING / 2.0;
    let mut frame = Frame {
        edge: [half, half, width - half, height - half],
        width: RING,
        square: look.shape == Shape::Square,
        star: Vec::new(),
    };
    let (x, y) = (width / 2.0, height / 2.0);
    let letters = match look.shape {
        Shape::Square => square(look, width),
        Shape::Star | Shape::Round => {
            // What stands in the middle is drawn for 42 mm and grows with the seal.
            let k = width / 42.0;
            let bare = look.line.is_empty();
            let mut letters = arc(&look.arc, (x, y), (x, y), if bare { 250.0 } else { 212.0 });
            if look.shape == Shape::Star {
                let middle = if bare { (x, y) } else { (x, y - 2.4 * k) };
                frame.star = star(middle, if bare { 6.6 } else { 5.6 } * k);
                let below = if bare { 9.0 } else { 4.9 };
                letters.extend(straight(
                    &look.mark,
                    (x, y + below * k),
                    (2.4 * k, 12.0 * k),
                    &advance,
                ));
            } else {
                letters.extend(straight(&look.mark, (x, y), (6.0 * k, 18.0 * k), &advance));
            }
            letters.extend(straight(&look.line, (x, y + 8.9 * k), (3.6 * k, 26.0 * k), &advance));
            let foot = if bare { 15.0 } else { 14.0 };
            letters.extend(straight(&look.code, (x, y + foot * k), (1.6 * k, 17.0 * k), &advance));
            letters
        }
        Shape::Oval => {
            let mut letters = arc(&look.arc, (x, y), (x, y), 200.0);
            letters.extend(straight(&look.mark, (x, y - 1.2), (2.6, 16.0), &advance));
            letters.extend(straight(&look.line, (x, y + 4.0), (3.4, 26.0), &advance));
            letters.extend(straight(&look.code, (x, y + 9.2), (1.5, 17.0), &advance));
            letters
        }
    };
    (frame, letters)
}

/// Letters along the upper arc of an ellipse of these half axes, feet inwards, over at most so many degrees of it: as
/// tall as they can be, then narrower, then lower.
fn arc(text: &str, (x, y): (f32, f32), (a, b): (f32, f32), most: f32) -> Vec<Letter> {
    let count = text.chars().count();
    let outer = RING + GAP;
    let mut height = TALL * (b / 21.0).clamp(0.6, 1.1);
    loop {
        // The middle of the letters runs on this ellipse, their feet on the one inside.
        let way = Way::new(a - outer - height / 2.0, b - outer - height / 2.0);
        let feet = Way::new(a - outer - height, b - outer - height);
        let squeeze = feet.tightest() / way.tightest();
        let share = way.length(most) / count.max(1) as f32;
        let room = share * squeeze - BETWEEN;
        let width = room.min(WIDE * height);
        if width < NARROW * height && height > LEAST {
            height -= 0.1;
            continue;
        }
        let step = if width < room { (width + 1.1) / squeeze } else { share };
        let step = step.min(share);
        let first = -(step * (count.max(1) - 1) as f32) / 2.0;
        let place = |(n, c)| {
            let (px, py, turned) = way.at(first + step * n as f32);
            Letter { c, x: x + px, y: y + py, width: width.max(0.3), height, turned }
        };
        return text.chars().enumerate().map(place).collect();
    }
}

/// A straight line of letters around a middle, as tall as given, smaller where it would be too wide.
fn straight(
    text: &str,
    (x, y): (f32, f32),
    (height, most): (f32, f32),
    advance: &impl Fn(char) -> f32,
) -> Vec<Letter> {
    let full: f32 = text.chars().map(|c| advance(c) * height).sum();
    let height = if full > most { height * most / full } else { height };
    let mut left = x - full.min(most) / 2.0;
    let place = |c| {
        let width = advance(c) * height;
        let letter = Letter { c, x: left + width / 2.0, y, width, height, turned: 0.0 };
        left += width;
        letter
    };
    text.chars().map(place).collect()
}

/// A name in four fields, read from the right column down, as names are cut.
fn square(look: &SealLook, side: f32) -> Vec<Letter> {
    let mut cells: Vec<char> = look.arc.chars().take(4).collect();
    let rest = match cells.len() {
        2 => "之印",
        3 => "印",
        _ => "",
    };
    cells.extend(rest.chars());
    let foot = if look.mark.is_empty() { 0.0 } else { 2.4 };
    let (inner, top) = (side - 2.0 * (RING + GAP), RING + GAP);
    let (width, height) = (inner / 2.0, (inner - foot) / 2.0);
    let place = |(n, c): (usize, &char)| Letter {
        c: *c,
        x: side - RING - GAP - width * ((n / 2) as f32 + 0.5),
        y: top + height * ((n % 2) as f32 + 0.5),
        width: width * 0.94,
        height: height * 0.94,
        turned: 0.0,
    };
    let mut letters: Vec<Letter> = cells.iter().enumerate().map(place).collect();
    letters.extend(straight(
        &look.mark,
        (side / 2.0, side - top - foot / 2.0),
        (2.0, inner),
        &|_| 1.0,
    ));
    letters
}

/// Five points and the corners between them, one point up.
fn star((x, y): (f32, f32), radius: f32) -> Vec<(f32, f32)> {
    let corner = |n: usize| {
        // The inner corners of a five-pointed star lie at this part of its radius.
        let r = if n.is_multiple_of(2) { radius } else { radius * 0.381_966 };
        let turned = (n as f32 * 36.0).to_radians();
        (x + r * turned.sin(), y - r * turned.cos())
    };
    (0..10).map(corner).collect()
}

/// The upper arc of an ellipse, measured from its top in mm of way.
struct Way {
    a: f32,
    b: f32,
}

/// Pieces in which a way is measured.
const PIECE: f32 = 0.25;

impl Way {
    fn new(a: f32, b: f32) -> Way {
        Way { a: a.max(1.0), b: b.max(1.0) }
    }

    /// Radius of its sharpest bend on the arc.
    fn tightest(&self) -> f32 {
        self.b * self.b / self.a.max(self.b)
    }

    fn speed(&self, degrees: f32) -> f32 {
        let t = degrees.to_radians();
        (self.a * t.cos()).hypot(self.b * t.sin())
    }

    /// Length of the arc over so many degrees.
    fn length(&self, degrees: f32) -> f32 {
        let pieces = (degrees / 2.0 / PIECE) as usize;
        let half: f32 = (0..pieces).map(|n| self.speed((n as f32 + 0.5) * PIECE)).sum();
        2.0 * half * PIECE.to_radians()
    }

    /// Where one stands after so much way from the top, and how far one is turned there.
    fn at(&self, way: f32) -> (f32, f32, f32) {
        let (mut gone, mut degrees) = (0.0, 0.0);
        while gone < way.abs() && degrees < 180.0 {
            gone += self.speed(degrees + PIECE / 2.0) * PIECE.to_radians();
            degrees += PIECE;
        }
        let t = degrees.copysign(way).to_radians();
        let (x, y) = (self.a * t.sin(), -self.b * t.cos());
        // The normal of the ellipse, not its radius: letters stand upright on the line.
        let turned = (self.b * t.sin()).atan2(self.a * t.cos()).to_degrees();
        (x, y, turned)
    }
}

#[cfg(test)]
mod tests;
