//! SQL of notices and texts.

use super::model::{Notice, NoticeRow, SealedText};
use crate::identity::AccountId;
use codes::time::Stamp;
use store::{Db, Result, Row, p};

store::sql! {
    /// A new notice.
    ADD_NOTICE = "INSERT INTO notice (id, account, template, args, link, at, read_at) \
                  VALUES ($1, $2, $3, $4, $5, $6, NULL)";
    /// A notice.
    NOTICE = "SELECT id, account, template, args, link, at, read_at FROM notice WHERE id = $1";
    /// The inbox before an id, newest first.
    INBOX = "SELECT id, account, template, args, link, at, read_at FROM notice \
             WHERE account = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    /// How many are unread among the newest.
    UNREAD = "SELECT COUNT(*) FROM (SELECT read_at FROM notice WHERE account = $1 ORDER BY id DESC \
              LIMIT 100) newest WHERE read_at IS NULL";
    /// Everything up to an id is read.
    READ_ALL = "UPDATE notice SET read_at = $3 WHERE account = $1 AND id <= $2 AND read_at IS NULL";
    /// Everything goes along to the account that took this one in.
    MOVE_ALL = "UPDATE notice SET account = $2 WHERE account = $1";
    /// A text to be carried out.
    ADD_TEXT = "INSERT INTO sms_out (id, phone, body, queued_at) VALUES ($1, $2, $3, $4)";
    /// A text.
    TEXT = "SELECT id, phone, body, queued_at FROM sms_out WHERE id = $1";
    /// The text is out; nothing of it stays.
    DROP_TEXT = "DELETE FROM sms_out WHERE id = $1";
    /// The sandbox carrier's shelf.
    SHELVE = "INSERT INTO sms_sandbox (id, phone, body, at) VALUES ($1, $2, $3, $4) \
              ON CONFLICT (id) DO NOTHING";
    /// Whether a text is on the shelf.
    SHELVED = "SELECT id FROM sms_sandbox WHERE id = $1";
    /// The newest of the shelf.
    SHELF = "SELECT id, phone, body, at FROM sms_sandbox ORDER BY id DESC LIMIT $1";
}

fn read(row: &Row<'_>) -> Result<NoticeRow> {
    Ok(NoticeRow {
        id: row.i64(0)?,
        account: AccountId(row.i64(1)?),
        template: row.text(2)?,
        args: serde_json::from_str(&row.text(3)?)?,
        link: row.text(4)?,
        at: row.stamp(5)?,
        read: row.opt_i64(6)?.is_some(),
    })
}

/// Puts a notice into the inbox.
pub fn add_notice(db: &mut Db<'_>, id: i64, notice: &Notice, at: Stamp) -> Result<()> {
    let args = serde_json::to_string(&notice.args)?;
    let params = p![id, notice.account.0, notice.template, args, &notice.link, at];
    db.put(ADD_NOTICE, params)
}

/// A notice.
pub fn notice(db: &mut Db<'_>, id: i64) -> Result<NoticeRow> {
    db.one(NOTICE, p![id], read)
}

/// At most `limit` notices of an account with ids below `before`, newest first.
pub fn inbox(
    db: &mut Db<'_>,
    account: AccountId,
    before: i64,
    limit: i64,
) -> Result<Vec<NoticeRow>> {
    db.all(INBOX, p![account.0, before, limit], read)
}

/// How many of the newest hundred notices are unread.
pub fn unread(db: &mut Db<'_>, account: AccountId) -> Result<i64> {
    db.one(UNREAD, p![account.0], |row| row.i64(0))
}

/// Marks everything up to `id` as read.
pub fn read_all(db: &mut Db<'_>, account: AccountId, id: i64, at: Stamp) -> Result<u64> {
    db.exec(READ_ALL, p![account.0, id, at])
}

/// Moves every notice to another account.
pub fn move_all(db: &mut Db<'_>, from: AccountId, to: AccountId) -> Result<()> {
    db.put(MOVE_ALL, p![from.0, to.0])
}

fn sealed(row: &Row<'_>) -> Result<SealedText> {
    Ok(SealedText { id: row.i64(0)?, phone: row.blob(1)?, body: row.blob(2)?, at: row.stamp(3)? })
}

/// Keeps a text until a worker carries it out.
pub fn add_text(db: &mut Db<'_>, text: &SealedText) -> Result<()> {
    db.put(ADD_TEXT, p![text.id, &text.phone, &text.body, text.at])
}

/// A text that waits, if it still does.
pub fn text(db: &mut Db<'_>, id: i64) -> Result<Option<SealedText>> {
    db.opt(TEXT, p![id], sealed)
}

/// Forgets a text that is out.
pub fn drop_text(db: &mut Db<'_>, id: i64) -> Result<()> {
    db.put(DROP_TEXT, p![id])
}

/// Puts a text on the sandbox shelf.
pub fn shelve(db: &mut Db<'_>, text: &SealedText) -> Result<()> {
    db.put(SHELVE, p![text.id, &text.phone, &text.body, text.at])
}

/// Whether a text is on the shelf already.
pub fn shelved(db: &mut Db<'_>, id: i64) -> Result<bool> {
    Ok(db.opt(SHELVED, p![id], |row| row.i64(0))?.is_some())
}

/// The newest texts of the shelf.
pub fn shelf(db: &mut Db<'_>, limit: i64) -> Result<Vec<SealedText>> {
    db.all(SHELF, p![limit], sealed)
}
