//! Acts of notices: telling somebody something, inside the act that gives the reason.

use super::model::{Notice, SealedText};
use super::records;
use serde_json::json;
use store::{Job, Result, Tx};

/// The queue of texts.
pub const QUEUE: &str = "notices.sms";

/// Tells a citizen something: a row in the inbox and a job for the text message, both with the
/// transaction of the act that calls this. The event is the caller's.
pub fn notify(tx: &mut Tx<'_>, notice: Notice) -> Result<i64> {
    let (id, at) = (tx.ctx().id(), tx.ctx().at);
    records::add_notice(tx, id, &notice, at)?;
    tx.job(Job {
        queue: QUEUE,
        key: id.to_string(),
        run_at: None,
        payload: json!({ "notice": id }),
    })?;
    Ok(id)
}

/// Leaves a text with sealed number and words for the workers. The event is the caller's.
pub(crate) fn send_text(tx: &mut Tx<'_>, text: &SealedText) -> Result<()> {
    records::add_text(tx, text)?;
    tx.job(Job {
        queue: QUEUE,
        key: text.id.to_string(),
        run_at: None,
        payload: json!({ "text": text.id }),
    })
}
