//! Where the stamps of one signature stand: at a place, at a word, or as a seam across all pages (骑缝章).

use crate::Error;
use crate::layout::{Placed, characters};
use crate::read::Reader;

/// Where one stamp stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// Page, from 0.
    pub page: usize,
    /// Left edge in mm.
    pub x: f32,
    /// Upper edge in mm.
    pub y: f32,
    /// Width in mm.
    pub width: f32,
    /// Height in mm.
    pub height: f32,
}

/// Edge of the page a seam runs along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The right edge, as bound on the left.
    Right,
    /// The left edge.
    Left,
    /// The upper edge.
    Top,
    /// The lower edge.
    Bottom,
}

/// How the places of a signature's stamps are found.
#[derive(Debug, Clone, PartialEq)]
pub enum Placing {
    /// One stamp at a place.
    At(Position),
    /// A stamp on the middle of a word wherever it occurs, blanks in it ignored.
    Word {
        /// The word; not empty.
        word: String,
        /// Which of its occurrences from the start of the document, from 0; all of them when absent.
        nth: Option<usize>,
        /// Width and height in mm.
        size: (f32, f32),
    },
    /// A slice of the stamp on every page, so that the seal is whole only when the pages lie together.
    Seam {
        /// Edge of the pages.
        side: Side,
        /// Middle of the stamp along the edge, as a share of its length (0.5 is the middle).
        along: f32,
        /// Width and height of the whole stamp in mm.
        size: (f32, f32),
    },
}

impl From<Position> for Placing {
    fn from(at: Position) -> Placing {
        Placing::At(at)
    }
}

/// One stamp as Signature.xml writes it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stamp {
    pub page_id: String,
    /// Left, top, width, height on the page, mm.
    pub boundary: [f32; 4],
    /// The part of it that shows, in its own coordinates.
    pub clip: Option<[f32; 4]>,
}

/// Pages a seam may run across: with more, a slice is thinner than ink (half a millimetre of a 42 mm seal).
const MOST_SLICES: usize = 84;
/// Stamps one signature may have.
const MOST_STAMPS: usize = 1_000;

pub(super) fn stamps(reader: &Reader<'_>, placing: &Placing) -> Result<Vec<Stamp>, Error> {
    match placing {
        Placing::At(at) => {
            let page = reader.pages().get(at.page).ok_or(Error::Document("no such page"))?;
            let boundary = [at.x, at.y, at.width, at.height];
            Ok(vec![Stamp { page_id: page.id.clone(), boundary, clip: None }])
        }
        Placing::Word { word, nth, size } => words(reader, word, *nth, *size),
        Placing::Seam { side, along, size } => seam(reader, *side, *along, *size),
    }
}

fn words(
    reader: &Reader<'_>,
    word: &str,
    nth: Option<usize>,
    (width, height): (f32, f32),
) -> Result<Vec<Stamp>, Error> {
    let sought: Vec<char> = word.chars().filter(|c| !c.is_whitespace()).collect();
    if sought.is_empty() {
        return Err(Error::Document("no word to stamp at"));
    }
    let mut found = Vec::new();
    for (n, page) in reader.pages().iter().enumerate() {
        let letters: Vec<Placed> =
            characters(reader, n)?.into_iter().filter(|l| !l.c.is_whitespace()).collect();
        let fits = |at: &[Placed]| at.iter().map(|l| l.c).eq(sought.iter().copied());
        for at in letters.windows(sought.len()).filter(|at| fits(at)) {
            let (first, last) = (at[0], at[at.len() - 1]);
            // Letters reach about seven eighths of their size above the base line and one eighth below it.
            let x = (first.x + last.x + last.size) / 2.0;
            let y = (first.y + last.y) / 2.0 - first.size * 0.375;
            let boundary = [x - width / 2.0, y - height / 2.0, width, height];
            found.push(Stamp { page_id: page.id.clone(), boundary, clip: None });
        }
    }
    if let Some(nth) = nth {
        found = found.into_iter().skip(nth).take(1).collect();
    }
    match found.len() {
        0 => Err(Error::Document("the word to stamp at is not there")),
        n if n > MOST_STAMPS => Err(Error::Limit("stamps")),
        _ => Ok(found),
    }
}

fn seam(
    reader: &Reader<'_>,
    side: Side,
    along: f32,
    (width, height): (f32, f32),
) -> Result<Vec<Stamp>, Error> {
    let count = reader.pages().len();
    if count < 2 {
        return Err(Error::Document("a seam needs two pages"));
    }
    if count > MOST_SLICES {
        return Err(Error::Limit("pages of one seam"));
    }
    let mut out = Vec::new();
    for (n, page) in reader.pages().iter().enumerate() {
        let (page_width, page_height) = reader.page_size(&reader.xml(&page.path)?);
        let (slice_width, slice_height) = (width / count as f32, height / count as f32);
        let (before_x, before_y) = (slice_width * n as f32, slice_height * n as f32);
        let (middle_x, middle_y) =
            (page_width * along - width / 2.0, page_height * along - height / 2.0);
        // The whole picture is placed so that just this page's slice lies on the paper.
        let (x, y, clip) = match side {
            Side::Right => {
                let clip = [before_x, 0.0, slice_width, height];
                (page_width - before_x - slice_width, middle_y, clip)
            }
            Side::Left => (-before_x, middle_y, [before_x, 0.0, slice_width, height]),
            Side::Top => (middle_x, -before_y, [0.0, before_y, width, slice_height]),
            Side::Bottom => {
                let clip = [0.0, before_y, width, slice_height];
                (middle_x, page_height - before_y - slice_height, clip)
            }
        };
        let boundary = [x, y, width, height];
        out.push(Stamp { page_id: page.id.clone(), boundary, clip: Some(clip) });
    }
    Ok(out)
}
