//! Documents in the official form (GB/T 9704-2012 as far as a screen needs it): A4, 3号 body text of 28
//! letters a line, date and seal at the lower right.

use super::mark;
use super::model::{DocumentDraft, Paper};
use super::notary::{SEAL_MM, Sealable};
use codes::time::zh_day;
use ofd::font::Fonts;
use ofd::seal::Position;
use ofd::write::{Align, Color, Document, Image, Page, Path, Text, write};
use store::{Error, Result};

/// Left margin (订口) in mm.
const LEFT: f32 = 28.0;
/// Width of the type area in mm.
const WIDTH: f32 = 156.0;
/// Upper edge of the type area in mm.
const TOP: f32 = 37.0;
/// Lower edge of the type area in mm.
const BOTTOM: f32 = 262.0;
/// 3号 in mm.
const BODY: f32 = 5.55;
/// From line to line in mm (22 lines a page).
const LINE: f32 = 10.2;
/// 2号 in mm, for titles.
const TITLE: f32 = 7.75;
/// Red of the head (版头).
const RED: Color = Color::rgb(0xb3, 0x26, 0x1e);
const GREY: Color = Color::rgb(0x5b, 0x67, 0x73);

struct Writer<'a> {
    fonts: &'a Fonts,
    pages: Vec<Page>,
    y: f32,
}

impl Writer<'_> {
    /// The page being written; a new one when less than `room` mm are left.
    fn page(&mut self, room: f32) -> &mut Page {
        if self.pages.is_empty() || self.y + room > BOTTOM {
            self.pages.push(Page::a4());
            self.y = TOP;
        }
        let last = self.pages.len() - 1;
        &mut self.pages[last]
    }

    fn line(&mut self, text: Text, height: f32) {
        let room = text.size.max(height);
        let page = self.page(room);
        let at = page.objects.len();
        page.push(text);
        let y = self.y;
        if let Some(ofd::write::Object::Text(text)) =
            self.pages.last_mut().and_then(|p| p.objects.get_mut(at))
        {
            text.y = y;
        }
        self.y += height;
    }

    /// A paragraph, its first line set in by two letters.
    fn paragraph(&mut self, text: &str, indent: bool) {
        let whole = if indent { format!("\u{3000}\u{3000}{text}") } else { text.to_owned() };
        for line in self.fonts.wrap(&whole, BODY, WIDTH) {
            self.line(Text::new(LEFT, 0.0, BODY, line), LINE);
        }
    }
}

/// Sets a draft as pages and says where the seal goes: over unit and date, never over the text.
pub fn lay_out(fonts: &Fonts, draft: &DocumentDraft, scan: &str, id: String) -> Result<Sealable> {
    let mut writer = Writer { fonts, pages: Vec::new(), y: TOP };
    head(&mut writer, draft);
    for line in fonts.wrap(&draft.title, TITLE, WIDTH) {
        let text = Text::new(105.0, 0.0, TITLE, line).align(Align::Center);
        writer.line(text.field("title"), 13.0);
    }
    writer.y += 6.0;
    if !draft.to.expose().is_empty() {
        writer.paragraph(&format!("{}：", draft.to.expose()), false);
    }
    for paragraph in draft.paragraphs.iter().filter(|p| !p.trim().is_empty()) {
        writer.paragraph(paragraph.trim(), true);
    }
    let position = sign_off(&mut writer, draft);
    foot(&mut writer);
    code(&mut writer, scan)?;
    let pages = writer.pages.len();
    let document = Document {
        id,
        title: draft.title.clone(),
        author: draft.unit.name.clone(),
        created: draft.dated.to_string(),
        custom: custom(draft),
        pages: writer.pages,
        ..Document::default()
    };
    let written = write(&document, fonts).map_err(Error::internal)?;
    let paper = Paper {
        title: draft.title.clone(),
        number: draft.number.clone(),
        case_no: draft.case_no.clone(),
    };
    Ok(Sealable { ofd: written.bytes, position, pages, paper })
}

/// The unit in red over a red line (版头), then the number.
fn head(writer: &mut Writer<'_>, draft: &DocumentDraft) {
    let name = &draft.unit.name;
    let full = writer.fonts.width(name, 11.0);
    let size = if full > WIDTH { 11.0 * WIDTH / full } else { 11.0 };
    let text = Text::new(105.0, 0.0, size, name.clone()).align(Align::Center).fill(RED);
    writer.line(text.field("unit"), 18.0);
    if !draft.number.is_empty() {
        let text = Text::new(105.0, 0.0, 4.6, draft.number.clone()).align(Align::Center);
        writer.line(text.field("number"), 9.0);
    }
    let y = writer.y;
    writer.page(0.0).push(Path::line(LEFT, y, LEFT + WIDTH, y).stroke(RED, 0.7));
    writer.y += 12.0;
}

/// Unit and date at the right; the seal's centre lies between them (骑年盖月).
fn sign_off(writer: &mut Writer<'_>, draft: &DocumentDraft) -> Position {
    writer.y += LINE;
    writer.page(3.0 * LINE);
    let date = zh_day(draft.dated);
    let wide = writer.fonts.width(&draft.unit.name, BODY).max(writer.fonts.width(&date, BODY));
    let middle = (LEFT + WIDTH - 4.0 * BODY - wide / 2.0).max(105.0);
    let top = writer.y;
    for text in [draft.unit.name.clone(), date] {
        writer.line(Text::new(middle, 0.0, BODY, text).align(Align::Center), LINE);
    }
    let size = SEAL_MM as f32;
    Position {
        page: writer.pages.len() - 1,
        x: middle - size / 2.0,
        y: (top + LINE - size / 2.0 - 1.0).min(297.0 - size),
        width: size,
        height: size,
    }
}

/// Page numbers, and on every page that this is a sample.
fn foot(writer: &mut Writer<'_>) {
    for (n, page) in writer.pages.iter_mut().enumerate() {
        let number = format!("— {} —", n + 1);
        page.push(Text::new(105.0, 270.0, 4.9, number).align(Align::Center));
        let note = "样例·演示数据，不具法律效力";
        page.push(Text::new(105.0, 282.0, 3.2, note).align(Align::Center).fill(GREY));
    }
}

/// Edge of the code at the foot in mm: a telephone reads it at arm's length.
const CODE: f32 = 24.0;

/// The code that leads to the verification of this paper, in the lower margin of every page: a sheet that went
/// astray says as well where it belongs.
fn code(writer: &mut Writer<'_>, scan: &str) -> Result<()> {
    if scan.is_empty() {
        return Ok(());
    }
    let top = 266.0;
    let cells = mark::cells(scan, mark::Care::Middle)?;
    for page in &mut writer.pages {
        page.push(Image::cells(LEFT, top, CODE, &cells));
        for (n, words) in ["扫码核验", "文书真伪"].into_iter().enumerate() {
            let text = Text::new(LEFT + CODE + 3.0, top + 8.0 + 4.8 * n as f32, 3.2, words);
            page.push(text.fill(GREY));
        }
    }
    Ok(())
}

fn custom(draft: &DocumentDraft) -> Vec<(String, String)> {
    let mut out = vec![
        ("title".to_owned(), draft.title.clone()),
        ("number".to_owned(), draft.number.clone()),
        ("unit".to_owned(), draft.unit.name.clone()),
        ("dated".to_owned(), draft.dated.to_string()),
    ];
    out.extend(draft.case_no.iter().map(|no| ("case_no".to_owned(), no.clone())));
    out
}
