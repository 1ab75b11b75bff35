//! Pages of notices: the citizen's messages (C29) and the sandbox's outbox.
//!
//! | method | path | access | relation | handler |
//! |---|---|---|---|---|
//! | GET | /my/messages | Citizen(1) | Own | `messages` |
//! | POST | /my/messages/read | Citizen(1) | Own | `read` |
//! | GET | /sandbox/outbox | Public | None | `outbox` |

use super::model::{NoticeRow, SealedText, shelf_cell};
use super::records;
use crate::People;
use crate::identity::pages::asked;
use crate::identity::{AccountId, demo_accounts, demo_code};
use askama::Template;
use axum::extract::State;
use store::{Disclosure, Error, Upkeep};
use web::{Answer, Frame, Lang, Posted, Texts, Visitor, html, see_other};

/// Messages of one page.
const LINES: usize = 20;

struct Message {
    when: String,
    head: String,
    text: String,
    link: String,
    read: bool,
}

#[derive(Template)]
#[template(path = "notices/messages.html")]
struct Messages {
    f: Frame,
    list: Vec<Message>,
    unread: bool,
    newest: i64,
    first: String,
    next: String,
}

fn message(lang: Lang, row: &NoticeRow) -> Message {
    let args = super::model::spoken(lang, &row.args);
    let args: Vec<(&str, &str)> = args.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let say = |key: String| Texts::shipped().ta(lang, &key, &args);
    Message {
        when: row.at.ymd_hm(),
        head: say(format!("notice-{}", row.template)),
        text: say(format!("notice-{}-text", row.template)),
        link: row.link.clone(),
        read: row.read,
    }
}

/// GET /my/messages
pub async fn messages(State(people): State<People>, visitor: Visitor) -> Answer {
    let account = AccountId(visitor.citizen()?.account);
    let before = asked(&visitor, "before");
    let from = before.parse().unwrap_or(i64::MAX);
    let limit = LINES as i64 + 1;
    let mut rows = people.store.read(move |db| records::inbox(db, account, from, limit)).await?;
    let more = rows.len() > LINES;
    rows.truncate(LINES);
    let last = rows.last().map_or(0, |row| row.id);
    let f = visitor.frame(&people, visitor.t("notices-title"), "my");
    html(&Messages {
        f: f.with_back("/my", ""),
        unread: rows.iter().any(|row| !row.read),
        newest: rows.first().map_or(0, |row| row.id),
        list: rows.iter().map(|row| message(visitor.lang, row)).collect(),
        first: if before.is_empty() { String::new() } else { "/my/messages".into() },
        next: if more { format!("/my/messages?before={last}") } else { String::new() },
    })
}

/// POST /my/messages/read
pub async fn read(State(people): State<People>, visitor: Visitor, posted: Posted) -> Answer {
    let account = AccountId(visitor.citizen()?.account);
    let newest: i64 = posted.get("newest").parse().unwrap_or(0);
    let now = people.clock().now();
    let mark = move |db: &mut store::Db<'_>| records::read_all(db, account, newest, now);
    people.store.upkeep(Upkeep::Draft, mark).await?;
    Ok(see_other("/my/messages"))
}

struct OutText {
    when: String,
    phone: String,
    body: String,
}

struct OutAccount {
    role: String,
    name: String,
    login: String,
    code: String,
    note: String,
}

#[derive(Template)]
#[template(path = "notices/outbox.html")]
struct Outbox {
    f: Frame,
    texts: Vec<OutText>,
    accounts: Vec<OutAccount>,
    citizen_password: String,
    staff_password: String,
    time: String,
}

/// GET /sandbox/outbox
pub async fn outbox(State(people): State<People>, visitor: Visitor) -> Answer {
    if !people.site.sandbox {
        return Err(Error::NotFound.into());
    }
    let rows = people.store.read(|db| records::shelf(db, 50)).await?;
    let texts: store::Result<Vec<OutText>> = rows.iter().map(|row| opened(&people, row)).collect();
    let now = people.clock().now();
    let known = demo_accounts();
    let password = |staff: bool| {
        let one = known.iter().find(|account| account.totp_secret.is_some() == staff);
        one.map_or(String::new(), |account| account.password.clone())
    };
    let (citizen_password, staff_password) = (password(false), password(true));
    let accounts = known.into_iter().map(|account| OutAccount {
        role: role_words(visitor.lang, &account.role),
        code: demo_code(&account, now),
        name: account.name,
        login: account.login,
        note: note_words(visitor.lang, &account.note),
    });
    html(&Outbox {
        f: visitor.frame(&people, visitor.t("notices-outbox-title"), "").with_back("/", ""),
        texts: texts?,
        accounts: accounts.collect(),
        citizen_password,
        staff_password,
        time: now.hm(),
    })
}

fn role_words(lang: Lang, role: &str) -> String {
    Texts::shipped().t(lang, &format!("identity-role-{role}")).to_owned()
}

fn note_words(lang: Lang, note: &str) -> String {
    let key = format!("identity-demo-{note}");
    let texts = Texts::shipped();
    if texts.has(lang, &key) { texts.t(lang, &key).to_owned() } else { note.to_owned() }
}

/// The sandbox carrier delivers to this page: whoever tries the platform out is the owner of the
/// invented phones.
fn opened(people: &People, row: &SealedText) -> store::Result<OutText> {
    let leave = Disclosure::process("the sandbox's phones belong to nobody");
    let vault = people.vault();
    let phone = vault.open_sealed(shelf_cell("phone", row.id), &row.phone, &leave)?;
    let body = vault.open_sealed(shelf_cell("body", row.id), &row.body, &leave)?;
    Ok(OutText {
        when: row.at.ymd_hm(),
        phone: phone.expose().to_owned(),
        body: body.expose().to_owned(),
    })
}
