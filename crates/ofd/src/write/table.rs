//! Tables: columns of given widths, rows as high as their text needs, set as text and one outline of lines.

use super::{Align, Color, Page, Path, Segment, Text};
use crate::font::Fonts;

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Its text; line feeds break it, and it breaks where the column ends.
    pub text: String,
    /// Where the lines stand between its edges.
    pub align: Align,
    /// Columns it reaches over; at least one.
    pub span: usize,
    /// Colour of its ground.
    pub ground: Option<Color>,
    /// Name of the field its text shows.
    pub field: Option<String>,
}

impl Cell {
    /// A cell over one column, its text at the left edge.
    pub fn new(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), align: Align::Left, span: 1, ground: None, field: None }
    }

    /// With another alignment.
    pub fn align(mut self, align: Align) -> Cell {
        self.align = align;
        self
    }

    /// Over so many columns.
    pub fn span(mut self, columns: usize) -> Cell {
        self.span = columns.max(1);
        self
    }

    /// On a ground of this colour.
    pub fn ground(mut self, color: Color) -> Cell {
        self.ground = Some(color);
        self
    }

    /// Shows this field.
    pub fn field(mut self, name: impl Into<String>) -> Cell {
        self.field = Some(name.into());
        self
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Cell {
        Cell::new(text)
    }
}

/// A table, mm. [`Page::push_table`] draws it, as far as the page reaches.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Widths of the columns.
    pub widths: Vec<f32>,
    /// Rows of cells; a row whose cells reach over fewer columns than there are ends early.
    pub rows: Vec<Vec<Cell>>,
    /// Rows at the top that stand again on every page.
    pub head: usize,
    /// Size of the type.
    pub size: f32,
    /// From line to line within a cell.
    pub line: f32,
    /// Room between text and edge.
    pub room: f32,
    /// Colour of the text.
    pub ink: Color,
    /// Colour and width of the lines.
    pub rule: (Color, f32),
}

impl Table {
    /// A table without rows: type of 3.5 mm, thin black lines.
    pub fn new(widths: &[f32]) -> Table {
        Table {
            widths: widths.to_vec(),
            rows: Vec::new(),
            head: 0,
            size: 3.5,
            line: 5.0,
            room: 1.5,
            ink: Color::BLACK,
            rule: (Color::BLACK, 0.2),
        }
    }

    /// With one more row of the head, which stands again on every page.
    pub fn head(mut self, cells: impl IntoIterator<Item = impl Into<Cell>>) -> Table {
        self.rows.insert(self.head, cells.into_iter().map(Into::into).collect());
        self.head += 1;
        self
    }

    /// With one more row.
    pub fn row(mut self, cells: impl IntoIterator<Item = impl Into<Cell>>) -> Table {
        self.rows.push(cells.into_iter().map(Into::into).collect());
        self
    }

    /// With type of this size, and this far from line to line.
    pub fn size(mut self, size: f32, line: f32) -> Table {
        (self.size, self.line) = (size, line);
        self
    }

    /// With lines of this colour and width.
    pub fn rule(mut self, color: Color, width: f32) -> Table {
        self.rule = (color, width);
        self
    }

    /// The cells of a row with their left edges, widths and lines of text; cells beyond the last column are left out.
    fn set<'a>(&self, fonts: &Fonts, row: &'a [Cell]) -> Vec<(&'a Cell, f32, f32, Vec<String>)> {
        let (mut column, mut left, mut out) = (0, 0.0, Vec::new());
        for cell in row {
            let end = (column + cell.span.max(1)).min(self.widths.len());
            let width: f32 = self.widths[column.min(end)..end].iter().sum();
            if width <= 0.0 {
                break;
            }
            let inner = (width - 2.0 * self.room).max(self.size);
            out.push((cell, left, width, fonts.wrap(&cell.text, self.size, inner)));
            (column, left) = (end, left + width);
        }
        out
    }
}

impl Page {
    /// Draws a table from (`x`, `y`) on, down to `bottom`: the height used, and what did not fit, with the head again, for
    /// the next page. A row that fits on no page is drawn all the same, so that nothing is lost.
    pub fn push_table(
        &mut self,
        fonts: &Fonts,
        table: &Table,
        (x, y): (f32, f32),
        bottom: f32,
    ) -> (f32, Option<Table>) {
        let (mut at, mut rules) = (y, Vec::new());
        for (n, row) in table.rows.iter().enumerate() {
            let cells = table.set(fonts, row);
            let lines = cells.iter().map(|(.., lines)| lines.len()).max().unwrap_or(0).max(1);
            let height = lines as f32 * table.line + 2.0 * table.room;
            if at + height > bottom && n > table.head {
                let rest = [&table.rows[..table.head], &table.rows[n..]].concat();
                self.rules(table, rules);
                return (at - y, Some(Table { rows: rest, ..table.clone() }));
            }
            for (cell, left, width, lines) in cells {
                self.cell(table, cell, [x + left, at, width, height], &lines);
                rules.extend(Path::rect(x + left, at, width, height).segments);
            }
            at += height;
        }
        self.rules(table, rules);
        (at - y, None)
    }

    fn cell(&mut self, table: &Table, cell: &Cell, area: [f32; 4], lines: &[String]) {
        let [left, top, width, height] = area;
        if let Some(ground) = cell.ground {
            self.push(Path::rect(left, top, width, height).fill(ground));
        }
        let x = match cell.align {
            Align::Left => left + table.room,
            Align::Center => left + width / 2.0,
            Align::Right => left + width - table.room,
        };
        // The lines stand in the middle of the height that the row's highest cell gives.
        let first = top + (height - lines.len() as f32 * table.line) / 2.0;
        for (n, content) in lines.iter().enumerate() {
            let y = first + n as f32 * table.line + (table.line - table.size) / 2.0;
            let text = Text::new(x, y, table.size, content.clone());
            let text = text.align(cell.align).fill(table.ink);
            self.push(Text { field: cell.field.clone(), ..text });
        }
    }

    fn rules(&mut self, table: &Table, segments: Vec<Segment>) {
        if !segments.is_empty() {
            self.push(Path::new(segments).stroke(table.rule.0, table.rule.1));
        }
    }
}
