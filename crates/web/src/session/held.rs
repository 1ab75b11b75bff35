//! A form that came when its sender's session was locked or over: kept sealed, shown again to the same
//! person after the password, never sent by itself. What is secret in it is not kept at all.

use super::owner;
use super::records::{DROP_HELD, HELD, HOLD, SHOWN};
use crate::app::App;
use crate::form;
use crate::visitor::Who;
use codes::time::Stamp;
use serde::{Deserialize, Serialize};
use store::{Cell, Disclosure, Result, Secret, Upkeep, p};

/// A form as it was sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Where it was sent.
    pub path: String,
    /// Its fields, without the token.
    pub fields: Vec<(String, String)>,
    /// A file came with it, which is not kept.
    pub file: bool,
}

/// A kept form found again.
pub struct Found {
    /// The form.
    pub held: Held,
    /// When it came.
    pub at: Stamp,
    /// It was shown before.
    pub shown: bool,
    id: i64,
}

/// Fields whose form is never kept.
const SECRET: [&str; 5] = ["password", "present", "wanted", "again", "code"];

impl Held {
    /// Reads a form as it was sent; `None` when there is nothing worth keeping, when it holds a secret, or
    /// when its token is not `token`.
    pub fn read(path: &str, kind: &str, body: &[u8], token: &str) -> Option<Held> {
        let (fields, file) = match kind.split_once("boundary=") {
            Some((_, boundary)) => texts(body, boundary.trim_matches('"')),
            None => (form::decode(body).ok()?, false),
        };
        let mine =
            fields.iter().any(|(k, v)| k == "_csrf" && form::same(v.as_bytes(), token.as_bytes()));
        let secret = fields.iter().any(|(k, _)| SECRET.contains(&k.as_str()));
        let fields: Vec<_> = fields.into_iter().filter(|(k, _)| k != "_csrf").collect();
        let said =
            fields.iter().any(|(k, v)| !k.starts_with('_') && k != "version" && !v.is_empty());
        (mine && said && !secret).then(|| Held { path: path.to_owned(), fields, file })
    }

    /// What was written in words, for people to read and copy.
    pub fn words(&self) -> Vec<&str> {
        let prose = |text: &&str| !text.is_ascii() || text.contains(' ');
        self.fields.iter().map(|(_, v)| v.trim()).filter(prose).collect()
    }
}

/// The text fields of a multipart form, and whether a file came along.
fn texts(body: &[u8], boundary: &str) -> (Vec<(String, String)>, bool) {
    let whole = String::from_utf8_lossy(body);
    let (mut fields, mut file) = (Vec::new(), false);
    for part in whole.split(&format!("--{boundary}")) {
        let Some((head, value)) = part.split_once("\r\n\r\n") else { continue };
        if head.contains("filename=") {
            file |= !head.contains("filename=\"\"");
            continue;
        }
        let name = head.split_once("name=\"").and_then(|(_, rest)| rest.split_once('"'));
        if let Some((name, _)) = name {
            fields.push((name.to_owned(), value.trim_end_matches("\r\n").to_owned()));
        }
    }
    (fields, file)
}

fn cell(id: i64) -> Cell {
    Cell { table: "held_form", column: "body", row: id }
}

/// Keeps a form for its sender; an earlier one gives way.
pub async fn hold(app: &App, who: &Who, held: &Held) -> Result<()> {
    let (id, now, owner) = (app.store.fresh_id(), app.clock().now(), owner(who));
    let body = app.vault().seal(cell(id), &Secret::new(serde_json::to_string(held)?));
    let act = move |db: &mut store::Db<'_>| {
        db.exec(DROP_HELD, p![&owner])?;
        db.exec(HOLD, p![id, &owner, body, now])
    };
    app.store.upkeep(Upkeep::Session, act).await.map(drop)
}

/// The form kept for whoever asks, if there is one.
pub async fn held(app: &App, who: &Who) -> Result<Option<Found>> {
    let owner = owner(who);
    let read = move |db: &mut store::Db<'_>| {
        db.opt(HELD, p![owner], |row| {
            Ok((row.i64(0)?, row.blob(1)?, row.stamp(2)?, row.i64(3)? > 0))
        })
    };
    let Some((id, body, at, shown)) = app.store.read(read).await? else { return Ok(None) };
    let text = app.vault().open_sealed(cell(id), &body, &Disclosure::own())?;
    Ok(Some(Found { held: serde_json::from_str(text.expose())?, at, shown, id }))
}

/// Notes that it was shown, so that nobody is led to it twice.
pub async fn shown(app: &App, found: &Found) -> Result<()> {
    let (id, now) = (found.id, app.clock().now());
    app.store.upkeep(Upkeep::Session, move |db| db.put(SHOWN, p![id, now])).await
}

/// Forgets it.
pub async fn drop_held(app: &App, who: &Who) -> Result<()> {
    let owner = owner(who);
    app.store.upkeep(Upkeep::Session, move |db| db.put(DROP_HELD, p![owner])).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_and_secrets_are_not() {
        let plain = "application/x-www-form-urlencoded";
        let read = |body: &str| Held::read("/a/c/1/decide", plain, body.as_bytes(), "t");
        let held = read("_csrf=t&_idem=abc&version=3&opinion=%E7%AC%A6%E5%90%88").expect("kept");
        assert_eq!(held.words(), ["符合"]);
        assert_eq!(held.fields.len(), 3, "the token is left out");
        for nothing in [
            "_csrf=other&opinion=x",
            "opinion=x",
            "_csrf=t&_idem=abc&version=3",
            "_csrf=t&opinion=x&password=p",
            "_csrf=t&present=a&wanted=b",
        ] {
            assert!(read(nothing).is_none(), "{nothing}");
        }
    }

    #[test]
    fn of_a_form_with_a_file_the_words_are_kept() {
        let body = "--B\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\nt\r\n--B\r\n\
            Content-Disposition: form-data; name=\"result\"\r\n\r\n两人到场\r\n核对无误\r\n--B\r\n\
            Content-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n\u{1}\r\n--B--\r\n";
        let kind = "multipart/form-data; boundary=B";
        let held = Held::read("/a/c/1/special/end", kind, body.as_bytes(), "t").expect("kept");
        assert_eq!(held.words(), ["两人到场\r\n核对无误"]);
        assert!(held.file);
    }
}
