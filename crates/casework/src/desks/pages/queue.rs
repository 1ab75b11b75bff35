//! The desk's queue beside an open case: which come first, which stands before and after this one.

use super::say::short;
use crate::Casework;
use crate::cases::model::Post;
use crate::cases::view::{self, Card};
use store::Result;
use web::{Frame, Visitor};

/// Lines shown beside a case.
const LINES: usize = 8;

/// One case of the queue.
pub(crate) struct Line {
    /// Last digits of its number.
    pub no: String,
    /// Item.
    pub item: String,
    /// Time left.
    pub left: String,
    /// Where it is.
    pub href: String,
    /// It is the one shown.
    pub on: bool,
}

/// The queue around one case.
#[derive(Default)]
pub(crate) struct Queue {
    /// The lines.
    pub lines: Vec<Line>,
    /// Address of the case before; empty for none.
    pub before: String,
    /// Address of the case after; empty for none.
    pub after: String,
}

fn href(desk: &str, card: &Card) -> String {
    format!("{desk}/c/{}", card.no)
}

/// The first cases of the desk, those around `no` where it is among them.
pub(crate) async fn around(
    w: &Casework,
    visitor: &Visitor,
    f: &Frame,
    (desk, post): (&str, Post),
    no: &str,
) -> Result<Queue> {
    let page = view::inbox(w, &view::officer(visitor)?, post, None, None).await?;
    let cards = page.cards;
    let at = cards.iter().position(|c| c.no.to_string() == no);
    let from = at.unwrap_or(0).saturating_sub(LINES / 2);
    let line = |c: &Card| {
        let whole = c.no.to_string();
        Line {
            no: whole[whole.len() - 4..].to_owned(),
            item: c.item.get(f.lang.tag()).to_owned(),
            left: short(f, c),
            href: href(desk, c),
            on: whole == no,
        }
    };
    let place = |n: Option<usize>| n.and_then(|n| cards.get(n)).map(|c| href(desk, c));
    Ok(Queue {
        lines: cards.iter().skip(from).take(LINES).map(line).collect(),
        before: place(at.and_then(|n| n.checked_sub(1))).unwrap_or_default(),
        after: place(Some(at.map_or(0, |n| n + 1))).unwrap_or_default(),
    })
}
