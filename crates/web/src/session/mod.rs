//! Sessions on the server: a random token in a cookie, its hash in a row, the principal sealed.
//!
//! A citizen's session ends when it lies idle; a member of staff's is locked, and opened again with the
//! password. What is sent to a locked or ended session is kept for its sender (`held.rs`).

use crate::app::App;
use crate::visitor::{Role, Who};
use codes::time::Stamp;
use serde_json::json;
use store::vault::SealedColumn;
use store::{
    Actor, Cell, Channel, Ctx, Db, Disclosure, Error, Event, FileHash, Kind, Purpose, Result,
    Secret, Stream, Upkeep, p,
};

pub mod held;
mod records;

pub use records::ALL as SQL;
use records::{
    ADD, CHANGE, END, END_ALL, END_OLD, FIND, LOCK, OF_OWNER, OPEN, SEEN, STANDS, SWEEP,
    SWEEP_HELD, TRY,
};

/// Columns of this room that key rotation moves.
pub const SEALED: &[SealedColumn] = &[
    store::sealed_column!("web_session", "principal"),
    store::sealed_column!("held_form", "body"),
];

/// How long sessions live, in seconds (`[session]` in `config/default.toml`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lives {
    /// After so long without a request a clerk's screen is locked.
    pub clerk_lock_seconds: i64,
    /// After so long that of every other post.
    pub staff_lock_seconds: i64,
    /// After so long a citizen signs in again.
    pub citizen_idle_seconds: i64,
}

impl Default for Lives {
    fn default() -> Lives {
        Lives { clerk_lock_seconds: 300, staff_lock_seconds: 900, citizen_idle_seconds: 1800 }
    }
}

impl Lives {
    /// Seconds after which this visitor's screen is locked; nobody's but that of staff is.
    pub fn lock(&self, who: &Who) -> Option<i64> {
        let Who::Staff(staff) = who else { return None };
        let clerk = staff.roles.contains(&Role::Clerk);
        Some(if clerk { self.clerk_lock_seconds } else { self.staff_lock_seconds })
    }
}

/// A session found by its token.
pub struct Session {
    /// Row id.
    pub id: i64,
    /// Who signed in.
    pub who: Who,
    /// Locked: nothing is shown before the password.
    pub locked: bool,
}

/// What a token leads to.
pub enum Found {
    /// Nothing.
    Nobody,
    /// A session that lives.
    Session(Session),
    /// The session of this visitor, which has just ended of age.
    Ended(Who),
}

/// Idle and absolute life in seconds.
struct Life {
    idle: i64,
    whole: i64,
    at_once: i64,
}

fn life(app: &App, who: &Who) -> Life {
    match who {
        // Locked over lunch, ended when nobody comes back.
        Who::Staff(_) => Life { idle: 4 * 3600, whole: 10 * 3600, at_once: 1 },
        _ => Life { idle: app.site.session.citizen_idle_seconds, whole: 12 * 3600, at_once: 5 },
    }
}

/// Seconds after which a session's use is noted again: often enough not to lock anybody early.
fn noted(lock: Option<i64>) -> i64 {
    lock.map_or(60, |seconds| (seconds / 20).clamp(1, 60))
}

fn owner(who: &Who) -> String {
    match who {
        Who::Anonymous => "anonymous".into(),
        Who::Citizen(c) => format!("citizen:{}", c.account),
        Who::Staff(s) => format!("staff:{}", s.id),
    }
}

fn cell(id: i64) -> Cell {
    Cell { table: "web_session", column: "principal", row: id }
}

fn hash(token: &str) -> String {
    FileHash::of(token.as_bytes()).as_str().to_owned()
}

fn sealed(app: &App, id: i64, who: &Who) -> Result<Vec<u8>> {
    Ok(app.vault().seal(cell(id), &Secret::new(serde_json::to_string(who)?)))
}

fn age(now: Stamp, since: Stamp) -> i64 {
    (now.micros() - since.micros()) / 1_000_000
}

/// Opens a session and returns its token. Older sessions beyond the allowed number end.
pub async fn open(app: &App, who: Who) -> Result<String> {
    let token = hex::encode(app.store.chance().bytes::<32>());
    let (id, now) = (app.store.fresh_id(), app.clock().now());
    let principal = sealed(app, id, &who)?;
    let (token_hash, owner, keep) = (hash(&token), owner(&who), life(app, &who).at_once);
    app.store
        .upkeep(Upkeep::Session, move |db| {
            db.exec(ADD, p![id, token_hash, &owner, principal, now])?;
            db.exec(END_OLD, p![owner, keep])
        })
        .await?;
    Ok(token)
}

/// The session of a token. Its last use is noted now and then, unless the request is none of a person
/// (`active`): what a page asks for by itself keeps no screen open.
pub async fn find(app: &App, token: &str, active: bool) -> Result<Found> {
    let token_hash = hash(token);
    let row = app
        .store
        .read(move |db| {
            db.opt(FIND, p![token_hash], |row| {
                let stamps = (row.stamp(2)?, row.stamp(3)?, row.stamp(4)?);
                Ok((row.i64(0)?, row.blob(1)?, stamps))
            })
        })
        .await?;
    let Some((id, principal, (created, seen, locked))) = row else { return Ok(Found::Nobody) };
    let text = app.vault().open_sealed(cell(id), &principal, &Disclosure::own())?;
    let who: Who = serde_json::from_str(text.expose())?;
    let (now, life) = (app.clock().now(), life(app, &who));
    if age(now, seen) > life.idle || age(now, created) > life.whole {
        end(app, id).await?;
        return Ok(Found::Ended(who));
    }
    let (lock_after, locked) = (app.site.session.lock(&who), locked.micros() > 0);
    if !locked && lock_after.is_some_and(|seconds| age(now, seen) > seconds) {
        lock(app, id, &who, "idle").await?;
        return Ok(Found::Session(Session { id, who, locked: true }));
    }
    if active && !locked && age(now, seen) >= noted(lock_after) {
        app.store.upkeep(Upkeep::Session, move |db| db.exec(SEEN, p![id, now])).await?;
    }
    Ok(Found::Session(Session { id, who, locked }))
}

/// Locks the session of a member of staff, with its event; one that is locked stays so.
pub async fn lock(app: &App, id: i64, who: &Who, why: &'static str) -> Result<()> {
    let Who::Staff(staff) = who else { return Ok(()) };
    let (at, stream) = (app.clock().now(), Stream::of("staff", staff.id));
    let (actor, ids) = (Actor::Staff(staff.id), app.store.ids().clone());
    let ctx = Ctx { at, actor, purpose: Purpose::None, channel: Channel::Window, ids };
    let act = move |tx: &mut store::Tx<'_>| {
        if tx.exec(LOCK, p![id, at])? == 0 {
            return Err(Error::Stale);
        }
        let event = Event::new(Kind::SessionLocked, stream).with(json!({ "why": why }));
        Ok(tx.record(event)?.with(()))
    };
    match app.store.write(ctx, act).await {
        Err(Error::Stale) => Ok(()),
        done => done,
    }
}

/// Counts a try to unlock; `false` when there were as many as allowed.
pub async fn count_try(app: &App, id: i64, most: i64) -> Result<bool> {
    let tried = app.store.upkeep(Upkeep::Session, move |db| db.exec(TRY, p![id, most])).await?;
    Ok(tried == 1)
}

/// Opens a locked session again; part of the act that records it.
pub fn reopen(db: &mut Db<'_>, id: i64, at: Stamp) -> Result<()> {
    db.put(OPEN, p![id, at])
}

/// How a session stands.
pub struct Stands {
    /// Locked now.
    pub locked: bool,
    /// Tries to unlock since.
    pub tries: i64,
    /// Seconds until it is locked if nothing is done.
    pub left: i64,
}

/// How the session of a member of staff stands.
///
/// # Errors
/// `NotFound` when it is over.
pub async fn stands(app: &App, id: i64, who: &Who) -> Result<Stands> {
    let read = move |db: &mut Db<'_>| {
        db.one(STANDS, p![id], |row| Ok((row.stamp(0)?, row.stamp(1)?, row.i64(2)?)))
    };
    let (seen, locked, tries) = app.store.read(read).await?;
    let lock_after = app.site.session.lock(who).unwrap_or(i64::MAX);
    let left = (lock_after - age(app.clock().now(), seen)).max(0);
    Ok(Stands { locked: locked.micros() > 0, tries, left })
}

/// One of the sessions of somebody.
pub struct Line {
    /// Row id.
    pub id: i64,
    /// Since when.
    pub since: Stamp,
    /// Last use.
    pub seen: Stamp,
    /// Locked now.
    pub locked: bool,
}

/// The sessions of an account or member of staff, newest first.
pub async fn of(app: &App, who: &Who) -> Result<Vec<Line>> {
    let owner = owner(who);
    let line = |row: &store::Row<'_>| {
        let locked = row.stamp(3)?.micros() > 0;
        Ok(Line { id: row.i64(0)?, since: row.stamp(1)?, seen: row.stamp(2)?, locked })
    };
    app.store.read(move |db| db.all(OF_OWNER, p![owner], line)).await
}

/// Changes what a session says about its visitor.
pub async fn change(app: &App, id: i64, who: &Who) -> Result<()> {
    let principal = sealed(app, id, who)?;
    app.store.upkeep(Upkeep::Session, move |db| db.put(CHANGE, p![id, principal])).await
}

/// Ends one session.
pub async fn end(app: &App, id: i64) -> Result<()> {
    app.store.upkeep(Upkeep::Session, move |db| db.put(END, p![id])).await
}

/// Ends every session of the same account or member of staff.
pub async fn end_all(app: &App, who: &Who) -> Result<()> {
    let owner = owner(who);
    app.store.upkeep(Upkeep::Session, move |db| db.put(END_ALL, p![owner])).await
}

/// Forgets sessions that nobody used for a day, and forms that nobody came back for.
pub fn sweep(db: &mut Db<'_>, now: Stamp) -> Result<u64> {
    let before = now.plus_seconds(-86_400);
    Ok(db.exec(SWEEP, p![before])? + db.exec(SWEEP_HELD, p![before])?)
}
