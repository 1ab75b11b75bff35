//! Sessions on the server: a random token in a cookie, its hash in a row, the principal sealed.

use crate::app::App;
use crate::visitor::Who;
use codes::time::Stamp;
use store::vault::SealedColumn;
use store::{Cell, Db, Disclosure, FileHash, Result, Secret, Upkeep, p};

mod records;

pub use records::ALL as SQL;
use records::{ADD, CHANGE, END, END_ALL, END_OLD, FIND, SEEN, SWEEP};

/// Columns of this room that key rotation moves.
pub const SEALED: &[SealedColumn] = &[store::sealed_column!("web_session", "principal")];

/// A session found by its token.
pub struct Session {
    /// Row id.
    pub id: i64,
    /// Who signed in.
    pub who: Who,
}

/// Idle and absolute life in seconds.
struct Life {
    idle: i64,
    whole: i64,
    at_once: i64,
}

fn life(who: &Who) -> Life {
    match who {
        Who::Staff(_) => Life { idle: 15 * 60, whole: 10 * 3600, at_once: 1 },
        _ => Life { idle: 30 * 60, whole: 12 * 3600, at_once: 5 },
    }
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

/// Opens a session and returns its token. Older sessions beyond the allowed number end.
pub async fn open(app: &App, who: Who) -> Result<String> {
    let token = hex::encode(app.store.chance().bytes::<32>());
    let (id, now) = (app.store.fresh_id(), app.clock().now());
    let principal = sealed(app, id, &who)?;
    let (token_hash, owner, keep) = (hash(&token), owner(&who), life(&who).at_once);
    app.store
        .upkeep(Upkeep::Session, move |db| {
            db.exec(ADD, p![id, token_hash, &owner, principal, now])?;
            db.exec(END_OLD, p![owner, keep])
        })
        .await?;
    Ok(token)
}

/// The session of a token, if it still lives. Its last use is noted once a minute.
pub async fn find(app: &App, token: &str) -> Result<Option<Session>> {
    let token_hash = hash(token);
    let row = app
        .store
        .read(move |db| {
            db.opt(FIND, p![token_hash], |row| {
                Ok((row.i64(0)?, row.blob(2)?, row.stamp(3)?, row.stamp(4)?))
            })
        })
        .await?;
    let Some((id, principal, created, seen)) = row else { return Ok(None) };
    let text = app.vault().open_sealed(cell(id), &principal, &Disclosure::own())?;
    let who: Who = serde_json::from_str(text.expose())?;
    let (now, life) = (app.clock().now(), life(&who));
    let age = |since: Stamp| (now.micros() - since.micros()) / 1_000_000;
    if age(seen) > life.idle || age(created) > life.whole {
        end(app, id).await?;
        return Ok(None);
    }
    if age(seen) >= 60 {
        app.store.upkeep(Upkeep::Session, move |db| db.exec(SEEN, p![id, now])).await?;
    }
    Ok(Some(Session { id, who }))
}

/// Changes what a session says about its visitor.
pub async fn change(app: &App, id: i64, who: &Who) -> Result<()> {
    let principal = sealed(app, id, who)?;
    app.store.upkeep(Upkeep::Session, move |db| db.exec(CHANGE, p![id, principal]).map(drop)).await
}

/// Ends one session.
pub async fn end(app: &App, id: i64) -> Result<()> {
    app.store.upkeep(Upkeep::Session, move |db| db.exec(END, p![id]).map(drop)).await
}

/// Ends every session of the same account or member of staff.
pub async fn end_all(app: &App, who: &Who) -> Result<()> {
    let owner = owner(who);
    app.store.upkeep(Upkeep::Session, move |db| db.exec(END_ALL, p![owner]).map(drop)).await
}

/// Forgets sessions that nobody used for a day.
pub fn sweep(db: &mut Db<'_>, now: Stamp) -> Result<u64> {
    db.exec(SWEEP, p![now.plus_seconds(-86_400)])
}
