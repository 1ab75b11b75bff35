//! The annotation of a copy: what is printed in a strip of its own under the face, and its metadata.

use guide::packs::licence::Face;
use ofd::font::Fonts;
use ofd::write::{Color, Page, Path, Text};

/// From line to line of an annotation, mm.
const NOTE: f32 = 5.0;
/// Height of its letters, mm.
const NOTE_LETTER: f32 = 3.4;
/// Edge of its box from the edge of the page, mm.
const NOTE_EDGE: f32 = 8.0;
/// Red of an annotation.
const RED: Color = Color::rgb(0xb3, 0x26, 0x1e);

/// What is printed under the face of an annotated copy, and its metadata.
pub struct Annotation {
    /// Lines of text.
    pub lines: Vec<String>,
    /// Keys and values of GB/T 36903.
    pub metadata: Vec<(String, String)>,
}

impl Annotation {
    /// Lines of an annotation, broken to the width of the page.
    pub fn broken(&self, fonts: &Fonts, width: f32) -> Vec<String> {
        let room = width - 2.0 * NOTE_EDGE - 6.0;
        self.lines.iter().flat_map(|line| fonts.wrap(line, NOTE_LETTER, room)).collect()
    }
}

/// Height of the strip of so many lines, mm.
pub fn strip(note: &[String]) -> f32 {
    if note.is_empty() { 0.0 } else { NOTE * (note.len() as f32 + 1.6) }
}

/// The annotation in a red box under the face.
pub fn print(page: &mut Page, note: &[String], face: &Face) {
    if note.is_empty() {
        return;
    }
    let (top, height) = (face.height, NOTE * (note.len() as f32 + 0.6));
    let frame = Path::rect(NOTE_EDGE, top, face.width - 2.0 * NOTE_EDGE, height);
    page.push(frame.fill(Color::WHITE).stroke(RED, 0.4));
    for (n, line) in note.iter().enumerate() {
        let y = top + NOTE * (n as f32 + 0.5);
        let text = Text::new(NOTE_EDGE + 3.0, y, NOTE_LETTER, line.clone()).fill(RED);
        page.push(if n == 0 { text.field("JZJZZSY") } else { text });
    }
}
