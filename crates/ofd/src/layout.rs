//! Where every character of a page stands: what drawing, seeking a word and text layers have in common.

use crate::Error;
use crate::read::{Reader, numbers};
use crate::xml::Node;

/// A character at its place on the page, in mm from the upper left corner; `y` is its base line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placed {
    /// The character.
    pub c: char,
    /// Left edge.
    pub x: f32,
    /// Base line.
    pub y: f32,
    /// Size of the type.
    pub size: f32,
}

/// Six numbers of a matrix as SVG and PDF write it.
pub(crate) type Matrix = [f32; 6];

/// Nesting of page blocks.
const DEPTH: usize = 16;

/// Characters of a page (from 0) with its templates, in the order they are drawn.
pub fn characters(reader: &Reader<'_>, page: usize) -> Result<Vec<Placed>, Error> {
    let place = reader.pages().get(page).ok_or(Error::Document("no such page"))?;
    let node = reader.xml(&place.path)?;
    let (below, above) = reader.templates(&node);
    let mut out = Vec::new();
    for drawn in below.iter().chain([&node]).chain(&above) {
        let Some(content) = drawn.child("Content") else { continue };
        content.all("Layer").for_each(|layer| take(layer, 0, &mut out));
    }
    Ok(out)
}

fn take(parent: &Node, depth: usize, out: &mut Vec<Placed>) {
    for node in parent.children.iter().filter(|n| n.attr("Visible") != Some("false")) {
        match node.name.as_str() {
            "TextObject" => {
                let size = number(node, "Size").unwrap_or(3.0);
                let [a, b, c, d, e, f] = matrix(node);
                let scale = (b * b + d * d).sqrt().max(f32::MIN_POSITIVE);
                out.extend(glyphs(node).into_iter().map(|(letter, x, y)| Placed {
                    c: letter,
                    x: a * x + c * y + e,
                    y: b * x + d * y + f,
                    size: size * scale,
                }));
            }
            "PageBlock" if depth < DEPTH => take(node, depth + 1, out),
            _ => {}
        }
    }
}

/// Characters of a text object with their places in its own coordinates.
pub(crate) fn glyphs(node: &Node) -> Vec<(char, f32, f32)> {
    let size = number(node, "Size").unwrap_or(3.0);
    let mut out = Vec::new();
    let mut at = (0.0, 0.0);
    for code in node.all("TextCode") {
        at = (number(code, "X").unwrap_or(at.0), number(code, "Y").unwrap_or(at.1));
        let (dx, dy) = (deltas(code.attr("DeltaX")), deltas(code.attr("DeltaY")));
        let (mut x, mut y) = at;
        for (n, c) in code.text.chars().enumerate() {
            out.push((c, x, y));
            // Without an advance the next character stands where a full-width one would end.
            let step = if dx.is_empty() && dy.is_empty() { size } else { 0.0 };
            x += dx.get(n).copied().unwrap_or(step);
            y += dy.get(n).copied().unwrap_or(0.0);
        }
    }
    out
}

/// From an object's own coordinates to those of the page: its boundary, then its CTM.
pub(crate) fn matrix(node: &Node) -> Matrix {
    let boundary = numbers(node.attr("Boundary").unwrap_or_default());
    let corner = |n: usize| boundary.get(n).copied().unwrap_or(0.0);
    let ctm = numbers(node.attr("CTM").unwrap_or_default());
    let [a, b, c, d, e, f] = <Matrix>::try_from(ctm).unwrap_or([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    [a, b, c, d, e + corner(0), f + corner(1)]
}

/// A number in an attribute; `None` when absent or no finite number.
pub(crate) fn number(node: &Node, name: &str) -> Option<f32> {
    node.attr(name)?.trim().parse().ok().filter(|n: &f32| n.is_finite())
}

/// Advances with `g n v` spelled out; bounded, because n comes from the file.
pub(crate) fn deltas(text: Option<&str>) -> Vec<f32> {
    const MOST: usize = 100_000;
    let mut out = Vec::new();
    let mut words = text.unwrap_or_default().split_whitespace();
    while let Some(word) = words.next() {
        let (count, value) = match word {
            "g" => (
                words.next().and_then(|n| n.parse().ok()).unwrap_or(0usize),
                words.next().unwrap_or("0"),
            ),
            other => (1, other),
        };
        let value = value.parse().ok().filter(|v: &f32| v.is_finite()).unwrap_or(0.0);
        out.extend(std::iter::repeat_n(value, count.min(MOST.saturating_sub(out.len()))));
    }
    out
}
