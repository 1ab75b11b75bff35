//! Pages of identity, by visitor. The table below is what the binary mounts.
//!
//! | method | path | access | relation | handler |
//! |---|---|---|---|---|
//! | GET | /login | Public | None | `door::login` |
//! | POST | /login | Public | None | `door::sign_in` |
//! | POST | /login/code | Public | None | `door::ask_code` |
//! | GET | /login/code | Public | Token | `door::code` |
//! | POST | /login/code/enter | Public | Token | `door::enter_code` |
//! | POST | /logout | Public | None | `door::sign_out` |
//! | GET | /register | Public | None | `register::page` |
//! | POST | /register | Public | None | `register::ask_code` |
//! | GET | /register/code | Public | Token | `register::code` |
//! | POST | /register/open | Public | Token | `register::open` |
//! | GET | /verify-me | Citizen(1) | Own | `verify::page` |
//! | POST | /verify-me | Citizen(1) | Own | `verify::check` |
//! | GET | /my/acting | Citizen(2) | Own | `acting::page` |
//! | POST | /my/acting | Citizen(2) | Own | `acting::start` |
//! | POST | /my/acting/end | Citizen(2) | Own | `acting::end` |
//! | GET | /my/account | Citizen(1) | Own | `account::page` |
//! | POST | /my/account/password | Citizen(1) | Own | `account::password` |
//! | POST | /my/account/sign-out | Citizen(1) | Own | `account::sign_out_everywhere` |
//! | GET | /my/access-log | Citizen(1) | Own | `access_log::page` |
//! | GET | /staff/login | Public | None | `staff::login` |
//! | POST | /staff/login | Public | None | `staff::sign_in` |
//! | GET | /staff | AnyStaff | None | `staff::home` |
//! | GET | /staff/account | AnyStaff | Own | `staff_account::page` |
//! | POST | /staff/account/password | AnyStaff | Own | `staff_account::password` |
//! | POST | /staff/account/sign-out | AnyStaff | Own | `staff_account::sign_out` |

pub mod access_log;
pub mod account;
pub mod acting;
pub mod door;
pub mod register;
pub mod staff;
pub mod staff_account;
pub mod verify;

use crate::People;
use store::{Error, Secret};
use web::front::{escape, give_session};
use web::session;
use web::{Answer, Lang, Texts, Visitor, Who, see_other};

/// One line of a page's error summary.
pub(crate) struct Told {
    /// Form key.
    pub field: String,
    /// What to do.
    pub text: String,
}

/// What a form that came back says: lines for the summary, and one text per field.
#[derive(Default)]
pub(crate) struct Errors {
    /// The summary.
    pub list: Vec<Told>,
}

impl Errors {
    /// Nothing to say.
    pub fn none() -> Errors {
        Errors::default()
    }

    /// Adds a line that leads to a field.
    pub fn add(&mut self, field: &str, text: impl Into<String>) {
        self.list.push(Told { field: field.into(), text: text.into() });
    }

    /// The text of one field; empty when it is fine.
    pub fn of(&self, field: &str) -> &str {
        self.list.iter().find(|told| told.field == field).map_or("", |told| &told.text)
    }

    /// Whether anything is wrong.
    pub fn any(&self) -> bool {
        !self.list.is_empty()
    }

    /// Words of a refusal, at its own fields or else at `field`. Other errors are no form errors and
    /// are handed back.
    pub fn take(&mut self, lang: Lang, field: &str, error: Error) -> Result<(), Error> {
        let Error::Refused(refusal) = &error else { return Err(error) };
        if refusal.fields.is_empty() {
            self.add(field, sentence(lang, &error));
        }
        for wrong in &refusal.fields {
            self.add(&wrong.field, Texts::shipped().t(lang, &format!("err-{}", wrong.code)));
        }
        Ok(())
    }

    /// Words of a value that does not read, at `field`.
    pub fn code(&mut self, lang: Lang, field: &str, error: &codes::CodeError) {
        let args: Vec<(&str, &str)> = error.args.iter().map(|(k, v)| (*k, v.as_str())).collect();
        self.add(field, Texts::shipped().ta(lang, &error.key(), &args));
    }
}

/// What is wrong and what to do, in one line.
fn sentence(lang: Lang, error: &Error) -> String {
    let (what, next) = web::errors::words(lang, error);
    match lang {
        Lang::Zh => format!("{what}。{next}"),
        Lang::En => format!("{what}. {next}"),
    }
}

/// A value of the address's query; empty when absent or unreadable.
pub(crate) fn asked(visitor: &Visitor, name: &str) -> String {
    let query = visitor.path.split_once('?').map_or("", |(_, query)| query);
    let pair = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(k, _)| *k == name);
    pair.and_then(|(_, v)| web::form::unescape(v.as_bytes()).ok()).unwrap_or_default()
}

/// An address with where to go afterwards.
pub(crate) fn with_next(path: &str, next: &str) -> String {
    if next.is_empty() {
        return path.to_owned();
    }
    let escaped: String = next.bytes().map(escape).collect();
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}next={escaped}")
}

/// A password as typed: whole, with its spaces. `Posted::get` would trim it.
pub(crate) fn typed_password(posted: &web::Posted, name: &str) -> Secret {
    let fields = posted.fields();
    Secret::new(fields.into_iter().find(|(key, _)| key == name).map_or(String::new(), |(_, v)| v))
}

/// Gives the visitor a new session under a new token; the one he came with ends, so that a token
/// known to somebody else never rises with him.
pub(crate) async fn let_in(people: &People, visitor: &Visitor, who: Who, to: &str) -> Answer {
    if let Some(old) = visitor.session {
        session::end(people, old).await?;
    }
    let to = &crate::screens::pages::held::first(people, &who, to).await?;
    let token = session::open(people, who).await?;
    let mut answer = see_other(to);
    give_session(people, &mut answer, &token);
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_to_go_is_carried_whole() {
        for (path, next, whole) in [
            ("/login", "", "/login"),
            ("/login", "/c/1?a=b&c=d", "/login?next=/c/1%3Fa%3Db%26c%3Dd"),
            ("/login?way=sms", "/my", "/login?way=sms&next=/my"),
        ] {
            assert_eq!(with_next(path, next), whole);
        }
    }
}
