//! Acts on licence types: begun, written, handed in, published by somebody else, handed back, thrown away.

use super::model::{Body, KindState, LicenceKind, Version};
use super::{records, rules};
use crate::licences;
use serde_json::json;
use store::{Done, Error, Event, Kind, Recorded, Result, Stream, Tx};

/// Who acts: a steward and his unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hand {
    /// Staff id.
    pub staff: i64,
    /// His unit.
    pub unit: i64,
}

/// Longest note of whoever hands a type back, letters.
pub const MOST_NOTE: usize = 300;

/// Begins a type with its first draft.
///
/// # Errors
/// `type-code` for a code that does not check, `type-code-taken`.
pub fn begin(tx: &mut Tx<'_>, hand: Hand, code: &str, body: Body) -> Result<Done<i64>> {
    if !rules::is_code(code) {
        return Err(Error::refused("type-code"));
    }
    let kind = LicenceKind {
        id: tx.ctx().id(),
        code: code.to_owned(),
        unit: hand.unit,
        name: body.name.clone(),
        used: 0,
    };
    let at = tx.ctx().at;
    if of_a_pack(code) || !records::add(tx, &kind, at)? {
        return Err(Error::refused("type-code-taken"));
    }
    let draft = draft_of(tx, &kind, 1, body, hand)?;
    if !records::add_version(tx, &draft)? {
        return Err(Error::Stale);
    }
    Ok(told(tx, Kind::LicenceTypeDrafted, &kind, &draft)?.with(draft.id))
}

/// Whether a built-in pack has a licence of this code: its files say what it is.
pub fn of_a_pack(code: &str) -> bool {
    guide::packs::load_shipped()
        .iter()
        .any(|pack| pack.licence.as_ref().is_some_and(|licence| licence.type_code == code))
}

fn draft_of(
    tx: &mut Tx<'_>,
    kind: &LicenceKind,
    version: i64,
    body: Body,
    hand: Hand,
) -> Result<Version> {
    Ok(Version {
        id: tx.ctx().id(),
        kind: kind.id,
        version,
        state: KindState::Draft,
        hash: records::hash(&body)?,
        body,
        editors: vec![hand.staff],
        edited_by: hand.staff,
        edited_at: tx.ctx().at,
        decided_by: None,
        decided_at: None,
        note: String::new(),
        lock: 1,
    })
}

/// Begins the next version as a copy of the one in use.
///
/// # Errors
/// `type-draft-there` when one is being worked on, `NotFound` for another unit's type.
pub fn renew(tx: &mut Tx<'_>, hand: Hand, code: &str) -> Result<Done<i64>> {
    let kind = own(tx, hand, code)?;
    let versions = records::versions(tx, kind.id)?;
    let newest = versions.first().ok_or(Error::NotFound)?;
    if newest.state.open() {
        return Err(Error::refused("type-draft-there"));
    }
    let draft = draft_of(tx, &kind, newest.version + 1, newest.body.clone(), hand)?;
    if !records::add_version(tx, &draft)? {
        return Err(Error::Stale);
    }
    Ok(told(tx, Kind::LicenceTypeDrafted, &kind, &draft)?.with(draft.id))
}

/// Saves what a draft says; nothing is judged yet.
///
/// # Errors
/// `Stale` when somebody else saved since `lock`; `NotFound` when it is no draft of this unit.
pub fn save(tx: &mut Tx<'_>, hand: Hand, code: &str, lock: i64, body: Body) -> Result<Done<()>> {
    let (kind, mut draft) = open_version(tx, hand, code, lock)?;
    if draft.state != KindState::Draft {
        return Err(Error::Stale);
    }
    draft.hash = records::hash(&body)?;
    draft.body = body;
    if !draft.editors.contains(&hand.staff) {
        draft.editors.push(hand.staff);
    }
    (draft.edited_by, draft.edited_at) = (hand.staff, tx.ctx().at);
    records::save(tx, &draft)?;
    if kind.used == 0 {
        records::rename(tx, kind.id, &draft.body.name)?;
    }
    Ok(told(tx, Kind::LicenceTypeDrafted, &kind, &draft)?.with(()))
}

/// Hands a draft in for a second person.
///
/// # Errors
/// `type-unsound` when it has faults; `Stale`, `NotFound`.
pub fn offer(tx: &mut Tx<'_>, hand: Hand, code: &str, lock: i64) -> Result<Done<()>> {
    let (kind, draft) = open_version(tx, hand, code, lock)?;
    if draft.state != KindState::Draft {
        return Err(Error::Stale);
    }
    if !rules::faults(&kind.code, &draft.body).is_empty() {
        return Err(Error::refused("type-unsound"));
    }
    let at = tx.ctx().at;
    records::set_state(tx, (draft.id, lock), KindState::Offered, Some(hand.staff), at, "")?;
    Ok(told(tx, Kind::LicenceTypeOffered, &kind, &draft)?.with(()))
}

/// Puts an offered version in use; the one before is superseded. Licences keep the version they were made
/// under.
///
/// # Errors
/// `type-second-person` when whoever publishes wrote at it or handed it in; `type-unsound`, `Stale`, `NotFound`.
pub fn publish(tx: &mut Tx<'_>, hand: Hand, code: &str, lock: i64) -> Result<Done<()>> {
    let (kind, offered) = open_version(tx, hand, code, lock)?;
    if offered.state != KindState::Offered {
        return Err(Error::Stale);
    }
    if offered.editors.contains(&hand.staff) || offered.decided_by == Some(hand.staff) {
        return Err(Error::refused("type-second-person"));
    }
    if !rules::faults(&kind.code, &offered.body).is_empty() {
        return Err(Error::refused("type-unsound"));
    }
    let at = tx.ctx().at;
    for old in records::versions(tx, kind.id)? {
        if old.state == KindState::Published {
            let (by, note) = (old.decided_by, old.note.as_str());
            records::set_state(tx, (old.id, old.lock), KindState::Superseded, by, at, note)?;
        }
    }
    records::set_state(tx, (offered.id, lock), KindState::Published, Some(hand.staff), at, "")?;
    records::put_in_use(tx, kind.id, offered.version)?;
    records::rename(tx, kind.id, &offered.body.name)?;
    Ok(told(tx, Kind::LicenceTypePublished, &kind, &offered)?.with(()))
}

/// Hands an offered version back to be written on, with a note.
///
/// # Errors
/// `type-note` without a note; `Stale`, `NotFound`.
pub fn hand_back(
    tx: &mut Tx<'_>,
    hand: Hand,
    code: &str,
    lock: i64,
    note: &str,
) -> Result<Done<()>> {
    let (kind, offered) = open_version(tx, hand, code, lock)?;
    if offered.state != KindState::Offered {
        return Err(Error::Stale);
    }
    let note = note.trim();
    if !(2..=MOST_NOTE).contains(&note.chars().count()) {
        return Err(Error::refused("type-note"));
    }
    let at = tx.ctx().at;
    records::set_state(tx, (offered.id, lock), KindState::Draft, Some(hand.staff), at, note)?;
    Ok(told(tx, Kind::LicenceTypeReturned, &kind, &offered)?.with(()))
}

/// Throws a draft away; a type that was never in use goes with it. Says whether the type is still there.
///
/// # Errors
/// `Stale`, `NotFound`.
pub fn discard(tx: &mut Tx<'_>, hand: Hand, code: &str, lock: i64) -> Result<Done<bool>> {
    let (kind, draft) = open_version(tx, hand, code, lock)?;
    records::drop_version(tx, draft.id, lock)?;
    records::drop_kind(tx, kind.id)?;
    Ok(told(tx, Kind::LicenceTypeDropped, &kind, &draft)?.with(kind.used > 0))
}

/// The version in use under which a unit may issue, by code.
///
/// # Errors
/// `NotFound` when there is none, or the unit does not issue it.
pub fn issued_by(
    db: &mut store::Db<'_>,
    code: &str,
    unit: i64,
    uscc: &str,
) -> Result<(LicenceKind, Version)> {
    let kind = records::by_code(db, code)?.ok_or(Error::NotFound)?;
    let versions = records::versions(db, kind.id)?;
    let used = versions.into_iter().find(|v| v.state == KindState::Published);
    let used = used.ok_or(Error::NotFound)?;
    let issues = kind.unit == unit || used.body.issuers.iter().any(|i| i == uscc);
    if issues { Ok((kind, used)) } else { Err(Error::NotFound) }
}

fn own(tx: &mut Tx<'_>, hand: Hand, code: &str) -> Result<LicenceKind> {
    let kind = records::by_code(tx, code)?.ok_or(Error::NotFound)?;
    if kind.unit == hand.unit { Ok(kind) } else { Err(Error::NotFound) }
}

/// The version of a unit's type that is being worked on, as the form saw it.
fn open_version(
    tx: &mut Tx<'_>,
    hand: Hand,
    code: &str,
    lock: i64,
) -> Result<(LicenceKind, Version)> {
    let kind = own(tx, hand, code)?;
    let found = records::versions(tx, kind.id)?.into_iter().find(|v| v.state.open());
    let found = found.ok_or(Error::Stale)?;
    if found.lock == lock { Ok((kind, found)) } else { Err(Error::Stale) }
}

fn told(tx: &mut Tx<'_>, what: Kind, kind: &LicenceKind, version: &Version) -> Result<Recorded> {
    let data = json!({
        "code": kind.code,
        "name": version.body.name.zh,
        "version": version.version,
        "hash": version.hash,
    });
    tx.record(Event::new(what, Stream::of("licence-type", kind.id)).with(data))
}

/// Whether the type of a licence allows a step; licences of packs and registers allow every step of the
/// life.
///
/// # Errors
/// `licence-step-type` when it does not.
pub fn allowed(
    db: &mut store::Db<'_>,
    licence: licences::LicenceRowId,
    step: licences::life::Step,
) -> Result<()> {
    match records::pinned(db, licence)? {
        Some(version) if !version.body.allows(step) => Err(Error::refused("licence-step-type")),
        _ => Ok(()),
    }
}
