//! The lists: one range of one covering index each, filtered by sets compiled once.

use crate::cases::model::{CaseId, Officer, Owner, Phase, Post};
use crate::cases::records::{self, Line};
use crate::cases::rules;
use codes::Day;
use codes::calendar::Calendar;
use codes::case_no::CaseNo;
use codes::clock;
use codes::time::Stamp;
use guide::Guide;
use guide::editions::Several;
use guide::packs::{Pack, Text};
use people::identity::{PersonId, StaffId, person_of_staff};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Error, Result};

/// Lines on one page of a list.
pub const PAGE: usize = 20;
/// Most lines looked through for one filtered page, so that a rare item cannot make it slow.
const LOOKED_THROUGH: usize = 2_000;

/// One line of a list.
#[derive(Debug, Clone)]
pub struct Card {
    /// Id.
    pub id: CaseId,
    /// Number; `no.grouped()` for the eye.
    pub no: CaseNo,
    /// Item.
    pub slug: String,
    /// Its everyday name.
    pub item: Text,
    /// Applicant, a person masked.
    pub applicant: String,
    /// Where it is; its words are `cases-state-<label>`.
    pub phase: Phase,
    /// The day something is due.
    pub due: Option<Day>,
    /// Working days to that day, today included; negative when it has passed.
    pub days_left: Option<i64>,
    /// The light of that day.
    pub light: clock::State,
    /// Who has it in hand.
    pub handler: Option<StaffId>,
    /// When it was submitted.
    pub submitted: Stamp,
    /// Its clock stands; known of a desk's lines only.
    pub paused: bool,
    /// Whoever looks has to do with it himself and must step aside (回避).
    pub aside: bool,
}

/// One page of a list.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The lines.
    pub cards: Vec<Card>,
    /// Cursor of the next page (`?after=`), when there is one.
    pub next: Option<String>,
}

/// Working days from today to the due day, both counted as a person does: 1 is today.
fn days_left(due: Day, today: Day, calendar: &Calendar) -> i64 {
    if due < today {
        return -calendar.workdays_between(due, today).max(1);
    }
    let eve = today.yesterday().unwrap_or(today);
    calendar.workdays_between(eve, due)
}

/// The light of one line: green, yellow at a fifth of the promise or a day, red after it. The exact
/// clock with both due days stands on the case's own page.
fn light(line: &Line, pack: Option<&Pack>, left: Option<i64>, paused: bool) -> clock::State {
    let promised = pack.map_or(0, |p| i64::from(p.item.promised_limit.n));
    match (line.phase, left) {
        (Phase::Granted | Phase::Denied, _) | (_, None) => clock::State::Done,
        _ if paused => clock::State::Paused,
        (_, Some(left)) if left < 0 => clock::State::Red,
        (Phase::Submitted, Some(left)) if left <= 2 => clock::State::Yellow,
        (_, Some(left)) if left <= 1 || left * 5 <= promised => clock::State::Yellow,
        _ => clock::State::Green,
    }
}

/// The packs of some lines, each in the version its case was filed under: lists name items and judge their
/// lights by it. One whose version is not kept any more is left out; its line shows the slug.
fn pinned(db: &mut store::Db<'_>, lines: &[Line]) -> Result<Several> {
    let key = |line: &Line| (line.slug.clone(), line.item_version);
    guide::editions::several(db, &lines.iter().map(key).collect())
}

fn of<'p>(pinned: &'p Several, line: &Line) -> Option<&'p Pack> {
    pinned.get(&(line.slug.clone(), line.item_version)).map(|pack| &**pack)
}

/// A line as a page shows it, by the pack it was filed under.
pub fn card(line: Line, pack: Option<&Pack>, calendar: &Calendar, today: Day) -> Card {
    let paused = line.phase == Phase::Special;
    carded(line, pack, calendar, today, paused)
}

fn carded(line: Line, pack: Option<&Pack>, calendar: &Calendar, today: Day, paused: bool) -> Card {
    let due = line.due.map(Stamp::day);
    let left = due.map(|d| days_left(d, today, calendar));
    Card {
        item: pack.map_or_else(|| Text::new(&line.slug, &line.slug), |p| p.item.short_name.clone()),
        light: light(&line, pack, left, paused),
        paused,
        aside: false,
        id: line.id,
        no: line.no,
        slug: line.slug,
        applicant: line.applicant,
        phase: line.phase,
        due,
        days_left: left,
        handler: line.handler,
        submitted: line.submitted,
    }
}

/// An owner's cases, newest first.
pub async fn mine(guide: &Guide, owner: Owner, after: Option<&str>) -> Result<Page> {
    let before = after.and_then(|a| a.parse().ok()).unwrap_or(i64::MAX);
    let read = move |db: &mut store::Db<'_>| {
        let lines = records::of_owner(db, owner, CaseId(before), PAGE as i64 + 1)?;
        let packs = pinned(db, &lines)?;
        Ok((lines, packs))
    };
    let (mut lines, packs) = guide.store.read(read).await?;
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let next = lines.last().filter(|_| more).map(|l| l.id.0.to_string());
    let today = guide.clock().now().day();
    let one = |line: Line| {
        let pack = of(&packs, &line);
        card(line, pack, &guide.calendar, today)
    };
    Ok(Page { cards: lines.into_iter().map(one).collect(), next })
}

/// The items a member of staff handles, compiled once; `None` is every item of the unit.
pub type Items = Option<Arc<BTreeSet<String>>>;

/// A desk's cases by due day. One range of a covering index; costs the same however many cases there
/// are elsewhere.
pub async fn inbox(
    guide: &Guide,
    officer: &Officer,
    post: Post,
    items: Items,
    after: Option<&str>,
) -> Result<Page> {
    if !officer.posts.contains(&post) {
        return Err(Error::Denied);
    }
    let desk = rules::desk(officer.unit, post);
    let cursor = after.and_then(|a| a.split_once('-'));
    let cursor = cursor.and_then(|(due, id)| Some((due.parse().ok()?, CaseId(id.parse().ok()?))));
    let from = cursor.unwrap_or((i64::MIN, CaseId(0)));
    let (calendar, today, me) = (guide.calendar.clone(), guide.clock().now().day(), officer.id);
    let read = move |db: &mut store::Db<'_>| {
        let (lines, next) = fill(db, &desk, from, &items)?;
        let person = person_of_staff(db, me)?;
        let closer = closer(db, &lines, person, &calendar, today)?;
        let packs = pinned(db, &lines)?;
        Ok((lines, closer, packs, next))
    };
    let (lines, closer, packs, next) = guide.store.read(read).await?;
    let one = |(line, (paused, aside)): (Line, (bool, bool))| {
        let pack = of(&packs, &line);
        Card { aside, ..carded(line, pack, &guide.calendar, today, paused) }
    };
    Ok(Page { cards: lines.into_iter().zip(closer).map(one).collect(), next })
}

/// What the index of a desk does not hold of a line: whether its clock stands (not every special
/// procedure stops it, 行政许可法 art. 45), and whether the officer must step aside.
fn closer(
    db: &mut store::Db<'_>,
    lines: &[Line],
    person: Option<PersonId>,
    calendar: &Calendar,
    today: Day,
) -> Result<Vec<(bool, bool)>> {
    let asked = |line: &&Line| person.is_some() || line.phase == Phase::Special;
    let ids: Vec<CaseId> = lines.iter().filter(asked).map(|line| line.id).collect();
    let near = records::near(db, &ids)?;
    let one = |line: &Line| match near.get(&line.id) {
        None => (false, false),
        Some(case) => {
            let clock = rules::clock(&case.state, calendar, today);
            let stands = clock.is_some_and(|c| c.state == clock::State::Paused);
            let own = person.is_some_and(|person| case.parties.contains(&person));
            (line.phase == Phase::Special && stands, own)
        }
    };
    Ok(lines.iter().map(one).collect())
}

fn fill(
    db: &mut store::Db<'_>,
    desk: &str,
    mut from: (i64, CaseId),
    items: &Items,
) -> Result<(Vec<Line>, Option<String>)> {
    let (mut lines, mut looked) = (Vec::with_capacity(PAGE), 0);
    while looked < LOOKED_THROUGH {
        let some = records::of_desk(db, desk, from, PAGE as i64 + 1)?;
        let last = some.len() <= PAGE;
        for line in some {
            if lines.len() == PAGE {
                return Ok((lines, Some(format!("{}-{}", from.0, from.1.0))));
            }
            from = (line.due.map_or(0, Stamp::micros), line.id);
            looked += 1;
            if items.as_ref().is_none_or(|set| set.contains(&line.slug)) {
                lines.push(line);
            }
        }
        if last {
            return Ok((lines, None));
        }
    }
    Ok((lines, Some(format!("{}-{}", from.0, from.1.0))))
}
