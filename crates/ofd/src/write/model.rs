//! The page model: millimetres from the upper left corner, colours, text, pictures, and what all pages share.

use super::Path;
use crate::font::Fonts;

/// A document to be written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    /// DocID: 32 hexadecimal characters from the caller's chance.
    pub id: String,
    /// Title, empty when it has none.
    pub title: String,
    /// Author, empty when it has none.
    pub author: String,
    /// Creation date `YYYY-MM-DD`.
    pub created: String,
    /// Metadata name → value (`CustomDatas`), in order.
    pub custom: Vec<(String, String)>,
    /// Pages in order; at least one.
    pub pages: Vec<Page>,
    /// Files that travel inside.
    pub attachments: Vec<Attachment>,
    /// What several pages share, named by their place here ([`Page::on`]).
    pub templates: Vec<Template>,
}

impl Document {
    /// A document without pages yet. `id` are 32 hexadecimal characters from the caller's chance.
    pub fn new(id: impl Into<String>) -> Document {
        Document { id: id.into(), ..Document::default() }
    }

    /// With this title.
    pub fn title(mut self, title: impl Into<String>) -> Document {
        self.title = title.into();
        self
    }

    /// With this author.
    pub fn author(mut self, author: impl Into<String>) -> Document {
        self.author = author.into();
        self
    }

    /// Made on this day, `YYYY-MM-DD`.
    pub fn created(mut self, day: impl Into<String>) -> Document {
        self.created = day.into();
        self
    }

    /// With one more name and value in its metadata (`CustomDatas`).
    pub fn custom(mut self, name: impl Into<String>, value: impl Into<String>) -> Document {
        self.custom.push((name.into(), value.into()));
        self
    }

    /// With one more page at its end.
    pub fn page(mut self, page: Page) -> Document {
        self.pages.push(page);
        self
    }

    /// With one more file inside: its name for people, its file name, its bytes.
    pub fn attach(
        mut self,
        name: impl Into<String>,
        file: impl Into<String>,
        data: impl Into<Vec<u8>>,
    ) -> Document {
        let (name, file, data) = (name.into(), file.into(), data.into());
        self.attachments.push(Attachment { name, file, data });
        self
    }

    /// Takes a template in; its number for [`Page::on`].
    pub fn template(&mut self, template: Template) -> usize {
        self.templates.push(template);
        self.templates.len() - 1
    }
}

/// Things drawn on every page that names them: a letterhead below its content, a mark above it. Fields cannot stand in a
/// template, because a field belongs to one page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Template {
    /// Its name, empty when it has none.
    pub name: String,
    /// Whether it lies above the pages' own content instead of below.
    pub front: bool,
    /// What is drawn, first things first.
    pub objects: Vec<Object>,
}

impl Template {
    /// An empty template below the content.
    pub fn new(name: impl Into<String>) -> Template {
        Template { name: name.into(), ..Template::default() }
    }

    /// Above the content.
    pub fn front(mut self) -> Template {
        self.front = true;
        self
    }

    /// Draws one more thing.
    pub fn push(&mut self, object: impl Into<Object>) -> &mut Self {
        self.objects.push(object.into());
        self
    }
}

/// A file inside the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Name shown to people.
    pub name: String,
    /// File name inside the package, for example `metadata.xml`; letters, digits, `.`, `-` and `_`.
    pub file: String,
    /// Its bytes.
    pub data: Vec<u8>,
}

/// One page.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Width in mm.
    pub width: f32,
    /// Height in mm.
    pub height: f32,
    /// What is drawn, first things first.
    pub objects: Vec<Object>,
    /// Templates it stands on, by their numbers in the document.
    pub templates: Vec<usize>,
}

impl Page {
    /// An empty page of this size in mm.
    pub fn new(width: f32, height: f32) -> Page {
        Page { width, height, objects: Vec::new(), templates: Vec::new() }
    }

    /// On this template of the document.
    pub fn on(mut self, template: usize) -> Page {
        self.templates.push(template);
        self
    }

    /// An upright A4 page.
    pub fn a4() -> Page {
        Page::new(210.0, 297.0)
    }

    /// Draws one more thing.
    pub fn push(&mut self, object: impl Into<Object>) -> &mut Self {
        self.objects.push(object.into());
        self
    }

    /// Sets a text in lines of at most `width` mm, `line` mm from line to line, below each other from `text.y`; the height
    /// used in mm.
    pub fn push_block(&mut self, fonts: &Fonts, text: &Text, width: f32, line: f32) -> f32 {
        let lines = fonts.wrap(&text.text, text.size, width);
        for (n, content) in lines.iter().enumerate() {
            let y = text.y + line * n as f32;
            self.push(Text { y, text: content.clone(), ..text.clone() });
        }
        line * lines.len() as f32
    }
}

/// Anything on a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Object {
    /// One line of text.
    Text(Text),
    /// Lines and areas.
    Path(Path),
    /// A picture.
    Image(Image),
}

impl From<Text> for Object {
    fn from(text: Text) -> Object {
        Object::Text(text)
    }
}

impl From<Path> for Object {
    fn from(path: Path) -> Object {
        Object::Path(path)
    }
}

impl From<Image> for Object {
    fn from(image: Image) -> Object {
        Object::Image(image)
    }
}

/// A colour with opacity 0–255.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color {
    /// Red, green, blue.
    pub rgb: [u8; 3],
    /// 255 is opaque.
    pub alpha: u8,
}

impl Color {
    /// Black.
    pub const BLACK: Color = Color::rgb(0, 0, 0);
    /// White.
    pub const WHITE: Color = Color::rgb(255, 255, 255);

    /// An opaque colour.
    pub const fn rgb(r: u8, g: u8, b: u8) -> Color {
        Color { rgb: [r, g, b], alpha: 255 }
    }

    /// The same colour with this opacity.
    pub const fn with_alpha(self, alpha: u8) -> Color {
        Color { alpha, ..self }
    }
}

/// Where a line of text stands in relation to its `x`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// It starts at `x`.
    #[default]
    Left,
    /// Its middle is at `x`.
    Center,
    /// It ends at `x`.
    Right,
}

/// One line of text.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// Anchor in mm, meaning per [`Align`].
    pub x: f32,
    /// Upper edge of the em square in mm; the baseline lies 0.88 em below.
    pub y: f32,
    /// Size of the em square in mm.
    pub size: f32,
    /// The characters.
    pub text: String,
    /// Position relative to `x`.
    pub align: Align,
    /// Colour.
    pub fill: Color,
    /// Extra room between characters in mm.
    pub spacing: f32,
    /// Name of the field this text shows; the document's CustomTags map it to the text object.
    pub field: Option<String>,
}

impl Text {
    /// Part of the em square above the baseline.
    pub const ASCENT: f32 = 0.88;

    /// Black text from `x` on.
    pub fn new(x: f32, y: f32, size: f32, text: impl Into<String>) -> Text {
        Text {
            x,
            y,
            size,
            text: text.into(),
            align: Align::Left,
            fill: Color::BLACK,
            spacing: 0.0,
            field: None,
        }
    }

    /// With another alignment.
    pub fn align(mut self, align: Align) -> Text {
        self.align = align;
        self
    }

    /// With another colour.
    pub fn fill(mut self, fill: Color) -> Text {
        self.fill = fill;
        self
    }

    /// With extra room between characters in mm.
    pub fn spacing(mut self, spacing: f32) -> Text {
        self.spacing = spacing;
        self
    }

    /// Shows this field.
    pub fn field(mut self, name: impl Into<String>) -> Text {
        self.field = Some(name.into());
        self
    }
}

/// A PNG picture in a rectangle, mm.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
    /// PNG bytes.
    pub png: Vec<u8>,
}
